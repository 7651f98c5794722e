"""Who runs, who is held back and who goes without: dispatch on one bus, and on two."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import toys
from tests.toys import Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""


def test_merit_order_takes_the_cheaper_source_first() -> None:
    """Proves that the cheaper of two sources runs first, and fully, before the dearer one fills the rest.

    By hand: load 100 MW. With river power at 10 CNY/MWh the 60 MW run all year and 40 MW are imported at 500: the cost
    is 8760 (60·10 + 40·500) = 180.456 million. At 600 CNY/MWh the river stands still: 8760·100·500 = 438 million.
    If broken (pro rata, or river first at any price) the second would be 8760 (60·600 + 40·500) = 490.56 million.
    """
    toy = Toy({**toys.imports(500), "run_of_river": {"creek": toys.run_of_river(60, variable_om=10)}}, load=100)
    cheap = toys.solve(toy)
    dear = toys.solve(toys.changed(toy, "run_of_river", "creek", variable_om=600))
    assert cheap.objective == pytest.approx(8760 * HOUR * (60 * 10 + 40 * 500))
    assert dear.objective == pytest.approx(8760 * HOUR * 100 * 500)
    assert cheap.steps("run_of_river.generation", "creek") == pytest.approx([60])
    assert dear.steps("run_of_river.generation", "creek") == pytest.approx([0], abs=1e-6)


def test_the_bus_price_is_the_cost_of_the_last_source() -> None:
    """Proves that the dual of the balance is what one more MW of load costs in a step.

    By hand: two steps of 3000 h and 5760 h, load 50 and 100 MW, 60 MW of river power at 10 CNY/MWh, import at 500.
    In the first step the river is the last source: 3000·10 = 0.03 million per MW; in the second it is the import:
    5760·500 = 2.88. If broken (hours or probability left out) they would be 1e-5 and 5e-4.
    """
    toy = Toy(
        {**toys.imports(500), "run_of_river": {"creek": toys.run_of_river(60, variable_om=10)}},
        load=[50, 100],
        edges=(0, 3000, 8760),
    )
    solved = toys.solve(toy)
    assert solved.steps("dual.electricity_balance", "city") == pytest.approx([3000 * HOUR * 10, 5760 * HOUR * 500])
    more = toys.solve(replace(toy, load=[50, 101]))
    assert more.objective - solved.objective == pytest.approx(5760 * HOUR * 500)


def test_demand_above_the_import_limit_goes_unserved_at_the_value_of_lost_load() -> None:
    """Proves that what cannot be supplied is not served, and paid for at the value of lost load.

    By hand: load 100 MW, import at most 70 MW at 500 CNY/MWh; 30 MW are lost at 20000: 8760 (70·500 + 30·20000)
    = 5562.6 million. With a limit of 120 MW everything is imported: 438 million.
    If broken (the limit or the penalty ignored) both would be 438 million.
    """
    toy = Toy({**toys.imports(500, import_limit=70), **toys.lost_load(20000)}, load=100)
    short, enough = toys.solve(toy), toys.solve(toys.changed(toy, "grid_exchange", "grid", import_limit=120))
    assert short.objective == pytest.approx(8760 * HOUR * (70 * 500 + 30 * 20000))
    assert enough.objective == pytest.approx(8760 * HOUR * 100 * 500)
    assert short.cost("unserved.penalty") == pytest.approx(8760 * HOUR * 30 * 20000)
    assert enough.steps("unserved.power", "city") == pytest.approx([0], abs=1e-6)


def test_without_unserved_energy_a_short_system_is_infeasible() -> None:
    """Proves that demand must be served when no technology may shed it.

    By hand: load 100 MW against an import limit of 70 MW cannot balance; with 100 MW it does, at 438 million.
    If broken (a balance that is an inequality) the first would cost 306.6 million.
    """
    toy = Toy(toys.imports(500, import_limit=70), load=100)
    assert toys.solve(toy).outcome == "infeasible"
    assert toys.solve(toys.changed(toy, "grid_exchange", "grid", import_limit=100)).objective == pytest.approx(438)


def test_run_of_river_spills_what_the_load_cannot_take() -> None:
    """Proves that a river plant may leave water unused but cannot keep it for later.

    By hand: 100 MW with availability 0.3 and 1.0 in the two halves, load 60 MW: 30 MW are imported in the first half,
    30·4380·500 = 65.7 million, and 40 MW spilled in the second. With 60 MW exported in the second half at 100 CNY/MWh
    allowed, the 40 MW earn 40·4380·100 = 17.52 million. If broken (storage) the import would be nothing.
    """
    toy = Toy(
        {**toys.imports(500), "run_of_river": {"creek": toys.run_of_river(100, "water")}},
        load=60,
        series={"water": [0.3, 1.0]},
        edges=toys.HALVES,
    )
    alone = toys.solve(toy)
    assert alone.objective == pytest.approx(4380 * HOUR * 30 * 500)
    assert alone.steps("run_of_river.spill", "creek") == pytest.approx([0, 40], abs=1e-6)
    tables = {**toy.tables, "grid_exchange": {"grid": toys.line(export_price=100, export_limit=60)}}
    exporting = toys.solve(replace(toy, tables=tables))
    assert exporting.objective == pytest.approx(4380 * HOUR * (30 * 500 - 40 * 100))
    assert exporting.steps("run_of_river.spill", "creek") == pytest.approx([0, 0], abs=1e-6)


def test_wind_is_curtailed_when_the_export_line_is_full() -> None:
    """Proves that wind beyond load and line is curtailed, not paid for and not dumped.

    By hand: 100 MW of wind, load 30 MW, export at 200 CNY/MWh of at most 50 MW: 50·8760·200 = 87.6 million earned and
    20 MW curtailed. With 100 MW of line 70 MW are sold: 122.64 million. If broken (limit ignored) both would be 122.64.
    """
    lines = {"grid_exchange": {"grid": toys.line(200, 500, export_limit=50)}}
    toy = Toy({**lines, "wind": {"ridge": toys.wind(100)}}, load=30)
    narrow, wide = toys.solve(toy), toys.solve(toys.changed(toy, "grid_exchange", "grid", export_limit=100))
    assert narrow.objective == pytest.approx(-8760 * HOUR * 50 * 200)
    assert wide.objective == pytest.approx(-8760 * HOUR * 70 * 200)
    assert narrow.steps("wind.curtailment", "ridge") == pytest.approx([20])
    assert wide.steps("wind.curtailment", "ridge") == pytest.approx([0], abs=1e-6)


def test_wind_does_not_run_for_a_price_below_its_variable_cost() -> None:
    """Proves that variable O&M is part of the decision to generate.

    By hand: 100 MW of wind, load 30 MW, export at 20 CNY/MWh. At 30 CNY/MWh of variable O&M only the load is served:
    8760·30·30 = 7.884 million. At 5 CNY/MWh everything runs: 8760 (100·5 − 70·20) = −7.884 million.
    If broken (variable O&M left out of the objective) the first would be −8760·70·20 = −12.264 million.
    """
    lines = {"grid_exchange": {"grid": toys.line(20, 500, export_limit=100)}}
    toy = Toy({**lines, "wind": {"ridge": toys.wind(100, variable_om=30)}}, load=30)
    dear, cheap = toys.solve(toy), toys.solve(toys.changed(toy, "wind", "ridge", variable_om=5))
    assert dear.objective == pytest.approx(8760 * HOUR * 30 * 30)
    assert cheap.objective == pytest.approx(8760 * HOUR * (100 * 5 - 70 * 20))
    assert dear.steps("wind.generation", "ridge") == pytest.approx([30])


def test_must_run_plant_displaces_free_river_power() -> None:
    """Proves that thermal plant runs at its given output even where cheaper power then goes unused.

    By hand: must-run 80 MW of 0.3 tce/MWh at 1000 CNY/tce = 300 CNY/MWh, load 100 MW, 60 MW of free river power:
    40 MW are spilled and 8760·80·300 = 210.24 million paid. If it could be turned down it would run at 40 MW for
    105.12 million. Without the plant the load takes all 60 MW and imports 40 MW: 175.2 million.
    """
    plant = toys.thermal(80, heat_rate=0.3, fuel_cost=1000)
    rest = {**toys.imports(500), "run_of_river": {"creek": toys.run_of_river(60)}}
    on = toys.solve(Toy({**rest, "thermal": {"mill": plant}}, load=100))
    off = toys.solve(Toy(rest, load=100))
    assert on.objective == pytest.approx(8760 * HOUR * 80 * 300)
    assert off.objective == pytest.approx(8760 * HOUR * 40 * 500)
    assert on.steps("run_of_river.spill", "creek") == pytest.approx([40])


def test_must_run_surplus_needs_a_line_or_nothing_balances() -> None:
    """Proves that must-run output cannot be curtailed: its surplus leaves by the line or the system is infeasible.

    By hand: must-run 80 MW, load 50 MW. A line of 40 MW at 100 CNY/MWh takes 30 MW: −8760·30·100 = −26.28 million.
    A line of 20 MW leaves 10 MW with nowhere to go. If broken (curtailable) the second would cost −17.52 million.
    """
    lines = {"grid_exchange": {"grid": toys.line(100, 500, export_limit=40)}}
    toy = Toy({**lines, "thermal": {"mill": toys.thermal(80)}}, load=50)
    assert toys.solve(toy).objective == pytest.approx(-8760 * HOUR * 30 * 100)
    assert toys.solve(toys.changed(toy, "grid_exchange", "grid", export_limit=20)).outcome == "infeasible"


def test_must_run_follows_its_yearly_energy_over_the_periods() -> None:
    """Proves that yearly energies are linear between the years given, and that fixed O&M is paid on the capacity.

    By hand: 80 MW in 2020 and 40 MW in 2022 make 60 MW in 2021; load 100 MW, import at 500: 20 + 40 + 60 = 120 MW·years
    of import cost 525.6 million; 100 CNY/kW of fixed O&M on 100 MW are 10 million in each of three years.
    If broken (stepwise) 2021 would be 80 MW and the import cost 438 million.
    """
    energy = {2020: 80 * 8760e-6, 2022: 40 * 8760e-6}
    plant = toys.thermal(80, capacity=100, annual_energy=energy, fixed_om_per_kw=100)
    toy = Toy({**toys.imports(500), "thermal": {"mill": plant}}, load=100, periods=(2020, 2021, 2022))
    assert toys.solve(toy).objective == pytest.approx(8760 * HOUR * 120 * 500 + 3 * 10)
    step = toys.changed(toy, "thermal", "mill", annual_energy=80 * 8760e-6)
    assert toys.solve(step).objective == pytest.approx(8760 * HOUR * 60 * 500 + 3 * 10)


def test_two_buses_are_balanced_apart() -> None:
    """Proves that power of one bus does not serve another without a link.

    By hand: 100 MW of free river power in the east, 50 MW of load in the west, which imports at 500: 219 million.
    With the river on the west bus nothing is imported. If broken (one balance for all) both would cost nothing.
    """
    tables = {**toys.imports(500, bus="west"), "run_of_river": {"creek": toys.run_of_river(100, bus="east")}}
    toy = Toy(tables, load={"west": 50}, buses=("east", "west"))
    apart = toys.solve(toy)
    joined = toys.solve(toys.changed(toy, "run_of_river", "creek", bus="west"))
    assert apart.objective == pytest.approx(8760 * HOUR * 50 * 500)
    assert joined.objective == pytest.approx(0, abs=1e-6)
    assert apart.at("dual.electricity_balance", "west", 2020, "normal", 0) == pytest.approx(8760 * HOUR * 500)
    assert apart.at("dual.electricity_balance", "east", 2020, "normal", 0) == pytest.approx(0, abs=1e-9)


def test_demand_grows_year_by_year() -> None:
    """Proves that the growth of each year multiplies the load from that year on.

    By hand: 100 MW in 2020, +10 % in 2021 and +20 % in 2022: 110 and 132 MW; import at 500: 342 MW·years cost 1497.96
    million. Without growth 300 MW·years cost 1314. If broken (growth of one year for all) 100, 120, 144 MW.
    """
    toy = Toy(toys.imports(500), load=100, periods=(2020, 2021, 2022), growth={2021: 0.1, 2022: 0.2})
    assert toys.solve(toy).objective == pytest.approx(8760 * HOUR * (100 + 110 + 132) * 500)
    assert toys.solve(replace(toy, growth=0.0)).objective == pytest.approx(8760 * HOUR * 300 * 500)


def test_demand_of_a_milestone_year_has_grown_through_the_years_between() -> None:
    """Proves that a period after a gap has the growth of every year of the gap.

    By hand: 100 MW in 2020, +10 % a year: 2023 stands at 133.1 MW. Each period weighs its years: 3·100 + 1·133.1
    = 433.1 MW·years at 500 cost 1896.978 million. If broken (one year's growth) it would be 3·100 + 110 = 410.
    """
    toy = Toy(toys.imports(500), load=100, periods=(2020, 2023), growth=0.1)
    assert toys.solve(toy).objective == pytest.approx(8760 * HOUR * (3 * 100 + 100 * 1.1**3) * 500)
    assert toys.solve(replace(toy, growth=0.0)).objective == pytest.approx(8760 * HOUR * 400 * 500)


def test_probable_weather_weighs_operation_but_not_capacity() -> None:
    """Proves that capacity is decided once for all weather, and operation for each, at its probability.

    By hand: load 100 MW, import at 500 (4.38 million a MW·year), wind of availability 1 (wet, probability 0.25) or 0.4
    (dry, 0.75) at 1.8 million a MW and year. Half of it serves in its first year and half an annuity is due: two MW are
    built and 1.8 million paid for one in operation. Up to 100 MW one more saves (0.25 + 0.75·0.4)·4.38 = 2.409 > 1.8,
    beyond it 0.75·0.4·4.38 = 1.314 < 1.8. So 100 MW in operation, 200 MW built: 180 + 0.75·60·4.38 = 377.1. Surely wet
    it would be 180, surely dry (0.4·4.38 = 1.752 < 1.8) nothing is built: 438. If broken (capacity by weather) it would
    be 0.25·180 + 0.75·438 = 373.5.
    """
    toy = Toy(
        {**toys.imports(500), "wind": {"ridge": toys.wind(0, "gale", max_build=1000, capex=18000)}},
        load=100,
        series={"gale": {"wet": 1.0, "dry": 0.4}},
        weather={"wet": 0.25, "dry": 0.75},
    )
    both = toys.solve(toy)
    assert both.objective == pytest.approx(0.5 * 1.8 * 200 + 0.75 * 60 * 8760 * HOUR * 500)
    assert both.at("wind.new_capacity", "ridge", 2020) == pytest.approx(200)
    assert both.steps("grid_exchange.import", "grid", weather="dry") == pytest.approx([60])
    assert both.steps("grid_exchange.import", "grid", weather="wet") == pytest.approx([0], abs=1e-6)
    assert toys.solve(replace(toy, weather={"wet": 1.0})).objective == pytest.approx(180)
    assert toys.solve(replace(toy, weather={"dry": 1.0})).objective == pytest.approx(438)
