"""What a dual says, and how every price that is shown is made of one: the one place for sign, discounting and units.

A dual as the solver gives it (`dual.<row>` of the results, reduced costs of the columns) is the change of the
objective, million CNY discounted to the price base year, for one unit by which the row's or the column's limit is
raised. What is shown to people is made of it by three rules.

Sign: a price is what asking for more costs, or allowing less: of a floor, a unit more; of a ceiling, a unit less. It is
never negative but for `equal`, where it is that of a unit more and may well be a saving. The price of a physical limit
is what one unit more of it saves, and is never negative either.
Discounting: a price is of one year, in that year, not discounted: the dual over the `weight` of its period (what a
million CNY in each of the years the period stands for is worth in the objective). Electricity: per MWh of the step, so
also over its hours and the probability of its weather.
Units: per unit of the metric (GW, percentage point, Mt …), never per unit of the row: the dual times base / scale of
the target's terms.

Limits: the price of a limit is of that limit alone, a unit looser in every step, and in every year of building that it
holds for. Where its datum also stands elsewhere (a rating has fixed O&M, an import limit may count as reserve) that is
not in it. What is given, and any limit of zero, has no price (`analysis.limits`).

Each is held against finite differences: electricity and targets by `tests/properties/test_duals.py` and
`tests/analytic/test_shown_prices.py`, limits by `tests/analytic/test_limit_prices.py`, which knows every kind that can
be shown. At a kink of the cost the price lies between the slopes on both sides.
"""

from __future__ import annotations

import xarray as xr

from pzh_energy.domain.units import CNY_PER_MILLION_CNY
from pzh_energy.modeling.results import Results

FLOOR, CEILING = "floor", "ceiling"
"""Names of the two rows of a target that has both."""


def target_price(results: Results, identifier: str, period: int) -> float | None:
    """Million CNY for a year of the period and per unit of the metric; None for a target without a row."""
    name = f"dual.target_{identifier}.requirement"
    if name not in results:
        return None
    terms = results.expressions[identifier][period]
    # which way round a row is written decides the sign of its dual and nothing else
    dual = abs(results[name].sel(period=period))
    for dimension in dual.dims:
        # a ceiling next to a floor: one unit more is a unit less of what it asks
        dual = dual * (2.0 * (dual[dimension] == FLOOR) - 1.0)
    return float(dual.sum()) / float(results["weight"].sel(period=period)) * terms["base"] / terms["scale"]


def electricity_price(results: Results) -> xr.DataArray:
    """Marginal value of electricity [CNY/MWh] (bus, period, weather, timestep)."""
    hours = results["hours"] * results["weight"] * results["probability"]
    return results["dual.electricity_balance"] * CNY_PER_MILLION_CNY / hours
