"""Curtailment measured from what was available and the curtailed power each technology reports."""

from __future__ import annotations

import numpy as np
import pytest

from tests import toys
from tests.toys import Toy
from tests.unit.targets.made import measured, posted, results

TAGS = ["variable_renewable"]
FOUND = results(
    {
        "ledger.available.wind.generation": posted(
            [[[[100, 50], [60, 40]], [[1, 1], [1, 1]]]], [*TAGS, "wind"], ["ridge"]
        ),
        "wind.curtailment": posted([[[[40, 0], [0, 20]], [[0, 0], [0, 0]]]], [], ["ridge"]),
        "ledger.available.solar_pv.generation": posted(
            [[[[10, 10], [10, 10]], [[2, 2], [2, 2]]]], [*TAGS, "solar_pv"], ["roof"]
        ),
        "solar_pv.curtailment": posted([[[[0, 0], [10, 0]], [[1, 1], [1, 1]]]], [], ["roof"]),
    }
)


def test_rate_is_that_of_expected_energies() -> None:
    """By hand, wind in 2020: lost 0.25·40·2000 + 0.75·20·6760 = 121400 MWh; available 0.25 (100·2000 + 50·6760) +
    0.75 (60·2000 + 40·6760) = 427300. PV lost 0.75·10·2000 = 15000 of 87600.
    """
    assert measured("curtailment_rate", FOUND, carriers=("wind",)) == pytest.approx(100 * 121400 / 427300)
    assert measured("curtailment_rate", FOUND) == pytest.approx(100 * (121400 + 15000) / (427300 + 87600))


def test_rate_is_that_of_its_year() -> None:
    assert measured("curtailment_rate", FOUND, 2021) == pytest.approx(100 / 3)


def test_rate_of_nothing_is_zero() -> None:
    none = np.zeros((1, 2, 2, 2))
    calm = {"ledger.available.wind.generation": posted(none, TAGS), "wind.curtailment": posted(none, [])}
    assert measured("curtailment_rate", results(calm)) == 0


def test_rate_where_no_variable_renewable_stands_is_refused() -> None:
    limit = {"metric": "curtailment_rate", "operator": "at_most", "value": 5.0}
    text = toys.refusals(Toy(toys.imports(), load=100, targets={"T": limit}))
    assert "nothing in the available ledger is 'variable_renewable'." in text


def test_rate_of_an_unknown_carrier_is_refused() -> None:
    limit = {"metric": "curtailment_rate", "operator": "at_most", "value": 5.0, "carriers": ("solar",)}
    toy = Toy({**toys.imports(), "wind": {"ridge": toys.wind(10)}}, load=100, targets={"T": limit})
    assert "nothing in the available ledger is 'solar'." in toys.refusals(toy)
