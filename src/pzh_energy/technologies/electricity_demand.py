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
growth is applied backwards. The path holds the electrification of the reference; what the options of `end_uses` draw
comes on top, unless `contains_electrification` says that it is already in the path: then those options are refused.
Sources: data package, table `electricity_demand`.
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
from pzh_energy.modeling.growth import grown, growth_parameters
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
            *growth_parameters("base_energy", "TWh", "energy used"),
            Parameter(
                "contains_electrification",
                "text",
                "the path holds what the options of end_uses would draw",
                default="no",
                choices=("yes", "no"),
            ),
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
    return grown(system, "electricity_demand", "base_energy")


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
