"""Targets of fuel and of bought electricity: growth of a fuel, import dependence, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests import made_accounts, toys
from tests.made_accounts import amount
from tests.toys import Toy

TRUCKS = {"trucks": amount("fuel", "oil fossil land_transport", {2020: 100, 2022: 120}, saving_limit=1, saving_cost=2)}


def asking(target: Mapping[str, Any], periods: tuple[int, ...] = (2020, 2021, 2022)) -> Toy:
    """Trucks that would use 100, 110 and 120 ktce of oil, at 2 million CNY for a ktce less; mills use coal."""
    made = {**TRUCKS, "mills": amount("fuel", "coal fossil industry", 500)}
    spec = {"metric": "fuel_growth", "uses": ("oil", "land_transport"), "operator": "at_most", "mode": "hard", **target}
    return Toy({"made": made, **toys.imports()}, load=1, periods=periods, targets={"F": spec})


def reported(toy: Toy) -> Toy:
    """The toy with its target only measured."""
    return replace(toy, targets={"F": {**(toy.targets or {})["F"], "mode": "report"}})


def saving(toy: Toy) -> float:
    """What the target costs [million CNY]."""
    return made_accounts.solve(toy).objective - made_accounts.solve(reported(toy)).objective


def test_plateau_holds_growth_from_its_year_on() -> None:
    """Proves that a plateau limits growth in its year and leaves earlier growth alone.

    By hand: 1 % from 2022 allows 110·1.01 = 111.1 of 120 ktce: 8.9 saved, 17.8 million. To save in 2021 only lowers
    what 2022 may use. From 2021: 101 and 102.01 instead of 110 and 120: 26.99 saved, 53.98 million.
    """
    toy = asking({"value": 1.0, "from_year": 2022})
    assert saving(toy) == pytest.approx(17.8)
    solved = made_accounts.solve(toy)
    assert solved.measured("F", 2022) == pytest.approx(1)
    assert solved.measured("F", 2021) == pytest.approx(10)
    assert saving(asking({"value": 1.0, "from_year": 2021})) == pytest.approx(53.98)


def test_growth_over_a_gap_is_that_of_a_year() -> None:
    """Proves that the periods' distance enters.

    By hand: from 2020 to 2022 use grows by 20 %, 10 % a year. 4 % a year allows 108 of 120 ktce: 24 million. If broken
    (growth of the gap) 104 would be allowed and 32 million paid.
    """
    toy = asking({"value": 4.0, "year": 2022}, periods=(2020, 2022))
    assert made_accounts.solve(reported(toy)).measured("F", 2022) == pytest.approx(10)
    assert saving(toy) == pytest.approx(24)


def test_growth_speaks_of_every_year_but_the_first() -> None:
    """Proves that a limit without a year has a row for each period that has one before it.

    By hand: at 5 % a year 105 and 110.25 of 110 and 120 ktce: 14.75 saved, 29.5 million.
    """
    toy = asking({"value": 5.0})
    assert made_accounts.solve(toy).assembled.targets[0].periods == (2021, 2022)
    assert saving(toy) == pytest.approx(29.5)


def test_tags_that_no_fuel_carries_together_are_refused() -> None:
    """Proves that a use nobody posts is refused, one by one and in combination."""
    text = made_accounts.refusals(asking({"value": 1.0, "uses": ("oil", "land_transprt")}))
    assert "nothing in the fuel ledger is 'land_transprt'. Did you mean \"land_transport\"?" in text
    assert "all of: oil, industry" in made_accounts.refusals(asking({"value": 1.0, "uses": ("oil", "industry")}))


def importing(lost_load: float = 20000, **target: Any) -> Toy:
    """Load of 100 MW, import at 100 CNY/MWh, a plant of 100 MW at 300."""
    plant = toys.thermal(100, operation="dispatchable", heat_rate=0.3, fuel_cost=1000)
    tables = {"thermal": {"plant": plant}, **toys.imports(100), **toys.lost_load(lost_load)}
    spec = {"metric": "import_dependence", "operator": "at_most", "value": 40.0, "mode": "hard", **target}
    return Toy(tables, load=100, targets={"F": spec})


def test_import_dependence_is_bought_down() -> None:
    """Proves that a limit on imports replaces them, and what a percentage point costs.

    By hand: 60 MW of the plant at 200 CNY/MWh more: 60·8760·200 = 105.12 million; a point is 1 MW, 1.752 million.
    """
    toy = importing()
    hard, free = toys.solve(toy), toys.solve(reported(toy))
    assert free.measured("F", 2020) == pytest.approx(100)
    assert hard.measured("F", 2020) == pytest.approx(40)
    assert hard.objective - free.objective == pytest.approx(105.12)
    terms = hard.results.expressions["F"][2020]
    assert abs(hard.at("dual.target_F.requirement", 2020)) * terms["base"] / terms["scale"] == pytest.approx(1.752)


def test_import_dependence_is_not_met_by_not_serving() -> None:
    """Proves that shedding load does not lower the dependence.

    By hand: lost load at 50 CNY/MWh is the cheapest of all. Of 100 MW 40 may be shed, the plant gives 60: 40·50 +
    60·300 = 20000 CNY/h, 175.2 million. If broken all would be shed, 43.8 million, and the target met by darkness.
    """
    solved = toys.solve(importing(lost_load=50))
    assert solved.objective == pytest.approx(175.2)
    assert solved.measured("F", 2020) == pytest.approx(40)
