"""Which targets exclude each other: the smallest sets that no plan holds at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

MOST_SETS = 6
"""More clashing sets than these would not be read."""
MOST_QUESTIONS = 80
"""Feasibility questions after which the search ends: it may then be incomplete."""


@dataclass(frozen=True)
class Clashes:
    """Smallest clashing sets, small ones first; complete: no other one exists."""

    sets: tuple[tuple[str, ...], ...]
    complete: bool


class _Enough(Exception):
    """The search has asked as much as it may."""


def find_clashes(feasible: Callable[[frozenset[str]], bool], targets: Iterable[str]) -> Clashes:
    """All minimal sets of targets that cannot be held together, by deletion and a tree over what is left out.

    feasible: whether some plan holds a set of targets. Leaving out one member of each set found leads to the next one
    (Reiter's hitting-set tree), narrowest first.
    """
    everything = frozenset(targets)
    asked: dict[frozenset[str], bool] = {}
    found: list[frozenset[str]] = []

    def holds(chosen: frozenset[str]) -> bool:
        if any(clash <= chosen for clash in found):
            return False
        if chosen not in asked:
            if len(asked) >= MOST_QUESTIONS:
                raise _Enough
            asked[chosen] = feasible(chosen)
        return asked[chosen]

    waiting, seen = [frozenset[str]()], set[frozenset[str]]()
    try:
        while waiting and len(found) < MOST_SETS:
            left_out = waiting.pop(0)
            if left_out in seen or holds(everything - left_out):
                continue
            seen.add(left_out)
            rest = everything - left_out
            clash = next((each for each in found if each <= rest), None) or _smallest(rest, holds)
            if clash not in found:
                found.append(clash)
            waiting.extend(left_out | {target} for target in sorted(clash))
        complete = not waiting
    except _Enough:
        complete = False
    return Clashes(tuple(sorted((tuple(sorted(c)) for c in found), key=lambda c: (len(c), c))), complete)


def _smallest(targets: frozenset[str], holds: Callable[[frozenset[str]], bool]) -> frozenset[str]:
    """A set of which no member can be left out: each is dropped in turn if the rest still clashes."""
    # one that is impossible by itself needs no search
    for target in sorted(targets):
        if not holds(frozenset({target})):
            return frozenset({target})
    kept = targets
    for target in sorted(targets):
        if not holds(kept - {target}):
            kept -= {target}
    return kept
