r"""Yearly amounts grown from a base year. Called by whatever is given as a level and its growth.

.. math:: X_{ip} = X_{i,0} \prod_{y = y_0 + 1}^{p} (1 + g_{iy})
"""

from __future__ import annotations

import numpy as np

from pzh_energy.domain.errors import Problems
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.system import SystemData


def growth_parameters(base: str, unit: str, meaning: str) -> tuple[Parameter, Parameter, Parameter]:
    """The parameters of an amount that grows: its level in the base year, that year, and the growth of each year."""
    return (
        Parameter(base, unit, f"{meaning} in the base year"),
        Parameter("base_year", "year", "year of the base"),
        Parameter("growth", "1/yr", "growth over the year before", "step", minimum=-0.5, maximum=1.0),
    )


def grown(system: SystemData, table: str, base: str) -> np.ndarray:
    """Amount (n, P), in the unit of the parameter `base`, of every item of a table in every period's year.

    For a year before the base year the growth is applied backwards. InputError where it is not known that far.
    """
    data = system.tables[table]
    years = [int(y) for y in data["year"].values]
    growth = system.number(table, "growth")
    problems = Problems()
    out = np.zeros((growth.shape[0], len(system.calendar.periods)))
    position = {year: n for n, year in enumerate([years[0] - 1, *years])}
    for k, item in enumerate(system.items(table)):
        start, base_year = float(data[base].values[k]), int(data["base_year"].values[k])
        if base_year not in position:
            where = f"{table}.csv {item}.base_year"
            problems.add(where, f"growth is not known from {base_year} on.", f"State growth from {base_year + 1} on.")
            continue
        level = np.concatenate([[1.0], np.cumprod(1 + growth[k])])
        out[k] = [start * level[position[p]] / level[position[base_year]] for p in system.calendar.periods]
    problems.raise_if_any()
    return out
