"""What stands in for a target of the plan that is an input is stated whole, and for no other target."""

from __future__ import annotations

from pzh_energy.domain.errors import Problems
from pzh_energy.inputs.datapackage_checks import check_plan_inputs
from pzh_energy.inputs.datapackage_csv import Resource, Table

STATED = {
    "treatment": "input",
    "input_value": "800",
    "input_unit": "MW",
    "input_low": "400",
    "input_high": "1500",
    "input_grade": "D",
    "input_source": "own assumption",
}


def problems_of(**cells: str) -> list[str]:
    """What is wrong with a target that is an input, with some cells changed."""
    resource = Resource("plan_targets", "plan_targets.csv", "plan_targets", (), ("id",))
    columns = {name: [cell] for name, cell in {**STATED, **cells}.items()}
    table = Table(resource, "plan_targets.csv", [2], columns, sound=True)
    problems = Problems()
    check_plan_inputs(table, problems)
    return [str(problem) for problem in problems.found]


def test_a_whole_input_is_accepted() -> None:
    assert problems_of() == []


def test_every_part_of_an_input_is_asked_for() -> None:
    for column in ("input_value", "input_unit", "input_grade", "input_source"):
        (problem,) = problems_of(**{column: ""})
        assert problem.startswith(f"plan_targets.csv:2:{column}: is empty, but the target is treated as an input.")


def test_an_assumption_needs_its_range_and_lies_within_it() -> None:
    assert len(problems_of(input_low="")) == 1
    (problem,) = problems_of(input_value="1501")
    assert problem.startswith("plan_targets.csv:2:input_value: 1501 is above high = 1500.")
    assert problems_of(input_grade="A", input_low="", input_high="") == []


def test_a_target_that_is_no_input_has_none() -> None:
    found = problems_of(treatment="out_of_scope")
    assert len(found) == 6
    assert all("is given, but the target is out_of_scope." in problem for problem in found)
