"""Money over time, in real terms. Rates are per year (0.065 is 6.5 %), times are years."""

from __future__ import annotations

import math


def annuity_factor(rate: float, lifetime_years: float) -> float:
    """Yearly payment (1/yr) that repays one unit of money with interest over a lifetime, paid at the end of each year.

    rate: 1/yr, above -1, zero allowed; lifetime_years: yr, above zero. Raises ValueError outside of these.

    >>> round(annuity_factor(0.065, 25), 6)
    0.081981
    >>> annuity_factor(0.0, 25)
    0.04
    """
    if not rate > -1 or not math.isfinite(rate):
        raise ValueError(f"rate {rate} is not a finite number above -1")
    if not lifetime_years > 0 or not math.isfinite(lifetime_years):
        raise ValueError(f"lifetime_years {lifetime_years} is not a finite number above 0")
    if rate == 0:
        return 1.0 / lifetime_years
    # expm1 and log1p keep the digits that 1 - (1 + rate)**-lifetime loses at small rates
    return rate / -math.expm1(-lifetime_years * math.log1p(rate))


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
