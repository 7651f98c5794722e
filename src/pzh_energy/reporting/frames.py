"""Data frames with stated columns: the same columns and types whether there is anything to put in them or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

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
    names = [column.name for column in columns]
    for row in rows:
        if set(row) != set(names):
            raise KeyError(f"a row has the columns {sorted(row)}, the table {sorted(names)}")
    table = pd.DataFrame(rows, columns=names).astype({column.name: column.dtype for column in columns})
    return table.sort_values("year", kind="stable", ignore_index=True) if "year" in names else table


def cells(array: xr.DataArray) -> Iterator[tuple[str, int, float]]:
    """Item, year and value of every cell of an array (item, period), years innermost.

    Cells that hold nothing (an entry over some of a technology's items is labelled over all of them) are left out.
    """
    (member,) = (str(dim) for dim in array.dims if dim != "period")
    ordered = array.transpose(member, "period")
    years = [int(year) for year in ordered["period"].values]
    for item, values in zip(ordered[member].values, np.asarray(ordered.values, float), strict=True):
        for year, value in zip(years, values, strict=True):
            if not np.isnan(value):
                yield str(item), year, float(value)
