r"""Year in which emissions of carbon dioxide are at their highest.

.. math:: C_p - C_v \le 0 \quad (p > v), \qquad C_v - \bar C \le 0

C: entries of the co2 ledger that carry one of `counts` as a tag, what is captured taken off [kt/yr]; v: the value of
the target, the year by which the peak must be past; C̄: `ceiling_kt`, if given. Measured is the first year whose
emissions are the highest of the horizon, to a millionth. Source: the co2 ledger.

The rows hold every later year below the year v. That is more than the measured peak asks where an earlier year is the
highest, and it is less than a limit: the program could emit more in v to loosen what follows. `ceiling_kt` rules that
out; solve once without the row, and give what v emits there. Without a year after v there is nothing to compare: the
verdict is not computable, and the scorecard tells the highest year so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Self

import numpy as np
import xarray as xr
from pydantic import Field, model_validator

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Remark, Terms
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import EMISSIONS, Results
from pzh_energy.modeling.target_reading import counted_entries, net_of_year

AS_HIGH = 1e-6
"""Relative difference below which two years emit the same: the solver holds its rows no closer."""
MT_PER_KT = 1e-3


class Options(TargetSpec):
    """The year of the peak, at most a value."""

    needs_year: ClassVar[bool] = False
    gradual: ClassVar[bool] = False
    metric: Literal["co2_peak"]
    counts: tuple[str, ...] = Field(EMISSIONS, min_length=1, description="tags of the emissions that count")
    ceiling_kt: float | None = Field(
        default=None, gt=0, description="most the year of the value may emit, so that it is not raised for what follows"
    )

    @model_validator(mode="after")
    def _is_a_year_to_be_past(self) -> Self:
        """The value is a year, is a ceiling, and is the year the target speaks of."""
        if self.operator not in (None, "at_most"):
            raise ValueError(f"a peak is at most in a year, not {self.operator}. Write operator: at_most.")
        if self.value is not None and self.value != int(self.value):
            raise ValueError(f"{self.value:g} is no year. Write value: as a whole year.")
        if self.value is not None and self.year not in (None, int(self.value)):
            raise ValueError(f"year {self.year} and value {self.value:g} differ. Write year: {self.value:g}.")
        if self.tolerance:
            raise ValueError("a year has no tolerance. Leave it out, or write another value.")
        return self

    @property
    def peak_year(self) -> int:
        """Year by which the peak must be past."""
        assert self.value is not None
        return int(self.value)

    def measured_in(self, periods: Sequence[int]) -> tuple[int, ...]:
        """The year of the value, if the horizon holds it and one after it."""
        return (self.peak_year,) if self.peak_year in periods and periods[-1] > self.peak_year else ()


class Co2Peak:
    """Year of the highest emissions."""

    key = "co2_peak"
    unit = "year"
    row_unit = "Mt"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Emissions of later years above those of the peak year, and of the peak year above its ceiling."""
        model, periods = block.model, np.asarray(system.calendar.periods)
        entries = counted_entries(model, "co2", spec, "counts")
        years, peak = (model.pyomo.period,), spec.peak_year
        later = block.parameter("later", years, (periods > peak).astype(float), "1", "1 after the peak year, else 0")
        held = np.where(periods == peak, spec.ceiling_kt or 0.0, 0.0)
        ceiling = block.parameter("ceiling", years, held, "kt/yr", "most the peak year may emit, 0 elsewhere")

        def left(p: Any) -> Any:
            return net_of_year(model, entries, p) - later[p] * net_of_year(model, entries, peak) - ceiling[p]

        first = peak if spec.ceiling_kt is not None else peak + 1
        rows = tuple(int(p) for p in periods if p >= first)
        return Terms(left, None, MT_PER_KT, "Mt", MT_PER_KT, limit=0.0, row_periods=rows)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """First year of the highest emissions in the horizon."""
        return float(_highest(_emissions(spec, results)))

    def measure_row(self, spec: Options, results: Results, period: int) -> float:
        """Mt of a year above what its row allows: the peak year's, or of the peak year itself its ceiling."""
        emitted = _emissions(spec, results)
        allowed = float(emitted.sel(period=spec.peak_year)) if period > spec.peak_year else spec.ceiling_kt or 0.0
        return MT_PER_KT * (float(emitted.sel(period=period)) - allowed)

    def remark(self, spec: Options, results: Results, period: int | None) -> Remark:
        """How high the peak is and what comes after it, or the highest year so far."""
        emitted = MT_PER_KT * _emissions(spec, results)
        year = _highest(emitted)
        peak, after = (float(emitted.sel(period=year)), "Mt"), (float(spec.peak_year), "year")
        if period is None:
            return "peak_so_far", {"amount": peak, "year": (float(year), "year")}
        later = float(emitted.where(emitted["period"] > spec.peak_year).max())
        return "peak", {"amount": peak, "later": (later, "Mt"), "after": after}


def _emissions(spec: Options, results: Results) -> xr.DataArray:
    """Emissions by period [kt/yr]."""
    return results.net_amount(results.ledger("co2", any_of=spec.counts))


def _highest(emitted: xr.DataArray) -> int:
    """First year that emits as much as any, to the precision of the solver."""
    most = float(emitted.max())
    near = emitted["period"].values[emitted.values >= most - AS_HIGH * abs(most)]
    return int(near[0])
