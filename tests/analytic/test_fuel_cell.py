"""Fuel cells: when hydrogen is worth turning back into electricity."""

from __future__ import annotations

import numpy as np
import pytest

from tests import toys
from tests.hydrogen_toys import FIRST_HALF, HALF_MONTHS, byproduct, electrolyzer, fuel_cell, store
from tests.toys import Toy

HOUR = 1e-6


def seasonal(existing: float = 0, **cell: toys.Cell) -> Toy:
    """Free wind in the first half of the year, 5 MW of load, electrolysis, a large tight store, and fuel cells."""
    tables = {
        "wind": {"ridge": toys.wind(100, "early")},
        "electrolyzer": {"plant": electrolyzer(100)},
        "hydrogen_storage": {"tank": store(1e6)},
        "fuel_cell": {"stack": fuel_cell(existing, **cell)},
    }
    return Toy({**toys.imports(500), **tables}, load=5, series={"early": FIRST_HALF}, edges=HALF_MONTHS)


def test_stored_hydrogen_replaces_import() -> None:
    """Proves the way from power to hydrogen and back, with the losses of both ends.

    By hand: 5 MW of import in the second half cost 5·4380·500 = 10.95 million. 3 MW of fuel cells leave 2 MW, 4.38
    million, and take 6 MW of hydrogen, made of 12 MW of wind beside the load. If broken (efficiency left out) they
    would take 3 MW of hydrogen and 6 MW of wind.
    """
    without, with_cells = toys.solve(seasonal()), toys.solve(seasonal(existing=3))
    assert without.objective == pytest.approx(4380 * HOUR * 5 * 500)
    assert with_cells.objective == pytest.approx(4380 * HOUR * 2 * 500)
    generation = np.array(with_cells.steps("fuel_cell.generation", "stack"))
    assert generation[12:] == pytest.approx(np.full(12, 3))
    given = with_cells["hydrogen_storage.discharge"] - with_cells["hydrogen_storage.charge"]
    assert given[0, 0, 0, 12:].values == pytest.approx(np.full(12, 6))
    made = np.array(with_cells.steps("electrolyzer.input", "plant")) / 2
    assert (made - 2 * generation)[:12].mean() == pytest.approx(6)


@pytest.mark.parametrize(("capex", "built"), [(21800, 10), (22000, 0)])
def test_fuel_cells_are_built_below_their_threshold(capex: float, built: float) -> None:
    """Proves that they are built where they cost less than the import they save.

    By hand: 5 MW in service are 10 MW built within the year; at capex C over 10 years without interest half an annuity
    is 0.0005·C million and saves 10.95: the threshold is 21900 CNY/kW. If broken it is 43800 (full service at once) or
    10950 (a whole annuity).
    """
    solved = toys.solve(seasonal(max_build=100, capex=capex))
    assert solved.at("fuel_cell.capacity", "stack", 2020) == pytest.approx(built, abs=1e-6)


@pytest.mark.parametrize(("price", "generation"), [(8.3, 5), (8.4, 0)])
def test_hydrogen_is_burned_while_it_is_cheaper_than_power(price: float, generation: float) -> None:
    """Proves the running economics: a kg gives 33.33·0.5 = 16.665 kWh, worth 8.3325 CNY at 500 CNY/MWh.

    By hand: at 8.3 CNY/kg all 5 MW come from by-product hydrogen, at 8.4 from import.
    """
    tables = {"byproduct_hydrogen": {"works": byproduct(100, price)}, "fuel_cell": {"stack": fuel_cell(10)}}
    solved = toys.solve(Toy({**toys.imports(500), **tables}, load=5))
    assert solved.steps("fuel_cell.generation", "stack") == pytest.approx([generation], abs=1e-6)
    assert solved.objective == pytest.approx(8760 * HOUR * 5 * 2 * min(price / 33.33e-3, 250))
