"""Vintages, shares of a life, build limits and what is refused of capacity that can be built."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pzh_energy.domain.finance import annuity_factor
from pzh_energy.inputs.calendar import Calendar
from pzh_energy.modeling.capacity import build_limits, existing_share, investment_of, vintages
from tests import toys
from tests.toys import Toy

YEARS = (2020, 2021, 2022, 2023)


def calendar(periods: tuple[int, ...], last: int = 1, rate: float = 0.0) -> Calendar:
    """One step a year, one weather."""
    return Calendar(periods, last, rate, periods[0], ("normal",), np.ones(1), np.array([0, 8760]))


def shares(array: np.ndarray, vintage: int = 0) -> list[float]:
    """Shares of one vintage of the only item, by period."""
    return [float(x) for x in array[0, vintage]]


def test_a_vintage_serves_from_the_middle_of_its_year() -> None:
    life = vintages(np.full((1, 4), 2.0), calendar(YEARS))
    assert shares(life.standing) == [1, 1, 0, 0]
    assert shares(life.service) == [0.5, 1, 0.5, 0]
    assert shares(life.service, 1) == [0, 0.5, 1, 0.5]


def test_a_life_of_half_years_ends_at_a_turn_of_the_year() -> None:
    life = vintages(np.full((1, 4), 2.5), calendar(YEARS))
    assert shares(life.standing) == [1, 1, 0, 0]
    assert shares(life.service) == [0.5, 1, 1, 0]


def test_every_vintage_serves_as_many_years_as_it_lives() -> None:
    life = vintages(np.array([[0.5, 1.0, 3.0, 4.5, 1, 1, 1, 1, 1, 1]]), calendar(tuple(range(2020, 2030))))
    assert life.service[0].sum(axis=1)[:4] == pytest.approx([0.5, 1, 3, 4.5])


def test_life_belongs_to_the_vintage_not_to_the_year() -> None:
    life = vintages(np.array([[1.0, 3.0, 3.0, 3.0]]), calendar(YEARS))
    assert shares(life.standing) == [1, 0, 0, 0]
    assert shares(life.standing, 1) == [0, 1, 1, 1]


def test_shares_of_a_long_period_are_means_weighted_with_the_discount_factor() -> None:
    life = vintages(np.full((1, 2), 2.0), calendar((2020, 2023), last=1, rate=0.25))
    weights = np.array([1, 0.8, 0.64])
    assert shares(life.service) == pytest.approx([(0.5 + 0.8 + 0.32) / weights.sum(), 0])
    assert shares(life.standing) == [1, 0]


@pytest.mark.parametrize("periods", [tuple(range(2020, 2040)), (2020,), (2020, 2023, 2034)])
@pytest.mark.parametrize("lifetime", [0.5, 1.0, 7.0, 12.3, 15.0])
@pytest.mark.parametrize("rate", [0.0, 0.065, 0.1])
def test_payments_for_service_repay_a_vintage_however_years_are_cut_into_periods(
    periods: tuple[int, ...], lifetime: float, rate: float
) -> None:
    """By hand: each period pays its weight times its mean service times the annuity; a life ends by 2036, so that all
    together are the one unit of money spent in the middle of 2020."""
    years = calendar(periods, last=2040 - periods[-1], rate=rate)
    service = vintages(np.full((1, len(periods)), lifetime), years).service[0, 0]
    assert annuity_factor(rate, lifetime) * float(years.weight @ service) == pytest.approx(1, rel=1e-12)


def test_existing_capacity_serves_every_year_until_its_last() -> None:
    found = existing_share(np.array([2021.0, 2019.0, 2100.0]), calendar((2020, 2022), last=2, rate=0.25))
    assert found.tolist() == [[1, 0], [0, 0], [1, 1]]
    within = existing_share(np.array([2020.0]), calendar((2020,), last=2, rate=0.25))
    assert within[0, 0] == pytest.approx(1 / 1.8)


def limits(
    periods: tuple[int, ...], history_until: int | None = None, **wind: toys.Cell
) -> tuple[list[float], list[float]]:
    """Lower and upper limits of building by period."""
    system = toys.system(Toy({"wind": {"ridge": toys.wind(0, **wind)}}, periods=periods))
    low, high = build_limits(investment_of(system, "wind"), system.calendar, history_until)
    return low[0].tolist(), high[0].tolist()


def test_limits_of_free_years_are_the_build_rate_on_top_of_what_is_committed() -> None:
    assert limits(YEARS, max_build=30, committed_build={2021: 40}) == ([0, 40, 0, 0], [30, 70, 30, 30])


def test_limits_of_a_gap_add_up_its_years() -> None:
    found = limits((2020, 2023, 2025), max_build=30, committed_build={2021: 40, 2025: 5})
    assert found == ([0, 40, 5], [30, 130, 65])


def test_limits_are_pinned_to_the_history_even_within_a_gap() -> None:
    wind = {"max_build": 30, "observed_build": {2021: 7, 2022: 8, 2023: 9}, "committed_build": {2022: 100, 2023: 1}}
    assert limits((2020, 2023), 2022, **wind) == ([0, 16], [0, 46])
    assert limits(YEARS, 2022, **wind) == ([0, 7, 8, 1], [0, 7, 8, 31])


def test_lead_time_counts_from_the_first_free_year() -> None:
    assert limits(YEARS, None, max_build=30, lead_time=2) == ([0] * 4, [0, 0, 30, 30])
    assert limits(YEARS, 2020, max_build=30, lead_time=2) == ([0] * 4, [0, 0, 0, 30])
    assert limits((2020, 2023), None, max_build=30, lead_time=2) == ([0, 0], [0, 60])


def test_no_build_rate_is_no_limit_once_the_lead_time_has_passed() -> None:
    toy = Toy({"wind": {"ridge": {k: v for k, v in toys.wind(0, lead_time=1).items() if k != "max_build"}}})
    system = toys.system(replace(toy, periods=(2020, 2021)))
    low, high = build_limits(investment_of(system, "wind"), system.calendar, None)
    assert (low.tolist(), high.tolist()) == ([[0, 0]], [[0, np.inf]])


def test_additions_after_the_existing_year_belong_to_the_first_period() -> None:
    wind = {"existing_year": 2017, "observed_build": {2018: 1, 2019: 2, 2020: 4, 2021: 8}}
    assert limits((2020, 2021), 2021, **wind) == ([7, 8], [7, 8])


def test_ratings_scale_the_costs_and_nothing_else() -> None:
    cells = toys.solar(10, capex=1000, fixed_om_per_kw=20, dc_ac_ratio=1.3)
    system = toys.system(Toy({"solar_pv": {"roof": cells}}))
    found = investment_of(system, "solar_pv", rating=np.array([1.3]))
    assert (found.capex[0, 0], found.fixed_om[0, 0], found.existing[0]) == (pytest.approx(1300), pytest.approx(26), 10)


def test_fixed_cost_is_a_share_of_the_years_capex() -> None:
    cells = toys.wind(capex={2020: 1000, 2022: 500}, fixed_om={2020: 2, 2022: 4})
    system = toys.system(Toy({"wind": {"ridge": cells}}, periods=(2020, 2021, 2022), discount_rate=0.05))
    found = investment_of(system, "wind")
    assert found.fixed_om[0].tolist() == pytest.approx([20, 22.5, 20])
    assert found.discount_rate.tolist() == [0.05]


def test_existing_capacity_counted_after_the_first_period_is_refused() -> None:
    text = toys.refusals(Toy({"wind": {"ridge": toys.wind(5, existing_year=2022)}}))
    assert "wind.csv ridge.existing_year: 2022 is after the first period, 2020." in text


@pytest.mark.parametrize("name", ["observed_build", "committed_build"])
def test_additions_that_are_in_the_existing_capacity_already_are_refused(name: str) -> None:
    text = toys.refusals(Toy({"wind": {"ridge": toys.wind(5, existing_year=2020, **{name: {2019: 1, 2020: 2}})}}))
    assert f"wind.csv ridge.{name}: 2019 is already in the existing capacity of 2020." in text


@pytest.mark.parametrize(
    ("name", "value"), [("capex", -1), ("lifetime", 0.4), ("max_build", -1), ("potential", -5), ("fixed_om", 101)]
)
def test_impossible_investment_data_are_refused(name: str, value: float) -> None:
    assert f"ridge.{name}: {value:g} is " in toys.refusals(Toy({"wind": {"ridge": toys.wind(0, **{name: value})}}))
