"""Hydrogen storage: what it saves, what compression and boil-off cost, how fast it fills, and which store is built."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import toys
from tests.hydrogen_toys import CLOCK, DAY_AND_NIGHT, HALF_MONTHS, electrolyzer, kt, store, use
from tests.toys import Toy

HOUR = 1e-6


def nightly(tank: dict[str, toys.Cell]) -> Toy:
    """Import at 400 by night and 600 by day, 40 MW of electrolysis, 10 MW of hydrogen wanted in every hour."""
    tables = {
        "electrolyzer": {"plant": electrolyzer(40)},
        "hydrogen_storage": {"tank": tank},
        "hydrogen_demand": {"users": use(kt(10))},
    }
    return Toy({**toys.imports(500, **CLOCK), **tables}, edges=DAY_AND_NIGHT)


def test_a_store_carries_the_night_into_the_day_and_pays_for_compression() -> None:
    """Proves the saving of a store and the load of compression, 3.333 kWh/kg or 0.1 MWh for each MWh taken in.

    By hand: without it, 20 MW at 500 on average, 87.6 million. With it all is made at night, 40 MW, of which 10 MW of
    hydrogen are compressed with 1 MW: 365·12·41·400 = 71.832 million. If broken (no compression load) 70.08.
    """
    none, with_tank = toys.solve(nightly(store(0))), toys.solve(nightly(store(1000, charging_electricity=3.333)))
    assert none.objective == pytest.approx(8760 * HOUR * 20 * 500)
    assert with_tank.objective == pytest.approx(4380 * HOUR * 41 * 400)
    load = with_tank["ledger.electricity.hydrogen_storage.charging_electricity"]
    assert float(load.max()) == pytest.approx(1)
    assert load.attrs["sign"] == -1


@pytest.mark.parametrize(("compression", "used"), [(33, True), (34, False)])
def test_compression_can_cost_more_than_the_night_saves(compression: float, used: bool) -> None:
    """Proves the threshold: a MWh of hydrogen moved saves 2·200 CNY and costs 400·q/33.33: 33.33 kWh/kg."""
    solved = toys.solve(nightly(store(1000, charging_electricity=compression)))
    assert (float(solved["hydrogen_storage.charge"].max()) > 1) is used


def test_content_and_rates_limit_what_is_moved() -> None:
    """Proves each limit: content, filling rate, emptying rate; a day moves at most 120 MWh and each MWh saves 400 CNY.

    By hand: a content of 60 MWh moves 60 MWh a day; 1000 MWh that take 200 h to fill move 5 MW in 12 h, 60 MWh; 1000
    MWh that take 250 h to empty move 4 MW in 12 h, 48 MWh. If broken each would move 120 MWh.
    """
    full = 8760 * HOUR * 20 * 500
    moved = {"content": (store(60), 60), "fill": (store(1000, charge_hours=200), 60)}
    moved["empty"] = (store(1000, discharge_hours=250), 48)
    for tank, energy in moved.values():
        assert toys.solve(nightly(tank)).objective == pytest.approx(full - 365 * energy * 400e-6)
    assert toys.solve(nightly(store(1000))).objective == pytest.approx(full - 365 * 120 * 400e-6)


BOIL_OFF = 5
"""%/day."""
GAP = 365
"""Hours without wind, the last step of the year."""
RETAINED = (1 - BOIL_OFF / 100) ** (GAP / 24)
HELD = (1 - RETAINED) / (1 - (1 - BOIL_OFF / 100) ** (1 / 24))


def calm(tanks: dict[str, dict[str, toys.Cell]], power_cost: float = 0) -> Toy:
    """Wind in all of the year but a gap, import at 500 there; 10 MW of hydrogen wanted throughout."""
    tables = {
        "wind": {"ridge": toys.wind(1000, "windy", variable_om=power_cost)},
        "electrolyzer": {"plant": electrolyzer(1000)},
        "hydrogen_storage": tanks,
        "hydrogen_demand": {"users": use(kt(10))},
    }
    return Toy({**toys.imports(500), **tables}, series={"windy": [1.0] * 23 + [0.0]}, edges=HALF_MONTHS)


def test_boil_off_takes_its_share_of_every_day() -> None:
    """Proves that a leaking store gives back what the days have left, over a step of fifteen days as over hours.

    By hand: 5 % a day for 365 h leave ρ = 0.4583. What flows evenly in during one step and evenly out during the next
    lies 365 h between entry and exit, so 10 MW given in the gap need 10/ρ = 21.8 MW in the step before (not earlier: a
    MWh of wind costs 1 CNY), and the store then holds 10·θ/ρ, with θ = 253.6 h of the 365 left.
    If broken (no loss, or the loss of one hour for the whole step) 10 MW would do, as they do for a tight store.
    """
    leaky, tight = (
        toys.solve(calm({"tank": store(1e6, boil_off=BOIL_OFF)}, 1)),
        toys.solve(calm({"tank": store(1e6)}, 1)),
    )
    flow = leaky["hydrogen_storage.charge"] - leaky["hydrogen_storage.discharge"]
    assert flow[0, 0, 0, 22:].values == pytest.approx([10 / RETAINED, -10])
    assert flow[0, 0, 0, :22].values == pytest.approx(0, abs=1e-5)
    levels = leaky.steps("hydrogen_storage.storage_level", "tank")
    assert levels[22:] == pytest.approx([10 * HELD / RETAINED, 0], abs=1e-5)
    assert leaky.objective - tight.objective == pytest.approx(2 * GAP * HOUR * (10 / RETAINED - 10))


@pytest.mark.parametrize(("above", "chosen"), [(-0.01, "liquid"), (0.01, "pressurised")])
def test_a_long_gap_weighs_boil_off_against_the_price_of_vessels(above: float, chosen: str) -> None:
    """Proves which store is built for fifteen days: one that leaks must be larger, and is worth less.

    By hand: pressure vessels need 10·365 MWh, tanks with 5 % a day 10·θ/ρ = 5534 MWh, filled with free wind: they are
    built below 365·ρ/θ = 0.660 of the vessels' price. At 100 CNY/kg over 10 years without interest, with twice what
    serves built within the year and half an annuity due, vessels cost 3650/33.33·0.01 = 1.095 million; import for the
    gap would cost 3.65.
    If broken (boil-off ignored) tanks would be built at either price.
    """
    ratio = GAP * RETAINED / HELD + above
    vessels = store(capex=100, max_build=1e5)
    tanks = store(capex=100 * ratio, max_build=1e5, boil_off=BOIL_OFF)
    solved = toys.solve(calm({"pressurised": vessels, "liquid": tanks}))
    cost = {"pressurised": GAP, "liquid": ratio * HELD / RETAINED}[chosen] * 10 / 33.33 * 0.01
    assert solved.objective == pytest.approx(cost)
    built = solved["hydrogen_storage.tonnes"][:, 0].to_series()
    assert built[chosen] > 100
    assert built.drop(chosen).max() == pytest.approx(0, abs=1e-6)


def test_the_table_speaks_of_tonnes() -> None:
    """Proves the conversion at the border: 3 t are 99.99 MWh, and a kg at 100 CNY is 3 CNY/kWh.

    By hand: 3 t standing; the gap of 3650 MWh needs 3550.01 MWh more in service, 213.02 t built within the year, 213.02
    t·100 CNY/kg·0.1 = 2.130 million a year, of which half is due: 1.065. If broken (capacity in MWh, or cost per kWh)
    it would be 33 times as much.
    """
    tank = store(99.99, capex=100, max_build=1e5)
    assert tank["existing_capacity"] == pytest.approx(3)
    solved = toys.solve(calm({"tank": tank}))
    tonnes = 2 * (3650 - 99.99) / 33.33
    assert solved.at("hydrogen_storage.tonnes", "tank", 2020) == pytest.approx(3 + tonnes)
    assert solved.objective == pytest.approx(0.5 * tonnes * 1e3 * 100 / 10 * 1e-6)


@pytest.mark.parametrize(
    ("limit", "tonnes"),
    [({"potential": 20}, 20), ({"max_build": 30}, 33), ({"max_build": 0, "observed_build": {2020: 40}}, 43)],
)
def test_limits_on_building_are_in_tonnes_too(limit: dict[str, toys.Cell], tonnes: float) -> None:
    """Proves that potential, build rate and given additions mean tonnes: 3 t stand, and more than 200 would pay.

    By hand: 20 t at most; 3 + 30 t; 3 + 40 t. If broken (MWh) a 33rd of it would be built.
    """
    tank = store(99.99, **{"capex": 100, "max_build": 1e5, **limit})
    toy = replace(calm({"tank": tank}), history_until=2020 if "observed_build" in limit else None)
    assert toys.solve(toy).at("hydrogen_storage.tonnes", "tank", 2020) == pytest.approx(tonnes)


def test_a_store_that_fills_in_no_time_is_refused() -> None:
    """Proves that hours of filling and emptying are never zero: the rate would have no limit."""
    message = toys.refusals(nightly(store(10, charge_hours=0)))
    assert "hydrogen_storage.csv tank.charge_hours" in message
