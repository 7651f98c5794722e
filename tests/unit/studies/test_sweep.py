"""Sweeps: every case is what a solve of it alone gives, in whatever order, on how many processes, and when resumed."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import pzh_energy as pz
from pzh_energy import api
from pzh_energy.domain.errors import InputError, SolverStoppedError
from pzh_energy.reporting.sweeps import ARRAY, CASES, PROGRAM, SUMMARY, TABLE, Swept, claim
from pzh_energy.studies import sweep as studies
from pzh_energy.studies.sweep import sweep
from pzh_energy.studies.workers import spread
from tests.systems import TINY

GROWTH = {"number": "electricity_demand.city_total.growth", "years": [2024], "unit": "1/yr", "values": [0.03, 0.06]}
VALUE = {"key": "targets.T16.value", "values": [4.0, 5, 9.0]}
GRID: dict[str, Any] = {
    "name": "grid", "scenario": TINY, "resolution": {"segments": 12}, "vary": {"growth": GROWTH, "asked": VALUE},
}  # fmt: skip
EACH: dict[str, Any] = {
    "name": "each", "scenario": TINY, "resolution": {"segments": 12}, "method": "one_at_a_time",
    "vary": {
        "asked": {"key": "targets.T08", "values": [{"metric": "indicator"}, "~delete"]},
        "demand": {"number": "electricity_demand.city_total.base_energy", "unit": "TWh", "values": [-1, 14]},
    },
}  # fmt: skip
T08 = {"metric": "installed_capacity", "carriers": ["hydro", "wind", "solar_pv"], "mode": "hard", "value": 1000.0}
EACH["vary"]["asked"]["values"][0] = T08


@pytest.fixture(scope="module")
def grid() -> Swept:
    return sweep(GRID, jobs=1)


@pytest.fixture(scope="module")
def each() -> Swept:
    return sweep(EACH, jobs=1)


def test_every_case_is_what_a_solve_of_it_alone_gives(grid: Swept) -> None:
    """9 GW cannot be had at its price: missed, and the price is then the one stated, 300 million CNY per GW."""
    for case in grid.cases:
        override = {"table": "electricity_demand", "item": "city_total", "parameter": "growth", "unit": "1/yr"}
        override |= {"year": 2024, "value": case.values["growth"], "reason": "test"}
        changes = [f"overrides={json.dumps([override])}", f"targets.T16.value={case.values['asked']}"]
        run = api.solve(TINY, changes, "segments:12")
        assert case.outcome.objective == pytest.approx(run.objective, rel=1e-9)
        rows = {row.identifier: row for row in run.scorecard}
        assert case.outcome.verdicts == {key: row.verdict for key, row in rows.items()}
        assert case.outcome.margins["T16"] == pytest.approx(rows["T16"].margin, abs=1e-6)
        assert case.outcome.prices["T16"] == pytest.approx(rows["T16"].shadow_price, rel=1e-6, abs=1e-6)
    missed = grid.data.sel(asked=9.0, growth=0.03, target="T16")
    assert (str(missed.verdict.values), float(missed.price)) == ("missed", pytest.approx(300.0))
    # at 6 % a year 4 and 5 GW are built anyway
    assert len({round(case.outcome.objective, 3) for case in grid.cases}) == 5


def test_processes_and_their_order_do_not_matter(grid: Swept) -> None:
    pd.testing.assert_frame_equal(sweep(GRID, jobs=2).table, grid.table)


def test_table_and_array_say_the_same_with_units(grid: Swept) -> None:
    table, data = grid.table, grid.data
    assert dict(data.sizes)["growth"] == 2 and list(data["asked"].values) == [4.0, 5.0, 9.0]
    for record in table.to_dict("records"):
        at = data.sel(growth=record["growth"], asked=record["asked"])
        assert float(at.objective) == record["objective [million CNY]"]
        assert float(at.margin.sel(target="T16")) == record["T16.margin [GW]"]
        assert str(at.verdict.sel(target="T16").values) == record["T16.verdict"]
        assert float(at.capacity.sel(plant="solar_pv", year=2030)) == record["solar_pv.2030 [MW]"]
    assert data.growth.attrs["units"] == "1/yr" and data.capacity.attrs["units"] == "MW"
    assert str(data.unit.sel(target="T16").values) == "GW"
    assert table["solar_pv.2030 [MW]"].nunique() > 1


def test_cases_without_a_plan_keep_their_row_with_the_reason(each: Swept) -> None:
    """As it stands; T08 at 1000 GW; without T08; -1 TWh of demand; 14 instead of 13.6 TWh."""
    table = each.table
    assert list(table["status"]) == ["solved", "infeasible", "solved", "refused", "solved"]
    assert list(table["T08.verdict"]) == ["met", "infeasible", "not_asked", "refused", "met"]
    assert table["reason"][1] == "arithmetic alone excludes these targets: T08"
    assert "-1 is below 0 TWh" in table["reason"][3]
    assert table["reason"][0] == table["reason"][4] == ""
    assert list(table["objective [million CNY]"].isna()) == [False, True, False, True, False]
    assert table["objective [million CNY]"][4] > table["objective [million CNY]"][0]


def test_one_at_a_time_says_what_was_changed(each: Swept) -> None:
    data = each.data
    assert list(data.changed.values) == ["as_it_stands", "asked", "asked", "demand", "demand"]
    np.testing.assert_array_equal(data.demand.values, [np.nan, np.nan, np.nan, -1, 14])
    assert json.loads(str(data.asked.values[1])) == T08 and list(data.asked.values[[0, 2]]) == ["", "~delete"]


def test_what_is_written_is_read_back(grid: Swept, each: Swept, tmp_path: Path) -> None:
    for swept in (grid, each):
        folder = swept.save(tmp_path / swept.name)
        assert sorted(path.name for path in folder.iterdir()) == sorted([TABLE, ARRAY, SUMMARY])
        back = xr.load_dataset(folder / ARRAY, engine="scipy")
        xr.testing.assert_equal(back.drop_vars("reason"), swept.data.drop_vars("reason"))
        read = pd.read_csv(folder / TABLE, keep_default_na=False, na_values={"objective [million CNY]": [""]})
        assert list(read.columns) == list(swept.table.columns)
        np.testing.assert_allclose(read["objective [million CNY]"], swept.table["objective [million CNY]"], rtol=1e-9)
    stated = json.loads((tmp_path / "each" / SUMMARY).read_text("utf-8"))
    assert (stated["program"], stated["cases"]) == (PROGRAM, {"solved": 3, "infeasible": 1, "refused": 1})


class Counted:
    """Stands in for the solving of cases and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self._solve = studies._solve

    def __call__(self, scenario: Any) -> Any:
        self.count += 1
        return self._solve(scenario)


def test_finished_cases_are_not_solved_again(
    grid: Swept, each: Swept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six are; then none; then the one whose file is damaged; then those with another value; refusals are kept too."""
    counted = Counted()
    monkeypatch.setattr(studies, "_solve", counted)

    def solved(document: dict[str, Any], expected: Swept | None = None) -> int:
        counted.count = 0
        swept = sweep(document, folder=tmp_path, jobs=1)
        if expected is not None:
            pd.testing.assert_frame_equal(swept.table, expected.table)
        return counted.count

    assert solved(GRID, grid) == 6
    assert solved(GRID, grid) == 0
    next((tmp_path / CASES).iterdir()).write_text("{")
    assert solved(GRID, grid) == 1
    more = {**VALUE, "values": [4.0, 5, 7.0]}
    assert solved({**GRID, "vary": {"growth": GROWTH, "asked": more}}) == 2
    assert solved(EACH, each) == 5
    assert solved(EACH, each) == 0


def test_a_case_that_was_stopped_is_tried_again(tmp_path: Path) -> None:
    short = {**GRID, "vary": {"asked": VALUE}, "set": {"solver.time_limit_s": 1e-9}}
    swept = sweep(short, folder=tmp_path, jobs=1)
    assert {case.outcome.status for case in swept.cases} == {"stopped"}
    assert "limit" in swept.cases[0].outcome.reason
    assert not (tmp_path / CASES).exists()


def test_the_same_case_twice_is_solved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted()
    monkeypatch.setattr(studies, "_solve", counted)
    vary = {
        "asked": {"key": "targets.T16.value", "values": [5.0]},
        "mode": {"key": "targets.T16.gate", "values": [False]},
    }
    found = sweep({**GRID, "method": "one_at_a_time", "vary": vary}, ["targets.T16.value=5.0"], jobs=1)
    assert (len(found.cases), counted.count) == (3, 1)


def test_faulty_data_are_told_at_once() -> None:
    demand = {"number": "wind.ridge.capex", "scale": [0.5, 1.0]}
    override = "{table: electricity_demand, item: city_total, parameter: base_energy, value: -1, unit: TWh, reason: x}"
    with pytest.raises(InputError, match="-1 is below 0 TWh"):
        sweep({**GRID, "vary": {"a": demand}}, [f"overrides=[{override}]"], jobs=1)


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else than a sweep"):
        claim(tmp_path)
    claim(tmp_path / "new")
    claim(tmp_path / "new")
    assert [path.name for path in (tmp_path / "new").iterdir()] == [SUMMARY]


def test_a_notebook_gets_table_and_array(tmp_path: Path) -> None:
    found = pz.sweep({**GRID, "vary": {"asked": VALUE}}, {"targets.T16.mode": "report"}, tmp_path / "kept", jobs=1)
    assert repr(found) == "Swept('grid', 3 cases: 3 solved)"
    assert found.table["T16.price [million CNY per GW]"].isna().all() and found.data.sizes["asked"] == 3
    assert len(list((tmp_path / "kept" / CASES).iterdir())) == 3


def _nothing() -> None:
    pass


def _process(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def test_a_process_ended_from_outside_is_said_and_the_others_end() -> None:
    answers = spread([0.0, 30.0, 30.0], _process, _nothing, (), 2)
    _, process = next(answers)
    os.kill(process, signal.SIGKILL)
    with pytest.raises(SolverStoppedError, match="ended from outside"):
        next(answers)
    assert not multiprocessing.active_children()


def test_processes_end_at_once_when_nobody_wants_more() -> None:
    began = time.perf_counter()
    answers = spread([0.0, 60.0, 60.0], _process, _nothing, (), 2)
    assert next(answers)[0] == 0
    answers.close()
    assert not multiprocessing.active_children()
    assert time.perf_counter() - began < 30
