"""Economic common sense of the committed city: what may move the share, what a price or a target may do to cost.

The tiny scenario on twelve steps. Its wind, PV and end uses are built to their limits anyhow, so that no target binds;
on `dear` data, where they cost several times as much, every target of the plan that can be held asks for something.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from pzh_energy.inputs.datapackage import DataPackage
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling import registry
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.scorecard import ScorecardRow, scorecard
from pzh_energy.reporting.tables_end_uses import end_use_options
from tests.systems import COARSE, Solved, optimum, package, scaled, scenario, solve, system_of, with_value

RULE = "substitution_consumption"
YEAR = 2030
NOISE = 1e-7
"""Share of the cost by which two optima of the same program may differ."""


def asked(data: DataPackage, hard: Mapping[str, float] | None = None) -> SystemData:
    """The city without any target held but these, held exactly at these values."""
    stated = scenario([COARSE])
    free = {"mode": "report", "price": None, "gate": False}
    made = system_of(
        replace(stated, targets={name: spec.model_copy(update=free) for name, spec in stated.targets.items()}), data
    )
    held = {
        name: made.targets[name].model_copy(update={"mode": "hard", "value": value, "tolerance": 0.0})
        for name, value in (hard or {}).items()
    }
    return replace(made, targets={**made.targets, **held})


@cache
def dear() -> DataPackage:
    """Wind and PV at three times, options of end uses at twelve times their cost: none is built unless asked for."""
    data = package()
    for table, factor in (("wind", 3), ("solar_pv", 3), ("end_use_options", 12)):
        data = scaled(data, table, "capex", factor)
    return data


@cache
def settled() -> DataPackage:
    """Nothing is decided but dispatch: no wind, PV, end use or electrolyser beyond what stands."""
    data = package()
    for table in ("wind", "solar_pv", "end_use_options", "electrolyzer"):
        data = scaled(data, table, "max_build", 0)
    return data


def with_wind_and_pv(data: DataPackage, megawatts: float) -> DataPackage:
    """So many MW each of wind and utility PV more in the plant of 2030, whatever they earn."""
    for table, item in (("wind", "ridge"), ("solar_pv", "utility")):
        data = with_value(data, table, item, "committed_build", megawatts, "MW/yr", year=2026)
        data = with_value(data, table, item, "potential", 20000, "MW")
    return data


def share(results: Results) -> float:
    """Non-fossil share of 2030 [%] by the plan's rule."""
    return float(results["energy_accounts.non_fossil_share"].sel(accounting_rule=RULE, period=YEAR))


def account(results: Results, name: str) -> float:
    """An account of 2030 by the plan's rule [ktce]."""
    return float(results[f"energy_accounts.{name}"].sel(accounting_rule=RULE, period=YEAR))


def gwh(results: Results, *tags: str) -> float:
    """Electricity of 2030 of the entries with these tags, put on the bus positive."""
    return float(results.net_gwh(results.ledger("electricity", *tags)).sel(period=YEAR))


# What is built for export.


def test_wind_and_pv_for_export_leave_the_share_as_it_is_where_thermal_plant_must_run() -> None:
    """Exactly: with fossil output given, nothing imported and no end use to change, all that is added is exported."""
    must_run = with_value(settled(), "thermal", "waste_coal", "operation", "must_run", "text")
    before, after = (solve(asked(with_wind_and_pv(must_run, mw))).results for mw in (0, 300))
    added = gwh(after, "generation", "variable_renewable") - gwh(before, "generation", "variable_renewable")
    exported = gwh(before, "export") - gwh(after, "export")
    assert added > 300
    assert exported == pytest.approx(added, rel=1e-3)
    assert gwh(before, "import") == gwh(after, "import") == pytest.approx(0, abs=1e-6)
    assert share(after) == pytest.approx(share(before), abs=1e-9)


def test_wind_and_pv_lift_the_share_by_no_more_than_the_coal_and_imports_they_displace() -> None:
    """By the rule: N moves by κ (ΔP + (1 - φ) ΔM) of what is displaced, F by the coal it burnt; by nothing else.

    With so much more than the line can carry, the waste-coal unit goes down to its minimum hours.
    """
    before, after = (solve(asked(with_wind_and_pv(settled(), mw))).results for mw in (0, 6000))
    coal = gwh(before, "generation", "fossil") - gwh(after, "generation", "fossil")
    imports = gwh(before, "import") - gwh(after, "import")
    assert coal > 50
    kappa, phi, burnt = 0.292, 0.86, 0.3414
    green = account(before, "non_fossil") + kappa * (coal + (1 - phi) * imports)
    brown = account(before, "fossil") - burnt * coal - kappa * (1 - phi) * imports
    assert share(after) == pytest.approx(100 * green / (green + brown), abs=1e-4)
    assert share(before) < share(after)
    whole_plant = (
        100 * (account(before, "non_fossil") + kappa * 1350) / (account(before, "total") + 1350 * (kappa - burnt))
    )
    assert share(after) <= whole_plant


def test_electric_boilers_that_serve_lift_the_share_as_the_table_of_options_says() -> None:
    """50 ktce/yr built in 2030 serve half of that year, paid to run: the share rises by what the table foretells."""
    must_run = with_value(settled(), "thermal", "waste_coal", "operation", "must_run", "text")
    paid = with_value(must_run, "end_use_options", "electric_boiler", "other_cost", -1e4, "CNY/tce")
    forced = with_value(paid, "end_use_options", "electric_boiler", "committed_build", 50, "ktce/yr/yr", year=2026)
    before, after = (solve(asked(data)).results for data in (paid, forced))
    served = float(after["end_uses.served"].sel(end_uses_option="electric_boiler", period=YEAR))
    assert served == pytest.approx(25)
    table = end_use_options(before)
    told = table[(table["item"] == "electric_boiler") & (table["year"] == YEAR)]
    added = told["non_fossil_tce_per_tce_replaced"].item()
    green, whole = account(before, "non_fossil") + added * served, account(before, "total") + (added - 1) * served
    assert added == pytest.approx(6.6 * 0.292)
    assert share(after) == pytest.approx(100 * green / whole, abs=1e-6)
    assert share(after) > share(before)
    assert gwh(before, "export") - gwh(after, "export") == pytest.approx(-6.6 * served, rel=1e-3)


# A price of carbon.

PATH = {2020: 50.0, 2025: 80.0, 2030: 120.0}
"""CNY/t."""


def priced_carbon(factor: float) -> float:
    """Discounted cost of the carbon dioxide that the path prices, at the unscaled path [million CNY]."""
    data = dear()
    kept = tuple(row for row in data.parameters["carbon_price"] if row.parameter != "price")
    data = replace(data, parameters={**data.parameters, "carbon_price": kept})
    rows = [with_value(data, "carbon_price", "city", "price", factor * v, "CNY/t", year=y) for y, v in PATH.items()]
    added = tuple(each.parameters["carbon_price"][-1] for each in rows)
    found = solve(asked(replace(data, parameters={**data.parameters, "carbon_price": (*kept, *added)}))).results
    emitted = sum(
        e.sign * found.amount([e]) for tag in ("energy", "process", "captured") for e in found.ledger("co2", tag)
    )
    path = [PATH[year] for year in found.periods]
    return float((emitted * path * found["weight"]).sum()) * 1e-3


def test_a_higher_path_of_carbon_prices_never_leaves_more_carbon_to_be_priced() -> None:
    """The discounted carbon cost at the unscaled path can only fall as all prices rise in proportion; it does fall."""
    amounts = [priced_carbon(factor) for factor in (0.0, 1.0, 4.0, 16.0)]
    for cheaper, dearer in itertools.pairwise(amounts):
        assert dearer <= cheaper * (1 + NOISE)
    # most fuel has nothing to take its place within the limits of what may be built
    assert amounts[-1] < amounts[0] - 50


# Targets.

ASKS = {
    "T01": (33.8, 34.0),
    "T02": (-16.6, -16.7),
    "T03": (-22.7, -22.9),
    "T06": (7.5, 8.1),
    "T07": (90.5, 91.0),
    "T08": (10.0, 12.0),
    "T09": (39.5, 40.3),
    "T15": (1.0, 1.5),
    "T16": (5.0, 6.0),
    "T17": (1.0, 4.0),
    "T19": (82.0, 85.0),
    "T19_non_hydro": (12.0, 15.0),
    "T20": (-22.3, -22.4),
    "T26": (20.0, 50.0),
    "T33": (0.1, -0.5),
    "T36": (3500.0, 4000.0),
    "storage_ratio": (5.0, 10.0),
    "storage": (50.0, 200.0),
    "green_share": (20.0, 55.0),
    "green_volume": (1.0, 2.2),
    "reserve": (85.0, 90.0),
}
"""A mild and a strict value of every target that the plan can be pushed by."""
GIVEN = {
    "T12": (60.0, 65.0),
    "T13": (6.0, 6.6),
    "T14": (0.2, 0.39),
    "T18": (80.0, 81.8),
    "imports": (10.0, 0.0),
    "curtailment": (5.0, 0.0),
    "unserved": (500.0, 0.0),
}
"""The same of those that hold anyhow: stations are given, and power is plenty."""


@cache
def cost(name: str, value: float) -> float:
    """Cost of the plan with one target held [million CNY, discounted]."""
    return optimum(asked(dear(), {name: value}))


@cache
def free() -> float:
    """Cost of the plan with no target held."""
    return optimum(asked(dear()))


@pytest.mark.parametrize("name", ASKS)
def test_tightening_a_target_that_binds_costs_more_each_time(name: str) -> None:
    mild, strict = ASKS[name]
    least = NOISE * abs(free())
    assert cost(name, mild) > free() + least
    assert cost(name, strict) > cost(name, mild) + least


@pytest.mark.parametrize("name", GIVEN)
def test_tightening_a_target_that_holds_anyhow_costs_nothing(name: str) -> None:
    mild, strict = GIVEN[name]
    for value in (mild, strict):
        assert cost(name, value) == pytest.approx(free(), rel=NOISE)


def test_every_target_of_the_scenario_that_can_be_held_is_tightened_here() -> None:
    """All but the carbon peak, which needs years after 2030."""
    assert set(ASKS) | set(GIVEN) | {"T11"} == set(scenario([COARSE]).targets)


BINDING = {"T01": 33.9, "T02": -16.65, "T03": -22.8, "T09": 40.0}
"""Values at which each asks for something."""


@cache
def held(name: str) -> Solved:
    """The plan with one target hard and binding."""
    return solve(asked(dear(), {name: BINDING[name]}))


def row_of(name: str) -> ScorecardRow:
    """Its row of the scorecard."""
    of = held(name).assembled.system
    return next(r for r in scorecard(held(name).results, of.targets, registry.targets()) if r.identifier == name)


@pytest.mark.parametrize("name", BINDING)
def test_the_price_the_scorecard_tells_is_the_finite_difference_of_the_cost(name: str) -> None:
    """Million CNY for a year and a point more asked, of a ceiling a point less; times the years' weight, the slope."""
    step = 0.002
    more = -step if name in ("T02", "T03") else step
    value = BINDING[name]
    ahead, behind = (optimum(asked(dear(), {name: value + sign * more})) for sign in (1, -1))
    slope = (ahead - behind) / (2 * step)
    row = row_of(name)
    assert row.achieved == pytest.approx(value, abs=1e-6)
    assert row.shadow_price is not None and row.shadow_price_year is not None
    weight = float(held(name).results["weight"].sel(period=row.shadow_price_year))
    assert slope > 1
    assert row.shadow_price * weight == pytest.approx(slope, rel=0.01)


def test_a_target_that_does_not_bind_has_no_price() -> None:
    """The share of 2025 is above 30 % whatever is done."""
    easy: dict[str, Any] = {"T01": 30.0}
    found = solve(asked(dear(), easy))
    rows = scorecard(found.results, found.assembled.system.targets, registry.targets())
    assert next(r for r in rows if r.identifier == "T01").shadow_price == pytest.approx(0, abs=1e-6)
