r"""Photovoltaics, utility and rooftop: costs per DC kW, capacities as the statistics count them, per AC kW.

Equations
---------
Capacity: `modeling/capacity.py`. Operation: `modeling/variable_generation.py`, with the availability per AC kW

.. math::
    \alpha_{iwh} = \min(1,\; \rho_i\, y_{iwh})

taken hour by hour before any aggregation.

Symbols
-------
ρ  `dc_ac_ratio`, DC rating over AC (inverter) rating [1]; y  series named by `availability_series`, AC output per DC kW
[1]. Every capacity of this block, `new_capacity` included, is AC; `capex` and `fixed_om_per_kw` of the table are per
DC kW and are multiplied by ρ.

Assumptions
-----------
The inverter cuts off what exceeds its rating. Degradation (about 0.5 %/yr) is left out: the availability series is
the mean over the life of a plant. Sources: data package, table `solar_pv`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.capacity import FIXED_OM_PER_KW, INVESTMENT_PARAMETERS, add_capacity, investment_of
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.variable_generation import (
    GENERATION_PARAMETERS,
    add_variable_generation,
    curtailment,
    hourly_availability,
)


class Options(TechnologySpec):
    """Options of photovoltaics: none beyond on and off."""


class SolarPv:
    """Utility and rooftop photovoltaics."""

    key = "solar_pv"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        "solar_pv": (
            *GENERATION_PARAMETERS,
            *INVESTMENT_PARAMETERS,
            FIXED_OM_PER_KW,
            Parameter("dc_ac_ratio", "1", "DC rating over AC rating", minimum=0.5, maximum=3.0),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare capacity and generation of every class, post power, capacity and cost."""
        members = block.members("unit", system.items("solar_pv"))
        system.check_references("solar_pv", "bus", system.buses)
        ratio = system.number("solar_pv", "dc_ac_ratio")
        per_ac = np.minimum(1.0, hourly_availability(system, "solar_pv") * ratio[:, None, None])
        capacity = add_capacity(
            block, members, investment_of(system, "solar_pv", rating=ratio), system.scenario.horizon.history_until
        )
        add_variable_generation(
            block,
            members,
            capacity.operating,
            system.calendar.mean(per_ac),
            system.number("solar_pv", "variable_om"),
            system.text("solar_pv", "bus"),
            {"solar_pv"},
        )
        m = block.model.pyomo
        block.parameter("dc_ac_ratio", (members,), ratio, "1", "DC rating over AC rating")
        block.post(
            "capacity",
            "capacity",
            +1,
            (members, m.period),
            lambda i, p: capacity.year_end[i, p],
            "installed at year end, AC",
            {"solar_pv", "clean", "statistical", "physical"},
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`curtailment` [MW] (unit, period, weather, timestep) and `capacity_dc` [MW DC] (unit, period)."""
        direct = (results["solar_pv.capacity"] * results["parameter.solar_pv.dc_ac_ratio"]).assign_attrs(
            units="MW", long_name="installed at year end, DC"
        )
        return {"curtailment": curtailment(results, self.key), "capacity_dc": direct}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Nothing beyond the general checks."""
        return ()
