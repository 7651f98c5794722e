"""The data package: every number of a system, with unit, grade and source, read whole or refused whole.

A package is a folder with a Frictionless descriptor (`datapackage.json`) and the CSV tables it lists. What kind of
table a file holds stands in `pzh:kind` of its entry:

`parameters`    one row for item + parameter (+ year)            `plan_targets`  targets of the plan, word for word
`monthly`       12 rows for each profile                        `labels`        names, colours and order
`hourly`        24 rows for each profile                        `observed`      quantities observed or estimated
`series_index`  which series stands in which column of which file
`series`        8760 rows, a column for each series
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss
from pzh_energy.inputs import datapackage_checks as checks
from pzh_energy.inputs.datapackage_csv import DESCRIPTOR, Descriptor, Record, Table, read_descriptor, read_table

FloatArray = npt.NDArray[np.float64]
MONTHS = range(1, 13)
HOURS_OF_DAY = range(24)


@dataclass(frozen=True)
class Row:
    """One row of a parameter table; year None holds for all years, low and high are None where none is given."""

    item: str
    parameter: str
    year: int | None
    value: str
    unit: str
    low: float | None = None
    high: float | None = None
    grade: str = "D"
    source: str = ""
    note: str = ""
    line: int = 0


@dataclass(frozen=True)
class ProfileRow:
    """One step (month 1-12 or hour 0-23) of a profile of `table`."""

    table: str
    profile: str
    step: int
    value: float
    unit: str
    low: float | None
    high: float | None
    grade: str
    source: str
    note: str


@dataclass(frozen=True)
class SeriesEntry:
    """Where an hourly series of one weather year stands and how it came about; seed None for an imported one."""

    series: str
    weather: str
    kind: str
    file: str
    column: str
    unit: str
    seed: int | None
    grade: str
    source: str
    note: str


@dataclass(frozen=True)
class PlanTarget:
    """One target of the plan; year as the plan gives it (a year, a window or nothing), value None without a number.

    treatment: `computed`, `input` or `out_of_scope`, with a statement of one line; input_…: stands in for an input.
    """

    id: str
    clause: str
    year: str
    metric_en: str
    metric_zh: str
    operator: str
    value: float | None
    unit: str
    treatment: str
    tension: str = ""
    grade: str = "A"
    source: str = ""
    note: str = ""
    statement_zh: str = ""
    statement_en: str = ""
    input_value: float | None = None
    input_unit: str = ""
    input_low: float | None = None
    input_high: float | None = None
    input_grade: str = ""
    input_source: str = ""


@dataclass(frozen=True)
class Label:
    """How something is called and drawn; colour is #rrggbb, order counts from the bottom of a stack."""

    id: str
    zh: str
    en: str
    colour: str
    order: int


@dataclass(frozen=True)
class Observed:
    """A quantity observed, published or estimated for a year, in `unit`; capacities at the end of the year.

    category: what it is; `quantity_by_whom` where several sources speak of one quantity. table: file it stands in.
    """

    table: str
    year: int
    category: str
    value: float
    unit: str
    low: float | None
    high: float | None
    grade: str
    source: str
    note: str


@dataclass(frozen=True, eq=False)
class DataPackage:
    """All data of a system; every part may be left out, so that a test can state only what it needs.

    region: what model comparisons call the place, such as `China|Sichuan|Panzhihua`;
    monthly: (12,) by profile; hourly: (24,) by profile; series: (8760,) by (series, weather); hashes: sha256 by file.
    """

    root: Path | None = None
    title: str = ""
    region: str = ""
    parameters: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    monthly: Mapping[str, FloatArray] = field(default_factory=dict)
    hourly: Mapping[str, FloatArray] = field(default_factory=dict)
    series: Mapping[tuple[str, str], FloatArray] = field(default_factory=dict)
    series_units: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, PlanTarget] = field(default_factory=dict)
    labels: Mapping[str, Label] = field(default_factory=dict)
    observed: tuple[Observed, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    profile_rows: tuple[ProfileRow, ...] = ()
    series_index: tuple[SeriesEntry, ...] = ()


Kind = TypeVar("Kind", Row, ProfileRow, SeriesEntry, PlanTarget, Label, Observed)


class TableSummary(NamedTuple):
    """What is in one table: its rows, and how many have which grade."""

    table: str
    rows: int
    grades: dict[str, int]


class SourceRow(NamedTuple):
    """What one number rests on."""

    table: str
    item: str
    parameter: str
    year: str
    value: str
    unit: str
    grade: str
    source: str


def parameter_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Rows stated in Python; item, parameter, value and unit are required, lines are counted from 2.

    >>> parameter_rows([{"item": "ridge", "parameter": "potential", "value": 1500, "unit": "MW"}])[0].value
    '1500'
    """
    return tuple(
        Row(**{"year": None, "line": line, **row, "value": str(row["value"])}) for line, row in enumerate(rows, 2)
    )


def read_datapackage(root: Path, with_series: bool = True) -> DataPackage:
    """The package in the folder `root`; without the hourly series if `with_series` is False (to generate them).

    Raises InputError with every problem found, each with file, line and column.
    """
    problems = Problems()
    package = _read(Path(root), with_series, problems)
    problems.raise_if_any()
    return package


def check_datapackage(root: Path) -> list[Problem]:
    """Every problem of the package in `root`, in the order of the places; an empty list for a sound package."""
    try:
        read_datapackage(root)
    except InputError as error:
        return list(error.problems)
    return []


def describe(package: DataPackage) -> list[TableSummary]:
    """What each table holds, in the package's order; labels carry no grades."""
    graded = {name: [row.grade for row in rows] for name, rows in package.parameters.items()}
    for row in package.profile_rows:
        graded.setdefault(row.table, []).append(row.grade)
    parts = (
        ("series", [entry.grade for entry in package.series_index]),
        ("plan_targets", [target.grade for target in package.targets.values()]),
    )
    graded.update((name, grades) for name, grades in parts if grades)
    for each in package.observed:
        graded.setdefault(each.table, []).append(each.grade)
    summaries = [
        TableSummary(name, len(grades), dict(sorted(Counter(grades).items()))) for name, grades in graded.items()
    ]
    return [*summaries, TableSummary("labels", len(package.labels), {})] if package.labels else summaries


def sources(package: DataPackage) -> list[SourceRow]:
    """What every number rests on: parameters, profiles, hourly series, targets and observations."""
    rows = [
        SourceRow(table, r.item, r.parameter, _text(r.year), r.value, r.unit, r.grade, r.source)
        for table, table_rows in package.parameters.items()
        for r in table_rows
    ]
    rows += [
        SourceRow(p.table, p.profile, str(p.step), "", f"{p.value:g}", p.unit, p.grade, p.source)
        for p in package.profile_rows
    ]
    rows += [
        SourceRow("series", s.series, s.weather, "", "8760 h", s.unit, s.grade, s.source) for s in package.series_index
    ]
    rows += [
        SourceRow("plan_targets", t.id, t.metric_en, t.year, _text(t.value), t.unit, t.grade, t.source)
        for t in package.targets.values()
    ]
    return rows + [
        SourceRow(o.table, o.category, "observed", str(o.year), f"{o.value:g}", o.unit, o.grade, o.source)
        for o in package.observed
    ]


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _read(root: Path, with_series: bool, problems: Problems) -> DataPackage:
    """The package as far as it is sound; whatever is not goes to `problems`."""
    descriptor = read_descriptor(root, problems)
    if descriptor is None:
        return DataPackage(root)
    wanted = [r for r in descriptor.resources if with_series or r.kind != "series"]
    tables = {r.path: read_table(root, r, problems) for r in wanted}
    _refuse_strays(root, descriptor, problems)
    by_kind = {
        kind: [t for t in tables.values() if t is not None and t.resource.kind == kind] for kind in _kinds(descriptor)
    }
    files = {r.path: tables[r.path] for r in wanted if r.kind == "series"}
    _check(by_kind, files if with_series else None, problems)
    if problems.found:
        return DataPackage(root)
    index = tuple(_make(SeriesEntry, record) for record in _records(by_kind, "series_index"))
    profiles = {
        kind: [_profile_row(t.resource.name, kind, record) for t in by_kind.get(kind, []) for record in t.records]
        for kind in ("monthly", "hourly")
    }
    return DataPackage(
        root=root,
        title=descriptor.title,
        region=descriptor.region,
        parameters={t.resource.name: tuple(_row(r) for r in t.records) for t in by_kind.get("parameters", [])},
        monthly=_profiles(profiles["monthly"]),
        hourly=_profiles(profiles["hourly"]),
        series={(e.series, e.weather): _column(files[e.file], e.column) for e in index} if with_series else {},
        series_units={e.series: e.unit for e in index},
        targets={r["id"]: _make(PlanTarget, r) for r in _records(by_kind, "plan_targets")},
        labels={r["id"]: _make(Label, r) for r in _records(by_kind, "labels")},
        observed=tuple(
            _make(Observed, r, table=t.resource.name) for t in by_kind.get("observed", []) for r in t.records
        ),
        hashes={p: _sha256(root / p) for p in (DESCRIPTOR, *(r.path for r in wanted))},
        profile_rows=(*profiles["monthly"], *profiles["hourly"]),
        series_index=index,
    )


def _kinds(descriptor: Descriptor) -> list[str]:
    return list(dict.fromkeys(r.kind for r in descriptor.resources))


def _records(by_kind: Mapping[str, list[Table]], kind: str) -> list[Record]:
    return [record for table in by_kind.get(kind, []) for record in table.records]


def _refuse_strays(root: Path, descriptor: Descriptor, problems: Problems) -> None:
    """A CSV file that is not listed would be ignored in silence: refuse it."""
    listed = {resource.path for resource in descriptor.resources}
    for path in sorted(root.rglob("*.csv")):
        name = path.relative_to(root).as_posix()
        if name not in listed:
            problems.add(str(path), f"{DESCRIPTOR} does not list this file.", near_miss(name, listed))


def _check(by_kind: Mapping[str, list[Table]], files: Mapping[str, Table | None] | None, problems: Problems) -> None:
    """All checks beyond the schema; files None when the hourly series are left out."""
    for table in by_kind.get("parameters", []):
        checks.check_parameters(table, problems)
    for table in by_kind.get("monthly", []):
        checks.check_profiles(table, "month", MONTHS, problems)
    for table in by_kind.get("hourly", []):
        checks.check_profiles(table, "hour", HOURS_OF_DAY, problems)
    for table in by_kind.get("observed", []):
        checks.check_ranges(table, problems)
    for table in by_kind.get("plan_targets", []):
        checks.check_plan_inputs(table, problems)
    if files is None:
        return
    for file in files.values():
        if file is not None:
            checks.check_hours(file, problems)
    for table in by_kind.get("series_index", []):
        checks.check_series_index(table, files, problems)


def _row(record: Record) -> Row:
    return _make(Row, record, line=record.line)


def _make(kind: type[Kind], record: Record, **more: Any) -> Kind:
    """A frozen record of `kind` from a checked row: each cell in the type the dataclass names."""
    read = {"int": record.integer, "int | None": record.integer, "float": record.number, "float | None": record.number}
    wanted = [f for f in fields(kind) if f.name not in more]
    named: dict[str, Any] = {f.name: read.get(str(f.type), record.__getitem__)(f.name) for f in wanted}
    return kind(**named, **more)


def _profile_row(table: str, kind: str, record: Record) -> ProfileRow:
    step = record.integer("month" if kind == "monthly" else "hour")
    return _make(ProfileRow, record, table=table, step=step)


def _profiles(rows: Iterable[ProfileRow]) -> dict[str, FloatArray]:
    """Values by profile, in the order of the steps."""
    grouped: dict[str, dict[int, float]] = {}
    for row in rows:
        grouped.setdefault(row.profile, {})[row.step] = row.value
    return {name: _frozen([values[step] for step in sorted(values)]) for name, values in grouped.items()}


def _column(table: Table | None, column: str) -> FloatArray:
    return _frozen(table.numbers(column) if table is not None else [])


def _frozen(values: npt.ArrayLike) -> FloatArray:
    array = np.array(values, dtype=float)
    array.setflags(write=False)
    return array


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
