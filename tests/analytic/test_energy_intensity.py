"""Energy per value added against the base year, by hand.

100 MW of demand through 2020 and 2021; a creek of 60 MW; coal up to 40 MW that burns 0.4 tce/MWh at 300 CNY/MWh; import
at 500 CNY/MWh. A kWh counts 0.3 kgce, so 1 MW through the year is 2.628 ktce of electricity, and a MW of coal adds
0.876 ktce to that. Value added grows by a tenth.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests import toys
from tests.toys import Toy

WITH_COAL = 2.628 * 100 + 0.876 * 40


def city(value: float | None = None, rule: str = "gross") -> Toy:
    """The city above, asked to change by so many per cent in 2021."""
    coal = toys.thermal(40, operation="dispatchable", heat_rate=0.4, fuel_cost=750, primary_energy="coal")
    tables = {
        "run_of_river": {"creek": toys.run_of_river(60)},
        "thermal": {"plant": coal},
        "economy": {"gdp": {"base_value": 1000, "base_year": 2020, "growth": 0.1}},
        **toys.imports(500),
        **toys.accounting(grid_non_fossil_share=1.0),
    }
    target: dict[str, Any] = {"metric": "energy_intensity", "year": 2021, "operator": "at_most", "rule": rule}
    mode = {"value": 0.0 if value is None else value, "mode": "report" if value is None else "hard"}
    return Toy(tables, load=100, periods=(2020, 2021), targets={"intensity": {**target, **mode}})


def test_the_same_energy_for_more_value_is_a_fall() -> None:
    """By hand: 1 / 1.1 - 1 = -9.09 %, whatever the energy."""
    assert toys.solve(city()).measured("intensity", 2021) == pytest.approx(100 * (1 / 1.1 - 1))


def test_a_hard_fall_displaces_coal_at_the_price_of_the_dearer_import() -> None:
    """By hand: 2021 may use 0.85 · 1.1 of the energy of 2020: x MW of coal with 262.8 + 0.876 x = 0.935 · 297.84.

    A point more is 1.1 · 2.9784 ktce, 3.74 MW of coal, at 200 CNY/MWh more: 6.553 million CNY.
    """
    allowed = (0.935 * WITH_COAL - 262.8) / 0.876
    solved = toys.solve(city(-15))
    assert solved.measured("intensity", 2021) == pytest.approx(-15)
    assert solved.steps("thermal.generation", "plant", 2020) == pytest.approx([40])
    assert solved.steps("thermal.generation", "plant", 2021) == pytest.approx([allowed])
    price = abs(solved.at("dual.target_intensity.requirement", 2021)) * WITH_COAL / 100
    assert price == pytest.approx(1.1 * WITH_COAL / 100 / 0.876 * 200 * 8760 / 1e6)
    tighter = toys.solve(city(-15.01))
    assert (tighter.objective - solved.objective) / 0.01 == pytest.approx(price, rel=1e-6)


def test_new_non_fossil_energy_is_left_out_by_the_rule_that_says_so() -> None:
    """By hand: 10 MW of coal in 2021 in place of 40: N grows by 30 · 2.628, F falls by 30 · 3.504 ktce.

    Counted: F + N of 2020 = 10 · 3.504 + 60 · 2.628 = 192.72 against 297.84, over 1.1: -41.18 %.
    """
    toy = city(-100 * (1 - 192.72 / 297.84 / 1.1), "minus_new_renewables")
    solved = toys.solve(toy)
    assert solved.steps("thermal.generation", "plant", 2021) == pytest.approx([10])


def test_only_fossil_energy_counts_by_the_third_rule() -> None:
    """By hand: half the coal for 1.1 of the value: 0.5 / 1.1 - 1 = -54.5 %."""
    solved = toys.solve(city(-100 * (1 - 0.5 / 1.1), "minus_all_nonfossil_and_feedstock"))
    assert solved.steps("thermal.generation", "plant", 2021) == pytest.approx([20])


def test_an_intensity_without_value_added_is_refused() -> None:
    toy = city()
    tables = {key: table for key, table in toy.tables.items() if key != "economy"}
    assert "Switch on the technology economy" in toys.refusals(replace(toy, tables=tables))
