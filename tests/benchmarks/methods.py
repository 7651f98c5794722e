"""The structured method and those of HiGHS side by side, on the same program: time, iterations, errors, peak memory.

`python -m tests.benchmarks.methods segments:100 segments:300 --methods structured simplex hipo --time-limit 600`.
Sizes are stated as for `tests.benchmarks.phases`. Every cell runs in a process of its own, on one core unless
`--threads` says otherwise, so that its peak memory, the model included, is its own. Set-up ends at the first iteration.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np

from pzh_energy.optimization.certificate import Certificate
from pzh_energy.optimization.solve import Method, solve
from tests.benchmarks.apart import apart, markdown, number, peak_mb, processor_s
from tests.benchmarks.phases import assignments_of
from tests.systems import BASELINE, build, system

METHODS: tuple[Method, ...] = ("structured", "simplex", "ipm", "hipo")
STRESSED = Path(__file__).parent / "stressed.yaml"
GRACE_S = 60.0
"""A method that does not mind its own time limit is stopped from outside this much later."""


@dataclass(frozen=True)
class Cell:
    """One size solved by one method; wall and processor seconds of the solve alone, peak memory [MB] of the process.

    build_s: processor seconds from rules to matrix, the data once read.
    binding: how many hard rows of targets have a price at the end, of how many there are.
    """

    scenario: str
    size: str
    method: str
    rows: int
    outcome: str
    objective: float
    iterations: int
    build_s: float
    setup_s: float | None
    wall_s: float
    cpu_s: float
    certificate: Certificate | None
    peak_mb: float
    binding: str = "-"


def measure(size: str, method: Method, path: Path = BASELINE, limit_s: float = 600.0, threads: int = 1) -> Cell:
    """Build a size and solve it by a method, in this process."""
    asked = system(assignments_of(size), path=path)
    began = processor_s()
    assembled, _, program = build(asked)
    build_s = processor_s() - began
    first: list[float] = []

    def watch(iterations: int, seconds: float) -> None:
        first.append(seconds)

    cpu, wall = processor_s(), time.perf_counter()
    solution = solve(program, method, limit_s, threads, watch)
    cpu, wall = processor_s() - cpu, time.perf_counter() - wall
    rows = {target.row for target in assembled.targets if target.spec.mode == "hard"}
    places = [place for place in program.constraints if place.name in rows]
    optimal = solution.outcome == "optimal"
    priced = sum(bool(np.abs(place.take(solution.row_dual)).max() > 1e-6) for place in places) if optimal else 0
    return Cell(
        asked.scenario.name,
        size,
        solution.method,
        program.size[0],
        solution.outcome,
        solution.objective,
        solution.iterations,
        build_s,
        first[0] if first and solution.method == "structured" else None,
        wall,
        cpu,
        solution.certificate,
        peak_mb(),
        f"{priced} of {len(places)}" if optimal else "-",
    )


def stopped(size: str, method: Method, path: Path, limit_s: float) -> Cell:
    """The cell of a solve that was stopped from outside."""
    none = float("nan")
    return Cell(path.stem, size, method, 0, "stopped", none, 0, none, None, limit_s, limit_s, None, none)


def side_by_side(
    sizes: Sequence[str], methods: Sequence[Method], path: Path = BASELINE, limit_s: float = 600.0, threads: int = 1
) -> list[Cell]:
    """Every size by every method, each in a process of its own."""
    return [
        apart(measure, size, method, path, limit_s, threads, limit_s=limit_s + GRACE_S)
        or stopped(size, method, path, limit_s)
        for size in sizes
        for method in methods
    ]


def table(cells: Sequence[Cell]) -> str:
    """A line for each cell."""
    heads = ["size", "rows", "scenario", "method", "outcome", "build s", "set-up s", "wall s", "cpu s", "iterations"]
    rows = []
    for c in cells:
        errors = (c.certificate.primal, c.certificate.dual, c.certificate.gap) if c.certificate else (None,) * 3
        late = ">" if c.outcome in ("limit", "stopped") else ""
        values = [
            *(str(c.rows), c.scenario, c.method, "stopped" if late else c.outcome, number(c.build_s)),
            *(number(c.setup_s), late + number(c.wall_s), late + number(c.cpu_s), str(c.iterations)),
            *("-" if e is None else f"{e:.0e}" for e in errors),
            *("-" if late else f"{c.objective:.4f}", c.binding, f"{c.peak_mb:.0f}"),
        ]
        rows.append([c.size, *values])
    return markdown([*heads, "primal", "dual", "gap", "objective", "binding", "peak MB"], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the sizes and methods named on the command line and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.methods", description="Methods side by side.")
    parser.add_argument("sizes", nargs="+", help="such as segments:200, every:3h, full, 2020,2025/segments:24")
    parser.add_argument("--methods", nargs="+", choices=get_args(Method), default=METHODS)
    parser.add_argument("--scenario", type=Path, default=BASELINE)
    parser.add_argument("--time-limit", type=float, default=600.0, metavar="SECONDS")
    parser.add_argument("--threads", type=int, default=1)
    stated = parser.parse_args(arguments)
    print(table(side_by_side(stated.sizes, stated.methods, stated.scenario, stated.time_limit, stated.threads)))


if __name__ == "__main__":
    main()
