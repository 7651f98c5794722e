"""Smallest clashing sets, of rules that need no linear program."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pzh_energy.analysis.clashes import MOST_QUESTIONS, find_clashes


def unless(*clashes: set[str]) -> Callable[[frozenset[str]], bool]:
    """Feasible unless one of these sets is held as a whole."""
    return lambda chosen: not any(clash <= chosen for clash in clashes)


@pytest.mark.parametrize(
    "clashes",
    [
        (),
        ({"a"},),
        ({"a"}, {"b"}),
        ({"a", "b"},),
        ({"a", "b"}, {"b", "c"}),
        ({"a", "b"}, {"c", "d"}),
        ({"a", "b", "c"}, {"d"}),
        ({"a", "b", "c", "d", "e"},),
    ],
)
def test_every_smallest_set_is_found_and_no_larger_one(clashes: tuple[set[str], ...]) -> None:
    found = find_clashes(unless(*clashes), "abcde")
    assert set(found.sets) == {tuple(sorted(clash)) for clash in clashes}
    assert found.complete
    assert [len(each) for each in found.sets] == sorted(len(each) for each in found.sets)


def test_a_search_that_would_take_too_long_says_that_it_is_not_complete() -> None:
    """Any two of thirty exclude each other: 435 sets."""
    asked: list[frozenset[str]] = []

    def feasible(chosen: frozenset[str]) -> bool:
        asked.append(chosen)
        return len(chosen) < 2

    found = find_clashes(feasible, [f"t{k:02}" for k in range(30)])
    assert found.sets
    assert all(len(each) == 2 for each in found.sets)
    assert not found.complete
    assert len(asked) <= MOST_QUESTIONS
