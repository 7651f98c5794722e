"""The work of one process on its share of a program; run as a module it serves the leader at its pipes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable

from pzh_energy.optimization.structured.interior_point import InteriorPoint, Point
from pzh_energy.optimization.structured.share import Share
from pzh_energy.optimization.structured.system import System
from pzh_energy.optimization.structured.team import Channel, MemberLostError, Team


def work(share: Share, team: Team, tolerance: float, interrupted: Callable[[], bool]) -> tuple[Point, int]:
    """The best point found and how many of its columns and slacks stand clear of their limits, of this share.

    interrupted: asked by the leader alone, ahead of every iteration.
    """
    iteration = InteriorPoint(share, System(share, team), team, interrupted)
    reached = False
    if share.guess is not None:
        point, progress = iteration.solve(tolerance, iteration.near(share.guess))
        reached = progress.error < tolerance or iteration.stopped
    if not reached:  # a bad guess costs time, no answer
        point, progress = iteration.solve(tolerance, iteration.start())
    return point, iteration.inside(point)


def main() -> None:
    """Work on what the leader sends until it sends no more. It also stops us: Ctrl-C is not ours to see."""
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


if __name__ == "__main__":
    main()
