"""`pzh-opt sweep`: one scenario over many values of its keys and of numbers of its data."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pzh_energy.commands.common import (
    DEBUG,
    INTERRUPTED,
    LANGUAGE,
    RESOLUTION_HELP,
    chosen_language,
    importing,
    readable_errors,
)
from pzh_energy.reporting.texts import Language, say

if TYPE_CHECKING:
    from pzh_energy.studies.sweep_plan import Plan

PLAIN_INTERVAL_S = 10.0
"""How often a sweep that is not watched in a terminal says that it goes on."""
MINUTE_S, HOUR_S = 60.0, 3600.0


def sweep(
    file: Annotated[Path, typer.Argument(metavar="SWEEP", help="Sweep file (YAML).")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder of the sweep.", show_default="results/<sweep name>")
    ] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a key of the scenario in every case; may be repeated."),
    ] = None,
    resolution: Annotated[str | None, typer.Option(help=RESOLUTION_HELP, show_default="the sweep's")] = None,
    jobs: Annotated[int | None, typer.Option(help="Processes.", show_default="all cores", min=1)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show only errors and the folder of the results.")] = False,
    lang: LANGUAGE = None,
    debug: DEBUG = False,
) -> None:
    """Solve a scenario over many values of its keys and of numbers of its data, and table what came of each case.

    Finished cases are kept in the folder: the same command goes on where it was stopped, and solves only what is new.
    """
    language = chosen_language(lang)
    with readable_errors(language, debug):
        with importing():
            from pzh_energy import api
            from pzh_energy.inputs.sweep_file import load_sweep
            from pzh_energy.reporting.sweeps import claim
            from pzh_energy.studies.sweep_plan import plan

        planned = plan(load_sweep(file), [*(assignments or ()), *api.resolution_assignment(resolution)])
        folder = output or Path("results") / planned.sweep.document.name
        claim(folder)
        _solve(planned, folder, jobs, Shown(language, quiet))


class Shown:
    """Says how far a sweep is: on one line in a terminal, now and then elsewhere, nothing when quiet."""

    def __init__(self, language: Language, quiet: bool) -> None:
        self.language, self.quiet = language, quiet
        self.done = self.count = 0
        self._said = 0.0

    def __call__(self, done: int, count: int, left: float | None) -> None:
        """So many of so many cases are done, and so many seconds are left."""
        self.done, self.count = done, count
        watched, ended = sys.stderr.isatty(), done == count
        now = time.perf_counter()
        if self.quiet or not (watched or ended or now - self._said >= PLAIN_INTERVAL_S):
            return
        self._said = now
        text = say("sweep_progress", self.language, done=done, count=count)
        if left is not None and not ended:
            words = {"done": done, "count": count, "left": duration(left, self.language)}
            text = say("sweep_progress_left", self.language, **words)
        # what stood there may have been longer
        typer.echo(f"\r\x1b[K{text}" if watched else text, nl=ended or not watched, err=True)


def duration(seconds: float, language: Language) -> str:
    """A time as long as it takes to read it."""
    if seconds < 2 * MINUTE_S:
        return say("seconds_left", language, seconds=seconds)
    if seconds < 2 * HOUR_S:
        return say("minutes_left", language, minutes=seconds / MINUTE_S)
    return say("hours_left", language, hours=seconds / HOUR_S)


def _solve(planned: Plan, folder: Path, jobs: int | None, shown: Shown) -> None:
    with importing():
        from pzh_energy.reporting.sweeps_views import show_sweep
        from pzh_energy.reporting.terminal import make_console
        from pzh_energy.studies.sweep import solve_plan

    try:
        swept = solve_plan(planned, folder, jobs, shown)
    except KeyboardInterrupt:
        words = {"done": shown.done, "count": shown.count, "folder": folder}
        begin = "\n" if sys.stderr.isatty() else ""
        typer.echo(begin + say("sweep_interrupted", shown.language, **words), err=True)
        sys.stdout.flush()
        if threading.active_count() > 1:
            os._exit(INTERRUPTED)  # the interpreter's own way out aborts while a solver's thread is at work
        raise typer.Exit(INTERRUPTED) from None
    swept.save(folder)
    if shown.quiet:
        typer.echo(folder)
        return
    show_sweep(swept, make_console(sys.stdout), shown.language)
    typer.echo(say("sweep_written", shown.language, folder=folder))
