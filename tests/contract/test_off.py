"""Off means absent: no block, no column, no row, no entry; and it makes a difference."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from pzh_energy.modeling import registry
from tests.systems import RICH, Solved, rich_package, scenario, solve, system_of

KEPT_UNUSED = {"unserved"}
"""A safety net that a sound plan never uses: off, it changes no number, only whether a short plan can be solved."""


@cache
def without(key: str) -> Solved:
    """The rich system without targets and without one technology (none: all of them in)."""
    off = [f"technologies.{key}.enabled=false"] if key else []
    return solve(system_of(replace(scenario([*RICH, *off]), targets={}), rich_package()))


@pytest.mark.parametrize("key", registry.technologies())
def test_a_technology_that_is_off_leaves_no_trace(key: str) -> None:
    found = without(key)
    assert found.assembled.model.pyomo.component(key) is None
    assert not [name for name in found.assembled.model.declarations if name.startswith(f"{key}.")]
    assert not [p.name for p in (*found.program.variables, *found.program.constraints) if p.name.startswith(f"{key}.")]
    assert not [
        e.name for book in found.assembled.model.ledgers.values() for e in book.entries if e.name.startswith(key)
    ]
    assert not [name for name in map(str, found.results.data.data_vars) if f"{key}." in name]


@pytest.mark.parametrize("key", registry.technologies())
def test_a_technology_that_is_on_makes_a_difference(key: str) -> None:
    everything, found = without(""), without(key)
    assert found.program.size != everything.program.size or key == "electricity_demand"
    changed = abs(found.objective - everything.objective) > 1e-6 * abs(everything.objective)
    assert changed != (key in KEPT_UNUSED)


def test_a_technology_that_is_not_listed_is_off() -> None:
    asked = scenario(RICH)
    rest = {key: spec for key, spec in asked.technologies.items() if key != "wind"}
    found = solve(system_of(replace(asked, technologies=rest, targets={}), rich_package()))
    assert found.objective == pytest.approx(without("wind").objective, rel=1e-12)
