"""How a solve may end other than well: no plan at all, or a cost that falls for ever."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pzh_energy.optimization import highs
from tests import toys
from tests.toys import Toy


def test_two_targets_that_exclude_each_other_are_infeasible() -> None:
    """Proves that hard targets are held together or not at all.

    By hand: at least 0.3 GW and at most 0.2 GW of wind: nothing is both. Each alone costs 10 million (200 MW new, half
    a year of 0.1 million each) or nothing. Report mode of one leaves the other. If broken (last one wins) one of the
    two answers would come out.
    """
    wanted = {"metric": "installed_capacity", "carriers": ("wind",), "year": 2020, "mode": "hard"}
    low = {**wanted, "operator": "at_least", "value": 0.3}
    high = {**wanted, "operator": "at_most", "value": 0.2}
    toy = Toy({"wind": {"ridge": toys.wind(100, max_build=1000)}}, targets={"low": low, "high": high})
    assert toys.solve(toy).outcome == "infeasible"
    assert toys.solve(replace(toy, targets={"low": low})).objective == pytest.approx(10)
    assert toys.solve(replace(toy, targets={"high": high})).objective == pytest.approx(0, abs=1e-9)


def test_cost_that_can_fall_for_ever_is_told_from_no_plan() -> None:
    """Proves that unbounded and infeasible are told apart.

    By hand: no input makes the cost fall for ever, for every income is bounded by a line; so the cost is doctored: each
    MW of lost load earns 1 million. It is bounded by the load, −100. With the balance of the bus taken away it is not.
    If broken (one word for both) the second would be called infeasible.
    """
    toy = Toy({**toys.imports(500), **toys.lost_load(20000)}, load=100)
    program = toys.solve(toy).program
    lost = next(place for place in program.variables if place.name == "unserved.power")
    cost = np.zeros(program.size[1])
    cost[lost.start : lost.stop] = -1.0
    doctored = replace(program, cost=cost)
    bounded = highs.solve(doctored)
    assert (bounded.outcome, bounded.objective) == ("optimal", pytest.approx(-100))
    balance = next(place for place in program.constraints if place.name == "electricity_balance")
    loose = program.row_lower.copy(), program.row_upper.copy()
    for limit, side in zip(loose, (-np.inf, np.inf), strict=True):
        limit[balance.start : balance.stop] = side
    unbounded = highs.solve(replace(doctored, row_lower=loose[0], row_upper=loose[1]))
    assert unbounded.outcome == "unbounded"
    assert len(unbounded.x) == 0
