"""Basic solutions from answers inside the set of optimal plans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.optimization import highs, vertex
from pzh_energy.optimization.highs import Solution
from pzh_energy.optimization.solve import solve
from tests.unit.optimization.programs import Shape, random_program

SHAPES = st.builds(
    Shape,
    periods=st.integers(1, 2),
    steps=st.integers(2, 14),
    plants=st.integers(1, 3),
    storages=st.integers(0, 2),
    idle=st.integers(0, 1),
    degenerate=st.booleans(),
)
CLEAR = 1e-7


def loose(program: LinearProgram, solution: Solution) -> tuple[int, int]:
    """How many columns stand clear of their bounds, and the rank of these columns in the rows that are tight.

    A plan is a corner, no mixture of two others, if and only if the two are equal.
    """
    x = solution.x
    room = np.minimum(x - program.column_lower, program.column_upper - x)
    clear = room > CLEAR * np.maximum(1.0, np.abs(x))
    activity = program.matrix @ x
    room = np.minimum(activity - program.row_lower, program.row_upper - activity)
    tight = room <= CLEAR * np.maximum(1.0, np.abs(activity))
    part = program.matrix[np.flatnonzero(tight)][:, np.flatnonzero(clear)].toarray()
    return int(clear.sum()), int(np.linalg.matrix_rank(part)) if part.size else 0


@given(SHAPES, st.integers(0, 2**20))
@settings(max_examples=40, derandomize=True, deadline=None, database=None, phases=(Phase.generate,))
def test_the_answer_is_a_corner_of_the_same_cost(shape: Shape, seed: int) -> None:
    """Proves that the answer is basic: no direction is left to it, and it has no more loose columns than rows."""
    program = random_program(shape, seed)
    inside, corner = solve(program, "structured"), solve(program, "structured", vertex=True)
    assert (inside.vertex, corner.vertex, corner.method) == (False, True, "structured, simplex")
    assert corner.objective == pytest.approx(inside.objective, rel=1e-6, abs=1e-6)
    assert corner.certificate is not None
    assert corner.certificate.holds
    count, rank = loose(program, corner)
    assert count == rank <= program.size[0]


def tied() -> LinearProgram:
    """A program in which two plants that cost the same can share the load in any proportion."""
    program = random_program(Shape(periods=1, steps=6, plants=2, storages=0), 7)
    cost = program.cost.copy()
    places = {place.name: place for place in program.variables}
    for name, value in (("output", 1.0), ("build", 8.0)):
        cost[places[name].start : places[name].stop] = value
    return replace(program, cost=cost)


def test_an_interior_answer_is_a_mixture_where_a_corner_is_not() -> None:
    """Proves on and off: with two plants alike the structured answer has a direction left, the corner none."""
    inside, corner = solve(tied(), "structured"), solve(tied(), "structured", vertex=True)
    count, rank = loose(tied(), inside)
    assert count > rank
    count, rank = loose(tied(), corner)
    assert count == rank
    assert corner.objective == pytest.approx(inside.objective, rel=1e-6)


@pytest.mark.parametrize("method", ["highs", "simplex", "ipm", "hipo"])
def test_the_methods_of_highs_end_at_a_corner_too(method: str) -> None:
    """Proves that hipo, which ends inside, is taken to a corner, and that the others are left as they are."""
    program = tied()
    corner = solve(program, method, vertex=True)  # type: ignore[arg-type]
    assert corner.vertex
    count, rank = loose(program, corner)
    assert count == rank


def test_without_time_for_it_the_answer_inside_stands_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that an optimal plan is not thrown away because no corner was found: it is marked as none."""

    def out_of_time(*_: object) -> Solution:
        empty = np.empty(0)
        return Solution("limit", "Time limit reached", np.nan, empty, empty, empty, 0, 0.0)

    monkeypatch.setattr(vertex.highs, "solve", out_of_time)
    ended = solve(tied(), "structured", vertex=True)
    assert (ended.outcome, ended.vertex, ended.method) == ("optimal", False, "structured")


def test_a_start_of_the_answer_itself_needs_few_iterations() -> None:
    """Proves that the start is worth something: fewer iterations than from nothing, on a program of some size."""
    program = random_program(Shape(periods=3, weather=2, steps=40, plants=3, storages=2), 3)
    cold = highs.solve(program, "simplex").iterations
    inside, corner = solve(program, "structured"), solve(program, "structured", vertex=True)
    assert corner.iterations - inside.iterations < cold / 2
