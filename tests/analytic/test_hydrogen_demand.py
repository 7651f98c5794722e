"""Hydrogen demand: what a delivery window is worth, where it ends, and what is left unserved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pzh_energy.inputs.calendar import Calendar
from pzh_energy.technologies.hydrogen_demand import WINDOW_HOURS, ends, window_of_step
from tests import toys
from tests.hydrogen_toys import CLOCK, DAY_AND_NIGHT, byproduct, electrolyzer, fuel_cell, kt, use
from tests.toys import Toy

HOUR = 1e-6
DAYS = tuple(range(0, 8761, 24))


def nightly(capacity: float, window: str) -> Toy:
    """Import at 400 by night and 600 by day (12 h each), electrolysis, 10 MW of hydrogen wanted on average."""
    tables = {
        "electrolyzer": {"plant": electrolyzer(capacity)},
        "hydrogen_demand": {"users": use(kt(10), window)},
    }
    return Toy({**toys.imports(500, **CLOCK), **tables}, edges=DAY_AND_NIGHT)


def windy(wind: list[float], capacity: float, window: str, edges: tuple[int, ...]) -> Toy:
    """Free wind in some steps, import at 500 in the others, electrolysis, 10 MW of hydrogen wanted on average."""
    tables = {
        "wind": {"ridge": toys.wind(1000, "windy")},
        "electrolyzer": {"plant": electrolyzer(capacity)},
        "hydrogen_demand": {"users": use(kt(10), window)},
    }
    return Toy({**toys.imports(500), **tables}, series={"windy": wind}, edges=edges)


@pytest.mark.parametrize(
    ("capacity", "window", "cost"),
    [(40, "hour", 87.6), (40, "day", 70.08), (30, "day", 78.84), (20, "day", 87.6), (40, "year", 70.08)],
)
def test_a_daily_window_is_filled_at_night(capacity: float, window: str, cost: float) -> None:
    """Proves that supply moves to the cheap hours of its window, as far as the electrolyser goes.

    By hand: 10 MW need 20 MW, 480 MWh a day. Even over the day they cost 500 on average, 87.6 million a year. 40 MW
    make all of it in the 12 hours of the night at 400: 365·480·400 = 70.08. 30 MW make 360 MWh there and 120 by day
    at 600: 365·(144000 + 72000) = 78.84. 20 MW have no hour to spare: 87.6. If broken (no window) all would cost 87.6.
    """
    solved = toys.solve(nightly(capacity, window))
    assert solved.objective == pytest.approx(cost)
    by_day = np.array(solved.steps("electrolyzer.input", "plant"))[1::3]
    assert by_day == pytest.approx(np.full(365, (cost - 70.08) / 17.52 * 20), abs=1e-5)


@pytest.mark.parametrize(("wind", "behind"), [([1, 0], False), ([0, 1], True)])
def test_a_yearly_window_lets_supply_run_ahead_and_behind(wind: list[float], behind: bool) -> None:
    """Proves that supply may come before the demand of its window and after it, and that the window's total is met.

    By hand: free wind in one half of the year, 40 MW of electrolysis: with a window of a year the cost is nothing,
    whichever half it is; steps of half a year are longer than a week and their own windows: 4380·20·500 = 43.8 million
    for the half without wind. If broken (supply ahead only, or a ring that never settles) one of them would differ.
    """
    year, week = (toys.solve(windy(wind, 40, window, toys.HALVES)) for window in ("year", "week"))
    assert year.objective == pytest.approx(0, abs=1e-6)
    assert year.steps("hydrogen_demand.supply", "users") == pytest.approx([0, 20] if behind else [20, 0], abs=1e-6)
    assert year.steps("hydrogen_demand.counted", "users")[1] == pytest.approx(87600)
    assert week.objective == pytest.approx(4380 * HOUR * 20 * 500)
    assert week.steps("hydrogen_demand.supply", "users") == pytest.approx([10, 10])


@pytest.mark.parametrize(("window", "bought"), [("day", 364 - 51), ("week", 0)])
def test_nothing_is_carried_over_the_end_of_a_window(window: str, bought: int) -> None:
    """Proves that a window is settled at its end, and that the year's last day belongs to the last week.

    By hand: free wind on the first day of each of the 52 weeks, 160 MW. A weekly window takes all of it there (the last
    week, of eight days, needs 3840 MWh: 160·24), at no cost. A daily window buys on the 365 − 52 other days
    480 MWh·500. If broken (a debt carried over) the daily cost would be less; if the 365th day stood alone the weekly
    cost would be 0.24 million.
    """
    wind = [float(day % 7 == 0 and day < 364) for day in range(365)]
    solved = toys.solve(windy(wind, 160, window, DAYS))
    assert solved.objective == pytest.approx(bought * 480 * 500e-6, abs=1e-6)


def test_a_window_moves_no_hydrogen_into_the_next() -> None:
    """Proves the running counter itself: it never falls within a day, starts afresh and ends at the day's 240 MWh.

    If broken (a counter that is not reset) it would pass 240 MWh on the second day and the system be infeasible.
    """
    solved = toys.solve(nightly(40, "day"))
    counted = np.array(solved.steps("hydrogen_demand.counted", "users")).reshape(365, 3)
    assert (np.diff(counted, axis=1) >= -1e-6).all()
    assert counted[:, -1] == pytest.approx(np.full(365, 240))


@pytest.mark.parametrize(("penalty", "served"), [(33, 0), (34, 1)])
def test_hydrogen_dearer_than_the_penalty_is_not_served(penalty: float, served: float) -> None:
    """Proves the penalty per kg against electrolysis at 66.66 kWh/kg and 500 CNY/MWh: 33.33 CNY/kg.

    By hand: 1 kt costs 33 million unserved at 33 CNY/kg, and 33.33 million served where the penalty is 34.
    If broken (penalty per MWh) nothing would be served in either case.
    """
    tables = {
        "electrolyzer": {"plant": electrolyzer(100)},
        "hydrogen_demand": {"users": use(1, penalty=penalty)},
    }
    solved = toys.solve(Toy({**toys.imports(500), **tables}))
    assert solved.objective == pytest.approx(min(penalty, 33.33))
    assert solved.at("hydrogen_demand.served", "users", 2020) == pytest.approx(served, abs=1e-9)
    assert solved.at("hydrogen_demand.not_served", "users", 2020) == pytest.approx(1 - served, abs=1e-9)
    assert solved.results is not None
    demand = solved.results.ledger("hydrogen", "consumption")
    assert float(solved.results.energy_twh(demand).sum()) == pytest.approx(0.03333)


def test_nothing_is_dumped() -> None:
    """Proves that the balance is an equality: a plant that cannot be turned below the demand has no solution.

    By hand: 40 MW that never switch off and never go below full load make 20 MW of hydrogen for users of 10. With a
    fuel cell that takes the rest there is a solution; with free disposal there would be one without.
    """
    tables = {
        "electrolyzer": {"plant": electrolyzer(40, minimum_online=1, minimum_load=1)},
        "hydrogen_demand": {"users": use(kt(10), "year")},
    }
    toy = Toy({**toys.imports(500), **tables}, load=10)
    assert toys.solve(toy).outcome == "infeasible"
    relieved = toys.solve(replace(toy, tables={**toy.tables, "fuel_cell": {"stack": fuel_cell(5)}}))
    assert relieved.objective == pytest.approx(8760 * HOUR * 45 * 500)


def test_uses_have_windows_of_their_own_and_one_without_demand_is_left_out() -> None:
    """Proves that two uses keep their own windows on one bus.

    By hand: 5 MW at every hour and 5 MW by the day: half of the 20 MW of power moves to the night. 40 MW: 10 MW at 500
    and 10 MW at 400 over the year, 78.84 million. If broken (one window for all) it would be 70.08 or 87.6.
    """
    toy = nightly(40, "day")
    uses = {"steel": use(kt(5), "hour"), "trucks": use(kt(5), "day"), "idle": use({2020: 0, 2030: 0}, "week")}
    solved = toys.solve(replace(toy, tables={**toy.tables, "hydrogen_demand": uses}))
    assert solved.objective == pytest.approx(8760 * HOUR * (10 * 500 + 10 * 400))
    assert list(solved["hydrogen_demand.supply"].coords["hydrogen_demand_use"].values) == ["steel", "trucks"]


def test_a_year_without_any_demand_solves() -> None:
    """Proves that uses without demand leave an empty set, not a fault: only the source's zero output remains."""
    tables = {"byproduct_hydrogen": {"works": byproduct(1)}, "hydrogen_demand": {"users": use(0)}}
    solved = toys.solve(Toy({**toys.imports(500), **tables}, load=1))
    assert solved.objective == pytest.approx(8760 * HOUR * 500)


def calendar(edges: list[int]) -> Calendar:
    """One year of so many steps."""
    return Calendar((2020,), 1, 0.0, 2020, ("normal",), np.array([1.0]), np.array(edges))


@pytest.mark.parametrize(
    ("window", "numbers"),
    [
        ("hour", [0, 1, 2, 3, 4, 5, 6]),
        ("day", [0, 0, 0, 1, 2, 3, 4]),
        ("week", [0, 0, 0, 0, 0, 0, 1]),
        ("year", [0] * 7),
    ],
)
def test_a_step_belongs_to_the_window_in_which_it_starts(window: str, numbers: list[int]) -> None:
    """Proves the map of uneven steps: one that reaches over midnight stays with its day, a long one stands alone.

    By hand: steps start at hours 0, 10, 20, 30, 48, 100 and 200: on days 0, 0, 0, 1, 2, 4 and 8, in weeks 0 and 1.
    """
    steps = calendar([0, 10, 20, 30, 48, 100, 200, 8760])
    assert window_of_step(steps, WINDOW_HOURS[window]).tolist() == numbers


def test_windows_cover_the_year_and_meet_end_to_start() -> None:
    """Proves that every window has one first and one last step, and 365 days, 52 weeks and one year are counted."""
    hourly = calendar(list(range(8761)))
    for window, count in (("hour", 8760), ("day", 365), ("week", 52), ("year", 1)):
        numbers = window_of_step(hourly, WINDOW_HOURS[window])[None]
        first, last = ends(numbers)
        assert first.sum() == last.sum() == count
        assert (np.roll(last, 1) == first).all()


def test_an_unknown_window_is_refused_with_the_known_ones() -> None:
    """Proves that a window that is not one of the four is a fault of the input."""
    message = toys.refusals(nightly(40, "month"))
    assert "delivery_window" in message
    assert "week" in message
