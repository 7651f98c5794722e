r"""Capacity added over a window of years: year-end capacity now less year-end capacity before the window.

.. math:: \sum_{c \in C} (K_{c,p} - K_{c,p_0}) \ge v

p₀: the year before `from_year`; K in the statistical (default) or physical `series` [MW]. Retirements within the window
are taken off: it is the net addition. Source: the capacity ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target_reading import capacity_entries


class Options(TargetSpec):
    """Capacity added from the beginning of `from_year` to the end of `year`, in GW."""

    metric: Literal["new_capacity"]
    from_year: int = Field(ge=1900, le=2200)
    carriers: tuple[str, ...] = Field(min_length=1, description="carriers that count")
    series: Literal["statistical", "physical"] = "statistical"

    def measured_in(self, periods: Sequence[int]) -> tuple[int, ...]:
        """Its year, if the horizon holds that and the year before the window."""
        return super().measured_in(periods) if self.from_year - 1 in periods else ()


class NewCapacity:
    """Net addition of capacity over a window."""

    key = "new_capacity"
    unit = "GW"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Capacity now less capacity before."""
        before = spec.from_year - 1
        entries = capacity_entries(block.model, spec.series, spec.carriers)

        def left(p: Any) -> Any:
            return sum(e.total(p) for e in entries) - sum(e.total(before) for e in entries)

        return Terms(left, None, scale=1e-3, slack_unit="GW", slack_scale=1e-3)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """GW added within the window."""
        capacity = results.amount(results.ledger("capacity", spec.series, any_of=spec.carriers))
        return float(capacity.sel(period=period) - capacity.sel(period=spec.from_year - 1)) * 1e-3
