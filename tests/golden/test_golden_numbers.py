"""The committed scenarios give the numbers that were agreed on (`python -m tests.golden.update "reason"`).

Tolerances leave room for another optimal vertex of the same cost and for rounding on another machine, for no more.
"""

from __future__ import annotations

import pytest

from tests.golden.runs import SCENARIOS, remembered, run, snapshot
from tests.golden.update import update

NAMES = sorted(SCENARIOS)


@pytest.mark.parametrize("name", NAMES)
def test_the_program_has_the_size_agreed_on(name: str) -> None:
    assert snapshot(run(name))["size"] == remembered(name)["size"]


@pytest.mark.parametrize("name", NAMES)
def test_the_cost_is_the_one_agreed_on(name: str) -> None:
    assert run(name).objective == pytest.approx(remembered(name)["objective_million_cny"], rel=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_capacities_are_those_agreed_on(name: str) -> None:
    found, agreed = snapshot(run(name))["capacity_mw"], remembered(name)["capacity_mw"]
    assert set(found) == set(agreed)
    for entry, years in agreed.items():
        assert found[entry] == pytest.approx(years, rel=1e-3, abs=0.5), entry


@pytest.mark.parametrize("name", NAMES)
def test_every_target_achieves_what_was_agreed_on(name: str) -> None:
    found, agreed = snapshot(run(name)), remembered(name)
    assert set(found["achieved"]) == set(agreed["achieved"])
    for target, value in agreed["achieved"].items():
        # what cannot be computed stays so
        expected = None if value is None else pytest.approx(value, rel=1e-3, abs=1e-4)
        assert found["achieved"][target] == expected, target
    assert found["verdict"] == agreed["verdict"]


@pytest.mark.parametrize("name", NAMES)
def test_agreed_numbers_carry_a_dated_reason(name: str) -> None:
    history = remembered(name)["history"]
    assert history
    assert all(set(entry) == {"date", "reason"} and entry["reason"].strip() for entry in history)


def test_numbers_are_not_changed_without_a_reason() -> None:
    with pytest.raises(SystemExit, match="why"):
        update("because")
