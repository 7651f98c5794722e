"""Time axes: periods, steps, months, service and water travel."""

import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.calendar import (
    Calendar,
    day_of_year,
    hour_of_day,
    hours_of,
    month_hours,
    month_of_hour,
    monthly,
    season,
)

HOURLY = np.arange(8761)


def a_calendar(**changes: Any) -> Calendar:
    given_axes: dict[str, Any] = {
        "periods": (2020, 2025, 2030),
        "last_period_years": 1,
        "discount_rate": 0.065,
        "base_year": 2020,
        "weather": ("normal",),
        "probability": np.array([1.0]),
        "edges": np.array([0, 24, 4000, 8760]),
    }
    return Calendar(**{**given_axes, **changes})


@st.composite
def step_edges(draw: st.DrawFn) -> np.ndarray:
    inner = draw(st.sets(st.integers(1, 8759), max_size=40))
    return np.array([0, *sorted(inner), 8760])


def arrivals(calendar: Calendar, lags: list[float], release: np.ndarray) -> np.ndarray:
    left_in, share = calendar.travel(lags)
    return np.asarray((share * release[left_in]).sum(axis=2))


class TestPeriods:
    def test_a_period_stands_for_the_years_until_the_next_one(self) -> None:
        calendar = a_calendar(periods=(2020, 2021, 2025, 2030), last_period_years=6)
        assert calendar.period_years.tolist() == [1, 4, 5, 6]
        assert calendar.years_since_previous.tolist() == [1, 1, 4, 5]

    def test_the_weight_adds_the_discount_factors_of_all_years_of_the_period(self) -> None:
        calendar = a_calendar(periods=(2022, 2024), last_period_years=2, discount_rate=0.1)
        assert calendar.weight == pytest.approx([1.1**-2 + 1.1**-3, 1.1**-4 + 1.1**-5])

    def test_without_discounting_the_weight_is_the_number_of_years(self) -> None:
        calendar = a_calendar(discount_rate=0.0, last_period_years=3)
        assert calendar.weight.tolist() == calendar.period_years.tolist() == [5, 5, 3]

    @pytest.mark.parametrize(
        ("changes", "where"),
        [
            ({"periods": ()}, "calendar.periods"),
            ({"periods": (2020, 2020)}, "calendar.periods"),
            ({"last_period_years": 0}, "calendar.last_period_years"),
            ({"discount_rate": -1.0}, "calendar.discount_rate"),
            ({"weather": (), "probability": np.array([])}, "calendar.weather"),
            ({"weather": ("a", "a"), "probability": np.array([0.5, 0.5])}, "calendar.weather"),
            ({"probability": np.array([0.9])}, "calendar.probability"),
            ({"probability": np.array([np.nan])}, "calendar.probability"),
            ({"probability": np.array([0.5, 0.5])}, "calendar.probability"),
            ({"edges": np.array([0, 8759])}, "calendar.edges"),
            ({"edges": np.array([1, 8760])}, "calendar.edges"),
            ({"edges": np.array([0, 5, 5, 8760])}, "calendar.edges"),
            ({"edges": np.array([0.0, 0.5, 8760.0])}, "calendar.edges"),
        ],
    )
    def test_axes_that_make_no_calendar_are_refused_by_name(self, changes: dict[str, Any], where: str) -> None:
        with pytest.raises(InputError) as caught:
            a_calendar(**changes)
        assert where in [problem.where for problem in caught.value.problems]


class TestSteps:
    def test_hours_add_up_to_the_year_and_the_last_step_precedes_the_first(self) -> None:
        calendar = a_calendar()
        assert calendar.hours.tolist() == [24, 3976, 4760]
        assert calendar.previous.tolist() == [2, 0, 1]
        assert list(calendar.timesteps) == [0, 1, 2]

    def test_the_axes_cannot_be_written_to(self) -> None:
        calendar = a_calendar()
        for values in (calendar.edges, calendar.hours, calendar.previous, calendar.weight, calendar.probability):
            with pytest.raises(ValueError, match="read-only"):
                values[0] = 7
        with pytest.raises(ValueError, match="read-only"):
            month_hours[0] = 7

    def test_the_axes_do_not_change_with_the_array_they_were_made_from(self) -> None:
        edges = np.array([0, 24, 8760])
        calendar = a_calendar(edges=edges)
        edges[1] = 48
        assert calendar.edges.tolist() == [0, 24, 8760]

    @given(edges=step_edges(), seed=st.integers(0, 99))
    @settings(max_examples=25, deadline=None)
    def test_averaging_keeps_the_sum_over_the_year_and_lies_between_the_extremes(
        self, edges: np.ndarray, seed: int
    ) -> None:
        hourly = np.random.default_rng(seed).normal(size=(2, 8760))
        calendar = a_calendar(edges=edges)
        mean, lowest, highest = calendar.mean(hourly), calendar.lowest(hourly), calendar.highest(hourly)
        assert mean @ calendar.hours == pytest.approx(hourly.sum(axis=1), abs=1e-8)
        assert np.all(lowest <= mean + 1e-12)
        assert np.all(mean <= highest + 1e-12)
        assert lowest.min() == hourly.min()
        assert highest.max() == hourly.max()

    def test_a_series_of_another_length_is_refused(self) -> None:
        with pytest.raises(ValueError, match="8760 hourly values"):
            a_calendar().mean(np.zeros(8784))


class TestService:
    def test_the_share_of_a_step_counts_from_midnight_of_the_date(self) -> None:
        calendar = a_calendar(periods=(2024, 2025, 2026), edges=np.array([0, 24, 72, 8760]))
        share = calendar.in_service([datetime.date(2025, 1, 3)])
        assert share.tolist() == [[[0, 0, 0], [0, 0.5, 1], [1, 1, 1]]]

    def test_a_whole_year_step_counts_the_days_left(self) -> None:
        calendar = a_calendar(periods=(2025,), edges=np.array([0, 8760]))
        share = calendar.in_service([datetime.date(2025, 12, 31), datetime.date(2025, 1, 1)])
        assert share.ravel() == pytest.approx([1 / 365, 1.0])

    def test_29_february_counts_as_28_february(self) -> None:
        calendar = a_calendar(periods=(2024,), edges=HOURLY)
        leap, before = calendar.in_service([datetime.date(2024, 2, 29), datetime.date(2024, 2, 28)])
        assert np.array_equal(leap, before)

    def test_a_unit_of_the_last_day_is_there_at_year_end(self) -> None:
        calendar = a_calendar(periods=(2023, 2024, 2030))
        assert calendar.in_service_at_year_end([datetime.date(2024, 12, 31)]).tolist() == [[0, 1, 1]]

    def test_no_units_give_empty_arrays_of_the_right_shape(self) -> None:
        calendar = a_calendar()
        assert calendar.in_service([]).shape == (0, 3, 3)
        assert calendar.in_service_at_year_end([]).shape == (0, 3)


class TestTravel:
    @given(
        edges=step_edges(),
        lags=st.lists(st.floats(0, 20000) | st.integers(0, 9000).map(float), min_size=1, max_size=4),
        seed=st.integers(0, 99),
    )
    @settings(max_examples=60, deadline=None)
    def test_volume_is_conserved_for_any_lag_and_unequal_steps(
        self, edges: np.ndarray, lags: list[float], seed: int
    ) -> None:
        calendar = a_calendar(edges=edges)
        release = np.random.default_rng(seed).random(len(calendar.timesteps))
        left_in, share = calendar.travel(lags)
        assert left_in.shape == share.shape
        assert share.sum(axis=2) == pytest.approx(np.ones(share.shape[:2]), abs=1e-12)
        assert np.all(share >= 0)
        volume = arrivals(calendar, lags, release) @ calendar.hours
        assert volume == pytest.approx(np.full(len(lags), release @ calendar.hours), rel=1e-12)

    @given(edges=step_edges(), lag=st.integers(0, 9000), seed=st.integers(0, 99))
    @settings(max_examples=30, deadline=None)
    def test_it_is_the_average_of_the_hourly_series_moved_by_the_lag(
        self, edges: np.ndarray, lag: int, seed: int
    ) -> None:
        calendar = a_calendar(edges=edges)
        release = np.random.default_rng(seed).random(len(calendar.timesteps))
        hourly = np.repeat(release, np.diff(edges))
        expected = calendar.mean(np.roll(hourly, lag))
        assert arrivals(calendar, [lag], release)[0] == pytest.approx(expected, abs=1e-12)

    @given(edges=step_edges())
    @settings(max_examples=20, deadline=None)
    def test_zero_lag_is_the_identity(self, edges: np.ndarray) -> None:
        calendar = a_calendar(edges=edges)
        left_in, share = calendar.travel([0.0])
        assert left_in[0, :, 0].tolist() == list(calendar.timesteps)
        assert share.tolist() == np.ones((1, len(calendar.timesteps), 1)).tolist()

    def test_hourly_steps_and_a_whole_lag_are_a_plain_shift(self) -> None:
        calendar = a_calendar(edges=HOURLY)
        release = np.random.default_rng(1).random(8760)
        assert np.array_equal(arrivals(calendar, [5], release)[0], np.roll(release, 5))

    def test_half_an_hour_mixes_two_steps_equally(self) -> None:
        left_in, share = a_calendar(edges=HOURLY).travel([2.5])
        assert share[0, 10].tolist() == [0.5, 0.5]
        assert sorted(left_in[0, 10]) == [7, 8]
        assert sorted(left_in[0, 2]) == [0, 8759]

    def test_unused_places_hold_step_zero_with_no_share(self) -> None:
        left_in, share = a_calendar(edges=HOURLY).travel([0.0, 0.5])
        assert share.shape == (2, 8760, 2)
        assert not share[0, :, 1].any()
        assert not left_in[0, :, 1].any()

    def test_a_lag_that_is_whole_but_for_rounding_adds_no_specks(self) -> None:
        _, share = a_calendar(edges=HOURLY).travel([0.1 + 0.2 + 2.7])
        assert share.shape[2] == 1

    @pytest.mark.parametrize("lag", [-1.0, float("nan"), float("inf")])
    def test_an_impossible_lag_is_refused(self, lag: float) -> None:
        with pytest.raises(InputError, match=r"travel time 1: a travel time of .* is not possible"):
            a_calendar().travel([1.0, lag])


class TestMonthsAndHours:
    def test_months_have_their_days(self) -> None:
        assert np.bincount(month_of_hour())[1:].tolist() == month_hours.tolist()
        assert month_hours.sum() == 8760
        assert month_of_hour()[31 * 24 - 1 : 31 * 24 + 1].tolist() == [1, 2]

    def test_hours_run_from_midnight(self) -> None:
        assert hour_of_day()[[0, 23, 24, 8759]].tolist() == [0, 23, 0, 23]

    def test_a_monthly_series_steps_at_the_month(self) -> None:
        hourly = monthly(np.arange(12.0))
        assert np.array_equal(hourly, month_of_hour() - 1)
        with pytest.raises(ValueError, match="12 monthly values"):
            monthly(np.zeros(4))

    def test_ranges_leave_their_end_out_and_may_pass_midnight(self) -> None:
        assert np.flatnonzero(hours_of("10-12 15-21")[:24]).tolist() == [10, 11, 15, 16, 17, 18, 19, 20]
        assert np.flatnonzero(hours_of("23-7")[:24]).tolist() == [0, 1, 2, 3, 4, 5, 6, 23]
        assert hours_of("0-24").all()
        assert np.flatnonzero(hours_of("22-0")[:24]).tolist() == [22, 23]
        assert np.array_equal(hours_of("10-12")[:24], hours_of("10-12")[-24:])

    @pytest.mark.parametrize("text", ["", "  ", "10", "10-10", "24-3", "10-25", "10:30-12", "a-b", "10-12,15-21"])
    def test_other_texts_are_refused_where_they_stand(self, text: str) -> None:
        with pytest.raises(InputError) as caught:
            hours_of(text, where="grid_exchange.csv:4 peak_hours")
        assert caught.value.problems[0].where == "grid_exchange.csv:4 peak_hours"

    def test_a_day_of_the_year_skips_29_february(self) -> None:
        assert [day_of_year(m, d) for m, d in ((1, 1), (2, 28), (2, 29), (3, 1), (12, 31))] == [1, 59, 59, 60, 365]

    @pytest.mark.parametrize(("month", "day"), [(0, 1), (13, 1), (4, 31), (2, 30), (1, 0)])
    def test_an_impossible_day_is_refused(self, month: int, day: int) -> None:
        with pytest.raises(InputError, match=r"flood: month \d+, day \d+ is not a day"):
            day_of_year(month, day, where="flood")

    def test_a_season_holds_both_its_days_and_may_pass_the_turn_of_the_year(self) -> None:
        summer = season("06-01", "09-30")
        assert np.array_equal(summer, np.isin(month_of_hour(), [6, 7, 8, 9]))
        assert np.array_equal(season("10-01", "05-31"), ~summer)
        assert season("03-05", "03-05").sum() == 24

    @pytest.mark.parametrize("text", ["6-1", "06/01", "06-31", "June"])
    def test_a_season_that_names_no_day_is_refused(self, text: str) -> None:
        with pytest.raises(InputError, match=r"^stations:3 flood"):
            season(text, "09-30", where="stations:3 flood")
