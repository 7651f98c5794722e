"""Strict models, and targets completed from the plan."""

from types import SimpleNamespace
from typing import Any, ClassVar, Self

import pytest
from pydantic import ValidationError, model_validator

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.specs import Bilingual, StrictModel, TargetSpec, complete_target


class Numbers(StrictModel):
    real: float = 0.0
    many: tuple[tuple[float, ...], ...] = ()


class EveryYear(TargetSpec):
    needs_year: ClassVar[bool] = False


def a_plan_target(**changes: Any) -> Any:
    stated = {
        "id": "T06", "clause": "1.3", "year": "2025", "metric_en": "capacity", "metric_zh": "装机",
        "operator": "at_least", "value": 7.2, "unit": "GW",
    }  # fmt: skip
    return SimpleNamespace(**{**stated, **changes})


@pytest.mark.parametrize("value", [True, "1", None, float("nan"), float("inf")])
def test_only_a_finite_number_is_a_number(value: Any) -> None:
    with pytest.raises(ValidationError):
        Numbers(real=value)


def test_whole_numbers_are_numbers_and_lists_become_tuples() -> None:
    assert Numbers.model_validate({"real": 3, "many": [[1, 2], [3]]}) == Numbers(real=3.0, many=((1.0, 2.0), (3.0,)))


def test_models_are_frozen_and_refuse_unknown_keys() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Numbers().real = 2.0
    with pytest.raises(ValidationError, match="rael"):
        Numbers.model_validate({"rael": 1})


def test_what_a_target_leaves_out_comes_from_the_plan() -> None:
    completed = complete_target("T06", TargetSpec(metric="x", mode="hard"), a_plan_target())
    assert completed == TargetSpec(
        metric="x", mode="hard", clause="1.3", year=2025, operator="at_least", value=7.2, unit="GW",
        label=Bilingual(zh="装机", en="capacity"),
    )  # fmt: skip


def test_what_a_target_states_wins_over_the_plan() -> None:
    stated = TargetSpec(metric="x", year=2030, operator="at_most", value=0.0, unit="MW", clause="own")
    assert complete_target("T06", stated, a_plan_target(operator="below")).model_dump(
        exclude={"label"}
    ) == stated.model_dump(exclude={"label"})


def test_the_last_year_of_a_window_counts() -> None:
    assert complete_target("T06", TargetSpec(metric="x"), a_plan_target(year="2021-2025")).year == 2025


def test_an_operator_of_the_plan_that_cannot_be_tested_must_be_stated() -> None:
    with pytest.raises(InputError) as caught:
        complete_target("T06", TargetSpec(metric="x"), a_plan_target(operator="below"), where="s.yaml:3:1 targets.T06")
    (problem,) = caught.value.problems
    assert problem.where == "s.yaml:3:1 targets.T06.operator"
    assert problem.what == 'the plan says "below", which cannot be tested as it stands.'
    assert problem.remedy == "State operator as one of: at_least, at_most, about, reach, equal"


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (None, "missing, and the plan has no target of this id."),
        (a_plan_target(year="no year", operator="", value=None), "missing, and the plan does not say it either."),
    ],
)
def test_a_target_without_year_operator_or_value_is_refused(plan: Any, why: str) -> None:
    with pytest.raises(InputError) as caught:
        complete_target("T06", TargetSpec(metric="x"), plan)
    assert [problem.where for problem in caught.value.problems] == [
        f"targets.T06.{name}" for name in ("year", "operator", "value")
    ]
    assert {problem.what for problem in caught.value.problems} == {why}


class YearAsValue(TargetSpec):
    needs_year: ClassVar[bool] = False

    @model_validator(mode="after")
    def _same(self) -> Self:
        if self.value is not None and self.year not in (None, int(self.value)):
            raise ValueError(f"year {self.year} and value {self.value:g} differ.")
        return self


def test_what_the_plan_says_and_does_not_go_with_what_is_stated_is_refused_where_it_was_stated() -> None:
    """Each is fine by itself: the scenario says a value of 2029, the plan a year of 2030."""
    spec = YearAsValue(metric="peak", value=2029.0)
    with pytest.raises(InputError) as error:
        complete_target("T11", spec, a_plan_target(year="2030"), "scenario.yaml:7")
    what = "with what the plan says (year 2030, operator at_least, unit GW): year 2030 and value 2029 differ."
    assert str(error.value).startswith(f"scenario.yaml:7: {what}")
    assert complete_target("T11", spec, a_plan_target(year="2029")).year == 2029


def test_a_metric_of_every_year_needs_no_year_but_takes_one_from_the_plan() -> None:
    stated = EveryYear(metric="x", operator="at_most", value=0.0)
    assert complete_target("other", stated, None).year is None
    assert complete_target("T06", stated, a_plan_target()).year == 2025
    with pytest.raises(InputError, match=r"^targets\.other\.value: missing"):
        complete_target("other", EveryYear(metric="x", operator="at_most"), None)
