"""Result folders read back: the same rows, tables and findings as were written, and a refusal of anything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pzh_energy.domain.errors import InputError
from pzh_energy.reporting.files import check_destination, write_folder
from pzh_energy.reporting.findings import Finding
from pzh_energy.reporting.saved import load_results
from tests.unit.reporting.made import MadeRun


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(MadeRun(), tmp_path / "made")


def test_what_was_written_comes_back(folder: Path) -> None:
    run = MadeRun()
    saved = load_results(folder)
    assert saved.scorecard == run.scorecard
    assert saved.objective == run.objective
    assert saved.results.periods == run.results.periods
    assert "scorecard" not in saved.tables
    wind = saved.tables["capacity"].query("item == 'west' and series == 'physical'")
    assert wind["capacity_mw"].tolist() == [200.0, 300.0]


def test_findings_come_back_as_they_were_written(folder: Path) -> None:
    stated = [{"identifier": "F1", "title_zh": "题", "title_en": "T", "text_zh": "文", "text_en": "t", "values": {}}]
    (folder / "findings.json").write_text(json.dumps(stated, ensure_ascii=False), encoding="utf-8")
    assert load_results(folder).findings == (Finding("F1", "题", "T", "文", "t", {}),)
    (folder / "findings.json").unlink()
    assert load_results(folder).findings == ()


def test_findings_of_another_form_are_refused(folder: Path) -> None:
    (folder / "findings.json").write_text('[{"id": "F1"}]', encoding="utf-8")
    with pytest.raises(InputError, match="not a list of findings"):
        load_results(folder)


def test_a_field_of_a_later_version_is_passed_over_and_a_missing_one_refused(folder: Path) -> None:
    path = folder / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    summary["targets"][0]["of_tomorrow"] = 1
    path.write_text(json.dumps(summary), encoding="utf-8")
    assert len(load_results(folder).scorecard) == 1
    del summary["targets"][0]["verdict"]
    path.write_text(json.dumps(summary), encoding="utf-8")
    with pytest.raises(InputError, match=r"summary\.json.*verdict.*Solve the scenario again"):
        load_results(folder)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a result folder"):
        load_results(tmp_path)


def test_a_plant_called_na_keeps_its_name_and_what_is_empty_stays_empty(folder: Path) -> None:
    (folder / "capacity.csv").write_text("year,item,note,capacity_mw\n2025,NA,,1.5\n2030,b,,\n", encoding="utf-8-sig")
    table = load_results(folder).tables["capacity"]
    assert table["item"].tolist() == ["NA", "b"]
    assert table["capacity_mw"].isna().tolist() == [False, True]


def test_a_report_in_the_folder_does_not_stop_the_next_solve(folder: Path) -> None:
    (folder / "report.html").write_text("made from the results", encoding="utf-8")
    check_destination(folder)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"notes\.txt"):
        check_destination(folder)
