"""Targets: which periods they speak of, what their row asks, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pzh_energy.inputs.datapackage import PlanTarget
from pzh_energy.modeling.target import StatedTarget
from tests import toys
from tests.toys import Toy

WANTED = {"metric": "installed_capacity", "carriers": ("wind",), "operator": "at_least", "value": 0.2}


def toy(targets: Mapping[str, Mapping[str, Any]], periods: tuple[int, ...] = (2020, 2021)) -> Toy:
    """100 MW of wind and some targets."""
    return Toy({"wind": {"ridge": toys.wind(100, max_build=1000)}}, periods=periods, targets=targets)


def stated(**changes: Any) -> StatedTarget:
    """The one target of a toy."""
    return toys.solve(toy({"T": {**WANTED, "year": 2020, **changes}})).assembled.targets[0]


@pytest.mark.parametrize(
    ("operator", "required", "is_upper"),
    [("at_least", 0.15, False), ("about", 0.15, False), ("reach", 0.15, False), ("at_most", 0.25, True)],
)
def test_tolerance_widens_what_is_required(operator: str, required: float, is_upper: bool) -> None:
    target = stated(operator=operator, tolerance=0.05)
    assert target.required == pytest.approx(required)
    assert target.is_upper is is_upper


def test_a_target_speaks_of_its_year() -> None:
    assert stated(year=2021).periods == (2021,)


def test_a_report_of_a_year_outside_the_horizon_is_left_out() -> None:
    solved = toys.solve(toy({"T": {**WANTED, "year": 2030}, "U": {**WANTED, "year": 2021}}))
    assert [target.identifier for target in solved.assembled.targets] == ["U"]
    assert sorted(solved.results.expressions) == ["U"]


def test_a_metric_without_a_year_speaks_of_every_period() -> None:
    limit = {"metric": "curtailment_rate", "operator": "at_most", "value": 5.0}
    solved = toys.solve(toy({"T": limit}))
    assert solved.assembled.targets[0].periods == (2020, 2021)
    assert sorted(solved.results.expressions["T"]) == [2020, 2021]


@pytest.mark.parametrize("mode", ["hard", "priced"])
def test_a_binding_target_of_a_year_outside_the_horizon_is_refused(mode: str) -> None:
    text = toys.refusals(toy({"T": {**WANTED, "year": 2030, "mode": mode, "price": 1.0}}))
    assert "targets.T.year: a year that the target of 2030 speaks of is no period of the horizon." in text
    assert "Add it, or use mode: report." in text


def test_a_target_between_milestones_is_refused() -> None:
    text = toys.refusals(toy({"T": {**WANTED, "year": 2021, "mode": "hard"}}, periods=(2020, 2022)))
    assert "the target of 2021 speaks of is no period" in text


def test_a_unit_other_than_the_metrics_is_refused() -> None:
    text = toys.refusals(toy({"T": {**WANTED, "year": 2020, "unit": "MW"}}))
    assert "targets.T.unit: MW, but installed_capacity is in GW. Convert the value." in text


def test_an_unknown_carrier_is_refused_with_the_nearest_one() -> None:
    text = toys.refusals(toy({"T": {**WANTED, "year": 2020, "carriers": ("wind", "wnd")}}))
    assert "nothing in the capacity ledger is 'wnd'. Did you mean \"wind\"? Known: clean, wind" in text


@pytest.mark.parametrize("series", ["statistical", "physical"])
def test_the_name_of_a_series_is_no_carrier(series: str) -> None:
    text = toys.refusals(toy({"T": {**WANTED, "year": 2020, "carriers": (series,)}}))
    assert f"nothing in the capacity ledger is '{series}'" in text


@pytest.mark.parametrize("mode", ["hard", "priced", "report"])
def test_a_metric_of_what_no_technology_posts_is_refused(mode: str) -> None:
    limit = {"metric": "unserved_energy", "operator": "at_most", "value": 1.0, "mode": mode, "price": 1.0}
    text = toys.refusals(toy({"T": limit}))
    assert "nothing in the electricity ledger is 'unserved'. Switch on a technology that posts it" in text


def test_a_reported_target_has_no_row_and_is_measured() -> None:
    solved = toys.solve(toy({"T": {**WANTED, "year": 2021}}))
    assert [place.name for place in solved.program.constraints if place.name.startswith("target_")] == []
    assert solved.measured("T", 2021) == pytest.approx(0.1)


def test_the_rows_value_is_kept_in_metric_units() -> None:
    solved = toys.solve(toy({"T": {**WANTED, "year": 2020, "mode": "hard"}}))
    expression = solved.results.expressions["T"][2020]
    assert expression == {
        "left": pytest.approx(200),
        "base": 1.0,
        "scale": 1e-3,
        "slack_scale": 1e-3,
    }
    assert solved.at("parameter.target_T.required", 2020) == pytest.approx(0.2)


def test_a_shortfall_exists_in_the_targets_year_only() -> None:
    targets = {"T": {**WANTED, "year": 2021, "mode": "priced", "price": 1.0}}
    solved = toys.solve(toy(targets))
    assert solved.at("target_T.shortfall", "T", 2020) == 0
    assert solved.at("target_T.shortfall", "T", 2021) == pytest.approx(100)


def test_two_targets_of_one_metric_stand_apart() -> None:
    """By hand: 0.2 GW at the end of 2020 and 0.25 of 2021: 100 MW for a year and a half, 50 for a half: 15 + 2.5."""
    targets = {
        "early": {**WANTED, "year": 2020, "mode": "hard"},
        "late": {**WANTED, "year": 2021, "value": 0.25, "mode": "hard"},
    }
    assert toys.solve(toy(targets)).objective == pytest.approx(17.5)


def test_a_target_of_the_plan_is_taken_from_it() -> None:
    """By hand: 0.2 GW asked, 0.1 there: 100 MW for half a year of 0.1 million: 5 million."""
    plan = PlanTarget("T", "2.1", "2020", "wind", "风电", "at_least", 0.2, "GW", "computed")
    spec = {"metric": "installed_capacity", "carriers": ("wind",), "mode": "hard"}
    base = Toy({"wind": {"ridge": toys.wind(100, max_build=1000)}}, targets={"T": spec}, plan_targets={"T": plan})
    solved = toys.solve(base)
    assert solved.objective == pytest.approx(5)
    assert solved.assembled.targets[0].spec.clause == "2.1"
