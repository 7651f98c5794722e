"""The report as a workbook: numbers as numbers with their formats, units in the headings, charts that Excel owns."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from pzh_energy.reporting.plots import Described
from pzh_energy.reporting.printing import set_up_printing
from pzh_energy.reporting.report.content import Report
from pzh_energy.reporting.report.html import picture_sheet
from pzh_energy.reporting.report.tables import Sheet
from pzh_energy.reporting.texts import say
from pzh_energy.reporting.units import display

LONGEST_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
WIDEST, NARROWEST = 44, 9
TITLE_WIDTH, TEXT_WIDTH, LINE_HEIGHT = 24, 100, 16
VERDICT_FILLS = {"met": "#d8f0dd", "met_within_tolerance": "#fff0cc", "missed": "#f8d7da", "not_computable": "#e6e6e6"}


class Workbook:
    """A workbook under way: its formats, and names of sheets that Excel accepts."""

    def __init__(self, path: Path, report: Report) -> None:
        self.book = xlsxwriter.Workbook(str(path), {"nan_inf_to_errors": False})
        self.book.set_properties({"title": report.title, "comments": report.question})
        self.head = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self._names: set[str] = set()
        self._numbers: dict[tuple[int, bool], Any] = {}

    def number(self, digits: int, signed: bool = False) -> Any:
        """Format of a number with so many digits after the point."""
        key = (digits, signed)
        if key not in self._numbers:
            plain = "#,##0" + ("." + "0" * digits if digits else "")
            self._numbers[key] = self.book.add_format({"num_format": f"+{plain};-{plain};{plain}" if signed else plain})
        return self._numbers[key]

    def sheet(self, title: str, headings: int = 1) -> Any:
        """A new sheet of that name, cut to what Excel allows and made unique; rows of headings are printed again."""
        base = FORBIDDEN.sub(" ", title).strip()[:LONGEST_NAME] or "sheet"
        name, count = base, 2
        while name.lower() in self._names:
            name = f"{base[: LONGEST_NAME - 3]} {count}"
            count += 1
        self._names.add(name.lower())
        page = self.book.add_worksheet(name)
        set_up_printing(page, headings)
        return page


def write_workbook(report: Report, path: Path) -> None:
    """Write the workbook; the numbers are those of the page. OSError if the place cannot be written."""
    workbook = Workbook(path, report)
    _scorecard(workbook, report)
    _findings(workbook, report)
    _table(workbook, report.summary, report.summary.title)
    for picture in report.pictures:
        sheet = picture_sheet(picture, report)
        page = _table(workbook, sheet, picture.title, picture.unit)
        _chart(workbook, page, picture, sheet)
    for sheet in (*report.rests_on, *report.tables):
        _table(workbook, sheet, sheet.title.split(" — ")[0])
    try:
        workbook.book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def _scorecard(workbook: Workbook, report: Report) -> None:
    language = report.language
    page = workbook.sheet(say("scorecard", language), headings=0)
    page.write(0, 0, report.title, workbook.head)
    page.write(1, 0, report.question)
    for line, (name, value) in enumerate(report.facts, start=2):
        page.write(line, 0, name)
        page.write(line, 1, value)
    top = 3 + len(report.facts)
    keys = ("target", "name", "clause", "year", "sign", "required", "achieved", "margin", "unit", "verdict", "mode")
    for column, key in enumerate(keys):
        page.write(top, column, say(key, language), workbook.head)
    for line, target in enumerate(report.targets, start=top + 1):
        row = target.row
        texts = {
            0: target.identifier,
            1: target.name,
            2: target.clause,
            4: target.sign,
            8: target.unit,
            10: target.mode,
        }
        for column, text in texts.items():
            page.write_string(line, column, text)
        page.write(line, 3, target.year if row.year is None else row.year)
        shown = display(row.unit, language)
        numbers = ((5, row.required, False), (6, row.achieved, False), (7, row.margin, True))
        for column, amount, signed in numbers:
            if amount is not None:
                page.write_number(line, column, amount * shown.factor, workbook.number(shown.digits, signed))
        fill = workbook.book.add_format({"bg_color": VERDICT_FILLS[target.verdict_key]})
        page.write_string(line, 9, target.verdict, fill)
    for line, note in enumerate(report.notes, start=top + 2 + len(report.targets)):
        page.write(line, 0, note)
    for column, width in enumerate((14, 44, 10, 8, 5, 11, 11, 11, 10, 10, 10)):
        page.set_column(column, column, width)


def _findings(workbook: Workbook, report: Report) -> None:
    if not report.findings:
        return
    page = workbook.sheet(say("findings_heading", report.language), headings=0)
    for line, (_, title, text) in enumerate(report.findings):
        page.write_string(line, 0, title, workbook.wrap)
        page.write_string(line, 1, text, workbook.wrap)
        # not every program makes room for wrapped lines by itself
        lines = max(math.ceil(_width(words) / room) for words, room in ((title, TITLE_WIDTH), (text, TEXT_WIDTH)))
        page.set_row(line, LINE_HEIGHT * lines)
    page.set_column(0, 0, TITLE_WIDTH)
    page.set_column(1, 1, TEXT_WIDTH)


def _table(workbook: Workbook, sheet: Sheet, name: str, unit: str = "") -> Any:
    """A sheet with a table from its first row on; returns the page."""
    page = workbook.sheet(name)
    for column, heading in enumerate(map(str, sheet.frame.columns)):
        digits = sheet.digits.get(heading)
        with_unit = f"{heading} [{unit}]" if unit and digits is not None and "[" not in heading else heading
        page.write_string(0, column, with_unit, workbook.head)
        values = list(sheet.frame.iloc[:, column])
        for line, value in enumerate(values, start=1):
            _write(workbook, page, line, column, value, digits)
        texts = [text for value in (with_unit, *values) if isinstance(value, str) for text in value.split("\n")]
        longest = max(map(_width, texts), default=NARROWEST)
        page.set_column(column, column, min(max(longest + 1, NARROWEST), WIDEST))
    page.freeze_panes(1, 0)
    return page


def _write(workbook: Workbook, page: Any, line: int, column: int, value: Any, digits: int | None) -> None:
    if isinstance(value, str):
        page.write_string(line, column, value, workbook.wrap if "\n" in value else None)
    elif not (isinstance(value, float) and math.isnan(value)) and not pd.isna(value):
        page.write_number(line, column, float(value), None if digits is None else workbook.number(digits))


def _width(text: str) -> int:
    """Columns a text takes; hanzi take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _chart(workbook: Workbook, page: Any, picture: Described, sheet: Sheet) -> None:
    """A chart of Excel's own beside the numbers of a picture that is a stack or lines over one index."""
    rows, columns = sheet.frame.shape
    if picture.kind == "none" or picture.table.index.nlevels > 1:
        return
    stacked = picture.kind == "stack"
    chart = workbook.book.add_chart({"type": "column", "subtype": "stacked"} if stacked else {"type": "line"})
    for number, column in enumerate(range(1, columns)):
        series: dict[str, Any] = {
            "name": [page.name, 0, column],
            "categories": [page.name, 1, 0, rows, 0],
            "values": [page.name, 1, column, rows, column],
        }
        if number < len(picture.colours):
            colour = {"color": picture.colours[number]}
            series |= {"fill": colour, "gap": 40} if stacked else {"line": colour}
        chart.add_series(series)
    chart.set_title({"name": picture.title, "name_font": {"size": 12}})
    chart.set_y_axis({"name": picture.unit, "major_gridlines": {"visible": True, "line": {"color": "#d9d9d9"}}})
    chart.set_x_axis({"label_position": "low"})
    chart.set_legend({"position": "right"})
    chart.set_size({"width": 860, "height": 420})
    page.insert_chart(rows + 2, 1, chart, {"description": picture.alt})
