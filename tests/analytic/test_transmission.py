"""Links between buses: what they carry, lose and cost where they are full, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import toys
from tests.toys import Cell, Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""


def link(forward: float = 0, backward: float = 0, loss: float = 0, **more: Cell) -> dict[str, Cell]:
    """A link from the county to the city."""
    limits = {"forward_limit": forward, "backward_limit": backward, "loss": loss}
    return {"from_bus": "county", "to_bus": "city", **limits, **more}


def two_buses(**links: dict[str, Cell]) -> Toy:
    """100 MW of river at 10 CNY/MWh in the county, 80 MW of load and import at 500 CNY/MWh in the city."""
    tables = {
        **toys.imports(500),
        "run_of_river": {"creek": toys.run_of_river(100, bus="county", variable_om=10)},
        "transmission": links,
    }
    return Toy(tables, load={"city": 80}, buses=("city", "county"))


def price(solved: toys.Solved, bus: str) -> float:
    """Price of a bus in CNY/MWh: the dual of its balance over the hours of the only step."""
    return solved.steps("dual.electricity_balance", bus)[0] / 8760 / HOUR


def test_full_link_parts_the_prices() -> None:
    """Proves that a link carries its limit, loses its share, and that the limit has the price of the difference.

    By hand: 50 MW sent, 0.1 lost: 45 MW arrive and 35 are imported: 8760 (50·10 + 35·500). Prices are 500 in the city
    and 10 in the county. A MW more of link sends 1 MW and saves 0.9·500 − 10 = 440 CNY/MWh. If broken (loss twice or
    not) 40.5 or 50 MW would arrive.
    """
    solved = toys.solve(two_buses(line=link(50, loss=0.1)))
    assert solved.objective == pytest.approx(8760 * HOUR * (50 * 10 + 35 * 500))
    assert (price(solved, "city"), price(solved, "county")) == pytest.approx((500, 10))
    assert solved.steps("transmission.losses", "line") == pytest.approx([5])
    wider = toys.solve(two_buses(line=link(51, loss=0.1)))
    assert solved.objective - wider.objective == pytest.approx(8760 * HOUR * (0.9 * 500 - 10))


def test_wide_link_leaves_only_the_loss_between_the_prices() -> None:
    """Proves that without congestion prices differ by the loss alone.

    By hand: 80 / 0.9 = 88.89 MW are sent at 10 CNY/MWh, nothing is imported; the city pays 10 / 0.9 = 11.11. Without
    loss both pay 10. If broken (loss on the sender's side) the county would pay more than the city.
    """
    lossy, perfect = toys.solve(two_buses(line=link(200, loss=0.1))), toys.solve(two_buses(line=link(200)))
    assert lossy.objective == pytest.approx(8760 * HOUR * 80 / 0.9 * 10)
    assert (price(lossy, "city"), price(lossy, "county")) == pytest.approx((10 / 0.9, 10))
    assert (price(perfect, "city"), price(perfect, "county")) == pytest.approx((10, 10))


def test_without_a_link_the_city_imports() -> None:
    """Proves the difference a link makes: switched off, or a table without rows.

    By hand: 80 MW at 500 for a year, 350.4 million; with 50 MW of link without loss 30 MW and the river's 50. If broken
    (an empty table stops the program, or buses are one) the first would fail or be free.
    """
    linked = toys.solve(two_buses(line=link(50)))
    off = toys.solve(replace(two_buses(line=link(50)), options={"transmission": {"enabled": False}}))
    empty = toys.solve(two_buses())
    assert off.objective == pytest.approx(8760 * HOUR * 80 * 500)
    assert empty.objective == pytest.approx(off.objective)
    assert linked.objective == pytest.approx(8760 * HOUR * (50 * 10 + 30 * 500))


def test_one_bus_needs_no_links() -> None:
    """Proves that a system of one bus takes the technology with an empty table and is not changed by it.

    By hand: 80 MW of load, 60 MW of river at 10, 20 MW of import at 500. If broken an empty table would not compile.
    """
    tables = {**toys.imports(500), "run_of_river": {"creek": toys.run_of_river(60, variable_om=10)}}
    alone = Toy(tables, load=80)
    solved = toys.solve(replace(alone, tables={**tables, "transmission": {}}))
    assert solved.objective == pytest.approx(8760 * HOUR * (60 * 10 + 20 * 500))
    assert solved.objective == pytest.approx(toys.solve(alone).objective)


def test_each_direction_has_its_own_limit() -> None:
    """Proves that backward power runs from the second bus to the first, within the backward limit.

    By hand: the same line told the other way round, from city to county, 50 MW forward and 20 MW backward: 20 MW reach
    the city, 60 are imported. If broken (one limit for both) 50 would reach it.
    """
    turned = link(50, 20, from_bus="city", to_bus="county")
    solved = toys.solve(two_buses(line=turned))
    assert solved.objective == pytest.approx(8760 * HOUR * (20 * 10 + 60 * 500))
    assert solved.steps("transmission.backward", "line") == pytest.approx([20])
    assert solved.steps("transmission.forward", "line") == pytest.approx([0], abs=1e-9)


def test_parallel_links_add_up_and_the_better_one_fills_first() -> None:
    """Proves that several links join the same buses.

    By hand: 30 MW without loss and 30 MW that lose 0.5: 60 MW sent, 45 arrive, 35 imported. If broken (one per pair of
    buses) 30 or 15 would arrive.
    """
    solved = toys.solve(two_buses(good=link(30), bad=link(30, loss=0.5)))
    assert solved.objective == pytest.approx(8760 * HOUR * (60 * 10 + 35 * 500))


def test_link_limit_follows_the_years() -> None:
    """Proves that limits are read per year.

    By hand: 20 MW in 2020 and 60 MW in 2022: 40 in 2021; 120 MW·years in all at 10 and 240 − 120 at 500.
    """
    toy = two_buses(line=link())
    toy = toys.changed(toy, "transmission", "line", forward_limit={2020: 20, 2022: 60})
    solved = toys.solve(replace(toy, periods=(2020, 2021, 2022)))
    assert solved.objective == pytest.approx(8760 * HOUR * (120 * 10 + 120 * 500))


@pytest.mark.parametrize(("end", "said"), [("county", "as from_bus"), ("cty", "unknown")])
def test_link_to_nowhere_is_refused(end: str, said: str) -> None:
    """Proves that a link that ends where it starts, or on a bus there is not, is refused with its place."""
    message = toys.refusals(two_buses(line=link(50, to_bus=end)))
    assert "transmission.csv line.to_bus" in message
    assert said in message
