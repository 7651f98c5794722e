"""A comparison in a terminal of 80 columns, and as an Excel workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pzh_energy.reporting.comparison import Comparison
from pzh_energy.reporting.comparison_overview import overview
from pzh_energy.reporting.comparison_views import MARKS, View, ViewRow, cost_unit, headings, views
from pzh_energy.reporting.printing import set_up_printing
from pzh_energy.reporting.terminal import RULED
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import number

AT_ONCE = 4
"""Cases beside each other in 80 columns; more follow in further tables, each beginning with the first case."""

VERDICTS = {mark: verdict for verdict, mark in MARKS.items()}
"""Verdict by its mark."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letter(position: int) -> str:
    """What a case is called in a narrow table: A to Z, then A1, B1 and so on.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'A1')
    """
    turn, place = divmod(position, len(LETTERS))
    return LETTERS[place] + (str(turn) if turn else "")


def show_comparison(comparison: Comparison, console: Console, language: Language) -> None:
    """Print which case is which letter, what each costs, and every table's rows that differ."""
    table = _ruled()
    unit, digits = cost_unit(language)
    table.add_column("")
    table.add_column(say("case", language), overflow="fold")
    table.add_column(say("objective_heading", language), justify="right")
    table.add_column(say("cost_more", language), justify="right")
    table.add_column(say("unit", language))
    for position, case in enumerate(comparison.cases):
        title, more = case.said("title", language), case.objective - comparison.cases[0].objective
        table.add_row(
            letter(position),
            Text(f"{case.name} ({title})" if title else case.name),
            number(case.objective * unit.factor, digits),
            number(more * unit.factor, digits, signed=True) if position else "",
            unit.label,
        )
    console.print(table)
    console.print(Text(say("only_differences", language)))
    for view in views(comparison, language):
        console.print()
        console.print(Text(view.title, style="bold"))
        if not view.rows:
            console.print(Text(say("no_difference", language)))
            continue
        for chosen in _chunks(len(comparison.cases)):
            console.print(_terminal_table(view, chosen, language))
        if view.table == "targets":
            console.print(Text(say("verdict_marks", language)))


def _chunks(count: int) -> Iterator[list[int]]:
    """Positions shown together: all of them, or the first with a few others at a time."""
    others = list(range(1, count))
    for start in range(0, len(others), AT_ONCE - 1):
        yield [0, *others[start : start + AT_ONCE - 1]]


def _terminal_table(view: View, chosen: Sequence[int], language: Language) -> Table:
    table = _ruled()
    table.add_column(say("key" if view.table == "inputs" else "item", language), overflow="fold", min_width=14)
    if view.dated:
        table.add_column(say("year", language), no_wrap=True)
    for position in chosen:
        table.add_column(letter(position), justify="right", overflow="fold")
    pair = len(chosen) == 2 and view.table != "inputs"
    if pair:
        table.add_column(f"{letter(chosen[1])}-{letter(0)}", justify="right", no_wrap=True)
    table.add_column(say("unit", language), overflow="fold")
    for row in view.rows:
        cells = [shown_cell(row, position) for position in chosen]
        change = [shown_number(row.changes[chosen[1] - 1], row.digits, signed=True)] if pair else []
        table.add_row(*map(Text, [row.name, *([row.year] if view.dated else []), *cells, *change, row.unit]))
    return table


def _ruled() -> Table:
    return Table(box=RULED, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))


def shown_cell(row: ViewRow, position: int) -> str:
    """The value of a case as text, with its mark."""
    value = row.values[position]
    return value if isinstance(value, str) else shown_number(value, row.digits) + row.marks[position]


def shown_number(value: float | None, digits: int, signed: bool = False) -> str:
    """A value as text; `-` for none."""
    return "-" if value is None else number(value, digits, signed)


def table_headings(comparison: Comparison, view: View, language: Language) -> list[str]:
    """Headings of a table, the cases by `headings`."""
    numbers, names = view.table != "inputs", headings(comparison, language)
    return [
        say("item" if numbers else "key", language),
        *([say("year", language)] if view.dated else []),
        *names,
        *([say("change", language, name=name) for name in names[1:]] if numbers else []),
        say("unit", language),
    ]


def write_xlsx(comparison: Comparison, path: Path, language: Language, targets: Sequence[str] = ()) -> Path:
    """Write a workbook: the overview, then a sheet for each table with all rows and years; returns its path.

    Numbers are numbers. targets: of the overview, see `overview`.
    """
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        formats = {
            digits: book.add_format({"num_format": f"0.{'0' * digits}" if digits else "0"}) for digits in range(5)
        }
        _overview_sheet(book.add_worksheet(say("overview", language)), comparison, language, targets, bold, wrapped)
        for view in views(comparison, language, everything=True):
            sheet = book.add_worksheet(say(f"{view.table}_sheet", language))
            judged = list(comparison.names) if view.table == "targets" else []
            names = table_headings(comparison, view, language)
            words = (
                [say("verdict_of", language, name=name) for name in headings(comparison, language)] if judged else []
            )
            sheet.write_row(0, 0, [*names, *words], bold)
            sheet.freeze_panes(1, 1)
            set_up_printing(sheet)
            sheet.set_column(0, 0, 44)
            sheet.set_column(1, len(names) + len(words) - 1, 14)
            for line, row in enumerate(view.rows, 1):
                dated = [int(row.year) if row.year.isdigit() else row.year] if view.dated else []
                verdicts = [say(VERDICTS[mark], language) for mark in row.marks] if judged else []
                for column, cell in enumerate([row.name, *dated, *row.values, *row.changes, row.unit, *verdicts]):
                    if isinstance(cell, float):
                        sheet.write_number(line, column, cell, formats[row.digits])
                    elif cell is not None:
                        sheet.write(line, column, cell)
    return path


def _overview_sheet(
    sheet: Any, comparison: Comparison, language: Language, targets: Sequence[str], bold: Any, wrapped: Any
) -> None:
    """The cases at a glance, as texts, and how to read them."""
    table = overview(comparison, language, targets)
    sheet.write_row(0, 0, table.headings, bold)
    sheet.freeze_panes(1, 1)
    set_up_printing(sheet)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, len(table.headings) - 1, 14)
    for line, row in enumerate(table.rows, 1):
        sheet.write_row(line, 0, row, wrapped)
    for line, text in enumerate(table.legend, len(table.rows) + 2):
        sheet.write(line, 0, text)
