"""What a rule made is taken over if nothing it is made of has changed, and from nothing else.

Every change below changes what the rule makes, so that taking it over would be a wrong program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from pzh_energy.inputs.calendar import Calendar
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.modeling.capacity import Capacity
from pzh_energy.modeling.compiler import Compiler, LinearProgram
from pzh_energy.modeling.kept import Kept
from pzh_energy.modeling.model import Block, Model
from tests.systems import assert_equal_program

CALENDAR = Calendar((2020, 2030), 1, 0.0, 2020, ("normal",), np.ones(1), np.array([0, 4380, 8760]))


@dataclass(frozen=True)
class Numbers:
    """Of a class that is not the project's own: what its objects hold is not known."""

    factor: float


Rule = Callable[[Any, Any], Any]
Statement = Callable[[Model, Block, Any, float], Rule]
"""Given the model, its block, a variable x[i] and a number, the rule of a limit of every i."""


def of_closure(model: Model, block: Block, x: Any, number: float) -> Rule:
    return lambda b, i: number * x[i] >= 1


def of_default(model: Model, block: Block, x: Any, number: float) -> Rule:
    return lambda b, i, factor=number: factor * x[i] >= 1


def of_keyword(model: Model, block: Block, x: Any, number: float) -> Rule:
    def rule(b: Any, i: Any, *, factor: float = number) -> Any:
        return factor * x[i] >= 1

    return rule


def of_list(model: Model, block: Block, x: Any, number: float) -> Rule:
    factors = [number, {"last": (number,)}]
    return lambda b, i: factors[0] * x[i] >= factors[1]["last"][0]


def of_array(model: Model, block: Block, x: Any, number: float) -> Rule:
    factors = np.array([1.0, number])
    return lambda b, i: float(factors[1]) * x[i] >= 1


def of_another_rule(model: Model, block: Block, x: Any, number: float) -> Rule:
    def scaled(i: Any) -> Any:
        return number * x[i]

    return lambda b, i: scaled(i) >= 1


def of_object(model: Model, block: Block, x: Any, number: float) -> Rule:
    capacity = Capacity(year_end=x, operating=number, new=None)
    return lambda b, i: capacity.operating * capacity.year_end[i] >= 1


def of_method(model: Model, block: Block, x: Any, number: float) -> Rule:
    units, period = block.block.unit, model.pyomo.period
    total = block.post("capacity", "power", 1, (units, period), lambda i, p: number * x[i], "of the test").total
    return lambda b, i: total(2020) + x[i] >= 1


def of_foreign_object(model: Model, block: Block, x: Any, number: float) -> Rule:
    numbers = Numbers(number)
    return lambda b, i: numbers.factor * x[i] >= 1


def of_spec(model: Model, block: Block, x: Any, number: float) -> Rule:
    spec = TargetSpec(metric="unserved_energy", operator="at_most", value=number)
    return lambda b, i: spec.value * x[i] >= 1


def of_partial(model: Model, block: Block, x: Any, number: float) -> Rule:
    scaled = partial(lambda factor, i: factor * x[i], number)
    return lambda b, i: scaled(i) >= 1


def of_param_in_hand(model: Model, block: Block, x: Any, number: float) -> Rule:
    factor = block.parameter("factor", (block.block.unit,), [1.0, number], "1", "of the test")
    return lambda b, i: factor[i] * x[i] >= 1


def of_param_of_the_block(model: Model, block: Block, x: Any, number: float) -> Rule:
    block.parameter("factor", (block.block.unit,), [1.0, number], "1", "of the test")
    return lambda b, i: b.factor[i] * x[i] >= 1


def of_one_element(model: Model, block: Block, x: Any, number: float) -> Rule:
    """Pyomo gives a plain number for an element named: the rule holds no trace of the parameter."""
    block.parameter("factor", (block.block.unit,), [1.0, number], "1", "of the test")
    return lambda b, i: b.factor["b"] * x[i] >= 1


def of_index(model: Model, block: Block, x: Any, number: float) -> Rule:
    neighbour = block.parameter("neighbour", (block.block.unit,), ["a", "b" if number > 2 else "a"], "1", "of the test")
    return lambda b, i: x[i] + x[neighbour[i]] >= 1


def of_expression(model: Model, block: Block, x: Any, number: float) -> Rule:
    block.parameter("factor", (block.block.unit,), [1.0, number], "1", "of the test")
    block.expression("scaled", (block.block.unit,), lambda b, i: b.factor[i] * x[i], "MW", "of the test")
    block.constraint("earlier", (block.block.unit,), lambda b, i: b.scaled[i] <= 9, "MW", "reads it first")
    return lambda b, i: b.scaled[i] >= 1


def of_number_in_expression(model: Model, block: Block, x: Any, number: float) -> Rule:
    block.expression("scaled", (block.block.unit,), lambda b, i: number * x[i], "MW", "of the test")
    return lambda b, i: b.scaled[i] >= 1


def of_entries(model: Model, block: Block, x: Any, number: float) -> Rule:
    units = block.block.unit
    block.post("capacity", "power", 1, (units, model.pyomo.period), lambda i, p: number * x[i], "of the test")
    entries = model.ledgers["capacity"].entries
    return lambda b, i: sum(e.total(2020) for e in entries) >= 1


def of_ledger_read_in_the_rule(model: Model, block: Block, x: Any, number: float) -> Rule:
    units, period = block.block.unit, model.pyomo.period
    block.post("capacity", "power", 1, (units, period), lambda i, p: number * x[i], "of the test", {"wind"})
    return lambda b, i: sum(e.total(2020) for e in model.ledgers["capacity"].read("wind")) >= 1


def of_sign(model: Model, block: Block, x: Any, number: float) -> Rule:
    units, period = block.block.unit, model.pyomo.period
    entry = block.post("capacity", "power", 1 if number > 2 else -1, (units, period), lambda i, p: x[i], "of the test")
    return lambda b, i: entry.sign * entry.total(2020) <= 9


def of_plain_attribute(model: Model, block: Block, x: Any, number: float) -> Rule:
    block.block.factor = number
    return lambda b, i: b.factor * x[i] >= 1


def of_set_in_hand(model: Model, block: Block, x: Any, number: float) -> Rule:
    units = block.block.unit
    chosen = block.family("chosen", units, {"a": ["a"], "b": ["b", "a"][: int(number) - 1]}, units)
    return lambda b, i: sum(x[j] for j in chosen[i]) + x[i] >= 1


STATEMENTS: Mapping[str, Statement] = {
    name.removeprefix("of_"): value for name, value in globals().items() if name.startswith("of_")
}
NOT_UNDERSTOOD = ("partial", "foreign_object")
"""Made anew also where nothing has changed."""
OF_ALL = ("set_in_hand", "plain_attribute")
"""With a Set, or something hung on a block, that differs nothing is taken over at all."""


def built(state: Statement, number: float, before: Kept | None = None, **other: Any) -> tuple[Kept, LinearProgram]:
    """Two units whose sum costs something, each limited from below by a rule; other: what else is not as usual."""
    model = Model(["city"], other.get("calendar", CALENDAR))
    block = model.component("wind")
    units = block.members("unit", other.get("units", ["a", "b"]))
    most = block.parameter("most", (units,), [other.get("most", 8.0)] * len(units), "MW", "of the test")
    x = block.variable("power", (units,), "MW", "of the test", lambda b, i: (0, most[i]))
    if other.get("more"):
        block.variable("spare", (units,), "MW", "of the test")
    block.constraint("limit", (units,), state(model, block, x, number), "MW", "of the test")
    block.constraint("other", (units,), lambda b, i: x[i] <= 7, "MW", "does not change")
    cost = other.get("cost", 1.0)
    model.minimize(lambda m: cost * sum(x[i] for i in units))
    kept = Kept(model, before)
    return kept, Compiler(model.pyomo, kept).compile()


@pytest.mark.parametrize("name", STATEMENTS)
def test_another_number_is_seen_wherever_it_stands(name: str) -> None:
    """Made with 3 in place of 2 the limit is another, and what is built from before says so; the rest is taken over."""
    first, program = built(STATEMENTS[name], 2.0)
    again, same = built(STATEMENTS[name], 2.0, first)
    assert_equal_program(same, program)
    assert (("constraint", "wind.limit") in again.taken) == (name not in NOT_UNDERSTOOD)
    changed, ours = built(STATEMENTS[name], 3.0, first)
    assert_equal_program(ours, built(STATEMENTS[name], 3.0)[1])
    with pytest.raises(AssertionError):
        assert_equal_program(ours, program)
    assert ("constraint", "wind.limit") not in changed.taken
    others = {("constraint", "wind.other"), ("affine", "cost"), ("bounds", "wind.power")}
    assert changed.taken & others == (set() if name in OF_ALL else others)


def test_a_cost_and_a_bound_are_seen_in_their_own_place() -> None:
    """Everything but the objective, or but the bounds, is taken over."""
    first, _ = built(of_closure, 2.0)
    for change, own in (({"cost": 1.5}, ("affine", "cost")), ({"most": 6.0}, ("bounds", "wind.power"))):
        changed, ours = built(of_closure, 2.0, first, **change)
        assert_equal_program(ours, built(of_closure, 2.0, **change)[1])
        assert set(first.made) - changed.taken == {own}


ANOTHER_SHAPE: Mapping[str, Mapping[str, Any]] = {
    "another unit": {"units": ["a", "b", "c"]},
    "another order": {"units": ["b", "a"]},
    "another variable": {"more": True},
    "another year": {"calendar": Calendar((2020, 2025), 1, 0.0, 2020, ("normal",), np.ones(1), CALENDAR.edges)},
    "other steps": {"calendar": Calendar((2020, 2030), 1, 0.0, 2020, ("normal",), np.ones(1), np.array([0, 8760]))},
}


@pytest.mark.parametrize("name", ANOTHER_SHAPE)
def test_between_models_of_another_shape_nothing_is_taken_over(name: str) -> None:
    first, _ = built(of_closure, 2.0)
    changed, ours = built(of_closure, 2.0, first, **ANOTHER_SHAPE[name])
    assert_equal_program(ours, built(of_closure, 2.0, **ANOTHER_SHAPE[name])[1])
    assert not changed.taken


def test_what_pyomo_itself_holds_is_not_noted_and_nothing_is_taken_over() -> None:
    """A Param declared past the house's own factory can be indexed without a word."""

    def of_pyomo(model: Model, block: Block, x: Any, number: float) -> Rule:
        block.block.factor = pyo.Param(initialize=number)
        return lambda b, i: b.factor * x[i] >= 1

    first, _ = built(of_pyomo, 2.0)
    changed, ours = built(of_pyomo, 3.0, first)
    assert_equal_program(ours, built(of_pyomo, 3.0)[1])
    assert not changed.taken


def test_what_takes_over_hands_nothing_on() -> None:
    """Every case is held against the first: a second one must not find what a case in between has made."""
    first, _ = built(of_closure, 2.0)
    between, _ = built(of_closure, 3.0, first)
    assert not between.made
    changed, ours = built(of_closure, 4.0, first)
    assert_equal_program(ours, built(of_closure, 4.0)[1])
    assert ("constraint", "wind.limit") not in changed.taken
