"""SystemData: scenario and package brought together, aligned, and refused with everything that does not fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pzh_energy import api
from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.datapackage import PlanTarget
from pzh_energy.inputs.resolution import Resolution
from pzh_energy.inputs.system import make_system
from pzh_energy.optimization.assemble import component_tables
from tests import toys
from tests.systems import TINY
from tests.toys import Toy

TOY = Toy(
    {**toys.imports(), "wind": {"ridge": toys.wind(10, "gale"), "pass": toys.wind(20)}},
    load=100,
    series={"gale": {"wet": 0.5, "dry": 0.25}},
    weather={"wet": 0.4, "dry": 0.6},
    periods=(2020, 2025),
    last_period_years=3,
    discount_rate=0.05,
    base_year=2019,
)


def test_the_calendar_is_that_of_scenario_and_economics() -> None:
    calendar = toys.system(TOY).calendar
    assert (calendar.periods, calendar.last_period_years) == ((2020, 2025), 3)
    assert (calendar.discount_rate, calendar.base_year) == (0.05, 2019)
    assert (calendar.weather, calendar.probability.tolist()) == (("wet", "dry"), [0.4, 0.6])
    assert calendar.weight[1] == pytest.approx(1.05**-6 + 1.05**-7 + 1.05**-8)


@pytest.mark.parametrize(("kind", "size", "steps"), [("full", 1, 8760), ("every", 6, 1460), ("segments", 24, 24)])
def test_the_steps_are_those_of_the_resolution(kind: str, size: int, steps: int) -> None:
    resolution = Resolution.model_validate({"kind": kind, "size": size})
    assert len(toys.system(replace(TOY, resolution=resolution)).calendar.hours) == steps


def test_segments_follow_the_series() -> None:
    """By hand: wind blows in hours 100 to 200 only; with months kept apart 14 segments cut exactly there."""
    gale = np.zeros(8760)
    gale[100:200] = 1.0
    toy = replace(TOY, series={"gale": {"wet": gale, "dry": gale}}, resolution=Resolution(kind="segments", size=14))
    assert {100, 200} <= set(toys.system(toy).calendar.edges.tolist())


def test_series_stand_by_weather_in_the_scenarios_order() -> None:
    system = toys.system(TOY)
    assert system.hourly("gale", "1", "a test").shape == (2, 8760)
    assert system.hourly("gale", "1", "a test")[:, 0].tolist() == [0.5, 0.25]
    swapped = toys.system(replace(TOY, weather={"dry": 0.6, "wet": 0.4}))
    assert swapped.hourly("gale", "1", "a test")[:, 0].tolist() == [0.25, 0.5]


def test_tables_are_read_by_item() -> None:
    system = toys.system(TOY)
    assert system.items("wind") == ["ridge", "pass"]
    assert system.text("wind", "availability_series") == {"ridge": "gale", "pass": "one"}
    assert system.number("wind", "existing_capacity").tolist() == [10, 20]
    assert system.buses == ("city",)


def test_a_table_no_technology_reads_is_left_out() -> None:
    toy = replace(TOY, tables={**TOY.tables, "notes": {"a": {"b": 1}}})
    assert "notes" not in toys.system(toy).tables


def test_an_override_reaches_the_system() -> None:
    override = {"table": "wind", "item": "pass", "parameter": "existing_capacity", "value": 35, "unit": "MW"}
    system = toys.system(replace(TOY, overrides=[override]))
    assert system.number("wind", "existing_capacity").tolist() == [10, 35]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"item": "rigde"}, 'no item rigde in wind. Did you mean "ridge"?'),
        ({"unit": "GW"}, "unit GW where the table has MW. Write MW."),
        ({"table": "wnd"}, 'no table wnd. Did you mean "wind"?'),
        ({"parameter": "existing"}, "ridge has no existing."),
        ({"value": -5}, "ridge.existing_capacity: -5 is below 0 MW."),
        ({"value": "much"}, "ridge.existing_capacity: 'much' is not a number."),
    ],
)
def test_a_wrong_override_is_refused(changes: dict[str, object], said: str) -> None:
    right = {"table": "wind", "item": "ridge", "parameter": "existing_capacity", "value": 5, "unit": "MW"}
    assert said in toys.refusals(replace(TOY, overrides=[{**right, **changes}]))


def test_a_missing_table_is_refused_with_the_nearest_one() -> None:
    package = toys.package_of(TOY)
    tables = {**package.parameters, "wnd": package.parameters["wind"]}
    del tables["wind"]
    scenario = toys.scenario_of(TOY)
    with pytest.raises(InputError, match=r'wind\.csv: the data package has no such table\. Did you mean "wnd"\?'):
        make_system(scenario, replace(package, parameters=tables), component_tables(scenario))


def test_an_unknown_weather_is_refused() -> None:
    package = toys.package_of(TOY)
    scenario = toys.scenario_of(replace(TOY, weather={"wte": 1.0}))
    with pytest.raises(InputError, match=r"weather\.wte: no series for this weather year\. .*Known: dry, wet"):
        make_system(scenario, package, component_tables(scenario))


def test_a_series_that_lacks_a_weather_is_refused() -> None:
    text = toys.refusals(replace(TOY, series={"gale": {"wet": 0.5}}))
    assert "series.csv gale: no values for weather dry. Add them to the package." in text


def test_faults_of_several_tables_are_told_at_once() -> None:
    toy = toys.changed(toys.changed(TOY, "wind", "ridge", capex=-1), "grid_exchange", "grid", loss=0.9)
    toy = replace(toy, series={"gale": {"wet": 0.5}})
    text = toys.refusals(toy)
    assert "wind.csv:" in text
    assert "grid_exchange.csv:" in text
    assert "series.csv gale" in text


def test_an_undeclared_parameter_is_refused_with_the_nearest_one() -> None:
    text = toys.refusals(toys.changed(TOY, "wind", "ridge", pontential=5))
    assert 'ridge.pontential: unknown parameter. Did you mean "potential"?' in text


def test_a_missing_parameter_is_refused() -> None:
    cells = {name: cell for name, cell in TOY.tables["wind"]["ridge"].items() if name != "capex"}
    text = toys.refusals(replace(TOY, tables={**TOY.tables, "wind": {"ridge": cells}}))
    assert "wind.csv ridge.capex: missing. Add a row in CNY/kW" in text


def test_targets_are_completed_from_the_plan() -> None:
    plan = PlanTarget("T06", "3.1", "2021-2025", "wind", "风电", "at_least", 1.0, "GW", "computed")
    spec = {"metric": "installed_capacity", "carriers": ("wind",), "value": 2.0}
    system = toys.system(replace(TOY, targets={"T06": spec}, plan_targets={"T06": plan}))
    target = system.targets["T06"]
    assert (target.year, target.operator, target.value, target.unit) == (2025, "at_least", 2.0, "GW")


def test_a_target_nobody_completes_is_refused() -> None:
    text = toys.refusals(replace(TOY, targets={"T": {"metric": "installed_capacity", "carriers": ("wind",)}}))
    assert "targets T" in text or "targets.T" in text
    assert "missing, and the plan has no target of this id. State it in the scenario." in text


def test_references_may_be_none_only_where_that_is_a_word() -> None:
    system = toys.system(Toy({**toys.imports(), **toys.river({"dam": toys.station()}, {})}, load=1))
    system.check_references("hydro_stations", "downstream", ["dam"], none="none")
    with pytest.raises(InputError, match=r"hydro_stations\.csv dam\.downstream: unknown 'none'\."):
        system.check_references("hydro_stations", "downstream", ["dam"])


def test_an_unknown_profile_is_refused_with_the_nearest_one() -> None:
    system = toys.system(replace(TOY, monthly={"flow": [1.0] * 12}))
    assert system.profile("flow", "a test").tolist() == [1.0] * 12
    with pytest.raises(InputError, match=r"a test: no monthly profile 'flwo'\. Did you mean \"flow\"\?"):
        system.profile("flwo", "a test")


def test_an_override_of_what_series_are_made_from_makes_them_anew() -> None:
    """0.8 of the hours of wind in every month is 0.8 of its energy; sun and rivers stay as they are."""
    usual = api.read(TINY)
    override = "{table: weather_years, item: normal, parameter: wind_factor, value: 0.8, unit: '1', reason: test}"
    changed = api.read(TINY, [f"overrides=[{override}]"])
    for name, values in usual.series.items():
        share = 0.8 if name.startswith("wind") else 1.0
        assert changed.series[name].sum() == pytest.approx(share * values.sum(), rel=1e-4), name
    assert changed.hashes == usual.hashes
