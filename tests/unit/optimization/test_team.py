"""Processes that share a program: the same answer whoever works on which part, and none left behind."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pzh_energy.optimization.solve import solve
from pzh_energy.optimization.structured import system as system_module
from pzh_energy.optimization.structured import team as team_module
from pzh_energy.optimization.structured.layout import lay_out, number_of_blocks
from pzh_energy.optimization.structured.matrix import SharedMatrix
from pzh_energy.optimization.structured.presolve import Presolve
from pzh_energy.optimization.structured.share import Share, shares_of
from pzh_energy.optimization.structured.solver import solve_structured
from pzh_energy.optimization.structured.standard import StandardForm, standard_form
from pzh_energy.optimization.structured.system import System
from pzh_energy.optimization.structured.team import Channel, Team
from tests.unit.optimization.programs import Shape, random_program

PROGRAM = random_program(Shape(periods=3, weather=2, steps=12, plants=2, storages=2), 5)
"""Six blocks."""


def divided(count: int) -> tuple[StandardForm, tuple[int, int], list[Share]]:
    """The standard form of PROGRAM in the order of its layout, where its border starts, and shares of it."""
    presolve = Presolve(PROGRAM)
    form = standard_form(presolve)
    layout = lay_out(PROGRAM, presolve, form)
    form = form.ordered(layout.row_order, layout.column_order)
    shares = shares_of(form, layout, count, (np.arange(len(form.cost)), None))
    return form, (layout.border_rows.start, layout.joined_columns.start), shares


def together(count: int, work: Callable[[int, Team], Any]) -> list[Any]:
    """What a team of threads, joined by pipes as processes are, makes of a work."""
    teams, leads = [], []
    for _ in range(count - 1):
        (down_in, down_out), (up_in, up_out) = os.pipe(), os.pipe()
        leads.append(Channel(os.fdopen(up_in, "rb"), os.fdopen(down_out, "wb")))
        teams.append(Team(leader=Channel(os.fdopen(down_in, "rb"), os.fdopen(up_out, "wb"))))
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count), [Team(leads), *teams]))


def rejoined(parts: list[np.ndarray], border: int) -> np.ndarray:
    """All blocks in order, then what the leader holds of the border."""
    own = border - sum(len(part) for part in parts[1:])
    return np.concatenate([parts[0][:own], *parts[1:], parts[0][own:]])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_shares_together_are_the_whole(count: int) -> None:
    """Proves that nothing is lost or counted twice: vectors rejoin to the form's, so do products with A and A'."""
    form, (border_row, border_column), shares = divided(count)
    assert len(shares) == count
    for name, border in (("right_side", border_row), ("cost", border_column), ("guess", border_column)):
        parts = [share.guess[0] if name == "guess" and share.guess else getattr(share, name) for share in shares]
        whole = rejoined(parts, border)
        expected = np.arange(len(form.cost)) if name == "guess" else getattr(form, name)
        np.testing.assert_array_equal(whole, expected)
    for turned, own, border in ((False, "cost", border_row), (True, "right_side", border_column)):
        rng = np.random.default_rng(1)
        vectors = [rng.normal(size=len(getattr(share, own))) for share in shares]

        def product(i: int, team: Team, turned: bool = turned, vectors: list[np.ndarray] = vectors) -> np.ndarray:
            matrix = SharedMatrix(shares[i], team)
            return (matrix.turned_times if turned else matrix.times)(vectors[i])

        whole = rejoined(together(count, product), border)
        vector = rejoined(vectors, border_row if turned else border_column)
        np.testing.assert_allclose(whole, (form.matrix.T if turned else form.matrix) @ vector, atol=1e-12)


def test_shares_carry_about_the_same_weight() -> None:
    """Proves that blocks are shared out by their coefficients, not by number. By hand, six like blocks of weight 1.

    In two shares three and three, in three two each. With the first four left a tenth of their coefficients the cut
    nearest to the half of 0.4 + 2 comes behind the fifth.
    """
    assert [len(share.blocks) for share in divided(2)[2]] == [3, 3]
    assert [len(share.blocks) for share in divided(3)[2]] == [2, 2, 2]
    presolve = Presolve(PROGRAM)
    form = standard_form(presolve)
    layout = lay_out(PROGRAM, presolve, form)
    form = form.ordered(layout.row_order, layout.column_order)
    thin = form.matrix.copy()
    light = np.arange(thin.indptr[layout.blocks[4].limits.start])
    thin.data[light[light % 10 > 0]] = 0.0
    thin.eliminate_zeros()
    shares = shares_of(replace(form, matrix=thin), layout, 2, None)
    assert [len(share.blocks) for share in shares] == [5, 1]
    assert number_of_blocks(PROGRAM) == 6


@pytest.mark.parametrize("processes", [2, 3])
def test_processes_do_not_change_the_answer(processes: int) -> None:
    """Proves that the blocks are independent: with one process and with several, the same numbers to rounding."""
    one, several = solve_structured(PROGRAM), solve_structured(PROGRAM, threads=processes)
    assert one.iterations == several.iterations
    assert one.free_directions == several.free_directions
    np.testing.assert_allclose(one.x, several.x, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(one.row_dual, several.row_dual, rtol=1e-6, atol=1e-6)


def test_sums_and_largest_are_those_of_all() -> None:
    """By hand: three members say 1, 2, 3 and (i, -i): total 6, largest (2, 0); everybody hears the leader's word."""

    def talk(i: int, team: Team) -> tuple[Any, ...]:
        return team.total(i + 1.0), team.largest(np.array([i, -i])).tolist(), team.spread(f"said by {i}"), team.leads

    assert together(3, talk) == [((6.0,), [2, 0], "said by 0", i == 0) for i in range(3)]


@pytest.mark.parametrize("command", ["/does/not/exist", "/bin/false"])
def test_a_lost_process_costs_time_and_no_answer(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """Proves that the program is solved all the same, with a warning, if a process cannot start or ends at once."""
    alone = solve_structured(PROGRAM)
    monkeypatch.setattr(team_module.sys, "executable", command)
    with pytest.warns(RuntimeWarning, match="solving with one"):
        answer = solve_structured(PROGRAM, threads=2)
    np.testing.assert_array_equal(answer.x, alone.x)


def test_no_process_is_left_after_an_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that Ctrl-C in the middle of a solve ends the other processes too, and that a time limit does."""
    started: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            started.append(self)

    monkeypatch.setattr(team_module.subprocess, "Popen", Recorded)

    def stop(iterations: int, seconds: float) -> None:
        if iterations == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve(PROGRAM, "structured", threads=3, watch=stop)
    assert solve(PROGRAM, "structured", threads=2, time_limit_s=0.0).outcome == "limit"
    assert len(started) == 3
    assert all(process.poll() is not None for process in started)


def test_a_block_without_factor_stops_every_process_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that the leader tells the others: a factor that fails in one process raises in all, and none waits."""
    shares = divided(2)[2]

    def factor(i: int, team: Team) -> str:
        system = System(shares[i], team)
        theta, slack = np.ones(len(shares[i].cost)), np.where(shares[i].slack_upper > 0, 1.0, 0.0)
        if i == failing:
            monkeypatch.setattr(system.blocks[0], "factor", broken)
        try:
            system.factor(theta, slack)
        except np.linalg.LinAlgError:
            return "failed"
        return "factored"

    def broken(*_: Any) -> None:
        raise np.linalg.LinAlgError

    failing = -1
    assert together(2, factor) == ["factored", "factored"]
    for failing in (0, 1):  # noqa: B007
        assert together(2, factor) == ["failed", "failed"]
    failing = -1

    def singular(_: Any) -> None:
        raise RuntimeError("Factor is exactly singular")

    monkeypatch.setattr(system_module, "splu", singular)
    assert together(2, factor) == ["failed", "failed"]
