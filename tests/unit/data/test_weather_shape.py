"""The synthetic series have the shape of real weather; skipped where no reference weather lies beside the project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pzh_energy.inputs.calendar import hour_of_day, month_of_hour
from pzh_energy.inputs.datapackage import DataPackage, read_datapackage

PROJECT = Path(__file__).parents[3]
EPW = PROJECT / "../shared/reference/data/CHN_Sichuan.Huili.566710_CSWD.epw"
HEADER_LINES, GLOBAL_RADIATION, WIND_SPEED = 8, 13, 21

pytestmark = pytest.mark.skipif(not EPW.exists(), reason="no reference weather beside the project")


@pytest.fixture(scope="module")
def package() -> DataPackage:
    """The committed package."""
    return read_datapackage(PROJECT / "data")


@pytest.fixture(scope="module")
def weather() -> np.ndarray:
    """(2, 8760) global radiation [Wh/m2] and wind speed [m/s] of a typical year at Huili, Beijing time."""
    columns = (GLOBAL_RADIATION, WIND_SPEED)
    return np.loadtxt(EPW, delimiter=",", skiprows=HEADER_LINES, usecols=columns).T


def by(index: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Shares of the sum of hourly values, by hour or month."""
    sums = np.asarray(np.bincount(index, values))
    return np.asarray(sums[np.unique(index)] / sums.sum())


def centre(values: np.ndarray) -> float:
    """Middle of the day weighted by the values [h]."""
    return float((values * (hour_of_day() + 0.5)).sum() / values.sum())


def test_pv_follows_the_sun_of_a_typical_year_through_the_day(package: DataPackage, weather: np.ndarray) -> None:
    output = np.asarray(package.series["pv_utility", "normal"])
    both = [np.bincount(hour_of_day(), v) for v in (output, weather[0])]
    assert np.corrcoef(both[0], both[1])[0, 1] > 0.97
    assert centre(output) == pytest.approx(centre(weather[0]), abs=0.5)


def test_pv_is_as_uneven_from_day_to_day_as_real_sun(package: DataPackage, weather: np.ndarray) -> None:
    def unevenness(values: np.ndarray) -> float:
        days = values.reshape(365, 24).sum(axis=1)
        month = month_of_hour()[::24]
        return float(np.mean([days[month == m].std() / days[month == m].mean() for m in range(1, 13)]))

    assert unevenness(package.series["pv_utility", "normal"]) == pytest.approx(unevenness(weather[0]), rel=0.5)


def test_wind_has_the_months_and_the_hours_of_the_valley_station(package: DataPackage, weather: np.ndarray) -> None:
    wind = np.asarray(package.series["wind_ridge", "normal"])
    assert np.corrcoef(by(month_of_hour(), wind), by(month_of_hour(), weather[1]))[0, 1] > 0.7
    assert np.corrcoef(np.bincount(hour_of_day(), wind), np.bincount(hour_of_day(), weather[1]))[0, 1] > 0.7
