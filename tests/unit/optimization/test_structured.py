"""The structured interior point against HiGHS on small random programs, and what it does where it does not apply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pzh_energy.domain.errors import LimitReachedError
from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.modeling.compiler.program import Slice
from pzh_energy.optimization import highs
from pzh_energy.optimization import solve as solving
from pzh_energy.optimization.certificate import certify
from pzh_energy.optimization.solve import solve
from pzh_energy.optimization.structured.band import BandFactor
from pzh_energy.optimization.structured.layout import lay_out
from pzh_energy.optimization.structured.presolve import NotSolvableHereError, Presolve
from pzh_energy.optimization.structured.share import shares_of
from pzh_energy.optimization.structured.solver import solve_structured
from pzh_energy.optimization.structured.standard import StandardForm, standard_form
from pzh_energy.optimization.structured.system import System
from pzh_energy.optimization.structured.team import Team
from tests.unit.optimization.programs import Shape, random_program

SHAPES = st.builds(
    Shape,
    periods=st.integers(1, 3),
    weather=st.integers(1, 2),
    steps=st.integers(1, 26),
    plants=st.integers(1, 3),
    storages=st.integers(0, 2),
    rough=st.sampled_from([0.0, 2.0, 4.0]),
    idle=st.integers(0, 1),
    degenerate=st.booleans(),
)
MANY = settings(max_examples=60, derandomize=True, deadline=None, database=None, phases=(Phase.generate,))


@given(SHAPES, st.integers(0, 2**20))
@MANY
def test_cost_is_that_of_simplex_and_proved_by_its_own_duals(shape: Shape, seed: int) -> None:
    """Proves that the structured answer is optimal: HiGHS's simplex finds the same cost, and the certificate holds.

    Degenerate programs (whole numbers), plants that can never be built and units over four powers of ten are among
    them. If broken (a dual lost on the way back through the reductions) the gap of the certificate would show it.
    """
    program = random_program(shape, seed)
    reference = highs.solve(program, "simplex")
    ours = solve(program, "structured")
    assert (reference.outcome, ours.outcome, ours.method, ours.fallback) == ("optimal", "optimal", "structured", "")
    assert ours.objective == pytest.approx(reference.objective, rel=1e-6, abs=1e-6)
    assert ours.certificate is not None
    assert ours.certificate.holds
    assert np.all(ours.x >= program.column_lower)
    assert np.all(ours.x <= program.column_upper)


@pytest.mark.parametrize("seed", range(6))
def test_capacities_and_policy_duals_are_those_of_simplex_where_they_are_unique(seed: int) -> None:
    """Proves that not only the cost agrees, on programs with continuous data, whose optimum is a single point."""
    program = random_program(Shape(periods=2, weather=2, steps=14, plants=3, storages=2), seed)
    reference, ours = highs.solve(program, "simplex"), solve(program, "structured")
    for name in ("capacity", "size"):
        place = next(v for v in program.variables if v.name == name)
        np.testing.assert_allclose(place.take(ours.x), place.take(reference.x), rtol=1e-5, atol=1e-5)
    for name in ("quota", "share", "balance"):
        place = next(c for c in program.constraints if c.name == name)
        np.testing.assert_allclose(place.take(ours.row_dual), place.take(reference.row_dual), rtol=1e-4, atol=1e-4)


def test_the_system_of_an_iteration_is_solved_exactly() -> None:
    """Proves the elimination: limit rows, levels, band and border together satisfy the equations they stand for.

    A dx + ds = p and A' dy - dx / θ = r and dy - ds / θs = q hold to rounding, for θ spread over many powers of ten.
    """
    program = random_program(Shape(periods=2, weather=2, steps=25, plants=3, storages=2), 1)
    form, system = made(program)
    rng = np.random.default_rng(0)
    rows, columns = form.matrix.shape
    theta = np.exp(rng.normal(size=columns) * 3)
    slack = np.where(form.slack_upper > 0, np.exp(rng.normal(size=rows) * 3), 0.0)
    p, r, q = rng.normal(size=rows), rng.normal(size=columns), rng.normal(size=rows) * (slack > 0)
    system.factor(theta, slack)
    dx, ds, dy = system.solve(p, r, q)
    np.testing.assert_allclose(form.matrix @ dx + ds, p, atol=1e-6)
    np.testing.assert_allclose(form.matrix.T @ dy - dx / theta, r, atol=1e-6)
    np.testing.assert_allclose(ds, slack * (dy - q), atol=1e-12)


def test_the_band_does_not_widen_with_the_number_of_steps() -> None:
    """Proves that the year's ring is folded: closing it costs a fixed width, so work grows with the steps alone.

    By hand: three storages leave three rows a step; folded, the next step is two places on: a width of six.
    """
    for steps in (40, 80, 160):
        _, system = made(random_program(Shape(periods=1, steps=steps, plants=3, storages=3), 2))
        assert system.blocks[0].plan.width == 6


def made(program: LinearProgram) -> tuple[StandardForm, System]:
    """Standard form and system of a program."""
    presolve = Presolve(program)
    form = standard_form(presolve)
    layout = lay_out(program, presolve, form)
    form = form.ordered(layout.row_order, layout.column_order)
    (share,) = shares_of(form, layout, 1, None)
    return form, System(share, Team())


@pytest.mark.parametrize("size", [1, 15, 16, 17, 40, 100])
def test_a_band_solves_many_right_hand_sides_as_a_dense_matrix_does(size: int) -> None:
    """Proves factor and solves, both ways and of many at once, against a dense Cholesky factor."""
    rng = np.random.default_rng(size)
    width = 16
    band = np.where(np.arange(size)[:, None] + np.arange(width + 1) < size, rng.uniform(-1, 1, (size, width + 1)), 0.0)
    band[:, 0] = 40.0
    full = sum(np.diag(band[: size - d, d], -d) for d in range(min(width + 1, size)))
    lower = np.linalg.cholesky(full + np.tril(full, -1).T)
    right = rng.normal(size=(size, 3))
    factor = BandFactor(band.copy())
    many, forward, backward = right.T.copy(), right[:, 0].copy(), right[:, 0].copy()
    factor.forward_many(many)
    factor.forward(forward)
    factor.backward(backward)
    np.testing.assert_allclose(many.T, np.linalg.solve(lower, right), atol=1e-12)
    np.testing.assert_allclose(forward, many[0], atol=1e-12)
    np.testing.assert_allclose(backward, np.linalg.solve(lower.T, right[:, 0]), atol=1e-12)


def test_a_band_refuses_what_lapack_would_misread() -> None:
    """Proves that numbers which do not lie as LAPACK reads them raise, and a matrix that has no factor does."""
    band = np.array([[2.0, 1.0], [2.0, 0.0]])
    factor = BandFactor(band.copy())
    for wrong in (np.ones(2, np.float32), np.ones(4)[::2]):
        with pytest.raises(TypeError, match="contiguous"):
            factor.forward(wrong)
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite at 2"):
        BandFactor(np.array([[1.0, 2.0], [1.0, 0.0]]))


PROGRAM = random_program(Shape(steps=4), 0)


def unlimited() -> LinearProgram:
    """PROGRAM, with what may be sold without limit at a price above every cost."""
    place = next(v for v in PROGRAM.variables if v.name == "shed")
    cost, lower = PROGRAM.cost.copy(), PROGRAM.column_lower.copy()
    cost[place.start : place.stop] = -100.0
    free = next(v for v in PROGRAM.variables if v.name == "sold")
    upper = PROGRAM.column_upper.copy()
    upper[free.start : free.stop] = np.inf
    return replace(PROGRAM, cost=cost, column_lower=lower, column_upper=upper)


def impossible() -> LinearProgram:
    """PROGRAM, with a share of output that the quota and the largest capacities together forbid."""
    place = next(c for c in PROGRAM.constraints if c.name == "share")
    low, upper = PROGRAM.row_lower.copy(), PROGRAM.column_upper.copy()
    low[place.start : place.stop] = 1e4
    shed = next(v for v in PROGRAM.variables if v.name == "shed")
    upper[shed.start : shed.stop] = 1e3
    return replace(PROGRAM, row_lower=low, column_upper=upper)


@pytest.mark.parametrize(("program", "outcome"), [(unlimited(), "unbounded"), (impossible(), "infeasible")])
def test_a_program_without_optimum_is_diagnosed_by_highs(program: LinearProgram, outcome: str) -> None:
    """Proves that no answer is made up, and that the reader is told who gave the verdict."""
    ended = solve(program, "structured")
    assert ended.outcome == outcome
    assert ended.method == "highs"
    assert ended.fallback


def test_a_program_without_time_is_left_to_highs() -> None:
    """Proves that the method declares itself unsuitable instead of solving something as one dense border."""
    without = tuple(replace(v, dimensions=tuple("x" for _ in v.dimensions)) for v in PROGRAM.variables)
    program = replace(PROGRAM, variables=without)
    with pytest.raises(NotSolvableHereError, match="timestep"):
        solve_structured(program)
    ended = solve(program, "structured")
    assert (ended.fallback, ended.method) == ("no_structure", "highs")
    assert ended.objective == pytest.approx(highs.solve(PROGRAM).objective)


def test_an_answer_without_certificate_is_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that the certificate decides: an answer off by one in a thousand is replaced by that of HiGHS."""
    honest = solve_structured(PROGRAM)

    def wrong(*_: object) -> object:
        return replace(honest, x=honest.x * 1.001)

    monkeypatch.setattr(solving, "solve_structured", wrong)
    ended = solve(PROGRAM, "structured")
    assert ended.method == "highs"
    assert ended.fallback == "no_certificate"
    assert ended.objective == pytest.approx(highs.solve(PROGRAM).objective)


def test_the_time_limit_ends_the_run_as_that_of_highs_does() -> None:
    """Proves that time is asked for at each iteration: with none left the outcome is a limit, and there is no plan."""
    ended = solve(PROGRAM, "structured", time_limit_s=0.0)
    assert ended.outcome == "limit"
    assert len(ended.x) == 0


def test_a_run_out_of_time_says_what_its_duals_prove(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that the bound is one: the optimum by its own duals, less by shrunk ones, none by wrong ones.

    What is left of an interrupted run is made up from the optimum, so that there is something to prove.
    """
    good, honest = highs.solve(PROGRAM), solve_structured(PROGRAM)
    turned = good.row_dual - 1e3
    bounds = []
    for duals in (good.row_dual, 0.99 * good.row_dual, turned):
        stopped = replace(honest, x=good.x, row_dual=duals, interrupted=True)
        monkeypatch.setattr(solving, "solve_structured", lambda *_, stopped=stopped: stopped)
        ended = solve(PROGRAM, "structured")
        assert ended.outcome == "limit"
        with pytest.raises(LimitReachedError) as error:
            highs.refuse_unless_optimal(ended)
        assert error.value.bound == ended.bound
        bounds.append(ended.bound)
    assert bounds[0] == pytest.approx(good.objective)
    assert bounds[1] < good.objective
    assert bounds[2] is None


def test_progress_is_told_and_ctrl_c_is_passed_on() -> None:
    """Proves that iterations and seconds reach the watcher, and that what it raises ends the solve."""
    seen: list[int] = []
    solve(PROGRAM, "structured", watch=lambda iterations, seconds: seen.append(iterations))
    assert seen == list(range(len(seen)))
    assert len(seen) > 3

    def stop(iterations: int, seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve(PROGRAM, "structured", watch=stop)


def tampered() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """The optimum of PROGRAM with one thing wrong, and the error of the certificate that must see it."""
    good = highs.solve(PROGRAM)
    yield "primal", good.x + np.eye(len(good.x))[0], good.row_dual
    yield "gap", good.x, good.row_dual * 0.99
    turned = good.row_dual.copy()
    quota = next(c for c in PROGRAM.constraints if c.name == "quota")
    turned[quota.start : quota.stop] = 0.1  # an upper limit whose relaxation would cost
    yield "dual", good.x, turned


@pytest.mark.parametrize(("error", "x", "dual"), list(tampered()))
def test_the_certificate_sees_each_kind_of_error(error: str, x: np.ndarray, dual: np.ndarray) -> None:
    """Proves that no error hides: a moved value, shrunk duals, a dual of the wrong sign."""
    good = highs.solve(PROGRAM)
    assert certify(PROGRAM, good.x, good.row_dual).holds
    certificate = certify(PROGRAM, x, dual)
    assert not certificate.holds
    assert getattr(certificate, error) > 1e-6
    assert not certify(PROGRAM, x * np.nan, dual).holds


def test_auto_takes_the_method_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that `auto` is HiGHS below the threshold and the structured method from it on."""
    assert solve(PROGRAM, "auto").method == "highs"
    monkeypatch.setattr(solving, "LARGE", PROGRAM.size[0])
    assert solve(PROGRAM, "auto").method == "structured"


def test_rows_that_join_distant_steps_become_border() -> None:
    """Proves that a delivery half a ring away does not widen the band: its row is border, and the cost is the same.

    The ring of 60 steps has one row that asks step 0 and step 30 to sell alike.
    """
    program = random_program(Shape(periods=1, steps=60), 3)
    sold = next(v for v in program.variables if v.name == "sold")
    balance = next(c for c in program.constraints if c.name == "balance")
    row = sp.csr_array(([1.0, -1.0], ([0, 0], [sold.start, sold.start + 30])), shape=(1, program.size[1]))
    far = replace(balance, name="far", start=program.size[0], shape=(1, 1, 1), coordinates=((0,), (0,), (0,)))
    changed = replace(
        program,
        matrix=sp.csr_array(sp.vstack([program.matrix, row])),
        row_lower=np.append(program.row_lower, 0.0),
        row_upper=np.append(program.row_upper, 0.0),
        constraints=(*program.constraints, far),
    )
    _, plain = made(program)
    _, joined = made(changed)
    assert joined.blocks[0].plan.width == plain.blocks[0].plan.width
    assert solve(changed, "structured").objective == pytest.approx(highs.solve(changed).objective, rel=1e-6)


def test_a_column_without_rows_goes_where_its_cost_sends_it() -> None:
    """Proves that what nothing holds is settled before the iteration: at the cheap end of its range, exactly.

    A column of cost 1e6 between 2 and 9, one of cost -1 between 0 and 5, one without cost. If broken (left to the
    iteration) the first would be far above 2 for many iterations and the answer have no certificate.
    """
    count = 3
    place = replace(PROGRAM.variables[-1], name="idle", start=PROGRAM.size[1], shape=(count,), dimensions=("idle",))
    place = replace(place, coordinates=(tuple(range(count)),))
    matrix = sp.csr_array(sp.hstack([PROGRAM.matrix, sp.csr_array((PROGRAM.size[0], count))]))
    program = replace(
        PROGRAM,
        matrix=matrix,
        cost=np.append(PROGRAM.cost, [1e6, -1.0, 0.0]),
        column_lower=np.append(PROGRAM.column_lower, [2.0, 0.0, 1.0]),
        column_upper=np.append(PROGRAM.column_upper, [9.0, 5.0, np.inf]),
        variables=(*PROGRAM.variables, place),
    )
    ended = solve(program, "structured")
    assert (ended.method, ended.x[-count:].tolist()) == ("structured", [2.0, 5.0, 1.0])
    assert ended.objective == pytest.approx(highs.solve(PROGRAM).objective + 2e6 - 5)
    endless = replace(program, column_upper=np.append(PROGRAM.column_upper, [9.0, np.inf, np.inf]))
    assert solve(endless, "structured").outcome == "unbounded"


def test_rows_that_leave_steps_out_stay_in_the_band() -> None:
    """Proves that a row stands at the step it is of, not at its number: limits on change that bind in some steps only.

    Rows of steps 40 and 41 alone join neighbouring steps of one plant. Counted by their numbers, 0 and 1, they would
    join distant steps, go to the border, and make it grow with the year; the answer must be that of simplex, too.
    """
    program = random_program(Shape(periods=1, steps=60, plants=2, storages=1), 4)
    output = next(v for v in program.variables if v.name == "output")
    time = output.dimensions.index("timestep")
    columns = np.moveaxis(np.arange(output.start, output.stop).reshape(output.shape), time, -1).reshape(-1, 60)[0]
    some = (40, 41)
    more = sp.csr_array(
        ([1.0, -1.0, 1.0, -1.0], ([0, 0, 1, 1], columns[[40, 39, 41, 40]])), shape=(2, len(program.cost))
    )
    rows = program.matrix.shape[0]
    ramp = Slice("ramp", rows, (1, 1, 2), ("period", "weather", "timestep"), (*output.coordinates[1:3], some))
    limited = replace(
        program,
        matrix=sp.csr_array(sp.vstack([program.matrix, more])),
        row_lower=np.append(program.row_lower, [-np.inf] * 2),
        row_upper=np.append(program.row_upper, [0.1] * 2),
        constraints=(*program.constraints, ramp),
    )
    (_, before), (_, after) = made(program), made(limited)
    assert after.share.border_rows.stop - after.share.border_rows.start == (
        before.share.border_rows.stop - before.share.border_rows.start
    )
    assert solve(limited, "structured").objective == pytest.approx(highs.solve(limited, "simplex").objective, rel=1e-6)
