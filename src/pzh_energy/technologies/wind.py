r"""Onshore wind by resource class, each with its own hourly availability, costs and potential.

Equations
---------
Capacity: `modeling/capacity.py`. Operation: `modeling/variable_generation.py`.

Symbols
-------
`capacity`, `new_capacity`, `operating_capacity` and `generation` [MW], as in those two modules.

Assumptions
-----------
All turbines of a class see the same wind. Costs are overnight costs of the vintage's year, network connection included.
Ratings are AC at the connection point, as the statistics count them.

Sources
-------
Data package, table `wind`; series named by `availability_series`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import xarray as xr

from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.capacity import FIXED_OM_SHARE, INVESTMENT_PARAMETERS, add_capacity, investment_of
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.variable_generation import (
    GENERATION_PARAMETERS,
    add_variable_generation,
    curtailment,
    hourly_availability,
)


class Options(TechnologySpec):
    """Options of wind: none beyond on and off."""


class Wind:
    """Onshore wind."""

    key = "wind"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {"wind": (*GENERATION_PARAMETERS, *INVESTMENT_PARAMETERS, FIXED_OM_SHARE)}

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare capacity and generation of every class, post power, capacity and cost."""
        members = block.members("unit", system.items("wind"))
        system.check_references("wind", "bus", system.buses)
        availability = system.calendar.mean(hourly_availability(system, "wind"))
        capacity = add_capacity(block, members, investment_of(system, "wind"), system.scenario.horizon.history_until)
        add_variable_generation(
            block,
            members,
            capacity.operating,
            availability,
            system.number("wind", "variable_om"),
            system.text("wind", "bus"),
            {"wind"},
        )
        m = block.model.pyomo
        block.post(
            "capacity",
            "capacity",
            +1,
            (members, m.period),
            lambda i, p: capacity.year_end[i, p],
            "installed at year end",
            {"wind", "clean", "statistical", "physical"},
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`curtailment` [MW] (unit, period, weather, timestep)."""
        return {"curtailment": curtailment(results, self.key)}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Nothing beyond the general checks."""
        return ()
