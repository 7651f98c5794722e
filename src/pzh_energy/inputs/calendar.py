"""Time: investment periods, weather cases and the steps of the representative year.

The only owner of "previous step", "month", "in service" and of water travel. The year has 8760 hours (365 days, no
leap day) in naive Beijing time (UTC+8); hour 0 starts on 1 January at 00:00. The year is a ring: the last step
precedes the first.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.domain.finance import discount_factor
from pzh_energy.domain.units import HOURS_PER_YEAR

if TYPE_CHECKING:
    from scipy import sparse

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Array = TypeVar("Array", FloatArray, IntArray)

HOURS_PER_DAY = 24
DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
PROBABILITY_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Calendar:
    """The time axes of one run.

    periods: (P,) years, increasing; last_period_years: years the last period stands for; discount_rate: 1/yr;
    base_year: the year money is discounted to; weather: (W,) names; probability: (W,) adding up to 1;
    edges: (T+1,) hours at which steps start, from 0 to 8760.
    Raises InputError when these do not make a calendar.
    """

    periods: tuple[int, ...]
    last_period_years: int
    discount_rate: float
    base_year: int
    weather: tuple[str, ...]
    probability: FloatArray
    edges: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "probability", _frozen(np.array(self.probability, dtype=float)))
        edges = np.array(self.edges)
        if not np.issubdtype(edges.dtype, np.integer):
            raise InputError([Problem("calendar.edges", "edges are not whole hours.", "Give integers.")])
        object.__setattr__(self, "edges", _frozen(edges.astype(np.int64)))
        problems = _calendar_problems(self)
        if problems:
            raise InputError(problems)

    @cached_property
    def hours(self) -> FloatArray:
        """(T,) length of each step in h; adds up to 8760."""
        return _frozen(np.diff(self.edges).astype(float))

    @cached_property
    def timesteps(self) -> range:
        """The T steps of the year, 0..T-1."""
        return range(len(self.edges) - 1)

    @cached_property
    def previous(self) -> IntArray:
        """(T,) the step before each step; the last step precedes step 0."""
        return _frozen(np.roll(np.arange(len(self.timesteps), dtype=np.int64), 1))

    @cached_property
    def period_years(self) -> IntArray:
        """(P,) number of years each period stands for: until the next one, the last for `last_period_years`."""
        ends = (*self.periods[1:], self.periods[-1] + self.last_period_years)
        return _frozen(np.array(ends, dtype=np.int64) - np.array(self.periods, dtype=np.int64))

    @cached_property
    def years_since_previous(self) -> IntArray:
        """(P,) years since the previous period, 1 for the first: what a yearly build limit scales with."""
        return _frozen(np.array([1, *(later - earlier for earlier, later in pairwise(self.periods))], dtype=np.int64))

    @cached_property
    def years_of(self) -> tuple[IntArray, ...]:
        """The calendar years each period stands for."""
        return tuple(
            np.arange(period, period + int(years), dtype=np.int64)
            for period, years in zip(self.periods, self.period_years, strict=True)
        )

    def discount_of(self, years: npt.ArrayLike) -> FloatArray:
        """Discount factors, to `base_year`, of calendar years."""
        return np.array([discount_factor(self.discount_rate, year - self.base_year) for year in np.asarray(years)])

    @cached_property
    def weight(self) -> FloatArray:
        """(P,) sum of the discount factors, to `base_year`, of the years each period stands for."""
        return _frozen(np.array([math.fsum(self.discount_of(years)) for years in self.years_of]))

    def mean(self, hourly: npt.ArrayLike) -> FloatArray:
        """Time average over each step: (..., 8760) to (..., T). The average over the year is kept exactly."""
        return np.asarray(np.add.reduceat(_hourly(hourly), self.edges[:-1], axis=-1) / self.hours)

    def lowest(self, hourly: npt.ArrayLike) -> FloatArray:
        """Smallest hourly value within each step: (..., 8760) to (..., T)."""
        return np.asarray(np.minimum.reduceat(_hourly(hourly), self.edges[:-1], axis=-1))

    def highest(self, hourly: npt.ArrayLike) -> FloatArray:
        """Largest hourly value within each step: (..., 8760) to (..., T)."""
        return np.asarray(np.maximum.reduceat(_hourly(hourly), self.edges[:-1], axis=-1))

    def in_service(self, dates: Sequence[datetime.date]) -> FloatArray:
        """(n, P, T) share of each step during which a unit commissioned on a date is in service.

        A unit serves from 00:00 of its date. A period is read as its own calendar year: an earlier date gives 1
        throughout, a later one 0. 29 February counts as 28 February.
        """
        start = np.array([_first_hour(date) for date in dates], dtype=float).reshape(-1, 1, 1)
        served = (self.edges[1:] - start) / self.hours
        year = np.array([date.year for date in dates], dtype=np.int64).reshape(-1, 1, 1)
        period = np.array(self.periods, dtype=np.int64).reshape(1, -1, 1)
        return np.where(year < period, 1.0, np.where(year > period, 0.0, np.clip(served, 0.0, 1.0)))

    def in_service_at_year_end(self, dates: Sequence[datetime.date]) -> FloatArray:
        """(n, P) 1 where a unit's commissioning date is not later than 31 December of the period, else 0."""
        year = np.array([date.year for date in dates], dtype=np.int64).reshape(-1, 1)
        return np.asarray(year <= np.array(self.periods, dtype=np.int64), dtype=float)

    def travel(self, lags_hours: Sequence[float]) -> tuple[IntArray, FloatArray]:
        """Where the water arriving in each step left, for n constant travel times in h (zero or more).

        Returns left_in (n, T, J), the steps it left in, and share (n, T, J), so that on the ring of the year
        `arrival[t] = sum over k of share[i, t, k] * release[left_in[i, t, k]]` as flows. The shares of a step add up
        to 1, and the volume (flow times hours) is conserved for steps of any length and any travel time. J is the
        largest number of steps needed; unused places hold step 0 with share 0. Raises InputError for a travel time
        that is negative or not finite.
        """
        for position, lag in enumerate(lags_hours):
            if not 0 <= lag < math.inf:
                what = f"a travel time of {lag} h is not possible."
                raise InputError([Problem(f"travel time {position}", what, "Give hours, zero or more.")])
        maps = [self._departures(float(lag)) for lag in lags_hours]
        steps = len(self.timesteps)
        width = max((int(np.diff(each.indptr).max()) for each in maps), default=1)
        left_in = np.zeros((len(maps), steps, width), dtype=np.int64)
        share = np.zeros((len(maps), steps, width))
        for i, each in enumerate(maps):
            step = np.repeat(np.arange(steps), np.diff(each.indptr))
            place = np.arange(each.nnz) - each.indptr[step]
            left_in[i, step, place] = each.indices
            share[i, step, place] = each.data
        return left_in, share

    def _departures(self, lag: float) -> sparse.csr_array:
        """(T, T) share of the water arriving in a step (row) that left in another (column), by overlap in time."""
        from scipy import sparse  # after Pyomo, which would take scipy for wanted whole

        # a millionth of an hour is 4 ms; without the rounding 2.9999999999999996 h would add specks of overlap
        shifted = (self.edges[:-1] + round(lag, 6)) % HOURS_PER_YEAR
        cuts = np.unique(np.concatenate([self.edges, shifted]))
        pieces = np.diff(cuts)
        middle = cuts[:-1] + pieces / 2
        arrives = np.searchsorted(self.edges, middle, side="right") - 1
        left_at = (middle - round(lag, 6)) % HOURS_PER_YEAR
        leaves = np.searchsorted(self.edges, left_at, side="right") - 1
        steps = len(self.timesteps)
        shares = sparse.coo_array((pieces / self.hours[arrives], (arrives, leaves)), shape=(steps, steps)).tocsr()
        shares.sum_duplicates()
        return shares


@cache
def month_of_hour() -> IntArray:
    """(8760,) month, 1..12, of each hour."""
    return _frozen(np.repeat(np.arange(1, 13), np.array(DAYS_IN_MONTH) * HOURS_PER_DAY).astype(np.int64))


@cache
def hour_of_day() -> IntArray:
    """(8760,) hour of the day, 0..23, of each hour."""
    return _frozen(np.arange(HOURS_PER_YEAR, dtype=np.int64) % HOURS_PER_DAY)


def day_of_year(month: int, day: int, where: str = "date") -> int:
    """Day of the year, 1..365, by the 365-day calendar; 29 February counts as 28 February.

    Its first hour is `24 * (day_of_year(month, day) - 1)`. Raises InputError, naming `where`, for an impossible day.

    >>> day_of_year(1, 1), day_of_year(2, 29), day_of_year(3, 1), day_of_year(12, 31)
    (1, 59, 60, 365)
    """
    if (month, day) == (2, 29):
        day = 28
    if not (1 <= month <= 12 and 1 <= day <= DAYS_IN_MONTH[month - 1]):
        raise InputError([Problem(where, f"month {month}, day {day} is not a day of the year.", "Write MM-DD.")])
    return sum(DAYS_IN_MONTH[: month - 1]) + day


def season(start: str, end: str, where: str = "season") -> BoolArray:
    """(8760,) True from 00:00 of day `start` to 24:00 of day `end`, both `MM-DD`; may pass the turn of the year.

    Raises InputError, naming `where`, for a text that is not a day.
    """
    days = []
    for text in (start, end):
        found = re.fullmatch(r"(\d\d)-(\d\d)", text)
        if not found:
            raise InputError([Problem(where, f'"{text}" is not a day of the year.', "Write MM-DD, such as 06-01.")])
        days.append(day_of_year(int(found[1]), int(found[2]), where))
    day = np.arange(HOURS_PER_YEAR) // HOURS_PER_DAY + 1
    first, last = days
    return (day >= first) & (day <= last) if first <= last else (day >= first) | (day <= last)


def hours_of(text: str, where: str = "hours") -> BoolArray:
    """(8760,) True in the daily hours that a text such as "10-12 15-21" names.

    Ranges are separated by spaces, whole hours, end exclusive; "23-7" passes midnight and "0-24" is the whole day.
    Raises InputError, naming `where`, for anything else.
    """
    chosen = np.zeros(HOURS_PER_DAY, dtype=bool)
    clock = np.arange(HOURS_PER_DAY)
    remedy = 'Write ranges of whole hours with the end left out, such as "10-12 15-21" or "23-7".'
    if not text.strip():
        raise InputError([Problem(where, "no hours are given.", remedy)])
    for part in text.split():
        found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", part)
        start, end = (int(found[1]), int(found[2])) if found else (-1, -1)
        if not 0 <= start < HOURS_PER_DAY or not 0 <= end <= HOURS_PER_DAY or start == end:
            raise InputError([Problem(where, f'"{part}" is not a range of hours.', remedy)])
        inside = (clock >= start) & (clock < end) if start < end else (clock >= start) | (clock < end)
        chosen |= inside
    return np.asarray(chosen[hour_of_day()])


def monthly(values: npt.ArrayLike) -> FloatArray:
    """Step function of the month: (..., 12) to (..., 8760)."""
    values = np.asarray(values, dtype=float)
    if values.shape[-1:] != (12,):
        raise ValueError(f"expected 12 monthly values on the last axis, got shape {values.shape}")
    return np.asarray(values[..., month_of_hour() - 1])


def _frozen(values: Array) -> Array:
    """The array, made read-only: it is shared by everything that reads the calendar."""
    values.setflags(write=False)
    return values


month_hours: FloatArray = _frozen(np.array(DAYS_IN_MONTH, dtype=float) * HOURS_PER_DAY)
"""(12,) length of each month in h; adds up to 8760."""


def _hourly(values: npt.ArrayLike) -> FloatArray:
    hourly = np.asarray(values, dtype=float)
    if hourly.shape[-1:] != (HOURS_PER_YEAR,):
        raise ValueError(f"expected {HOURS_PER_YEAR} hourly values on the last axis, got shape {hourly.shape}")
    return hourly


def _first_hour(date: datetime.date) -> int:
    return HOURS_PER_DAY * (day_of_year(date.month, date.day) - 1)


def _calendar_problems(calendar: Calendar) -> list[Problem]:
    """Everything that keeps the given axes from being a calendar."""
    found: list[Problem] = []
    periods, edges, probability = calendar.periods, calendar.edges, calendar.probability
    if not periods or any(later <= earlier for earlier, later in pairwise(periods)):
        found.append(Problem("calendar.periods", f"{periods} are not increasing years.", "Give at least one year."))
    if calendar.last_period_years < 1:
        found.append(Problem("calendar.last_period_years", "the last period stands for no year.", "Give 1 or more."))
    if not calendar.discount_rate > -1:
        found.append(Problem("calendar.discount_rate", f"{calendar.discount_rate} is not above -1.", "Give 1/yr."))
    if not calendar.weather or len(set(calendar.weather)) != len(calendar.weather):
        found.append(Problem("calendar.weather", "names are missing or stand twice.", "Give each case one name."))
    if probability.shape != (len(calendar.weather),):
        found.append(Problem("calendar.probability", "not one number for each weather case.", "Give one each."))
    elif not np.all(probability >= 0) or abs(math.fsum(probability) - 1) > PROBABILITY_TOLERANCE:
        found.append(Problem("calendar.probability", f"{probability.tolist()} do not add up to 1.", "Change them."))
    if edges.ndim != 1 or len(edges) < 2 or edges[0] != 0 or edges[-1] != HOURS_PER_YEAR or np.any(np.diff(edges) < 1):
        found.append(Problem("calendar.edges", "steps do not cover the year in order.", "Start at 0, end at 8760."))
    return found
