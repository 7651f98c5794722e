"""A comparison in a terminal of 80 columns, as one HTML page that opens offline, and as an Excel workbook."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pzh_energy.reporting.comparison import Comparison
from pzh_energy.reporting.comparison_views import View, ViewRow, views
from pzh_energy.reporting.terminal import RULED
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import number, quantity

AT_ONCE = 4
"""Cases beside each other in 80 columns; more follow in further tables, each beginning with the first case."""

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
    for heading in ("", say("case", language), say("objective_heading", language)):
        table.add_column(heading, overflow="fold")
    for position, case in enumerate(comparison.cases):
        title = case.said("title", language)
        table.add_row(
            letter(position),
            f"{case.name} ({title})" if title else case.name,
            Text(quantity(case.objective, "million CNY", language)),
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
    dated = any(row.year for row in view.rows)
    if dated:
        table.add_column(say("year", language), no_wrap=True)
    for position in chosen:
        table.add_column(letter(position), justify="right", overflow="fold")
    pair = len(chosen) == 2 and view.table != "inputs"
    if pair:
        table.add_column(f"{letter(chosen[1])}-{letter(0)}", justify="right", no_wrap=True)
    table.add_column(say("unit", language), overflow="fold")
    for row in view.rows:
        cells = [_cell(row, position) for position in chosen]
        change = [_number(row.changes[chosen[1] - 1], row.digits, signed=True)] if pair else []
        table.add_row(*map(Text, [row.name, *([row.year] if dated else []), *cells, *change, row.unit]))
    return table


def _ruled() -> Table:
    return Table(box=RULED, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))


def _cell(row: ViewRow, position: int) -> str:
    value = row.values[position]
    return value if isinstance(value, str) else _number(value, row.digits) + row.marks[position]


def _number(value: float | None, digits: int, signed: bool = False) -> str:
    return "-" if value is None else number(value, digits, signed)


_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; margin: 2em auto;
  max-width: 70em; padding: 0 1em; color: #222; }}
h1 {{ font-size: 1.5em; }} h2 {{ font-size: 1.15em; margin: 2em 0 .4em; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .2em .7em; text-align: left; border-bottom: 1px solid #ddd; vertical-align: top; }}
th {{ border-bottom: 2px solid #555; }}
td.n {{ text-align: right; white-space: nowrap; }} td.up {{ color: #1a5fb4; }} td.down {{ color: #a51d2d; }}
p.note {{ color: #555; font-size: .9em; }}
@media print {{ body {{ margin: 0; font-size: 10pt; }} h2 {{ break-after: avoid; }} tr {{ break-inside: avoid; }} }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def html_page(comparison: Comparison, language: Language) -> str:
    """One self-contained HTML page with all that differs; it asks the network for nothing."""
    title = f"{say('comparison', language)}：" if language == "zh" else f"{say('comparison', language)}: "
    title += " / ".join(comparison.names)
    shown = "zh-Hans" if language == "zh" else "en"
    return _PAGE.format(language=shown, title=_safe(title), body=html_body(comparison, language))


def html_body(comparison: Comparison, language: Language) -> str:
    """The cases and every table's rows that differ, as HTML without a page around them."""
    parts = [_html_cases(comparison, language), f'<p class="note">{_safe(say("only_differences", language))}</p>']
    for view in views(comparison, language):
        parts.append(f"<h2>{_safe(view.title)}</h2>")
        parts.append(_html_table(comparison, view, language) if view.rows else _note("no_difference", language))
        if view.table == "targets" and view.rows:
            parts.append(_note("verdict_marks", language))
    return "\n".join(parts)


def _safe(text: str) -> str:
    return html.escape(text)


def _note(key: str, language: Language) -> str:
    return f'<p class="note">{_safe(say(key, language))}</p>'


def _html_cases(comparison: Comparison, language: Language) -> str:
    headings = [say(key, language) for key in ("case", "objective_heading")]
    rows = [
        (f"<b>{_safe(case.name)}</b> {_safe(case.said('title', language))}<br>{_safe(case.said('question', language))}",
         _safe(quantity(case.objective, "million CNY", language)))
        for case in comparison.cases
    ]  # fmt: skip
    body = "".join(f'<tr><td>{name}</td><td class="n">{cost}</td></tr>' for name, cost in rows)
    head = "".join(f"<th>{_safe(each)}</th>" for each in headings)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _html_table(comparison: Comparison, view: View, language: Language) -> str:
    numbers = view.table != "inputs"
    headings = _headings(comparison, view, language)
    lines = ["<tr>" + "".join(f"<th>{_safe(heading)}</th>" for heading in headings) + "</tr>"]
    for row in view.rows:
        cells = [f"<td>{_safe(row.name)}</td>"]
        if numbers:
            cells.append(f"<td>{_safe(row.year)}</td>")
        cells += [f'<td class="n">{_safe(_cell(row, k))}</td>' for k in range(len(row.values))]
        for change in row.changes:
            direction = "" if not change else " up" if change > 0 else " down"
            cells.append(f'<td class="n{direction}">{_safe(_number(change, row.digits, signed=True))}</td>')
        cells.append(f"<td>{_safe(row.unit)}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f'<div class="wide"><table>{"".join(lines)}</table></div>'


def _headings(comparison: Comparison, view: View, language: Language) -> list[str]:
    numbers = view.table != "inputs"
    return [
        say("item" if numbers else "key", language),
        *([say("year", language)] if numbers else []),
        *comparison.names,
        *([say("change", language, name=name) for name in comparison.names[1:]] if numbers else []),
        say("unit", language),
    ]


def write_html(comparison: Comparison, path: Path, language: Language) -> Path:
    """Write the page; returns its path."""
    path.write_text(html_page(comparison, language), encoding="utf-8")
    return path


def write_xlsx(comparison: Comparison, path: Path, language: Language) -> Path:
    """Write a workbook with a sheet for each table, all rows and years, numbers as numbers; returns its path."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        formats = {
            digits: book.add_format({"num_format": f"0.{'0' * digits}" if digits else "0"}) for digits in range(5)
        }
        for view in views(comparison, language, everything=True):
            sheet = book.add_worksheet(view.title[:31])
            headings = _headings(comparison, view, language)
            sheet.write_row(0, 0, headings, bold)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, 0, 44)
            sheet.set_column(1, len(headings) - 1, 14)
            for line, row in enumerate(view.rows, 1):
                dated: list[str | float] = (
                    [] if view.table == "inputs" else [int(row.year) if row.year.isdigit() else row.year]
                )
                cells = [row.name, *dated, *row.values, *row.changes, row.unit]
                for column, cell in enumerate(cells):
                    if isinstance(cell, float):
                        sheet.write_number(line, column, cell, formats[row.digits])
                    elif cell is not None:
                        sheet.write(line, column, cell)
    return path
