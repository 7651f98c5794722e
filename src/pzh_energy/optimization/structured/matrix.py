"""Products with the matrix of a program whose rows and columns are shared out among processes."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from pzh_energy.optimization.structured.share import Share
from pzh_energy.optimization.structured.team import Team


class SharedMatrix:
    """A of a share: what the blocks of others add to the border is added up by the leader."""

    def __init__(self, share: Share, team: Team) -> None:
        self._team = team
        self._rows, self._columns = share.border_rows, share.joined_columns
        self._matrix, self._turned = share.matrix, sp.csr_array(share.matrix.T)

    def times(self, x: np.ndarray) -> np.ndarray:
        """A x (own rows,) of own columns (own columns,)."""
        return self._added(self._matrix @ self._with_border(x, self._columns), self._rows)

    def turned_times(self, y: np.ndarray) -> np.ndarray:
        """A' y (own columns,) of own rows (own rows,)."""
        return self._added(self._turned @ self._with_border(y, self._rows), self._columns)

    def _with_border(self, own: np.ndarray, border: slice) -> np.ndarray:
        shared = self._team.spread(own[border])
        return own if self._team.leads else np.concatenate([own, shared])

    def _added(self, out: np.ndarray, border: slice) -> np.ndarray:
        parts = self._team.gather(out[border])
        for part in parts[1:]:
            out[border] += part
        return out if self._team.leads else out[: border.start]
