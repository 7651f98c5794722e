"""Symbolic elimination: which entries of a symmetric matrix arise, which rows leave it when, what is left as a band.

The matrix is kept as one array of values, one for each entry that is or becomes non-zero (a slot). Rows that stay
within a step and share no entry with each other leave together, level after level; their updates are index lists made
once. The rows that remain couple neighbouring steps and are ordered into a band. Border entries are carried along and
never leave.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import reverse_cuthill_mckee

LEVELS = 8
MOST_NEIGHBOURS = 24
"""A row with more of them stays in the band: updates grow with the square, the band by one row a step."""


@dataclass(frozen=True)
class Level:
    """Rows that leave together. pivot: slots of their diagonal; column, row, slot: their other entries, column of
    `rows` and row of the matrix; first, second, of: slots whose product over pivot `of` is taken from slots `target`
    (`into` says which).
    """

    rows: np.ndarray
    pivot: np.ndarray
    column: np.ndarray
    row: np.ndarray
    slot: np.ndarray
    first: np.ndarray
    second: np.ndarray
    of: np.ndarray
    into: np.ndarray
    target: np.ndarray


@dataclass(frozen=True)
class Elimination:
    """Levels, then the order of the rows that remain, the band's width, and where its and the border's slots go.

    size: rows without the border; slots: number of slots; diagonal (size,): slot of each diagonal entry;
    band_slot to band_place, in (remaining, width + 1) laid flat; joint_slot to joint_place, in (border, remaining) laid
    flat; corner_slot to corner_place, in (border, border) laid flat, lower triangle.
    """

    size: int
    border: int
    slots: int
    diagonal: np.ndarray
    levels: tuple[Level, ...]
    remaining: np.ndarray
    width: int
    band_slot: np.ndarray
    band_place: np.ndarray
    joint_slot: np.ndarray
    joint_place: np.ndarray
    corner_slot: np.ndarray
    corner_place: np.ndarray


class _Entries:
    """Slots of a symmetric pattern; (high, low) with high >= low, kept sorted for look-up."""

    def __init__(self, high: np.ndarray, low: np.ndarray, size: int) -> None:
        self.size = size
        self._keys = high.astype(np.int64) * size + low
        self._slots = np.arange(len(high))
        self.high, self.low = high, low

    def find(self, keys: np.ndarray) -> np.ndarray:
        """Slots of entries by key, sorted and each once; new slots for those not there yet."""
        place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        fresh = keys[self._keys[place] != keys]
        if len(fresh):
            slots = np.arange(len(self.high), len(self.high) + len(fresh))
            before = np.searchsorted(self._keys, fresh)
            self._keys, self._slots = np.insert(self._keys, before, fresh), np.insert(self._slots, before, slots)
            self.high = np.concatenate([self.high, fresh // self.size])
            self.low = np.concatenate([self.low, fresh % self.size])
        return np.asarray(self._slots[np.searchsorted(self._keys, keys)])


def eliminate(
    high: np.ndarray, low: np.ndarray, size: int, border: int, local: np.ndarray, step: np.ndarray, ring: int
) -> Elimination:
    """Plan the elimination of a symmetric matrix with `size` rows and a border.

    high, low: places of the lower entries, sorted by (high, low), every diagonal entry of a row included;
    local (size,): rows that may leave ahead of the band; step (size,), ring: their place in time.
    """
    entries = _Entries(high, low, size + border)
    active = np.ones(size + border, bool)
    diagonal = entries.find(np.arange(size, dtype=np.int64) * (size + border + 1))
    levels: list[Level] = []
    candidates = np.zeros(size + border, bool)
    candidates[:size] = local
    for _ in range(LEVELS):
        rows = _independent(entries, active, candidates)
        if len(rows) < max(1, ring // 4):
            break
        levels.append(_level(entries, active, rows, diagonal))
        active[rows] = False
        candidates[rows] = False
    return _finish(entries, active, size, border, diagonal, levels, step, ring)


def _independent(entries: _Entries, active: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Candidates with few neighbours, none the neighbour of another: fewest neighbours first, then by number."""
    live = active[entries.high] & active[entries.low] & (entries.high != entries.low)
    high, low = entries.high[live], entries.low[live]
    count = np.bincount(high, minlength=len(active)) + np.bincount(low, minlength=len(active))
    free = candidates & active & (count <= MOST_NEIGHBOURS)
    both = free[high] & free[low]
    high, low = high[both], low[both]
    later = np.where(count[high] >= count[low], high, low)
    free[later] = False
    return np.flatnonzero(free)


def _level(entries: _Entries, active: np.ndarray, rows: np.ndarray, diagonal: np.ndarray) -> Level:
    position = np.full(len(active), -1)
    position[rows] = np.arange(len(rows))
    live = np.flatnonzero(active[entries.high] & active[entries.low] & (entries.high != entries.low))
    high, low = entries.high[live], entries.low[live]
    down, up = position[high] >= 0, position[low] >= 0
    column = np.concatenate([position[high[down]], position[low[up]]])
    other = np.concatenate([low[down], high[up]])
    slot = np.concatenate([live[down], live[up]])
    order = np.lexsort((other, column))
    column, other, slot = column[order], other[order], slot[order]
    first, second = pairs_in_runs(np.bincount(column, minlength=len(rows)))
    keys = np.maximum(other[first], other[second]).astype(np.int64) * entries.size
    keys += np.minimum(other[first], other[second])
    unique, into = np.unique(keys, return_inverse=True)
    target = entries.find(unique)
    return Level(
        rows, diagonal[rows], column, other, slot, slot[first], slot[second], column[first], into.ravel(), target
    )


def pairs_in_runs(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of all pairs (a, b), a <= b, within each run of a list made of runs of `count` items."""
    start = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(int)
    first, second = [np.empty(0, int)], [np.empty(0, int)]
    for length in np.unique(count):
        begin = start[count == length][:, None]
        a, b = np.triu_indices(int(length))
        first.append((begin + a).ravel())
        second.append((begin + b).ravel())
    return np.concatenate(first), np.concatenate(second)


def _finish(
    entries: _Entries,
    active: np.ndarray,
    size: int,
    border: int,
    diagonal: np.ndarray,
    levels: list[Level],
    step: np.ndarray,
    ring: int,
) -> Elimination:
    live = np.flatnonzero(active[entries.high] & active[entries.low])
    high, low = entries.high[live], entries.low[live]
    inner = high < size
    remaining = np.flatnonzero(active[:size])
    place = np.full(size, -1)
    place[remaining] = np.arange(len(remaining))
    a, b = place[high[inner]], place[low[inner]]
    order = _ordering(a, b, len(remaining), step[remaining], ring)
    remaining = remaining[order]
    place[remaining] = np.arange(len(remaining))
    a, b = place[high[inner]], place[low[inner]]
    width = int(np.abs(a - b).max(initial=0))
    joint = (high >= size) & (low < size)
    corner = low >= size
    return Elimination(
        size=size,
        border=border,
        slots=len(entries.high),
        diagonal=diagonal,
        levels=tuple(levels),
        remaining=remaining,
        width=width,
        band_slot=live[inner],
        band_place=np.minimum(a, b) * (width + 1) + np.abs(a - b),
        joint_slot=live[joint],
        joint_place=(high[joint] - size) * len(remaining) + place[low[joint]],
        corner_slot=live[corner],
        corner_place=(high[corner] - size) * border + low[corner] - size,
    )


def _ordering(a: np.ndarray, b: np.ndarray, size: int, step: np.ndarray, ring: int) -> np.ndarray:
    """The better of two orders: time folded (0, last, 1, last - 1, ...), which closes the ring, or Cuthill-McKee's."""
    if not size:
        return np.arange(0)
    folded_step = np.where(step < (ring + 1) // 2, 2 * step, 2 * (ring - 1 - step) + 1)
    folded = np.lexsort((np.arange(size), folded_step))
    graph = sp.csr_array((np.ones(2 * len(a)), (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(size, size))
    by_graph = np.asarray(reverse_cuthill_mckee(graph, symmetric_mode=True))

    def width(order: np.ndarray) -> int:
        place = np.empty(size, int)
        place[order] = np.arange(size)
        return int(np.abs(place[a] - place[b]).max(initial=0))

    return min((folded, by_graph), key=width)
