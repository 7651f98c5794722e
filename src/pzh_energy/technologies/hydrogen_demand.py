r"""Hydrogen demand by use: a yearly amount that must arrive window by window, whenever within each window it suits.

Equations
---------
.. math::
    R_{ipwt} = k_{it}\, R_{ipw,t-1} + \Delta_t\, (s_{ipwt} + u_{ipwt}) \qquad\text{(delivery_count)}

    e_{it}\, W_{ipt} \le R_{ipwt} \le W_{ipt}, \qquad W_{ipt} = \sum_{t' \in \omega(t)} \Delta_{t'}\, d_{ip}

the second as bounds of the variable.

Symbols
-------
s  `supply`, hydrogen delivered to the users [MW, lower heating value]; u  `unserved`, hydrogen that will not be
delivered [MW]; R  `counted`, what the window has been given so far, delivered or written off [MWh]; d  `mean_demand`,
even over the year [MW]; ω(t)  the window step t belongs to, W  `window_demand` [MWh]; k  `carried`, 0 in the first step
of a window and 1 in the others; e  1 in the last step of a window, 0 in the others, e·W  `due` [MWh]; Δ  hours of the
step.

The counter starts from nothing in every window, cannot fall, may never pass the window's demand and must have reached
it in the window's last step. Less the demand so far it is the users' running account, ahead or behind, settled at
every window's end: within a window supply is free, between windows nothing is carried over.

Assumptions
-----------
Demand is even over the year: the window demand is in proportion to its hours. A window is a buffer at the users' own
cost (tanks of vehicles and of stations for `day`, a contract for `year`): a longer one is a free store of that length.
Windows are `hour`, `day`, `week` from 1 January (the 365th day belongs to the last week) and `year`. A step belongs to
the window in which it starts, and its demand with it. A step longer than the window is a window of its own, so that a
coarse time axis hides what happens inside a step, as it does for everything else.
Unserved hydrogen is paid for at `unserved_penalty`. Demand, not supply, stands in the ledger, beside the unserved part:
a share of demand cannot be raised by not serving. A use without any demand in the horizon is left out.
No disposal: what is made is delivered, stored, boiled off or turned back into electricity.
Sources: data package, table `hydrogen_demand`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.domain.units import HOURS_PER_YEAR, MWH_PER_TONNE_HYDROGEN
from pzh_energy.inputs.calendar import HOURS_PER_DAY, Calendar
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results

TABLE = "hydrogen_demand"
WINDOW_HOURS = {"hour": 1, "day": HOURS_PER_DAY, "week": 7 * HOURS_PER_DAY, "year": HOURS_PER_YEAR}


class Options(TechnologySpec):
    """Options of hydrogen demand: none beyond on and off."""


class HydrogenDemand:
    """Users of hydrogen."""

    key = "hydrogen_demand"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        TABLE: (
            Parameter("bus", "text", "bus the users are connected to"),
            Parameter("demand", "kt/yr", "hydrogen needed in a year", "linear"),
            Parameter(
                "delivery_window", "text", "time within which supply may be shifted", choices=tuple(WINDOW_HOURS)
            ),
            Parameter("unserved_penalty", "CNY/kg", "penalty for hydrogen not delivered", minimum=0.01),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare supply, unserved hydrogen and their counter; post demand, what is unserved and its penalty."""
        system.check_references(TABLE, "bus", system.buses)
        demand = mean_demand(system)
        used = np.asarray(demand.any(axis=1))
        members = block.members(
            "use", [i for i, wanted in zip(system.items(TABLE), used.tolist(), strict=True) if wanted]
        )
        m = block.model.pyomo
        over = (members, *block.model.operation)
        block.parameter("mean_demand", (members, m.period), demand[used], "MW", "demand, even over the year")
        supply = block.variable("supply", over, "MW", "hydrogen delivered")
        unserved = block.variable("unserved", over, "MW", "demand not served")
        _add_counter(
            block, members, windows(system)[used], demand[used], lambda *index: supply[index] + unserved[index]
        )
        at = block.at_bus(members, system.text(TABLE, "bus"))
        block.post(
            "hydrogen",
            "demand",
            -1,
            over,
            lambda i, p, w, t: supply[i, p, w, t] + unserved[i, p, w, t],
            "demand, when it is met or written off",
            {"consumption"},
            at,
        )
        block.post(
            "hydrogen",
            "unserved",
            +1,
            over,
            lambda i, p, w, t: unserved[i, p, w, t],
            "demand not served",
            {"unserved"},
            at,
        )
        per_kg = system.number(TABLE, "unserved_penalty")[used]
        penalty = block.parameter("unserved_penalty", (members,), per_kg, "CNY/kg", "penalty")
        block.post(
            "cost",
            "penalty",
            +1,
            over,
            lambda i, p, w, t: 1e-3 * penalty[i] / MWH_PER_TONNE_HYDROGEN * m.hours[t] * unserved[i, p, w, t],
            "penalty for hydrogen not delivered",
            {"penalty"},
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`served` and `not_served` [kt/yr] (use, period)."""
        per_kt = 1e3 * MWH_PER_TONNE_HYDROGEN
        served = results.yearly(results["hydrogen_demand.supply"]) / per_kt
        missing = results.yearly(results["hydrogen_demand.unserved"]) / per_kt
        return {
            "served": served.assign_attrs(units="kt/yr", long_name="hydrogen delivered"),
            "not_served": missing.assign_attrs(units="kt/yr", long_name="hydrogen not delivered"),
        }

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Every window is given its demand, counted in hours of the table's rate from the flows alone."""
        given = (results["hydrogen_demand.supply"] + results["hydrogen_demand.unserved"]) * results["hours"]
        hours = results["hours"].values
        for item, rate, numbers in zip(system.items(TABLE), mean_demand(system), windows(system), strict=True):
            if not rate.any():
                continue
            flows = given.sel({given.dims[0]: item}).values
            totals = np.apply_along_axis(lambda x, n: np.bincount(n, x), -1, flows, numbers)
            wanted = rate[:, None, None] * np.bincount(numbers, hours)
            size = 1e-6 * max(1.0, float(wanted.max()))
            yield Check(f"hydrogen for {item}, window by window", float(abs(totals - wanted).max()), size, "MWh")


def _add_counter(block: Block, members: Any, numbers: np.ndarray, demand: np.ndarray, given: Any) -> None:
    """Declare the counter of every window and its row.

    numbers: window of each step (n, T); demand (n, P) [MW]; given: expression of what a step is given [MW].
    """
    m = block.model.pyomo
    over = (members, *block.model.operation)
    hours = block.model.calendar.hours
    first, last = ends(numbers)
    length = np.array([np.bincount(row, hours)[row] for row in numbers]).reshape(numbers.shape)
    carried = block.parameter("carried", (members, m.timestep), 1.0 - first, "1", "0 where a window begins")
    total = demand[:, :, None] * length[:, None, :]
    limit = block.parameter("window_demand", (members, m.period, m.timestep), total, "MWh", "demand of the window")
    due = block.parameter(
        "due", (members, m.period, m.timestep), total * last[:, None, :], "MWh", "demand of a window that ends"
    )
    counted = block.variable(
        "counted", over, "MWh", "given to the window so far", lambda b, i, p, w, t: (due[i, p, t], limit[i, p, t])
    )
    block.constraint(
        "delivery_count",
        over,
        lambda b, i, p, w, t: (
            counted[i, p, w, t] == carried[i, t] * counted[i, p, w, m.previous[t]] + m.hours[t] * given(i, p, w, t)
        ),
        "MWh",
        "what a window was given so far",
    )


def mean_demand(system: SystemData) -> np.ndarray:
    """Demand (n, P) [MW, lower heating value], even over the year."""
    return system.number(TABLE, "demand") * 1e3 * MWH_PER_TONNE_HYDROGEN / HOURS_PER_YEAR


def windows(system: SystemData) -> np.ndarray:
    """Number of the window (n, T) in which each step starts, for every use, from 0 and without gaps."""
    lengths = [WINDOW_HOURS[window] for window in system.text(TABLE, "delivery_window").values()]
    return np.array([window_of_step(system.calendar, length) for length in lengths], np.int64).reshape(
        len(lengths), len(system.calendar.timesteps)
    )


def window_of_step(calendar: Calendar, length: int) -> np.ndarray:
    """Number of the window (T,) in which each step starts, from 0 without gaps; the last full one takes the rest."""
    window = np.minimum(calendar.edges[:-1] // length, HOURS_PER_YEAR // length - 1)
    return np.asarray(np.unique(window, return_inverse=True)[1])


def ends(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """1.0 at the first and at the last step of each window, (n, T) each, 0.0 elsewhere."""
    changes = numbers[:, 1:] != numbers[:, :-1]
    edge = np.ones((len(numbers), 1), bool)
    return np.hstack([edge, changes]).astype(float), np.hstack([changes, edge]).astype(float)
