"""A compiler with other values of a parameter makes other rows of the same model; the first stays as it is."""

from __future__ import annotations

from typing import Any

import numpy as np

from pzh_energy.modeling.compiler import Compiler


def statement(m: Any, make: Any) -> None:
    m.limit = make.Constraint(m.I, rule=lambda m, i: m.weight[i] * m.x[i] <= m.weight[i])
    m.ring = make.Constraint(m.T, rule=lambda m, t: m.y["a", t] - m.y["a", m.previous[t]] <= 0)


def test_coefficients_and_limits_have_the_other_values(stated: Any) -> None:
    """Weights 1, 2, 3 become 4, 0, 6 on both sides; the 0 leaves the matrix."""
    m = stated(statement)
    compiler = Compiler(m)
    before, _, _ = compiler.rows_of(m.limit)
    other = compiler.with_values([(m.weight, np.array([4.0, 0.0, 6.0]))])
    matrix, low, high = other.rows_of(m.limit)
    assert matrix.data.tolist() == [4, 6]
    assert low.tolist() == [-np.inf] * 3
    assert high.tolist() == [4, 0, 6]
    assert other.evaluator.param(m.weight)[1].tolist() == [4, 0, 6]
    again, _, limits = compiler.rows_of(m.limit)
    assert again.data.tolist() == before.data.tolist() == limits.tolist() == [1, 2, 3]


def test_an_index_follows_the_other_values(stated: Any) -> None:
    """Were the places found before kept, y[0] would still be held against y[3]. y["a", t] are columns 3 to 6."""
    m = stated(statement)
    compiler = Compiler(m)
    assert compiler.rows_of(m.ring)[0].toarray()[0, 3:7].tolist() == [1, 0, 0, -1]
    other = compiler.with_values([(m.previous, np.array([1, 2, 3, 0]))])
    assert other.rows_of(m.ring)[0].toarray()[0, 3:7].tolist() == [1, -1, 0, 0]
    assert compiler.rows_of(m.ring)[0].toarray()[0, 3:7].tolist() == [1, 0, 0, -1]
