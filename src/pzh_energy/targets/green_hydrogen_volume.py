r"""Green hydrogen of a year: what electrolysis makes, less what is not left for the users.

.. math:: \sum (h^{green} - h^{reconversion} - h^{charge} + h^{discharge}) \ge v

h: hydrogen put on the bus by electrolysis, taken by fuel cells, and going through storage, expected energy of a year
[MWh, lower heating value; 33.33 MWh/t]. Source: the hydrogen ledger.

Losses of storage and what fuel cells take are charged to electrolysis in full: hydrogen that is made to be burned or
boiled off does not count, so a target cannot be met by a detour. Where every user is served, the amount is the demand
less the by-product hydrogen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.domain.units import MWH_PER_TONNE_HYDROGEN
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target import expected_energy

COUNTED = ("green", "reconversion", "storage")
KT_PER_MWH = 1e-3 / MWH_PER_TONNE_HYDROGEN


class Options(TargetSpec):
    """Green hydrogen, in kt a year."""

    metric: Literal["green_hydrogen_volume"]


class GreenHydrogenVolume:
    """Green hydrogen for the users."""

    key = "green_hydrogen_volume"
    unit = "kt"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Energy of green hydrogen less losses and reconversion; InputError where nothing makes green hydrogen."""
        model = block.model
        book = model.ledgers["hydrogen"]
        if not book.read("green"):
            where = "targets green_hydrogen_volume"
            raise InputError([Problem(where, "nothing makes green hydrogen.", "Switch electrolyzer on.")])
        entries = book.read(any_of=COUNTED)

        def left(p: Any) -> Any:
            return sum(e.sign * expected_energy(model, e, p) for e in entries)

        return Terms(left, None, scale=KT_PER_MWH, slack_unit="kt", slack_scale=KT_PER_MWH)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """kt in the year."""
        total, at = 0.0, results.periods.index(period)
        for entry in results.ledger("hydrogen", any_of=COUNTED):
            hourly = entry.values[:, at]  # (member, weather, timestep), as every entry of this ledger
            tonnes = np.nansum(hourly * results["hours"].values, axis=-1) / MWH_PER_TONNE_HYDROGEN
            total += entry.sign * float((tonnes * results["probability"].values).sum())
        return total * 1e-3
