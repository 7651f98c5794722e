r"""By-product hydrogen: what other industries set free, cleaned and put on the bus, up to a yearly amount.

Equations
---------
.. math::
    \sum_t \Delta_t\, h_{ipwt} / 33.33 \le R_{ip} \qquad\text{(yearly_cap)}

    0 \le h_{ipwt} \le \phi_i\, \frac{33.33\, R_{ip}}{8760}

the second as bounds of the variable.

Symbols
-------
h  `output`, hydrogen put on the bus [MW, lower heating value]; R  `recoverable` in a year [t]; φ  `flexibility`,
largest over mean output [1]; Δ  hours of the step. Electricity taken off the bus: `electricity_use` of cleaning
[kWh/kg], and `displaced_power` that the gas would have generated [MWh/t]. Cost: `cost` of cleaning [CNY/kg].

Assumptions
-----------
The works run all year: hydrogen comes evenly and is burned or vented where it is not taken. Coke-oven gas taken for
hydrogen no longer burns in the steelworks' power plant: the electricity lost is a load, `displaced_power`, and needs to
be made up for, so that this file need not know that plant (whose output stands in its own table, undiminished). No
carbon is counted here: that of the gas belongs to the industry's coal, and stays there whether the gas is burned in a
boiler, a power plant or after the hydrogen has been taken. Plant for cleaning is in the cost per kg.
Sources: data package, table `byproduct_hydrogen`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import xarray as xr

from pzh_energy.domain.units import HOURS_PER_YEAR, MWH_PER_TONNE_HYDROGEN
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results


class Options(TechnologySpec):
    """Options of by-product hydrogen: none beyond on and off."""


class ByproductHydrogen:
    """Hydrogen that other industries set free."""

    key = "byproduct_hydrogen"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        "byproduct_hydrogen": (
            Parameter("bus", "text", "bus the hydrogen is put on"),
            Parameter("recoverable", "kt/yr", "hydrogen that can be recovered in a year", "linear"),
            Parameter("flexibility", "1", "largest output over mean output", default=1.0, minimum=1.0),
            Parameter("cost", "CNY/kg", "cost of cleaning, plant included", "linear"),
            Parameter("electricity_use", "kWh/kg", "electricity for cleaning", default=0.0),
            Parameter("displaced_power", "MWh/t", "electricity the gas would have generated", default=0.0),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare the output and its yearly limit, post hydrogen, electricity and cost."""
        table = "byproduct_hydrogen"
        members = block.members("source", system.items(table))
        system.check_references(table, "bus", system.buses)
        m = block.model.pyomo
        over = (members, *block.model.operation)
        tonnes = 1e3 * system.number(table, "recoverable")
        most = tonnes * MWH_PER_TONNE_HYDROGEN / HOURS_PER_YEAR * system.number(table, "flexibility")[:, None]
        recoverable = block.parameter("recoverable", (members, m.period), tonnes, "t/yr", "recoverable in a year")
        largest = block.parameter("largest_output", (members, m.period), most, "MW", "largest output")
        output = block.variable("output", over, "MW", "hydrogen", lambda b, i, p, w, t: (0, largest[i, p]))
        block.constraint(
            "yearly_cap",
            (members, m.period, m.weather),
            lambda b, i, p, w: (
                sum(m.hours[t] / MWH_PER_TONNE_HYDROGEN * output[i, p, w, t] for t in m.timestep) <= recoverable[i, p]
            ),
            "t/yr",
            "no more than can be recovered in a year",
        )
        at = block.at_bus(members, system.text(table, "bus"))
        block.post(
            "hydrogen",
            "output",
            +1,
            over,
            lambda i, p, w, t: output[i, p, w, t],
            "by-product hydrogen",
            {"byproduct"},
            at,
        )
        self._post_electricity(system, block, members, output, at)
        price = block.parameter("cost", (members, m.period), system.number(table, "cost"), "CNY/kg", "cost of cleaning")
        block.post(
            "cost",
            "cleaning",
            +1,
            over,
            lambda i, p, w, t: 1e-3 * price[i, p] / MWH_PER_TONNE_HYDROGEN * m.hours[t] * output[i, p, w, t],
            "cleaning of by-product hydrogen",
            {"variable_om"},
        )

    def _post_electricity(self, system: SystemData, block: Block, members: Any, output: Any, at: Any) -> None:
        """Two loads: what cleaning needs, and what the gas no longer generates (kWh/kg and MWh/t are the same)."""
        table = "byproduct_hydrogen"
        over = (members, *block.model.operation)
        for name, unit, meaning in (
            ("electricity_use", "kWh/kg", "electricity for cleaning by-product hydrogen"),
            ("displaced_power", "MWh/t", "electricity no longer generated from the gas"),
        ):
            need = block.parameter(name, (members,), system.number(table, name), unit, meaning)
            block.post("electricity", name, -1, over, _load(need, output), meaning, {name, "hydrogen_chain"}, at)

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`hydrogen` [kt/yr] (source, period)."""
        taken = results.yearly(results["byproduct_hydrogen.output"]) / MWH_PER_TONNE_HYDROGEN * 1e-3
        return {"hydrogen": taken.assign_attrs(units="kt/yr", long_name="by-product hydrogen")}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Every source stays within what the table says can be recovered in a year."""
        hourly = results["byproduct_hydrogen.output"] * results["hours"]
        taken = hourly.sum("timestep").max("weather") / MWH_PER_TONNE_HYDROGEN * 1e-3
        limit = system.number("byproduct_hydrogen", "recoverable")
        over = float((taken - limit).clip(min=0.0).max())
        yield Check("by-product hydrogen within what is recoverable", over, 1e-6 * max(1.0, limit.max()), "kt/yr")


def _load(need: Any, output: Any) -> Any:
    """Rule of an electricity need per kg of hydrogen, in MW."""
    return lambda i, p, w, t: need[i] / MWH_PER_TONNE_HYDROGEN * output[i, p, w, t]
