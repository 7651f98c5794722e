"""Hourly values of others: put on the model's year hour by hour, or refused with the place and the remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.importing import Place, in_package_unit, on_package_year, read_column, refuse_night_output
from pzh_energy.inputs.profiles import sun

HOURS = np.arange(8760.0)
CITY = Place(26.6, 101.7)


def stamped(start: str, count: int, zone: str | None = None) -> pd.Series:
    """Values counting the hours from a start."""
    index = pd.date_range(start, periods=count, freq="h", tz=zone)
    return pd.Series(np.arange(float(count)), index=index)


def test_beijing_stamps_keep_their_order() -> None:
    np.testing.assert_array_equal(on_package_year(stamped("2023-01-01", 8760), "f", 8), HOURS)


def test_utc_stamps_move_eight_hours_round_the_ring() -> None:
    """Midnight of 1 January in UTC is 08:00 in Beijing; the last eight hours of the file are the first of the year."""
    values = on_package_year(stamped("2023-01-01", 8760), "f", 0)
    assert values[8] == 0
    assert values[0] == 8752
    np.testing.assert_array_equal(values, on_package_year(stamped("2023-01-01", 8760, "UTC"), "f"))


def test_a_counted_hour_moves_like_a_stamp() -> None:
    counted = pd.Series(HOURS, index=pd.Index(np.arange(8760), name="hour"))
    np.testing.assert_array_equal(on_package_year(counted, "f"), HOURS)
    np.testing.assert_array_equal(on_package_year(counted, "f", 0), np.roll(HOURS, 8))


def test_the_leap_day_is_left_out_only_when_asked() -> None:
    """In a leap year 29 February holds the hours 1416 to 1439; 1 March begins the model's hour 1416."""
    leap = stamped("2024-01-01", 8784)
    with pytest.raises(InputError, match=r"29 February.*--drop-leap-day"):
        on_package_year(leap, "f", 8)
    values = on_package_year(leap, "f", 8, drop_leap_day=True)
    assert values[1415] == 1415 and values[1416] == 1440


@pytest.mark.parametrize(
    ("series", "offset", "message"),
    [
        (stamped("2023-01-01", 8760), None, "do not say which zone .*--utc-offset"),
        (stamped("2023-01-01", 8760, "UTC"), 8, "state their zone already"),
        (stamped("2023-01-01", 8759), 8, r"1 hours are missing, first 12-31 23:00"),
        (stamped("2023-01-01", 8761), 8, r"1 hours stand more than once, first 01-01 00:00"),
        (stamped("2023-01-01", 8760).shift(1, freq="30min"), 8, "is no full hour"),
        (stamped("2023-01-01", 8760).replace(100.0, np.nan), 8, r"1 hours have no number, first 01-05 04:00"),
        (pd.Series(HOURS, index=pd.Index(HOURS + 0.5)), None, "no whole numbers"),
        (pd.Series(np.zeros(8784), index=pd.RangeIndex(8784)), None, "counts hours up to 8783"),
    ],
)
def test_what_does_not_fit_the_year_is_refused(series: pd.Series, offset: int | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        on_package_year(series, "f", offset)


def test_outputs_become_shares_of_the_rating() -> None:
    output = np.where(HOURS < 10, 50.0, 25.0)
    expected = np.where(HOURS < 10, 0.5, 0.25)
    np.testing.assert_allclose(in_package_unit(output, "wind", "MW", 100.0, "f"), expected)
    np.testing.assert_allclose(in_package_unit(output * 1e3, "wind", "kW", 100.0, "f"), expected)
    np.testing.assert_allclose(in_package_unit(output, "wind", "%", None, "f"), expected)


def test_load_is_divided_by_its_mean_and_flow_is_kept() -> None:
    """Half of the year at 30 and half at 10 has a mean of 20: 1.5 and 0.5."""
    load = in_package_unit(np.where(HOURS < 4380, 30.0, 10.0), "load", "GW", None, "f")
    assert load[0] == 1.5 and load[-1] == 0.5
    assert in_package_unit(np.full(8760, 2500.0), "inflow", "l/s", None, "f")[0] == 2.5


@pytest.mark.parametrize(
    ("values", "kind", "unit", "capacity", "message"),
    [
        (np.full(8760, 0.5), "wind", "m3/s", None, "is no unit of wind"),
        (np.full(8760, 50.0), "wind", "MW", None, "no rating is given"),
        (np.full(8760, 0.5), "wind", "1", 100.0, "a rating is given"),
        (np.full(8760, 50.0), "wind", "1", None, "reaches 50 of the rating"),
        (np.where(HOURS == 25, -1.0, 1.0), "inflow", "m3/s", None, r"1 hours are negative, first 01-02 01:00 with -1"),
        (np.zeros(8760), "load", "MW", None, "zero in every hour"),
    ],
)
def test_units_and_signs_that_cannot_be_are_refused(
    values: np.ndarray, kind: str, unit: str, capacity: float | None, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        in_package_unit(values, kind, unit, capacity, "f")  # type: ignore[arg-type]


def test_pv_at_night_is_refused_with_the_shift_that_would_mend_it() -> None:
    """A plant that follows the sun of the city, given in UTC and read as Beijing time: eight hours too early."""
    day = np.maximum(np.sin(sun(CITY.latitude, CITY.longitude, 120)[0]), 0)
    refuse_night_output(day, CITY, "f")
    with pytest.raises(InputError, match=r"into the night. Shifted by \+[678] h it would not"):
        refuse_night_output(np.roll(day, -8), CITY, "f")


def test_csv_is_read_by_the_columns_it_names(tmp_path: Path) -> None:
    path = tmp_path / "wind.csv"
    pd.DataFrame({"time": pd.date_range("2023-01-01", periods=3, freq="h"), "a": [1, 2, 3], "b": [4, 5, 6]}).to_csv(
        path, index=False
    )
    assert read_column(path, "b", None).tolist() == [4, 5, 6]
    with pytest.raises(InputError, match="has several columns"):
        read_column(path, None, None)
    with pytest.raises(InputError, match=r"no column 'bb'. .*Did you mean \"b\"|no column 'bb'"):
        read_column(path, "bb", None)
    with pytest.raises(InputError, match="no column of time stamps moment"):
        read_column(path, "b", "moment")


def test_text_among_the_numbers_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "load.csv"
    path.write_text("hour,load\n0,1.5\n1,x\n2,2.5\n")
    with pytest.raises(InputError, match=r"1 texts, first 'x' in line 3"):
        read_column(path, None, None)


@pytest.mark.parametrize("engine", ["scipy", "h5netcdf"], ids=["netCDF 3", "netCDF 4"])
def test_netcdf_needs_one_dimension_of_time(engine: Any, tmp_path: Path) -> None:
    times = pd.date_range("2023-01-01", periods=3, freq="h")
    xr.Dataset(
        {"wind": ("time", [0.1, 0.2, 0.3]), "field": (("time", "x"), np.zeros((3, 2)))}, coords={"time": times}
    ).to_netcdf(tmp_path / "w.nc", engine=engine)
    assert read_column(tmp_path / "w.nc", "wind", None).tolist() == [0.1, 0.2, 0.3]
    with pytest.raises(InputError, match="Select one place first"):
        read_column(tmp_path / "w.nc", "field", None)
