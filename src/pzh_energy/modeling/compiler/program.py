"""The compiled linear program: arrays, and where each component's rows and columns lie in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp


@dataclass(frozen=True)
class Slice:
    """The place of one variable (columns) or constraint (rows): contiguous, in C order of its index sets.

    name: full component name, `wind.generation`; start: first row or column; shape: length of each factor set;
    dimensions: dimension name of each factor set; coordinates: the members of each factor set.
    """

    name: str
    start: int
    shape: tuple[int, ...]
    dimensions: tuple[str, ...]
    coordinates: tuple[tuple[object, ...], ...]

    @property
    def size(self) -> int:
        """Number of rows or columns."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def stop(self) -> int:
        """One past the last row or column."""
        return self.start + self.size

    def take(self, array: np.ndarray) -> np.ndarray:
        """The part of a whole-program array (rows or columns,) that belongs here, in the shape of the index sets."""
        return array[self.start : self.stop].reshape(self.shape)


@dataclass(frozen=True)
class LinearProgram:
    """min cost · x + offset  subject to  row_lower <= A x <= row_upper,  column_lower <= x <= column_upper.

    matrix: CSR (rows, columns); the vectors are float arrays of matching length, ±inf where there is no limit.
    """

    matrix: sp.csr_array
    row_lower: np.ndarray
    row_upper: np.ndarray
    column_lower: np.ndarray
    column_upper: np.ndarray
    cost: np.ndarray
    offset: float
    variables: tuple[Slice, ...]
    constraints: tuple[Slice, ...]

    @property
    def size(self) -> tuple[int, int, int]:
        """Rows, columns, non-zeros."""
        rows, columns = self.matrix.shape
        return int(rows), int(columns), int(self.matrix.nnz)

    @property
    def spread(self) -> tuple[float, float]:
        """Least and largest size of a coefficient of the matrix that is not zero; (1, 1) without any."""
        size = np.abs(self.matrix.data[self.matrix.data != 0])
        return (float(size.min()), float(size.max())) if len(size) else (1.0, 1.0)

    def row_of(self, position: int) -> str:
        """Readable name of a row, `electricity_balance[city, 2030, normal, 17]`."""
        return _cell(self.constraints, position)

    def column_of(self, position: int) -> str:
        """Readable name of a column."""
        return _cell(self.variables, position)


def _cell(slices: tuple[Slice, ...], position: int) -> str:
    for part in slices:
        if part.start <= position < part.stop:
            if not part.shape:
                return part.name
            where = np.unravel_index(position - part.start, part.shape)
            labels = (str(members[i]) for members, i in zip(part.coordinates, where, strict=True))
            return f"{part.name}[{', '.join(labels)}]"
    raise IndexError(position)
