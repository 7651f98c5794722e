"""Wind, PV, run-of-river, thermal plant and lost load: what they post, report and refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pzh_energy.domain.errors import AuditError
from tests import toys
from tests.toys import Toy

BUILDERS = {"wind": toys.wind, "solar_pv": toys.solar, "run_of_river": toys.run_of_river}


def plant(table: str, **cells: toys.Cell) -> Toy:
    """100 MW of one kind under a sky of 0.4; load 100 MW."""
    return Toy({**toys.imports(), table: {"one": BUILDERS[table](100, "sky", **cells)}}, load=100, series={"sky": 0.4})


@pytest.mark.parametrize("table", BUILDERS)
@pytest.mark.parametrize("level", [1.2, -0.1])
def test_availability_outside_0_to_1_is_refused(table: str, level: float) -> None:
    text = toys.refusals(replace(plant(table), series={"sky": [0.5, level]}, edges=toys.HALVES))
    low, high = min(0.5, level), max(0.5, level)
    said = f"{table}.csv one.availability_series: series sky reaches {low:g} … {high:g}. It must stay in 0 … 1."
    assert said in text


@pytest.mark.parametrize("table", BUILDERS)
def test_missing_series_and_unknown_bus_are_refused(table: str) -> None:
    assert f"{table}.csv one.availability_series: no series 'sk'" in toys.refusals(
        plant(table, availability_series="sk")
    )
    assert f"{table}.csv one.bus: unknown 'x'" in toys.refusals(plant(table, bus="x"))


@pytest.mark.parametrize("table", BUILDERS)
def test_output_is_availability_times_capacity(table: str) -> None:
    solved = toys.solve(plant(table))
    assert solved.steps(f"{table}.generation", "one") == pytest.approx([40])
    assert solved.objective == pytest.approx(60 * 4.38)


@pytest.mark.parametrize(("table", "tag"), [("wind", "wind"), ("solar_pv", "solar_pv"), ("run_of_river", "hydro")])
def test_capacity_is_clean_and_stands_in_both_series(table: str, tag: str) -> None:
    results = toys.solve(plant(table)).results
    for series in ("statistical", "physical"):
        assert results.amount(results.ledger("capacity", series, tag, "clean")).values.tolist() == [100]


def test_run_of_river_may_be_counted_otherwise_than_it_stands() -> None:
    results = toys.solve(plant("run_of_river", statistical_capacity=70)).results
    counted = results.ledger("capacity", "statistical", "own_regulation=day", "credited_regulation=day")
    assert results.amount(counted).values.tolist() == [70]
    assert results.amount(results.ledger("capacity", "physical")).values.tolist() == [100]


def test_run_of_river_pays_fixed_and_running_cost() -> None:
    """By hand: 2 % of 1000 CNY/kW on 100 MW: 2 million; 40 MW at 10 CNY/MWh: 3.504; 60 MW imported: 262.8."""
    solved = toys.solve(plant("run_of_river", capex=1000, fixed_om=2, variable_om=10))
    assert solved.objective == pytest.approx(2 + 40 * 8760 * 10e-6 + 60 * 4.38)


def test_run_of_river_of_an_unknown_class_is_refused() -> None:
    text = toys.refusals(plant("run_of_river", own_regulation="dayly"))
    assert "run_of_river.csv one.own_regulation: 'dayly' is not allowed. Did you mean \"day\"?" in text


@pytest.mark.parametrize("table", ["wind", "solar_pv"])
def test_curtailment_is_what_was_available_and_not_used(table: str) -> None:
    solved = toys.solve(replace(plant(table), load=30))
    assert solved.steps(f"{table}.curtailment", "one") == pytest.approx([10])
    assert solved.steps(f"ledger.available.{table}.generation", "one") == pytest.approx([40])


def test_classes_of_a_technology_have_each_their_own_wind() -> None:
    """By hand: classes of 100 MW under 0.4 and 50 MW under 1: 40 + 50 MW of a load of 100."""
    toy = plant("wind")
    classes = {**toy.tables["wind"], "pass": toys.wind(50)}
    solved = toys.solve(replace(toy, tables={**toy.tables, "wind": classes}))
    assert solved.objective == pytest.approx(10 * 4.38)
    assert solved.steps("wind.generation", "pass") == pytest.approx([50])


@pytest.mark.parametrize(("ratio", "said"), [(0.4, "0.4 is below 0.5"), (3.5, "3.5 is above 3")])
def test_a_dc_ac_ratio_out_of_range_is_refused(ratio: float, said: str) -> None:
    assert f"one.dc_ac_ratio: {said}" in toys.refusals(plant("solar_pv", dc_ac_ratio=ratio))


def mill(**cells: toys.Cell) -> Toy:
    """A plant of 80 MW; load 100 MW."""
    return Toy({**toys.imports(), "thermal": {"mill": toys.thermal(80, **cells)}}, load=100)


def test_thermal_energy_beyond_the_capacity_is_refused() -> None:
    text = toys.refusals(mill(capacity=79))
    assert "thermal.csv mill.annual_energy: needs 80 MW all year; 79 MW is there. Correct either." in text


def test_thermal_energy_of_a_later_year_is_checked_too() -> None:
    toy = replace(mill(capacity=90, annual_energy={2020: 0.7, 2022: 0.8}), periods=(2020, 2022))
    assert "thermal.csv mill.annual_energy: needs 91 MW all year" in toys.refusals(toy)


def test_thermal_plant_posts_its_carbon() -> None:
    """By hand: 80 MW at 0.9 t/MWh over 8760 h: 630.72 kt."""
    solved = toys.solve(mill(co2_factor=0.9))
    assert solved["ledger.co2.thermal.generation"].values.ravel().tolist() == pytest.approx([630.72])


@pytest.mark.parametrize(("word", "clean"), [("yes", [80.0]), ("no", [0.0])])
def test_thermal_plant_says_itself_whether_it_is_clean(word: str, clean: list[float]) -> None:
    results = toys.solve(mill(clean=word)).results
    assert results.amount(results.ledger("capacity", "clean")).values.tolist() == clean
    assert results.amount(results.ledger("capacity", "thermal", "statistical", "physical")).values.tolist() == [80]


def test_thermal_plant_that_is_neither_clean_nor_not_is_refused() -> None:
    assert "mill.clean: 'maybe' is not allowed" in toys.refusals(mill(clean="maybe"))


def test_fuel_is_heat_rate_times_price_of_the_year() -> None:
    """By hand: 0.3 tce/MWh at 1000 and 2000 CNY/tce: 80 MW·years at 300 and at 600, 20 imported twice at 500."""
    toy = replace(mill(heat_rate=0.3, fuel_cost={2020: 1000, 2021: 2000}), periods=(2020, 2021))
    assert toys.solve(toy).cost("thermal.fuel") == pytest.approx(80 * 8760e-6 * (300 + 600))


def test_lost_load_is_posted_to_its_bus() -> None:
    """By hand: the west has no supply: 50 MW lost at 1000 CNY/MWh."""
    lost = {"unserved": {"west": {"bus": "west", "value_of_lost_load": 1000}}}
    solved = toys.solve(Toy(lost, load={"west": 50}, buses=("east", "west")))
    assert solved.objective == pytest.approx(50 * 8.76)
    assert solved.results.energy_twh(solved.results.ledger("electricity", "unserved")).values == pytest.approx(
        50 * 8760e-6
    )


def test_lost_load_below_a_price_of_export_fails_the_audit() -> None:
    """By hand: load lost at 10 and sold at 400 CNY/MWh would be made up without end, 50 MW beyond the load of 100."""
    line = {"grid_exchange": {"grid": toys.line(400, 500, export_limit=50)}}
    cheap = toys.solve(Toy({**line, **toys.lost_load(10)}, load=100))
    with pytest.raises(AuditError, match=r"no more unserved than asked on city: 50 MW"):
        _ = cheap.results
    dear = toys.solve(Toy({**line, **toys.lost_load(450)}, load=100))
    assert dear.steps("ledger.electricity.unserved.power", "city") == pytest.approx([100])


def test_lost_load_without_a_value_is_refused() -> None:
    assert "city.value_of_lost_load: 0 is below 1" in toys.refusals(Toy(toys.lost_load(0), load=1))


def test_nothing_on_any_bus_is_refused() -> None:
    assert "scenario technologies: nothing feeds or loads any bus." in toys.refusals(Toy({}))
