"""The model under construction: dimensions, ledgers, and `declare`, which records unit and meaning of everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyomo.environ as pyo

from pzh_energy.inputs.calendar import Calendar
from pzh_energy.modeling.compiler import NumpyComponents, PyomoComponents
from pzh_energy.modeling.ledger import Entry, make_ledgers

Engine = Literal["numpy", "pyomo"]


@dataclass(frozen=True)
class Declaration:
    """What is known of a declared component: `kind` is variable, constraint, expression or parameter."""

    name: str
    kind: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Sized:
    """Names of the variables of one kind of capacity: what is built, and what follows from that alone."""

    new: str
    year_end: str
    operating: str


class Model:
    """A Pyomo model with the dimensions every component shares.

    `pyomo` carries the Sets bus, period, weather, timestep and the Params hours [h], previous (timestep before, a ring
    within the year), probability [1] and weight [years, discounted]. `sized`: every kind of capacity that is built.
    """

    def __init__(self, buses: Iterable[str], calendar: Calendar, engine: Engine = "numpy") -> None:
        self.calendar = calendar
        self.factory: Any = NumpyComponents if engine == "numpy" else PyomoComponents
        self.ledgers = make_ledgers()
        self.declarations: dict[str, Declaration] = {}
        self.sized: list[Sized] = []
        m = self.pyomo = pyo.ConcreteModel()
        m.bus = pyo.Set(dimen=1, initialize=list(buses))
        m.period = pyo.Set(dimen=1, initialize=list(calendar.periods))
        m.weather = pyo.Set(dimen=1, initialize=list(calendar.weather))
        m.timestep = pyo.RangeSet(0, len(calendar.hours) - 1)
        m.hours = self.factory.Param(m.timestep, array=calendar.hours)
        m.previous = self.factory.Param(m.timestep, array=calendar.previous)
        m.probability = self.factory.Param(m.weather, array=calendar.probability)
        m.weight = self.factory.Param(m.period, array=calendar.weight)

    @property
    def operation(self) -> tuple[Any, Any, Any]:
        """The Sets period, weather, timestep."""
        return self.pyomo.period, self.pyomo.weather, self.pyomo.timestep

    def component(self, key: str) -> Block:
        """A new block for a technology or target, named by its key."""
        self.pyomo.add_component(key, pyo.Block())
        return Block(self, getattr(self.pyomo, key), key)

    def balance(self, name: str, sets: tuple[Any, ...], rule: Callable[..., Any], unit: str, meaning: str) -> None:
        """A constraint on the model itself, outside any block."""
        self.pyomo.add_component(name, self.factory.Constraint(*sets, rule=rule))
        self.declarations[name] = Declaration(name, "constraint", unit, meaning)

    def minimize(self, rule: Callable[[Any], Any]) -> None:
        """State the objective, named `cost`."""
        self.pyomo.cost = self.factory.Objective(rule=rule)
        self.declarations["cost"] = Declaration("cost", "objective", "million CNY", "discounted cost of all periods")


class Block:
    """A Pyomo block and the way to declare things on it: ordinary Pyomo components come back."""

    def __init__(self, model: Model, block: Any, key: str) -> None:
        self.model, self.block, self.key = model, block, key
        self._factory = model.factory

    def _record(self, name: str, kind: str, unit: str, meaning: str) -> None:
        full = f"{self.key}.{name}"
        self.model.declarations[full] = Declaration(full, kind, unit, meaning)

    def members(self, name: str, elements: Iterable[Any], within: Any = None, dimen: int = 1) -> Any:
        """A Set of members; `within` another Set makes it a sub-set that keeps the other's dimension name."""
        keywords = {} if within is None else {"within": within}
        self.block.add_component(name, pyo.Set(dimen=dimen, initialize=list(elements), **keywords))
        return getattr(self.block, name)

    def family(self, name: str, index: Any, members_of: Mapping[Any, Iterable[Any]], within: Any) -> Any:
        """A Set indexed by another Set (or a tuple of Sets), empty for every key that `members_of` does not name."""
        index_sets = index if isinstance(index, tuple) else (index,)

        def initialize(_: Any, *key: Any) -> list[Any]:
            return list(members_of.get(key[0] if len(key) == 1 else key, ()))

        family = pyo.Set(*index_sets, dimen=within.dimen, within=within, initialize=initialize)
        self.block.add_component(name, family)
        return family

    def at_bus(self, members: Any, bus_of: Mapping[Any, str], name: str = "at") -> Any:
        """Members by bus, defined (perhaps empty) for every bus."""
        buses = self.model.pyomo.bus
        by_bus = {bus: [i for i in members if bus_of[i] == bus] for bus in buses}
        return self.family(name, buses, by_bus, members)

    def parameter(self, name: str, sets: tuple[Any, ...], values: Any, unit: str, meaning: str) -> Any:
        """A Param over sets; values: array in the sets' shape."""
        param = self._factory.Param(*sets, array=np.asarray(values))
        self.block.add_component(name, param)
        self._record(name, "parameter", unit, meaning)
        return param

    def variable(self, name: str, sets: tuple[Any, ...], unit: str, meaning: str, bounds: Any = (0.0, None)) -> Any:
        """A Var, non-negative unless `bounds` (a pair, or a rule over the index) says otherwise."""
        variable = self._factory.Var(*sets, bounds=bounds)
        self.block.add_component(name, variable)
        self._record(name, "variable", unit, meaning)
        return variable

    def expression(self, name: str, sets: tuple[Any, ...], rule: Callable[..., Any], unit: str, meaning: str) -> Any:
        """A named Expression; use it where few rows read it, for it is inlined into each."""
        expression = self._factory.Expression(*sets, rule=rule)
        self.block.add_component(name, expression)
        self._record(name, "expression", unit, meaning)
        return expression

    def constraint(self, name: str, sets: tuple[Any, ...], rule: Callable[..., Any], unit: str, meaning: str) -> Any:
        """A Constraint; `unit` is the unit of its body, so a dual is million CNY per that unit."""
        row = self._factory.Constraint(*sets, rule=rule)
        self.block.add_component(name, row)
        self._record(name, "constraint", unit, meaning)
        return row

    def post(
        self,
        ledger: str,
        name: str,
        sign: int,
        sets: tuple[Any, ...],
        rule: Callable[..., Any],
        meaning: str,
        tags: Iterable[str] = (),
        at: Any = None,
    ) -> Entry:
        """Post an entry; sets: members first, then period[, weather[, timestep]]."""
        book = self.model.ledgers[ledger]
        if book.kind.balanced and at is None:
            raise ValueError(f"{self.key}.{name}: an entry of the {ledger} ledger needs the bus of its members")
        entry = Entry(ledger, f"{self.key}.{name}", sign, rule, sets, at, frozenset(tags), meaning)
        if any(e.name == entry.name for e in book.entries):
            raise ValueError(f"{entry.name} is posted twice to the {ledger} ledger")
        book.entries.append(entry)
        return entry
