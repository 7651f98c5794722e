"""Whatever the data: power balances on every bus, water is neither lost nor made, and the optimum is proven."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.recomputed import assert_water_is_conserved, net_power
from tests.properties.strategies import DISPATCH, FEW, LIKELY, STEPS, VARIANTS, Variant, system_on
from tests.systems import Solved, package, solve, system, with_value


@FEW
@given(variant=VARIANTS, steps=STEPS, likely=LIKELY, dispatch=DISPATCH)
def test_power_and_water_balance_and_the_optimum_is_proven(
    variant: Variant, steps: str, likely: float, dispatch: str
) -> None:
    found = solve(system_on(variant, steps, likely, dispatch))
    for bus in found.assembled.system.buses:
        worst, largest = net_power(found.results, bus)
        assert largest > 100
        assert worst <= 1e-6 * largest
    assert_water_is_conserved(found.results, found.assembled.system)
    assert_strong_duality(found)


def assert_strong_duality(found: Solved) -> None:
    """The duals alone prove the cost: the bound they give is the objective, and no sign is wrong."""
    program, y = found.program, found.solution.row_dual
    reduced = program.cost - program.matrix.T @ y
    scale = max(1.0, float(abs(program.cost).max()), float(abs(y).max()))
    bound = program.offset
    for price, low, high in (
        (y, program.row_lower, program.row_upper),
        (reduced, program.column_lower, program.column_upper),
    ):
        assert price[np.isinf(low)].max(initial=0) <= 1e-7 * scale
        assert price[np.isinf(high)].min(initial=0) >= -1e-7 * scale
        limit = np.where(price > 0, low, high)
        finite = np.isfinite(limit)
        bound += float(price[finite] @ limit[finite])
    assert abs(bound - found.objective) <= 1e-6 * abs(found.objective)


@FEW
@given(
    hours=st.tuples(*(st.floats(0, 400) for _ in range(3))),
    steps=STEPS,
)
def test_water_is_conserved_for_any_travel_time_and_step_length(hours: tuple[float, ...], steps: str) -> None:
    data = package()
    for station, lag in zip(("ertan", "guanyinyan", "jinsha"), hours, strict=True):
        data = with_value(data, "hydro_stations", station, "travel_time_to_downstream", lag, "h")
    of = system([f"resolution={steps}", "technologies.hydro_cascade.dispatch=free"], data)
    assert_water_is_conserved(solve(of).results, of)
