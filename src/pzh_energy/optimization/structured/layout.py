"""Where each row and column of a program stands in time, and in which order the structured solver keeps them.

A block is one period and weather case. What is indexed by `timestep` belongs to the block of its other indices;
everything else is border. Rows that join blocks, or steps far apart, are border rows: a few are affordable, many not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.modeling.compiler.program import Slice
from pzh_energy.optimization.structured.presolve import NotSolvableHereError, Presolve
from pzh_energy.optimization.structured.share import BlockMembers
from pzh_energy.optimization.structured.standard import StandardForm

FARTHEST = 24
"""Steps of the ring that a row of the band may join; the band widens with each."""
MOST_BORDER = 4000
"""Border rows and columns; where blocks touch them, memory grows with the square and time with the cube."""


@dataclass(frozen=True)
class Places:
    """Block and step (-1 in the border) of each row or column."""

    block: np.ndarray
    step: np.ndarray


@dataclass(frozen=True)
class Layout:
    """An order of the standard form: block after block, then the border.

    row_order (rows,), column_order (columns,): positions in the standard form; border_rows, joined_columns (border
    columns in hourly rows) and free_columns (those that are not) lie behind the blocks.
    """

    row_order: np.ndarray
    column_order: np.ndarray
    blocks: tuple[BlockMembers, ...]
    border_rows: slice
    joined_columns: slice
    free_columns: slice


@dataclass(frozen=True)
class _Found:
    """Members of a block by their positions in the standard form; see BlockMembers."""

    limits: np.ndarray
    limited: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    local: np.ndarray
    step: np.ndarray
    ring: int


def steps_of(part: Slice) -> np.ndarray:
    """The steps of the year at which a slice has rows or columns, by number; none if time does not index it.

    A slice may leave steps out, such as a limit that cannot bind in long ones.
    """
    if "timestep" not in part.dimensions:
        return np.empty(0, np.int64)
    return np.array(part.coordinates[part.dimensions.index("timestep")], np.int64)


def year_length(program: LinearProgram) -> int:
    """Steps of the year, the ring that all blocks are."""
    return max((int(steps_of(part).max(initial=-1)) + 1 for part in program.variables), default=0)


def number_of_blocks(program: LinearProgram) -> int:
    """Blocks of the program before anything is reduced, at least one."""
    found = {
        key
        for part in program.variables
        if "timestep" in part.dimensions
        for key in product(*(part.coordinates[i] for i in _block_axes(part)))
    }
    return max(len(found), 1)


def _block_axes(part: Slice) -> list[int]:
    return [i for i, name in enumerate(part.dimensions) if name in ("period", "weather")]


def places(slices: Sequence[Slice], size: int, blocks: dict[tuple[object, ...], int]) -> Places:
    """Block and step of every row or column of a program; new blocks are added to `blocks`."""
    block, step = (np.full(size, -1) for _ in range(2))
    for part in slices:
        if "timestep" not in part.dimensions or not part.size:
            continue
        axes = _block_axes(part)
        numbers = np.indices(part.shape).reshape(len(part.shape), -1)
        shape = [part.shape[i] for i in axes]
        flat = np.ravel_multi_index(tuple(numbers[i] for i in axes), shape) if axes else np.zeros(part.size, int)
        known = np.empty(int(np.prod(shape)), int)
        for cell in range(len(known)):
            at = np.unravel_index(cell, shape) if axes else ()
            key = tuple(part.coordinates[i][int(k)] for i, k in zip(axes, at, strict=True))
            known[cell] = blocks.setdefault(key, len(blocks))
        here = slice(part.start, part.stop)
        block[here], step[here] = known[flat], steps_of(part)[numbers[part.dimensions.index("timestep")]]
    return Places(block, step)


def lay_out(program: LinearProgram, presolve: Presolve, form: StandardForm) -> Layout:
    """The layout of a program's standard form. Raises NotSolvableHereError where there is no such structure."""
    blocks: dict[tuple[object, ...], int] = {}
    row_places = _chosen(places(program.constraints, program.matrix.shape[0], blocks), presolve.rows)
    column_places = _chosen(places(program.variables, program.matrix.shape[1], blocks), presolve.columns)
    matrix = form.matrix
    row_of = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    hourly = row_places.block[row_of] >= 0
    hourly &= column_places.block[matrix.indices] >= 0
    entry_row, entry_column = row_of[hourly], matrix.indices[hourly]
    ring = year_length(program)
    _send_far_rows_to_border(row_places, column_places, entry_row, entry_column, ring)
    stays = row_places.block[entry_row] >= 0
    entry_row, entry_column = entry_row[stays], entry_column[stays]
    border_rows = np.flatnonzero(row_places.block < 0)
    border_columns = np.flatnonzero(column_places.block < 0)
    joined = np.unique(matrix.indices[(row_places.block[row_of] >= 0) & (column_places.block[matrix.indices] < 0)])
    if len(border_rows) + len(joined) > MOST_BORDER:
        raise NotSolvableHereError(
            "no_structure", f"{len(border_rows)} rows and {len(joined)} columns join distant steps"
        )
    if not len(entry_row):
        raise NotSolvableHereError("no_structure", "nothing is indexed by timestep")
    found = _members(row_places, column_places, form, entry_row, entry_column, len(blocks), ring)
    free = np.setdiff1d(border_columns, joined)
    row_order = np.concatenate([part for each in found for part in (each.limits, each.rows)] + [border_rows])
    column_order = np.concatenate([part for each in found for part in (each.limited, each.columns)] + [joined, free])
    behind = len(column_order) - len(free)
    return Layout(
        row_order,
        column_order,
        tuple(_placed(found)),
        slice(len(row_order) - len(border_rows), len(row_order)),
        slice(behind - len(joined), behind),
        slice(behind, len(column_order)),
    )


def _placed(found: Iterable[_Found]) -> Iterator[BlockMembers]:
    """The places of the blocks one after the other."""
    row = column = 0
    for each in found:
        middle, end = row + len(each.limits), column + len(each.limited)
        limits, rows = slice(row, middle), slice(middle, middle + len(each.rows))
        limited, columns = slice(column, end), slice(end, end + len(each.columns))
        row, column = rows.stop, columns.stop
        yield BlockMembers(limits, limited, rows, columns, each.local, each.step, each.ring)


def _chosen(every: Places, positions: np.ndarray) -> Places:
    return Places(every.block[positions], every.step[positions])


def _send_far_rows_to_border(
    rows: Places, columns: Places, entry_row: np.ndarray, entry_column: np.ndarray, ring: int
) -> None:
    distance = np.abs(rows.step[entry_row] - columns.step[entry_column])
    distance = np.minimum(distance, ring - distance)
    elsewhere = rows.block[entry_row] != columns.block[entry_column]
    far = np.unique(entry_row[elsewhere | (distance > FARTHEST)])
    rows.block[far], rows.step[far] = -1, -1


def _members(
    rows: Places,
    columns: Places,
    form: StandardForm,
    entry_row: np.ndarray,
    entry_column: np.ndarray,
    blocks: int,
    ring: int,
) -> list[_Found]:
    """Split the hourly rows and columns by block, and the rows that limit one column from the others."""
    hourly_columns = np.bincount(entry_row, minlength=len(rows.block))
    only = np.full(len(rows.block), -1)
    only[entry_row] = entry_column
    single = np.flatnonzero((hourly_columns == 1) & (form.slack_upper > 0))
    _, first = np.unique(only[single], return_index=True)
    limit = np.zeros(len(rows.block), bool)
    limit[single[first]] = True
    limited = np.zeros(len(columns.block), bool)
    limited[only[single[first]]] = True
    local = np.ones(len(rows.block), bool)
    first_step = np.full(len(rows.block), -1)
    first_step[entry_row] = columns.step[entry_column]
    local[entry_row[columns.step[entry_column] != first_step[entry_row]]] = False
    out = []
    for block in range(blocks):
        limits = np.flatnonzero(limit & (rows.block == block))
        others = np.flatnonzero(~limit & (rows.block == block))
        own = np.flatnonzero(~limited & (columns.block == block))
        if len(limits) + len(others) + len(own) == 0:
            continue
        out.append(_Found(limits, only[limits], others, own, local[others], rows.step[others], ring))
    return out
