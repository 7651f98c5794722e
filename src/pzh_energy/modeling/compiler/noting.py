"""Notes what a rule looks up while it is read: parameters, named expressions, and what other layers hand in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

_open: list[dict[int, Any]] = []
"""Notes being taken, the innermost last; one compile at a time in a process, as in `templates`."""


@contextlib.contextmanager
def noting() -> Iterator[dict[int, Any]]:
    """Everything looked up inside, by id, each once."""
    found: dict[int, Any] = {}
    _open.append(found)
    try:
        yield found
    finally:
        _open.pop()


def note(*looked_up: Any) -> None:
    """Say that something is looked up."""
    if _open:
        _open[-1].update((id(each), each) for each in looked_up)
