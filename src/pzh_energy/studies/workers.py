"""Processes that solve cases side by side: each with one thread, gone when the process that started them is gone."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from pzh_energy.domain.errors import SolverStoppedError

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def spread(
    tasks: Sequence[Task], answer: Callable[[Task], Answer], start: Callable[..., None], arguments: Any, jobs: int
) -> Generator[tuple[int, Answer], None, None]:
    """Position and answer of every task, in the order in which the answers come.

    start: called with `arguments` once in each process, before its first task. With one job everything happens in this
    process. Processes are started afresh, because a solver's threads do not survive a fork. Whatever ends the iteration
    early, Ctrl-C included, the processes end at once. Raises what a task raises, and SolverStoppedError if a process is
    ended from outside.
    """
    if not tasks:
        return
    if min(jobs, len(tasks)) == 1:
        start(*arguments)
        yield from ((position, answer(task)) for position, task in enumerate(tasks))
        return
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(min(jobs, len(tasks)), context, _begin, (start, arguments)) as pool:
        futures = {pool.submit(answer, task): position for position, task in enumerate(tasks)}
        try:
            for future in as_completed(futures):
                yield futures.pop(future), future.result()
        except BrokenProcessPool as error:
            what = "a process that solved cases was ended from outside, perhaps for want of memory"
            raise SolverStoppedError(what) from error
        except BaseException:
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()  # nobody waits for what it has in hand, and the pool then ends by itself
            raise


def _begin(start: Callable[..., None], arguments: Any) -> None:
    """Set a process up: one thread, no ear for Ctrl-C, which its parent hears, and no life without it."""
    from threadpoolctl import threadpool_limits

    belong_to_parent()
    start(*arguments)
    threadpool_limits(1)  # after the start, which imports what has threads
    gc.freeze()  # what was made by now stays: the collector need not look through it with every case


def belong_to_parent() -> None:
    """Hear no Ctrl-C, which the parent hears and acts upon, and end when the parent has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def leave() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()
