"""Solving again from the answer of a like program: the same answer as from nothing, in fewer iterations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.optimization import highs
from pzh_energy.optimization.solve import solve
from pzh_energy.optimization.structured.layout import lay_out
from pzh_energy.optimization.structured.presolve import Presolve
from pzh_energy.optimization.structured.solver import solve_structured
from pzh_energy.optimization.structured.standard import standard_form
from pzh_energy.optimization.structured.start import in_form_units, in_program_units
from tests.unit.optimization.programs import Shape, random_program

PROGRAM = random_program(Shape(periods=3, weather=1, steps=40, plants=3, storages=2), 4)


def part(program: LinearProgram, name: str) -> slice:
    """The columns of a variable or the rows of a constraint."""
    return next(slice(p.start, p.stop) for p in (*program.variables, *program.constraints) if p.name == name)


def dearer() -> LinearProgram:
    """PROGRAM, with everything that is shed a tenth dearer."""
    cost = PROGRAM.cost.copy()
    cost[part(PROGRAM, "shed")] *= 1.1
    return replace(PROGRAM, cost=cost)


def fuller() -> LinearProgram:
    """PROGRAM with 3 % more on the right-hand sides of the balance."""
    lower, upper = PROGRAM.row_lower.copy(), PROGRAM.row_upper.copy()
    for side in (lower, upper):
        side[part(PROGRAM, "balance")] *= 1.03
    return replace(PROGRAM, row_lower=lower, row_upper=upper)


def steeper() -> LinearProgram:
    """PROGRAM with every coefficient of the share 2 % larger."""
    matrix = PROGRAM.matrix.copy()
    rows = part(PROGRAM, "share")
    matrix.data[matrix.indptr[rows.start] : matrix.indptr[rows.stop]] *= 1.02
    return replace(PROGRAM, matrix=matrix)


def tighter() -> LinearProgram:
    """PROGRAM with upper bounds of what may be sold below what was sold, so that the start lies outside."""
    upper = PROGRAM.column_upper.copy()
    upper[part(PROGRAM, "sold")] *= 0.3
    return replace(PROGRAM, column_upper=upper)


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("changed", [dearer(), fuller(), steeper(), tighter()], ids=["cost", "side", "rows", "bounds"])
def test_a_start_saves_iterations_and_changes_no_answer(changed: LinearProgram, processes: int) -> None:
    """Proves that where the search begins is not seen in what it finds, after a change of each kind of number.

    If broken (a start in wrong units) the first point would lie far off, and take more iterations than none.
    """
    start = solve_structured(PROGRAM, threads=processes).start
    cold, warm = solve_structured(changed), solve_structured(changed, threads=processes, start=start)
    assert changed.cost @ warm.x == pytest.approx(changed.cost @ cold.x, rel=1e-7)
    assert warm.iterations < cold.iterations


def test_the_same_again_takes_half_the_iterations() -> None:
    """Proves that the start is well on the way: from it at most half as many iterations are left, and two."""
    first = solve_structured(PROGRAM)
    again = solve_structured(PROGRAM, start=first.start)
    assert again.iterations <= first.iterations / 2 + 2


def test_units_are_those_of_the_program_and_back() -> None:
    """Proves that a start survives the way to the program's units and back, and says what the program's numbers are.

    By hand: a column's value is its origin and its scaled value times its scale; scaling does not change the product of
    a distance and its dual but for the scale of the cost.
    """
    presolve = Presolve(PROGRAM)
    form = standard_form(presolve)
    layout = lay_out(PROGRAM, presolve, form)
    form = form.ordered(layout.row_order, layout.column_order)
    presolve.order(layout.row_order, layout.column_order)
    rng = np.random.default_rng(3)
    columns, rows = rng.uniform(0.5, 2, (len(form.cost), 3)), rng.uniform(0.5, 2, (len(form.right_side), 4))
    start = in_program_units(columns, rows, form, presolve)
    there = start.columns[presolve.columns]
    np.testing.assert_allclose(there[:, 0], form.origin + form.column_scale * columns[:, 0])
    products = np.abs(there[:, 0] - form.origin) * there[:, 1] * form.cost_scale
    np.testing.assert_allclose(products, columns[:, 0] * columns[:, 1])
    slack = start.rows[presolve.rows]
    np.testing.assert_allclose(slack[:, 1] * slack[:, 2] * form.cost_scale, rows[:, 1] * rows[:, 2])
    back = in_form_units(start, form, presolve)
    assert back is not None
    np.testing.assert_allclose(back[0], columns)
    np.testing.assert_allclose(back[1], rows)


def test_a_start_that_does_not_fit_is_not_used() -> None:
    """Proves that a start of another shape, or of one whose reductions left less, is put aside, not guessed at."""
    other = solve_structured(random_program(Shape(steps=8), 1)).start
    cold = solve_structured(PROGRAM)
    np.testing.assert_array_equal(solve_structured(PROGRAM, start=other).x, cold.x)
    holes = replace(cold.start, columns=np.full_like(cold.start.columns, np.nan))
    np.testing.assert_array_equal(solve_structured(PROGRAM, start=holes).x, cold.x)


def test_each_method_takes_the_start_that_is_its_own() -> None:
    """Proves that HiGHS's basis goes to HiGHS whatever the method, and a start of the structured method to it alone."""
    basis, start = highs.solve(PROGRAM).basis, solve(PROGRAM, "structured").basis
    assert solve(PROGRAM, "structured", start=basis).method == "highs"
    cold, warm = solve(PROGRAM, "structured"), solve(PROGRAM, "structured", start=start)
    assert (warm.method, warm.fallback) == ("structured", "")
    assert warm.iterations < cold.iterations
    simplex = solve(PROGRAM, "simplex", start=start)
    assert simplex.method == "highs simplex"
    assert simplex.iterations == solve(PROGRAM, "simplex").iterations > 0
