"""Chooses how a linear program is solved, and sees to it that what comes back is an answer.

HiGHS in one call is the reference and the last resort. The structured interior point takes over where it is faster; if
it does not apply, or what it found lacks its certificate, HiGHS solves the program and the solution says so.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.optimization import highs
from pzh_energy.optimization.certificate import certify, proved_bound
from pzh_energy.optimization.highs import Solution, Watch
from pzh_energy.optimization.structured.presolve import NotSolvableHereError, Reason
from pzh_energy.optimization.structured.solver import solve_structured
from pzh_energy.optimization.structured.start import Start
from pzh_energy.optimization.vertex import at_corner

Method = Literal["highs", "simplex", "ipm", "hipo", "structured", "auto"]
LARGE = 60_000
"""Rows from which `auto` takes the structured method, and a fallback the interior point of HiGHS.

Measured on the baseline, in processor seconds (structured, simplex): 54 thousand rows 2.8, 2.4; 89 thousand 4.9, 8.0.
"""


def solve(
    program: LinearProgram,
    method: Method = "highs",
    time_limit_s: float | None = None,
    threads: int = 1,
    watch: Watch | None = None,
    start: Any = None,
    vertex: bool = False,
) -> Solution:
    """Solve a program; an optimal solution carries its certificate.

    method: highs leaves the choice to HiGHS, of which simplex, ipm and hipo are others; structured; auto takes
    structured for large programs. The time limit counts all attempts together. start: `basis` of the solution of a like
    program, to go on from: one of HiGHS, which then solves whatever the method, or one of the structured method, of use
    to that alone. vertex: end at a basic solution also where the method ends inside the set of optimal plans; the
    solution says if it did.
    KeyboardInterrupt is passed on.
    """
    started = time.perf_counter()
    solution = _by_method(program, method, time_limit_s, threads, watch, start)
    if not vertex or solution.outcome != "optimal" or solution.vertex:
        return solution
    spent = time.perf_counter() - started
    left = None if time_limit_s is None else max(time_limit_s - spent, 0.0)
    with suppress(NotSolvableHereError):  # what reductions contradict by a hair has been solved: it stays as it is
        return at_corner(program, solution, left, threads, _after(watch, solution.iterations, spent))
    return solution


def _after(watch: Watch | None, iterations: int, seconds: float) -> Watch | None:
    return None if watch is None else lambda more, further: watch(iterations + more, seconds + further)


def _by_method(
    program: LinearProgram, method: Method, time_limit_s: float | None, threads: int, watch: Watch | None, start: Any
) -> Solution:
    started = time.perf_counter()
    large = program.size[0] >= LARGE
    near = start if isinstance(start, Start) else None
    basis = None if near is not None else start
    if method not in ("structured", "auto"):
        return _certified(program, highs.solve(program, method, time_limit_s, threads, watch, basis))
    if basis is not None or (method == "auto" and not large):
        return _certified(program, highs.solve(program, "highs", time_limit_s, threads, watch, basis))
    try:
        found = _structured(program, time_limit_s, threads, watch, near)
        if found.outcome != "optimal" or (found.certificate is not None and found.certificate.holds):
            return found
        reason: Reason = "no_certificate"
    except NotSolvableHereError as refusal:
        reason = refusal.reason
    for fallback in ("hipo", "highs") if large else ("highs",):
        left = None if time_limit_s is None else max(time_limit_s - (time.perf_counter() - started), 0.0)
        solution = _certified(program, highs.solve(program, fallback, left, threads, watch))
        if solution.outcome != "trouble":
            break
    return replace(solution, fallback=reason, seconds=time.perf_counter() - started)


def _structured(
    program: LinearProgram, time_limit_s: float | None, threads: int, watch: Watch | None, start: Start | None
) -> Solution:
    started = time.perf_counter()
    answer = solve_structured(program, threads, time_limit_s, watch, start)
    seconds = time.perf_counter() - started
    if answer.interrupted:
        empty = np.empty(0)
        return Solution(
            outcome="limit",
            status="Time limit reached",
            objective=np.nan,
            x=empty,
            reduced_cost=empty,
            row_dual=empty,
            iterations=answer.iterations,
            seconds=seconds,
            method="structured",
            bound=proved_bound(program, answer.row_dual),
        )
    return _certified(
        program,
        Solution(
            outcome="optimal",
            status="Optimal",
            objective=float(program.cost @ answer.x) + program.offset,
            x=answer.x,
            reduced_cost=program.cost - program.matrix.T @ answer.row_dual,
            row_dual=answer.row_dual,
            iterations=answer.iterations,
            seconds=seconds,
            method="structured",
            free_directions=answer.free_directions,
            basis=answer.start,
        ),
    )


def _certified(program: LinearProgram, solution: Solution) -> Solution:
    if solution.outcome != "optimal":
        return solution
    return replace(solution, certificate=certify(program, solution.x, solution.row_dual))
