"""Choice of the steps of the year."""

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pzh_energy.inputs.aggregation import edges, segment
from pzh_energy.inputs.calendar import Calendar, month_hours
from pzh_energy.inputs.resolution import Resolution

MONTH_STARTS = np.concatenate([[0], np.cumsum(month_hours)]).astype(int)


def deviation(features: np.ndarray, steps: np.ndarray) -> float:
    pieces = itertools.pairwise(steps)
    return sum(float(((features[:, a:b] - features[:, a:b].mean(axis=1, keepdims=True)) ** 2).sum()) for a, b in pieces)


def merged_one_by_one(features: np.ndarray, starts: list[int], size: int) -> list[int]:
    """The same rule by brute force: try every merging, take the one that adds least."""
    steps = list(range(features.shape[1] + 1))
    while len(steps) - 1 > size:
        before = deviation(features, np.array(steps))
        trials = [
            (deviation(features, np.array(steps[:i] + steps[i + 1 :])) - before, i)
            for i in range(1, len(steps) - 1)
            if steps[i] not in starts
        ]
        del steps[min(trials)[1]]
    return steps


def test_full_and_every_cover_the_year() -> None:
    assert np.array_equal(edges(Resolution(kind="full"), np.zeros((1, 8760))), np.arange(8761))
    three = edges(Resolution(kind="every", size=3), np.zeros((1, 8760)))
    assert np.array_equal(three, np.arange(0, 8761, 3))


def test_the_last_step_is_shorter_where_the_hours_do_not_divide_the_year() -> None:
    steps = edges(Resolution(kind="every", size=7), np.zeros((1, 8760)))
    assert set(np.diff(steps)[:-1]) == {7}
    assert (steps[-1], np.diff(steps)[-1]) == (8760, 8760 % 7)


def test_daily_parts_begin_at_the_same_hours_every_day() -> None:
    """By hand: from 7, 16 and 21 o'clock; the night passes midnight, and the turn of the year cuts it in two."""
    steps = edges(Resolution(kind="daily", hours=(7, 16, 21)), np.zeros((1, 8760)))
    assert steps[:6].tolist() == [0, 7, 16, 21, 31, 40]
    assert steps[-3:].tolist() == [8752, 8757, 8760]
    assert len(steps) == 3 * 365 + 2
    from_midnight = edges(Resolution(kind="daily", hours=(0, 12)), np.zeros((1, 8760)))
    assert np.array_equal(from_midnight, np.arange(0, 8761, 12))


@given(
    seed=st.integers(0, 9999),
    count=st.integers(1, 3),
    starts=st.sets(st.integers(1, 8), max_size=2),
    extra=st.integers(0, 6),
)
@settings(max_examples=80, deadline=None)
def test_the_heap_merges_as_brute_force_does(seed: int, count: int, starts: set[int], extra: int) -> None:
    features = np.random.default_rng(seed).normal(size=(count, 9))
    cuts = [0, *sorted(starts)]
    size = min(len(cuts) + extra, 9)
    assert segment(features, np.array(cuts), size).tolist() == merged_one_by_one(features, cuts, size)


def test_ties_are_merged_shortest_first_then_earliest_first() -> None:
    assert segment(np.zeros((1, 6)), np.array([0]), 3).tolist() == [0, 2, 4, 6]


@given(levels=st.lists(st.integers(0, 5), min_size=13, max_size=30), seed=st.integers(0, 999))
@settings(max_examples=10, deadline=None)
def test_a_step_function_is_recovered_by_as_many_segments_as_it_has_steps(levels: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    inner = random.choice(np.setdiff1d(np.arange(1, 8760), MONTH_STARTS), len(levels) - 1, replace=False)
    steps = np.concatenate([[0], np.sort(inner), [8760]])
    # each level differs from the one before
    series = np.repeat(np.cumsum(np.array(levels) + 1.0), np.diff(steps))
    cuts = np.union1d(steps, MONTH_STARTS)
    found = edges(Resolution(kind="segments", size=len(cuts) - 1), series[None])
    assert np.array_equal(found, cuts)


def test_months_are_never_merged() -> None:
    found = edges(Resolution(kind="segments", size=12), np.random.default_rng(0).random((3, 8760)))
    assert np.array_equal(found, MONTH_STARTS)


def test_yearly_means_of_all_features_are_kept() -> None:
    features = np.random.default_rng(3).gamma(2.0, size=(4, 8760))
    steps = edges(Resolution(kind="segments", size=50), features)
    calendar = Calendar((2020,), 1, 0.0, 2020, ("normal",), np.array([1.0]), steps)
    assert calendar.mean(features) @ calendar.hours == pytest.approx(features.sum(axis=1), rel=1e-12)


def test_segments_follow_the_features_more_closely_than_equal_steps_do() -> None:
    clock = np.arange(8760) % 24
    features = np.stack([np.where((clock > 7) & (clock < 18), 1.0, 0.0), np.random.default_rng(0).random(8760)])
    chosen = edges(Resolution(kind="segments", size=730), features)
    equal = edges(Resolution(kind="every", size=12), features)
    assert deviation(features, chosen) < 0.5 * deviation(features, equal)


def test_neither_units_nor_offsets_nor_constant_features_matter() -> None:
    features = np.random.default_rng(5).random((2, 8760))
    plain = edges(Resolution(kind="segments", size=40), features)
    other = np.stack([features[0] * 1024 + 4096, features[1], np.full(8760, 0.1)])
    assert np.array_equal(edges(Resolution(kind="segments", size=40), other), plain)


def test_weights_decide_which_feature_the_segments_follow() -> None:
    features = np.random.default_rng(6).random((2, 8760))
    resolution = Resolution(kind="segments", size=40)
    first_only = edges(resolution, features, [1.0, 0.0])
    assert np.array_equal(first_only, edges(resolution, features[:1]))
    assert not np.array_equal(first_only, edges(resolution, features, [1.0, 5.0]))


def test_the_result_is_reproducible_and_quick() -> None:
    features = np.random.default_rng(7).random((12, 8760))
    started = time.perf_counter()
    first = edges(Resolution(kind="segments", size=200), features)
    # 0.15 s on an idle machine; the limit only catches a change of order
    assert time.perf_counter() - started < 3
    assert np.array_equal(first, edges(Resolution(kind="segments", size=200), features))


@pytest.mark.parametrize(
    ("features", "weights", "says"),
    [
        (np.zeros((2, 8784)), None, "shape"),
        (np.full((1, 8760), np.nan), None, "finite"),
        (np.zeros((2, 8760)), [1.0], "2 weights"),
        (np.zeros((1, 8760)), [-1.0], "zero or more"),
        (np.zeros((1, 8760)), [np.nan], "zero or more"),
    ],
)
def test_unusable_features_and_weights_are_refused(features: np.ndarray, weights: list[float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        edges(Resolution(kind="segments", size=40), features, weights)


def test_fewer_segments_than_fixed_starts_are_refused() -> None:
    with pytest.raises(ValueError, match="not between 3 and 8"):
        segment(np.zeros((1, 8)), np.array([0, 3, 5]), 2)
