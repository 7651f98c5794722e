"""A program in which what is built is no longer decided: the builds of a plan, as bounds of their columns.

Nothing is stated a second time. The rows that only builds and the capacities that follow from them decide are set free
where they are inequalities: the plan held them to the solver's tolerance, and to hold the same numbers to them again,
exactly, may be impossible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import scipy.sparse as sp
import xarray as xr

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.modeling.compiler import LinearProgram, Slice
from pzh_energy.modeling.model import Sized

NOTHING = 1e-2
"""A build this close to its lower bound (10 kW, 10 kWh, 10 tce a year) is the bound.

Interior points leave specks of what is not built: 2 kWh of a hydrogen store, say. It is as many rows as a real one,
with duals a hundred thousand times as large, and next to no room to move: the hourly program was not solved with it.
"""


def with_builds_held(
    program: LinearProgram, sized: Iterable[Sized], builds: Mapping[str, xr.DataArray]
) -> LinearProgram:
    """The program with the columns of every kind of capacity at given builds.

    builds: by name of the variable, labelled by its dimensions in whatever order, in its unit; moved into the bounds of
    its column, which a solver may have left by its tolerance. InputError where one is missing, lacks a label, or is not
    a number.
    """
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    places = {place.name: place for place in program.variables}
    decided = np.zeros(len(lower), bool)
    for kind in sized:
        place = places[kind.new]
        own = slice(place.start, place.stop)
        held = np.clip(_values(place, builds), lower[own], upper[own])
        held = np.where(held - lower[own] < NOTHING, lower[own], held)
        lower[own] = upper[own] = held
        decided[own] = True
        for name in (kind.year_end, kind.operating):
            follows = slice(places[name].start, places[name].stop)
            upper[follows], decided[follows] = np.inf, True
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    filled = program.matrix.data != 0
    row = np.repeat(np.arange(len(row_lower)), np.diff(program.matrix.indptr))[filled]
    own_rows = np.bincount(row, ~decided[program.matrix.indices[filled]], minlength=len(row_lower)) == 0
    equal = row_lower == row_upper
    row_lower[own_rows & ~equal], row_upper[own_rows & ~equal] = -np.inf, np.inf
    _follow(program, np.flatnonzero(own_rows & equal), lower, upper)
    return replace(program, column_lower=lower, column_upper=upper, row_lower=row_lower, row_upper=row_upper)


def _follow(program: LinearProgram, rows: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> None:
    """Fix the columns that equalities leave no choice, one after the other: of builds, the capacities they make."""
    matrix, right = program.matrix[rows], program.row_lower[rows]
    pattern = sp.csr_array((np.where(matrix.data != 0, 1.0, 0.0), matrix.indices, matrix.indptr), shape=matrix.shape)
    while True:
        known = lower == upper
        single = np.flatnonzero(pattern @ ~known == 1)
        if not len(single):
            return
        part = matrix[single]
        own = ~known[part.indices] & (part.data != 0)
        columns = part.indices[own]
        lower[columns] = (right[single] - part @ np.where(known, lower, 0.0)) / part.data[own]
        upper[columns] = lower[columns]


def _values(place: Slice, builds: Mapping[str, xr.DataArray]) -> np.ndarray:
    """The builds of one variable in the order of its columns: results keep an order of their own."""
    labels = dict(zip(place.dimensions, map(list, place.coordinates), strict=True))
    try:
        values = builds[place.name].sel(labels).transpose(*place.dimensions).values.ravel()
    except (KeyError, ValueError) as error:
        what = f"the plan says nothing of {error}."
        raise InputError([Problem(place.name, what, "Take a plan of the same scenario.")]) from None
    if not np.isfinite(values).all():
        raise InputError([Problem(place.name, "a build of the plan is no number.", "Solve the plan again.")])
    return np.asarray(values, float)
