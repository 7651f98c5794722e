"""A scenario restated with other values of its targets is, to the last bit, the one built anew."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import xarray as xr

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.scenario import Scenario
from pzh_energy.optimization.extract import extract
from pzh_energy.optimization.highs import Solution
from pzh_energy.optimization.highs import solve as solve_program
from pzh_energy.optimization.restated import Built, restated
from tests.systems import (
    COARSE,
    TWO_YEARS,
    assert_equal_program,
    build,
    package,
    rich_package,
    scenario,
    system,
    system_of,
)

PEAK = "targets.peak={metric: co2_peak, operator: at_most, value: 2025, mode: hard}"
EXACTLY = "targets.exactly={metric: installed_capacity, carriers: [solar_pv], year: 2030, operator: equal, value: 2.5, "
EQUAL = EXACTLY + "tolerance: 0.5, mode: hard}"
BASE = (COARSE, PEAK, EQUAL)
TARGETS = [key for key in scenario(BASE).targets if key not in ("T11", "peak")]
"""All of the baseline and one held from both sides; of those whose value is a year see below."""


@cache
def built() -> Built:
    """What all cases are restated from: nothing of it may change."""
    return build(system(BASE))


@cache
def solution() -> Solution:
    """An optimum of the scenario as it stands."""
    found = solve_program(built()[2])
    assert found.outcome == "optimal"
    return found


def asked(*assignments: str) -> Scenario:
    """The scenario with changes."""
    return scenario([*BASE, *assignments])


def assert_as_anew(case: Scenario) -> Built:
    """A restated case is the built one in its program, its specs and what a solution says; returns it."""
    found, anew = restated(built(), package(), case), build(system_of(case))
    assert found is not None
    assert_equal_program(found[2], anew[2])
    assert list(found[0].system.targets.items()) == list(anew[0].system.targets.items())
    assert [(each.row, each.spec) for each in found[0].targets] == [(each.row, each.spec) for each in anew[0].targets]
    assert found[0].system.scenario is case
    ours, theirs = extract(*found, solution()), extract(*anew, solution())
    xr.testing.assert_identical(ours.data, theirs.data)
    assert ours.expressions == theirs.expressions
    return found


@pytest.mark.parametrize("identifier", TARGETS)
def test_another_value_gives_the_program_and_the_results_of_a_fresh_build(identifier: str) -> None:
    """Each target in turn asks for a tenth and a half more. Only its own rows are others, and only if it has any."""
    before = built()[0].system.targets[identifier]
    assert before.value is not None
    case = asked(f"targets.{identifier}.value={1.1 * before.value + 0.5}")
    program = assert_as_anew(case)[2]
    _, _, first = built()
    place = next((each for each in program.constraints if each.name == f"target_{identifier}.requirement"), None)
    assert (place is None) == (before.mode == "report")
    differ = np.unique(np.concatenate([(program.matrix - first.matrix).nonzero()[0], _other_limits(program, first)]))
    expected = [] if place is None else list(range(place.start, place.stop))
    assert differ.tolist() == expected


def _other_limits(program: Any, first: Any) -> np.ndarray:
    other = (program.row_lower != first.row_lower) | (program.row_upper != first.row_upper)
    return np.asarray(np.flatnonzero(other))


def test_a_share_of_all_loses_coefficients() -> None:
    """Of 100 % clean capacity, what is clean counts (1 - 1) and drops out of the row: the pattern is another one."""
    found = assert_as_anew(asked("targets.T07.value=100", "targets.T07.tolerance=0"))
    assert found[2].size[2] < built()[2].size[2]


def test_the_rows_of_an_equal_target_move_apart_with_its_tolerance() -> None:
    """2.5 ± 0.5 GW are rows at 2000 and 3000 MW; ± 1 GW at 1500 and 3500. The results say what is held."""
    for tolerance, floor, ceiling in ((0.5, 2.0, 3.0), (1.0, 1.5, 3.5)):
        found = assert_as_anew(asked(f"targets.exactly.tolerance={tolerance}"))
        place = next(each for each in found[2].constraints if each.name == "target_exactly.requirement")
        limits = [found[2].row_lower, found[2].row_upper]
        sizes = sorted(abs(x) for each in limits for x in place.take(each).ravel() if np.isfinite(x))
        assert sizes == pytest.approx([1000 * floor, 1000 * ceiling])
        required = extract(*found, solution()).data["parameter.target_exactly.required"]
        assert required.sel(period=2030).values.tolist() == [floor, ceiling]


def test_nothing_of_a_case_is_seen_in_the_next() -> None:
    """All targets moved at once, then the scenario as it stands: what was built says what it said before."""
    before = extract(*built(), solution()).data
    every = [f"targets.{key}.value={system(BASE).targets[key].value + 1}" for key in TARGETS]  # type: ignore[operator]
    other = extract(*assert_as_anew(asked(*every)), solution()).data
    of_2030 = [data["parameter.target_T16.required"].sel(period=2030).item() for data in (before, other)]
    assert of_2030 == [5, 6]
    assert_as_anew(asked())
    xr.testing.assert_identical(extract(*built(), solution()).data, before)


SAME = {
    "a name": ("name=another",),
    "a title": ("title={zh: 甲, en: A}", "question={zh: 乙, en: B}"),
    "what is expected": ("expect=infeasible",),
    "the way to solve": ("solver={method: simplex, threads: 1, time_limit_s: 7, vertex: true}",),
}


@pytest.mark.parametrize("name", SAME)
def test_what_no_program_is_made_of_may_differ_too(name: str) -> None:
    assert_as_anew(asked("targets.T16.value=4", *SAME[name]))


OTHER = {
    "a number of the data": (
        "overrides=[{table: wind, item: ridge, parameter: fixed_om, value: 3, unit: '%capex/yr', reason: test}]",
    ),
    "a mode": ("targets.T16.mode=hard",),
    "a year": ("targets.T16.year=2025",),
    "a price": ("targets.T16.price=301",),
    "an operator": ("targets.exactly.operator=at_least",),
    "an option of a metric": ("targets.T17.carriers=[wind]",),
    "a default that is written": ("targets.peak.counts=[energy, process, captured, import]",),
    "a target more": ("targets.more={metric: unserved_energy, operator: at_most, value: 0, mode: hard}",),
    "a target less": ("targets.T16=~delete",),
    "an option of a technology": ("technologies.hydro_cascade.dispatch=free",),
    "a technology": ("technologies.wind.enabled=false",),
    "the years": ("horizon.periods=[2020, 2025, 2028, 2030]",),
    "the steps": ("resolution={every: 365h}",),
    "the engine": ("solver.engine=pyomo",),
    "the year of a peak": ("targets.peak.value=2020",),
    "a peak out of the horizon": ("targets.peak.value=2030", "targets.peak.mode=report"),
}


@pytest.mark.parametrize("name", OTHER)
def test_where_anything_else_differs_nothing_is_taken_over(name: str) -> None:
    """Beside a value that moves, which alone would be restated."""
    assert restated(built(), package(), asked("targets.T15.value=0.5")) is not None
    assert restated(built(), package(), asked("targets.T15.value=0.5", *OTHER[name])) is None


def test_a_peak_that_is_only_reported_and_enters_the_horizon_is_built_anew() -> None:
    """By 2030, the last year, it is not stated at all; by 2025 it is measured, and has terms."""
    reported = "targets.peak={metric: co2_peak, operator: at_most, mode: report, value: %d}"
    last, inside = (scenario([COARSE, reported % year]) for year in (2030, 2025))
    first = build(system([COARSE, reported % 2030]))
    assert restated(first, package(), last) is not None
    assert restated(first, package(), inside) is None


@pytest.mark.parametrize("own", [{"limit": 0.0}, {"row_periods": (2030,)}])
def test_a_metric_that_states_its_rows_itself_is_built_anew(own: dict[str, Any]) -> None:
    """What such rows make of the value is the metric's own affair, here that of T16."""
    assembled, compiler, program = built()
    targets = [
        replace(each, terms=replace(each.terms, **own)) if each.identifier == "T16" else each
        for each in assembled.targets
    ]
    first = replace(assembled, targets=tuple(targets)), compiler, program
    assert restated(first, package(), asked("targets.T15.value=0.5")) is not None
    assert restated(first, package(), asked("targets.T16.value=4")) is None


def test_another_order_is_another_program() -> None:
    """Rows stand in the order of the targets, columns in that of the weather years."""
    as_stated = asked("targets.T15.value=0.5")
    turned = replace(as_stated, targets=dict(reversed(as_stated.targets.items())))
    assert restated(built(), package(), turned) is None
    two = scenario([COARSE, TWO_YEARS])
    first = build(system([COARSE, TWO_YEARS], rich_package()))
    assert restated(first, rich_package(), two) is not None
    assert restated(first, rich_package(), replace(two, weather=dict(reversed(two.weather.items())))) is None


def test_another_data_package_is_built_anew() -> None:
    """Be it equal: what lies in it is not compared."""
    assert restated(built(), replace(package()), asked()) is None


def test_a_target_without_a_value_is_refused_as_when_built_anew() -> None:
    """`imports` stands in no plan, which could complete it."""
    case = asked("targets.imports.value=~delete")
    with pytest.raises(InputError) as ours:
        restated(built(), package(), case)
    with pytest.raises(InputError) as theirs:
        system_of(case)
    assert str(ours.value) == str(theirs.value)
