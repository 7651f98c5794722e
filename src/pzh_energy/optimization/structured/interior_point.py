"""Primal-dual interior point: Mehrotra's predictor and corrector, the latter weighted as Colombo and Gondzio do.

Every column x and slack s is at least zero; some have an upper limit. For each the product of its distance from a limit
and the dual of that limit is driven to zero, all at about the same rate. Primal and dual take steps of their own.
Further correctors save a quarter of the iterations, but cost more than that: a factor is cheap here beside a solve.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pzh_energy.optimization.structured.matrix import SharedMatrix
from pzh_energy.optimization.structured.share import Share
from pzh_energy.optimization.structured.system import System
from pzh_energy.optimization.structured.team import Team

MOST_ITERATIONS = 200
STUCK = 20
"""Iterations without a better point after which no better one is expected."""
WEIGHTS = 5
INSIDE, BESIDE = 10.0, 0.05
"""Distance from its limits at which a scaled column starts at least, if they leave room, without and with a guess; a
typical one ends near 1. Nearer to a guess the iteration starts badly centred and takes more steps."""
SPREAD = 10.0
"""Products of a start lie within this factor of their mean."""
NUDGED = 1e-4
"""Distance from its limits at which a column begins that a change of limits has left outside."""
REFINEMENTS = 2
ROUNDING = 1e-15
LEFT, EXACT = 1e-3, 1e-11
"""A step may leave this share of the residuals, or this much relative to the right-hand side and cost."""
NEAREST = 0.9995
"""Share of the way to the nearest limit that a step goes."""
HALFWAY = 3e-3
"""Error of the point that is kept as a start of like programs. From farther away more iterations are left, from nearer
the iteration sticks to limits that no longer bind."""


CHUNK = 16384
"""Numbers looked at together, so that what they give stays in the cache."""


@dataclass(frozen=True)
class Point:
    """x (columns + slacks,), y (rows,), duals of the lower and of the finite upper limits; or a step of all these.

    room: distance from the finite upper limits.
    """

    x: np.ndarray
    room: np.ndarray
    y: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    @property
    def sides(self) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
        """What must stay positive, primal and dual; the products of one with the other are to vanish."""
        return (self.x, self.room), (self.lower, self.upper)

    def moved(self, step: Point, primal: float, dual: float) -> Point:
        """This point and a multiple of a step."""
        return Point(
            self.x + primal * step.x,
            self.room + primal * step.room,
            self.y + dual * step.y,
            self.lower + dual * step.lower,
            self.upper + dual * step.upper,
        )


@dataclass(frozen=True)
class Progress:
    """Relative errors of a point: gap of the costs, rows (primal), columns (dual); and the mean product driven to 0."""

    gap: float
    primal: float
    dual: float
    product: float

    @property
    def error(self) -> float:
        """The largest of the three errors."""
        return max(self.gap, self.primal, self.dual)


class InteriorPoint:
    """The iteration on the shares of a program, each process with its own: vectors are of the own rows and columns.

    The leader's `interrupted` is asked ahead of each step whether to stop; stopped: whether it ever said so; kept: of
    the last solve the first point halfway to the optimum.
    """

    def __init__(self, share: Share, system: System, team: Team, interrupted: Callable[[], bool]) -> None:
        self.system, self.team, self.interrupted = system, team, interrupted
        self.stopped = False
        self.matrix = SharedMatrix(share, team)
        self.rows, self.columns = len(share.right_side), len(share.cost)
        self.slack_rows = np.flatnonzero(share.slack_upper > 0)
        self.b = share.right_side
        self.c = np.concatenate([share.cost, np.zeros(len(self.slack_rows))])
        self.u = np.concatenate([share.upper, share.slack_upper[self.slack_rows]])
        self.limited = np.flatnonzero(np.isfinite(self.u))
        self.limit = self.u[self.limited]
        self.offset = share.offset
        (self.products,) = team.total(len(self.c) + len(self.limit))
        self.b_size, self.c_size = 1.0 + self._sizes(self.b, self.c)

    def _sizes(self, *vectors: np.ndarray) -> np.ndarray:
        """The largest absolute value of each vector, over all processes."""
        return self.team.largest(np.array([_size(vector) for vector in vectors]))

    def _mean_product(self, point: Point) -> float:
        """The mean of what is to vanish."""
        (total,) = self.team.total(float(point.x @ point.lower + point.room @ point.upper))
        return total / self.products

    def _times(self, x: np.ndarray) -> np.ndarray:
        out = self.matrix.times(x[: self.columns])
        out[self.slack_rows] += x[self.columns :]
        return out

    def _turned_times(self, y: np.ndarray) -> np.ndarray:
        return np.concatenate([self.matrix.turned_times(y), y[self.slack_rows]])

    def _factor(self, theta: np.ndarray) -> None:
        self._theta = theta
        slack = np.zeros(self.rows)
        slack[self.slack_rows] = theta[self.columns :]
        self.system.factor(theta[: self.columns], slack)

    def _solve_once(self, p: np.ndarray, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        slack_side = np.zeros(self.rows)
        slack_side[self.slack_rows] = r[self.columns :]
        dx, ds, dy = self.system.solve(p, r[: self.columns], slack_side)
        return np.concatenate([dx, ds[self.slack_rows]]), dy

    def _solve(self, p: np.ndarray, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """A dx = p, A' dy - dx / θ = r, refined where the rows are not met: dx follows from dy by the latter."""
        dx, dy = self._solve_once(p, r)
        for _ in range(REFINEMENTS):
            p_left = p - self._times(dx)
            if self._sizes(p_left)[0] <= self._p_enough:
                break
            more_x, more_y = self._solve_once(p_left, r - self._turned_times(dy) + dx / self._theta)
            dx += more_x
            dy += more_y
        return dx, dy

    def start(self) -> Point:
        """A point well inside, near the least-squares solutions of the rows and of the duals."""
        self._factor(np.ones(len(self.c)))
        middle = np.full(len(self.c), 0.5)
        middle[self.limited] = np.minimum(1.0, self.limit / 2)
        dx, _ = self._solve_once(self.b - self._times(middle), np.zeros(len(self.c)))
        _, y = self._solve_once(np.zeros(self.rows), self.c)
        total, count = self.team.total(float(np.abs(self.c).sum()), float(np.count_nonzero(self.c)))
        size = total / count if count else 1.0
        return self._explained(self._moved_inside(np.abs(middle + dx), INSIDE), y, size)

    def near(self, guess: np.ndarray) -> Point:
        """A point inside beside guessed columns (columns,); the duals are those that fit it best.

        Least squares with the distance from the nearest limit as weight let a column that stands clear of its limits
        have next to no dual, as at an optimum: the estimate of affine scaling.
        """
        slack = (self.b - self.matrix.times(guess))[self.slack_rows]
        x = self._moved_inside(np.concatenate([guess, slack]), BESIDE)
        distance = x.copy()
        distance[self.limited] = np.minimum(distance[self.limited], self.limit - x[self.limited])
        self._factor(np.minimum(distance, INSIDE) ** 2)
        _, y = self._solve_once(np.zeros(self.rows), self.c)
        return self._explained(x, y, 0.0)

    def resumed(self, columns: np.ndarray, rows: np.ndarray) -> Point:
        """The point with these values and duals of columns (columns, 3) and rows (rows, 4), as `taken_apart` has them.

        What a change of limits left outside is moved inside, and products far from their mean nearer to it.
        """
        value, lower, upper = (np.concatenate([columns[:, i], rows[self.slack_rows, i + 1]]) for i in range(3))
        outside = value <= 0
        outside[self.limited] |= value[self.limited] >= self.limit
        x = np.where(outside, self._moved_inside(value, NUDGED), value)
        return self._centred(x, rows[:, 0], lower, upper[self.limited])

    def taken_apart(self, point: Point) -> tuple[np.ndarray, np.ndarray]:
        """Columns (columns, 3): value, duals of lower and upper limit; rows (rows, 4): dual, and these of its slack."""
        upper = np.zeros(len(point.x))
        upper[self.limited] = point.upper
        every = np.column_stack([point.x, point.lower, upper])
        rows = np.zeros((self.rows, 4))
        rows[:, 0], rows[self.slack_rows, 1:] = point.y, every[self.columns :]
        return every[: self.columns], rows

    def _moved_inside(self, x: np.ndarray, distance: float) -> np.ndarray:
        """A copy with that distance from all limits at least, where they leave room."""
        x = np.maximum(x, distance)
        room = np.minimum(0.5 * self.limit, distance)
        x[self.limited] = np.clip(x[self.limited], room, self.limit - room)
        return x

    def _explained(self, x: np.ndarray, y: np.ndarray, least: float) -> Point:
        """The point with duals of the limits that explain the costs, at least as large as stated."""
        z = self.c - self._turned_times(y)
        return self._centred(x, y, np.maximum(z, 0.0) + least, np.maximum(-z[self.limited], 0.0) + least)

    def _centred(self, x: np.ndarray, y: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> Point:
        """The point with its duals changed where their products are far from the mean."""
        room = self.limit - x[self.limited]
        product = self._mean_product(Point(x, room, y, lower, upper))
        low, high = product / SPREAD, product * SPREAD
        return Point(x, room, y, np.clip(lower, low / x, high / x), np.clip(upper, low / room, high / room))

    def progress(self, point: Point) -> Progress:
        """Errors of a point; sets the residuals that the next step removes."""
        self._p = self.b - self._times(point.x)
        self._d = self.c - self._turned_times(point.y) - point.lower
        self._d[self.limited] += point.upper
        p_size, d_size = self._sizes(self._p, self._d)
        self._p_enough = LEFT * p_size + EXACT * self.b_size
        cost, slope = self.team.total(float(self.c @ point.x), float(self.b @ point.y - self.limit @ point.upper))
        return Progress(
            abs(cost - slope) / (1.0 + abs(cost + self.offset)),
            float(p_size / self.b_size),
            float(d_size / self.c_size),
            self._mean_product(point),
        )

    def solve(self, tolerance: float, point: Point) -> tuple[Point, Progress]:
        """The best point found on the way from one: within the tolerance, or as far as it went."""
        progress = self.progress(point)
        best = point, progress
        stuck, self.kept = 0, point
        for _ in range(MOST_ITERATIONS):
            if progress.error < tolerance or stuck > STUCK or self._stops():
                break
            try:
                point = self._step(point, progress.product)
            except np.linalg.LinAlgError:
                break
            progress = self.progress(point)
            if not np.isfinite(progress.error):
                break
            stuck = stuck + 1 if progress.error >= best[1].error else 0
            if progress.error < HALFWAY <= best[1].error:
                self.kept = point
            if progress.error < best[1].error:
                best = point, progress
        return best

    def _stops(self) -> bool:
        """What the leader is told when it asks whether to stop, known to all."""
        self.stopped = self.team.spread(self.team.leads and self.interrupted())
        return self.stopped

    def inside(self, point: Point) -> int:
        """How many columns and slacks stand clear of their limits: farther from each than its dual is from zero."""
        clear = point.x > point.lower
        clear[self.limited] &= self.limit - point.x[self.limited] > point.upper
        return int(clear.sum())

    def _step(self, point: Point, product: float) -> Point:
        theta = point.lower / point.x
        theta[self.limited] += point.upper / point.room
        self._factor(1.0 / theta)
        move = self._direction(point, self._p, self._d, -point.x * point.lower, -point.room * point.upper)
        (primal,), (dual,) = self._lengths(point, move, move, np.zeros(1))
        left = self._mean_product(point.moved(move, primal, dual))
        target = min(max((left / product) ** 3, 1e-6), 0.9) * product
        second = self._direction(point, 0.0, 0.0, target - move.x * move.lower, target - move.room * move.upper)
        move, primal, dual = self._blend(point, move, second, max(primal * dual, 0.1))
        after = point.moved(move, *(length * NEAREST if length < 1 else 1.0 for length in (primal, dual)))
        # the difference may round to nothing where a column ends at its limit
        room = np.maximum(self.limit - after.x[self.limited], ROUNDING * self.limit)
        return replace(after, room=room)

    def _blend(self, point: Point, move: Point, more: Point, least: float) -> tuple[Point, float, float]:
        """The step plus as much of a correction as makes it longest, primal and dual apart."""
        weights = np.linspace(least, 1.0, WEIGHTS)
        lengths = self._lengths(point, move, more, weights)
        (primal, p), (dual, d) = (max(zip(side, weights.tolist(), strict=True)) for side in lengths)
        return move.moved(more, p, d), primal, dual

    def _lengths(
        self, point: Point, move: Point, more: Point, weights: np.ndarray
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Longest primal and dual steps (weights,), at most 1, along `move + weight * more` that keep all positive."""

        steepest = [
            np.min([_steepest(*vectors, weights) for vectors in zip(*sides, strict=True)], axis=0)
            for sides in zip(point.sides, move.sides, more.sides, strict=True)
        ]
        primal, dual = 1.0 / np.maximum(1.0, self.team.largest(-np.array(steepest)))
        return tuple(primal.tolist()), tuple(dual.tolist())

    def _direction(
        self, point: Point, p: np.ndarray | float, d: np.ndarray | float, lower: np.ndarray, upper: np.ndarray
    ) -> Point:
        """The step that removes the residuals p, d and changes the products by `lower` and `upper`."""
        side = d - lower / point.x
        side[self.limited] += upper / point.room
        dx, dy = self._solve(np.broadcast_to(p, self.b.shape), side)
        room = -dx[self.limited]
        return Point(dx, room, dy, (lower - point.lower * dx) / point.x, (upper - point.upper * room) / point.room)


def _steepest(value: np.ndarray, move: np.ndarray, more: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Least relative change of a value for each weight (weights,)."""
    out = np.zeros(len(weights))
    for start in range(0, len(value), CHUNK):
        part = slice(start, start + CHUNK)
        first, second = move[part] / value[part], more[part] / value[part]
        for i, weight in enumerate(weights.tolist()):
            out[i] = min(out[i], float((first + weight * second).min()))
    return out


def _size(values: np.ndarray) -> float:
    return max(float(values.max(initial=0.0)), -float(values.min(initial=0.0)))
