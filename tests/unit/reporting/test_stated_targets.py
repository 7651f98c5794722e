"""Targets of the plan that are not computed: each exactly once, with its reason, in every form a result has."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from pzh_energy.inputs.datapackage import PlanTarget, read_datapackage
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.files import read_results, write_folder
from pzh_energy.reporting.stated_targets import PROVENANCE, as_provenance, of_provenance, stated_targets
from pzh_energy.reporting.terminal import stated_lines
from pzh_energy.reporting.texts import LANGUAGES, Language
from tests.unit.reporting.made import MadeRun, row, wind_and_load

DATA = Path(__file__).parents[3] / "data"
PLAN = read_datapackage(DATA, with_series=False).targets
ASKED = ("T06", "T07", "T10")


def target(identifier: str, treatment: str, value: float | None = 1.0, **more: object) -> PlanTarget:
    """A target of a plan."""
    first = PlanTarget(identifier, "1", "2021-2025", "thing", "某事", "reach", value, "GW", treatment)
    return dataclasses.replace(first, statement_zh="缘由", statement_en="reason", **more)  # type: ignore[arg-type]


def run_with(plan: Mapping[str, PlanTarget], asked: tuple[str, ...] = ASKED) -> MadeRun:
    """A run of a plan, of which the scenario asks for some targets."""
    provenance = {**wind_and_load().provenance, PROVENANCE: as_provenance(stated_targets(plan, asked))}
    cards = tuple(row(identifier=identifier) for identifier in asked)
    return MadeRun(results=Results(wind_and_load().data, provenance), scorecard=cards)


def test_status_says_why_a_target_is_not_scored() -> None:
    plan = {
        "a": target("a", "computed"),
        "b": target("b", "computed", None),
        "c": target("c", "input", input_value=2.0, input_unit="MW", input_grade="B", input_source="book"),
        "d": target("d", "out_of_scope"),
        "e": target("e", "out_of_scope", None),
    }
    found = stated_targets(plan, ())
    assert [t.status for t in found] == ["not_asked", "no_number", "input", "out_of_scope", "no_number"]
    assert {t.year for t in found} == {2025}
    assert stated_targets(plan, tuple(plan)) == ()


def test_results_carry_them() -> None:
    run = run_with(PLAN)
    assert of_provenance(json.loads(json.dumps(run.results.provenance))) == stated_targets(PLAN, ASKED)
    assert of_provenance({}) == ()


def test_all_44_appear_exactly_once_in_every_file(tmp_path: Path) -> None:
    folder = write_folder(run_with(PLAN), tmp_path / "result")
    table = pd.read_csv(folder / "scorecard.csv", encoding="utf-8-sig")
    assert sorted(table["identifier"]) == sorted(PLAN)
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    listed = [t["identifier"] for t in (*summary["targets"], *summary["stated_targets"])]
    assert sorted(listed) == sorted(PLAN)
    assert of_provenance(read_results(folder).provenance) == stated_targets(PLAN, ASKED)


def test_the_csv_file_says_how_each_is_treated(tmp_path: Path) -> None:
    folder = write_folder(run_with(PLAN), tmp_path / "result")
    table = pd.read_csv(folder / "scorecard.csv", encoding="utf-8-sig").set_index("identifier")
    assert table.loc["T25", "verdict"] == "input"
    assert (table.loc["T25", "input_value"], table.loc["T25", "input_unit"]) == (800.0, "MW")
    assert table.loc["T04", "verdict"] == "out_of_scope"
    assert table.loc["T44", "note_en"] == "no number in the plan; set by user"
    assert table.loc["T01", "verdict"] == "not_asked"
    assert table.loc["T06", "verdict"] == "met"
    assert table.loc[[*PLAN], ["note_zh", "note_en"]].drop(list(ASKED)).notna().all().all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_names_each_once(language: Language) -> None:
    text = "\n".join(stated_lines(stated_targets(PLAN, ASKED), language, verbose=False))
    for identifier in PLAN:
        assert text.count(identifier) == (0 if identifier in ASKED else 1), identifier
    assert ("80.0 万千瓦" if language == "zh" else "0.800 GW") in text
    assert "solar_pv.csv rooftop.potential" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_verbose_gives_every_reason(language: Language) -> None:
    stated = stated_targets(PLAN, ASKED)
    text = "\n".join(stated_lines(stated, language, verbose=True))
    assert all(each.statement(language) in text for each in stated)
    assert len(text) > len("\n".join(stated_lines(stated, language, verbose=False)))


def test_a_run_without_a_plan_says_nothing() -> None:
    assert stated_lines((), "en", verbose=True) == []
