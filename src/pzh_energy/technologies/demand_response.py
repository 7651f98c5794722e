r"""Demand response: charging of vehicles and other load that may be shifted within a window of hours.

Equations
---------
.. math::
    c_{ipwt} = k_{it}\, c_{ipw,t-1} + \Delta_t\, x_{ipwt} \qquad\text{(window_energy)}

    (1 - s_i)\, d_{ipt} \le x_{ipwt} \le \bar x_{ip}, \qquad
    c_{ipwt} = \sum_{\tau \in \text{window}} \Delta_\tau\, d_{ip\tau} \quad\text{where a window ends}

the second line as bounds.

Symbols
-------
x  `power` taken [MW]; d  `planned_power`, what the users would take without a tariff [MW]; c  `consumed`, energy taken
since the window began, at the end of the step [MWh]; k  `carried`, 0 after a step in which a window ends, else 1;
s  `shiftable_share` [1]; x̄  largest power [MW]; Δ  hours of a step [h].
To the bus goes x − d where the electricity demand already contains the load (`contained_in_demand`), so that only the
difference is posted and the year's demand stays as it is; the whole of x where it does not.

Assumptions
-----------
A retail tariff is a transfer between users and the grid company: it is no cost of the system, but users follow it. With
`driver: tariff` the power is fixed beforehand as the users' own optimum against the tariff (cheapest hours of the
window first, up to the largest power), hour by hour, and averaged over the steps only then. With `driver: system_cost`
the program shifts the load for the least cost of the system, an idealisation: it stands for direct control. Nothing is
lost by shifting and comfort costs nothing. Every window takes its own energy; what is shifted is back when it ends. In
the second case a step that holds the end of a window ends it as a whole, so that load shifts only between steps that
lie within a window: steps longer than the window leave nothing to shift.

Sources
-------
Data package, table `demand_response`, hourly and monthly profiles named there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
import xarray as xr
from pydantic import Field

from pzh_energy.domain.errors import Problems
from pzh_energy.domain.units import MWH_PER_TWH
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.load_shape import FLAT
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.technologies._shifted_load import TABLE, ShiftedLoad, closing_steps, shifted_load

DEMAND = "electricity_demand"


class Options(TechnologySpec):
    """Options of demand response."""

    driver: Literal["tariff", "system_cost"] = Field(
        default="tariff", description="tariff: users follow the retail tariff; system_cost: the program shifts the load"
    )


class DemandResponse:
    """Load that may be shifted within a window."""

    key = "demand_response"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        TABLE: (
            Parameter("bus", "text", "bus the users are connected to"),
            Parameter("annual_energy", "TWh", "energy used in a year", "linear"),
            Parameter(
                "contained_in_demand", "text", "electricity demand holds it", default="yes", choices=("yes", "no")
            ),
            Parameter(
                "hourly_profile", "text", "hourly profile of the load before it is shifted, or flat", default=FLAT
            ),
            Parameter("monthly_profile", "text", "monthly profile of its mean power, or flat", default=FLAT),
            Parameter("window", "h", "length of the window within which it may be shifted", default=24.0, minimum=1.0),
            Parameter("window_start", "h", "hour of the day at which windows begin", default=0.0, maximum=23.0),
            Parameter("shiftable_share", "1", "share of each hour's energy that may be shifted", maximum=1.0),
            Parameter("power_limit", "1", "largest power relative to the mean of the year", minimum=1.0),
            Parameter("time_of_use_spread", "1", "peak and valley tariff relative to flat", default=0.0, maximum=1.0),
            Parameter("peak_hours", "text", "hours of the peak tariff, or none", default="none"),
            Parameter("valley_hours", "text", "hours of the valley tariff, or none", default="none"),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare the power taken, hold each window to its energy, and post the load to its bus."""
        members = block.members("load", system.items(TABLE))
        system.check_references(TABLE, "bus", system.buses)
        _check_contained(system)
        data = shifted_load(system)
        m = block.model.pyomo
        over = (members, *block.model.operation)
        dated = (members, m.period, m.timestep)
        free = spec.driver == "system_cost"
        planned = block.parameter("planned_power", dated, data.planned, "MW", "load before it is shifted")
        least = block.parameter("least_power", dated, data.least if free else data.answer, "MW", "least power")
        most = block.parameter("largest_power", dated, data.most if free else data.answer, "MW", "largest power")
        power = block.variable(
            "power",
            over,
            "MW",
            "load taken, pinned to the users' answer",
            lambda b, i, p, w, t: (least[i, p, t], most[i, p, t]),
        )
        if free:
            self._hold_windows(block, members, power, data)
        held = np.array([word == "yes" for word in system.text(TABLE, "contained_in_demand").values()], dtype=float)
        contained = block.parameter("contained", (members,), held, "1", "1 where the electricity demand contains it")
        block.post(
            "electricity",
            "load",
            -1,
            over,
            lambda i, p, w, t: power[i, p, w, t] - contained[i] * planned[i, p, t],
            "load beyond what the electricity demand contains of it, by being shifted",
            {"consumption", "demand_response"},
            block.at_bus(members, system.text(TABLE, "bus")),
        )

    def _hold_windows(self, block: Block, members: Any, power: Any, data: ShiftedLoad) -> None:
        """The running energy of each window and what is due when it ends."""
        m, before = block.model.pyomo, block.model.calendar.previous
        over = (members, *block.model.operation)
        dated = (members, m.period, m.timestep)
        ends = np.broadcast_to(data.closing[:, None, :], data.due.shape)
        kept = block.parameter(
            "carried", (members, m.timestep), 1.0 - data.closing[:, before], "1", "0 after the end of a window"
        )
        low = block.parameter("consumed_lower", dated, data.due, "MWh", "energy due where a window ends")
        high = block.parameter("consumed_upper", dated, np.where(ends, data.due, np.inf), "MWh", "the same")
        consumed = block.variable(
            "consumed",
            over,
            "MWh",
            "energy taken since the window began, at the end of the step",
            lambda b, i, p, w, t: (low[i, p, t], high[i, p, t]),
        )
        block.constraint(
            "window_energy",
            over,
            lambda b, i, p, w, t: (
                consumed[i, p, w, t] == kept[i, t] * consumed[i, p, w, m.previous[t]] + m.hours[t] * power[i, p, w, t]
            ),
            "MWh",
            "energy of a window adds up",
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`shift` [MW] (load, period, weather, timestep), power less planned; `shifted_energy` [TWh/yr], one way."""
        shift = results["demand_response.power"] - results["parameter.demand_response.planned_power"]
        moved = results.yearly(shift.clip(min=0.0)) / MWH_PER_TWH
        return {
            "shift": shift.assign_attrs(units="MW", long_name="load shifted to this step, negative: away from it"),
            "shifted_energy": moved.assign_attrs(units="TWh/yr", long_name="energy shifted between steps"),
        }

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """The year's energy is the planned one; if the program shifts, so is that of every window, from flows alone."""
        items, hours = system.items(TABLE), system.calendar.hours
        order = ("demand_response_load", "period", "weather", "timestep")
        shift = results["demand_response.shift"].transpose(*order).sel(demand_response_load=items).values * hours
        size = max(
            1.0, float((results["parameter.demand_response.planned_power"] * results["hours"]).sum("timestep").max())
        )
        yield Check("shifting keeps the year's energy", float(np.abs(shift.sum(axis=-1)).max()), 1e-6 * size, "MWh")
        yield from _contained_checks(system, results)
        if "demand_response.consumed" not in results:
            return
        windows = zip(system.number(TABLE, "window"), system.number(TABLE, "window_start"), strict=True)
        worst = 0.0
        for k, (length, start) in enumerate(windows):
            ends = np.flatnonzero(closing_steps(system.calendar.edges, int(length), int(start)))
            # from one end to the next; the year's total is zero, so the first difference needs no ring
            worst = max(worst, float(np.abs(np.diff(np.cumsum(shift[k], axis=-1)[..., ends])).max(initial=0.0)))
        yield Check("load shifted is back when its window ends", worst, 1e-6 * size, "MWh")


def _check_contained(system: SystemData) -> None:
    """InputError for load that is said to be contained in a demand that is not there."""
    problems = Problems()
    served = set(system.text(DEMAND, "bus").values()) if DEMAND in system.tables else set()
    bus_of = system.text(TABLE, "bus")
    for item, word in system.text(TABLE, "contained_in_demand").items():
        if word == "yes" and bus_of[item] not in served:
            where = f"{TABLE}.csv {item}.contained_in_demand"
            problems.add(where, f"{bus_of[item]} has no {DEMAND} to contain it.", f"Switch {DEMAND} on, or write no.")
    problems.raise_if_any()


def _contained_checks(system: SystemData, results: Results) -> Iterable[Check]:
    """The demand of each bus is at least the load it is said to contain, in every step."""
    contained = results["parameter.demand_response.contained"] * results["parameter.demand_response.planned_power"]
    bus_of = system.text(TABLE, "bus")
    demand_at = system.text(DEMAND, "bus") if DEMAND in system.tables else {}
    for bus in dict.fromkeys(bus_of.values()):
        users = [i for i, place in demand_at.items() if place == bus]
        if not users:
            continue
        loads = [i for i, place in bus_of.items() if place == bus]
        held = contained.sel(demand_response_load=loads).sum("demand_response_load")
        demand = results[f"parameter.{DEMAND}.load"].sel(electricity_demand_user=users).sum("electricity_demand_user")
        excess = max(float((held - demand).max()), 0.0)
        yield Check(
            f"the demand of {bus} holds the load it contains", excess, 1e-6 * max(1.0, float(demand.max())), "MW"
        )
