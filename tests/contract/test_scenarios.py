"""Every shipped scenario: a question, a valid file by the schema editors use, and an answer to the question.

Nothing is solved here: the answers are those recorded in tests/golden.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from pzh_energy.commands.model import schema_text
from pzh_energy.inputs.sweep_file import load_sweep
from pzh_energy.studies.sweep_plan import plan
from tests.golden.runs import RECORDED
from tests.systems import ROOT

FILES = sorted((ROOT / "scenarios").glob("*.yaml"))


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text()))


@cache
def recorded() -> dict[str, Any]:
    """Verdicts and margins of every scenario; that they still hold is what `pzh-opt check --against` proves in CI."""
    return dict(json.loads(RECORDED.read_text(encoding="utf-8"))["scenarios"])


def plain(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_file_is_valid_for_editors(path: Path) -> None:
    errors = [f"{list(e.absolute_path)}: {e.message}" for e in validator().iter_errors(plain(path))]
    assert errors == []


def test_the_schema_editors_use_refuses_what_the_program_refuses() -> None:
    document = plain(ROOT / "scenarios/tiny.yaml")
    assert list(validator().iter_errors({**document, "technologies": {"wnd": {}}}))
    assert list(validator().iter_errors({**document, "targets": {"T16": {"metric": "installed_capcity"}}}))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_file_begins_with_its_question_and_is_named_after_itself(path: Path) -> None:
    document = plain(path)
    assert document["name"] == path.stem
    assert path.read_text(encoding="utf-8").startswith("# ")
    assert document["question"]["zh"].rstrip().endswith("？")
    assert document["question"]["en"].rstrip().endswith("?")
    assert document["title"]["zh"] and document["title"]["en"]


@pytest.mark.parametrize("path", [p for p in FILES if p.stem != "baseline"], ids=lambda p: p.stem)
def test_the_file_says_only_what_differs(path: Path) -> None:
    assert plain(path)["extends"] == "baseline.yaml"


def test_every_scenario_is_recorded_and_nothing_else() -> None:
    assert sorted(recorded()) == [path.stem for path in FILES]
    assert {each["outcome"] for each in recorded().values()} == {"feasible"}


def margin(name: str, target: str) -> float:
    """Margin of a target in its unit: what is achieved beyond what the scenario asks."""
    return float(recorded()[name]["targets"][target]["margin"])


def verdict(name: str, target: str) -> str:
    return str(recorded()[name]["targets"][target]["verdict"])


def cost(name: str) -> float:
    """Million CNY of the horizon."""
    return float(recorded()[name]["objective_million_cny"])


def test_without_policy_the_plan_of_2030_is_not_built() -> None:
    assert verdict("no_policy", "T16") == "missed" and verdict("baseline", "T16") == "met"
    assert cost("no_policy") < cost("baseline")


def test_all_aims_as_promises_can_be_held_at_once() -> None:
    assert {verdict("plan_targets_hard", each) for each in ("T13", "T15", "T16")} == {"met"}


def test_slow_photovoltaics_cannot_reach_the_5_gw() -> None:
    """0.75 GW at the end of 2023 and seven years of 200 MW wind, 200 and 40 MW of PV are at most 3.83 GW."""
    assert 5 + margin("pv_slow", "T16") <= 0.75 + 7 * 0.44
    assert verdict("pv_slow", "T08") == "missed"


def test_with_one_unit_of_yinjiang_hydro_is_six_units_of_65_mw_less_five() -> None:
    assert margin("yinjiang_delayed", "T13") == pytest.approx(-5 * 0.065)


def test_hydrogen_city_makes_4_kilotonnes_green_and_burns_less_oil_on_the_road() -> None:
    """4 kt are asked there and 1 kt in the baseline; oil of land transport is to grow by no more than 1 % a year."""
    assert 4 + margin("hydrogen_city", "green_volume") >= 4 > 1 + margin("baseline", "green_volume")
    assert margin("hydrogen_city", "T33") > margin("baseline", "T33") + 0.5


def test_the_push_for_vanadium_builds_it_as_far_as_local_vanadium_goes() -> None:
    """20 000 t/yr, of which 2.5 to 5 % are local in 2025 to 2030, are 4500 t; at 5.75 t/MWh and two hours 391 MW."""
    assert margin("vanadium_storage_push", "storage_ratio") == pytest.approx(0, abs=1e-3)
    assert margin("baseline", "storage_ratio") < -9
    share = sum(0.015 + 0.005 * (year - 2023) for year in range(2025, 2031))
    assert 100 + margin("vanadium_storage_push", "storage") == pytest.approx(20_000 * share / 5.75 / 2, rel=1e-3)
    assert verdict("vanadium_storage_push", "T16") == "missed"


def test_years_of_drought_cost_exports_and_not_the_targets() -> None:
    """What is short is sold less: the city's own use comes first, so that the shares stay as they are."""
    assert cost("dry_years") > cost("baseline") + 2000
    assert abs(margin("dry_years", "T09") - margin("baseline", "T09")) < 0.2
    assert cost("baseline") < cost("stochastic_hydrology") < cost("dry_years")


def test_more_use_of_electricity_raises_the_non_fossil_share_and_less_lowers_it() -> None:
    """Within the city every further kWh is hydro, wind or PV that is not sold."""
    low, middle, high = (margin(name, "T09") for name in ("low_demand", "baseline", "high_demand"))
    assert low < middle - 2 and high > middle + 2
    assert margin("electrification_push", "T09") > middle + 1
    assert margin("electrification_push", "electrification") == pytest.approx(0, abs=1e-3)


def test_a_price_of_carbon_moves_shares_and_is_paid() -> None:
    """300 CNY/t on some 22 Mt a year are 6.6 bn CNY a year, over the horizon discounted between 45 and 60 bn."""
    assert margin("carbon_price_high", "T09") > margin("baseline", "T09")
    assert 45_000 < cost("carbon_price_high") - cost("baseline") < 60_000


def test_the_peak_can_be_told_once_years_after_2030_are_there() -> None:
    assert verdict("baseline", "T11") == "not_computable"
    assert (verdict("to_2035_peak", "T11"), 2030 - margin("to_2035_peak", "T11")) == ("met", 2025)


SWEEPS = sorted((ROOT / "scenarios/sweeps").glob("*.yaml"))


@pytest.mark.parametrize("path", SWEEPS, ids=lambda p: p.stem)
def test_a_shipped_sweep_asks_a_question_and_every_case_of_it_is_a_scenario(path: Path) -> None:
    planned = plan(load_sweep(path))
    document = planned.sweep.document
    assert document.name == path.stem and document.title and document.question
    assert document.question.zh.endswith("？") and document.question.en.endswith("?")
    assert all(each.label for each in document.vary.values()) and document.show
    assert [case.refusal for case in planned.cases if case.scenario is None] == []
    assert len({case.digest for case in planned.cases}) == len(planned.cases) == document.cases
