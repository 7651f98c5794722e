"""Conversion constants."""

import pytest

from pzh_energy.domain import units


def test_a_thousand_kilowatts_at_one_yuan_are_a_thousandth_of_a_million() -> None:
    assert pytest.approx(1000 * 1 / 1e6) == units.MILLION_CNY_PER_MW_AT_CNY_PER_KW


def test_the_year_has_no_leap_day() -> None:
    assert units.HOURS_PER_YEAR == 365 * 24


def test_one_gigawatt_over_a_thousand_hours_is_a_terawatt_hour() -> None:
    assert units.MWH_PER_TWH == 1000 * 1000
