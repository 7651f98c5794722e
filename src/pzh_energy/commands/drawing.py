"""Pictures of a report drawn by two processes: half the wait where there is a second core."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pzh_energy.commands.common import importing
from pzh_energy.studies.workers import belong_to_parent

if TYPE_CHECKING:
    from pzh_energy.modeling.results import Results
    from pzh_energy.reporting.plots import Drawn, Picture
    from pzh_energy.reporting.scorecard import ScorecardRow
    from pzh_energy.reporting.texts import Language

_taken: Mapping[str, Callable[[], Picture | None]] = {}
"""In the second process: what makes each picture of the results it was given."""


class Pictures(AbstractContextManager["Pictures"]):
    """The pictures of a report under way, drawn by this process and a second one.

    Say `prepare` while the results are not there yet, `begin` as soon as they are, and `drawn` when the pictures are
    needed. Leaving the context ends the second process, after what it has in hand. With one core there is none.
    """

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._made: Mapping[str, Callable[[], Picture | None]] = {}
        self._open: list[str] = []
        self._promised: dict[str, Future[Drawn | None]] = {}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def prepare(self) -> None:
        """Start the second process, which imports what it takes to draw."""
        if (os.cpu_count() or 1) > 1:
            with suppress(OSError, ImportError, NotImplementedError):  # what keeps a machine from starting it
                self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), belong_to_parent)
                self._pool.submit(_prepare)

    def begin(self, results: Results, language: Language, scorecard: Sequence[ScorecardRow]) -> None:
        """Let the second process begin with the last pictures."""
        with importing():
            from pzh_energy.reporting.plots import makers
        self._made = makers(results, language, scorecard)
        self._open = list(self._made)
        # taken apart now, not by the pool's thread while this one goes on working with the results
        given = pickle.dumps((results, language, scorecard), pickle.HIGHEST_PROTOCOL)
        if self._submit(_take, given) is not None:
            self._ask(len(self._open) // 2)

    def drawn(self) -> list[Drawn]:
        """Every picture there is something for, in the order in which people look.

        Draws from the first one on until the second process has been met. Which of the two draws a picture does not
        show in it. If the second is ended from outside, all is drawn here.
        """
        found: dict[str, Drawn | None] = {}
        while self._open:
            self._ask(2)
            key = self._open.pop(0)
            found[key] = _drawn(self._made[key])
        if self._pool is not None:
            self._pool.shutdown(wait=False)  # it ends while the page is made
        for key, promise in self._promised.items():
            try:
                found[key] = promise.result()
            except BrokenProcessPool:
                found[key] = _drawn(self._made[key])
        return [picture for key in self._made if (picture := found[key]) is not None]

    def _ask(self, count: int) -> None:
        """Let the second process have so many pictures in hand, taken from the end; one is left for this one."""
        while len(self._open) > 1 and sum(not each.done() for each in self._promised.values()) < count:
            promise = self._submit(_draw, self._open[-1])
            if promise is None:
                return
            self._promised[self._open.pop()] = promise

    def _submit(self, task: Callable[[Any], Any], given: object) -> Future[Any] | None:
        """A task for the second process; None if there is none, or no more."""
        if self._pool is None:
            return None
        try:
            return self._pool.submit(task, given)
        except BrokenProcessPool:
            return None


def _prepare() -> None:
    with importing():
        import pzh_energy.reporting.plots  # noqa: F401


def _take(given: bytes) -> None:
    global _taken
    from pzh_energy.reporting.plots import makers

    _taken = makers(*pickle.loads(given))


def _draw(key: str) -> Drawn | None:
    return _drawn(_taken[key])


def _drawn(make: Callable[[], Picture | None]) -> Drawn | None:
    picture = make()
    return None if picture is None else picture.drawn()
