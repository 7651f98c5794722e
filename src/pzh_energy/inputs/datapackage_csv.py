"""Reads the CSV files of a data package by its descriptor: columns, types, limits and keys, every fault with its place.

The descriptor is a Frictionless tabular data package. Of its schema this module honours the field types `string`,
`integer` and `number`, the constraints `required`, `enum`, `minimum`, `maximum` and `pattern`, and `primaryKey`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from pzh_energy.domain.errors import Problems, near_miss

DESCRIPTOR = "datapackage.json"
KINDS = ("parameters", "monthly", "hourly", "series_index", "series", "plan_targets", "labels", "observed")
REPEATABLE_KINDS = ("parameters", "observed", "series")
TYPES = ("string", "integer", "number")
MAX_PROBLEMS_PER_COLUMN = 5
_INTEGER = re.compile(r"0|-?[1-9]\d*")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_REMEDIES = {
    "source": "Name where the value comes from.",
    "grade": "Write A, B, C or D.",
    "unit": "Write the unit of the value.",
}


@dataclass(frozen=True)
class Field:
    """One column: its name, type (`string`, `integer`, `number`), unit (series only) and constraints."""

    name: str
    type: str
    unit: str
    required: bool
    enum: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    pattern: re.Pattern[str] | None


@dataclass(frozen=True)
class Resource:
    """One file of the package: where it is, what kind of table it holds, and its columns and key."""

    name: str
    path: str
    kind: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]


@dataclass(frozen=True)
class Descriptor:
    """The package as its descriptor states it; region is its `pzh:region`, as model comparisons name it."""

    title: str
    resources: tuple[Resource, ...]
    region: str = ""


@dataclass(frozen=True)
class Record:
    """One row of a file: the line it starts on (the header is line 1) and its cells by column."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The text of a cell."""
        return self.cells[column]

    def number(self, column: str) -> float | None:
        """A checked number, None where the cell is blank."""
        return float(self.cells[column]) if self.cells[column] else None

    def integer(self, column: str) -> int | None:
        """A checked integer, None where the cell is blank."""
        return int(self.cells[column]) if self.cells[column] else None


@dataclass(frozen=True)
class Table:
    """A file read without its faulty rows, `sound` when there were none; `where` is its path as shown in messages.

    lines: where each row starts; columns: the cells of all rows by column, for a year of hours is not read by rows.
    """

    resource: Resource
    where: str
    lines: Sequence[int]
    columns: Mapping[str, Sequence[str]]
    sound: bool

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """Its rows."""
        rows = zip(self.lines, *self.columns.values(), strict=True)
        return tuple(Record(line, dict(zip(self.columns, cells, strict=True))) for line, *cells in rows)

    def numbers(self, column: str) -> npt.NDArray[np.float64]:
        """The values of a column of checked numbers, none of them blank; they are asked for by check and by use."""
        if column not in self._numbers:
            self._numbers[column] = np.fromiter(map(float, self.columns[column]), float, len(self.lines))
        return self._numbers[column]

    @cached_property
    def _numbers(self) -> dict[str, npt.NDArray[np.float64]]:
        return {}

    def without(self, faulty: set[int], sound: bool) -> Table:
        """The table without the rows that start on some lines."""
        kept = [k for k, line in enumerate(self.lines) if line not in faulty]
        columns = {name: [cells[k] for k in kept] for name, cells in self.columns.items()}
        return Table(self.resource, self.where, [self.lines[k] for k in kept], columns, sound)

    def place(self, record: Record, column: str) -> str:
        """Where a cell stands: file:line:column."""
        return f"{self.where}:{record.line}:{column}"


def is_number(text: str) -> bool:
    """True for a finite decimal number; nan, inf, 1_000 and 1,000 are not.

    >>> [is_number(t) for t in ("1.5", "-2e3", "nan", "1,000", "1_000", "")]
    [True, True, False, False, False, False]
    """
    return _NUMBER.fullmatch(text) is not None and abs(float(text)) != float("inf")


def read_descriptor(root: Path, problems: Problems) -> Descriptor | None:
    """The descriptor of the package in `root`; None, with the reason in `problems`, when it cannot be used."""
    path = root / DESCRIPTOR
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        remedy = (
            "A data package is a folder with this file and its tables: name one, or make it with `pzh-opt init DIR`."
        )
        problems.add(str(path), "not found.", remedy)
        return None
    except (OSError, ValueError) as error:
        problems.add(str(path), f"cannot be read as JSON: {error}.", "Correct the file.")
        return None
    before = len(problems.found)
    listed = content.get("resources") if isinstance(content, dict) else None
    if not isinstance(listed, list) or not listed:
        problems.add(f"{path}:resources", "lists no files.", "List every table with its path, pzh:kind and schema.")
        return None
    resources = [_resource(f"{path}:resources[{k}]", entry, problems) for k, entry in enumerate(listed)]
    good = tuple(r for r in resources if r is not None)
    for attribute in ("name", "path", "pzh:kind"):
        seen: set[str] = set()
        for resource in good:
            value = str(getattr(resource, attribute.removeprefix("pzh:")))
            if value in seen and value not in REPEATABLE_KINDS:
                problems.add(f"{path}:resources", f"{attribute} {value} is listed twice.", "Keep one entry.")
            seen.add(value)
    if len(problems.found) > before:
        return None
    return Descriptor(str(content.get("title", "")), good, str(content.get("pzh:region", "")))


def _resource(where: str, entry: Any, problems: Problems) -> Resource | None:
    """One entry of the descriptor's list of resources."""
    try:
        name, path, kind, schema = entry["name"], entry["path"], entry["pzh:kind"], entry["schema"]
        fields = tuple(_field(field) for field in schema["fields"])
        key = schema.get("primaryKey", [])
    except (KeyError, TypeError, ValueError, re.error) as error:
        problems.add(where, f"is incomplete or wrong: {error}.", "It needs name, path, pzh:kind and schema.fields.")
        return None
    if kind not in KINDS:
        problems.add(where, f"pzh:kind {kind!r} is unknown.", near_miss(str(kind), KINDS))
        return None
    inside = PurePosixPath(path)
    if inside.is_absolute() or ".." in inside.parts:
        problems.add(where, f"path {path} leads out of the package.", "Give a path below the package's folder.")
        return None
    return Resource(name, path, kind, fields, (key,) if isinstance(key, str) else tuple(key))


def _field(entry: Mapping[str, Any]) -> Field:
    """One field of a schema; raises ValueError on a type this module does not know."""
    if entry["type"] not in TYPES:
        raise ValueError(f"field {entry['name']} has type {entry['type']!r}, known: {', '.join(TYPES)}")
    rules = entry.get("constraints", {})
    return Field(
        name=entry["name"],
        type=entry["type"],
        unit=entry.get("unit", ""),
        required=bool(rules.get("required", False)),
        enum=tuple(rules.get("enum", ())),
        minimum=rules.get("minimum"),
        maximum=rules.get("maximum"),
        pattern=re.compile(rules["pattern"]) if "pattern" in rules else None,
    )


def read_table(root: Path, resource: Resource, problems: Problems) -> Table | None:
    """The rows of one file that are sound by its schema; None when the file or its header cannot be used."""
    path = root / resource.path
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.add(str(path), f"not found, but {DESCRIPTOR} lists it.", "Add the file or take it off the list.")
        return None
    except (OSError, UnicodeDecodeError) as error:
        problems.add(str(path), f"cannot be read as UTF-8 text: {error}.", "Save the table as CSV in UTF-8.")
        return None
    try:
        rows = _rows(text)
    except csv.Error as error:
        problems.add(str(path), f"is not a CSV table: {error}.", "Check quotes and commas.")
        return None
    header = [name.strip() for name in rows[0][1]] if rows else []
    if not _header_is_sound(str(path), header, resource, problems):
        return None
    before = len(problems.found)
    lines, cells_of = [], []
    for line, cells in rows[1:]:
        if len(cells) != len(header):
            what = f"has {len(cells)} cells where the header has {len(header)}."
            problems.add(f"{path}:{line}", what, "Check the commas; quote a text that holds one.")
        else:
            lines.append(line)
            cells_of.append(cells)
    stripped = [list(map(str.strip, column)) for column in zip(*cells_of, strict=True)]
    columns = dict(zip(header, stripped or [[] for _ in header], strict=True))
    table = Table(resource, str(path), lines, columns, sound=len(problems.found) == before)
    faulty = _check_cells(table, problems) | _check_key(table, problems)
    return table.without(faulty, sound=False) if faulty else table


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Cells of every row that is not blank, with the line the row starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, line = [], 1
    for cells in reader:
        if cells:
            rows.append((line, cells))
        line = reader.line_num + 1
    return rows


def _header_is_sound(where: str, header: Sequence[str], resource: Resource, problems: Problems) -> bool:
    """True when the header names each column of the schema once and nothing else."""
    known = [field.name for field in resource.fields]
    before = len(problems.found)
    for name in known:
        if name not in header:
            problems.add(f"{where}:1:{name}", "column is missing.", f"The columns are: {', '.join(known)}.")
    for name in dict.fromkeys(header):
        if name not in known:
            problems.add(f"{where}:1:{name}", "column is unknown.", near_miss(name, known))
        elif list(header).count(name) > 1:
            problems.add(f"{where}:1:{name}", "column stands there twice.", "Keep one.")
    return len(problems.found) == before


def _check_cells(table: Table, problems: Problems) -> set[int]:
    """Lines with a cell that breaks its field's rules; at most a few are reported for one column."""
    faulty: set[int] = set()
    for field in table.resource.fields:
        if _numbers_are_sound(field, table):
            continue
        reported = 0
        for record in table.records:
            fault = _fault(field, record.cells[field.name])
            if fault is None:
                continue
            faulty.add(record.line)
            reported += 1
            if reported <= MAX_PROBLEMS_PER_COLUMN:
                problems.add(table.place(record, field.name), *fault)
        if reported > MAX_PROBLEMS_PER_COLUMN:
            more = reported - MAX_PROBLEMS_PER_COLUMN
            problems.add(f"{table.where}:{field.name}", f"{more} more faulty cells in this column.")
    return faulty


def _numbers_are_sound(field: Field, table: Table) -> bool:
    """True for a column of numbers in which `_fault` would find nothing: a year of hours at one go."""
    texts = table.columns[field.name]
    if field.type == "string" or field.enum or field.pattern is not None:
        return False
    if field.type == "integer" and not all(map(_INTEGER.fullmatch, texts)):
        return False
    try:
        values = table.numbers(field.name)
    except ValueError:
        return False
    low = -np.inf if field.minimum is None else field.minimum
    high = np.inf if field.maximum is None else field.maximum
    # of what Python reads as a number, 1_000 is none here
    return "_" not in "".join(texts) and bool(np.all(np.isfinite(values) & (values >= low) & (values <= high)))


def _fault(field: Field, text: str) -> tuple[str, str] | None:
    """What is wrong with a cell and what to do, None if nothing is."""
    if not text:
        return ("is empty.", _REMEDIES.get(field.name, "Give a value.")) if field.required else None
    if field.enum and text not in field.enum:
        return f"{text!r} is unknown.", near_miss(text, field.enum)
    if field.pattern is not None and field.pattern.fullmatch(text) is None:
        return f"{text!r} has the wrong form.", f"It must match {field.pattern.pattern}."
    if field.type == "string":
        return None
    if field.type == "integer" and _INTEGER.fullmatch(text) is None:
        return f"{text!r} is not a whole number.", "Write digits only, without leading zeros."
    if not is_number(text):
        return f"{text!r} is not a number.", "Write a finite number with a decimal point."
    value = float(text)
    if field.minimum is not None and value < field.minimum:
        return f"{text} is below {field.minimum:g}.", f"Give a value of at least {field.minimum:g}."
    if field.maximum is not None and value > field.maximum:
        return f"{text} is above {field.maximum:g}.", f"Give a value of at most {field.maximum:g}."
    return None


def _check_key(table: Table, problems: Problems) -> set[int]:
    """Lines whose key stands on an earlier line already."""
    key, last = table.resource.key, table.resource.key[-1] if table.resource.key else ""
    keys = list(zip(*(table.columns[column] for column in key), strict=True))
    if len(set(keys)) == len(keys):
        return set()
    seen: dict[tuple[str, ...], int] = {}
    faulty: set[int] = set()
    for record, values in zip(table.records, keys, strict=True):
        if values in seen:
            what = f"duplicate of line {seen[values]}: {', '.join(v for v in values if v)}."
            problems.add(table.place(record, last), what, f"Each {' + '.join(key)} may stand once.")
            faulty.add(record.line)
        seen.setdefault(values, record.line)
    return faulty
