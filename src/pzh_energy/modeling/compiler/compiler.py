"""Compiles a Pyomo model of lazy components to one `LinearProgram`, and rules to rows after the solve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp

from pzh_energy.domain.errors import RuleError
from pzh_energy.modeling.compiler import sets
from pzh_energy.modeling.compiler.affine import Affine, Frame
from pzh_energy.modeling.compiler.evaluator import Evaluator
from pzh_energy.modeling.compiler.noting import noting
from pzh_energy.modeling.compiler.program import LinearProgram, Slice
from pzh_energy.modeling.compiler.templates import explain, templatize

Key = tuple[str, str]
"""What is made of a rule (affine, constraint or bounds), and its name."""


class Keeper(Protocol):
    """Keeps what was made of rules."""

    def find(self, key: Key, rule: Any, index_set: Any) -> tuple[Any, ...] | None:
        """What this rule over this index set makes, if that is known."""

    def keep(self, key: Key, rule: Any, index_set: Any, read: Sequence[Any], made: tuple[Any, ...]) -> None:
        """Told what a rule made, and what it looked up."""


class Compiler:
    """Numbers the variables of a model once, then turns rules into sparse rows.

    kept: where what rules make is kept, or taken from where it is the same; None to make all anew and keep nothing.
    """

    def __init__(self, model: Any, kept: Keeper | None = None) -> None:
        self.model = model
        self.kept = kept
        self.evaluator = Evaluator()
        self.variables: list[tuple[Any, Slice]] = []
        start = 0
        for variable in model.component_objects(pyo.Var, active=True, descend_into=True):
            if any(data.fixed for data in variable._data.values()):
                raise RuleError(f"{variable.name}: .fix() is not seen by the compile; pin it through its bounds")
            domain = variable._rule_domain
            if not domain.constant() or domain(variable.parent_block(), None, variable).isdiscrete():
                raise RuleError(f"{variable.name}: variables are continuous, with one domain; use bounds for the rest")
            place, parts = slice_of(variable, start)
            self.evaluator.slices[id(variable)] = place, parts
            self.variables.append((variable, place))
            start = place.stop
        self.columns = start

    def rows(self, name: str, block: Any, rule: Any, index_set: Any) -> tuple[sp.csr_array, np.ndarray]:
        """CSR rows (cells of the index set, columns) and constants (cells,) of any affine rule."""
        value, size = self._affine(name, block, rule, index_set)
        return value.rows(size, self.columns), np.broadcast_to(np.asarray(value.constant, float), size)

    def values(self, name: str, block: Any, rule: Any, index_set: Any, x: np.ndarray) -> np.ndarray:
        """Values (cells of the index set,) of any affine rule where the variables are x (columns,)."""
        value, size = self._affine(name, block, rule, index_set)
        return value.at(size, x)

    def _affine(self, name: str, block: Any, rule: Any, index_set: Any) -> tuple[Affine, int]:
        """Value of an affine rule over its index set, and the number of cells of that."""
        if index_set is not None and len(index_set) == 0:
            return Affine(), 0

        def make(expression: Any, frame: Frame) -> tuple[Affine, int]:
            return self.evaluator.affine(expression, frame), frame.size

        return self._made(("affine", name), block, rule, index_set, make)

    def _made(
        self, key: Key, block: Any, rule: Any, index_set: Any, make: Callable[[Any, Frame], tuple[Any, ...]]
    ) -> tuple[Any, ...]:
        """What `make` gives for a rule's expression in the frame of its index set, or what is kept of it."""
        if self.kept is not None and (found := self.kept.find(key, rule, index_set)) is not None:
            return found
        with noting() as read:
            expression, templates = templatize(key[1], block, rule, index_set)
            frame = self.evaluator.open(index_set, templates)
            try:
                made = make(expression, frame)
            except RuleError as error:
                raise RuleError(explain(key[1], rule, error)) from error
        if self.kept is not None:
            self.kept.keep(key, rule, index_set, list(read.values()), made)
        return made

    def constraint(self, name: str, block: Any, rule: Any, index_set: Any) -> tuple[sp.csr_array, Any, Any]:
        """CSR rows and lower and upper limits (cells,) of a constraint's rule."""
        if index_set is not None and len(index_set) == 0:
            return sp.csr_array((0, self.columns)), np.empty(0), np.empty(0)

        def make(expression: Any, frame: Frame) -> tuple[sp.csr_array, Any, Any]:
            body, low, high = self.evaluator.relation(expression, frame)
            low, high = (np.broadcast_to(np.asarray(v, float), frame.size) for v in (low, high))
            return body.rows(frame.size, self.columns), low, high

        return self._made(("constraint", name), block, rule, index_set, make)

    def bounds(self, variable: Any, place: Slice) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper bounds (cells,) of a variable: its domain cut with its bounds rule."""
        rule = variable._rule_bounds
        pair: Any = (None, None)
        if rule is not None and rule.constant():
            pair = rule(None, None)
        elif rule is not None and place.size:

            def make(expressions: Any, frame: Frame) -> tuple[Any, ...]:
                return tuple(None if b is None else self.evaluator.number(b, frame) for b in expressions)

            pair = self._made(("bounds", variable.name), variable.parent_block(), rule, variable.index_set(), make)
        domain = variable._rule_domain(variable.parent_block(), None, variable).bounds()
        low = np.maximum(_number(pair[0], -np.inf), _number(domain[0], -np.inf))
        high = np.minimum(_number(pair[1], np.inf), _number(domain[1], np.inf))
        low, high = np.broadcast_to(low, place.size), np.broadcast_to(high, place.size)
        self._refuse_changed_bounds(variable, place, low, high)
        return low, high

    def _refuse_changed_bounds(self, variable: Any, place: Slice, low: np.ndarray, high: np.ndarray) -> None:
        """RuleError where one element's bounds were changed after the declaration: that is not compiled."""
        parts = self.evaluator.slices[id(variable)][1]
        for index, data in variable._data.items():
            at = sets.cell(index, parts, place.shape)
            stated = float(_number(data.lb, -np.inf)), float(_number(data.ub, np.inf))
            if not np.allclose(stated, (low[at], high[at]), rtol=1e-9, atol=0.0):
                raise RuleError(f"{data.name}: setlb() and setub() are not seen by the compile; state the bounds")

    def compile(self) -> LinearProgram:
        """The whole model as arrays. Faulty rules are collected and reported together as one RuleError."""
        places: list[Slice] = []
        blocks: list[sp.csr_array] = []
        lows: list[np.ndarray] = []
        highs: list[np.ndarray] = []
        errors: list[str] = []
        start = 0
        for row in self.model.component_objects(pyo.Constraint, active=True, descend_into=True):
            try:
                matrix, low, high = self.rows_of(row)
            except RuleError as error:
                errors.append(str(error))
                continue
            place, _ = slice_of(row, start)
            places.append(place)
            blocks.append(matrix)
            lows.append(low)
            highs.append(high)
            start = place.stop
        if errors:
            raise RuleError("\n".join(errors))
        objectives = list(self.model.component_objects(pyo.Objective, active=True))
        if len(objectives) != 1:
            raise RuleError(f"a model needs one objective; this one has {len(objectives)}")
        if objectives[0]._init_sense(objectives[0].parent_block(), None) != pyo.minimize:
            raise RuleError(f"{objectives[0].name}: the program minimises; state the negative")
        cost, offset = self.rows(objectives[0].name, objectives[0].parent_block(), objectives[0].rule, None)
        limits = [self.bounds(variable, place) for variable, place in self.variables]
        return LinearProgram(
            matrix=sp.vstack([sp.csr_array((0, self.columns)), *blocks], "csr"),
            row_lower=np.concatenate([np.empty(0), *lows]),
            row_upper=np.concatenate([np.empty(0), *highs]),
            column_lower=np.concatenate([np.empty(0), *(low for low, _ in limits)]),
            column_upper=np.concatenate([np.empty(0), *(high for _, high in limits)]),
            cost=cost.toarray().ravel(),
            offset=float(offset[0]),
            variables=tuple(place for _, place in self.variables),
            constraints=tuple(places),
        )

    def rows_of(self, row: Any) -> tuple[sp.csr_array, np.ndarray, np.ndarray]:
        """CSR rows and lower and upper limits (cells,) of a constraint of the model."""
        if row.rule is None:
            raise RuleError(f"{row.name}: no rule (a ConstraintList?); state it as Constraint(..., rule=...)")
        if not all(data.active for data in row._data.values()):
            raise RuleError(f"{row.name}: single rows are deactivated; use a sub-set")
        return self.constraint(row.name, row.parent_block(), row.rule, index_set_of(row))


def _number(bound: Any, missing: float) -> np.ndarray:
    return np.asarray(missing if bound is None else bound, float)


def index_set_of(component: Any) -> Any:
    """Index set of a component, None for a scalar."""
    return component.index_set() if component.is_indexed() else None


def slice_of(component: Any, start: int) -> tuple[Slice, list[Any]]:
    """Place of a component that starts at `start`, and its factor sets."""
    parts = sets.factors(index_set_of(component))
    place = Slice(
        name=component.name,
        start=start,
        shape=tuple(len(f) for f in parts),
        dimensions=tuple(sets.dimension(f) for f in parts),
        coordinates=tuple(sets.labels(f) for f in parts),
    )
    return place, parts
