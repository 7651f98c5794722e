"""Money and numbers by the grade that a run states of its inputs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.grades import UNKNOWN, money_by_grade, numbers_by_grade
from pzh_energy.reporting.plots.grades import cost_by_grade, grade_picture
from tests.unit.reporting.made import wind_and_load

STATED = {"numbers": {"wind": {"B": 1, "D": 3}, "grid": {"D": 2}}, "money": {"wind": {"east": "B", "north": "C"}}}


def graded() -> Results:
    return replace(wind_and_load(), provenance={"grades": STATED})


def test_money_rests_on_the_weakest_number_behind_it() -> None:
    """Wind: east has grade B of its own, west has none and takes the weakest of wind, C; the grid is not stated.

    Discounted with 4 and 2: east spends 7·4 + 3·4 + 7·2 + 5·2 = 64, west 1·2 = 2; export earns 10·(4 + 2) = 60.
    """
    money = money_by_grade(graded()).set_index(["technology", "grade"])
    assert money["spent"].to_dict() == pytest.approx({("wind", "B"): 64, ("wind", "C"): 2, ("grid", UNKNOWN): 0})
    assert money["earned"].to_dict() == pytest.approx({("wind", "B"): 0, ("wind", "C"): 0, ("grid", UNKNOWN): 60})


def test_the_picture_counts_spending_and_earning_by_size() -> None:
    table = cost_by_grade(graded())
    assert table.loc["wind", ["B", "C"]].tolist() == pytest.approx([64.0, 2.0])
    assert table.loc["grid", UNKNOWN] == pytest.approx(60.0)
    assert grade_picture(wind_and_load(), "en") is None  # a result that does not say


def test_numbers_are_counted_by_grade_over_all_tables() -> None:
    assert numbers_by_grade(graded()).to_dict() == {"A": 0, "B": 1, "C": 0, "D": 5}
    assert numbers_by_grade(wind_and_load()).sum() == 0
