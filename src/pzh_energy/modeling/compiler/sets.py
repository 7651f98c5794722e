"""Pyomo sets as positions: factors of a product, dimension names, columns of tuple sets, ragged families."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from pyomo.core.base.set import SetProduct

from pzh_energy.domain.errors import RuleError

_POSITIONS, _LABELS = "_pzh_positions", "_pzh_labels"


class Members(list[Any]):
    """An ordered list of unique elements that behaves like a one-dimensional set."""

    dimen = 1

    def __init__(self, elements: Iterable[Any], name: str = "members") -> None:
        super().__init__(elements)
        self.name = self.local_name = name


def factors(index_set: Any) -> list[Any]:
    """The factor sets of an index set, in order; empty for a scalar."""
    if index_set is None or index_set.dimen == 0:
        return []
    if isinstance(index_set, SetProduct):
        return [f for part in index_set.subsets(False) for f in factors(part)]
    return [index_set]


def positions(members: Any) -> dict[Any, int]:
    """Position of every element of a set, made once per set (sets do not change after construction)."""
    found = getattr(members, _POSITIONS, None)
    if found is None:
        found = {element: i for i, element in enumerate(members)}
        object.__setattr__(members, _POSITIONS, found)
    return found


def dimension(index_set: Any) -> str:
    """Dimension name of a factor set: a sub-set declared `within` another keeps the other's name.

    Sets of a component's block carry the block's name, `wind_unit`, because members of two components differ.
    """
    root = index_set
    while getattr(root, "domain", None) is not None and root.domain.parent_block() is not None:
        root = root.domain
    block = root.parent_block()
    if block is None or block.parent_block() is None:
        return str(root.local_name)
    return f"{block.local_name}_{root.local_name}"


def column(tuple_set: Any, coordinate: int) -> Members:
    """One coordinate of a set of tuples, in the order of the set (elements may repeat)."""
    return Members([element[coordinate] for element in tuple_set], f"{tuple_set.local_name}[{coordinate}]")


def tuple_table(tuple_set: Any) -> tuple[list[Members], np.ndarray]:
    """Lookup of a tuple set: its distinct coordinates, and an array of positions (-1 where no tuple is)."""
    columns = [Members(sorted({e[i] for e in tuple_set}, key=str)) for i in range(tuple_set.dimen)]
    table = np.full([len(c) for c in columns], -1, np.int64)
    for k, element in enumerate(tuple_set):
        table[tuple(positions(c)[x] for c, x in zip(columns, element, strict=True))] = k
    return columns, table


class Family:
    """An indexed Set as arrays: for each key (flat) a start and a count into `members`, positions in `elements`."""

    def __init__(self, indexed_set: Any) -> None:
        keys = indexed_set.index_set()
        if len(indexed_set) < len(keys):
            raise RuleError(f"{indexed_set.name} is not defined for every key; give it an empty list there")
        lists = [list(indexed_set[key]) for key in keys]
        self.factors = factors(keys)
        self.shape = tuple(len(f) for f in self.factors)
        elements = Members(dict.fromkeys(x for xs in lists for x in xs), indexed_set.local_name)
        where = positions(elements)
        self.count = np.array([len(xs) for xs in lists], np.int64)
        self.start = np.cumsum(self.count) - self.count
        self.members = np.array([where[x] for xs in lists for x in xs], np.int64)
        tuples = bool(elements) and isinstance(elements[0], tuple)
        self.columns: Sequence[Members] = [Members(x) for x in zip(*elements, strict=True)] if tuples else [elements]


def flat(places: Iterable[Any], shape: Iterable[int]) -> Any:
    """Flat position in C order from the position in each factor."""
    out: Any = np.int64(0)
    for place, length in zip(places, shape, strict=True):
        out = out * length + place
    return out


def cell(index: Any, parts: Sequence[Any], shape: Iterable[int]) -> int:
    """Flat position of one index of a component (None for a scalar) over its factor sets."""
    remaining = () if index is None else index if isinstance(index, tuple) else (index,)
    where = []
    for part in parts:
        mine, remaining = remaining[: part.dimen], remaining[part.dimen :]
        where.append(positions(part)[mine[0] if part.dimen == 1 else mine])
    return int(flat(where, shape))


def labels(members: Any) -> tuple[Any, ...]:
    """Elements as netCDF-safe labels, tuples joined by a hyphen; made once per set, so that equal ones are the same."""
    found: tuple[Any, ...] | None = getattr(members, _LABELS, None)
    if found is None:
        found = tuple("-".join(map(str, e)) if isinstance(e, tuple) else e for e in members)
        object.__setattr__(members, _LABELS, found)
    return found
