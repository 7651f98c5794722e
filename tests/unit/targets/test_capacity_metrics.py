"""Installed capacity, its shares and its additions, measured from the capacity ledger."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from pzh_energy.modeling import registry
from tests import toys
from tests.toys import Toy
from tests.unit.targets.made import measured, posted, results

FOUND = results(
    {
        "ledger.capacity.dam.counted": posted([[600, 700], [30, 40]], ["hydro", "clean", "statistical"], ["a", "b"]),
        "ledger.capacity.dam.standing": posted([[500, 640]], ["hydro", "clean", "physical"]),
        "ledger.capacity.wind.capacity": posted([[100, 150]], ["wind", "clean", "statistical", "physical"]),
        "ledger.capacity.mill.capacity": posted([[270, 270]], ["thermal", "statistical", "physical"]),
    }
)


def test_capacity_is_the_sum_of_the_carriers_in_gw() -> None:
    assert measured("installed_capacity", FOUND, carriers=("hydro",)) == pytest.approx(0.63)
    assert measured("installed_capacity", FOUND, 2021, carriers=("hydro", "wind")) == pytest.approx(0.89)


def test_capacity_reads_one_series() -> None:
    assert measured("installed_capacity", FOUND, carriers=("hydro",), series="physical") == pytest.approx(0.5)


def test_an_entry_with_two_of_the_carriers_counts_once() -> None:
    assert measured("installed_capacity", FOUND, carriers=("wind", "clean")) == pytest.approx(0.73)


def test_share_is_that_of_everything_installed() -> None:
    assert measured("capacity_share", FOUND, carriers=("clean",)) == pytest.approx(73)
    physical = measured("capacity_share", FOUND, 2021, carriers=("clean",), series="physical")
    assert physical == pytest.approx(100 * 790 / 1060)


def test_share_may_be_one_of_a_part() -> None:
    assert measured("capacity_share", FOUND, carriers=("wind",), of=("clean",)) == pytest.approx(100 * 100 / 730)


def test_share_of_nothing_is_zero() -> None:
    empty = results({"ledger.capacity.wind.capacity": posted([[0, 0]], ["wind", "statistical"])})
    assert measured("capacity_share", empty, carriers=("wind",)) == 0


def test_addition_is_the_difference_to_the_year_before_the_window() -> None:
    added = measured("new_capacity", FOUND, 2021, from_year=2021, carriers=("hydro", "wind"))
    assert added == pytest.approx(0.16)


@pytest.mark.parametrize("metric", ["installed_capacity", "capacity_share", "new_capacity"])
def test_carriers_must_be_named(metric: str) -> None:
    more = {"from_year": 2021} if metric == "new_capacity" else {}
    with pytest.raises(ValidationError, match="carriers"):
        registry.targets()[metric].Spec(metric=metric, carriers=(), **more)
    with pytest.raises(ValidationError, match="series"):
        registry.targets()[metric].Spec(metric=metric, carriers=("wind",), series="nominal", **more)


def test_a_window_needs_the_year_before_it_in_the_horizon() -> None:
    target = {
        "metric": "new_capacity",
        "carriers": ("wind",),
        "from_year": 2020,
        "year": 2021,
        "operator": "at_least",
        "value": 0.0,
    }
    toy = Toy({"wind": {"ridge": toys.wind(100)}}, periods=(2020, 2021), targets={"T": target})
    hard = replace(toy, targets={"T": {**target, "mode": "hard"}})
    assert "targets.T.year: a year that the target of 2021 speaks of is no period of the horizon." in toys.refusals(
        hard
    )
    assert toys.solve(toy).assembled.targets == ()
    assert toys.solve(replace(hard, periods=(2019, 2020, 2021))).measured("T", 2021) == pytest.approx(0)


def test_a_share_of_an_unknown_part_is_refused() -> None:
    target = {
        "metric": "capacity_share",
        "carriers": ("wind",),
        "of": ("hydr",),
        "year": 2020,
        "operator": "at_least",
        "value": 10.0,
    }
    toy = Toy({"wind": {"ridge": toys.wind(100)}}, targets={"T": target})
    assert "nothing in the capacity ledger is 'hydr'" in toys.refusals(toy)
