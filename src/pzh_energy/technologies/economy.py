r"""Economy: value added of the city by year, given from outside, against which intensities are measured.

Equations
---------
.. math::
    Y_{ip} = Y_{i,0} \prod_{y = y_0 + 1}^{p} (1 + g_{iy})

Symbols
-------
Y  parameter `value_added` of `gdp` and of `industrial_value_added` [100 million CNY/yr], in prices of the base year, Y₀
in the base year y₀; g  real growth over the year before [1/yr].

Assumptions
-----------
Value added does not answer to what energy costs. For a year before the base year the growth is applied backwards.
Sources: data package, table `economy`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import xarray as xr

from pzh_energy.domain.errors import Problems, near_miss
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.growth import grown, growth_parameters
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results

TABLE = "economy"
MEASURES = ("gdp", "industrial_value_added")
"""What targets can read: the items the table may have, and their tags."""


class Options(TechnologySpec):
    """Options of the economy: none beyond on and off."""


class Economy:
    """Value added, given from outside."""

    key = "economy"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        TABLE: growth_parameters("base_value", "100 million CNY/yr", "value added of a year")
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Post the value added of every year, each measure under its tag."""
        _check_measures(system)
        m = block.model.pyomo
        members = block.members("measure", system.items(TABLE))
        values = grown(system, TABLE, "base_value")
        amount = block.parameter("value_added", (members, m.period), values, "100 million CNY/yr", "value added")
        for item in system.items(TABLE):
            one = block.members(f"measure_{item}", [item], within=members)
            block.post(
                "activity", item, +1, (one, m.period), lambda i, p: amount[i, p], "value added of a year", {item}
            )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """Nothing."""
        return {}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Nothing beyond the general checks."""
        return ()


def _check_measures(system: SystemData) -> None:
    """InputError for an item that no target could read, and for a value of zero, which nothing can be divided by."""
    problems = Problems()
    for item, base in zip(system.items(TABLE), system.number(TABLE, "base_value"), strict=True):
        if item not in MEASURES:
            problems.add(f"{TABLE}.csv {item}", "is no measure of value added.", near_miss(item, MEASURES))
        elif not base > 0:
            problems.add(f"{TABLE}.csv {item}.base_value", "is zero.", "State value added above zero.")
    problems.raise_if_any()
