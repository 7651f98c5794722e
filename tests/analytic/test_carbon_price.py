"""Carbon price: what is paid, what it changes, what it covers, and that nothing costs nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pzh_energy.modeling.compiler import Compiler, LinearProgram
from pzh_energy.optimization.assemble import assemble
from tests import toys
from tests.end_use_toys import option, tables
from tests.toys import Toy

PROCESSES = {"kiln": {"kind": "process", "emission": 50}, "trees": {"kind": "sink", "emission": 30}}
COVERS = ("energy", "process", "captured")


def priced(price: toys.Cell, covers: tuple[str, ...] = COVERS, need: float = 3) -> Toy:
    """100 ktce of coal (200 kt), a process of 50 kt, a sink of 30 kt, 30 ktce of electric boilers at 3 MWh/tce."""
    rows = tables({"electric": option(30, specific_need=need)}, processes=PROCESSES)
    options = {"carbon_price": {"covers": covers}}
    return Toy({**rows, "carbon_price": {"city": {"price": price}}}, options=options)


@pytest.mark.parametrize(
    ("price", "covers", "cost"),
    [
        (0, COVERS, 100),
        (100, COVERS, 125),
        (100, ("process",), 105),
        (100, ("energy",), 120),
        (100, ("energy", "sink"), 117),
        (100, ("coal", "boilers", "energy"), 120),
        (300, COVERS, 70 * 1.6 + 30 * 1.5 + 15),
    ],
)
def test_every_covered_tonne_is_paid_for_once(price: float, covers: tuple[str, ...], cost: float) -> None:
    """Proves the payment by what is covered, and that a high price moves the plan.

    By hand: 100 ktce of coal cost 100 million and set 200 kt free; at 100 CNY/t that is 20 million, the process 5, the
    sink gives 3 back where it is covered. Coal and electric boilers cost 1.2 and 1.5 million per ktce: nothing
    changes. At 300 coal costs 1.6: 30 ktce are served by electricity. Several tags of one entry count it once.
    """
    assert toys.solve(priced(price, covers)).objective == pytest.approx(cost)


def test_import_is_priced_only_if_covered() -> None:
    """Proves that imports stay out by default: by hand 30 GWh at 0.5 t/MWh are 15 kt, 1.5 million at 100 CNY/t."""
    rows = tables({"electric": option(30)}) | toys.imports(co2_factor=0.5) | {"carbon_price": {"city": {"price": 100}}}
    plain = toys.solve(Toy(rows))
    covered = toys.solve(Toy(rows, options={"carbon_price": {"covers": (*COVERS, "import")}}))
    assert plain.objective == pytest.approx(70 * 1.2 + 15)
    assert covered.objective - plain.objective == pytest.approx(1.5)
    assert covered.cost("carbon_price.grid_exchange_import") == pytest.approx(1.5)


def test_hourly_carbon_of_power_plants_is_paid_for_too() -> None:
    """Proves that entries by the hour are priced: 10 MW at 0.9 t/MWh are 78.84 kt, 3.942 million at 50 CNY/t."""
    plant = {"thermal": {"plant": toys.thermal(10, co2_factor=0.9)}, "carbon_price": {"city": {"price": 50}}}
    solved = toys.solve(Toy({**toys.imports(), **plant}, load=10, edges=toys.HALVES))
    assert solved.objective == pytest.approx(3.942)
    assert solved.cost("carbon_price.thermal_generation") == pytest.approx(3.942)


def test_the_price_follows_its_path() -> None:
    """Proves the line between two years.

    By hand: 2020 stands for five years at 0 CNY/t, 500 million; 2025 pays 50 CNY/t, halfway to 100, on 250 kt: 112.5.
    """
    path = replace(priced({2020: 0, 2030: 100}), periods=(2020, 2025))
    assert toys.solve(path).objective == pytest.approx(500 + 112.5)


def compiled(toy: Toy) -> LinearProgram:
    """The program of a toy."""
    return Compiler(assemble(toys.system(toy)).model.pyomo).compile()


def test_a_price_of_nothing_changes_nothing() -> None:
    """Proves that a price of 0 leaves every number of the program as it is without the technology."""
    on = priced(0)
    off = Toy({name: rows for name, rows in on.tables.items() if name != "carbon_price"})
    ours, other = compiled(on), compiled(off)
    assert ours.size == other.size
    np.testing.assert_array_equal(ours.cost, other.cost)
    assert ours.offset == other.offset
    assert (ours.matrix != other.matrix).nnz == 0


def test_what_cannot_be_priced_is_refused() -> None:
    assert "no carbon dioxide is tagged 'energi'. Did you mean \"energy\"" in toys.refusals(priced(1, ("energi",)))
    two = priced(1)
    rows = {**two.tables, "carbon_price": {"city": {"price": 1}, "town": {"price": 2}}}
    assert "carbon_price.csv: has 2 items, city, town. State one price." in toys.refusals(Toy(rows))
    assert "price: -1 is below 0 CNY/t" in toys.refusals(priced(-1))
