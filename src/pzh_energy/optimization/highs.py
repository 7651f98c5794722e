"""Hands a compiled linear program to HiGHS, watches it while it works, and reports how it ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from pzh_energy.domain.errors import InfeasibleError, LimitReachedError, SolverStoppedError, UnboundedError
from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.optimization.certificate import Certificate

Outcome = Literal["optimal", "infeasible", "unbounded", "limit", "trouble", "interrupted"]
AT_LOWER, BASIC, AT_UPPER = 0, 1, 2
"""Where `basis_of` is told that a column or row is."""
Watch = Callable[[int, float], None]
"""Called with the iterations so far and the seconds since the start."""


@dataclass(frozen=True)
class Solution:
    """How a solve ended; the vectors are empty unless `outcome` is optimal.

    x (columns,), reduced_cost (columns,), row_dual (rows,): dual in cost per unit of the row's limit. basis: what the
    method can solve a program of the same shape from, None if there is nothing. method: what produced it; certificate:
    what it proves of itself; fallback: why the method asked for gave way to HiGHS, if it did; free_directions: in how
    many dimensions at least the plan (above 0) or the duals (below 0) may move at the same cost, None if unknown;
    vertex: whether x is a basic solution, a corner of the set of plans; bound: of a solve that ran out of time, what no
    plan can cost less than, where its duals prove it [million CNY].
    """

    outcome: Outcome
    status: str
    objective: float
    x: np.ndarray
    reduced_cost: np.ndarray
    row_dual: np.ndarray
    iterations: int
    seconds: float
    basis: Any = field(default=None, compare=False, repr=False)
    method: str = "highs"
    certificate: Certificate | None = None
    fallback: str = ""
    free_directions: int | None = None
    vertex: bool = False
    bound: float | None = None


def solve(
    program: LinearProgram,
    method: str = "highs",
    time_limit_s: float | None = None,
    threads: int = 1,
    watch: Watch | None = None,
    start: Any = None,
) -> Solution:
    """Solve with HiGHS to optimality. KeyboardInterrupt stops the solver and is raised again.

    method: highs leaves the choice to HiGHS; simplex, ipm, or hipo, which ends inside the set of optimal plans, not at
    a corner.
    start: the basis of a program of the same shape, from which simplex goes on.
    """
    highs = _pass_model(program)
    if start is not None:
        highs.setBasis(start)
    if method == "hipo":
        _option(highs, "run_crossover", "off")  # it takes longer than the answer
    for name, value in (
        ("solver", "choose" if method == "highs" else method),
        ("threads", threads),
        ("time_limit", np.inf if time_limit_s is None else time_limit_s),
    ):
        _option(highs, name, value)
    started = time.perf_counter()
    _run(highs, watch, started)
    seconds = time.perf_counter() - started
    outcome, status = _outcome(highs)
    if outcome == "unsure":
        _option(highs, "presolve", "off")
        _run(highs, watch, started)
        outcome, status = _outcome(highs)
        seconds = time.perf_counter() - started
    info, solution = highs.getInfo(), highs.getSolution()
    found = outcome == "optimal"
    return Solution(
        outcome=outcome if outcome != "unsure" else "trouble",
        status=status,
        objective=float(info.objective_function_value) if found else np.nan,
        x=np.array(solution.col_value) if found else np.empty(0),
        reduced_cost=np.array(solution.col_dual) if found else np.empty(0),
        row_dual=np.array(solution.row_dual) if found else np.empty(0),
        iterations=int(info.simplex_iteration_count + info.ipm_iteration_count),
        seconds=seconds,
        basis=highs.getBasis() if found and highs.getBasis().valid else None,
        method="highs" if method == "highs" else f"highs {method}",
        vertex=found and bool(highs.getBasis().valid),
    )


def basis_of(columns: np.ndarray, rows: np.ndarray) -> Any:
    """A basis to start from, AT_LOWER, BASIC or AT_UPPER for each; it may have too few or dependent basic members."""
    import highspy

    known = highspy.HighsBasisStatus
    words = {AT_LOWER: known.kLower, BASIC: known.kBasic, AT_UPPER: known.kUpper}
    basis: Any = highspy.HighsBasis()
    basis.col_status = [words[each] for each in columns.tolist()]
    basis.row_status = [words[each] for each in rows.tolist()]
    basis.valid = basis.alien = True
    return basis


def refuse_unless_optimal(solution: Solution) -> None:
    """Raise what the outcome stands for; return if it is an optimal solution."""
    if solution.outcome == "optimal":
        return
    if solution.outcome == "infeasible":
        raise InfeasibleError("no plan satisfies all hard targets and physical limits at once")
    if solution.outcome == "unbounded":
        raise UnboundedError("the cost can fall for ever: an input allows a free lunch")
    if solution.outcome == "limit":
        what = f"the solver reached its limit after {solution.seconds:.0f} s: {solution.status}"
        raise LimitReachedError(what, solution.status, solution.seconds, solution.bound)
    raise SolverStoppedError(f"the solver came to no conclusion: {solution.status}", solution.status, solution.seconds)


def _pass_model(program: LinearProgram) -> Any:
    """One call with arrays: about a tenth of the time of building HiGHS's own object."""
    import highspy

    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    rows, columns = program.matrix.shape
    status = highs.passModel(
        columns,
        rows,
        program.matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        1,
        program.offset,
        program.cost,
        program.column_lower,
        program.column_upper,
        program.row_lower,
        program.row_upper,
        program.matrix.indptr.astype(np.int32),
        program.matrix.indices.astype(np.int32),
        program.matrix.data,
        np.zeros(columns, np.int32),  # an empty integrality array makes the call fail
    )
    if status == highspy.HighsStatus.kError:
        raise SolverStoppedError(f"HiGHS refused the model ({rows} rows, {columns} columns)")
    return highs


def _option(highs: Any, name: str, value: Any) -> None:
    import highspy

    if highs.setOptionValue(name, value) == highspy.HighsStatus.kError:  # it never raises
        raise SolverStoppedError(f"HiGHS refused {name} = {value!r}")


def _run(highs: Any, watch: Watch | None, started: float) -> None:
    """Run in a thread so that this one can show progress and hear Ctrl-C."""
    progress = {"iterations": 0}
    stop = threading.Event()

    def on_event(event: Any) -> None:
        data = event.data_out
        progress["iterations"] = max(int(data.simplex_iteration_count), int(data.ipm_iteration_count), 0)
        if stop.is_set():
            event.interrupt()

    callbacks = (highs.cbSimplexInterrupt, highs.cbIpmInterrupt)
    for callback in callbacks:
        callback += on_event
    worker = threading.Thread(target=highs.run, daemon=True)
    try:
        worker.start()
        while worker.is_alive():
            worker.join(0.1)
            if watch is not None:
                watch(progress["iterations"], time.perf_counter() - started)
    except KeyboardInterrupt:
        stop.set()
        if worker.is_alive():
            worker.join()
        raise
    finally:
        for callback in callbacks:
            callback -= on_event


def _outcome(highs: Any) -> tuple[Any, str]:
    """Our word for the model status; `unsure` for infeasible-or-unbounded, which presolve may leave open."""
    import highspy

    status = highs.getModelStatus()
    known = highspy.HighsModelStatus
    words = {
        known.kOptimal: "optimal",
        known.kInfeasible: "infeasible",
        known.kUnbounded: "unbounded",
        known.kUnboundedOrInfeasible: "unsure",
        known.kTimeLimit: "limit",
        known.kIterationLimit: "limit",
        known.kInterrupt: "interrupted",
    }
    return words.get(status, "trouble"), str(highs.modelStatusToString(status))
