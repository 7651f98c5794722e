r"""Thermal plant as pinned must-run: output is given, not decided, and it is not curtailable.

Equations
---------
.. math::
    g_{ipwt} = \frac{10^6\, E_{ip}}{8760}

as equal bounds of the variable.

Symbols
-------
g  `generation` [MW]; E  `annual_energy` [TWh]; `capacity` at year end, pinned [MW].
Cost: fixed O&M, and heat rate × fuel cost.

Assumptions
-----------
Flat output over the year. Steel gas and waste heat carry neither a fuel cost nor a second count of the coal they come
from: their carbon belongs to steel. Sources: data package, table `thermal`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.domain.errors import Problems
from pzh_energy.domain.units import HOURS_PER_YEAR, MILLION_CNY_PER_MW_AT_CNY_PER_KW, MWH_PER_TWH
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results


class Options(TechnologySpec):
    """Options of thermal plant: none beyond on and off."""


class Thermal:
    """Must-run thermal plant."""

    key = "thermal"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        "thermal": (
            Parameter("bus", "text", "bus the plant feeds"),
            Parameter("capacity", "MW", "capacity in operation"),
            Parameter("annual_energy", "TWh", "energy generated in a year", "linear"),
            Parameter("fuel", "text", "what it burns"),
            Parameter("heat_rate", "tce/MWh", "fuel per unit of electricity that is bought and counted"),
            Parameter("fuel_cost", "CNY/tce", "price of the fuel", "linear"),
            Parameter("co2_factor", "t/MWh", "carbon dioxide per unit of electricity"),
            Parameter("clean", "text", "counts as clean capacity", choices=("yes", "no")),
            Parameter("fixed_om_per_kw", "CNY/kW/yr", "fixed O&M"),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare pinned generation and capacity, post power, capacity, cost and carbon dioxide."""
        members = block.members("plant", system.items("thermal"))
        system.check_references("thermal", "bus", system.buses)
        m = block.model.pyomo
        over = (members, *block.model.operation)
        mean_output = block.parameter("mean_output", (members, m.period), _mean_output(system), "MW", "must-run output")
        rating = block.parameter("rating", (members,), system.number("thermal", "capacity"), "MW", "capacity")
        generation = block.variable(
            "generation", over, "MW", "output, pinned", lambda b, i, p, w, t: (mean_output[i, p], mean_output[i, p])
        )
        capacity = block.variable(
            "capacity", (members, m.period), "MW", "year-end capacity, pinned", lambda b, i, p: (rating[i], rating[i])
        )
        at = block.at_bus(members, system.text("thermal", "bus"))
        block.post(
            "electricity",
            "generation",
            +1,
            over,
            lambda i, p, w, t: generation[i, p, w, t],
            "output",
            {"thermal", "generation"},
            at,
        )
        clean = system.text("thermal", "clean")
        for word, tags in (("yes", {"clean"}), ("no", set[str]())):
            some = block.members(f"clean_{word}", [i for i in members if clean[i] == word], members)
            block.post(
                "capacity",
                f"capacity_clean_{word}",
                +1,
                (some, m.period),
                lambda i, p: capacity[i, p],
                "installed at year end",
                {"thermal", "statistical", "physical", *tags},
            )
        self._post_costs(system, block, members, generation, capacity)

    def _post_costs(self, system: SystemData, block: Block, members: Any, generation: Any, capacity: Any) -> None:
        m = block.model.pyomo
        over = (members, *block.model.operation)
        fuel = system.number("thermal", "heat_rate")[:, None] * system.number("thermal", "fuel_cost")
        fuel_cost = block.parameter("fuel_cost", (members, m.period), fuel, "CNY/MWh", "fuel per unit of electricity")
        fixed = system.number("thermal", "fixed_om_per_kw") * MILLION_CNY_PER_MW_AT_CNY_PER_KW
        fixed_om = block.parameter("fixed_om", (members,), fixed, "million CNY/MW/yr", "fixed O&M")
        carbon = block.parameter("co2_factor", (members,), system.number("thermal", "co2_factor"), "t/MWh", "CO2")
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
            lambda i, p: fixed_om[i] * capacity[i, p],
            "fixed O&M",
            {"fixed_om"},
        )
        block.post(
            "co2",
            "generation",
            +1,
            over,
            lambda i, p, w, t: carbon[i] * generation[i, p, w, t],
            "power plants",
            {"energy"},
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """Nothing."""
        return {}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Nothing beyond the general checks."""
        return ()


def _mean_output(system: SystemData) -> np.ndarray:
    """Flat output (n, P) [MW]; InputError where the capacity cannot generate the energy."""
    output = system.number("thermal", "annual_energy") * MWH_PER_TWH / HOURS_PER_YEAR
    problems = Problems()
    for k, item in enumerate(system.items("thermal")):
        capacity = float(system.number("thermal", "capacity")[k])
        if output[k].max() > capacity:
            where = f"thermal.csv {item}.annual_energy"
            problems.add(
                where, f"needs {output[k].max():.0f} MW all year; {capacity:.0f} MW is there.", "Correct either."
            )
    problems.raise_if_any()
    return output
