"""Green hydrogen as a share and as an amount: what it costs, and that no detour meets it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests import toys
from tests.hydrogen_toys import FIRST_HALF, HALF_MONTHS, byproduct, electrolyzer, fuel_cell, kt, store, use
from tests.toys import Table, Toy

CHEAP, GREEN = 10.0, 33.33
"""CNY/kg of by-product hydrogen and of electrolysis at 500 CNY/MWh."""


def asked(metric: str, value: float, **more: Any) -> dict[str, dict[str, Any]]:
    """One target of 2020, hard unless said otherwise."""
    said = {"metric": metric, "year": 2020, "operator": "at_least", "value": value, "mode": "hard"}
    return {"green": {**said, **more}}


def chain(
    targets: dict[str, dict[str, Any]] | None = None, tables: dict[str, Table] | None = None, penalty: float = 1000
) -> Toy:
    """1 kt a year, by-product hydrogen for 10 CNY/kg or electrolysis for 33.33."""
    own: dict[str, Table] = {
        **toys.imports(500),
        "electrolyzer": {"plant": electrolyzer(100)},
        "byproduct_hydrogen": {"works": byproduct(5, CHEAP)},
        "hydrogen_demand": {"users": use(1, penalty=penalty)},
    }
    return Toy({**own, **(tables or {})}, targets=targets)


def test_a_green_share_reverses_the_merit_order_at_the_difference_in_cost() -> None:
    """Proves the share, its cost, and its dual by hand and by finite difference.

    By hand: 40 % of 1 kt from electrolysis: 0.4·33.33 + 0.6·10 = 19.332 million against 10 without. A MWh more of green
    hydrogen costs 23.33/33.33 CNY/kWh = 700 CNY (699.97), a point more of the share 0.2333 million.
    If broken (share of production of a year with losses, or kg for MWh) the dual would differ.
    """
    free, held = toys.solve(chain()), toys.solve(chain(asked("green_hydrogen_share", 40)))
    assert free.objective == pytest.approx(CHEAP)
    assert held.objective == pytest.approx(0.4 * GREEN + 0.6 * CHEAP)
    assert held.measured("green", 2020) == pytest.approx(40)
    dual = held.at("dual.target_green.requirement", 2020)
    assert dual == pytest.approx(1e-6 * (GREEN - CHEAP) / 33.33e-3)
    more = toys.solve(chain(asked("green_hydrogen_share", 41)))
    assert more.objective - held.objective == pytest.approx(dual * 333.3)


def test_a_green_volume_is_counted_in_kilotonnes() -> None:
    """Proves the amount and its dual: 0.4 kt cost the same as 40 % of 1 kt, and a share above it is not needed.

    By hand: 0.4·33.33 + 0.6·10 = 19.332 million; a kt more 23.33 million. If broken (MWh or TWh for kt) it could not be
    met, or would cost nothing.
    """
    held = toys.solve(chain(asked("green_hydrogen_volume", 0.4)))
    assert held.objective == pytest.approx(0.4 * GREEN + 0.6 * CHEAP)
    assert held.measured("green", 2020) == pytest.approx(0.4)
    more = toys.solve(chain(asked("green_hydrogen_volume", 0.5)))
    assert more.objective - held.objective == pytest.approx(0.1 * (GREEN - CHEAP))


@pytest.mark.parametrize(
    ("metric", "value", "unit"), [("green_hydrogen_share", 40, 100), ("green_hydrogen_volume", 0.4, 1)]
)
@pytest.mark.parametrize(("price", "met"), [(23, 0.0), (24, 1.0)])
def test_a_priced_target_is_met_when_a_kilotonne_costs_less(
    metric: str, value: float, unit: float, price: float, met: float
) -> None:
    """Proves that a shortfall is priced by the kt: 23.33 million is what a kt of green hydrogen costs more.

    By hand: at 23 million per kt the target is missed and 0.4·23 = 9.2 million paid beside 10; at 24 it is met.
    """
    solved = toys.solve(chain(asked(metric, value, mode="priced", price=price)))
    assert solved.measured("green", 2020) == pytest.approx(met * value, abs=1e-6)
    assert solved.objective == pytest.approx(CHEAP + 0.4 * min(price, GREEN - CHEAP))
    assert value / unit == pytest.approx(0.4)


def test_leaving_users_without_does_not_raise_the_share() -> None:
    """Proves that the share is one of demand as given.

    By hand: at a penalty of 5 CNY/kg nobody is served, 5 million. A share of 40 % still needs 0.4 kt of electrolysis:
    0.4·33.33 + 0.6·5 = 16.332. If broken (share of what is served) serving a little green hydrogen, or none, would do.
    """
    free = toys.solve(chain(penalty=5))
    held = toys.solve(chain(asked("green_hydrogen_share", 40), penalty=5))
    assert free.objective == pytest.approx(5)
    assert held.objective == pytest.approx(0.4 * GREEN + 0.6 * 5)
    assert held.measured("green", 2020) == pytest.approx(40)


@pytest.mark.parametrize(("metric", "value"), [("green_hydrogen_share", 40), ("green_hydrogen_volume", 0.4)])
def test_making_hydrogen_to_burn_it_does_not_count(metric: str, value: float) -> None:
    """Proves that hydrogen turned back into electricity is taken off what electrolysis makes.

    By hand: with electrolysis and fuel cells without any loss, and a kg at 33.33 kWh·0.5 = 16.665 CNY, a circle of 0.4
    kt would cost nothing and leave 10 million. It must cost 0.4·16.665 + 0.6·10 = 12.666.
    """
    lossless: dict[str, Table] = {
        "electrolyzer": {"plant": electrolyzer(1000, electricity_use=33.33)},
        "fuel_cell": {"stack": fuel_cell(1000, efficiency=1)},
    }
    held = toys.solve(chain(asked(metric, value), lossless))
    assert toys.solve(chain(tables=lossless)).objective == pytest.approx(CHEAP)
    assert held.objective == pytest.approx(0.4 * GREEN / 2 + 0.6 * CHEAP)
    assert held.measured("green", 2020) == pytest.approx(value)


def test_hydrogen_that_boils_off_does_not_count() -> None:
    """Proves that a leaking store is no way to a volume above the demand.

    By hand: of 1 kt demanded no more than 1 kt can be green; 1.1 kt is infeasible, however large and leaky the tank.
    If broken (production counted) 0.1 kt would be made to boil off.
    """
    leaky: dict[str, Table] = {"hydrogen_storage": {"tank": store(1e5, boil_off=20)}}
    assert toys.solve(chain(asked("green_hydrogen_volume", 1.0), leaky)).objective == pytest.approx(GREEN)
    assert toys.solve(chain(asked("green_hydrogen_volume", 1.1), leaky)).outcome == "infeasible"


def test_losses_are_charged_to_electrolysis() -> None:
    """Proves that the share is what users receive: all green through a leaking store is 100 %, not more.

    By hand: free wind in the first half of the year and electrolysis alone; everything above the demand boils off.
    If broken (production over demand) the share would be about 125 %.
    """
    tables: dict[str, Table] = {
        "wind": {"ridge": toys.wind(1000, "early")},
        "electrolyzer": {"plant": electrolyzer(1000)},
        "hydrogen_storage": {"tank": store(1e6, boil_off=0.2)},
        "hydrogen_demand": {"users": use(kt(10))},
    }
    report = asked("green_hydrogen_share", 50, mode="report")
    toy = Toy({**toys.imports(500), **tables}, targets=report, series={"early": FIRST_HALF}, edges=HALF_MONTHS)
    solved = toys.solve(toy)
    assert solved.measured("green", 2020) == pytest.approx(100)
    assert solved.at("electrolyzer.hydrogen", "plant", 2020) > 1.1 * kt(10)


def test_hydrogen_is_conserved_over_the_year() -> None:
    """Proves that what is made is delivered, burned or boiled off, to the kilogram.

    By hand: made = served + reconverted + lost, every term from its own results.
    """
    tables: dict[str, Table] = {
        "wind": {"ridge": toys.wind(1000, "early")},
        "electrolyzer": {"plant": electrolyzer(1000)},
        "hydrogen_storage": {"tank": store(1e6, boil_off=0.2)},
        "fuel_cell": {"stack": fuel_cell(2)},
        "hydrogen_demand": {"users": use(kt(10))},
    }
    toy = Toy({**toys.imports(500), **tables}, load=3, series={"early": FIRST_HALF}, edges=HALF_MONTHS)
    solved = toys.solve(toy)
    assert solved.results is not None
    yearly = solved.results.yearly
    made = float(yearly(solved["electrolyzer.input"]).sum()) / 2
    served = float(yearly(solved["hydrogen_demand.supply"]).sum())
    burned = float(yearly(solved["fuel_cell.generation"]).sum()) / 0.5
    lost = float(yearly(solved["hydrogen_storage.losses"]).sum())
    assert served == pytest.approx(87600)
    assert burned > 1000
    assert lost > 1000
    assert made == pytest.approx(served + burned + lost)


def test_a_share_of_nothing_is_zero_and_a_target_without_its_technology_is_refused() -> None:
    """Proves what is said where there is nothing to measure: 0 % in a year without demand, and refusals."""
    toy = chain(asked("green_hydrogen_share", 0, mode="report"))
    growing = replace(toys.changed(toy, "hydrogen_demand", "users", demand={2020: 0, 2030: 1}), periods=(2020, 2030))
    solved = toys.solve(growing)
    assert solved.measured("green", 2020) == 0
    without = {key: table for key, table in toy.tables.items() if key != "hydrogen_demand"}
    assert "nothing asks for hydrogen" in toys.refusals(replace(toy, tables=without))
    volume = replace(toy, targets=asked("green_hydrogen_volume", 1))
    without = {key: table for key, table in volume.tables.items() if key != "electrolyzer"}
    assert "nothing makes green hydrogen" in toys.refusals(replace(volume, tables=without))
