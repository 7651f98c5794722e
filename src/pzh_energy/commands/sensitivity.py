"""`pzh-opt sensitivity`: which inputs a result rests on, by what their stated ranges would do to it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pzh_energy.commands.common import DEBUG, LANGUAGE, chosen_language, readable_errors
from pzh_energy.reporting.texts import Language, say

if TYPE_CHECKING:
    from pzh_energy.studies.sensitivity import Sensitivity


def sensitivity(
    scenario: Annotated[
        Path,
        typer.Argument(help="Scenario file (YAML), or folder that `pzh-opt solve` wrote: it then keeps the study."),
    ],
    result: Annotated[str, typer.Option("--by", help="Rank by `objective` or by the id of a target.")] = "objective",
    tables: Annotated[
        list[str] | None, typer.Option("--table", help="Only inputs of this table; may be repeated.")
    ] = None,
    top: Annotated[int, typer.Option(help="How many inputs to show in the ranking.", min=0)] = 20,
    csv: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write a row for every result and input that moves it, as CSV."),
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a scenario key; may be repeated.")
    ] = None,
    resolution: Annotated[str, typer.Option(help="Steps of the year of every solve.")] = "segments:24",
    jobs: Annotated[int | None, typer.Option(help="Processes.", show_default="all cores", min=1)] = None,
    lang: LANGUAGE = None,
    debug: DEBUG = False,
) -> None:
    """Move every number that has a range to both ends, one at a time, solve again, and say what each result rests on.

    A result folder keeps the study, and `report` and `data sources --result` show it.
    """
    language = chosen_language(lang)
    with readable_errors(language, debug):
        from pzh_energy.studies.sensitivity import sensitivity as study

        path = _scenario_of(scenario, whole=not assignments and not tables) if scenario.is_dir() else scenario

        def said(done: int, count: int) -> None:
            if sys.stderr.isatty() or done == count or done % 50 == 0:
                end = "\r" if sys.stderr.isatty() and done < count else "\n"
                typer.echo(say("solves_done", language, done=done, count=count) + end, nl=False, err=True)

        found = study(path, assignments or (), resolution, result, tables or (), jobs, said)
        _show(found, top, language)
        _keep(found, scenario, csv, language)


def _scenario_of(folder: Path, whole: bool) -> Path:
    """The scenario of a result folder, whose data must be as they were; before any time is spent."""
    from pzh_energy.domain.errors import InputError, Problem
    from pzh_energy.inputs.datapackage import read_datapackage
    from pzh_energy.reporting.cases import load_case
    from pzh_energy.reporting.files import refuse_changed, scenario_of_result

    path = scenario_of_result(folder)
    if not whole:
        what = "--set and --table make a study of something else than this result."
        raise InputError([Problem(str(folder), what, "Leave them out, or name the scenario file.")])
    refuse_changed(folder, read_datapackage(load_case(folder).data_path).hashes)
    return path


def _keep(found: Sensitivity, scenario: Path, csv: Path | None, language: Language) -> None:
    """Write the study where it was asked for, and into the result folder it is of."""
    from pzh_energy.reporting.swings import csv_text, write_swings

    if csv is not None:
        csv.write_text(csv_text(found.moves), encoding="utf-8", newline="")
        typer.echo(say("file_written", language, path=csv))
    if scenario.is_dir():
        table, _ = write_swings(scenario, found.swings, found.moves, found.hashes)
        typer.echo(say("swings_written", language, table=table))


def _show(found: Sensitivity, top: int, language: Language) -> None:
    from rich.text import Text

    from pzh_energy.reporting.swings_views import show_swings
    from pzh_energy.reporting.terminal import make_console, plain_table
    from pzh_energy.reporting.units import converted, display

    console = make_console(sys.stdout)
    if top:
        shown = display(found.unit, language).label
        console.print(Text(say("sensitivity_of", language, result=_result_name(found, language), unit=shown)))
        headings = [say(key, language) for key in ("input_heading", "grade", "range", "at_low", "at_high")]
        rows = []
        for record in found.table.head(top).to_dict("records"):
            # a swing of zero is the solver's noise at both ends
            changes = [(record[end] - record["base"]) * (record["swing"] > 0) for end in ("at_low", "at_high")]
            ends = [converted(change, found.unit, language, signed=True) for change in changes]
            unit = "" if record["unit"] == "1" else record["unit"]
            numbers = f"{record['low']} < {record['value']} < {record['high']} {unit}".rstrip()
            rows.append((str(record["input"]), str(record["grade"]), numbers, *ends))
        table = plain_table(headings, rows)
        for column in table.columns[:3:2]:
            column.no_wrap, column.overflow = False, "fold"
        for column in table.columns[3:]:
            column.justify = "right"
        console.print(table)
        console.print(Text(_by_grade(found, language)))
    show_swings(found.swings, console, language)


def _result_name(found: Sensitivity, language: Language) -> str:
    for row in found.targets:
        if row.identifier == found.result:
            return f"{row.identifier} {row.label_zh if language == 'zh' else row.label_en}"
    return say("objective_heading", language)


def _by_grade(found: Sensitivity, language: Language) -> str:
    """What share of all swings of the result comes from inputs of which grade."""
    sums = found.table.groupby("grade")["swing"].sum()
    total = float(sums.sum())
    parts = [f"{grade} {100 * value / total:.0f} %" for grade, value in sums.items() if total > 0]
    return say("swing_by_grade", language, parts=say("list_separator", language).join(parts) or "-")
