"""The work of one process on its share of a program, the leader's and that of those it has started."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pzh_energy.optimization.structured.interior_point import InteriorPoint
from pzh_energy.optimization.structured.share import Share
from pzh_energy.optimization.structured.system import System
from pzh_energy.optimization.structured.team import Channel, MemberLostError, Team


@dataclass(frozen=True)
class Found:
    """The best point found, of one share: values (own columns,), duals (own rows,), how many of its columns and slacks
    stand clear of their limits; columns (own columns, 3), rows (own rows, 4): the point to start like programs from.
    """

    x: np.ndarray
    y: np.ndarray
    inside: int
    columns: np.ndarray
    rows: np.ndarray


def work(share: Share, team: Team, tolerance: float, interrupted: Callable[[], bool]) -> Found:
    """Solve together with the others of the team; interrupted: asked by the leader alone, ahead of every iteration."""
    iteration = InteriorPoint(share, System(share, team), team, interrupted)
    reached = False
    if share.guess is not None:
        columns, rows = share.guess
        begin = iteration.near(columns) if rows is None else iteration.resumed(columns, rows)
        point, progress = iteration.solve(tolerance, begin)
        reached = progress.error < tolerance or iteration.stopped
    if not reached:  # a bad guess costs time, no answer
        point, progress = iteration.solve(tolerance, iteration.start())
    return Found(point.x[: iteration.columns], point.y, iteration.inside(point), *iteration.taken_apart(iteration.kept))


def serve() -> None:
    """Work on what comes in at the standard input until there is no more. Ctrl-C is for the leader, who ends us too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leader = Channel(sys.stdin.buffer, sys.stdout.buffer)
    sys.stdout = sys.stderr  # what anything prints must not come between the values
    team = Team(leader=leader)
    while True:
        try:
            share, tolerance = leader.receive()
            leader.send(work(share, team, tolerance, lambda: False))
        except MemberLostError:
            return
