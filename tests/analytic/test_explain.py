"""Why targets are missed and what binds, on systems small enough to know the answer.

Interest is zero unless stated; a new MW of wind costs 0.1 million CNY for a year of service, so 0.05 million (50 a GW)
for the half year that it serves in the year in which it is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from pzh_energy.analysis.curve import cost_curve
from pzh_energy.analysis.elastic import Answer, Twin
from pzh_energy.analysis.explain import WhatBinds, what_binds, why_infeasible
from pzh_energy.domain.errors import InputError
from pzh_energy.modeling.prices import target_price
from pzh_energy.optimization.audit import audit
from pzh_energy.optimization.extract import extract
from tests import toys
from tests.toys import Toy

MW_YEAR = 8760 * 500e-6
"""Million CNY of one MW imported for a year at 500 CNY/MWh."""
WIND = {"metric": "installed_capacity", "carriers": ("wind",), "year": 2020, "mode": "hard"}


def floor(value: float, **more: Any) -> dict[str, Any]:
    """At least so many GW of wind at the end of 2020, hard."""
    return {**WIND, "operator": "at_least", "value": value, **more}


def twin_of(toy: Toy) -> Twin:
    """The elastic twin of a toy, whatever becomes of the toy itself."""
    solved = toys.solve(toy)
    return Twin(solved.assembled, solved.compiler, solved.program)


def plan_of(twin: Twin) -> Answer:
    """The twin's least-cost plan with all hard targets as asked."""
    plan = twin.solve(twin.as_asked())
    assert plan is not None
    return plan


def binding(toy: Toy) -> WhatBinds:
    """What binds in the plan of a toy."""
    twin = twin_of(toy)
    return what_binds(twin, plan_of(twin))


def needless(target: Mapping[str, Any], **wind: toys.Cell) -> Toy:
    """100 MW of wind, more of which nobody needs but the target T."""
    return Toy({"wind": {"ridge": toys.wind(100, **{"max_build": 1000, **wind})}}, targets={"T": target})


def test_a_build_rate_is_named_with_what_a_unit_of_it_brings() -> None:
    """Proves how near a target comes, what stops it, and what more of that would bring.

    By hand: 100 MW stand and 50 may be built: 0.15 GW of 0.3. A MW a year more is a MW more, 0.001 GW. If broken
    (operating capacity, half of what is new) 0.125.
    """
    (miss,) = why_infeasible(twin_of(needless(floor(0.3), max_build=50))).misses
    assert (miss.asked, miss.attainable_alone) == (0.3, False)
    assert (miss.alone, miss.together) == (pytest.approx(0.15), pytest.approx(0.15))
    limit = miss.limits[0]
    assert (limit.kind, limit.member, limit.amount) == ("build_rate", "ridge", {2020: 50.0})
    assert limit.total * miss.per_unit == pytest.approx(0.001)


def test_a_build_rate_counts_every_year_that_it_holds_for() -> None:
    """Proves that a MW a year more is as many MW as years are free: 2020 to 2023 less a lead time of two years, so two.

    By hand: 100 + 2·50 = 0.2 GW by 2023 (first addition in 2022); the other years are the lead time's.
    """
    toy = needless(floor(0.3, year=2023), max_build=50, lead_time=2)
    (miss,) = why_infeasible(twin_of(replace(toy, periods=(2020, 2021, 2022, 2023)))).misses
    by_kind = {limit.kind: limit for limit in miss.limits}
    assert miss.alone == pytest.approx(0.2)
    assert by_kind["build_rate"].periods == [2022, 2023]
    assert by_kind["build_rate"].total * miss.per_unit == pytest.approx(0.002)
    assert (by_kind["lead_time"].periods, by_kind["lead_time"].earliest) == ([2020, 2021], 2022)


def test_the_nearest_share_is_a_ratio_and_not_the_smallest_miss() -> None:
    """Proves that a share is taken as far as it goes, although its miss in MW grows on the way.

    By hand: wind A gives 100 MW in the first half, where 50 are used: half is curtailed. A MW of B gives 0.3 there,
    curtailed too, and 0.7 in the second half, used: it lowers the rate from 50 % to (50 + 30) / (100 + 100) = 40 %
    with 100 MW in operation. At most 20 % are asked: each MW of B adds 0.3 - 0.2 = 0.1 to the miss of 30 MW. If broken
    (least miss) B would not be built: 50 %.
    """
    series = {"a": [1.0, 0.0], "b": [0.3, 0.7]}
    parks = {"A": toys.wind(100, "a"), "B": toys.wind(0, "b", max_build=200)}
    limit = {"metric": "curtailment_rate", "year": 2020, "operator": "at_most", "value": 20.0, "mode": "hard"}
    toy = Toy(
        {**toys.imports(500), "wind": parks}, load=[50, 150], edges=toys.HALVES, series=series, targets={"T": limit}
    )
    (miss,) = why_infeasible(twin_of(toy)).misses
    assert miss.alone == pytest.approx(40.0)


def test_two_targets_that_exclude_each_other_are_told_with_the_distance_of_each() -> None:
    """Proves that a clash names both, and how near each comes while the other is held; a third is left out.

    By hand: at least 0.3 and at most 0.2 GW. With the ceiling held 0.2 is the most, with the floor held 0.3 the least.
    """
    targets = {"low": floor(0.3), "high": {**WIND, "operator": "at_most", "value": 0.2}, "easy": floor(0.05)}
    toy = replace(needless(floor(0.3)), targets=targets)
    why = why_infeasible(twin_of(toy))
    (clash,) = why.clashes
    assert {member.identifier: member.nearest for member in clash.members} == {
        "low": pytest.approx(0.2),
        "high": pytest.approx(0.3),
    }
    assert why.complete
    assert all(miss.attainable_alone and not miss.limits for miss in why.misses)


def test_misses_are_as_small_as_can_be_by_their_own_size() -> None:
    """Proves that the nearest plan weighs a miss by what is asked.

    By hand: as above, 0.3 against 0.2: a MW missed is 1/300 of the floor and 1/200 of the ceiling: the floor gives way.
    If broken (MW for MW) either could.
    """
    targets = {"low": floor(0.3), "high": {**WIND, "operator": "at_most", "value": 0.2}}
    (miss,) = why_infeasible(twin_of(replace(needless(floor(0.3)), targets=targets))).misses
    assert (miss.identifier, miss.together) == ("low", pytest.approx(0.2))


def test_what_is_short_without_any_target_is_told() -> None:
    """Proves that physics is blamed where no target is: 60 MW for a load of 100 leave 40, 350.4 GWh a year."""
    why = why_infeasible(twin_of(Toy({"run_of_river": {"creek": toys.run_of_river(60)}}, load=100)))
    (shortage,) = why.shortages
    assert (shortage.row, shortage.period) == ("electricity_balance", 2020)
    assert (shortage.most, shortage.energy) == (pytest.approx(40), pytest.approx(350.4))
    assert {limit.kind for limit in why.limits} == {"demand", "water"}
    assert not why.misses
    assert not why.clashes


def test_a_notch_is_solved_anew_and_not_read_off_the_dual() -> None:
    """Proves that a notch tells of the kink that the dual does not see.

    By hand: 200 MW more are asked, of which 220 are cheap. A GW more costs 50 million by the dual; 0.1 GW takes 20
    cheap MW and 80 dear ones at 0.1 million: 1 + 8 = 9 million, not 5.
    """
    parks = {"ridge": toys.wind(100, max_build=220), "peak": toys.wind(0, max_build=1000, capex=2000)}
    (held,) = binding(Toy({"wind": parks}, targets={"T": floor(0.3)})).targets
    assert (held.price, held.notch) == (pytest.approx(50), 0.1)
    assert held.cost == pytest.approx(9)


def test_a_notch_that_cannot_be_had_costs_nothing_but_is_impossible() -> None:
    """By hand: 0.3 GW are all there is; 0.4 are not to be had."""
    (held,) = binding(needless(floor(0.3), max_build=200)).targets
    assert held.cost is None


def test_a_missed_aim_is_told_with_what_it_would_cost() -> None:
    """By hand: 200 MW are missing to 0.3 GW, 10 million; to 3 GW nobody gets, 1000 MW being the most."""
    (miss,) = binding(needless(floor(0.3, mode="report"))).misses
    assert (miss.together, miss.cost) == (pytest.approx(0.1), pytest.approx(10))
    (far,) = binding(needless(floor(3.0, mode="report"))).misses
    assert (far.alone, far.cost) == (pytest.approx(1.1), None)


def test_a_cost_curve_bends_where_the_cheap_wind_ends_and_ends_where_all_does() -> None:
    """Proves values, costs and prices of a curve, and that a price asked for missing is not paid on it.

    By hand: 100 MW stand; 220 more cost 50 million a GW and 100 more 100. At 0.3 GW 10 million; at 0.4 11 + 8 = 19;
    0.42 is the end; 0.5 is not to be had. If broken (price of missing kept) building would cost nothing.
    """
    parks = {"ridge": toys.wind(100, max_build=220), "peak": toys.wind(0, max_build=100, capex=2000)}
    toy = Toy({"wind": parks}, targets={"T": floor(0.3, mode="priced", price=1000.0)})
    curve = cost_curve(twin_of(toy), "T", [0.5, 0.1, 0.3, 0.4])
    assert (curve.free, curve.limit) == (pytest.approx(0.1), pytest.approx(0.42))
    assert [point.value for point in curve.points] == [0.1, 0.3, 0.4, 0.5]
    assert [point.attainable for point in curve.points] == [True, True, True, False]
    costs = [point.cost for point in curve.points[:3]]
    assert costs == [pytest.approx(0, abs=1e-6), pytest.approx(10), pytest.approx(19)]
    assert [point.price for point in curve.points[1:3]] == [pytest.approx(50), pytest.approx(100)]
    drawn = cost_curve(twin_of(toy), "T")
    assert all(point.attainable for point in drawn.points)
    assert drawn.points[-1].value == pytest.approx(0.42, abs=1e-5)
    assert 0.3 in [point.value for point in drawn.points]


def test_a_value_of_a_cost_curve_is_reached_and_not_only_within_the_tolerance() -> None:
    """200 MW are missing to 0.3 GW, 10 million; with the tolerance of 0.1 GW taken for granted it would be 5."""
    tolerant = needless(floor(0.3, tolerance=0.1))
    (point,) = cost_curve(twin_of(tolerant), "T", [0.3]).points
    assert point.cost == pytest.approx(10)


def test_a_notch_that_the_plan_has_already_costs_nothing() -> None:
    """1.1 GW may stand: 0.1 GW do, so that a floor of 0 is 0.1 GW, one notch, below what is there anyway."""
    (held,) = binding(needless(floor(0.0))).targets
    assert (held.attained, held.notch, held.cost) == (pytest.approx(0.1), 0.1, pytest.approx(0.0, abs=1e-9))


def test_a_curve_of_no_target_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match='Did you mean "wind_2020"'):
        cost_curve(twin_of(replace(needless(floor(0.3)), targets={"wind_2020": floor(0.3)})), "wind_2021")


@pytest.mark.parametrize("operator", ["at_least", "at_most", "equal"])
def test_the_twin_is_the_scenario(operator: str) -> None:
    """Proves that the twin with all as asked gives the scenario's own optimum, duals included, and passes its audit.

    By hand, for `at_most`: see tests/analytic/test_targets.py.
    """
    tables = {"wind": {"ridge": toys.wind(0, max_build=1000)}, **toys.imports(500)}
    target = {**WIND, "operator": operator, "value": 0.15, "tolerance": 0.01}
    toy = Toy(tables, load=100, targets={"T": target})
    solved = toys.solve(toy)
    twin = twin_of(toy)
    plan = plan_of(twin)
    solution = twin.plain(plan)
    results = extract(twin.assembled, twin.compiler, twin.program, solution)
    audit(twin.assembled, twin.program, solution, results)
    assert plan.objective == pytest.approx(solved.objective)
    price = target_price(solved.results, "T", 2020)
    assert target_price(results, "T", 2020) == pytest.approx(price)
    assert twin.price("T", plan) == pytest.approx(price)
    moved = twin.solve({"T": twin.sides("T", 0.18)})
    assert moved is not None
    assert moved.objective == pytest.approx(
        toys.solve(replace(toy, targets={"T": {**target, "value": 0.18}})).objective
    )


@pytest.mark.parametrize("method", ["hipo", "structured", "auto"])
def test_prices_are_read_at_a_corner_whatever_method_solves_the_scenario(method: str) -> None:
    """By hand: 50 million a GW as above; a method that HiGHS does not know, or that ends at no corner, is no matter."""
    solved = toys.solve(needless(floor(0.3)))
    system = solved.assembled.system
    solver = system.scenario.solver.model_copy(update={"method": method})
    asked = replace(solved.assembled, system=replace(system, scenario=replace(system.scenario, solver=solver)))
    twin = Twin(asked, solved.compiler, solved.program)
    (held,) = what_binds(twin, plan_of(twin)).targets
    assert (held.price, held.cost) == (pytest.approx(50), pytest.approx(5))
