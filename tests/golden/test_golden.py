"""The committed scenarios give the numbers that were agreed on, and the solved baseline is physically what is known.

The numbers are remembered by `python -m tests.golden.update "reason"`. Tolerances leave room for another optimal vertex
of the same cost and for rounding on another machine, for no more. What is known of Panzhihua is recomputed from the
results and not by the audit. Both stand in one file so that whoever runs it solves the baseline once.
"""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest

from pzh_energy.inputs.calendar import hour_of_day
from tests.golden.runs import SCENARIOS, dispatched, freely_dispatched, remembered, run, snapshot
from tests.golden.update import update
from tests.properties.recomputed import assert_water_is_conserved, net_power
from tests.systems import build, package, scenario, system_of

NAMES = sorted(SCENARIOS)
STATION = "hydro_cascade_station"
DISPATCHES = ("scheduled", "free")
NIGHT = (hour_of_day() >= 21) | (hour_of_day() < 6)
"""Hours of the Beijing clock in which the sun is down in Panzhihua (101.7° E) all year round."""
ENERGY_TWH = {
    "guanyinyan": (12.7, 12.7, 2020),
    "jinsha": (2.2, 2.3, 2022),
    "yinjiang": (1.5, 1.6, 2026),
    "tongzilin": (2.8, 3.0, 2020),
    "ertan": (17.0, 17.0, 2020),
}
"""Lowest and highest known yearly energy of the whole station, and the first full year of all its units."""


@pytest.mark.parametrize("name", NAMES)
def test_the_program_has_the_size_agreed_on(name: str) -> None:
    assert snapshot(run(name))["size"] == remembered(name)["size"]


@pytest.mark.parametrize("name", NAMES)
def test_coefficients_stay_within_six_decades(name: str) -> None:
    """What is stated in units that fit needs no scaling by the solver, and rounding stays where it belongs."""
    least, most = run(name).results.provenance["solver"]["coefficients"]
    assert 0 < least < most <= 1e6 * least


@pytest.mark.parametrize("name", NAMES)
def test_the_cost_is_the_one_agreed_on(name: str) -> None:
    assert run(name).objective == pytest.approx(remembered(name)["objective_million_cny"], rel=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_capacities_are_those_agreed_on(name: str) -> None:
    found, agreed = snapshot(run(name))["capacity_mw"], remembered(name)["capacity_mw"]
    assert set(found) == set(agreed)
    for entry, years in agreed.items():
        assert found[entry] == pytest.approx(years, rel=1e-3, abs=0.5), entry


@pytest.mark.parametrize("name", NAMES)
def test_every_target_achieves_what_was_agreed_on(name: str) -> None:
    found, agreed = snapshot(run(name)), remembered(name)
    assert set(found["achieved"]) == set(agreed["achieved"])
    for target, value in agreed["achieved"].items():
        # what cannot be computed stays so
        expected = None if value is None else pytest.approx(value, rel=1e-3, abs=1e-4)
        assert found["achieved"][target] == expected, target
    assert found["verdict"] == agreed["verdict"]


@pytest.mark.parametrize("name", NAMES)
def test_agreed_numbers_carry_a_dated_reason(name: str) -> None:
    history = remembered(name)["history"]
    assert history
    assert all(set(entry) == {"date", "reason"} and entry["reason"].strip() for entry in history)


def test_numbers_are_not_changed_without_a_reason() -> None:
    with pytest.raises(SystemExit, match="why"):
        update("because")


@pytest.mark.parametrize("station", ENERGY_TWH)
def test_a_station_generates_what_is_known_of_it_in_a_normal_year(station: str) -> None:
    low, high, complete = ENERGY_TWH[station]
    data = run("baseline").results
    power = data["parameter.hydro_cascade.specific_production"] * data["hydro_cascade.turbine_discharge"]
    energy = (power * data["hours"]).sum("timestep").sel({STATION: station, "weather": "normal"}) * 1e-6
    full_years = energy.sel(period=slice(complete, None)).values
    assert len(full_years) >= 5
    assert full_years.min() >= 0.95 * low
    assert full_years.max() <= 1.05 * high


@pytest.mark.parametrize("dispatch", DISPATCHES)
def test_no_station_is_above_its_rating_in_any_step(dispatch: str) -> None:
    found = dispatched(dispatch)
    data = found.results
    power = data["parameter.hydro_cascade.specific_production"] * data["hydro_cascade.turbine_discharge"]
    units = found.system.text("hydro_units", "station")
    dates = found.system.text("hydro_units", "commissioned")
    size = dict(zip(units, found.system.number("hydro_units", "capacity"), strict=True))
    for station in ENERGY_TWH:
        for year in data.periods:
            latest = f"{year}-12-31"
            rating = sum(size[u] for u, h in units.items() if h == station and dates[u] <= latest)
            largest = float(power.sel({STATION: station, "period": year}).max())
            assert largest <= rating * (1 + 1e-6) + 1e-6, f"{station} {year}"


@pytest.mark.parametrize("dispatch", DISPATCHES)
def test_power_and_water_balance(dispatch: str) -> None:
    found = dispatched(dispatch)
    for bus in found.system.buses:
        worst, largest = net_power(found.results, bus)
        assert worst <= 1e-6 * largest
    assert_water_is_conserved(found.results, found.system)


def level_at(day: datetime.date) -> np.ndarray:
    """Ertan's level at the end of a day, as a share of the usable storage, by period, dispatched freely."""
    found = freely_dispatched()
    usable = dict(
        zip(found.system.items("hydro_stations"), found.system.number("hydro_stations", "usable_storage"), strict=True)
    )
    level = found.results["hydro_cascade.storage_level"].sel({STATION: "ertan", "weather": "normal"})
    hour = 24 * day.timetuple().tm_yday
    edges = found.system.calendar.edges
    around = np.concatenate([level.isel(timestep=[-1]).values, level.values], axis=-1)
    return np.array([np.interp(hour, edges, one) for one in around]) / usable["ertan"]


class TestFreeDispatch:
    """The idealisation that the city dispatches the large stations must show as such."""

    def test_the_energy_beyond_the_schedule_is_reported(self) -> None:
        free = freely_dispatched().results["hydro_cascade.energy_above_schedule"].sum(STATION)
        kept = run("baseline").results["hydro_cascade.energy_above_schedule"].sum(STATION)
        assert (free.values > 0.1).all()
        assert (kept.values <= 1e-6).all()

    def test_the_seasonal_reservoir_is_filled_in_autumn_and_emptied_in_spring(self) -> None:
        assert (level_at(datetime.date(2021, 10, 31)) >= 0.8).all()
        spring = [level_at(datetime.date(2021, month, day)) for month in (4, 5, 6) for day in range(1, 31)]
        assert (np.min(spring, axis=0) <= 0.3).all()


@pytest.mark.parametrize("series", ["pv_utility", "pv_rooftop"])
def test_the_sun_does_not_shine_at_night_and_does_at_noon(series: str) -> None:
    values = package().series[series, "normal"]
    assert values[NIGHT].max() == 0
    assert values[(hour_of_day() >= 12) & (hour_of_day() < 15)].reshape(365, 3).max(axis=1).min() > 0


def test_pv_may_generate_nothing_in_a_step_that_is_all_night() -> None:
    """On the rows as compiled, three hours each: nothing but the output itself stands in them, and its limit is 0."""
    asked = scenario(["resolution={every: 3h}", "horizon.periods=[2030]"])
    of = system_of(replace(asked, targets={}))
    _, _, program = build(of)
    night = np.flatnonzero(of.calendar.lowest(NIGHT.astype(float)) == 1)
    assert len(night) == 365 * 3
    rows = next(p for p in program.constraints if p.name == "solar_pv.output_limit")
    position = rows.take(np.arange(program.size[0]))[..., night].ravel()
    assert np.all(np.diff(program.matrix[position].indptr) == 1)
    assert np.all(program.matrix[position].data == 1)
    assert np.all(program.row_upper[position] == 0)
