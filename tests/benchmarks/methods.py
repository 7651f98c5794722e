"""The structured method and those of HiGHS side by side, on the same program: time, iterations, errors, peak memory.

`python -m tests.benchmarks.methods segments:100 segments:300 --methods structured simplex hipo --time-limit 600`.
Sizes are stated as for `tests.benchmarks.phases`. Every cell runs in a process of its own, on one core unless
`--threads` says otherwise, so that its peak memory, the model included, is its own. Set-up ends at the first iteration.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pzh_energy import api
from pzh_energy.optimization.certificate import Certificate
from pzh_energy.optimization.solve import Method, solve
from tests.benchmarks.phases import assignments_of
from tests.systems import BASELINE

METHODS: tuple[Method, ...] = ("structured", "simplex", "ipm", "hipo")


@dataclass(frozen=True)
class Cell:
    """One size solved by one method; wall and processor seconds of the solve alone, peak memory [MB] of the process."""

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


def measure(size: str, method: Method, path: Path = BASELINE, limit_s: float = 600.0, threads: int = 1) -> Cell:
    """Build a size and solve it by a method, in this process."""
    began = time.perf_counter()
    _, _, program = api.build(api.read(path, assignments_of(size)))
    build_s = time.perf_counter() - began
    first: list[float] = []

    def watch(iterations: int, seconds: float) -> None:
        first.append(seconds)

    cpu, wall = time.process_time(), time.perf_counter()
    solution = solve(program, method, limit_s, threads, watch)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Cell(
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
        peak / (2**20 if sys.platform == "darwin" else 2**10),
    )


def apart(size: str, method: Method, path: Path, limit_s: float, threads: int) -> Cell:
    """`measure` in a new process, whose linear algebra keeps to as many threads as the solver."""
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, size, method, path, limit_s, threads).result()


def table(cells: Sequence[Cell]) -> str:
    """A line for each cell."""
    width = max(16, *(len(c.size) for c in cells))
    heads = ("build s", "set-up s", "wall s", "cpu s", "iterations", "primal", "dual", "gap", "peak MB")
    lines = [f"{'size':{width}} {'rows':>9} {'method':14} {'outcome':8} " + " ".join(f"{h:>10}" for h in heads)]
    for c in cells:
        errors = (c.certificate.primal, c.certificate.dual, c.certificate.gap) if c.certificate else (None,) * 3
        values = [
            f"{c.build_s:10.2f}",
            f"{'-':>10}" if c.setup_s is None else f"{c.setup_s:10.2f}",
            f"{c.wall_s:10.2f}",
            f"{c.cpu_s:10.2f}",
            f"{c.iterations:10d}",
            *(f"{'-':>10}" if e is None else f"{e:10.0e}" for e in errors),
            f"{c.peak_mb:10.0f}",
        ]
        lines.append(f"{c.size:{width}} {c.rows:9d} {c.method:14} {c.outcome:8} " + " ".join(values))
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the sizes and methods named on the command line and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.methods", description="Methods side by side.")
    parser.add_argument("sizes", nargs="+", help="such as segments:200, every:3h, full, 2020,2025/segments:24")
    parser.add_argument("--methods", nargs="+", choices=get_args(Method), default=METHODS)
    parser.add_argument("--scenario", type=Path, default=BASELINE)
    parser.add_argument("--time-limit", type=float, default=600.0, metavar="SECONDS")
    parser.add_argument("--threads", type=int, default=1)
    stated = parser.parse_args(arguments)
    cells = [
        apart(size, method, stated.scenario, stated.time_limit, stated.threads)
        for size in stated.sizes
        for method in stated.methods
    ]
    print(table(cells))


if __name__ == "__main__":
    main()
