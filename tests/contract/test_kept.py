"""A case built with what is kept of the scenario as it stands is, to the last bit, the one built from nothing.

Held for a change of every kind of number in the data and in the targets, with everything the project can state in the
model: whatever a rule makes of a number, it must be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from pzh_energy import api
from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.scenario import Scenario
from pzh_energy.inputs.system import GENERAL_TABLES, SystemData, make_system
from pzh_energy.modeling import registry
from pzh_energy.modeling.compiler import Compiler, LinearProgram
from pzh_energy.modeling.kept import Kept
from pzh_energy.optimization.assemble import Assembled, component_tables
from pzh_energy.studies.variations import ENDS, RangedInput, moved, ranged_inputs
from tests.contract.test_engines import ASKED, OF_METRIC
from tests.systems import COARSE, RICH, assert_equal_program, rich_package, scenario, system, system_of

Built = tuple[Assembled, Compiler, LinearProgram]
PEAK = "targets.peak={metric: co2_peak, operator: at_most, value: 2025, mode: hard}"
EXACTLY = "targets.exactly={metric: installed_capacity, carriers: [solar_pv], year: 2030, operator: equal, value: 2.5, "
TARGETS = (COARSE, PEAK, EXACTLY + "tolerance: 0.5, mode: hard}")


def at_plan(built: Built) -> Iterator[tuple[str, np.ndarray]]:
    """Every entry and every target's terms where the columns count up, as results are worked out from them."""
    assembled, compiler, program = built
    m, x = assembled.model.pyomo, np.linspace(0.0, 1.0, program.size[1])
    for ledger in assembled.model.ledgers.values():
        for entry in ledger.entries:
            name = f"ledger.{ledger.name}.{entry.name}"
            yield name, compiler.values(name, m, *entry.stated(), x)
    for target in assembled.targets:
        for side in ("left", "base"):
            if (rule := getattr(target.terms, side)) is not None:
                name = f"{target.identifier}.{side}"
                yield name, compiler.values(name, m, lambda _, p, rule=rule: rule(p), m.period, x)


def kept_of(built: Built) -> Kept:
    kept = built[1].kept
    assert isinstance(kept, Kept)
    return kept


def as_it_stands(of: SystemData) -> Built:
    """A system built to be taken over from, its results worked out once as a study does."""
    built = api.build(of, keep=True)
    for _ in at_plan(built):
        pass
    return built


def assert_as_anew(of: SystemData, first: Built) -> Built:
    """What is built with what is kept equals what is built from nothing, in program and results; returns the first."""
    ours, anew = api.build(of, before=kept_of(first)), api.build(of)
    assert_equal_program(ours[2], anew[2])
    found = dict(at_plan(ours))
    for name, values in at_plan(anew):
        np.testing.assert_array_equal(found.pop(name), values, err_msg=name)
    assert not found
    return ours


# ---- the data
@cache
def rich() -> tuple[Scenario, Built, list[RangedInput]]:
    """The system with everything in it, and the inputs it can be moved by."""
    asked = scenario(RICH)
    tables = (*GENERAL_TABLES, *component_tables(asked))
    return asked, as_it_stands(system_of(asked, rich_package())), ranged_inputs(rich_package(), asked, tables)


PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_another_number_of_the_data(part: int) -> None:
    """One item of every parameter and every profile, an eighth of them here, at one end of its range."""
    asked, first, inputs = rich()
    kinds: dict[tuple[str, str], RangedInput] = {}
    for each in inputs:
        _, _, parameter = each.key.rpartition(".")
        kinds.setdefault((each.table, parameter), each)
    seen, taken = 0, 0
    for position, ranged in list(enumerate(kinds.values()))[part::PARTS]:
        try:
            change = moved(rich_package(), asked, ranged, ENDS[position // PARTS % 2])
            of = make_system(asked, change, component_tables(asked), first[0].system.calendar.edges)
            built = assert_as_anew(of, first)
        except InputError:
            continue  # such as an efficiency that its range leads past one: there is no program
        seen += 1
        taken += bool(kept_of(built).taken)  # not where a number switches rows on or off, such as a least load of none
    assert seen > 20
    assert taken > 15


def test_nothing_changed_is_taken_over_as_a_whole() -> None:
    """So every rule there is can be told to be the same, of targets of every metric, held and priced, too."""
    specs = {}
    for metric, target in registry.targets().items():
        fields = {"metric": metric, **ASKED, **OF_METRIC[metric]}
        for mode in ("hard", "priced"):
            for operator in ("at_least", "at_most", "equal"):
                own = {"mode": mode, "operator": operator, **fields}
                specs[f"{metric}_{mode}_{own['operator']}"] = target.Spec(**own)
    asked = replace(scenario(RICH), targets=specs)
    first = as_it_stands(system_of(asked, rich_package()))
    again = assert_as_anew(system_of(asked, rich_package()), first)
    assert kept_of(again).taken == set(kept_of(first).made)
    assert len(kept_of(first).made) > 400


# ---- the targets
@cache
def asking() -> Built:
    """What the baseline asks, a peak, and a capacity held from both sides."""
    return as_it_stands(system(TARGETS, rich_package()))


IDENTIFIERS = [key for key in scenario(TARGETS).targets if key != "T11"]
"""T11 is a year, which the plan says."""


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_another_value_of_a_target(identifier: str) -> None:
    """A tenth and a half more, or five years earlier: of the program only its own rows are others, if it has any."""
    spec = asking()[0].system.targets[identifier]
    assert spec.value is not None
    value = 2020 if spec.value > 2000 else 1.1 * spec.value + 0.5
    program = assert_as_anew(system([*TARGETS, f"targets.{identifier}.value={value}"], rich_package()), asking())[2]
    first = asking()[2]
    own = next((each for each in first.constraints if each.name == f"target_{identifier}.requirement"), None)
    assert (own is None) == (spec.mode == "report")
    if identifier == "peak":
        return  # has other rows
    limits = (program.row_lower != first.row_lower) | (program.row_upper != first.row_upper)
    differ = np.union1d((program.matrix - first.matrix).nonzero()[0], np.flatnonzero(limits))
    assert differ.tolist() == ([] if own is None else list(range(own.start, own.stop)))


def test_all_targets_at_once_and_then_as_it_stands() -> None:
    """Nothing of a case is seen in the next."""
    others = [key for key in IDENTIFIERS if key != "peak"]
    targets = asking()[0].system.targets
    every = [f"targets.{key}.value={targets[key].value + 1}" for key in others]  # type: ignore[operator]
    assert_as_anew(system([*TARGETS, *every], rich_package()), asking())
    again = assert_as_anew(system(TARGETS, rich_package()), asking())
    assert_equal_program(again[2], asking()[2])
    assert kept_of(again).taken == set(kept_of(asking()).made)


OTHERWISE = {
    "a number of the data": (
        "overrides=[{table: wind, item: ridge, parameter: fixed_om, value: 3, unit: '%capex/yr', reason: test}]",
    ),
    "a tolerance": ("targets.exactly.tolerance=1",),
    "a share of all": ("targets.T07.value=100", "targets.T07.tolerance=0"),
    "a mode": ("targets.T16.mode=hard",),
    "a year": ("targets.T16.year=2025",),
    "a price": ("targets.T16.price=301",),
    "an operator": ("targets.exactly.operator=at_least",),
    "an option of a metric": ("targets.T17.carriers=[wind]",),
    "a target more": ("targets.more={metric: unserved_energy, operator: at_most, value: 0, mode: hard}",),
    "a target less": ("targets.T16=~delete",),
    "an option of a technology": ("technologies.hydro_cascade.dispatch=free",),
    "a technology": ("technologies.pumped_hydro.enabled=false",),
    "the years": ("horizon.periods=[2020, 2025, 2028, 2030]",),
    "the steps": ("resolution={every: 365h}",),
    "the weather": (
        "weather={normal: {probability: 0.7}, dry: {probability: 0.3}}",
        "targets.T16.value=4",
    ),
    "names and the way to solve": ("name=another", "solver={method: simplex, threads: 1}"),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_anything_else_of_a_scenario(name: str) -> None:
    assert_as_anew(system([*TARGETS, *OTHERWISE[name]], rich_package()), asking())


def test_another_engine_takes_nothing_over() -> None:
    """What ordinary components are indexed for is not noted; the two programs agree to rounding only."""
    for first, second in (("numpy", "pyomo"), ("pyomo", "pyomo")):
        before = as_it_stands(system([COARSE, f"solver.engine={first}"]))
        after = api.build(system([COARSE, f"solver.engine={second}"]), before=kept_of(before))
        assert dict(at_plan(after))
        assert not kept_of(after).taken
