"""The benchmarks run from end to end, and compare like with like; how fast is not asserted, for machines differ.

Peers come with the extra `benchmarks`; where they are meant to be there (PZH_NEEDS_PEERS) a missing one is a failure.
"""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.benchmarks import __main__ as everything
from tests.benchmarks import again, apart, cold, growth, methods, peers, phases, resolution
from tests.benchmarks.part import Extent
from tests.systems import ROOT, TINY

ONE_YEAR = "2030/every:365h"
THREE_YEARS = "2020,2025,2030/every:730h"


def need(module: str) -> None:
    """Skip without a peer, unless it has to be there."""
    if not os.environ.get("PZH_NEEDS_PEERS"):
        pytest.importorskip(module)


def test_every_phase_is_timed_and_memory_is_measured() -> None:
    measured = phases.measure("segments:12", TINY)
    assert tuple(measured.seconds) == phases.PHASES
    assert all(seconds >= 0 for seconds in measured.seconds.values())
    assert (measured.outcome, measured.years, measured.steps) == ("optimal", 3, 12)
    assert measured.shape[0] > 100
    assert 10 < measured.compiled_mb <= measured.peak_mb
    heads, _, line = phases.table([measured]).splitlines()
    assert heads.count("|") == line.count("|")
    assert "write" in heads
    assert line.startswith("| segments:12 ")


def test_without_solving_the_last_phases_are_left_out_and_a_stopped_solve_says_so() -> None:
    measured = phases.measure("2020,2025,2030/every:730h", TINY, solving=False)
    assert tuple(measured.seconds) == phases.PHASES[: phases.PHASES.index("solve")]
    stopped = replace(measured, outcome="limit", seconds={**measured.seconds, "solve": 300.0})
    assert ">300 limit" in phases.table([stopped])


def test_a_size_is_a_resolution_with_periods_if_wanted() -> None:
    assert phases.assignments_of("full") == ["resolution=full"]
    assert phases.assignments_of("2020..2030/every:3h") == ["horizon.periods=2020..2030", "resolution={every: 3h}"]
    assert phases.assignments_of("2020,2025/segments:24") == [
        "horizon.periods=[2020,2025]",
        "resolution={segments: 24}",
    ]


def test_methods_agree_on_the_cost_and_are_set_side_by_side() -> None:
    """Proves that the comparison compares like with like: the same rows and the same cost, by each method."""
    cells = [methods.measure("segments:12", method, TINY) for method in ("structured", "simplex")]
    ours, simplex = cells
    assert ours.rows == simplex.rows
    assert ours.objective == pytest.approx(simplex.objective, rel=1e-6)
    assert ours.setup_s is not None
    assert simplex.setup_s is None
    stopped = methods.stopped("segments:12", "hipo", TINY, 240.0)
    lines = methods.table([*cells, stopped]).splitlines()
    assert [line.split("|")[5].strip() for line in lines[2:]] == ["optimal", "optimal", "stopped"]
    assert ">240" in lines[-1]


def test_in_the_stressed_system_its_caps_and_shares_bind() -> None:
    """Proves that the stressed benchmark is one: all seven caps on CO2 and both shares have a price."""
    cell = methods.measure("segments:12", "simplex", methods.STRESSED)
    assert cell.outcome == "optimal"
    assert int(cell.binding.split(" of ")[0]) >= 9


@cache
def cell(extent: Extent, size: str, tool: str) -> peers.Cell:
    """A checked cell of this process."""
    return peers.measure(extent, size, tool, checking=True)


def test_pyomo_states_the_same_program() -> None:
    """Proves equal rows, coefficients, costs, limits and least cost of the part, as HiGHS got them from Pyomo."""
    ours, other = (cell("linopy", THREE_YEARS, tool) for tool in ("ours", "pyomo"))
    peers.refuse_difference(ours, other)
    assert ours.cost == pytest.approx(other.cost, rel=1e-9)


def test_linopy_states_the_same_program() -> None:
    """Proves equal rows, coefficients, costs, limits and least cost of the part that linopy states."""
    need("linopy")
    ours, other = (cell("linopy", THREE_YEARS, tool) for tool in ("ours", "linopy"))
    assert ours.shape[:2] == other.shape[:2]
    peers.refuse_difference(ours, other)


def test_pypsa_comes_to_the_same_cost() -> None:
    """Proves the same least cost of the part that PyPSA states in its own rows."""
    need("pypsa")
    ours, other = (cell("pypsa", ONE_YEAR, tool) for tool in ("ours", "pypsa"))
    assert ours.cost is not None
    assert abs(ours.cost) > 1
    peers.refuse_difference(ours, other)


def test_a_peer_that_is_not_done_in_time_is_stopped_and_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line says after how long; nothing is said of its rows, and nothing is compared with it."""
    monkeypatch.setattr(peers, "repeated", lambda *_, limit_s, seconds: [])
    cells = peers.side_by_side("linopy", "full", ("pyomo",), limit_s=7.0)
    line = [
        part.strip() for part in peers.table([[cell("pypsa", ONE_YEAR, "ours"), *cells]]).splitlines()[-1].split("|")
    ]
    assert line[1:-1] == ["linopy", "full", "pyomo", *"-----", ">7 stopped", *"---"]


def test_a_difference_is_refused() -> None:
    """Proves that the comparison can fail: one coefficient or a thousandth of the cost is enough."""
    ours = cell("pypsa", ONE_YEAR, "ours")
    assert ours.numbers is not None
    assert ours.cost is not None
    peers.refuse_difference(ours, replace(ours, tool="linopy"))
    with pytest.raises(AssertionError, match="linopy"):
        peers.refuse_difference(ours, replace(ours, tool="linopy", cost=ours.cost * 1.001))
    changed = ours.numbers[0].copy()
    changed[len(changed) // 2] *= 1.001
    with pytest.raises(AssertionError):
        peers.refuse_difference(ours, replace(ours, tool="linopy", numbers=(np.sort(changed), *ours.numbers[1:])))


def test_what_runs_too_long_elsewhere_is_stopped_and_what_fails_there_is_told() -> None:
    assert apart.apart(abs, -3, limit_s=60.0) == 3
    assert apart.apart(time.sleep, 60, limit_s=0.5) is None
    with pytest.raises(RuntimeError, match="ValueError: invalid literal"):
        apart.apart(int, "three", limit_s=60.0)


def test_a_command_that_fails_is_not_timed() -> None:
    """What ended early would look quick; by hand: the table tells the least and the most of the runs."""
    with pytest.raises(subprocess.CalledProcessError):
        cold.measure(("solve", "nowhere.yaml"), runs=1)
    lines = cold.table([(cold.solved(str(TINY), "--quiet"), [3.0, 2.0])]).splitlines()
    named = f"`pzh-opt solve {TINY.relative_to(ROOT).as_posix()} --quiet -o RESULT`"
    assert [part.strip() for part in lines[-1].split("|")[1:-1]] == [named, "2.00", "3.00", "2"]


def test_growth_is_the_exponent_of_what_exceeds_a_tiny_run() -> None:
    """By hand: time 5 + 2e-6 n^1.5 and memory 100 + 0.01 n of n cells, but 5 and 100 of the tiny run of 24 cells:
    exponents 1.5 and 1, at 11 x 300 5 + 2e-6 * 3300^1.5 = 5.38 s and 133 MB. If the tiny run stayed in, 0.2 at most.
    """

    def run(years: int, steps: int, seconds: float, memory: float) -> phases.Measured:
        times = {"build": seconds - 1.0, "compile": 0.5, "hand over": 0.5}
        return phases.Measured("any", times, years=years, steps=steps, compiled_mb=memory)

    sizes = [(years, 400) for years in (3, 5, 11)]
    cells = [run(1, 24, 5.0, 100.0), *(run(y, t, 5 + 2e-6 * (y * t) ** 1.5, 100 + 0.01 * y * t) for y, t in sizes)]
    lines = [line.split("|") for line in growth.table(cells).splitlines()[2:]]
    found = [[cell.strip() for cell in line[2:5]] for line in lines]
    assert found == [["5.00", "1.50", "5.38"], ["100", "1.00", "133"]]


def test_what_does_not_grow_beyond_a_tiny_run_is_a_constant() -> None:
    """By hand: 2, 1 and 2 s at 24, 2000 and 4000 cells are the geometric mean 4^(1/3) = 1.59 throughout."""
    runs = [(24, 2.0), (2000, 1.0), (4000, 2.0)]
    cells = [
        phases.Measured("any", {"extract": s - 0.3, "audit": 0.1, "judge": 0.1, "write": 0.1}, years=1, steps=n)
        for n, s in runs
    ]
    lines = [[cell.strip() for cell in line.split("|")] for line in growth.table(cells).splitlines()[2:]]
    told = next(line for line in lines if line[1].startswith("extract"))
    assert told[2:7] == ["0.000", "0.00", "1.59", "1.59", "3"]


def test_a_short_run_is_repeated_and_a_long_or_a_stopped_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three runs of 5, 3 and 4 s; one of 70 s alone; none if one had to be stopped."""

    def told(*seconds: float | None) -> tuple[list[float], int]:
        left = list(seconds)
        monkeypatch.setattr(apart, "apart", lambda function, limit_s=None: left.pop(0))
        return apart.repeated(abs, seconds=float, limit_s=1.0), len(left)

    assert told(5.0, 3.0, 4.0, 1.0) == ([5.0, 3.0, 4.0], 1)
    assert told(70.0, 1.0) == ([70.0], 1)
    assert told(None, 1.0) == ([], 1)


def test_each_phase_is_told_as_in_the_run_that_was_quickest_there() -> None:
    """By hand: reading 1 s in the second run, solving 4 s in the first, so 5 s; most memory in the second."""
    first = phases.Measured("any", {"read": 2.0, "solve": 4.0}, solve_wall_s=3.0, compiled_mb=10.0, peak_mb=20.0)
    second = replace(first, seconds={"read": 1.0, "solve": 6.0}, solve_wall_s=5.0, peak_mb=30.0)
    told = phases.quickest([first, second])
    assert (told.seconds, told.total(), told.solve_wall_s) == ({"read": 1.0, "solve": 4.0}, 5.0, 3.0)
    assert (told.compiled_mb, told.peak_mb) == (10.0, 30.0)


def test_the_one_command_writes_every_section(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    """Proves that every section is written; the cells run in this process, on the smallest sizes."""
    plan = everything.Plan(
        commands=(("--help",),),
        phases=(),
        checked=(),
        measured=(("pypsa", ONE_YEAR, ("ours", "pyomo")),),
        solved=(("every:2190h", ("simplex",)),),
        again=("2020,2025,2030/segments:12",),
        swept=(("2020,2025,2030/segments:12", 2),),
        limit_s=60.0,
        peers_limit_s=60.0,
    )

    def here(function, *arguments, limit_s=None, seconds=None):
        return function(*arguments)

    for module in (everything, peers, methods):
        monkeypatch.setattr(module, "apart", here)
    for module in (everything, peers):
        monkeypatch.setattr(module, "repeated", lambda *stated, **more: [here(*stated, **more)])
    monkeypatch.setattr(everything, "QUICK", plan)
    monkeypatch.setattr(everything, "import_seconds", lambda *modules: 0.1)
    everything.main(["--quick"])
    text = capsys.readouterr().out
    assert text.count("| `pzh-opt --help` |") == 1
    headings = (
        "From a cold start",
        "Ours, phase by phase",
        "Growth",
        "Beside peers",
        "The solve beside single HiGHS",
        "Solving again",
    )
    for heading in (f"### {words}" for words in headings):
        assert text.count(heading) == 1
    assert {line.split("|")[3].strip() for line in text.splitlines() if "| highs simplex |" in line} == {
        "baseline",
        "stressed",
    }
    assert "| from the basis |" in text


def test_solving_again_from_a_basis_gives_the_same_cost() -> None:
    """Proves that the warm start compares like with like, and that without a change nothing is left to do."""
    _, found = again.measure("2020,2025,2030/segments:12")
    assert [each.change for each in found] == list(again.CHANGES)
    assert max(each.difference for each in found) < 1e-9
    assert found[0].warm_iterations == 0
    assert "gain" in again.table("segments:12", 1.0, found)


@pytest.mark.parametrize("over", again.SWEPT)
def test_the_cases_of_a_sweep_cost_the_same_each_way(over: str) -> None:
    """Alone, from nothing and from the basis, which takes fewer iterations; no case is without a plan."""
    alone, cold, warm = again.measure_sweep("2020,2025,2030/segments:12", 2, over)
    assert cold.costs == pytest.approx(alone.costs, rel=1e-9) and warm.costs == pytest.approx(alone.costs, rel=1e-7)
    assert alone.iterations == cold.iterations > 2 * warm.iterations
    text = again.sweep_table("segments:12", over, [alone, cold, warm])
    assert over in text and "| from the basis |" in text


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
