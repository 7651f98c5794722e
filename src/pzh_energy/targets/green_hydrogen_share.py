r"""Share of hydrogen demand that is covered by electrolysis.

.. math:: \sum (h^{green} - h^{reconversion} - h^{charge} + h^{discharge}) - v \sum d \ge 0

h: hydrogen put on the bus by electrolysis, taken by fuel cells, and going through storage; d: demand as given, whether
it is served or not; expected energy of a year [MWh, lower heating value]. Source: the hydrogen ledger.

Losses of storage and what fuel cells take are charged to electrolysis in full: neither burning hydrogen, nor letting it
boil off, nor leaving users without raises the share. With by-product hydrogen alone and a loss on its way, the share is
therefore a little below zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.domain.units import MWH_PER_TONNE_HYDROGEN
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target import expected_energy

COUNTED = ("green", "reconversion", "storage")


class Options(TargetSpec):
    """A share of hydrogen demand, in per cent."""

    metric: Literal["green_hydrogen_share"]


class GreenHydrogenShare:
    """Share of green hydrogen in the demand for hydrogen."""

    key = "green_hydrogen_share"
    unit = "%"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Green hydrogen and demand; InputError where nothing asks for hydrogen."""
        model = block.model
        book = model.ledgers["hydrogen"]
        wanted = [e for e in book.read("consumption") if len(e.members)]
        if not wanted:
            where = "targets green_hydrogen_share"
            raise InputError([Problem(where, "nothing asks for hydrogen.", "Give hydrogen_demand a demand.")])
        entries = book.read(any_of=COUNTED)

        def left(p: Any) -> Any:
            return sum(e.sign * expected_energy(model, e, p) for e in entries)

        def base(p: Any) -> Any:
            return sum(expected_energy(model, e, p) for e in wanted)

        return Terms(left, base, scale=100.0, slack_unit="kt", slack_scale=1e-3 / MWH_PER_TONNE_HYDROGEN)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent of the demand of the year; 0 where there is none."""
        green = sum(
            entry.sign * results.in_year(results.energy_twh([entry]), period)
            for entry in results.ledger("hydrogen", any_of=COUNTED)
        )
        demand = results.in_year(results.energy_twh(results.ledger("hydrogen", "consumption")), period)
        return 100.0 * green / demand if demand > 0 else 0.0
