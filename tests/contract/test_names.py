"""One name for one thing: file = key = block = YAML key = prefix of every result."""

from __future__ import annotations

import inspect
import re
from functools import cache
from typing import Any

import pyomo.environ as pyo
import pytest

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.specs import TargetSpec, TechnologySpec
from pzh_energy.modeling import registry
from pzh_energy.modeling.ledger import LEDGERS
from tests.systems import RICH, Solved, rich_package, scenario, solve, system

WORDS = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
CALENDAR = {"hours", "step_start", "weight", "probability", "period", "weather", "timestep", "bus"}


@cache
def solved() -> Solved:
    """The rich system at its optimum."""
    return solve(system(RICH, rich_package()))


@pytest.mark.parametrize("key", registry.technologies())
def test_a_technology_has_one_name_everywhere(key: str) -> None:
    technology = registry.technologies()[key]
    module = inspect.getmodule(type(technology))
    assert module is not None
    assert module.__name__ == f"pzh_energy.technologies.{key}"
    assert technology.key == key
    assert issubclass(technology.Spec, TechnologySpec)
    assert isinstance(scenario().technologies[key], technology.Spec)  # the YAML key
    assert isinstance(solved().assembled.model.pyomo.component(key), pyo.Block)
    own = [str(v) for v in solved().results.data.data_vars if str(v).startswith((f"{key}.", f"parameter.{key}."))]
    assert own


@pytest.mark.parametrize("key", registry.targets())
def test_a_metric_has_one_name_everywhere(key: str) -> None:
    metric = registry.targets()[key]
    module = inspect.getmodule(type(metric))
    assert module is not None
    assert module.__name__ == f"pzh_energy.targets.{key}"
    assert metric.key == key
    assert issubclass(metric.Spec, TargetSpec)
    assert metric.Spec.model_fields["metric"].annotation.__args__ == (key,)
    assert metric.unit


def test_every_component_belongs_to_a_technology_a_target_or_the_model_itself() -> None:
    blocks = set(registry.technologies()) | {f"target_{t.identifier}" for t in solved().assembled.targets}
    for name, declared in solved().assembled.model.declarations.items():
        assert declared.name == name
        block, _, short = name.partition(".")
        if short:
            assert block in blocks
            assert WORDS.fullmatch(short), name
        else:
            assert name in {"electricity_balance", "hydrogen_balance", "cost"}


def test_every_result_carries_the_name_of_what_declared_it() -> None:
    declared = solved().assembled.model.declarations
    keys = set(registry.technologies()) | {f"target_{t.identifier}" for t in solved().assembled.targets}
    ledgers = {kind.name for kind in LEDGERS}
    for variable in map(str, solved().results.data.data_vars):
        kind, _, rest = variable.partition(".")
        if kind == "dual":
            assert declared[rest].kind == "constraint"
        elif kind == "parameter":
            assert declared[rest].kind == "parameter"
        elif kind == "ledger":
            ledger, block, _ = rest.split(".", 2)
            assert ledger in ledgers
            assert block in keys
        else:
            assert kind in keys or variable in CALENDAR, variable


def test_every_result_has_a_unit_and_a_meaning() -> None:
    for name, array in solved().results.data.data_vars.items():
        assert array.attrs["units"], name
        if str(name) not in CALENDAR:
            assert array.attrs["long_name"], name


def test_every_declaration_has_a_unit_and_a_meaning() -> None:
    for declared in solved().assembled.model.declarations.values():
        assert declared.unit.strip(), declared.name
        assert declared.meaning.strip(), declared.name


@pytest.mark.parametrize("section", ["technologies", "targets"])
def test_a_key_that_is_no_name_is_refused_with_the_nearest_one(section: str) -> None:
    assignment = {"technologies": "technologies.wnd={}", "targets": "targets.aim={metric: installed_capacit}"}
    near: dict[str, Any] = {"technologies": '"wind"', "targets": '"installed_capacity"'}
    with pytest.raises(InputError, match=f"Did you mean {near[section]}"):
        scenario([assignment[section]])
