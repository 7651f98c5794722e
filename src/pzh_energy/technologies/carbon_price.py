r"""Carbon price: what every covered tonne of carbon dioxide costs, and every tonne captured earns back.

Equations
---------
.. math::
    C_p = 10^{-3} \sum_{e \in \text{covered}} \text{sign}_e\, \pi_p\, E_{ep}

Symbols
-------
C  cost [million CNY/yr]; π  parameter `price` [CNY/t]; E  carbon dioxide of an entry of the ledger [kt/yr].

Assumptions
-----------
One price for all that is covered, without free allocation: a payment of the city to the outside, not a transfer within
it. An entry is covered if it carries one of the tags of `covers`, once however many it carries. Carbon captured counts
against the price with its own sign; what forests take up does not unless `sink` is covered.
Sources: data package, table `carbon_price`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import xarray as xr
from pydantic import Field

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.ledger import Entry
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results

TABLE = "carbon_price"
MILLION_CNY_PER_KT_AT_CNY_PER_T = 1e-3
KINDS = ("energy", "process", "captured", "import", "sink")
"""Kinds of carbon dioxide that may be priced whether or not anything posts them."""


class Options(TechnologySpec):
    """Options of the carbon price."""

    covers: tuple[str, ...] = Field(
        default=("energy", "process", "captured"),
        min_length=1,
        description="tags of the carbon dioxide that is priced, such as energy, process, captured, import, coal, steel",
    )


class CarbonPrice:
    """A price on carbon dioxide."""

    key = "carbon_price"
    reads_ledgers = True
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        TABLE: (Parameter("price", "CNY/t", "price of carbon dioxide", "linear"),),
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Post the cost of every entry that is covered."""
        items = system.items(TABLE)
        if len(items) != 1:
            what = f"has {len(items)} items, {', '.join(items) or 'none'}."
            raise InputError([Problem(f"{TABLE}.csv", what, "State one price.")])
        m = block.model.pyomo
        book = block.model.ledgers["co2"]
        _check_covered(system, spec, {tag for entry in book.entries for tag in entry.tags})
        price = block.parameter("price", (m.period,), system.number(TABLE, "price")[0], "CNY/t", "price of CO2")
        for entry in book.read(any_of=spec.covers):
            _post_cost(block, entry, price)

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """Nothing."""
        return {}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """The year's payment is the price of the table times the covered tonnes of the year."""
        spec = system.scenario.technologies[self.key]
        tonnes = results.net_amount(results.ledger("co2", any_of=spec.covers))  # type: ignore[attr-defined]
        paid = [entry for entry in results.ledger("cost", "carbon_price") if entry.block == self.key]
        total = results.net_amount(paid)
        owed = MILLION_CNY_PER_KT_AT_CNY_PER_T * system.number(TABLE, "price")[0] * tonnes
        size = 1e-6 * max(1.0, float(abs(owed).max()))
        yield Check("carbon is paid for by the tonne", float(abs(total - owed).max()), size, "million CNY/yr")


def _check_covered(system: SystemData, spec: Options, known: set[str]) -> None:
    """InputError for a tag that no carbon dioxide carries."""
    problems = Problems()
    for tag in spec.covers:
        if tag not in known and tag not in KINDS:
            where = system.scenario.where("technologies", TABLE, "covers")
            problems.add(where, f"no carbon dioxide is tagged {tag!r}.", near_miss(tag, sorted({*known, *KINDS})))
    problems.raise_if_any()


def _post_cost(block: Block, entry: Entry, price: Any) -> None:
    """The cost of one entry of carbon dioxide, over its own index."""
    block.post(
        "cost",
        entry.name.replace(".", "_"),
        entry.sign,
        entry.sets,
        lambda i, p, *finer: MILLION_CNY_PER_KT_AT_CNY_PER_T * price[p] * entry.rule(i, p, *finer),
        f"carbon price on: {entry.meaning}",
        {"carbon_price"},
    )
