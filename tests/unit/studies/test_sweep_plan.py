"""The cases of a sweep: which there are, what each sets, what is refused before anything is solved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.sweep_file import load_sweep
from pzh_energy.studies.sweep_plan import Plan, plan
from tests.systems import TINY

CAPEX = {"number": "wind.ridge.capex", "scale": [0.5, 2.0]}
POTENTIAL = "{table: wind, item: ridge, parameter: potential, value: 900, unit: MW, reason: test}"


def planned(vary: dict[str, Any], *assignments: str, **more: Any) -> Plan:
    return plan(load_sweep({"name": "x", "scenario": TINY, "vary": vary, **more}), assignments)


def values(of: Plan) -> list[dict[str, Any]]:
    return [dict(case.values) for case in of.cases]


def overrides(of: Plan, case: int) -> set[tuple[str, str, int | None, Any]]:
    scenario = of.cases[case].scenario
    assert scenario is not None
    return {(each.item, each.parameter, each.year, each.value) for each in scenario.overrides}


def test_a_grid_has_every_value_with_every_other_the_last_running_fastest() -> None:
    found = planned({"a": CAPEX, "b": {"key": "targets.T16.value", "values": [4, 5]}})
    assert values(found) == [{"a": a, "b": b} for a in (0.5, 2.0) for b in (4, 5)]
    assert [case.number for case in found.cases] == [1, 2, 3, 4]
    assert [case.scenario.targets["T16"].value for case in found.cases if case.scenario] == [4, 5, 4, 5]


def test_one_at_a_time_begins_with_the_scenario_as_it_stands() -> None:
    found = planned({"a": CAPEX, "b": {"key": "targets.T16.value", "values": [4]}}, method="one_at_a_time")
    assert values(found) == [{}, {"a": 0.5}, {"a": 2.0}, {"b": 4}]
    assert found.cases[0].scenario == found.base


def test_a_latin_hypercube_meets_every_tenth_of_a_range_once_and_every_value_equally_often() -> None:
    """Ten cases: one in each of [1, 1.1), [1.1, 1.2) …; of two values five each. Plain dice would miss a tenth."""
    vary = {
        "a": {"number": "wind.ridge.capex", "scale_range": {"low": 1.0, "high": 2.0}},
        "b": {"key": "targets.T16.mode", "values": ["hard", "report"]},
    }
    drawn = [values(planned(vary, method="latin_hypercube", samples=10, seed=seed)) for seed in (1, 1, 2)]
    for cases in drawn:
        assert sorted(int(10 * (case["a"] - 1)) for case in cases) == list(range(10))
        assert [case["b"] for case in cases].count("hard") == 5
    assert drawn[0] == drawn[1] != drawn[2]


def test_factors_scale_the_rows_of_the_years_named_and_no_other() -> None:
    """Wind: 7600 CNY/kW in 2020, 5600 in 2025, 4900 in 2030."""
    assert overrides(planned({"a": CAPEX}), 0) == {
        ("ridge", "capex", 2020, 3800), ("ridge", "capex", 2025, 2800), ("ridge", "capex", 2030, 2450)
    }  # fmt: skip
    assert overrides(planned({"a": {**CAPEX, "years": [2030]}}), 1) == {("ridge", "capex", 2030, 9800)}


def test_every_item_is_scaled_where_a_star_stands() -> None:
    found = overrides(planned({"a": {"number": "solar_pv.*.potential", "scale": [0.5]}}), 0)
    assert {item for item, *_ in found} == {"utility", "rooftop"}


def test_what_the_scenario_overrides_is_scaled_from_there() -> None:
    """900 MW by the scenario, 1500 by the data: half of it is 450."""
    vary = {"a": {"number": "wind.ridge.potential", "scale": [0.5]}}
    assert overrides(planned(vary, f"overrides=[{POTENTIAL}]"), 0) == {("ridge", "potential", None, 450)}


def test_a_value_without_years_holds_for_all_and_one_with_years_for_these() -> None:
    one = {"number": "wind.ridge.capex", "unit": "CNY/kW", "values": [5000]}
    assert overrides(planned({"a": one}), 0) == {("ridge", "capex", None, 5000)}
    dated = "{table: wind, item: ridge, parameter: capex, year: 2025, value: 1, unit: CNY/kW, reason: test}"
    assert overrides(planned({"a": one}, f"overrides=[{dated}]"), 0) == {("ridge", "capex", None, 5000)}
    assert overrides(planned({"a": {**one, "years": [2030]}}, f"overrides=[{dated}]"), 0) == {
        ("ridge", "capex", 2025, 1), ("ridge", "capex", 2030, 5000)
    }  # fmt: skip


REFUSED = {
    "a key": ({"key": "targets.T16.valu", "values": [1]}, {}, 'vary.a.key: unknown key. Did you mean "value"'),
    "a step of a key": ({"key": "target.T16.value", "values": [1]}, {}, 'no "target" in the scenario. Did you mean'),
    "a target": ({"key": "targets.T61.value", "values": [1]}, {}, 'no "T61" in targets. Did you mean "T36"'),
    "a technology": ({"key": "technologies.wnd", "values": [{}]}, {}, 'no "wnd" in technologies. Did you mean "wind"'),
    "a value": ({"key": "targets.T16.mode", "values": ["hrad"]}, {}, 'values.0: "hrad" is not possible here. Did you'),
    "a table": ({"number": "wnd.ridge.capex", "scale": [1.0]}, {}, 'no table wnd. Did you mean "wind"'),
    "an item": ({"number": "wind.rigde.capex", "scale": [1.0]}, {}, 'no item rigde in wind. Did you mean "ridge"'),
    "a parameter": ({"number": "wind.ridge.cpex", "scale": [1.0]}, {}, 'no parameter cpex in wind. Did you mean'),
    "a text": ({"number": "wind.ridge.bus", "scale": [1.0]}, {}, "bus of wind is no number"),
    "a year": ({"number": "wind.ridge.capex", "scale": [1.0], "years": [2033]}, {}, "is not stated in 2033"),
    "a unit": ({"number": "wind.ridge.capex", "unit": "CNY", "values": [1]}, {}, "Write CNY/kW"),
    "years of what has none": (
        {"number": "wind.ridge.potential", "unit": "MW", "values": [1], "years": [2025]},
        {},
        "Leave the year out",
    ),
    "a table nobody reads": (
        {"number": "vanadium_supply.city.production", "scale": [1.0]},
        {"set": {"technologies.vanadium_flow.enabled": False}},
        "nothing in this scenario reads table vanadium_supply",
    ),
    "a target to show": (CAPEX, {"show": ["T61"]}, 'show.0: no target T61. Did you mean "T36"'),
    "a change": (CAPEX, {"set": {"targets.T61.mode": "hard"}}, 'no "T61" in targets. Did you mean "T36"'),
    "a value of a change": (CAPEX, {"set": {"targets.T16.mode": "hrad"}}, 'set.targets.T16.mode: "hrad" is not'),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_there_is_not_is_refused_at_once_with_the_nearest(name: str) -> None:
    dimension, more, expected = REFUSED[name]
    with pytest.raises(InputError) as error:
        planned({"a": dimension}, **more)
    assert expected in str(error.value)
    assert "--set" not in str(error.value)


def test_faults_of_several_dimensions_are_told_together() -> None:
    with pytest.raises(InputError) as error:
        planned({"a": REFUSED["a key"][0], "b": REFUSED["a table"][0], "c": REFUSED["a value"][0]})
    assert len(error.value.problems) == 3


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (CAPEX, {"number": "wind.*.capex", "scale": [3.0]}, True),
        ({**CAPEX, "years": [2025]}, {"number": "wind.*.capex", "scale": [3.0], "years": [2030]}, False),
        (CAPEX, {"number": "wind.ridge.fixed_om", "scale": [3.0]}, False),
        ({"key": "targets.T16", "values": ["~delete"]}, {"key": "targets.T16.value", "values": [4]}, True),
        ({"key": "targets.T16.mode", "values": ["hard"]}, {"key": "targets.T16.value", "values": [4]}, False),
    ],
)
def test_two_dimensions_may_not_set_the_same_thing(one: Any, other: Any, meet: bool) -> None:
    """The later one would undo the other without a word."""
    if meet:
        with pytest.raises(InputError, match=r'vary\.b: sets what "a" sets too'):
            planned({"a": one, "b": other})
    else:
        assert planned({"a": one, "b": other}).cases


def test_values_that_only_together_make_no_scenario_are_a_case_with_the_reason() -> None:
    """A target is priced or has no price, each alone is fine; priced without a price is none."""
    vary = {
        "mode": {"key": "targets.T16.mode", "values": ["report", "priced"]},
        "pay": {"key": "targets.T16.price", "values": [300.0, "~delete"]},
    }
    found = planned(vary, set={"targets.T16.mode": "report"})
    assert [case.scenario is None for case in found.cases] == [False, False, False, True]
    assert "mode is priced and no price is given" in found.cases[3].refusal


def test_a_case_is_known_by_what_it_consists_of() -> None:
    """Its digest is that of another plan with the same case, whatever the order; and another if anything differs."""
    first = planned({"a": CAPEX})
    assert first.cases[0].digest != first.cases[1].digest
    turned = planned({"a": {**CAPEX, "scale": [2.0, 0.5]}}, "solver.time_limit_s=7", name="other")
    assert [case.digest for case in turned.cases] == [case.digest for case in reversed(first.cases)]
    elsewhere = planned({"a": CAPEX}, "targets.T16.price=301")
    assert not {case.digest for case in elsewhere.cases} & {case.digest for case in first.cases}


def test_other_data_make_another_case(monkeypatch: pytest.MonkeyPatch) -> None:
    from pzh_energy.studies import sweep_plan

    first = planned({"a": CAPEX})
    read = sweep_plan.read_datapackage

    def changed(path: Any) -> Any:
        package = read(path)
        return replace(package, hashes={**package.hashes, "wind.csv": "0"})

    monkeypatch.setattr(sweep_plan, "read_datapackage", changed)
    assert planned({"a": CAPEX}).cases[0].digest != first.cases[0].digest
