"""Relations keep Pyomo's orientation, because the orientation of a row is the sign of its dual."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from pzh_energy.modeling.compiler import Compiler, NumpyComponents
from pzh_energy.optimization import highs

INF = np.inf


@pytest.mark.parametrize(
    ("rule", "coefficients", "lower", "upper"),
    [
        (lambda m, i: m.x[i] <= m.weight[i], {"x[b]": 1.0}, -INF, 2),
        (lambda m, i: m.x[i] >= m.weight[i], {"x[b]": 1.0}, 2, INF),
        (lambda m, i: m.weight[i] <= m.x[i], {"x[b]": 1.0}, 2, INF),
        (lambda m, i: m.weight[i] >= m.x[i] + 1, {"x[b]": 1.0}, -INF, 1),
        (lambda m, i: m.x[i] == m.weight[i], {"x[b]": 1.0}, 2, 2),
        (lambda m, i: m.weight[i] == m.x[i], {"x[b]": 1.0}, 2, 2),
        (lambda m, i: m.x[i] <= m.z, {"x[b]": 1.0, "z": -1.0}, -INF, 0),
        (lambda m, i: m.x[i] >= m.z + 1, {"x[b]": -1.0, "z": 1.0}, -INF, -1),
        (lambda m, i: m.x[i] == m.y[i, 0], {"x[b]": 1.0, "y[b, 0]": -1.0}, 0, 0),
        (lambda m, i: sum(m.weight[j] for j in m.I) <= m.x[i], {"x[b]": 1.0}, 6, INF),
        (lambda m, i: sum(m.x[j] for j in m.I) >= m.weight[i], {"x[a]": 1.0, "x[b]": 1.0, "x[c]": 1.0}, 2, INF),
        (lambda m, i: -m.x[i] / m.weight[i] >= -1, {"x[b]": -0.5}, -1, INF),
        (lambda m, i: (0, m.x[i] + 1, m.weight[i] * 4), {"x[b]": 1.0}, -1, 7),
        (lambda m, i: (None, m.x[i], 4), {"x[b]": 1.0}, -INF, 4),
        (lambda m, i: (m.x[i], m.weight[i]), {"x[b]": 1.0}, 2, 2),
        (lambda m, i: pyo.inequality(m.weight[i], 2 * m.x[i], 9), {"x[b]": 2.0}, 2, 9),
    ],
)
def test_a_relation_becomes_the_row_that_pyomo_makes_of_it(
    compiled: Any, row: Any, rule: Any, coefficients: dict[str, float], lower: float, upper: float
) -> None:
    def state(m: Any, make: Any) -> None:
        m.c = make.Constraint(m.I, rule=rule)

    program = compiled(state)
    assert row(program, 1) == coefficients
    assert (program.row_lower[1], program.row_upper[1]) == (lower, upper)


def test_an_expression_without_variables_keeps_pyomos_orientation(compiled: Any, row: Any) -> None:
    def state(m: Any, make: Any) -> None:
        m.e = make.Expression(m.I, rule=lambda m, i: m.weight[i] + 1)
        m.c = make.Constraint(m.I, rule=lambda m, i: m.e[i] <= m.x[i])

    assert row(compiled(state), 0) == {"x[a]": -1.0}


@pytest.mark.parametrize("order", ["numbers_first", "variables_first"])
def test_the_orientation_does_not_depend_on_what_was_compiled_before(compiled: Any, order: str) -> None:
    """Pyomo files the type of a template sum by the first one it meets in a process.

    If broken, the rows below turn round, and their duals change sign, once a sum of numbers was compiled before.
    """

    def state(m: Any, make: Any) -> None:
        def numbers() -> None:
            m.low = make.Constraint(m.I, rule=lambda m, i: sum(m.number[i, t] for t in m.T) + 1 <= m.x[i])

        def variables() -> None:
            m.high = make.Constraint(m.I, rule=lambda m, i: sum(m.y[i, t] for t in m.T) + 1 >= 0)

        for add in (numbers, variables) if order == "numbers_first" else (variables, numbers):
            add()

    for _ in range(2):
        program = compiled(state)
        assert np.isposinf(program.row_upper).all()
        assert sorted(program.row_lower.tolist()) == [-1, -1, -1, 7, 23, 39]


def test_a_row_whose_sum_is_empty_is_oriented_like_the_others(stated: Any) -> None:
    def state(m: Any, make: Any) -> None:
        m.c = make.Constraint(m.I, rule=lambda m, i: m.x[i] >= sum(m.y[i, t] for t in m.few[i]))
        m.o = make.Objective(rule=lambda m: m.z)

    program = Compiler(stated(state)).compile()
    assert program.matrix.toarray()[:, :3].tolist() == (-np.eye(3)).tolist()
    assert np.isneginf(program.row_lower).all()


def test_a_relation_of_numbers_only_is_a_row_that_holds_or_makes_the_program_infeasible(stated: Any) -> None:
    def state(m: Any, make: Any) -> None:
        m.c = make.Constraint(m.I, rule=lambda m, i: m.weight[i] >= 2)
        m.o = make.Objective(rule=lambda m: sum(m.x[i] for i in m.I))

    program = Compiler(stated(state)).compile()
    assert program.matrix.nnz == 0
    assert highs.solve(program).outcome == "infeasible"


@pytest.mark.parametrize(
    ("rule", "dual"),
    [
        (lambda m: m.v >= 7, 3),  # asking for one more costs 3
        (lambda m: m.z <= m.v, 3),
        (lambda m: m.v == 7, 3),
        (lambda m: -m.v <= -7, -3),  # allowing one more saves 3
    ],
)
def test_a_dual_is_what_one_more_on_the_right_hand_side_costs(rule: Any, dual: float) -> None:
    m = pyo.ConcreteModel()
    m.v = NumpyComponents.Var(bounds=(0, None))
    m.z = pyo.Param(initialize=7.0)
    m.c = NumpyComponents.Constraint(rule=rule)
    m.o = NumpyComponents.Objective(rule=lambda m: 3 * m.v)
    solution = highs.solve(Compiler(m).compile())
    assert solution.objective == pytest.approx(21)
    assert solution.row_dual.tolist() == [dual]
