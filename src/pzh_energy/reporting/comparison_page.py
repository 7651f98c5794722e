"""A comparison as one HTML page that opens offline, its Chinese characters with it."""

from __future__ import annotations

import html
from pathlib import Path

from pzh_energy.reporting.comparison import Comparison
from pzh_energy.reporting.comparison_output import shown_cell, shown_number, table_headings
from pzh_energy.reporting.comparison_views import View, cost_unit, headings, views
from pzh_energy.reporting.fonts import FAMILY
from pzh_energy.reporting.plots.cases import cases_picture
from pzh_energy.reporting.report.html import font_of, image_of
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import number

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
@font-face {{ font-family: "{family}"; src: url(data:font/woff;base64,{font}) format("woff"); }}
body {{ font: 15px/1.5 system-ui, "{family}", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  margin: 2em auto; max-width: 70em; padding: 0 1em; color: #222; }}
h1 {{ font-size: 1.5em; }} h2 {{ font-size: 1.15em; margin: 2em 0 .4em; }}
.wide {{ overflow-x: auto; }} figure {{ margin: 1em 0; }} img {{ max-width: 100%; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .2em .7em; text-align: left; border-bottom: 1px solid #ddd; vertical-align: top; }}
th {{ border-bottom: 2px solid #555; }} th.n {{ text-align: right; }}
td:first-child {{ min-width: 8em; overflow-wrap: anywhere; }} td:last-child {{ white-space: nowrap; }}
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
    title += " / ".join(headings(comparison, language))
    words = {"language": "zh-Hans" if language == "zh" else "en", "title": _safe(title), "family": FAMILY}
    words["body"] = html_body(comparison, language, _picture(comparison, language))
    characters = set("".join(words.values()))
    return _PAGE.format(**words, font=font_of(characters))


def html_body(comparison: Comparison, language: Language, picture: str = "") -> str:
    """The cases, a picture, and every table's rows that differ, as HTML without a page around them."""
    parts = [_html_cases(comparison, language), picture, _note("only_differences", language)]
    for view in views(comparison, language):
        parts.append(f"<h2>{_safe(view.title)}</h2>")
        parts.append(_html_table(comparison, view, language) if view.rows else _note("no_difference", language))
        if view.table == "targets" and view.rows:
            parts.append(_note("verdict_marks", language))
    return "\n".join(parts)


def _picture(comparison: Comparison, language: Language) -> str:
    made = cases_picture(comparison, language)
    if made is None:
        return ""
    return f'<h2>{_safe(made.title)}</h2><figure><img src="{image_of(made.drawn())}" alt="{_safe(made.alt)}"></figure>'


def _safe(text: str) -> str:
    return html.escape(text)


def _note(key: str, language: Language) -> str:
    return f'<p class="note">{_safe(say(key, language))}</p>'


def _html_cases(comparison: Comparison, language: Language) -> str:
    """Which cases these are, what each costs, and what it costs more than the first."""
    unit, digits = cost_unit(language)
    costs = [case.objective * unit.factor for case in comparison.cases]
    words = (say("case", language), f"{say('objective_heading', language)} {unit.label}", say("cost_more", language))
    rows = [
        f"<tr><td><b>{_safe(case.name)}</b> {_safe(case.said('title', language))}<br>"
        f'{_safe(case.said("question", language))}</td><td class="n">{number(cost, digits)}</td>'
        f'<td class="n">{number(cost - costs[0], digits, signed=True) if place else ""}</td></tr>'
        for place, (case, cost) in enumerate(zip(comparison.cases, costs, strict=True))
    ]
    head = f"<th>{_safe(words[0])}</th>" + "".join(f'<th class="n">{_safe(each)}</th>' for each in words[1:])
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(rows)}</table></div>'


def _html_table(comparison: Comparison, view: View, language: Language) -> str:
    texts = 2 if view.dated else 1
    words = table_headings(comparison, view, language)
    heads = (
        f"<th{' class=n' if texts <= k < len(words) - 1 else ''}>{_safe(word)}</th>" for k, word in enumerate(words)
    )
    lines = [f"<tr>{''.join(heads)}</tr>"]
    for row in view.rows:
        cells = [f"<td>{_safe(row.name)}</td>"]
        if view.dated:
            cells.append(f"<td>{_safe(row.year)}</td>")
        cells += [f'<td class="n">{_safe(shown_cell(row, k))}</td>' for k in range(len(row.values))]
        for change in row.changes:
            direction = "" if not change else " up" if change > 0 else " down"
            cells.append(f'<td class="n{direction}">{_safe(shown_number(change, row.digits, signed=True))}</td>')
        cells.append(f"<td>{_safe(row.unit)}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f'<div class="wide"><table>{"".join(lines)}</table></div>'


def write_html(comparison: Comparison, path: Path, language: Language) -> Path:
    """Write the page; returns its path."""
    path.write_text(html_page(comparison, language), encoding="utf-8")
    return path
