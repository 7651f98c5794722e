"""The physical limits behind an answer: bounds and rows whose duals say that the answer would be better without them.

A dual that is not zero names a limit; together they are a certificate: in the sum of dual × limit every other number of
the model cancels. Rows whose limit is zero only link one quantity to another and are no limits of their own, but for
growth limits. `KINDS` maps names of columns and rows to kinds of limits, for which people have words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from pzh_energy.analysis.elastic import Twin
from pzh_energy.modeling.compiler import Slice
from pzh_energy.optimization.highs import Solution

KINDS: tuple[tuple[str, str, str], ...] = (
    (r"\.\w*capacity$", "pinned", "given"),
    (r"^demand_response\.", "pinned", "demand"),
    (r"\.(generation|output)$", "pinned", "given_output"),
    (r"(^|\.)\w*growth_limit$", "row", "growth_limit"),
    (r"^(electricity|hydrogen)_balance$", "row", "demand"),
    (r"service_balance$", "row", "service"),
    (r"\.fuel_use$", "lower", "feedstock"),
    (r"_demand\.", "upper", "demand"),
    (r"_demand\.", "lower", "demand"),
    (r"water_balance$", "row", "water"),
    (r"environmental_release$", "row", "environmental_flow"),
    (r"head_limit$", "row", "water"),
    (r"vanadium_supply$", "row", "material"),
    (r"capacity_balance$", "row", "existing"),
    (r"annual_energy_limit$|yearly_cap$", "row", "yearly_energy"),
    (r"minimum_hours$", "row", "must_run"),
    (r"\.ramp_(up|down)$", "row", "ramp"),
    (r"^grid_exchange\.export$", "upper", "export_line"),
    (r"^grid_exchange\.import$", "upper", "import_line"),
    (r"^grid_exchange\.export_in_tier$", "upper", "export_tier"),
    (r"^transmission\.", "upper", "link"),
    (r"^green_power\.", "upper", "green_power"),
    (r"^hydro_cascade\.(turbine_discharge|generation)$", "upper", "turbines"),
    (r"^hydro_cascade\.storage_level$", "upper", "reservoir"),
    (r"^hydro_cascade\.storage_level$", "lower", "reservoir_floor"),
    (r"^run_of_river\.generation$", "upper", "water"),
    (r"\.(generation|output)$", "upper", "plant_output"),
    (r"^demand_response\.power$", "upper", "flexibility"),
    (r"^demand_response\.power$", "lower", "flexibility"),
    (r"\.\w*capacity$", "upper", "potential"),
)
"""(pattern of the full name, row, upper or lower bound or both at once, kind): the first that fits."""
OF_BUILDING = ("history", "committed", "no_building", "lead_time", "uptake", "build_rate")
"""Kinds of limits of the columns `new_…`."""
OTHER = "other"
"""The kind of what nobody has given a word: it is named as it is declared."""
GIVEN = frozenset(
    {
        "given",
        "given_output",
        "service",
        "feedstock",
        "existing",
        "history",
        "committed",
        "demand",
        "water",
        "environmental_flow",
        "no_building",
        "lead_time",
        OTHER,
    }
)
"""Kinds that have no price: nobody can decide on a unit of them, no datum stands behind them alone, or their limit is
zero (see `Limit.has_price`).

The price of every other kind is held against finite differences by `tests/analytic/test_limit_prices.py`.
"""
HEAD = "hydro_cascade.generation"
"""The column of stations whose head follows the level. Their planes are cut to the limits of level and discharge, so
that a limit that moves takes rows along: its dual is no price."""
BUILT = re.compile(r"^(?P<block>\w+)\.new_(?P<name>\w+)$")
BEHIND = {"lead_time": 1, "existing": 2, "committed": 2, "demand": 2, "service": 2, "history": 3}
"""Kinds that are named after the others, whatever their weight: what is asked for and what stands is no news, and what
a year earlier would have been worth (600 MW of pumped hydro) is not what a limit of today is."""
TIGHT_MW = 100.0
"""A limit below this weighs as if it were this large: a line of 20 MW stands in the way because it is so small."""
LINKING = ("growth_limit",)
"""Kinds that are limits although their row's limit may be zero."""
SWITCHING = "end_uses."
"""What is built here is no plant but users who change over: its build rate is the ramp of electrification."""
FREE_OF = ("period", "weather", "timestep")
NOTHING = 1e-9
"""Duals below this share of the largest one are rounding."""


@dataclass(frozen=True)
class Limit:
    """One limit that an answer feels.

    name: of the column or row; member: whose it is; by year: `amount`, the limit in `unit` (mean over steps); `dual`,
    change of what was minimised for a unit less of the limit, in every step; `worth`, dual × limit (not less than
    `TIGHT_MW`), by which limits are ranked. years: of building that the limit of a period stands for; earliest: first
    year of building, None if it is no limit on building; is_floor: it is loosened by asking less, not by allowing more;
    has_price: a unit more of it is a thing that can be had, and its dual says what that brings. A limit of zero has
    none: there is no slope on its other side that would hold the dual, which may then be anything above what is saved.
    """

    kind: str
    name: str
    member: str
    unit: str
    meaning: str
    amount: Mapping[int, float]
    dual: Mapping[int, float]
    worth: float
    years: Mapping[int, float]
    earliest: int | None = None
    is_floor: bool = False
    has_price: bool = True

    @property
    def block(self) -> str:
        """Key of the component it belongs to."""
        return self.name.split(".")[0]

    @property
    def periods(self) -> list[int]:
        """Years in which it is felt."""
        return sorted(self.dual)

    @property
    def total(self) -> float:
        """Dual of a unit more in every year in which it is felt; of a build rate, of a unit a year more."""
        return sum(self.dual[p] * self.years.get(p, 1.0) for p in self.dual)


def felt_limits(twin: Twin, solution: Solution) -> list[Limit]:
    """Every limit that a solution of the twin feels, the weightiest first."""
    program = twin.program
    rows, columns = program.matrix.shape
    duals, reduced = solution.row_dual[:rows], solution.reduced_cost[:columns]
    smallest = NOTHING * max(float(np.abs(duals).max(initial=0.0)), float(np.abs(reduced).max(initial=0.0)), 1e-12)
    found: list[Limit] = []
    for place in program.variables:
        if place.name.startswith("target_"):
            continue
        low, high = place.take(program.column_lower), place.take(program.column_upper)
        price = place.take(reduced)
        pinned = low == high
        for side, felt, bound in (
            ("upper", np.where((price < -smallest) & np.isfinite(high), -price, 0.0), high),
            # nothing is below zero: there a lower bound is no limit, even of what is pinned
            ("lower", np.where((price > smallest) & np.isfinite(low) & (low != 0), price, 0.0), low),
        ):
            found.extend(_limits(place, side, felt, bound, pinned, twin))
    for place in program.constraints:
        if place.name.startswith("target_"):
            continue
        price, low, high = (place.take(a) for a in (duals, program.row_lower, program.row_upper))
        bound = np.where(price > 0, low, high)
        counts = (np.abs(price) > smallest) & np.isfinite(bound)
        if _kind(place.name, "row") not in LINKING:
            counts &= bound != 0
        for side, wanted in (("row_lower", price > 0), ("row_upper", price < 0)):
            felt = np.where(counts & wanted, np.abs(price), 0.0)
            found.extend(_limits(place, side, felt, bound, low == high, twin))
    return sorted(found, key=lambda limit: (BEHIND.get(limit.kind, 0), -limit.worth, limit.name, limit.member))


def _limits(
    place: Slice,
    side: str,
    felt: np.ndarray,
    bound: np.ndarray,
    pinned: np.ndarray,
    twin: Twin,
) -> Iterator[Limit]:
    """The limits of one slice: by member and kind, over the years."""
    if not (felt > 0).any():
        return
    axes = [k for k, name in enumerate(place.dimensions) if name in FREE_OF]
    members = [k for k in range(len(place.shape)) if k not in axes]
    building = _building(place, twin)
    at_head = [name for each in twin.program.variables if each.name == HEAD for name in each.coordinates[0]]
    declared = twin.assembled.model.declarations[place.name]
    groups: dict[tuple[str, bool, tuple[int, ...]], dict[int, list[tuple[float, float]]]] = {}
    for cell in np.argwhere(felt > 0):
        at = tuple(int(i) for i in cell)
        year = _year(place, at)
        kind = _kind_of(place.name, side, bool(pinned[at]), building, at, year)
        by_year = groups.setdefault((kind, bool(bound[at] == 0), tuple(at[k] for k in members)), {})
        by_year.setdefault(year, []).append((float(felt[at]), float(bound[at])))
    for (kind, is_zero, key), by_year in groups.items():
        member = ", ".join(str(place.coordinates[k][i]) for k, i in zip(members, key, strict=True))
        dual = {y: sum(felt_here for felt_here, _ in cells) for y, cells in by_year.items()}
        amount = {y: sum(limit for _, limit in cells) / len(cells) for y, cells in by_year.items()}
        floor = side in ("lower", "row_lower")
        least = TIGHT_MW if declared.unit == "MW" else 0.0
        worth = sum(felt_here * max(abs(limit), least) for cells in by_year.values() for felt_here, limit in cells)
        moves_rows = place.name.startswith(HEAD.split(".")[0]) and member in at_head
        priced = not (kind in GIVEN or is_zero or moves_rows)
        made = Limit(
            kind, place.name, member, declared.unit, declared.meaning, amount, dual, worth, {}, None, floor, priced
        )
        yield made if building is None else _of_building(made, building, key[0])


def _of_building(limit: Limit, building: _Building, member: int) -> Limit:
    """The limit with what stands behind it: the rate, the years it holds for, the first year possible."""
    rate = float(building.rate[member])
    earliest = math.ceil(building.earliest[member])
    if limit.kind in ("build_rate", "uptake"):
        years = {y: building.years(member, y) for y in limit.dual}
        unit = f"{limit.unit}/yr"
        return replace(limit, unit=unit, amount=dict.fromkeys(limit.dual, rate), years=years, earliest=earliest)
    if limit.kind == "lead_time":
        # its limit is zero: what a year's building would have been worth tells how much it matters
        return replace(limit, worth=sum(limit.dual.values()) * (rate if np.isfinite(rate) else 1.0), earliest=earliest)
    return replace(limit, earliest=earliest)


@dataclass(frozen=True)
class _Building:
    """Limits on building of the members of one kind of capacity: rate (n,) [unit/yr], earliest (n,) [year].

    span: years since the period before, by period; decided_from: first year that is not history.
    """

    rate: np.ndarray
    earliest: np.ndarray
    span: Mapping[int, int]
    decided_from: int

    def years(self, member: int, period: int) -> float:
        """Years of free building that end with the period."""
        first = max(period - self.span[period] + 1, math.ceil(self.earliest[member]))
        return float(max(0, period - first + 1))


def _building(place: Slice, twin: Twin) -> _Building | None:
    """What limits the building of a `new_…` variable; None for other variables."""
    found = BUILT.match(place.name)
    block = twin.assembled.model.pyomo.component(found["block"]) if found else None
    rate = block.component(f"{found['name']}_max_build") if found and block is not None else None
    if rate is None or found is None or block is None:
        return None
    earliest = block.component(f"{found['name']}_earliest_build")
    values = [np.asarray(twin.compiler.evaluator.param(param)[1], float) for param in (rate, earliest)]
    calendar, history = twin.assembled.model.calendar, twin.assembled.system.scenario.horizon.history_until
    span = dict(zip(calendar.periods, (int(n) for n in calendar.years_since_previous), strict=True))
    return _Building(values[0], values[1], span, calendar.periods[0] if history is None else history + 1)


def _kind_of(name: str, side: str, pinned: bool, building: _Building | None, at: tuple[int, ...], year: int) -> str:
    """Word for a limit of building, or else by the table."""
    if building is not None:
        if year < building.decided_from:
            return "history"
        if side == "lower":
            return "committed"
        if building.rate[at[0]] == 0:
            return "no_building"
        if building.years(at[0], year) == 0:
            return "lead_time"
        return "uptake" if name.startswith(SWITCHING) else "build_rate"
    if pinned and not side.startswith("row"):
        known = _kind(name, "pinned")
        return _kind(name, side) if known == OTHER else known
    return _kind(name, side)


def _kind(name: str, side: str) -> str:
    for pattern, where, kind in KINDS:
        if side.startswith(where) and re.search(pattern, name):
            return kind
    return OTHER


def _year(place: Slice, at: tuple[int, ...]) -> int:
    """Period of a cell; 0 where there is none."""
    if "period" not in place.dimensions:
        return 0
    axis = place.dimensions.index("period")
    return int(str(place.coordinates[axis][at[axis]]))
