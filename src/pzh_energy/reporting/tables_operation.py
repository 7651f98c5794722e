"""Tables of operation by month: reservoirs, energy of hydro stations, electricity prices.

A step that reaches over a month's end counts in both months by its hours in each.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from pzh_energy.domain.hydraulics import MILLION_M3_PER_M3_PER_S_HOUR
from pzh_energy.domain.units import MWH_PER_TWH
from pzh_energy.inputs.calendar import month_hours
from pzh_energy.modeling.prices import electricity_price
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.frames import IDENTIFIER, NUMBER, WHOLE, YEAR, Column, Record, cells, frame

HYDRO = "hydro_cascade"
STATION = f"{HYDRO}_station"
MONTHS = range(1, 13)


def month_overlap(results: Results) -> xr.DataArray:
    """Hours (month, timestep) that each step has in each month; steps add up to their length."""
    overlap: xr.DataArray = results.once("month overlap", lambda: _month_overlap(results))
    return overlap


def _month_overlap(results: Results) -> xr.DataArray:
    starts = results["step_start"].values.astype(float)
    ends = starts + results["hours"].values
    month_ends = np.cumsum(month_hours)
    month_starts = month_ends - month_hours
    overlap = np.minimum(ends, month_ends[:, None]) - np.maximum(starts, month_starts[:, None])
    coordinates = {"month": list(MONTHS), "timestep": results["timestep"]}
    return xr.DataArray(overlap.clip(min=0.0), dims=("month", "timestep"), coords=coordinates)


def monthly_mean(results: Results, array: xr.DataArray) -> xr.DataArray:
    """Expected mean (..., month) of something over (..., weather, timestep)."""
    hours = month_overlap(results)
    if "weather" in array.dims:
        array = (array * results["probability"]).sum("weather")
    mean: xr.DataArray = xr.dot(array, hours / hours.sum("timestep"), dim="timestep")
    return mean


def reservoirs(results: Results) -> pd.DataFrame:
    """Water of every station by month: mean flows and level, and the energy of the whole station."""
    if f"{HYDRO}.storage_level" not in results:
        return frame(RESERVOIRS, ())
    level = results[f"{HYDRO}.storage_level"]
    before = level.roll(timestep=1, roll_coords=False)
    turbine, spill = results[f"{HYDRO}.turbine_discharge"], results[f"{HYDRO}.spill"]
    release = turbine + spill
    arriving = release + (level - before) / (results["hours"] * MILLION_M3_PER_M3_PER_S_HOUR)
    stored = monthly_mean(results, (level + before) / 2)
    usable = results[f"parameter.{HYDRO}.usable_storage"]
    days = month_overlap(results).sum("timestep")
    columns = {
        "level_million_m3": stored,
        "level_share": (stored / usable).where(usable > 0),
        "inflow_m3_per_s": monthly_mean(results, arriving),
        "own_inflow_m3_per_s": monthly_mean(results, results[f"parameter.{HYDRO}.inflow"]),
        "release_m3_per_s": monthly_mean(results, release),
        "turbine_m3_per_s": monthly_mean(results, turbine),
        "spill_m3_per_s": monthly_mean(results, spill),
        "energy_twh": monthly_mean(results, results[f"{HYDRO}.station_generation"]) * days / MWH_PER_TWH,
    }
    return frame(RESERVOIRS, _monthly_records(columns))


def _monthly_records(columns: dict[str, xr.DataArray]) -> Iterator[Record]:
    ordered = {name: array.transpose(STATION, "period", "month") for name, array in columns.items()}
    any_array = next(iter(ordered.values()))
    for h, station in enumerate(any_array[STATION].values):
        for p, year in enumerate(any_array["period"].values):
            for m, month in enumerate(MONTHS):
                values = {name: float(array.values[h, p, m]) for name, array in ordered.items()}
                yield {"year": int(year), "station": str(station), "month": month, **values}


def hydro_energy(results: Results) -> pd.DataFrame:
    """Yearly energy of every station of a cascade, beside its design energy and its schedule where it has them."""
    if f"{HYDRO}.energy" not in results:
        return frame(HYDRO_ENERGY, ())
    energy = results[f"{HYDRO}.energy"]
    columns = {
        "energy_twh": energy,
        "city_energy_twh": energy * results[f"parameter.{HYDRO}.city_share"],
        "spilled_twh": results[f"{HYDRO}.spilled_energy"],
        "above_schedule_twh": results[f"{HYDRO}.energy_above_schedule"],
        "design_energy_twh": xr.ones_like(energy) * results[f"parameter.{HYDRO}.design_annual_energy"],
    }
    by_cell: dict[str, dict[tuple[str, int], float]] = {
        name: {(item, year): value for item, year, value in cells(array)} for name, array in columns.items()
    }

    def record(station: str, year: int) -> Record:
        values = {name: found.get((station, year), np.nan) for name, found in by_cell.items()}
        return {"year": year, "station": station, **values}

    return frame(HYDRO_ENERGY, (record(*cell) for cell in by_cell["energy_twh"]))


def prices(results: Results) -> pd.DataFrame:
    """Marginal value of electricity on every bus by month and, as month 0, over the year; means are by hours."""
    if "dual.electricity_balance" not in results:
        return frame(PRICES, ())
    price = electricity_price(results)
    expected = monthly_mean(results, price)
    whole_year = (price * results.duration).sum(["weather", "timestep"]) / results.duration.sum()
    inside = month_overlap(results).values > 0
    parts = {month: price.isel(timestep=inside[month - 1]) for month in MONTHS}
    means = {0: whole_year, **{month: expected.sel(month=month) for month in MONTHS}}
    columns = {
        (month, name): array.transpose("bus", "period").values
        for month, part in {0: price, **parts}.items()
        for name, array in (
            ("price_mean_cny_per_mwh", means[month]),
            ("price_min_cny_per_mwh", part.min(["weather", "timestep"])),
            ("price_max_cny_per_mwh", part.max(["weather", "timestep"])),
        )
    }

    def records() -> Iterator[Record]:
        for b, bus in enumerate(price["bus"].values):
            for p, year in enumerate(results.periods):
                if np.isnan(columns[0, "price_max_cny_per_mwh"][b, p]):
                    continue
                for month in (0, *MONTHS):
                    here = {name: float(values[b, p]) for (of, name), values in columns.items() if of == month}
                    yield {"year": year, "bus": str(bus), "month": month, **here}

    return frame(PRICES, records())


_STATION = Column("station", IDENTIFIER, "station of the cascade")
RESERVOIRS = (
    YEAR,
    _STATION,
    Column("month", WHOLE, "month, 1 to 12"),
    Column("level_million_m3", NUMBER, "mean usable storage filled [million m3]"),
    Column("level_share", NUMBER, "the same as a share of the usable storage [1]; empty without storage"),
    Column("inflow_m3_per_s", NUMBER, "all water arriving, that let down by the stations above included [m3/s]"),
    Column("own_inflow_m3_per_s", NUMBER, "inflow from the own catchment [m3/s]"),
    Column("release_m3_per_s", NUMBER, "all water let down [m3/s]"),
    Column("turbine_m3_per_s", NUMBER, "what of it passes the turbines [m3/s]"),
    Column("spill_m3_per_s", NUMBER, "what of it does not [m3/s]"),
    Column("energy_twh", NUMBER, "energy of the whole station in the month [TWh]"),
)
HYDRO_ENERGY = (
    YEAR,
    _STATION,
    Column("energy_twh", NUMBER, "energy of the whole station in a year [TWh]"),
    Column("city_energy_twh", NUMBER, "share of it that enters the bus [TWh]"),
    Column("spilled_twh", NUMBER, "energy of the water spilled, also before the station runs [TWh]"),
    Column("above_schedule_twh", NUMBER, "energy beyond the schedule [TWh]; empty without a schedule"),
    Column("design_energy_twh", NUMBER, "design energy of a year [TWh]; empty where it is not known"),
)
PRICES = (
    YEAR,
    Column("bus", IDENTIFIER, "bus"),
    Column("month", WHOLE, "month, 1 to 12; 0 for the whole year"),
    Column("price_mean_cny_per_mwh", NUMBER, "mean over the hours [CNY/MWh]"),
    Column("price_min_cny_per_mwh", NUMBER, "least of all steps and weather cases [CNY/MWh]"),
    Column("price_max_cny_per_mwh", NUMBER, "greatest of all steps and weather cases [CNY/MWh]"),
)
