"""The benchmark runs from end to end; how fast is not asserted, for machines differ."""

from __future__ import annotations

import pytest

from tests.benchmarks import phases
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
