"""Head effect: planes over discharge and level, and what drawing a reservoir down costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pzh_energy.technologies._hydro_head import planes
from tests import toys
from tests.toys import ONE_MW_HEAD, Cell, Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""
PRICES: dict[str, Cell] = {"import_price_wet": 100, "import_price_flat": 900, "import_price_dry": 900}
MONTHS: dict[str, Cell] = {"wet_months": "7 8 9 10 11 12", "flat_months": "1", "dry_months": "2 3 4 5 6"}
HALVES = (0, 181 * 24, 8760)
FIRST, SECOND = 4344, 4416
"""Hours of the dear first half and the cheap second half of the year."""


def lake(head: str, dispatch: str = "free", monthly: dict[str, list[float]] | None = None, **more: Cell) -> Toy:
    """100 m3/s into a lake of 1000 million m3, 200 MW of turbines, a load of 200 MW; power costs 900, then 100.

    At the rated head, the head of a full lake, 1 m3/s gives 1 MW; at an empty lake half of it, unless `more` says else.
    """
    place = toys.station(storage=1000, max_turbine_discharge=200, head_drawdown_m=ONE_MW_HEAD / 2)
    kinds = {name: toys.schedule("lake", name, name) for name in monthly or {}}
    river = toys.river({"lake": {**place, **more}}, {"lake": "water"}, {"lake_1": toys.unit("lake", 200)}, kinds)
    return Toy(
        {**river, **toys.imports(500, **PRICES, **MONTHS)},
        load=200,
        edges=HALVES,
        series={"water": 100.0},
        monthly=monthly,
        options={"hydro_cascade": {"dispatch": dispatch, "head": head}},
    )


@settings(deadline=None, max_examples=50)
@given(
    empty=st.floats(0.1, 2),
    rise=st.floats(0, 0.01),
    discharge=st.floats(0, 3000),
    low=st.floats(0, 500),
    width=st.floats(0, 3000),
)
def test_planes_are_never_below_the_power_and_touch_it_at_the_edges(
    empty: float, rise: float, discharge: float, low: float, width: float
) -> None:
    """Proves that the planes bound discharge times head from above in the box, exactly at its edges, and by how much.

    By hand: the bound exceeds q (a + b V) by b min(q (V₂ − V), (q̄ − q) (V − V₁)): 0 on all four edges, b q̄ (V₂ − V₁)/4
    in the middle, nowhere more. Planes over another box, or tangents at its middle, fail on a corner.
    """
    slope_q, slope_v, fixed = planes(*(np.float64(x) for x in (empty, rise, discharge, low, low + width)))
    q, v = np.meshgrid(np.linspace(0, discharge, 21), np.linspace(low, low + width, 21))
    bound = np.minimum(*(slope_q[k] * q + slope_v[k] * v + fixed[k] for k in (0, 1)))
    gap = bound - q * (empty + rise * v)
    scale = max(1.0, float(bound.max()))
    assert gap.min() >= -1e-12 * scale
    assert np.abs(np.concatenate([gap[0], gap[-1], gap[:, 0], gap[:, -1]])).max() <= 1e-12 * scale
    assert gap.max() == pytest.approx(rise * discharge * width / 4, abs=1e-12 * scale)
    assert gap[10, 10] == pytest.approx(gap.max(), abs=1e-12 * scale)


def test_drawing_down_costs_head() -> None:
    """Proves that with planes a lake is not emptied for free, and that a run says by how much they are too kind.

    By hand: x of 1000 million m3 are kept from the second half for the first: 15.6384 million m3 give 1 m3/s there,
    15.8976 in the second half. The mean level is 1000 - x/2 in both. With constant head all is moved: 163.945 and
    37.097 MW, 212.898 million. The planes allow q and q/2 + level/10: the dear half gains x/15.6384 up to the first and
    loses x (1/20 - 1/31.2768) by the second. They meet at x = 609.960, 139.004 MW, with 61.632 MW left: 299.573
    million. The true head at the mean level of 695.02 is 0.84751 of the rated one: 0.15249 (139.004 FIRST + 61.632
    SECOND) MWh are granted too much. If the level did not count in the rows, both would cost 212.898.
    """
    constant, planned = toys.solve(lake("constant")), toys.solve(lake("hyperplanes"))
    to_first, to_second = FIRST * 0.0036, SECOND * 0.0036

    def cost(dear: float, cheap: float) -> float:
        return HOUR * (FIRST * 900 * (200 - dear) + SECOND * 100 * (200 - cheap))

    assert constant.objective == pytest.approx(cost(100 + 1000 / to_first, 100 - 1000 / to_second))
    moved = 50 / (0.5 / to_first + 0.05)
    dear, cheap = 100 + moved / to_first, 100 - moved / to_second
    assert planned.objective == pytest.approx(cost(dear, cheap))
    assert planned.steps("hydro_cascade.storage_level", "lake") == pytest.approx([1000 - moved, 1000])
    missing = moved / 2 / 1000 * 0.5
    granted = missing * (dear * FIRST + cheap * SECOND) * 1e-6
    assert planned.at("hydro_cascade.head_overestimate", "lake", 2020) == pytest.approx(granted)


def test_planes_have_the_dual_of_a_metre_of_water() -> None:
    """Proves that the rows bind with the price of power: their duals add up to it in each half.

    By hand: a MW more in the dear half saves 900 CNY/MWh through 4344 h, 3.9096 million, whichever plane gave way, and
    in the cheap half, where the first plane alone binds, 0.4416.
    """
    solved = toys.solve(lake("hyperplanes"))
    duals = solved["dual.hydro_cascade.head_limit"].sum("hydro_cascade_plane").values.ravel()
    assert -duals == pytest.approx([HOUR * FIRST * 900, HOUR * SECOND * 100])


def level(share: float) -> dict[str, list[float]]:
    """A guide band without width."""
    return {"level_low": [share] * 12, "level_high": [share] * 12}


def test_planes_are_exact_where_the_level_is_given() -> None:
    """Proves that a level held at half gives exactly the head of half a lake.

    By hand: 100 m3/s at three quarters of the rated head: 75 MW in both halves. With constant head 100 MW.
    """
    held = toys.solve(lake("hyperplanes", "scheduled", level(0.5)))
    assert held.steps("hydro_cascade.station_generation", "lake") == pytest.approx([75, 75])
    assert held.at("hydro_cascade.head_overestimate", "lake", 2020) == pytest.approx(0, abs=1e-9)
    assert held.objective == pytest.approx(HOUR * 125 * (FIRST * 900 + SECOND * 100))
    constant = toys.solve(lake("constant", "scheduled", level(0.5)))
    assert constant.steps("hydro_cascade.station_generation", "lake") == pytest.approx([100, 100])


def test_low_head_needs_more_water_for_the_scheduled_output() -> None:
    """Proves that a schedule bounds power, not discharge at the rated head.

    By hand: 60 MW scheduled at three quarters of the head take 80 of 100 m3/s; at constant head 60.
    """
    monthly = {**level(0.5), "output": [60.0] * 12}
    low, rated = (toys.solve(lake(head, "scheduled", monthly)) for head in ("hyperplanes", "constant"))
    assert low.steps("hydro_cascade.station_generation", "lake") == pytest.approx([60, 60])
    assert low.steps("hydro_cascade.turbine_discharge", "lake") == pytest.approx([80, 80])
    assert rated.steps("hydro_cascade.turbine_discharge", "lake") == pytest.approx([60, 60])


def test_a_full_lake_gives_more_than_the_rated_head_up_to_the_rating() -> None:
    """Proves the head above the rated one, and that turbines are not driven beyond their rating by it.

    By hand: a quarter of the head below and above the rated one: a full lake gives 125 MW of 100 m3/s. With a unit of
    110 MW 88 m3/s give its rating, the rest is spilled.
    """
    around: dict[str, Cell] = {"head_drawdown_m": ONE_MW_HEAD / 4, "head_rise_m": ONE_MW_HEAD / 4}
    full = lake("hyperplanes", "scheduled", level(1.0), **around)
    assert toys.solve(full).steps("hydro_cascade.station_generation", "lake") == pytest.approx([125, 125])
    small = toys.solve(toys.changed(full, "hydro_units", "lake_1", capacity=110))
    assert small.steps("hydro_cascade.station_generation", "lake") == pytest.approx([110, 110])
    # the largest discharge of all turbines stays the station's: 200 m3/s are for the rating of one unit
    assert small.steps("hydro_cascade.turbine_discharge", "lake") == pytest.approx([88, 88])


def test_a_small_change_of_head_is_left_out() -> None:
    """Proves that stations whose head changes by no more than 5 % keep the rated head, and larger ones do not.

    By hand: 5 % gives the 212.898 million of constant head; 6 % gives more.
    """
    constant = toys.solve(lake("constant")).objective
    little = lake("hyperplanes", head_drawdown_m=0.05 * ONE_MW_HEAD)
    assert toys.solve(little).objective == pytest.approx(constant)
    assert toys.solve(toys.changed(little, "hydro_stations", "lake", head_drawdown_m=0.06 * ONE_MW_HEAD)).objective > (
        constant * 1.01
    )


def test_a_station_in_its_first_year_has_its_rated_head() -> None:
    """Proves that a station that does not store yet is not taken for an empty lake.

    By hand: the unit starts on 1 July: 100 m3/s give 100 MW in the second half. As an empty lake they would give 50.
    """
    new = toys.solve(toys.changed(lake("hyperplanes"), "hydro_units", "lake_1", commissioned="2020-07-01"))
    assert new.steps("hydro_cascade.station_generation", "lake") == pytest.approx([0, 100], abs=1e-6)


def test_stations_with_and_without_head_effect_feed_the_bus_together() -> None:
    """Proves that both kinds enter the balance with the city's share.

    By hand: half of 75 MW from the lake and 100 MW from the weir below it leave 62.5 of 200 MW to the import.
    """
    base = lake("hyperplanes", "scheduled", level(0.5), downstream="weir", city_share=0.5)
    weir = toys.station(max_turbine_discharge=200)
    tables = {**base.tables}
    tables["hydro_stations"] = {**base.tables["hydro_stations"], "weir": weir}
    tables["hydro_units"] = {**base.tables["hydro_units"], "weir_1": toys.unit("weir", 200)}
    solved = toys.solve(replace(base, tables=tables))
    assert solved.steps("grid_exchange.import", "grid") == pytest.approx([62.5, 62.5])
    assert solved.steps("hydro_cascade.station_generation", "weir") == pytest.approx([100, 100])
    assert solved.results is not None
    hydro = solved.results.energy_twh(solved.results.ledger("electricity", "hydro"))
    assert float(hydro.sel(period=2020)) == pytest.approx(137.5 * 8760e-6)


def test_a_drawdown_that_leaves_no_head_is_refused() -> None:
    """Proves that an empty lake keeps some head, or is refused by name."""
    dry = lake("hyperplanes", head_drawdown_m=ONE_MW_HEAD)
    assert "lake.head_drawdown_m" in toys.refusals(dry)
