"""What a target costs as it is asked for more and more: a curve of value, cost and price, up to what is attainable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pzh_energy.analysis.elastic import Twin
from pzh_energy.domain.errors import InputError, Problem, near_miss

POINTS = 9


@dataclass(frozen=True)
class CurvePoint:
    """A value of the target [its unit]; cost: million CNY, discounted, beyond that of the plan without the target.

    price: million CNY for a year and unit (`modeling.prices`); both None where the value is not attainable.
    """

    value: float
    attainable: bool
    cost: float | None
    price: float | None


@dataclass(frozen=True)
class Curve:
    """A target's cost curve; free: value of the plan without it, limit: furthest attainable, None if there is none."""

    identifier: str
    unit: str
    free: float
    limit: float | None
    asked: float
    points: tuple[CurvePoint, ...]


def cost_curve(twin: Twin, identifier: str, values: Sequence[float] = ()) -> Curve:
    """Cost of holding a target at each of some values, without its tolerance, all else as in the scenario.

    values: by default from what the plan without the target achieves to the furthest attainable, with what is asked.
    Raises InputError for a target the scenario does not have, or where the others cannot be held without it.
    """
    where = f"targets.{identifier}"
    if identifier not in twin.targets:
        raise InputError([Problem(where, "no such target in this scenario.", near_miss(identifier, twin.targets))])
    others = {key: sides for key, sides in twin.as_asked().items() if key != identifier}
    without = twin.solve(others, "cost", dropped=[identifier])
    if without is None:
        remedy = "Run `pzh-opt explain` without --curve first."
        raise InputError([Problem(where, "the other hard targets cannot be held even without it.", remedy)])
    target = twin.targets[identifier]
    asked, free = target.spec.value, without.attained[identifier]
    assert asked is not None
    sign = target.sides[0].sign if len(target.sides) == 1 else (1.0 if asked >= free else -1.0)
    end = twin.reach(identifier, others, sign)
    limit = None if end is None else end.value
    chosen = sorted(values, reverse=sign < 0) or _spread(free, limit, asked, sign)
    points: list[CurvePoint] = []
    start = None
    for value in chosen:
        held = {**others, identifier: twin.sides(identifier, value, exactly=True)}
        answer = twin.solve(held, "cost", start=start, dropped=[identifier])
        if answer is None:
            points.append(CurvePoint(value, False, None, None))
            continue
        start = answer.solution.basis
        cost = answer.objective - without.objective
        points.append(CurvePoint(value, True, cost, twin.price(identifier, answer)))
    return Curve(identifier, target.metric.unit, free, limit, asked, tuple(points))


def _spread(free: float, limit: float | None, asked: float, sign: float) -> list[float]:
    """Values from what comes of itself to the end, and what is asked, in the order in which more is asked."""
    begin = min(0.0, asked) if np.isnan(free) else free
    end = begin + 2 * (asked - begin) if limit is None or np.isnan(limit) else limit
    # a hair short of the end, which the solver holds only to its own tolerance
    end -= sign * 1e-6 * max(1.0, abs(end))
    return sorted({*np.linspace(begin, end, POINTS).tolist(), asked}, reverse=sign < 0)
