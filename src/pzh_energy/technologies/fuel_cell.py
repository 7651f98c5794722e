r"""Stationary fuel cells: hydrogen back to electricity.

Equations
---------
Capacity: `modeling/capacity.py`.

.. math::
    g_{ipwt} \le O_{ip} \qquad\text{(output_limit)}

    h_{ipwt} = g_{ipwt} / \eta_{ip}

Symbols
-------
g  `generation`, electricity put on the bus [MW]; O  `operating_capacity` [MW]; h  hydrogen taken off the bus [MW, lower
heating value]; η  `efficiency` on the lower heating value [1].

Assumptions
-----------
One efficiency at every load, that of the period for old and new plant alike; heat is not used; no start cost. What a
fuel cell takes is tagged `reconversion`, so that no hydrogen account counts it as delivered to a user.
Sources: data package, table `fuel_cell`.
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


class Options(TechnologySpec):
    """Options of fuel cells: none beyond on and off."""


class FuelCell:
    """Hydrogen to electricity."""

    key = "fuel_cell"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        "fuel_cell": (
            Parameter("bus", "text", "bus the plant draws from and feeds"),
            Parameter("efficiency", "1", "electricity per lower heating value", "linear", minimum=0.01, maximum=1.0),
            *INVESTMENT_PARAMETERS,
            FIXED_OM_SHARE,
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare capacity and generation, post hydrogen, electricity and capacity."""
        table = "fuel_cell"
        members = block.members("unit", system.items(table))
        system.check_references(table, "bus", system.buses)
        capacity = add_capacity(block, members, investment_of(system, table), system.scenario.horizon.history_until)
        m = block.model.pyomo
        over = (members, *block.model.operation)
        efficiency = block.parameter(
            "efficiency", (members, m.period), system.number(table, "efficiency"), "1", "electricity out of hydrogen"
        )
        generation = block.variable("generation", over, "MW", "electricity generated")
        block.constraint(
            "output_limit",
            over,
            lambda b, i, p, w, t: generation[i, p, w, t] <= capacity.operating[i, p],
            "MW",
            "output stays within the capacity",
        )
        at = block.at_bus(members, system.text(table, "bus"))
        block.post(
            "electricity",
            "generation",
            +1,
            over,
            lambda i, p, w, t: generation[i, p, w, t],
            "electricity from hydrogen",
            {"fuel_cell", "hydrogen_chain"},
            at,
        )
        block.post(
            "hydrogen",
            "input",
            -1,
            over,
            lambda i, p, w, t: generation[i, p, w, t] / efficiency[i, p],
            "hydrogen turned back into electricity",
            {"fuel_cell", "reconversion"},
            at,
        )
        block.post(
            "capacity",
            "capacity",
            +1,
            (members, m.period),
            lambda i, p: capacity.year_end[i, p],
            "electric output at year end",
            {"fuel_cell"},
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """Nothing."""
        return {}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Electricity generated over the year is the table's efficiency times the hydrogen taken."""
        generated = results.yearly(results["fuel_cell.generation"])
        taken = results.yearly(results["ledger.hydrogen.fuel_cell.input"])
        gap = abs(generated - taken * system.number("fuel_cell", "efficiency"))
        size = max(1.0, float(generated.max()))
        yield Check("fuel cell: electricity made of hydrogen", float(gap.max()), 1e-6 * size, "MWh/yr")
