"""A dual is the slope of the cost: it lies between the differences on both sides, for balance, target and limit.

The cost is convex in the right-hand sides, so a price that is right can only lie between the two differences.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.prices import target_price
from tests.properties.strategies import FEW, VARIANTS, Variant
from tests.systems import RICH, optimum, scaled, scenario, solve, system, system_of


def assert_slope(cost: Callable[[float], float], slope: float, step: float) -> None:
    """`slope` is that of `cost` at 0, per unit of its argument; no wider than the kink that is there."""
    here = cost(0.0)
    left, right = (here - cost(-step)) / step, (cost(step) - here) / step
    slack = 1e-5 * max(1.0, abs(left), abs(right)) + 1e-9 * abs(here) / step
    assert left - slack <= slope <= right + slack


@FEW
@given(VARIANTS)
def test_the_balance_price_is_what_more_demand_costs(variant: Variant) -> None:
    data = variant.package()
    found = solve(system(RICH, data))
    load = found.results["parameter.electricity_demand.load"].sum("electricity_demand_user")
    price = found.results["dual.electricity_balance"].sel(bus="city")
    per_share = float((load * price).sum())
    assert per_share > 0
    energy = ("electricity_demand", "base_energy")
    assert_slope(lambda share: optimum(system(RICH, scaled(data, *energy, 1 + share))), per_share, 1e-3)


@FEW
@given(VARIANTS, st.floats(3.2, 4.6))
def test_a_targets_price_is_what_more_ambition_costs(variant: Variant, value: float) -> None:
    asked, data = scenario(RICH), variant.package()

    def with_value(extra: float) -> SystemData:
        aim = asked.targets["T16"].model_copy(update={"mode": "hard", "price": None, "value": value + extra})
        return system_of(replace(asked, targets={"T16": aim}), data)

    found = solve(with_value(0.0))
    per_gw = 1000 * float(found.results["dual.target_T16.requirement"].sel(period=2030))
    assert per_gw >= -1e-9
    assert_slope(lambda extra: optimum(with_value(extra)), per_gw, 0.02)


@FEW
@given(VARIANTS, st.floats(3.2, 4.6))
def test_the_price_of_an_equality_is_what_more_of_it_costs_or_saves(variant: Variant, value: float) -> None:
    """Price shown for a year times the weight of the year is the slope of the objective."""
    asked, data = scenario(RICH), variant.package()

    def with_value(extra: float) -> SystemData:
        changes = {"mode": "hard", "price": None, "operator": "equal", "value": value + extra}
        return system_of(replace(asked, targets={"T16": asked.targets["T16"].model_copy(update=changes)}), data)

    found = solve(with_value(0.0))
    price = target_price(found.results, "T16", 2030)
    assert price is not None
    weight = float(found.results["weight"].sel(period=2030))
    assert_slope(lambda extra: optimum(with_value(extra)), price * weight, 0.02)


@FEW
@given(VARIANTS, st.floats(0.3, 0.5))
def test_an_export_limits_price_is_what_more_line_saves(variant: Variant, tight: float) -> None:
    narrow = scaled(variant.package(), "grid_exchange", "export_limit", tight)
    found = solve(system(RICH, narrow))
    place = next(p for p in found.program.variables if p.name == "grid_exchange.export")
    period = place.coordinates[1].index(2030)
    per_mw = float(place.take(found.solution.reduced_cost)[:, period].sum())
    assert per_mw < 0
    limit = float(found.results["parameter.grid_exchange.export_limit"].sel(period=2030).sum())

    def cost(extra: float) -> float:
        return optimum(system(RICH, scaled(narrow, "grid_exchange", "export_limit", 1 + extra / limit, year=2030)))

    assert_slope(cost, per_mw, 5.0)


def test_a_kink_is_not_mistaken_for_a_slope() -> None:
    assert_slope(abs, 0.3, 0.1)
    with pytest.raises(AssertionError):
        assert_slope(abs, 1.2, 0.1)
