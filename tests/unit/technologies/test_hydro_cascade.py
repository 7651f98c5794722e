"""What the cascade reports beside its rows, and what it refuses of stations, units, inflows and schedules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pzh_energy.domain.errors import InputError
from pzh_energy.technologies._hydro_water import downstream_order
from tests import toys
from tests.toys import Toy


def dam(**station: toys.Cell) -> Toy:
    """50 m3/s through one station; load 100 MW, import at 500 CNY/MWh."""
    tables = {**toys.imports(), **toys.river({"dam": toys.station(**station)}, {"dam": "rain"})}
    return Toy(tables, load=100, series={"rain": 50})


def with_schedules(schedules: toys.Table, **profiles: list[float]) -> Toy:
    """The dam with schedules."""
    toy = dam(storage=1000)
    return replace(toy, tables={**toy.tables, "hydro_schedules": schedules}, monthly=profiles)


def test_stations_are_ordered_from_the_source_to_the_mouth() -> None:
    assert downstream_order({"mouth": ["west", "east"], "east": [], "west": ["spring"], "spring": []}) == [
        "east",
        "spring",
        "west",
        "mouth",
    ]


def test_water_in_a_circle_is_refused() -> None:
    with pytest.raises(InputError, match=r"downstream: water runs in a circle: a, b\. Break it\."):
        downstream_order({"a": ["b"], "b": ["a"], "c": []})
    stations = {"high": toys.station("low"), "low": toys.station("high")}
    toy = Toy({**toys.imports(), **toys.river(stations, {})}, load=1)
    assert "hydro_stations.csv downstream: water runs in a circle: high, low." in toys.refusals(toy)


def test_an_unknown_station_is_refused_wherever_it_is_named() -> None:
    toy = dam()
    changes: dict[str, dict[str, dict[str, toys.Cell]]] = {
        "hydro_stations": {"dam": toys.station("dm")},
        "hydro_units": {"u": toys.unit("dm")},
        "hydro_inflows": {"i": toys.inflow("dm", "rain")},
        "hydro_schedules": {"s": toys.schedule("dm", "output", "plan")},
    }
    for table, rows in changes.items():
        text = toys.refusals(replace(toy, tables={**toy.tables, table: rows}))
        assert f"{table}.csv " in text
        assert "unknown 'dm'. Did you mean \"dam\"?" in text


def test_a_negative_inflow_is_refused() -> None:
    text = toys.refusals(replace(dam(), series={"rain": [5, -3]}, edges=toys.HALVES))
    assert "series rain: falls to -3 m3/s. An inflow cannot be negative." in text


def test_an_inflow_in_another_unit_is_refused() -> None:
    text = toys.refusals(replace(dam(), series_units={"rain": "million m3"}))
    assert "hydro_inflows.csv dam_inflow.series: series rain is in million m3. It must be in m3/s." in text


def test_a_station_without_units_is_refused() -> None:
    toy = dam()
    stations = {**toy.tables["hydro_stations"], "weir": toys.station()}
    text = toys.refusals(replace(toy, tables={**toy.tables, "hydro_stations": stations}))
    assert "hydro_units.csv: no units of weir." in text


@pytest.mark.parametrize(("share", "said"), [(0.9, "0.9 … 0.9"), ({2020: 1, 2021: 0.5}, "0.5 … 1")])
def test_shares_of_a_schedule_that_do_not_add_up_are_refused(share: toys.Cell, said: str) -> None:
    toy = with_schedules({"s": toys.schedule("dam", "output", "plan", share)}, plan=[10] * 12)
    text = toys.refusals(replace(toy, periods=(2020, 2021)))
    assert f"hydro_schedules.csv dam output: shares add up to {said}. Make it 1." in text


def test_an_unknown_kind_or_profile_of_a_schedule_is_refused() -> None:
    kind = with_schedules({"s": toys.schedule("dam", "outptu", "plan")}, plan=[10] * 12)
    assert "hydro_schedules.csv s.kind: unknown 'outptu'. Did you mean \"output\"?" in toys.refusals(kind)
    profile = with_schedules({"s": toys.schedule("dam", "output", "pln")}, plan=[10] * 12)
    text = toys.refusals(profile)
    assert "hydro_schedules.csv s.profile: no monthly profile 'pln'. Did you mean \"plan\"?" in text


@pytest.mark.parametrize(("kind", "value"), [("output", -1.0), ("level_low", -0.1), ("level_high", 1.1)])
def test_an_impossible_schedule_is_refused(kind: str, value: float) -> None:
    text = toys.refusals(with_schedules({"s": toys.schedule("dam", kind, "plan")}, plan=[0.5] * 11 + [value]))
    assert "hydro_schedules.csv s.profile: plan reaches" in text


def test_a_guide_band_upside_down_is_refused() -> None:
    schedules = {
        "low": toys.schedule("dam", "level_low", "bottom"),
        "high": toys.schedule("dam", "level_high", "top"),
    }
    toy = with_schedules(schedules, bottom=[0.2] * 11 + [0.7], top=[0.5] * 12)
    assert "the guide band of dam is upside down in some month." in toys.refusals(toy)


def test_a_guide_curve_runs_straight_between_the_ends_of_months() -> None:
    """By hand: 0.4 at the end of December, 0.8 at the end of January: 0.6 after 372 of its 744 hours."""
    toy = with_schedules({"high": toys.schedule("dam", "level_high", "top")}, top=[0.8] + [0.4] * 11)
    solved = toys.solve(replace(toy, edges=(0, 372, 744, 8760)))
    assert solved.steps("parameter.hydro_cascade.storage_upper", "dam") == pytest.approx([600, 800, 400])


def test_output_is_scheduled_month_by_month() -> None:
    toy = with_schedules({"s": toys.schedule("dam", "output", "plan")}, plan=[*range(10, 130, 10)])
    solved = toys.solve(replace(toy, edges=(0, 744, 1416, 8760)))
    assert solved.steps("parameter.hydro_cascade.scheduled_output", "dam")[:2] == pytest.approx([10, 20])


def test_an_impossible_flood_season_is_refused() -> None:
    assert "hydro_stations.csv dam.flood_season" in toys.refusals(dam(flood_season_start="06/01"))
    assert "hydro_stations.csv dam.flood_season" in toys.refusals(dam(flood_season_end="02-30"))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"efficiency": 1.1}, "dam.efficiency: 1.1 is above 1"),
        ({"city_share": 1.5}, "dam.city_share: 1.5 is above 1"),
        ({"flood_limit_share": 1.2}, "dam.flood_limit_share: 1.2 is above 1"),
        ({"rated_head": 0}, "dam.rated_head: 0 is below 0.1"),
        ({"usable_storage": -1}, "dam.usable_storage: -1 is below 0"),
        ({"travel_time_to_downstream": -1}, "dam.travel_time_to_downstream: -1 is below 0"),
        ({"own_regulation": "sesaon"}, "dam.own_regulation: 'sesaon' is not allowed. Did you mean \"season\"?"),
    ],
)
def test_impossible_station_data_are_refused(cells: dict[str, Any], said: str) -> None:
    assert said in toys.refusals(dam(**cells))


def test_a_commissioning_date_that_is_none_is_refused() -> None:
    toy = dam()
    toy = replace(toy, tables={**toy.tables, "hydro_units": {"u": toys.unit("dam", 100, "2020-13-01")}})
    assert "hydro_units.csv u.commissioned: '2020-13-01' is not a date. Write YYYY-MM-DD." in toys.refusals(toy)


def test_dispatch_knows_two_words() -> None:
    with pytest.raises(ValueError, match="dispatch"):
        toys.solve(replace(dam(), options={"hydro_cascade": {"dispatch": "fre"}}))


def test_capacity_is_told_by_series_and_by_class() -> None:
    """By hand: half of 100 MW in service and 60 MW counted since 2020 but in service from 2021."""
    units = {"dam_1": toys.unit("dam", 100), "dam_2": toys.unit("dam", 60, "2021-02-01", counted_from=2020)}
    toy = dam(city_share=0.5, own_regulation="day", credited_regulation="season")
    toy = replace(toy, tables={**toy.tables, "hydro_units": units}, periods=(2020, 2021))
    solved = toys.solve(toy)
    results = solved.results
    assert results.amount(results.ledger("capacity", "physical")).values.tolist() == pytest.approx([50, 80])
    counted = results.ledger("capacity", "statistical", "own_regulation=day", "credited_regulation=season", "clean")
    assert results.amount(counted).values.tolist() == pytest.approx([80, 80])
    units_there = results.ledger("commissioning")[0].data
    assert units_there.sel(period=2020).values.tolist() == pytest.approx([100, 0])
    assert units_there.sel(period=2021).values.tolist() == pytest.approx([100, 60])


def test_energies_are_those_of_the_whole_station() -> None:
    """By hand: 50 m3/s, 30 through the turbines of a station of which the city has half: 0.2628 TWh, 0.1752 spilled."""
    solved = toys.solve(dam(city_share=0.5, max_turbine_discharge=30))
    assert solved.at("hydro_cascade.energy", "dam", 2020) == pytest.approx(30 * 8760e-6)
    assert solved.at("hydro_cascade.spilled_energy", "dam", 2020) == pytest.approx(20 * 8760e-6)
    assert solved.steps("hydro_cascade.station_generation", "dam") == pytest.approx([30])
    assert solved.steps("ledger.electricity.hydro_cascade.generation", "dam") == pytest.approx([15])


def test_the_audit_holds_the_water_of_every_station_and_river() -> None:
    """By hand: travel of 1.5 h over steps of 5, 7 and 8748 h, storage on both stations: nothing may be lost."""
    stations = {"high": toys.station("low", 1.5, storage=3), "low": toys.station(storage=2)}
    tables = {**toys.imports(), **toys.river(stations, {"high": "rain", "low": "brook"})}
    toy = Toy(tables, load=[10, 90, 30], series={"rain": [40, 5, 15], "brook": [1, 2, 3]}, edges=(0, 5, 12, 8760))
    solved = toys.solve(toy)
    checks = solved.assembled.technologies["hydro_cascade"].audit(toys.system(toy), solved.results)
    by_name = {check.name: check for check in checks}
    assert set(by_name) == {
        "no station above its rating",
        "water conserved per station and step",
        "water conserved along river",
    }
    assert all(check.passed for check in by_name.values())


def test_the_audit_finds_water_that_is_missing() -> None:
    solved = toys.solve(dam(storage=100))
    data = solved.results.data.copy()
    data["hydro_cascade.turbine_discharge"] = data["hydro_cascade.turbine_discharge"] - 1.0
    doctored = replace(solved.results, data=data)
    checks = list(solved.assembled.technologies["hydro_cascade"].audit(toys.system(dam(storage=100)), doctored))
    failed = [check.name for check in checks if not check.passed]
    assert failed == ["water conserved per station and step", "water conserved along river"]
