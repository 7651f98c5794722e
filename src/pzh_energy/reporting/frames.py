"""Data frames with stated columns: the same columns and types whether there is anything to put in them or not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from pzh_energy.modeling.results import LedgerSeries, Results

IDENTIFIER, WHOLE, NUMBER = "str", "int64", "float64"
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a table: its name (with the unit), its type and what it holds."""

    name: str
    dtype: str
    meaning: str


YEAR = Column("year", WHOLE, "investment year")


def frame(columns: tuple[Column, ...], records: Iterable[Record]) -> pd.DataFrame:
    """A frame of the records, stably sorted by year, with exactly the stated columns; KeyError for others."""
    rows = list(records)
    names = {column.name for column in columns}
    for row in rows:
        if row.keys() != names:
            raise KeyError(f"a row has the columns {sorted(row)}, the table {sorted(names)}")
    if "year" in names:
        rows.sort(key=lambda row: row["year"])
    return pd.DataFrame({c.name: pd.Series([row[c.name] for row in rows], dtype=c.dtype) for c in columns})


def cells(array: xr.DataArray) -> Iterator[tuple[str, int, float]]:
    """Item, year and value of every cell of an array (item, period), years innermost.

    Cells that hold nothing (an entry over some of a technology's items is labelled over all of them) are left out.
    """
    (member,) = (str(dim) for dim in array.dims if dim != "period")
    ordered = array.transpose(member, "period")
    yield from _held(ordered[member].values, ordered["period"].values.tolist(), ordered.values)


def yearly_cells(results: Results, entry: LedgerSeries, per_hour: bool = False) -> Iterator[tuple[str, int, float]]:
    """The same of the expected amount of a year of an entry, unsigned.

    per_hour: its values count for each hour of a step (MW → MWh), not for the whole step.
    """
    return _held(entry.members, results.periods, results.by_member(entry, per_hour))


def _held(items: Iterable[Any], years: Sequence[int], values: np.ndarray) -> Iterator[tuple[str, int, float]]:
    for item, row in zip(items, np.asarray(values, float).tolist(), strict=True):
        for year, value in zip(years, row, strict=True):
            if not math.isnan(value):
                yield str(item), year, value
