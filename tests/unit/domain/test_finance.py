"""Annuity and discounting."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pzh_energy.domain.finance import annuity_factor, discount_factor

RATES = st.floats(-0.05, 0.3)


@given(rate=RATES, lifetime=st.integers(1, 60))
def test_the_present_value_of_the_annuity_is_what_was_spent(rate: float, lifetime: int) -> None:
    paid = sum(annuity_factor(rate, lifetime) * discount_factor(rate, year) for year in range(1, lifetime + 1))
    assert paid == pytest.approx(1.0, rel=1e-9)


def test_a_zero_rate_spreads_the_money_evenly() -> None:
    assert annuity_factor(0.0, 25) == 1 / 25


@pytest.mark.parametrize("rate", [1e-12, -1e-12, 1e-9])
def test_small_rates_do_not_lose_digits(rate: float) -> None:
    # to first order the annuity is 1/n + rate (n + 1) / (2 n)
    assert annuity_factor(rate, 25) == pytest.approx(1 / 25 + rate * 26 / 50, rel=1e-13)


@given(rate=RATES, first=st.floats(-20, 50), second=st.floats(-20, 50))
def test_discounting_twice_is_discounting_over_the_sum(rate: float, first: float, second: float) -> None:
    twice = discount_factor(rate, first) * discount_factor(rate, second)
    assert twice == pytest.approx(discount_factor(rate, first + second), rel=1e-9)


@pytest.mark.parametrize(("rate", "lifetime"), [(-1, 20), (math.nan, 20), (0.05, 0), (0.05, math.inf), (0.05, -3)])
def test_impossible_rates_and_lifetimes_are_refused(rate: float, lifetime: float) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        annuity_factor(rate, lifetime)


@pytest.mark.parametrize("rate", [-1.0, math.nan, math.inf])
def test_an_impossible_discount_rate_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="rate"):
        discount_factor(rate, 1)
