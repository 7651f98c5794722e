"""Thermal plant: dispatch within hours, fuel and ramps, output that cannot be held back, and closing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from tests import toys
from tests.toys import Cell, Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""
MID_YEAR = (0, 4368, 8760)
"""Steps that meet at 00:00 of 2 July."""


def plant(price: float = 100, **more: Cell) -> dict[str, Cell]:
    """Dispatchable plant of 100 MW whose fuel costs so many CNY/MWh."""
    fuel: dict[str, Cell] = {"fuel": "coal", "heat_rate": 0.1, "fuel_cost": 10 * price}
    money: dict[str, Cell] = {"co2_factor": 0, "clean": "no", "fixed_om_per_kw": 0}
    return {"bus": "city", "capacity": 100, "operation": "dispatchable", **fuel, **money, **more}


def toy(unit: dict[str, Cell], **more: object) -> Toy:
    """One plant, import at 500 CNY/MWh and a load of 100 MW all year."""
    return replace(Toy({**toys.imports(500), "thermal": {"mill": unit}}, load=100), **more)


def test_dispatchable_plant_runs_where_it_is_cheaper_and_stands_where_it_is_not() -> None:
    """Proves that dispatchable plant runs by its fuel cost, up to its rating, and must-run plant regardless of it.

    By hand: load 100 MW. At 100 CNY/MWh all comes from the plant: 8760·100·100 = 87.6 million; at 600 nothing, and the
    import costs 438. Must-run at 600 it is 525.6. If broken (always or never at rating) two of the three would agree.
    """
    assert toys.solve(toy(plant(100))).objective == pytest.approx(87.6)
    assert toys.solve(toy(plant(600))).objective == pytest.approx(438)
    pinned = plant(600, operation="must_run", annual_energy=100 * 8760e-6)
    assert toys.solve(toy(pinned)).objective == pytest.approx(525.6)


def test_minimum_hours_make_dear_plant_run() -> None:
    """Proves that a plant that only loses money runs its least hours, and what one more of them costs.

    By hand: fuel at 600 against import at 500; 4000 h × 100 MW = 400 GWh cost 100 CNY/MWh more: 438 + 40 = 478. The
    dual is 100 CNY/MWh = 0.1 million per GWh; one hour more is 0.1 GWh, 0.01 million. Without the row it is 438.
    """
    solved = toys.solve(toy(plant(600, minimum_hours=4000)))
    more = toys.solve(toy(plant(600, minimum_hours=4001)))
    assert solved.objective == pytest.approx(478)
    assert solved.at("dual.thermal.minimum_hours", "mill", 2020, "normal") == pytest.approx(0.1)
    assert more.objective - solved.objective == pytest.approx(0.01)
    assert solved.at("thermal.full_load_hours", "mill", 2020) == pytest.approx(4000)
    assert toys.solve(toy(plant(600))).objective == pytest.approx(438)


def test_minimum_hours_hold_in_every_weather_case() -> None:
    """Proves that the hours are owed in each weather case, not on average over them.

    By hand: in the wet case (0.5) a free river serves the load and the 400 GWh at 600 CNY/MWh displace nothing dear,
    240 million; in the dry case they displace import at 500: 438 + 40. Expected 0.5·240 + 0.5·478 = 359. On average
    only, all 800 GWh would fall into the dry case, which costs 40 for every 400 GWh: 0.5·(438 + 80) = 259.
    """
    weather = {"weather": {"wet": 0.5, "dry": 0.5}, "series": {"water": {"wet": 1.0, "dry": 0.0}}}
    base = toy(plant(600, minimum_hours=4000), **weather)
    river = {"run_of_river": {"creek": toys.run_of_river(100, "water")}}
    solved = toys.solve(replace(base, tables={**base.tables, **river}))
    assert solved.objective == pytest.approx(359)


def test_annual_energy_is_the_most_a_dispatchable_plant_may_burn() -> None:
    """Proves that the fuel of a year goes to the hours where it saves most.

    By hand: import at 750 in one half of every day and 250 in the other, fuel at 100 CNY/MWh for 438 GWh, which is
    100 MW in all the dear hours: 438·100 + 438·250 (thousand) = 153.3 million. Without the limit 87.6. The dual is
    minus what another GWh saves in the cheap half, 0.15 million.
    """
    prices = {"time_of_use_spread": 0.5, "peak_hours": "0-12", "valley_hours": "12-0"}
    base = toy(plant(100, annual_energy=0.438), edges=tuple(range(0, 8761, 12)))
    limited = replace(base, tables={**base.tables, **toys.imports(500, **prices)})
    solved = toys.solve(limited)
    assert solved.objective == pytest.approx(153.3)
    assert solved.steps("thermal.generation", "mill")[:3] == pytest.approx([100, 0, 100], abs=1e-6)
    assert toys.solve(toys.changed(limited, "thermal", "mill", annual_energy=9)).objective == pytest.approx(87.6)
    more = toys.solve(toys.changed(limited, "thermal", "mill", annual_energy=0.439))
    assert more.objective - solved.objective == pytest.approx(-0.15)


def test_a_closed_plant_is_replaced_from_its_date_on() -> None:
    """Proves that a plant serves until its closing date and costs fixed O&M until then, and nothing after.

    By hand: closed on 2 July 2020. 4368 h at 100 CNY/MWh, 4392 h of import at 500: 43.68 + 219.6 = 263.28 million, and
    10 million of fixed O&M for 4368 of 8760 h, 4.98630. 2021 is all import: 438. At no year end does it stand. Without
    the date both years cost 87.6 + 10. If broken (closed with the year) 2020 would cost 97.6.
    """
    open_ = toy(plant(100, fixed_om_per_kw=100), edges=MID_YEAR, periods=(2020, 2021))
    closing = toys.changed(open_, "thermal", "mill", closing_date="2020-07-02")
    solved, without = toys.solve(closing), toys.solve(open_)
    assert without.objective == pytest.approx(2 * 97.6)
    assert solved.objective == pytest.approx(263.28 + 10 * 4368 / 8760 + 438)
    assert solved.steps("thermal.generation", "mill", 2020) == pytest.approx([100, 0], abs=1e-6)
    assert solved.steps("thermal.generation", "mill", 2021) == pytest.approx([0, 0], abs=1e-6)
    assert [solved.at("thermal.capacity", "mill", year) for year in (2020, 2021)] == [0, 0]
    assert [without.at("thermal.capacity", "mill", year) for year in (2020, 2021)] == [100, 100]


def test_the_last_day_of_a_year_is_a_closing_date_of_that_year() -> None:
    """Proves what year-end closing means: all but the last day is served, and the year end does not count the plant.

    By hand: 364 days of 24 h at 100 CNY/MWh and one day of import: 8736·100·100 + 24·100·500 = 88.56 million.
    A day later, on 1 January, the year is served in full, 87.6, and the plant stands at its end.
    """
    edges = (0, 8736, 8760)
    last = toys.solve(toy(plant(100, closing_date="2020-12-31"), edges=edges))
    after = toys.solve(toy(plant(100, closing_date="2021-01-01"), edges=edges))
    assert last.objective == pytest.approx(88.56)
    assert after.objective == pytest.approx(87.6)
    assert (last.at("thermal.capacity", "mill", 2020), after.at("thermal.capacity", "mill", 2020)) == (0, 100)


def test_must_run_output_and_minimum_hours_shrink_with_the_closing() -> None:
    """Proves that neither the given output nor the hours owed outlive the plant.

    By hand: closed on 2 July, 80 MW must-run serve 4368 h: 349.44 GWh. Of 4000 h a year 4000·4368/8760 h are owed:
    199.452 GWh at 600 instead of 500, 438 + 19.945. If the full 4000 h were owed, 438 + 40.
    """
    pinned = plant(0, operation="must_run", annual_energy=80 * 8760e-6, closing_date="2020-07-02")
    assert toys.solve(toy(pinned, edges=MID_YEAR)).objective == pytest.approx(HOUR * 500 * (100 * 8760 - 80 * 4368))
    owed = toys.solve(toy(plant(600, minimum_hours=4000, closing_date="2020-07-02"), edges=MID_YEAR))
    assert owed.objective == pytest.approx(438 + 0.1 * 400 * 4368 / 8760)
    assert owed.at("thermal.full_load_hours", "mill", 2020) == pytest.approx(4000)


def test_the_scenario_closes_reopens_and_is_refused_for_what_it_does_not_know() -> None:
    """Proves that `closing` replaces the table's date, that none lifts it, and that errors are named.

    By hand: closed on 2 July by the scenario 263.28 million, as by the table; with `none` over the table's date 87.6.
    """
    base = toy(plant(100), edges=MID_YEAR)
    dated = toys.changed(base, "thermal", "mill", closing_date="2020-07-02")

    def by_scenario(of: Toy, **dates: str) -> Toy:
        return replace(of, options={"thermal": {"closing": dates}})

    assert toys.solve(by_scenario(base, mill="2020-07-02")).objective == pytest.approx(263.28)
    assert toys.solve(by_scenario(dated, mill="none")).objective == pytest.approx(87.6)
    refused = toys.refusals(by_scenario(base, mil="2020-07-02"))
    assert "no plant 'mil'" in refused
    assert 'Did you mean "mill"?' in refused
    assert "'soon' is not a date" in toys.refusals(toys.changed(base, "thermal", "mill", closing_date="soon"))
    with pytest.raises(ValidationError, match='"2020" of mill is not a date'):
        toys.solve(by_scenario(base, mill="2020"))


SHORT = (0, 1, 2, 3, 4, 8760)


def test_ramp_limit_holds_output_back_between_short_steps() -> None:
    """Proves that output rises and falls by no more than half the rating in an hour, where steps are an hour long.

    By hand: 50 MW an hour. Before a rise to 100 MW nothing can be sold, so half of its first hour is imported; before a
    fall to 0 half of the last hour is. What is missing costs 400 CNY/MWh more. Without the limit nothing is missing.
    The steps next to the long one change by 100 MW: there 0.5/h times half of 8757 h is no limit and there is no row.
    """
    cases = {
        (0, 100, 100, 100, 100): (0, 50, 100, 100, 100),
        (100, 100, 100, 0, 0): (100, 100, 50, 0, 0),
        (0, 100, 100, 0, 0): (0, 50, 50, 0, 0),
    }
    for load, expected in cases.items():
        free = toy(plant(100), edges=SHORT, load=load)
        solved = toys.solve(toys.changed(free, "thermal", "mill", ramp_limit=0.5))
        assert solved.steps("thermal.generation", "mill") == pytest.approx(expected, abs=1e-6)
        missing = sum(load[:4]) - sum(expected[:4])
        assert solved.objective - toys.solve(free).objective == pytest.approx(HOUR * 400 * missing, rel=1e-4)
        for name in ("ramp_up", "ramp_down"):
            (place,) = [each for each in solved.program.constraints if each.name == f"thermal.{name}"]
            assert place.shape == (1, 1, 1, 3)


def test_ramps_have_duals_and_follow_the_length_of_steps() -> None:
    """Proves that the change allowed grows with the distance of the middles of two steps.

    By hand: steps of 1 and 3 h lie 2 h apart: with 0.2/h of 100 MW 40 MW. Load 0 then 100: 40 MW in the 3 h step, which
    itself lies 2 h from the next hour, where 80 MW run. A MW more of ramp saves 3·400 in the first and 400 in the next
    step: 1600 CNY. If broken (length of the later step) it would be 60 MW.
    """
    edges = (0, 1, 4, 5, 8760)
    solved = toys.solve(toy(plant(100, ramp_limit=0.2), edges=edges, load=[0, 100, 100, 100]))
    assert solved.steps("thermal.generation", "mill") == pytest.approx([0, 40, 80, 100], abs=1e-6)
    dual = solved["dual.thermal.ramp_up"].sel(thermal_plant="mill", period=2020, weather="normal")
    assert -dual.sel(timestep=1).item() == pytest.approx(HOUR * 1600, rel=1e-6)


def test_closing_is_no_ramp() -> None:
    """Proves that a plant may run in full until 24:00 of its last day: closing takes the capacity, not the ramp.

    By hand: closed on 2 January; hours around midnight at load 100: 100, 100, 0, 0. If the jump were a ramp of 0.5/h,
    the last hour could reach 50 MW only.
    """
    edges = (0, 23, 24, 25, 26, 8760)
    solved = toys.solve(toy(plant(100, ramp_limit=0.5, closing_date="2020-01-02"), edges=edges))
    assert solved.steps("thermal.generation", "mill") == pytest.approx([100, 100, 0, 0, 0], abs=1e-6)


def test_must_run_surplus_is_not_curtailed_for_free() -> None:
    """Proves that must-run output beyond the load needs another measure, and that dispatchable plant does not.

    By hand: output 80 MW, load 50 MW, export blocked. Dispatchable it runs at 50 MW, 43.8 million. Must-run there is no
    plan, until a line of 30 MW takes the rest, which must then be paid to be rid of: at a price of 0 for nothing.
    """
    blocked = toy(plant(100, capacity=80, annual_energy=80 * 8760e-6), load=50)
    pinned = toys.changed(blocked, "thermal", "mill", operation="must_run")
    assert toys.solve(blocked).objective == pytest.approx(43.8)
    assert toys.solve(pinned).outcome == "infeasible"
    opened = toys.solve(toys.changed(pinned, "grid_exchange", "grid", export_limit=30))
    assert opened.objective == pytest.approx(HOUR * 8760 * 80 * 100)
    assert opened.steps("grid_exchange.export", "grid") == pytest.approx([30])


def test_steel_gas_follows_the_steel_index() -> None:
    """Proves that must-run energy is the annual energy times the index of the year, and that the rating bounds it.

    By hand: 80 MW at index 1 (2020), 64 at 0.8 (2022), 72 between; import serves the rest of 100 MW: 20 + 28 + 36 MW.
    At an index of 1.3 it would take 104 MW of 100: refused.
    """
    gas = plant(0, operation="must_run", annual_energy=80 * 8760e-6, output_index={2020: 1, 2022: 0.8})
    solved = toys.solve(toy(gas, periods=(2020, 2021, 2022)))
    assert [solved.steps("thermal.generation", "mill", y)[0] for y in (2020, 2021, 2022)] == pytest.approx([80, 72, 64])
    assert solved.objective == pytest.approx(HOUR * 8760 * 500 * (20 + 28 + 36))
    assert "needs 104 MW all year; 100 MW is there" in toys.refusals(toy({**gas, "output_index": 1.3}))


def test_biomass_counts_as_clean_and_is_named_by_its_tag() -> None:
    """Proves that each plant is a carrier of its own besides thermal, and clean by its data.

    By hand: 100 MW of coal and 30 MW of biomass: 30/130 = 23.08 % clean, 0.03 GW of biomass, 0.13 GW of thermal. Coal
    at 100 CNY/MWh serves 100 of 120 MW; of the biomass at 297, cheaper than import at 500, 20 MW run.
    """
    biomass = plant(297, capacity=30, potential=60, fuel="biomass", clean="yes")
    tables = {**toys.imports(500), "thermal": {"coal": plant(100), "biomass": biomass}}
    metrics = {
        "clean": {
            "metric": "capacity_share",
            "carriers": ("clean",),
            "year": 2020,
            "operator": "at_least",
            "value": 1.0,
        },
        "green": {"metric": "installed_capacity", "carriers": ("biomass",), "operator": "at_least", "value": 0.03},
        "all": {"metric": "installed_capacity", "carriers": ("thermal",), "operator": "at_least", "value": 0.13},
    }
    targets = {name: {"year": 2020, "mode": "hard", **spec} for name, spec in metrics.items()}
    solved = toys.solve(Toy(tables, load=120, targets=targets))
    assert solved.measured("clean", 2020) == pytest.approx(100 * 30 / 130)
    assert solved.measured("green", 2020) == pytest.approx(0.03)
    assert solved.measured("all", 2020) == pytest.approx(0.13)
    assert solved.objective == pytest.approx(HOUR * 8760 * (100 * 100 + 20 * 297))
    assert solved.steps("thermal.generation", "biomass") == pytest.approx([20])
    more = Toy({**tables, "thermal": {"biomass": {**biomass, "capacity": 61}}}, load=120)
    assert "61 MW is above the potential of 60 MW" in toys.refusals(more)
    unknown = replace(Toy(tables, load=120), targets={"x": {**targets["green"], "carriers": ("waste_coal",)}})
    assert "nothing in the capacity ledger is 'waste_coal'" in toys.refusals(unknown)


def test_contradictions_of_a_plant_are_refused() -> None:
    """Proves that hours beyond the year or the fuel, and must-run plant without an energy, are named, not solved."""
    assert "9000 h at 100 MW is more than a year" in toys.refusals(toy(plant(minimum_hours=9000)))
    assert "than its annual energy" in toys.refusals(toy(plant(minimum_hours=5000, annual_energy=0.4)))
    assert "mill.annual_energy: missing" in toys.refusals(toy(plant(operation="must_run")))
