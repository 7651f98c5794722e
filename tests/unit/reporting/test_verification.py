"""A verification as it is shown, written and read again: numbers made by hand."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pzh_energy.reporting.files import write_folder
from pzh_energy.reporting.saved import load_results
from pzh_energy.reporting.terminal import make_console
from pzh_energy.reporting.texts import LANGUAGES, Language
from pzh_energy.reporting.verification import (
    Drift,
    TargetDrift,
    Verification,
    cost_drifts,
    operation_drifts,
    worse,
)
from pzh_energy.reporting.verification_views import sentences, show_verification
from tests.unit.reporting.made import MadeRun, wind_and_load

TARGET = TargetDrift("T1", "目标", "Target", 2030, "hard", "%", 40.0, 41.0, 39.0, "met", "missed")
MADE = Verification(
    outcome="optimal",
    status="Optimal",
    planned_steps=24,
    steps=8760,
    seconds=3.0,
    method="structured",
    costs=(
        Drift("total", None, "million CNY", 1000.0, 1050.0),
        Drift("penalty", None, "million CNY", 0.0, 50.0),
        Drift("fuel", None, "million CNY", 700.0, 700.0),
    ),
    operation=(
        Drift("unserved_energy", 2025, "GWh", 0.0, 1.0),
        Drift("unserved_energy", 2030, "GWh", 0.0, 7.0),
        Drift("export", 2025, "GWh", 100.0, 100.0),
    ),
    targets=(TARGET, replace(TARGET, identifier="T2", hourly=41.0, verdict_hourly="met")),
)


def shown(verification: Verification, language: Language) -> str:
    stream = io.StringIO()
    show_verification(verification, make_console(stream), language)
    return stream.getvalue()


def test_the_terminal_shows_what_differs_in_the_year_that_differs_most() -> None:
    text = shown(MADE, "en")
    assert "24" in text
    row = {line.split("  ")[0]: line.split() for line in text.splitlines()}
    assert row["unserved energy"][2:] == ["2030", "0.000", "0.007", "+0.007", "TWh"]
    assert row["penalties"][1:4] == ["0.00", "0.05", "+0.05"]
    assert "fuel" not in row
    assert "T2" not in text
    assert "5.00 % above" in text
    assert "cannot hold hour by hour: T1" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_fit_into_eighty_columns(language: Language) -> None:
    long = replace(
        TARGET,
        label_en="Storage power per wind and PV added since 2023",
        label_zh="新型储能功率占2023年后新增风光装机之比",
    )
    text = shown(replace(MADE, targets=(long,)), language)
    width = max(sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.splitlines())
    assert width <= 80


@pytest.mark.parametrize(
    ("planned", "hourly", "expected"),
    [
        ("met", "met_within_tolerance", True),
        ("met_within_tolerance", "missed", True),
        ("missed", "met", False),
        ("missed", "missed", False),
        ("not_computable", "missed", False),
        ("met", "not_computable", True),
    ],
)
def test_a_verdict_is_worse_if_it_is_further_down(planned: str, hourly: str, expected: bool) -> None:
    assert worse(replace(TARGET, verdict_planned=planned, verdict_hourly=hourly)) is expected


@pytest.mark.parametrize(
    ("outcome", "word"), [("infeasible", "no operation"), ("limit", "--time-limit"), ("trouble", "no conclusion")]
)
def test_a_check_that_found_nothing_says_so(outcome: str, word: str) -> None:
    ended = Verification(outcome, "status", 24, 8760, 3.0, "structured")
    assert not ended.holds
    (sentence,) = sentences(ended, "en")
    assert word in sentence


def test_the_folder_holds_the_verification_if_there_is_one(tmp_path: Path) -> None:
    """Proves on and off: a table and a block of the summary, read back as they were, or neither."""
    folder = write_folder(MadeRun(verification=MADE), tmp_path / "with")
    table = pd.read_csv(folder / "verification.csv", encoding="utf-8-sig", keep_default_na=False)
    assert table.loc[table["quantity"] == "penalty", "difference"].astype(float).tolist() == [50.0]
    assert table.loc[table["group"] == "target", "verdict_hourly"].tolist() == ["missed", "met"]
    assert load_results(folder).verification == MADE
    assert json.loads((folder / "summary.json").read_text("utf-8"))["verification"]["holds"] is False
    without = write_folder(MadeRun(), tmp_path / "without")
    assert not (without / "verification.csv").exists()
    assert load_results(without).verification is None


def test_drifts_are_differences_of_the_tables() -> None:
    """Proves the sums by hand: results against themselves differ in nothing, and costs add up to their total."""
    results = wind_and_load()
    costs, operation = cost_drifts(results, results, ()), operation_drifts(results, results)
    assert [each.difference for each in (*costs, *operation)] == [0.0] * (len(costs) + len(operation))
    assert costs[0].planned == pytest.approx(sum(each.planned for each in costs[1:]))
    exported = [each.planned for each in operation if each.key == "export"]
    assert exported == pytest.approx([40 * 8.76] * 2)
