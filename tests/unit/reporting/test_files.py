"""The result folder: whole or not at all, readable again bit for bit."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.scenario import Horizon
from pzh_energy.modeling.results import Results
from pzh_energy.reporting import files
from pzh_energy.reporting.files import check_destination, read_results, write_folder
from pzh_energy.reporting.netcdf import read_netcdf, write_netcdf
from tests.unit.reporting.made import PERIODS, MadeRun, cascade, row, wind_and_load

CSV = (
    "capacity", "investment", "energy_balance", "costs", "emissions", "curtailment", "reservoirs", "hydro_energy",
    "prices", "scorecard", "calibration", "target_years",
    "power_balance", "electricity_balance", "utilisation", "energy_supply", "energy_accounts",
    "end_use_options", "projects",
)  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def run_with(objective: float) -> MadeRun:
    return MadeRun(objective=objective)


def test_folder_holds_every_file_and_lists_it(tmp_path: Path) -> None:
    folder = write_folder(MadeRun(), tmp_path / "new" / "result")
    expected = {"results.nc", "summary.json", "findings.json", "scenario.resolved.yaml"}
    expected |= {f"{name}.csv" for name in CSV}
    assert set(contents(folder)) == expected
    assert set(json.loads((folder / "summary.json").read_text("utf-8"))["files"]) == expected
    assert [path.name for path in folder.parent.iterdir()] == ["result"]


def test_every_csv_begins_with_the_mark_of_utf_8(tmp_path: Path) -> None:
    folder = write_folder(MadeRun(), tmp_path / "result")
    for name in CSV:
        text = (folder / f"{name}.csv").read_bytes()
        assert text.startswith(b"\xef\xbb\xbf"), name
        assert not text[3:].startswith(b"\xef\xbb\xbf"), name
        assert b"\r" not in text


def test_ids_in_the_csv_files_are_followed_by_their_names(tmp_path: Path) -> None:
    folder = write_folder(MadeRun(), tmp_path / "result")
    table = pd.read_csv(folder / "capacity.csv", encoding="utf-8-sig")
    assert list(table.columns[:4]) == ["year", "technology", "technology_zh", "technology_en"]
    assert set(table["technology_zh"]) == {"风电"}


def test_words_in_the_csv_files_are_followed_by_their_names(tmp_path: Path) -> None:
    folder = write_folder(MadeRun(), tmp_path / "result")
    table = pd.read_csv(folder / "electricity_balance.csv", encoding="utf-8-sig")
    assert set(zip(table["side"], table["side_zh"], table["side_en"], strict=True)) == {
        ("supply", "供入", "supply"),
        ("use", "用出", "use"),
    }
    assert set(table["season_zh"]) == {"全年"}


def test_investment_knows_the_history_of_the_scenario(tmp_path: Path) -> None:
    scenario = dataclasses.replace(MadeRun().scenario, horizon=Horizon(periods=PERIODS, history_until=2025))
    folder = write_folder(MadeRun(results=Results(wind_and_load().data), scenario=scenario), tmp_path / "result")
    table = pd.read_csv(folder / "investment.csv", encoding="utf-8-sig")
    assert set(table["status"]) == {"observed", "decided"}
    assert read_results(folder).provenance["history_until"] == 2025


def test_csv_costs_still_add_up_after_rounding_to_ten_digits(tmp_path: Path) -> None:
    folder = write_folder(MadeRun(), tmp_path / "result")
    table = pd.read_csv(folder / "costs.csv", encoding="utf-8-sig")
    assert table["cost_discounted_million_cny"].sum() == pytest.approx(6.0)


def test_summary_states_what_is_documented(tmp_path: Path) -> None:
    results = Results(
        wind_and_load().data,
        {"versions": {"pyomo": "6"}, "input_hashes": {"a.csv": "00"}, "solver": {"outcome": "optimal"}},
    )
    cards = (row(), row(identifier="T2", verdict="missed", gate=True))
    folder = write_folder(MadeRun(results=results, scorecard=cards), tmp_path / "result")
    found = json.loads((folder / "summary.json").read_text("utf-8"))
    assert set(found) == {
        "schema_version", "program", "scenario", "title", "question", "status", "objective_million_cny", "targets",
        "stated_targets", "gate_missed", "size", "verification", "timings_s", "versions", "input_hashes", "solver",
        "audit_checks", "files",
    }  # fmt: skip
    assert (found["schema_version"], found["status"], found["objective_million_cny"]) == (1, "optimal", 34.0)
    assert found["targets"][0] == dataclasses.asdict(row())
    assert found["gate_missed"] == ["T2"]
    assert found["size"] == {"rows": 10, "columns": 20, "nonzeros": 30}
    assert found["audit_checks"] == [
        {"name": "costs add up", "difference": 1e-9, "tolerance": 1e-6, "unit": "million CNY", "passed": True}
    ]
    assert (found["title"], found["question"]) == ({"zh": "示例", "en": "Example"}, None)


def test_summary_never_holds_a_number_that_json_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_folder(run_with(float("nan")), tmp_path / "result")
    assert list(tmp_path.iterdir()) == []


def test_scenario_is_written_as_seen_from_its_folder(tmp_path: Path) -> None:
    folder = write_folder(MadeRun(), tmp_path / "result")
    text = (folder / "scenario.resolved.yaml").read_text("utf-8")
    stated = next(line for line in text.splitlines() if line.startswith("data:")).removeprefix("data: ")
    assert (folder / stated).resolve() == Path("data").resolve()


@pytest.mark.parametrize("results", [wind_and_load(), cascade()], ids=["wind", "cascade"])
def test_results_come_back_bit_for_bit_with_attributes_and_provenance(results: Results, tmp_path: Path) -> None:
    stated = Results(
        results.data,
        {
            "labels": {"wind": {"zh": "风", "en": "W", "colour": "#000000", "order": 1}},
            "long": "x" * 200_000,
            "history_until": 2025,
        },
        {"T": {2025: {"left": 0.1, "base": 1.0}}},
    )
    folder = write_folder(MadeRun(results=stated), tmp_path / "result")
    found = read_results(folder)
    xr.testing.assert_identical(found.data, stated.data)
    assert list(found.data.data_vars) == list(stated.data.data_vars)
    for name, array in stated.data.variables.items():
        assert np.array_equal(found.data[name].values, array.values, equal_nan=array.dtype.kind == "f")
        assert {k: type(v) for k, v in found.data[name].attrs.items()} == {k: type(v) for k, v in array.attrs.items()}
    assert (found.provenance, found.expressions) == (stated.provenance, stated.expressions)
    assert [entry.name for entry in found.ledger("cost")] == [entry.name for entry in stated.ledger("cost")]


def test_writing_leaves_the_results_as_they_were(tmp_path: Path) -> None:
    results = wind_and_load()
    results.data["wind.capacity"].attrs["flag"] = True
    before = results.data.copy(deep=True)
    write_netcdf(results, tmp_path / "a.nc")
    xr.testing.assert_identical(results.data, before)


def test_attributes_that_netcdf_does_not_know_become_texts_and_numbers(tmp_path: Path) -> None:
    results = wind_and_load()
    results.data["wind.capacity"].attrs = {"yes": True, "none": None, "map": {"b": 1}, "words": {"z", "a"}, "empty": ""}
    write_netcdf(results, tmp_path / "a.nc")
    found = read_netcdf(tmp_path / "a.nc").data["wind.capacity"].attrs
    assert found == {"yes": 1, "map": '{"b": 1}', "words": '["a", "z"]', "empty": ""}


def test_a_name_with_a_slash_is_refused(tmp_path: Path) -> None:
    results = wind_and_load()
    bad = Results(results.data.rename({"wind.capacity": "wind/capacity"}))
    with pytest.raises(ValueError, match="wind/capacity"):
        write_netcdf(bad, tmp_path / "a.nc")


class Failing:
    """Stands for a function and fails at its nth call, before or after doing its work."""

    def __init__(self, original: Any, error: BaseException, call: int, after: bool) -> None:
        self.original, self.error, self.call, self.after, self.calls = original, error, call, after, 0

    def __get__(self, instance: Any, owner: Any) -> Any:
        return lambda *a, **k: self(instance, *a, **k)

    def __call__(self, *a: Any, **k: Any) -> Any:
        self.calls += 1
        if self.calls == self.call and not self.after:
            raise self.error
        out = self.original(*a, **k)
        if self.calls == self.call:
            raise self.error
        return out


STEPS = [
    (Path, "mkdir", 1),
    (Path, "mkdir", 2),
    (files, "write_netcdf", 1),
    (pd.DataFrame, "to_csv", 1),
    (pd.DataFrame, "to_csv", len(CSV)),
    (Path, "write_text", 1),
    (Path, "write_text", 2),
    (files, "all_tables", 1),
]
RENAMES = [(Path, "rename", 1), (Path, "rename", 2)]


@pytest.mark.parametrize(("error", "after"), [(OSError("no space"), False), (KeyboardInterrupt(), True)])
@pytest.mark.parametrize(("owner", "name", "call"), STEPS, ids=[f"{n}-{c}" for _, n, c in STEPS])
def test_a_failure_while_writing_leaves_the_old_result_whole_and_nothing_else(
    owner: Any, name: str, call: int, after: bool, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(run_with(1.0), tmp_path / "result")
    before = contents(folder)
    monkeypatch.setattr(owner, name, Failing(getattr(owner, name), error, call, after))
    with pytest.raises(type(error)):
        write_folder(run_with(2.0), folder)
    monkeypatch.undo()
    assert contents(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("owner", "name", "call"), RENAMES, ids=["first", "second"])
def test_a_failure_while_swapping_leaves_one_whole_result(
    owner: Any, name: str, call: int, after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the second renaming is done the new result is in its place; before that the old one is."""
    folder = write_folder(run_with(1.0), tmp_path / "result")
    monkeypatch.setattr(owner, name, Failing(getattr(owner, name), KeyboardInterrupt(), call, after))
    with pytest.raises(KeyboardInterrupt):
        write_folder(run_with(2.0), folder)
    monkeypatch.undo()
    found = json.loads((folder / "summary.json").read_text("utf-8"))
    assert found["objective_million_cny"] == (2.0 if (call, after) == (2, True) else 1.0)
    assert set(contents(folder)) == set(found["files"])
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize(("owner", "name", "call"), STEPS, ids=[f"{n}-{c}" for _, n, c in STEPS])
def test_a_failure_of_a_first_result_leaves_nothing(
    owner: Any, name: str, call: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, Failing(getattr(owner, name), OSError("no space"), call, False))
    with pytest.raises(OSError, match="no space"):
        write_folder(run_with(1.0), tmp_path / "result")
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_a_result_replaces_an_older_one_whole(tmp_path: Path) -> None:
    folder = write_folder(run_with(1.0), tmp_path / "result")
    write_folder(run_with(2.0), folder)
    assert json.loads((folder / "summary.json").read_text("utf-8"))["objective_million_cny"] == 2.0
    assert list(tmp_path.iterdir()) == [folder]


def a_dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_result_displaced_by_a_killed_run_is_brought_back_and_its_leftovers_go(tmp_path: Path) -> None:
    folder = write_folder(run_with(1.0), tmp_path / "result")
    before, dead = contents(folder), a_dead_process()
    folder.rename(tmp_path / f".result.{dead}.previous")
    (tmp_path / f".result.{dead}.partial").mkdir()
    with pytest.raises(ValueError, match="JSON"):
        write_folder(run_with(float("nan")), folder)
    assert contents(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


def test_what_a_running_process_writes_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / f".result.{os.getppid()}.partial"
    other.mkdir()
    write_folder(run_with(1.0), tmp_path / "result")
    assert other.is_dir()


@pytest.mark.parametrize(
    "present",
    [
        {"thesis.docx": "years of work"},
        {"summary.json": "not JSON"},
        {"summary.json": "[]"},
        {"summary.json": '{"program": "another", "files": ["summary.json"]}'},
    ],
)
def test_a_folder_that_is_not_a_result_is_refused_and_kept(present: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in present.items():
        (folder / name).write_text(text)
    before = contents(folder)
    with pytest.raises(InputError, match="not a result folder"):
        write_folder(MadeRun(), folder)
    assert contents(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n and more", b"CDF\x02 cut off"])
def test_arrays_that_cannot_be_read_are_refused_with_what_to_do(content: bytes, tmp_path: Path) -> None:
    folder = write_folder(MadeRun(), tmp_path / "result")
    (folder / "results.nc").write_bytes(content)
    with pytest.raises(InputError, match="Solve the scenario again"):
        read_results(folder)


def test_a_result_folder_with_something_of_the_users_is_refused_and_kept(tmp_path: Path) -> None:
    folder = write_folder(MadeRun(), tmp_path / "result")
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"notes\.txt"):
        write_folder(MadeRun(), folder)
    assert (folder / "notes.txt").read_text() == "mine"


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert (write_folder(MadeRun(), tmp_path / "empty") / "results.nc").is_file()


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "result"):
        with pytest.raises(InputError, match="not a folder"):
            check_destination(place)


def test_a_link_to_a_result_stays_a_link(tmp_path: Path) -> None:
    folder = write_folder(run_with(1.0), tmp_path / "real")
    link = tmp_path / "link"
    link.symlink_to(folder)
    write_folder(run_with(2.0), link)
    assert link.is_symlink()
    assert json.loads((folder / "summary.json").read_text("utf-8"))["objective_million_cny"] == 2.0


def test_reading_what_is_no_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a result folder"):
        read_results(tmp_path)
