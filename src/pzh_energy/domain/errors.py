"""What can go wrong, said in three parts: where, what, and what to do.

Input problems are collected and shown together, so that one run tells everything that is wrong with a file.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: `where` (file:line and key), `what` is wrong, and the `remedy`."""

    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" {self.remedy}" if self.remedy else "")


class PzhError(Exception):
    """Base of every error this program raises on purpose; `exit_code` is what the command line returns."""

    exit_code = 4


class InputError(PzhError):
    """The input is wrong; nothing was solved and nothing was written."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InfeasibleError(PzhError):
    """No plan satisfies every hard row at once.

    clashes: which targets exclude each other, and system: the system they belong to, where arithmetic told it before
    the solve.
    """

    exit_code = 3

    def __init__(self, message: str, clashes: tuple[Any, ...] = (), system: Any = None) -> None:
        self.clashes, self.system = clashes, system
        super().__init__(message)


class SolverStoppedError(PzhError):
    """The solver ended without an optimal solution; `status` is the solver's own word, `seconds` its time."""

    exit_code = 4

    def __init__(self, message: str, status: str = "", seconds: float = 0.0) -> None:
        self.status, self.seconds = status, seconds
        super().__init__(message)


class LimitReachedError(SolverStoppedError):
    """The solver reached a limit of time or iterations; bound: what no plan can undercut [million CNY], if proved."""

    def __init__(self, message: str, status: str = "", seconds: float = 0.0, bound: float | None = None) -> None:
        self.bound = bound
        super().__init__(message, status, seconds)


class UnboundedError(SolverStoppedError):
    """The cost can fall for ever: an input allows a free lunch."""


class AuditError(PzhError):
    """The solution failed its own audit; nothing was written."""

    exit_code = 4


class RuleError(PzhError):
    """A rule of the model cannot be compiled: a fault of the program, not of the input."""


class Problems:
    """Collects problems; `raise_if_any` shows them together."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, where: str, what: str, remedy: str = "") -> None:
        """Record one problem."""
        self.found.append(Problem(where, what, remedy))

    def raise_if_any(self) -> None:
        """Raise InputError with all that was found, in the order of their places; return if nothing was."""
        if self.found:
            raise InputError(dict.fromkeys(self.found))


def near_miss(name: str, known: Iterable[str]) -> str:
    """A remedy for an unknown name: the nearest known one, and the list.

    >>> near_miss("wnd", ["wind", "solar_pv"])
    'Did you mean "wind"? Known: solar_pv, wind'
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    hint = f'Did you mean "{close[0]}"? ' if close else ""
    return f"{hint}Known: {', '.join(names) if names else 'none'}"
