"""The benchmark runs from end to end; how fast is not asserted, for machines differ."""

from __future__ import annotations

import pytest

from tests.benchmarks import methods, phases
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
