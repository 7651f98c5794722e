"""The linear system of an interior-point iteration, solved block by block and joined in a small dense border."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, Self, TypeVar

import numpy as np
import scipy.sparse as sp
from scipy.linalg import lu_factor, lu_solve

from pzh_energy.optimization.structured.block import Block
from pzh_energy.optimization.structured.layout import Layout
from pzh_energy.optimization.structured.standard import StandardForm

Item = TypeVar("Item")
Out = TypeVar("Out")


class System:
    """Solves A dx + s = p, A' dy - dx / θ = r, dy - ds / θs = q for the matrix A of a form in the layout's order.

    Rows without slack have θs = 0. Blocks touch each other only through the border, so they run on several threads.
    """

    def __init__(self, form: StandardForm, layout: Layout, threads: int) -> None:
        self.layout, self._threads = layout, threads
        self._pool = ThreadPoolExecutor(threads) if threads > 1 and len(layout.blocks) > 1 else None
        self.blocks = self.each(lambda members: Block(form, layout, members), layout.blocks)
        border = sp.csr_array(form.matrix[layout.border_rows])
        self._free = sp.csr_array(border[:, layout.free_columns])
        self._free_turned = sp.csr_array(self._free.T)
        self._joined = border[:, layout.joined_columns].toarray()
        rows = self._rows = border.shape[0]
        self._at = [np.concatenate([b.border_rows, rows + b.border_columns]) for b in self.blocks]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let the threads go."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def each(self, work: Callable[[Item], Out], items: Iterable[Item]) -> list[Out]:
        """What the work gives for every item, in their order, on all threads."""
        return list((self._pool.map if self._pool is not None else map)(work, items))

    def shares(self, length: int) -> list[slice]:
        """Parts of an array, one for each thread."""
        ends = np.linspace(0, length, self._threads + 1).astype(int).tolist()
        return [slice(start, stop) for start, stop in pairwise(ends)]

    def factor(self, theta: np.ndarray, slack: np.ndarray) -> None:
        """Factor for θ of the columns and θs of the rows' slacks."""
        layout = self.layout
        self._theta, self._slack = theta, slack

        def one(block: Block) -> np.ndarray:
            m = block.members
            return block.factor(theta[m.hourly], slack[m.limits], slack[m.rows])

        corners = self.each(one, self.blocks)
        rows, free = self._rows, self._free.copy()
        free.data *= theta[layout.free_columns][free.indices]
        diagonal = np.concatenate([slack[layout.border_rows] + 1e-12, -1.0 / theta[layout.joined_columns]])
        border = np.diag(diagonal)
        border[:rows, :rows] += (free @ self._free_turned).toarray()
        border[:rows, rows:], border[rows:, :rows] = self._joined, self._joined.T
        for at, corner in zip(self._at, corners, strict=True):
            border[np.ix_(at, at)] += corner
        self._scale = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(border)), 1e-30))
        self._border = lu_factor(border * self._scale[:, None] * self._scale, check_finite=False)

    def solve(self, row_side: np.ndarray, column_side: np.ndarray, slack_side: np.ndarray) -> tuple[Any, Any, Any]:
        """dx, ds, dy for the right-hand sides p, r, q."""
        layout, theta, slack = self.layout, self._theta, self._slack

        def reduce(block: Block) -> np.ndarray:
            m = block.members
            return block.forward(
                row_side[m.limits], row_side[m.rows], column_side[m.hourly], slack_side[m.rows], slack_side[m.limits]
            )

        parts = self.each(reduce, self.blocks)
        rows = layout.border_rows
        free = theta[layout.free_columns] * column_side[layout.free_columns]
        side = np.concatenate(
            [row_side[rows] + self._free @ free + slack[rows] * slack_side[rows], column_side[layout.joined_columns]]
        )
        for at, part in zip(self._at, parts, strict=True):
            side[at] += part
        border = self._scale * lu_solve(self._border, self._scale * side, check_finite=False)
        dx, ds, dy = np.zeros(len(theta)), np.zeros(len(slack)), np.zeros(len(slack))
        dy[rows], dx[layout.joined_columns] = border[: self._rows], border[self._rows :]
        pulled = self._free_turned @ dy[rows] - column_side[layout.free_columns]
        dx[layout.free_columns] = theta[layout.free_columns] * pulled
        ds[rows] = slack[rows] * (dy[rows] - slack_side[rows])

        def expand(pair: tuple[Block, np.ndarray]) -> None:
            block, at = pair
            m = block.members
            dx[m.hourly], ds[m.limits], dy[m.limits], dy[m.rows] = block.backward(border[at])
            dual = dy[m.rows]
            ds[m.rows] = slack[m.rows] * (dual - slack_side[m.rows])

        self.each(expand, zip(self.blocks, self._at, strict=True))
        return dx, ds, dy
