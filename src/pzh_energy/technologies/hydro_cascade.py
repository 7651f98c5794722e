r"""Hydro cascade: reservoirs in series with travel time, spill, environmental flow, flood limit and dated units.

Equations
---------
.. math::
    V_{hpwt} - V_{hpw,t-1} = 0.0036\,\Delta_t \Bigl(I_{hpwt} - R_{hpwt}
        + \sum_{u \in U_h} \sum_k \lambda_{utk}\, R_{upw,\tau(u,t,k)}\Bigr) \qquad\text{(water_balance)}

    R_{hpwt} = q_{hpwt} + s_{hpwt} \ge \min(e_h,\; \text{natural flow}) \qquad\text{(environmental_release)}

    P_{hpwt} = c_h\, \eta_h\, q_{hpwt}, \qquad
    0 \le q_{hpwt} \le \bar q_{hpt}, \qquad \underline V_{hpt} \le V_{hpwt} \le \overline V_{hpt}

the last three as ledger entry and bounds. With `head: hyperplanes`, stations whose head changes by more than 5 % give
c g instead, under two planes k of discharge and mean level over 0 ≤ q ≤ q̄ and the levels allowed in the step:

.. math::
    g_{hpwt} \le \alpha_{khpt}\, q_{hpwt} + \tfrac12 \beta_{khpt} (V_{hpwt} + V_{hpw,t-1}) + \gamma_{khpt}
        \qquad\text{(head_limit)}

Symbols
-------
V  `storage_level` at the end of a step [million m³]; q  `turbine_discharge` [m³/s]; s  `spill` [m³/s]; R  `release`
[m³/s]; I  `inflow` from the station's own catchment [m³/s]; λ, τ  `travel_share` of a step's arrival and `left_in`, the
step it left the station above [1]; Δ  hours [h]; e  environmental flow [m³/s]; η  `specific_production` [MW per m³/s];
c  `city_share` of the station's power that enters the city's bus [1]. Pinned at year end: `capacity` in operation and
`statistical_capacity`, the city's share [MW], and `unit_capacity`, rating of each unit in service [MW].
g  `generation` of a station with a head effect [MW], at most rated and scheduled; α, β, γ  its planes (`_hydro_head`).
The limit q̄ is the least of the turbines in service, their rating over η and, with `dispatch: scheduled`, the scheduled
output over η; the storage limits hold the flood-season limit and, if scheduled, the guide band of the level.

Assumptions
-----------
Constant rated head. A station passes its inflow on, without storage, until the first year that it starts in service.
The year is a ring: the level ends where it began. Environmental flow is never asked beyond what would arrive without
any reservoir. `scheduled` stands for the dispatch of the large stations by the province: output at most as scheduled,
level within its guide band; `free` lets the city dispatch them, an idealisation. Fixed O&M of the city's share of what
is in service; capital cost only of units commissioned within the horizon, from their date on, as a constant: it moves
no decision. Sources: data package, tables `hydro_stations`, `hydro_units`, `hydro_inflows`, `hydro_schedules`.

`head: hyperplanes` takes head as linear in the level instead, from the drawdown below the rated head at empty usable
storage to the rise above it at full, tailwater and losses constant. Power as discharge times head is not concave; the
planes are its least concave bound: never below it, exact at the ends of either range, too high by at most a quarter of
the range of head times the largest discharge in the middle. `head_overestimate` is what a run gains by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import xarray as xr
from pydantic import Field

from pzh_energy.domain.hydraulics import MILLION_M3_PER_M3_PER_S_HOUR
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.capacity import FIXED_OM_SHARE
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.energy_accounts import PROVINCIAL
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.technologies._hydro_checks import water_checks
from pzh_energy.technologies._hydro_costs import post_costs
from pzh_energy.technologies._hydro_head import HeadData, add_head, head_data, largest_error, true_output
from pzh_energy.technologies._hydro_water import (
    INFLOWS,
    SCHEDULES,
    STATIONS,
    UNITS,
    CascadeData,
    cascade_data,
    check_kinds,
    regulation_classes,
    unit_facts,
)

REGULATION = ("year", "season", "week", "day", "none")


class Options(TechnologySpec):
    """Options of the hydro cascade; whoever dispatches the stations, `dispatch` says what the program may do."""

    dispatch: Literal["scheduled", "free"] = "scheduled"
    head: Literal["constant", "hyperplanes"] = "constant"
    dispatched_by: Literal["province", "city"] = Field(
        default="province", description="whose stations they are where energy accounts ask"
    )


class HydroCascade:
    """Reservoir stations in series."""

    key = "hydro_cascade"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        STATIONS: (
            Parameter("river", "text", "river the station stands on"),
            Parameter("bus", "text", "bus the station feeds"),
            Parameter("downstream", "text", "next station down the river, or none"),
            Parameter("travel_time_to_downstream", "h", "time the water takes to the next station"),
            Parameter("rated_head", "m", "rated head", minimum=0.1),
            Parameter("head_drawdown_m", "m", "head at empty usable storage below the rated one", default=0.0),
            Parameter("head_rise_m", "m", "head at full usable storage above the rated one", default=0.0),
            Parameter("efficiency", "1", "turbine and generator efficiency", minimum=0.1, maximum=1.0),
            Parameter("max_turbine_discharge", "m3/s", "discharge of all turbines", minimum=0.001),
            Parameter("environmental_flow", "m3/s", "least release"),
            Parameter("usable_storage", "million m3", "usable storage"),
            Parameter(
                "flood_limit_share", "1", "share of the storage allowed in the flood season", default=1.0, maximum=1
            ),
            Parameter("flood_season_start", "text", "first day of the flood limit, MM-DD", default="06-01"),
            Parameter("flood_season_end", "text", "last day of the flood limit, MM-DD", default="07-31"),
            Parameter(
                "city_share", "1", "share of the station that counts and feeds the city", default=1.0, maximum=1.0
            ),
            Parameter("own_regulation", "text", "regulation class by own storage", choices=REGULATION),
            Parameter("credited_regulation", "text", "regulation class as credited", choices=REGULATION),
            Parameter("design_annual_energy", "TWh", "design energy, for comparison", default=np.nan),
            Parameter("capex", "CNY/kW", "overnight cost", default=0.0),
            FIXED_OM_SHARE,
            Parameter("lifetime", "yr", "lifetime", default=60.0, minimum=1),
        ),
        UNITS: (
            Parameter("station", "text", "station of the unit"),
            Parameter("capacity", "MW", "rating", minimum=0.001),
            Parameter("commissioned", "date", "first day in service"),
            Parameter("statistical_from", "year", "first year in which the statistics count it"),
        ),
        INFLOWS: (
            Parameter("station", "text", "station the water reaches"),
            Parameter("series", "text", "hourly series of flow"),
            Parameter("share", "1", "share of the series", "linear"),
        ),
        SCHEDULES: (
            Parameter("station", "text", "station that is scheduled"),
            Parameter("kind", "text", "output in MW; level_low, level_high as share of the usable storage"),
            Parameter("profile", "text", "monthly profile"),
            Parameter("share", "1", "share of the profile in the mix", "linear"),
        ),
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare the water of every station, then post power, capacity, commissioning and cost."""
        check_kinds(system)
        data = cascade_data(system, spec.dispatch == "scheduled")
        # at rated head, with the turbines in service, and at most as scheduled
        highest = np.array(data.specific_production)[:, None, None] * data.turbine_limit
        head = head_data(system, data, spec.dispatch == "scheduled") if spec.head == "hyperplanes" else None
        if head is not None:
            data = replace(data, turbine_limit=head.turbine_limit)
        stations = block.members("station", data.stations)
        units = block.members("unit", data.units)
        turbine = self._declare_water(block, stations, data)
        self._post_power(spec, system, block, stations, data, turbine, head)
        self._post_available(block, stations, highest)
        self._post_capacity(system, block, stations, units, data)
        post_costs(block, system, data, stations, units)

    def _declare_water(self, block: Block, stations: Any, data: CascadeData) -> Any:
        m = block.model.pyomo
        over = (stations, *block.model.operation)
        arrival = block.members("arrival", range(data.share.shape[2]))
        travel = (stations, m.timestep, arrival)
        left_in = block.parameter("left_in", travel, data.left_in, "1", "step the arriving water left in")
        share = block.parameter("travel_share", travel, data.share, "1", "share of a step's arrival")
        upstream = block.family("upstream", stations, data.upstream, stations)
        inflow = block.parameter("inflow", over, data.inflow, "m3/s", "inflow from the own catchment")
        required = block.parameter("required_release", over, data.required_release, "m3/s", "environmental flow")
        dated = (stations, m.period, m.timestep)
        limit = block.parameter("turbine_limit", dated, data.turbine_limit, "m3/s", "largest turbine discharge")
        low = block.parameter("storage_lower", dated, data.storage_lower, "million m3", "lowest level")
        high = block.parameter("storage_upper", dated, data.storage_upper, "million m3", "highest level")
        block.parameter("rated_in_service", dated, data.rated_in_service, "MW", "rating of the units in service")
        turbine = block.variable(
            "turbine_discharge", over, "m3/s", "water through the turbines", lambda b, h, p, w, t: (0, limit[h, p, t])
        )
        spill = block.variable("spill", over, "m3/s", "water past the turbines")
        level = block.variable(
            "storage_level",
            over,
            "million m3",
            "usable storage filled at the end of the step",
            lambda b, h, p, w, t: (low[h, p, t], high[h, p, t]),
        )
        release = block.expression(
            "release", over, lambda b, h, p, w, t: turbine[h, p, w, t] + spill[h, p, w, t], "m3/s", "all water let down"
        )
        block.constraint(
            "water_balance",
            over,
            lambda b, h, p, w, t: (
                level[h, p, w, t] - level[h, p, w, m.previous[t]]
                == MILLION_M3_PER_M3_PER_S_HOUR
                * m.hours[t]
                * (
                    inflow[h, p, w, t]
                    - release[h, p, w, t]
                    + sum(share[u, t, k] * release[u, p, w, left_in[u, t, k]] for u in upstream[h] for k in arrival)
                )
            ),
            "million m3",
            "water of a station is conserved",
        )
        block.constraint(
            "environmental_release",
            over,
            lambda b, h, p, w, t: release[h, p, w, t] >= required[h, p, w, t],
            "m3/s",
            "least release",
        )
        return turbine

    def _post_power(
        self,
        spec: Options,
        system: SystemData,
        block: Block,
        stations: Any,
        data: CascadeData,
        turbine: Any,
        head: HeadData | None,
    ) -> None:
        m = block.model.pyomo
        production = block.parameter(
            "specific_production", (stations,), data.specific_production, "MW per m3/s", "power per unit of discharge"
        )
        city = block.parameter("city_share", (stations,), system.number(STATIONS, "city_share"), "1", "city's share")
        scheduled = [h for h, row in zip(data.stations, data.scheduled_output, strict=True) if np.isfinite(row).all()]
        some = block.members("scheduled_station", scheduled, within=stations)
        chosen = [data.stations.index(h) for h in scheduled]
        block.parameter(
            "scheduled_output", (some, m.period, m.timestep), data.scheduled_output[chosen], "MW", "output scheduled"
        )
        for name, unit in (("design_annual_energy", "TWh"), ("usable_storage", "million m3")):
            block.parameter(name, (stations,), system.number(STATIONS, name), unit, "for comparison, bounds nothing")
        bus_of, tags = system.text(STATIONS, "bus"), {"hydro", "non_fossil", "generation"}
        if spec.dispatched_by == "province":
            tags.add(PROVINCIAL)
        constant = stations
        if head is not None:
            constant = block.members("constant_station", [h for h in stations if h not in head.stations])
            add_head(block, head, turbine, block.block.storage_level, city, bus_of, tags)
        if len(constant):
            block.post(
                "electricity",
                "generation",
                +1,
                (constant, *block.model.operation),
                lambda h, p, w, t: city[h] * production[h] * turbine[h, p, w, t],
                "output, city's share",
                tags,
                block.at_bus(constant, bus_of),
            )

    def _post_available(self, block: Block, stations: Any, highest: np.ndarray) -> None:
        m, city = block.model.pyomo, block.block.city_share
        most = block.parameter("available_output", (stations, m.period, m.timestep), highest, "MW", "largest output")
        block.post(
            "available",
            "generation",
            +1,
            (stations, *block.model.operation),
            lambda h, p, w, t: city[h] * most[h, p, t],
            "largest output, city's share",
            {"hydro"},
        )

    def _post_capacity(self, system: SystemData, block: Block, stations: Any, units: Any, data: CascadeData) -> None:
        m = block.model.pyomo
        yearly = (stations, m.period)
        standing = block.parameter("standing", yearly, data.capacity, "MW", "in operation at year end, city's share")
        counted = block.parameter("counted", yearly, data.statistical_capacity, "MW", "in the statistics at year end")
        running = block.parameter(
            "running",
            (units, m.period),
            data.unit_in_service * system.number(UNITS, "capacity")[:, None],
            "MW",
            "in service",
        )
        capacity = block.variable(
            "capacity",
            yearly,
            "MW",
            "year-end capacity in operation, city's share, pinned",
            lambda b, h, p: (standing[h, p], standing[h, p]),
        )
        statistical = block.variable(
            "statistical_capacity",
            yearly,
            "MW",
            "year-end capacity in the statistics, pinned",
            lambda b, h, p: (counted[h, p], counted[h, p]),
        )
        in_service = block.variable(
            "unit_capacity",
            (units, m.period),
            "MW",
            "rating of each unit in service at year end, pinned",
            lambda b, u, p: (running[u, p], running[u, p]),
        )
        block.post(
            "capacity",
            "capacity",
            +1,
            yearly,
            lambda h, p: capacity[h, p],
            "in operation",
            {"hydro", "clean", "physical"},
        )
        own, credited = system.text(STATIONS, "own_regulation"), system.text(STATIONS, "credited_regulation")
        for regulation in regulation_classes(system):
            chosen = [h for h in data.stations if (own[h], credited[h]) == regulation]
            some = block.members(f"station_{'_'.join(regulation)}", chosen, within=stations)
            tags = {f"own_regulation={regulation[0]}", f"credited_regulation={regulation[1]}"}
            block.post(
                "capacity",
                f"statistical_capacity_{'_'.join(regulation)}",
                +1,
                (some, m.period),
                lambda h, p: statistical[h, p],
                "in the statistics",
                {"hydro", "clean", "statistical", *tags},
            )
        block.post(
            "commissioning", "unit", +1, (units, m.period), lambda u, p: in_service[u, p], "units in service", {"unit"}
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`station_generation` [MW], whole station; `energy`, `spilled_energy`, `energy_above_schedule` [TWh/yr];
        `missing_flow` [million m3/yr], what release lacks of the environmental flow; what `unit_facts` says of units.

        With a head effect `head_overestimate` [TWh/yr], energy that the planes grant beyond discharge times head.
        """
        production = results["parameter.hydro_cascade.specific_production"]
        power = production * results["hydro_cascade.turbine_discharge"]
        varies = "hydro_cascade.generation" in results
        if varies:
            own = results["hydro_cascade.generation"].rename(hydro_cascade_head_station="hydro_cascade_station")
            power = own.reindex_like(power).fillna(power)
        scheduled = results["parameter.hydro_cascade.scheduled_output"]
        names = scheduled["hydro_cascade_station"].values
        above = power.sel(hydro_cascade_station=names) - scheduled

        def twh(array: xr.DataArray, meaning: str) -> xr.DataArray:
            return (results.yearly(array) * 1e-6).assign_attrs(units="TWh/yr", long_name=meaning)

        release = results["hydro_cascade.turbine_discharge"] + results["hydro_cascade.spill"]
        wanted = xr.DataArray(system.number(STATIONS, "environmental_flow"), dims="hydro_cascade_station")
        lacking = results.yearly((wanted - release).clip(min=0.0)) * MILLION_M3_PER_M3_PER_S_HOUR
        # pictures of the cascade need to know what flows where
        flows = {key: system.text(STATIONS, key) for key in ("downstream", "river")}
        out = {
            **unit_facts(system),
            "station_generation": power.assign_attrs(units="MW", long_name="output of the whole station", **flows),
            "energy": twh(power, "energy of the whole station"),
            "spilled_energy": twh(production * results["hydro_cascade.spill"], "energy of the water spilled"),
            "energy_above_schedule": twh(above, "energy beyond the schedule"),
            "missing_flow": lacking.assign_attrs(units="million m3/yr", long_name="release short of what is asked"),
        }
        if varies:
            granted = (results["hydro_cascade.generation"] - true_output(results)).clip(min=0.0)
            out["head_overestimate"] = twh(granted, "energy granted by the planes beyond discharge times head")
        return out

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Water conserved per river and per step, ratings kept: recomputed from hourly volumes, not from the rows."""
        power = results["hydro_cascade.station_generation"]
        rated = results["parameter.hydro_cascade.rated_in_service"]
        excess = float((power - rated).max())
        yield Check("no station above its rating", max(excess, 0.0), 1e-6 * float(rated.max()), "MW")
        yield from water_checks(system, results)
        if "hydro_cascade.generation" in results:
            beyond = results["hydro_cascade.generation"] - true_output(results) - largest_error(results)
            tolerance = 1e-6 * float(rated.max())
            yield Check("no output beyond its head", max(float(beyond.max()), 0.0), tolerance, "MW")
