r"""Carbon dioxide set free in a year.

.. math:: \sum_{e \in C} \text{sign}_e\, c_{e,p} \le v

c: entries of the co2 ledger that carry one of `counts` as a tag [kt/yr]. What is captured has the sign −1; forests
and other sinks count only where `counts` names them. Imports are counted at the factor of the grid, gross, with no
credit for exports: leave `import` out of `counts` for what is set free in the city itself. Source: the co2 ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import EMISSIONS, Results
from pzh_energy.modeling.target_reading import counted_entries, net_of_year


class Options(TargetSpec):
    """Emissions, in Mt a year; every year if none is named."""

    needs_year: ClassVar[bool] = False
    metric: Literal["co2_emissions"]
    counts: tuple[str, ...] = Field(EMISSIONS, min_length=1, description="tags of the emissions that count")


class Co2Emissions:
    """Emissions of a year."""

    key = "co2_emissions"
    unit = "Mt"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Emissions less what is captured."""
        entries = counted_entries(block.model, "co2", spec, "counts")
        return Terms(
            lambda p: net_of_year(block.model, entries, p), None, scale=1e-3, slack_unit="Mt", slack_scale=1e-3
        )

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Mt in the year."""
        return 1e-3 * float(results.net_amount(results.ledger("co2", any_of=spec.counts)).sel(period=period))
