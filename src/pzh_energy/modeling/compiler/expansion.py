"""The same model through Pyomo's own expansion: slow, and the reference the numpy compiler is held against."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from pzh_energy.modeling.compiler import sets
from pzh_energy.modeling.compiler.compiler import slice_of
from pzh_energy.modeling.compiler.program import LinearProgram, Slice


def expand(model: Any) -> LinearProgram:
    """Compile a model of ordinary Pyomo components with Pyomo's standard form, rows and columns in our own order.

    Rows that Pyomo drops because all their variables vanish keep their place as empty rows.
    """
    variables = _slices(model, pyo.Var)
    constraints = _slices(model, pyo.Constraint)
    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    column = np.array([_position(variables, v) for v in form.columns], np.int64)
    row = np.array([_position(constraints, r.constraint) for r in form.rows], np.int64)
    columns = sum(place.size for place, _ in variables.values())
    rows = sum(place.size for place, _ in constraints.values())
    entries = sp.coo_array(form.A)
    kind = np.array([r.bound_type for r in form.rows], np.int64)
    low, high = np.full(rows, -np.inf), np.full(rows, np.inf)
    limit = np.asarray(form.rhs, float)
    low[row[kind <= 0]] = limit[kind <= 0]
    high[row[kind >= 0]] = limit[kind >= 0]
    once = np.zeros(len(row), bool)
    once[np.unique(row, return_index=True)[1]] = True  # a row with two limits comes twice, with the same coefficients
    kept = once[entries.row]
    at = (row[entries.row[kept]], column[entries.col[kept]])
    matrix = sp.coo_array((entries.data[kept], at), shape=(rows, columns)).tocsr()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    cost = np.zeros(columns)
    cost[column] = form.c.toarray().ravel()
    lower, upper = np.empty(columns), np.empty(columns)
    for variable in model.component_objects(pyo.Var, active=True, descend_into=True):
        place, _ = variables[variable.name]
        data = [variable[i] for i in variable.index_set()] if variable.is_indexed() else [variable]
        lower[place.start : place.stop] = [-np.inf if v.lb is None else v.lb for v in data]
        upper[place.start : place.stop] = [np.inf if v.ub is None else v.ub for v in data]
    return LinearProgram(
        matrix=matrix,
        row_lower=low,
        row_upper=high,
        column_lower=lower,
        column_upper=upper,
        cost=cost,
        offset=float(form.c_offset[0]),
        variables=tuple(place for place, _ in variables.values()),
        constraints=tuple(place for place, _ in constraints.values()),
    )


def _slices(model: Any, kind: Any) -> dict[str, tuple[Slice, list[Any]]]:
    out: dict[str, tuple[Slice, list[Any]]] = {}
    start = 0
    for component in model.component_objects(kind, active=True, descend_into=True):
        place, parts = slice_of(component, start)
        out[component.name] = place, parts
        start = place.stop
    return out


def _position(table: dict[str, tuple[Slice, list[Any]]], data: Any) -> int:
    place, parts = table[data.parent_component().name]
    return place.start + sets.cell(data.index(), parts, place.shape)
