"""Targets of storage: power, energy, and power as a share of new wind and PV, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests import toys
from tests.toys import Cell, Toy

UNIT = 1e-4
"""Million CNY for a year of service of one MW or MWh at 1 CNY/kW or CNY/kWh, over ten years without interest."""


def lithium(capex: float = 1000, **more: Cell) -> dict[str, Cell]:
    """A battery of 2 h that never pays; a new MWh costs 0.1 million a year, 0.05 in the year it is built."""
    money = {"capex": capex, "lifetime": 10, "fixed_om": 0, "existing_year": 2000}
    return {"bus": "city", "minimum_duration": 2, "round_trip_efficiency": 1, **money, **more}


def pumped(capex: float = 1000, **more: Cell) -> dict[str, Cell]:
    """A plant of 6 h that never pays; a new MW costs 0.1 million a year, 0.05 in the year it is built."""
    money = {"capex": capex, "lifetime": 10, "fixed_om": 0, "existing_year": 2000}
    return {"bus": "city", "duration": 6, "round_trip_efficiency": 1, **money, **more}


def asking(target: Mapping[str, Any], **tables: Mapping[str, Mapping[str, Cell]]) -> Toy:
    """Load of 100 MW and import at 500 CNY/MWh in 2020 and 2021; 100 MW of wind are committed for 2021."""
    wind = {"ridge": toys.wind(50, "wind", committed_build={2021: 100})}
    base = {**toys.imports(500), "wind": wind, "lithium_battery": {"lfp": lithium()}, **tables}
    spec = {"operator": "at_least", "mode": "hard", "year": 2021, **target}
    return Toy(base, load=100, series={"wind": 0.1}, periods=(2020, 2021), targets={"S": spec})


def reported(toy: Toy) -> Toy:
    """The toy with its target only measured."""
    assert toy.targets is not None
    return replace(toy, targets={"S": {**toy.targets["S"], "mode": "report"}})


def price(solved: toys.Solved) -> float:
    """Shadow price of the target in 2021, million CNY per unit of its metric."""
    assert solved.results is not None
    terms = solved.results.expressions["S"][2021]
    return abs(float(solved["dual.target_S.requirement"].sel(period=2021))) * terms["base"] / terms["scale"]


def test_ratio_asks_for_storage_of_new_wind_only() -> None:
    """Proves that storage is required for what was added after the year, and that the shadow price is what it costs.

    By hand: 100 MW of wind come in 2021, 50 MW stood before. 10 % are 10 MW, 20 MWh: 1 million. One percentage point
    more is 1 MW, 2 MWh: 0.1 million. Reported only, nothing is built. If broken (all wind counts) 30 MWh would be.
    """
    toy = asking({"metric": "storage_ratio", "of": ("wind",), "since": 2020, "value": 10.0})
    hard, free = toys.solve(toy), toys.solve(reported(toy))
    assert hard.objective - free.objective == pytest.approx(20 * 1000 * UNIT / 2)
    assert hard.at("lithium_battery.capacity", "lfp", 2021) == pytest.approx(10)
    assert hard.measured("S", 2021) == pytest.approx(10)
    assert free.measured("S", 2021) == pytest.approx(0, abs=1e-9)
    more = toys.solve(replace(toy, targets={"S": {**(toy.targets or {})["S"], "value": 11.0}}))
    assert more.objective - hard.objective == pytest.approx(0.1)
    assert price(hard) == pytest.approx(0.1)


def test_ratio_makes_wind_pay_for_its_storage() -> None:
    """Proves that the denominator is a decision too: wind that pays alone is not built if its storage eats the gain.

    By hand: a new MW serves half of 2021: 438 MWh at availability 0.1, 0.219 million of import saved, and costs 0.1 at
    2000 CNY/kW: a gain of 0.119. A ratio of 50 % adds 0.5 MW, 1 MWh at 2000 CNY/kWh: 0.1 million, which leaves 0.019;
    one of 70 % adds 0.14 and makes it a loss: only the 10 MW that are committed come. If broken (denominator taken as
    given) both would build the 40 MW allowed beyond them.
    """
    may = {"ridge": toys.wind(50, "wind", capex=2000, committed_build={2021: 10}, max_build=40, first_year=2021)}
    dear_battery = {"lfp": lithium(2000)}
    wanted = {"metric": "storage_ratio", "of": ("wind",), "since": 2020, "value": 50.0}
    toy = asking(wanted, wind=may, lithium_battery=dear_battery)
    pays = toys.solve(toy)
    dear = toys.solve(replace(toy, targets={"S": {**(toy.targets or {})["S"], "value": 70.0}}))
    assert pays.at("wind.new_capacity", "ridge", 2021) == pytest.approx(50)
    assert dear.at("wind.new_capacity", "ridge", 2021) == pytest.approx(10)


def test_ratio_counts_the_storage_it_names() -> None:
    """Proves that a ratio of one kind of storage is not met by another.

    By hand: pumped hydro costs 0.05 million a MW, the battery 0.1. Any storage: 10 MW of pumped hydro, 0.5 million.
    Only the battery: 1 million. If broken (all storage counts) both would be 0.5.
    """
    wanted = {"metric": "storage_ratio", "of": ("wind",), "since": 2020, "value": 10.0}
    tables = {"pumped_hydro": {"site": pumped()}}
    free = toys.solve(reported(asking(wanted, **tables))).objective
    any_kind = toys.solve(asking(wanted, **tables))
    battery = toys.solve(asking({**wanted, "storage": ("lithium_battery",)}, **tables))
    assert any_kind.objective - free == pytest.approx(0.5)
    assert battery.objective - free == pytest.approx(1)


def test_power_and_energy_are_asked_for_apart() -> None:
    """Proves that MW are met by the cheapest power and MWh by the cheapest energy.

    By hand: the battery gives 0.5 MW and 1 MWh for 0.05 million, pumped hydro 1 MW and 6 MWh for 0.2 million at 4000
    CNY/kW. 30 MW: battery 60 MWh, 3 million (pumped 6). 60 MWh: pumped 10 MW, 2 million (battery 3). One MW more costs
    0.1, one MWh more 0.2/6. If broken (one read as the other) the answers would be 1 million and 6.
    """
    tables = {"pumped_hydro": {"site": pumped(4000)}}
    power = asking({"metric": "storage_deployed", "value": 30.0}, **tables)
    energy = asking({"metric": "storage_energy_deployed", "value": 60.0}, **tables)
    free = toys.solve(reported(power)).objective
    by_power, by_energy = toys.solve(power), toys.solve(energy)
    assert by_power.objective - free == pytest.approx(3)
    assert by_energy.objective - free == pytest.approx(2)
    assert by_power.at("lithium_battery.energy_capacity", "lfp", 2021) == pytest.approx(60)
    assert by_energy.at("pumped_hydro.capacity", "site", 2021) == pytest.approx(10)
    assert (price(by_power), price(by_energy)) == pytest.approx((0.1, 0.2 / 6))
    assert (by_power.measured("S", 2021), by_energy.measured("S", 2021)) == pytest.approx((30, 60))


def test_priced_target_is_missed_when_storage_costs_more_than_the_price() -> None:
    """Proves that an aspiration is bought only below its price.

    By hand: a MW costs 0.1 million. At 0.08 a MW and year it is missed, 30·0.08 = 2.4 million; at 0.12 it is built, 3
    million. If broken (slack in another unit) both would be the same.
    """
    wanted = {"metric": "storage_deployed", "value": 30.0, "mode": "priced"}
    free = toys.solve(reported(asking({**wanted, "price": 0.08}))).objective
    missed, met = (toys.solve(asking({**wanted, "price": p})) for p in (0.08, 0.12))
    assert missed.objective - free == pytest.approx(2.4)
    assert met.objective - free == pytest.approx(3)


def test_storage_nobody_offers_is_refused() -> None:
    """Proves that a tag no storage carries, and a target without any storage, are refused."""
    assert "vanadium" in toys.refusals(asking({"metric": "storage_deployed", "value": 1.0, "storage": ("vanadium",)}))
    toy = asking({"metric": "storage_deployed", "value": 1.0})
    off = replace(toy, options={"lithium_battery": {"enabled": False}})
    assert "storage" in toys.refusals(off)


@pytest.mark.parametrize("since", [2019, 2021])
def test_ratio_since_a_year_that_does_not_come_before_is_refused(since: int) -> None:
    """Proves that the year additions are counted from must be a period before the target's year."""
    message = toys.refusals(asking({"metric": "storage_ratio", "of": ("wind",), "since": since, "value": 10.0}))
    assert "speaks of is no period of the horizon" in message
