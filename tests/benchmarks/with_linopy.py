"""The part of the system in linopy, as one states it there: variables over labelled arrays, one call for a family.

Every family has the name it has with us. `tests.benchmarks.peers` holds the coefficients against ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from pzh_energy.domain.hydraulics import MILLION_M3_PER_M3_PER_S_HOUR
from tests.benchmarks.part import Given


@dataclass
class Statement:
    """A linopy model under way: what feeds each bus [MW], what a year costs [million CNY], and constant cost."""

    given: Given
    model: linopy.Model = field(default_factory=linopy.Model)
    power: list[Any] = field(default_factory=list)
    cost: list[Any] = field(default_factory=list)
    constant: float = 0.0

    @property
    def steps(self) -> list[pd.Index]:
        """Period, weather and timestep."""
        given = self.given
        axes = {"period": given["weight"], "weather": given["probability"], "timestep": given["hours"]}
        return [pd.Index(array[name].values, name=name) for name, array in axes.items()]

    @property
    def periods(self) -> list[pd.Index]:
        """The periods alone."""
        return self.steps[:1]

    def members(self, name: str) -> list[pd.Index]:
        """Index of the first dimension of an array."""
        dimension = self.given[name].dims[0]
        return [pd.Index(self.given[name][dimension].values, name=dimension)]

    def variable(self, name: str, over: list[pd.Index], lower: Any = 0.0, upper: Any = np.inf) -> linopy.Variable:
        """A variable over an index; bounds are broadcast to it."""

        def bound(value: Any) -> Any:
            if not isinstance(value, xr.DataArray):
                return value
            shape = xr.DataArray(np.zeros([len(i) for i in over]), coords=over)
            return (shape + value).transpose(*[i.name for i in over])

        return self.model.add_variables(lower=bound(lower), upper=bound(upper), coords=over, name=name)

    def by_step(self, price: xr.DataArray) -> xr.DataArray:
        """Discounted million CNY for a MW at every step, of a price in CNY/MWh."""
        given = self.given
        return 1e-6 * given["weight"] * given["probability"] * given["hours"] * price


def build(given: Given) -> Statement:
    """The whole part."""
    s = Statement(given)
    if "hydro_cascade.inflow" in given.arrays:
        _cascade(s)
    _exchange(s)
    for key in ("lithium_battery", "pumped_hydro", "vanadium_flow"):
        if f"{key}.retained" in given.arrays:
            _storage(s, key)
    _run_of_river(s)
    for key in ("solar_pv", "wind"):
        _variable_renewable(s, key)
    _unserved(s)
    load = given["electricity_demand.load"].sum("electricity_demand_user")
    s.model.add_constraints(linopy.expressions.merge(s.power) == load, name="electricity_balance")
    s.model.add_objective(linopy.expressions.merge([each.sum() for each in s.cost]))
    return s


def _feed(s: Statement, flow: Any, sign: int = 1) -> None:
    """Put a flow over (member, period, weather, timestep) on the only bus."""
    s.power.append((sign * flow).sum(flow.dims[0]))


def _capacity(s: Statement, key: str, name: str = "capacity") -> tuple[Any, Any, Any]:
    """Year-end, operating and new capacity, with annuities and fixed cost."""
    g, full = s.given, f"{key}.{name}"
    over = [*s.members(f"{full}_annuity"), *s.periods]
    new = s.variable(f"{key}.new_{name}", over, g[f"{full}_build_lower"], g[f"{full}_build_upper"])
    year_end = s.variable(full, over, 0, g[f"{full}_potential"])
    operating = s.variable(f"{key}.operating_{name}", over)
    built = new.rename(period="vintage")
    for of, share, there in (
        (year_end, "standing", "existing"),
        (operating, "service", "existing_in_service"),
    ):
        stands = (g[f"{full}_{share}"] * built).sum("vintage")
        s.model.add_constraints(of - stands == g[f"{full}_{there}"], name=f"{of.name}_balance")
    due = (g["weight"] * g[f"{full}_service"]).sum("period").rename(vintage="period")
    s.cost += [due * g[f"{full}_annuity"] * new, g["weight"] * g[f"{full}_fixed_om"] * operating]
    return year_end, operating, new


def _variable_renewable(s: Statement, key: str) -> None:
    g = s.given
    _, operating, _ = _capacity(s, key)
    generation = s.variable(f"{key}.generation", [*s.members(f"{key}.availability"), *s.steps])
    limit = generation - g[f"{key}.availability"] * operating <= 0
    s.model.add_constraints(limit, name=f"{key}.output_limit")
    if g[f"{key}.variable_om"].any():
        s.cost.append(s.by_step(g[f"{key}.variable_om"]) * generation)
    _feed(s, generation)


def _storage(s: Statement, key: str) -> None:
    g = s.given
    energy: Any
    if key == "pumped_hydro":
        _, converter, _ = _capacity(s, key)
        energy = g[f"{key}.duration"] * converter
    elif key == "lithium_battery":
        _, energy, _ = _capacity(s, key, "energy_capacity")
        converter = (1 / g[f"{key}.minimum_duration"]) * energy
    else:
        stack, converter, _ = _capacity(s, key, "stack_capacity")
        content, energy, new = _capacity(s, key, "energy_capacity")
        _flow_battery_rows(s, key, stack, content, new)
    over = [*s.members(f"{key}.retained"), *s.steps]
    charge, discharge, level = (s.variable(f"{key}.{name}", over) for name in ("charge", "discharge", "storage_level"))
    into, out_of = g[f"{key}.charge_efficiency"], 1 / g[f"{key}.discharge_efficiency"]
    held, retained = g[f"{key}.held_hours"], g[f"{key}.retained"]
    content_row = level - retained * level.roll(timestep=1) - (held * into) * charge + (held * out_of) * discharge == 0
    s.model.add_constraints(content_row, name=f"{key}.energy_balance")
    s.model.add_constraints(charge + discharge - converter <= 0, name=f"{key}.converter_limit")
    s.model.add_constraints(level - energy <= 0, name=f"{key}.content_limit")
    _feed(s, charge, -1)
    _feed(s, discharge)


def _flow_battery_rows(s: Statement, key: str, stack: Any, content: Any, new: Any) -> None:
    g, model = s.given, s.model
    model.add_constraints(content - g[f"{key}.minimum_duration"] * stack >= 0, name=f"{key}.duration_at_least")
    model.add_constraints(content - g[f"{key}.maximum_duration"] * stack <= 0, name=f"{key}.duration_at_most")
    taken = (g[f"{key}.vanadium_content"] * new).sum(new.dims[0])
    offered = g[f"{key}.vanadium_offered"]
    model.add_constraints(taken <= offered.isel({offered.dims[0]: 0}, drop=True), name=f"{key}.vanadium_supply")


def _run_of_river(s: Statement) -> None:
    g, key = s.given, "run_of_river"
    rating, counted = g[f"{key}.rating"], g[f"{key}.statistical_rating"]
    over = [*s.members(f"{key}.rating"), *s.periods]
    capacity = s.variable(f"{key}.capacity", over, rating, rating)
    s.variable(f"{key}.statistical_capacity", over, counted, counted)
    most = g[f"{key}.availability"] * rating
    generation = s.variable(f"{key}.generation", [*s.members(f"{key}.rating"), *s.steps], 0, most)
    s.cost.append(g["weight"] * g[f"{key}.fixed_om"] * capacity)
    _feed(s, generation)


def _unserved(s: Statement) -> None:
    power = s.variable("unserved.power", [*s.members("unserved.value_of_lost_load"), *s.steps])
    s.cost.append(s.by_step(s.given["unserved.value_of_lost_load"]) * power)
    _feed(s, power)


def _exchange(s: Statement) -> None:
    g, key = s.given, "grid_exchange"
    over = [*s.members(f"{key}.kept"), *s.steps]
    kept = g[f"{key}.kept"]
    bought = s.variable(f"{key}.import", over, 0, g[f"{key}.import_limit"])
    sold = s.variable(f"{key}.export", over, 0, g[f"{key}.export_limit"])
    yearly = [*s.members(f"{key}.tier_width"), *s.steps[:2]]
    in_tier = s.variable(f"{key}.export_in_tier", yearly, 0, g[f"{key}.tier_width"])
    delivered = (1e-3 * g["hours"] * kept * sold).sum(["timestep", sold.dims[0]])
    s.model.add_constraints(in_tier.sum(in_tier.dims[0]) - delivered == 0, name=f"{key}.tier_fill")
    below = 1e-3 * g["weight"] * g["probability"] * g[f"{key}.tier_discount"]
    s.cost += [s.by_step(g[f"{key}.import_price"] / kept) * bought, below * in_tier]
    s.cost.append(-s.by_step(g[f"{key}.export_price"] * kept) * sold)
    _feed(s, bought)
    _feed(s, sold, -1)


def _cascade(s: Statement) -> None:
    g, key = s.given, "hydro_cascade"
    station = s.members(f"{key}.inflow")
    over, yearly = [*station, *s.steps], [*station, *s.periods]
    turbine = s.variable(f"{key}.turbine_discharge", over, 0, g[f"{key}.turbine_limit"])
    spill = s.variable(f"{key}.spill", over)
    level = s.variable(f"{key}.storage_level", over, g[f"{key}.storage_lower"], g[f"{key}.storage_upper"])
    pinned = {"capacity": "standing", "statistical_capacity": "counted"}
    for name, value in pinned.items():
        s.variable(f"{key}.{name}", yearly, g[f"{key}.{value}"], g[f"{key}.{value}"])
    running = g[f"{key}.running"]
    s.variable(f"{key}.unit_capacity", [*s.members(f"{key}.running"), *s.periods], running, running)
    release = turbine + spill
    s.model.add_constraints(release >= g[f"{key}.required_release"], name=f"{key}.environmental_release")
    _water_balance(s, key, level, release)
    _feed(s, (g[f"{key}.city_share"] * g[f"{key}.specific_production"]) * turbine)
    fixed = (g["weight"] * g[f"{key}.fixed_om"] * g[f"{key}.operating_capacity"]).sum()
    s.constant += float(fixed + (g["weight"] * g[f"{key}.annuity"]).sum())


def _water_balance(s: Statement, key: str, level: Any, release: Any) -> None:
    g = s.given
    volume = MILLION_M3_PER_M3_PER_S_HOUR * g["hours"]
    share, left_in = g[f"{key}.travel_share"], g[f"{key}.left_in"]
    by = {"hydro_cascade_station": share["hydro_cascade_station"].values}
    for station in by["hydro_cascade_station"]:
        here = {"hydro_cascade_station": station}
        stored = level.sel(here)
        terms = [stored - stored.roll(timestep=1), volume * release.sel(here)]
        for above in s.given.upstream[station]:
            there = {"hydro_cascade_station": above}
            for k in range(share.sizes["hydro_cascade_arrival"]):
                part = share.sel(there).isel(hydro_cascade_arrival=k, drop=True).drop_vars("hydro_cascade_station")
                if part.any():
                    when = left_in.sel(there).isel(hydro_cascade_arrival=k).values.astype(int)
                    left = release.sel(there).isel(timestep=when).assign_coords(timestep=g["hours"]["timestep"])
                    terms.append(-(volume * part) * left)
        inflow = volume * g[f"{key}.inflow"].sel(here, drop=True)
        row = linopy.expressions.merge([t.drop_vars("hydro_cascade_station", errors="ignore") for t in terms])
        s.model.add_constraints(row == inflow, name=f"{key}.water_balance_{station}")
