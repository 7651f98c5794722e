"""Electrolysis: what it draws, how far it can be turned down, and what its stacks cost."""

from __future__ import annotations

import pytest

from tests import toys
from tests.hydrogen_toys import byproduct, electrolyzer, kt, use
from tests.toys import Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""


def plant(existing: float, demand: float = 10, **more: toys.Cell) -> Toy:
    """Import at 500 CNY/MWh, an electrolyser, and a demand of so many MW all year."""
    tables = {"electrolyzer": {"plant": electrolyzer(existing, **more)}, "hydrogen_demand": {"users": use(kt(demand))}}
    return Toy({**toys.imports(500), **tables})


def test_electrolysis_draws_its_use_per_kilogram() -> None:
    """Proves that hydrogen costs the electricity that the table states for a kg.

    By hand: 10 MW of hydrogen at 66.66 kWh/kg need 20 MW, 8760·20·500 = 87.6 million; at 49.995 kWh/kg (efficiency
    2/3) they need 15 MW, 65.7 million. If broken (efficiency upside down, or 1) it would be 21.9 or 43.8.
    """
    half = toys.solve(plant(100))
    better = toys.solve(toys.changed(plant(100), "electrolyzer", "plant", electricity_use=1.5 * 33.33))
    assert half.objective == pytest.approx(8760 * HOUR * 20 * 500)
    assert better.objective == pytest.approx(8760 * HOUR * 15 * 500)
    assert half.at("electrolyzer.hydrogen", "plant", 2020) == pytest.approx(kt(10))


def test_capacity_limits_what_is_made() -> None:
    """Proves that no more electricity goes in than the plant is rated for.

    By hand: 12 MW make 6 MW of hydrogen; the other 4 MW, 4·8760/33.33 = 1051.2 t, are lost at 1000 CNY/kg = 1051.2
    million, beside 8760·12·500 = 52.56. If broken the limit would cost nothing more than 87.6 million.
    """
    short = toys.solve(plant(12))
    lost = 1e3 * kt(4)
    assert short.objective == pytest.approx(8760 * HOUR * 12 * 500 + lost)
    assert short.steps("electrolyzer.input", "plant") == pytest.approx([12])
    assert short.at("dual.electrolyzer.online_limit", "plant", 2020, "normal", 0) < 0


def test_capacity_is_built_for_the_year_it_serves() -> None:
    """Proves that building is weighed against what it saves.

    By hand: 20 MW in service are 40 MW built within the year, at 1000 CNY/kW over 10 years without interest 4 million a
    year, half of it due in the first, beside 87.6 million of power for 2628.26 t: 89.6 / 2.62826 = 34.091 CNY/kg.
    By-product hydrogen is taken at 34.0 CNY/kg and electrolysis built at 34.2. If broken the threshold would be 33.71
    (year-end capacity serving all year) or 34.85 (a whole annuity).
    """
    toy = plant(0, max_build=100)
    for price, capacity in ((34.0, 0), (34.2, 40)):
        tables = {**toy.tables, "byproduct_hydrogen": {"works": byproduct(kt(10), price)}}
        solved = toys.solve(Toy(tables))
        assert solved.at("electrolyzer.capacity", "plant", 2020) == pytest.approx(capacity, abs=1e-6)


@pytest.mark.parametrize(
    ("minimum_online", "minimum_load", "cost"), [(0, 0.4, 0), (0.5, 0, 0), (0.5, 0.4, 43.8), (1, 0.4, 87.6)]
)
def test_the_floor_binds_where_a_share_is_never_switched_off(
    minimum_online: float, minimum_load: float, cost: float
) -> None:
    """Proves that the part-load floor costs nothing if all may be switched off, and binds on the share kept on.

    By hand: 100 MW, free wind in the first half of the year only, 25 MW of hydrogen on average whenever it suits: all
    is made of wind. With half kept on at a floor of 0.4 the plant draws 0.5·0.4·100 = 20 MW of imported power in the
    second half, 20·4380·500 = 43.8 million; all kept on, 87.6. If broken (floor on capacity) the first would cost 87.6.
    """
    floors = {"minimum_online": minimum_online, "minimum_load": minimum_load}
    tables = {
        "wind": {"ridge": toys.wind(300, "early")},
        "electrolyzer": {"plant": electrolyzer(100, **floors)},
        "hydrogen_demand": {"users": use(kt(25), "year")},
    }
    solved = toys.solve(Toy({**toys.imports(500), **tables}, series={"early": [1, 0]}, edges=toys.HALVES))
    least = minimum_online * minimum_load * 100
    assert solved.objective == pytest.approx(cost, abs=1e-6)
    assert solved.steps("electrolyzer.input", "plant") == pytest.approx([100 - least, least], abs=1e-6)


def test_stacks_are_charged_by_the_hour_online() -> None:
    """Proves that later stacks, not the first, are paid for by the hours and megawatts that are switched on.

    By hand: 1000 CNY/kW, half of it stack; a plant of 87600 h and stacks of 43800 h: one more stack in ten years of
    full use, 500 CNY/kW / 10 = 0.05 million a year for each MW online. 20 MW online all year: 1 million; 40 MW kept on
    for the same hydrogen: 2 million; stacks that last as long as the plant: nothing. If broken (the first stack charged
    too) it would be 2, 4 and 1 million.
    """
    worn = {"stack_share": 0.5, "stack_life": 43800}
    power = 8760 * HOUR * 20 * 500
    assert toys.solve(plant(40, **worn)).objective - power == pytest.approx(1.0)
    assert toys.solve(plant(40, minimum_online=1, **worn)).objective - power == pytest.approx(2.0)
    lasting = toys.solve(plant(40, stack_share=0.5, stack_life=87600))
    assert lasting.objective == pytest.approx(power)
    assert toys.solve(plant(40, **worn)).cost("stack_wear") == pytest.approx(1.0)


def test_hydrogen_holds_no_more_than_the_electricity() -> None:
    """Proves that a use below the heating value is refused: 30 kWh/kg would make energy from nothing."""
    assert "below 33.33" in toys.refusals(plant(10, electricity_use=30))
