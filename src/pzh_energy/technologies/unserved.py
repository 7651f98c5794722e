r"""Unserved energy: demand that is not met, at the value of lost load. It keeps a short system solvable and visible.

Symbols
-------
u  `power`, demand not served on each bus [MW], at most the load on that bus is useful and none is free.

Assumptions
-----------
One value of lost load for every hour and user. Sources: data package, table `unserved`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results


class Options(TechnologySpec):
    """Options of unserved energy: none beyond on and off."""


class Unserved:
    """Demand that is not met."""

    key = "unserved"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        "unserved": (
            Parameter("bus", "text", "bus whose demand may go unserved"),
            Parameter("value_of_lost_load", "CNY/MWh", "penalty for energy not served", minimum=1.0),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare unserved power per item, post it to the bus and its penalty to the cost."""
        members = block.members("unit", system.items("unserved"))
        system.check_references("unserved", "bus", system.buses)
        m = block.model.pyomo
        over = (members, *block.model.operation)
        power = block.variable("power", over, "MW", "demand not served")
        penalty = block.parameter(
            "value_of_lost_load", (members,), system.number("unserved", "value_of_lost_load"), "CNY/MWh", "penalty"
        )
        at = block.at_bus(members, system.text("unserved", "bus"))
        block.post(
            "electricity",
            "power",
            +1,
            over,
            lambda i, p, w, t: power[i, p, w, t],
            "demand not served",
            {"unserved"},
            at,
        )
        block.post(
            "cost",
            "penalty",
            +1,
            over,
            lambda i, p, w, t: 1e-6 * m.hours[t] * penalty[i] * power[i, p, w, t],
            "penalty for energy not served",
            {"penalty"},
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """Nothing."""
        return {}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """No more energy is left unserved than is asked for: beyond that it would be made up and sold."""
        lost: dict[str, np.ndarray] = {}
        asked: dict[str, np.ndarray] = {}
        for tag, by_bus in (("unserved", lost), ("consumption", asked)):
            for entry in results.ledger("electricity", tag):
                # plain arrays: entries of a balance lie over members and every dimension of operation, in this order
                for member, power in zip(entry.members, entry.values, strict=True):
                    if member in entry.bus_of:
                        bus = entry.bus_of[member]
                        by_bus[bus] = by_bus.get(bus, 0.0) + power
        for bus, power in lost.items():
            load = asked.get(bus, np.zeros_like(power))
            excess, scale = float((power - load).max()), max(1.0, float(load.max()))
            remedy = "The value of lost load lies below a price at which energy can be sold."
            yield Check(f"no more unserved than asked on {bus}", max(excess, 0.0), 1e-6 * scale, "MW", remedy)
