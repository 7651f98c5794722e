"""Hourly values from somebody else's file: read, put on the model's year, checked, in the package's unit.

The model's year has 8760 hours in Beijing time (UTC+8). What does not fit it is refused with the first places named;
nothing is filled in, averaged or guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss
from pzh_energy.domain.units import HOURS_PER_YEAR
from pzh_energy.inputs.profiles import FloatArray, sun

PACKAGE_UTC_OFFSET = 8
"""Hours that the clock of a data package is ahead of UTC."""

Kind = Literal["wind", "solar_pv", "run_of_river", "inflow", "load"]
UNITS: Mapping[str, Mapping[str, float]] = {
    "wind": {"1": 1.0, "%": 0.01, "kW": 1.0, "MW": 1e3},
    "solar_pv": {"1": 1.0, "%": 0.01, "kW": 1.0, "MW": 1e3},
    "run_of_river": {"1": 1.0, "%": 0.01, "kW": 1.0, "MW": 1e3},
    "inflow": {"m3/s": 1.0, "l/s": 1e-3},
    "load": {"1": 1.0, "kW": 1.0, "MW": 1.0, "GW": 1.0},
}
"""Units a kind may come in, and the factor to 1, kW or m³/s; load is divided by its mean in any case."""

NEEDS_CAPACITY = ("kW", "MW")
OF_PACKAGE = {"inflow": "m3/s"}
"""Unit in the package; 1 for all other kinds."""

DARK_SHARE = 1e-3
"""Share of the year's PV energy that may fall into hours in which the sun is down before, during and after."""
SHOWN = 3


@dataclass(frozen=True)
class Place:
    """Where a PV plant stands, in degrees north and east."""

    latitude: float
    longitude: float


def read_column(path: Path, column: str | None, time_column: str | None) -> pd.Series:
    """One column of a CSV or netCDF file, indexed by time stamp, or by the whole numbers of a column `hour`.

    column, time_column: may be left out where the file has one candidate. Raises InputError for what cannot be read.
    """
    if not path.is_file():
        raise InputError([Problem(str(path), "there is no such file.", "Check the name.")])
    if path.suffix.lower() in (".nc", ".nc4", ".netcdf"):
        return _read_netcdf(path, column)
    try:
        table = pd.read_csv(path, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError([Problem(str(path), f"cannot be read as CSV: {error}.", "Save it as CSV in UTF-8.")]) from None
    times = time_column or next((name for name in ("hour", "time", "datetime", "timestamp") if name in table), None)
    if times is None or times not in table:
        remedy = f"Name it with --time-column. {near_miss(times or 'time', table.columns)}"
        raise InputError([Problem(str(path), f"no column of time stamps {times or ''}".rstrip() + ".", remedy)])
    chosen = _chosen(path, column, [name for name in table.columns if name != times])
    values = pd.to_numeric(table[chosen], errors="coerce")
    _refuse_texts(path, chosen, table[chosen], values)
    if times == "hour":
        return pd.Series(values.to_numpy(float), index=pd.Index(table["hour"], name="hour"), name=chosen)
    try:
        index = pd.DatetimeIndex(pd.to_datetime(table[times]), name="time")
    except (ValueError, TypeError) as error:
        what = f"column {times} holds no time stamps: {error}."
        raise InputError([Problem(str(path), what, "Write 2020-01-31 23:00, with +08:00 or without.")]) from None
    return pd.Series(values.to_numpy(float), index=index, name=chosen)


def _read_netcdf(path: Path, column: str | None) -> pd.Series:
    try:
        data = xr.load_dataset(path)
    except (OSError, ValueError) as error:
        raise InputError([Problem(str(path), f"cannot be read as netCDF: {error}.", "Is it netCDF 3 or 4?")]) from None
    chosen = _chosen(path, column, [str(n) for n, array in data.data_vars.items() if array.dtype.kind in "fiu"])
    array = data[chosen]
    if array.ndim != 1:
        what = f"{chosen} has the dimensions {', '.join(map(str, array.dims))}."
        raise InputError([Problem(str(path), what, "Select one place first: it must depend on time alone.")])
    (dimension,) = array.dims
    index = array[dimension].to_index()
    if not isinstance(index, pd.DatetimeIndex) and dimension != "hour":
        what = f"the dimension {dimension} of {chosen} is no time."
        raise InputError([Problem(str(path), what, "Give it time stamps, or call it hour, 0 to 8759.")])
    return pd.Series(np.asarray(array.values, float), index=index, name=chosen)


def _chosen(path: Path, column: str | None, known: list[str]) -> str:
    if column is None and len(known) == 1:
        return known[0]
    if column in known:
        return str(column)
    what = "has several columns." if column is None else f"has no column {column!r}."
    raise InputError([Problem(str(path), what, f"Name one with --column. {near_miss(column or '', known)}")])


def _refuse_texts(path: Path, column: str, raw: pd.Series, values: pd.Series) -> None:
    odd = raw[values.isna() & raw.notna()]
    if len(odd):
        what = f"column {column} holds {len(odd)} texts, first {str(odd.iloc[0])!r} in line {int(odd.index[0]) + 2}."
        raise InputError([Problem(str(path), what, "Leave only numbers with a decimal point.")])


def on_package_year(
    series: pd.Series, where: str, utc_offset: int | None = None, drop_leap_day: bool = False
) -> FloatArray:
    """Values (8760,) in the order of the package's hours: stamps name the beginning of their hour.

    utc_offset: hours the stamps' clock is ahead of UTC, for stamps that do not say so themselves. Raises InputError for
    stamps without a zone, gaps, hours that stand twice, other steps than an hour, and a leap day unless dropped.
    """
    index = series.index
    if isinstance(index, pd.DatetimeIndex):
        hours, kept = _hours_of_stamps(index, where, utc_offset, drop_leap_day)
    else:
        numbers = pd.to_numeric(pd.Series(index), errors="coerce").to_numpy(float)
        if np.isnan(numbers).any() or (numbers % 1 != 0).any() or (numbers < 0).any():
            raise InputError([Problem(where, "the column hour holds no whole numbers.", "Count hours from 0 to 8759.")])
        shift = 0 if utc_offset is None else PACKAGE_UTC_OFFSET - utc_offset
        hours, kept = (numbers.astype(int) + shift) % HOURS_PER_YEAR, np.ones(len(numbers), bool)
        if numbers.max(initial=0) >= HOURS_PER_YEAR:
            what = f"counts hours up to {int(numbers.max())}."
            raise InputError([Problem(where, what, "A year has the hours 0 to 8759; leave 29 February out.")])
    values = series.to_numpy(float)[kept]
    count = np.bincount(hours, minlength=HOURS_PER_YEAR)
    problems = Problems()
    if (count > 1).any():
        what = f"{int((count > 1).sum())} hours stand more than once, first {_named(count > 1)}."
        problems.add(where, what, "Give one year of hourly values; average shorter steps to hours first.")
    elif (count == 0).any():
        what = f"{int((count == 0).sum())} hours are missing, first {_named(count == 0)}."
        problems.add(where, what, "Fill the gaps from a source you can name.")
    problems.raise_if_any()
    out = np.empty(HOURS_PER_YEAR)
    out[hours] = values
    if np.isnan(out).any():
        what = f"{int(np.isnan(out).sum())} hours have no number, first {_named(np.isnan(out))}."
        raise InputError([Problem(where, what, "Fill the gaps from a source you can name.")])
    return out


def _hours_of_stamps(
    index: pd.DatetimeIndex, where: str, utc_offset: int | None, drop_leap_day: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Hour of the package's year of every kept stamp, and which stamps are kept."""
    if index.tz is not None and utc_offset is not None:
        what = "the time stamps state their zone already."
        raise InputError([Problem(where, what, "Leave --utc-offset out.")])
    if index.tz is None and utc_offset is None:
        what = "the time stamps do not say which zone they are in."
        raise InputError([Problem(where, what, "State --utc-offset: 8 for Beijing time, 0 for UTC.")])
    zone = f"{PACKAGE_UTC_OFFSET:+03d}:00"
    moved = index + pd.Timedelta(hours=PACKAGE_UTC_OFFSET - utc_offset) if utc_offset is not None else index
    local = moved if moved.tz is None else moved.tz_convert(zone).tz_localize(None)
    if ((local.minute != 0) | (local.second != 0)).any():
        odd = local[(local.minute != 0) | (local.second != 0)][0]
        remedy = "Average shorter steps to hours; stamps name the beginning of their hour."
        raise InputError([Problem(where, f"{odd} is no full hour.", remedy)])
    leap = np.asarray((local.month == 2) & (local.day == 29))
    if leap.any() and not drop_leap_day:
        what = "holds 29 February, which the model's year of 365 days does not have."
        raise InputError([Problem(where, what, "Add --drop-leap-day to leave it out.")])
    kept = local[~leap]
    days = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30])[kept.month - 1] + kept.day - 1
    return np.asarray(days * 24 + kept.hour), ~leap


def _named(wrong: np.ndarray) -> str:
    """The first few hours, as dates of the model's year."""
    first = pd.Timestamp("2023-01-01")
    names = [(first + pd.Timedelta(hours=int(h))).strftime("%m-%d %H:00") for h in np.flatnonzero(wrong)[:SHOWN]]
    return ", ".join(names)


def in_package_unit(values: FloatArray, kind: Kind, unit: str, capacity_mw: float | None, where: str) -> FloatArray:
    """Values (8760,) in the package's unit: output per kW, flow in m³/s, load over its mean.

    capacity_mw: rating behind outputs in kW or MW. Raises InputError for units that do not fit, negative values, and
    outputs above the rating.
    """
    if unit not in UNITS[kind]:
        raise InputError([Problem(where, f"{unit!r} is no unit of {kind}.", near_miss(unit, UNITS[kind]))])
    if (values < 0).any():
        what = (
            f"{int((values < 0).sum())} hours are negative, first {_named(values < 0)} with {values[values < 0][0]:g}."
        )
        raise InputError([Problem(where, what, "Correct them; own use belongs to the demand.")])
    if not values.any():
        raise InputError([Problem(where, "is zero in every hour.", "Is it the right column?")])
    if kind == "load":
        return np.asarray(values / values.mean())
    out = values * UNITS[kind][unit]
    if kind == "inflow":
        return np.asarray(out)
    if (unit in NEEDS_CAPACITY) != (capacity_mw is not None):
        what = f"is in {unit}, and {'no rating' if capacity_mw is None else 'a rating'} is given."
        raise InputError([Problem(where, what, "State --capacity in MW with kW and MW, and only then.")])
    share = out if capacity_mw is None else out / (capacity_mw * 1e3)
    if share.max() > 1 + 1e-9:
        what = f"reaches {share.max():.3g} of the rating at {_named(share == share.max())}."
        raise InputError([Problem(where, what, "Check --unit and --capacity.")])
    return np.asarray(np.minimum(share, 1.0))


def refuse_night_output(values: FloatArray, place: Place, where: str) -> None:
    """InputError if a PV series gives energy while the sun is down: its clock is wrong."""
    elevation = sun(place.latitude, place.longitude, 15.0 * PACKAGE_UTC_OFFSET)[0]
    down = elevation <= 0
    dark = down & np.roll(down, 1) & np.roll(down, -1)
    share = float(values[dark].sum() / values.sum())
    if share > DARK_SHARE:
        shifts = [np.roll(values, k) for k in range(-12, 13)]
        best = int(np.argmin([shifted[dark].sum() for shifted in shifts])) - 12
        hint = f" Shifted by {best:+d} h it would not." if best else ""
        what = f"{100 * share:.1f} % of the energy falls into the night.{hint}"
        raise InputError([Problem(where, what, "Check the time zone and the place.")])
