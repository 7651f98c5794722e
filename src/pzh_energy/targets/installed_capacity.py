r"""Installed capacity of a set of carriers at the end of a year.

.. math:: \sum_{c \in C} K_{c,p} \ge v

K: year-end capacity in the statistical (default) or the physical `series` [MW], counted as each technology posts it
(PV by AC rating, stations by the city's share). Source: the capacity ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target_reading import capacity_entries


class Options(TargetSpec):
    """A capacity, in GW."""

    metric: Literal["installed_capacity"]
    carriers: tuple[str, ...] = Field(min_length=1, description="carriers that count, such as hydro, wind, solar_pv")
    series: Literal["statistical", "physical"] = "statistical"


class InstalledCapacity:
    """Installed capacity of a set of carriers."""

    key = "installed_capacity"
    unit = "GW"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Sum of the capacity entries of the carriers."""
        entries = capacity_entries(block.model, spec.series, spec.carriers)

        def left(p: Any) -> Any:
            return sum(e.total(p) for e in entries)

        return Terms(left, None, scale=1e-3, slack_unit="GW", slack_scale=1e-3)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """GW at the end of the period's year."""
        entries = results.ledger("capacity", spec.series, any_of=spec.carriers)
        return results.in_year(results.amount(entries), period) * 1e-3
