"""Processes that solve one program together, each with blocks of its own; the leader holds the border besides.

Every process runs the same iteration on its own part and takes every decision from numbers the leader has added up, so
that all stay in step. The others are started afresh rather than forked: they carry no lock or thread of the caller's
along, on every platform, and import numpy and scipy only, while the leader reduces the program.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any

import numpy as np

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""The processes share the cores; BLAS on pieces as small as theirs would only wait for its own threads."""


class MemberLostError(Exception):
    """A process of the team has ended or could not be started; what it worked on is lost."""


class Channel:
    """Sends and receives whole values over a pair of pipes."""

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        self._incoming, self._outgoing = incoming, outgoing

    def send(self, value: Any) -> None:
        """Send a value. Raises MemberLostError if nobody is left to read it."""
        try:
            pickle.dump(value, self._outgoing, protocol=5)
            self._outgoing.flush()
        except OSError as error:
            raise MemberLostError(str(error)) from error

    def receive(self) -> Any:
        """The next value. Raises MemberLostError if there will be none."""
        try:
            return pickle.load(self._incoming)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise MemberLostError(str(error)) from error


class Team:
    """What the processes of a team tell each other; all of them call the same methods in the same order."""

    def __init__(self, others: Sequence[Channel] = (), leader: Channel | None = None) -> None:
        self.others = tuple(others)
        self._leader = leader

    @property
    def leads(self) -> bool:
        """True in the process that holds the border."""
        return self._leader is None

    def gather(self, value: Any) -> list[Any]:
        """To the leader: the value of each, its own first; to the others nothing."""
        if self._leader is not None:
            self._leader.send(value)
            return []
        return [value, *(other.receive() for other in self.others)]

    def spread(self, value: Any) -> Any:
        """The leader's value, to all."""
        if self._leader is not None:
            return self._leader.receive()
        for other in self.others:
            other.send(value)
        return value

    def total(self, *values: float) -> tuple[float, ...]:
        """The sum over all processes of each value, to all."""
        return tuple(self.spread([sum(each) for each in zip(*self.gather(values), strict=True)]))

    def largest(self, values: np.ndarray) -> np.ndarray:
        """The largest over all processes of each value, to all."""
        parts = self.gather(values)
        return np.asarray(self.spread(np.max(parts, axis=0) if self.leads else None))


@contextmanager
def team_of(size: int) -> Iterator[Team]:
    """A team led by this process; the others end with it. Raises MemberLostError where none can be started."""
    command = [sys.executable, "-c", "from pzh_energy.optimization.structured.member import serve; serve()"]
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": paths}
    quiet = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(size - 1):
            try:
                process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, creationflags=quiet
                )
            except OSError as error:
                raise MemberLostError(str(error)) from error
            processes.append(process)
        yield Team([Channel(each.stdout, each.stdin) for each in processes if each.stdout and each.stdin])
    finally:
        for process in processes:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                _close(pipe)


def _close(pipe: Any) -> None:
    """Close a pipe nobody reads any more, whatever is still in it."""
    with suppress(OSError):
        pipe.close()
