"""Indicators that follow from capacities and energies, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from pzh_energy.modeling import registry
from pzh_energy.reporting.scorecard import scorecard
from tests import made_accounts, toys
from tests.made_accounts import amount
from tests.toys import Cell, Toy

LAND: dict[str, Cell] = {"ledger": "capacity", "tags": "solar_pv statistical", "per": "MW", "unit": "ha"}
POINTS: dict[str, Cell] = {"ledger": "electricity", "tags": "ev_charging", "per": "GWh/yr", "unit": "units"}


def asking(row: Mapping[str, Cell], target: Mapping[str, Any], **tables: Mapping[str, Mapping[str, Cell]]) -> Toy:
    """20 MW of PV on roofs, 30 in fields, without sun; a new MW costs 0.05 and 0.1 million in its first year, 2021."""
    field = toys.solar(30, "dark", max_build=100, capex=2000)
    sun = {"roof": toys.solar(20, "dark", max_build=100), "field": field}
    spec = {"metric": "indicator", "indicator": "it", "operator": "at_least", "year": 2021, "mode": "hard", **target}
    base = {"solar_pv": sun, "indicators": {"it": dict(row)}, **toys.imports(500), **tables}
    return Toy(base, load=100, series={"dark": 0.0}, periods=(2020, 2021), targets={"I": spec})


def cost_of(toy: Toy) -> float:
    """What the target costs [million CNY]."""
    off = replace(toy, targets={"I": {**(toy.targets or {})["I"], "mode": "report"}})
    return made_accounts.solve(toy).objective - made_accounts.solve(off).objective


def test_capacity_is_converted() -> None:
    """Proves that all items are counted and converted, and that the target goes by the indicator's name and unit.

    By hand: 2 ha a MW: 50 MW are 100 ha; 130 ha need 15 MW, on roofs, for 0.75 million. If broken (conversion left out)
    80 MW for 4 million.
    """
    toy = asking({**LAND, "conversion": 2}, {"value": 130.0, "unit": "ha"})
    assert cost_of(toy) == pytest.approx(0.75)
    solved = made_accounts.solve(toy)
    assert solved.measured("I", 2021) == pytest.approx(130)
    (row,) = scorecard(solved.results, solved.assembled.system.targets, registry.targets())
    assert (row.label_en, row.unit, row.verdict) == ("it", "ha", "met")
    assert abs(solved.at("dual.target_I.requirement", 2021)) == pytest.approx(0.025)


def test_only_the_items_named_count() -> None:
    """Proves that one class of a technology can be told from another.

    By hand: 2 ha a MW of the fields: 30 MW are 60 ha; 90 ha need 15 MW at 0.1 million: 1.5 million. If broken (roofs
    count) 0 would be paid.
    """
    toy = asking({**LAND, "items": "field", "conversion": 2}, {"value": 90.0, "unit": "ha"})
    assert cost_of(toy) == pytest.approx(1.5)
    assert made_accounts.solve(toy).measured("I", 2021) == pytest.approx(90)


def test_share_of_a_whole_counts_what_was_added_since() -> None:
    """Proves that an indicator with a whole is a share of it, and that `since` leaves out what stood before.

    By hand: 0.01 km2 a MW of a roof area of 0.5 km2 in 2021: 2 % a MW. 50 % need 25 MW beyond the 20 of 2020: 1.25
    million. If broken (old ones count) 5 MW would do; (area of 2020, 0.25) 12.5.
    """
    row = {**LAND, "unit": "%", "items": "roof", "conversion": 0.01, "whole": {2020: 0.25, 2021: 0.5}}
    toy = asking(row, {"value": 50.0, "unit": "%", "since": 2020})
    assert cost_of(toy) == pytest.approx(1.25)
    assert made_accounts.solve(toy).measured("I", 2021) == pytest.approx(50)


def test_energy_is_converted_with_what_the_demand_contains() -> None:
    """Proves that charging of end uses counts in GWh, beside what no entry shows.

    By hand: trucks change at 1 million and 1 GWh a ktce, 1.5 million. 200 points a GWh: 4 GWh contained are 800 points;
    3000 need 11 GWh more, 16.5 million. If broken (MWh for GWh) there would be 2.2 million points; (contained left out)
    22.5 million.
    """
    trucks = amount("fuel", "oil fossil", 100, saving_limit=1, saving_cost=1, electricity=1 / 8.76)
    made = {"trucks": {**trucks, "electricity_tags": "ev_charging"}}
    row = {**POINTS, "conversion": 200, "contained": {2020: 0, 2021: 4}}
    toy = asking(row, {"value": 3000.0, "unit": "units"}, made=made)
    assert cost_of(toy) == pytest.approx(16.5)
    assert made_accounts.solve(toy).measured("I", 2021) == pytest.approx(3000)


def test_what_is_only_contained_is_reported_and_never_held() -> None:
    """Proves that an indicator nobody decides is measured, and refused as a row. By hand: 4 GWh · 200 = 800 points."""
    row = {**POINTS, "conversion": 200, "contained": 4}
    toy = asking(row, {"value": 3000.0, "unit": "units"})
    assert "nothing in the electricity ledger is all of: ev_charging" in made_accounts.refusals(toy)
    told = asking(row, {"value": 3000.0, "unit": "units", "mode": "report"})
    assert made_accounts.solve(told).measured("I", 2021) == pytest.approx(800)


def test_two_indicators_of_one_run_do_not_mix() -> None:
    """Proves that each target reads its own indicator. By hand: 50 MW are 100 ha, the 20 on roofs 60 of another."""
    toy = asking({**LAND, "conversion": 2}, {"mode": "report", "value": 0.0, "unit": "ha"})
    other = {**LAND, "items": "roof", "conversion": 3}
    tables = {**toy.tables, "indicators": {**toy.tables["indicators"], "other": other}}
    first = (toy.targets or {})["I"]
    both = replace(toy, tables=tables, targets={"I": first, "J": {**first, "indicator": "other"}})
    solved = made_accounts.solve(both)
    assert (solved.measured("I", 2021), solved.measured("J", 2021)) == pytest.approx((100, 60))


@pytest.mark.parametrize(
    ("row", "target", "said"),
    [
        ({}, {"indicator": "itt"}, "targets.I.indicator: unknown 'itt'. Did you mean \"it\"?"),
        ({}, {"unit": "km2"}, "targets.I.unit: km2, but it is in ha."),
        ({}, {"unit": None}, "targets.I.unit: not stated, but it is in ha."),
        ({"per": "MWh"}, {}, "indicators.csv it.per: MWh, but the capacity ledger is in MW."),
        ({"items": "rooof"}, {}, "nothing counted is 'rooof'. Did you mean \"roof\"?"),
        ({"tags": "solar"}, {}, "nothing in the capacity ledger is all of: solar"),
        ({"whole": {2020: 0, 2021: 1}}, {}, "it.whole: not above zero in every period"),
    ],
)
def test_what_is_not_there_is_refused(row: dict[str, Cell], target: dict[str, Any], said: str) -> None:
    """Proves that an indicator is refused for an unknown name, another unit, and what nobody posts."""
    toy = asking({**LAND, "conversion": 2, **row}, {"value": 1.0, "unit": "ha", **target})
    assert said in made_accounts.refusals(toy)
