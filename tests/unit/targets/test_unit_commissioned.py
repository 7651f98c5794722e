"""A named unit in service, measured from the commissioning ledger."""

from __future__ import annotations

from typing import Any

import pytest

from tests import toys
from tests.toys import Toy
from tests.unit.targets.made import measured, posted, results

FOUND = results({"ledger.commissioning.dam.unit": posted([[0, 60], [100, 100]], ["unit"], ["dam_1", "dam_2"])})


def test_the_unit_alone_is_measured() -> None:
    assert measured("unit_commissioned", FOUND, generating_unit="dam_1") == 0
    assert measured("unit_commissioned", FOUND, 2021, generating_unit="dam_1") == 60
    assert measured("unit_commissioned", FOUND, 2021, generating_unit="dam_2") == 100


def wanting(unit: str, **more: Any) -> Toy:
    """A station with a unit that comes in the middle of 2021, and a target on one of its units."""
    units = {"dam_1": toys.unit("dam", 60, "2021-12-31"), "dam_2": toys.unit("dam", 100)}
    target = {"metric": "unit_commissioned", "generating_unit": unit, "operator": "at_least", "value": 1.0, **more}
    return Toy(
        toys.river({"dam": toys.station()}, {}, units=units),
        periods=(2020, 2021),
        targets={"T": {"year": 2021, **target}},
    )


def test_the_last_day_of_the_year_is_in_time() -> None:
    assert toys.solve(wanting("dam_1", mode="hard")).measured("T", 2021) == pytest.approx(60)
    assert toys.solve(wanting("dam_1", mode="hard", year=2020)).outcome == "infeasible"


def test_an_unknown_unit_is_refused_with_the_nearest_one() -> None:
    text = toys.refusals(wanting("dam1"))
    assert "unit_commissioned.generating_unit: unknown 'dam1'. Did you mean \"dam_1\"? Known: dam_1, dam_2" in text
