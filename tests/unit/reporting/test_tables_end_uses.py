"""What a unit of an end-use option does to share and intensity: by hand, and against what the accounts then measure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.tables_end_uses import end_use_options
from pzh_energy.reporting.tables_energy import energy_accounts
from tests import end_use_toys, toys
from tests.hydrogen_toys import electrolyzer
from tests.systems import COARSE, solve, system
from tests.toys import Cell, Toy
from tests.unit.reporting.test_tables import only

EARNS = -3000.0
"""CNY/tce: a running cost at which every option serves all it can."""


def city(existing: float, carrier: str = "electricity", **more: Cell) -> Toy:
    """50 MW of demand (131.4 ktce) from a creek that could give 300, 100 ktce of coal, and one option."""
    cells = {"other_cost": EARNS, **more}
    options = {"one": end_use_toys.option(existing, carrier, **cells)}
    tables = end_use_toys.tables(
        options,
        run_of_river={"creek": toys.run_of_river(300)},
        electrolyzer={"ely": electrolyzer(100)},
        **toys.accounting(),
    )
    return Toy(tables, load=50)


def row(toy: Toy) -> Any:
    """The option's row of the table."""
    return only(end_use_options(toys.solve(toy).results), item="one", year=2020)


@pytest.mark.parametrize(
    ("need", "added", "share", "intensity"),
    [(6.0, 1.8, 100 * (149.4 / 239.4 - 131.4 / 231.4), 8.0), (2.0, 0.6, 100 * (137.4 / 227.4 - 131.4 / 231.4), -4.0)],
)
def test_a_boiler_raises_share_and_intensity_a_heat_pump_lowers_the_intensity(
    need: float, added: float, share: float, intensity: float
) -> None:
    """By hand: at 6 MWh/tce and 0.3 kgce/kWh 10 ktce of coal become 18 of non-fossil: E 8 more; at 2, 6: E 4 less."""
    found = row(city(0, specific_need=need))
    assert found["non_fossil_tce_per_tce_replaced"] == pytest.approx(added)
    assert found["per_10_ktce_share_percentage_points"] == pytest.approx(share)
    assert found["per_10_ktce_intensity_percent"] == pytest.approx(100 * intensity / 231.4)
    assert found["served_ktce"] == found["electricity_gwh"] == pytest.approx(0)


OPTIONS: Mapping[str, tuple[str, dict[str, Cell]]] = {
    "electric": ("electricity", {"specific_need": 4}),
    "electric_half": ("electricity", {"specific_need": 4, "replacement": 0.5}),
    "hydrogen": ("hydrogen", {"specific_need": 5}),
    "straw": ("straw", {"fuel_need": 1.2}),
    "gas": ("gas", {"fuel_need": 0.9}),
    "saving": ("none", {}),
    "capture": ("capture", {"capture_need": 0.5}),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_what_is_foretold_is_what_the_accounts_measure_once_the_option_serves(name: str) -> None:
    """10 ktce of the option are built and serve; share and energy move by exactly what the table said without them."""
    carrier, cells = OPTIONS[name]
    before = toys.solve(city(0, carrier, **cells)).results
    after = toys.solve(city(10, carrier, **cells)).results
    told = only(end_use_options(before), item="one")
    rule = {"rule": "substitution_consumption", "year": 2020}
    then, now = (only(energy_accounts(results), **rule) for results in (before, after))
    assert only(end_use_options(after), item="one")["served_ktce"] == pytest.approx(10)
    assert now["share_percent"] - then["share_percent"] == pytest.approx(told["per_10_ktce_share_percentage_points"])
    grown = 100 * (now["total_ktce"] / then["total_ktce"] - 1)
    assert grown == pytest.approx(told["per_10_ktce_intensity_percent"])
    added = told["non_fossil_tce_per_tce_replaced"]
    if carrier == "capture":
        # captured carbon replaces no fuel
        assert math.isnan(added)
    else:
        replaced = only(end_use_options(after), item="one")["replaced_ktce"]
        assert now["non_fossil_ktce"] - then["non_fossil_ktce"] == pytest.approx(added * replaced)


def test_an_options_cost_is_its_own() -> None:
    """By hand: 10 ktce built in 2020 serve 2021 in full: 1 million of annuity; 6 MWh/tce with 100 CNY/MWh of network
    and 40 CNY/tce are 6.4. Its electricity is not in it. Straw at 100 CNY/tce and 1.2 tce/tce costs 1.2 million.
    """
    built = city(0, specific_need=6, network_cost=100, other_cost=40, committed_build={2020: 10})
    found = only(end_use_options(toys.solve(replace(built, periods=(2020, 2021))).results), item="one", year=2021)
    assert (found["capacity_ktce_per_year"], found["served_ktce"]) == pytest.approx((10, 10))
    assert found["electricity_gwh"] == pytest.approx(60)
    assert found["cost_million_cny_per_year"] == pytest.approx(1.0 + 6.4)
    straw = row(city(10, "straw", fuel_need=1.2))
    assert straw["cost_million_cny_per_year"] == pytest.approx(10 * (1.2 * 0.1 - 3.0))


def test_without_accounts_effects_are_empty_and_amounts_are_not() -> None:
    toy = city(10, specific_need=6)
    bare = replace(toy, tables={k: t for k, t in toy.tables.items() if k != "energy_accounting"})
    found = row(bare)
    assert found["served_ktce"] == pytest.approx(10)
    assert found["electricity_gwh"] == pytest.approx(60)
    for column in (
        "non_fossil_tce_per_tce_replaced",
        "per_10_ktce_share_percentage_points",
        "per_10_ktce_intensity_percent",
    ):
        assert math.isnan(found[column])


def test_accounts_by_rule_add_up_and_differ() -> None:
    """By hand: 131.4 of 231.4 ktce; by heat content 50 MW at 0.12 are 52.56 of 152.56."""
    table = energy_accounts(toys.solve(city(0)).results)
    first = only(table, rule="substitution_consumption")
    assert (first["non_fossil_ktce"], first["fossil_ktce"]) == pytest.approx((131.4, 100.0))
    assert first["share_percent"] == pytest.approx(100 * 131.4 / 231.4)
    heat = only(table, rule="calorific")
    assert (heat["total_ktce"], heat["share_percent"]) == pytest.approx((152.56, 100 * 52.56 / 152.56))
    assert set(table["rule"]) == {"substitution_consumption", "grid_mix", "substitution_production", "calorific"}


@pytest.fixture(scope="module")
def committed() -> Results:
    """The tiny scenario on twelve steps."""
    return solve(system([COARSE])).results


@pytest.mark.parametrize(
    ("option", "added"),
    [("electric_boiler", 1.97), ("electric_kiln", 1.55), ("electric_trucks", 1.14), ("heat_pump_buildings", 0.64)],
)
def test_the_committed_options_are_worth_what_is_known_of_them(committed: Results, option: str, added: float) -> None:
    """By hand: need times 0.297 kgce/kWh. What adds more than it replaces raises the intensity, all raise the share."""
    found = only(end_use_options(committed), item=option, year=2025)
    assert found["non_fossil_tce_per_tce_replaced"] == pytest.approx(added, abs=0.02)
    assert found["per_10_ktce_share_percentage_points"] > 0
    assert (found["per_10_ktce_intensity_percent"] > 0) == (added > 1)
