"""What the audit of a hydro cascade recomputes from its results alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import xarray as xr

from pzh_energy.domain.hydraulics import MILLION_M3_PER_M3_PER_S_HOUR
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.results import Results
from pzh_energy.technologies._hydro_water import STATIONS


def water_checks(system: SystemData, results: Results) -> Iterable[Check]:
    """Volumes recomputed from cumulative hourly flow with the travel time as a shift, per step and per river."""
    edges = system.calendar.edges.astype(float)
    hours = np.diff(edges)
    downstream, river = system.text(STATIONS, "downstream"), system.text(STATIONS, "river")
    lag = dict(zip(downstream, system.number(STATIONS, "travel_time_to_downstream"), strict=True))
    release = results["hydro_cascade.turbine_discharge"] + results["hydro_cascade.spill"]

    def volume(array: xr.DataArray, station: str) -> np.ndarray:
        flow = array.sel(hydro_cascade_station=station).transpose("period", "weather", "timestep").values
        return np.asarray(flow * hours * MILLION_M3_PER_M3_PER_S_HOUR)

    def arrived(station: str) -> np.ndarray:
        volumes = volume(release, station)
        flow = np.repeat(volumes / hours, hours.astype(int), axis=-1)
        whole, part = int(np.floor(lag[station])), float(lag[station] % 1)
        shifted = (1 - part) * np.roll(flow, whole, -1) + part * np.roll(flow, whole + 1, -1)
        return np.asarray(np.add.reduceat(shifted, edges[:-1].astype(int), axis=-1))

    worst = 0.0
    turnover = 1.0
    mouth: dict[str, float] = {}
    for station in downstream:
        stored = results["hydro_cascade.storage_level"].sel(hydro_cascade_station=station)
        level = stored.transpose("period", "weather", "timestep").values
        change = level - np.roll(level, 1, axis=-1)
        own = volume(results["parameter.hydro_cascade.inflow"], station)
        above = sum((arrived(u) for u, d in downstream.items() if d == station), np.zeros(own.shape))
        out = volume(release, station)
        worst = max(worst, float(np.abs(own + above - out - change).max()))
        turnover = max(turnover, float(out.sum(axis=-1).max()))
        ends_here = downstream[station] == "none"
        name = river[_last(station, downstream)]
        mouth[name] = mouth.get(name, 0.0) + own.sum() - (out.sum() if ends_here else 0.0)
    yield Check("water conserved per station and step", worst, 1e-6 * turnover, "million m3")
    for name, lost in mouth.items():
        yield Check(f"water conserved along {name}", float(lost), 1e-6 * turnover, "million m3")


def _last(station: str, downstream: Mapping[str, str]) -> str:
    """The last station that the water of a station passes."""
    while downstream[station] != "none":
        station = downstream[station]
    return station
