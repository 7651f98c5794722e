"""A technology of the tests that posts given amounts to ledgers by the year, so that a metric can be tried by itself.

`made` rows are items: a ledger, tags, and an amount by the year in the ledger's unit. An item may be saved at a cost,
up to `saving_limit` of the amount, and what is saved may need electricity: enough for an end use that changes its fuel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import xarray as xr

from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling import registry
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from tests import toys
from tests.toys import Cell, Toy


class Options(TechnologySpec):
    """No options."""


class Made:
    """Given amounts, some of which can be saved."""

    key = "made"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        "made": (
            Parameter("ledger", "text", "ledger the amount is posted to"),
            Parameter("tags", "text", "tags, with spaces between"),
            Parameter("sign", "1", "sign of the entry", default=1.0, minimum=-1.0),
            Parameter("amount", "1", "amount of a year", "linear"),
            Parameter("saving_limit", "1", "share that can be saved", default=0.0),
            Parameter("saving_cost", "1", "million CNY for a unit saved", default=0.0),
            Parameter("electricity", "1", "MW of end use for a unit saved, all year", default=0.0),
            Parameter("electricity_tags", "text", "further tags of that load", default=""),
        )
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Post every item."""
        m, items = block.model.pyomo, system.items("made")
        members = block.members("item", items)
        yearly = (members, m.period)
        given = block.parameter("amount", yearly, system.number("made", "amount"), "1", "amount")
        most = system.number("made", "amount") * system.number("made", "saving_limit")[:, None]
        limit = block.parameter("saving_limit", yearly, most, "1", "most that can be saved")
        saved = block.variable("saved", yearly, "1", "amount saved", lambda b, i, p: (0, limit[i, p]))
        price = block.parameter("saving_cost", (members,), system.number("made", "saving_cost"), "1", "cost")
        need = block.parameter("electricity", (members,), system.number("made", "electricity"), "MW", "load")
        block.post("cost", "saving", +1, yearly, lambda i, p: price[i] * saved[i, p], "cost of saving", {"saving"})
        for n, item in enumerate(items):
            one = block.members(f"only_{item}", [item], within=members)
            ledger, tags = system.text("made", "ledger")[item], system.text("made", "tags")[item].split()
            fixed = not most[n].any()
            rule = (lambda i, p: given[i, p]) if fixed else (lambda i, p: given[i, p] - saved[i, p])
            sign = int(system.number("made", "sign")[n])
            block.post(ledger, item, sign, (one, m.period), rule, item, set(tags))
            if system.number("made", "electricity")[n]:
                block.post(
                    "electricity",
                    f"load_{item}",
                    -1,
                    (one, *block.model.operation),
                    lambda i, p, w, t: need[i] * saved[i, p],
                    "end use",
                    {"consumption", "end_use", "electrified", *system.text("made", "electricity_tags")[item].split()},
                    block.at_bus(one, {item: system.buses[0]}, f"at_{item}"),
                )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """Nothing."""
        return {}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Nothing."""
        return ()


def amount(ledger: str, tags: str, value: Cell, **more: Cell) -> dict[str, Cell]:
    """An item of the table."""
    return {"ledger": ledger, "tags": tags, "amount": value, **more}


@contextmanager
def known() -> Iterator[None]:
    """The technology is found among the others meanwhile."""
    found = {**registry.technologies(), Made.key: Made()}
    with patch.object(registry, "technologies", lambda: found):
        yield


def solve(toy: Toy) -> toys.Solved:
    """Assemble, compile and solve a toy that may have made amounts."""
    with known():
        return toys.solve(toy)


def refusals(toy: Toy) -> str:
    """What a toy that may have made amounts is refused for."""
    with known():
        return toys.refusals(toy)
