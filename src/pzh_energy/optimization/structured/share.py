"""The part of a standard form that one process works on: some blocks, and the border as far as they touch it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from pzh_energy.optimization.structured.layout import Layout
    from pzh_energy.optimization.structured.standard import StandardForm


@dataclass(frozen=True)
class BlockMembers:
    """Where a block lies in the order of the layout; `limits` and `rows` lie side by side, `limited` and `columns` too.

    limits: rows with one hourly column, `limited`, a different one for each, in the same order; rows: the other hourly
    rows; columns: the other hourly columns; local (rows,): which of `rows` stay within one step; step (rows,): theirs,
    in a ring of `ring`.
    """

    limits: slice
    limited: slice
    rows: slice
    columns: slice
    local: np.ndarray
    step: np.ndarray
    ring: int

    @property
    def hourly(self) -> slice:
        """All hourly columns, the limited ones first."""
        return slice(self.limited.start, self.columns.stop)

    @property
    def all_rows(self) -> slice:
        """All hourly rows, the limit rows first."""
        return slice(self.limits.start, self.rows.stop)

    def moved(self, rows: int, columns: int) -> BlockMembers:
        """The same block so many rows and columns farther ahead."""

        def back(place: slice, by: int) -> slice:
            return slice(place.start - by, place.stop - by)

        return replace(
            self,
            limits=back(self.limits, rows),
            rows=back(self.rows, rows),
            limited=back(self.limited, columns),
            columns=back(self.columns, columns),
        )


Guess = tuple[np.ndarray, np.ndarray | None]


@dataclass(frozen=True)
class Share:
    """Blocks one after the other, then the border; the vectors of all but the leader end with the blocks.

    matrix (own and border rows, own and joined columns, with the leader free columns too): what the border's rows have
    in columns of the border stands with the leader alone; right_side, slack_upper (own rows,), cost, upper (own
    columns,); guess: values near the optimum (own columns,), or a start's (own columns, 3) and (own rows, 4).
    """

    matrix: sp.csr_array
    right_side: np.ndarray
    slack_upper: np.ndarray
    cost: np.ndarray
    upper: np.ndarray
    offset: float
    blocks: tuple[BlockMembers, ...]
    border_rows: slice
    joined_columns: slice
    free_columns: slice
    guess: Guess | None


def shares_of(form: StandardForm, layout: Layout, count: int, guess: Guess | None) -> list[Share]:
    """A share for each of `count` processes, the leader's first; the form is in the order of the layout.

    Each has about as many coefficients; the leader has the border to solve besides, but the others wait for that.
    """
    count = min(count, len(layout.blocks))
    starts = form.matrix.indptr[[block.limits.start for block in layout.blocks]]
    entries = form.matrix.indptr[layout.border_rows.start]
    ends = [0, *(int(np.abs(starts - entries * part / count).argmin()) for part in range(1, count)), len(layout.blocks)]
    return [_share(form, layout, layout.blocks[start:stop], guess, leads=start == 0) for start, stop in pairwise(ends)]


def _share(
    form: StandardForm, layout: Layout, blocks: tuple[BlockMembers, ...], guess: Guess | None, leads: bool
) -> Share:
    rows = slice(blocks[0].limits.start, blocks[-1].rows.stop)
    columns = slice(blocks[0].limited.start, blocks[-1].columns.stop)
    border_rows, joined, free = layout.border_rows, layout.joined_columns, layout.free_columns
    height, width = rows.stop - rows.start, columns.stop - columns.start
    behind = slice(joined.start, free.stop if leads else joined.stop)

    def own(vector: np.ndarray, mine: slice, border: slice) -> np.ndarray:
        return np.concatenate([vector[mine], vector[border]]) if leads else vector[mine]

    top, bottom = form.matrix[rows], form.matrix[border_rows]
    corner = bottom[:, behind] if leads else sp.csr_array((bottom.shape[0], behind.stop - behind.start))
    matrix = sp.block_array([[top[:, columns], top[:, behind]], [bottom[:, columns], corner]], format="csr")
    return Share(
        matrix=matrix,
        right_side=own(form.right_side, rows, border_rows),
        slack_upper=own(form.slack_upper, rows, border_rows),
        cost=own(form.cost, columns, behind),
        upper=own(form.upper, columns, behind),
        offset=form.offset,
        blocks=tuple(block.moved(rows.start, columns.start) for block in blocks),
        border_rows=slice(height, matrix.shape[0]),
        joined_columns=slice(width, width + joined.stop - joined.start),
        free_columns=slice(width + joined.stop - joined.start, matrix.shape[1]),
        guess=None
        if guess is None
        else (own(guess[0], columns, behind), None if guess[1] is None else own(guess[1], rows, border_rows)),
    )
