"""`pzh-opt export`: a result in the formats of others."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pzh_energy.commands.common import DEBUG, LANGUAGE, chosen_language, readable_errors
from pzh_energy.reporting.texts import say

if TYPE_CHECKING:
    from pzh_energy.reporting.cases import Case


class Format(StrEnum):
    """What a result can be exported to."""

    iamc = "iamc"
    csv = "csv"
    xlsx = "xlsx"


def export(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="Result folder.")],
    to: Annotated[
        Format, typer.Option(help="iamc: wide table of model comparisons; csv: a folder of tables; xlsx: a workbook.")
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File, or folder for csv.", show_default="<scenario name>_...")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Region of the iamc table.", show_default="that of the data package")
    ] = None,
    lang: LANGUAGE = None,
    debug: DEBUG = False,
) -> None:
    """Write a result in another format and print the path."""
    language = chosen_language(lang)
    with readable_errors(language, debug):
        from pzh_energy.reporting.cases import load_case
        from pzh_energy.reporting.export import write_csv_folder, write_workbook

        case = load_case(result)
        if to is Format.iamc:
            path = _write_iamc(case, output or Path(f"{case.name}_iamc.csv"), region)
        elif to is Format.csv:
            path = write_csv_folder(case, output or Path(f"{case.name}_tables"))
        else:
            path = write_workbook(case, output or Path(f"{case.name}.xlsx"), language)
        typer.echo(say("file_written", language, path=path))


def _write_iamc(case: Case, path: Path, region: str | None) -> Path:
    from pzh_energy.domain.errors import InputError, Problem
    from pzh_energy.reporting.iamc import iamc_table

    package = case.data()
    place = region or (package.region if package is not None else "")
    if not place:
        what = "the data package of this result is gone, has changed, or names no pzh:region."
        raise InputError([Problem(str(case.data_path), what, "State it with --region.")])
    rows = package.parameters.get("economics", ()) if package is not None else ()
    year = next((row.value for row in rows if row.parameter == "price_base_year"), None)
    version = case.results.provenance.get("versions", {}).get("pzh-energy", "")
    table = iamc_table(case.results, f"pzh-opt {version}".strip(), case.name, place, f"CNY_{year}" if year else "CNY")
    table.to_csv(path, index=False, encoding="utf-8", float_format="%.10g", lineterminator="\n")
    return path
