"""By-product hydrogen: first in the merit order, limited by the year and by the hour, paid for in steel-gas power."""

from __future__ import annotations

import pytest

from tests import toys
from tests.hydrogen_toys import byproduct, electrolyzer, kt, use
from tests.toys import Toy

HOUR = 1e-6


def works(recoverable: float, **more: toys.Cell) -> Toy:
    """Import at 500 CNY/MWh (33.33 CNY for a kg from electrolysis), so many kt a year at 10 CNY/kg, and 1 kt wanted."""
    tables = {
        "electrolyzer": {"plant": electrolyzer(100)},
        "byproduct_hydrogen": {"works": byproduct(recoverable, 10, **more)},
        "hydrogen_demand": {"users": use(1)},
    }
    return Toy({**toys.imports(500), **tables})


def test_byproduct_comes_before_electrolysis_up_to_its_yearly_cap() -> None:
    """Proves the merit order and the cap, and that the cap's dual is what one more tonne saves.

    By hand: 1 kt demanded. 2 kt recoverable: 1 kt·10 CNY/kg = 10 million. 0.4 kt: 4 + 0.6·33.33 = 23.998 million, and
    a tonne more saves 23330 CNY. If broken (no cap) the second would be 10 million too.
    """
    enough, short = toys.solve(works(2)), toys.solve(works(0.4))
    assert enough.objective == pytest.approx(10)
    assert short.objective == pytest.approx(0.4 * 10 + 0.6 * 33.33)
    assert short.at("byproduct_hydrogen.hydrogen", "works", 2020) == pytest.approx(0.4)
    tonne = short.at("dual.byproduct_hydrogen.yearly_cap", "works", 2020, "normal")
    assert tonne == pytest.approx(-0.02333)
    assert toys.solve(works(0.401)).objective - short.objective == pytest.approx(tonne)
    assert enough.at("dual.byproduct_hydrogen.yearly_cap", "works", 2020, "normal") == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("flexibility", "late"), [(1, 5), (1.6, 8), (2, 10)])
def test_the_hour_allows_only_so_much_more_than_the_mean(flexibility: float, late: float) -> None:
    """Proves the limit of the hour: largest output over mean output.

    By hand: 10 MW demanded; free wind in the first half of the year, so a source of 5 MW on average is kept for the
    second: 5, 8 or 10 MW of it there at 300.03 CNY/MWh, the rest by electrolysis at 1000 CNY/MWh of hydrogen.
    If broken (no hourly limit) the output would always be 10 MW.
    """
    tables = {
        "wind": {"ridge": toys.wind(100, "early")},
        "electrolyzer": {"plant": electrolyzer(100)},
        "byproduct_hydrogen": {"works": byproduct(kt(5), flexibility=flexibility)},
        "hydrogen_demand": {"users": use(kt(10))},
    }
    solved = toys.solve(Toy({**toys.imports(500), **tables}, series={"early": [1, 0]}, edges=toys.HALVES))
    assert solved.steps("byproduct_hydrogen.output", "works") == pytest.approx([0, late], abs=1e-6)
    assert solved.objective == pytest.approx(4380 * HOUR * (late * 10 / 33.33e-3 + (10 - late) * 1000))


def test_gas_taken_for_hydrogen_no_longer_generates() -> None:
    """Proves that displaced power and cleaning are loads that the rest of the system has to serve.

    By hand: steel gas gives 20 MW against a load of 20 MW. 1 kt of hydrogen displaces 10 MWh/t = 10 GWh and
    needs 2 kWh/kg = 2 GWh: 12 GWh of import at 500, 6 million, beside 10 million of cleaning. If broken (gas counted
    twice, as power and as hydrogen) there would be no import for it.
    """
    toy = works(2, displaced_power=10, electricity_use=2)
    tables = {**toy.tables, "thermal": {"gas": toys.thermal(20)}}
    solved = toys.solve(Toy(tables, load=20))
    assert solved.objective == pytest.approx(10 + 12e3 * 500e-6)
    bought = 8760 * solved.steps("grid_exchange.import", "grid")[0]
    assert bought == pytest.approx(12e3)
    assert solved.steps("thermal.generation", "gas") == pytest.approx([20])
    assert solved.results is not None
    displaced = solved.results.ledger("electricity", "displaced_power")
    assert float(solved.results.energy_twh(displaced).sum()) == pytest.approx(0.01)


@pytest.mark.parametrize(("displaced", "share"), [(46, 1), (47, 0)])
def test_displaced_power_can_turn_the_merit_order(displaced: float, share: float) -> None:
    """Proves that the power lost is part of the price of by-product hydrogen.

    By hand: 10 CNY/kg and displaced·0.5 CNY/kg against 33.33: the threshold is 46.66 MWh/t.
    If broken (displaced power for nothing) the source would always be used.
    """
    solved = toys.solve(works(2, displaced_power=displaced))
    assert solved.at("byproduct_hydrogen.hydrogen", "works", 2020) == pytest.approx(share, abs=1e-6)


def test_no_carbon_is_counted_for_the_gas() -> None:
    """Proves that taking gas for hydrogen adds no carbon of its own: the gas's stays with the coal it came from."""
    solved = toys.solve(works(2, displaced_power=10))
    assert solved.results is not None
    assert not [e for e in solved.results.ledger("co2") if e.block == "byproduct_hydrogen"]
