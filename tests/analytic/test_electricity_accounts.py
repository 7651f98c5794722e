"""Renewable obligation, energy per industrial value added and electrification, by hand.

Every system: 100 MW of demand through the year, 876 GWh.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests import made_accounts, toys
from tests.hydrogen_toys import electrolyzer, fuel_cell
from tests.made_accounts import amount
from tests.toys import Cell, Table, Toy

GWH_PER_MW = 8.76
DEAR = 1000.0


def city(target: Mapping[str, Any], tables: Mapping[str, Table] | None = None, **line: Cell) -> Toy:
    """Creek of 50 MW, 10 MW of wind, 100 MW of coal at 300 CNY/MWh, import at 500; a new MW of wind for 3 million."""
    coal = toys.thermal(100, operation="dispatchable", heat_rate=0.3, fuel_cost=1000, primary_energy="coal")
    base = {
        "run_of_river": {"creek": toys.run_of_river(50)},
        "wind": {"ridge": toys.wind(10, "breeze", max_build=100, capex=DEAR * 30)},
        "thermal": {"plant": coal},
        **toys.imports(500, **line),
        **toys.accounting(),
    }
    spec = {"metric": "renewable_obligation", "operator": "at_least", "year": 2020, "value": 0.0, **target}
    wind = {"breeze": 1.0}
    return Toy({**base, **(tables or {})}, load=100, series=wind, targets={"R": {"mode": "hard", **spec}})


def reported(toy: Toy) -> Toy:
    """The toy with its target only measured."""
    return replace(toy, targets={"R": {**(toy.targets or {})["R"], "mode": "report"}})


def cost_of(toy: Toy) -> float:
    """What the target costs [million CNY]."""
    return made_accounts.solve(toy).objective - made_accounts.solve(reported(toy)).objective


def price(solved: toys.Solved) -> float:
    """Shadow price of the target, million CNY per unit of its metric."""
    assert solved.results is not None
    terms = solved.results.expressions["R"][max(solved.results.periods)]
    dual = float(abs(solved["dual.target_R.requirement"]).max())
    return dual * terms["base"] / terms["scale"]


def test_obligation_counts_own_renewables_and_the_renewable_part_of_import() -> None:
    """Proves that coal is displaced by import at the grid's share, and what a point costs.

    By hand: creek and wind are 60 of 100 MW, coal 40. Import is 80 % renewable: 76 % needs 20 MW of it, at 200 CNY/MWh
    more 35.04 million; a point is 1.25 MW, 2.19 million. If broken (all import renewable) 16 MW would do.
    """
    toy = city({"value": 76.0}, {"wind": {"ridge": toys.wind(10, "breeze")}})
    solved = made_accounts.solve(toy)
    assert made_accounts.solve(reported(toy)).measured("R", 2020) == pytest.approx(60)
    assert solved.measured("R", 2020) == pytest.approx(76)
    assert cost_of(toy) == pytest.approx(20 * GWH_PER_MW * 0.2)
    assert price(solved) == pytest.approx(1.25 * GWH_PER_MW * 0.2)


def test_obligation_without_hydro_builds_wind() -> None:
    """Proves that hydro does not count for the weight without hydro.

    By hand: wind is 10 of 100 MW. Import brings 10 % that is not hydro, at 1.752 million a MW more than coal, so 17.52
    for a MW that counts. New wind serves and costs half of its first year: 10 MW for 15 million are 5, which save 13.14
    of coal: 1.86 million. If broken (hydro counts) nothing would be needed.
    """
    toy = city({"value": 15.0, "counts": "non_hydro"})
    solved = made_accounts.solve(toy)
    assert solved.at("wind.capacity", "ridge", 2020) == pytest.approx(20)
    assert solved.measured("R", 2020) == pytest.approx(15)
    assert cost_of(toy) == pytest.approx(10 * 1.5 - 5 * 2.628)


def test_exports_take_their_certificates_along() -> None:
    """Proves the rule of attribution: hydro first in a row, pro rata only measured.

    By hand: an export price of 450 CNY/MWh draws 30 MW out, made from coal: creek 50, wind 10, coal 70, export 30.
    Hydro first: 60 − 30 = 30 %; without hydro all 10 MW of wind stay: 10 %. Pro rata: 60/130 and 10/130 of 100 MW.
    """
    line: dict[str, Cell] = {"export_price": 450, "export_limit": 30}
    for counts, first, rata in (("total", 30, 6000 / 130), ("non_hydro", 10, 1000 / 130)):
        toy = reported(city({"counts": counts}, toys.imports(500, **line)))
        solved = made_accounts.solve(toy)
        spec = (toy.targets or {})["R"]
        metric = solved.assembled.targets[0].metric
        assert solved.measured("R", 2020) == pytest.approx(first)
        shared = metric.Spec(**{**spec, "attribution": "pro_rata"})
        assert metric.measure(shared, solved.results, 2020) == pytest.approx(rata)
        key, values = metric.remark(solved.assembled.targets[0].spec, solved.results, 2020)
        assert (key, values["share"]) == ("by_pro_rata", (pytest.approx(rata), "%"))


def test_pro_rata_is_no_row() -> None:
    """Proves that an attribution that is not linear is refused as a row and accepted as a report."""
    text = made_accounts.refusals(city({"attribution": "pro_rata", "value": 10.0}))
    assert "targets.R.attribution" in text and "not linear" in text and "hydro_first" in text
    assert made_accounts.solve(reported(city({"attribution": "pro_rata"}))).assembled.targets == ()


def test_green_power_is_bought_and_sold_by_certificate() -> None:
    """Proves that certificates count with their sign.

    By hand: 0.2 TWh bought and 0.0248 sold on 876 GWh add 20 %: 80 instead of 60.
    """
    made = {
        "bought": amount("green_power", "bought", 0.2),
        "sold": amount("green_power", "sold", 0.0248, sign=-1),
    }
    solved = made_accounts.solve(reported(city({}, {"made": made})))
    assert solved.measured("R", 2020) == pytest.approx(80)


BATTERY = {"bus": "city", "minimum_duration": 2, "round_trip_efficiency": 0.5, "existing_year": 2000}
DETOURS: Mapping[str, Mapping[str, Table]] = {
    "hydrogen": {"electrolyzer": {"plant": electrolyzer(20)}, "fuel_cell": {"cell": fuel_cell(5)}},
    "battery": {"lithium_battery": {"lfp": {**BATTERY, "capex": 1, "lifetime": 10, "fixed_om": 0}}},
    "link out and back": {"grid_exchange": {"grid": toys.line(export_price=0, import_price=500, export_limit=30)}},
}


@pytest.mark.parametrize("detour", DETOURS)
def test_a_detour_does_not_raise_the_obligation(detour: str) -> None:
    """Proves that power lost in a battery or through hydrogen, or sold and bought back, counts for nothing.

    By hand: 50 MW of coal must run, so of 20 MW of wind and 50 of creek 50 can be used: 50 %. Wasted through hydrogen
    (20 in, 5 out) renewables would give 65 of 115, 57 %, if the waste counted as use, and no less through the battery;
    20 MW sold would make it 70 % if the sale did not take its certificates along.
    """
    tables: dict[str, Table] = {
        "thermal": {"plant": toys.thermal(50)},
        "wind": {"ridge": toys.wind(20, "breeze")},
        **toys.imports(500, import_limit=0),
        **toys.accounting(electrolysis_efficiency=0.5),
        **DETOURS[detour],
    }
    assert made_accounts.solve(city({"value": 50.0}, tables)).measured("R", 2020) == pytest.approx(50)
    assert made_accounts.solve(city({"value": 50.5}, tables)).outcome == "infeasible"


INDUSTRY = {
    "added": amount("activity", "industrial_value_added", {2020: 100, 2021: 125}),
    "mills": amount("fuel", "coal fossil industry", 200, saving_limit=1, saving_cost=1, electricity=1 / GWH_PER_MW),
    "oil_as_feed": amount("fuel", "oil fossil industry feedstock", 300),
    "homes": amount("fuel", "gas fossil buildings", 70),
    "station": amount("fuel", "coal fossil power", 900),
}


def industrial(target: Mapping[str, Any], load_tags: str = "industry") -> Toy:
    """Mills that use 200 ktce and can save a ktce for 1 million CNY and 1 GWh at 500 CNY/MWh; 2020 and 2021."""
    made = {**INDUSTRY, "mills": {**INDUSTRY["mills"], "electricity_tags": load_tags}}
    spec = {"operator": "at_most", "mode": "hard", "year": 2021, **target}
    tables = {"made": made, **toys.imports(500), **toys.accounting()}
    return Toy(tables, load=100, periods=(2020, 2021), targets={"R": spec})


def test_industry_saves_fuel_for_its_value_added() -> None:
    """Proves that fuel of industry, its share of the demand and its end uses count, at the heat of electricity.

    By hand: 200 ktce and 0.8·876 GWh at 0.12: 284.096 ktce. By 2021 value added grows by a quarter: −20 % come by
    themselves. −30 % allows 284.096·1.25·0.7 = 248.584: 35.512 less. A ktce saved takes 1 GWh, 0.12 ktce: 40.355 ktce
    are saved, at 1.5 million each 60.53 million. Feedstock, homes and power stations are out.
    """
    toy = industrial({"metric": "sector_energy_intensity", "value": -30.0})
    solved = made_accounts.solve(toy)
    assert made_accounts.solve(reported(toy)).measured("R", 2021) == pytest.approx(-20)
    assert solved.measured("R", 2021) == pytest.approx(-30)
    assert cost_of(toy) == pytest.approx(284.096 * 0.125 / 0.88 * 1.5)


def test_electricity_of_industry_may_count_at_the_coal_rate() -> None:
    """Proves that the equivalent value makes saving by electricity dearer.

    By hand: 200 + 0.8·876·0.3 = 410.24 ktce; 51.28 less; a ktce saved takes 0.3: 73.257 ktce, 109.886 million.
    """
    toy = industrial({"metric": "sector_energy_intensity", "value": -30.0, "electricity": "coal_rate"})
    assert cost_of(toy) == pytest.approx(410.24 * 0.125 / 0.7 * 1.5)


def test_feedstock_and_recovered_power_change_what_counts() -> None:
    """Proves both options on the base: with 300 of feedstock, and less what 50 MW of steel gas give.

    By hand: only 2021 differs from 2020, by 100 ktce saved at no cost: energy 284.096 → 184.096 and 12 of electricity;
    with feedstock 584.096 → 496.096; with recovered power 284.096 − 52.56 = 231.536 → 143.536; each over 1.25.
    """
    free = {**INDUSTRY, "mills": amount("fuel", "coal fossil industry", {2020: 200, 2021: 112})}
    gas = toys.thermal(50)
    spec = {"metric": "sector_energy_intensity", "operator": "at_most", "value": 0.0, "year": 2021}
    tables = {"made": free, "thermal": {"steel_gas": gas}, **toys.imports(500), **toys.accounting()}
    for option, base in ({}, 284.096), ({"feedstock": True}, 584.096), ({"recovered": ("steel_gas",)}, 231.536):
        toy = Toy(tables, load=100, periods=(2020, 2021), targets={"R": {**spec, **option}})
        found = made_accounts.solve(toy).measured("R", 2021)
        assert found == pytest.approx(100 * ((base - 88) / base / 1.25 - 1)), option


def test_electrification_is_electricity_in_final_energy_by_heat() -> None:
    """Proves that end uses are electrified until the share is reached, power stations and feedstock left out.

    By hand: 876 GWh at 0.12 are 105.12 ktce, fuel 270: 28.02 %. A ktce of the mills becomes 1 GWh, 0.12 ktce. x saved:
    105.12 + 0.12x = 0.3·(375.12 − 0.88x): x = 7.416/0.384 = 19.3125, at 1.5 million each.
    """
    toy = industrial({"metric": "electrification", "operator": "at_least", "value": 30.0})
    assert made_accounts.solve(reported(toy)).measured("R", 2021) == pytest.approx(100 * 105.12 / 375.12)
    assert cost_of(toy) == pytest.approx(19.3125 * 1.5)
    with_feed = reported(industrial({"metric": "electrification", "value": 0.0, "feedstock": True}))
    assert made_accounts.solve(with_feed).measured("R", 2021) == pytest.approx(100 * 105.12 / 675.12)


def test_accounts_that_are_off_are_refused() -> None:
    """Proves that a metric in standard coal needs the numbers it counts by."""
    toy = industrial({"metric": "electrification", "operator": "at_least", "value": 30.0})
    bare = replace(toy, tables={k: v for k, v in toy.tables.items() if k != "energy_accounting"})
    assert "Switch on the technology energy_accounts" in made_accounts.refusals(bare)
