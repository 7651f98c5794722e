"""`pzh-opt report`: a result folder as one HTML file, and as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pzh_energy.commands.common import DEBUG, LANGUAGE, chosen_language, importing, readable_errors
from pzh_energy.commands.drawing import Pictures
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
    with readable_errors(language, debug), Pictures() as under_way:
        under_way.prepare()
        with importing():
            from pzh_energy.reporting.files import PAGE
            from pzh_energy.reporting.report import make_report, write_page
            from pzh_energy.reporting.saved import load_results

        run = load_results(result)
        under_way.begin(run.results, language, run.scorecard)
        content = make_report(run, language, under_way.drawn)
        page = result / PAGE if output is None else output
        write_page(content, page)
        typer.echo(say("report_written", language, path=page))
        if xlsx is not None:
            from pzh_energy.reporting.report.excel import write_workbook

            xlsx.parent.mkdir(parents=True, exist_ok=True)
            write_workbook(content, xlsx)
            typer.echo(say("workbook_written", language, path=xlsx))
