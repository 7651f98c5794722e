r"""Thermal plant: must-run output that is given and not curtailable, or dispatch within limits; each may be closed.

Equations
---------
.. math::
    g_{ipwt} = \frac{10^6\, E_{ip}\, x_{ip}}{8760}\, o_{ipt} \;\text{ must-run}, \qquad
    0 \le g_{ipwt} \le K_i\, o_{ipt} \;\text{ dispatchable}

    \frac{1}{1000} \sum_t \Delta_t\, g_{ipwt} \ge \frac{h_i}{8760}\,\frac{1}{1000} \sum_t \Delta_t\, K_i\, o_{ipt}
        \qquad\text{(minimum_hours)}

    \frac{1}{1000} \sum_t \Delta_t\, g_{ipwt} \le 10^3\, E_{ip}\, x_{ip}\, \frac{1}{8760} \sum_t \Delta_t\, o_{ipt}
        \qquad\text{(annual_energy_limit)}

    g_{ipwt} - g_{ipw,t-1} \le r_i\, \tfrac12 (\Delta_t + \Delta_{t-1})\, K_i + K_i \max(0,\, o_{ipt} - o_{ip,t-1})
        \qquad\text{(ramp_up)}

    g_{ipw,t-1} - g_{ipwt} \le r_i\, \tfrac12 (\Delta_t + \Delta_{t-1})\, K_i + K_i \max(0,\, o_{ip,t-1} - o_{ipt})
        \qquad\text{(ramp_down)}

the first line as bounds of the variable; rows of energy in GWh.

Symbols
-------
g  `generation` [MW]; K  rating of the plant [MW], `capacity` what of it stands at the end of the year, pinned [MW];
o  share of the step in which the plant is open [1]; E  `annual_energy` [TWh/yr]; x  `output_index` [1], output of the
year for what follows steel; h  `minimum_hours` of full output in a year [h]; r  `ramp_limit`, change in an hour as a
share of the rating [1/h]; Δ  hours of a step [h].
Cost: fixed O&M while open, and heat rate × fuel cost for every unit of electricity.

Assumptions
-----------
Must-run output is flat over the year; minimum hours and ramp limit say nothing of it. Of dispatchable plant, the annual
energy is the most its fuel allows; without it the rating alone limits the year. Both yearly limits shrink with the
share of the year in which the plant is open. A plant is out of service from 00:00 of its closing date and does not
count at the end of that year; a period is read as its own calendar year. What remains to be paid for a closed plant is
sunk. The change of output between two steps is that of their means, over the distance of their middles; steps so long
that the limit cannot bind have no ramp rows. Neither start-up nor least load: the program is linear. Steel gas and
waste heat carry neither a fuel cost nor a second count of the coal they come from: their carbon belongs to steel.

Sources
-------
Data package, table `thermal`; a scenario's `closing` replaces the closing dates of the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr
from pydantic import Field, field_validator

from pzh_energy.domain.units import KILOTONNES_PER_TONNE, MILLION_CNY_PER_MW_AT_CNY_PER_KW
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.technologies._thermal_plant import GWH_PER_MWH, NEVER, TABLE, PlantData, is_closing_date, plant_data


class Options(TechnologySpec):
    """Options of thermal plant."""

    closing: dict[str, str] = Field(
        default_factory=dict,
        description="first day out of service by plant, YYYY-MM-DD, or none; replaces the date of the table",
    )

    @field_validator("closing")
    @classmethod
    def _dates(cls, value: dict[str, str]) -> dict[str, str]:
        """Every value is a date or none."""
        for item, date in value.items():
            if not is_closing_date(date):
                raise ValueError(f'"{date}" of {item} is not a date. Write YYYY-MM-DD, or {NEVER}.')
        return value


class Thermal:
    """Must-run and dispatchable thermal plant."""

    key = "thermal"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        TABLE: (
            Parameter("bus", "text", "bus the plant feeds"),
            Parameter("capacity", "MW", "capacity in operation"),
            Parameter("potential", "MW", "most there could be; the capacity stays below it", default=np.inf),
            Parameter(
                "operation", "text", "who decides the output", default="must_run", choices=("must_run", "dispatchable")
            ),
            Parameter(
                "annual_energy",
                "TWh",
                "energy generated in a year; of dispatchable plant the most its fuel allows",
                "linear",
                default=np.nan,
            ),
            Parameter("output_index", "1", "factor on the annual energy, such as steel output", "linear", default=1.0),
            Parameter("minimum_hours", "h", "least hours of full output in a year if dispatchable", default=0.0),
            Parameter(
                "ramp_limit", "1/h", "largest change in an hour, share of rating, if dispatchable", default=np.inf
            ),
            Parameter("closing_date", "text", "first day out of service, or none", default=NEVER),
            Parameter("fuel", "text", "what it burns"),
            Parameter(
                "primary_energy",
                "text",
                "what its fuel counts as in the energy accounts; none where it is counted elsewhere",
                default="none",
                choices=("coal", "oil", "gas", "none"),
            ),
            Parameter("heat_rate", "tce/MWh", "fuel per unit of electricity that is bought and counted"),
            Parameter("fuel_cost", "CNY/tce", "price of the fuel", "linear"),
            Parameter("co2_factor", "t/MWh", "carbon dioxide per unit of electricity"),
            Parameter("clean", "text", "counts as clean capacity", choices=("yes", "no")),
            Parameter("fixed_om_per_kw", "CNY/kW/yr", "fixed O&M"),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare generation and capacity and the limits of dispatch, post power, capacity, cost and carbon dioxide."""
        members = block.members("plant", system.items(TABLE))
        system.check_references(TABLE, "bus", system.buses)
        data = plant_data(system, spec.closing)
        m = block.model.pyomo
        over = (members, *block.model.operation)
        dated = (members, m.period, m.timestep)
        low = block.parameter("output_lower", dated, data.lower, "MW", "least output")
        high = block.parameter("output_upper", dated, data.upper, "MW", "largest output")
        standing = block.parameter("standing", (members, m.period), data.year_end, "MW", "capacity at year end")
        generation = block.variable(
            "generation", over, "MW", "output, pinned if must-run", lambda b, i, p, w, t: (low[i, p, t], high[i, p, t])
        )
        capacity = block.variable(
            "capacity",
            (members, m.period),
            "MW",
            "year-end capacity, pinned",
            lambda b, i, p: (standing[i, p], standing[i, p]),
        )
        self._limit_energy(block, members, generation, data)
        self._limit_ramps(block, members, generation, data)
        self._post_by_plant(system, block, members, generation, capacity)
        block.post("available", "generation", +1, over, lambda i, p, w, t: high[i, p, t], "largest output", {"thermal"})
        self._post_costs(system, block, members, generation, data)
        self._post_fuel(system, block, members, generation)

    def _limit_energy(self, block: Block, members: Any, generation: Any, data: PlantData) -> None:
        """Rows of the yearly energy of dispatchable plant, least and most."""
        m = block.model.pyomo
        items = np.array(list(members), dtype=object)

        def energy(i: Any, p: Any, w: Any) -> Any:
            return sum(GWH_PER_MWH * m.hours[t] * generation[i, p, w, t] for t in m.timestep)

        least = data.minimum_energy.any(axis=1)
        if least.any():
            some = block.members("minimum_hours_plant", items[least], within=members)
            required = block.parameter(
                "minimum_energy", (some, m.period), data.minimum_energy[least], "GWh", "energy of the minimum hours"
            )
            block.constraint(
                "minimum_hours",
                (some, m.period, m.weather),
                lambda b, i, p, w: energy(i, p, w) >= required[i, p],
                "GWh",
                "least energy of a year",
            )
        most = np.isfinite(data.maximum_energy).all(axis=1)
        if most.any():
            some = block.members("energy_limited_plant", items[most], within=members)
            allowed = block.parameter(
                "maximum_energy", (some, m.period), data.maximum_energy[most], "GWh", "energy the fuel allows"
            )
            block.constraint(
                "annual_energy_limit",
                (some, m.period, m.weather),
                lambda b, i, p, w: energy(i, p, w) <= allowed[i, p],
                "GWh",
                "largest energy of a year",
            )

    def _limit_ramps(self, block: Block, members: Any, generation: Any, data: PlantData) -> None:
        """Rows of the change from step to step, where both the plant is limited and the steps are short enough."""
        m, calendar = block.model.pyomo, block.model.calendar
        distance = (calendar.hours + calendar.hours[calendar.previous]) / 2
        change = data.ramp_limit[:, None] * distance[None, :]
        limited = (change < 1) & data.dispatchable[:, None]
        if not limited.any():
            return
        items, steps = limited.any(axis=1), limited.any(axis=0)
        some = block.members("ramp_plant", np.array(list(members), dtype=object)[items], within=members)
        short = block.members("ramp_step", [int(t) for t in np.flatnonzero(steps)], within=m.timestep)
        allowed = (np.minimum(change, 1) * data.rating[:, None])[items][:, None, :]
        opened = data.rating[:, None, None] * (data.open - data.open[:, :, calendar.previous])
        over, dated = (some, m.period, m.weather, short), (some, m.period, short)
        rise, fall = ((allowed + np.maximum(change, 0)[items])[:, :, steps] for change in (opened, -opened))
        up = block.parameter("ramp_up_limit", dated, rise, "MW", "largest rise between two steps")
        down = block.parameter("ramp_down_limit", dated, fall, "MW", "largest fall between two steps")
        block.constraint(
            "ramp_up",
            over,
            lambda b, i, p, w, t: generation[i, p, w, t] - generation[i, p, w, m.previous[t]] <= up[i, p, t],
            "MW",
            "output rises no faster",
        )
        block.constraint(
            "ramp_down",
            over,
            lambda b, i, p, w, t: generation[i, p, w, m.previous[t]] - generation[i, p, w, t] <= down[i, p, t],
            "MW",
            "output falls no faster",
        )

    def _post_by_plant(self, system: SystemData, block: Block, members: Any, generation: Any, capacity: Any) -> None:
        """Power and capacity of every plant apart, so that targets can name each by its tag."""
        m = block.model.pyomo
        clean, bus_of = system.text(TABLE, "clean"), system.text(TABLE, "bus")
        for item in members:
            # a set of its own, not a sub-set: an entry of power is then labelled over this plant alone
            one = block.members(f"plant_{item}", [item])
            block.post(
                "electricity",
                f"generation_{item}",
                +1,
                (one, *block.model.operation),
                lambda i, p, w, t: generation[i, p, w, t],
                "output",
                {"thermal", "generation", item, "non_fossil" if clean[item] == "yes" else "fossil"},
                block.at_bus(one, bus_of, f"at_{item}"),
            )
            block.post(
                "capacity",
                f"capacity_{item}",
                +1,
                (one, m.period),
                lambda i, p: capacity[i, p],
                "installed at year end",
                {"thermal", "statistical", "physical", item, *(["clean"] if clean[item] == "yes" else [])},
            )

    def _post_costs(self, system: SystemData, block: Block, members: Any, generation: Any, data: PlantData) -> None:
        m = block.model.pyomo
        over = (members, *block.model.operation)
        fuel = system.number(TABLE, "heat_rate")[:, None] * system.number(TABLE, "fuel_cost")
        fuel_cost = block.parameter("fuel_cost", (members, m.period), fuel, "CNY/MWh", "fuel per unit of electricity")
        in_service = block.parameter("in_service", (members, m.period), data.in_service, "MW", "mean capacity open")
        fixed = system.number(TABLE, "fixed_om_per_kw") * MILLION_CNY_PER_MW_AT_CNY_PER_KW
        fixed_om = block.parameter("fixed_om", (members,), fixed, "million CNY/MW/yr", "fixed O&M")
        carbon = block.parameter("co2_factor", (members,), system.number(TABLE, "co2_factor"), "t/MWh", "CO2")
        block.post(
            "cost",
            "fuel",
            +1,
            over,
            lambda i, p, w, t: 1e-6 * m.hours[t] * fuel_cost[i, p] * generation[i, p, w, t],
            "fuel",
            {"fuel"},
        )
        block.post(
            "cost",
            "fixed_om",
            +1,
            (members, m.period),
            lambda i, p: fixed_om[i] * in_service[i, p],
            "fixed O&M",
            {"fixed_om"},
        )
        block.post(
            "co2",
            "generation",
            +1,
            over,
            lambda i, p, w, t: KILOTONNES_PER_TONNE * m.hours[t] * carbon[i] * generation[i, p, w, t],
            "power plants",
            {"energy"},
        )

    def _post_fuel(self, system: SystemData, block: Block, members: Any, generation: Any) -> None:
        """Fuel of every plant whose fuel is not counted elsewhere, under its kind."""
        kinds = system.text(TABLE, "primary_energy")
        rates = dict(zip(system.items(TABLE), system.number(TABLE, "heat_rate").tolist(), strict=True))
        m = block.model.pyomo
        for kind in ("coal", "oil", "gas"):
            burning = [i for i in members if kinds[i] == kind]
            if not burning:
                continue
            some = block.members(f"{kind}_plant", burning, within=members)
            rate = block.parameter(
                f"{kind}_rate", (some,), [rates[i] for i in burning], "tce/MWh", f"{kind} per unit of electricity"
            )
            block.post(
                "fuel",
                kind,
                +1,
                (some, *block.model.operation),
                lambda i, p, w, t, rate=rate: KILOTONNES_PER_TONNE * m.hours[t] * rate[i] * generation[i, p, w, t],
                f"{kind} burnt in power plants",
                {kind, "fossil", "power"},
            )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`full_load_hours` [h/yr] (plant, period): energy of the year over the mean capacity open, 0 once closed."""
        energy = results.yearly(results["thermal.generation"])
        in_service = results["parameter.thermal.in_service"]
        hours = (energy / in_service.where(in_service > 0)).fillna(0.0)
        return {"full_load_hours": hours.assign_attrs(units="h/yr", long_name="hours of full output")}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Ramps recomputed from the output, where a plant stays open: rows may be missing, the limit may not be."""
        calendar = system.calendar
        hours, before = calendar.hours, calendar.previous
        by_plant = {"thermal_plant": system.items(TABLE)}
        output = results["thermal.generation"].sel(by_plant).transpose("thermal_plant", "period", "weather", "timestep")
        limits = results["parameter.thermal.output_upper"].sel(by_plant)
        upper = limits.transpose("thermal_plant", "period", "timestep").values
        steady = np.isclose(upper, upper[:, :, before])[:, :, None, :]
        limit = system.number(TABLE, "ramp_limit")[:, None] * (hours + hours[before]) / 2
        allowed = np.minimum(limit, 1) * system.number(TABLE, "capacity")[:, None]
        excess = np.abs(output.values - output.values[..., before]) - allowed[:, None, None, :]
        worst = float(np.where(steady, excess, 0.0).max(initial=0.0))
        yield Check("no plant ramps faster than it can", worst, 1e-6 * max(1.0, float(upper.max(initial=0.0))), "MW")
