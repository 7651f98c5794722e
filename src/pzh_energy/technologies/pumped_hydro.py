r"""Pumped hydro: power is built, the energy follows from the hours the upper reservoir lasts.

Equations
---------
Capacity: `modeling/capacity.py`. Operation: `modeling/storage.py` with one converter of the operating capacity and

.. math::
    \bar E_{ip} = h_i\, O_{ip}

Symbols
-------
O  `operating_capacity` [MW]; h  `duration`, hours of full output in the upper reservoir [h]; Ē  energy capacity [MWh].

Assumptions
-----------
Pumping and generating share the machine and have the same rating. Neither reservoir has inflow or evaporation of its
own. Nothing can be built before `first_year`, nor before the `lead_time` has passed. Sources: data package, table
`pumped_hydro`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import xarray as xr

from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.capacity import FIXED_OM_SHARE, INVESTMENT_PARAMETERS, add_capacity, investment_of
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.storage import STORAGE_PARAMETERS, add_storage, storage_checks, storage_data, storage_series

TABLE = "pumped_hydro"


class Options(TechnologySpec):
    """Options of pumped hydro: none beyond on and off."""


class PumpedHydro:
    """Pumped storage between two reservoirs of its own."""

    key = "pumped_hydro"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        TABLE: (
            *STORAGE_PARAMETERS,
            *INVESTMENT_PARAMETERS,
            FIXED_OM_SHARE,
            Parameter("duration", "h", "hours of full output in the upper reservoir", minimum=0.1),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare power and operation of every plant, post power, capacity and cost."""
        members = block.members("plant", system.items(TABLE))
        system.check_references(TABLE, "bus", system.buses)
        m = block.model.pyomo
        capacity = add_capacity(block, members, investment_of(system, TABLE), system.scenario.horizon.history_until)
        hours = block.parameter("duration", (members,), system.number(TABLE, "duration"), "h", "hours at full output")
        add_storage(
            block,
            members,
            storage_data(system, TABLE),
            block.at_bus(members, system.text(TABLE, "bus")),
            lambda i, p: hours[i] * capacity.operating[i, p],
            converter=lambda i, p: capacity.operating[i, p],
            tags={"pumped_hydro"},
        )
        tags = {"storage", "pumped_hydro"}
        yearly = (members, m.period)
        block.post("capacity", "power", +1, yearly, lambda i, p: capacity.year_end[i, p], "power at year end", tags)
        block.post(
            "storage_energy",
            "energy",
            +1,
            yearly,
            lambda i, p: hours[i] * capacity.year_end[i, p],
            "energy at year end",
            tags,
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`energy_capacity` [MWh] at year end (plant, period); `losses` [MW] and `full_cycles` [1/yr]."""
        hours = results[f"parameter.{self.key}.duration"]
        energy = results[f"{self.key}.capacity"] * hours
        return {
            "energy_capacity": energy.assign_attrs(units="MWh", long_name="energy at year end"),
            **storage_series(results, self.key, results[f"{self.key}.operating_capacity"] * hours),
        }

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """The content, recomputed."""
        return storage_checks(results, self.key)
