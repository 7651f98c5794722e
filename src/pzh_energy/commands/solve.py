"""`pzh-opt solve`: the whole way from a scenario to a folder of results."""

from __future__ import annotations

import sys
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
from pzh_energy.commands.drawing import Pictures
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
    report: Annotated[bool, typer.Option(help="Also write the report, a page to open in a browser.")] = True,
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
    """Solve a scenario, show its scorecard, write its results and their report."""
    language = chosen_language(lang)
    with readable_errors(language, debug):
        changes = [*(assignments or ()), *(["solver.vertex=true"] if vertex else [])]
        with importing():
            asked = read_scenario(scenario, changes)
            from pzh_energy.reporting.files import check_destination

        folder = output or Path("results") / asked.name
        check_destination(folder)
        try:
            shown = Shown(language, quiet, verbose, report)
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
    """How a run is told about; report: on a page too."""

    language: Language
    quiet: bool
    verbose: bool
    report: bool


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
        from pzh_energy.studies.verification import verify

    with Pictures() as under_way:
        # the solver has both cores until it is done
        beginnings = {"checking": under_way.prepare} if shown.report else {}
        progress = ShownProgress(sys.stderr, shown.language, shown.quiet, beginnings)
        with progress:
            run = api.solve(path, assignments, resolution, time_limit, progress)
            if verify_full:
                run = replace(run, verification=verify(run, api.Stopwatch(progress)))
            progress.phase("writing")
            if shown.report:
                under_way.begin(run.results, shown.language, run.scorecard)
            written = api.write(run, folder)
        try:
            if not shown.quiet:
                _show(run, written, progress.seconds["writing"], shown)
            if shown.report:
                with progress:
                    progress.phase("drawing")
                    _write_report(written, under_way, shown)
        except KeyboardInterrupt:
            raise KeyboardInterrupt("interrupted_written") from None
    if shown.quiet:
        typer.echo(written)
    return run


def _show(run: Run, written: Path, writing_s: float, shown: Shown) -> None:
    """The results in the terminal, the time they took, and where they are."""
    from pzh_energy.reporting.terminal import make_console, show_run, timings_line
    from pzh_energy.reporting.verification_views import show_verification

    language, timings = shown.language, {**run.timings, "writing": writing_s}
    console = make_console(sys.stdout)
    show_run(run, console, language, shown.verbose)
    if run.verification is not None:
        show_verification(run.verification, console, language)
        console.print()
        timings["verifying"] = run.verification.seconds
    console.print(timings_line(timings, language))
    console.print(say("written", language, folder=written), soft_wrap=True)
    sys.stdout.flush()


def _write_report(folder: Path, under_way: Pictures, shown: Shown) -> None:
    """The page of the results in a folder, of what is written there and nothing else."""
    with importing():
        from pzh_energy.reporting.files import PAGE
        from pzh_energy.reporting.report import make_report, write_page
        from pzh_energy.reporting.saved import load_results

    write_page(make_report(load_results(folder), shown.language, under_way.drawn), folder / PAGE)
    if not shown.quiet:
        typer.echo(say("report_written", shown.language, path=folder / PAGE))


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
