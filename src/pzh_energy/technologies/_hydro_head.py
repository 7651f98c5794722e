"""Head that changes with the storage: planes above power as a function of discharge and level, and their rows.

Power q (a + b V) of a discharge q and a level V is no concave function: no set of planes bounds it from above and
touches it everywhere. Over a box of discharges 0 … q̄ and levels V₁ … V₂ its least concave bound is known, and two
planes make it: (a + b V₂) q, and (a + b V₁) q + b q̄ (V − V₁). The bound is exact where the level stands at an end of
its range or the discharge at 0 or q̄, and highest above the power in the middle of the box, by b q̄ (V₂ − V₁) / 4. The
box is that of each step: the narrower the levels allowed, the smaller the error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.domain.errors import Problems
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.technologies._hydro_water import STATIONS, CascadeData, flow_limit

LEAST_CHANGE = 0.05
"""Stations whose head changes by no more than this share of the rated head keep it constant."""


@dataclass(frozen=True)
class HeadData:
    """Stations with a head effect (S) over periods (P), steps (T) and the two planes (2).

    at_empty (S, P): power per unit of discharge at empty usable storage [MW per m3/s]; rise (S, P): what it gains with
    the level [MW per m3/s per million m3]; largest_output (S, P, T) [MW]; per_discharge (2, S, P, T) [MW per m3/s],
    per_level (2, S, P, T) [MW per million m3], fixed (2, S, P, T) [MW]: the planes; turbine_limit (H, P, T) [m3/s] of
    every station of the cascade.
    """

    stations: list[str]
    at_empty: np.ndarray
    rise: np.ndarray
    largest_output: np.ndarray
    per_discharge: np.ndarray
    per_level: np.ndarray
    fixed: np.ndarray
    turbine_limit: np.ndarray


def planes(
    at_empty: np.ndarray, rise: np.ndarray, discharge: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slopes along discharge and level and constants (2, ...) of the planes over 0 … discharge, low … high.

    at_empty [MW per m3/s] and rise [MW per m3/s per million m3], zero or more, discharge [m3/s], low and high
    [million m3], all (...).

    >>> slopes = planes(*map(np.float64, (1.0, 0.01, 100.0, 10.0, 20.0)))
    >>> [tuple(float(each[k]) for each in slopes) for k in (0, 1)]
    [(1.2, 0.0, 0.0), (1.1, 1.0, -10.0)]
    """
    steep = rise * discharge
    per_discharge = np.stack([at_empty + rise * high, at_empty + rise * low])
    return per_discharge, np.stack([np.zeros_like(steep), steep]), np.stack([np.zeros_like(steep), -steep * low])


def head_data(system: SystemData, data: CascadeData, scheduled: bool) -> HeadData | None:
    """The head effect of a cascade; None where no station's head changes enough; InputError for a head below zero."""
    head, down, up = (system.number(STATIONS, name) for name in ("rated_head", "head_drawdown_m", "head_rise_m"))
    problems = Problems()
    for station, rated, drawdown in zip(data.stations, head, down, strict=True):
        if drawdown >= rated:
            where = f"{STATIONS}.csv {station}.head_drawdown_m"
            problems.add(where, f"{drawdown:g} m of {rated:g} m leave no head.", "Lower it.")
    problems.raise_if_any()
    usable = system.number(STATIONS, "usable_storage")
    chosen = np.flatnonzero((down + up > LEAST_CHANGE * head) & (usable > 0))
    if not len(chosen):
        return None
    # a station in its first year passes the water on without storage: its head is the rated one
    settled = (data.rated_in_service[chosen, :, 0] > 0).astype(float)
    rated = data.specific_production[chosen][:, None]
    at_empty = rated * (1 - settled * (down / head)[chosen][:, None])
    rise = rated * settled * ((down + up) / head / np.maximum(usable, 1e-9))[chosen][:, None]
    before = system.calendar.previous
    low, high = (
        (bound[chosen] + bound[chosen][:, :, before]) / 2 for bound in (data.storage_lower, data.storage_upper)
    )
    output = data.rated_in_service[chosen]
    if scheduled:
        output = np.minimum(output, data.scheduled_output[chosen])
    a, b = at_empty[:, :, None], rise[:, :, None]
    # at low head more water is needed for the same power, as far as the turbines take it
    discharge = np.minimum(flow_limit(system, data.stations, data.rated_in_service)[chosen], output / (a + b * low))
    limit = data.turbine_limit.copy()
    limit[chosen] = discharge
    per_discharge, per_level, fixed = planes(a, b, discharge, low, high)
    stations = [data.stations[k] for k in chosen]
    return HeadData(stations, at_empty, rise, output, per_discharge, per_level, fixed, limit)


def add_head(
    block: Block,
    head: HeadData,
    turbine: Any,
    level: Any,
    city_share: Any,
    bus_of: Mapping[str, str],
    tags: Iterable[str],
) -> None:
    """Declare `generation` of the stations with a head effect under its planes and post the city's share of it."""
    m = block.model.pyomo
    # a set of its own, not a sub-set: an entry of power is then labelled over its own stations alone
    some = block.members("head_station", head.stations)
    plane = block.members("plane", range(len(head.fixed)))
    over = (some, *block.model.operation)
    dated = (plane, some, m.period, m.timestep)
    block.parameter(
        "production_at_empty", (some, m.period), head.at_empty, "MW per m3/s", "power per unit of discharge when empty"
    )
    block.parameter(
        "production_rise", (some, m.period), head.rise, "MW per m3/s per million m3", "gain of it with the level"
    )
    largest = block.parameter(
        "largest_output", (some, m.period, m.timestep), head.largest_output, "MW", "rated and, if so, scheduled output"
    )
    of_discharge = block.parameter("plane_per_discharge", dated, head.per_discharge, "MW per m3/s", "slope of a plane")
    of_level = block.parameter("plane_per_level", dated, head.per_level, "MW per million m3", "slope of a plane")
    fixed = block.parameter("plane_constant", dated, head.fixed, "MW", "constant of a plane")
    output = block.variable(
        "generation", over, "MW", "output of the whole station", lambda b, h, p, w, t: (0, largest[h, p, t])
    )
    block.constraint(
        "head_limit",
        (plane, *over),
        lambda b, k, h, p, w, t: (
            output[h, p, w, t]
            <= of_discharge[k, h, p, t] * turbine[h, p, w, t]
            + of_level[k, h, p, t] * 0.5 * (level[h, p, w, t] + level[h, p, w, m.previous[t]])
            + fixed[k, h, p, t]
        ),
        "MW",
        "output stays below the planes of discharge and level",
    )
    block.post(
        "electricity",
        "generation_at_head",
        +1,
        over,
        lambda h, p, w, t: city_share[h] * output[h, p, w, t],
        "output at the head of the level, city's share",
        tags,
        block.at_bus(some, bus_of, "at_head"),
    )


def true_output(results: Results) -> xr.DataArray:
    """Power [MW] (head_station, period, weather, timestep) that discharge and mean level of each step really give."""
    of_station = {"hydro_cascade_station": results["hydro_cascade.generation"]["hydro_cascade_head_station"].values}
    rename = {"hydro_cascade_station": "hydro_cascade_head_station"}
    turbine = results["hydro_cascade.turbine_discharge"].sel(of_station).rename(rename)
    level = results["hydro_cascade.storage_level"].sel(of_station).rename(rename)
    mean = (level + level.roll(timestep=1, roll_coords=False)) / 2
    at_empty, rise = (results[f"parameter.hydro_cascade.production_{name}"] for name in ("at_empty", "rise"))
    return (at_empty + rise * mean) * turbine


def largest_error(results: Results) -> xr.DataArray:
    """Most by which the planes may exceed the true power [MW] (head_station, period, timestep): mid box."""
    steep = results["parameter.hydro_cascade.plane_per_level"].max("hydro_cascade_plane")
    names = steep["hydro_cascade_head_station"].values
    width = results["parameter.hydro_cascade.storage_upper"] - results["parameter.hydro_cascade.storage_lower"]
    width = width.sel(hydro_cascade_station=names).rename(hydro_cascade_station="hydro_cascade_head_station")
    return steep * (width + width.roll(timestep=1, roll_coords=False)) / 2 / 4
