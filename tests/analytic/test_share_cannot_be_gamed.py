"""Every known way of raising the non-fossil share without using less fossil energy, tried and found to be none.

By hand throughout: 0.3 kgce for a kWh, a grid that is 90 % non-fossil, and a demand of 100 MW through the year, part of
which a must-run coal plant of 40 MW serves that burns 0.3 tce/MWh: 60 % unless the test says otherwise.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from pzh_energy.modeling.energy_accounts import RULES
from tests import hydrogen_toys as h2
from tests import toys
from tests.analytic.test_lithium_battery import battery
from tests.toys import HALVES, Table, Toy

SHARE = {"metric": "non_fossil_share", "year": 2020, "operator": "at_least", "value": 0.0}
DEFAULT = "substitution_consumption"


def city(**tables: Table) -> Toy:
    """Coal that must run, and what the test adds; the share is reported."""
    coal = toys.thermal(40, heat_rate=0.3, primary_energy="coal")
    return Toy({"thermal": {"plant": coal}, **toys.accounting(), **tables}, load=100, targets={"share": SHARE})


def share(toy: Toy, rule: str = DEFAULT) -> float:
    """Non-fossil share of the year [%]."""
    return float(toys.solve(toy)["energy_accounts.non_fossil_share"].sel(accounting_rule=rule, period=2020))


def test_cycling_storage_moves_the_share_under_no_rule_of_consumption() -> None:
    """By hand: a creek of 180 MW in the first half, a lossy battery of 64 % carries 60 MW into the second.

    60 MW in the second half take 93.75 MW in the first. Without the battery import serves it: 10 % of 30 MW on the
    year's average is fossil. With it 60 % by both rules of consumption: what is lost on the way counts for nothing.
    """
    creek = {"creek": toys.run_of_river(180, "wet_half")}
    lfp = {"lfp": battery(400_000, 2000, 0.64)}
    without = replace(city(run_of_river=creek, **toys.imports(500)), series={"wet_half": [1.0, 0.0]}, edges=HALVES)
    cycled = replace(without, tables={**without.tables, "lithium_battery": lfp})
    solved = toys.solve(cycled)
    assert solved.steps("lithium_battery.discharge", "lfp")[1] == pytest.approx(60)
    assert share(without) == pytest.approx(57)
    assert share(cycled) == pytest.approx(60)
    assert share(cycled, "calorific") == pytest.approx(100 * 0.12 * 60 / (0.12 * 60 + 0.3 * 40))


def test_exporting_in_one_half_and_importing_in_the_other_only_lowers_it() -> None:
    """By hand: 120 MW of creek in the first half only: 60 are exported there and 60 imported in the second.

    On the year's average 30 MW are imported, 3 of them fossil: 57 %, although the creek gives all the 60 MW needed.
    """
    line = {"grid": toys.line(300, 500, export_limit=100)}
    toy = replace(
        city(run_of_river={"creek": toys.run_of_river(120, "wet_half")}, grid_exchange=line),
        series={"wet_half": [1.0, 0.0]},
        edges=HALVES,
    )
    assert toys.solve(toy).steps("grid_exchange.export", "grid") == pytest.approx([60, 0])
    assert share(toy) == pytest.approx(57)
    assert share(replace(toy, series={"wet_half": [0.5, 0.5]})) == pytest.approx(60)


@pytest.mark.parametrize("rule", [DEFAULT, "calorific"])
def test_generating_for_export_moves_it_not_at_all(rule: str) -> None:
    """By hand: 60 MW of creek serve the city; another 200 MW are exported, and nothing changes."""
    line = {"grid": toys.line(300, 500, export_limit=200)}
    one = city(run_of_river={"creek": toys.run_of_river(60)}, grid_exchange=line)
    more = city(run_of_river={"creek": toys.run_of_river(260)}, grid_exchange=line)
    assert toys.solve(more).steps("grid_exchange.export", "grid") == pytest.approx([200])
    assert share(more, rule) == pytest.approx(share(one, rule))


def test_only_hydrogen_that_reaches_its_users_counts() -> None:
    """By hand: 7 MW of hydrogen for users; counted at 7 / 0.7 = 10 MW of electricity: (60 + 10) / 110.

    The electrolyser draws 14 MW for it; what it wastes beyond the reference does not count.
    """
    toy = city(
        run_of_river={"creek": toys.run_of_river(74)},
        electrolyzer={"ely": h2.electrolyzer(50)},
        hydrogen_demand={"users": h2.use(h2.kt(7))},
    )
    assert toys.solve(toy).steps("electrolyzer.input", "ely") == pytest.approx([14])
    assert share(toy) == pytest.approx(100 * 70 / 110)


def test_turning_hydrogen_back_into_electricity_counts_for_nothing() -> None:
    """By hand: users go without nothing, and a fuel cell of 5 MW takes 10 MW of hydrogen from 20 MW of electricity.

    It must run here because the creek fails in the second half: 60 MW of demand, of which the cell gives 5; the rest is
    imported. Import on the year's average is 27.5 MW, 2.75 fossil: 57.25 %, as if the 5 MW came from anywhere.
    """
    toy = replace(
        city(
            run_of_river={"creek": toys.run_of_river(200, "wet_half")},
            electrolyzer={"ely": h2.electrolyzer(50)},
            hydrogen_storage={"store": h2.store(1e6)},
            fuel_cell={"cell": h2.fuel_cell(5)},
            **toys.imports(500),
        ),
        series={"wet_half": [1.0, 0.0]},
        edges=HALVES,
    )
    solved = toys.solve(toy)
    assert solved.steps("fuel_cell.generation", "cell")[1] == pytest.approx(5)
    assert share(toy) == pytest.approx(57.25)


def test_more_demand_served_without_coal_does_raise_it() -> None:
    """By hand, so that the tests above could fail: 200 MW of demand, still 40 MW of coal: 160 / 200."""
    toy = replace(city(run_of_river={"creek": toys.run_of_river(160)}), load=200)
    assert share(toy) == pytest.approx(80)
    assert set(RULES) == {DEFAULT, "grid_mix", "substitution_production", "calorific"}
