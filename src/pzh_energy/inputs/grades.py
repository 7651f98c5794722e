"""What the numbers of a system rest on: how many have which grade, and the weakest that each cost is made from.

Grades: A the plan, B published, C engineering knowledge with a range, D assumption. A cost is no better than the
weakest number it is a product of, so the grade of an item's money is that of its weakest parameter in money.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pzh_energy.inputs.datapackage import Row
from pzh_energy.inputs.system import SystemData

MONEY = ("CNY", "%capex")
"""Units that have one of these are units of money, or of a share of it."""
TEXTS = ("text", "date")


def graded(system: SystemData, tables_of: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Grades of the numbers a run uses, as JSON can hold them.

    numbers: {table: {grade: how many}} of the parameter tables in use, overrides of the scenario counted as D, and of
    the profiles and hourly series; money: {technology: {item: weakest grade of its parameters in money}}, for which
    `tables_of` names the tables of each technology.
    """
    overridden = {(o.table, o.item, o.parameter, o.year) for o in system.scenario.overrides}

    def grade(table: str, row: Row) -> str:
        keys = {(table, row.item, row.parameter, year) for year in (row.year, None)}
        return "D" if keys & overridden else row.grade

    numbers: dict[str, Counter[str]] = {}
    money: dict[str, dict[str, str]] = {}
    for table in system.tables:
        for row in system.package.parameters.get(table, ()):
            if row.unit in TEXTS:
                continue
            numbers.setdefault(table, Counter())[grade(table, row)] += 1
            if any(word in row.unit for word in MONEY):
                of_table = money.setdefault(table, {})
                of_table[row.item] = max(of_table.get(row.item, "A"), grade(table, row))
    for profile in system.package.profile_rows:
        numbers.setdefault(profile.table, Counter())[profile.grade] += 1
    for series in system.package.series_index:
        if series.weather in system.scenario.weather:
            numbers.setdefault("series", Counter())[series.grade] += 1
    by_technology: dict[str, dict[str, str]] = {}
    for technology, tables in tables_of.items():
        of_technology = by_technology.setdefault(technology, {})
        for item, found in (pair for table in tables for pair in money.get(table, {}).items()):
            of_technology[item] = max(of_technology.get(item, "A"), found)
    return {"numbers": {table: dict(sorted(found.items())) for table, found in numbers.items()}, "money": by_technology}
