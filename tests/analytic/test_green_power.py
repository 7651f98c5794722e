"""Green power: certificates bought and sold within their limits, and the money they move."""

from __future__ import annotations

import pytest

from tests import toys
from tests.toys import Toy


def trade(bought: float = 0, sold: float = 0, buying: float = 30, selling: float = 20) -> Toy:
    """A load of 10 MW on imports (43.8 million), and certificates with limits [TWh/yr] and prices [CNY/MWh]."""
    cells = {"bought_limit": bought, "bought_price": buying, "sold_limit": sold, "sold_price": selling}
    return Toy({**toys.imports(), "green_power": {"certificates": cells}}, load=10)


def test_certificates_are_sold_up_to_their_limit_and_bought_only_if_asked_for() -> None:
    """Proves both directions: by hand 2 TWh sold at 20 CNY/MWh bring 40 million, and nobody asks for any to be bought.

    If broken (a sign) the cost would be 83.8.
    """
    solved = toys.solve(trade(bought=3, sold=2))
    assert solved.objective == pytest.approx(43.8 - 40)
    amounts = {}
    for tag in ("bought", "sold"):
        (entry,) = solved.results.ledger("green_power", tag)
        amounts[tag] = entry.sign * float(solved.results.amount([entry])[0])
    assert amounts == {"bought": pytest.approx(0), "sold": pytest.approx(-2)}
    assert toys.solve(trade()).objective == pytest.approx(43.8)


def test_buying_below_the_price_of_selling_is_refused() -> None:
    """Proves that no money is made from nothing; without one of the limits the same prices are harmless."""
    text = toys.refusals(trade(bought=3, sold=2, buying=10))
    assert "green_power.csv: sells at 20 CNY/MWh in 2020 what it buys at 10." in text
    assert toys.solve(trade(bought=3, buying=10)).objective == pytest.approx(43.8)
