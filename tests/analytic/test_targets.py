"""Targets as rows: what it costs to hold them, what one unit more would cost, and when missing them is cheaper.

Interest is zero; a new MW of wind costs 0.1 million CNY for a year of service, so 0.05 million, 50 million a GW, for
the half year that it serves in the year it is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from pzh_energy.modeling.prices import target_price
from tests import toys
from tests.toys import Toy

MW_YEAR = 8760 * 500e-6
"""Million CNY of one MW imported for a year at 500 CNY/MWh."""


def wanting(target: Mapping[str, Any], existing: float = 100, **wind: toys.Cell) -> Toy:
    """Wind that nobody needs but the target T."""
    tables = {"wind": {"ridge": toys.wind(existing, **{"max_build": 1000, **wind})}}
    return Toy(tables, targets={"T": {"mode": "hard", **target}})


def capacity(value: float, **more: Any) -> dict[str, Any]:
    """At least so many GW of wind at the end of 2020."""
    wanted = {"metric": "installed_capacity", "carriers": ("wind",), "year": 2020, "operator": "at_least"}
    return {**wanted, "value": value, **more}


def asked(toy: Toy, **changes: Any) -> Toy:
    """The toy with some keys of its target T replaced."""
    assert toy.targets is not None
    return replace(toy, targets={"T": {**toy.targets["T"], **changes}})


def test_capacity_target_is_built_to_and_not_beyond() -> None:
    """Proves that a hard capacity target binds exactly, and that its dual is the cost of one MW more.

    By hand: 100 MW stand, 300 are asked: 200 MW, 10 million; one MW more 0.05 million. Only reported it costs nothing
    and is missed at 0.1 GW. If broken (operating capacity counted, half of what is new) 400 MW would be built: 20.
    """
    toy = wanting(capacity(0.3))
    solved, more = toys.solve(toy), toys.solve(asked(toy, value=0.301))
    assert solved.objective == pytest.approx(10)
    assert solved.at("dual.target_T.requirement", 2020) == pytest.approx(0.05)
    assert more.objective - solved.objective == pytest.approx(0.05)
    reported = toys.solve(asked(toy, mode="report"))
    assert reported.objective == pytest.approx(0, abs=1e-9)
    assert reported.measured("T", 2020) == pytest.approx(0.1)


def test_tolerance_is_taken_off_what_the_row_asks() -> None:
    """Proves that a target that may be missed by a tolerance is held at its lower end.

    By hand: about 0.3 GW, give or take 0.05: 250 MW, 7.5 million. Without tolerance 10. If broken (added) 12.5.
    """
    toy = wanting(capacity(0.3, operator="about", tolerance=0.05))
    assert toys.solve(toy).objective == pytest.approx(7.5)
    assert toys.solve(asked(toy, tolerance=0.0)).objective == pytest.approx(10)


def test_upper_target_keeps_profitable_capacity_out() -> None:
    """Proves that at_most bounds from above, its tolerance on top, and that its dual tells what one MW more would save.

    By hand: load 100 MW, import at 500: 200 MW would be built, 10 million. At most 0.15 GW leave 75 in operation: 7.5
    million and 25 MW·years of import, 117. One MW more saves half a MW·year less 0.05 million: 2.14. A tolerance of
    0.02 GW admits 170 MW: 8.5 + 15 MW·years, 74.2. If broken (as at_least) nothing would change.
    """
    base = wanting(capacity(0.15, operator="at_most"), existing=0)
    toy = replace(base, tables={**base.tables, **toys.imports(500)}, load=100)
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(7.5 + 25 * MW_YEAR)
    assert abs(solved.at("dual.target_T.requirement", 2020)) == pytest.approx(MW_YEAR / 2 - 0.05)
    assert toys.solve(asked(toy, tolerance=0.02)).objective == pytest.approx(8.5 + 15 * MW_YEAR)
    assert toys.solve(asked(toy, mode="report")).objective == pytest.approx(10)


def test_equal_binds_from_below_and_from_above_and_its_price_may_be_a_saving() -> None:
    """Proves that `equal` is a floor and a ceiling at once, and that its price is that of one unit more.

    By hand: as above, where 200 MW would be built. Exactly 0.15 GW: 7.5 million and 25 MW·years of import; one GW
    more saves 1000 (2.19 - 0.05) = 2140 million. Exactly 0.3 GW: 15 million, nothing imported, one GW more costs 50. If
    broken (floor only) the first would cost 10; (ceiling only) so would the second.
    """
    base = wanting(capacity(0.15, operator="equal"), existing=0)
    toy = replace(base, tables={**base.tables, **toys.imports(500)}, load=100)
    low, high = toys.solve(toy), toys.solve(asked(toy, value=0.3))
    assert low.objective == pytest.approx(7.5 + 25 * MW_YEAR)
    assert target_price(low.results, "T", 2020) == pytest.approx(-1000 * (MW_YEAR / 2 - 0.05))
    assert low.measured("T", 2020) == pytest.approx(0.15)
    assert high.objective == pytest.approx(15)
    assert target_price(high.results, "T", 2020) == pytest.approx(50)


def test_equal_within_a_tolerance_is_held_at_the_nearer_end() -> None:
    """Proves that a tolerance sets the two rows of `equal` apart, and that a priced one is paid for on either side.

    By hand: exactly 0.3 GW give or take 0.05: 12.5 million; exactly 0.15 give or take 0.02 where 0.2 is best: 8.5 and
    15 MW·years. Priced at 25 million a GW, 0.3 is missed by 0.1 from below: 10 + 2.5. Priced at 1000, 0.15 is missed by
    0.05 from above: 10 + 50 against 7.5 + 109.5. If broken (one side priced) the last would cost 10.
    """
    base = wanting(capacity(0.3, operator="equal", tolerance=0.05), existing=0)
    toy = replace(base, tables={**base.tables, **toys.imports(500)}, load=100)
    assert toys.solve(toy).objective == pytest.approx(12.5)
    assert toys.solve(asked(toy, value=0.15, tolerance=0.02)).objective == pytest.approx(8.5 + 15 * MW_YEAR)
    assert toys.solve(asked(toy, tolerance=0.0, mode="priced", price=25.0)).objective == pytest.approx(12.5)
    above = toys.solve(asked(toy, value=0.15, tolerance=0.0, mode="priced", price=1000.0))
    assert above.objective == pytest.approx(60)
    assert above.measured("T", 2020) == pytest.approx(0.2)


def test_priced_target_is_met_at_one_price_and_missed_at_another() -> None:
    """Proves that a priced target is held as long as holding it costs less than its price, and paid for otherwise.

    By hand: 200 MW are missing, 50 million a GW to build. At 25 million a GW they are not built: 0.2·25 = 5 million.
    At 75 they are: 10. If broken (price per MW) 5000 million would force the first too.
    """
    cheap = toys.solve(wanting(capacity(0.3, mode="priced", price=25.0)))
    dear = toys.solve(wanting(capacity(0.3, mode="priced", price=75.0)))
    assert cheap.objective == pytest.approx(5)
    assert cheap.measured("T", 2020) == pytest.approx(0.1)
    assert cheap.at("target_T.shortfall", "T", 2020) == pytest.approx(200)
    assert cheap.at("dual.target_T.requirement", 2020) == pytest.approx(0.025)
    assert dear.objective == pytest.approx(10)
    assert dear.at("target_T.shortfall", "T", 2020) == pytest.approx(0, abs=1e-6)


def test_price_of_a_target_is_paid_in_every_year_its_period_stands_for() -> None:
    """Proves that price and annuity are charged for every year of a period, the price whole in each of them.

    By hand: 2020 stands for three years: missing costs 3·10 million, building 200 MW for 2.5 years of service 50, and
    so 83.33 million a GW and year. If broken (price paid once) 150 million a GW would not be enough to build.
    """
    cheap = replace(wanting(capacity(0.3, mode="priced", price=50.0)), last_period_years=3)
    assert toys.solve(cheap).objective == pytest.approx(30)
    assert toys.solve(asked(cheap, price=150.0)).objective == pytest.approx(50)


def test_statistical_and_physical_capacity_are_told_apart() -> None:
    """Proves that a target reads the series it names.

    By hand: a unit of 100 MW counted by the statistics from 2020 on but in service from 2022 only. 0.3 GW of hydro and
    wind in 2020 need 100 MW more than the 100 of wind that stand in the statistics (5 million), 200 in operation (10).
    Were it in service already both would cost 5.
    """
    units = {"dam_1": toys.unit("dam", 100, "2022-06-01", counted_from=2020)}
    base = wanting(capacity(0.3, carriers=("hydro", "wind")))
    toy = replace(base, tables={**base.tables, **toys.river({"dam": toys.station()}, {}, units=units)})
    assert toys.solve(toy).objective == pytest.approx(5)
    assert toys.solve(asked(toy, series="physical")).objective == pytest.approx(10)
    there = toys.changed(toy, "hydro_units", "dam_1", commissioned="2019-06-01")
    assert toys.solve(asked(there, series="physical")).objective == pytest.approx(5)


def test_share_target_moves_the_denominator_across() -> None:
    """Proves that a share counts what is added in its denominator too, and that its dual is the slope of the cost.

    By hand: 300 MW of plant that is not clean, 100 MW of wind: 25 %. 40 % need W / (W + 300) = 0.4: W = 200, 5
    million. W = 300 v / (100 − v) rises by 30000 / 60² = 8.3333 MW a percentage point: 0.41667 million; in the row,
    where one MW asked needs 1 / 0.6 of wind, 0.083333 million a MW. If broken (denominator fixed at 400) 160 MW: 3.
    """
    clean = {"metric": "capacity_share", "carriers": ("clean",), "year": 2020, "operator": "at_least", "value": 40.0}
    base = wanting(clean)
    toy = replace(base, tables={**base.tables, "thermal": {"mill": toys.thermal(0, capacity=300)}})
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(5)
    assert solved.measured("T", 2020) == pytest.approx(40)
    dual = solved.at("dual.target_T.requirement", 2020)
    assert dual == pytest.approx(0.05 / 0.6)
    assert dual * 500 / 100 == pytest.approx(0.05 * 30000 / 60**2)
    step = 0.001
    slope = (toys.solve(asked(toy, value=40 + step)).objective - solved.objective) / step
    assert slope == pytest.approx(0.05 * 30000 / 60**2, rel=1e-4)
    assert toys.solve(asked(toy, mode="report")).objective == pytest.approx(0, abs=1e-9)


def test_clean_plant_helps_and_other_plant_hurts_the_clean_share() -> None:
    """Proves that what counts as clean is the plant's own word.

    By hand: as above with 300 MW that are clean: 100 % without building. If broken the 5 million would remain.
    """
    clean = {"metric": "capacity_share", "carriers": ("clean",), "year": 2020, "operator": "at_least", "value": 40.0}
    base = wanting(clean)
    toy = replace(base, tables={**base.tables, "thermal": {"mill": toys.thermal(0, capacity=300, clean="yes")}})
    assert toys.solve(toy).objective == pytest.approx(0, abs=1e-9)
    assert toys.solve(toys.changed(toy, "thermal", "mill", clean="no")).objective == pytest.approx(5)


def test_share_of_a_part_leaves_the_rest_out() -> None:
    """Proves that a share may be one of hydro alone, and of a regulation class as credited; and its price is per GW.

    By hand: 1000 MW of a week station credited as season, 500 MW of day run-of-river: two thirds. 80 % asked at 10
    million a GW: 0.8·1500 − 1000 = 200 MW missing, 2 million. Of day stations by their own class: 1200 − 500 = 700, 7
    million. Of everything, with 500 MW of wind: 0.8·2000 − 1000 = 600, 6 million. If broken (price per point) 133.
    """
    season = {
        "metric": "capacity_share",
        "carriers": ("credited_regulation=season",),
        "of": ("hydro",),
        "year": 2020,
        "operator": "at_least",
        "value": 80.0,
        "mode": "priced",
        "price": 10.0,
    }
    base = wanting(season, existing=500, max_build=0)
    dam = toys.station(own_regulation="week", credited_regulation="season")
    rivers = {**toys.river({"dam": dam}, {}), "run_of_river": {"creek": toys.run_of_river(500)}}
    toy = replace(base, tables={**base.tables, **rivers})
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(2)
    assert solved.measured("T", 2020) == pytest.approx(200 / 3)
    assert toys.solve(asked(toy, carriers=("own_regulation=day",))).objective == pytest.approx(7)
    assert toys.solve(asked(toy, of=())).objective == pytest.approx(6)


def curtailed(periods: tuple[int, ...] = (2020,), **target: Any) -> Toy:
    """Load 20 and 100 MW in the halves, wind of availability 1 to be built, import at 500, no export."""
    limit = {"metric": "curtailment_rate", "operator": "at_most", "value": 20.0, "mode": "hard", **target}
    tables = {**toys.imports(500), "wind": {"ridge": toys.wind(max_build=1000)}}
    return Toy(tables, load=[20, 100], edges=toys.HALVES, periods=periods, targets={"T": limit})


def test_curtailment_limit_keeps_wind_out_that_would_be_wasted() -> None:
    """Proves that a curtailment rate is that of available energy, and its dual the slope of the cost.

    By hand: 100 MW in operation serve both halves and waste 80 in the first: 40 %, 10 million. At most 20 %:
    (K − 20) / 2K = 0.2, K = 33.333: 3.3333 million and 66.667·2.19 of import: 149.333. K = 20 / (1 − 2v) rises by
    40 / 0.6² = 111.11 MW a unit, 1.1111 a percentage point, each worth 2.19 − 0.1 = 2.09 million: 2.3222 saved.
    If broken (rate of the peak, or of generation) K would be 25 or 28.571.
    """
    toy = curtailed()
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(0.1 * 100 / 3 + (100 - 100 / 3) * MW_YEAR / 2)
    assert solved.measured("T", 2020) == pytest.approx(20)
    available = 2 * 100 / 3 * 4380
    slope = solved.at("dual.target_T.requirement", 2020) * available / 100
    assert abs(slope) == pytest.approx(0.4 / 0.36 * 2.09)
    looser = toys.solve(asked(toy, value=20.001))
    assert (solved.objective - looser.objective) / 0.001 == pytest.approx(0.4 / 0.36 * 2.09, rel=1e-4)
    free = toys.solve(asked(toy, mode="report"))
    assert free.objective == pytest.approx(10)
    assert free.measured("T", 2020) == pytest.approx(40)


def test_target_without_a_year_holds_in_every_year() -> None:
    """Proves that a metric that needs no year binds in all of them when none is named.

    By hand: what is built in 2020 serves in full in 2021, when no more than 33.333 MW may run: so 33.333 are built,
    16.667 in operation in 2020: import (3.333 + 83.333 + 66.667)·2.19, annuities 1.6667 + 3.3333: 340.8. Named for 2020
    only: 66.667 MW built in 2020, as many again for 2021, 33.333 and 100 in operation: 66.667·2.19 + 3.3333 + 10 =
    159.333.
    """
    toy = curtailed((2020, 2021))
    halves = 20 - 50 / 3 + 100 - 50 / 3 + 100 - 100 / 3
    assert toys.solve(toy).objective == pytest.approx(halves * MW_YEAR / 2 + 5)
    assert toys.solve(asked(toy, year=2020)).objective == pytest.approx(200 / 3 * MW_YEAR / 2 + 40 / 3)


def test_curtailment_is_expected_over_the_weather() -> None:
    """Proves that energies of a rate are weighed with the probability of each weather.

    By hand: load 100 MW, 200 MW of wind of availability 1 (0.25) or 0.5 (0.75): 200 and 100 MW available, 100 and 0
    curtailed: 25 of 125 expected, 20 %. Unweighed it would be 100 of 300. A limit of 25 % is held at no cost; one of
    10 % is not: nothing can be given up, so it is infeasible.
    """
    limit = {"metric": "curtailment_rate", "operator": "at_most", "value": 25.0, "mode": "hard", "year": 2020}
    toy = Toy(
        {**toys.imports(500), "wind": {"ridge": toys.wind(200, "gale")}},
        load=100,
        series={"gale": {"wet": 1.0, "dry": 0.5}},
        weather={"wet": 0.25, "dry": 0.75},
        targets={"T": limit},
    )
    solved = toys.solve(toy)
    assert solved.measured("T", 2020) == pytest.approx(20)
    assert toys.solve(asked(toy, value=10.0)).outcome == "infeasible"


def window(**wind: toys.Cell) -> Toy:
    """0.2 GW of new wind in 2021 and 2022, 100 MW standing before."""
    target = {
        "metric": "new_capacity",
        "carriers": ("wind",),
        "from_year": 2021,
        "year": 2022,
        "operator": "at_least",
        "value": 0.2,
    }
    return replace(wanting(target, **wind), periods=(2020, 2021, 2022))


def test_new_capacity_counts_what_is_added_within_its_window() -> None:
    """Proves that what stands before the window does not count.

    By hand: 200 MW are built for 2022, as late as possible: 10 million; one MW more 0.05. 50 MW committed for 2020 pay
    2.5 + 2·5 and change nothing; 50 committed for 2021 count: 2.5 + 5 for them and 7.5 for 150 of 2022. If broken (all
    capacity counted) 100 MW: 5.
    """
    solved = toys.solve(window())
    assert solved.objective == pytest.approx(10)
    assert solved.at("dual.target_T.requirement", 2022) == pytest.approx(0.05)
    assert toys.solve(window(committed_build={2020: 50})).objective == pytest.approx(12.5 + 10)
    assert toys.solve(window(committed_build={2021: 50})).objective == pytest.approx(7.5 + 7.5)
    assert toys.solve(asked(window(), mode="report")).objective == pytest.approx(0, abs=1e-9)


def test_retirement_within_the_window_is_made_up_for() -> None:
    """Proves that the addition is net.

    By hand: the 100 MW leave after 2021: 300 MW must be built for 2022, 15 million; if they stay, 200.
    """
    assert toys.solve(window(existing_until=2021)).objective == pytest.approx(15)
    assert toys.solve(window()).objective == pytest.approx(10)


def test_unit_must_be_in_service_by_the_end_of_the_year() -> None:
    """Proves that a named unit's date decides a target on it.

    By hand: 100 MW from May 2021. By the end of 2021 it is there: no cost. By the end of 2020 it cannot be: infeasible
    if hard, 100 MW at 0.05 million = 5 million if priced, and the price is the dual.
    If broken (capacity of the station counted) the sister unit of 2000 would satisfy 2020.
    """
    units = {"dam_1": toys.unit("dam", 100), "dam_2": toys.unit("dam", 100, "2021-05-01")}
    target = {"metric": "unit_commissioned", "generating_unit": "dam_2", "year": 2021, "operator": "at_least"}
    toy = Toy(
        toys.river({"dam": toys.station()}, {}, units=units),
        periods=(2020, 2021),
        targets={"T": {**target, "value": 100.0, "mode": "hard"}},
    )
    assert toys.solve(toy).objective == pytest.approx(0, abs=1e-9)
    assert toys.solve(asked(toy, year=2020)).outcome == "infeasible"
    priced = toys.solve(asked(toy, year=2020, mode="priced", price=0.05))
    assert priced.objective == pytest.approx(5)
    assert priced.at("dual.target_T.requirement", 2020) == pytest.approx(0.05)


def test_unserved_energy_is_bounded() -> None:
    """Proves that a bound on unserved energy forces dearer supply.

    By hand: losing load at 10 CNY/MWh is cheaper than importing at 500: 100 MW lost, 8.76 million. At most 262.8 GWh
    (30 MW·years): 70 imported: 306.6 + 2.628. One GWh less costs 0.49 million. If broken (TWh for GWh) nothing changes.
    """
    limit = {"metric": "unserved_energy", "operator": "at_most", "value": 262.8, "mode": "hard", "year": 2020}
    toy = Toy({**toys.imports(500), **toys.lost_load(10)}, load=100, targets={"T": limit})
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(70 * MW_YEAR + 30 * 8760 * 10e-6)
    assert abs(solved.at("dual.target_T.requirement", 2020)) * 1000 == pytest.approx(0.49)
    assert toys.solve(asked(toy, value=261.8)).objective - solved.objective == pytest.approx(0.49)
    assert toys.solve(asked(toy, mode="report")).objective == pytest.approx(8.76)


def test_hard_target_beyond_the_potential_is_infeasible() -> None:
    """Proves that what cannot be met is said to be infeasible, not met by half.

    By hand: a potential of 150 MW against 300 asked: no plan. Priced at 25 million a GW it can be missed: 200 missing,
    5 million; at 150 what is possible is built: 50 MW, 2.5 million, and 150 are paid for: 22.5. Asked for 150: 2.5.
    """
    toy = wanting(capacity(0.3), potential=150)
    assert toys.solve(toy).outcome == "infeasible"
    assert toys.solve(asked(toy, mode="priced", price=25.0)).objective == pytest.approx(5)
    assert toys.solve(asked(toy, mode="priced", price=150.0)).objective == pytest.approx(2.5 + 22.5)
    assert toys.solve(asked(toy, value=0.15)).objective == pytest.approx(2.5)


def test_capacity_share_cannot_be_met_by_shedding_load() -> None:
    """Proves that leaving demand unserved changes no share of capacity.

    By hand: at 10 CNY/MWh all 100 MW are shed, 8.76 million, and 40 % clean still need 100 MW of wind: 5 million.
    """
    clean = {"metric": "capacity_share", "carriers": ("clean",), "year": 2020, "operator": "at_least", "value": 40.0}
    base = wanting(clean, series="none")
    tables = {**base.tables, "thermal": {"mill": toys.thermal(0, capacity=300)}, **toys.lost_load(10)}
    toy = replace(base, tables=tables, load=100, series={"none": 0})
    assert toys.solve(toy).objective == pytest.approx(8.76 + 5)
    assert toys.solve(asked(toy, mode="report")).objective == pytest.approx(8.76)
