"""Annuity and discounting."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pzh_energy.domain.finance import annuity_factor, discount_factor

RATES = st.floats(-0.05, 0.3)


@given(rate=RATES, lifetime=st.floats(0.5, 60), start=st.floats(0, 1))
def test_payments_for_service_are_worth_what_was_spent_when_it_began(
    rate: float, lifetime: float, start: float
) -> None:
    """By hand: year k pays for its overlap with the service; the spending lies 1/2 - start before the middle of year
    0."""
    end = start + lifetime
    shares = [max(0.0, min(k + 1, end) - max(k, start)) for k in range(63)]
    assert math.fsum(shares) == pytest.approx(lifetime, rel=1e-12)
    worth = math.fsum(share / (1 + rate) ** k for k, share in enumerate(shares))
    assert annuity_factor(rate, lifetime, start) * worth == pytest.approx((1 + rate) ** (0.5 - start), rel=1e-12)


@given(rate=RATES, lifetime=st.integers(1, 60))
def test_it_is_the_textbook_annuity_brought_forward_by_half_a_year(rate: float, lifetime: int) -> None:
    """By hand: half payments at 0 and n and whole ones between are the mean of paying at the start and at the end of
    each year, worth (1 + r) to 1: the annuity at the end of the year over 1 + r/2."""
    at_the_end = 1 / math.fsum((1 + rate) ** -k for k in range(1, lifetime + 1))
    assert annuity_factor(rate, lifetime) == pytest.approx(at_the_end / (1 + rate / 2), rel=1e-12)


def test_a_life_within_one_year_is_paid_within_it() -> None:
    assert annuity_factor(0.1, 0.25) == pytest.approx(4, rel=1e-12)
    assert annuity_factor(0.1, 0.25, start=0.0) == pytest.approx(4 * 1.1**0.5, rel=1e-12)


def test_a_zero_rate_spreads_the_money_evenly() -> None:
    assert annuity_factor(0.0, 25) == 1 / 25


@pytest.mark.parametrize("rate", [1e-12, -1e-12, 1e-9])
def test_small_rates_do_not_lose_digits(rate: float) -> None:
    # the mean payment comes n/2 years after the spending: to first order the annuity is (1 + rate n/2) / n
    assert annuity_factor(rate, 25) == pytest.approx(1 / 25 + rate / 2, rel=1e-13)


@given(rate=RATES, first=st.floats(-20, 50), second=st.floats(-20, 50))
def test_discounting_twice_is_discounting_over_the_sum(rate: float, first: float, second: float) -> None:
    twice = discount_factor(rate, first) * discount_factor(rate, second)
    assert twice == pytest.approx(discount_factor(rate, first + second), rel=1e-9)


@pytest.mark.parametrize(("rate", "lifetime"), [(-1, 20), (math.nan, 20), (0.05, 0), (0.05, math.inf), (0.05, -3)])
def test_impossible_rates_and_lifetimes_are_refused(rate: float, lifetime: float) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        annuity_factor(rate, lifetime)


@pytest.mark.parametrize("start", [-0.1, 1.1, math.nan])
def test_a_start_outside_of_the_first_year_is_refused(start: float) -> None:
    with pytest.raises(ValueError, match="start"):
        annuity_factor(0.05, 20, start)


@pytest.mark.parametrize("rate", [-1.0, math.nan, math.inf])
def test_an_impossible_discount_rate_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="rate"):
        discount_factor(rate, 1)
