"""Steps of the representative year: hours, N hours each, the same parts of every day, or N segments of similar hours.

Segments come from hierarchical merging of neighbours: starting from single hours, the two neighbouring segments whose
merging adds least to the squared deviation from the segment means (Ward's criterion) become one, until N are left.
Chronology is kept, months are never merged, and averages over the year are kept exactly (`Calendar.mean`).
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pzh_energy.domain.units import HOURS_PER_YEAR
from pzh_energy.inputs.calendar import HOURS_PER_DAY, FloatArray, IntArray, month_hours

if TYPE_CHECKING:
    from pzh_energy.inputs.resolution import Resolution


def edges(resolution: Resolution, features: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> IntArray:
    """Hours (T+1,) at which the steps of the year start, from 0 to 8760.

    features: (F, 8760) hourly series whose shape the segments should follow, in any units: each is divided by its
    standard deviation; weights: (F,) how much each one counts, equal by default. Both matter for segments only.
    With `every`, the last step is shorter where N does not divide the year; with `daily`, the part that passes midnight
    is cut at the turn of the year. Raises ValueError for features that are
    not finite or not of this shape, and for negative weights.
    """
    if resolution.kind == "full":
        return np.arange(HOURS_PER_YEAR + 1, dtype=np.int64)
    if resolution.kind == "every":
        return np.append(np.arange(0, HOURS_PER_YEAR, resolution.size), HOURS_PER_YEAR).astype(np.int64)
    if resolution.kind == "daily":
        starts = np.arange(0, HOURS_PER_YEAR, HOURS_PER_DAY)[:, None] + np.array(resolution.hours)
        return np.union1d(starts.ravel(), [0, HOURS_PER_YEAR]).astype(np.int64)
    month_starts = np.concatenate([[0], np.cumsum(month_hours)[:-1]]).astype(np.int64)
    return segment(_normalised(features, weights), month_starts, resolution.size)


def segment(features: FloatArray, starts: IntArray, size: int) -> IntArray:
    """Edges (size+1,) of `size` contiguous segments of features (F, N), merged by Ward's criterion.

    starts: positions, the first of them 0, at which a segment must start; size is at least their number and at most
    N. Equal candidates are merged shortest first, then earliest first, so the result is reproducible.
    """
    count = features.shape[1]
    if not len(starts) <= size <= count:
        raise ValueError(f"{size} segments are not between {len(starts)} and {count}")
    fixed = np.zeros(count + 1, dtype=bool)
    fixed[starts] = True
    fixed[count] = True
    means = [tuple(column) for column in features.T.tolist()]
    end = list(range(1, count + 1))
    begin = list(range(count))
    # a segment is known by its first position: end[first] is where it ends, begin[last position] where it starts
    version = [0] * count
    heap = [
        (_merging_cost(means[first], 1, means[first + 1], 1), 2, first, 0, 0)
        for first in range(count - 1)
        if not fixed[first + 1]
    ]
    heapq.heapify(heap)
    for _ in range(count - size):
        while True:
            _, _, first, mine, other = heapq.heappop(heap)
            second = end[first]
            if version[first] == mine and second < count and version[second] == other:
                break
        left, right = second - first, end[second] - second
        total = left + right
        means[first] = tuple((left * a + right * b) / total for a, b in zip(means[first], means[second], strict=True))
        version[first] += 1
        version[second] = -1
        end[first] = first + total
        begin[first + total - 1] = first
        neighbours = [] if fixed[first] else [(begin[first - 1], first)]
        if not fixed[end[first]]:
            neighbours.append((first, end[first]))
        for a, b in neighbours:
            cost = _merging_cost(means[a], b - a, means[b], end[b] - b)
            heapq.heappush(heap, (cost, end[b] - a, a, version[a], version[b]))
    kept = [0]
    while kept[-1] < count:
        kept.append(end[kept[-1]])
    return np.array(kept, dtype=np.int64)


def _merging_cost(left: tuple[float, ...], left_size: int, right: tuple[float, ...], right_size: int) -> float:
    """Growth of the sum of squared deviations when two segments become one."""
    distance = sum((a - b) * (a - b) for a, b in zip(left, right, strict=True))
    return left_size * right_size / (left_size + right_size) * distance


def _normalised(features: npt.ArrayLike, weights: npt.ArrayLike | None) -> FloatArray:
    """Features of mean 0 and standard deviation equal to the root of their weight; constant ones become zero."""
    values = np.atleast_2d(np.asarray(features, dtype=float))
    if values.ndim != 2 or values.shape[1] != HOURS_PER_YEAR:
        raise ValueError(f"expected features of shape (F, {HOURS_PER_YEAR}), got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("features must be finite")
    factors = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    if factors.shape != (len(values),) or not np.all((factors >= 0) & np.isfinite(factors)):
        raise ValueError(f"expected {len(values)} weights, zero or more, got {factors}")
    centred = values - values.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    # what is left of a constant series after centring is rounding, not shape
    varies = spread > 1e-12 * np.abs(values).max(axis=1, keepdims=True)
    return np.asarray(np.where(varies, centred / np.where(varies, spread, 1.0), 0.0) * np.sqrt(factors)[:, None])
