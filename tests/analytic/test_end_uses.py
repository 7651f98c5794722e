"""End uses: useful service, what limits an option, what it draws and posts, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import toys
from tests.end_use_toys import option, service, tables, toy
from tests.hydrogen_toys import electrolyzer
from tests.toys import Toy

HALF_DAYS = tuple(range(0, 8761, 12))
JULY = (0, 181 * 24, 8760)
"""Two steps: January to June, July to December."""


def fuel(solved: toys.Solved, *tags: str) -> float:
    """Fuel of the first year with all these tags [ktce/yr]."""
    return float(solved.results.amount(solved.results.ledger("fuel", *tags))[0])


def carbon(solved: toys.Solved, *tags: str) -> float:
    """Signed carbon dioxide of the first year with all these tags [kt/yr]."""
    return sum(float(e.sign * solved.results.amount([e])[0]) for e in solved.results.ledger("co2", *tags))


@pytest.mark.parametrize(("need", "served", "cost"), [(1, 30, 85), (3, 0, 100)])
def test_an_option_serves_what_it_can_where_it_pays(need: float, served: float, cost: float) -> None:
    """Proves the equality of useful service and the limit of what is in operation.

    By hand: 100 ktce of coal cost 100 million. 30 ktce of electric boilers at 1 MWh/tce and 500 CNY/MWh serve for 0.5
    instead of 1 million per ktce: 70 + 15 = 85, and one more ktce of boilers would save 0.5. At 3 MWh/tce they would
    cost 1.5 and stand idle. If broken (no limit) all 100 would be served, for 50.
    """
    solved = toys.solve(toy({"electric": option(30, specific_need=need)}))
    assert solved.objective == pytest.approx(cost)
    assert solved.at("end_uses.served", "electric", 2020) == pytest.approx(served)
    assert solved.at("end_uses.fuel_use", "boilers", 2020) == pytest.approx(100 - served)
    assert solved.at("dual.end_uses.service_balance", "boilers", 2020) == pytest.approx(1.0)
    assert solved.at("dual.end_uses.service_limit", "electric", 2020) == pytest.approx(-0.5 if served else 0.0)
    energy = solved.results.energy_twh(solved.results.ledger("electricity", "end_use", "electrified"))
    assert float(energy[0]) == pytest.approx(served * need * 1e-3)


def test_nothing_is_served_twice_however_much_serving_earns() -> None:
    """Proves that an option draws energy only while fuel is really replaced: there is no way to dump.

    By hand: two options of 80 ktce each earn 2 and 1 million for each ktce served, beyond their electricity (0.5). The
    service asks for 100: the first serves 80, the second 20, no fuel is left. 80·(0.5 − 2) + 20·(0.5 − 1) = −130. If
    broken (an inequality) both would run in full: 80·(−1.5) + 80·(−0.5) = −160, and 160 GWh would be drawn.
    """
    solved = toys.solve(toy({"first": option(80, other_cost=-2000), "second": option(80, other_cost=-1000)}))
    assert solved.objective == pytest.approx(-130)
    assert solved.steps("grid_exchange.import", "grid") == pytest.approx([1e5 / 8760])
    assert solved.at("end_uses.fuel_use", "boilers", 2020) == pytest.approx(0, abs=1e-6)


def test_the_ramp_holds_an_option_that_pays() -> None:
    """Proves that no more is built in a year than `max_build`, and that half of it serves in its year.

    By hand: years 2020 to 2022, 10 ktce/yr may be added each year for 0.1 a year; serving saves 0.5. In operation are
    5, 15, 25 ktce: savings 0.5·45 = 22.5; annuities, which follow service, 0.1·45 = 4.5. Cost 300 − 22.5 + 4.5. If
    broken (no ramp) 100 would be built at once.
    """
    solved = toys.solve(replace(toy({"electric": option(max_build=10)}), periods=(2020, 2021, 2022)))
    served = [solved.at("end_uses.served", "electric", year) for year in (2020, 2021, 2022)]
    assert served == pytest.approx([5, 15, 25])
    assert solved.objective == pytest.approx(300 - 22.5 + 4.5)


@pytest.mark.parametrize(("potential", "growth", "standing"), [(12, 9, [10, 12]), (100, 0.5, [4, 10])])
def test_potential_and_growth_hold_an_option_that_pays(potential: float, growth: float, standing: list[float]) -> None:
    """Proves that capacity stays below its potential and grows no faster than its limit.

    By hand: 10 ktce may be built in 2020 and 100 in 2021. With a potential of 12 two of them are left for 2021. With a
    growth limit of one half and a seed of 4 on 4 standing ones: 4·1.5 + 4 = 10 in 2021 (the first year is not
    limited, and building is allowed from 2021). If broken the second year would hold 110.
    """
    limited = growth < 1
    cells: dict[str, toys.Cell] = {"potential": potential, "max_build": 10 if not limited else 100}
    if limited:
        cells |= {"growth_limit": growth, "growth_seed": 4, "first_year": 2021}
    solved = toys.solve(replace(toy({"electric": option(4 if limited else 0, **cells)}), periods=(2020, 2021, 2022)))
    found = [solved.at("end_uses.capacity", "electric", year) for year in (2020, 2021)]
    assert found == pytest.approx(standing)


def test_capacity_that_would_not_pay_is_not_built() -> None:
    """Proves that investment is paid for.

    By hand: half a year's service saves 0.25 million per ktce. Half an annuity of 0.6 is more, one of 0.4 is less: 10
    ktce then save 10·(0.25 − 0.2).
    """
    dear = toys.solve(toy({"electric": option(max_build=10, capex=6000)}))
    cheap = toys.solve(toy({"electric": option(max_build=10, capex=4000)}))
    assert dear.objective == pytest.approx(100)
    assert cheap.objective == pytest.approx(100 - 10 * (0.25 - 0.2))


def test_no_more_carbon_is_captured_than_fuel_is_left() -> None:
    """Proves the limit of capture where another option takes the fuel away.

    By hand, at 100 CNY/t: coal costs 1.2 million per ktce, so 60 ktce of electric boilers at 0.5 serve. Of the 40
    left, capture takes 0.9·2 = 1.8 t/tce for 0.1·1.8·500 = 90 CNY/tce and saves 180. Cost 40·1.2 + 60·0.5 −
    40·0.09 = 74.4; captured 72 kt of 80. Capture has 100 standing: if broken it would run in full, for 69.
    """
    options = {"electric": option(60), "scrubber": option(100, "capture", replacement=0.9)}
    priced = replace(toy(options), tables={**tables(options), "carbon_price": {"city": {"price": 100}}})
    solved = toys.solve(priced)
    assert solved.objective == pytest.approx(74.4)
    assert solved.at("end_uses.served", "scrubber", 2020) == pytest.approx(40)
    assert (carbon(solved, "energy"), carbon(solved, "captured")) == pytest.approx((80, -72))
    assert solved.at("dual.end_uses.capture_limit", "boilers", 2020) == pytest.approx(-0.09)
    free = toys.solve(toy(options))
    assert free.at("end_uses.served", "scrubber", 2020) == pytest.approx(0, abs=1e-9)


def test_half_a_replacement_leaves_half_the_fuel() -> None:
    """Proves that a plug-in hybrid replaces only its share, and draws only for that.

    By hand: 40 ktce served with a replacement of 0.5 save 20 ktce of coal and take 20·1 MWh/tce·500 = 10 million:
    80 + 10 = 90.
    """
    solved = toys.solve(toy({"hybrid": option(40, replacement=0.5)}))
    assert solved.objective == pytest.approx(90)
    assert solved.at("end_uses.replaced", "hybrid", 2020) == pytest.approx(20)
    assert solved.at("end_uses.electricity_use", "hybrid", 2020) == pytest.approx(20)


def test_a_saving_takes_nothing() -> None:
    """Proves that a carrier of `none` saves fuel at its own cost alone: by hand 90 + 10·0.2."""
    solved = toys.solve(toy({"insulation": option(10, "none", other_cost=200)}))
    assert solved.objective == pytest.approx(92)
    assert not solved.results.ledger("electricity", "end_use")


def test_another_fuel_is_posted_and_paid_for_as_itself() -> None:
    """Proves the fuel and carbon accounts of an option that burns another fuel.

    By hand: gas costs 2000, straw 100 CNY/tce. 30 ktce of straw boilers at 1.2 tce/tce serve: 36 ktce for 3.6 million,
    70 of coal: 73.6; carbon 140 kt. With nothing but 20 ktce of gas boilers at 0.25 tce/tce: 5 ktce for 10 million
    and 80 of coal: 90; carbon 160 + 5.
    """
    straw = toys.solve(toy({"straw_boiler": option(30, "straw", fuel_need=1.2)}))
    assert straw.objective == pytest.approx(73.6)
    assert (fuel(straw, "coal"), fuel(straw, "fossil"), fuel(straw, "non_fossil")) == pytest.approx((70, 70, 36))
    assert carbon(straw, "energy") == pytest.approx(140)
    gas = toys.solve(toy({"gas_boiler": option(20, "gas", fuel_need=0.25)}))
    assert gas.objective == pytest.approx(90)
    assert (fuel(gas, "coal"), fuel(gas, "gas"), fuel(gas, "fossil")) == pytest.approx((80, 5, 85))
    assert (carbon(gas, "coal"), carbon(gas, "gas")) == pytest.approx((160, 5))
    assert fuel(gas, "gas", "industry", "boilers") == pytest.approx(5)


def test_feedstock_stays() -> None:
    """Proves that feedstock cannot be replaced, and stands apart in the account of fuel.

    By hand: 40 % of 100 ktce are feedstock. Two options of 60 and 30 ktce together find 60 to replace: 40 of coal,
    60·0.5 = 30 million: 70. If broken (no lower bound) 90 would be replaced, for 55.
    """
    options = {"first": option(60, potential=60), "second": option(30, potential=60)}
    solved = toys.solve(toy(options, feedstock_share=0.4))
    assert solved.objective == pytest.approx(70)
    assert fuel(solved, "coal", "feedstock") == pytest.approx(40)
    assert fuel(solved, "coal") == pytest.approx(40)
    assert carbon(solved, "energy", "coal") == pytest.approx(80)


def test_a_load_follows_its_months() -> None:
    """Proves the shape of a load by month, and that groups add up on the bus.

    By hand: 43.8 ktce at 1 MWh/tce are 43.8 GWh, 5 MW on average. Flat they draw 5 MW always; by a profile of January
    to June alone 43800/4344 = 10.083 MW there and nothing later. Both together: 15.083 and 5 MW.
    """
    seasonal = {"curing": option(43.8, monthly_profile="spring")}
    both = {**seasonal, "electric": option(43.8)}
    months = {"spring": [1.0] * 6 + [0.0] * 6}
    drawn = [
        toys.solve(replace(toy(options), edges=JULY, monthly=months)).steps("grid_exchange.import", "grid")
        for options in (seasonal, both)
    ]
    assert drawn[0] == pytest.approx([43800 / 4344, 0], abs=1e-6)
    assert drawn[1] == pytest.approx([43800 / 4344 + 5, 5])


@pytest.mark.parametrize(("share", "night"), [(0.0, 0.0), (0.25, 2.5), (1.0, 10.0)])
def test_what_follows_the_tariff_is_charged_when_it_is_cheap(share: float, night: float) -> None:
    """Proves the blend of the users' own hours and those of the tariff.

    By hand: 43.8 GWh, 5 MW on average. On their own users charge in the second half of the day (10 MW), by the tariff
    in the first: a share of 0.25 takes 2.5 MW there and leaves 7.5 MW. The cost is the same, import being flat.
    """
    profiles = {"evening": [0.0] * 12 + [1.0] * 12, "valley": [3.0] * 12 + [0.0] * 12}
    cells: dict[str, toys.Cell] = {"hourly_profile": "evening", "managed_profile": "valley", "managed_share": share}
    charged = replace(toy({"cars": option(43.8, **cells)}), edges=HALF_DAYS, hourly=profiles)
    drawn = toys.solve(charged).steps("grid_exchange.import", "grid")
    assert drawn[:2] == pytest.approx([night, 10 - night], abs=1e-6)
    assert drawn[-2:] == pytest.approx([night, 10 - night], abs=1e-6)


def test_load_that_finds_no_power_makes_room_for_fuel() -> None:
    """Proves that the mean load of a group binds service to the power there is.

    By hand: 100 ktce at 8.76 MWh/tce would draw 100 MW; the line brings 25. So 25 ktce are served, for
    25·8.76·50e-3 = 10.95 million at 50 CNY/MWh, and 75 burnt: 85.95.
    """
    options = {"electric": option(100, specific_need=8.76)}
    limited = Toy({**tables(options), **toys.imports(50, import_limit=25)})
    solved = toys.solve(limited)
    assert solved.objective == pytest.approx(85.95)
    assert solved.at("end_uses.mean_load", "electricity_boilers", 2020) == pytest.approx(25)
    # a MW more would spare 1 ktce (1 million) and cost 0.438 million
    assert abs(solved.at("dual.end_uses.group_load", "electricity_boilers", 2020)) == pytest.approx(1.0)


def test_network_cost_is_paid_by_the_unit_of_electricity() -> None:
    """Proves that the network costs 150 CNY/MWh on what is drawn: by hand 70 + 30·(0.5 + 0.15) = 89.5."""
    solved = toys.solve(toy({"electric": option(30, network_cost=150)}))
    assert solved.objective == pytest.approx(89.5)
    assert solved.cost("end_uses.running") == pytest.approx(4.5)


def test_hydrogen_is_drawn_evenly_from_its_bus() -> None:
    """Proves the load of an option on hydrogen.

    By hand: 8.76 ktce at 1 MWh/tce are 1 MW of hydrogen all year, 2 MW of electricity at an efficiency of one half:
    2·8760·500 = 8.76 million in place of as much coal. With coal at 1000 that is a tie: an other_cost of −100 makes
    it serve: 91.24 + 8.76 − 0.876.
    """
    options = {"furnace": option(8.76, "hydrogen", other_cost=-100)}
    solved = toys.solve(Toy({**tables(options), "electrolyzer": {"plant": electrolyzer(10)}}, edges=toys.HALVES))
    assert solved.objective == pytest.approx(100 - 0.876)
    assert solved.steps("electrolyzer.input", "plant") == pytest.approx([2, 2])
    (drawn,) = solved.results.ledger("hydrogen", "consumption", "end_use")
    assert drawn.sign == -1
    assert solved.at("end_uses.hydrogen_use", "furnace", 2020) == pytest.approx(8.76)


def test_tags_say_what_a_load_and_a_fuel_are_for() -> None:
    """Proves the words that targets read: charging of land transport, industry's value, each service by its name."""
    options = {"trucks": option(10, service="haulage", potential=50), "electric": option(10)}
    road = service(50, sector="transport", land_transport="yes")
    services = {"boilers": service(industrial_value_added="yes"), "haulage": road}
    solved = toys.solve(Toy(tables(options, services)))
    energy = solved.results.energy_twh(solved.results.ledger("electricity", "consumption", "end_use", "ev_charging"))
    assert float(energy[0]) == pytest.approx(10e-3)
    assert fuel(solved, "land_transport") == pytest.approx(40)
    assert fuel(solved, "industrial_value_added", "industry", "boilers", "coal") == pytest.approx(90)
    assert fuel(solved, "fossil") == pytest.approx(130)


def test_processes_and_sinks_are_posted_as_given() -> None:
    """Proves that a process sets free what its table says, and that a sink takes up, on the line between two years."""
    processes = {
        "kiln": {"kind": "process", "emission": {2020: 100, 2030: 200}},
        "trees": {"kind": "sink", "emission": 30},
    }
    solved = toys.solve(replace(Toy(tables({"electric": option()}, processes=processes)), periods=(2020, 2025)))
    found = solved.results.ledger("co2", "process")
    assert solved.results.amount(found).values.tolist() == pytest.approx([100, 150])
    assert carbon(solved, "sink") == pytest.approx(-30)
    assert carbon(solved, "energy") == pytest.approx(200)


def test_the_reference_may_move_with_the_years() -> None:
    """Proves that service follows its path: by hand 100 and 120 ktce, 30 of them served: 85 + 105."""
    moving = Toy(tables({"electric": option(30)}, {"boilers": service({2020: 100, 2021: 120})}), periods=(2020, 2021))
    solved = toys.solve(moving)
    assert solved.objective == pytest.approx(190)


def test_services_without_any_option_burn_their_reference() -> None:
    """Proves that an empty table of options is legal: by hand 100 million for 100 ktce."""
    solved = toys.solve(toy({}))
    assert solved.objective == pytest.approx(100)
    assert fuel(solved, "coal") == pytest.approx(100)


REFUSED = [
    ({"service": "boiler"}, "electric.service: unknown 'boiler'. Did you mean \"boilers\""),
    ({"carrier": "electrcity"}, "electric.carrier: unknown 'electrcity'. Did you mean \"electricity\""),
    ({"bus": "town"}, "electric.bus: unknown 'town'"),
    ({"bus": "none"}, "electric.bus: electricity needs the bus that carries the load. Write one of: city"),
    ({"potential": 101}, "electric.potential: 101 ktce/yr is above the 100 ktce/yr there are of boilers"),
    ({"carrier": "coal", "fuel_need": 1}, "electric.carrier: replaces coal by itself. Write none for a saving"),
    ({"carrier": "none"}, "electric.specific_need: says nothing of an option with carrier none. Drop the row."),
    ({"specific_need": 0}, "electric.specific_need: missing or zero, and electricity is taken"),
    ({"fuel_need": 1}, "electric.fuel_need: says nothing of an option with carrier electricity"),
    ({"hourly_profile": "evening"}, "electric.hourly_profile: no hourly profile 'evening'"),
    ({"managed_profile": "valley"}, "electric.managed_profile: no hourly profile 'valley'"),
    ({"monthly_profile": "spring"}, "electric.monthly_profile: no monthly profile 'spring'"),
]


@pytest.mark.parametrize(("cells", "what"), REFUSED)
def test_an_option_that_makes_no_sense_is_refused(cells: dict[str, toys.Cell], what: str) -> None:
    assert f"end_use_options.csv {what}" in toys.refusals(toy({"electric": {**option(), **cells}}))


def test_what_only_electricity_has_is_refused_of_others() -> None:
    text = toys.refusals(toy({"saving": option(0, "none", network_cost=150, hourly_profile="evening")}))
    assert "saving.network_cost: says nothing of an option with carrier none: only electricity has it." in text
    assert "saving.hourly_profile" in text


def test_a_service_that_makes_no_sense_is_refused() -> None:
    def refused(name: str = "boilers", **cells: toys.Cell) -> str:
        return toys.refusals(Toy(tables({}, {name: {**service(), **cells}})))

    assert "end_uses.csv boilers.fuel: unknown 'cole'. Did you mean \"coal\"" in refused(fuel="cole")
    assert "reference_energy: -1 is below 0 ktce/yr" in refused(reference_energy=-1)
    assert "feedstock_share: 1.1 is above 1" in refused(feedstock_share=1.1)
    assert "boilers.sector: 'industri' is not allowed. Did you mean \"industry\"" in refused(sector="industri")
    assert "end_uses.csv fossil: is a word that tags use already" in refused("fossil")


def test_feedstock_lowers_the_potential() -> None:
    text = toys.refusals(toy({"electric": option(potential=61)}, feedstock_share=0.4))
    assert "61 ktce/yr is above the 60 ktce/yr there are of boilers" in text


def test_demand_that_contains_the_options_already_is_refused() -> None:
    """Proves that nothing is counted twice: refused with an electric option, accepted once it can do nothing."""
    user = {"bus": "city", "load_series": "one", "base_energy": 1, "base_year": 2020, "growth": 0}
    demand = {"users": {**user, "contains_electrification": "yes"}}
    refused = toys.refusals(Toy(tables({"electric": option()}, electricity_demand=demand)))
    assert "users.contains_electrification: the path is said to hold the electricity of electric" in refused
    saving = toys.solve(Toy(tables({"electric": option(potential=0)}, electricity_demand=demand)))
    assert saving.objective == pytest.approx(100 + 500)


@pytest.mark.parametrize(
    ("array", "failed"),
    [
        ("ledger.fuel.end_uses.fuel_boilers", "fuel used and replaced is the reference"),
        ("ledger.electricity.end_uses.load_electricity_boilers", "electricity drawn is what serving needs"),
    ],
)
def test_the_audit_notices_an_account_that_is_off(array: str, failed: str) -> None:
    """Proves that the audit can fail: one per mille more fuel or load in the books, and it says which."""
    solved = toys.solve(toy({"electric": option(30)}))
    results = solved.results
    wrong = replace(results, data=results.data.assign({array: results[array] * 1.001}))
    technology = solved.assembled.technologies["end_uses"]
    checks = {c.name: c.passed for c in technology.audit(solved.assembled.system, results)}
    assert all(checks.values())
    found = [c.name for c in technology.audit(solved.assembled.system, wrong) if not c.passed]
    assert len(found) == 1 and failed in found[0]
