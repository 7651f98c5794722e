r"""A smaller program whose answer is near that of a large one: neighbouring steps merged into one.

Equations
---------
With P the matrix that gives every step the value of its group, and R the one that adds the rows of a group up,

.. math:: \min\, (P^\top c)\, \bar x \quad R\,l \le R A P\, \bar x \le R\,u, \qquad x \approx P \bar x .

Adding up keeps what a balance means: a store's balances over a group telescope to one from its first to its last step.
Bounds of columns become the mean of the group. What is coarse is only where a search begins, never an answer: limits
that bind within a group are lost in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.modeling.compiler.program import Slice
from pzh_energy.optimization.structured.layout import steps_of


@dataclass(frozen=True)
class Coarse:
    """The smaller program, and for each column of the large one (columns,) the column it stands for."""

    program: LinearProgram
    column_of: np.ndarray


def coarser(program: LinearProgram, factor: int) -> Coarse:
    """Merge `factor` neighbouring steps each; the last group may be smaller."""
    variables, column_of = _merged(program.variables, len(program.cost), factor)
    constraints, row_of = _merged(program.constraints, len(program.row_lower), factor)
    rows, columns = (max((part.stop for part in parts), default=0) for parts in (constraints, variables))
    matrix = program.matrix
    entry_row = np.repeat(row_of, np.diff(matrix.indptr))
    members = np.bincount(column_of, minlength=columns)
    return Coarse(
        LinearProgram(
            matrix=sp.csr_array(sp.coo_array((matrix.data, (entry_row, column_of[matrix.indices])), (rows, columns))),
            row_lower=np.bincount(row_of, program.row_lower, rows),
            row_upper=np.bincount(row_of, program.row_upper, rows),
            column_lower=np.bincount(column_of, program.column_lower, columns) / members,
            column_upper=np.bincount(column_of, program.column_upper, columns) / members,
            cost=np.bincount(column_of, program.cost, columns),
            offset=program.offset,
            variables=variables,
            constraints=constraints,
        ),
        column_of,
    )


def _merged(slices: Sequence[Slice], size: int, factor: int) -> tuple[tuple[Slice, ...], np.ndarray]:
    """The slices with fewer steps, and the place in them of every row or column (size,)."""
    place, parts, start = np.empty(size, np.int64), [], 0
    for part in slices:
        shape, numbers = list(part.shape), np.indices(part.shape, np.int64).reshape(len(part.shape), part.size)
        coordinates = list(part.coordinates)
        if "timestep" in part.dimensions:
            time = part.dimensions.index("timestep")
            groups, group_of = np.unique(steps_of(part) // factor, return_inverse=True)
            shape[time], coordinates[time] = len(groups), tuple(groups.tolist())
            numbers[time] = group_of[numbers[time]]
        within = np.ravel_multi_index(tuple(numbers), tuple(shape)) if shape else 0
        place[part.start : part.stop] = start + within
        parts.append(replace(part, start=start, shape=tuple(shape), coordinates=tuple(coordinates)))
        start = parts[-1].stop
    return tuple(parts), place
