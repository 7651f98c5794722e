"""Parameter tables aligned to the calendar: every declared parameter of every item, or a refusal saying why not."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from pzh_energy.domain.errors import Problems, near_miss
from pzh_energy.inputs.datapackage import Row
from pzh_energy.inputs.parameters import REQUIRED, Parameter
from pzh_energy.inputs.scenario import Scenario


def override_rows(
    tables: Mapping[str, tuple[Row, ...]],
    declared: Mapping[str, Sequence[Parameter]],
    scenario: Scenario,
    problems: Problems,
) -> dict[str, tuple[Row, ...]]:
    """The tables with a scenario's overrides in place of their rows.

    An override with a year replaces or adds that year; one without a year on a yearly parameter holds for every year.
    declared: the parameters of each table, so that one an item left at its default can be overridden too. Table, item
    and parameter must exist and the unit must be the table's.
    """
    out = dict(tables)
    for number, override in enumerate(scenario.overrides):
        where = scenario.where("overrides", number)
        if override.table not in out:
            problems.add(where, f"no table {override.table}.", near_miss(override.table, out))
            continue
        rows = out[override.table]
        items = {r.item for r in rows}
        if override.item not in items:
            problems.add(where, f"no item {override.item} in {override.table}.", near_miss(override.item, items))
            continue
        old = [r for r in rows if (r.item, r.parameter) == (override.item, override.parameter)]
        units = {p.name: p.unit for p in declared.get(override.table, ())} | {r.parameter: r.unit for r in rows}
        if override.parameter not in units:
            problems.add(where, f"{override.item} has no {override.parameter}.", near_miss(override.parameter, units))
            continue
        unit = units[override.parameter]
        if override.unit != unit:
            problems.add(where, f"unit {override.unit} where the table has {unit}.", f"Write {unit}.")
            continue
        if override.year is not None and any(r.year is None for r in old):
            what = f"{override.parameter} is stated for all years at once; {override.year} would replace them all."
            problems.add(where, what, "Leave the year out.")
            continue
        note = f"scenario: {override.reason}"
        new = replace(
            old[0] if old else replace(rows[0], item=override.item, parameter=override.parameter, unit=override.unit),
            year=override.year,
            value=str(override.value),
            low=None,
            high=None,
            grade="D",
            source=note,
            note=note,
        )
        gone = [r for r in old if override.year in (None, r.year)]
        kept = tuple(r for r in rows if r not in gone)
        out[override.table] = (*kept, new)
    return out


def align(
    table: str,
    rows: Sequence[Row],
    parameters: Sequence[Parameter],
    periods: Sequence[int],
    last_year: int,
    problems: Problems,
) -> xr.Dataset:
    """A table as arrays: coordinate `item` in order of first appearance, `period`, and `year`.

    `year` runs from the first period, or the first year the table speaks of, to `last_year`. Parameters that do not
    depend on the year have dimension (item), `linear` ones (item, period), `step` and `exact` ones (item, year). Every
    fault is added to `problems`; the value is then a placeholder that never reaches a model.
    """
    items = list(dict.fromkeys(r.item for r in rows))
    known = {p.name: p for p in parameters}
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        where = f"{table}.csv:{row.line} {row.item}.{row.parameter}"
        parameter = known.get(row.parameter)
        if parameter is None:
            problems.add(where, "unknown parameter.", near_miss(row.parameter, known))
        elif row.unit != parameter.unit:
            problems.add(where, f"unit {row.unit!r}, expected {parameter.unit!r}.", "Convert the value and the unit.")
        else:
            found.setdefault((row.item, row.parameter), []).append(row)
    years = list(range(min(periods[0], *(r.year for r in rows if r.year is not None), periods[0]), last_year + 1))
    variables: dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, str]]] = {}
    for parameter in parameters:
        values = [
            _item_values(table, item, parameter, found.get((item, parameter.name), []), periods, years, problems)
            for item in items
        ]
        second = {"item": (), "linear": ("period",), "step": ("year",), "exact": ("year",)}[parameter.over]
        shape = (len(items), *((len(periods),) if second == ("period",) else (len(years),) if second else ()))
        array = np.empty(shape, dtype=object if parameter.is_text else float)
        for k, value in enumerate(values):
            array[k] = value
        variables[parameter.name] = (
            ("item", *second),
            array,
            {"units": parameter.unit, "long_name": parameter.meaning},
        )
    return xr.Dataset(variables, coords={"item": items, "period": list(periods), "year": years})


def _item_values(
    table: str,
    item: str,
    parameter: Parameter,
    rows: list[Row],
    periods: Sequence[int],
    years: Sequence[int],
    problems: Problems,
) -> object:
    """Value (text or float), or values over periods or years, of one parameter of one item."""
    where = f"{table}.csv {item}.{parameter.name}"
    if not rows:
        if parameter.default is REQUIRED:
            problems.add(where, "missing.", f"Add a row in {parameter.unit}: {parameter.meaning}.")
            return "" if parameter.is_text else math.nan
        return parameter.default
    if parameter.is_text:
        return _text(where, parameter, rows, problems)
    numbers = [_number(f"{table}.csv:{r.line} {item}.{parameter.name}", parameter, r.value, problems) for r in rows]
    dated = [r.year for r in rows]
    if parameter.over == "item":
        if len(rows) > 1 or dated[0] is not None:
            problems.add(where, "has a year, but does not depend on it.", "State one row without a year.")
        return numbers[0]
    if parameter.over == "exact":
        if None in dated:
            problems.add(where, "is a yearly amount without a year.", "State the year of each amount.")
            return 0.0
        if len(set(dated)) < len(dated):
            problems.add(where, "states one year twice.", "Keep one value for each year.")
        by_year = dict(zip(dated, numbers, strict=True))
        return np.array([by_year.get(year, 0.0) for year in years])
    if None in dated:
        if len(rows) > 1:
            problems.add(where, "has rows with and without a year.", "Give every row a year, or one row without.")
        return np.full(len(years if parameter.over == "step" else periods), numbers[0])
    if len(set(dated)) < len(dated):
        problems.add(where, "states one year twice.", "Keep one value for each year.")
    order = np.argsort(np.asarray(dated, float))
    x, y = np.asarray(dated, float)[order], np.asarray(numbers, float)[order]
    if parameter.over == "linear":
        return np.interp(np.asarray(periods, float), x, y)
    return y[np.clip(np.searchsorted(x, np.asarray(years, float), side="right") - 1, 0, None)]


def _text(where: str, parameter: Parameter, rows: list[Row], problems: Problems) -> str:
    value = rows[0].value
    if len(rows) > 1 or rows[0].year is not None:
        problems.add(where, "is a text that may not depend on the year.", "State one row without a year.")
    if parameter.choices and value not in parameter.choices:
        problems.add(where, f"{value!r} is not allowed.", near_miss(value, parameter.choices))
    if parameter.unit == "date":
        try:
            datetime.date.fromisoformat(value)
        except ValueError:
            problems.add(where, f"{value!r} is not a date.", "Write YYYY-MM-DD.")
    return value


def _number(where: str, parameter: Parameter, text: str, problems: Problems) -> float:
    try:
        value = float(text)
    except ValueError:
        problems.add(where, f"{text!r} is not a number.", f"Give a number in {parameter.unit}.")
        return math.nan
    if not math.isfinite(value):
        problems.add(where, f"{text!r} is not finite.", f"Give a number in {parameter.unit}.")
    elif parameter.minimum is not None and value < parameter.minimum:
        problems.add(
            where, f"{value:g} is below {parameter.minimum:g} {parameter.unit}.", f"It is {parameter.meaning}."
        )
    elif parameter.maximum is not None and value > parameter.maximum:
        problems.add(
            where, f"{value:g} is above {parameter.maximum:g} {parameter.unit}.", f"It is {parameter.meaning}."
        )
    return value
