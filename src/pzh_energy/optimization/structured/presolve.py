"""Removes what leaves the interior point no interior, and gives the answer of what is left back its removed parts.

Five reductions are repeated until none applies: fixed columns leave; rows without columns leave; a row with one column
becomes a bound of it; a column without rows goes to the end its cost prefers; a row that holds only with all its
columns at one end fixes them there, and one that always holds leaves. Each is undone in reverse order, so that the
duals of the whole program are those of the reduced one, extended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy.sparse as sp

from pzh_energy.modeling.compiler import LinearProgram

ROUNDS = 200
"""A chain of pinned capacities takes a round for each period; more than this many means something is wrong."""
SLACKNESS = 1e-9
"""Bounds that differ by less, relative to their size, are one value; the certificate of the answer stands above it."""


Reason = Literal["no_structure", "no_optimum", "no_certificate"]


class NotSolvableHereError(Exception):
    """The structured method does not apply to a program, or there may be no optimum; the message says why."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason


@dataclass(frozen=True)
class _Singletons:
    """Rows that became bounds. low, high: whether the row gives the column its lower, upper bound."""

    rows: np.ndarray
    columns: np.ndarray
    coefficients: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class _Forcing:
    """Rows at the end of their range, with the columns that they fix. at_most: whether the upper limit is met."""

    rows: np.ndarray
    at_most: np.ndarray
    entry_row: np.ndarray
    entry_column: np.ndarray
    entry_value: np.ndarray


class Presolve:
    """A program reduced. Raises NotSolvableHereError where a reduction meets a contradiction.

    rows, columns: positions of what is left, in the program; lower, upper (columns of the program): tightened bounds;
    shift (rows of the program): activity of the columns that were fixed.
    """

    def __init__(self, program: LinearProgram) -> None:
        self.program = program
        matrix = sp.csr_array(program.matrix, copy=True)
        matrix.eliminate_zeros()
        self.matrix = matrix
        self._transpose = sp.csr_array(matrix.T)
        self._pattern = sp.csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
        self.lower, self.upper = program.column_lower.copy(), program.column_upper.copy()
        self._row_active = np.ones(matrix.shape[0], bool)
        self._column_active = np.ones(matrix.shape[1], bool)
        self._undo: list[_Singletons | _Forcing] = []
        self.shift = np.zeros(matrix.shape[0])
        self._reduce()
        self.rows, self.columns = np.flatnonzero(self._row_active), np.flatnonzero(self._column_active)

    def _reduce(self) -> None:
        for _ in range(ROUNDS):
            changed = self._fix_columns()
            changed |= self._drop_empty_and_single_rows()
            changed = changed or self._settle_idle_columns()
            if not changed and not self._use_ranges():
                return
        raise NotSolvableHereError("no_structure", "the reductions do not come to an end")

    def _fix_columns(self) -> bool:
        width = self.upper - self.lower
        size = np.maximum(1.0, np.abs(np.where(np.isfinite(self.lower), self.lower, 0.0)))
        if np.any(width < -SLACKNESS * size):
            raise NotSolvableHereError("no_optimum", "bounds contradict each other")
        fixed = self._column_active & (width <= 1e-2 * SLACKNESS * size)
        if not fixed.any():
            return False
        self.upper[fixed] = self.lower[fixed]
        value = np.zeros(len(self.lower))
        value[fixed] = self.lower[fixed]
        if not np.isfinite(value).all():
            raise NotSolvableHereError("no_optimum", "a bound is infinite on the wrong side")
        self.shift += self.matrix @ value
        self._column_active &= ~fixed
        return True

    def _limits(self) -> tuple[np.ndarray, np.ndarray]:
        return self.program.row_lower - self.shift, self.program.row_upper - self.shift

    def _drop_empty_and_single_rows(self) -> bool:
        count = self._pattern @ self._column_active
        low, high = self._limits()
        empty = np.flatnonzero(self._row_active & (count == 0))
        scale = SLACKNESS * (1.0 + np.abs(self.shift[empty]))
        if np.any(low[empty] > scale) or np.any(high[empty] < -scale):
            raise NotSolvableHereError("no_optimum", "a row without columns cannot hold")
        self._row_active[empty] = False
        rows = np.flatnonzero(self._row_active & (count == 1))
        if not len(rows):
            return False
        part = self.matrix[rows]
        own = self._column_active[part.indices]
        columns, coefficients = part.indices[own], part.data[own]
        ends = np.stack([low[rows], high[rows]]) / coefficients
        least = np.where(coefficients > 0, ends[0], ends[1])
        most = np.where(coefficients > 0, ends[1], ends[0])
        lower, upper = self.lower.copy(), self.upper.copy()
        np.maximum.at(self.lower, columns, least)
        np.minimum.at(self.upper, columns, most)
        gives_low = (least == self.lower[columns]) & (least > lower[columns])
        gives_high = (most == self.upper[columns]) & (most < upper[columns])
        self._undo.append(_Singletons(rows, columns, coefficients, gives_low, gives_high))
        self._row_active[rows] = False
        return True

    def _settle_idle_columns(self) -> bool:
        """Columns that no row is left to hold: their reduced cost is their cost, and needs no dual to explain it."""
        idle = self._column_active & (self._pattern.T @ self._row_active == 0) & (self.lower != self.upper)
        if not idle.any():
            return False
        cost = self.program.cost
        at_lower = np.where(cost == 0, np.isfinite(self.lower), cost > 0)
        end = np.where(at_lower, self.lower, self.upper)
        free = idle & (cost == 0) & np.isinf(end)
        end[free] = 0.0
        if np.any(np.isinf(end[idle])):
            raise NotSolvableHereError("no_optimum", "the cost can fall for ever")
        self.lower[idle] = self.upper[idle] = end[idle]
        return True

    def _use_ranges(self) -> bool:
        """Rows that can hold in one way only, and rows that hold in every way."""
        least, most = self._activity(self.lower, self.upper), self._activity(self.upper, self.lower)
        low, high = self._limits()
        smaller = np.minimum(np.abs(least), np.abs(most))
        size = SLACKNESS * np.maximum(1.0, np.where(np.isfinite(smaller), smaller, 0.0))
        if np.any(self._row_active & ((least > high + 1e3 * size) | (most < low - 1e3 * size))):
            raise NotSolvableHereError("no_optimum", "a row cannot hold within the bounds of its columns")
        always = self._row_active & (least >= low) & (most <= high)
        self._row_active &= ~always
        at_most = self._row_active & (least >= high - 1e-2 * size)
        at_least = self._row_active & ~at_most & (most <= low + 1e-2 * size)
        forced = np.flatnonzero(at_most | at_least)
        if len(forced):
            self._force(forced, at_most[forced])
        return bool(len(forced) or always.any())

    def _activity(self, at_positive: np.ndarray, at_negative: np.ndarray) -> np.ndarray:
        """Activity (rows,) of the columns left, those with positive coefficients at one end, the others at another."""
        positive, negative = self.matrix.copy(), self.matrix.copy()
        positive.data, negative.data = np.maximum(self.matrix.data, 0.0), np.minimum(self.matrix.data, 0.0)
        out = np.zeros(self.matrix.shape[0])
        for part, end in ((positive, at_positive), (negative, at_negative)):
            usable = np.where(self._column_active & np.isfinite(end), end, 0.0)
            endless = np.where(self._column_active & np.isinf(end), np.sign(end), 0.0)
            out += part @ usable
            signs = sp.csr_array((np.sign(part.data), part.indices, part.indptr), shape=part.shape)
            reach = signs @ endless
            out = np.where(reach == 0, out, np.inf * np.sign(np.where(reach == 0, 1.0, reach)))
        return out

    def _force(self, rows: np.ndarray, at_most: np.ndarray) -> None:
        part = self.matrix[rows]
        row = np.repeat(np.arange(len(rows)), np.diff(part.indptr))
        keep = self._column_active[part.indices]
        row, column, value = row[keep], part.indices[keep], part.data[keep]
        owner = np.full(len(self.lower), len(rows))
        np.minimum.at(owner, column, row)
        shared = np.zeros(len(rows), bool)
        shared[row[owner[column] != row]] = True  # two such rows on a column: one now, the other in the next round
        keep = ~shared[row]
        row, column, value = row[keep], column[keep], value[keep]
        down = (value > 0) == at_most[row]
        self.upper[column[down]] = self.lower[column[down]]
        self.lower[column[~down]] = self.upper[column[~down]]
        self._undo.append(_Forcing(rows, at_most, row, column, value))
        self._row_active[rows[~shared]] = False

    def order(self, rows: np.ndarray, columns: np.ndarray) -> None:
        """Name what is left in another order from now on."""
        self.rows, self.columns = self.rows[rows], self.columns[columns]

    def restore(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values (columns,) and row duals (rows,) of the whole program from those of what is left."""
        values = self.lower.copy()
        values[self.columns] = x
        duals = np.zeros(self.matrix.shape[0])
        duals[self.rows] = y
        reduced = self.program.cost - self._transpose @ duals
        for step in reversed(self._undo):
            for rows, found in self._duals_of(step, reduced):
                duals[rows] += found
                moved = np.zeros(len(duals))
                moved[rows] = found
                reduced -= self._transpose @ moved
        return values, duals

    def _duals_of(self, step: _Singletons | _Forcing, reduced: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The duals that explain the reduced costs a step left unexplained; one side after the other."""
        if isinstance(step, _Singletons):
            for owns, sign in ((step.low, 1.0), (step.high, -1.0)):
                place = np.flatnonzero(owns & (sign * reduced[step.columns] > 0))
                _, first = np.unique(step.columns[place], return_index=True)  # rows that say the same share one dual
                place = place[first]
                yield step.rows[place], reduced[step.columns[place]] / step.coefficients[place]
            return
        ratio = reduced[step.entry_column] / step.entry_value
        found = np.zeros(len(step.rows))
        for at_most, extreme in ((True, np.minimum), (False, np.maximum)):
            here = step.at_most[step.entry_row] == at_most
            extreme.at(found, step.entry_row[here], ratio[here])
        yield step.rows, found
