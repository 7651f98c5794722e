r"""Transmission between buses: a transport model with a limit each way and a loss.

Equations
---------
.. math::
    0 \le f_{lpwt} \le \bar f_{lp}, \qquad 0 \le r_{lpwt} \le \bar r_{lp}

as bounds. The link takes f off its first bus and puts (1 − ε) f on its second; r runs the other way.

Symbols
-------
f  `forward`, sent from `from_bus` to `to_bus` [MW]; r  `backward`, sent from `to_bus` to `from_bus` [MW]; ε  loss [1].

Assumptions
-----------
Flows are chosen freely within the limits: no voltage law. Existing links only, their cost is sunk. A table without
rows means no links. Sources: data package, table `transmission`.
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

TABLE = "transmission"


class Options(TechnologySpec):
    """Options of transmission: none beyond on and off."""


class Transmission:
    """Links between buses."""

    key = "transmission"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        TABLE: (
            Parameter("from_bus", "text", "bus the link starts at"),
            Parameter("to_bus", "text", "bus the link ends at"),
            Parameter("forward_limit", "MW", "largest power sent from from_bus", "linear"),
            Parameter("backward_limit", "MW", "largest power sent from to_bus", "linear"),
            Parameter("loss", "1", "share of the power sent that does not arrive", default=0.0, maximum=0.5),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare the flow each way and post what leaves and what arrives."""
        for end in ("from_bus", "to_bus"):
            system.check_references(TABLE, end, system.buses)
        _check_ends(system)
        links = block.members("link", system.items(TABLE))
        starts = block.at_bus(links, system.text(TABLE, "from_bus"), name="starts_at")
        ends = block.at_bus(links, system.text(TABLE, "to_bus"), name="ends_at")
        arriving = block.parameter("arriving", (links,), 1 - system.number(TABLE, "loss"), "1", "share not lost")
        _add_direction(system, block, links, "forward", arriving, starts, ends)
        _add_direction(system, block, links, "backward", arriving, ends, starts)

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`losses` [MW] (link, period, weather, timestep)."""
        sent = results[f"{self.key}.forward"] + results[f"{self.key}.backward"]
        lost = (sent * (1 - results[f"parameter.{self.key}.arriving"])).transpose(*sent.dims)
        return {"losses": lost.assign_attrs(units="MW", long_name="lost on the link")}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Nothing beyond the general checks."""
        return ()


def _check_ends(system: SystemData) -> None:
    """InputError for a link that ends where it starts."""
    problems = Problems()
    end_of = system.text(TABLE, "to_bus")
    for link, start in system.text(TABLE, "from_bus").items():
        if end_of[link] == start:
            problems.add(f"{TABLE}.csv {link}.to_bus", f"is {start}, as from_bus.", "Name the other end.")
    problems.raise_if_any()


def _add_direction(
    system: SystemData, block: Block, links: Any, direction: str, arriving: Any, start: Any, end: Any
) -> None:
    """Declare the flow of one direction; start, end: links by the bus the power leaves and the bus it reaches."""
    over = (links, *block.model.operation)
    limit = block.parameter(
        f"{direction}_limit",
        (links, block.model.pyomo.period),
        system.number(TABLE, f"{direction}_limit"),
        "MW",
        f"largest power sent {direction}",
    )
    flow = block.variable(direction, over, "MW", f"power sent {direction}", lambda b, i, p, w, t: (0, limit[i, p]))
    block.post(
        "electricity",
        f"{direction}_sent",
        -1,
        over,
        lambda i, p, w, t: flow[i, p, w, t],
        f"sent {direction}",
        {"transmission", "sent"},
        start,
    )
    block.post(
        "electricity",
        f"{direction}_received",
        +1,
        over,
        lambda i, p, w, t: arriving[i] * flow[i, p, w, t],
        f"received {direction}",
        {"transmission", "received"},
        end,
    )
