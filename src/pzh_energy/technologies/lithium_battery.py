r"""Lithium battery: energy capacity is built, its power follows from a least duration.

Equations
---------
Capacity: `modeling/capacity.py`, energy capacity in MWh. Operation: `modeling/storage.py` with one converter of

.. math::
    P_{ip} = O_{ip} / h_i

Symbols
-------
O  `operating_energy_capacity` [MWh]; h  `minimum_duration`, hours the battery gives its full power [h]; P  power of the
converter [MW].

Assumptions
-----------
Costs are those of the whole system per kWh, with inverter, balance of plant and construction, at `minimum_duration`; a
battery that runs at less than its full power costs the same. The energy capacity is what may be used; what ageing takes
is part of the lifetime, and cycles cost nothing beyond it. Sources: data package, table `lithium_battery`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import xarray as xr

from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.capacity import FIXED_OM_SHARE, add_capacity, investment_of, investment_parameters
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.storage import STORAGE_PARAMETERS, add_storage, storage_checks, storage_data, storage_series

TABLE = "lithium_battery"


class Options(TechnologySpec):
    """Options of the lithium battery: none beyond on and off."""


class LithiumBattery:
    """Battery of which the energy capacity is built."""

    key = "lithium_battery"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        TABLE: (
            *STORAGE_PARAMETERS,
            *investment_parameters(unit="MWh", cost_unit="CNY/kWh"),
            FIXED_OM_SHARE,
            Parameter("minimum_duration", "h", "hours the battery gives its full power", minimum=0.1),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare energy capacity and operation of every battery, post power, capacity and cost."""
        members = block.members("unit", system.items(TABLE))
        system.check_references(TABLE, "bus", system.buses)
        m = block.model.pyomo
        history = system.scenario.horizon.history_until
        energy = add_capacity(block, members, investment_of(system, TABLE), history, "energy_capacity", "MWh")
        hours = block.parameter(
            "minimum_duration", (members,), system.number(TABLE, "minimum_duration"), "h", "hours at full power"
        )
        add_storage(
            block,
            members,
            storage_data(system, TABLE),
            block.at_bus(members, system.text(TABLE, "bus")),
            lambda i, p: energy.operating[i, p],
            converter=lambda i, p: energy.operating[i, p] / hours[i],
            tags={"lithium_battery"},
        )
        tags = {"storage", "lithium_battery"}
        yearly = (members, m.period)
        block.post(
            "capacity", "power", +1, yearly, lambda i, p: energy.year_end[i, p] / hours[i], "power at year end", tags
        )
        block.post(
            "storage_energy", "energy", +1, yearly, lambda i, p: energy.year_end[i, p], "energy at year end", tags
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`capacity` [MW] at year end (unit, period); `losses` [MW] and `full_cycles` [1/yr] of the storage."""
        power = results[f"{self.key}.energy_capacity"] / results[f"parameter.{self.key}.minimum_duration"]
        return {
            "capacity": power.assign_attrs(units="MW", long_name="power at year end"),
            **storage_series(results, self.key, results[f"{self.key}.operating_energy_capacity"]),
        }

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """The content, recomputed."""
        return storage_checks(results, self.key)
