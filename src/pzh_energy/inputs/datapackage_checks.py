"""What the tables of a data package must satisfy beyond their columns: ranges by grade, whole profiles, whole years."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from pzh_energy.domain.errors import Problems, near_miss
from pzh_energy.domain.units import HOURS_PER_YEAR
from pzh_energy.inputs.datapackage_csv import Record, Table, is_number

UNCERTAIN_GRADES = ("C", "D")
TEXT_UNITS = ("text", "date")


def is_numeric(unit: str) -> bool:
    """True for units whose values are numbers; texts and dates are not."""
    return unit not in TEXT_UNITS


def check_parameters(table: Table, problems: Problems) -> None:
    """Values are of the kind their unit says; numbers lie in their range; one parameter keeps one unit per table."""
    units: dict[str, tuple[str, int]] = {}
    for record in table.records:
        unit, value = record["unit"], record["value"]
        first = units.setdefault(record["parameter"], (unit, record.line))
        if unit != first[0]:
            what = f"{record['parameter']} is in {unit} here and in {first[0]} on line {first[1]}."
            problems.add(table.place(record, "unit"), what, "Use one unit for one parameter.")
        if is_numeric(unit) and not is_number(value):
            problems.add(
                table.place(record, "value"), f"{value!r} is not a number.", f"Write a finite number in {unit}."
            )
        elif is_numeric(unit):
            check_range(table, record, problems)
        elif unit == "date" and not _is_date(value):
            problems.add(table.place(record, "value"), f"{value!r} is not a date.", "Write YYYY-MM-DD.")


def check_range(table: Table, record: Record, problems: Problems, prefix: str = "") -> None:
    """A number graded C or D has low and high, and every number lies within them where they are given.

    prefix: stands before the columns value, low, high and grade.
    """
    value, low, high = (record.number(prefix + column) for column in ("value", "low", "high"))
    grade, place = record[prefix + "grade"], table.place(record, prefix + "value")
    for column, bound, other in (("low", low, high), ("high", high, low)):
        if bound is not None:
            continue
        if grade in UNCERTAIN_GRADES:
            what = f"is empty, but the row has grade {grade}."
            problems.add(table.place(record, prefix + column), what, "Give the range the value may lie in.")
        elif other is not None:
            problems.add(
                table.place(record, prefix + column), "is empty, but the other end is given.", "Give both ends or none."
            )
    if value is not None and low is not None and value < low:
        problems.add(place, f"{value:g} is below low = {low:g}.", "Correct one of them.")
    if value is not None and high is not None and value > high:
        problems.add(place, f"{value:g} is above high = {high:g}.", "Correct one of them.")


PLAN_INPUT = ("input_value", "input_unit", "input_grade", "input_source")


def check_plan_inputs(table: Table, problems: Problems) -> None:
    """A target of the plan that is treated as an input says by which value, unit, grade, source and range; no other."""
    for record in table.records:
        is_input = record["treatment"] == "input"
        for column in PLAN_INPUT if is_input else (*PLAN_INPUT, "input_low", "input_high"):
            if is_input and not record[column]:
                what = "is empty, but the target is treated as an input."
                problems.add(table.place(record, column), what, "State what stands in for it in the model.")
            elif not is_input and record[column]:
                what = f"is given, but the target is {record['treatment']}."
                problems.add(table.place(record, column), what, "Leave it empty, or treat the target as an input.")
        if is_input:
            check_range(table, record, problems, "input_")


def check_ranges(table: Table, problems: Problems) -> None:
    """`check_range` for every row of a table of numbers."""
    for record in table.records:
        check_range(table, record, problems)


def check_profiles(table: Table, column: str, steps: Sequence[int], problems: Problems) -> None:
    """Every profile has one row for each step (month or hour) and one unit."""
    check_ranges(table, problems)
    profiles: dict[str, list[Record]] = {}
    for record in table.records:
        profiles.setdefault(record["profile"], []).append(record)
        if record.integer(column) not in steps:
            what = f"{record[column]} is no {column}."
            problems.add(table.place(record, column), what, f"Give {steps[0]} to {steps[-1]}.")
    for name, records in profiles.items():
        missing = sorted(set(steps) - {record.integer(column) for record in records})
        if missing and table.sound:
            what = f"{name} has no row for {column} {', '.join(map(str, missing))}."
            problems.add(table.place(records[0], column), what, f"Give all {len(steps)} values of a profile.")
        for record in records[1:]:
            if record["unit"] != records[0]["unit"]:
                what = f"{name} is in {record['unit']} here and in {records[0]['unit']} on line {records[0].line}."
                problems.add(table.place(record, "unit"), what, "Use one unit for one profile.")


def check_hours(table: Table, problems: Problems) -> None:
    """A file of hourly series counts the hours of the year from 0 to 8759, each once and in order."""
    if not table.sound:
        return
    for expected, hour in enumerate(table.columns["hour"]):
        if hour != str(expected):
            place = f"{table.where}:{table.lines[expected]}:hour"
            what = f"hour {hour} stands where hour {expected} belongs."
            problems.add(place, what, "Give every hour from 0 to 8759 once, in order.")
            return
    if len(table.lines) != HOURS_PER_YEAR:
        what = f"ends after {len(table.lines)} hours."
        problems.add(f"{table.where}:{len(table.lines) + 1}:hour", what, f"A year has {HOURS_PER_YEAR} hours.")


def check_series_index(table: Table, files: Mapping[str, Table | None], problems: Problems) -> None:
    """Every row of the index points to a column of a listed file, in that column's unit; no column is left over.

    files: the hourly files by the path the descriptor gives them, None where a file could not be read.
    """
    used: dict[str, set[str]] = {path: {"hour"} for path in files}
    unit_of: dict[str, str] = {}
    for record in table.records:
        path, column = record["file"], record["column"]
        if unit_of.setdefault(record["series"], record["unit"]) != record["unit"]:
            what = f"{record['series']} is in {record['unit']} here and in {unit_of[record['series']]} above."
            problems.add(table.place(record, "unit"), what, "Use one unit for one series.")
        if record["kind"] != "imported" and not record["seed"]:
            problems.add(table.place(record, "seed"), "is empty for a generated series.", "Give a whole number.")
        if path not in files:
            problems.add(
                table.place(record, "file"), f"{path} is no hourly file of the package.", near_miss(path, files)
            )
            continue
        file = files[path]
        if file is None:
            continue
        units = {field.name: field.unit for field in file.resource.fields if field.name != "hour"}
        if column not in units:
            problems.add(table.place(record, "column"), f"{path} has no column {column}.", near_miss(column, units))
        elif units[column] != record["unit"]:
            what = f"{record['unit']} here, {units[column]} in the schema of {path}."
            problems.add(table.place(record, "unit"), what, "Make them agree.")
        used[path].add(column)
    for path, file in files.items():
        for field in file.resource.fields if file is not None and table.sound else ():
            if field.name not in used[path]:
                what = "column is not in the index of series."
                problems.add(f"{file.where if file else path}:1:{field.name}", what, f"Add it to {table.where}.")


def _is_date(text: str) -> bool:
    """True for an ISO date, YYYY-MM-DD."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
