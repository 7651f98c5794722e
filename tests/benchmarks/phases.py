"""Processor seconds of each phase and peak memory: `python -m tests.benchmarks.phases segments:200 2030/every:3h`.

A size is a resolution, with periods before it if wanted: `2020,2025,2030/segments:24` or `2020..2030/every:3h`.
`--no-solve` stops before the solver; `--scenario FILE` takes another scenario, `--method` another way to solve. Every
size runs in processes of its own, and each phase is told as in the quickest of three runs. Imports are done before the
clock starts, and kept from the garbage collector, as the command line does.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import highspy  # noqa: F401 - the program imports it when it first solves, which is not part of the hand-over

from pzh_energy import api
from pzh_energy.commands.common import importing
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling import registry
from pzh_energy.modeling.compiler import Compiler, LinearProgram
from pzh_energy.optimization import highs
from pzh_energy.optimization.assemble import Assembled, assemble
from pzh_energy.optimization.audit import audit
from pzh_energy.optimization.extract import extract
from pzh_energy.optimization.highs import Solution
from pzh_energy.optimization.solve import solve
from pzh_energy.reporting.findings import findings
from pzh_energy.reporting.scorecard import scorecard
from pzh_energy.reporting.track import target_series
from tests.benchmarks.apart import markdown, number, peak_mb, processor_s, repeated
from tests.systems import BASELINE

PHASES = ("read", "build", "compile", "check", "hand over", "solve", "extract", "audit", "judge", "write")
"""check: what arithmetic alone excludes; judge: provenance, scorecard, findings and series of targets."""


@dataclass
class Measured:
    """What one size took: processor seconds by phase, rows, columns and non-zeros, cells of time, peak memory [MB].

    outcome: how the solve ended, empty without one; compiled_mb: peak memory when the program had been handed over.
    """

    size: str
    seconds: dict[str, float] = field(default_factory=dict)
    shape: tuple[int, int, int] = (0, 0, 0)
    years: int = 0
    steps: int = 0
    method: str = ""
    outcome: str = ""
    solve_wall_s: float = 0.0
    compiled_mb: float = 0.0
    peak_mb: float = 0.0

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        began = processor_s()
        yield
        self.seconds[name] = processor_s() - began

    def total(self) -> float:
        """Processor seconds of all phases."""
        return sum(self.seconds.values())

    @property
    def aside(self) -> float:
        """Seconds of everything that is not the solver; it hands over itself, and that counts as part of the solve."""
        return sum(s for name, s in self.seconds.items() if name not in ("hand over", "solve"))


def assignments_of(size: str) -> list[str]:
    """A size as assignments to the scenario."""
    periods, _, resolution = size.rpartition("/")
    stated = api.resolution_assignment(resolution)
    if not periods:
        return stated
    return [f"horizon.periods={periods if '..' in periods else f'[{periods}]'}", *stated]


def measure(size: str, path: Path = BASELINE, solving: bool = True, method: str = "", limit_s: float = 600) -> Measured:
    """Take one size through all phases, by the scenario's own method unless another is named.

    Handing over is timed once by itself; a solve by HiGHS does it again.
    """
    with importing():
        registry.technologies()
        registry.targets()
    measured = Measured(size)
    stated = [f"solver.method={method}"] if method else []
    with measured.phase("read"):
        system = api.read(path, [*assignments_of(size), f"solver.time_limit_s={limit_s}", *stated])
    measured.years, measured.steps = len(system.calendar.periods), len(system.calendar.hours)
    with measured.phase("build"):
        assembled = assemble(system)
    with measured.phase("compile"):
        compiler = Compiler(assembled.model.pyomo)
        program = compiler.compile()
    measured.shape = program.size
    with measured.phase("check"):
        api.refuse_impossible(assembled, compiler, program)
    with measured.phase("hand over"):
        handed = highs._pass_model(program)
    measured.compiled_mb = peak_mb()
    del handed
    if solving:
        _solve(measured, system, assembled, compiler, program)
    measured.peak_mb = peak_mb()
    return measured


def _solve(
    measured: Measured, system: SystemData, assembled: Assembled, compiler: Compiler, program: LinearProgram
) -> None:
    options = system.scenario.solver
    with measured.phase("solve"):
        solution = solve(program, options.method, options.time_limit_s, options.threads)
    measured.method, measured.outcome = solution.method, solution.outcome
    measured.solve_wall_s = solution.seconds
    if solution.outcome == "optimal":
        _finish(measured, system, assembled, compiler, program, solution)


def _finish(
    measured: Measured,
    system: SystemData,
    assembled: Assembled,
    compiler: Compiler,
    program: LinearProgram,
    solution: Solution,
) -> None:
    """What `api.solve` does after the solver, phase by phase."""
    with api.aligned():
        with measured.phase("extract"):
            results = extract(assembled, compiler, program, solution)
        with measured.phase("audit"):
            checks = audit(assembled, program, solution, results)
        with measured.phase("judge"):
            results = results.with_provenance(api._provenance(system, program, solution))
            rows = scorecard(results, system.targets, registry.targets())
            found = findings(results, system.targets, rows)
            results = results.with_series(target_series(results, system.targets, registry.targets()))
    objective = solution.objective
    run = api.Run(system.scenario, system, results, rows, checks, found, measured.seconds, program.size, objective)
    with tempfile.TemporaryDirectory() as folder, measured.phase("write"):
        api.write(run, Path(folder) / "results")


def quickest(runs: Sequence[Measured]) -> Measured:
    """Runs of one size as one: each phase as in the run that was quickest there, the most memory any of them held."""
    first = runs[0]
    return replace(
        first,
        seconds={name: min(run.seconds[name] for run in runs) for name in first.seconds},
        solve_wall_s=min(run.solve_wall_s for run in runs),
        compiled_mb=max(run.compiled_mb for run in runs),
        peak_mb=max(run.peak_mb for run in runs),
    )


def table(measurements: Sequence[Measured]) -> str:
    """A line for each size."""
    ends = ["solve wall", "aside/solve", "solved by", "compiled MB", "peak MB"]
    heads = ["size", "rows", "columns", "nonzeros", *PHASES, *ends]
    rows = []
    for m in measurements:
        solved = m.seconds.get("solve") if m.outcome == "optimal" else None
        seconds = {name: number(s) for name, s in m.seconds.items()}
        if m.outcome and solved is None:
            seconds["solve"] = f">{m.seconds['solve']:.0f} {m.outcome}"
        ratio = m.aside / solved if solved else float("nan")
        share = "-" if not solved else f"{100 * ratio:.0f} %" if ratio < 10 else f"{ratio:.0f} x"
        ends = [
            number(m.solve_wall_s) if solved else "-",
            share,
            m.method or "-",
            f"{m.compiled_mb:.0f}",
            f"{m.peak_mb:.0f}",
        ]
        rows.append([m.size, *(f"{n}" for n in m.shape), *(seconds.get(p, "-") for p in PHASES), *ends])
    return markdown(heads, rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the sizes named on the command line and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.phases", description="Seconds of each phase.")
    parser.add_argument("sizes", nargs="+", help="such as segments:200, every:3h, full, 2020,2025/segments:24")
    parser.add_argument("--scenario", type=Path, default=BASELINE)
    parser.add_argument("--no-solve", action="store_true")
    parser.add_argument("--method", default="", help="of solving; the scenario's own unless named")
    parser.add_argument("--time-limit", type=float, default=600.0, metavar="SECONDS")
    stated = parser.parse_args(arguments)
    options = (stated.scenario, not stated.no_solve, stated.method, stated.time_limit)
    runs = [repeated(measure, size, *options, seconds=Measured.total) for size in stated.sizes]
    print(table([quickest(of_size) for of_size in runs if of_size]))


if __name__ == "__main__":
    main()
