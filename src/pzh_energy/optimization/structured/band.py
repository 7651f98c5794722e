"""Cholesky factor of a symmetric positive definite band matrix (LAPACK), with fast solves for many right-hand sides."""

from __future__ import annotations

from typing import cast

import numpy as np
from scipy.linalg import blas, lapack

NARROWEST = 24
"""A narrower band is kept this wide: the blocks of the solve would be too small to be worth a call."""


class BandFactor:
    """Factor L of a matrix given as its lower band, row-wise: band[j, d] is the entry (j + d, j); overwritten."""

    def __init__(self, band: np.ndarray) -> None:
        self.size, self.width = band.shape[0], band.shape[1] - 1
        self._factor, info = lapack.dpbtrf(band.T, lower=1, overwrite_ab=1)
        if info:
            raise np.linalg.LinAlgError(f"the band is not positive definite at {info}")
        self._flat = self._factor.T.reshape(-1)

    def forward(self, right: np.ndarray) -> np.ndarray:
        """Solution (size,) of L z = right."""
        return cast(np.ndarray, blas.dtbsv(self.width, self._factor, right, lower=1))

    def backward(self, right: np.ndarray) -> np.ndarray:
        """Solution (size,) of L' z = right."""
        return cast(np.ndarray, blas.dtbsv(self.width, self._factor, right, lower=1, trans=1))

    def forward_many(self, right: np.ndarray) -> None:
        """Overwrite right (size, k), in C order, with the solution of L Z = right.

        LAPACK's own routine takes one vector at a time. Entry (i, j) of L stands at i + j * width of the storage, so
        that blocks as wide as the band can be handed to BLAS as they lie: triangular ones, two for each
        block row.
        """
        turned, width, size = right.T, self.width, self.size
        for start in range(0, size, width):
            stop = min(start + width, size)
            rows = stop - start
            here = turned[:, start:stop]
            if start:
                before = turned[:, start - width : start]
                if rows == width:
                    here -= blas.dtrmm(1.0, self._block(start, start - width, width, width), before, side=1, trans_a=1)
                else:
                    here -= before @ np.triu(self._block(start, start - width, rows, width)).T
            diagonal = self._block(start, start, rows, rows)
            turned[:, start:stop] = blas.dtrsm(1.0, diagonal, here, side=1, lower=1, trans_a=1, overwrite_b=1)

    def _block(self, row: int, column: int, rows: int, columns: int) -> np.ndarray:
        """A block of the storage as a dense matrix; only its triangle within the band means something."""
        item = self._flat.itemsize
        return np.ndarray(
            (rows, columns), self._flat.dtype, self._flat, (row + column * self.width) * item, (item, item * self.width)
        )
