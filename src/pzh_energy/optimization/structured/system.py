"""The linear system of an interior-point iteration, solved block by block and joined in a small border."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from pzh_energy.optimization.structured.block import Block, Plans
from pzh_energy.optimization.structured.share import Share
from pzh_energy.optimization.structured.team import Team


class System:
    """Solves A dx + s = p, A' dy - dx / θ = r, dy - ds / θs = q for the matrix A that the shares of a team make up.

    Rows without slack have θs = 0. Blocks touch each other only through the border, which the leader solves.
    """

    def __init__(self, share: Share, team: Team) -> None:
        self.share, self.team = share, team
        plans = Plans()
        self.blocks = [Block(share, members, plans) for members in share.blocks]
        border = sp.csr_array(share.matrix[share.border_rows])
        self._free = sp.csr_array(border[:, share.free_columns])
        self._free_turned = sp.csr_array(self._free.T)
        self._rows = border.shape[0]
        self._joined = sp.csr_array(border[:, share.joined_columns])
        size = sum(self._joined.shape)
        self._shape = (size, size)
        self._at = [np.concatenate([b.border_rows, self._rows + b.border_columns]) for b in self.blocks]

    def factor(self, theta: np.ndarray, slack: np.ndarray) -> None:
        """Factor for θ of the columns and θs of the rows' slacks. Raises LinAlgError, in all processes or none."""
        self._theta, self._slack = theta, slack
        parts = self.team.gather(self._factor_blocks())
        if not self.team.spread(bool(parts) and None not in parts and self._factor_border(parts)):
            raise np.linalg.LinAlgError("a block or the border has no factor")

    def _factor_blocks(self) -> list[tuple[np.ndarray, np.ndarray]] | None:
        """Where each block of this share touches the border, and what it adds there; None if one has no factor."""
        try:
            return [
                (at, block.factor(self._theta[m.hourly], self._slack[m.limits], self._slack[m.rows]))
                for block, at, m in zip(self.blocks, self._at, self.share.blocks, strict=True)
            ]
        except np.linalg.LinAlgError:
            return None

    def _factor_border(self, parts: list[list[tuple[np.ndarray, np.ndarray]]]) -> bool:
        """Add up what there is in the border and factor it; False if it is singular. Most of it is zero."""
        share, theta = self.share, self._theta
        free = self._free.copy()
        free.data *= theta[share.free_columns][free.indices]
        diagonal = np.concatenate([self._slack[share.border_rows] + 1e-12, -1.0 / theta[share.joined_columns]])
        corners = [corner for part in parts for corner in part]
        row, column = (np.concatenate([way(at, len(at)) for at, _ in corners]) for way in (np.repeat, np.tile))
        blocks = sp.csc_array((np.concatenate([corner.ravel() for _, corner in corners]), (row, column)), self._shape)
        own = sp.block_array([[free @ self._free_turned, self._joined], [self._joined.T, None]], format="csc")
        border = own + blocks + sp.diags_array(diagonal)
        self._scale = 1.0 / np.sqrt(np.maximum(np.abs(border.diagonal()), 1e-30))
        scale = sp.diags_array(self._scale)
        try:
            self._border = splu(sp.csc_array(scale @ border @ scale))
        except RuntimeError:
            return False
        return True

    def solve(self, row_side: np.ndarray, column_side: np.ndarray, slack_side: np.ndarray) -> tuple[Any, Any, Any]:
        """dx, ds, dy for the right-hand sides p, r, q."""
        side = np.zeros(self._shape[0])
        for block, at, m in zip(self.blocks, self._at, self.share.blocks, strict=True):
            side[at] += block.forward(
                row_side[m.limits], row_side[m.rows], column_side[m.hourly], slack_side[m.rows], slack_side[m.limits]
            )
        parts = self.team.gather(side)
        dx, ds, dy = np.zeros(len(self._theta)), np.zeros(len(self._slack)), np.zeros(len(self._slack))
        border = self._solve_border(sum(parts), row_side, column_side, slack_side, (dx, ds, dy)) if parts else None
        border = self.team.spread(border)
        for block, at, m in zip(self.blocks, self._at, self.share.blocks, strict=True):
            dx[m.hourly], ds[m.limits], dy[m.limits], dy[m.rows] = block.backward(border[at])
            ds[m.rows] = self._slack[m.rows] * (dy[m.rows] - slack_side[m.rows])
        return dx, ds, dy

    def _solve_border(
        self,
        side: np.ndarray,
        row_side: np.ndarray,
        column_side: np.ndarray,
        slack_side: np.ndarray,
        steps: tuple[np.ndarray, np.ndarray, np.ndarray],
    ) -> np.ndarray:
        """Duals of the border rows and steps of the joined columns; fills what is the border's in dx, ds, dy."""
        share, theta, slack, rows = self.share, self._theta, self._slack, self.share.border_rows
        dx, ds, dy = steps
        free = theta[share.free_columns] * column_side[share.free_columns]
        side[: self._rows] += row_side[rows] + self._free @ free + slack[rows] * slack_side[rows]
        side[self._rows :] += column_side[share.joined_columns]
        border = self._scale * self._border.solve(self._scale * side)
        dy[rows], dx[share.joined_columns] = border[: self._rows], border[self._rows :]
        pulled = self._free_turned @ dy[rows] - column_side[share.free_columns]
        dx[share.free_columns] = theta[share.free_columns] * pulled
        ds[rows] = slack[rows] * (dy[rows] - slack_side[rows])
        return np.asarray(border)
