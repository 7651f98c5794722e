r"""Vanadium flow battery: stack (power) and electrolyte (energy) are sized apart; vanadium is lent, not used up.

Equations
---------
Capacity: `modeling/capacity.py`, once for the stack in MW and once for the electrolyte in MWh. Operation:
`modeling/storage.py` with the stack as the converter of both directions.

.. math::
    K^{e}_{ip} \ge \underline h_i\, K^{s}_{ip} \qquad\text{(duration_at_least)}

    K^{e}_{ip} \le \overline h_i\, K^{s}_{ip} \qquad\text{(duration_at_most)}

    \sum_{i \in F_s} \nu_i N^{e}_{ip} \le \beta_{sp} V_s n_p \qquad\text{(vanadium_supply)}

Symbols
-------
K^s  `stack_capacity`, N^s  `new_stack_capacity`, O^s  `operating_stack_capacity` [MW]; K^e  `energy_capacity`, N^e
`new_energy_capacity`, O^e  `operating_energy_capacity` [MWh]; h  least and largest duration [h]; F  batteries fed by a
source; ν  `vanadium_content`, V2O5 bound in the electrolyte [t/MWh]; V  V2O5 production of a source [t/yr]; β  share of
it that local batteries may take [1]; n  years since the previous period [yr].

Assumptions
-----------
The electrolyte keeps its vanadium: what it is worth at the end of its life, `energy_residual_value`, lowers its annuity
(capex − residual / (1 + r)^lifetime). Vanadium of retired electrolyte is sold at that value and does not feed new
batteries. Efficiency is AC to AC, pumps included. Sources: data package, tables `vanadium_flow`, `vanadium_supply`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.domain.errors import Problems
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.capacity import Capacity, add_capacity, investment_of, investment_parameters
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.storage import STORAGE_PARAMETERS, add_storage, storage_checks, storage_data, storage_series

TABLE = "vanadium_flow"
SUPPLY = "vanadium_supply"


class Options(TechnologySpec):
    """Options of the vanadium flow battery: none beyond on and off."""


def _fixed_om(prefix: str) -> Parameter:
    meaning = "fixed O&M as a share of the overnight cost"
    return Parameter(f"{prefix}fixed_om", "%capex/yr", meaning, "linear", maximum=100)


class VanadiumFlow:
    """Flow battery with stack and electrolyte sized apart."""

    key = "vanadium_flow"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        TABLE: (
            *STORAGE_PARAMETERS,
            *investment_parameters("stack_"),
            _fixed_om("stack_"),
            *investment_parameters("energy_", "MWh", "CNY/kWh"),
            _fixed_om("energy_"),
            Parameter("minimum_duration", "h", "least hours at full power", default=0.0),
            Parameter("maximum_duration", "h", "most hours at full power", default=100.0),
            Parameter("vanadium_content", "t/MWh", "V2O5 bound in the electrolyte"),
            Parameter("vanadium_source", "text", "source of the vanadium, or none for a market without limit"),
        ),
        SUPPLY: (
            Parameter("production", "t/yr", "V2O5 production of the source"),
            Parameter("local_share", "1", "share of it that local batteries may take", "linear", maximum=1.0),
        ),
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare both capacities and operation of every battery, post power, capacity and cost."""
        members = block.members("unit", system.items(TABLE))
        system.check_references(TABLE, "bus", system.buses)
        system.check_references(TABLE, "vanadium_source", system.items(SUPPLY), none="none")
        _check_durations(system)
        m = block.model.pyomo
        history = system.scenario.horizon.history_until
        stack = add_capacity(block, members, investment_of(system, TABLE, prefix="stack_"), history, "stack_capacity")
        energy = add_capacity(
            block, members, investment_of(system, TABLE, prefix="energy_"), history, "energy_capacity", "MWh"
        )
        _bound_duration(system, block, members, stack, energy)
        _bound_vanadium(system, block, members, energy)
        add_storage(
            block,
            members,
            storage_data(system, TABLE),
            block.at_bus(members, system.text(TABLE, "bus")),
            lambda i, p: energy.operating[i, p],
            converter=lambda i, p: stack.operating[i, p],
            tags={"vanadium_flow"},
        )
        tags = {"storage", "vanadium_flow"}
        yearly = (members, m.period)
        block.post("capacity", "power", +1, yearly, lambda i, p: stack.year_end[i, p], "power at year end", tags)
        block.post(
            "storage_energy", "energy", +1, yearly, lambda i, p: energy.year_end[i, p], "energy at year end", tags
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`vanadium_bound`, `vanadium_taken` [t V2O5] (unit, period); `losses` [MW], `full_cycles` [1/yr]."""
        content = results[f"parameter.{self.key}.vanadium_content"]
        bound = content * results[f"{self.key}.energy_capacity"]
        taken = content * results[f"{self.key}.new_energy_capacity"]
        return {
            "vanadium_bound": bound.assign_attrs(units="t", long_name="V2O5 bound in electrolyte at year end"),
            "vanadium_taken": taken.assign_attrs(units="t", long_name="V2O5 taken since the previous period"),
            **storage_series(results, self.key, results[f"{self.key}.operating_energy_capacity"]),
        }

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """The content, recomputed."""
        return storage_checks(results, self.key)


def _check_durations(system: SystemData) -> None:
    """InputError where no duration is left between the least and the largest."""
    problems = Problems()
    low, high = system.number(TABLE, "minimum_duration"), system.number(TABLE, "maximum_duration")
    for item, least, most in zip(system.items(TABLE), low, high, strict=True):
        if least > most:
            where = f"{TABLE}.csv {item}.minimum_duration"
            problems.add(where, f"{least:g} h is above the largest, {most:g} h.", "Correct one of them.")
    problems.raise_if_any()


def _bound_duration(system: SystemData, block: Block, members: Any, stack: Capacity, energy: Capacity) -> None:
    over = (members, block.model.pyomo.period)
    low, high = (system.number(TABLE, name) for name in ("minimum_duration", "maximum_duration"))
    least = block.parameter("minimum_duration", (members,), low, "h", "least hours at full power")
    most = block.parameter("maximum_duration", (members,), high, "h", "most hours at full power")
    block.constraint(
        "duration_at_least",
        over,
        lambda b, i, p: energy.year_end[i, p] >= least[i] * stack.year_end[i, p],
        "MWh",
        "electrolyte lasts the least hours",
    )
    block.constraint(
        "duration_at_most",
        over,
        lambda b, i, p: energy.year_end[i, p] <= most[i] * stack.year_end[i, p],
        "MWh",
        "electrolyte lasts no more than the most hours",
    )


def _bound_vanadium(system: SystemData, block: Block, members: Any, energy: Capacity) -> None:
    m, years = block.model.pyomo, block.model.calendar.years_since_previous
    content = block.parameter(
        "vanadium_content", (members,), system.number(TABLE, "vanadium_content"), "t/MWh", "V2O5 in the electrolyte"
    )
    source_of = system.text(TABLE, "vanadium_source")
    used = [source for source in system.items(SUPPLY) if source in source_of.values()]
    if not used:
        return
    sources = block.members("source", used)
    fed = block.family("fed_by", sources, {s: [i for i in members if source_of[i] == s] for s in used}, members)
    chosen = [system.items(SUPPLY).index(source) for source in used]
    supply = (system.number(SUPPLY, "production")[:, None] * system.number(SUPPLY, "local_share"))[chosen]
    offered = block.parameter(
        "vanadium_offered",
        (sources, m.period),
        supply * np.asarray(years)[None, :],
        "t",
        "V2O5 local batteries may take",
    )
    block.constraint(
        "vanadium_supply",
        (sources, m.period),
        lambda b, s, p: sum(content[i] * energy.new[i, p] for i in fed[s]) <= offered[s, p],
        "t",
        "electrolyte takes no more vanadium than is offered since the previous period",
    )
