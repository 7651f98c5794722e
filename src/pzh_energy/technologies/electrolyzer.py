r"""Electrolysers: electricity to hydrogen, with a part-load floor and stacks that wear out before the plant does.

Equations
---------
Capacity: `modeling/capacity.py`.

.. math::
    x_{ipwt} \le n_{ipwt} \qquad\text{(input_limit)}

    n_{ipwt} \le O_{ip} \qquad\text{(online_limit)}

    x_{ipwt} \ge f_i\, n_{ipwt} \qquad\text{(part_load)}

    n_{ipwt} \ge \mu_i\, O_{ip} \qquad\text{(minimum_running)}

    h_{ipwt} = \frac{33.33}{q_{ip}}\, x_{ipwt}, \qquad
    c_{ip} = 10^3\, \sigma_i\, C_{ip} \max\Bigl(0, \frac{1}{L_{ip}} - \frac{1}{8760\, y_{ip}}\Bigr)

Symbols
-------
x  `input`, electricity drawn [MW]; n  `online`, capacity that is switched on [MW]; O  `operating_capacity` [MW of
electric input]; h  hydrogen put on the bus [MW, lower heating value]; f  `minimum_load` of what is on [1];
μ  `minimum_online`, share of the capacity that is never switched off [1]; q  `electricity_use` [kWh/kg];
c  `stack_wear`, charged for every hour of every MW online [CNY/MWh]; σ  share of the stack in the overnight cost C [1,
CNY/kW]; L  stack life [h]; y  lifetime of the plant [yr].

Assumptions
-----------
Part load is a linear relaxation: any fraction of the capacity can be on. As long as all of it may be switched off the
floor costs nothing (online follows the input); it binds where a share of the plant is kept on, `minimum_online`.
Electricity use is that of the period, for old and new plant alike: vintages are not told apart in operation.
The first stack is part of the overnight cost. Later ones are charged by the hour, at the rate that is exact for a plant
that runs through all its life; one that runs less pays somewhat too much, at most c for every hour online.
Hydrogen leaves at the pressure of the plant (about 1.6 to 3 MPa); compressing it is left to storage. No start cost.
Hydrogen counts as green by its process; where the electricity comes from is not followed.
Sources: data package, table `electrolyzer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.domain.units import HOURS_PER_YEAR, MWH_PER_TONNE_HYDROGEN
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.capacity import FIXED_OM_SHARE, INVESTMENT_PARAMETERS, add_capacity, investment_of
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results


class Options(TechnologySpec):
    """Options of electrolysers: none beyond on and off."""


class Electrolyzer:
    """Electricity to hydrogen."""

    key = "electrolyzer"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        "electrolyzer": (
            Parameter("bus", "text", "bus the plant draws from and feeds"),
            Parameter(
                "electricity_use",
                "kWh/kg",
                "electricity for one kg of hydrogen, which holds 33.33 kWh",
                "linear",
                minimum=MWH_PER_TONNE_HYDROGEN,
            ),
            Parameter("minimum_load", "1", "least input of what is switched on", default=0.0, maximum=1.0),
            Parameter("minimum_online", "1", "share of capacity never switched off", default=0.0, maximum=1.0),
            Parameter("stack_life", "h", "hours of operation a stack lasts", "linear", minimum=1.0),
            Parameter("stack_share", "1", "share of the stack in the overnight cost", default=0.0, maximum=1.0),
            *INVESTMENT_PARAMETERS,
            FIXED_OM_SHARE,
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare capacity and operation, post electricity, hydrogen, capacity and wear."""
        table = "electrolyzer"
        members = block.members("unit", system.items(table))
        system.check_references(table, "bus", system.buses)
        capacity = add_capacity(block, members, investment_of(system, table), system.scenario.horizon.history_until)
        inflow, online = _add_operation(block, members, capacity.operating, system)
        m = block.model.pyomo
        over = (members, *block.model.operation)
        use = block.parameter(
            "electricity_use", (members, m.period), system.number(table, "electricity_use"), "kWh/kg", "electricity use"
        )
        at = block.at_bus(members, system.text(table, "bus"))
        block.post(
            "electricity",
            "input",
            -1,
            over,
            lambda i, p, w, t: inflow[i, p, w, t],
            "electricity for electrolysis",
            {"electrolysis", "hydrogen_chain"},
            at,
        )
        block.post(
            "hydrogen",
            "output",
            +1,
            over,
            lambda i, p, w, t: MWH_PER_TONNE_HYDROGEN / use[i, p] * inflow[i, p, w, t],
            "hydrogen from electrolysis",
            {"electrolysis", "green"},
            at,
        )
        block.post(
            "capacity",
            "capacity",
            +1,
            (members, m.period),
            lambda i, p: capacity.year_end[i, p],
            "electric input at year end",
            {"electrolyzer"},
        )
        wear = block.parameter("stack_wear", (members, m.period), stack_wear(system), "CNY/MWh", "stack wear per hour")
        block.post(
            "cost",
            "stack_wear",
            +1,
            over,
            lambda i, p, w, t: 1e-6 * m.hours[t] * wear[i, p] * online[i, p, w, t],
            "stacks replaced within the life of the plant",
            {"variable_om"},
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`hydrogen` [kt/yr] (unit, period)."""
        made = results.yearly(results["ledger.hydrogen.electrolyzer.output"]) / MWH_PER_TONNE_HYDROGEN * 1e-3
        return {"hydrogen": made.assign_attrs(units="kt/yr", long_name="hydrogen from electrolysis")}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Tonnes made times the use per tonne, from the table, are the electricity drawn over the year."""
        use = results["electrolyzer.hydrogen"].copy(data=system.number("electrolyzer", "electricity_use"))
        drawn = results.yearly(results["electrolyzer.input"])
        gap = abs(1e3 * results["electrolyzer.hydrogen"] * use - drawn)
        yield Check("electrolysis: hydrogen made of electricity", float(gap.max()), 1e-6 * _size(drawn), "MWh/yr")


def _add_operation(block: Block, members: Any, operating: Any, system: SystemData) -> tuple[Any, Any]:
    """Declare input and online with their four rows; both over (members, period, weather, timestep) [MW]."""
    over = (members, *block.model.operation)
    table = "electrolyzer"
    floor = block.parameter("minimum_load", (members,), system.number(table, "minimum_load"), "1", "part-load floor")
    least = system.number(table, "minimum_online")
    never_off = block.parameter("minimum_online", (members,), least, "1", "share never switched off")
    inflow = block.variable("input", over, "MW", "electricity drawn")
    online = block.variable("online", over, "MW", "capacity switched on")
    block.constraint(
        "input_limit",
        over,
        lambda b, i, p, w, t: inflow[i, p, w, t] <= online[i, p, w, t],
        "MW",
        "input stays within what is switched on",
    )
    block.constraint(
        "online_limit",
        over,
        lambda b, i, p, w, t: online[i, p, w, t] <= operating[i, p],
        "MW",
        "no more is switched on than there is",
    )
    block.constraint(
        "part_load",
        over,
        lambda b, i, p, w, t: inflow[i, p, w, t] >= floor[i] * online[i, p, w, t],
        "MW",
        "what is switched on draws at least its floor",
    )
    kept = block.members("kept_on", [i for i, share in zip(members, least, strict=True) if share > 0], within=members)
    block.constraint(
        "minimum_running",
        (kept, *block.model.operation),
        lambda b, i, p, w, t: online[i, p, w, t] >= never_off[i] * operating[i, p],
        "MW",
        "a share of the plant is never switched off",
    )
    return inflow, online


def stack_wear(system: SystemData) -> np.ndarray:
    """Cost (n, P) [CNY/MWh] of one MW online for one hour: later stacks, spread over a life of full use."""
    table = "electrolyzer"
    stack_cost = 1e3 * system.number(table, "stack_share")[:, None] * system.number(table, "capex")
    whole_life = HOURS_PER_YEAR * system.number(table, "lifetime")
    return np.asarray(stack_cost * np.maximum(0.0, 1 / system.number(table, "stack_life") - 1 / whole_life))


def _size(amount: xr.DataArray) -> float:
    """Largest of an amount, at least 1: what a difference is compared with."""
    return max(1.0, float(abs(amount).max()))
