"""Every shipped scenario: a question, a valid file by the schema editors use, and the verdicts it expects."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from pzh_energy import api
from pzh_energy.commands.model import schema_text
from pzh_energy.domain.errors import InfeasibleError
from pzh_energy.reporting.scorecard import ScorecardRow
from tests.systems import ROOT

FILES = sorted((ROOT / "scenarios").glob("*.yaml"))


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text()))


@cache
def solved(path: Path) -> tuple[ScorecardRow, ...] | None:
    """Scorecard at a coarse resolution, None if there is no plan."""
    try:
        return api.solve(path, (), "segments:24").scorecard
    except InfeasibleError:
        return None


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


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_verdicts_are_the_expected_ones(path: Path) -> None:
    """At a coarse resolution; a scenario states `expect` for what its question is about."""
    expected, rows = plain(path).get("expect"), solved(path)
    assert (rows is None) == (expected == "infeasible")
    for row in rows or ():
        if row.expect is not None or row.gate:
            assert row.as_expected, f"{row.identifier}: {row.verdict}"


def verdicts(name: str) -> dict[str, str]:
    rows = solved(ROOT / f"scenarios/{name}.yaml")
    assert rows is not None
    return {row.identifier: row.verdict for row in rows}


def achieved(name: str, target: str) -> float:
    rows = solved(ROOT / f"scenarios/{name}.yaml")
    (value,) = (row.achieved for row in rows or () if row.identifier == target)
    assert value is not None
    return value


def test_without_policy_the_plan_of_2030_is_not_built() -> None:
    assert verdicts("no_policy")["T16"] == "missed" and verdicts("baseline")["T16"] == "met"


def test_slow_photovoltaics_cannot_reach_the_5_gw() -> None:
    """0.75 GW at the end of 2023 and seven years of 200 MW wind, 200 and 40 MW of PV are at most 3.83 GW."""
    assert achieved("pv_slow", "T16") <= 0.75 + 7 * 0.44


def test_with_one_unit_of_yinjiang_hydro_is_six_units_of_65_mw_less_five() -> None:
    assert achieved("yinjiang_delayed", "T13") == pytest.approx(6.6 - 5 * 0.065)


def test_hydrogen_city_makes_half_of_eight_kilotonnes_green() -> None:
    assert achieved("hydrogen_city", "green_volume") >= 4.0 > achieved("baseline", "green_volume")


def test_the_push_for_vanadium_builds_it() -> None:
    assert achieved("vanadium_storage_push", "storage_ratio") == pytest.approx(10.0, abs=1e-3)
    assert achieved("baseline", "storage_ratio") < 1
