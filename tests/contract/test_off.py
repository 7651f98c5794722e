"""Off means absent: no block, no column, no row, no entry; and it makes a difference."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from pzh_energy.modeling import registry
from tests.systems import RICH, Solved, rich_package, scenario, solve, system_of

KEPT_UNUSED = {
    "unserved",  # a safety net: off, it changes only whether a short plan can be solved
    "transmission",  # the one bus has no links
    "demand_response",  # shifted within the day, seen in steps of a month
    "vanadium_flow",
    "lithium_battery",
    "pumped_hydro",
    "energy_accounts",  # counts, and decides nothing without a target
    "hydrogen_storage",
    "fuel_cell",
    "economy",  # value added is only measured against
}
"""What the least-cost plan on twelve steps a year does not use: off, it changes no number.

That each of these is used where it pays is shown in the hand-worked systems.
"""
NEEDED_BY = {"electricity_demand": ("demand_response",)}
"""Technologies that cannot be without the one named."""
SAME_SIZE = {"electricity_demand", "transmission", "energy_accounts", "economy", "carbon_price"}
"""What adds neither row nor column here."""


@cache
def without(key: str) -> Solved:
    """The rich system without targets and without one technology (none: all of them in)."""
    off = [f"technologies.{each}.enabled=false" for each in (key, *NEEDED_BY.get(key, ())) if each]
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
    assert found.program.size != everything.program.size or key in SAME_SIZE
    changed = abs(found.objective - everything.objective) > 1e-6 * abs(everything.objective)
    assert changed != (key in KEPT_UNUSED)


def test_a_technology_that_is_not_listed_is_off() -> None:
    asked = scenario(RICH)
    rest = {key: spec for key, spec in asked.technologies.items() if key != "wind"}
    found = solve(system_of(replace(asked, technologies=rest, targets={}), rich_package()))
    assert found.objective == pytest.approx(without("wind").objective, rel=1e-12)
