"""The 44 targets of the plan: each treated in one of three ways, each with its statement, inputs as in the tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pzh_energy.inputs.datapackage import PlanTarget, read_datapackage

ROOT = Path(__file__).parents[3] / "data"
PACKAGE = read_datapackage(ROOT, with_series=False)
TARGETS = PACKAGE.targets
ROW_OF_TABLE = re.compile(r"(\w+)\.csv (\w+)\.(\w+)(?: (\d{4}))?")


def of_treatment(treatment: str) -> set[str]:
    """Ids of the targets treated in one way."""
    return {key for key, target in TARGETS.items() if target.treatment == treatment}


def test_there_are_44_and_every_one_has_a_statement_of_one_line_in_both_languages() -> None:
    assert list(TARGETS) == [f"T{k:02}" for k in range(1, 45)]
    for target in TARGETS.values():
        assert target.statement_zh and target.statement_en
        assert "\n" not in target.statement_zh + target.statement_en
        assert len(target.statement_zh) <= 40 and len(target.statement_en) <= 100


def test_the_split_is_that_of_the_model() -> None:
    assert of_treatment("input") == {"T24", "T25", "T30", "T31", "T32", "T41", "T42"}
    land_waste_buildings_trips = {f"T{k:02}" for k in (4, 5, 21, 22, 23, 27, 28, 29, 34, 35, 37, 38, 39, 40, 43, 44)}
    assert of_treatment("out_of_scope") == land_waste_buildings_trips
    assert len(of_treatment("computed")) == 44 - 7 - 16


def test_the_three_without_a_number_say_so() -> None:
    for target in TARGETS.values():
        assert (target.value is None) == (target.id in ("T10", "T19", "T44"))
        assert (target.statement_en == "no number in the plan; set by user") == (target.value is None)


@pytest.mark.parametrize("target", [t for t in TARGETS.values() if t.treatment == "input"], ids=lambda t: t.id)
def test_an_input_taken_from_a_table_is_that_of_the_table(target: PlanTarget) -> None:
    """Its source names file, item, parameter and, if it has one, year."""
    found = ROW_OF_TABLE.fullmatch(target.input_source)
    assert found is not None, target.input_source
    table, item, parameter, year = found.groups()
    (row,) = [
        r
        for r in PACKAGE.parameters[table]
        if (r.item, r.parameter, str(r.year)) == (item, parameter, str(year and int(year)))
    ]
    stated = (target.input_value, target.input_unit.removesuffix("/yr"), target.input_low, target.input_high)
    assert stated == (float(row.value), row.unit.removesuffix("/yr"), row.low, row.high)
    assert target.input_grade == row.grade
