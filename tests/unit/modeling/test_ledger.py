"""Ledgers: what is posted is found again by its tags, summed as it should be, and never posted wrongly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pzh_energy.inputs.calendar import Calendar
from pzh_energy.modeling.ledger import LEDGERS, Entry, make_ledgers
from pzh_energy.modeling.model import Block, Model
from tests import toys
from tests.toys import Toy


def entry(name: str, sign: int = 1, tags: tuple[str, ...] = ()) -> Entry:
    """Amounts of the members 1, 2 and 3: ten times the member plus the period."""
    return Entry("capacity", name, sign, lambda i, p: 10 * i + p, ([1, 2, 3],), {"a": [1, 3]}, frozenset(tags), "")


@pytest.fixture
def block() -> Block:
    """A block of a model with two buses and one step."""
    calendar = Calendar((2020,), 1, 0.0, 2020, ("normal",), np.ones(1), np.array([0, 8760]))
    return Model(["east", "west"], calendar).component("plant")


def post(block: Block, ledger: str, name: str, at: Any = None) -> Entry:
    """Post a constant of two members."""
    members = block.members(f"{name}_member", ["x", "y"])
    over = (members, *block.model.operation)
    return block.post(ledger, name, +1, over, lambda i, p, w, t: 1.0, "a constant", {"word"}, at and at(members))


def test_entries_are_summed_over_all_or_some_of_their_members() -> None:
    assert entry("e").total(5) == 15 + 25 + 35
    assert entry("e", -1).total(5) == 75
    assert entry("e").over([2], 5) == 25


def test_only_a_bus_sees_the_sign_and_its_own_members() -> None:
    assert entry("e", -1).on("a", 5) == -(15 + 35)


def test_entries_are_read_by_all_of_some_tags_and_any_of_others() -> None:
    ledger = make_ledgers()["capacity"]
    ledger.entries[:] = [
        entry("a", tags=("hydro", "clean")),
        entry("b", tags=("wind", "clean")),
        entry("c", tags=("thermal",)),
    ]
    assert [e.name for e in ledger.read()] == ["a", "b", "c"]
    assert [e.name for e in ledger.read("clean")] == ["a", "b"]
    assert [e.name for e in ledger.read("clean", any_of=("wind", "thermal"))] == ["b"]
    assert [e.name for e in ledger.read(any_of=("wind", "thermal"))] == ["b", "c"]
    assert ledger.read("clean", "thermal") == []


def test_every_model_begins_with_empty_ledgers() -> None:
    first = make_ledgers()
    first["cost"].entries.append(entry("e"))
    assert [len(ledger.entries) for ledger in make_ledgers().values()] == [0] * len(LEDGERS)


def test_only_what_flows_between_members_has_to_balance() -> None:
    assert [kind.name for kind in LEDGERS if kind.balanced] == ["electricity", "hydrogen"]


def test_posting_names_the_block_and_keeps_the_order(block: Block) -> None:
    post(block, "co2", "one")
    post(block, "co2", "two")
    entries = block.model.ledgers["co2"].entries
    assert [e.name for e in entries] == ["plant.one", "plant.two"]
    assert entries[0].dimensions == ("period", "weather", "timestep")
    assert list(entries[0].members) == ["x", "y"]


def test_a_name_is_posted_once_to_a_ledger(block: Block) -> None:
    post(block, "co2", "one")
    with pytest.raises(ValueError, match=r"plant\.one is posted twice to the co2 ledger"):
        block.post("co2", "one", +1, (block.block.one_member,), lambda i: 1.0, "again")


def test_the_same_name_may_stand_in_two_ledgers(block: Block) -> None:
    first = post(block, "co2", "one")
    second = block.post("cost", "one", +1, first.sets[:2], lambda i, p: 1.0, "its cost")
    assert (first.name, second.ledger) == (second.name, "cost")


def test_an_entry_of_a_balance_needs_a_bus(block: Block) -> None:
    with pytest.raises(ValueError, match=r"plant\.one: an entry of the electricity ledger needs the bus"):
        post(block, "electricity", "one")


def test_members_are_known_on_every_bus_even_where_there_are_none(block: Block) -> None:
    found = post(block, "electricity", "one", at=lambda members: block.at_bus(members, {"x": "west", "y": "west"}))
    assert list(found.at["east"]) == []
    assert list(found.at["west"]) == ["x", "y"]
    assert found.on("east", 2020, "normal", 0) == 0


def test_cost_is_summed_over_what_each_entry_has_and_the_weather_is_weighed() -> None:
    """Fixed cost has no weather and no step, import has both.

    By hand: load 100 MW over one year, wet or dry with one half each; wind gives 100 or 0 MW. Import only when dry:
    0.5·438 million; fixed cost 2 % of 1000 CNY/kW on 100 MW: 2 million whatever the weather.
    """
    toy = Toy(
        {**toys.imports(500), "wind": {"ridge": toys.wind(100, "gale", fixed_om=2)}},
        load=100,
        series={"gale": {"wet": 1.0, "dry": 0.0}},
        weather={"wet": 0.5, "dry": 0.5},
    )
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(0.5 * 438 + 2)
    assert solved.cost("grid_exchange.import") == pytest.approx(219)
    assert solved.cost("fixed_om") == pytest.approx(2)
