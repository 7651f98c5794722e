"""Money by the grade of the prices behind it."""

from __future__ import annotations

import pytest

from pzh_energy.inputs.datapackage import DataPackage, parameter_rows
from pzh_energy.reporting.grades import cost_by_grade, rows_by_grade
from tests.unit.reporting.made import wind_and_load

PACKAGE = DataPackage(
    parameters={
        "wind": parameter_rows(
            [
                {"item": "east", "parameter": "capex", "value": 5000, "unit": "CNY/kW", "grade": "B"},
                {"item": "east", "parameter": "variable_om", "value": 5, "unit": "CNY/MWh", "grade": "C"},
                {"item": "west", "parameter": "capex", "value": 5000, "unit": "CNY/kW", "grade": "D"},
                {"item": "west", "parameter": "potential", "value": 900, "unit": "MW", "grade": "D"},
            ]
        )
    }
)


def test_money_is_graded_by_the_worst_price_of_its_item_and_kind() -> None:
    """By hand, discounted with 4 and 2: east's annuity 3·4 + 5·2 = 22 rests on B; west's 1·2 = 2 on D; east's variable
    cost 7·(4 + 2) = 42 on C; export earns 10·(4 + 2) = 60 and belongs to no technology of the package."""
    money = cost_by_grade(wind_and_load(), PACKAGE).set_index("grade")
    assert money["spent"].to_dict() == pytest.approx({"B": 22.0, "C": 42.0, "D": 2.0, "scenario": 0.0})
    assert money["earned"].to_dict() == pytest.approx({"B": 0.0, "C": 0.0, "D": 0.0, "scenario": 60.0})
    assert money["share"].sum() == pytest.approx(100)
    assert money.loc["scenario", "share"] == pytest.approx(100 * 60 / 126)


def test_rows_are_counted_by_grade() -> None:
    assert rows_by_grade(PACKAGE) == {"B": 1, "C": 1, "D": 2}
