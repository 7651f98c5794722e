"""The standard form of the interior point: minimise c x with A x + s = b and 0 <= x <= u, scaled.

Rows that bound from below only are turned round, so that every inequality has a slack with coefficient one; columns
without a lower bound are mirrored. Coefficients are brought near one by powers of two, which rounds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from pzh_energy.optimization.structured.presolve import NotSolvableHereError, Presolve

SCALING_PASSES = 4


@dataclass(frozen=True)
class StandardForm:
    """A (rows, columns); right_side (rows,); cost, upper (columns,); slack_upper (rows,), zero for an equality.

    row_scale, column_scale carry the signs of what was turned round; x of the program = origin + column_scale x;
    row dual of the program = row_scale y / cost_scale; offset: scaled cost of x = 0.
    """

    matrix: sp.csr_array
    right_side: np.ndarray
    cost: np.ndarray
    upper: np.ndarray
    slack_upper: np.ndarray
    row_scale: np.ndarray
    column_scale: np.ndarray
    origin: np.ndarray
    cost_scale: float
    offset: float

    def ordered(self, rows: np.ndarray, columns: np.ndarray) -> StandardForm:
        """The same program with its rows and columns in another order."""
        return replace(
            self,
            matrix=sp.csr_array(self.matrix[rows][:, columns]),
            right_side=self.right_side[rows],
            cost=self.cost[columns],
            upper=self.upper[columns],
            slack_upper=self.slack_upper[rows],
            row_scale=self.row_scale[rows],
            column_scale=self.column_scale[columns],
            origin=self.origin[columns],
        )


def standard_form(presolve: Presolve) -> StandardForm:
    """Standard form of what is left of a program. Raises NotSolvableHereError for a column without any bound."""
    program, rows, columns = presolve.program, presolve.rows, presolve.columns
    lower, upper = presolve.lower[columns], presolve.upper[columns]
    if np.any(np.isinf(lower) & np.isinf(upper)):
        worst = int(columns[np.flatnonzero(np.isinf(lower) & np.isinf(upper))[0]])
        raise NotSolvableHereError("no_structure", f"{program.column_of(worst)} has no bound")
    mirrored = np.isinf(lower)
    origin = np.where(mirrored, upper, lower)
    width = np.where(mirrored, np.inf, upper - lower)
    matrix = presolve.matrix[rows][:, columns]
    given = matrix @ origin
    low = program.row_lower[rows] - presolve.shift[rows] - given
    high = program.row_upper[rows] - presolve.shift[rows] - given
    if np.any(np.isinf(low) & np.isinf(high)):
        raise NotSolvableHereError("no_structure", "a row without limits was left")
    turned = np.isinf(high)
    room = np.where(turned, np.inf, high - low)
    row_size, column_size = scaling(matrix)
    size = _typical(np.where(turned, low, high) * row_size)  # lengths of about one, whatever the units
    row_scale = np.where(turned, -row_size, row_size) / size
    column_scale = np.where(mirrored, -column_size, column_size) * size
    left, start = np.zeros(len(program.cost), bool), np.zeros(len(program.cost))
    left[columns], start[columns] = True, origin
    cost = program.cost[columns] * column_scale
    cost_scale = 1.0 / _typical(cost)
    scaled = sp.csr_array(sp.diags_array(row_scale) @ matrix @ sp.diags_array(column_scale))
    return StandardForm(
        matrix=scaled,
        right_side=np.where(turned, low, high) * row_scale,
        cost=cost * cost_scale,
        upper=width / np.abs(column_scale),
        slack_upper=room * np.abs(row_scale),
        row_scale=row_scale,
        column_scale=column_scale,
        origin=origin,
        cost_scale=cost_scale,
        offset=cost_scale * (program.offset + float(program.cost @ np.where(left, start, presolve.lower))),
    )


def _typical(values: np.ndarray) -> float:
    """A power of two near the geometric mean of what is not zero."""
    size = np.abs(values[np.isfinite(values) & (values != 0)])
    return float(2.0 ** np.round(np.log2(size).mean())) if len(size) else 1.0


def scaling(matrix: sp.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Powers of two (rows,), (columns,) that bring the geometric mean of each row and column near one."""
    rows, columns = matrix.shape
    logs = np.log2(np.abs(matrix.data))
    row_of = np.repeat(np.arange(rows), np.diff(matrix.indptr))
    in_row = np.maximum(np.bincount(row_of, minlength=rows), 1)
    in_column = np.maximum(np.bincount(matrix.indices, minlength=columns), 1)
    row_log, column_log = np.zeros(rows), np.zeros(columns)
    for _ in range(SCALING_PASSES):
        row_log = -np.bincount(row_of, logs + column_log[matrix.indices], minlength=rows) / in_row
        column_log = -np.bincount(matrix.indices, logs + row_log[row_of], minlength=columns) / in_column
    return np.exp2(np.round(row_log)), np.exp2(np.round(column_log))
