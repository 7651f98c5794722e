"""What arithmetic alone excludes, found before anything is operated: capacities, potentials, build rates, target rows.

Every row that operation enters is dropped, so only what is built remains, a program of a few hundred rows that is
solved in milliseconds. It is a relaxation: what it cannot meet, the scenario cannot. Targets on energy are not judged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from pzh_energy.analysis.clashes import find_clashes
from pzh_energy.analysis.elastic import Reach, Twin
from pzh_energy.analysis.limits import Limit, felt_limits
from pzh_energy.modeling.compiler import Compiler, LinearProgram
from pzh_energy.optimization.assemble import Assembled
from pzh_energy.optimization.highs import solve


@dataclass(frozen=True)
class Member:
    """One target of a clash: asked and nearest attainable value while the other members are held, in its unit.

    nearest is None where nothing bounds it, NaN where it is a share of nothing; limits: what is felt there.
    """

    identifier: str
    asked: float
    nearest: float | None
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Clash:
    """A smallest set of targets that no plan holds at once."""

    members: tuple[Member, ...]


def impossible(assembled: Assembled, compiler: Compiler, program: LinearProgram) -> tuple[Clash, ...]:
    """Clashes among the hard targets that building alone already excludes; none if arithmetic does not tell."""
    operated = _operated_columns(program)
    touched = _touched_rows(program, operated)
    places = {place.name: place for place in program.constraints}
    judged = [
        target.identifier
        for target in assembled.targets
        if target.spec.mode == "hard" and not places[target.row].take(touched).any()
    ]
    if not judged:
        return ()
    if _can_be_built(program, operated, touched, assembled.system.scenario.solver.threads):
        return ()
    twin = Twin(assembled, compiler, building_only(program, touched), judged)
    if twin.feasible(judged) or not twin.feasible(()):
        return ()
    return tuple(describe(twin, names) for names in find_clashes(twin.feasible, judged).sets)


def describe(twin: Twin, names: tuple[str, ...]) -> Clash:
    """How near each member of a clashing set comes while the others are held, and what stops it."""
    members = []
    for name in names:
        found = twin.nearest(name, twin.as_asked(names))
        members.append(Member(name, asked_value(twin, name), *told(twin, found)))
    return Clash(tuple(members))


def told(twin: Twin, found: Reach | None) -> tuple[float | None, tuple[Limit, ...]]:
    """Value and limits of a reach."""
    if found is None:
        return None, ()
    limits = felt_limits(twin, found.answer.solution)
    return found.value, tuple(limits)


def asked_value(twin: Twin, identifier: str) -> float:
    """The value a target states."""
    value = twin.targets[identifier].spec.value
    assert value is not None
    return value


def building_only(program: LinearProgram, touched: np.ndarray) -> LinearProgram:
    """The program without the rows that operation enters, `touched` (rows,); shape and names stay."""
    kept = sp.diags_array((~touched).astype(float), format="csr")
    matrix = sp.csr_array(kept @ program.matrix)
    matrix.eliminate_zeros()
    return replace(
        program,
        matrix=matrix,
        row_lower=np.where(touched, -np.inf, program.row_lower),
        row_upper=np.where(touched, np.inf, program.row_upper),
    )


def _can_be_built(program: LinearProgram, operated: np.ndarray, touched: np.ndarray, threads: int) -> bool:
    """True if the rows and columns of building alone have a solution: a hundredth of the program, cut out of it.

    Nearly every scenario passes here; to have HiGHS look at half a million empty rows took longer than to compile them.
    """
    rows, columns = np.flatnonzero(~touched), np.flatnonzero(~operated)
    alone = replace(
        program,
        matrix=sp.csr_array(program.matrix[rows][:, columns]),
        row_lower=program.row_lower[rows],
        row_upper=program.row_upper[rows],
        column_lower=program.column_lower[columns],
        column_upper=program.column_upper[columns],
        cost=np.zeros(len(columns)),
        offset=0.0,
        variables=(),
        constraints=(),
    )
    return solve(alone, threads=threads).outcome == "optimal"


def _operated_columns(program: LinearProgram) -> np.ndarray:
    """True for the columns of what is decided in every step or weather case (columns,)."""
    operated = np.zeros(program.matrix.shape[1], bool)
    for place in program.variables:
        operated[place.start : place.stop] = "timestep" in place.dimensions or "weather" in place.dimensions
    return operated


def _touched_rows(program: LinearProgram, operated: np.ndarray) -> np.ndarray:
    """True for the rows that operated columns enter (rows,)."""
    starts = program.matrix.indptr[:-1]
    filled = np.diff(program.matrix.indptr) > 0  # `reduceat` has no empty parts
    touched = np.zeros(len(filled), bool)
    touched[filled] = np.logical_or.reduceat(operated[program.matrix.indices], starts[filled])
    return touched
