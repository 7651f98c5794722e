"""Builds held at given values, and years that then have nothing left in common."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
import xarray as xr

from pzh_energy.domain.errors import InputError
from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.modeling.model import Sized
from pzh_energy.optimization import highs
from pzh_energy.optimization.held_builds import NOTHING, with_builds_held
from pzh_energy.optimization.years_apart import parts, solve_apart
from tests.unit.optimization.programs import Shape, random_program

SHAPE = Shape(periods=3, weather=2, steps=6, plants=2, storages=1)
SIZED = (Sized("build", "capacity", "capacity"),)


def plan(program: LinearProgram) -> dict[str, xr.DataArray]:
    """Builds of the optimum of a program, labelled."""
    solution = highs.solve(program, "simplex")
    place = next(v for v in program.variables if v.name == "build")
    coordinates = dict(zip(place.dimensions, map(list, place.coordinates), strict=True))
    return {"build": xr.DataArray(place.take(solution.x), dims=place.dimensions, coords=coordinates)}


def held(seed: int) -> LinearProgram:
    """A random program with its own optimal builds held, and the size of its storage too."""
    program = random_program(SHAPE, seed)
    fixed = with_builds_held(program, SIZED, plan(program))
    size = next(v for v in program.variables if v.name == "size")
    lower, upper = fixed.column_lower.copy(), fixed.column_upper.copy()
    value = size.take(highs.solve(program, "simplex").x)
    lower[size.start : size.stop] = upper[size.start : size.stop] = value
    return replace(fixed, column_lower=lower, column_upper=upper)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("method", ["simplex", "structured"])
def test_years_apart_cost_what_the_whole_costs_and_prove_it(seed: int, method: str) -> None:
    """Proves that nothing is lost in taking a program apart: the plan's own builds cost what the plan costs.

    The certificate is of the whole program, so that a value or a dual put in the wrong place would break it.
    """
    program = held(seed)
    assert len(parts(program)) == 3
    apart = solve_apart(program, method)  # type: ignore[arg-type]
    assert apart.outcome == "optimal"
    assert apart.objective == pytest.approx(highs.solve(random_program(SHAPE, seed)).objective, rel=1e-6)
    assert apart.certificate is not None
    assert apart.certificate.holds


def test_a_row_that_compares_two_years_keeps_them_together() -> None:
    """Proves that only what nothing joins is taken apart: a row over the first and the last year leaves two groups."""
    program = held(1)
    shed = next(v for v in program.variables if v.name == "shed")
    columns = [shed.start, shed.stop - 1]
    row = sp.csr_array(([1.0, -1.0], ([0, 0], columns)), shape=(1, program.size[1]))
    last = program.constraints[-1]
    joint = replace(last, name="joint", start=program.size[0], shape=(1,), dimensions=("pair",), coordinates=((0,),))
    changed = replace(
        program,
        matrix=sp.csr_array(sp.vstack([program.matrix, row])),
        row_lower=np.append(program.row_lower, 0.0),
        row_upper=np.append(program.row_upper, 0.0),
        constraints=(*program.constraints, joint),
    )
    assert len(parts(changed)) == 2
    assert solve_apart(changed, "simplex").objective == pytest.approx(highs.solve(changed).objective, rel=1e-9)


def test_capacities_follow_from_builds_alone() -> None:
    """Proves that what equalities make of the builds is known too, year upon year: capacity is their sum so far."""
    program = random_program(SHAPE, 2)
    builds = plan(program)
    fixed = with_builds_held(program, SIZED, builds)
    place = next(v for v in program.variables if v.name == "capacity")
    np.testing.assert_array_equal(place.take(fixed.column_lower), place.take(fixed.column_upper))
    np.testing.assert_allclose(place.take(fixed.column_lower), builds["build"].values.cumsum(axis=1), atol=1e-9)


def test_free_builds_are_not_taken_apart() -> None:
    assert len(parts(random_program(SHAPE, 0))) == 1


def test_builds_are_found_by_their_labels_in_whatever_order() -> None:
    """Proves that a plan read from results, which sort their labels, is not put on the wrong plants."""
    program = random_program(SHAPE, 2)
    builds = plan(program)
    turned = {"build": builds["build"].isel(plant=[1, 0]).transpose("period", "plant")}
    straight, other = (with_builds_held(program, SIZED, each) for each in (builds, turned))
    np.testing.assert_array_equal(straight.column_lower, other.column_lower)
    assert not np.array_equal(builds["build"].values[0], builds["build"].values[1])


def test_a_speck_is_no_build_and_a_build_beyond_its_bound_is_the_bound() -> None:
    """Proves that what a solver's tolerance leaves behind is cleared away: it makes hourly programs hard to solve."""
    program = random_program(SHAPE, 2)
    place = next(v for v in program.variables if v.name == "build")
    upper = place.take(program.column_upper)
    builds = plan(program)["build"].copy()
    builds[0, 0], builds[0, 1], builds[1, 1] = NOTHING / 2, upper[0, 1] + 1e-7, -1e-9
    fixed = place.take(with_builds_held(program, SIZED, {"build": builds}).column_lower)
    assert (fixed[0, 0], fixed[0, 1], fixed[1, 1]) == (0.0, upper[0, 1], 0.0)


def test_builds_that_are_missing_or_no_numbers_are_refused() -> None:
    program = random_program(SHAPE, 2)
    builds = plan(program)["build"]
    for wrong in ({}, {"build": builds.isel(period=[0])}, {"build": builds * np.nan}):
        with pytest.raises(InputError, match="build"):
            with_builds_held(program, SIZED, wrong)
