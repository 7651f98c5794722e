"""What was made of a model's rules, kept for models that differ from it in some numbers.

A rule makes the same again if it is the same function, what it has in hand is the same, and what it looks up while it
is read is the same. In hand it has its closure: numbers, other rules, entries, the components it names. Looked up are
the parameters and named expressions it indexes and the ledgers it goes through, as noted when it was read. What is not
certain to be the same counts as changed and is made anew. Nothing is taken over between models that differ in a Set, in
the place of a variable, or in which components there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from types import FunctionType, MethodType
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pydantic import BaseModel
from pyomo.core.base.component import ComponentBase
from pyomo.core.base.initializer import InitializerBase

from pzh_energy.inputs.calendar import Calendar
from pzh_energy.modeling.compiler.compiler import Key
from pzh_energy.modeling.compiler.components import ArrayData, LazyExpression, LazyParam
from pzh_energy.modeling.compiler.sets import factors, positions
from pzh_energy.modeling.model import Model

OWN_CODE = tuple(f"pzh_energy.{package}." for package in ("modeling", "technologies", "targets"))
"""Where classes are at home whose objects are what their fields are."""
SETS = (pyo.Set, pyo.RangeSet)


@dataclass(frozen=True)
class Made:
    """A rule over an index set, what it looked up, and what was made of it."""

    rule: Any
    index_set: Any
    read: Sequence[Any]
    value: tuple[Any, ...]


class Kept:
    """Keeps what is made of the rules of a model, or takes over what was made of those of another, `before`.

    taken: of which rules that was so.
    """

    def __init__(self, model: Model, before: Kept | None = None) -> None:
        self.model = model
        self.made: dict[Key, Made] = {}
        self.taken: set[Key] = set()
        self._before = before
        self._likeness = None if before is None else Likeness(before.model, model)

    def find(self, key: Key, rule: Any, index_set: Any) -> tuple[Any, ...] | None:
        """What was made of a rule before, if the same would be made now."""
        if self._before is None or self._likeness is None or (made := self._before.made.get(key)) is None:
            return None
        if not self._likeness.makes_the_same(made, rule, index_set):
            return None
        self.taken.add(key)
        return made.value

    def keep(self, key: Key, rule: Any, index_set: Any, read: Sequence[Any], made: tuple[Any, ...]) -> None:
        """Remember what was made of a rule; of a model that takes over from another, nothing is."""
        if self._before is None:
            self.made[key] = Made(rule, index_set, read, made)


class Likeness:
    """Tells what is the same in two models, `before` and `after`; both are complete and do not change any more."""

    def __init__(self, before: Model, after: Model) -> None:
        self._known: dict[tuple[int, int], tuple[Any, Any, bool]] = {}
        self._models = before, after
        first, second = _components(before.pyomo), _components(after.pyomo)
        self._twin_of: dict[int, Any] = {id(a): b for a, b in zip(first, second, strict=False)}
        self.comparable = [_what(each) for each in first] == [_what(each) for each in second] and all(
            self.same(a, b) for a, b in zip(first, second, strict=True) if not _compared_later(a)
        )

    def makes_the_same(self, made: Made, rule: Any, index_set: Any) -> bool:
        """True if a rule over an index set is certain to make again what was made."""
        if not self.comparable or not self.same(made.index_set, index_set) or not self.same(made.rule, rule):
            return False
        return all(self.same(each, self._now(each)) for each in made.read)

    def _now(self, read: Any) -> Any:
        """In the second model, what was looked up in the first: a component or a ledger."""
        if isinstance(read, ComponentBase):
            return self._twin_of.get(id(read))
        return self._models[1].ledgers[read.name]

    def same(self, first: Any, second: Any) -> bool:
        """True if two objects are certain to mean the same to a rule, each in its model."""
        if first is second:
            return True
        if type(first) is not type(second):
            return False
        key = id(first), id(second)
        if key not in self._known:
            # what leads back to itself is not certain; both are held, since their ids must stay theirs
            self._known[key] = first, second, False
            self._known[key] = first, second, self._compare(first, second)
        return self._known[key][2]

    def _compare(self, first: Any, second: Any) -> bool:
        for kinds, compare in _WAYS:
            if isinstance(first, kinds):
                return compare(self, first, second)
        return type(first).__module__.startswith(OWN_CODE) and self._fields(first, second)

    def _components(self, first: Any, second: Any) -> bool:
        if first.ctype in SETS:
            return _elements(first) == _elements(second)
        if not self._stand_for_each_other(first, second):
            return False
        if first.ctype is pyo.Block:  # the components a rule finds there it looks up
            return self._mappings(_hung_on(first), _hung_on(second))
        if not self._each(factors(first.index_set()), factors(second.index_set())):
            return False
        if first.ctype is pyo.Param:
            return _same_values(first, second)
        return first.ctype is pyo.Var or (first.ctype is pyo.Expression and self.same(first._rule, second._rule))

    def _stand_for_each_other(self, first: Any, second: Any) -> bool:
        return self._twin_of.get(id(first)) is second

    def _model(self, first: Model, second: Model) -> bool:
        """Components and ledgers that a rule finds in a model it looks up."""
        return (first, second) == self._models and self._fields(first.calendar, second.calendar)

    def _functions(self, first: Any, second: Any) -> bool:
        return first.__code__ is second.__code__ and self._each(_in_hand(first), _in_hand(second))

    def _methods(self, first: Any, second: Any) -> bool:
        return first.__func__ is second.__func__ and self.same(first.__self__, second.__self__)

    def _each(self, first: Sequence[Any], second: Sequence[Any]) -> bool:
        return len(first) == len(second) and all(map(self.same, first, second))

    def _mappings(self, first: Any, second: Any) -> bool:
        return list(first) == list(second) and self._each(list(first.values()), list(second.values()))

    def _fields(self, first: Any, second: Any) -> bool:
        return self._mappings(_stated(first), _stated(second))


_WAYS: Sequence[tuple[Any, Callable[[Likeness, Any, Any], bool]]] = (
    (FunctionType, Likeness._functions),
    (MethodType, Likeness._methods),
    ((list, tuple), Likeness._each),
    (dict, Likeness._mappings),
    ((int, float, str, frozenset, BaseModel, np.generic), lambda _, first, second: bool(first == second)),
    (np.ndarray, lambda _, first, second: np.array_equal(first, second)),
    (Model, Likeness._model),
    (ComponentBase, Likeness._components),
    ((InitializerBase, Calendar), Likeness._fields),
)
"""How objects of a kind are compared, the first that fits; of others, those of our own code by their fields."""


def _components(model: Any) -> list[Any]:
    """All components of a model, itself first, in their order."""
    return [model, *(each for block in model.block_data_objects() for each in block.component_map().values())]


def _what(component: Any) -> tuple[str, Any]:
    return component.local_name, component.ctype


def _compared_later(component: Any) -> bool:
    """True for what a rule must look up, so that it is noted, or cannot: all else has to be the same beforehand."""
    return isinstance(component, LazyParam | LazyExpression) or component.ctype in (pyo.Constraint, pyo.Objective)


def _hung_on(block: Any) -> dict[str, Any]:
    """What a block carries beside components: Pyomo lets one hang a number on it, which a rule could read unnoted."""
    return {key: value for key, value in vars(block).items() if key not in {*block.component_map(), *_BARE}}


_BARE = frozenset({*vars(pyo.ConcreteModel()), *vars(pyo.Block(concrete=True))})
"""What Pyomo itself puts on blocks."""


def _elements(of: Any) -> list[Any]:
    """Elements of a Set factor by factor, or of each of an indexed Set by its key."""
    if of.is_indexed():
        return [(key, list(of[key])) for key in of.index_set()]
    return [list(positions(part)) for part in factors(of)]


def _same_values(first: Any, second: Any) -> bool:
    """True if two parameters over equal sets hold the same numbers, as arrays; what Pyomo holds is not compared."""
    mine, other = first._data, second._data
    return isinstance(mine, ArrayData) and isinstance(other, ArrayData) and np.array_equal(mine.array, other.array)


def _in_hand(function: Any) -> list[Any]:
    """What a function brings along beside its code."""
    closed_over = [cell.cell_contents for cell in function.__closure__ or ()]
    return [*closed_over, function.__defaults__, function.__kwdefaults__]


def _stated(of: Any) -> dict[str, Any]:
    """What an object was made of: what a dataclass works out and keeps is not that."""
    if is_dataclass(of):
        return {field.name: getattr(of, field.name) for field in fields(of)}
    if isinstance(of, InitializerBase):
        return {name: getattr(of, name) for kind in type(of).__mro__ for name in getattr(kind, "__slots__", ())}
    return dict(vars(of))
