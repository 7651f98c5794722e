r"""Hydrogen storage: pressure vessels that cost compression, and liquid tanks that cost liquefaction and boil off.

Equations
---------
Capacity: `modeling/capacity.py`, with the name `energy_capacity`. Content, losses and limits: `modeling/storage.py`, on
the hydrogen bus, with

.. math::
    \eta^{c} = \eta^{d} = 1, \qquad \sigma_i = 1 - (1 - \beta_i)^{1/24}, \qquad
    P^{c}_{ip} = \bar E_{ip} / \tau^{c}_i, \qquad P^{d}_{ip} = \bar E_{ip} / \tau^{d}_i

and on the electricity bus a load of :math:`q_{ip}\, c_{ipwt} / 33.33`.

Symbols
-------
c  `charge`, hydrogen taken off the bus [MW, lower heating value], d  `discharge`, put back; Ē
`operating_energy_capacity` [MWh, lower heating value]; β  `boil_off`, share of the content lost in a day [1];
τ  `charge_hours`, `discharge_hours`, time for which the full content flows at the largest rate [h];
q  `charging_electricity`, for compression or liquefaction [kWh/kg].

Assumptions
-----------
The table speaks of tonnes and CNY/kg, the program of MWh: 1 t is 33.33 MWh. Compressor or liquefier belong to the store
and are sized with it by `charge_hours`; their cost is in the cost per kg. Nothing is gained back when hydrogen is
expanded or evaporated. What boils off is lost, not burned. Compression takes the same electricity at every pressure of
the vessel. Evaporating liquid for the bus costs nothing. No start cost of the liquefier, which in reality likes to run.
Sources: data package, table `hydrogen_storage`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.domain.units import MWH_PER_TONNE_HYDROGEN
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.capacity import (
    FIXED_OM_SHARE,
    Investment,
    add_capacity,
    investment_of,
    investment_parameters,
)
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.storage import StorageData, add_storage, positive, storage_checks, storage_series


class Options(TechnologySpec):
    """Options of hydrogen storage: none beyond on and off."""


class HydrogenStorage:
    """Hydrogen kept under pressure or as a liquid."""

    key = "hydrogen_storage"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        "hydrogen_storage": (
            Parameter("bus", "text", "bus the store is connected to"),
            Parameter("charging_electricity", "kWh/kg", "compression or liquefaction", "linear"),
            Parameter("boil_off", "%/day", "share of the content lost in a day", default=0.0, maximum=99.0),
            Parameter("charge_hours", "h", "time to fill an empty store at the largest rate"),
            Parameter("discharge_hours", "h", "time to empty a full store at the largest rate"),
            *investment_parameters(unit="t", cost_unit="CNY/kg"),
            FIXED_OM_SHARE,
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare capacity and content, post hydrogen and the electricity of charging."""
        table = "hydrogen_storage"
        members = block.members("store", system.items(table))
        system.check_references(table, "bus", system.buses)
        positive(system, table, "charge_hours", "discharge_hours")
        m = block.model.pyomo
        capacity = add_capacity(
            block, members, energy_investment(system), system.scenario.horizon.history_until, "energy_capacity", "MWh"
        )
        filling, emptying = (
            block.parameter(name, (members,), 1 / system.number(table, hours), "1/h", "largest rate over content")
            for name, hours in (("charge_rate", "charge_hours"), ("discharge_rate", "discharge_hours"))
        )
        at = block.at_bus(members, system.text(table, "bus"))
        storage = add_storage(
            block,
            members,
            losses(system),
            at,
            lambda i, p: capacity.operating[i, p],
            charging=lambda i, p: filling[i] * capacity.operating[i, p],
            discharging=lambda i, p: emptying[i] * capacity.operating[i, p],
            ledger="hydrogen",
            tags={"hydrogen_storage"},
        )
        use = block.parameter(
            "charging_electricity",
            (members, m.period),
            system.number(table, "charging_electricity"),
            "kWh/kg",
            "compression or liquefaction",
        )
        block.post(
            "electricity",
            "charging_electricity",
            -1,
            (members, *block.model.operation),
            lambda i, p, w, t: use[i, p] / MWH_PER_TONNE_HYDROGEN * storage.charge[i, p, w, t],
            "electricity for compression and liquefaction",
            {"compression", "hydrogen_chain"},
            at,
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`losses` [MW] (store, period, weather, timestep), `full_cycles` [1/yr], `tonnes` [t] (store, period)."""
        tonnes = results["hydrogen_storage.energy_capacity"] / MWH_PER_TONNE_HYDROGEN
        return {
            **storage_series(results, self.key, results["hydrogen_storage.operating_energy_capacity"]),
            "tonnes": tonnes.assign_attrs(units="t", long_name="hydrogen held at year end when full"),
        }

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """The content hour by hour; and over the year what goes in comes out or boils off, by the table's rate."""
        yield from storage_checks(results, self.key)
        level = results["hydrogen_storage.storage_level"]
        taken, given = (results[f"hydrogen_storage.{name}"] * results["hours"] for name in ("charge", "discharge"))
        boil_off = system.number("hydrogen_storage", "boil_off")
        tight = taken.isel({taken.dims[0]: boil_off == 0}).sum("timestep")
        kept = given.isel({given.dims[0]: boil_off == 0}).sum("timestep")
        size = max(1.0, float(level.max()), float(taken.sum("timestep").max())) if level.size else 1.0
        gap = float(abs(tight - kept).max()) if tight.size else 0.0
        yield Check("hydrogen into tight stores comes out of them", gap, 1e-6 * size, "MWh/yr")


def energy_investment(system: SystemData) -> Investment:
    """Investment data per MWh (lower heating value), from a table in tonnes and CNY/kg; costs in CNY/kWh."""
    per_mwh = 1 / MWH_PER_TONNE_HYDROGEN
    table = investment_of(system, "hydrogen_storage", np.full(len(system.items("hydrogen_storage")), per_mwh))
    return replace(
        table,
        existing=table.existing / per_mwh,
        observed_build=table.observed_build / per_mwh,
        committed_build=table.committed_build / per_mwh,
        max_build=table.max_build / per_mwh,
        potential=table.potential / per_mwh,
        growth_seed=table.growth_seed / per_mwh,
    )


def losses(system: SystemData) -> StorageData:
    """No loss on the way in or out; the boil-off of a day as a standing loss of an hour."""
    boil_off = system.number("hydrogen_storage", "boil_off") / 100
    no_loss = np.ones((len(boil_off), len(system.calendar.periods)))
    return StorageData(no_loss, no_loss, 1 - (1 - boil_off) ** (1 / 24), np.zeros(len(boil_off)))
