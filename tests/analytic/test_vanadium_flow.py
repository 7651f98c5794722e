"""Stack and electrolyte sized apart, bounds of duration, vanadium supply and residual value, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests import toys
from tests.toys import Cell, Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""
UNIT = 1e-4 / 2
"""Million CNY for the half year of service that one MW or MWh gives in the year it is built at 1 CNY/kW or CNY/kWh,
over ten years without interest."""


def battery(stack: float = 0, energy: float = 0, **more: Cell) -> dict[str, Cell]:
    """A flow battery without losses; 1 CNY/kW and 1 CNY/kWh, ten years; as much as pays may be built."""
    out: dict[str, Cell] = {"bus": "city", "round_trip_efficiency": 1, "vanadium_content": 5, "vanadium_source": "none"}
    for prefix, existing in (("stack_", stack), ("energy_", energy)):
        standing = {"existing_capacity": existing, "existing_year": 2000, "existing_until": 2100}
        money = {"capex": 1, "lifetime": 10, "fixed_om": 0}
        out |= {prefix + name: value for name, value in {**standing, **money}.items()}
    return {**out, **more}


def surplus(pattern: Sequence[tuple[int, float, float]], production: float = 1e6, **cells: Cell) -> Toy:
    """Steps of (hours, free river power, load) at the start of the year, then nothing; import at 500 CNY/MWh."""
    edges = [0]
    for hours, _, _ in pattern:
        edges.append(edges[-1] + hours)
    river = [mw for _, mw, _ in pattern]
    tables = {
        **toys.imports(500),
        "run_of_river": {"creek": toys.run_of_river(max(river), "water")},
        "vanadium_flow": {"vfb": battery(**cells)},
        "vanadium_supply": {"works": {"production": production, "local_share": 1}},
    }
    series = {"water": [mw / max(river) for mw in [*river, 0]]}
    return Toy(tables, load=[*(mw for _, _, mw in pattern), 0], series=series, edges=(*edges, 8760))


LONG = ((8, 10, 0), (8, 0, 10))
"""10 MW of surplus for 8 h, then 10 MW of load for 8 h."""
SHORT = ((2, 10, 0), (2, 0, 10), (2, 10, 0), (2, 0, 10))
"""The same power in two cycles of 2 h."""


def built(solved: toys.Solved) -> tuple[float, float]:
    """Stack [MW] and electrolyte [MWh] built in 2020."""
    return (
        solved.at("vanadium_flow.new_stack_capacity", "vfb", 2020),
        solved.at("vanadium_flow.new_energy_capacity", "vfb", 2020),
    )


def test_stack_follows_the_power_and_electrolyte_the_energy() -> None:
    """Proves that both capacities are sized for what each is needed for.

    By hand: half of what is built in the year serves in it, so 10 MW need a stack of 20 MW. The long pattern carries
    80 MWh and needs 160 MWh of electrolyte: (20 + 160)·0.00005 = 0.009 million, against 0.04 of import. The short one
    carries 20 MWh twice: 40 MWh, 0.003 million against 0.02. If broken (one capacity) both would get the same hours.
    """
    long, short = toys.solve(surplus(LONG)), toys.solve(surplus(SHORT))
    assert built(long) == pytest.approx((20, 160))
    assert built(short) == pytest.approx((20, 40))
    assert long.objective == pytest.approx(180 * UNIT)
    assert short.objective == pytest.approx(60 * UNIT)
    off = replace(surplus(LONG), options={"vanadium_flow": {"enabled": False}})
    assert toys.solve(off).objective == pytest.approx(HOUR * 80 * 500)


def test_dear_electrolyte_is_not_built_for_few_cycles() -> None:
    """Proves that the energy is built only if its cycles pay for it.

    By hand: at 6 CNY/kWh a MWh built costs 300 CNY in its half year and carries 0.5 MWh a cycle, 250 CNY saved: one
    cycle does not pay, two do (500). If broken (cycles not counted) both would decide alike.
    """
    assert built(toys.solve(surplus(LONG, energy_capex=6))) == pytest.approx((0, 0), abs=1e-6)
    assert built(toys.solve(surplus(SHORT, energy_capex=6))) == pytest.approx((20, 40))


def test_least_duration_asks_for_more_electrolyte() -> None:
    """Proves the lower bound of the duration.

    By hand: the short pattern needs 20 MW and 40 MWh, 2 h. A least duration of 5 h asks for 100 MWh with it: 60 MWh
    more, 0.003 million. If broken (row forgotten) nothing would change.
    """
    free, bound = toys.solve(surplus(SHORT)), toys.solve(surplus(SHORT, minimum_duration=5))
    assert built(bound) == pytest.approx((20, 100))
    assert bound.objective - free.objective == pytest.approx(60 * UNIT)
    # a MW of stack more would need 5 MWh: the row's price is what a MWh of electrolyte costs
    assert abs(bound.at("dual.vanadium_flow.duration_at_least", "vfb", 2020)) == pytest.approx(UNIT)


def test_largest_duration_asks_for_more_stack() -> None:
    """Proves the upper bound of the duration.

    By hand: the long pattern needs 20 MW and 160 MWh, 8 h. At most 4 h ask for a stack of 40 MW: 20 MW more, 0.001
    million; one MWh more allowed saves a quarter of a MW. If broken (row forgotten) nothing would change.
    """
    free, bound = toys.solve(surplus(LONG)), toys.solve(surplus(LONG, maximum_duration=4))
    assert built(bound) == pytest.approx((40, 160))
    assert bound.objective - free.objective == pytest.approx(20 * UNIT)
    assert abs(bound.at("dual.vanadium_flow.duration_at_most", "vfb", 2020)) == pytest.approx(UNIT / 4)


def test_vanadium_supply_limits_the_electrolyte_at_a_price() -> None:
    """Proves that electrolyte takes vanadium from its source only, and that a tonne more has the price by hand.

    By hand: 40 t a year at 5 t/MWh allow 8 MWh. A MWh built carries 0.5 MWh, saves 250 CNY and costs 50 CNY and 1/8 MW
    of stack, 6.25 CNY: 193.75 CNY in 5 t, 38.75 CNY/t. The cost is 80 MWh of import less 8 times 193.75. From a market
    (`none`) 160 MWh are built. If broken (content not counted) 40 MWh would be built.
    """
    local = toys.solve(surplus(LONG, 40, vanadium_source="works"))
    assert built(local) == pytest.approx((1, 8))
    assert local.objective == pytest.approx(HOUR * 80 * 500 - 8 * 193.75e-6)
    assert abs(local.at("dual.vanadium_flow.vanadium_supply", "works", 2020)) == pytest.approx(38.75e-6)
    assert local.at("vanadium_flow.vanadium_bound", "vfb", 2020) == pytest.approx(40)
    more = toys.solve(surplus(LONG, 41, vanadium_source="works"))
    assert local.objective - more.objective == pytest.approx(38.75e-6)
    assert built(toys.solve(surplus(LONG, 40))) == pytest.approx((20, 160))


def test_vanadium_of_several_years_adds_up_between_periods() -> None:
    """Proves that a period gets the supply of the years since the one before, at its own share.

    By hand: 40 t a year, all of it in 2020 and half of it in 2025: 40 t in 2020 and 5·20 = 100 t by 2025, of which
    8 and 20 MWh are made. If broken (one year each) 2025 would get 4 MWh.
    """
    toy = surplus(LONG, 40, vanadium_source="works")
    toy = toys.changed(toy, "vanadium_supply", "works", local_share={2020: 1, 2025: 0.5})
    solved = toys.solve(replace(toy, periods=(2020, 2025)))
    assert built(solved)[1] == pytest.approx(8)
    assert solved.at("vanadium_flow.vanadium_taken", "vfb", 2025) == pytest.approx(100)
    assert solved.at("vanadium_flow.vanadium_bound", "vfb", 2025) == pytest.approx(140)


def test_batteries_share_one_source() -> None:
    """Proves that the supply is that of all batteries fed by it.

    By hand: two batteries and 40 t: 8 MWh in all. With a source each they make 16 MWh. If broken (a limit each) both
    would make 16.
    """
    toy = surplus(LONG, 40, vanadium_source="works")
    both = {"vfb": battery(vanadium_source="works"), "second": battery(vanadium_source="works")}
    apart = {**both, "second": battery(vanadium_source="mine")}
    works = {"production": 40, "local_share": 1}
    shared = toys.solve(replace(toy, tables={**toy.tables, "vanadium_flow": both}))
    own = {**toy.tables, "vanadium_flow": apart, "vanadium_supply": {"works": works, "mine": works}}
    separate = toys.solve(replace(toy, tables=own))
    assert float(shared["vanadium_flow.new_energy_capacity"].sum()) == pytest.approx(8)
    assert float(separate["vanadium_flow.new_energy_capacity"].sum()) == pytest.approx(16)


def test_residual_value_lowers_the_annuity() -> None:
    """Proves that what the electrolyte is worth after its life enters the annuity, discounted, and nothing else.

    By hand: 100 MWh committed, 1000 CNY/kWh, 10 years, 10 % interest: 0.1 / (1 − 1.1^−10) = 0.162745 at the end of each
    year, 0.162745 / 1.05 = 0.154995 for a year of service, half of it in the first. With a residual of 400 CNY/kWh the
    cost is 1000 − 400/1.1^10 = 845.783 CNY/kWh: 6.5546 million; without it 7.7498. Half a year of fixed O&M of 2 % is 1
    million in both. If broken (not discounted) it would be 4.6499.
    """
    cells = {"energy_capex": 1000, "energy_residual_value": 400, "energy_fixed_om": 2, "energy_max_build": 0}
    committed = {"energy_committed_build": {2020: 100}, "stack_committed_build": {2020: 10}}
    toy = replace(surplus(LONG, **cells, **committed), discount_rate=0.1)
    factor = 0.1 / (1 - 1.1**-10) / 1.05 / 2
    kept = toys.solve(toy)
    lost = toys.solve(toys.changed(toy, "vanadium_flow", "vfb", energy_residual_value=0))
    assert kept.cost("energy_capacity_annuity") == pytest.approx(100 * (1 - 0.4 / 1.1**10) * factor)
    assert lost.cost("energy_capacity_annuity") == pytest.approx(100 * factor)
    assert kept.cost("energy_capacity_fixed_om") == pytest.approx(1)
    assert lost.cost("energy_capacity_fixed_om") == pytest.approx(1)


@pytest.mark.parametrize(("stack", "outcome"), [(30, "optimal"), (29.9, "infeasible")])
def test_both_directions_share_the_stack(stack: float, outcome: str) -> None:
    """Proves that charge and discharge together stay within the stack, in every step.

    By hand: 10 MW that must run and no load can only be lost: with a round trip of 0.5 the charge is 20 MW and the
    discharge 10 MW all year, 30 MW of stack. With 29.9 MW it cannot be. If broken (a limit each way) 20 MW would do.
    """
    more = {"round_trip_efficiency": 0.5, "stack_max_build": 0, "energy_max_build": 0}
    tables = {
        "thermal": {"plant": toys.thermal(10)},
        "vanadium_flow": {"vfb": battery(stack, 100, **more)},
        "vanadium_supply": {},
    }
    assert toys.solve(Toy(tables)).outcome == outcome


def test_flow_battery_has_its_own_losses() -> None:
    """Proves that the round trip is split evenly between both ways.

    By hand: 10 MW for 8 h and 0.64 back: 80 MWh taken, 64 MWh stored, 51.2 given. Enough stack and electrolyte stand;
    28.8 MWh are imported at 500. Without losses nothing. If broken (loss once) 64 would be given.
    """
    some = {"stack": 100, "energy": 1000, "stack_max_build": 0, "energy_max_build": 0}
    lossy = toys.solve(surplus(LONG, round_trip_efficiency=0.64, **some))
    assert lossy.objective == pytest.approx(HOUR * 500 * 28.8)
    assert max(lossy.steps("vanadium_flow.storage_level", "vfb")) == pytest.approx(64)
    assert toys.solve(surplus(LONG, **some)).objective == pytest.approx(0, abs=1e-9)


def test_durations_that_leave_no_room_are_refused() -> None:
    """Proves that a least duration above the largest one is refused with its place."""
    message = toys.refusals(surplus(LONG, minimum_duration=6, maximum_duration=4))
    assert "vanadium_flow.csv vfb.minimum_duration" in message


def test_unknown_source_of_vanadium_is_refused() -> None:
    """Proves that a source nobody states is refused with the names there are."""
    message = toys.refusals(surplus(LONG, vanadium_source="work"))
    assert "vanadium_flow.csv vfb.vanadium_source" in message
    assert "works" in message
