"""Verdicts, margins and prices of the scorecard, against numbers worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest
import xarray as xr

from pzh_energy.inputs.specs import Bilingual, TargetSpec
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.scorecard import ScorecardRow, gate_missed, scorecard, verdict_of
from tests.unit.reporting.made import dataset, row


class Metric:
    """A metric whose value is given by year; what is an exception is raised."""

    key = "given"
    Spec = TargetSpec

    def __init__(self, values: dict[int, Any], unit: str = "GW") -> None:
        self.values, self.unit = values, unit

    def terms(self, spec: Any, system: Any, block: Any) -> Any:
        raise AssertionError("the scorecard reads no terms of the linear program")

    def measure(self, spec: Any, results: Results, period: int) -> float:
        value = self.values[period]
        if isinstance(value, Exception):
            raise value
        return float(value)


def card(values: dict[int, Any], results: Results | None = None, unit: str = "GW", **spec: Any) -> ScorecardRow:
    stated = {"metric": "given", "operator": "at_least", "value": 10.0, "year": 2030, **spec}
    rows = scorecard(results or Results(dataset({})), {"T": TargetSpec(**stated)}, {"given": Metric(values, unit)})
    return rows[0]


@pytest.mark.parametrize(
    ("operator", "value", "tolerance", "achieved", "verdict"),
    [
        ("at_least", 10.0, 0.0, 10.0, "met"),
        ("at_least", 10.0, 0.0, 12.0, "met"),
        ("at_least", 10.0, 0.0, 9.999995, "met"),
        ("at_least", 10.0, 0.0, 9.99998, "missed"),
        ("at_least", 10.0, 0.5, 9.6, "met_within_tolerance"),
        ("at_least", 10.0, 0.5, 9.499995, "met_within_tolerance"),
        ("at_least", 10.0, 0.5, 9.4, "missed"),
        ("reach", 10.0, 0.0, 9.9, "missed"),
        ("reach", 10.0, 0.2, 9.9, "met_within_tolerance"),
        ("about", 90.0, 1.0, 90.0, "met"),
        ("about", 90.0, 1.0, 99.0, "met"),
        ("about", 90.0, 1.0, 89.0, "met_within_tolerance"),
        ("about", 90.0, 1.0, 88.9, "missed"),
        ("at_most", 5.0, 0.0, 5.0, "met"),
        ("at_most", 5.0, 0.0, 4.0, "met"),
        ("at_most", 5.0, 0.0, 5.0001, "missed"),
        ("at_most", 5.0, 1.0, 6.0, "met_within_tolerance"),
        ("at_most", 5.0, 1.0, 6.1, "missed"),
        ("at_most", -15.0, 0.0, -16.0, "met"),
        ("at_most", -15.0, 0.0, -14.0, "missed"),
        ("at_most", 0.0, 0.0, 1e-7, "met"),
        ("at_most", 0.0, 0.0, 1e-3, "missed"),
        ("equal", 10.0, 0.0, 10.000005, "met"),
        ("equal", 10.0, 0.0, 10.1, "missed"),
        ("equal", 10.0, 0.0, 9.9, "missed"),
        ("equal", 10.0, 0.5, 10.4, "met_within_tolerance"),
        ("equal", 10.0, 0.5, 9.4, "missed"),
        ("at_least", 10.0, 0.0, math.nan, "not_computable"),
    ],
)
def test_verdict(operator: str, value: float, tolerance: float, achieved: float, verdict: str) -> None:
    assert verdict_of(operator, value, tolerance, achieved) == verdict


def test_margin_is_positive_on_the_good_side_for_floors_and_ceilings() -> None:
    assert card({2030: 12.0}).margin == pytest.approx(2.0)
    assert card({2030: 12.0}, operator="at_most").margin == pytest.approx(-2.0)


def test_margin_of_equal_is_negative_on_both_sides() -> None:
    assert [card({2030: value}, operator="equal").margin for value in (8.0, 12.0)] == [-2.0, -2.0]


def test_margin_is_counted_from_the_value_and_not_from_the_tolerated_value() -> None:
    found = card({2030: 9.7}, tolerance=0.5)
    assert (found.verdict, found.margin) == ("met_within_tolerance", pytest.approx(-0.3))
    assert "0.500 GW" in found.note_en
    assert "50.0 万千瓦" in found.note_zh


def test_only_about_remarks_on_an_overshoot_beyond_its_tolerance() -> None:
    assert "2.000 GW" in card({2030: 12.0}, operator="about", tolerance=0.5).note_en
    assert card({2030: 10.4}, operator="about", tolerance=0.5).note_en == ""
    assert card({2030: 12.0}, operator="reach", tolerance=0.5).note_en == ""


def test_a_target_of_every_year_is_judged_by_its_worst_year() -> None:
    found = card({2025: 3.0, 2030: 7.0}, year=None, operator="at_most", value=5.0, unit="%")
    assert (found.year, found.worst_year, found.achieved, found.margin) == (None, 2030, 7.0, -2.0)
    assert found.verdict == "missed"
    assert "2030" in found.note_en
    assert "2030" in found.note_zh


def test_years_that_are_all_alike_have_no_worst_one_to_remark_on() -> None:
    assert card({2025: 0.0, 2030: 0.0}, year=None, operator="at_most", value=0.0).note_en == ""


def test_a_year_outside_the_horizon_cannot_be_computed_and_says_so() -> None:
    found = card({2030: 12.0}, year=2027)
    assert (found.verdict, found.achieved, found.margin) == ("not_computable", None, None)
    assert "2027" in found.note_en
    assert "2027" in found.note_zh


@pytest.mark.parametrize("nothing", [ZeroDivisionError(), math.nan])
def test_a_share_of_nothing_cannot_be_computed(nothing: Any) -> None:
    found = card({2030: nothing})
    assert (found.verdict, found.achieved) == ("not_computable", None)
    assert found.note_en


@pytest.mark.parametrize("values", [{2025: math.nan, 2030: 50.0}, {2025: 50.0, 2030: math.nan}])
def test_one_year_that_cannot_be_computed_is_not_passed_over(values: dict[int, float]) -> None:
    found = card(values, year=None)
    assert (found.verdict, found.achieved, found.worst_year) == ("not_computable", None, None)


def priced(dual: list[float], base: float, scale: float, shortfall: float | None = None) -> Results:
    """Results in which the row of target T has these duals in 2025 and 2030 (weights 4 and 2)."""
    arrays = {"dual.target_T.requirement": xr.DataArray(dual, dims="period")}
    if shortfall is not None:
        arrays["target_T.shortfall"] = xr.DataArray([[0.0, shortfall]], dims=("name", "period"))
    terms = {"left": 0.0, "base": base, "scale": scale, "slack_scale": 1e-3}
    return Results(dataset(arrays), expressions={"T": {2025: terms, 2030: terms}})


def test_price_of_an_amount_is_per_its_own_unit_and_undiscounted() -> None:
    """0.5 million CNY per MW over a weight of 2 are 0.25 a year, 250 per GW."""
    found = card({2030: 10.0}, priced([0.0, 0.5], 1.0, 1e-3), mode="hard")
    assert found.shadow_price == pytest.approx(250.0)
    assert found.shadow_price_year == 2030


def test_price_of_a_share_is_per_percentage_point() -> None:
    """A percentage point of 8000 MW is 80 MW; at 0.25 million CNY per MW and year that is 20 million."""
    found = card({2030: 10.0}, priced([0.0, 0.5], 8000.0, 100.0), mode="hard", unit="%")
    assert found.shadow_price == pytest.approx(20.0)


def test_price_does_not_depend_on_which_way_round_the_row_is_written() -> None:
    assert card({2030: 10.0}, priced([0.0, -0.5], 1.0, 1e-3), mode="hard").shadow_price == pytest.approx(250.0)


def test_price_of_equal_is_that_of_its_floor_less_that_of_its_ceiling() -> None:
    """0.5 on the ceiling over a weight of 2: one MW more saves 0.25 a year, 250 per GW."""
    dual = xr.DataArray(
        [[0.0, 0.0], [0.0, 0.5]], dims=("target_T_side", "period"), coords={"target_T_side": ["floor", "ceiling"]}
    )
    terms = {"left": 0.0, "base": 1.0, "scale": 1e-3, "slack_scale": 1e-3}
    results = Results(dataset({"dual.target_T.requirement": dual}), expressions={"T": {2030: terms}})
    assert card({2030: 10.0}, results, mode="hard", operator="equal").shadow_price == pytest.approx(-250.0)


def test_largest_price_of_several_years_is_shown_with_its_year() -> None:
    """2.0 over a weight of 4 is 0.5 a year and outweighs 0.6 over a weight of 2."""
    found = card({2025: 20.0, 2030: 10.0}, priced([2.0, 0.6], 1.0, 1.0), mode="hard", year=None)
    assert (found.shadow_price, found.shadow_price_year, found.worst_year) == (pytest.approx(0.5), 2025, 2030)


def test_a_target_that_is_only_reported_has_no_price() -> None:
    assert card({2030: 10.0}).shadow_price is None


def test_shortfall_of_a_priced_target_is_in_the_unit_of_the_target() -> None:
    """1500 MW missing are 1.5 GW, or 18.75 percentage points of 8000 MW."""
    amount = card({2030: 8.5}, priced([0.0, 0.4], 1.0, 1e-3, shortfall=1500.0), mode="priced", price=200.0)
    share = card({2030: 8.5}, priced([0.0, 0.4], 8000.0, 100.0, shortfall=1500.0), mode="priced", price=200.0)
    assert (amount.shortfall, share.shortfall) == (pytest.approx(1.5), pytest.approx(18.75))


def test_label_is_the_targets_own_or_else_the_metrics() -> None:
    own = card({2030: 1.0}, label=Bilingual(zh="名", en="name"))
    assert (own.label_zh, own.label_en) == ("名", "name")
    assert card({2030: 1.0}).label_en == "given"


def test_label_of_the_metric_comes_from_the_package_of_the_run() -> None:
    labels = {"given": {"zh": "指标", "en": "Metric", "colour": "#000000", "order": 1}}
    results = Results(dataset({}), provenance={"labels": labels})
    assert card({2030: 1.0}, results).label_zh == "指标"


def test_a_target_that_is_not_completed_is_refused() -> None:
    with pytest.raises(ValueError, match="T is not completed"):
        scorecard(Results(dataset({})), {"T": TargetSpec(metric="given")}, {"given": Metric({2030: 1.0})})


@pytest.mark.parametrize(
    ("verdict", "expect", "passes"),
    [
        ("met", None, True),
        ("met_within_tolerance", None, True),
        ("missed", None, False),
        ("not_computable", None, False),
        ("met", "met", True),
        ("missed", "met", False),
        ("missed", "missed", True),
        ("met", "missed", False),
        ("not_computable", "missed", False),
    ],
)
def test_a_gate_passes_what_is_as_expected_and_nothing_else(verdict: str, expect: str | None, passes: bool) -> None:
    gated, open_ = row(verdict=verdict, expect=expect, gate=True), row(verdict=verdict, expect=expect)
    assert gate_missed([gated, open_]) == (() if passes else (gated,))


def test_a_broken_expectation_is_noted() -> None:
    assert "missed" in card({2030: 12.0}, expect="missed").note_en
    assert "met" in card({2030: 8.0}, expect="met").note_en
    assert card({2030: 8.0}, expect="missed").note_en == ""
