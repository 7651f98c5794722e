"""Stations in series: the same water works twice, and when it arrives matters. 1 m3/s gives 1 MW throughout."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import toys
from tests.toys import Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""


def pair(
    lag: float, load: toys.Values, rain: toys.Values, edges: tuple[int, ...], upper: float = 0, lower: float = 0
) -> Toy:
    """Two stations with so much storage (million m3) and travel time (h) between them; import at 500 CNY/MWh."""
    stations = {"high": toys.station("low", lag, storage=upper), "low": toys.station(storage=lower)}
    tables = {**toys.imports(500), **toys.river(stations, {"high": "rain"})}
    return Toy(tables, load=load, series={"rain": rain}, edges=edges)


def test_water_works_at_every_station_it_passes() -> None:
    """Proves that what one station lets go arrives at the next.

    By hand: 50 m3/s through two stations give 100 MW, the load: no import. If the upper one flows elsewhere, 50 MW are
    imported: 219 million. If broken (spill lost on the way) the turbines of the upper one, cut to 20 m3/s, would leave
    only 20 for the lower: 60 MW of import instead of 30.
    """
    toy = pair(0, 100, 50, toys.YEAR)
    assert toys.solve(toy).objective == pytest.approx(0, abs=1e-6)
    apart = toys.changed(toy, "hydro_stations", "high", downstream="none")
    assert toys.solve(apart).objective == pytest.approx(50 * 8760 * HOUR * 500)
    throttled = toys.changed(toy, "hydro_stations", "high", max_turbine_discharge=20)
    assert toys.solve(throttled).objective == pytest.approx(30 * 8760 * HOUR * 500)


def test_travel_time_decides_when_water_works_again() -> None:
    """Proves that the travel time shifts the lower station's power, by part of a step if it is no multiple of one.

    By hand: 100 m3/s in the first half only, load 100 MW. Without travel time both stations run in the first half, 100
    MW too much, and the second half is imported: 219 million. With 4380 h the lower one runs in the second half:
    nothing. With 2190 h half of its water comes in each half: 50 MW imported in the second, 109.5 million.
    If broken (travel time ignored) all three would be 219.
    """
    costs = [toys.solve(pair(lag, 100, [100, 0], toys.HALVES)).objective for lag in (0, 4380, 2190)]
    assert costs == pytest.approx([219, 0, 109.5], abs=1e-6)


def test_travel_between_unequal_steps_keeps_volume() -> None:
    """Proves that water crossing from a short into a long step keeps its volume, not its flow.

    By hand: 100 m3/s for 2000 h, then nothing for 6760 h; travel time 1000 h. The lower station has 50 m3/s for 2000 h
    and the other 100·1000 in 6760 h. Load 100 MW: the second step lacks 100·6760 − 100·1000 = 576000 MWh: 288 million.
    Without travel time 338. If broken (flow kept: 50 m3/s all through the long step) 169.
    """
    edges = (0, 2000, 8760)
    late = toys.solve(pair(1000, 100, [100, 0], edges))
    assert late.objective == pytest.approx((100 * 6760 - 100 * 1000) * 500 * HOUR)
    turbine, spill = (late.steps(f"hydro_cascade.{name}", "low") for name in ("turbine_discharge", "spill"))
    assert [q + s for q, s in zip(turbine, spill, strict=True)] == pytest.approx([50, 100 * 1000 / 6760])
    assert toys.solve(pair(0, 100, [100, 0], edges)).objective == pytest.approx(100 * 6760 * 500 * HOUR)


def test_travel_time_passes_the_turn_of_the_year() -> None:
    """Proves that water let go in December arrives in January of the same ring.

    By hand: 100 m3/s in the second half only, travel time half a year: the lower station runs in the first half.
    Load 100 MW: nothing is imported. Without travel time 219 million. If broken (lost at New Year) 219 as well.
    """
    assert toys.solve(pair(4380, 100, [0, 100], toys.HALVES)).objective == pytest.approx(0, abs=1e-6)
    assert toys.solve(pair(0, 100, [0, 100], toys.HALVES)).objective == pytest.approx(219)


def test_two_reservoirs_gain_from_the_travel_time_between_them() -> None:
    """Proves that travel time changes what two reservoirs can do together.

    By hand, in three steps of 2920 h, in m3/s of a step: inflow 90 in the first, none after; the upper reservoir holds
    30, the lower 10; load 40 MW. At once: in steps two and three the upper has 30 to release, the lower the same 30 and
    its own 10: 70 of 80, so 10 MW are imported for a step, 14.6 million. A step later: the 60 or more let go in the
    first step arrive in the second, of which the lower keeps 10; let the upper release its 30 in the second, they
    arrive in the third and make 40: nothing is imported. If broken (travel time ignored) both would be 14.6. Without
    the lower reservoir the late case lacks its 10: 14.6.
    """
    edges = (0, 2920, 5840, 8760)
    step = 2920 * 0.0036
    at_once = toys.solve(pair(0, 40, [90, 0, 0], edges, upper=30 * step, lower=10 * step))
    later = toys.solve(pair(2920, 40, [90, 0, 0], edges, upper=30 * step, lower=10 * step))
    assert at_once.objective == pytest.approx(10 * 2920 * HOUR * 500)
    assert later.objective == pytest.approx(0, abs=1e-6)
    assert toys.solve(pair(2920, 40, [90, 0, 0], edges, upper=30 * step)).objective == pytest.approx(14.6)


def test_two_tributaries_meet_each_after_its_own_travel_time() -> None:
    """Proves that a station below two others receives both, each after its own way.

    By hand: 60 m3/s from the east in the first half, 60 from the west in the second; only the lowest station belongs to
    the city. East takes half a year: both arrive in the second half, 120 MW against a load of 60, and 60 MW are
    imported in the first: 131.4 million. At once: 60 MW in each half, nothing imported. If broken (the travel time of
    one taken for both) they would still arrive apart and nothing would be imported.
    """
    stations = {
        "east": toys.station("mouth", 4380, city_share=0),
        "west": toys.station("mouth", 0, city_share=0),
        "mouth": toys.station(),
    }
    tables = {**toys.imports(500), **toys.river(stations, {"east": "rain_east", "west": "rain_west"})}
    toy = Toy(tables, load=60, series={"rain_east": [60, 0], "rain_west": [0, 60]}, edges=toys.HALVES)
    assert toys.solve(toy).objective == pytest.approx(60 * 4380 * HOUR * 500)
    at_once = toys.changed(toy, "hydro_stations", "east", travel_time_to_downstream=0)
    assert toys.solve(at_once).objective == pytest.approx(0, abs=1e-6)


def test_environmental_flow_counts_what_comes_from_above() -> None:
    """Proves that the natural flow at a station is all of the catchment above, after its travel time.

    By hand: 50 m3/s from above and 20 of its own make 70 at the lower station, which must pass 60 of them in the first
    half, when power is worth nothing, instead of keeping all for the second. Load 140 MW in the second half, 50 from
    the upper station (which has no storage) and 70 + 10 from the lower: 10 MW imported, 21.9 million. Were only its own
    20 natural, 70 + 50 would be left and nothing imported.
    """
    stations = {"high": toys.station("low"), "low": toys.station(storage=2000, environmental_flow=60)}
    tables = {**toys.imports(500), **toys.river(stations, {"high": "above", "low": "own"})}
    toy = Toy(tables, load=[0, 140], series={"above": 50, "own": 20}, edges=toys.HALVES)
    bound = toys.solve(toy)
    assert bound.objective == pytest.approx(10 * 4380 * HOUR * 500)
    assert bound.steps("parameter.hydro_cascade.required_release", "low") == pytest.approx([60, 60])
    assert toys.solve(toys.changed(toy, "hydro_stations", "low", environmental_flow=20)).objective == pytest.approx(
        0, abs=1e-6
    )
    own_only = replace(toy, series={"above": 0, "own": 70})
    assert toys.solve(own_only).objective == pytest.approx((140 - 80) * 4380 * HOUR * 500)


def test_upstream_dispatch_serves_the_station_below() -> None:
    """Proves that the reservoir above is run for the power of both stations.

    By hand: 50 m3/s all year, only the upper station has storage, load 200 MW in the second half only. Keeping all for
    then gives 100 + 100 MW: nothing imported. With an empty upper reservoir 50 + 50: 100·2.19 = 219 million; with the
    storage at the lower one instead 50 + 100: 109.5.
    """
    assert toys.solve(pair(0, [0, 200], 50, toys.HALVES, upper=2000)).objective == pytest.approx(0, abs=1e-6)
    assert toys.solve(pair(0, [0, 200], 50, toys.HALVES)).objective == pytest.approx(219)
    assert toys.solve(pair(0, [0, 200], 50, toys.HALVES, lower=2000)).objective == pytest.approx(109.5)
