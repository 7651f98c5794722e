"""Affine values over a whole index set at once, and the frames in which indices have positions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp

from pzh_energy.domain.errors import RuleError


class Frame:
    """`size` instances of an expression; for each index template a (set, positions) pair.

    A sum opens a child frame, one instance per row and summed element; `origin` points back to the parent's instance.
    Ragged and nested sums need no padding this way.
    """

    def __init__(
        self, size: int, own: dict[Any, Any], parent: Frame | None = None, origin: np.ndarray | None = None
    ) -> None:
        self.size, self.own, self.parent, self.origin = size, own, parent, origin

    def lookup(self, template: Any) -> tuple[Any, Any]:
        """Set and positions (size,) of an index template, found in this frame or an outer one."""
        key = template._id
        if key not in self.own:
            if self.parent is None:
                raise RuleError(
                    f"index of {template._set} used outside the sum it belongs to: write one sum per loop, "
                    "and do not mix a Python list and a Set in one `for ... for ...`"
                )
            members, places = self.parent.lookup(template)
            self.own[key] = members, places if np.ndim(places) == 0 else places[self.origin]
        return self.own[key]  # type: ignore[no-any-return]


@dataclass
class Affine:
    """constant + sum of terms, for every instance of a frame.

    constant: scalar or (size,); terms: (instance or None for one per instance, coefficient, column), each an array.
    """

    constant: Any = 0.0
    terms: list[tuple[Any, Any, Any]] = field(default_factory=list)

    def times(self, factor: Any) -> Affine:
        """Scaled by a number, one for all or one per instance."""
        if np.ndim(factor) == 0:
            return Affine(self.constant * factor, [(at, c * factor, k) for at, c, k in self.terms])
        terms = [(at, c * (factor if at is None else factor[at]), k) for at, c, k in self.terms]
        return Affine(self.constant * factor, terms)

    def minus(self, other: Affine) -> Affine:
        """Difference of two affine values of the same frame."""
        return Affine(self.constant - other.constant, self.terms + other.times(-1.0).terms)

    def at(self, size: int, x: np.ndarray) -> np.ndarray:
        """Values (size,) where the columns have the values x."""
        total = np.array(np.broadcast_to(np.asarray(self.constant, float), size))
        for at, coefficient, column in self.terms:
            part = coefficient * x[column]
            total += part if at is None else np.bincount(at, part, size)
        return total

    def rows(self, size: int, columns: int) -> sp.csr_array:
        """CSR matrix (size, columns) of the terms; a column met twice in a row is added up, exact zeros are dropped."""
        if not self.terms:
            return sp.csr_array((size, columns))
        row = np.concatenate([np.arange(size) if at is None else at for at, _, _ in self.terms]).astype(np.int32)
        column = np.concatenate([k for _, _, k in self.terms]).astype(np.int32)
        value = np.concatenate([np.broadcast_to(np.asarray(c, float), len(k)) for _, c, k in self.terms])
        matrix = sp.coo_array((value, (row, column)), shape=(size, columns)).tocsr()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return matrix
