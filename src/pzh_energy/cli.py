"""The command line, `pzh-opt`: its commands, each in a module of its own.

What takes long to import is imported where it is used, so that help and refusals come at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pzh_energy.commands import (
    check,
    compare,
    data,
    explain,
    export,
    init,
    model,
    report,
    sensitivity,
    solve,
    sweep,
)
from pzh_energy.commands.common import DONE

DISTRIBUTION = "pzh-energy"

app = typer.Typer(
    name="pzh-opt",
    help="Plan the energy system of a hydro-rich city and hold the plan against its targets.",
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)
app.command()(solve.solve)
app.command()(report.report)
app.command()(check.check)
app.command()(explain.explain)
app.command()(compare.compare)
app.command()(compare.diff)
app.command()(sensitivity.sensitivity)
app.command()(sweep.sweep)
app.command()(export.export)
app.command()(init.init)
app.command()(model.schema)
app.command()(model.formulation)
app.add_typer(data.app)


def main() -> None:
    """Entry point of the `pzh-opt` command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that knows no Chinese must not end a solve
    app()


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False) -> None:
    if version:
        from importlib import metadata

        try:
            typer.echo(f"pzh-opt {metadata.version(DISTRIBUTION)}")
        except metadata.PackageNotFoundError:
            typer.echo("pzh-opt, not installed")
        raise typer.Exit(DONE)


if __name__ == "__main__":
    main()
