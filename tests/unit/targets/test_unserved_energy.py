"""Energy not served, measured from the electricity ledger."""

from __future__ import annotations

import pytest

from tests import toys
from tests.toys import Toy
from tests.unit.targets.made import measured, posted, results


def test_energy_is_expected_and_in_gwh() -> None:
    """By hand: 2 and 4 MW for 2000 and 6760 h in the rare weather, nothing else: 0.25 (4000 + 27040) = 7760 MWh."""
    lost = posted([[[[2, 4], [0, 0]], [[0, 0], [1, 0]]]], ["unserved"])
    served = posted([[[[9, 9], [9, 9]], [[9, 9], [9, 9]]]], ["generation"])
    found = results({"ledger.electricity.unserved.power": lost, "ledger.electricity.wind.generation": served})
    assert measured("unserved_energy", found) == pytest.approx(7.76)
    assert measured("unserved_energy", found, 2021) == pytest.approx(1.5)


def test_energy_of_several_buses_adds_up() -> None:
    """By hand: 10 and 20 MW without supply all year: 262.8 GWh."""
    limit = {"metric": "unserved_energy", "operator": "at_most", "value": 1.0}
    lost = {"unserved": {bus: {"bus": bus, "value_of_lost_load": 100} for bus in ("east", "west")}}
    toy = Toy(lost, load={"east": 10, "west": 20}, buses=("east", "west"), targets={"T": limit})
    assert toys.solve(toy).measured("T", 2020) == pytest.approx(262.8)
