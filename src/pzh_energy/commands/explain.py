"""`pzh-opt explain`: why a scenario has no plan, or what holds its plan back and what a little more would cost."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pzh_energy.commands.common import DEBUG, DONE, LANGUAGE, RESOLUTION_HELP, chosen_language, readable_errors
from pzh_energy.domain.errors import InfeasibleError

if TYPE_CHECKING:
    from pzh_energy.api import Explained
    from pzh_energy.reporting.texts import Language


def explain(
    source: Annotated[Path, typer.Argument(metavar="SCENARIO|RESULT", help="Scenario file, or folder of a result.")],
    curve: Annotated[
        str | None, typer.Option(metavar="TARGET", help="Show what this target costs as more of it is asked.")
    ] = None,
    at: Annotated[
        list[float] | None, typer.Option(metavar="VALUE", help="A value of the curve; may be repeated.")
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a scenario key; may be repeated.")
    ] = None,
    resolution: Annotated[
        str | None,
        typer.Option(help=RESOLUTION_HELP, show_default="the scenario's"),
    ] = None,
    lang: LANGUAGE = None,
    debug: DEBUG = False,
) -> None:
    """Say why targets are missed, which limits bind, and what it would take; nothing is written.

    Returns 0 if there is a plan or the scenario expects none, 3 if there is none.
    """
    language = chosen_language(lang)
    with readable_errors(language, debug):
        from pzh_energy import api
        from pzh_energy.reporting.progress import ShownProgress

        with ShownProgress(sys.stderr, language) as progress:
            found = api.explain(source, list(assignments or ()), resolution, curve, list(at or ()), progress)
        _show(found, language)
        unexpected = found.infeasible is not None and found.system.scenario.expect != "infeasible"
        raise typer.Exit(InfeasibleError.exit_code if unexpected else DONE)


def _show(found: Explained, language: Language) -> None:
    from rich.text import Text

    from pzh_energy.reporting.explanation import names_of, show_binding, show_curve, show_infeasible
    from pzh_energy.reporting.terminal import make_console, objective_line, summary_table
    from pzh_energy.reporting.texts import say

    console, names = make_console(sys.stdout), names_of(found.system, language)
    if found.curve is not None:
        show_curve(found.curve, names, console)
    if found.binds is not None:
        show_binding(found.binds, names, console)
    if found.infeasible is not None:
        show_infeasible(found.infeasible, names, console)
        if found.run is not None:
            console.print()
            console.print(Text(say("nearest_plan", language), style="bold"))
            console.print(summary_table(found.run.results, language))
    if found.run is not None:
        console.print(Text(objective_line(found.run.results, found.run.objective, language)))
