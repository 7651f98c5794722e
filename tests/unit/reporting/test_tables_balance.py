"""Power and electricity balances by season, against toys worked out by hand.

The year of the toys has five steps: January to April (2880 h, dry), May (744 h, flat), June to October (3672 h, wet),
November (720 h, flat), December (744 h, dry). Plant of 80 MW runs at 40 MW all year; wind of 100 MW is free and is used
whole; the grid gives the rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from pzh_energy.reporting.files import CODED
from pzh_energy.reporting.tables_balance import electricity_balance, power_balance, seasons
from pzh_energy.reporting.texts import LANGUAGES, say
from tests import toys
from tests.toys import Toy
from tests.unit.reporting.made import empty_results, wind_and_load
from tests.unit.reporting.test_tables import only

EDGES = (0, 2880, 3624, 7296, 8016, 8760)
LOAD = (100.0, 80.0, 120.0, 90.0, 110.0)
WIND = (0.5, 0.3, 0.1, 0.2, 0.4)
TABLES: Mapping[str, Any] = {
    "thermal": {"mill": toys.thermal(40, capacity=80)},
    "wind": {"ridge": toys.wind(100, "breeze")},
    **toys.imports(500, import_limit=200),
}
TOY = Toy(TABLES, LOAD, {"breeze": WIND}, EDGES)
CREDITS = {"thermal": {"credit": 0.9}, "wind": {"credit": 0.1}, "import": {"credit": 0.5}}
MARGIN = {"metric": "reserve_margin", "operator": "at_least", "value": 10.0, "months": (12,)}


def power(toy: Toy = TOY) -> pd.DataFrame:
    return power_balance(toys.solve(toy).results)


def energy(toy: Toy = TOY) -> pd.DataFrame:
    return electricity_balance(toys.solve(toy).results)


def test_seasons_are_those_of_the_line_and_the_year() -> None:
    found = seasons(toys.solve(TOY).results)
    assert {name: len(months) for name, months in found.items()} == {"year": 12, "wet": 5, "flat": 2, "dry": 5}
    assert found["flat"] == [5, 11]


def test_a_system_without_a_line_has_only_the_year() -> None:
    tables = {key: table for key, table in TABLES.items() if key != "grid_exchange"} | toys.lost_load()
    assert set(power(replace(TOY, tables=tables))["season"]) == {"year"}
    assert set(energy(replace(TOY, tables=tables))["season"]) == {"year"}


def test_power_at_the_highest_demand_of_each_season() -> None:
    """Dry: 110 MW in December, wind 40, plant 40, import 30. Flat: 90 in November. Wet, and the year: 120."""
    table = power()
    for season, hour, demand, wind in (("dry", 8016, 110, 40), ("flat", 7296, 90, 20), ("wet", 3624, 120, 10)):
        here = table[table["season"] == season]
        assert set(here["hour_of_year"]) == {hour}
        assert only(here, line="demand")["power_mw"] == pytest.approx(demand)
        assert only(here, technology="wind")["power_mw"] == pytest.approx(wind)
        assert only(here, technology="thermal")["power_mw"] == pytest.approx(40)
        assert only(here, technology="grid_exchange", line="supply")["power_mw"] == pytest.approx(demand - wind - 40)
        assert only(here, technology="electricity_demand")["power_mw"] == pytest.approx(-demand)
    year = table[table["season"] == "year"].drop(columns="season").reset_index(drop=True)
    assert year.equals(table[table["season"] == "wet"].drop(columns="season").reset_index(drop=True))


def test_capacity_is_what_could_be_fed_in_and_reserve_what_it_exceeds_demand_by() -> None:
    """December: wind 40 + plant 40 = 80 MW of 110: 30 MW short without the 200 MW of the line, 170 over with it."""
    table = power()
    dry = table[table["season"] == "dry"]
    assert only(dry, technology="grid_exchange", line="supply")["available_mw"] == 200
    assert only(dry, line="capacity")["available_mw"] == pytest.approx(80)
    assert only(dry, line="reserve")["available_mw"] == pytest.approx(-30)
    assert only(dry, line="reserve_with_import")["available_mw"] == pytest.approx(170)
    assert dry["credited_mw"].isna().all()


def test_wind_that_is_not_used_is_available_all_the_same() -> None:
    """60 MW from January to April are the dry peak: beside the plant's 40 they leave 20 of the 50 MW of wind."""
    table = power(replace(TOY, load=(60.0, 80.0, 120.0, 90.0, 50.0)))
    wind = only(table[table["season"] == "dry"], technology="wind")
    assert (wind["power_mw"], wind["available_mw"]) == (pytest.approx(20), pytest.approx(50))


def test_credits_of_a_reserve_margin_count_capacity_once_more() -> None:
    """0.9 × 80 + 0.1 × 100 = 82 MW, half of 200 MW of import; December asks 110."""
    table = power(replace(TOY, tables={**TABLES, "capacity_credits": CREDITS}, targets={"margin": MARGIN}))
    dry = table[table["season"] == "dry"]
    assert only(dry, technology="thermal")["credited_mw"] == pytest.approx(72)
    assert only(dry, technology="wind")["credited_mw"] == pytest.approx(10)
    assert only(dry, line="capacity")["credited_mw"] == pytest.approx(82)
    assert only(dry, line="reserve")["credited_mw"] == pytest.approx(-28)
    assert only(dry, line="reserve_with_import")["credited_mw"] == pytest.approx(72)


def test_the_credited_reserve_is_the_one_the_target_measures() -> None:
    """The same 82 MW over 110: a margin of -25.45 %."""
    solved = toys.solve(replace(TOY, tables={**TABLES, "capacity_credits": CREDITS}, targets={"margin": MARGIN}))
    table = power_balance(solved.results)
    dry = table[table["season"] == "dry"]
    share = only(dry, line="reserve")["credited_mw"] / only(dry, line="demand")["power_mw"]
    assert 100 * share == pytest.approx(solved.measured("margin", 2020)) == pytest.approx(100 * (82 / 110 - 1))


def test_storage_counts_with_its_power_and_is_no_demand() -> None:
    """A battery of 20 MWh for 2 h adds 10 MW to what is available, and its charging nothing to the peak."""
    battery = {"bus": "city", "round_trip_efficiency": 0.81, "minimum_duration": 2, "existing_capacity": 20}
    battery |= {
        "existing_year": 2000,
        "existing_until": 2100,
        "max_build": 0,
        "capex": 0,
        "lifetime": 10,
        "fixed_om": 0,
    }
    table = power(replace(TOY, tables={**TABLES, "lithium_battery": {"cell": battery}}))
    dry = table[table["season"] == "dry"]
    assert only(dry, technology="lithium_battery", line="supply")["available_mw"] == pytest.approx(10)
    assert only(dry, line="capacity")["available_mw"] == pytest.approx(90)
    assert only(dry, line="demand")["power_mw"] == pytest.approx(110)


def test_demand_that_is_not_served_is_still_demand() -> None:
    """No line: of 120 MW, plant and wind give 50, 70 are not served, and no plant stands behind them."""
    tables = {"thermal": TABLES["thermal"], "wind": TABLES["wind"], **toys.lost_load()}
    table = power(replace(TOY, tables=tables))
    assert only(table, line="demand")["power_mw"] == pytest.approx(120)
    unserved = only(table, technology="unserved")
    assert unserved["power_mw"] == pytest.approx(70)
    assert math.isnan(unserved["available_mw"])


def test_the_worst_weather_case_has_the_peak() -> None:
    loads = {"normal": LOAD, "hot": (100.0, 80.0, 150.0, 90.0, 110.0)}
    demand = {"bus": "city", "load_series": "load", "base_energy": 1.0, "base_year": 2020, "growth": 0.0}
    toy = Toy({**TABLES, "electricity_demand": {"city": demand}}, None, {"load": loads, "breeze": WIND}, EDGES)
    table = power(replace(toy, weather={"normal": 0.9, "hot": 0.1}))
    assert set(table[table["season"] == "wet"]["weather"]) == {"hot"}


def test_electricity_of_a_season_by_source_and_use() -> None:
    """Dry: load 100 × 2880 + 110 × 744 = 369.84 GWh, plant 144.96, wind 173.76, import 51.12."""
    dry = energy()[lambda table: table["season"] == "dry"]
    assert only(dry, technology="electricity_demand")["energy_twh"] == pytest.approx(-0.36984)
    assert only(dry, technology="thermal")["energy_twh"] == pytest.approx(0.14496)
    assert only(dry, technology="wind")["energy_twh"] == pytest.approx(0.17376)
    assert only(dry, technology="grid_exchange", side="supply")["energy_twh"] == pytest.approx(0.05112)


def test_electricity_closes_in_every_season_and_the_seasons_add_up_to_the_year() -> None:
    table = energy()
    assert table.groupby(["year", "bus", "season"])["energy_twh"].sum().abs().max() < 1e-12
    by_season = table.pivot_table(index=["technology", "side"], columns="season", values="energy_twh")
    assert (by_season["wet"] + by_season["flat"] + by_season["dry"]).values == pytest.approx(by_season["year"].values)


def test_power_closes_at_every_peak() -> None:
    table = power()
    flows = table[table["line"].isin(["supply", "use"])]
    assert flows.groupby(["year", "bus", "season"])["power_mw"].sum().abs().max() < 1e-9


def test_a_step_across_a_border_is_shared_in_energy_and_belongs_to_one_season_in_power() -> None:
    """Two half years: the first is dry for 2880 h, flat for 744, wet for 756; the second wet for 2916, so no step is
    flat. A constant load of 100 MW has 146.4 GWh in the 1464 flat hours all the same."""
    toy = Toy(TABLES, 100.0, {"breeze": 0.1}, toys.HALVES)
    assert set(power(toy)["season"]) == {"year", "wet", "dry"}
    flat = only(energy(toy), season="flat", technology="electricity_demand")
    assert flat["energy_twh"] == pytest.approx(-0.1464)


def test_results_without_seasons_or_technologies_make_tables() -> None:
    assert power_balance(empty_results()).empty and electricity_balance(empty_results()).empty
    table = power_balance(wind_and_load())
    assert set(table["season"]) == {"year"}
    assert only(table, year=2025, line="demand")["power_mw"] == 90


def test_every_word_of_the_tables_has_a_name_in_both_languages() -> None:
    solved = toys.solve(replace(TOY, tables={**TABLES, **toys.lost_load()})).results
    for table in (power_balance(solved), electricity_balance(solved)):
        for column in CODED:
            for word in set(table.get(column, ())):
                assert all(say(f"{column}_{word}", language) for language in LANGUAGES)
