"""The committed tables agree with each other and with the plan's own arithmetic."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

from pzh_energy.inputs.datapackage import DataPackage, Row, read_datapackage

ROOT = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="module")
def package() -> DataPackage:
    """The committed package."""
    return read_datapackage(ROOT)


def texts(package: DataPackage, table: str, parameter: str) -> dict[str, str]:
    """A parameter without a year, as text, by item."""
    return {r.item: r.value for r in package.parameters[table] if r.parameter == parameter}


def numbers(package: DataPackage, table: str, parameter: str) -> dict[str, float]:
    """A parameter without a year, as a number, by item."""
    return {item: float(value) for item, value in texts(package, table, parameter).items()}


def at(package: DataPackage, table: str, item: str, parameter: str, year: int) -> float:
    """A parameter of a year, linear between the years given."""
    rows = [r for r in package.parameters[table] if (r.item, r.parameter) == (item, parameter)]
    return float(np.interp(year, [r.year or 0 for r in rows], [float(r.value) for r in rows]))


def all_rows(package: DataPackage) -> list[Row]:
    """Rows of every parameter table."""
    return [row for rows in package.parameters.values() for row in rows]


def test_every_series_a_table_names_exists(package: DataPackage) -> None:
    named = {r.value for r in all_rows(package) if r.parameter in ("availability_series", "load_series", "series")}
    assert named and named <= {name for name, _ in package.series}


def test_every_profile_a_table_names_exists(package: DataPackage) -> None:
    named = {r.value for r in all_rows(package) if r.parameter in ("profile", "monthly_profile", "inflow_factor")}
    assert named and named <= set(package.monthly)
    assert {r.value for r in all_rows(package) if r.parameter == "hourly_profile"} <= set(package.hourly)


def test_every_bus_station_and_line_a_table_names_exists(package: DataPackage) -> None:
    stations = {r.item for r in package.parameters["hydro_stations"]}
    for table in ("hydro_units", "hydro_inflows", "hydro_schedules"):
        assert set(texts(package, table, "station").values()) <= stations
    assert set(texts(package, "hydro_stations", "downstream").values()) <= stations | {"none"}
    assert {r.value for r in all_rows(package) if r.parameter == "bus"} <= set(texts(package, "buses", "kind"))
    assert set(texts(package, "export_tiers", "line").values()) <= set(texts(package, "grid_exchange", "bus"))


def test_every_item_river_and_technology_has_a_label(package: DataPackage) -> None:
    tables = set(package.parameters) - {
        "economics",
        "hydro_units",
        "hydro_inflows",
        "hydro_schedules",
        "series_parameters",
        "weather_years",
    }
    items = {r.item for name in tables for r in package.parameters[name]}
    rivers = set(texts(package, "hydro_stations", "river").values())
    fuels = set(texts(package, "thermal", "fuel").values())
    assert items | rivers | fuels <= set(package.labels)
    orders = [label.order for label in package.labels.values()]
    assert len(set(orders)) == len(orders)


def test_units_add_up_to_the_stations(package: DataPackage) -> None:
    station, capacity = texts(package, "hydro_units", "station"), numbers(package, "hydro_units", "capacity")
    total = {s: sum(capacity[u] for u in capacity if station[u] == s) for s in set(station.values())}
    assert total == {"ertan": 3300, "tongzilin": 600, "guanyinyan": 3000, "jinsha": 560, "yinjiang": 390}


@pytest.mark.parametrize(("year", "statistical"), [(2020, 6210), (2023, 6210), (2024, 6275), (2025, 6600)])
def test_statistical_hydro_capacity_is_the_plans(package: DataPackage, year: int, statistical: float) -> None:
    first = numbers(package, "hydro_units", "statistical_from")
    assert hydro_capacity(package, {u for u in first if first[u] <= year}) == statistical
    assert {o.value for o in package.observed if (o.year, o.category) == (year, "hydro_statistical")} == {statistical}


@pytest.mark.parametrize(("year", "physical"), [(2020, 5790), (2021, 6210), (2024, 6275), (2025, 6600)])
def test_physical_hydro_capacity_follows_the_dates(package: DataPackage, year: int, physical: float) -> None:
    dates = {u: datetime.date.fromisoformat(d) for u, d in texts(package, "hydro_units", "commissioned").items()}
    running = {u for u in dates if dates[u].year <= year}
    assert hydro_capacity(package, running) == physical
    observed = {o.value for o in package.observed if (o.year, o.category) == (year, "hydro_physical_in_operation")}
    assert observed == {physical}


def hydro_capacity(package: DataPackage, units: set[str]) -> float:
    """City share of the units given, plus small hydro [MW]."""
    station, capacity = texts(package, "hydro_units", "station"), numbers(package, "hydro_units", "capacity")
    share = numbers(package, "hydro_stations", "city_share")
    small = numbers(package, "run_of_river", "statistical_capacity")["small_hydro"]
    return small + sum(capacity[u] * share[station[u]] for u in units)


@pytest.mark.parametrize(("parameter", "share"), [("credited_regulation", 0.82), ("own_regulation", 0.50)])
def test_share_of_seasonal_hydro_is_82_as_credited_and_50_by_own_storage(
    package: DataPackage, parameter: str, share: float
) -> None:
    kind, station = texts(package, "hydro_stations", parameter), texts(package, "hydro_units", "station")
    small = numbers(package, "run_of_river", "statistical_capacity")["small_hydro"]
    seasonal = hydro_capacity(package, {u for u in station if kind[station[u]] == "season"}) - small
    assert seasonal / hydro_capacity(package, set(station)) == pytest.approx(share, abs=0.005)


def test_indicators_repeat_what_other_tables_say(package: DataPackage) -> None:
    for year in (2020, 2025, 2030):
        charged = 1000 * at(package, "demand_response", "ev_charging", "annual_energy", year)
        assert charged / 2 < at(package, "indicators", "charging_points", "contained", year) <= charged
    content = numbers(package, "vanadium_flow", "vanadium_content")["flow_battery"]
    assert numbers(package, "indicators", "conversion")["vanadium_pentoxide"] == content


def test_units_of_a_station_start_in_order(package: DataPackage) -> None:
    dates, station = texts(package, "hydro_units", "commissioned"), texts(package, "hydro_units", "station")
    for name in set(station.values()):
        own = [dates[u] for u in dates if station[u] == name]
        assert own == sorted(own)
    assert (dates["yinjiang_1"], dates["yinjiang_6"]) == ("2024-12-31", "2025-12-19")


def test_the_gauge_is_shared_out_in_full(package: DataPackage) -> None:
    share = {r.item: float(r.value) for r in package.parameters["hydro_inflows"] if r.parameter == "share"}
    assert share["guanyinyan_panzhihua"] + share["jinsha_panzhihua"] == pytest.approx(1)


@pytest.mark.parametrize("category", ["wind", "solar_pv"])
def test_builds_reproduce_the_estimated_capacities(package: DataPackage, category: str) -> None:
    rows = package.parameters[category]
    for year in range(2020, 2026):
        existing = sum(float(r.value) for r in rows if r.parameter == "existing_capacity")
        built = sum(float(r.value) for r in rows if r.parameter == "observed_build" and (r.year or 0) <= year)
        estimated = [o.value for o in package.observed if (o.year, o.category) == (year, category)]
        assert [existing + built] == estimated


def test_non_clean_capacity_closes_the_ninety_per_cent(package: DataPackage) -> None:
    capacity, clean = numbers(package, "thermal", "capacity"), texts(package, "thermal", "clean")
    assert sum(mw for item, mw in capacity.items() if clean[item] == "no") == 800


def test_local_fossil_power_is_3_3_twh(package: DataPackage) -> None:
    energy = numbers(package, "thermal", "annual_energy")
    assert energy["waste_coal"] + energy["steel_gas"] == pytest.approx(3.3)
    heat_rate = numbers(package, "thermal", "heat_rate")
    assert energy["waste_coal"] * heat_rate["waste_coal"] == pytest.approx(0.46, abs=0.005)
    assert heat_rate["steel_gas"] == 0


@pytest.mark.parametrize("kind", ["utility", "rooftop"])
def test_pv_never_exceeds_its_inverter(package: DataPackage, kind: str) -> None:
    ratio, series = numbers(package, "solar_pv", "dc_ac_ratio"), texts(package, "solar_pv", "availability_series")
    assert 0.95 < package.series[series[kind], "normal"].max() * ratio[kind] <= 1


@pytest.mark.parametrize("season", ["wet", "flat", "dry"])
def test_importing_never_pays_for_exporting(package: DataPackage, season: str) -> None:
    line = "provincial"
    spread = float(at(package, "grid_exchange", line, "time_of_use_spread", 2020))
    for year in range(2020, 2031):
        gap = at(package, "grid_exchange", line, f"import_price_{season}", year)
        gap -= at(package, "grid_exchange", line, f"export_price_{season}", year)
        assert gap * (1 - spread) >= at(package, "grid_exchange", line, "minimum_spread", year)


def test_months_of_the_seasons_make_a_year(package: DataPackage) -> None:
    seasons = ("wet_months", "flat_months", "dry_months")
    listed = " ".join(texts(package, "grid_exchange", s)["provincial"] for s in seasons).split()
    assert sorted(map(int, listed)) == list(range(1, 13))


def test_export_tiers_fall_in_price_and_the_first_is_the_export_of_2020(package: DataPackage) -> None:
    factors = list(numbers(package, "export_tiers", "price_factor").values())
    assert factors == sorted(factors, reverse=True) and factors[0] == 1
    assert numbers(package, "export_tiers", "width")["tier_1"] == pytest.approx(27.3 + 3.3 + 0.6 + 0.3 - 13.6)


def test_all_44_targets_of_the_plan_are_there(package: DataPackage) -> None:
    assert list(package.targets) == [f"T{n:02d}" for n in range(1, 45)]
    assert {t.grade for t in package.targets.values()} == {"A"}
    open_ones = [t.id for t in package.targets.values() if t.value is None]
    assert open_ones == [t.id for t in package.targets.values() if t.operator == "assigned"] == ["T10", "T19", "T44"]


@pytest.mark.parametrize(
    ("target", "year", "operator", "value", "unit"),
    [
        ("T01", "2025", "about", 33, "%"),
        ("T02", "2025", "at_most", -15, "%"),
        ("T03", "2025", "at_most", -20, "%"),
        ("T06", "2025", "at_least", 7.2, "GW"),
        ("T07", "2025", "about", 90, "%"),
        ("T08", "2030", "reach", 10, "GW"),
        ("T09", "2030", "about", 39, "%"),
        ("T13", "2025", "reach", 6.6, "GW"),
        ("T15", "2025", "at_least", 1, "GW"),
        ("T16", "2030", "at_least", 5, "GW"),
        ("T18", "2025", "reach", 82, "%"),
    ],
)
def test_headline_targets_are_the_plans(
    package: DataPackage, target: str, year: str, operator: str, value: float, unit: str
) -> None:
    t = package.targets[target]
    assert (t.year, t.operator, t.value, t.unit) == (year, operator, value, unit)


def test_targets_are_named_in_chinese(package: DataPackage) -> None:
    for target in package.targets.values():
        assert any("\u4e00" <= c <= "\u9fff" for c in target.metric_zh), target.id


def test_grade_a_cites_the_plan_and_own_assumptions_say_how_they_came_about(package: DataPackage) -> None:
    for row in all_rows(package):
        if row.grade == "A":
            assert "攀府发〔2024〕1号" in row.source, row
        if row.grade == "D" and row.source == "own assumption" and row.unit not in ("text", "date"):
            assert row.note, row


def test_no_number_of_grade_d_is_without_a_range(package: DataPackage) -> None:
    bare = [r for r in all_rows(package) if r.unit not in ("text", "date") and r.grade in "CD" and r.low is None]
    assert bare == []


def test_the_fuel_split_of_2020_adds_up_to_the_calibration(package: DataPackage) -> None:
    """Fossil 7.67 Mtce (coal 6.65, oil 0.57, gas 0.45) within 1 %, energy carbon 19.9 ± 0.3 Mt.

    By hand: the waste-coal unit burns 1.35 TWh · 0.3414 tce/MWh = 461 ktce; 6651·2.70 + 570·2.12 + 450·1.63 = 19 900.
    """
    fuel_of, factor = texts(package, "end_uses", "fuel"), numbers(package, "fuels", "co2_factor")
    used = dict.fromkeys(fuel_of.values(), 0.0)
    for service, fuel in fuel_of.items():
        used[fuel] += at(package, "end_uses", service, "reference_energy", 2020)
    energy = at(package, "thermal", "waste_coal", "annual_energy", 2020)
    used["coal"] += 1e3 * energy * numbers(package, "thermal", "heat_rate")["waste_coal"]
    assert used == {"coal": pytest.approx(6650, rel=0.01), "oil": pytest.approx(570), "gas": pytest.approx(450)}
    assert sum(used.values()) == pytest.approx(7670, rel=0.01)
    assert sum(factor[fuel] * amount for fuel, amount in used.items()) == pytest.approx(19900, abs=300)


def test_the_reference_grows_by_a_few_per_cent(package: DataPackage) -> None:
    """Fossil fuel with the waste-coal unit is 3 to 6 % above 2020 in 2025 and 2030, and oil is flat by then."""
    services = texts(package, "end_uses", "fuel")

    def total(year: int, *fuels: str) -> float:
        chosen = [s for s, fuel in services.items() if not fuels or fuel in fuels]
        return sum(at(package, "end_uses", s, "reference_energy", year) for s in chosen)

    for year in (2025, 2030):
        assert 1.03 <= (total(year) + 461) / (total(2020) + 461) <= 1.06
    assert abs(total(2030, "oil") / total(2025, "oil") - 1) < 0.01


@pytest.mark.parametrize(
    ("option", "non_fossil"),
    [("electric_boiler", 1.97), ("electric_kiln", 1.55), ("electric_trucks", 1.14), ("heat_pump_buildings", 0.64)],
)
def test_a_tonne_replaced_adds_the_non_fossil_energy_that_is_known(
    package: DataPackage, option: str, non_fossil: float
) -> None:
    """Need times a coal rate between those of 2030 and 2020 (0.292, 0.302 kgce/kWh) is what a tce replaced adds."""
    need = numbers(package, "end_use_options", "specific_need")[option]
    assert 0.292 * need <= non_fossil <= 0.302 * need


def test_process_emissions_are_those_the_fuels_leave_unexplained(package: DataPackage) -> None:
    kinds = texts(package, "process_emissions", "kind")
    processes = [item for item, kind in kinds.items() if kind == "process"]
    assert 1500 <= sum(at(package, "process_emissions", i, "emission", 2020) for i in processes) <= 2000
