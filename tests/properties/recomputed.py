"""Balances computed again from the results alone, by ways the program does not use."""

from __future__ import annotations

import numpy as np
import xarray as xr

from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.results import Results

MILLION_M3 = 0.0036
"""Million m3 that 1 m3/s makes in an hour."""
STATION = "hydro_cascade_station"


def net_power(results: Results, bus: str) -> tuple[float, float]:
    """Largest imbalance of a bus and the largest power on it [MW]."""
    net: xr.DataArray | float = 0.0
    largest = 0.0
    for entry in results.ledger("electricity"):
        here = [i for i in entry.data[entry.member_dimension].values if entry.bus_of.get(str(i)) == bus]
        power = entry.data.sel({entry.member_dimension: here}).sum(entry.member_dimension)
        net = net + entry.sign * power
        largest = max(largest, float(abs(power).max()))
    return float(abs(net).max()), largest


def arrivals(volume: np.ndarray, edges: np.ndarray, lag: float) -> np.ndarray:
    """Volume (..., T) that arrives in each step `lag` hours after it left, from cumulative volumes of a ring year."""
    flow = np.concatenate([volume, volume], axis=-1)
    hours = np.concatenate([edges[:-1], edges + 8760])
    total = np.concatenate([np.zeros((*flow.shape[:-1], 1)), np.cumsum(flow, axis=-1)], axis=-1)
    by_hour = np.apply_along_axis(lambda c: np.interp(edges + 8760 - lag, hours, c), -1, total)
    return np.diff(by_hour, axis=-1)


def assert_water_is_conserved(data: Results, of: SystemData) -> None:
    """Every station, step by step and over the year; nothing but the results and the travel times is used."""
    downstream = of.text("hydro_stations", "downstream")
    lag = dict(zip(downstream, of.number("hydro_stations", "travel_time_to_downstream"), strict=True))
    hours = data["hours"].values
    order = ("period", "weather", "timestep")

    def volume(array: xr.DataArray, station: str) -> np.ndarray:
        return np.asarray(array.sel({STATION: station}).transpose(*order).values * hours * MILLION_M3)

    released = data["hydro_cascade.turbine_discharge"] + data["hydro_cascade.spill"]
    for station in downstream:
        own = volume(data["parameter.hydro_cascade.inflow"], station)
        out = volume(released, station)
        edges = of.calendar.edges.astype(float)
        above = sum(
            (arrivals(volume(released, u), edges, lag[u]) for u, d in downstream.items() if d == station), 0 * own
        )
        level = data["hydro_cascade.storage_level"].sel({STATION: station}).transpose(*order).values
        change = level - np.roll(level, 1, axis=-1)
        size = max(1.0, float(out.sum(axis=-1).max()))
        assert abs(own + above - out - change).max() <= 1e-6 * size
        assert abs((own + above - out).sum(axis=-1)).max() <= 1e-6 * size
