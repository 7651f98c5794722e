"""Walks one templatised rule with numpy position arrays: the whole index set in a single pass."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.core.expr as pyomo_expressions
import pyomo.environ as pyo
from pyomo.core.base.constraint import tuple_to_relational_expr
from pyomo.core.expr import template_expr

from pzh_energy.domain.errors import RuleError
from pzh_energy.modeling.compiler import sets
from pzh_energy.modeling.compiler.affine import Affine, Frame
from pzh_energy.modeling.compiler.components import ArrayData
from pzh_energy.modeling.compiler.noting import note, noting
from pzh_energy.modeling.compiler.program import Slice
from pzh_energy.modeling.compiler.templates import templatize


class Evaluator:
    """Evaluates templatised expressions; keeps what it has looked up about sets and parameters."""

    def __init__(self) -> None:
        self.slices: dict[int, tuple[Slice, list[Any]]] = {}
        self._memory: dict[Any, Any] = {}
        self._keep: list[Any] = []

    def remember(self, key: tuple[Any, ...], make: Callable[[], Any], *keep: Any) -> Any:
        """`make()` once per key; `keep` holds objects alive whose id is part of the key."""
        if key not in self._memory:
            self._memory[key] = make()
            self._keep.extend(keep)
        return self._memory[key]

    # ---- frames and positions
    def open(self, index_set: Any, templates: list[Any]) -> Frame:
        """The frame of a rule over its index set."""
        parts = sets.factors(index_set)
        shape = tuple(len(f) for f in parts)
        size = math.prod(shape)
        grid = np.indices(shape).reshape(len(shape), size)
        own: dict[Any, Any] = {}
        remaining = iter(templates)
        for part, places in zip(parts, grid, strict=True):
            for coordinate in range(part.dimen):
                members = part if part.dimen == 1 else self._column(part, coordinate)
                own[next(remaining)._id] = (members, places)
        return Frame(size, own)

    def _column(self, part: Any, coordinate: int) -> Any:
        return self.remember(("column", id(part), coordinate), lambda: sets.column(part, coordinate), part)

    def _translate(self, values: Any, target: Any) -> np.ndarray:
        places = sets.positions(target)
        return np.array([places.get(v, -1) for v in values], np.int64)

    def _place(self, argument: Any, target: Any, frame: Frame) -> Any:
        """Positions in `target` of one index argument."""
        if argument.__class__ is template_expr.IndexTemplate:
            members, where = frame.lookup(argument)
            if members is not target:
                key = ("translate", id(members), id(target))
                where = self.remember(key, lambda: self._translate(members, target), members, target)[where]
        elif isinstance(argument, template_expr.GetItemExpression) and argument.args[0].ctype is pyo.Param:
            param = argument.args[0]
            parts, array = self.param(param)
            key = ("index param", id(param), id(target))
            table = self.remember(
                key, lambda: self._translate(array.ravel().tolist(), target).reshape(array.shape), param, target
            )
            where = table[self.locate(param, parts, argument.args[1:], frame)]
        elif getattr(argument, "is_expression_type", bool)():
            values, inverse = np.unique(self.number(argument, frame), return_inverse=True)
            where = self._translate(values.tolist(), target)[inverse]
        else:
            value = pyo.value(argument) if hasattr(argument, "is_expression_type") else argument
            where = np.int64(sets.positions(target).get(value, -1))
        if np.min(where, initial=0) < 0:
            raise RuleError(
                f"index {argument} takes values that are not in {getattr(target, 'name', 'the set')}: "
                "use a sub-set, or an index Param that stays inside"
            )
        return where

    def locate(self, component: Any, parts: list[Any], arguments: Any, frame: Frame) -> tuple[Any, ...]:
        """One position array per factor set of a component, for its index arguments."""
        remaining = list(arguments)
        wanted = sum(f.dimen for f in parts)
        if len(remaining) != wanted:
            raise RuleError(f"{component.name} takes {wanted} indices, {len(remaining)} given")
        out: list[Any] = []
        for part in parts:
            mine, remaining = remaining[: part.dimen], remaining[part.dimen :]
            if part.dimen == 1:
                out.append(self._place(mine[0], part, frame))
                continue
            columns, table = self._tuples(part)
            where = table[tuple(self._place(a, c, frame) for a, c in zip(mine, columns, strict=True))]
            if np.min(where, initial=0) < 0:
                raise RuleError(f"{component.name}[{', '.join(map(str, mine))}]: pairs that are not in {part.name}")
            out.append(where)
        return tuple(out)

    def _tuples(self, part: Any) -> tuple[list[sets.Members], np.ndarray]:
        return self.remember(("tuples", id(part)), lambda: sets.tuple_table(part), part)  # type: ignore[no-any-return]

    def param(self, param: Any) -> tuple[list[Any], np.ndarray]:
        """Factor sets and values (in their shape) of a parameter."""

        def read() -> tuple[list[Any], np.ndarray]:
            parts = sets.factors(param.index_set())
            data = param._data
            array = (
                data.array
                if isinstance(data, ArrayData)
                else np.array([pyo.value(param[i]) for i in param.index_set()])
            )
            return parts, array.reshape([len(f) for f in parts])

        return self.remember(("param", id(param)), read, param)  # type: ignore[no-any-return]

    # ---- expressions
    def number(self, expression: Any, frame: Frame) -> Any:
        """Value of an expression that may not contain variables."""
        value = self.affine(expression, frame)
        if value.terms:
            raise RuleError(f"a variable where a number is needed: {expression}")
        return value.constant

    def affine(self, expression: Any, frame: Frame) -> Affine:
        """Value of any affine expression over a frame; RuleError for what is not affine or not known."""
        if expression.__class__ in (int, float, bool, np.float64, np.int64):
            return Affine(expression)
        handler = _HANDLERS.get(expression.__class__)
        if handler is not None:
            return handler(self, expression, frame)
        if expression.__class__ is template_expr.IndexTemplate:
            members, where = frame.lookup(expression)
            values = self.remember(("values", id(members)), lambda: np.array(list(members)), members)
            return Affine(values[where])
        if isinstance(expression, template_expr.GetItemExpression):
            return self._item(expression.args[0], expression.args[1:], frame)
        if getattr(expression, "is_variable_type", bool)():
            index = expression.index()
            arguments = () if index is None else index if isinstance(index, tuple) else (index,)
            return self._item(expression.parent_component(), arguments, frame)
        if getattr(expression, "is_named_expression_type", bool)():
            return self.affine(expression.expr, frame)
        if not getattr(expression, "is_expression_type", bool)() and getattr(expression, "is_fixed", bool)():
            return Affine(pyo.value(expression))
        raise RuleError(f"{type(expression).__name__} is not understood in: {expression}")

    def _item(self, component: Any, arguments: Any, frame: Frame) -> Affine:
        """`component[arguments]` for a Param, a Var or a named Expression."""
        if component.ctype is pyo.Param:
            parts, array = self.param(component)
            return Affine(array[self.locate(component, parts, arguments, frame)])
        if component.ctype is pyo.Var:
            place, parts = self.slices[id(component)]
            columns = place.start + sets.flat(self.locate(component, parts, arguments, frame), place.shape)
            return Affine(0.0, [(None, 1.0, np.broadcast_to(columns, frame.size))])
        if component.ctype is pyo.Expression:
            body, templates, read = self.remember(("expression", id(component)), lambda: _read(component), component)
            note(*read)  # by whoever uses it, also where another rule made it be read
            parts = sets.factors(component.index_set())
            if any(part.dimen != 1 for part in parts):
                raise RuleError(f"{component.name}: a named expression over a set of tuples is not supported")
            places = self.locate(component, parts, arguments, frame)
            own = {
                t._id: (part, np.broadcast_to(where, frame.size))
                for t, part, where in zip(templates, parts, places, strict=True)
            }
            return self.affine(body, Frame(frame.size, own))
        raise RuleError(f"{component.name}: a {component.ctype.__name__} inside a rule")

    def total(self, expression: Any, frame: Frame) -> Affine:
        """sum(... for a in A for b in B[a]): one child frame per `for`, then summed back to the outer one."""
        outer, origin = frame, np.arange(frame.size)
        for group in expression.template_iters():
            members = group[0]._set
            if members.is_expression_type():
                own, up = self._ragged(members, group, frame)
            else:
                child = self.open(members, group)
                up = np.repeat(np.arange(frame.size), child.size)
                own = {key: (part, np.tile(where, frame.size)) for key, (part, where) in child.own.items()}
            origin = origin[up]
            frame = Frame(len(up), own, frame, up)
        inner = self.affine(expression._local_args_[0], frame)
        if np.ndim(inner.constant) == 0 and inner.constant == 0:
            constant: Any = 0.0
        else:
            constant = np.bincount(origin, np.broadcast_to(inner.constant, frame.size), outer.size)
        return Affine(constant, [(origin if at is None else origin[at], c, k) for at, c, k in inner.terms])

    def _ragged(self, members: Any, group: Any, frame: Frame) -> tuple[dict[Any, Any], np.ndarray]:
        """The elements of an indexed set: as many as each key has."""
        indexed_set, arguments = members.args[0], members.args[1:]
        family: sets.Family = self.remember(("family", id(indexed_set)), lambda: sets.Family(indexed_set), indexed_set)
        places = self.locate(indexed_set, family.factors, arguments, frame)
        key = np.broadcast_to(sets.flat(places, family.shape), frame.size)
        repeat = family.count[key]
        up = np.repeat(np.arange(frame.size), repeat)
        inside = np.arange(len(up)) - np.repeat(np.cumsum(repeat) - repeat, repeat)
        chosen = family.members[family.start[key][up] + inside]
        columns = family.columns if family.columns[0] else list(family.columns) * len(group)
        return {t._id: (coordinate, chosen) for t, coordinate in zip(group, columns, strict=True)}, up

    def relation(self, expression: Any, frame: Frame) -> tuple[Affine, Any, Any]:
        """Body without constant, lower and upper limit of a relational expression, in Pyomo's own orientation.

        The orientation is kept (`a >= b` moves b's constant, not the sign) because it decides the sign of the dual.
        """
        if expression.__class__ is tuple:
            expression = tuple_to_relational_expr(expression)
        if expression.__class__ in (bool, np.bool_) or not hasattr(expression, "args"):
            raise RuleError(f"the rule is the constant {expression}: a constraint needs a variable")
        values = [self.affine(a, frame) for a in expression.args]
        variable = [_holds_variable(a) for a in expression.args]
        if isinstance(expression, pyomo_expressions.RangedExpression):
            low, body, high = values
            if low.terms or high.terms:
                raise RuleError(f"a variable where a number is needed, as a limit of: {expression}")
            if any(expression.strict):
                raise RuleError(f"a strict inequality: {expression}")
            return body, low.constant - body.constant, high.constant - body.constant
        if not isinstance(expression, pyomo_expressions.EqualityExpression | pyomo_expressions.InequalityExpression):
            raise RuleError(f"{type(expression).__name__} is not a constraint: {expression}")
        left, right = values
        flipped = variable[1] and not variable[0]
        body = right.minus(left) if flipped else left.minus(right)
        limit = -np.asarray(body.constant, float)
        if isinstance(expression, pyomo_expressions.EqualityExpression):
            return body, limit, limit
        if getattr(expression, "strict", False):
            raise RuleError(f"a strict inequality: {expression}")
        return (body, limit, np.inf) if flipped else (body, -np.inf, limit)


def _read(expression: Any) -> tuple[Any, list[Any], list[Any]]:
    """Body and templates of a named expression, and what it looks up."""
    with noting() as read:
        body, templates = templatize(
            expression.name, expression.parent_block(), expression._rule, expression.index_set()
        )
    return body, templates, list(read.values())


def _holds_variable(expression: Any) -> bool:
    """Whether an expression can hold a variable, told from the expression itself.

    Pyomo's own answer depends on the sums it met earlier in the process: it files the type of all template sums by the
    first one it sees, and a sum of parameters seen first makes every later sum of variables look constant.
    """
    if isinstance(expression, template_expr.GetItemExpression):
        return expression.args[0].ctype in (pyo.Var, pyo.Expression)
    if isinstance(expression, template_expr.TemplateSumExpression):
        return any(_holds_variable(a) for a in expression._local_args_)
    if getattr(expression, "is_expression_type", bool)() and not expression.is_named_expression_type():
        return any(_holds_variable(a) for a in expression.args)
    return bool(getattr(expression, "is_potentially_variable", bool)())


def _sum(self: Evaluator, expression: Any, frame: Frame) -> Affine:
    parts = [self.affine(a, frame) for a in expression.args]
    return Affine(sum((p.constant for p in parts), 0.0), [t for p in parts for t in p.terms])


def _product(self: Evaluator, expression: Any, frame: Frame) -> Affine:
    left, right = (self.affine(a, frame) for a in expression.args)
    if left.terms and right.terms:
        raise RuleError(f"product of two variables: {expression}")
    return left.times(right.constant) if left.terms else right.times(left.constant)


def _division(self: Evaluator, expression: Any, frame: Frame) -> Affine:
    divisor = np.asarray(self.number(expression.args[1], frame), float)
    if not np.all(divisor):
        raise RuleError(f"division by zero: {expression}")
    return self.affine(expression.args[0], frame).times(1.0 / divisor)


def _power(self: Evaluator, expression: Any, frame: Frame) -> Affine:
    base = np.asarray(self.number(expression.args[0], frame), float)
    return Affine(base ** self.number(expression.args[1], frame))


def _negation(self: Evaluator, expression: Any, frame: Frame) -> Affine:
    return self.affine(expression.args[0], frame).times(-1.0)


_HANDLERS: dict[Any, Callable[[Evaluator, Any, Frame], Affine]] = {
    template_expr.TemplateSumExpression: Evaluator.total,
    **{
        getattr(pyomo_expressions.numeric_expr, name): handler
        for names, handler in (
            (("SumExpression", "LinearExpression", "NPV_SumExpression"), _sum),
            (("ProductExpression", "MonomialTermExpression", "NPV_ProductExpression"), _product),
            (("DivisionExpression", "NPV_DivisionExpression"), _division),
            (("PowExpression", "NPV_PowExpression"), _power),
            (("NegationExpression", "NPV_NegationExpression"), _negation),
        )
        for name in names
    },
}
