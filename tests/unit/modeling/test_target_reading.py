"""How targets read entries: given amounts in the shape of their index."""

from __future__ import annotations

import numpy as np
import pytest

from pzh_energy.modeling.target_reading import given_values
from pzh_energy.optimization.assemble import assemble
from tests import toys
from tests.toys import Toy


def test_given_values_are_those_of_the_rule_in_every_cell() -> None:
    """By hand: in the city 1 MW in the first half of the year and 3 in the second, in the mine 20 throughout; growth of
    100 % a year doubles all of it in 2021."""
    toy = Toy(
        {"wind": {"ridge": toys.wind(100)}},
        load={"city": (1.0, 3.0), "mine": 20.0},
        buses=("city", "mine"),
        periods=(2020, 2021),
        edges=toys.HALVES,
        growth=1.0,
    )
    model = assemble(toys.system(toy)).model
    load = next(e for e in model.ledgers["electricity"].entries if e.name == "electricity_demand.load")
    values = given_values(model, load)
    assert values.shape == (2, 2, 1, 2)
    city, mine = (next(k for k, i in enumerate(load.members) if name in str(i)) for name in ("city", "mine"))
    assert values[city, :, 0] == pytest.approx(np.array([[1.0, 3.0], [2.0, 6.0]]))
    assert values[mine, :, 0] == pytest.approx(np.array([[20.0, 20.0], [40.0, 40.0]]))
