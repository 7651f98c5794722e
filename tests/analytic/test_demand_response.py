"""Demand response: load moved within its window, by the users' tariff or by the cost of the system."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from pzh_energy.technologies._shifted_load import answer_to_tariff, closing_steps, own_pattern
from tests import toys
from tests.toys import Cell, Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""
TWELVE_HOURS = tuple(range(0, 8761, 12))
DEAR_MORNING = {"time_of_use_spread": 0.5, "peak_hours": "0-12", "valley_hours": "12-0"}
"""750 CNY/MWh until noon, 250 after it, at a flat price of 500."""
SAVING = 365 * 12 * 50 * 500 * HOUR
"""Half of 100 MW moved from every morning to its afternoon: 109.5 million."""


def shiftable(**more: Cell) -> dict[str, Cell]:
    """100 MW all year, half of which may be shifted within a day, up to 200 MW; users see no time-of-use tariff."""
    load: dict[str, Cell] = {"annual_energy": 100 * 8760e-6, "shiftable_share": 0.5, "power_limit": 2, "window": 24}
    return {"bus": "city", **load, **more}


def toy(driver: str, edges: tuple[int, ...] = TWELVE_HOURS, line: dict[str, Cell] | None = None, **more: Cell) -> Toy:
    """A load of 300 MW, 100 MW of it shiftable, served by import that is dear in the morning."""
    tables = {**toys.imports(500, **(DEAR_MORNING if line is None else line))}
    tables["demand_response"] = {"cars": shiftable(**more)}
    return Toy(tables, load=300, edges=edges, options={"demand_response": {"driver": driver}})


def test_the_program_moves_load_to_the_cheap_hours() -> None:
    """Proves that with `system_cost` load moves to where power is cheap, within share, limit and day.

    By hand: 300 MW at 500 CNY/MWh on average cost 1314 million. Half of 100 MW moves from every morning at 750 to the
    afternoon at 250: 109.5 million less. With a largest power of 1.2 times the mean only 20 MW may be added: 43.8 less.
    Without demand response, or with nothing to shift, 1314.
    """
    moved = toys.solve(toy("system_cost"))
    assert moved.objective == pytest.approx(1314 - SAVING)
    assert moved.steps("demand_response.power", "cars")[:4] == pytest.approx([50, 150, 50, 150])
    assert moved.at("demand_response.shifted_energy", "cars", 2020) == pytest.approx(365 * 12 * 50e-6)
    assert toys.solve(toy("system_cost", power_limit=1.2)).objective == pytest.approx(1314 - SAVING * 0.4)
    assert toys.solve(toy("system_cost", shiftable_share=0)).objective == pytest.approx(1314)


def test_a_window_that_ends_gives_back_what_was_shifted() -> None:
    """Proves that nothing is carried over the end of a window, wherever the windows begin.

    By hand: windows of 12 h from midnight hold one price each: nothing to gain, 1314 million. Windows of 24 h from noon
    hold an afternoon and the next morning: the same 109.5 million. With steps of half a year a day's window lies within
    a step, where nothing shows: 1314; a window of the year moves 50 MW from the dear half, 700, to the cheap one, 300.
    """
    assert toys.solve(toy("system_cost", window=12)).objective == pytest.approx(1314)
    assert toys.solve(toy("system_cost", window_start=12)).objective == pytest.approx(1314 - SAVING)
    dear_winter: dict[str, Cell] = {"import_price_wet": 300, "import_price_flat": 700, "import_price_dry": 700}
    months: dict[str, Cell] = {"wet_months": "7 8 9 10 11 12", "flat_months": "1", "dry_months": "2 3 4 5 6"}
    half = (0, 181 * 24, 8760)
    short = toys.solve(toy("system_cost", half, {**dear_winter, **months}))
    long = toys.solve(toy("system_cost", half, {**dear_winter, **months}, window=8760))
    assert short.objective == pytest.approx(HOUR * 300 * (4344 * 700 + 4416 * 300))
    assert short.objective - long.objective == pytest.approx(HOUR * 4344 * 50 * 400)


def test_steps_that_hold_the_end_of_a_window_end_it() -> None:
    """Proves which steps close a window: those in which or at whose end it ends, around the year.

    By hand: days end at 24, 48, …: of the steps 0-12, 12-36, 36-40, 40-48, 48-8760 the second, fourth and fifth. From
    noon they end at 12, 36, …, and the one that began last at noon of 1 January: the first, second and fifth.
    """
    edges = np.array([0, 12, 36, 40, 48, 8760])
    assert closing_steps(edges, 24, 0).tolist() == [False, True, False, True, True]
    assert closing_steps(edges, 24, 12).tolist() == [True, True, False, False, True]
    assert closing_steps(edges, 8760, 0).tolist() == [False, False, False, False, True]


def test_users_follow_the_tariff_and_not_the_exchange() -> None:
    """Proves that with `tariff` the users' own advantage moves the load, even where that costs the system more.

    By hand: a tariff that is cheap in the morning, when the exchange is dear, moves 50 MW the wrong way: 1314 + 109.5.
    A tariff like the exchange saves as much as the program would; one price for all hours moves nothing.
    """
    follow: dict[str, Cell] = {"time_of_use_spread": 0.6, "peak_hours": "0-12", "valley_hours": "12-0"}
    against: dict[str, Cell] = {**follow, "peak_hours": "12-0", "valley_hours": "0-12"}
    wrong = toys.solve(toy("tariff", **against))
    assert wrong.objective == pytest.approx(1314 + SAVING)
    assert wrong.steps("demand_response.shift", "cars")[:2] == pytest.approx([50, -50])
    assert toys.solve(toy("tariff", **follow)).objective == pytest.approx(1314 - SAVING)
    assert toys.solve(toy("tariff")).objective == pytest.approx(1314)
    assert toys.solve(toy("system_cost", **against)).objective == pytest.approx(1314 - SAVING)


def test_the_answer_to_a_tariff_is_found_by_hour_and_averaged_over_steps() -> None:
    """Proves that users see hours even where the program sees long steps.

    By hand: peak 6-12, valley 12-18. The valley has room for 6·100 MWh: 6·50 come from the peak, 300 from the twelve
    flat hours, half of what they could give, 150 before noon and 150 after 18 o'clock. In steps of 12 h the morning
    loses 450 MWh, 37.5 MW, and the afternoon gains them.
    """
    tariff: dict[str, Cell] = {"time_of_use_spread": 0.6, "peak_hours": "6-12", "valley_hours": "12-18"}
    solved = toys.solve(toy("tariff", **tariff))
    assert solved.steps("demand_response.shift", "cars")[:2] == pytest.approx([-37.5, 37.5])


def test_total_energy_does_not_change() -> None:
    """Proves that a load the demand contains adds nothing to the year, and one it does not contain adds all of it.

    By hand: 300 MW through the year are 2.628 TWh with the load contained in them, 3.504 with 100 MW on top.
    """
    follow: dict[str, Cell] = {"time_of_use_spread": 0.6, "peak_hours": "0-12", "valley_hours": "12-0"}
    for driver in ("tariff", "system_cost"):
        for word, energy in (("yes", 2.628), ("no", 3.504)):
            solved = toys.solve(toy(driver, contained_in_demand=word, **follow))
            assert solved.results is not None
            used = solved.results.energy_twh(solved.results.ledger("electricity", "consumption"))
            assert float(used.sel(period=2020)) == pytest.approx(energy)
            assert solved.objective == pytest.approx(HOUR * 500 * energy * 1e6 - SAVING)


def test_load_grows_with_its_energy_by_year() -> None:
    """Proves that limit, share and due energy follow the year's energy: twice the load, twice the saving."""
    grown = toy("system_cost", annual_energy={2020: 100 * 8760e-6, 2021: 200 * 8760e-6})
    solved = toys.solve(replace(grown, periods=(2020, 2021), load=300, growth=0.0))
    assert solved.objective == pytest.approx(2 * 1314 - 3 * SAVING)


def test_the_cheapest_hours_are_filled_first_and_the_rest_stays() -> None:
    """Proves the users' optimum by hand, hour by hour, in windows of four hours.

    By hand: 2 1 1 0 at prices 1.6 1.6 1 0.4, half of it movable: 1 0.5 0.5 0, 2 in all. At a limit of 2 the last hour
    takes all of it: 1 0.5 0.5 2. At prices 1.6 1 1 0.4 and a limit of 2, from 2 1 1 1: 1 0.5 0.5 0.5 movable; the last
    hour has room for 1, on top of its own: it takes what the dearest hour gives, and the others keep theirs: 1 1 1 2.
    """

    def answer(pattern: list[float], price: list[float], limit: float) -> list[float]:
        whole = answer_to_tariff(np.tile(pattern, 2190), np.tile(price, 2190), 0.5, limit, 4, 0)
        assert np.allclose(whole, np.tile(whole[:4], 2190))
        return [float(v) for v in whole[:4]]

    assert answer([2, 1, 1, 0], [1.6, 1.6, 1, 0.4], 2) == pytest.approx([1, 0.5, 0.5, 2])
    assert answer([2, 1, 1, 1], [1.6, 1, 1, 0.4], 2) == pytest.approx([1, 1, 1, 2])
    assert answer([2, 1, 1, 0], [1, 1, 1, 1], 2) == pytest.approx([2, 1, 1, 0])


def test_no_window_could_be_paid_less() -> None:
    """Proves that the answer is an optimum of the users, against a linear program of some windows of random load.

    Load, prices and windows that begin at 5 are random; the linear program knows only bounds and energy of a window.
    """
    random = np.random.default_rng(7)
    pattern = random.uniform(0.2, 1.8, 8760)
    price = random.choice([0.4, 1.0, 1.6], 8760)
    share, limit, length, start = 0.4, 2.0, 24, 5
    answer = answer_to_tariff(pattern, price, share, limit, length, start)
    assert answer.max() <= limit + 1e-12
    assert np.all(answer >= (1 - share) * pattern - 1e-12)
    for window in (0, 17, 364):
        hours = (start + window * length + np.arange(length)) % 8760
        bounds = [((1 - share) * pattern[h], limit) for h in hours]
        best = linprog(price[hours], A_eq=np.ones((1, length)), b_eq=[pattern[hours].sum()], bounds=bounds)
        assert answer[hours].sum() == pytest.approx(pattern[hours].sum())
        assert price[hours] @ answer[hours] == pytest.approx(best.fun)


def test_a_load_follows_its_profiles() -> None:
    """Proves that monthly and hourly profile multiply and that only their shapes count.

    By hand: power twice as high in the afternoon: 2/3 and 4/3 of the mean. Only in January: 8760/744 of the mean there.
    """
    half_days = np.repeat([3.0, 6.0], 12)
    made = toys.system(toy("tariff"))
    package = replace(made.package, hourly={"noon": half_days})
    tables = dict(made.tables)
    tables["demand_response"] = tables["demand_response"].assign(hourly_profile=("item", np.array(["noon"], object)))
    pattern = own_pattern(replace(made, package=package, tables=tables))
    assert pattern[0, [0, 12]] == pytest.approx([2 / 3, 4 / 3])
    january = replace(toy("tariff", monthly_profile="winter", power_limit=12), monthly={"winter": [5.0] + [0.0] * 11})
    assert own_pattern(toys.system(january))[0, [0, 743, 744]] == pytest.approx([8760 / 744, 8760 / 744, 0])


def test_what_makes_no_sense_is_refused() -> None:
    """Proves that faulty windows, limits, profiles and tariffs are named with their place."""
    refused = toys.refusals
    assert "windows of 7 h do not fill a year" in refused(toy("tariff", window=7))
    assert "no hourly profile 'evening'" in refused(toy("tariff", hourly_profile="evening"))
    winter = replace(toy("tariff", monthly_profile="winter"), monthly={"winter": [5.0] + [0.0] * 11})
    assert "is below the load's own peak of 11.774" in refused(winter)
    both: dict[str, Cell] = {"peak_hours": "0-12", "valley_hours": "11-14"}
    assert "an hour is both peak and valley" in refused(toy("tariff", **both))
    alone = replace(toy("tariff"), load=None)
    assert "city has no electricity_demand to contain it" in refused(alone)
