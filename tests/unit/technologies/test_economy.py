"""Value added: grown from its base, posted under its own tag, and nothing but what targets can read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import toys
from tests.toys import Toy


def values(**cells: toys.Cell) -> dict[str, toys.Cell]:
    """1000 (100 million CNY) in 2020, growing by a tenth a year."""
    return {"base_value": 1000, "base_year": 2020, "growth": 0.1, **cells}


def city(**measures: dict[str, toys.Cell]) -> Toy:
    """A load on imports and an economy."""
    return Toy({**toys.imports(), "economy": measures}, load=10, periods=(2020, 2022))


def test_each_measure_grows_and_stands_under_its_tag() -> None:
    """By hand: 1000·1.1² = 1210 of GDP, 400·1.05·1.2 = 504 of industry."""
    industry = values(base_value=400, growth={2021: 0.05, 2022: 0.2})
    results = toys.solve(city(gdp=values(), industrial_value_added=industry)).results
    assert results.amount(results.ledger("activity", "gdp")).values.tolist() == pytest.approx([1000, 1210])
    added = results.amount(results.ledger("activity", "industrial_value_added")).values.tolist()
    assert added == pytest.approx([400, 504])


def test_value_added_costs_nothing() -> None:
    """By hand: 10 MW on imports are 43.8 million a year, and 2020 stands for two of the three years."""
    assert toys.solve(city(gdp=values())).objective == pytest.approx(3 * 43.8)


def test_what_no_target_reads_is_refused() -> None:
    assert 'economy.csv gpd: is no measure of value added. Did you mean "gdp"' in toys.refusals(city(gpd=values()))
    assert "economy.csv gdp.base_value: is zero." in toys.refusals(city(gdp=values(base_value=0)))
    late = replace(city(gdp=values(base_year=2018, growth={2020: 0.1})))
    assert "economy.csv gdp.base_year: growth is not known from 2018 on." in toys.refusals(late)
