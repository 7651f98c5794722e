"""All tables of a result as CSV files in a folder of their own, or as one Excel workbook, made from its netCDF file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pandas as pd

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.reporting.cases import Case
from pzh_energy.reporting.files import named, scorecard_table
from pzh_energy.reporting.tables import TABLES
from pzh_energy.reporting.texts import Language, say

LONGEST = 31
"""Characters a spreadsheet allows in the name of a sheet."""


def tables_of(case: Case) -> dict[str, pd.DataFrame]:
    """The scorecard and every table by name, with the Chinese and English names beside the ids."""
    return {"scorecard": scorecard_table(case.scorecard), **{n: named(case.table(n), case.labels) for n in TABLES}}


def write_csv_folder(case: Case, folder: Path) -> Path:
    """Write a CSV file for each table into a new folder, whole or not at all; returns its path.

    InputError if there is something of that name already.
    """
    folder = Path(os.path.realpath(folder))
    if folder.exists():
        raise InputError([Problem(str(folder), "is there already.", "Name another folder with -o.")])
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    try:
        partial.mkdir(parents=True)
        for name, table in tables_of(case).items():
            # with the mark that makes spreadsheets read Chinese text as UTF-8
            path = partial / f"{name}.csv"
            table.to_csv(path, index=False, encoding="utf-8-sig", float_format="%.10g", lineterminator="\n")
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def write_workbook(case: Case, path: Path, language: Language) -> Path:
    """Write one workbook with a sheet for each table, numbers as numbers; returns its path."""
    with pd.ExcelWriter(path, engine="xlsxwriter") as writer:
        for name, table in tables_of(case).items():
            sheet = say("scorecard" if name == "scorecard" else f"table_{name}", language)[:LONGEST]
            table.to_excel(writer, sheet_name=sheet, index=False, freeze_panes=(1, 0))
            writer.sheets[sheet].autofit()
    return path
