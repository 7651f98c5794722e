"""A linear program solved by its structure: presolve, standard form, layout, interior point, and the way back.

A long year is first solved roughly with neighbouring steps merged, which halves the iterations of the year itself.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.optimization.structured.coarsening import coarser
from pzh_energy.optimization.structured.layout import lay_out, number_of_blocks, year_length
from pzh_energy.optimization.structured.member import work
from pzh_energy.optimization.structured.presolve import NotSolvableHereError, Presolve
from pzh_energy.optimization.structured.share import Guess, shares_of
from pzh_energy.optimization.structured.standard import standard_form
from pzh_energy.optimization.structured.start import Start, in_form_units, in_program_units
from pzh_energy.optimization.structured.team import MemberLostError, Team, team_of

GAP = 1e-8
"""Error at which the iteration ends, of a scaled program; the certificate asks for less, of the program as it is."""
ROUGH = 0.3
"""Error at which the rough solve ends; a point nearer to its optimum lies no nearer to that of the whole program."""
MERGED = 6
"""Steps that the rough solve makes one."""
SHORT = 144
"""Steps of a year from which the rough solve pays."""


@dataclass(frozen=True)
class Answer:
    """x (columns,) within its bounds, row_dual (rows,) with the signs of the rows' limits.

    iterations: of all solves together; interrupted: the time was up before the end; x and row_dual are then no answer;
    free_directions: columns and slacks strictly inside their limits less rows, after the reductions; start: to solve
    like programs from.
    """

    x: np.ndarray
    row_dual: np.ndarray
    iterations: int
    interrupted: bool
    free_directions: int
    start: Start


class _Clock:
    """Counts the iterations of all solves, tells the watcher, and says when the time is up."""

    def __init__(self, time_limit_s: float | None, watch: Callable[[int, float], None] | None) -> None:
        self._started, self._limit, self._watch = time.perf_counter(), time_limit_s, watch
        self.iterations = 0
        self.over = False

    def interrupted(self) -> bool:
        """Asked ahead of every iteration."""
        seconds = time.perf_counter() - self._started
        if self._watch is not None:
            self._watch(self.iterations, seconds)
        self.over = self._limit is not None and seconds > self._limit
        self.iterations += not self.over
        return self.over


def solve_structured(
    program: LinearProgram,
    threads: int = 1,
    time_limit_s: float | None = None,
    watch: Callable[[int, float], None] | None = None,
    start: Start | None = None,
) -> Answer:
    """Solve a program whose steps are joined in time by their neighbours only, and by a border.

    threads: processes that share the blocks, one for each block at most; start: of the answer of a like program. Raises
    NotSolvableHereError if the program has no such structure, or where there may be no optimum: this method finds
    optima, it does not diagnose their absence.
    """
    clock = _Clock(time_limit_s, watch)
    with threadpool_limits(1, user_api="blas"):
        try:
            with team_of(min(threads, number_of_blocks(program))) as team:
                ended = _solved(program, GAP, team, clock, start)
        except MemberLostError as lost:
            warnings.warn(f"A process of the solver was lost; solving with one. {lost}", RuntimeWarning, stacklevel=2)
            ended = _solved(program, GAP, Team(), clock, start)
    return Answer(
        np.clip(ended.x, program.column_lower, program.column_upper),
        np.clip(
            ended.row_dual,
            np.where(np.isinf(program.row_upper), 0.0, -np.inf),
            np.where(np.isinf(program.row_lower), 0.0, np.inf),
        ),
        clock.iterations,
        clock.over,
        ended.free_directions,
        ended.start,
    )


@dataclass(frozen=True)
class _Ended:
    """The best point of a program: x, duals of the rows, free directions, and a start of like programs."""

    x: np.ndarray
    row_dual: np.ndarray
    free_directions: int
    start: Start


def _solved(program: LinearProgram, tolerance: float, team: Team, clock: _Clock, start: Start | None) -> _Ended:
    presolve = Presolve(program)
    if not len(presolve.rows):
        raise NotSolvableHereError("no_structure", "nothing is left to solve after its reductions")
    form = standard_form(presolve)
    layout = lay_out(program, presolve, form)
    form = form.ordered(layout.row_order, layout.column_order)
    presolve.order(layout.row_order, layout.column_order)
    guess: Guess | None = None if start is None else in_form_units(start, form, presolve)
    if guess is None:
        near = _near(program, team, clock)
        guess = None if near is None else ((near[presolve.columns] - form.origin) / form.column_scale, None)
    first, *others = shares_of(form, layout, 1 + len(team.others), guess)
    team = Team(team.others[: len(others)])
    for other, share in zip(team.others, others, strict=True):
        other.send((share, tolerance))
    parts = [work(first, team, tolerance, clock.interrupted), *(other.receive() for other in team.others)]
    columns, rows = layout.joined_columns.start, layout.border_rows.start
    x, y = _joined([part.x for part in parts], columns), _joined([part.y for part in parts], rows)
    halfway = _joined([part.columns for part in parts], columns), _joined([part.rows for part in parts], rows)
    x, row_dual = presolve.restore(form.origin + form.column_scale * x, form.row_scale * y / form.cost_scale)
    free_directions = sum(part.inside for part in parts) - len(presolve.rows)
    return _Ended(x, row_dual, free_directions, in_program_units(*halfway, form, presolve))


def _joined(parts: list[np.ndarray], border: int) -> np.ndarray:
    """The whole of a vector from that of each process: all blocks, then from `border` on what the leader has behind."""
    first, *others = parts
    own = border - sum(map(len, others))
    return np.concatenate([first[:own], *others, first[own:]])


def _near(program: LinearProgram, team: Team, clock: _Clock) -> np.ndarray | None:
    """Columns near the optimum (columns,), from the program with steps merged; None where that does not pay."""
    if year_length(program) < SHORT:
        return None
    rough = coarser(program, MERGED)
    try:
        ended = _solved(rough.program, ROUGH, team, clock, None)
    except NotSolvableHereError:
        return None
    return np.asarray(ended.x[rough.column_of])
