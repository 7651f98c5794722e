"""`pzh-opt report`: a result folder as one HTML file, and as a workbook."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from pzh_energy.commands.common import DEBUG, LANGUAGE, chosen_language, readable_errors
from pzh_energy.reporting.texts import say


def report(
    result: Annotated[Path, typer.Argument(help="Folder that `pzh-opt solve` wrote.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The HTML file.", show_default="RESULT/report.html")
    ] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Also write an Excel workbook of the same tables.")] = None,
    lang: LANGUAGE = None,
    debug: DEBUG = False,
) -> None:
    """Write the report of a result: scorecard, findings, tables and pictures in one file that opens offline."""
    language = chosen_language(lang)
    with readable_errors(language, debug):
        from pzh_energy.reporting.report import make_report, to_html, write_workbook
        from pzh_energy.reporting.saved import load_results

        content = make_report(load_results(result), language)
        page = result / "report.html" if output is None else output
        _write_whole(page, to_html(content))
        typer.echo(say("report_written", language, path=page))
        if xlsx is not None:
            xlsx.parent.mkdir(parents=True, exist_ok=True)
            write_workbook(content, xlsx)
            typer.echo(say("workbook_written", language, path=xlsx))


def _write_whole(path: Path, text: str) -> None:
    """Write beside its place and move there, so that nobody reads half a page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
