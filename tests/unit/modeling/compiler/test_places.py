"""Where rows and columns lie, and what they are called: results and duals are slices with these labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from pzh_energy.modeling.compiler import Slice, sets


def test_a_sub_set_keeps_the_dimension_name_and_its_own_members(compiled: Any) -> None:
    def state(m: Any, make: Any) -> None:
        m.some = pyo.Set(dimen=1, within=m.I, initialize=["c", "a"])
        m.fewer = pyo.Set(dimen=1, within=m.some, initialize=["a"])
        m.b = make.Constraint(m.some, rule=lambda m, i: m.x[i] <= 1)
        m.c = make.Constraint(m.fewer, m.T, rule=lambda m, i, t: m.y[i, t] <= 1)

    first, second = compiled(state).constraints
    assert (first.dimensions, first.coordinates) == (("I",), (("c", "a"),))
    assert (second.dimensions, second.coordinates) == (("I", "T"), (("a",), (0, 1, 2, 3)))
    assert (second.start, second.stop, second.shape) == (2, 6, (1, 4))


def test_members_of_a_block_carry_its_name(compiled: Any) -> None:
    def state(m: Any, make: Any) -> None:
        for name in ("wind", "solar"):
            m.add_component(name, pyo.Block())
            block = getattr(m, name)
            block.unit = pyo.Set(dimen=1, initialize=["u"])
            block.some = pyo.Set(dimen=1, within=block.unit, initialize=["u"])
            block.v = make.Var(block.some, m.T)

    wind, solar = compiled(state).variables[-2:]
    assert (wind.dimensions, solar.dimensions) == (("wind_unit", "T"), ("solar_unit", "T"))


def test_cells_have_readable_names(compiled: Any) -> None:
    def state(m: Any, make: Any) -> None:
        m.v = make.Var(m.pairs, m.I)
        m.c = make.Constraint(m.I, m.T, rule=lambda m, i, t: m.y[i, t] <= m.z)
        m.d = make.Constraint(rule=lambda m: m.z <= 1)

    program = compiled(state)
    assert (program.row_of(7), program.row_of(12)) == ("c[b, 3]", "d")
    assert (program.column_of(15), program.column_of(20)) == ("z", "v[c-3, b]")
    with pytest.raises(IndexError):
        program.row_of(13)


def test_a_slice_takes_its_part_in_the_shape_of_its_sets() -> None:
    place = Slice("v", 2, (2, 3), ("p", "t"), (("a", "b"), (0, 1, 2)))
    assert place.take(np.arange(10)).tolist() == [[2, 3, 4], [5, 6, 7]]


def test_a_cell_of_a_tuple_set_is_found_by_its_tuple(stated: Any) -> None:
    def state(m: Any, make: Any) -> None:
        m.v = make.Var(m.T, m.pairs)

    m = stated(state)
    parts = sets.factors(m.v.index_set())
    assert sets.cell((2, "c", 3), parts, (4, 2)) == 5
    assert sets.cell(None, [], ()) == 0
