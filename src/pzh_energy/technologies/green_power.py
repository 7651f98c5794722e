r"""Green power: renewable electricity bought and sold by certificate, apart from the energy itself.

Equations
---------
.. math::
    0 \le b_{ip} \le B_{ip}, \qquad 0 \le s_{ip} \le S_{ip}

as bounds.

Symbols
-------
b  `bought`, s  `sold` [TWh/yr]; B, S  their limits [TWh/yr].
Cost: price of buying times b less price of selling times s.

Assumptions
-----------
A certificate moves an account and no electricity: the energy is traded in `grid_exchange`. What is sold is only held
below its limit here; that it must have been generated, and no longer counts for the city, is for the obligation that
reads the ledger. Where nothing else asks for certificates, none are bought and all that may be sold is sold. To buy for
less than what selling brings is refused: it would earn money from nothing.
Sources: data package, table `green_power`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import xarray as xr

from pzh_energy.domain.errors import Problems
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results

TABLE = "green_power"
DIRECTIONS = {"bought": +1, "sold": -1}
"""Sign of each direction, in the ledger of green power and in that of cost."""


class Options(TechnologySpec):
    """Options of green power: none beyond on and off."""


class GreenPower:
    """Trade in green-power certificates."""

    key = "green_power"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        TABLE: tuple(
            parameter
            for direction in DIRECTIONS
            for parameter in (
                Parameter(f"{direction}_limit", "TWh/yr", f"most that can be {direction} in a year", "linear"),
                Parameter(f"{direction}_price", "CNY/MWh", f"price of what is {direction}", "linear"),
            )
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare what is bought and sold within its limits, post it and its cost."""
        _check_prices(system)
        m = block.model.pyomo
        members = block.members("certificate", system.items(TABLE))
        for direction, sign in DIRECTIONS.items():
            self._trade(system, block, (members, m.period), direction, sign)

    def _trade(self, system: SystemData, block: Block, over: tuple[Any, ...], direction: str, sign: int) -> None:
        """One direction: its variable, its entry and its money."""
        most = block.parameter(
            f"{direction}_limit",
            over,
            system.number(TABLE, f"{direction}_limit"),
            "TWh/yr",
            f"most that is {direction}",
        )
        price = block.parameter(
            f"{direction}_price", over, system.number(TABLE, f"{direction}_price"), "CNY/MWh", f"price, {direction}"
        )
        amount = block.variable(direction, over, "TWh/yr", f"green power {direction}", lambda b, i, p: (0, most[i, p]))
        meaning = f"green power {direction}"
        block.post("green_power", direction, sign, over, lambda i, p: amount[i, p], meaning, {direction})
        # 1 TWh at 1 CNY/MWh is a million CNY
        block.post("cost", direction, sign, over, lambda i, p: price[i, p] * amount[i, p], meaning, {"green_power"})

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """Nothing."""
        return {}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Nothing beyond the general checks."""
        return ()


def _check_prices(system: SystemData) -> None:
    """InputError where what is sold brings more than what is bought costs in a year in which both are possible."""
    problems = Problems()
    numbers = {n: system.number(TABLE, n) for n in ("bought_limit", "bought_price", "sold_limit", "sold_price")}
    both = (numbers["bought_limit"].max(axis=0, initial=0.0) > 0) & (numbers["sold_limit"].max(axis=0, initial=0.0) > 0)
    for p, period in enumerate(system.calendar.periods):
        if not both[p]:
            continue
        buying, selling = numbers["bought_limit"][:, p] > 0, numbers["sold_limit"][:, p] > 0
        cheapest, dearest = numbers["bought_price"][buying, p].min(), numbers["sold_price"][selling, p].max()
        if dearest > cheapest:
            what = f"sells at {dearest:g} CNY/MWh in {period} what it buys at {cheapest:g}."
            problems.add(f"{TABLE}.csv", what, "Let the price of buying be the higher one.")
    problems.raise_if_any()
