"""Load: yearly energy grown from its base year, times a shape; nonsense is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pzh_energy.technologies.electricity_demand import hourly_load, yearly_energy
from tests import toys
from tests.toys import Toy


def users(periods: tuple[int, ...] = (2020,), **cells: toys.Cell) -> Toy:
    """One user group of 8.76 TWh in 2020 on the city's bus."""
    group = {"bus": "city", "load_series": "shape", "base_energy": 8.76, "base_year": 2020, "growth": 0.0}
    tables = {**toys.imports(), "electricity_demand": {"homes": {**group, **cells}}}
    return Toy(tables, series={"shape": [1, 3]}, edges=toys.HALVES, periods=periods)


def test_shape_is_normalised_to_the_energy() -> None:
    assert hourly_load(toys.system(users()))[0, 0, 0].tolist() == pytest.approx([500, 1500])


def test_each_weather_keeps_the_energy_of_the_year() -> None:
    toy = replace(users(), series={"shape": {"mild": [1, 3], "cold": [3, 1.5]}}, weather={"mild": 0.5, "cold": 0.5})
    load = hourly_load(toys.system(toy))
    assert load[0, 0, 0].tolist() == pytest.approx([500, 1500])
    assert load[0, 0, 1].tolist() == pytest.approx([4000 / 3, 2000 / 3])


def test_growth_holds_until_the_next_value_and_compounds() -> None:
    energy = yearly_energy(toys.system(users((2020, 2021, 2023), growth={2021: 0.1, 2022: 0.2})))
    assert energy[0].tolist() == pytest.approx([8.76, 8.76 * 1.1, 8.76 * 1.1 * 1.2 * 1.2])


def test_years_before_the_base_year_shrink() -> None:
    energy = yearly_energy(toys.system(users((2018, 2020), base_year=2020, growth={2018: 0.5, 2019: 0.25, 2020: 0.6})))
    assert energy[0].tolist() == pytest.approx([8.76 / 1.25 / 1.6, 8.76])


def test_growth_from_a_base_year_before_the_horizon_counts() -> None:
    energy = yearly_energy(toys.system(users((2022,), base_year=2020, growth={2021: 0.1, 2022: 0.2})))
    assert energy[0].tolist() == pytest.approx([8.76 * 1.1 * 1.2])


def test_base_year_from_which_growth_is_not_known_is_refused() -> None:
    text = toys.refusals(users((2022,), base_year=2018, growth={2021: 0.1}))
    assert (
        "electricity_demand.csv homes.base_year: growth is not known from 2018 on. State growth from 2019 on." in text
    )


def test_user_groups_add_up_on_their_bus() -> None:
    """By hand: groups of 1000 and 500 MW import 1500 MW at 500: 6570 million."""
    toy = users()
    groups = toy.tables["electricity_demand"]
    other = {**groups["homes"], "base_energy": 4.38}
    both = replace(toy, tables={**toy.tables, "electricity_demand": {**groups, "mills": other}})
    assert toys.solve(both).objective == pytest.approx(1500 * 4.38)
    assert toys.solve(toy).objective == pytest.approx(1000 * 4.38)


@pytest.mark.parametrize("shape", [[-1.0, 3.0], [0.0, 0.0]])
def test_a_shape_that_is_no_load_is_refused(shape: list[float]) -> None:
    text = toys.refusals(replace(users(), series={"shape": np.array(shape)}))
    assert "electricity_demand.csv homes.load_series: series shape has negative hours, or none above zero." in text


def test_a_missing_series_is_refused_with_the_nearest_one() -> None:
    text = toys.refusals(users(load_series="shpe"))
    assert "electricity_demand.csv homes.load_series: no series 'shpe'. Did you mean \"shape\"?" in text


def test_a_series_in_another_unit_is_refused() -> None:
    text = toys.refusals(replace(users(), series_units={"shape": "MW"}))
    assert "homes.load_series: series shape is in MW. It must be in 1." in text


def test_an_unknown_bus_is_refused() -> None:
    text = toys.refusals(users(bus="cty"))
    assert "electricity_demand.csv homes.bus: unknown 'cty'. Did you mean \"city\"?" in text
