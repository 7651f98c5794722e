"""Puts an imported series into a data package on disk: files, index and descriptor together, or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from pzh_energy.domain.errors import InputError, Problem, near_miss
from pzh_energy.domain.units import HOURS_PER_YEAR
from pzh_energy.inputs.datapackage import DataPackage, SeriesEntry, read_datapackage
from pzh_energy.inputs.datapackage_csv import DESCRIPTOR
from pzh_energy.inputs.profiles import FloatArray

COLUMNS = [each.name for each in fields(SeriesEntry)]


@dataclass(frozen=True)
class Imported:
    """A series to put into a package; values (8760,) in `unit`, for the weather year `weather`."""

    series: str
    weather: str
    values: FloatArray
    unit: str
    grade: str
    source: str
    note: str = ""


def put_series(root: Path, imported: Imported, rest_from: str | None = None) -> Path:
    """Put a series into the package in `root` and return the file its values went to.

    It takes the place of the series of that name in that weather year. rest_from: a weather year whose other series a
    new one shares. The package is changed as a copy, checked as a whole and only then put in place. Raises InputError
    for a series in another unit than it has elsewhere, a new weather year without `rest_from`, and an unsound result.
    """
    root = Path(os.path.realpath(root))
    package = read_datapackage(root, with_series=False)
    _refuse_misfits(root, package, imported, rest_from)
    file = f"series/{imported.weather}-{imported.series}.csv"

    def change(copy: Path) -> None:
        index = _new_index(package, imported, file, rest_from)
        descriptor = json.loads((copy / DESCRIPTOR).read_text(encoding="utf-8-sig"))
        old = [e for e in package.series_index if (e.series, e.weather) == (imported.series, imported.weather)]
        for entry in old:
            if not any((e.file, e.column) == (entry.file, entry.column) for e in index):
                _drop_column(copy, descriptor, entry)
        _add_file(copy, descriptor, imported, file)
        where = next(r["path"] for r in descriptor["resources"] if r["pzh:kind"] == "series_index")
        rows = [{name: "" if value is None else value for name, value in asdict(entry).items()} for entry in index]
        (copy / where).write_text(_csv_text(COLUMNS, [[row[name] for name in COLUMNS] for row in rows]), "utf-8")
        text = json.dumps(descriptor, ensure_ascii=False, indent=1)
        (copy / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")

    _replaced(root, change)
    return root / file


def _refuse_misfits(root: Path, package: DataPackage, imported: Imported, rest_from: str | None) -> None:
    known = package.series_units
    if imported.series not in known:
        remedy = near_miss(imported.series, known)
        raise InputError([Problem(str(root), f"no table reads a series {imported.series!r}.", remedy)])
    if known[imported.series] != imported.unit:
        what = f"{imported.series} is in {known[imported.series]}, not in {imported.unit}."
        raise InputError([Problem(str(root), what, "Choose the series that fits.")])
    weathers = {entry.weather for entry in package.series_index}
    if imported.weather not in weathers and rest_from is None:
        what = f"there is no weather year {imported.weather!r} yet, and it needs all other series too."
        raise InputError([Problem(str(root), what, f"State --rest-from. {near_miss('', weathers)}")])
    if rest_from is not None and imported.weather in weathers:
        what = f"the weather year {imported.weather!r} is there already."
        raise InputError([Problem(str(root), what, "Leave --rest-from out.")])
    if rest_from is not None and rest_from not in weathers:
        raise InputError([Problem(str(root), f"no weather year {rest_from!r}.", near_miss(rest_from, weathers))])


def _new_index(package: DataPackage, imported: Imported, file: str, rest_from: str | None) -> list[SeriesEntry]:
    """The index with the imported series in its place, and for a new weather year the rest of the series."""
    new = SeriesEntry(
        imported.series, imported.weather, "imported", file, imported.series, imported.unit, None,
        imported.grade, imported.source, imported.note,
    )  # fmt: skip
    key = (imported.series, imported.weather)
    index = [new if (entry.series, entry.weather) == key else entry for entry in package.series_index]
    rest = [entry for entry in package.series_index if entry.weather == rest_from]
    return index + [new if entry.series == imported.series else _shared(entry, imported.weather) for entry in rest]


def _shared(entry: SeriesEntry, weather: str) -> SeriesEntry:
    values = {**asdict(entry), "weather": weather, "note": f"shared with the weather year {entry.weather}"}
    return SeriesEntry(**values)


def _drop_column(copy: Path, descriptor: dict[str, Any], entry: SeriesEntry) -> None:
    """Take a column nobody reads any more out of its file, or the file away when nothing is left in it."""
    resource = next(r for r in descriptor["resources"] if r["path"] == entry.file)
    kept = [field for field in resource["schema"]["fields"] if field["name"] != entry.column]
    path = copy / entry.file
    if [field["name"] for field in kept] == ["hour"]:
        descriptor["resources"].remove(resource)
        path.unlink()
        return
    resource["schema"]["fields"] = kept
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    place = rows[0].index(entry.column)
    path.write_text(_csv_text([], [row[:place] + row[place + 1 :] for row in rows]), encoding="utf-8")


def _add_file(copy: Path, descriptor: dict[str, Any], imported: Imported, file: str) -> None:
    path = copy / file
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [[hour, f"{imported.values[hour]:.6g}"] for hour in range(HOURS_PER_YEAR)]
    path.write_text(_csv_text(["hour", imported.series], rows), encoding="utf-8")
    name = file.removesuffix(".csv").replace("/", "-")
    limits = {"required": True, "minimum": 0}
    about = "hour of the year, 0 starts on 1 January at 00:00 Beijing time; 365 days"
    columns = [
        {"name": "hour", "type": "integer", "description": about, "constraints": {**limits, "maximum": 8759}},
        {"name": imported.series, "type": "number", "constraints": limits, "unit": imported.unit},
    ]
    resources = [r for r in descriptor["resources"] if r["path"] != file]
    resources.append(
        {
            "name": name, "path": file, "profile": "tabular-data-resource",
            "title": f"Imported series {imported.series} of the weather year {imported.weather}",
            "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "pzh:kind": "series",
            "schema": {"fields": columns, "missingValues": [""], "primaryKey": ["hour"]},
        }
    )  # fmt: skip
    descriptor["resources"] = resources


def _csv_text(header: list[str], rows: list[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows] if header else rows)
    return text.getvalue()


def _replaced(root: Path, change: Callable[[Path], None]) -> None:
    """Change a copy of the package, check it as a whole, and put it in the place of the old one."""
    copy, previous = (root.with_name(f".{root.name}.{os.getpid()}.{kind}") for kind in ("partial", "previous"))
    try:
        shutil.copytree(root, copy)
        change(copy)
        try:
            read_datapackage(copy)
        except InputError as error:
            raise InputError(
                Problem(each.where.replace(str(copy), str(root)), each.what, each.remedy) for each in error.problems
            ) from None
        root.rename(previous)
        try:
            copy.rename(root)
        except BaseException:
            previous.rename(root)
            raise
    finally:
        for path in (copy, previous):
            shutil.rmtree(path, ignore_errors=True)
