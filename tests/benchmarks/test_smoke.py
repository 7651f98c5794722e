"""The benchmark runs from end to end; how fast is not asserted, for machines differ."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.benchmarks import again, methods, phases, resolution
from tests.systems import TINY


def test_every_phase_is_timed_and_memory_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    phases.main(["segments:12", "--scenario", str(TINY)])
    header, line = capsys.readouterr().out.splitlines()
    assert "peak MB" in header
    assert line.startswith("segments:12")
    measured = phases.measure("segments:12", TINY)
    assert tuple(measured.seconds) == phases.PHASES
    assert all(seconds >= 0 for seconds in measured.seconds.values())
    assert measured.shape[0] > 100
    assert measured.peak_mb > 10


def test_without_solving_the_last_phases_are_left_out() -> None:
    measured = phases.measure("2020,2025,2030/every:730h", TINY, solving=False)
    assert tuple(measured.seconds) == phases.PHASES[:4]


def test_a_size_is_a_resolution_with_periods_if_wanted() -> None:
    assert phases.assignments_of("full") == ["resolution=full"]
    assert phases.assignments_of("2020..2030/every:3h") == ["horizon.periods=2020..2030", "resolution={every: 3h}"]
    assert phases.assignments_of("2020,2025/segments:24") == [
        "horizon.periods=[2020,2025]",
        "resolution={segments: 24}",
    ]


def test_methods_agree_on_the_cost_and_are_set_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves that the comparison compares like with like: the same rows and the same cost, by each method."""
    cells = [methods.measure("segments:12", method, TINY) for method in ("structured", "simplex")]
    ours, simplex = cells
    assert ours.rows == simplex.rows
    assert ours.objective == pytest.approx(simplex.objective, rel=1e-6)
    assert ours.setup_s is not None
    assert simplex.setup_s is None
    methods.main(["segments:12", "--scenario", str(TINY), "--methods", "structured"])
    header, line = capsys.readouterr().out.splitlines()
    assert "peak MB" in header
    assert line.split()[2:4] == ["structured", "optimal"]


def test_solving_again_from_a_basis_gives_the_same_cost() -> None:
    """Proves that the warm start compares like with like, and that without a change nothing is left to do."""
    _, found = again.measure("2020,2025,2030/segments:12")
    assert [each.change for each in found] == list(again.CHANGES)
    assert max(each.difference for each in found) < 1e-9
    assert found[0].warm_iterations == 0
    assert "gain" in again.table("segments:12", 1.0, found)


def test_errors_of_a_resolution_are_counted_against_full(tmp_path: Path) -> None:
    """Proves the arithmetic by hand: 2 more of 200 paid is 1 %, 2 MW too much and 1 MWh too little of 10 each."""
    same = {"scenario": "made", "steps": 8760, "solve_s": 9.0, "paid": 200.0, "unserved_gwh": 0.0, "hydrogen_t": 0.0}
    built = {"wind.new_capacity a": 10.0, "store.new_energy_capacity b": 10.0}
    full = {**same, **built, "resolution": "full", "objective": 100.0, "hourly": 100.0, "worse": ""}
    coarse = {"resolution": "every:6h", "objective": 102.0, "hourly": 101.0, "worse": "T1", "solve_s": 1.0}
    other = {"wind.new_capacity a": 12.0, "store.new_energy_capacity b": 9.0}
    found = resolution.errors(pd.DataFrame([full, {**full, **coarse, **other}]))
    line = found.iloc[1]
    assert [line["cost_error"], line["regret"], line["error_MW"], line["error_MWh"]] == pytest.approx([1, 0.5, 20, 10])
    assert resolution.table(found).splitlines()[3].endswith("| T1 |")
    resolution.draw(found, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 1000
