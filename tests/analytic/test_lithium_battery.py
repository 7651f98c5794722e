"""Arbitrage with losses, power from a least duration, standing loss, and what a battery costs, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import toys
from tests.toys import Cell, Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""


def battery(existing: float = 0, duration: float = 2, efficiency: float = 1, **more: Cell) -> dict[str, Cell]:
    """A battery of so many MWh; a new MWh costs 100 CNY a year (undiscounted), by default none may be built."""
    standing = {"existing_capacity": existing, "existing_year": 2000, "existing_until": 2100, "max_build": 0}
    money = {"capex": 1, "lifetime": 10, "fixed_om": 0}
    return {
        "bus": "city",
        **standing,
        **money,
        "minimum_duration": duration,
        "round_trip_efficiency": efficiency,
        **more,
    }


def two_prices(later: float, efficiency: float = 0.64) -> Toy:
    """Load of 50 MW, import at 100 CNY/MWh until June and at `later` after it, 100 GWh of battery with 100 MW."""
    seasons = {"wet_months": "1 2 3 4 5 6", "flat_months": "7 8 9", "dry_months": "10 11 12"}
    prices = {"import_price_wet": 100, "import_price_flat": later, "import_price_dry": later}
    tables = {
        "grid_exchange": {"grid": toys.line(**seasons, **prices)},
        "lithium_battery": {"lfp": battery(100_000, 1000, efficiency)},
    }
    return Toy(tables, load=50, edges=(0, 4344, 8760))


def shift(hours: tuple[int, ...] = (0, 1, 2, 8760), **cells: Cell) -> Toy:
    """Free river power of 100 MW in the first step, a load of 100 MW in the step before last, import at 500 CNY/MWh."""
    steps = len(hours) - 1
    sun = [1.0] + [0.0] * (steps - 1)
    load = [0.0] * (steps - 2) + [100.0, 0.0]
    tables = {
        **toys.imports(500),
        "run_of_river": {"creek": toys.run_of_river(100, "sun")},
        "lithium_battery": {"lfp": battery(**{"existing": 1000, **cells})},
    }
    return Toy(tables, load=load, series={"sun": sun}, edges=hours)


def without_battery(toy: Toy) -> Toy:
    """The toy with the battery switched off."""
    return replace(toy, options={"lithium_battery": {"enabled": False}})


def test_battery_cycles_only_when_the_price_ratio_beats_its_losses() -> None:
    """Proves that a battery buys only if the later price is more than 1 / efficiency times the earlier one.

    By hand: the round trip gives back 0.64, so the ratio must exceed 1.5625. At 100 and 150 CNY/MWh nothing moves and
    the cost is that of the load, 50 (4344·100 + 4416·150). At 100 and 160 the 100 GWh are filled with 125 GWh and give
    80 GWh: 80·160 − 125·100 = 300 thousand CNY are saved. If broken (losses forgotten) 150 would cycle too.
    """
    below, above = toys.solve(two_prices(150)), toys.solve(two_prices(160))
    assert below.objective == pytest.approx(HOUR * 50 * (4344 * 100 + 4416 * 150))
    assert below.steps("lithium_battery.charge", "lfp") == pytest.approx([0, 0], abs=1e-6)
    saved = toys.solve(without_battery(two_prices(160))).objective - above.objective
    assert saved == pytest.approx(HOUR * 1000 * (80 * 160 - 125 * 100), rel=1e-5)
    assert above.steps("lithium_battery.charge", "lfp") == pytest.approx([125_000 / 4344, 0], abs=1e-6)
    assert above.steps("lithium_battery.discharge", "lfp") == pytest.approx([0, 80_000 / 4416], abs=1e-6)


def test_value_of_content_is_the_price_it_saves() -> None:
    """Proves that the dual of the energy balance is what a stored MWh is worth.

    By hand: at 100 and 160 CNY/MWh a MWh in the battery in the second half gives 0.8 MWh worth 160: 128 CNY; in the
    first half one more is worth what it costs, 100 / 0.8 = 125 CNY; the difference of 3 CNY is the rent of the content.
    If broken (efficiency on the wrong side) the values would be 200 and 80.
    """
    solved = toys.solve(two_prices(160))
    values = solved.steps("dual.lithium_battery.energy_balance", "lfp")
    assert [abs(v) for v in values] == pytest.approx([125e-6, 128e-6], rel=1e-5)
    rent = solved.steps("dual.lithium_battery.content_limit", "lfp")
    assert abs(rent[0]) == pytest.approx(3e-6, rel=1e-4)


@pytest.mark.parametrize(("duration", "power"), [(10, 100), (20, 50), (40, 25)])
def test_power_is_energy_over_the_least_duration(duration: float, power: float) -> None:
    """Proves that the power of a battery follows from its energy and least duration, in each direction.

    By hand: 1000 MWh of 10, 20 or 40 h have 100, 50 or 25 MW: so much of the river's first hour reaches the load's hour
    and the rest of 100 MW is imported at 500. If broken (no limit) all three would import nothing.
    """
    solved = toys.solve(shift(duration=duration))
    assert solved.objective == pytest.approx(HOUR * 500 * (100 - power), abs=1e-9)
    assert solved.at("lithium_battery.capacity", "lfp", 2020) == pytest.approx(power)
    binding = abs(solved.steps("dual.lithium_battery.converter_limit", "lfp")[1])
    assert (binding > 1e-6) is (power < 100)
    assert toys.solve(without_battery(shift())).objective == pytest.approx(HOUR * 500 * 100)


def test_energy_capacity_limits_what_is_carried() -> None:
    """Proves that the content stays within the energy capacity, and that a MWh of it has the price it saves.

    By hand: 60 MWh with 2 h, but an hour of 100 MW to carry: power is 30 MW and decides; with a duration of 0.5 h the
    power is 120 MW and the content of 60 MWh decides: 40 MWh are imported at 500, and one more MWh saves 500 CNY.
    If broken (no content limit) nothing would be imported in the second case.
    """
    by_power, by_content = toys.solve(shift(existing=60)), toys.solve(shift(existing=60, duration=0.5))
    assert by_power.objective == pytest.approx(HOUR * 500 * 70)
    assert by_content.objective == pytest.approx(HOUR * 500 * 40)
    duals = by_content.steps("dual.lithium_battery.content_limit", "lfp")
    assert sum(abs(d) for d in duals) == pytest.approx(HOUR * 500)


def test_content_kept_filled_cannot_be_used() -> None:
    """Proves that a least content is set aside.

    By hand: 60 MWh of which 0.25 stay filled carry 45 MWh, so 55 are imported; without it 60 are carried, 40 imported.
    If broken (row forgotten) both would import 40 MWh.
    """
    toy = shift(existing=60, duration=0.5)
    held = toys.solve(toys.changed(toy, "lithium_battery", "lfp", minimum_content=0.25))
    assert held.objective == pytest.approx(HOUR * 500 * 55)
    assert toys.solve(toy).objective == pytest.approx(HOUR * 500 * 40)
    assert min(held.steps("lithium_battery.storage_level", "lfp")) == pytest.approx(15)
    assert max(abs(v) for v in held.steps("dual.lithium_battery.least_content", "lfp")) > 1e-6


def test_standing_loss_compounds_over_a_long_step() -> None:
    """Proves that a step of 100 hours loses 1 − 0.99^100 of the content, not 100·0.01.

    By hand: the river fills the battery at 100 MW for one hour: 100 MWh. A step of 100 h without flows leaves 0.99^100,
    the hour of the load takes another 0.99: 100·0.99^101 = 36.237 MWh reach it, 63.763 are imported at 500.
    Without standing loss nothing is imported. If broken (1 − σΔ) everything would be lost, or (one loss a step) 98.01.
    """
    toy = shift((0, 1, 101, 102, 8760), duration=1)
    lossy = toys.solve(toys.changed(toy, "lithium_battery", "lfp", standing_loss=0.01))
    assert lossy.objective == pytest.approx(HOUR * 500 * (100 - 100 * 0.99**101))
    assert toys.solve(toy).objective == pytest.approx(0, abs=1e-9)


def test_a_long_step_loses_as_its_hours_would() -> None:
    """Proves that one step of 4 h is exactly 4 steps of 1 h with the same flow.

    By hand: 100 MW flow in for 4 h and a half of the content is lost each hour: 100 (1 + 0.5 + 0.25 + 0.125) = 187.5
    MWh, of which the hour of the load gets a half, 93.75 MWh; 6.25 MWh are imported at 500. If broken (loss on what was
    there before the step only) 400 MWh would be there, and nothing imported.
    """
    sun = [1.0] * 4 + [0.0] * 2
    coarse = shift((0, 4, 5, 8760), duration=1, standing_loss=0.5)
    hourly = shift((0, 1, 2, 3, 4, 5, 8760), duration=1, standing_loss=0.5)
    hourly = replace(hourly, series={"sun": sun}, load=[0, 0, 0, 0, 100, 0])
    assert toys.solve(coarse).objective == pytest.approx(HOUR * 500 * 6.25)
    assert toys.solve(hourly).objective == pytest.approx(HOUR * 500 * 6.25)


def test_content_returns_to_where_it_began() -> None:
    """Proves that a battery cannot start the year full.

    By hand: the load of 100 MW in the first hour, the river in the second: the year is a ring, so the content of the
    second hour serves the first hour, and with a standing loss of 0.001 the 8758 h between leave nothing of it:
    100 MWh are imported at 500. Without the loss the ring carries all 100 MWh. If broken (free start) both are free.
    """
    toy = replace(shift((0, 1, 2, 8760), duration=1), load=[100, 0, 0], series={"sun": [0, 1, 0]})
    lossy = toys.changed(toy, "lithium_battery", "lfp", standing_loss=0.001)
    assert toys.solve(lossy).objective == pytest.approx(HOUR * 500 * (100 - 100 * 0.999**8759), rel=1e-6)
    assert toys.solve(toy).objective == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("capex", "built"), [(2, True), (6, False)])
def test_battery_is_built_when_it_saves_more_than_its_annuity(capex: float, built: bool) -> None:
    """Proves that investment is weighed against what it saves.

    By hand: what is built in 2020 serves half of it, so a MWh built carries 0.5 MWh: 250 CNY saved. Half an annuity of
    capex·1000/10 is due: 100 CNY at 2 CNY/kWh, 300 at 6. The first builds 200 MWh (100 in service) for 0.02 million and
    imports nothing, the second nothing and imports 100 MWh for 0.05. If broken (operating = year end) 6 would pay too.
    """
    toy = shift(existing=0, duration=1, capex=capex, max_build=1000)
    solved = toys.solve(toy)
    assert solved.at("lithium_battery.new_energy_capacity", "lfp", 2020) == pytest.approx(200 * built, abs=1e-6)
    assert solved.objective == pytest.approx(200 * 100e-6 if built else HOUR * 500 * 100)


def test_losses_and_cycles_are_told() -> None:
    """Proves the derived series: what goes in and neither comes out nor stays is lost.

    By hand: 125 GWh in, 80 GWh out; the loss of the first half is 125 − 100, that of the second 100 − 80 GWh; the 100
    GWh are drawn once. If broken (losses from the efficiency of one side) the halves would be 45 and 0.
    """
    solved = toys.solve(two_prices(160))
    lost = solved.steps("lithium_battery.losses", "lfp")
    assert lost == pytest.approx([25_000 / 4344, 20_000 / 4416], rel=1e-6)
    assert solved.at("lithium_battery.full_cycles", "lfp", 2020) == pytest.approx(1)
    assert solved.results is not None
    names = {e.name for e in solved.results.ledger("capacity", "storage")}
    assert names == {"lithium_battery.power"}
    assert not solved.results.ledger("capacity", "statistical")


def test_table_without_an_existing_bus_is_refused() -> None:
    """Proves that a battery on an unknown bus is refused with the place."""
    message = toys.refusals(toys.changed(shift(), "lithium_battery", "lfp", bus="cty"))
    assert "lithium_battery.csv lfp.bus" in message
    assert "city" in message
