"""Inputs of a scenario that have a range, and the data with one of them moved to either end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from pzh_energy.inputs.datapackage import DataPackage, ProfileRow, Row
from pzh_energy.inputs.datapackage_checks import is_numeric
from pzh_energy.inputs.profiles import MAKERS, WEATHER_TABLE, made_anew
from pzh_energy.inputs.profiles import TABLE as SERIES_TABLE
from pzh_energy.inputs.scenario import Scenario

End = Literal["low", "high"]
ENDS: tuple[End, ...] = ("low", "high")
SEED_PARAMETERS = ("common_seed",)
"""Numbers that are no quantities: the ends of their range mean nothing."""


@dataclass(frozen=True)
class RangedInput:
    """A number with a range, all its years or months moved together: key is table.item.parameter or table.profile.

    value, low, high: a number for each year or month stated, in the order of the rows; grade: the worst of them.
    """

    key: str
    unit: str
    grade: str
    value: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @property
    def table(self) -> str:
        """Table it stands in."""
        return self.key.partition(".")[0]

    def shown(self, end: Literal["low", "value", "high"]) -> str:
        """The numbers at an end: one, or the first and the last of several that differ."""
        numbers: tuple[float, ...] = getattr(self, end)
        return f"{numbers[0]:g}" if len(set(numbers)) == 1 else f"{numbers[0]:g}..{numbers[-1]:g}"


def ranged_inputs(package: DataPackage, scenario: Scenario, tables: Iterable[str]) -> list[RangedInput]:
    """Every number of the tables a scenario reads, and of those its series are made from, that has a range to move in.

    Left out: what the scenario overrides, ranges without width, seeds, profiles nobody reads, other weather years.
    """
    found = []
    fixed = {(o.table, o.item, o.parameter) for o in scenario.overrides}
    for table in (*tables, *MAKERS):
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in package.parameters.get(table, ()):
            groups.setdefault((row.item, row.parameter), []).append(row)
        for (item, parameter), rows in groups.items():
            elsewhere = table == WEATHER_TABLE and item not in scenario.weather
            skipped = (table, item, parameter) in fixed or parameter in SEED_PARAMETERS or elsewhere
            if not skipped and is_numeric(rows[0].unit) and rows[0].unit != "year":
                found += _ranged(f"{table}.{item}.{parameter}", rows, [float(r.value) for r in rows])
    read = _profiles_read(package, scenario, tables)
    profiles: dict[tuple[str, str], list[ProfileRow]] = {}
    for step in package.profile_rows:
        profiles.setdefault((step.table, step.profile), []).append(step)
    for (table, profile), steps in profiles.items():
        if profile in read:
            found += _ranged(f"{table}.{profile}", steps, [s.value for s in steps])
    return found


def _ranged(key: str, rows: Sequence[Row | ProfileRow], values: Sequence[float]) -> list[RangedInput]:
    low = tuple(v if r.low is None else r.low for r, v in zip(rows, values, strict=True))
    high = tuple(v if r.high is None else r.high for r, v in zip(rows, values, strict=True))
    if low == high:
        return []
    return [RangedInput(key, rows[0].unit, max(r.grade for r in rows), tuple(values), low, high)]


def _profiles_read(package: DataPackage, scenario: Scenario, tables: Iterable[str]) -> set[str]:
    """Profiles that a table or a series of the scenario's weather years names."""
    named = {row.value for table in (*tables, SERIES_TABLE) for row in package.parameters.get(table, ())}
    years = {row.value for row in package.parameters.get(WEATHER_TABLE, ()) if row.item in scenario.weather}
    return named | years


def moved(package: DataPackage, scenario: Scenario, ranged: RangedInput, end: End) -> DataPackage:
    """The package with one input at the low or the high end of its range; series made from it are made anew.

    Raises InputError where no series can be made from such a number.
    """
    numbers = iter(ranged.low if end == "low" else ranged.high)
    table, _, rest = ranged.key.partition(".")
    if table in package.parameters:
        item, _, parameter = rest.partition(".")
        rows = tuple(
            replace(row, value=repr(next(numbers))) if (row.item, row.parameter) == (item, parameter) else row
            for row in package.parameters[table]
        )
        changed = replace(package, parameters={**package.parameters, table: rows})
        return made_anew(changed, scenario.weather) if table in MAKERS else changed
    steps = [row.step for row in package.profile_rows if (row.table, row.profile) == (table, rest)]
    ordered = np.array([value for _, value in sorted(zip(steps, numbers, strict=True))])
    kind = "monthly" if rest in package.monthly else "hourly"
    profiles: Mapping[str, np.ndarray] = {**getattr(package, kind), rest: ordered}
    changed = replace(package, monthly=profiles) if kind == "monthly" else replace(package, hourly=profiles)
    makers = {row.value for name in MAKERS for row in package.parameters.get(name, ())}
    return made_anew(changed, scenario.weather) if rest in makers else changed
