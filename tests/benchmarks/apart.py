"""A process of its own for every measured cell: its peak memory is its own, and it can be stopped from outside."""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
RUNS = 3
SHORT_S = 60.0


def processor_s() -> float:
    """Processor seconds spent so far by this process and those it started and saw end."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def peak_mb() -> float:
    """Most memory this process has held, and beside it the largest of those it started and saw end [MB]."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    status = Path("/proc/self/status")
    if status.exists():  # a new process inherits the other figure from the one that started it
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        own = int(line.split()[1]) / 2**10
    return own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit


def apart(function: Callable[..., T], *arguments: Any, limit_s: float | None = None) -> T | None:
    """What a function returns in a new process on one core; None if it had to be stopped after `limit_s`.

    Raises RuntimeError with what went wrong there.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = os.environ["POLARS_MAX_THREADS"] = "1"
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(there, function, arguments))
    process.start()
    there.close()
    try:
        if not here.poll(limit_s):
            return None
        error, value = here.recv()
    except EOFError:
        raise RuntimeError(f"{function.__name__}{arguments}: the process died, perhaps for want of memory") from None
    finally:
        process.terminate()
        process.join()
        here.close()
    if error:
        raise RuntimeError(f"{function.__name__}{arguments}: {error}")
    return value


def repeated(
    function: Callable[..., T], *arguments: Any, seconds: Callable[[T], float], limit_s: float | None = None
) -> list[T]:
    """What three runs return, each as of `apart`; one that takes more than SHORT_S seconds is not repeated.

    Of several runs the quickest counts: what else a machine does only ever adds. None at all if one had to be stopped.
    """
    runs: list[T] = []
    while len(runs) < RUNS and (not runs or seconds(runs[0]) < SHORT_S):
        run = apart(function, *arguments, limit_s=limit_s)
        if run is None:
            return []
        runs.append(run)
    return runs


def _report(there: Connection, function: Callable[..., Any], arguments: Sequence[Any]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.dup2(2, 1)  # solvers greet on the standard output, which is for the answer
    try:
        there.send(("", function(*arguments)))
    except Exception as error:  # whatever it is belongs to whoever asked
        there.send((f"{type(error).__name__}: {error}", None))


def _end_with_parent() -> None:
    """A cell nobody waits for any more would disturb whatever is measured next."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def import_seconds(*modules: str, repeats: int = 3) -> float:
    """Median processor seconds in which a new interpreter imports some modules."""
    code = f"import time; t = time.process_time(); import {', '.join(modules)}; print(time.process_time() - t)"
    command = [sys.executable, "-c", code]
    runs = [subprocess.run(command, check=True, capture_output=True, text=True).stdout for _ in range(repeats)]
    return statistics.median(float(run) for run in runs)


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table, its columns padded so that it can be read in a terminal too; the first column is text."""
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = [c.ljust(w) if k == 0 else c.rjust(w) for k, (c, w) in enumerate(zip(cells, widths, strict=True))]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * w if k == 0 else "-" * (w - 1) + ":" for k, w in enumerate(widths)]
    return "\n".join([line(heads), line(rule), *map(line, rows)])


def number(value: float | None, digits: int = 3) -> str:
    """A number with so many significant digits, - for none.

    >>> [number(v) for v in (0.0123, 4.5678, 1234.5, None)]
    ['0.012', '4.57', '1234', '-']
    """
    if value is None:
        return "-"
    for least, decimals in ((100, 0), (10, 1), (1, 2)):
        if abs(value) >= least:
            return f"{value:.{decimals}f}"
    return f"{value:.{digits}f}"
