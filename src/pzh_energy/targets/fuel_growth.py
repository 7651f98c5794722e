r"""Growth of a use of fuel over the period before, such as the plateau of oil in land transport.

.. math:: (F_p - F_{p^-}) - v\, n_p\, F_{p^-} \le 0

F: entries of the fuel ledger that carry every one of `uses` as a tag [ktce/yr]; p⁻: the period before, n years earlier,
so that v is the mean growth of a year over the gap, without compounding. A plateau is a small `at_most` from
`from_year` on: it says that use no longer rises, and leaves open how high it stands. Source: the fuel ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.ledger import Entry
from pzh_energy.modeling.model import Block, Model
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target_reading import net_of_year


class Options(TargetSpec):
    """A growth, in per cent a year; every year after the first if neither `year` nor `from_year` is named."""

    needs_year: ClassVar[bool] = False
    gradual: ClassVar[bool] = False
    metric: Literal["fuel_growth"]
    uses: tuple[str, ...] = Field(min_length=1, description="tags the fuel must all carry, such as oil, land_transport")
    from_year: int | None = Field(
        default=None, ge=1900, le=2200, description="first year it must hold; it holds in all that follow, too"
    )

    def measured_in(self, periods: Sequence[int]) -> tuple[int, ...]:
        """Every year from `from_year` on, else its year, else every one; none of them the first of the horizon."""
        if self.from_year is None:
            chosen = super().measured_in(periods)
        else:
            chosen = tuple(p for p in periods if p >= self.from_year) if self.from_year in periods else ()
        return tuple(p for p in chosen if p != periods[0])


class FuelGrowth:
    """Growth of a use of fuel."""

    key = "fuel_growth"
    unit = "%/yr"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Fuel now less fuel before, and fuel before times the years between."""
        model, periods = block.model, np.asarray(system.calendar.periods)
        entries = _entries_of(model, spec.uses)
        earlier = np.concatenate([periods[:1], periods[:-1]])
        over = (model.pyomo.period,)
        before = block.parameter("period_before", over, earlier, "year", "period before; the first is its own")
        gap = block.parameter("years_between", over, np.maximum(periods - earlier, 1), "yr", "years since then")

        def left(p: Any) -> Any:
            return net_of_year(model, entries, p) - net_of_year(model, entries, before[p])

        def base(p: Any) -> Any:
            return gap[p] * net_of_year(model, entries, before[p])

        return Terms(left, base, scale=100.0, slack_unit="ktce", slack_scale=1.0)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent a year since the period before; ZeroDivisionError if nothing was used then, or it is the first."""
        position = results.periods.index(period)
        if position == 0:
            raise ZeroDivisionError(f"no period comes before {period}")
        before = results.periods[position - 1]
        used = results.net_amount(results.ledger("fuel", *spec.uses))
        earlier, now = float(used.sel(period=before)), float(used.sel(period=period))
        if earlier <= 0:
            raise ZeroDivisionError(f"no fuel of {', '.join(spec.uses)} was used in {before}")
        return 100.0 * (now / earlier - 1.0) / (period - before)


def _entries_of(model: Model, uses: Sequence[str]) -> list[Entry]:
    """Fuel entries that carry all tags; InputError for a tag nobody posts, and where no entry carries them together."""
    book = model.ledgers["fuel"]
    known = {tag for entry in book.entries for tag in entry.tags}
    problems = Problems()
    for tag in uses:
        if tag not in known:
            problems.add("targets uses", f"nothing in the fuel ledger is {tag!r}.", near_miss(tag, known))
    problems.raise_if_any()
    found = book.read(*uses)
    if not found:
        what = f"nothing in the fuel ledger is all of: {', '.join(uses)}."
        raise InputError([Problem("targets uses", what, "Name tags that one entry carries together.")])
    return found
