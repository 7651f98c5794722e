"""What differs between scenarios, with the place that has the last word."""

from __future__ import annotations

from pathlib import Path

import pytest

from pzh_energy.inputs.datapackage import read_datapackage
from pzh_energy.inputs.differences import Difference, scenario_differences, settings_of
from pzh_energy.inputs.scenario import Scenario, load_scenario
from pzh_energy.modeling import registry
from tests.systems import BASELINE, TINY

UNITS = {key: metric.unit for key, metric in registry.targets().items()}


def scenario(path: Path, *assignments: str) -> Scenario:
    technologies = {key: each.Spec for key, each in registry.technologies().items()}
    return load_scenario(path, technologies, {k: t.Spec for k, t in registry.targets().items()}, assignments)


def found(*several: Scenario) -> dict[str, Difference]:
    packages = [read_datapackage(each.data_path, with_series=False) for each in several]
    return {row.key: row for row in scenario_differences(several, packages, UNITS)}


def test_a_scenario_does_not_differ_from_itself_under_another_name() -> None:
    assert found(scenario(TINY), scenario(TINY, "name=other", "title={zh: 乙, en: other}")) == {}


def test_only_what_an_extending_file_states_differs_and_both_places_are_named() -> None:
    rows = found(scenario(BASELINE), scenario(TINY))
    changed = {"horizon.periods", "resolution.daily", "resolution.segments", "targets.storage_ratio.since"}
    assert set(rows) == changed
    before, after = rows["resolution.daily"].settings[0], rows["resolution.segments"].settings[1]
    assert before and after
    assert (before.value, after.value) == ("[7, 10, 16, 21]", "24")
    places = [each.place.rpartition("scenarios/")[2] for each in (before, after)]
    assert places[0].startswith("baseline.yaml:") and places[1].startswith("tiny.yaml:")


def test_a_value_nobody_wrote_is_a_default() -> None:
    row = found(scenario(TINY), scenario(TINY, "solver.time_limit_s=5"))["solver.time_limit_s"]
    assert [s.place if s else None for s in row.settings] == ["default", "--set solver.time_limit_s=5"]
    assert row.unit == "s"


def test_an_overridden_number_stands_beside_the_one_of_the_data() -> None:
    text = "{table: wind, item: ridge, parameter: potential, value: 900, unit: MW, reason: test}"
    row = found(scenario(TINY), scenario(TINY, f"overrides=[{text}]"))["wind.ridge.potential"]
    assert row.unit == "MW"
    assert [s.value if s else None for s in row.settings] == ["1500", "900"]
    assert row.settings[0] is not None and row.settings[0].place.startswith("data/wind.csv:")


def test_an_override_without_a_year_covers_every_year_of_the_data() -> None:
    text = "{table: wind, item: ridge, parameter: capex, value: 5000, unit: CNY/kW, reason: test}"
    rows = found(scenario(TINY), scenario(TINY, f"overrides=[{text}]"))
    assert rows["wind.ridge.capex"].settings[0] is None
    assert all(key == "wind.ridge.capex" or not key.startswith("wind") for key in rows)


def test_a_technology_switched_off_and_a_target_taken_out_are_seen() -> None:
    rows = found(scenario(TINY), scenario(TINY, "technologies.wind.enabled=false", "targets.T18=~delete"))
    assert [s.value for s in rows["technologies.wind.enabled"].settings if s] == ["true", "false"]
    assert rows["targets.T18.metric"].settings[1] is None


@pytest.mark.parametrize(
    ("key", "unit"), [("targets.storage.value", "MW"), ("targets.T16.price", "million CNY per unit"), ("expect", "")]
)
def test_units_come_from_the_metric(key: str, unit: str) -> None:
    assert settings_of(scenario(TINY, "expect=feasible").document(), UNITS)[key].unit == unit
