"""Our components register a rule and build nothing, yet look like Pyomo's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from pzh_energy.modeling.compiler import Compiler, NumpyComponents


def test_compiling_builds_no_data_objects(stated: Any) -> None:
    def state(m: Any, make: Any) -> None:
        m.c = make.Constraint(m.I, m.T, rule=lambda m, i, t: m.y[i, t] <= m.number[i, t])
        m.o = make.Objective(rule=lambda m: sum(m.x[i] for i in m.I))

    m = stated(state)
    assert Compiler(m).compile().size == (12, 16, 12)
    assert (len(m.c._data), len(m.y._data)) == (0, 0)


def test_one_row_can_be_looked_at(stated: Any) -> None:
    def state(m: Any, make: Any) -> None:
        m.c = make.Constraint(m.I, m.T, rule=lambda m, i, t: m.y[i, t] <= m.number[i, t])

    m = stated(state)
    assert str(m.c["b", 2].expr) == "y[b,2]  <=  6.0"
    assert len(m.c._data) == 1


def test_a_deactivated_constraint_is_left_out(compiled: Any) -> None:
    def state(m: Any, make: Any) -> None:
        m.c = make.Constraint(m.I, rule=lambda m, i: m.x[i] <= m.weight[i])
        m.d = make.Constraint(m.I, rule=lambda m, i: m.x[i] >= 1)
        m.c.deactivate()

    assert [place.name for place in compiled(state).constraints] == ["d"]


class TestParam:
    @pytest.fixture
    def param(self) -> Any:
        m = pyo.ConcreteModel()
        m.I = pyo.Set(dimen=1, initialize=["a", "b"])
        m.T = pyo.RangeSet(0, 2)
        m.p = NumpyComponents.Param(m.I, m.T, array=np.arange(6.0).reshape(2, 3))
        return m.p

    def test_it_is_read_by_index(self, param: Any) -> None:
        assert (param["b", 1], param["a", 2]) == (4.0, 2.0)
        with pytest.raises(KeyError):
            param["b", 7]

    def test_it_looks_like_a_dict(self, param: Any) -> None:
        data = param._data
        assert len(data) == 6
        assert list(data) == [(i, t) for i in "ab" for t in range(3)]
        assert dict(data.items())["b", 0] == 3.0
        assert ("a", 0) in data
        assert ("a", 9) not in data
        assert ("a",) not in data
        assert data.get(("z", 0), -1) == -1

    def test_its_shape_must_fit_the_sets(self) -> None:
        m = pyo.ConcreteModel()
        m.I = pyo.Set(dimen=1, initialize=["a", "b"])
        with pytest.raises(ValueError, match="reshape"):
            m.p = NumpyComponents.Param(m.I, array=np.arange(3))
