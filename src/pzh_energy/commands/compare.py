"""`pzh-opt compare` and `pzh-opt diff`: what differs between results, and between scenario files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pzh_energy.commands.common import DEBUG, LANGUAGE, chosen_language, read_scenario, readable_errors
from pzh_energy.reporting.texts import Language, say


def compare(
    results: Annotated[list[Path], typer.Argument(metavar="RESULT RESULT...", help="Result folders, two or more.")],
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write one HTML page.")] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write an Excel workbook.")] = None,
    markdown: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a Markdown table, a row for each case.")
    ] = None,
    target: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="A target of that table; may be repeated.")
    ] = None,
    lang: LANGUAGE = None,
    debug: DEBUG = False,
) -> None:
    """Show what differs between results: inputs, targets, capacities, energy, costs, emissions."""
    language = chosen_language(lang)
    with readable_errors(language, debug):
        from pzh_energy.reporting.cases import load_case
        from pzh_energy.reporting.comparison import compare_cases
        from pzh_energy.reporting.comparison_output import show_comparison, write_xlsx
        from pzh_energy.reporting.comparison_overview import overview, write_markdown
        from pzh_energy.reporting.comparison_page import write_html
        from pzh_energy.reporting.terminal import make_console

        comparison = compare_cases([load_case(folder) for folder in results])
        overview(comparison, language, target or ())  # refuses an unknown target before anything is written
        show_comparison(comparison, make_console(sys.stdout), language)
        for path, write in ((html, write_html), (xlsx, write_xlsx)):
            if path is not None:
                typer.echo(say("file_written", language, path=write(comparison, path, language)))
        if markdown is not None:
            written = write_markdown(comparison, markdown, language, target or ())
            typer.echo(say("file_written", language, path=written))


def diff(
    first: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")],
    second: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file to hold against it.")],
    lang: LANGUAGE = None,
    debug: DEBUG = False,
) -> None:
    """Show what differs between two scenario files once `extends` and the data are followed, and who says so."""
    language = chosen_language(lang)
    with readable_errors(language, debug):
        from pzh_energy.inputs.datapackage import read_datapackage
        from pzh_energy.inputs.differences import scenario_differences
        from pzh_energy.modeling import registry

        scenarios = [read_scenario(path, []) for path in (first, second)]
        packages = [read_datapackage(scenario.data_path, with_series=False) for scenario in scenarios]
        units = {key: metric.unit for key, metric in registry.targets().items()}
        found = scenario_differences(scenarios, packages, units)
        if not found:
            typer.echo(say("same_scenarios", language))
        for row in found:
            typer.echo(f"{row.key}" + (f" [{row.unit}]" if row.unit else ""))
            for setting in row.settings:
                typer.echo(f"  {_said(setting, language)}")


def _said(setting: object, language: Language) -> str:
    """A value and where it was written."""
    from pzh_energy.inputs.differences import DEFAULT, Setting

    if not isinstance(setting, Setting):
        return say("not_stated", language)
    place = say("default_place", language) if setting.place == DEFAULT else setting.place
    return f"{setting.value:<24}  {place}".rstrip()
