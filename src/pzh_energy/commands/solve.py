"""`pzh-opt solve`: the whole way from a scenario to a folder of results."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pzh_energy.commands.common import (
    DEBUG,
    DONE,
    GATE_MISSED,
    LANGUAGE,
    RESOLUTION_HELP,
    STOPPED,
    chosen_language,
    importing,
    read_scenario,
    readable_errors,
)
from pzh_energy.domain.errors import InfeasibleError
from pzh_energy.reporting.texts import Language, say

if TYPE_CHECKING:
    from pzh_energy.api import Run


def solve(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML).")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder of the results.", show_default="results/<scenario name>"),
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a scenario key; may be repeated.")
    ] = None,
    resolution: Annotated[
        str | None,
        typer.Option(help=RESOLUTION_HELP, show_default="the scenario's"),
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Time the solver may take.", show_default="the scenario's")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show only errors and the folder of the results.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Also show every check and the model's size.")] = False,
    lang: LANGUAGE = None,
    vertex: Annotated[
        bool, typer.Option("--vertex", help="End at a corner of the set of optimal plans, whatever the method.")
    ] = False,
    verify_full: Annotated[
        bool, typer.Option("--verify-full", help="Run the plan's builds on all 8760 hours and show what was hidden.")
    ] = False,
    gate: Annotated[bool, typer.Option("--gate", help="Return 1 if a gated target is not as required.")] = False,
    debug: DEBUG = False,
) -> None:
    """Solve a scenario, show its scorecard and write its results."""
    language = chosen_language(lang)
    with readable_errors(language, debug):
        changes = [*(assignments or ()), *(["solver.vertex=true"] if vertex else [])]
        with importing():
            asked = read_scenario(scenario, changes)
            from pzh_energy.reporting.files import check_destination

        folder = output or Path("results") / asked.name
        check_destination(folder)
        try:
            shown = Shown(language, quiet, verbose)
            run = _run_and_write(scenario, changes, resolution, time_limit, verify_full, folder, shown)
        except InfeasibleError:
            if asked.expect != "infeasible":
                raise
            typer.echo(say("expected_infeasible", language))
            return
        code = _judge(run, language) if gate else _say_if_unexpected(run, language)
        raise typer.Exit(code or _verified(run))


@dataclass(frozen=True)
class Shown:
    """How a run is told about."""

    language: Language
    quiet: bool
    verbose: bool


def _run_and_write(
    path: Path,
    assignments: list[str],
    resolution: str | None,
    time_limit: float | None,
    verify_full: bool,
    folder: Path,
    shown: Shown,
) -> Run:
    with importing():
        from pzh_energy import api
        from pzh_energy.reporting.progress import ShownProgress
        from pzh_energy.reporting.terminal import make_console, show_run, timings_line
        from pzh_energy.reporting.verification_views import show_verification
        from pzh_energy.studies.verification import verify

    language = shown.language
    with ShownProgress(sys.stderr, language, shown.quiet) as progress:
        run = api.solve(path, assignments, resolution, time_limit, progress)
        if verify_full:
            run = replace(run, verification=verify(run, api.Stopwatch(progress)))
        progress.phase("writing")
        began = time.perf_counter()
        written = api.write(run, folder)
        timings = {**run.timings, "writing": time.perf_counter() - began}
    if shown.quiet:
        typer.echo(written)
        return run
    console = make_console(sys.stdout)
    show_run(run, console, language, shown.verbose)
    if run.verification is not None:
        show_verification(run.verification, console, language)
        console.print()
        timings["verifying"] = run.verification.seconds
    console.print(timings_line(timings, language))
    console.print(say("written", language, folder=written), soft_wrap=True)
    return run


def _verified(run: Run) -> int:
    """Exit code of a plan whose verification, if it was asked for, did or did not come to an end."""
    if run.verification is None or run.verification.outcome == "optimal":
        return DONE
    return InfeasibleError.exit_code if run.verification.outcome == "infeasible" else STOPPED


def _say_if_unexpected(run: Run, language: Language) -> int:
    """Say so if a scenario that expects to be infeasible was solved; done all the same."""
    if run.scenario.expect == "infeasible":
        typer.echo(say("not_infeasible", language), err=True)
    return DONE


def _judge(run: Run, language: Language) -> int:
    """Exit code of a gated solve, saying what is not as required."""
    from pzh_energy.reporting.scorecard import gate_missed

    _say_if_unexpected(run, language)
    missed = gate_missed(run.scorecard)
    if missed:
        names = say("list_separator", language).join(row.identifier for row in missed)
        typer.echo(say("gate_missed", language, targets=names), err=True)
    return GATE_MISSED if missed or run.scenario.expect == "infeasible" else DONE
