"""A scenario solved again with other data: from the basis of the first solve as from nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pzh_energy import api
from pzh_energy.inputs.datapackage import DataPackage, read_datapackage
from pzh_energy.inputs.scenario import Override
from pzh_energy.inputs.system import GENERAL_TABLES
from pzh_energy.modeling.compiler import compiler
from pzh_energy.optimization.assemble import component_tables
from pzh_energy.reporting.outcome import Outcome
from pzh_energy.reporting.tables import year_end
from pzh_energy.studies.repeated import Repeated
from pzh_energy.studies.variations import End, moved, ranged_inputs
from tests.systems import BASELINE, ROOT, TINY, assert_equal_program

INPUTS: tuple[tuple[str, End], ...] = (
    ("electricity_demand.city_total.growth", "high"),  # right-hand sides
    ("wind.ridge.capex", "low"),  # costs
    ("economics.city.discount_rate", "low"),  # costs of everything
    ("weather_years.normal.wind_factor", "high"),  # coefficients, and other steps of the year
    ("electricity_demand.city_total.base_energy", "low"),  # no plan on the baseline
)


@pytest.fixture(scope="module")
def package() -> DataPackage:
    return read_datapackage(ROOT / "data")


def override(table: str, item: str, parameter: str, value: float, unit: str) -> str:
    of = f"table: {table}, item: {item}, parameter: {parameter}, value: {value}, unit: {unit!r}"
    return f"overrides=[{{{of}, reason: test}}]"


def outcome_years(outcome: Outcome) -> set[int]:
    return {int(name.rpartition(".")[2]) for name in outcome.capacity}


def repeated(path: Path, package: DataPackage) -> Repeated:
    return Repeated(api.read(path, ["resolution={segments: 24}"]).scenario, package)


def test_from_the_basis_of_the_first_solve_comes_the_same_answer_with_less_work(package: DataPackage) -> None:
    """If the basis were lost, as many iterations would be spent as from nothing, some thousand for each case."""
    scenario = repeated(BASELINE, package)
    tables = (*GENERAL_TABLES, *component_tables(scenario.scenario))
    known = {each.key: each for each in ranged_inputs(package, scenario.scenario, tables)}
    saved = 0
    for key, end in INPUTS:
        changed = moved(package, scenario.scenario, known[key], end)
        warm, cold = scenario.outcome(changed), scenario.outcome(changed, from_basis=False)
        assert warm.status == cold.status, key
        if cold.status != "solved":
            continue
        assert warm.objective == pytest.approx(cold.objective, rel=1e-8), key
        assert warm.objective != pytest.approx(scenario.base.objective, rel=1e-6), key
        assert warm.verdicts == cold.verdicts, key
        assert list(warm.achieved) == list(cold.achieved)
        for name, value in cold.achieved.items():
            same = None if value is None else pytest.approx(value, rel=1e-5, abs=1e-5)
            assert warm.achieved[name] == same, (key, name)
        saved += cold.iterations - warm.iterations
    assert saved > 2 * scenario.base.iterations


CHANGES: dict[str, tuple[str, ...]] = {
    "a cost": (override("wind", "ridge", "fixed_om", 3, "%capex/yr"),),
    "a right-hand side": ("targets.T16.value=3.5",),
    "coefficients of a row": ("targets.T09.value=43", "targets.T01.tolerance=0.5"),
    "a coefficient": (override("lithium_battery", "lfp", "round_trip_efficiency", 0.8, "1"),),
    "the shape": ("horizon.periods=[2020, 2025, 2028, 2030]", "technologies.pumped_hydro.enabled=false"),
    "the steps of the year": ("resolution={segments: 30}",),
    "the weather": ("weather={dry: {probability: 1.0}, normal: ~delete}",),
    "the hourly series": (override("weather_years", "normal", "wind_factor", 0.8, "1"),),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_program_of_a_case_is_that_compiled_from_nothing(package: DataPackage, name: str) -> None:
    """Array by array, exactly: what is kept from case to case must not be seen in what is solved."""
    scenario = repeated(TINY, package)
    before = api.build(scenario.system(package, scenario.scenario))[2]
    changed = api.read(TINY, ["resolution={segments: 24}", *CHANGES[name]])
    program = scenario.build(package, changed.scenario)[2]
    assert_equal_program(program, api.build(changed)[2])
    with pytest.raises(AssertionError):
        assert_equal_program(program, before)
    # and the next case is not touched by this one
    assert_equal_program(scenario.build(package, scenario.scenario)[2], before)


SOLVED = ["a cost", "a right-hand side", "coefficients of a row", "a coefficient", "the shape", "the hourly series"]


@pytest.mark.parametrize("name", SOLVED)
def test_another_scenario_in_its_place_is_solved_as_by_itself(package: DataPackage, name: str) -> None:
    scenario = repeated(TINY, package)
    changed = ["resolution={segments: 24}", *CHANGES[name]]
    outcome, run = scenario.outcome(package, api.read(TINY, changed).scenario), api.solve(TINY, changed)
    assert outcome.objective == pytest.approx(run.objective, rel=1e-9)
    assert outcome.verdicts == {row.identifier: row.verdict for row in run.scorecard}
    for row in run.scorecard:
        for found, expected in ((outcome.margins, row.margin), (outcome.prices, row.shadow_price)):
            same = None if expected is None else pytest.approx(expected, rel=1e-5, abs=1e-5)
            assert found[row.identifier] == same, row.identifier
    table = run.results
    assert outcome.capacity == pytest.approx(year_end(table, outcome_years(outcome)), abs=1e-4)


ANEW = {
    "nothing": ((), 0),
    "the value of a target": (("targets.T16.value=3.5",), 1),
    "a cost": (CHANGES["a cost"], 2),  # the objective and the entry it stands in
    "a coefficient": (CHANGES["a coefficient"], 4),  # the balance of the store and its two limits or entries
}


@pytest.mark.parametrize("name", ANEW)
def test_only_what_a_change_touches_is_made_again(
    package: DataPackage, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules that are read are counted, in building and in working out the results; Pyomo reads none but these."""
    scenario = repeated(TINY, package)
    changes, most = ANEW[name]
    changed = api.read(TINY, ["resolution={segments: 24}", *changes]).scenario
    read: list[str] = []
    original = compiler.templatize

    def counted(name: str, *given: Any) -> Any:
        read.append(name)
        return original(name, *given)

    monkeypatch.setattr(compiler, "templatize", counted)
    assert scenario.outcome(package, changed).status == "solved"
    assert (len(read) > 0) == (most > 0), read
    assert len(read) <= most, read
    read.clear()
    api.solve(TINY, ["resolution={segments: 24}", *changes])
    assert len(read) > 200


def test_the_order_of_cases_with_other_values_does_not_count(package: DataPackage) -> None:
    """A, B, A: the second A says what the first said and what it says by itself, to the last bit."""
    cases = [
        api.read(TINY, ["resolution={segments: 24}", *changes]).scenario
        for changes in (["targets.T16.value=6", "targets.T09.value=43"], ["targets.T15.value=2"])
    ]
    scenario = repeated(TINY, package)
    first, other, second = (scenario.outcome(package, cases[each]) for each in (0, 1, 0))
    alone = repeated(TINY, package).outcome(package, cases[0])
    assert first == second == alone
    assert first.iterations == second.iterations == alone.iterations
    assert len({each.objective for each in (first, other, scenario.base)}) == 3


def test_a_scenario_without_a_plan_as_it_stands_has_cases_with_one(package: DataPackage) -> None:
    """Nothing to go on from: each is solved from nothing; the reason names the target that excludes a plan."""
    scenario = Repeated(api.read(TINY, ["resolution={segments: 24}", "targets.T08.value=1000"]).scenario, package)
    assert scenario.base.status == "infeasible"
    assert scenario.base.reason == "arithmetic alone excludes these targets: T08"
    usual, base = api.read(TINY, ["resolution={segments: 24}"]).scenario, repeated(TINY, package).base
    for _ in range(2):
        outcome = scenario.outcome(package, usual)
        assert (outcome, outcome.iterations) == (base, base.iterations)


def test_a_number_that_cannot_be_is_refused_with_the_reason(package: DataPackage) -> None:
    scenario = repeated(TINY, package)
    row = {"table": "electricity_demand", "item": "city_total", "parameter": "base_energy"}
    negative = Override(**row, value=-1, unit="TWh", reason="test")
    outcome = scenario.outcome(package, replace(scenario.scenario, overrides=(negative,)))
    assert (outcome.status, outcome.achieved) == ("refused", {})
    assert "-1 is below 0 TWh" in outcome.reason


def test_nothing_changed_is_the_same_without_an_iteration(package: DataPackage) -> None:
    scenario = repeated(TINY, package)
    again = scenario.outcome(package)
    assert again == scenario.base
    assert (again.iterations, scenario.base.iterations > 100) == (0, True)


def test_the_first_solve_says_what_a_plain_solve_says(package: DataPackage) -> None:
    run = api.solve(TINY, (), "segments:24")
    base = repeated(TINY, package).base
    assert base.objective == pytest.approx(run.objective, rel=1e-12)
    assert base.verdicts == {row.identifier: row.verdict for row in run.scorecard}
    assert base.achieved == {row.identifier: row.achieved for row in run.scorecard}
