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
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML).")],
    result: Annotated[str, typer.Option("--by", help="Rank by `objective` or by the id of a target.")] = "objective",
    tables: Annotated[
        list[str] | None, typer.Option("--table", help="Only inputs of this table; may be repeated.")
    ] = None,
    top: Annotated[int, typer.Option(help="How many inputs to show.", min=1)] = 20,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write all of them as a CSV table.")] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a scenario key; may be repeated.")
    ] = None,
    resolution: Annotated[str, typer.Option(help="Steps of the year of every solve.")] = "segments:24",
    jobs: Annotated[int | None, typer.Option(help="Processes.", show_default="all cores", min=1)] = None,
    lang: LANGUAGE = None,
    debug: DEBUG = False,
) -> None:
    """Move every number that has a range to both ends, one at a time, solve again, and rank what moves the result."""
    language = chosen_language(lang)
    with readable_errors(language, debug):
        from pzh_energy.studies.sensitivity import sensitivity as study

        def said(done: int, count: int) -> None:
            if sys.stderr.isatty() or done == count or done % 50 == 0:
                end = "\r" if sys.stderr.isatty() and done < count else "\n"
                typer.echo(say("solves_done", language, done=done, count=count) + end, nl=False, err=True)

        found = study(scenario, assignments or (), resolution, result, tables or (), jobs, said)
        _show(found, top, language)
        if csv is not None:
            found.table.to_csv(csv, index=False, encoding="utf-8-sig", float_format="%.10g", lineterminator="\n")
            typer.echo(say("file_written", language, path=csv))


def _show(found: Sensitivity, top: int, language: Language) -> None:
    from rich.text import Text

    from pzh_energy.reporting.terminal import make_console, plain_table
    from pzh_energy.reporting.units import converted, display

    console = make_console(sys.stdout)
    shown = display(found.unit, language).label
    console.print(Text(say("sensitivity_of", language, result=_result_name(found, language), unit=shown)))
    headings = [say(key, language) for key in ("key", "grade", "range", "at_low", "at_high")]
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
    for line in (*_turns(found, language), _by_grade(found, language)):
        console.print(Text(line))


def _result_name(found: Sensitivity, language: Language) -> str:
    for row in found.targets:
        if row.identifier == found.result:
            return f"{row.identifier} {row.label_zh if language == 'zh' else row.label_en}"
    return say("objective_heading", language)


_STATUSES = {"infeasible": "found_no_plan", "refused": "refused", "stopped": "not_solved"}


def _turns(found: Sensitivity, language: Language) -> list[str]:
    """A line for each input that alone turns a verdict."""

    def said(part: str) -> str:
        end, _, what = part.partition(": ")
        each = [_STATUSES.get(word) or word for word in what.split(", ")]
        words = [" ".join(say(w, language) if w in _SAID else w for w in one.split(" ")) for one in each]
        return f"{say(f'{end}_end', language)} {say('list_separator', language).join(words)}"

    lines = [
        f"{record['input']} ({record['grade']}): {'; '.join(map(said, str(record['turns']).split('; ')))}"
        for record in found.table.to_dict("records")
        if record["turns"]
    ]
    return [say("turning_inputs", language), *lines] if lines else [say("nothing_turns", language)]


_SAID = {"met", "met_within_tolerance", "missed", "not_computable", *_STATUSES.values()}


def _by_grade(found: Sensitivity, language: Language) -> str:
    """What share of all swings comes from inputs of which grade."""
    sums = found.table.groupby("grade")["swing"].sum()
    total = float(sums.sum())
    parts = [f"{grade} {100 * value / total:.0f} %" for grade, value in sums.items() if total > 0]
    return say("swing_by_grade", language, parts=say("list_separator", language).join(parts) or "-")
