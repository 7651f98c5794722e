"""What results rest on: three inputs and two results, numbers that can be added up on paper.

Of the cost (10 million CNY as it stands) an input of grade D moves 9..12, a swing of 3, one of grade C 10..11, a swing
of 1; of target T1 (1.25 GW, met) the input of grade C moves 0.75..1.25, and misses it there, the other nothing. A third
input, grade D, has no plan at its high end and moves nothing at its low one.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from pzh_energy.domain.errors import InputError
from pzh_energy.reporting.files import write_folder
from pzh_energy.reporting.report import make_report, to_html
from pzh_energy.reporting.report.excel import write_workbook
from pzh_energy.reporting.saved import load_results
from pzh_energy.reporting.swings import Swings, by_weight, csv_text, moves_frame, swings_of, write_swings
from pzh_energy.reporting.swings_views import show_swings
from pzh_energy.reporting.terminal import make_console
from pzh_energy.reporting.texts import LANGUAGES, Language
from tests.unit.reporting.made import MadeRun, row

NAN = float("nan")
GRADES = {"demand.city.growth": "D", "wind.ridge.capex": "C", "thermal.old.capacity": "D"}


def records() -> Iterator[dict[str, Any]]:
    ends = {
        "objective": ((9.0, 12.0, "", ""), (10.0, 11.0, "", ""), (10.0, NAN, "", "infeasible")),
        "T1": (
            (1.25, 1.25, "met", "met"), (1.25, 0.75, "met", "missed"), (1.25, NAN, "met", "infeasible")
        ),
    }  # fmt: skip
    for result, base, unit, verdict in (("objective", 10.0, "million CNY", ""), ("T1", 1.25, "GW", "met")):
        for (key, grade), (low, high, verdict_low, verdict_high) in zip(GRADES.items(), ends[result], strict=True):
            known = [value for value in (low, base, high) if value == value]
            yield {
                "result": result, "result_unit": unit, "base": base, "verdict": verdict, "input": key, "unit": "MW",
                "grade": grade, "low": "1", "value": "2", "high": "3", "at_low": low, "at_high": high,
                "swing": max(known) - min(known), "verdict_at_low": verdict_low, "verdict_at_high": verdict_high,
            }  # fmt: skip


@pytest.fixture
def moves() -> pd.DataFrame:
    return moves_frame(records())


@pytest.fixture
def swings(moves: pd.DataFrame) -> Swings:
    return swings_of(moves, [row()], "segments:24")


def test_shares_by_grade_are_shares_of_the_sum_of_swings(swings: Swings) -> None:
    """By hand: of the cost 3 of 3 + 1 are of grade D; of T1 all 0.5 GW are of grade C."""
    cost, target = swings.results
    assert (cost.swing, cost.by_grade) == (4.0, {"A": 0.0, "B": 0.0, "C": 1.0, "D": 3.0})
    assert (cost.share("C"), cost.share("D")) == (25.0, 75.0)
    assert (target.swing, target.share("C"), target.share("D")) == (0.5, 100.0, 0.0)


def test_movers_are_ranked_and_only_what_turns_a_verdict_turns_it(swings: Swings) -> None:
    cost, target = swings.results
    assert [each.input for each in cost.movers] == ["demand.city.growth", "wind.ridge.capex"]
    assert [each.input for each in target.movers] == ["wind.ridge.capex"]
    assert cost.turned_by == ()
    assert [(each.input, each.verdict_at_high) for each in target.turned_by] == [("wind.ridge.capex", "missed")]
    assert [(each.input, each.verdict_at_high) for each in swings.without_plan] == [
        ("thermal.old.capacity", "infeasible")
    ]


def test_the_input_that_moves_and_turns_most_results_comes_first(swings: Swings) -> None:
    """By hand: wind is among the widest of both results and turns one; demand is of one result."""
    assert [(each.input, moved, turned) for each, moved, turned in by_weight(swings)] == [
        ("wind.ridge.capex", 2, 1),
        ("demand.city.growth", 1, 0),
    ]


def test_the_table_has_every_input_once_and_else_what_moves(moves: pd.DataFrame) -> None:
    text = csv_text(moves)
    assert text.startswith("\ufeffresult,")
    table = pd.read_csv(io.StringIO(text.removeprefix("\ufeff")))
    assert table["result"].tolist() == ["objective"] * 3 + ["T1"]
    assert table["swing"].tolist() == [3.0, 1.0, 0.0, 0.5]


@pytest.fixture
def folder(tmp_path: Path, swings: Swings, moves: pd.DataFrame) -> Path:
    """A result folder with a study in it."""
    made = write_folder(MadeRun(), tmp_path / "made")
    hashes = json.loads((made / "summary.json").read_text("utf-8"))["input_hashes"]
    write_swings(made, swings, moves, hashes)
    return made


def test_a_folder_gives_back_its_study_until_it_is_solved_again(folder: Path, swings: Swings) -> None:
    assert load_results(folder).swings == swings
    write_folder(MadeRun(), folder)
    assert load_results(folder).swings is None
    assert not (folder / "sensitivity.csv").exists()


def test_a_study_of_another_scenario_or_of_other_data_is_refused(folder: Path) -> None:
    path = folder / "sensitivity.json"
    stated = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**stated, "input_hashes": {"wind.csv": "other"}}), encoding="utf-8")
    with pytest.raises(InputError, match="other data"):
        _ = load_results(folder).swings
    path.write_text(json.dumps(stated), encoding="utf-8")
    resolved = folder / "scenario.resolved.yaml"
    resolved.write_text(resolved.read_text("utf-8") + "\n# changed\n", encoding="utf-8")
    with pytest.raises(InputError, match="another scenario"):
        make_report(load_results(folder), "en", list)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        _ = load_results(folder).swings


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_shows_a_line_for_each_result_in_eighty_columns(swings: Swings, language: Language) -> None:
    stream = io.StringIO()
    show_swings(swings, make_console(stream), language)
    lines = stream.getvalue().splitlines()
    assert max(sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in lines) <= 80
    (line,) = (line.split() for line in lines if line.startswith("T1 "))
    # grade C, grade D, the first of the inputs below, which misses the target at its high end
    assert line[-4:] == ["100", "0", "1", "1+!"]
    assert any(line.split()[:3] == ["1", "wind.ridge.capex", "C"] for line in lines)
    assert any(line.startswith("thermal.old.capacity (D)") for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_shows_the_study_or_how_to_get_it(folder: Path, tmp_path: Path, language: Language) -> None:
    """Proves on and off: with it two tables, on the page and in the workbook; without, the command."""
    report = make_report(load_results(folder), language, list)
    results, turning, inputs = report.rests_on
    assert list(results.frame["D [%]"]) == [75.0, 0.0]
    assert results.frame.iloc[0, -1].split("\n")[1].startswith("wind.ridge.capex")
    assert turning.frame["input" if language == "en" else "输入"].tolist() == ["wind.ridge.capex"]
    assert inputs.frame.iloc[:, 0].tolist() == ["wind.ridge.capex", "demand.city.growth"]
    page = to_html(report)
    assert "thermal.old.capacity" in page
    assert "pzh-opt sensitivity" not in page
    write_workbook(report, tmp_path / "report.xlsx")
    assert {results.title, turning.title, inputs.title} <= set(load_workbook(tmp_path / "report.xlsx").sheetnames)
    (folder / "sensitivity.json").unlink()
    without = make_report(load_results(folder), language, list)
    assert without.rests_on == []
    assert f"pzh-opt sensitivity {folder}" in to_html(without)
