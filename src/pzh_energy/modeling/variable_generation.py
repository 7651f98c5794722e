r"""Generation limited by a resource: output up to availability times operating capacity. Called by wind and PV.

Equations
---------
.. math::
    g_{ipwt} \le \alpha_{iwt}\, O_{ip} \qquad\text{(output_limit)}

Symbols
-------
g  `generation` [MW]; α  `availability`, output per MW of capacity if nothing is curtailed [1];
O  `operating_capacity` [MW]. The difference of the two sides is curtailment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.domain.errors import Problems
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results

GENERATION_PARAMETERS = (
    Parameter("bus", "text", "bus the plant feeds"),
    Parameter("availability_series", "text", "hourly series of output per MW of capacity"),
    Parameter("variable_om", "CNY/MWh", "variable operation and maintenance", default=0.0),
)


def hourly_availability(system: SystemData, table: str) -> np.ndarray:
    """Hourly series (n, weather, 8760) of every item of a table; InputError where one lies outside 0 … 1."""
    problems = Problems()
    series = []
    for item, name in system.text(table, "availability_series").items():
        where = f"{table}.csv {item}.availability_series"
        values = system.hourly(name, "1", where)
        if values.min() < 0 or values.max() > 1:
            problems.add(where, f"series {name} reaches {values.min():g} … {values.max():g}.", "It must stay in 0 … 1.")
        series.append(values)
    problems.raise_if_any()
    return np.stack(series)


def curtailment(results: Results, key: str) -> xr.DataArray:
    """What could have been generated minus what was [MW] (unit, period, weather, timestep)."""
    gap = results[f"ledger.available.{key}.generation"] - results[f"{key}.generation"]
    return gap.clip(min=0.0).assign_attrs(units="MW", long_name="curtailed power")


def add_variable_generation(
    block: Block,
    members: Any,
    operating_capacity: Any,
    availability: np.ndarray,
    variable_om: np.ndarray,
    bus_of: Mapping[str, str],
    tags: Iterable[str],
) -> Any:
    """Declare `generation` and its limit and post it; availability (n, W, T) [1], variable_om (n,) [CNY/MWh]."""
    m = block.model.pyomo
    over = (members, *block.model.operation)
    available = block.parameter(
        "availability", (members, m.weather, m.timestep), availability, "1", "output per MW of capacity"
    )
    generation = block.variable("generation", over, "MW", "output")
    block.constraint(
        "output_limit",
        over,
        lambda b, i, p, w, t: generation[i, p, w, t] <= available[i, w, t] * operating_capacity[i, p],
        "MW",
        "output stays within what the resource allows",
    )
    at = block.at_bus(members, bus_of)
    carried = {*tags, "variable_renewable", "non_fossil", "generation"}
    block.post("electricity", "generation", +1, over, lambda i, p, w, t: generation[i, p, w, t], "output", carried, at)
    block.post(
        "available",
        "generation",
        +1,
        over,
        lambda i, p, w, t: available[i, w, t] * operating_capacity[i, p],
        "output without curtailment",
        carried,
    )
    cost = block.parameter("variable_om", (members,), variable_om, "CNY/MWh", "variable operation and maintenance")
    if variable_om.any():
        block.post(
            "cost",
            "variable_om",
            +1,
            over,
            lambda i, p, w, t: 1e-6 * m.hours[t] * cost[i] * generation[i, p, w, t],
            "variable operation and maintenance",
            {"variable_om"},
        )
    return generation
