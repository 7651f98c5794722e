"""A linear program solved by its structure: presolve, standard form, layout, interior point, and the way back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.optimization.structured.interior_point import InteriorPoint
from pzh_energy.optimization.structured.layout import lay_out
from pzh_energy.optimization.structured.presolve import NotSolvableHereError, Presolve
from pzh_energy.optimization.structured.standard import standard_form
from pzh_energy.optimization.structured.system import System

GAP = 1e-8
"""Error at which the iteration ends, of a scaled program; the certificate asks for less, of the program as it is."""


@dataclass(frozen=True)
class Answer:
    """x (columns,) within its bounds, row_dual (rows,) with the signs of the rows' limits.

    interrupted: the time was up before the end; x and row_dual are then no answer; free_directions: columns and slacks
    strictly inside their limits less rows, after the reductions.
    """

    x: np.ndarray
    row_dual: np.ndarray
    iterations: int
    interrupted: bool
    free_directions: int


def solve_structured(
    program: LinearProgram,
    threads: int = 1,
    time_limit_s: float | None = None,
    watch: Callable[[int, float], None] | None = None,
) -> Answer:
    """Solve a program whose steps are joined in time by their neighbours only, and by a border.

    Raises NotSolvableHereError if it has no such structure, or where there may be no optimum: this method finds optima,
    it does not diagnose their absence.
    """
    started = time.perf_counter()
    over = False

    def interrupted(iterations: int) -> bool:
        nonlocal over
        seconds = time.perf_counter() - started
        if watch is not None:
            watch(iterations, seconds)
        over = time_limit_s is not None and seconds > time_limit_s
        return over

    presolve = Presolve(program)
    if not len(presolve.rows):
        raise NotSolvableHereError("no_structure", "nothing is left to solve after its reductions")
    form = standard_form(presolve)
    # the blocks share the cores; BLAS on pieces as small as theirs would only wait for its own threads
    with threadpool_limits(1, user_api="blas"), System(form, lay_out(program, presolve, form), threads) as system:
        iteration = InteriorPoint(form, system, interrupted)
        point, _ = iteration.solve(GAP)
    x, row_dual = presolve.restore(
        form.origin + form.column_scale * point.x[: iteration.columns], form.row_scale * point.y / form.cost_scale
    )
    return Answer(
        np.clip(x, program.column_lower, program.column_upper),
        np.clip(
            row_dual,
            np.where(np.isinf(program.row_upper), 0.0, -np.inf),
            np.where(np.isinf(program.row_lower), 0.0, np.inf),
        ),
        iteration.iterations,
        over,
        iteration.inside(point) - len(presolve.rows),
    )
