"""The same linear program through peers, up to where HiGHS has it: `python -m tests.benchmarks.peers 2030/segments:24`.

Four ways: `ours`; `pyomo`, our rules constructed by Pyomo itself and handed over by its own HiGHS interface; `linopy`
and `pypsa`, restated by hand from arrays that are ready (making them counts with us, and not with them). Extents are
those of `tests.benchmarks.part`. `--check` also holds the programs against each other and solves them.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from pzh_energy.modeling.compiler import Compiler
from pzh_energy.optimization import highs
from pzh_energy.optimization.assemble import assemble
from tests.benchmarks.apart import apart, markdown, number, peak_mb, processor_s, repeated
from tests.benchmarks.part import Extent, given_of, system_to

IMPORTS = {
    "ours": ("pzh_energy.api", "highspy"),
    "pyomo": ("pyomo.environ", "pyomo.contrib.solver.solvers.highs", "highspy"),
    "linopy": ("linopy", "highspy"),
    "pypsa": ("pypsa", "highspy"),
}
"""What each needs; imported before the clock starts."""
TOOLS: dict[Extent, tuple[str, ...]] = {
    "whole": ("ours", "pyomo"),
    "linopy": ("ours", "pyomo", "linopy"),
    "pypsa": ("ours", "pyomo", "linopy", "pypsa"),
}
AGREEMENT = 1e-6


@dataclass(frozen=True)
class Handed:
    """A HiGHS instance that holds the program; true cost = scale * HiGHS's objective + offset [million CNY]."""

    highs: Any
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Cell:
    """Processor seconds until the program is stated, and until HiGHS has it; shape; peak memory [MB]; cost if solved.

    numbers: sorted sizes of coefficients, costs and limits, the same for the same program in any order, if asked for;
    stopped: one that was not done after so many seconds by the clock, which is all that is known of it.
    """

    extent: Extent
    size: str
    tool: str
    state_s: float
    hand_s: float
    shape: tuple[int, int, int]
    peak_mb: float
    cost: float | None = None
    numbers: tuple[np.ndarray, ...] | None = None
    stopped: float | None = None

    def total(self) -> float:
        """Processor seconds of both."""
        return self.state_s + self.hand_s


Hand = Callable[[], Handed]


def ours(extent: Extent, size: str) -> Callable[[], Hand]:
    """Rules, numpy compile, one call."""
    system = system_to(extent, size)

    def state() -> Hand:
        program = Compiler(assemble(system).model.pyomo).compile()
        return lambda: Handed(highs._pass_model(program))

    return state


def pyomo(extent: Extent, size: str) -> Callable[[], Hand]:
    """The same rules constructed by Pyomo, and its HiGHS interface."""
    from pyomo.contrib.solver.solvers.highs import Highs

    system = system_to(extent, size)

    def state() -> Hand:
        model = assemble(system, "pyomo").model.pyomo

        def hand() -> Handed:
            solver = Highs()
            solver._active_config = solver.config  # set_instance expects a solve to be under way
            solver.set_instance(model)
            return Handed(solver._solver_model)

        return hand

    return state


def linopy(extent: Extent, size: str) -> Callable[[], Hand]:
    """Restated in linopy; names of rows and columns are not passed on."""
    from linopy.io import to_highspy

    from tests.benchmarks import with_linopy

    given = given_of(assemble(system_to(extent, size)))

    def state() -> Hand:
        statement = with_linopy.build(given)
        return lambda: Handed(to_highspy(statement.model, set_names=False), 1.0, statement.constant)

    return state


def pypsa(extent: Extent, size: str) -> Callable[[], Hand]:
    """Restated as a PyPSA network."""
    from linopy.io import to_highspy

    from tests.benchmarks import with_pypsa

    given = given_of(assemble(system_to(extent, size)))

    def state() -> Hand:
        network, scale, offset = with_pypsa.build(given)
        return lambda: Handed(to_highspy(network.model, set_names=False), scale, offset)

    return state


WAYS: dict[str, Callable[[Extent, str], Callable[[], Hand]]] = {
    "ours": ours,
    "pyomo": pyomo,
    "linopy": linopy,
    "pypsa": pypsa,
}


def measure(extent: Extent, size: str, tool: str, checking: bool = False) -> Cell:
    """State a part by a tool and hand it to HiGHS, in this process."""
    for module in IMPORTS[tool]:
        importlib.import_module(module)
    state = WAYS[tool](extent, size)
    times = [processor_s()]
    hand = state()
    times.append(processor_s())
    handed = hand()
    times.append(processor_s())
    model = handed.highs
    shape = (model.getNumRow(), model.getNumCol(), model.getNumNz())
    peak = peak_mb()
    cost, numbers = None, None
    if checking:
        numbers = fingerprint(model)
        model.setOptionValue("output_flag", False)
        model.run()
        cost = handed.scale * model.getInfo().objective_function_value + handed.offset
    return Cell(extent, size, tool, times[1] - times[0], times[2] - times[1], shape, peak, cost, numbers)


def fingerprint(model: Any) -> tuple[np.ndarray, ...]:
    """Sorted sizes of the coefficients that are not zero, of the costs, and of the finite limits of rows and columns.

    Columns that no row and no cost reads are left out: Pyomo does not hand them over.
    """
    program = model.getLp()
    entries = program.a_matrix_
    shape = (program.num_col_, program.num_row_)
    by_column = entries.format_ == highspy.MatrixFormat.kColwise
    make = sp.csc_array if by_column else sp.csr_array
    matrix = make((entries.value_, entries.index_, entries.start_), shape=shape[::-1])
    matrix.sum_duplicates()
    cost = np.asarray(program.col_cost_, float)
    used = (abs(matrix).sum(axis=0) > 0) | (cost != 0)
    limits = [np.asarray(side, float)[used] for side in (program.col_lower_, program.col_upper_)]
    rows = [np.asarray(side, float) for side in (program.row_lower_, program.row_upper_)]
    sizes = (np.abs(part) for part in (matrix.data, cost, np.concatenate(rows), np.concatenate(limits)))
    return tuple(np.sort(size[(size > 0) & (size < highspy.kHighsInf)]) for size in sizes)


def refuse_difference(ours: Cell, other: Cell) -> None:
    """AssertionError unless both state the same: the same numbers (not asked of PyPSA), and the same least cost."""
    if other.tool != "pypsa":
        assert ours.shape[0] == other.shape[0], f"{other.tool}: {other.shape}, ours {ours.shape}"
        for mine, theirs in zip(ours.numbers or (), other.numbers or (), strict=True):
            np.testing.assert_allclose(theirs, mine, rtol=1e-9, atol=1e-12, err_msg=other.tool)
    assert ours.cost is not None
    assert other.cost is not None
    difference = abs(other.cost - ours.cost) / max(1.0, abs(ours.cost))
    assert difference < AGREEMENT, f"{other.tool}: {other.cost}, ours {ours.cost}"


def side_by_side(
    extent: Extent, size: str, tools: Sequence[str] = (), checking: bool = False, limit_s: float = 600.0
) -> list[Cell]:
    """One part at one size by several tools, each in a process of its own, which is stopped after `limit_s`.

    What is only measured is the quickest of three runs; what is checked is solved as well, and runs once.
    """
    cells = []
    for tool in tools or TOOLS[extent]:
        if checking:
            cell = apart(measure, extent, size, tool, True, limit_s=limit_s)
        else:
            runs = repeated(measure, extent, size, tool, seconds=Cell.total, limit_s=limit_s)
            cell = min(runs, key=Cell.total, default=None)
        cells.append(cell or Cell(extent, size, tool, 0.0, 0.0, (0, 0, 0), 0.0, stopped=limit_s))
    if checking and cells[0].stopped is None:
        for cell in cells[1:]:
            if cell.stopped is None:
                refuse_difference(cells[0], cell)
    return cells


def table(groups: Sequence[Sequence[Cell]]) -> str:
    """A line for each cell; ratios are to the first of its group, which is ours."""
    heads = ["extent", "size", "by", "rows", "columns", "nonzeros", "state s", "hand over s", "sum s", "x ours"]
    rows = []
    for cells in groups:
        first = cells[0]
        for c in cells:
            if c.stopped is not None:
                rows.append([c.extent, c.size, c.tool, *"-----", f">{c.stopped:.0f} stopped", *"---"])
                continue
            shape = [f"{n}" for n in c.shape]
            seconds = [number(s) for s in (c.state_s, c.hand_s, c.total())]
            known = c is not first and first.stopped is None
            ratio = number(c.total() / first.total()) if known else "1" if c is first else "-"
            cost = "-" if c.cost is None else f"{c.cost:.4f}"
            rows.append([c.extent, c.size, c.tool, *shape, *seconds, ratio, f"{c.peak_mb:.0f}", cost])
    return markdown([*heads, "peak MB", "least cost"], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the sizes named on the command line and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description="The same program by peers.")
    parser.add_argument("sizes", nargs="+", help="such as 2020,2025,2030/segments:2016; PyPSA takes one year")
    parser.add_argument("--extent", choices=tuple(TOOLS), default="linopy")
    parser.add_argument("--tools", nargs="+", choices=tuple(WAYS), default=())
    parser.add_argument("--check", action="store_true", help="compare coefficients and least cost")
    stated = parser.parse_args(arguments)
    print(table([side_by_side(stated.extent, size, stated.tools, stated.check) for size in stated.sizes]))


if __name__ == "__main__":
    main()
