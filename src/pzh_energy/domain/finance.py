"""Money over time, in real terms. Rates are per year (0.065 is 6.5 %), times are years."""

from __future__ import annotations

import math


def annuity_factor(rate: float, lifetime_years: float, start: float = 0.5) -> float:
    r"""Payment (1/yr) for a full year of service that repays one unit of money with interest over a lifetime.

    rate: 1/yr, above -1, zero allowed; lifetime_years: yr, above zero; start: share of the first calendar year that has
    passed when service begins, 0 to 1. Raises ValueError outside of these.

    A calendar year k after the first pays in proportion to its share :math:`s_k` of service, the overlap of [k, k + 1]
    with [start, start + lifetime]: half an annuity in the first and the last year where service begins in the middle of
    a year, lifetime x annuity in all. All money of a calendar year counts at the middle of that year, as
    `discount_factor` counts it, and the unit of money is spent when service begins:

    .. math:: A \sum_k s_k (1 + r)^{-k} = (1 + r)^{1/2 - \text{start}}

    With start 1/2 and n whole years the sum is :math:`1/2 + \sum_{k=1}^{n-1} (1+r)^{-k} + (1+r)^{-n}/2`, so that A is
    the textbook's annuity paid at the end of each year, r / (1 - (1 + r)^-n), divided by 1 + r/2.

    >>> round(annuity_factor(0.065, 25), 6)
    0.079401
    >>> annuity_factor(0.0, 25)
    0.04
    """
    if not rate > -1 or not math.isfinite(rate):
        raise ValueError(f"rate {rate} is not a finite number above -1")
    if not lifetime_years > 0 or not math.isfinite(lifetime_years):
        raise ValueError(f"lifetime_years {lifetime_years} is not a finite number above 0")
    if not 0 <= start <= 1:
        raise ValueError(f"start {start} is not between 0 and 1")
    end = start + lifetime_years
    last = math.floor(end)
    if last == 0:
        return discount_factor(rate, start - 0.5) / lifetime_years
    worth = 1 - start + _worth_of_whole_years(rate, last - 1) + (end - last) * discount_factor(rate, last)
    return discount_factor(rate, start - 0.5) / worth


def _worth_of_whole_years(rate: float, years: int) -> float:
    """Value of one unit of money paid in 1, 2, ... `years` years."""
    if rate == 0:
        return float(years)
    # expm1 and log1p keep the digits that 1 - (1 + rate)**-years loses at small rates
    return -math.expm1(-years * math.log1p(rate)) / rate


def discount_factor(rate: float, years: float) -> float:
    """Value today of one unit of money paid in `years` years (negative: in the past).

    rate: 1/yr, above -1. Raises ValueError otherwise.

    >>> round(discount_factor(0.065, 10), 6)
    0.532726
    >>> discount_factor(0.065, 0)
    1.0
    """
    if not rate > -1 or not math.isfinite(rate):
        raise ValueError(f"rate {rate} is not a finite number above -1")
    return math.exp(-years * math.log1p(rate))
