"""The part PyPSA can state, as a network: one bus, one year, everything but the load a generator or a storage unit.

A converter that serves both directions is a custom constraint. The capacity that PyPSA sizes is our operating capacity:
half of what is built in the year serves in it, and pays half an annuity, so a MW of it costs a whole one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pypsa
import xarray as xr

from tests.benchmarks.part import Given

ENDLESS_MW = 1e6


def build(given: Given) -> tuple[pypsa.Network, float, float]:
    """The network with its linopy model made; weight of the year, and the discounted cost PyPSA does not count."""
    if given["weight"].size != 1 or given["probability"].size != 1:
        raise ValueError("PyPSA is asked for one year and one weather case")
    network = pypsa.Network()
    steps = pd.RangeIndex(given["hours"].size, name="snapshot")
    network.set_snapshots(steps)
    hours = dict.fromkeys(("objective", "stores", "generators"), given["hours"].values)
    network.snapshot_weightings = pd.DataFrame(hours, index=steps)
    network.add("Bus", "city")
    load = given["electricity_demand.load"].sum("electricity_demand_user")
    network.add("Load", "city", bus="city", p_set=_series(load))
    constant = sum(_variable_renewable(network, given, key) for key in ("solar_pv", "wind"))
    constant += _storage(network, given, "lithium_battery", "energy_capacity", "minimum_duration")
    constant += _storage(network, given, "pumped_hydro", "capacity", "duration")
    constant += _run_of_river(network, given)
    _exchange(network, given)
    network.optimize.create_model(include_objective_constant=False)
    model: Any = network.model
    both = model["StorageUnit-p_store"] + model["StorageUnit-p_dispatch"] - model["StorageUnit-p_nom"]
    model.add_constraints(both <= 0, name="one_converter")
    weight = float(given["weight"].values[0])
    return network, weight, weight * constant


def _series(array: xr.DataArray) -> np.ndarray:
    """Values by step of the only year and weather case."""
    chosen = {name: 0 for name in ("period", "weather") if name in array.dims}
    return array.isel(chosen).values


def _sized(given: Given, key: str, name: str, item: int) -> tuple[dict[str, float], float]:
    """Limits and yearly cost of an operating MW or MWh, and what PyPSA is not told: the annuity of what stands."""

    def value(of: str) -> float:
        return float(given[f"{key}.{name}_{of}"].values[item].ravel()[0])

    service, standing = value("service"), value("existing_in_service")
    most = min(value("build_upper"), value("potential") - value("existing"))
    limits = {"least": standing + service * value("build_lower"), "most": standing + service * most}
    return {**limits, "cost": value("annuity") + value("fixed_om")}, -value("annuity") * standing


def _variable_renewable(network: pypsa.Network, given: Given, key: str) -> float:
    constant = 0.0
    for k, item in enumerate(given[f"{key}.availability"][f"{key}_unit"].values):
        size, left = _sized(given, key, "capacity", k)
        constant += left
        network.add(
            "Generator",
            f"{key} {item}",
            bus="city",
            p_nom_extendable=True,
            p_nom_min=size["least"],
            p_nom_max=size["most"],
            capital_cost=size["cost"],
            marginal_cost=1e-6 * float(given[f"{key}.variable_om"].values[k]),
            p_max_pu=_series(given[f"{key}.availability"][k]),
        )
    return constant


def _storage(network: pypsa.Network, given: Given, key: str, name: str, duration: str) -> float:
    """Sized in MW with us (pumped hydro) or in MWh (battery); in MW with PyPSA."""
    constant = 0.0
    for k, item in enumerate(given[f"{key}.{duration}"].values):
        size, left = _sized(given, key, name, k)
        constant += left
        hours = float(item)
        per_mw = hours if name == "energy_capacity" else 1.0
        network.add(
            "StorageUnit",
            f"{key} {k}",
            bus="city",
            p_nom_extendable=True,
            p_nom_min=size["least"] / per_mw,
            p_nom_max=size["most"] / per_mw,
            capital_cost=size["cost"] * per_mw,
            max_hours=hours,
            efficiency_store=float(given[f"{key}.charge_efficiency"].values[k, 0]),
            efficiency_dispatch=float(given[f"{key}.discharge_efficiency"].values[k, 0]),
            standing_loss=float(given[f"{key}.standing_loss"].values[k]),
            cyclic_state_of_charge=True,
        )
    return constant


def _run_of_river(network: pypsa.Network, given: Given) -> float:
    key, constant = "run_of_river", 0.0
    for k, rating in enumerate(given[f"{key}.rating"].values):
        constant += float(given[f"{key}.fixed_om"].values[k, 0] * rating)
        most = _series(given[f"{key}.availability"][k])
        network.add("Generator", f"{key} {k}", bus="city", p_nom=rating, p_max_pu=most)
    return constant


def _exchange(network: pypsa.Network, given: Given) -> None:
    key = "grid_exchange"
    for k, kept in enumerate(given[f"{key}.kept"].values):
        for way, sign, price in (
            ("import", 1, given[f"{key}.import_price"][k] / kept),
            ("export", -1, -given[f"{key}.export_price"][k] * kept),
        ):
            limit = float(given[f"{key}.{way}_limit"].values[k, 0])
            cost = 1e-6 * _series(price)
            network.add("Generator", f"{way} {k}", bus="city", sign=sign, p_nom=limit, marginal_cost=cost)
    for k, lost in enumerate(given["unserved.value_of_lost_load"].values):
        network.add("Generator", f"unserved {k}", bus="city", p_nom=ENDLESS_MW, marginal_cost=1e-6 * float(lost))
