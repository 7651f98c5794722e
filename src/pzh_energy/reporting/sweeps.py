"""What a sweep found: a table with a row for each case, and the same as an array over what was varied.

The folder of a sweep holds `sweep.csv` (the table), `sweep.nc` (the array), `sweep.json` (what was varied) and, in
`cases`, one file for each case that is finished, from which a stopped sweep goes on. Cases without a plan have their
row: `status` says how they ended and `reason` why; their numbers are empty.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.reporting.files import replace_text
from pzh_energy.reporting.netcdf import ENGINE
from pzh_energy.reporting.outcome import Outcome

SCHEMA_VERSION = 1
PROGRAM = "pzh-opt sweep"
CASES, TABLE, ARRAY, SUMMARY = "cases", "sweep.csv", "sweep.nc", "sweep.json"
NOT_ASKED = "not_asked"
"""In the place of a verdict on a target that a case does not have."""
AS_IT_STANDS = "as_it_stands"
"""What `changed` says of a case in which nothing, or everything, is another value than the scenario's."""
Scalar = str | int | float | bool


@dataclass(frozen=True)
class SweptDimension:
    """What was varied: `what` is the key or the numbers; unit: of its values, empty for a key; factor: they scale."""

    name: str
    what: str
    unit: str
    factor: bool
    label_zh: str
    label_en: str
    listed: tuple[Any, ...]


@dataclass(frozen=True)
class SweptTarget:
    """A target of the cases; year None for one of every year; price_unit: million CNY a year are per this unit."""

    identifier: str
    label_zh: str
    label_en: str
    year: int | None
    unit: str
    price_unit: str


@dataclass(frozen=True)
class SweptCase:
    """One case: the values that were set in it, what came of it, and the targets it has."""

    number: int
    values: Mapping[str, Any]
    outcome: Outcome
    asked: frozenset[str]

    def verdict(self, target: str) -> str:
        """The verdict on a target; how the case ended where it has none."""
        if target not in self.asked and self.outcome.status != "refused":
            return NOT_ASKED
        return self.outcome.verdicts.get(target, self.outcome.status)


@dataclass(frozen=True)
class Swept:
    """All cases of a sweep; title and question: (Chinese, English); hashes: sha-256 of the data by file."""

    name: str
    title: tuple[str, str]
    question: tuple[str, str]
    scenario: str
    resolution: str
    method: str
    dimensions: tuple[SweptDimension, ...]
    targets: Mapping[str, SweptTarget]
    cases: tuple[SweptCase, ...]
    shown: tuple[str, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        ended = ", ".join(f"{count} {status}" for status, count in self.summary()["cases"].items())
        return f"Swept({self.name!r}, {len(self.cases)} cases: {ended})"

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False, max_rows=40, na_rep=""))

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each case: its number and values, status, objective, targets, capacities at the end of years.

        A value that stands as in the scenario is empty. Units are in the column names; prices are million CNY a year.
        """
        return pd.DataFrame(list(self._records()))

    def _records(self) -> Iterator[dict[str, Any]]:
        for case in self.cases:
            found = case.outcome
            record: dict[str, Any] = {"case": case.number}
            record |= {each.name: cell(case.values.get(each.name)) for each in self.dimensions}
            record |= {"status": found.status, "reason": found.reason, "objective [million CNY]": found.objective}
            for key, target in self.targets.items():
                record[f"{key}.achieved [{target.unit}]"] = _number(found.achieved.get(key))
                record[f"{key}.margin [{target.unit}]"] = _number(found.margins.get(key))
                record[f"{key}.verdict"] = case.verdict(key)
                record[f"{key}.price [million CNY per {target.price_unit}]"] = _number(found.prices.get(key))
            record |= {f"{name} [MW]": _number(found.capacity.get(name)) for name in self._plants}
            yield record

    @cached_property
    def _plants(self) -> list[str]:
        """`name.year` of every capacity of any case."""
        return sorted({name for case in self.cases for name in case.outcome.capacity})

    @cached_property
    def data(self) -> xr.Dataset:
        """The cases as arrays, with units in attrs: over what was varied for a grid, over `case` otherwise.

        Over a grid the coordinates are the values. Otherwise a value that stands as in the scenario is not-a-number (or
        an empty text), and `changed` names what does not.
        """
        grid = self.method == "grid"
        dims = [each.name for each in self.dimensions] if grid else ["case"]
        shape = [len(each.listed) for each in self.dimensions] if grid else [len(self.cases)]
        places = {name: sorted({plant.rpartition(".")[k] for plant in self._plants}) for name, k in _PLANT.items()}

        def over_cases(values: list[Any], first: str = "", size: int = 0) -> tuple[list[str], np.ndarray]:
            array = np.array(values)
            return ([first, *dims], array.T.reshape([size, *shape])) if first else (dims, array.reshape(shape))

        def by_target(name: str) -> tuple[list[str], np.ndarray]:
            rows = [[_number(getattr(c.outcome, name).get(key)) for key in self.targets] for c in self.cases]
            return over_cases(rows, "target", len(self.targets))

        verdicts = [[case.verdict(key) for key in self.targets] for case in self.cases]
        capacity = np.array(
            [
                [[_number(c.outcome.capacity.get(f"{plant}.{year}")) for c in self.cases] for year in places["year"]]
                for plant in places["plant"]
            ],
            float,
        ).reshape([*(len(each) for each in places.values()), *shape])
        variables = {
            "status": (*over_cases([c.outcome.status for c in self.cases]), {}),
            "reason": (*over_cases([c.outcome.reason for c in self.cases]), {}),
            "objective": (*over_cases([c.outcome.objective for c in self.cases]), {"units": "million CNY"}),
            "achieved": (*by_target("achieved"), {"long_name": "in `unit` of the target"}),
            "margin": (*by_target("margins"), {"long_name": "positive is better than asked, in `unit` of the target"}),
            "verdict": (*over_cases(verdicts, "target", len(self.targets)), {}),
            "price": (*by_target("prices"), {"long_name": "million CNY a year per `price_unit` of the target"}),
            "capacity": ([*places, *dims], capacity, {"units": "MW", "long_name": "at the end of the year"}),
        }
        coordinates: dict[str, Any] = {"target": list(self.targets), "plant": places["plant"]}
        coordinates["year"] = [int(year) for year in places["year"]]
        for name in ("label_zh", "label_en", "unit", "price_unit"):
            coordinates[name] = ("target", [getattr(each, name) for each in self.targets.values()])
        return xr.Dataset(variables, {**coordinates, **self._coordinates(grid)}, self._attributes())

    def _coordinates(self, grid: bool) -> dict[str, Any]:
        found: dict[str, Any] = {} if grid else {"case": [case.number for case in self.cases]}
        for each in self.dimensions:
            values = [cell(v) for v in (each.listed if grid else (c.values.get(each.name) for c in self.cases))]
            said = {"long_name": each.label_en, "what": each.what, **({"units": each.unit} if each.unit else {})}
            numeric = all(isinstance(value, int | float) for value in values if value is not None)
            if numeric:
                array: np.ndarray = np.array([np.nan if v is None else v for v in values], float)
            else:
                array = np.array(["" if value is None else str(value) for value in values])
            found[each.name] = (each.name if grid else "case", array, said)
        if not grid:
            found["changed"] = ("case", [self._changed(case) for case in self.cases])
        return found

    def _changed(self, case: SweptCase) -> str:
        return next(iter(case.values)) if len(case.values) == 1 else AS_IT_STANDS if not case.values else "all"

    def _attributes(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.summary().items() if isinstance(value, str)}

    def summary(self) -> dict[str, Any]:
        """What `sweep.json` says: what was varied in which scenario, how many cases ended how, and the data."""
        statuses = [case.outcome.status for case in self.cases]
        return {
            "schema_version": SCHEMA_VERSION,
            "program": PROGRAM,
            "sweep": self.name,
            "scenario": self.scenario,
            "resolution": self.resolution,
            "method": self.method,
            "vary": [asdict(each) for each in self.dimensions],
            "cases": {status: statuses.count(status) for status in dict.fromkeys(statuses)},
            "input_hashes": dict(self.hashes),
        }

    def save(self, folder: Path | str) -> Path:
        """Write table, array and summary into a folder of sweeps, each whole or not at all; returns the folder."""
        folder = Path(folder)
        claim(folder)
        # with the mark that makes spreadsheets read Chinese text as UTF-8
        text: str = self.table.to_csv(index=False, float_format="%.10g", lineterminator="\n")
        replace_text(folder / TABLE, "\ufeff" + text)
        _write_array(self.data, folder / ARRAY)
        stated = json.dumps(self.summary(), ensure_ascii=False, indent=2, allow_nan=False)
        replace_text(folder / SUMMARY, stated + "\n")
        return folder


_PLANT = {"plant": 0, "year": 2}
"""Where a part of `name.year` stands."""


def cell(value: Any) -> Scalar | None:
    """A value as a cell holds it: lists, mappings and truth values as texts, None for one that was not set."""
    if isinstance(value, bool | list | tuple | dict):
        return json.dumps(value, ensure_ascii=False)
    return value  # type: ignore[no-any-return]


def claim(folder: Path) -> None:
    """Make a folder one of sweeps, before any time is spent; InputError for one that holds something else."""
    remedy = "Choose another folder with -o."
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem(str(folder), "is not a folder.", remedy)])
    if folder.is_dir() and any(folder.iterdir()):
        try:
            ours = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))["program"] == PROGRAM
        except (OSError, ValueError, KeyError, TypeError):
            ours = False
        if not ours:
            raise InputError([Problem(str(folder), "holds something else than a sweep.", remedy)])
        return
    folder.mkdir(parents=True, exist_ok=True)
    replace_text(folder / SUMMARY, json.dumps({"schema_version": SCHEMA_VERSION, "program": PROGRAM}) + "\n")


def _write_array(data: xr.Dataset, path: Path) -> None:
    """Write beside its place and move there, so that nobody reads half a file."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    encoding = {str(name): {"_FillValue": None} for name, array in data.variables.items() if array.dtype.kind == "f"}
    try:
        data.to_netcdf(partial, engine=ENGINE, format="NETCDF3_64BIT", encoding=encoding)
        partial.replace(path)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
