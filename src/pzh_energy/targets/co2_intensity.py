r"""Carbon dioxide per GDP, as a change against the base year.

.. math:: \Bigl( C_p \frac{Y_{p_0}}{Y_p} - C_{p_0} \Bigr) - v\, C_{p_0} \le 0

C: entries of the co2 ledger that carry one of `counts` as a tag [kt/yr]; Y: gross domestic product in constant prices
[100 million CNY/yr]; p₀: `base_year`. Both years are those of the plan as it is solved: where the program is free in
the base year, it may emit more there to meet the target, so pin what history has. Sources: the co2 and the activity
ledger.
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
from pzh_energy.modeling.target_reading import activity_levels, counted_entries, net_of_year


class Options(TargetSpec):
    """A change of emissions per GDP, in per cent."""

    metric: Literal["co2_intensity"]
    base_year: int = Field(2020, ge=1900, le=2200, description="year the change is counted from")
    counts: tuple[str, ...] = Field(("energy",), min_length=1, description="tags of the emissions that count")

    def measured_in(self, periods: Sequence[int]) -> tuple[int, ...]:
        """Its year, if it comes after the base year and the horizon holds both."""
        later = tuple(p for p in super().measured_in(periods) if p > self.base_year)
        return later if self.base_year in periods else ()


class Co2Intensity:
    """Change of emissions per GDP."""

    key = "co2_intensity"
    unit = "%"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Emissions brought to the GDP of the base year, less those of the base year, and the latter."""
        model = block.model
        entries = counted_entries(model, "co2", spec, "counts")
        levels = activity_levels(model, "gdp")
        relative = levels[list(system.calendar.periods).index(spec.base_year)] / levels
        deflator = block.parameter("gdp_ratio", (model.pyomo.period,), relative, "1", "GDP of the base year over GDP")

        def base(p: Any) -> Any:
            return net_of_year(model, entries, spec.base_year)

        def left(p: Any) -> Any:
            return deflator[p] * net_of_year(model, entries, p) - base(p)

        return Terms(left, base, scale=100.0, slack_unit="Mt", slack_scale=1e-3)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent of change since the base year; ZeroDivisionError where that emitted nothing."""
        emitted = results.net_amount(results.ledger("co2", any_of=spec.counts))
        intensity = emitted / results.net_amount(results.ledger("activity", "gdp"))
        before = float(intensity.sel(period=spec.base_year))
        if before <= 0:
            raise ZeroDivisionError(f"nothing was emitted in {spec.base_year}")
        return 100.0 * (float(intensity.sel(period=period)) / before - 1.0)
