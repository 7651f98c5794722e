"""Cholesky factor of a symmetric positive definite band matrix.

LAPACK is called by its address, which scipy publishes for Cython: unlike scipy's own wrappers, a call through ctypes
lets other threads run meanwhile.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from types import ModuleType

import numpy as np
from scipy.linalg import cython_blas, cython_lapack

_name_of = ctypes.pythonapi.PyCapsule_GetName
_name_of.restype, _name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]
_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype, _pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


def _routine(module: ModuleType, name: str) -> Callable[..., None]:
    """A Fortran routine; every argument is an address."""
    capsule = module.__pyx_capi__[name]
    signature = _name_of(capsule)
    count = signature.count(b",") + 1
    return ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * count)(_pointer_of(capsule, signature))


_factor, _solve_many = _routine(cython_lapack, "dpbtrf"), _routine(cython_lapack, "dtbtrs")
_solve_one = _routine(cython_blas, "dtbsv")
ONE = ctypes.byref(ctypes.c_int(1))


def _address(array: np.ndarray) -> int:
    """Where an array lies; Fortran would read and write on, whatever it is."""
    if array.dtype != np.float64 or not array.flags.c_contiguous or not array.flags.writeable:
        raise TypeError("LAPACK needs writeable, contiguous arrays of float64")
    return int(array.ctypes.data)


class BandFactor:
    """Factor L of a matrix given as its lower band, row-wise: band[j, d] is the entry (j + d, j); overwritten."""

    def __init__(self, band: np.ndarray) -> None:
        self.size, self.width = band.shape[0], band.shape[1] - 1
        self._band = band
        self._n, self._k, self._rows = (ctypes.byref(ctypes.c_int(n)) for n in (self.size, self.width, self.width + 1))
        failed = ctypes.c_int(0)
        _factor(b"L", self._n, self._k, _address(band), self._rows, ctypes.byref(failed))
        if failed.value:
            raise np.linalg.LinAlgError(f"the band is not positive definite at {failed.value}")

    def forward(self, right: np.ndarray) -> None:
        """Overwrite right (size,) with the solution of L z = right."""
        self._one(right, b"N")

    def backward(self, right: np.ndarray) -> None:
        """Overwrite right (size,) with the solution of L' z = right."""
        self._one(right, b"T")

    def _one(self, right: np.ndarray, turned: bytes) -> None:
        _solve_one(b"L", turned, b"N", self._n, self._k, _address(self._band), self._rows, _address(right), ONE)

    def forward_many(self, right: np.ndarray) -> None:
        """Overwrite right (k, size), a vector in each row, with the solutions of L z = right."""
        count, failed = ctypes.byref(ctypes.c_int(len(right))), ctypes.c_int(0)
        _solve_many(
            b"L", b"N", b"N", self._n, self._k, count, _address(self._band), self._rows, _address(right), self._n,
            ctypes.byref(failed),
        )  # fmt: skip
        if failed.value:
            raise np.linalg.LinAlgError(f"the factor is singular at {failed.value}")
