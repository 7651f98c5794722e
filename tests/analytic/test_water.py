"""One reservoir: what it can keep, what it must let go, and what spills. 1 m3/s gives 1 MW throughout.

20 m3/s kept for 4380 h are 20 · 4380 · 0.0036 = 315.36 million m3; 1 MW imported for 4380 h at 500 CNY/MWh costs
2.19 million CNY.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import toys
from tests.toys import Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""
KEPT_20 = 20 * 4380 * 0.0036
"""Million m3 that 20 m3/s fill in half a year."""


def wet_and_dry(**station: toys.Cell) -> Toy:
    """Inflow 100 m3/s in the first half and 20 in the second; load 60 MW; import at 500 CNY/MWh."""
    tables = {**toys.imports(500), **toys.river({"dam": toys.station(**station)}, {"dam": "rain"})}
    return Toy(tables, load=60, series={"rain": [100, 20]}, edges=toys.HALVES)


def for_later(**station: toys.Cell) -> Toy:
    """Inflow 50 m3/s all year, a large reservoir, load of 100 MW in the second half only."""
    tables = {**toys.imports(500), **toys.river({"dam": toys.station(**{"storage": 2000, **station})}, {"dam": "rain"})}
    return Toy(tables, load=[0, 100], series={"rain": 50}, edges=toys.HALVES)


def test_storage_carries_water_from_the_wet_to_the_dry_half() -> None:
    """Proves that a reservoir moves as much as it holds, and that the rest spills when it is full.

    By hand: the first half has 40 m3/s to spare. A reservoir for 20 m3/s keeps half of it: 40 MW of water and 20 MW of
    import in the second half, 20·2.19 = 43.8 million, 20 m3/s spilled in the first. Without storage 40 MW are imported:
    87.6 million. A reservoir for 40 m3/s needs no import and spills nothing. If broken (bottomless) all would be 0.
    """
    some = toys.solve(wet_and_dry(storage=KEPT_20))
    assert some.objective == pytest.approx(20 * 4380 * HOUR * 500)
    assert some.steps("hydro_cascade.spill", "dam") == pytest.approx([20, 0], abs=1e-6)
    assert some.steps("hydro_cascade.storage_level", "dam") == pytest.approx([315.36, 0], abs=1e-6)
    assert toys.solve(wet_and_dry()).objective == pytest.approx(40 * 4380 * HOUR * 500)
    enough = toys.solve(wet_and_dry(storage=2 * KEPT_20))
    assert enough.objective == pytest.approx(0, abs=1e-6)
    assert enough.steps("hydro_cascade.spill", "dam") == pytest.approx([0, 0], abs=1e-6)


def test_year_is_a_ring() -> None:
    """Proves that the level ends where it began: water of the last step serves the first.

    By hand: the inflows swapped, 20 then 100 m3/s. What the second half keeps serves the first half of the same year:
    43.8 million, as before. If broken (an empty reservoir on 1 January) it would be 87.6; if the level began full for
    nothing, 0 even where the water is kept from.
    """
    swapped = replace(wet_and_dry(storage=KEPT_20), series={"rain": [20, 100]})
    solved = toys.solve(swapped)
    assert solved.objective == pytest.approx(20 * 4380 * HOUR * 500)
    assert solved.steps("hydro_cascade.storage_level", "dam") == pytest.approx([0, 315.36], abs=1e-6)


def test_water_is_worth_the_import_it_saves() -> None:
    """Proves that the dual of the water balance is the value of water, in million CNY per million m3.

    By hand: 1 million m3 in the dry half is 1 / 0.0036 = 277.78 MWh, which save 500 CNY each: 0.138889 million CNY.
    In the wet half, with a full reservoir, water is spilled: worth nothing. If broken (hours counted in the dual but
    not in the volume) it would be 0.138889 / 4380.
    """
    toy = wet_and_dry(storage=KEPT_20)
    solved = toys.solve(toy)
    worth = solved.steps("dual.hydro_cascade.water_balance", "dam")
    assert [abs(v) for v in worth] == pytest.approx([0, 500 / 0.0036 * HOUR], abs=1e-9)
    more = toys.solve(replace(toy, series={"rain": [100, 21]}))
    assert solved.objective - more.objective == pytest.approx(4380 * 0.0036 * 500 / 0.0036 * HOUR)


def test_unequal_steps_keep_volume_not_flow() -> None:
    """Proves that what is kept is counted in volume: a short wet spell fills less than a long one.

    By hand: 100 m3/s for 1000 h, nothing for 7760 h, load 10 MW, a reservoir of 252 million m3. 90 m3/s·1000 h are
    324 million m3; 252 are kept and give 252 / 0.0036 / 7760 = 9.0206 MW: import 0.9794·7760·500 = 3.8 million.
    Without storage 7760·10·500 = 38.8 million. If broken (flow kept: 70 m3/s) nothing would be imported.
    """
    toy = replace(wet_and_dry(storage=252), load=10, series={"rain": [100, 0]}, edges=(0, 1000, 8760))
    assert toys.solve(toy).objective == pytest.approx((10 * 7760 - 252 / 0.0036) * 500 * HOUR)
    empty = toys.changed(toy, "hydro_stations", "dam", usable_storage=0)
    assert toys.solve(empty).objective == pytest.approx(38.8)


def test_turbines_limit_what_the_water_gives() -> None:
    """Proves that discharge beyond the turbines is spilled, whichever of flow and rating is the tighter limit.

    By hand: 100 and 20 m3/s, no storage, load 60 MW. Turbines of 30 m3/s give 30 and 20 MW: (30 + 40)·2.19 = 153.3
    million. A rating of 30 MW does the same. Without either limit 40·2.19 = 87.6.
    """
    by_flow = toys.solve(wet_and_dry(max_turbine_discharge=30))
    rated = replace(wet_and_dry(), tables={**wet_and_dry().tables, "hydro_units": {"dam_1": toys.unit("dam", 30)}})
    by_power = toys.solve(rated)
    assert by_flow.objective == pytest.approx((30 + 40) * 4380 * HOUR * 500)
    assert by_power.objective == pytest.approx((30 + 40) * 4380 * HOUR * 500)
    assert by_flow.steps("hydro_cascade.spill", "dam") == pytest.approx([70, 0], abs=1e-6)
    assert toys.solve(wet_and_dry()).objective == pytest.approx(40 * 4380 * HOUR * 500)


def test_power_follows_head_and_efficiency() -> None:
    """Proves that power is 9.81 · efficiency · head / 1000 MW per m3/s.

    By hand: 100 m at 0.9 give 0.8829 MW per m3/s; 50 m3/s all year give 44.145 MW of a load of 60: import
    15.855·8760·500 = 69.4449 million. At an efficiency of 1 they give 49.05 MW: 47.961. If broken (g = 10) 65.7.
    """
    toy = replace(wet_and_dry(rated_head=100, efficiency=0.9), series={"rain": 50})
    assert toys.solve(toy).objective == pytest.approx((60 - 50 * 9.81 * 0.9 * 100 / 1000) * 8760 * HOUR * 500)
    ideal = toys.changed(toy, "hydro_stations", "dam", efficiency=1)
    assert toys.solve(ideal).objective == pytest.approx((60 - 49.05) * 8760 * HOUR * 500)


def test_environmental_flow_costs_the_water_it_takes() -> None:
    """Proves that the least release holds in every step and that its price is the water lost for later.

    By hand: all water of the first half could be kept for the second: 100 MW, nothing imported. An environmental flow
    of 30 m3/s lets 30 go past: 70 MW are left, 30·2.19 = 65.7 million; one m3/s more costs 2.19 million.
    If broken (checked over the year only) it would cost nothing.
    """
    free, bound = toys.solve(for_later()), toys.solve(for_later(environmental_flow=30))
    assert free.objective == pytest.approx(0, abs=1e-6)
    assert bound.objective == pytest.approx(30 * 4380 * HOUR * 500)
    assert bound.steps("hydro_cascade.spill", "dam")[0] == pytest.approx(30)
    assert bound.steps("dual.hydro_cascade.environmental_release", "dam")[0] == pytest.approx(2.19)
    one_more = toys.solve(for_later(environmental_flow=31))
    assert one_more.objective - bound.objective == pytest.approx(2.19)


def test_environmental_flow_is_never_asked_beyond_the_natural_flow() -> None:
    """Proves that a river that carries less than the environmental flow must pass all of it, and no more.

    By hand: 80 m3/s asked, 50 there: all 50 pass in each half. The second half has 50 MW and imports 50: 109.5 million.
    If broken (80 asked) nothing would satisfy the row: 160 of 100 m3/s.
    """
    solved = toys.solve(for_later(environmental_flow=80))
    assert solved.objective == pytest.approx(50 * 4380 * HOUR * 500)
    assert solved.steps("parameter.hydro_cascade.required_release", "dam") == pytest.approx([50, 50])
    assert toys.solve(for_later()).objective == pytest.approx(0, abs=1e-6)


def test_flood_limit_keeps_room_in_its_season() -> None:
    """Proves that the flood limit cuts the level in its season only.

    By hand: steps until 31 May, June and July (5088 h from New Year), and the last 3672 h. Plenty of inflow in the
    first two, none after; 1000 million m3 of storage, of which the limit leaves half at the end of July. Load 100 MW in
    the last step. Half of it gives 500 / 0.0036 = 138889 MWh of 367200: 114.156 million of import; all of it would
    give 277778 MWh: 44.711. A season in winter leaves the summer alone. If broken (limit at all times, or never) the
    first two would be the same.
    """
    tables = {
        **toys.imports(500),
        **toys.river({"dam": toys.station(storage=1000, flood_limit_share=0.5)}, {"dam": "rain"}),
    }
    toy = Toy(tables, load=[0, 0, 100], series={"rain": [500, 500, 0]}, edges=(0, 3624, 5088, 8760))
    limited = toys.solve(toy)
    assert limited.objective == pytest.approx((100 * 3672 - 500 / 0.0036) * 500 * HOUR)
    free = toys.solve(toys.changed(toy, "hydro_stations", "dam", flood_limit_share=1))
    assert free.objective == pytest.approx((100 * 3672 - 1000 / 0.0036) * 500 * HOUR)
    winter = toys.changed(toy, "hydro_stations", "dam", flood_season_start="01-01", flood_season_end="05-31")
    assert toys.solve(winter).objective == pytest.approx(free.objective)
    assert limited.steps("hydro_cascade.storage_level", "dam")[1] == pytest.approx(500)


def test_city_receives_its_share_of_a_station() -> None:
    """Proves that power, capacity and fixed cost carry the city's share while the water is the whole station's.

    By hand: 50 m3/s all year, load 60 MW. A city with one half gets 25 MW: import 35·4.38 = 153.3 million, and pays
    2 % of 5000 CNY/kW on 500 of the 1000 MW: 50 million. The whole station gives 50 MW: 43.8 and 100 million.
    If broken (share on the water) the turbines would pass 25 m3/s and 25 would spill.
    """
    toy = replace(wet_and_dry(city_share=0.5, capex=5000, fixed_om=2), series={"rain": 50})
    half, whole = toys.solve(toy), toys.solve(toys.changed(toy, "hydro_stations", "dam", city_share=1))
    assert half.objective == pytest.approx(35 * 8760 * HOUR * 500 + 0.02 * 5 * 500)
    assert whole.objective == pytest.approx(10 * 8760 * HOUR * 500 + 0.02 * 5 * 1000)
    assert half.steps("hydro_cascade.turbine_discharge", "dam") == pytest.approx([50, 50])
    assert half.at("hydro_cascade.capacity", "dam", 2020) == pytest.approx(500)
    assert half.at("hydro_cascade.energy", "dam", 2020) == pytest.approx(50 * 8760e-6)


def test_scheduled_station_gives_what_is_scheduled_and_a_free_one_what_it_can() -> None:
    """Proves that a schedule caps the output and that the excess of free dispatch is reported.

    By hand: 100 m3/s all year, no storage, load 100 MW, schedule 40 MW: 60 MW are imported, 262.8 million, 60 m3/s
    spilled. Dispatched freely nothing is imported, 60 MW·8760 h = 0.5256 TWh above the schedule.
    If broken (schedule ignored) both would cost nothing.
    """
    tables = toys.river(
        {"dam": toys.station()}, {"dam": "rain"}, schedules={"dam_output": toys.schedule("dam", "output", "plan")}
    )
    toy = Toy({**toys.imports(500), **tables}, load=100, series={"rain": 100}, monthly={"plan": [40] * 12})
    scheduled = toys.solve(toy)
    free = toys.solve(replace(toy, options={"hydro_cascade": {"dispatch": "free"}}))
    assert scheduled.objective == pytest.approx(60 * 8760 * HOUR * 500)
    assert free.objective == pytest.approx(0, abs=1e-6)
    assert scheduled.at("hydro_cascade.energy_above_schedule", "dam", 2020) == pytest.approx(0, abs=1e-9)
    assert free.at("hydro_cascade.energy_above_schedule", "dam", 2020) == pytest.approx(0.5256)


def test_schedule_of_a_year_is_mixed_from_its_profiles() -> None:
    """Proves that shares of two profiles move linearly from year to year.

    By hand: from all of a 40 MW profile in 2020 to all of an 80 MW one in 2022: 40, 60, 80 MW of a load of 100 MW:
    60 + 40 + 20 = 120 MW·years of import, 525.6 million. The first profile alone leaves 180 MW·years: 788.4.
    """
    schedules = {
        "before": toys.schedule("dam", "output", "low", {2020: 1, 2022: 0}),
        "after": toys.schedule("dam", "output", "high", {2020: 0, 2022: 1}),
    }
    tables = {**toys.imports(500), **toys.river({"dam": toys.station()}, {"dam": "rain"}, schedules=schedules)}
    toy = Toy(
        tables,
        load=100,
        series={"rain": 100},
        monthly={"low": [40] * 12, "high": [80] * 12},
        periods=(2020, 2021, 2022),
    )
    assert toys.solve(toy).objective == pytest.approx(120 * 8760 * HOUR * 500)
    alone = {**tables, "hydro_schedules": {"before": toys.schedule("dam", "output", "low")}}
    assert toys.solve(replace(toy, tables=alone)).objective == pytest.approx(180 * 8760 * HOUR * 500)


def test_guide_band_narrows_the_storage_of_a_scheduled_station() -> None:
    """Proves that the level stays between the guide curves, which leaves less to move.

    By hand: the reservoir could move 40 m3/s. An upper curve at one half leaves 20: 43.8 million. A lower one at a
    quarter leaves 10 of these: 65.7. Free dispatch knows no guide: 0. If broken (curves as volumes instead of shares)
    the level could hardly move: 87.6.
    """
    high = {"high": toys.schedule("dam", "level_high", "half")}
    both = {**high, "low": toys.schedule("dam", "level_low", "quarter")}
    toy = replace(wet_and_dry(storage=2 * KEPT_20), monthly={"half": [0.5] * 12, "quarter": [0.25] * 12})
    upper = replace(toy, tables={**toy.tables, "hydro_schedules": high})
    band = replace(toy, tables={**toy.tables, "hydro_schedules": both})
    assert toys.solve(upper).objective == pytest.approx(20 * 4380 * HOUR * 500)
    assert toys.solve(band).objective == pytest.approx(30 * 4380 * HOUR * 500)
    free = replace(band, options={"hydro_cascade": {"dispatch": "free"}})
    assert toys.solve(free).objective == pytest.approx(0, abs=1e-6)


def test_unit_serves_from_its_commissioning_date() -> None:
    """Proves that a unit commissioned within the year serves the rest of that year: half a station for half a year.

    By hand: two units of 50 MW, the second from 2 July (hour 182·24 = 4368); 100 m3/s, load 100 MW: 50 MW imported for
    4368 h: 109.2 million. With both from the start nothing is imported; with one step for the whole year the station
    counts as 50 + 50·4392/8760 MW and the import is the same. If broken (by year) it would be 0 or 219.
    """
    units = {"dam_1": toys.unit("dam", 50), "dam_2": toys.unit("dam", 50, "2020-07-02")}
    tables = {
        **toys.imports(500),
        **toys.river({"dam": toys.station(max_turbine_discharge=100)}, {"dam": "rain"}, units=units),
    }
    toy = Toy(tables, load=100, series={"rain": 100}, edges=(0, 4368, 8760))
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(50 * 4368 * HOUR * 500)
    assert solved.steps("hydro_cascade.turbine_discharge", "dam") == pytest.approx([50, 100])
    assert toys.solve(replace(toy, edges=toys.YEAR)).objective == pytest.approx(109.2)
    earlier = toys.changed(toy, "hydro_units", "dam_2", commissioned="2019-07-02")
    assert toys.solve(earlier).objective == pytest.approx(0, abs=1e-6)


def test_station_passes_its_water_on_until_the_year_it_begins_in_service() -> None:
    """Proves that a reservoir that is not there in the first step of a year holds nothing in that year.

    By hand: 100 m3/s until 30 June, nothing after; load 40 MW; the only unit serves from 1 July 2020 (hour 4344). In
    2020 the water has passed before: 40 MW are imported all year, 175.2 million. In 2021 the reservoir keeps what the
    second half needs: nothing is imported. Commissioned in 2019, 2020 is as 2021. If broken (storage from 1 January)
    only the first half of 2020 would be imported: 86.88.
    """
    units = {"dam_1": toys.unit("dam", 100, "2020-07-01")}
    tables = {**toys.imports(500), **toys.river({"dam": toys.station(storage=2000)}, {"dam": "rain"}, units=units)}
    toy = Toy(tables, load=40, series={"rain": [100, 0]}, edges=(0, 4344, 8760), periods=(2020, 2021))
    assert toys.solve(toy).objective == pytest.approx(40 * 8760 * HOUR * 500)
    earlier = toys.changed(toy, "hydro_units", "dam_1", commissioned="2019-07-01")
    assert toys.solve(earlier).objective == pytest.approx(0, abs=1e-6)


def test_capital_of_units_is_charged_from_their_year_on() -> None:
    """Proves that a unit commissioned within the horizon pays its annuity, an older one does not, in the city's share.

    By hand: capex 5000 CNY/kW over 50 years without interest: 0.1 million a MW and year. The city has half of 100 MW of
    old and, from 1 May 2021 (120 days have passed), 100 MW of new units. These pay 0.1·50 = 5 for 245 of 365 days and
    for 2022: 5·(1 + 0.671233) = 8.35616. Fixed O&M 2 % = 0.1 million a MW: 5 for the old in each of three years and as
    much again for the new while they serve: 15 + 8.35616. Together 31.7123 million. Were the new unit old, 30 million.
    If broken (whole years) 35; (whole station) 63.42.
    """
    units = {"dam_1": toys.unit("dam", 100), "dam_2": toys.unit("dam", 100, "2021-05-01")}
    money = {"city_share": 0.5, "capex": 5000, "fixed_om": 2, "lifetime": 50}
    toy = Toy(toys.river({"dam": toys.station(**money)}, {}, units=units), periods=(2020, 2021, 2022))
    solved = toys.solve(toy)
    served = 245 / 365 + 1
    assert solved.objective == pytest.approx(0.1 * 50 * served + 0.1 * (3 * 50 + 50 * served))
    assert solved.cost("hydro_cascade.annuity") == pytest.approx(0.1 * 50 * served)
    old = toys.solve(toys.changed(toy, "hydro_units", "dam_2", commissioned="2010-05-01"))
    assert old.objective == pytest.approx(0.1 * 3 * 100)


def test_annuity_of_a_unit_repays_it_with_interest_from_its_date() -> None:
    """Proves that a life of payments, discounted, is what a unit cost on the day it began to serve.

    By hand: 1 million CNY (1 MW at 1000 CNY/kW) spent on 15 March 2020, 73 of 365 days, 0.2 years, into the year: at
    10 % it is worth 1.1^0.3 million at the middle of 2020, where the money of 2020 counts. Three years of life end
    within 2023: with a horizon to 2024 all is paid. If broken (a whole annuity in 2020) it would be more than 1.2.
    """
    units = {"dam_1": toys.unit("dam", 1, "2020-03-15")}
    river = toys.river({"dam": toys.station(capex=1000, lifetime=3)}, {}, units=units)
    toy = Toy(river, periods=(2020, 2021, 2022, 2023, 2024), discount_rate=0.1)
    assert toys.solve(toy).objective == pytest.approx(1.1**0.3, rel=1e-12)
    assert toys.solve(replace(toy, periods=(2020, 2022), last_period_years=3)).objective == pytest.approx(1.1**0.3)
    part = toys.solve(replace(toy, periods=(2020,)))
    assert part.objective == pytest.approx(0.8 * 1.1**0.3 / (0.8 + 1.1**-1 + 1.1**-2 + 0.2 * 1.1**-3))


def test_unit_of_the_first_year_pays_and_stops_after_its_life() -> None:
    """Proves both ends of a unit's annuity: the first year of the horizon counts, the year after its life does not.

    By hand: 100 MW at 5000 CNY/kW over two years without interest: 250 million a year. From 2020 on: 500 million in
    2020 and 2021, nothing in 2022. Commissioned on the last day of 2019 it is sunk: nothing. In long periods, 2020 for
    three years: the same 500. If broken (sunk in the first year) 0; (paid for ever) 750.
    """
    units = {"dam_1": toys.unit("dam", 100, "2020-01-01")}
    stations = {"dam": toys.station(capex=5000, lifetime=2)}
    toy = Toy(toys.river(stations, {}, units=units), periods=(2020, 2021, 2022))
    assert toys.solve(toy).objective == pytest.approx(500)
    assert toys.solve(replace(toy, periods=(2020,), last_period_years=3)).objective == pytest.approx(500)
    sunk = toys.changed(toy, "hydro_units", "dam_1", commissioned="2019-12-31")
    assert toys.solve(sunk).objective == pytest.approx(0, abs=1e-9)


def test_inflow_moves_from_one_series_to_another_with_the_years() -> None:
    """Proves that shares of inflow series are linear between the years given.

    By hand: 40 m3/s give way to 80 m3/s from 2020 to 2022; 60 in 2021. Load 100 MW, no storage: 60 + 40 + 20 = 120
    MW·years of import, 525.6 million. The first series alone leaves 180: 788.4. If broken (stepwise) 140 or 100.
    """
    tables = {**toys.imports(500), **toys.river({"dam": toys.station()}, {})}
    tables["hydro_inflows"] = {
        "old": toys.inflow("dam", "before", {2020: 1, 2022: 0}),
        "new": toys.inflow("dam", "after", {2020: 0, 2022: 1}),
    }
    toy = Toy(tables, load=100, series={"before": 40, "after": 80}, periods=(2020, 2021, 2022))
    assert toys.solve(toy).objective == pytest.approx(120 * 8760 * HOUR * 500)
    alone = {**tables, "hydro_inflows": {"old": toys.inflow("dam", "before")}}
    assert toys.solve(replace(toy, tables=alone)).objective == pytest.approx(180 * 8760 * HOUR * 500)
