"""Seconds of each phase and peak memory, for some sizes: `python -m tests.benchmarks.phases segments:200 segments:600`.

A size is a resolution, with periods before it if wanted: `2020,2025,2030/segments:24` or `2020..2030/every:3h`.
`--no-solve` stops before the solver; `--scenario FILE` takes another scenario. Peak memory is that of the process so
far, so state sizes from small to large, or one at a time.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pzh_energy import api
from pzh_energy.modeling.compiler import Compiler
from pzh_energy.optimization import highs
from pzh_energy.optimization.assemble import assemble
from pzh_energy.optimization.audit import audit
from pzh_energy.optimization.extract import extract
from tests.systems import BASELINE

PHASES = ("read", "build", "compile", "hand over", "solve", "extract", "audit")


@dataclass
class Measured:
    """What one size took: seconds by phase, rows, columns and non-zeros, and peak memory [MB]."""

    size: str
    seconds: dict[str, float] = field(default_factory=dict)
    shape: tuple[int, int, int] = (0, 0, 0)
    peak_mb: float = 0.0

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        began = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - began


def assignments_of(size: str) -> list[str]:
    """A size as assignments to the scenario."""
    periods, _, resolution = size.rpartition("/")
    stated = api.resolution_assignment(resolution)
    if not periods:
        return stated
    return [f"horizon.periods={periods if '..' in periods else f'[{periods}]'}", *stated]


def measure(size: str, path: Path = BASELINE, solving: bool = True) -> Measured:
    """Take one size through all phases. Handing over is timed once by itself; `solve` leaves it out."""
    measured = Measured(size)
    with measured.phase("read"):
        system = api.read(path, assignments_of(size))
    with measured.phase("build"):
        assembled = assemble(system)
    with measured.phase("compile"):
        compiler = Compiler(assembled.model.pyomo)
        program = compiler.compile()
    measured.shape = program.size
    with measured.phase("hand over"):
        highs._pass_model(program)
    if solving:
        solution = highs.solve(program, system.scenario.solver.method)
        api.refuse_unless_optimal(solution)
        measured.seconds["solve"] = solution.seconds
        with measured.phase("extract"):
            results = extract(assembled, compiler, program, solution)
        with measured.phase("audit"):
            audit(assembled, program, solution, results)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    measured.peak_mb = peak / (2**20 if sys.platform == "darwin" else 2**10)
    return measured


def table(measurements: Sequence[Measured]) -> str:
    """A line for each size."""
    width = max(24, *(len(m.size) for m in measurements))
    lines = [
        f"{'size':{width}} {'rows':>9} {'columns':>9} {'nonzeros':>10} "
        + " ".join(f"{p:>9}" for p in PHASES)
        + "   peak MB"
    ]
    for m in measurements:
        seconds = " ".join(f"{m.seconds[p]:9.3f}" if p in m.seconds else f"{'-':>9}" for p in PHASES)
        rows, columns, nonzeros = m.shape
        lines.append(f"{m.size:{width}} {rows:9d} {columns:9d} {nonzeros:10d} {seconds} {m.peak_mb:9.0f}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the sizes named on the command line and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.phases", description="Seconds of each phase.")
    parser.add_argument("sizes", nargs="+", help="such as segments:200, every:3h, full, 2020,2025/segments:24")
    parser.add_argument("--scenario", type=Path, default=BASELINE)
    parser.add_argument("--no-solve", action="store_true")
    stated = parser.parse_args(arguments)
    print(table([measure(size, stated.scenario, not stated.no_solve) for size in stated.sizes]))


if __name__ == "__main__":
    main()
