"""Bounds of variables: rules, domains and both together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

INF = np.inf


@pytest.mark.parametrize(
    ("keywords", "lower", "upper"),
    [
        ({}, [-INF] * 3, [INF] * 3),
        ({"bounds": (0, None)}, [0] * 3, [INF] * 3),
        ({"bounds": (-2, 5)}, [-2] * 3, [5] * 3),
        ({"bounds": lambda m, i: (0, m.weight[i])}, [0] * 3, [1, 2, 3]),
        ({"bounds": lambda m, i: (m.weight[i], m.weight[i])}, [1, 2, 3], [1, 2, 3]),
        ({"bounds": lambda m, i: (None, 2 * m.weight[i] - m.number[i, 1] / m.four)}, [-INF] * 3, [1.75, 2.75, 3.75]),
        ({"within": pyo.NonNegativeReals}, [0] * 3, [INF] * 3),
        ({"within": pyo.PercentFraction}, [0] * 3, [1] * 3),
        ({"within": pyo.NonPositiveReals, "bounds": (-3, 7)}, [-3] * 3, [0] * 3),
        ({"within": pyo.NonNegativeReals, "bounds": lambda m, i: (-5, m.weight[i])}, [0] * 3, [1, 2, 3]),
    ],
)
def test_bounds_are_the_rule_cut_with_the_domain(
    compiled: Any, keywords: dict[str, Any], lower: list[float], upper: list[float]
) -> None:
    def state(m: Any, make: Any) -> None:
        m.v = make.Var(m.I, **keywords)

    program = compiled(state)
    place = program.variables[-1]
    assert place.take(program.column_lower).tolist() == lower
    assert place.take(program.column_upper).tolist() == upper


def test_a_scalar_variable_has_bounds_too(compiled: Any) -> None:
    def state(m: Any, make: Any) -> None:
        m.v = make.Var(bounds=(-1, 4))

    program = compiled(state)
    assert (program.column_lower[-1], program.column_upper[-1]) == (-1, 4)


def test_bounds_over_two_sets_follow_the_order_of_the_sets(compiled: Any) -> None:
    def state(m: Any, make: Any) -> None:
        m.v = make.Var(m.T, m.I, bounds=lambda m, t, i: (0, m.number[i, t]))

    program = compiled(state)
    place = program.variables[-1]
    assert place.take(program.column_upper).tolist() == np.arange(12.0).reshape(3, 4).T.tolist()
