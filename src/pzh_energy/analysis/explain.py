"""Why a scenario cannot be met, or what holds a plan back: the numbers behind every sentence of `pzh-opt explain`.

Infeasible. Physics stays hard. Stage one misses as little as possible: the sum over the hard targets of miss by
requirement, so that a GW and a percentage point compare; like every weighted sum it rather misses few targets far than
many a little. Stage two is the least-cost plan in which what was missed is asked for only as far as it was attained. Of
each target it is also told how far it would come alone, with no other target in the way.

Feasible. Prices are duals (`modeling.prices`); a notch tighter is a new solve, because a dual is only the slope at the
optimum. A target that the plan misses (priced or only reported) is told how far it could come beside the hard ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pzh_energy.analysis.clashes import find_clashes
from pzh_energy.analysis.elastic import Answer, Twin
from pzh_energy.analysis.limits import Limit, felt_limits
from pzh_energy.analysis.prechecks import Clash, asked_value, describe, told

NOTCH: Mapping[str, float] = {"GW": 0.1, "MW": 10.0, "MWh": 100.0, "%": 1.0, "GWh": 100.0, "TWh": 0.1}
"""How much more a notch asks, in the metric's unit; of other units a hundredth of what is asked."""
GWH_PER_MWH = 1e-3
WORTH_SAYING = 1e-3
"""Prices below this many million CNY a year and unit are the solver's noise."""


@dataclass(frozen=True)
class Miss:
    """A target that is not held; values in its unit.

    asked: as stated; alone: nearest attainable if no other target is asked, or that; together: attained where all hard
    targets are missed as little as possible; both NaN for a share of nothing, `alone` None without an end. limits: what
    stops it, none where nothing but other targets does; per_unit × `Limit.dual` is what a unit more of a limit brings.
    cost: million CNY a year of meeting it, where the plan misses a target that it could hold beside the hard ones.
    """

    identifier: str
    asked: float
    alone: float | None
    together: float
    attainable_alone: bool
    limits: tuple[Limit, ...]
    per_unit: float
    cost: float | None = None


@dataclass(frozen=True)
class Shortage:
    """A row that no plan can keep, even without targets: its name and meaning, and in a year the most it is broken by.

    energy: of the year [GWh], of a balance; None for any other row, which speaks of no power. period: 0 for all years.
    """

    row: str
    meaning: str
    unit: str
    period: int
    most: float
    energy: float | None


@dataclass(frozen=True)
class WhyInfeasible:
    """Misses of the nearest plan, clashing sets (complete: no others), or shortages if physics itself forbids it."""

    misses: tuple[Miss, ...]
    clashes: tuple[Clash, ...]
    complete: bool
    shortages: tuple[Shortage, ...]
    limits: tuple[Limit, ...]

    @property
    def relaxed(self) -> dict[str, float]:
        """Value by target at which a plan exists."""
        return {miss.identifier: miss.together for miss in self.misses}


@dataclass(frozen=True)
class Tightening:
    """What one hard or priced target costs: price [million CNY a year and unit], and one notch more by a new solve.

    cost: million CNY a year of the target's year for the whole notch; None if that much is not attainable.
    """

    identifier: str
    asked: float
    attained: float
    price: float
    notch: float
    cost: float | None


@dataclass(frozen=True)
class PricedLimit:
    """A binding limit, and what a unit more of it would be worth: million CNY a year and `limit.unit`, by year."""

    limit: Limit
    price: Mapping[int, float]


@dataclass(frozen=True)
class WhatBinds:
    """A plan's prices: of its targets, of the limits that bind, and how far missed targets could come."""

    targets: tuple[Tightening, ...]
    limits: tuple[PricedLimit, ...]
    misses: tuple[Miss, ...]


def why_infeasible(twin: Twin) -> WhyInfeasible:
    """What stands in the way of a scenario that has no plan."""
    there = twin.solve({}, "any")
    if there is None:
        shortages, limits = _shortages(twin)
        return WhyInfeasible((), (), True, shortages, limits)
    sizes = {key: twin.size(key, there.x) for key in twin.hard}
    near = twin.solve(twin.as_asked(), "misses", {key: 1.0 / size for key, size in sizes.items()})
    assert near is not None  # every hard target may be missed
    missed = [key for key in twin.hard if _misses(twin, key, near)]
    clashes = find_clashes(lambda names: twin.feasible(names, there.solution.basis), twin.hard)
    sets = tuple(describe(twin, names) for names in clashes.sets)
    misses = tuple(_miss(twin, key, near.attained[key]) for key in missed)
    return WhyInfeasible(misses, sets, clashes.complete, (), ())


def what_binds(twin: Twin, plan: Answer) -> WhatBinds:
    """What holds back a plan that exists."""
    targets = [key for key, target in twin.targets.items() if target.spec.mode != "report"]
    tightenings = tuple(_tightening(twin, key, plan) for key in targets if not _misses(twin, key, plan))
    missed = [key for key in twin.targets if key not in twin.hard and _misses(twin, key, plan)]
    misses = tuple(_missed(twin, key, plan) for key in missed)
    weight = dict(zip(twin.assembled.model.calendar.periods, twin.assembled.model.calendar.weight, strict=True))
    limits = []
    for limit in felt_limits(twin, plan.solution):
        price = {p: limit.dual[p] * limit.years.get(p, 1.0) / float(weight[p]) for p in limit.dual if p in weight}
        if limit.has_price and max(price.values(), default=0.0) > WORTH_SAYING:
            limits.append(PricedLimit(limit, price))
    return WhatBinds(tightenings, tuple(limits), misses)


def _misses(twin: Twin, identifier: str, answer: Answer) -> bool:
    found = answer.attained[identifier]
    return bool(np.isnan(found)) or twin.targets[identifier].missing(found) > twin.tolerance(identifier)


def _miss(twin: Twin, identifier: str, together: float, beside: bool = False) -> Miss:
    """How near a missed target comes, and what stops it there.

    If it could be met with no other target asked (beside: with the hard ones held) its limits are those felt beside
    the others.
    """
    others = twin.as_asked() if beside else {}
    found = twin.nearest(identifier, others)
    value, limits = told(twin, found)
    alone = value is None or (
        not np.isnan(value) and twin.targets[identifier].missing(value) <= twin.tolerance(identifier)
    )
    if alone:
        limits = ()
    per_unit = 0.0 if found is None else twin.brought(identifier, found.answer)
    return Miss(identifier, asked_value(twin, identifier), value, together, alone, limits, per_unit)


def _missed(twin: Twin, identifier: str, plan: Answer) -> Miss:
    """A target that a plan misses: what it would cost to meet it after all, or how near it comes and what stops it."""
    held = {**twin.as_asked(), identifier: twin.sides(identifier)}
    answer = twin.solve(held, "cost", start=plan.solution.basis)
    asked, together = asked_value(twin, identifier), plan.attained[identifier]
    # a share of nothing keeps every row and is still no share
    if answer is None or np.isnan(answer.attained[identifier]):
        return _miss(twin, identifier, together, beside=True)
    return Miss(identifier, asked, asked, together, True, (), 0.0, _yearly(twin, identifier, answer, plan))


def _yearly(twin: Twin, identifier: str, answer: Answer, plan: Answer) -> float:
    """What an answer costs beyond the plan, as a payment in each of the years of a target [million CNY a year]."""
    return (answer.objective - plan.objective) / twin.weight(identifier)


def _tightening(twin: Twin, identifier: str, plan: Answer) -> Tightening:
    """The price of a target, and a new solve with one notch more."""
    target = twin.targets[identifier]
    asked, unit = asked_value(twin, identifier), target.metric.unit
    notch = NOTCH.get(unit, max(abs(asked) / 100, 1e-6))
    moved = asked - notch if target.is_upper else asked + notch
    held = {**twin.as_asked(), identifier: twin.sides(identifier, moved)}
    price = twin.price(identifier, plan) if identifier in twin.hard else _price_of_priced(twin, identifier, plan)
    if all(side.sign * (plan.attained[identifier] - side.required) >= 0 for side in held[identifier]):
        cost: float | None = 0.0  # the plan is this tight already, and nothing is cheaper
    else:
        answer = twin.solve(held, "cost", start=plan.solution.basis)
        cost = None if answer is None else _yearly(twin, identifier, answer, plan)
    return Tightening(identifier, asked, plan.attained[identifier], price, notch, cost)


def _price_of_priced(twin: Twin, identifier: str, plan: Answer) -> float:
    """Price of a priced target, whose row is the scenario's own."""
    target, measure = twin.targets[identifier], twin.measures[identifier]
    place = next(place for place in twin.program.constraints if place.name == target.row)
    duals = np.abs(place.take(plan.solution.row_dual)).reshape(len(target.sides), -1)
    per_unit = measure.bases(plan.x) / measure.scale
    signs = [side.sign if len(target.sides) > 1 else 1.0 for side in target.sides]
    return float(np.asarray(signs) @ duals @ per_unit) / twin.weight(identifier)


def _shortages(twin: Twin) -> tuple[tuple[Shortage, ...], tuple[Limit, ...]]:
    """What no plan can keep although no target stands in the way, and the limits behind it."""
    solution, short = twin.short_of()
    declared = twin.assembled.model.declarations
    places = {place.name: place for place in twin.program.constraints}
    calendar = twin.assembled.model.calendar
    expected = calendar.probability[:, None] * calendar.hours[None, :]
    found = []
    for name, amounts in short.items():
        if "period" not in places[name].dimensions:
            found.append(Shortage(name, declared[name].meaning, declared[name].unit, 0, float(amounts.max()), None))
            continue
        axis = places[name].dimensions.index("period")
        for k, period in enumerate(map(str, places[name].coordinates[axis])):
            here = amounts.take(k, axis)
            if not here.any():
                continue
            energy = float((here * expected).sum()) * GWH_PER_MWH if "." not in name else None
            unit, meaning = declared[name].unit, declared[name].meaning
            found.append(Shortage(name, meaning, unit, int(period), float(here.max()), energy))
    return tuple(found), tuple(felt_limits(twin, solution))
