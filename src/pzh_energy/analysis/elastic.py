r"""The elastic twin of a scenario: the same linear program, in which every target can be held, left, moved or missed.

Physics stays as it is. The rows of the hard targets are freed, and rows of all targets, also of those only reported,
are stacked below, each with a miss of its own:

.. math::
    \pm (L_p - v\,B_p / \sigma) + z_k \ge 0

z: `miss` of target k in the LP's unit, the same in all of its years, so that the worst one decides. What a solve asks
is bounds of these rows and of z, and the cost; the shape stays, so that a solve can start from the basis of another.

The nearest attainable value of a target is found by minimising z. For an amount one solve tells it. A share is a ratio,
and its largest value is not where the miss in MW is smallest: the value is moved to what was attained and the miss
minimised again until it no longer improves (Dinkelbach's method, for the worst of several years).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp

from pzh_energy.modeling.compiler import Compiler, LinearProgram, Slice
from pzh_energy.modeling.target import Side, StatedTarget
from pzh_energy.optimization.assemble import Assembled
from pzh_energy.optimization.highs import Solution, refuse_unless_optimal
from pzh_energy.optimization.solve import solve as solve_program

Goal = Literal["cost", "misses", "any"]
Held = Mapping[str, tuple[Side, ...]]
ROWS, MISS = "targets_held", "targets_miss"
"""Names of the stacked rows and columns."""
BEYOND = 100.0
"""A target that can be overshot by more than this many times its own size has no end worth naming."""
NO_BASE = 1e-6
"""A base below this (MW, MWh) is the solver's noise around zero: a share of nothing."""
SETTLED = 1e-7
"""Relative change of a ratio below which it has been found."""
MOST_STEPS = 25
CORNER = ("highs", "simplex", "ipm")
"""Methods that end at a corner of the set of plans."""
BROKEN = 1e-5
"""A row broken by less than this, in its unit, is held to the solver's tolerance."""


@dataclass(frozen=True)
class Measure:
    """A target's terms as rows over its periods: left and base (P, columns) with constants (P,)."""

    left: sp.csr_array
    left_constant: np.ndarray
    base: sp.csr_array
    base_constant: np.ndarray
    scale: float
    is_ratio: bool

    def at(self, x: np.ndarray) -> np.ndarray:
        """The metric in its own unit (P,); NaN for a share of nothing."""
        left, base = self.left @ x + self.left_constant, self.bases(x)
        return np.where(np.abs(base) < NO_BASE, np.nan, left / np.where(base == 0, 1.0, base) * self.scale)

    def bases(self, x: np.ndarray) -> np.ndarray:
        """What a share is a share of, in the LP's unit (P,); 1 for an amount."""
        return np.asarray(self.base @ x + self.base_constant)

    def rows(self, side: Side) -> tuple[sp.csr_array, np.ndarray]:
        """Matrix (P, columns) and lower limits (P,) of the rows of one side."""
        per_unit = side.required / self.scale
        matrix = side.sign * (self.left - per_unit * self.base)
        return sp.csr_array(matrix), -side.sign * (self.left_constant - per_unit * self.base_constant)


@dataclass(frozen=True)
class Answer:
    """What a solve of the twin gave; attained: worst value of every target in its unit, NaN for a share of nothing.

    solution: of the twin, whose first columns and rows are those of the scenario's own program.
    """

    solution: Solution
    x: np.ndarray
    attained: Mapping[str, float]

    @property
    def objective(self) -> float:
        """What was minimised."""
        return self.solution.objective


@dataclass(frozen=True)
class Reach:
    """How far a target can be taken: value in its unit, None where there is no end; answer: the solve that shows it."""

    value: float | None
    answer: Answer


class Twin:
    """The elastic twin of an assembled and compiled scenario."""

    def __init__(
        self, assembled: Assembled, compiler: Compiler, program: LinearProgram, only: Iterable[str] | None = None
    ) -> None:
        """only: ids of the targets that take part, of all if none are named; the rows of the others are freed."""
        self.assembled, self.compiler, self.program = assembled, compiler, program
        self.targets = {t.identifier: t for t in assembled.targets if only is None or t.identifier in only}
        self.measures = {key: _measure(target, assembled, compiler) for key, target in self.targets.items()}
        self.hard = tuple(key for key, target in self.targets.items() if target.spec.mode == "hard")
        self.options = assembled.system.scenario.solver

    def sides(self, identifier: str, value: float | None = None, exactly: bool = False) -> tuple[Side, ...]:
        """What a target asks; of another value if one is given, with the same tolerance, or exactly that."""
        target = self.targets[identifier]
        if value is None:
            return target.sides
        changes = {"value": value, "tolerance": 0.0} if exactly else {"value": value}
        return replace(target, spec=target.spec.model_copy(update=changes)).sides

    def as_asked(self, identifiers: Iterable[str] | None = None) -> dict[str, tuple[Side, ...]]:
        """The targets named (all hard ones if none are) at the values they ask."""
        return {key: self.targets[key].sides for key in (self.hard if identifiers is None else identifiers)}

    def solve(
        self,
        held: Held,
        goal: Goal = "cost",
        weights: Mapping[str, float] | None = None,
        start: Any = None,
        overshoot: float = 0.0,
        dropped: Sequence[str] = (),
    ) -> Answer | None:
        """Solve with some targets held, and those that have a weight allowed to be missed; None if nothing is feasible.

        weights: of the misses in the LP's unit, which `misses` minimises; overshoot: how negative a miss may be, in the
        LP's unit; dropped: priced targets whose price is not to be paid either.
        Raises SolverStoppedError where the solver comes to no conclusion.
        """
        made = self._stacked(held, goal, weights or {}, overshoot, dropped)
        # a price is read at a corner, and the methods that end inside the set of plans give no basis to go on from
        method = self.options.method if goal == "cost" and self.options.method in CORNER else "highs"
        solution = solve_program(made, method, self.options.time_limit_s, self.options.threads, start=start)
        if start is not None and solution.outcome == "trouble":
            # a basis that was good for another question may be singular or lead nowhere for this one
            solution = solve_program(made, method, self.options.time_limit_s, self.options.threads)
        if solution.outcome == "infeasible":
            return None
        refuse_unless_optimal(solution)
        x = solution.x[: self.program.matrix.shape[1]]
        return Answer(solution, x, {key: self._worst(key, held, x) for key in self.targets})

    def feasible(self, identifiers: Iterable[str], start: Any = None) -> bool:
        """True if some plan holds all of these targets; start: basis of any plan, from which the answer is near."""
        return self.solve(self.as_asked(identifiers), "any", start=start) is not None

    def reach(self, identifier: str, others: Held, sign: float) -> Reach | None:
        """How high (sign 1) or low (-1) a target can be taken while the others are held; None if they cannot be."""
        side = next((s for s in self.targets[identifier].sides if s.sign == sign), self.targets[identifier].sides[0])
        value, measure = side.required, self.measures[identifier]
        kept = {key: sides for key, sides in others.items() if key != identifier}
        answer = None
        for _ in range(MOST_STEPS):
            held = {**kept, identifier: (Side(side.name, sign, value),)}
            size = self.size(identifier, answer.x if answer else None)
            start = answer.solution.basis if answer else None
            answer = self.solve(held, "misses", {identifier: 1.0}, start=start, overshoot=BEYOND * size)
            if answer is None:
                return None
            if answer.objective <= -BEYOND * size * (1 - SETTLED):
                return Reach(None, answer)
            found = answer.attained[identifier]
            if measure.is_ratio and abs(found) > BEYOND * max(1.0, abs(side.required)):
                return Reach(None, answer)
            if not measure.is_ratio or np.isnan(found) or abs(found - value) <= SETTLED * max(1.0, abs(value)):
                return Reach(found, answer)
            value = found
        return Reach(value, answer) if answer else None

    def nearest(self, identifier: str, others: Held) -> Reach | None:
        """The attainable value nearest to what a target asks, or beyond it, while the others are held.

        None if the others cannot be held themselves. `equal` is approached from the side on which it is missed.
        """
        sides = self.targets[identifier].sides
        if len(sides) == 1:
            return self.reach(identifier, others, sides[0].sign)
        kept = {key: held for key, held in others.items() if key != identifier}
        near = self.solve({**kept, identifier: sides}, "misses", {identifier: 1.0})
        if near is None:
            return None
        found = near.attained[identifier]
        if np.isnan(found) or self.targets[identifier].missing(found) <= self.tolerance(identifier):
            return Reach(found, near)
        return self.reach(identifier, others, 1.0 if found < sides[0].required else -1.0)

    def tolerance(self, identifier: str) -> float:
        """A miss below this, in the metric's unit, is the solver's own tolerance."""
        return 1e-6 * max(1.0, *(abs(side.required) for side in self.targets[identifier].sides))

    def size(self, identifier: str, x: np.ndarray | None = None) -> float:
        """The requirement in the LP's unit, by which misses of different targets are made comparable; never zero.

        Of a share, the amount it stands for at `x`. What asks for nothing (0 unserved) is as large as what it has at
        `x`, or as ten percentage points or one unit.
        """
        measure, target = self.measures[identifier], self.targets[identifier]
        value = max(abs(side.required) for side in target.sides)
        if value == 0.0:
            there = 0.0 if x is None else float(np.nanmax(np.abs(measure.at(x)), initial=0.0))
            value = there or (10.0 if target.metric.unit == "%" else 1.0)
        base = 1.0
        if measure.is_ratio:
            base = 1000.0 if x is None else max(1.0, float(np.abs(measure.bases(x)).max()))
        return value / measure.scale * base

    def short_of(self) -> tuple[Solution, dict[str, np.ndarray]]:
        """Least that must be added to or taken off rows for any plan to exist, without targets, by row.

        Only the balances may give way; if no plan exists even then, every row may. Amounts are in the shape and unit of
        the rows; those of rows that need none are left out.
        """
        rows = self.program.constraints
        for chosen in ([place for place in rows if "." not in place.name], list(rows)):
            solution, amounts = self._giving_way(chosen)
            if solution.outcome != "infeasible":
                break
        refuse_unless_optimal(solution)
        return solution, {place.name: place.take(amounts) for place in chosen if place.take(amounts).any()}

    def _giving_way(self, places: Sequence[Slice]) -> tuple[Solution, np.ndarray]:
        """Solve with some rows allowed to be broken at a cost of 1 per unit; how far each is broken (rows,)."""
        program = self.program
        rows, columns = program.matrix.shape
        lower, upper = self._freed()
        at = np.concatenate([np.arange(place.start, place.stop) for place in places])
        added = sp.csr_array((np.ones(len(at)), (at, np.arange(len(at)))), shape=(rows, len(at)))
        made = replace(
            program,
            matrix=sp.csr_array(sp.hstack([program.matrix, added, -added], "csr")),
            row_lower=lower,
            row_upper=upper,
            column_lower=np.concatenate([program.column_lower, np.zeros(2 * len(at))]),
            column_upper=np.concatenate([program.column_upper, np.full(2 * len(at), np.inf)]),
            cost=np.concatenate([np.zeros(columns), np.ones(2 * len(at))]),
            offset=0.0,
        )
        solution = solve_program(made, "simplex", self.options.time_limit_s, self.options.threads)
        amounts = np.zeros(rows)
        if solution.outcome == "optimal":
            broken = solution.x[columns : columns + len(at)] + solution.x[columns + len(at) :]
            amounts[at] = np.where(broken > BROKEN, broken, 0.0)
        return solution, amounts

    def price(self, identifier: str, answer: Answer) -> float:
        """What asking for more costs at an answer: million CNY for a year and unit, as of `modeling.prices`.

        A target of several years is asked for more in all of them: the sum over the years by the sum of their weights.
        """
        sides = self.targets[identifier].sides
        signs = np.array([side.sign if len(sides) > 1 else 1.0 for side in sides])
        return float(signs @ self._slopes(identifier, answer)) / self.weight(identifier)

    def brought(self, identifier: str, answer: Answer) -> float:
        """What the worst year of a target gains, in its unit, for a miss smaller by one, of an answer with least miss.

        A share has another base in every year: those of the years that decide count, by their duals.
        """
        slope = float(np.abs(self._slopes(identifier, answer)).sum())
        return 1.0 / slope if slope else 0.0

    def _slopes(self, identifier: str, answer: Answer) -> np.ndarray:
        """What was minimised, for a unit more asked on each side of a target in all of its years (sides,)."""
        target, measure = self.targets[identifier], self.measures[identifier]
        first = self.program.matrix.shape[0]
        for key, other in self.targets.items():
            if key == identifier:
                break
            first += len(other.sides) * len(other.periods)
        duals = answer.solution.row_dual[first : first + len(target.sides) * len(target.periods)]
        per_unit = measure.bases(answer.x) / measure.scale
        return np.asarray(duals.reshape(len(target.sides), len(target.periods)) @ per_unit)

    def weight(self, identifier: str) -> float:
        """Discounted years that the periods of a target stand for."""
        calendar = self.assembled.model.calendar
        return float(sum(calendar.weight[calendar.periods.index(p)] for p in self.targets[identifier].periods))

    def plain(self, answer: Answer) -> Solution:
        """The answer as a solution of the scenario's own program: the rows of hard targets get their duals back."""
        rows, columns = self.program.matrix.shape
        duals = answer.solution.row_dual[:rows].copy()
        places = {place.name: place for place in self.program.constraints}
        position = rows
        for key, target in self.targets.items():
            count = len(target.sides) * len(target.periods)
            if key in self.hard:
                place = places[target.row]
                duals[place.start : place.stop] = answer.solution.row_dual[position : position + count]
            position += count
        return replace(answer.solution, x=answer.x, reduced_cost=answer.solution.reduced_cost[:columns], row_dual=duals)

    def _worst(self, identifier: str, held: Held, x: np.ndarray) -> float:
        """The value of the year that is furthest from what is asked."""
        measured = self.measures[identifier].at(x)
        if np.isnan(measured).any():
            return float("nan")
        sides = held.get(identifier, self.targets[identifier].sides)
        misses = [max(side.sign * (side.required - value) for side in sides) for value in measured]
        return float(measured[int(np.argmax(misses))])

    def _freed(self, dropped: Sequence[str] = ()) -> tuple[np.ndarray, np.ndarray]:
        """Limits of the scenario's own rows; those of the hard targets, and of those dropped, without any."""
        lower, upper = self.program.row_lower.copy(), self.program.row_upper.copy()
        own = {target.row for target in self.assembled.targets if target.spec.mode == "hard"}
        own |= {self.targets[key].row for key in dropped}
        for place in self.program.constraints:
            if place.name in own:
                lower[place.start : place.stop], upper[place.start : place.stop] = -np.inf, np.inf
        return lower, upper

    def _stacked(
        self, held: Held, goal: Goal, weights: Mapping[str, float], overshoot: float, dropped: Sequence[str]
    ) -> LinearProgram:
        """The twin's program for one question."""
        program, count = self.program, len(self.targets)
        rows, columns = program.matrix.shape
        lower, upper = self._freed(dropped)
        wide = _widened(program.matrix, columns + count)
        parts, lows = [wide], [lower]
        for k, (key, target) in enumerate(self.targets.items()):
            # as many rows as the target states, whatever is asked: the shape is that of every other question
            sides = _filled(held.get(key, target.sides), len(target.sides))
            for side in sides:
                matrix, low = self.measures[key].rows(side)
                miss = sp.csr_array(np.ones((len(low), 1)))
                parts.append(sp.hstack([matrix, _column(miss, k, count)], "csr"))
                lows.append(low if key in held else np.full(len(low), -np.inf))
        stacked = sum(len(low) for low in lows[1:])
        cost = program.cost if goal == "cost" else np.zeros(columns)
        missed = np.array([weights.get(key, 0.0) if goal == "misses" else 0.0 for key in self.targets])
        may = np.array([key in weights for key in self.targets])
        return replace(
            program,
            matrix=sp.csr_array(sp.vstack(parts, "csr")),
            row_lower=np.concatenate(lows),
            row_upper=np.concatenate([upper, np.full(stacked, np.inf)]),
            column_lower=np.concatenate([program.column_lower, np.where(may, -overshoot, 0.0)]),
            column_upper=np.concatenate([program.column_upper, np.where(may, np.inf, 0.0)]),
            cost=np.concatenate([cost, missed]),
            offset=program.offset if goal == "cost" else 0.0,
            variables=(*program.variables, _slice(MISS, columns, list(self.targets))),
            constraints=(*program.constraints, _slice(ROWS, rows, list(range(stacked)))),
        )


def _measure(target: StatedTarget, assembled: Assembled, compiler: Compiler) -> Measure:
    """The rows of a target's terms; they are compiled over all periods and cut to those it speaks of."""
    m, terms = assembled.model.pyomo, target.terms
    chosen = [assembled.model.calendar.periods.index(p) for p in target.periods]

    def rows(rule: Any) -> tuple[sp.csr_array, np.ndarray]:
        matrix, constant = compiler.rows(target.identifier, m, lambda _, period: rule(period), m.period)
        return sp.csr_array(matrix[chosen]), np.asarray(constant)[chosen]

    left, left_constant = rows(terms.left)
    if terms.base is None:
        base, base_constant = sp.csr_array(left.shape), np.ones(len(chosen))
    else:
        base, base_constant = rows(terms.base)
    return Measure(left, left_constant, base, base_constant, terms.scale, terms.base is not None)


def _filled(sides: Sequence[Side], count: int) -> list[Side]:
    """As many sides as the target has rows; the last one is said again."""
    return [*sides, *([sides[-1]] * (count - len(sides)))]


def _widened(matrix: sp.csr_array, columns: int) -> sp.csr_array:
    """The matrix with empty columns added, without a copy."""
    return sp.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], columns))


def _column(values: sp.csr_array, at: int, count: int) -> sp.csr_array:
    """A column as one of several."""
    rows = values.shape[0]
    return sp.csr_array((values.data, (np.arange(rows), np.full(rows, at))), shape=(rows, count))


def _slice(name: str, start: int, labels: list[Any]) -> Slice:
    return Slice(name, start, (len(labels),), ("target",), (tuple(labels),))
