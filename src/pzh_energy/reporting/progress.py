"""Progress of a run on stderr: a live line in a terminal, a plain line for each phase elsewhere, nothing when quiet."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import IO, Self

from rich.console import Console
from rich.status import Status

from pzh_energy.reporting.texts import Language, say

PLAIN_INTERVAL_S = 10.0
"""How often a solve that is not watched in a terminal says that it goes on."""


class ShownProgress:
    """Shows the phases with their times, and while solving the iterations and seconds so far.

    Use it as a context: leaving it ends the last phase. `seconds` holds the time of every phase. beginnings: what is
    called as a phase begins, by its name.
    """

    def __init__(
        self,
        stream: IO[str],
        language: Language,
        quiet: bool = False,
        beginnings: Mapping[str, Callable[[], None]] | None = None,
    ) -> None:
        self.console = Console(file=stream, highlight=False, markup=False, emoji=False, quiet=quiet)
        self.language = language
        self.seconds: dict[str, float] = {}
        self._beginnings = beginnings or {}
        self._status: Status | None = None
        self._phase = ""
        self._began = self._said = time.perf_counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(finished=kind is None)

    def phase(self, name: str) -> None:
        """A phase begins; the one before has ended."""
        self._end(finished=True)
        self._phase = name
        if name in self._beginnings:
            self._beginnings[name]()
        self._began = self._said = time.perf_counter()
        begins = say("phase_begins", self.language, phase=say(name, self.language))
        if self.console.is_terminal and not self.console.quiet:
            self._status = self.console.status(begins)
            self._status.start()
        else:
            self._line(begins)

    def solving(self, iterations: int, seconds: float) -> None:
        """The solver is at work."""
        text = say(
            "iterations", self.language, phase=say("solving", self.language), iterations=iterations, seconds=seconds
        )
        if self._status is not None:
            self._status.update(text)
        elif time.perf_counter() - self._said >= PLAIN_INTERVAL_S:
            self._said = time.perf_counter()
            self._line(text)

    def _end(self, finished: bool) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None
        if not self._phase:
            return
        self.seconds[self._phase] = time.perf_counter() - self._began
        if finished and self.console.is_terminal:
            name = say(self._phase, self.language)
            self._line(say("phase_done", self.language, phase=name, seconds=self.seconds[self._phase]))
        self._phase = ""

    def _line(self, text: str) -> None:
        self.console.print(text, soft_wrap=True)
        self.console.file.flush()
