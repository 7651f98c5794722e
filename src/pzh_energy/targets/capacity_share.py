r"""Share of some carriers in the installed capacity at the end of a year, such as the clean share.

.. math:: \sum_{c \in C} K_{c,p} - v \sum_{c \in A} K_{c,p} \ge 0

C: `carriers`; A: `of`, everything installed if it is not given; K in the statistical (default) or physical `series`
[MW]. A regulation class of hydro is a carrier here, `credited_regulation=season`. Source: the capacity ledger.
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
    """A share of installed capacity, in per cent."""

    metric: Literal["capacity_share"]
    carriers: tuple[str, ...] = Field(min_length=1, description="what counts")
    of: tuple[str, ...] = Field((), description="what it is a share of; everything installed if empty")
    series: Literal["statistical", "physical"] = "statistical"


class CapacityShare:
    """Share of some carriers in the installed capacity."""

    key = "capacity_share"
    unit = "%"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Capacity of the carriers, and of what they are a share of."""
        counted = capacity_entries(block.model, spec.series, spec.carriers)
        whole = capacity_entries(block.model, spec.series, spec.of)

        def left(p: Any) -> Any:
            return sum(e.total(p) for e in counted)

        def base(p: Any) -> Any:
            return sum(e.total(p) for e in whole)

        return Terms(left, base, scale=100.0, slack_unit="GW", slack_scale=1e-3)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent at the end of the period's year; 0 where nothing is installed."""
        counted = results.amount(results.ledger("capacity", spec.series, any_of=spec.carriers)).sel(period=period)
        whole = results.amount(results.ledger("capacity", spec.series, any_of=spec.of)).sel(period=period)
        return 100.0 * float(counted) / float(whole) if float(whole) > 0 else 0.0
