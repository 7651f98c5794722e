"""Non-fossil share of primary energy, by hand.

Every system: 100 MW of demand through the year, 876 GWh; a creek of 60 MW; a coal plant that burns 0.3 tce/MWh; the
accounts count 0.3 kgce for a kWh and take the grid for 90 % non-fossil. So 1 MW through the year is 2.628 ktce.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pzh_energy.modeling.energy_accounts import RULES
from tests import toys
from tests.toys import Toy

KTCE_PER_MW = 8.76 * 0.3


def city(share: float | None = None, **target: Any) -> Toy:
    """Creek, 40 MW of dispatchable coal at 300 CNY/MWh, imports at 500 CNY/MWh."""
    coal = toys.thermal(40, operation="dispatchable", heat_rate=0.3, fuel_cost=1000, primary_energy="coal")
    tables = {
        "run_of_river": {"creek": toys.run_of_river(60)},
        "thermal": {"plant": coal},
        **toys.imports(500),
        **toys.accounting(),
    }
    asked = {"metric": "non_fossil_share", "year": 2020, "operator": "at_least", "value": share or 0.0}
    return Toy(tables, load=100, targets={"share": {**asked, "mode": "hard" if share else "report", **target}})


def test_coal_power_is_fossil_and_the_rest_of_the_demand_is_not() -> None:
    """By hand: 40 MW of coal: N = 60, F = 40 of 100 MW: 60 %."""
    solved = toys.solve(city())
    assert solved.measured("share", 2020) == pytest.approx(60)
    assert solved.at("energy_accounts.total", "substitution_consumption", 2020) == pytest.approx(100 * KTCE_PER_MW)


def test_a_hard_share_displaces_coal_at_the_price_of_the_dearer_import() -> None:
    """By hand: x MW of coal and 40 - x of import: share 1 - (x + 0.1 (40 - x)) / 100 = 96 % - 0.9 x; 78 % asks x = 20.

    Cost 20 (300 + 500) 8760 h = 140.16 million CNY. A point more takes 1/0.9 MW from coal, at 200 CNY/MWh:
    1.9467 million CNY; a point is 2.628 ktce.
    """
    solved = toys.solve(city(78))
    assert solved.measured("share", 2020) == pytest.approx(78)
    assert solved.steps("thermal.generation", "plant") == pytest.approx([20])
    assert solved.objective == pytest.approx(140.16)
    price = abs(solved.at("dual.target_share.requirement", 2020)) * KTCE_PER_MW
    assert price == pytest.approx(200 / 0.9 * 8760 / 1e6)
    more = toys.solve(city(78.01))
    assert (more.objective - solved.objective) / 0.01 == pytest.approx(price, rel=1e-6)


def test_not_serving_does_not_raise_the_share() -> None:
    """By hand: lost load at 400 CNY/MWh would be cheaper than import, and is worth as much as coal for the share.

    So 20 MW are imported as before: had they been shed, the share would be 60 %.
    """
    toy = city(78)
    cheap = replace(toy, tables={**toy.tables, **toys.lost_load(400)})
    solved = toys.solve(cheap)
    assert solved.steps("unserved.power", "city") == pytest.approx([0], abs=1e-6)
    assert solved.steps("grid_exchange.import", "grid") == pytest.approx([20])


@pytest.mark.parametrize("rule", RULES)
def test_shedding_instead_of_coal_leaves_every_share_as_it_is(rule: str) -> None:
    """By hand: lost load at 200 CNY/MWh takes the place of 40 MW of coal; N stays, E stays, under every rule.

    The coal burnt is 0.3 tce/MWh, the rate of the first three rules; by heat content the share falls less: 100 MW of
    demand at 0.12, of which 40 not served, are 60 of 100, against 60 · 0.12 / (60 · 0.12 + 40 · 0.3) with coal.
    """
    toy = city(rule=rule)
    shed = toys.solve(replace(toy, tables={**toy.tables, **toys.lost_load(200)}))
    burnt = toys.solve(toy)
    assert shed.steps("unserved.power", "city") == pytest.approx([40])
    expected = 100 * 7.2 / 19.2 if rule == "calorific" else 60.0
    assert burnt.measured("share", 2020) == pytest.approx(expected)
    assert shed.measured("share", 2020) == pytest.approx(60)


def test_what_is_built_for_export_counts_by_production_only() -> None:
    """By hand: 50 MW of wind, all exported. Consumption: 60 % as before. Production: (60 + 50) / (60 + 50 + 40)."""
    toy = city()
    tables = {**toy.tables, "wind": {"ridge": toys.wind(50)}, **toys.imports(500, export_limit=50)}
    tables["grid_exchange"] = {"grid": toys.line(400, 500, export_limit=50, import_limit=0)}
    solved = toys.solve(replace(toy, tables=tables))
    assert solved.steps("grid_exchange.export", "grid") == pytest.approx([50])
    shares = solved["energy_accounts.non_fossil_share"].sel(period=2020)
    assert float(shares.sel(accounting_rule="substitution_consumption")) == pytest.approx(60)
    assert float(shares.sel(accounting_rule="substitution_production")) == pytest.approx(100 * 110 / 150)


def test_grid_mix_credits_purchases_at_the_grids_share() -> None:
    """By hand: the creek of 60 MW is the city's own; no coal; 40 MW bought at 90 %: 60 + 36 of 100."""
    toy = city(rule="grid_mix")
    tables = {key: table for key, table in toy.tables.items() if key != "thermal"}
    assert toys.solve(replace(toy, tables=tables)).measured("share", 2020) == pytest.approx(96)


def test_stations_of_the_province_are_part_of_the_grid_under_grid_mix() -> None:
    """By hand: the 60 MW come from a reservoir station the province dispatches: 100 MW are bought at 90 %."""
    toy = city(rule="grid_mix")
    water = {"inflow": 60.0}
    tables = {key: table for key, table in toy.tables.items() if key not in ("thermal", "run_of_river")}
    tables |= toys.river({"dam": toys.station()}, {"dam": "inflow"})
    provincial = replace(toy, tables=tables, series=water)
    assert toys.solve(provincial).measured("share", 2020) == pytest.approx(90)
    own = replace(provincial, options={"hydro_cascade": {"dispatch": "free", "dispatched_by": "city"}})
    assert toys.solve(own).measured("share", 2020) == pytest.approx(96)


def test_a_share_without_accounts_is_refused() -> None:
    toy = city()
    tables = {key: table for key, table in toy.tables.items() if key != "energy_accounting"}
    assert "Switch on the technology energy_accounts" in toys.refusals(replace(toy, tables=tables))
