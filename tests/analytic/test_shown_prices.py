"""Prices of electricity and of targets as files, pictures, score card and curve show them, by finite difference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pzh_energy.analysis.curve import cost_curve
from pzh_energy.analysis.elastic import Twin
from pzh_energy.modeling import registry
from pzh_energy.modeling.prices import target_price
from pzh_energy.reporting.plots.prices import duration
from pzh_energy.reporting.scorecard import scorecard
from pzh_energy.reporting.tables_operation import prices
from tests import toys
from tests.toys import Toy

JANUARY = 31 * 24


def city(january: float = 100, rest: float = 80) -> Toy:
    """River of 90 MW at 10 CNY/MWh, then import at 500; interest, two periods, two kinds of weather."""
    tables = {**toys.imports(500), "run_of_river": {"creek": toys.run_of_river(90, variable_om=10)}}
    toy = Toy(tables, load=[january, rest], edges=(0, JANUARY, 8760), periods=(2020, 2021), last_period_years=3)
    return replace(toy, discount_rate=0.05, weather={"normal": 0.6, "dry": 0.4})


def test_electricity_prices_of_the_file_and_of_the_picture_are_what_a_mw_more_costs() -> None:
    """Proves that discounting, probability and hours are taken out of the prices of `prices.csv` and of the picture.

    By hand: 500 CNY/MWh in January, 10 in all other months; over the year (744·500 + 8016·10)/8760. A MW more in
    January costs 744·500 CNY in each of the years, discounted.
    """
    solved = toys.solve(city())
    table = prices(solved.results).set_index(["year", "month"])
    mean = (JANUARY * 500 + (8760 - JANUARY) * 10) / 8760
    for year in (2020, 2021):
        shown = table.loc[year, "price_mean_cny_per_mwh"]
        assert [shown[0], shown[1], shown[2], shown[12]] == pytest.approx([mean, 500, 10, 10])
        assert table.loc[(year, 0), "price_min_cny_per_mwh"] == pytest.approx(10)
        assert table.loc[(year, 0), "price_max_cny_per_mwh"] == pytest.approx(500)
        hours, price = duration(solved.results, "city", year)
        assert price[0] == pytest.approx(500)
        assert hours[price > 100].sum() == pytest.approx(JANUARY)
        assert float(hours @ price) == pytest.approx(mean * 8760)
    weights = np.asarray(solved.assembled.model.calendar.weight)
    for more, month, hours_of in ((city(101), 1, JANUARY), (city(rest=81), 2, 8760 - JANUARY)):
        cost = toys.solve(more).objective - solved.objective
        shown = table.xs(month, level="month")["price_mean_cny_per_mwh"].to_numpy()
        assert float(shown @ weights) * hours_of * 1e-6 == pytest.approx(cost, rel=1e-6)


def clean(share: float, mode: str = "hard") -> Toy:
    """100 MW of thermal plant and as much wind, which nobody needs, as a share of all capacity asks for in 2021."""
    target = {"metric": "capacity_share", "carriers": ("clean",), "operator": "at_least", "value": share, "year": 2021}
    priced = {"price": 1000.0} if mode == "priced" else {}
    tables = {"thermal": {"mill": toys.thermal(0, capacity=100)}, "wind": {"ridge": toys.wind(0, max_build=1000)}}
    toy = Toy(tables, periods=(2020, 2021), last_period_years=3, discount_rate=0.05)
    return replace(toy, targets={"T": {**target, **priced, "mode": mode}})


@pytest.mark.parametrize("mode", ["hard", "priced"])
def test_the_price_of_a_share_is_what_a_point_more_costs(mode: str) -> None:
    """Proves base, scale, sign and discounting of the price of a share, on the score card and on the curve.

    By hand: w of 100 + w is 30 % at 42.86 MW; a point more is 100/0.7²/100 = 2.041 MW more, each at the annuity of
    1 million CNY over ten years at 5 % for what serves of the last period.
    """
    toy = clean(30, mode)
    solved = toys.solve(toy)
    (row,) = scorecard(solved.results, solved.assembled.system.targets, registry.targets())
    assert row.shadow_price is not None
    step = 0.01
    up, down = (toys.solve(clean(30 + by, mode)).objective for by in (step, -step))
    weight = solved.assembled.model.calendar.weight[1]
    assert row.shadow_price * weight == pytest.approx((up - down) / (2 * step), rel=1e-6)
    assert row.shadow_price_year == 2021
    per_mw = solved.objective / solved.at("wind.capacity", "ridge", 2021)
    assert row.shadow_price * weight == pytest.approx(per_mw / 0.49, rel=1e-6)
    (point,) = cost_curve(Twin(solved.assembled, solved.compiler, solved.program), "T", [30]).points
    assert point.price == pytest.approx(row.shadow_price, rel=1e-6)


def dependent(value: float) -> Toy:
    """Load of 100 MW, import at 100 CNY/MWh held to a share in both years; a plant at 300, later at 500."""
    fuel = {"operation": "dispatchable", "heat_rate": 0.3, "fuel_cost": {2020: 1000, 2021: 1000 * 5 / 3}}
    tables = {"thermal": {"plant": toys.thermal(100, **fuel)}, **toys.imports(100), **toys.lost_load(20000)}
    target = {"metric": "import_dependence", "operator": "at_most", "value": value, "mode": "hard"}
    toy = Toy(tables, load=100, periods=(2020, 2021), last_period_years=3, targets={"T": target})
    return replace(toy, discount_rate=0.05)


def test_the_prices_of_a_target_of_several_years_are_what_a_point_less_costs_in_all_of_them() -> None:
    """Proves what is shown of a ceiling that binds in two years: each year's price, the largest, and that of the curve.

    By hand: a point is 1 MW; the plant costs 200 CNY/MWh more, 1.752 million a year, and 400, 3.504, in the second.
    """
    toy = dependent(40)
    solved = toys.solve(toy)
    prices = [target_price(solved.results, "T", year) for year in (2020, 2021)]
    assert prices == pytest.approx([1.752, 3.504])
    (row,) = scorecard(solved.results, solved.assembled.system.targets, registry.targets())
    assert (row.shadow_price, row.shadow_price_year) == (pytest.approx(3.504), 2021)
    step = 0.01
    less, more = (toys.solve(dependent(40 + by)).objective for by in (-step, step))
    weights = solved.assembled.model.calendar.weight
    slope = (less - more) / (2 * step)
    assert slope == pytest.approx(float(np.dot(prices, weights)), rel=1e-6)
    (point,) = cost_curve(Twin(solved.assembled, solved.compiler, solved.program), "T", [40]).points
    assert point.price == pytest.approx(slope / float(weights.sum()), rel=1e-6)
