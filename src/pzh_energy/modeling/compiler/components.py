"""Two factories for the same Pyomo statements: lazy components for the numpy compiler, ordinary ones for Pyomo itself.

A lazy component registers its rule and builds no data: at 11 years × 8760 h Pyomo's own expansion would need about
55 µs a row (some 210 s and over 10 GB), the compiler needs about 0.5 µs.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.base.constraint import IndexedConstraint
from pyomo.core.base.expression import IndexedExpression
from pyomo.core.base.indexed_component import normalize_index
from pyomo.core.base.objective import ScalarObjective
from pyomo.core.base.param import IndexedParam
from pyomo.core.base.var import IndexedVar
from pyomo.core.expr import template_expr

from pzh_energy.domain.errors import RuleError
from pzh_energy.modeling.compiler.noting import note
from pzh_energy.modeling.compiler.sets import positions


class _Lazy:
    """Constructs the index set and nothing else; `component[index]` still builds that one row through its rule."""

    _constructed: bool

    def construct(self, data: Any = None) -> None:
        if not self._constructed:
            self._constructed = True
            for anonymous in getattr(self, "_anonymous_sets", None) or ():
                anonymous.construct()
            self.index_set().construct()  # type: ignore[attr-defined]


class _Symbolic:
    """Indexed with symbols it is a symbol.

    Pyomo finds that out by trying the symbols as keys and as numbers first, which is half the time a rule takes to be
    read.
    """

    symbol: type = template_expr.Numeric_GetItemExpression

    def __getitem__(self, index: Any) -> Any:
        note(self)
        parts = normalize_index(index)
        parts = parts if isinstance(parts, tuple) else (parts,)
        if any(isinstance(part, _SYMBOLS) for part in parts):
            return self.symbol((self, *parts))
        return super().__getitem__(index)  # type: ignore[misc]


_SYMBOLS = (template_expr.IndexTemplate, template_expr.GetItemExpression)


class LazyConstraint(_Lazy, IndexedConstraint):
    """A constraint that is only its rule and its index set."""


class LazyExpression(_Lazy, _Symbolic, IndexedExpression):
    """A named expression that is only its rule and its index set."""


class LazyObjective(_Lazy, ScalarObjective):
    """An objective that is only its rule."""

    def __new__(cls, *args: Any, **kwargs: Any) -> LazyObjective:
        return object.__new__(cls)


class LazyVar(_Symbolic, IndexedVar):
    """A variable without data objects: what is said about all of them after the declaration would be lost."""

    def fix(self, *_: Any, **__: Any) -> None:
        """Refused, as is every change of bounds."""
        raise RuleError(f"{self.name}: .fix(), setlb() and setub() are not seen by the compile; state the bounds")

    setlb = setub = fix


class LazyParam(_Symbolic, IndexedParam):
    """A parameter whose data are one numpy array."""

    symbol = template_expr.NPV_Numeric_GetItemExpression


class ArrayData(dict[Any, Any]):
    """Data of a Param held in a numpy array that looks like the dict Pyomo expects."""

    def __init__(self, array: np.ndarray, sets: tuple[Any, ...]) -> None:
        super().__init__()
        self.array = np.ascontiguousarray(array)
        self.places = [positions(s) for s in sets]

    def __getitem__(self, index: Any) -> Any:
        index = index if isinstance(index, tuple) else (index,)
        return self.array[tuple(p[k] for p, k in zip(self.places, index, strict=True))].item()

    def __contains__(self, index: Any) -> bool:
        index = index if isinstance(index, tuple) else (index,)
        return len(index) == len(self.places) and all(k in p for p, k in zip(self.places, index, strict=True))

    def get(self, index: Any, default: Any = None) -> Any:
        return self[index] if index in self else default  # noqa: SIM401 - this is `get`

    def keys(self) -> Any:
        return itertools.product(*self.places) if len(self.places) > 1 else self.places[0].keys()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.keys())

    def __len__(self) -> int:
        return int(self.array.size)

    def values(self) -> Any:
        return self.array.ravel().tolist()

    def items(self) -> Any:
        return zip(self.keys(), self.values(), strict=True)


class NumpyComponents:
    """Lazy components, read by the numpy compiler."""

    Constraint = LazyConstraint
    Expression = LazyExpression
    Objective = LazyObjective

    @staticmethod
    def Var(*sets: Any, **keywords: Any) -> Any:  # noqa: N802 - stands where pyo.Var stands
        """A variable without data objects."""
        return LazyVar(*sets, dense=False, **keywords) if sets else pyo.Var(**keywords)

    @staticmethod
    def Param(*sets: Any, array: np.ndarray) -> Any:  # noqa: N802
        """A parameter over sets, its data one numpy array."""
        param = LazyParam(*sets, within=pyo.Any, initialize={})
        param._data = ArrayData(np.asarray(array).reshape([len(s) for s in sets]), sets)
        return param


class PyomoComponents:
    """Ordinary Pyomo components: the same statement, expanded element by element by Pyomo."""

    Constraint = pyo.Constraint
    Expression = pyo.Expression
    Objective = pyo.Objective
    Var = pyo.Var

    @staticmethod
    def Param(*sets: Any, array: np.ndarray) -> Any:  # noqa: N802
        """A parameter over sets, its data a dict."""
        keys: Any = itertools.product(*sets) if len(sets) > 1 else sets[0]
        values = np.asarray(array).ravel().tolist()
        return pyo.Param(*sets, within=pyo.Any, initialize=dict(zip(keys, values, strict=True)))
