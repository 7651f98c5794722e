"""Every kind of expression a rule may hold, with the row worked out by hand; `compiled` also asks Pyomo itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from pzh_energy.modeling.compiler import Compiler, LinearProgram

Row = Callable[[LinearProgram, int], dict[str, float]]


def over(*sets: str) -> Callable[[Any], Any]:
    """A decorator: the rule becomes constraint `c` over the named sets of the ground model."""

    def statement(rule: Any) -> Any:
        def state(m: Any, make: Any) -> None:
            m.c = make.Constraint(*(getattr(m, s) for s in sets), rule=rule)

        return state

    return statement


class TestSums:
    def test_a_sum_runs_over_its_set(self, compiled: Any, row: Row) -> None:
        program = compiled(over("I")(lambda m, i: sum(m.y[i, t] for t in m.T) <= m.weight[i]))
        assert row(program, 1) == {f"y[b, {t}]": 1.0 for t in range(4)}
        assert program.row_upper.tolist() == [1, 2, 3]

    def test_two_for_in_one_sum_are_all_pairs(self, compiled: Any, row: Row) -> None:
        program = compiled(over("T")(lambda m, t: sum(m.number[i, s] * m.x[i] for i in m.I for s in m.T) <= t))
        assert row(program, 2) == {"x[a]": 6.0, "x[b]": 22.0, "x[c]": 38.0}

    def test_a_sum_within_a_sum_sees_the_outer_index(self, compiled: Any, row: Row) -> None:
        program = compiled(over("T")(lambda m, t: sum(m.weight[i] * sum(m.y[i, s] for s in m.T) for i in m.I) <= t))
        assert row(program, 0) == {f"y[{i}, {t}]": w for i, w in (("a", 1.0), ("b", 2.0), ("c", 3.0)) for t in range(4)}

    def test_a_ragged_sum_has_as_many_terms_as_its_key(self, compiled: Any, row: Row) -> None:
        program = compiled(over("I")(lambda m, i: m.x[i] - sum(m.y[i, t] for t in m.few[i]) >= 0))
        assert [len(row(program, k)) for k in range(3)] == [3, 1, 2]
        assert row(program, 2) == {"x[c]": 1.0, "y[c, 3]": -1.0}

    def test_a_ragged_sum_within_a_sum_and_the_other_way_round(self, compiled: Any, row: Row) -> None:
        program = compiled(over("T")(lambda m, s: sum(m.number[i, t] * m.x[i] for i in m.I for t in m.few[i]) <= s))
        assert row(program, 0) == {"x[a]": 1.0, "x[c]": 11.0}
        program = compiled(over("I")(lambda m, i: sum(m.y[j, t] for t in m.few[i] for j in m.I) + m.z <= 1))
        assert len(row(program, 0)) == 7
        assert row(program, 1) == {"z": 1.0}

    def test_a_family_may_have_two_keys(self, compiled: Any, row: Row) -> None:
        def state(m: Any, make: Any) -> None:
            m.later = pyo.Set(
                m.I, m.T, dimen=1, within=m.T, initialize=lambda b, i, t: range(t + 1, 4) if i > "a" else []
            )
            m.c = make.Constraint(m.I, m.T, rule=lambda m, i, t: m.z + sum(m.y[i, s] for s in m.later[i, t]) >= 0)

        program = compiled(state)
        assert row(program, 1) == {"z": 1.0}
        assert row(program, 5) == {"y[b, 2]": 1.0, "y[b, 3]": 1.0, "z": 1.0}

    def test_a_family_may_hold_tuples(self, compiled: Any, row: Row) -> None:
        def state(m: Any, make: Any) -> None:
            held = {"a": [("b", 1), ("c", 2)], "b": [], "c": [("a", 0)]}
            m.held = pyo.Set(m.I, dimen=2, initialize=lambda b, i: held[i])
            m.c = make.Constraint(m.I, rule=lambda m, i: m.z + sum(m.y[j, t] for j, t in m.held[i]) >= 0)

        program = compiled(state)
        assert row(program, 0) == {"y[b, 1]": 1.0, "y[c, 2]": 1.0, "z": 1.0}
        assert row(program, 1) == {"z": 1.0}

    def test_a_python_list_is_written_out(self, compiled: Any, row: Row) -> None:
        program = compiled(over("T")(lambda m, t: sum(m.y[i, t] for i in ["a", "c"]) + m.z <= 1))
        assert row(program, 3) == {"y[a, 3]": 1.0, "y[c, 3]": 1.0, "z": 1.0}

    def test_a_product_of_sets_made_in_the_rule_is_walked(self, compiled: Any, row: Row) -> None:
        program = compiled(over("I")(lambda m, i: sum(m.y[j, t] for j, t in m.I * m.T) <= m.x[i]))
        assert len(row(program, 0)) == 13


class TestIndices:
    def test_a_tuple_set_selects_its_cells(self, compiled: Any, row: Row) -> None:
        def state(m: Any, make: Any) -> None:
            m.v = make.Var(m.pairs, m.T)
            m.c = make.Constraint(m.pairs, rule=lambda m, i, t: sum(m.v[i, t, s] for s in m.T) <= m.x[i] + m.y[i, t])
            m.d = make.Constraint(m.T, rule=lambda m, s: sum(m.v[i, t, s] for i, t in m.pairs) <= s)

        program = compiled(state)
        assert row(program, 1) == {**{f"v[c-3, {s}]": 1.0 for s in range(4)}, "x[c]": -1.0, "y[c, 3]": -1.0}
        assert row(program, 4) == {"v[a-0, 2]": 1.0, "v[c-3, 2]": 1.0}

    def test_an_index_param_names_the_neighbour(self, compiled: Any, row: Row) -> None:
        program = compiled(over("I", "T")(lambda m, i, t: m.y[i, t] - m.y[i, m.previous[t]] <= 1))
        assert row(program, 0) == {"y[a, 0]": 1.0, "y[a, 3]": -1.0}
        assert row(program, 6) == {"y[b, 2]": 1.0, "y[b, 1]": -1.0}

    def test_index_params_nest_and_may_have_two_indices(self, compiled: Any, row: Row) -> None:
        def state(m: Any, make: Any) -> None:
            m.left_in = make.Param(m.I, m.T, array=np.array([[0, 0, 1, 2], [1, 2, 3, 0], [3, 3, 3, 3]]))
            m.c = make.Constraint(m.T, rule=lambda m, t: sum(m.y[i, m.left_in[i, m.previous[t]]] for i in m.I) <= m.z)

        assert row(compiled(state), 0) == {"y[a, 2]": 1.0, "y[b, 0]": 1.0, "y[c, 3]": 1.0, "z": -1.0}

    def test_arithmetic_on_an_index_is_followed_where_it_stays_inside(self, compiled: Any, row: Row) -> None:
        program = compiled(over("T")(lambda m, t: m.y["a", 3 - t] <= 1))
        assert [list(row(program, k)) for k in range(4)] == [["y[a, 3]"], ["y[a, 2]"], ["y[a, 1]"], ["y[a, 0]"]]

    def test_an_index_is_a_number_too(self, compiled: Any, row: Row) -> None:
        program = compiled(over("I")(lambda m, i: sum(t * m.y[i, t] for t in m.T) <= 6))
        assert row(program, 0) == {"y[a, 1]": 1.0, "y[a, 2]": 2.0, "y[a, 3]": 3.0}

    def test_a_sub_set_reaches_into_the_whole(self, compiled: Any, row: Row) -> None:
        def state(m: Any, make: Any) -> None:
            m.some = pyo.Set(dimen=1, within=m.I, initialize=["c", "a"])
            m.c = make.Constraint(m.some, rule=lambda m, i: m.x[i] <= m.weight[i])

        program = compiled(state)
        assert (row(program, 0), program.row_upper[0]) == ({"x[c]": 1.0}, 3.0)


class TestArithmetic:
    def test_constants_go_to_the_limit(self, compiled: Any, row: Row) -> None:
        program = compiled(over("I")(lambda m, i: 2 * (m.x[i] + 3) - 1 <= m.weight[i] + m.four))
        assert row(program, 0) == {"x[a]": 2.0}
        assert program.row_upper.tolist() == [0, 1, 2]

    @pytest.mark.parametrize(
        ("coefficient", "by_hand"),
        [
            (lambda m, i: m.weight[i] / m.four, [0.25, 0.5, 0.75]),
            (lambda m, i: (1 + m.weight[i]) ** 2, [4, 9, 16]),
            (lambda m, i: 2 ** m.weight[i], [2, 4, 8]),
            (lambda m, i: -m.weight[i], [-1, -2, -3]),
            (lambda m, i: m.weight[i] * m.weight[i] - 2, [-1, 2, 7]),
            (lambda m, i: sum(m.number[i, t] for t in m.T), [6, 22, 38]),
            (lambda m, i: m.four, [4, 4, 4]),
        ],
        ids=["division", "power", "exponent", "negation", "product", "sum", "scalar"],
    )
    def test_numbers_are_computed_for_every_cell(self, compiled: Any, coefficient: Any, by_hand: list[float]) -> None:
        program = compiled(over("I")(lambda m, i: coefficient(m, i) * m.x[i] - (m.x[i] + m.z) / 2 <= 0))
        dense = program.matrix.toarray()
        assert np.diag(dense[:, :3]).tolist() == [c - 0.5 for c in by_hand]

    def test_a_scalar_variable_stands_in_every_row(self, compiled: Any, row: Row) -> None:
        program = compiled(over("I")(lambda m, i: m.x[i] <= 5 * m.z))
        assert [row(program, k)["z"] for k in range(3)] == [-5, -5, -5]

    def test_a_column_met_twice_is_added_up(self, compiled: Any, row: Row) -> None:
        program = compiled(over("I")(lambda m, i: m.x[i] + sum(m.weight[j] * m.x[j] for j in m.I) <= 1))
        assert row(program, 1) == {"x[a]": 1.0, "x[b]": 3.0, "x[c]": 3.0}
        assert program.matrix.nnz == 9

    def test_what_cancels_or_is_zero_leaves_no_entry(self, compiled: Any, row: Row) -> None:
        program = compiled(over("T")(lambda m, t: m.z + m.x["b"] - m.x["b"] + m.number["a", t] * m.x["a"] <= 1))
        assert row(program, 0) == {"z": 1.0}
        assert row(program, 1) == {"z": 1.0, "x[a]": 1.0}

    def test_a_named_expression_is_put_in_its_place(self, compiled: Any, row: Row) -> None:
        def state(m: Any, make: Any) -> None:
            m.rise = make.Expression(m.I, m.T, rule=lambda m, i, t: m.y[i, t] - m.y[i, m.previous[t]] + 1)
            m.twice = make.Expression(m.T, rule=lambda m, t: 2 * sum(m.rise[i, t] for i in m.I))
            m.c = make.Constraint(m.T, rule=lambda m, t: m.twice[m.previous[t]] <= m.z)

        program = compiled(state)
        assert row(program, 0)["y[a, 3]"] == 2
        assert row(program, 0)["y[c, 2]"] == -2
        assert program.row_upper.tolist() == [-6] * 4

    def test_a_block_sees_its_own_names_and_the_models(self, compiled: Any, row: Row) -> None:
        def state(m: Any, make: Any) -> None:
            m.b = pyo.Block()
            m.b.v = make.Var(m.I)
            m.b.c = make.Constraint(m.I, rule=lambda b, i: b.v[i] <= b.model().x[i])

        program = compiled(state)
        assert row(program, 2) == {"b.v[c]": 1.0, "x[c]": -1.0}
        assert program.constraints[0].name == "b.c"


class TestEmptySets:
    def test_nothing_over_an_empty_set(self, compiled: Any) -> None:
        def state(m: Any, make: Any) -> None:
            m.v = make.Var(m.none, m.T, bounds=lambda m, i, t: (0, m.number[i, t]))
            m.c = make.Constraint(m.none, m.T, rule=lambda m, i, t: m.v[i, t] <= m.y[i, t])

        program = compiled(state)
        assert program.size == (0, 16, 0)
        assert [place.size for place in program.variables] == [3, 12, 1, 0]

    def test_a_sum_over_an_empty_set_is_zero(self, compiled: Any, row: Row) -> None:
        program = compiled(over("I")(lambda m, i: sum(m.x[j] for j in m.none) + m.x[i] <= 1))
        assert row(program, 1) == {"x[b]": 1.0}

    def test_a_family_of_empty_lists_is_zero(self, compiled: Any, row: Row) -> None:
        def state(m: Any, make: Any) -> None:
            m.nobody = pyo.Set(m.T, dimen=1, within=m.I, initialize=lambda b, t: [])
            m.c = make.Constraint(m.T, rule=lambda m, t: sum(m.y[i, t] for i in m.nobody[t]) + m.z <= 1)

        assert row(compiled(state), 0) == {"z": 1.0}


class TestObjective:
    def test_cost_and_offset(self, compiled: Any) -> None:
        def state(m: Any, make: Any) -> None:
            m.o = make.Objective(rule=lambda m: 3 + 2 * m.z + sum(m.weight[i] * (m.x[i] + 1) for i in m.I))

        program = compiled(state)
        assert program.offset == 9
        assert program.cost.tolist() == [1, 2, 3, *[0] * 12, 2]


def test_rules_read_after_the_solve_use_the_same_columns(stated: Any) -> None:
    m = stated(lambda m, make: None)
    compiler = Compiler(m)
    matrix, constant = compiler.rows("entry", m, lambda b, index: m.weight[index[0]] * m.y[index] + index[1], m.I * m.T)
    x = np.arange(compiler.columns, dtype=float)
    assert (matrix @ x + constant).tolist() == [
        w * (3 + 4 * i + t) + t for i, w in enumerate((1, 2, 3)) for t in range(4)
    ]
