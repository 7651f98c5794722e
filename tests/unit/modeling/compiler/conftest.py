"""A small model stated with both kinds of components, and its rows by column name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from pzh_energy.modeling.compiler import Compiler, LinearProgram, NumpyComponents, PyomoComponents, expand
from tests.systems import assert_same_program

Statement = Callable[[Any, Any], None]
"""Adds to a model, given the factory of its components."""
Compile = Callable[[Statement], LinearProgram]


def ground(make: Any) -> Any:
    """Sets I = a, b, c and T = 0 … 3, some numbers on them, and the variables x[I] >= 0, y[I, T] >= 0 and a free z."""
    m = pyo.ConcreteModel()
    m.I = pyo.Set(dimen=1, initialize=["a", "b", "c"])
    m.T = pyo.RangeSet(0, 3)
    m.none = pyo.Set(dimen=1, initialize=[])
    m.few = pyo.Set(m.I, dimen=1, within=m.T, initialize=lambda b, i: {"a": [0, 1], "b": [], "c": [3]}[i])
    m.pairs = pyo.Set(dimen=2, initialize=[("a", 0), ("c", 3)])
    m.weight = make.Param(m.I, array=np.array([1.0, 2.0, 3.0]))
    m.number = make.Param(m.I, m.T, array=np.arange(12.0).reshape(3, 4))
    m.previous = make.Param(m.T, array=np.array([3, 0, 1, 2]))
    m.four = pyo.Param(initialize=4.0)
    m.x = make.Var(m.I, bounds=(0, None))
    m.y = make.Var(m.I, m.T, bounds=(0, None))
    m.z = make.Var()
    return m


@pytest.fixture
def compiled() -> Compile:
    """Compiles a statement on the ground model by both ways, holds them equal, and returns our own program."""

    def compile_both(state: Statement) -> LinearProgram:
        programs = []
        for make in (NumpyComponents, PyomoComponents):
            m = ground(make)
            state(m, make)
            if not list(m.component_objects(pyo.Objective)):
                m.objective = make.Objective(rule=lambda m: m.z)
            programs.append(Compiler(m).compile() if make is NumpyComponents else expand(m))
        assert_same_program(*programs)
        return programs[0]

    return compile_both


@pytest.fixture
def stated() -> Callable[[Statement], Any]:
    """The ground model with a statement, of our own components."""

    def state_on_ground(state: Statement) -> Any:
        m = ground(NumpyComponents)
        state(m, NumpyComponents)
        return m

    return state_on_ground


@pytest.fixture
def row() -> Callable[[LinearProgram, int], dict[str, float]]:
    """Coefficients of a row by column name."""

    def named(program: LinearProgram, position: int) -> dict[str, float]:
        line = program.matrix[[position]]
        return {program.column_of(int(k)): float(v) for k, v in zip(line.indices, line.data, strict=True)}

    return named
