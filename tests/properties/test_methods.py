"""The structured method on the real model: the cost of simplex, an audit passed, prices of policies alike."""

from __future__ import annotations

import pytest
from hypothesis import given

from pzh_energy.optimization.audit import audit
from pzh_energy.optimization.extract import extract
from pzh_energy.optimization.solve import solve
from tests.properties.strategies import DISPATCH, FEW, LIKELY, STEPS, VARIANTS, Variant, system_on
from tests.systems import BASELINE, COARSE, build, system

BINDING = (COARSE, "targets.share={metric: non_fossil_share, mode: hard, operator: at_least, value: 42, year: 2030}")


@given(VARIANTS, STEPS, LIKELY, DISPATCH)
@FEW
def test_both_ways_cost_the_same_and_pass_the_audit(variant: Variant, steps: str, likely: float, dispatch: str) -> None:
    """Proves that the answer is one of the model, not only of the matrix: every check of every technology passes."""
    assembled, compiler, program = build(system_on(variant, steps, likely, dispatch))
    ours, reference = solve(program, "structured"), solve(program, "simplex")
    assert ours.outcome == reference.outcome
    if reference.outcome != "optimal":
        assert ours.fallback  # the verdict that there is no plan is that of HiGHS
        return
    assert (ours.method, ours.fallback) == ("structured", "")
    assert ours.objective == pytest.approx(reference.objective, rel=1e-6)
    assert audit(assembled, program, ours, extract(assembled, compiler, program, ours))


def test_the_price_of_a_binding_yearly_share_is_that_of_simplex() -> None:
    """Proves that the dual of a yearly row, a border row that sums over all steps, is right where it binds.

    Eleven years of twelve steps with 42 % of non-fossil energy in 2030, where 40 % would cost nothing. A share that did
    not bind would have a price of nought both ways, and prove nothing.
    """
    _, _, program = build(system(BINDING, path=BASELINE))
    ours, reference = solve(program, "structured"), solve(program, "simplex")
    assert ours.method == "structured"
    assert ours.objective == pytest.approx(reference.objective, rel=1e-6)
    place = next(c for c in program.constraints if c.name == "target_share.requirement")
    price, expected = place.take(ours.row_dual), place.take(reference.row_dual)
    assert expected.max() > 0.1
    assert price == pytest.approx(expected, rel=1e-4)


def test_coefficients_stay_within_six_powers_of_ten() -> None:
    """Proves that the units of the model are chosen well: no row mixes numbers with what is noise beside them."""
    _, _, program = build(system((COARSE,), path=BASELINE))
    least, most = program.spread
    assert 1e-6 < least < 1 < most < 1e6
    assert most / least < 1e6
