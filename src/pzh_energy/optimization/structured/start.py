"""A point on the way to the optimum of a program, from which one that differs a little is solved in fewer iterations.

The optimum itself would be a bad place to begin: there the products that the iteration drives to zero differ by many
powers of ten. A point where they are still alike, and small, is as near as a change of a few per cent lets it be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pzh_energy.optimization.structured.presolve import Presolve
from pzh_energy.optimization.structured.standard import StandardForm


@dataclass(frozen=True)
class Start:
    """columns (columns of the program, 3): value, duals of the lower and of the upper bound; rows (rows, 4): dual,
    distance from the limit it is an equality but for, its duals likewise. NaN where reductions left nothing.
    """

    columns: np.ndarray
    rows: np.ndarray


def in_program_units(columns: np.ndarray, rows: np.ndarray, form: StandardForm, presolve: Presolve) -> Start:
    """A point of the standard form, columns (columns of the form, 3) and rows (rows of the form, 4), as a start."""
    height, width = presolve.program.matrix.shape
    out = Start(np.full((width, 3), np.nan), np.full((height, 4), np.nan))
    x_unit, row_unit = np.abs(form.column_scale)[:, None], np.abs(form.row_scale)[:, None]
    out.columns[presolve.columns, 0] = form.origin + form.column_scale * columns[:, 0]
    out.columns[presolve.columns, 1:] = columns[:, 1:] / x_unit / form.cost_scale
    out.rows[presolve.rows, 0] = form.row_scale * rows[:, 0] / form.cost_scale
    out.rows[presolve.rows, 1:2] = rows[:, 1:2] / row_unit
    out.rows[presolve.rows, 2:] = rows[:, 2:] * row_unit / form.cost_scale
    return out


def in_form_units(start: Start, form: StandardForm, presolve: Presolve) -> tuple[np.ndarray, np.ndarray] | None:
    """The inverse, for a program that need not be the same; None if its reductions leave what the other's removed."""
    if (len(start.rows), len(start.columns)) != presolve.program.matrix.shape:
        return None
    columns, rows = start.columns[presolve.columns], start.rows[presolve.rows]
    if np.isnan(columns).any() or np.isnan(rows).any():
        return None
    x_unit, row_unit = np.abs(form.column_scale)[:, None], np.abs(form.row_scale)[:, None]
    columns[:, 0] = (columns[:, 0] - form.origin) / form.column_scale
    columns[:, 1:] *= x_unit * form.cost_scale
    rows[:, 0] *= form.cost_scale / form.row_scale
    rows[:, 1:2] *= row_unit
    rows[:, 2:] *= form.cost_scale / row_unit
    return columns, rows
