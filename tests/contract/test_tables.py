"""The tables of the data package and the parameters that technologies declare are the same, unit by unit."""

from __future__ import annotations

import csv
from functools import cache

import pytest

from pzh_energy.inputs.parameters import REQUIRED
from pzh_energy.modeling import registry
from tests.systems import ROOT, declared_tables, package

GENERAL_KINDS = {"series_parameters", "weather_years"}
"""Tables of the parameters kind that no model reads: they say how hourly series were made."""


MAY_BE_EMPTY = {"transmission"}
"""A system of one bus has no links."""


@cache
def rows(table: str) -> list[dict[str, str]]:
    """Rows of a table as they stand in the file."""
    with (ROOT / "data" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("table", declared_tables())
def test_every_parameter_is_in_the_file_or_has_a_default(table: str) -> None:
    items = {row["item"] for row in rows(table)}
    assert items or table in MAY_BE_EMPTY
    for parameter in declared_tables()[table]:
        holders = {row["item"] for row in rows(table) if row["parameter"] == parameter.name}
        if parameter.default is REQUIRED:
            assert holders == items, f"{table}.{parameter.name} is missing for {sorted(items - holders)}"


@pytest.mark.parametrize("table", declared_tables())
def test_every_row_is_of_a_declared_parameter_in_its_unit(table: str) -> None:
    declared = {parameter.name: parameter.unit for parameter in declared_tables()[table]}
    for row in rows(table):
        assert row["parameter"] in declared, f"{table}: {row['item']}.{row['parameter']} is read by nobody"
        assert row["unit"] == declared[row["parameter"]], f"{table}: {row['item']}.{row['parameter']}"


def test_every_parameter_table_of_the_package_is_read() -> None:
    assert set(package().parameters) - GENERAL_KINDS == set(declared_tables())


@pytest.mark.parametrize("key", registry.technologies())
def test_every_parameter_has_a_unit_a_meaning_and_one_place(key: str) -> None:
    for table, parameters in registry.technologies()[key].tables.items():
        names = [parameter.name for parameter in parameters]
        assert len(set(names)) == len(names), table
        for parameter in parameters:
            assert parameter.unit, f"{table}.{parameter.name}"
            assert parameter.meaning, f"{table}.{parameter.name}"


def test_a_table_belongs_to_one_technology() -> None:
    tables = [table for technology in registry.technologies().values() for table in technology.tables]
    assert len(set(tables)) == len(tables)
