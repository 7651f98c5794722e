r"""Run-of-river hydro without storage: small stations whose water is used as it comes.

Equations
---------
.. math::
    0 \le g_{ipwt} \le \alpha_{iwt}\, K_i

as a bound of the variable; what is not taken is spilled and reported.

Symbols
-------
g  `generation` [MW]; α  series named by `availability_series`, output per MW [1]; K  `capacity` [MW] and
`statistical_capacity`, as the statistics count it [MW], both pinned.

Assumptions
-----------
The stations exist throughout and are neither built nor retired; their investment is sunk, only fixed O&M counts.
Sources: data package, table `run_of_river`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import xarray as xr

from pzh_energy.domain.units import MILLION_CNY_PER_MW_AT_CNY_PER_KW
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.capacity import FIXED_OM_SHARE
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.variable_generation import GENERATION_PARAMETERS, hourly_availability


class Options(TechnologySpec):
    """Options of run-of-river hydro: none beyond on and off."""


class RunOfRiver:
    """Hydro without storage."""

    key = "run_of_river"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        "run_of_river": (
            *GENERATION_PARAMETERS,
            Parameter("capacity", "MW", "capacity in operation"),
            Parameter("statistical_capacity", "MW", "capacity as the statistics count it"),
            Parameter("capex", "CNY/kW", "overnight cost, the base of fixed O&M", "linear"),
            FIXED_OM_SHARE,
            Parameter("own_regulation", "text", "regulation class", choices=("year", "season", "week", "day", "none")),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare pinned capacity and bounded generation, post power, capacity and cost."""
        table = "run_of_river"
        members = block.members("station", system.items(table))
        system.check_references(table, "bus", system.buses)
        m = block.model.pyomo
        over = (members, *block.model.operation)
        rating = block.parameter("rating", (members,), system.number(table, "capacity"), "MW", "capacity in operation")
        counted = block.parameter(
            "statistical_rating",
            (members,),
            system.number(table, "statistical_capacity"),
            "MW",
            "as the statistics count",
        )
        availability = block.parameter(
            "availability",
            (members, m.weather, m.timestep),
            system.calendar.mean(hourly_availability(system, table)),
            "1",
            "output per MW of capacity",
        )
        capacity = block.variable(
            "capacity", (members, m.period), "MW", "year-end capacity, pinned", lambda b, i, p: (rating[i], rating[i])
        )
        statistical = block.variable(
            "statistical_capacity",
            (members, m.period),
            "MW",
            "year-end capacity in the statistics, pinned",
            lambda b, i, p: (counted[i], counted[i]),
        )
        generation = block.variable(
            "generation", over, "MW", "output", lambda b, i, p, w, t: (0, availability[i, w, t] * rating[i])
        )
        at = block.at_bus(members, system.text(table, "bus"))
        tags = {"hydro", "run_of_river", "non_fossil", "generation"}
        block.post("electricity", "generation", +1, over, lambda i, p, w, t: generation[i, p, w, t], "output", tags, at)
        block.post(
            "available",
            "generation",
            +1,
            over,
            lambda i, p, w, t: availability[i, w, t] * rating[i],
            "what the water allows",
            {"hydro", "run_of_river"},
        )
        regulation = set(system.text(table, "own_regulation").values())
        self._post_capacity(block, members, capacity, statistical, system.text(table, "own_regulation"), regulation)
        self._post_costs(system, block, members, capacity, generation)

    def _post_costs(self, system: SystemData, block: Block, members: Any, capacity: Any, generation: Any) -> None:
        table, m = "run_of_river", block.model.pyomo
        over = (members, *block.model.operation)
        fixed = (
            system.number(table, "fixed_om") / 100 * system.number(table, "capex") * MILLION_CNY_PER_MW_AT_CNY_PER_KW
        )
        fixed_om = block.parameter("fixed_om", (members, m.period), fixed, "million CNY/MW/yr", "fixed O&M")
        block.post(
            "cost",
            "fixed_om",
            +1,
            (members, m.period),
            lambda i, p: fixed_om[i, p] * capacity[i, p],
            "fixed O&M",
            {"fixed_om"},
        )
        variable_om = system.number(table, "variable_om")
        if variable_om.any():
            price = block.parameter("variable_om", (members,), variable_om, "CNY/MWh", "variable O&M")
            block.post(
                "cost",
                "variable_om",
                +1,
                over,
                lambda i, p, w, t: 1e-6 * m.hours[t] * price[i] * generation[i, p, w, t],
                "variable O&M",
                {"variable_om"},
            )

    def _post_capacity(
        self,
        block: Block,
        members: Any,
        capacity: Any,
        statistical: Any,
        class_of: Mapping[str, str],
        classes: set[str],
    ) -> None:
        m = block.model.pyomo
        block.post(
            "capacity",
            "capacity",
            +1,
            (members, m.period),
            lambda i, p: capacity[i, p],
            "installed",
            {"hydro", "clean", "physical"},
        )
        for regulation in sorted(classes):
            some = block.members(f"{regulation}_station", [i for i in members if class_of[i] == regulation], members)
            block.post(
                "capacity",
                f"statistical_capacity_{regulation}",
                +1,
                (some, m.period),
                lambda i, p: statistical[i, p],
                "installed, in the statistics",
                {"hydro", "clean", "statistical", f"own_regulation={regulation}", f"credited_regulation={regulation}"},
            )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`spill` [MW] (station, period, weather, timestep): output the water would have allowed."""
        allowed = results["parameter.run_of_river.availability"] * results["parameter.run_of_river.rating"]
        spill = (allowed - results["run_of_river.generation"]).clip(min=0.0)
        return {"spill": spill.assign_attrs(units="MW", long_name="water not used, as power")}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Nothing beyond the general checks."""
        return ()
