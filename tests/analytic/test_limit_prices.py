"""Prices of limits: every price that `explain` can show is what a unit more of the limit saves, by solving anew.

Each case states the limit's datum with `x` units of the limit more (of a floor: less), and its price by hand in million
CNY a year and unit, without interest and in one kind of weather. The same is then solved with interest, a last period
of three years and two kinds of weather, where price times weight must be what the objective falls by.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from pzh_energy.analysis.elastic import Twin
from pzh_energy.analysis.explain import WhatBinds, what_binds, why_infeasible
from pzh_energy.analysis.limits import GIVEN, KINDS, OF_BUILDING, OTHER
from pzh_energy.reporting.texts import say
from tests import end_use_toys, systems, toys
from tests.hydrogen_toys import byproduct, electrolyzer, kt, use
from tests.toys import Cell, Table, Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""
YEAR = 8760 * HOUR
KEPT = 20 * 4380 * 3600e-6
"""Million m3 that 20 m3/s make in half a year."""
DAYS = tuple(range(0, 8761, 12))
DEAR_MORNING: dict[str, Cell] = {"time_of_use_spread": 0.5, "peak_hours": "0-12", "valley_hours": "12-0"}
"""750 CNY/MWh until noon, 250 after it, at a flat price of 500."""


@dataclass(frozen=True)
class Case:
    """name: of the column or row; toy: so many units looser; price: by hand; step: units looser in the new solve."""

    kind: str
    name: str
    toy: Callable[[float], Toy]
    price: float
    step: float = 1.0


def importing(x: float) -> Toy:
    """60 MW of line for a load of 100 MW: a MW more serves at 500 what is lost at 20000 CNY/MWh."""
    return Toy({**toys.imports(500, import_limit=60 + x), **toys.lost_load(20000)}, load=100)


def exporting(x: float) -> Toy:
    """200 MW of water left over and 50 MW of line: a MW more sells at 100 CNY/MWh."""
    river = {"run_of_river": {"creek": toys.run_of_river(300)}}
    return Toy({**river, "grid_exchange": {"grid": toys.line(100, 500, export_limit=50 + x)}}, load=100)


def tiered(x: float) -> Toy:
    """876 GWh sold, 500 of them at 200 CNY/MWh: a GWh more is not sold at 0.6 of it: 80 CNY/MWh."""
    tiers: Table = {
        "first": {"line": "grid", "width": 0.5 + x / 1e3, "price_factor": 1},
        "second": {"line": "grid", "width": 1000, "price_factor": 0.6},
    }
    river = {"run_of_river": {"creek": toys.run_of_river(100)}}
    line = {"grid": toys.line(200, 500, export_limit=100)}
    return Toy({**river, "grid_exchange": line, "export_tiers": tiers}, load=0)


def linked(direction: str) -> Callable[[float], Toy]:
    """100 MW of river in the county at 10 CNY/MWh, 40 MW sent with a tenth lost: a MW more saves 0.9·500 - 10."""

    def toy(x: float) -> Toy:
        limits = {"forward_limit": 0.0, "backward_limit": 0.0, f"{direction}_limit": 40 + x}
        ends = ("county", "city") if direction == "forward" else ("city", "county")
        links = {"pass": {"from_bus": ends[0], "to_bus": ends[1], "loss": 0.1, **limits}}
        river = {"creek": toys.run_of_river(100, bus="county", variable_om=10)}
        tables = {**toys.imports(500), "run_of_river": river, "transmission": links}
        return Toy(tables, load={"city": 80}, buses=("city", "county"))

    return toy


def turbines(x: float) -> Toy:
    """40 m3/s through the turbines of 100 that come, 1 MW each: one more saves a MW of import."""
    dam = toys.river({"dam": toys.station(max_turbine_discharge=40 + x)}, {"dam": "rain"})
    return Toy({**toys.imports(500), **dam}, load=60, series={"rain": 100})


def scheduled(x: float) -> Toy:
    """As `turbines`, held back by an output schedule of 40 MW."""
    schedules = {"plan": toys.schedule("dam", "output", "plan")}
    dam = toys.river({"dam": toys.station()}, {"dam": "rain"}, schedules=schedules)
    return Toy({**toys.imports(500), **dam}, load=60, series={"rain": 100}, monthly={"plan": [40 + x] * 12})


def reservoir(storage: float, guided: bool = False) -> Callable[[float], Toy]:
    """100 and 20 m3/s in the halves of the year for 60 MW: a million m3 more carries 1e6/3600 MWh past import at 500.

    guided: of `storage` only the part between a quarter and a half is used, and the quarter becomes lower.
    """

    def toy(x: float) -> Toy:
        guide = {kind: toys.schedule("dam", kind, kind) for kind in ("level_low", "level_high")} if guided else {}
        size = storage if guided else storage + x
        dam = toys.river({"dam": toys.station(storage=size)}, {"dam": "rain"}, schedules=guide)
        monthly = {"level_low": [0.25 - x / storage] * 12, "level_high": [0.5] * 12} if guided else None
        made = Toy({**toys.imports(500), **dam}, load=60, series={"rain": [100, 20]}, edges=toys.HALVES)
        return replace(made, monthly=monthly)

    return toy


def vanadium(x: float) -> Toy:
    """10 MW of surplus for 8 h, 10 MW of load for the next 8; electrolyte and stack at 100 CNY/kW(h), import at 50000.

    Half of what is built serves in its year, for ten years of 10 CNY each. A MWh of electrolyte takes 5 t; it carries
    0.5 MWh once, worth 25000 CNY, and costs 5000; filled in 8 h it needs 1/8 MW of stack, 625 CNY: 19375 CNY for 5 t.
    """
    battery: dict[str, Cell] = {"bus": "city", "round_trip_efficiency": 1, "vanadium_content": 5}
    for part in ("stack_", "energy_"):
        battery |= {part + "capex": 100, part + "lifetime": 10, part + "fixed_om": 0, part + "existing_year": 2000}
    tables = {
        **toys.imports(50000),
        "run_of_river": {"creek": toys.run_of_river(10, "water")},
        "vanadium_flow": {"vfb": {**battery, "vanadium_source": "works"}},
        "vanadium_supply": {"works": {"production": 20 + x, "local_share": 1}},
    }
    return Toy(tables, load=[0, 10, 0], series={"water": [1, 0, 0]}, edges=(0, 8, 16, 8760))


def mill(price: float, **cells: Cell) -> dict[str, Table]:
    """Dispatchable plant of 100 MW whose fuel costs so many CNY/MWh, and import at 500."""
    plant = toys.thermal(100, operation="dispatchable", heat_rate=0.1, fuel_cost=10 * price)
    return {**toys.imports(500), "thermal": {"mill": {**plant, "annual_energy": 8.76, "capacity": 100, **cells}}}


def ramping(load: list[float]) -> Callable[[float], Toy]:
    """Middles of steps 2 h apart; 0.2/h of 100 MW are 40 MW for each of two changes, next to import at 50100 CNY/MWh.

    A MW more in both changes is a MW in the 3 h step and two in the hour beyond it: 5 MWh that cost 50000 CNY less.
    """

    def toy(x: float) -> Toy:
        tables = {**mill(100, ramp_limit=0.2 + x / 200), **toys.imports(50100)}
        return Toy(tables, load=load, edges=(0, 1, 4, 5, 8760))

    return toy


def works(recoverable: float, flexibility: float, wanted: float) -> Toy:
    """By-product hydrogen at 10 CNY/kg before electrolysis at 33.33; free wind in the first half of the year."""
    tables = {
        **toys.imports(500),
        "wind": {"ridge": toys.wind(100, "early")},
        "electrolyzer": {"plant": electrolyzer(100)},
        "byproduct_hydrogen": {"works": byproduct(recoverable, 10, flexibility=flexibility)},
        "hydrogen_demand": {"users": use(wanted)},
    }
    return Toy(tables, series={"early": [1, 0]}, edges=toys.HALVES)


def shifting(share: float, limit: float) -> Toy:
    """100 MW, of which a share may leave the mornings at 750 CNY/MWh for the afternoons at 250, up to a limit."""
    energy: dict[str, Cell] = {"annual_energy": 100 * 8760e-6, "shiftable_share": share, "power_limit": limit}
    cars: Table = {"cars": {"bus": "city", "window": 24, **energy}}
    made = Toy({**toys.imports(500, **DEAR_MORNING), "demand_response": cars}, load=300, edges=DAYS)
    return replace(made, options={"demand_response": {"driver": "system_cost"}})


def selling(x: float) -> Toy:
    """2 TWh of certificates sold at 20 CNY/MWh: a TWh more brings 20 million."""
    cells = {"bought_limit": 0, "bought_price": 30, "sold_limit": 2 + x, "sold_price": 20}
    return Toy({**toys.imports(), "green_power": {"certificates": cells}}, load=10)


def wind(**cells: Cell) -> Toy:
    """Wind against import at 500 CNY/MWh: half of what is built serves in its year, for 0.1 million a MW and year."""
    return Toy({"wind": {"ridge": toys.wind(0, **cells)}, **toys.imports(500)}, load=1000)


def two_years(toy: Toy) -> Toy:
    """The toy over 2020 and 2021."""
    return replace(toy, periods=(2020, 2021))


GROWING: dict[str, Cell] = {"max_build": 1000, "existing_capacity": 40, "first_year": 2021, "growth_limit": 0.5}
FIRST_YEAR = (YEAR * 500 - 0.1) / 2
"""Of a MW of wind in the year it is built; a whole year brings twice that."""
CARRIED = 1e-6 * 500 * 1e6 / 3600
"""Of a million m3, as MWh at 500 CNY/MWh."""
CASES = (
    Case("import_line", "grid_exchange.import", importing, YEAR * 19500),
    Case("export_line", "grid_exchange.export", exporting, YEAR * 100),
    Case("export_tier", "grid_exchange.export_in_tier", tiered, 0.08),
    Case("link", "transmission.forward", linked("forward"), YEAR * 440),
    Case("link", "transmission.backward", linked("backward"), YEAR * 440),
    Case("turbines", "hydro_cascade.turbine_discharge", turbines, YEAR * 500),
    Case("turbines", "hydro_cascade.turbine_discharge", scheduled, YEAR * 500),
    Case("reservoir", "hydro_cascade.storage_level", reservoir(KEPT), CARRIED),
    Case("reservoir_floor", "hydro_cascade.storage_level", reservoir(2 * KEPT, guided=True), CARRIED),
    Case("material", "vanadium_flow.vanadium_supply", vanadium, 0.019375 / 5),
    Case(
        "yearly_energy",
        "thermal.annual_energy_limit",
        lambda x: Toy(mill(100, annual_energy=0.438 + x / 1e3), load=100),
        400e-3,  # a GWh for 100 instead of 500 CNY/MWh
    ),
    Case(
        "yearly_energy",
        "byproduct_hydrogen.yearly_cap",
        lambda x: replace(works(0.4 + x / 1e3, 100, 1), series={"early": 0}),
        23.33e-3,  # a tonne for 10 instead of 33.33 CNY/kg
    ),
    Case(
        "must_run",
        "thermal.minimum_hours",
        lambda x: Toy(mill(600, minimum_hours=4000 - 10 * x), load=100),
        100e-3,  # a GWh less for 600 instead of 500 CNY/MWh; 10 h of 100 MW
    ),
    Case("ramp", "thermal.ramp_up", ramping([0, 100, 100, 100]), 5e-6 * 50000),
    Case("ramp", "thermal.ramp_down", ramping([100, 100, 0, 0]), 5e-6 * 50000),
    Case("plant_output", "thermal.generation", lambda x: Toy(mill(100, capacity=60 + x), load=100), YEAR * 400),
    Case(
        "plant_output",
        "byproduct_hydrogen.output",
        lambda x: works(kt(5), 1.6 + x / 5, kt(10)),
        4380 * HOUR * (1000 - 10 / 33.33e-3),  # 8 of 10 MW in the second half, the rest by electrolysis
    ),
    Case("flexibility", "demand_response.power", lambda x: shifting(0.5, 1.2 + x / 100), 4380 * HOUR * 500),
    Case("flexibility", "demand_response.power", lambda x: shifting(0.5 + x / 100, 2), 4380 * HOUR * 500),
    Case("green_power", "green_power.sold", selling, 20),
    Case("build_rate", "wind.new_capacity", lambda x: wind(max_build=50 + x), FIRST_YEAR),
    Case("potential", "wind.capacity", lambda x: wind(max_build=1000, potential=60 + x), FIRST_YEAR),
    Case("growth_limit", "wind.capacity_growth_limit", lambda x: two_years(wind(**GROWING, growth_seed=10 + x)), 2.14),
    Case(
        "uptake",
        "end_uses.new_capacity",
        # a ktce of coal for 1 million, or 1 GWh for 0.5 and 0.1 of annuity, for half a year
        lambda x: end_use_toys.toy({"boiler": end_use_toys.option(max_build=10 + x)}),
        0.2,
    ),
    Case(
        "potential",
        "end_uses.capacity",
        lambda x: end_use_toys.toy({"boiler": end_use_toys.option(max_build=50, potential=10 + x)}),
        0.2,
    ),
)
EVERY = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.name}")


def long(toy: Toy) -> Toy:
    """The toy with interest, over two periods, the last of three years, in two kinds of weather."""
    weather = {"normal": 0.6, "dry": 0.4}
    return replace(toy, periods=(2020, 2021), last_period_years=3, discount_rate=0.05, weather=weather)


def bound_in(toy: Toy) -> tuple[toys.Solved, WhatBinds]:
    """A toy solved, and what binds in it as `explain` shows it."""
    solved = toys.solve(toy)
    twin = Twin(solved.assembled, solved.compiler, solved.program)
    plan = twin.solve(twin.as_asked())
    assert plan is not None
    return solved, what_binds(twin, plan)


def shown(case: Case, toy: Toy) -> tuple[toys.Solved, list[dict[int, float]]]:
    """Prices by year of the case's limit."""
    solved, binds = bound_in(toy)
    found = [each for each in binds.limits if (each.limit.name, each.limit.kind) == (case.name, case.kind)]
    return solved, [dict(each.price) for each in found]


@EVERY
def test_a_limits_price_is_what_hands_find(case: Case) -> None:
    """By hand: see each case; if broken (per step, per period, of the wrong side) it is another or is not shown."""
    _, prices = shown(case, case.toy(0))
    assert [max(price.values()) for price in prices] == [pytest.approx(case.price, rel=1e-6)]


@EVERY
def test_a_limits_price_is_what_a_unit_more_of_it_saves(case: Case) -> None:
    """Proves sign, discounting and units: price × weight, over the years, is the difference of two solves."""
    solved, prices = shown(case, long(case.toy(0)))
    calendar = solved.assembled.model.calendar
    weight = dict(zip(calendar.periods, calendar.weight, strict=True))
    worth = sum(each * weight[year] for price in prices for year, each in price.items())
    saved = solved.objective - toys.solve(long(case.toy(case.step))).objective
    assert worth > 0
    assert worth * case.step == pytest.approx(saved, rel=1e-6)


def test_every_kind_of_limit_with_a_price_has_a_case() -> None:
    """Proves that a new word, or a new line of the table, needs a finite difference here or gets no price."""
    kinds = {kind for _, _, kind in KINDS} | set(OF_BUILDING) | {OTHER}
    assert kinds >= GIVEN
    assert {case.kind for case in CASES} == kinds - GIVEN
    for pattern, _, kind in KINDS:
        named = [case for case in CASES if case.kind == kind and re.search(pattern, case.name)]
        assert named or kind in GIVEN, f"no case of {pattern}"
    for kind in kinds:
        assert say(f"limit_{kind}", "zh", what="", earliest=2020, name="")


def test_every_limit_of_the_program_has_a_word() -> None:
    """Proves that no technology has a bound or a row with a limit that `explain` would call by its declaration."""
    asked = (systems.COARSE, *systems.OPTIONS[1:])
    _, _, program = systems.build(systems.system(asked, systems.rich_package()))
    unknown = set()
    for places, lower, upper in (
        (program.variables, program.column_lower, program.column_upper),
        (program.constraints, program.row_lower, program.row_upper),
    ):
        for place in places:
            low, high = place.take(lower), place.take(upper)
            for side, felt in (("lower", np.isfinite(low) & (low != 0)), ("upper", np.isfinite(high) & (high != 0))):
                where = "row" if places is program.constraints else side
                free = felt & (low != high) if where != "row" else felt
                known = any(where == at and re.search(pattern, place.name) for pattern, at, _ in KINDS)
                if free.any() and not known and not re.match(r"target_|\w+\.new_", place.name):
                    unknown.add((place.name, where))
    assert not unknown


def with_price(toy: Toy) -> set[str]:
    """Names of the limits that are shown with a price."""
    return {each.limit.name for each in bound_in(toy)[1].limits}


def test_what_is_pinned_has_no_price() -> None:
    """Proves that a pinned output or load, which no unit more of one side moves, is shown without a price.

    By hand: 60 MW that must run for nothing save import at 500, and the users' own load costs it: both are felt.
    """
    pinned = Toy({**toys.imports(500), "thermal": {"mill": toys.thermal(60)}}, load=100)
    assert not with_price(pinned)
    assert not with_price(replace(shifting(0.5, 2), options={"demand_response": {"driver": "tariff"}}))
    assert with_price(shifting(0.5, 1.2)) == {"demand_response.power"}


def test_limits_of_a_station_whose_head_moves_have_no_price() -> None:
    """Proves that no price is named where the limit takes planes along: head, not level, decides what a m3 gives."""
    head: dict[str, Cell] = {"head_drawdown_m": toys.ONE_MW_HEAD / 2}
    base = reservoir(KEPT)(0)
    flat, steep = (toys.changed(base, "hydro_stations", "dam", **cells) for cells in ({}, head))
    both = (replace(each, options={"hydro_cascade": {"head": "hyperplanes"}}) for each in (flat, steep))
    assert [sorted(with_price(each)) for each in both] == [["hydro_cascade.storage_level"], []]


@pytest.mark.parametrize(
    "closed",
    [
        Toy({**toys.imports(500, import_limit=0), **toys.lost_load()}, load=10),
        toys.changed(exporting(0), "grid_exchange", "grid", export_limit=0),
        reservoir(0)(0),
        selling(-2),
        wind(max_build=0),
        two_years(wind(max_build=0, lead_time=1)),
        wind(max_build=10, lead_time=1),
    ],
)
def test_a_limit_of_zero_has_no_price(closed: Toy) -> None:
    """Proves that nothing is named for what is closed, where the dual is not the slope of anything.

    By hand (a line closed to export where power is worth 0 or more): a row that fills the tiers with nothing has any
    dual up to its discount, and with it the line any price from what a MW would save upwards.
    """
    assert not with_price(closed)


def test_missing_a_priced_target_is_no_limit() -> None:
    """Proves that the column of a shortfall, closed in the years of which the target does not speak, is not shown.

    By hand: 0.1 of 0.3 GW asked for in 2021 are missed, at a price below the cost of building.
    """
    target = {"metric": "installed_capacity", "carriers": ("wind",), "year": 2021, "operator": "at_least", "value": 0.3}
    tables = {"wind": {"ridge": toys.wind(100, max_build=1000)}}
    toy = Toy(tables, periods=(2020, 2021), targets={"T": {**target, "mode": "priced", "price": 1.0}})
    assert not with_price(toy)


@pytest.mark.parametrize("more", [0.0, 1.0])
def test_what_a_unit_brings_is_of_the_year_that_decides(more: float) -> None:
    """Proves that the base of a share is that of its worst year, not the largest.

    By hand: in 2020 10 of 200 MW of wind are curtailed (5 %), in 2021, when half of the wind is gone, 30 of 100 (30 %);
    a MW more of line in 2021 makes it 29. If broken (base of 2020) it would be told as half a point.
    """
    parks = {"A": toys.wind(100), "B": toys.wind(100, existing_until=2020)}
    line = {"grid": toys.line(0, 500, export_limit={2020: 130, 2021: 10 + more})}
    target = {"metric": "curtailment_rate", "operator": "at_most", "value": 20.0, "mode": "hard"}
    toy = Toy({"wind": parks, "grid_exchange": line}, load=60, periods=(2020, 2021), targets={"T": target})
    solved = toys.solve(toy)
    (miss,) = why_infeasible(Twin(solved.assembled, solved.compiler, solved.program)).misses
    (limit,) = [each for each in miss.limits if each.kind == "export_line"]
    assert miss.alone == pytest.approx(30 - more)
    assert limit.total * miss.per_unit == pytest.approx(1.0)
