r"""Electricity demand: yearly energy of each user group times an hourly profile; it must be served (see `unserved`).

Equations
---------
.. math::
    d_{ipwt} = \frac{10^6\, E_{ip}}{8760}\, \frac{\ell_{iwt}}{\bar\ell_{iw}},
    \qquad E_{ip} = E_{i,0} \prod_{y = y_0 + 1}^{p} (1 + g_{iy})

Symbols
-------
d  parameter `load` [MW]; E  yearly energy [TWh], E₀ in the base year y₀; g  growth of the year [1/yr];
ℓ  series named by `load_series`, ℓ̄ its yearly mean [1].

Assumptions
-----------
Demand is exogenous and the shape of the year does not change with the years. For a year before the base year the
growth is applied backwards. Sources: data package, table `electricity_demand`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.domain.errors import Problems
from pzh_energy.domain.units import HOURS_PER_YEAR, MWH_PER_TWH
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results


class Options(TechnologySpec):
    """Options of electricity demand: none beyond on and off."""


class ElectricityDemand:
    """Demand that follows a profile."""

    key = "electricity_demand"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        "electricity_demand": (
            Parameter("bus", "text", "bus the users are connected to"),
            Parameter("load_series", "text", "hourly series of the load's shape"),
            Parameter("base_energy", "TWh", "energy used in the base year"),
            Parameter("base_year", "year", "year of the base energy"),
            Parameter("growth", "1/yr", "growth over the year before", "step", minimum=-0.5, maximum=1.0),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Post the load of every user group to its bus."""
        members = block.members("user", system.items("electricity_demand"))
        system.check_references("electricity_demand", "bus", system.buses)
        over = (members, *block.model.operation)
        load = block.parameter("load", over, hourly_load(system), "MW", "electricity demand")
        at = block.at_bus(members, system.text("electricity_demand", "bus"))
        block.post("electricity", "load", -1, over, lambda i, p, w, t: load[i, p, w, t], "demand", {"consumption"}, at)

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """Nothing."""
        return {}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Nothing beyond the general checks."""
        return ()


def yearly_energy(system: SystemData) -> np.ndarray:
    """Energy (n, P) [TWh] of every user group in every period's year."""
    table = system.tables["electricity_demand"]
    years = [int(y) for y in table["year"].values]
    growth = system.number("electricity_demand", "growth")
    problems = Problems()
    energy = np.zeros((growth.shape[0], len(system.calendar.periods)))
    for k, item in enumerate(system.items("electricity_demand")):
        base, base_year = float(table["base_energy"].values[k]), int(table["base_year"].values[k])
        if not years[0] - 1 <= base_year <= years[-1]:
            where = f"electricity_demand.csv {item}.base_year"
            problems.add(where, f"growth is not known from {base_year} on.", f"State growth from {base_year + 1} on.")
            continue
        level = np.concatenate([[1.0], np.cumprod(1 + growth[k])])
        position = {year: n for n, year in enumerate([years[0] - 1, *years])}
        energy[k] = [base * level[position[p]] / level[position[base_year]] for p in system.calendar.periods]
    problems.raise_if_any()
    return energy


def hourly_load(system: SystemData) -> np.ndarray:
    """Load (n, P, W, T) [MW]; InputError for a shape with a negative hour, or one of nothing but zeros."""
    energy = yearly_energy(system)
    problems = Problems()
    shapes = []
    for item, name in system.text("electricity_demand", "load_series").items():
        where = f"electricity_demand.csv {item}.load_series"
        shape = system.hourly(name, "1", where)
        mean = shape.mean(axis=-1, keepdims=True)
        if shape.min() < 0 or not np.all(mean > 0):
            problems.add(where, f"series {name} has negative hours, or none above zero.", "Correct the series.")
            continue
        shapes.append(system.calendar.mean(shape / mean))
    problems.raise_if_any()
    return np.asarray(energy[:, :, None, None] * MWH_PER_TWH / HOURS_PER_YEAR * np.stack(shapes)[:, None])
