"""The report as one HTML file: nothing outside it is needed to read or print it, and nothing in it runs.

The Chinese characters it uses come with it as a font of exactly those characters, so that it reads the same on a
machine without Chinese fonts.
"""

from __future__ import annotations

import base64
import io
import logging
import math
import os
from importlib import resources
from pathlib import Path

import jinja2
import pandas as pd
from fontTools import subset

from pzh_energy.reporting.fonts import FAMILY, FONT
from pzh_energy.reporting.plots import Described, Drawn
from pzh_energy.reporting.report.content import Report
from pzh_energy.reporting.report.tables import Sheet
from pzh_energy.reporting.texts import say

OPEN_UP_TO = 30
"""Tables of more rows are folded."""
SIGNIFICANT = 5
FONT_GOES_HERE = "font-goes-here"
"""Stands for the font, which holds the letters of the page and so is made last."""


def write_page(report: Report, path: Path) -> None:
    """Write the page beside its place and move it there, so that nobody reads half of it. OSError if refused."""
    text = to_html(report)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def to_html(report: Report) -> str:
    """The page as text."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.globals.update(
        say=lambda key, **values: say(key, report.language, **values),
        language={"zh": "zh-CN", "en": "en"}[report.language],
        image=image_of,
        cells=cells,
        picture_sheet=lambda picture: picture_sheet(picture, report),
        is_open=lambda sheet: len(sheet.frame) <= OPEN_UP_TO,
        family=FAMILY,
    )
    source = resources.files(__package__).joinpath("page.html.j2").read_text(encoding="utf-8")
    template = environment.from_string(source)
    page = template.render(report=report, font=FONT_GOES_HERE)
    return page.replace(FONT_GOES_HERE, font_of(set(page)), 1)


def picture_sheet(picture: Described, report: Report) -> Sheet:
    """The numbers of a picture as a table, its index as the first columns."""
    frame = picture.table.reset_index()
    names = [name if name not in (None, "index") else "" for name in picture.table.index.names]
    if names == ["year"] or (names == [""] and picture.table.index.dtype.kind == "i"):
        names = [say("year", report.language)]
    frame.columns = pd.Index([*map(str, names), *map(str, picture.table.columns)])
    digits = dict.fromkeys(map(str, picture.table.columns), 3)
    return Sheet(picture.key, picture.title, picture.unit, frame, digits)


def cells(sheet: Sheet) -> list[list[tuple[str, bool]]]:
    """Text of every cell, and whether it is a number."""
    columns = list(sheet.frame.columns)
    return [
        [_cell(value, sheet.digits.get(column)) for column, value in zip(columns, row, strict=True)]
        for row in sheet.frame.itertuples(index=False, name=None)
    ]


def _cell(value: object, digits: int | None) -> tuple[str, bool]:
    """A cell; numbers with the digits of their unit, and five significant ones at most."""
    if digits is None or not isinstance(value, int | float):
        return str(value), isinstance(value, int)
    if math.isnan(value):
        return "", True
    size = math.floor(math.log10(abs(value))) if value else 0
    places = max(0, min(digits, SIGNIFICANT - 1 - size))
    text = f"{value:,.{places}f}"
    return (text if float(text.replace(",", "")) else f"{0:.{places}f}"), True


def image_of(picture: Drawn) -> str:
    """The picture as an address that holds it."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture.svg.encode()).decode()


def font_of(characters: set[str]) -> str:
    """The package's font with these characters alone, as WOFF in base64."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(layout_features=["kern"], flavor="woff", notdef_outline=True)
    font = subset.load_font(FONT, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    buffer = io.BytesIO()
    font.flavor = "woff"
    font.save(buffer)
    font.close()
    return base64.b64encode(buffer.getvalue()).decode()
