"""`pzh-opt data`: look at a data package, check it, make its series, bring in own ones."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pzh_energy.commands.common import DEBUG, LANGUAGE, chosen_language, print_columns, readable_errors
from pzh_energy.commands.data_import import data_import
from pzh_energy.reporting.texts import Language, say

DATA = Annotated[Path, typer.Option("--data", help="Folder of the data package.")]

app = typer.Typer(name="data", help="Look at a data package, check it, make its series.", no_args_is_help=True)


app.command("import")(data_import)


@app.command("list")
def data_list(data: DATA = Path("data"), lang: LANGUAGE = None, debug: DEBUG = False) -> None:
    """List the tables: rows, and how many of them have which grade."""
    language = chosen_language(lang)
    with readable_errors(language, debug):
        from pzh_energy.inputs.datapackage import describe, read_datapackage

        summaries = describe(read_datapackage(data, with_series=False))
        headings = [say(key, language) for key in ("table", "rows", "grades")]
        grades = (" ".join(f"{grade}:{count}" for grade, count in each.grades.items()) for each in summaries)
        print_columns(headings, [(each.table, str(each.rows), g) for each, g in zip(summaries, grades, strict=True)])


@app.command("check")
def data_check(data: DATA = Path("data"), lang: LANGUAGE = None, debug: DEBUG = False) -> None:
    """Check the whole package, the hourly series included."""
    language = chosen_language(lang)
    with readable_errors(language, debug):
        from pzh_energy.inputs.datapackage import describe, read_datapackage

        summaries = describe(read_datapackage(data))
        rows = sum(each.rows for each in summaries)
        typer.echo(say("data_sound", language, tables=len(summaries), rows=rows))


@app.command("sources")
def data_sources(
    data: DATA = Path("data"),
    result: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Instead say how much of this result rests on which grade."),
    ] = None,
    lang: LANGUAGE = None,
    debug: DEBUG = False,
) -> None:
    """Print what every number rests on, one line each, columns separated by tabs."""
    language = chosen_language(lang)
    with readable_errors(language, debug):
        if result is not None:
            _show_grades(result, language)
            return
        from pzh_energy.inputs.datapackage import SourceRow, read_datapackage, sources

        typer.echo("\t".join(SourceRow._fields))
        for row in sources(read_datapackage(data, with_series=False)):
            typer.echo("\t".join(row))


def _show_grades(folder: Path, language: Language) -> None:
    from pzh_energy.domain.errors import InputError, Problem
    from pzh_energy.reporting.grades import money_by_grade, numbers_by_grade
    from pzh_energy.reporting.saved import load_results
    from pzh_energy.reporting.swings_views import show_swings
    from pzh_energy.reporting.terminal import make_console
    from pzh_energy.reporting.units import converted, display

    run = load_results(folder)
    results = run.results
    counts = numbers_by_grade(results)
    if not counts.sum() > 0:
        raise InputError([Problem(str(folder), "does not say what it rests on.", "Solve the scenario again.")])
    money = money_by_grade(results).groupby("grade")[["spent", "earned"]].sum()
    size = money.sum(axis=1)
    typer.echo(say("cost_by_grade", language, unit=display("million CNY", language).label))
    rows = [
        (
            say(f"grade_{grade}", language),
            *(converted(money.loc[grade, key], "million CNY", language) for key in ("spent", "earned")),
            f"{100 * size[grade] / size.sum():.0f}",
        )
        for grade in sorted(money.index, key="ABCD?".index)
    ]
    print_columns([say(key, language) for key in ("grade", "spent", "earned", "share")], rows)
    parts = (f"{grade} {count:.0f}" for grade, count in counts.items())
    typer.echo(say("numbers_by_grade", language, parts=say("list_separator", language).join(parts)))
    if run.swings is None:
        typer.echo(say("swings_missing", language, folder=folder))
    else:
        show_swings(run.swings, make_console(sys.stdout), language)


@app.command("generate")
def data_generate(data: DATA = Path("data"), debug: DEBUG = False) -> None:
    """Make the hourly series anew from the monthly facts and the seeds."""
    with readable_errors(chosen_language(), debug):
        from pzh_energy.inputs.profiles import write_series

        for path in write_series(data):
            typer.echo(path)
