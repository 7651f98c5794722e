"""The rough solve with steps merged: what merging means, and that it only chooses where the search begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.modeling.compiler.program import Slice
from pzh_energy.optimization import highs
from pzh_energy.optimization.solve import solve
from pzh_energy.optimization.structured import solver
from pzh_energy.optimization.structured.coarsening import Coarse, coarser
from pzh_energy.optimization.structured.solver import solve_structured
from tests.unit.optimization.programs import Shape, random_program
from tests.unit.optimization.test_structured import MANY

YEAR = Shape(periods=2, weather=1, steps=60, plants=2, storages=2)


def store() -> LinearProgram:
    """One store over five steps of a ring, filled at a price and emptied: level[t] - level[t-1] - in + out."""
    steps = 5
    names = ("level", "filled", "emptied")
    variables = tuple(Slice(n, i * steps, (steps,), ("timestep",), (tuple(range(steps)),)) for i, n in enumerate(names))
    eye = sp.eye_array(steps, format="csr")
    balance = sp.hstack([eye - sp.csr_array(np.roll(np.eye(steps), 1, axis=0)), -eye, eye], format="csr")
    demand = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return LinearProgram(
        matrix=sp.csr_array(balance),
        row_lower=-demand,
        row_upper=-demand + 1.0,
        column_lower=np.zeros(3 * steps),
        column_upper=np.array([10.0, 20.0, 30.0, 40.0, 50.0, *[np.inf] * 10]),
        cost=np.array([0.0] * 5 + [1.0, 2.0, 3.0, 4.0, 5.0] + [0.0] * 5),
        offset=7.0,
        variables=variables,
        constraints=(Slice("balance", 0, (steps,), ("timestep",), (tuple(range(steps)),)),),
    )


def test_merged_steps_add_their_rows_and_share_their_columns() -> None:
    """By hand, two steps each, the last alone: balances telescope, costs and right sides add, bounds are the mean.

    Rows of steps 0 and 1 sum to level(1) - level(4): in groups g0 - g2 with level's coefficient 1 - 1 + 1 = 1, and
    -2 in + 2 out. Demand 1 + 2, 3 + 4, 5; cost of filling 1 + 2, 3 + 4, 5; the level's bound 15, 35, 50.
    """
    coarse = coarser(store(), 2)
    program = coarse.program
    np.testing.assert_array_equal(coarse.column_of, [0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6, 7, 7, 8])
    flow = np.diag([2.0, 2.0, 1.0])
    level = np.array([[1.0, 0.0, -1.0], [-1.0, 1.0, 0.0], [0.0, -1.0, 1.0]])
    np.testing.assert_array_equal(program.matrix.toarray(), np.hstack([level, -flow, flow]))
    np.testing.assert_array_equal(program.row_lower, [-3.0, -7.0, -5.0])
    np.testing.assert_array_equal(program.row_upper, [-1.0, -5.0, -4.0])
    np.testing.assert_array_equal(program.cost, [0, 0, 0, 3.0, 7.0, 5.0, 0, 0, 0])
    np.testing.assert_array_equal(program.column_upper[:3], [15.0, 35.0, 50.0])
    assert np.isinf(program.column_upper[3:]).all()
    assert program.offset == 7.0
    assert [part.shape for part in program.variables] == [(3,)] * 3
    assert program.variables[1].coordinates == ((0, 1, 2),)


def test_what_has_no_steps_stays_as_it_is() -> None:
    """Proves that capacities and yearly rows are those of the large program; groups of one step change nothing."""
    program = random_program(YEAR, 3)
    same = coarser(program, 1).program
    assert (same.matrix != program.matrix).nnz == 0
    for name in ("row_lower", "row_upper", "column_lower", "column_upper", "cost"):
        np.testing.assert_array_equal(getattr(same, name), getattr(program, name))
    coarse = coarser(program, 6)
    for large, small in zip(program.variables, coarse.program.variables, strict=True):
        if "timestep" not in large.dimensions:
            assert (small.shape, small.coordinates) == (large.shape, large.coordinates)
            np.testing.assert_array_equal(
                coarse.column_of[large.start : large.stop], np.arange(small.start, small.stop)
            )


@pytest.fixture
def early(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The rough solve taken from twelve steps on, so that small programs have one."""
    with monkeypatch.context() as patched:
        patched.setattr(solver, "SHORT", 12)
        yield


@given(
    st.builds(Shape, periods=st.integers(1, 2), steps=st.integers(12, 40), plants=st.integers(1, 3),
              storages=st.integers(0, 2), rough=st.sampled_from([0.0, 3.0]), degenerate=st.booleans()),
    st.integers(0, 2**20),
)  # fmt: skip
@MANY
def test_the_answer_is_that_of_simplex_wherever_the_search_begins(shape: Shape, seed: int) -> None:
    """Proves that a rough solve changes no answer: cost as by simplex, certificate held, without a second way."""
    program = random_program(shape, seed)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(solver, "SHORT", 12)
        ours = solve(program, "structured")
    assert (ours.outcome, ours.method, ours.fallback) == ("optimal", "structured", "")
    assert ours.objective == pytest.approx(highs.solve(program, "simplex").objective, rel=1e-6, abs=1e-6)


def test_a_rough_solve_that_misleads_costs_time_and_nothing_else(early: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that a useless guess, a thousand times too large, and one that cannot be had end at the same cost."""
    program = random_program(YEAR, 7)
    honest = solve_structured(program)

    def absurd(large: LinearProgram, factor: int) -> Coarse:
        coarse = coarser(large, factor)
        return Coarse(replace(coarse.program, row_lower=1e3 * coarse.program.row_lower), coarse.column_of)

    def nothing(large: LinearProgram, factor: int) -> Coarse:
        coarse = coarser(large, factor)
        crossed = np.where(np.isinf(coarse.program.column_upper), -1.0, coarse.program.column_upper)
        return Coarse(replace(coarse.program, column_upper=crossed - 1e9), coarse.column_of)

    for misled in (absurd, nothing):
        monkeypatch.setattr(solver, "coarser", misled)
        found = solve_structured(program)
        assert not found.interrupted
        assert program.cost @ found.x == pytest.approx(program.cost @ honest.x, rel=1e-6)


def test_merging_is_used_from_the_length_where_it_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that a year below the stated length is solved at one go, and one above it begins with fewer steps."""
    program = random_program(YEAR, 1)
    sizes: list[int] = []

    def noted(large: LinearProgram, factor: int) -> Coarse:
        coarse = coarser(large, factor)
        sizes.append(max(part.shape[-1] for part in coarse.program.variables))
        return coarse

    monkeypatch.setattr(solver, "coarser", noted)
    for length, expected in ((61, []), (60, [10])):
        sizes.clear()
        monkeypatch.setattr(solver, "SHORT", length)
        solve_structured(program)
        assert sizes == expected
