"""Ledgers: technologies post entries, balances and targets read them, nobody enumerates anybody.

An entry has its own index (members, period[, weather[, timestep]]) which may be finer than its ledger's. Its rule
returns the ledger's unit per cell; the ledger sums over the members and over the dimensions it does not have, weather
with its probability. After the solve the same entries, compiled the same way, are the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pzh_energy.modeling.compiler.noting import note
from pzh_energy.modeling.compiler.sets import dimension


def added(terms: Iterable[Any]) -> Any:
    """Sum of expressions over Python objects, such as entries; 0.0 of none.

    The builtin will not do where there are none: while a rule is read it stands for a sum over a Set.
    """
    total: Any = 0.0
    for term in terms:
        total = total + term
    return total


@dataclass(frozen=True)
class LedgerKind:
    """A ledger's dimensions beyond the members, its unit, and whether its entries must add up to zero per bus."""

    name: str
    dimensions: tuple[str, ...]
    unit: str
    balanced: bool
    meaning: str


OPERATION = ("period", "weather", "timestep")

LEDGERS = (
    LedgerKind("electricity", OPERATION, "MW", True, "power put on and taken off each bus"),
    LedgerKind("hydrogen", OPERATION, "MW", True, "hydrogen put on and taken off each bus, lower heating value"),
    LedgerKind("available", OPERATION, "MW", False, "most that could be fed in at each step: plant, and import"),
    LedgerKind(
        "capacity", ("period",), "MW", False, "year-end capacity; tags statistical and physical tell the series"
    ),
    LedgerKind("storage_energy", ("period",), "MWh", False, "year-end energy capacity of storage"),
    LedgerKind(
        "commissioning", ("period",), "MW", False, "rating of each named unit in service at the end of the year"
    ),
    LedgerKind(
        "fuel", ("period",), "ktce/yr", False, "fuel and direct non-fossil heat used in a year, by its calorific value"
    ),
    LedgerKind("co2", ("period",), "kt/yr", False, "carbon dioxide set free in a year"),
    LedgerKind(
        "activity", ("period",), "100 million CNY/yr", False, "value added in a year, in prices of the base year"
    ),
    LedgerKind("green_power", ("period",), "TWh/yr", False, "renewable electricity bought and sold by certificate"),
    LedgerKind(
        "cost", ("period",), "million CNY/yr", False, "real cost of one year of the period; revenue is negative"
    ),
)
"""Every ledger there is."""


@dataclass(frozen=True)
class Entry:
    """One posted quantity.

    name: `block.entry`; sign: +1 or -1; rule: takes (*member, period[, weather[, timestep]]);
    sets: members and the other index sets, in that order; at: Set of members indexed by bus, or None;
    tags: words by which targets and tables find it, such as `wind`, `statistical`, `regulation=season`.
    """

    ledger: str
    name: str
    sign: int
    rule: Callable[..., Any]
    sets: tuple[Any, ...]
    at: Any
    tags: frozenset[str]
    meaning: str

    @property
    def members(self) -> Any:
        """The set of the entry's own members."""
        return self.sets[0]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the dimensions after the members."""
        return tuple(dimension(s) for s in self.sets[1:])

    def stated(self) -> tuple[Callable[[Any, Any], Any], Any]:
        """Its rule as Pyomo calls rules, `rule(block, index)`, and the index set it is called over."""
        width, over = self.members.dimen, self.members
        for part in self.sets[1:]:
            over = over * part

        def rule(_: Any, index: Any) -> Any:
            member = index[0] if width == 1 else index[:width]
            return self.rule(member, *index[width:])

        return rule, over

    def on(self, bus: Any, *index: Any) -> Any:
        """Signed sum over the members at a bus."""
        return self.sign * sum(self.rule(i, *index) for i in self.at[bus])

    def total(self, *index: Any) -> Any:
        """Unsigned sum over all members."""
        return sum(self.rule(i, *index) for i in self.members)

    def of_year(self, model: Any, p: Any) -> Any:
        """Unsigned sum over all members and everything finer than the year, weather with its probability.

        Of an entry over timesteps this is a plain sum: its rule must speak of the whole step, not of an hour of it.
        """
        m = model.pyomo
        extra = self.dimensions[1:]
        if not extra:
            return self.total(p)
        if extra == ("weather",):
            return sum(m.probability[w] * self.total(p, w) for w in m.weather)
        return sum(m.probability[w] * self.total(p, w, t) for w in m.weather for t in m.timestep)

    def over(self, members: Any, *index: Any) -> Any:
        """Unsigned sum over some of the members."""
        return sum(self.rule(i, *index) for i in members)


class Ledger:
    """The entries of one kind, in the order in which they were posted."""

    def __init__(self, kind: LedgerKind) -> None:
        self.kind = kind
        self._entries: list[Entry] = []

    @property
    def name(self) -> str:
        """Name of the ledger."""
        return self.kind.name

    @property
    def entries(self) -> list[Entry]:
        """The entries; a rule that goes through them while it is read looks them up."""
        note(self)
        return self._entries

    def read(self, *tags: str, any_of: Iterable[str] = ()) -> list[Entry]:
        """Entries that carry all `tags`, and one of `any_of` if that is not empty."""
        wanted, options = set(tags), set(any_of)
        return [e for e in self.entries if wanted <= e.tags and (not options or options & e.tags)]


def make_ledgers() -> Mapping[str, Ledger]:
    """A fresh, empty set of ledgers by name."""
    return {kind.name: Ledger(kind) for kind in LEDGERS}
