"""A program solved in pieces, where the years that it joins have nothing left to decide together.

Years meet in what is built. Once that is held, the rows and columns of a year touch another year only in columns whose
value is known, which move to the right-hand side, and in targets that compare years. Years that still share a row or a
column are kept together; every such group is a program of its own, and its answers make up the whole.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from pzh_energy.modeling.compiler import LinearProgram, Slice
from pzh_energy.optimization.certificate import certify
from pzh_energy.optimization.highs import Solution, Watch
from pzh_energy.optimization.solve import Method, solve

PERIOD = "period"


@dataclass(frozen=True)
class Part:
    """A program of some of the years; rows, columns: its own, by their positions in the whole."""

    program: LinearProgram
    rows: np.ndarray
    columns: np.ndarray


def solve_apart(
    program: LinearProgram,
    method: Method = "highs",
    time_limit_s: float | None = None,
    threads: int = 1,
    watch: Watch | None = None,
) -> Solution:
    """`solve`, group of years by group of years; a group without an optimum ends it, and its outcome is the whole's.

    The certificate is of the whole program, from the values and duals put together. The time limit is that of all.
    """
    groups = parts(program)
    if len(groups) == 1:
        return solve(program, method, time_limit_s, threads, watch)
    started, iterations = time.perf_counter(), 0
    x, row_dual = np.zeros(len(program.cost)), np.zeros(len(program.row_lower))
    found: list[Solution] = []
    for part in groups:
        spent = time.perf_counter() - started
        left = None if time_limit_s is None else max(time_limit_s - spent, 0.0)

        def seen(steps: int, seconds: float, before: int = iterations, since: float = spent) -> None:
            if watch is not None:
                watch(before + steps, since + seconds)

        solution = solve(part.program, method, left, threads, seen)
        iterations += solution.iterations
        if solution.outcome != "optimal":
            return replace(solution, iterations=iterations, seconds=time.perf_counter() - started)
        x[part.columns], row_dual[part.rows] = solution.x, solution.row_dual
        found.append(solution)
    return Solution(
        outcome="optimal",
        status=found[0].status,
        objective=float(program.cost @ x) + program.offset,
        x=x,
        reduced_cost=program.cost - program.matrix.T @ row_dual,
        row_dual=row_dual,
        iterations=iterations,
        seconds=time.perf_counter() - started,
        method=", ".join(dict.fromkeys(each.method for each in found)),
        certificate=certify(program, x, row_dual),
        fallback=next((each.fallback for each in found if each.fallback), ""),
    )


def parts(program: LinearProgram) -> list[Part]:
    """The groups of years that nothing joins, each as a program; the program itself if all are joined."""
    known = program.column_lower == program.column_upper
    held = np.isfinite(program.row_lower) | np.isfinite(program.row_upper)
    periods = list(dict.fromkeys(label for place in program.variables for label in _periods(place)))
    row_node, names = _nodes(program.constraints, len(held), periods, len(periods))
    column_node, names = _nodes(program.variables, len(known), periods, names)
    row = np.repeat(np.arange(len(held)), np.diff(program.matrix.indptr))
    column = program.matrix.indices
    joins = held[row] & ~known[column] & (program.matrix.data != 0)
    edges = (row_node[row[joins]], column_node[column[joins]])
    graph = sp.coo_array((np.ones(len(edges[0])), edges), shape=(names, names))
    _, group = connected_components(graph, directed=False)
    # what belongs to no year and touches none goes with the first
    group[~np.isin(group, group[: len(periods)])] = group[0]
    groups = np.unique(group)
    if len(groups) == 1:
        return [Part(program, np.arange(len(held)), np.arange(len(known)))]
    value = np.where(known, program.column_lower, 0.0)
    return [_part(program, group[row_node] == each, group[column_node] == each, value, held) for each in groups]


def _part(program: LinearProgram, rows: np.ndarray, columns: np.ndarray, value: np.ndarray, held: np.ndarray) -> Part:
    """The program of some rows and columns; the columns elsewhere are at their known values."""
    own_rows, own_columns = np.flatnonzero(rows), np.flatnonzero(columns)
    matrix = program.matrix[own_rows]
    # a row without limits may hold columns of other years that are still to be decided; it says nothing of them
    elsewhere = np.where(held[own_rows], matrix @ np.where(columns, 0.0, value), 0.0)
    return Part(
        LinearProgram(
            matrix=sp.csr_array(matrix[:, own_columns]),
            row_lower=program.row_lower[own_rows] - elsewhere,
            row_upper=program.row_upper[own_rows] - elsewhere,
            column_lower=program.column_lower[own_columns],
            column_upper=program.column_upper[own_columns],
            cost=program.cost[own_columns],
            offset=0.0,
            variables=tuple(_cut(program.variables, columns)),
            constraints=tuple(_cut(program.constraints, rows)),
        ),
        own_rows,
        own_columns,
    )


def _cut(places: Sequence[Slice], chosen: np.ndarray) -> Iterator[Slice]:
    """The slices of what is chosen: of a slice over periods some of those, of another all or nothing."""
    start = 0
    for place in places:
        inside = place.take(chosen)
        if PERIOD in place.dimensions:
            axis = place.dimensions.index(PERIOD)
            others = tuple(i for i in range(len(place.shape)) if i != axis)
            kept = np.flatnonzero(inside.any(axis=others)) if place.size else np.empty(0, int)
            labels = tuple(place.coordinates[axis][int(k)] for k in kept)
            shape = tuple(len(kept) if i == axis else n for i, n in enumerate(place.shape))
            coordinates = tuple(labels if i == axis else each for i, each in enumerate(place.coordinates))
        elif inside.any():
            shape, coordinates = place.shape, place.coordinates
        else:
            continue
        cut = replace(place, start=start, shape=shape, coordinates=coordinates)
        start = cut.stop
        yield cut


def _periods(place: Slice) -> tuple[object, ...]:
    return place.coordinates[place.dimensions.index(PERIOD)] if PERIOD in place.dimensions else ()


def _nodes(places: Sequence[Slice], size: int, periods: Sequence[object], names: int) -> tuple[np.ndarray, int]:
    """Number of the period of every row or column, a number of its own, from `names` on, of a slice without periods."""
    position = {label: k for k, label in enumerate(periods)}
    node = np.zeros(size, int)
    for place in places:
        own = slice(place.start, place.stop)
        if PERIOD in place.dimensions:
            axis = place.dimensions.index(PERIOD)
            numbers = np.array([position[label] for label in place.coordinates[axis]], int)
            spread = [len(numbers) if i == axis else 1 for i in range(len(place.shape))]
            node[own] = np.broadcast_to(numbers.reshape(spread), place.shape).ravel()
        elif place.size:
            node[own], names = names, names + 1
    return node, names
