"""What cannot be compiled is refused, loudly: file and line of the rule, the cause, and what to do instead.

Stock Pyomo takes several of these for something else without a word; none may ever lead to another program.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from pzh_energy.domain.errors import RuleError
from pzh_energy.modeling.compiler import Compiler

PRICE = {"a": 1.0, "b": 2.0, "c": 3.0}
LIMIT = np.array([1.0, 2.0, 3.0])
SUBSET = "use a sub-set"
PARAM = "as a Param"
ONE_GENERATOR = "one generator"
LINEAR = "the program is linear"
RELATION = "return a relation"
INSIDE = "use a sub-set, or an index Param that stays inside"


def refusal(stated: Any, state: Any) -> str:
    """The message with which compiling a statement ends."""
    m = stated(state)
    if not list(m.component_objects(pyo.Objective)):
        state_objective(m)
    with pytest.raises(RuleError) as caught:
        Compiler(m).compile()
    return str(caught.value)


def state_objective(m: Any) -> None:
    """Any objective."""
    from pzh_energy.modeling.compiler import NumpyComponents

    m.o = NumpyComponents.Objective(rule=lambda m: m.z)


RULES: dict[str, tuple[Any, str, str]] = {
    "text index": (lambda m, i: m.x[i] <= (1 if i == "a" else 2), "compared inside", SUBSET),
    "text index, unequal": (lambda m, i: m.x[i] <= (1 if i != "a" else 2), "compared inside", SUBSET),
    "text index in a list": (lambda m, i: m.x[i] <= (1 if i in ["a"] else 2), "compared inside", SUBSET),
    "text index as a factor": (lambda m, i: (i == "a") * m.x[i] <= 1, "compared inside", SUBSET),
    "text Param": (lambda m, i: m.x[i] <= (1 if m.kind[i] == "new" else 2), "compared inside", SUBSET),
    "filter of a sum": (lambda m, i: sum(m.x[j] for j in m.I if j != "a") <= 1, "compared inside", SUBSET),
    "filter by another index": (lambda m, i: sum(m.x[j] for j in m.I if j != i) <= 1, "to bool", "sub-set"),
    "number index in an if": (lambda m, i: sum((1 if t == 3 else 2) * m.y[i, t] for t in m.T) <= 1, "bool", "sub-set"),
    "number index above": (lambda m, i: sum(m.y[i, t] for t in m.T if t > 1) <= 1, "to bool", "sub-set"),
    "flag in an if": (lambda m, i: m.x[i] <= (1 if m.weight[i] else 2), "to bool", "0/1 Param"),
    "flag in an or": (lambda m, i: m.x[i] <= (m.weight[i] or 2), "to bool", "0/1 Param"),
    "remainder": (lambda m, i: sum(m.y[i, t % 2] for t in m.T) <= 1, "unsupported operand", "Param"),
    "remainder of a sum": (lambda m, i: sum(m.y[i, (t + 1) % 4] for t in m.T) <= 1, "unsupported operand", "Param"),
    "whole division": (lambda m, i: sum(m.y[i, t // 2] for t in m.T) <= 1, "unsupported operand", "Param"),
    "minimum": (lambda m, i: m.x[i] <= min(m.weight[i], 2), "to bool", "0/1 Param"),
    "maximum over a set": (lambda m, i: m.x[i] <= max(m.weight[j] for j in m.I), "Explicit iteration", ONE_GENERATOR),
    "dict": (lambda m, i: m.x[i] <= PRICE[i], "unhashable", PARAM),
    "dict with a default": (lambda m, i: m.x[i] <= PRICE.get(i, 0.0), "unhashable", PARAM),
    "Python set": (lambda m, i: m.x[i] <= (1 if i in {"a"} else 2), "unhashable", PARAM),
    "numpy": (lambda m, i: m.x[i] <= LIMIT[i], "valid indices", PARAM),
    "value of an index": (lambda m, i: m.x[i] <= pyo.value(m.weight[i]), "uninitialized IndexTemplate", "Param"),
    "whole number of an index": (
        lambda m, i: sum(m.y[i, int(t)] for t in m.T) <= 1,
        "is disabled",
        "index-valued Param",
    ),
    "Pyomo's step back": (lambda m, i: sum(m.y[i, m.T.prevw(t)] for t in m.T) <= 1, "disabled", "index-valued Param"),
    "list comprehension": (lambda m, i: sum([m.x[j] for j in m.I]) <= 1, "Explicit iteration", ONE_GENERATOR),
    "quicksum": (lambda m, i: pyo.quicksum(m.x[j] for j in m.I) <= 1, "Explicit iteration", ONE_GENERATOR),
    "slice": (lambda m, i: sum(m.y[i, :]) <= 1, "Explicit iteration", ONE_GENERATOR),
    "sum with a start": (lambda m, i: sum((m.x[j] for j in m.I), m.z) <= 1, "sum_template", "sum(generator) + start"),
    "list and set in one sum": (
        lambda m, i: sum(m.y[j, t] for t in m.T for j in ["a", "b"]) <= 1,
        "outside the sum",
        "one sum per loop",
    ),
    "product of variables": (lambda m, i: m.x[i] * m.z <= 1, "product of two variables", LINEAR),
    "square": (lambda m, i: m.x[i] ** 2 <= 1, "where a number is needed", LINEAR),
    "division by a variable": (lambda m, i: 1 / m.x[i] <= 1, "where a number is needed", LINEAR),
    "division by zero": (lambda m, i: m.x[i] / (m.weight[i] - 2) <= 1, "division by zero", "sub-set"),
    "absolute value": (lambda m, i: abs(m.x[i]) <= 1, "not understood", PARAM),
    "function of a number": (lambda m, i: m.x[i] <= pyo.exp(m.weight[i]), "not understood", PARAM),
    "conditional expression": (lambda m, i: pyo.Expr_if(m.weight[i] > 1, 1, 2) * m.x[i] <= 1, "not understood", PARAM),
    "strict inequality": (lambda m, i: m.x[i] < 1, "strict inequality", "write <= or >="),
    "strict range": (lambda m, i: pyo.inequality(0, m.x[i], 5, strict=True), "strict inequality", "write <= or >="),
    "range with a variable limit": (lambda m, i: pyo.inequality(m.z, m.x[i], 5), "a limit of", LINEAR),
    "two relations at once": (lambda m, i: 0 <= m.x[i] <= 1, "to bool", "what to do"),
    "truth value": (lambda m, i: True, "needs a variable", RELATION),
    "nothing": (lambda m, i: None, "needs a variable", RELATION),
    "skipped row": (lambda m, i: pyo.Constraint.Skip, "needs a variable", RELATION),
    "no relation": (lambda m, i: m.x[i] + 1, "not a constraint", RELATION),
    "index out of the set": (lambda m, i: m.x["q"] <= 1, "not valid for indexed component", "name an element"),
    "one of two indices out of the set": (lambda m, i: m.y[i, 9] <= 1, "not in T", INSIDE),
    "step before the first": (lambda m, i: sum(m.y[i, t - 1] for t in m.T) <= 1, "not in T", INSIDE),
    "index of another set": (lambda m, i: sum(m.x[t] for t in m.T) <= 1, "not in I", INSIDE),
    "index Param out of the set": (lambda m, i: sum(m.y[i, m.beyond[t]] for t in m.T) <= 1, "not in T", INSIDE),
    "pair that is not there": (lambda m, i: m.v[i, 0] <= 1, "index", INSIDE),
    "pair of known parts": (lambda m, i: sum(m.v["a", t] for t in m.ends) <= m.z, "pairs that are not in", "sub-set"),
    "too few indices": (lambda m, i: m.y[i] <= 1, "takes 2 indices, 1 given", "one index for each set"),
    "family without a key": (lambda m, i: sum(m.y[i, t] for t in m.partial[i]) <= m.z, "every key", "empty list"),
    "named expression over pairs": (
        lambda m, i: sum(m.e[j, t] for j, t in m.pairs) <= m.x[i],
        "set of tuples",
        "write it out",
    ),
}


def extended(m: Any, make: Any) -> None:
    """What some of the rules refer to."""
    m.kind = make.Param(m.I, array=np.array(["new", "old", "new"]))
    m.beyond = make.Param(m.T, array=np.array([1, 2, 3, 4]))
    m.ends = pyo.Set(dimen=1, within=m.T, initialize=[0, 3])
    m.v = make.Var(m.pairs)
    m.partial = pyo.Set(m.I, dimen=1, within=m.T, initialize={"a": [0]})
    m.e = make.Expression(m.pairs, rule=lambda m, i, t: m.v[i, t] + 1)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_that_cannot_be_expanded_is_refused_with_place_cause_and_remedy(stated: Any, name: str) -> None:
    rule, cause, remedy = RULES[name]

    def state(m: Any, make: Any) -> None:
        extended(m, make)
        m.c = make.Constraint(m.I, rule=rule)

    message = refusal(stated, state)
    assert message.startswith(f"{__file__}:{rule.__code__.co_firstlineno} c: ")
    assert cause in message
    assert remedy in message


def test_the_line_is_that_of_the_fault_not_of_the_rule(stated: Any) -> None:
    def state(m: Any, make: Any) -> None:
        def rule(m: Any, i: Any) -> Any:
            limit = 1.0
            return m.x[i] <= limit * PRICE[i]

        m.c = make.Constraint(m.I, rule=rule)
        m.line = rule.__code__.co_firstlineno + 2

    assert refusal(stated, state).startswith(f"{__file__}:{fault_line(state)} c: ")


def fault_line(state: Any) -> int:
    """Line of the look-up inside the rule of the statement above."""
    return int(state.__code__.co_firstlineno) + 3


def test_all_faulty_constraints_are_reported_together(stated: Any) -> None:
    def state(m: Any, make: Any) -> None:
        m.first = make.Constraint(m.I, rule=lambda m, i: m.x[i] * m.z <= 1)
        m.sound = make.Constraint(m.I, rule=lambda m, i: m.x[i] <= 1)
        m.second = make.Constraint(m.I, rule=lambda m, i: m.x[i] <= PRICE[i])

    message = refusal(stated, state)
    assert "first: this rule" in message
    assert "second: this rule" in message
    assert "sound" not in message


@pytest.mark.parametrize(
    ("bounds", "cause"),
    [
        (lambda m, i: (0, m.z), "where a number is needed"),
        (lambda m, i: (0, PRICE[i]), "unhashable"),
        (lambda m, i: (0, m.number[i, 9]), "not in T"),
    ],
)
def test_a_faulty_bounds_rule_is_refused_like_any_rule(stated: Any, bounds: Any, cause: str) -> None:
    def state(m: Any, make: Any) -> None:
        m.v = make.Var(m.I, bounds=bounds)

    message = refusal(stated, state)
    assert message.startswith(f"{__file__}:{bounds.__code__.co_firstlineno} v: ")
    assert cause in message


COMPONENTS: dict[str, tuple[Any, str]] = {
    "an element is fixed": (lambda m, make: m.x["a"].fix(1), "pin it through its bounds"),
    "a scalar is fixed": (lambda m, make: m.z.fix(1), "pin it through its bounds"),
    "an element has a new bound": (lambda m, make: m.x["a"].setub(3), "state the bounds"),
    "a scalar has a new bound": (lambda m, make: m.z.setlb(3), "state the bounds"),
    "a constraint list": (lambda m, make: constraint_list(m), "Constraint(..., rule=...)"),
    "a row is deactivated": (lambda m, make: deactivated_row(m, make), "use a sub-set"),
    "whole numbers": (lambda m, make: m.add_component("n", make.Var(m.I, within=pyo.Integers)), "continuous"),
    "yes or no": (lambda m, make: m.add_component("n", make.Var(within=pyo.Binary)), "continuous"),
    "a domain for each index": (
        lambda m, make: m.add_component("n", make.Var(m.I, domain=lambda m, i: pyo.Reals)),
        "one domain",
    ),
    "a second objective": (lambda m, make: objectives(m, make, 2), "this one has 2"),
    "an objective to maximise": (lambda m, make: objectives(m, make, 1, sense=pyo.maximize), "state the negative"),
}


def constraint_list(m: Any) -> None:
    """Rows added one by one."""
    m.c = pyo.ConstraintList()
    m.c.add(m.x["a"] <= 1)


def deactivated_row(m: Any, make: Any) -> None:
    """A constraint with one row switched off."""
    m.c = make.Constraint(m.I, rule=lambda m, i: m.x[i] <= m.weight[i])
    m.c["a"].deactivate()


def objectives(m: Any, make: Any, count: int, **keywords: Any) -> None:
    """So many objectives."""
    for k in range(count):
        m.add_component(f"objective_{k}", make.Objective(rule=lambda m: m.z, **keywords))


@pytest.mark.parametrize("name", COMPONENTS)
def test_what_only_pyomos_own_expansion_sees_is_refused(stated: Any, name: str) -> None:
    state, remedy = COMPONENTS[name]
    assert remedy in refusal(stated, state)


@pytest.mark.parametrize("call", ["fix", "setlb", "setub"])
def test_a_whole_variable_is_pinned_through_its_bounds_only(stated: Any, call: str) -> None:
    m = stated(lambda m, make: None)
    with pytest.raises(RuleError, match=r"x: .*state the bounds"):
        getattr(m.x, call)(1)


def test_a_model_without_an_objective_is_refused(stated: Any) -> None:
    with pytest.raises(RuleError, match="needs one objective; this one has 0"):
        Compiler(stated(lambda m, make: None)).compile()
