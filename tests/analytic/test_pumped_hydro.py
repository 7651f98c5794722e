"""Pumped hydro: not before its time, energy by the hours of its reservoir, losses, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import toys
from tests.toys import Cell, Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""


def plant(existing: float = 0, **more: Cell) -> dict[str, Cell]:
    """A plant of 6 h without losses; a new MW costs 100 CNY a year (undiscounted)."""
    standing = {"existing_capacity": existing, "existing_year": 2000, "existing_until": 2100}
    money = {"capex": 1, "lifetime": 10, "fixed_om": 0}
    return {"bus": "city", **standing, **money, "duration": 6, "round_trip_efficiency": 1, **more}


def day(hours: int = 8, periods: tuple[int, ...] = (2030, 2031), **cells: Cell) -> Toy:
    """10 MW of free river for so many hours, then 10 MW of load for as many; import at 500 CNY/MWh."""
    tables = {
        **toys.imports(500),
        "run_of_river": {"creek": toys.run_of_river(10, "water")},
        "pumped_hydro": {"site": plant(**cells)},
    }
    edges = (0, hours, 2 * hours, 8760)
    return Toy(tables, load=[0, 10, 0], series={"water": [1, 0, 0]}, edges=edges, periods=periods, base_year=periods[0])


def test_nothing_is_built_before_the_first_year() -> None:
    """Proves that a plant that would pay from the first day waits for its first year.

    By hand: 6 h of 10 MW are worth 60·500 = 0.03 million a year, and cost 0.001 million a MW. With first_year 2031
    nothing stands in 2030; without it 2030 builds 40/3 MW, of which half serve. If broken both would build in 2030.
    """
    late, early = toys.solve(day(first_year=2031)), toys.solve(day())
    assert late.at("pumped_hydro.new_capacity", "site", 2030) == pytest.approx(0, abs=1e-9)
    assert late.at("pumped_hydro.new_capacity", "site", 2031) > 1
    assert early.at("pumped_hydro.new_capacity", "site", 2030) > 1
    assert late.objective > early.objective + 0.02


def test_lead_time_counts_from_the_end_of_the_history() -> None:
    """Proves that a decision taken after the history becomes a plant only after its construction.

    By hand: history until 2023, decision in 2024, 7 years: 2031, as with first_year 2031. With 6 years it is 2030.
    If broken (lead time from the first period) neither could be built by 2031.
    """
    seven, six = (replace(day(lead_time=years), history_until=2023) for years in (7, 6))
    assert toys.solve(seven).at("pumped_hydro.capacity", "site", 2030) == pytest.approx(0, abs=1e-9)
    assert toys.solve(six).at("pumped_hydro.capacity", "site", 2030) > 1
    first = toys.solve(day(first_year=2031))
    assert toys.solve(seven).objective == pytest.approx(first.objective)


@pytest.mark.parametrize(("duration", "carried"), [(6, 60), (4, 40), (10, 80)])
def test_energy_is_power_times_the_hours_of_the_reservoir(duration: float, carried: float) -> None:
    """Proves that 10 MW of 4, 6 or 10 h carry 40, 60 or (all that there is) 80 MWh.

    By hand: the load needs 80 MWh, the rest is imported at 500. If broken (no content limit) nothing would be imported.
    """
    solved = toys.solve(day(periods=(2031,), existing=10, max_build=0, duration=duration))
    assert solved.objective == pytest.approx(HOUR * 500 * (80 - carried), abs=1e-9)
    assert solved.at("pumped_hydro.energy_capacity", "site", 2031) == pytest.approx(10 * duration)
    off = replace(day(periods=(2031,)), options={"pumped_hydro": {"enabled": False}})
    assert toys.solve(off).objective == pytest.approx(HOUR * 500 * 80)


def test_round_trip_loses_its_share() -> None:
    """Proves that of 60 MWh taken a round trip of 0.75 gives 45 back.

    By hand: 10 MW of 6 h; 8 h of river fill 60 MWh with 60 / 0.866 = 69.28 MWh; 60·0.866 = 51.96 MWh come back, 28.04
    are imported at 500. Without losses 20. If broken (loss once, on the way in) 60 would come back.
    """
    solved = toys.solve(day(periods=(2031,), existing=10, max_build=0, round_trip_efficiency=0.75))
    assert solved.objective == pytest.approx(HOUR * 500 * (80 - 60 * 0.75**0.5))
    perfect = toys.solve(day(periods=(2031,), existing=10, max_build=0))
    assert perfect.objective == pytest.approx(HOUR * 500 * 20)


def test_potential_bounds_what_is_built() -> None:
    """Proves that no more than the potential stands.

    By hand: 10 MW would be worth it in 2031 many times over, a potential of 4 MW allows 4. If broken 13.33 are built.
    """
    solved = toys.solve(day(first_year=2031, potential=4))
    assert solved.at("pumped_hydro.capacity", "site", 2031) == pytest.approx(4)
    assert toys.solve(day(first_year=2031)).at("pumped_hydro.capacity", "site", 2031) > 4
