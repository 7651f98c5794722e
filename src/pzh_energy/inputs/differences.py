"""What differs between scenarios: every key of the resolved files, and every number of the data behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pzh_energy.inputs.datapackage import DataPackage, Row
from pzh_energy.inputs.scenario import Scenario
from pzh_energy.inputs.yaml_source import Key, Route

NOT_INPUTS = ("name", "title", "question", "data")
"""Keys that say what a scenario is called and where its data lie; what the data say is compared number by number."""

OVERRIDES = "overrides"
DEFAULT = "default"
"""The place of a value that no file states."""

_OVERRIDE_KEY = ("table", "item", "parameter", "year")
_UNIT_IN_NAME = re.compile(r".*_(s|h|mw|gw|kt|years)")


@dataclass(frozen=True)
class Setting:
    """One value a scenario rests on: as text, its unit, and the place it was written at."""

    value: str
    unit: str = ""
    place: str = ""


@dataclass(frozen=True)
class Difference:
    """A key whose value is not the same everywhere; one setting for each scenario, None where it has no such key."""

    key: str
    settings: tuple[Setting | None, ...]

    @property
    def unit(self) -> str:
        """The unit, stated by whoever has the key."""
        return next((each.unit for each in self.settings if each is not None), "")


def settings_of(
    document: Mapping[str, Any], metric_units: Mapping[str, str] | None = None, scenario: Scenario | None = None
) -> dict[str, Setting]:
    """Every value of a resolved scenario by its dotted key; overrides by table, item, parameter and year.

    document: as `Scenario.document` or a resolved file states it; metric_units: unit by metric, for target values;
    scenario: tells where each value was written.
    """
    units = metric_units or {}
    found: dict[str, Setting] = {}
    for position, override in enumerate(document.get(OVERRIDES) or ()):
        parts = [str(override[name]) for name in _OVERRIDE_KEY if override.get(name) is not None]
        place = _place(scenario, (OVERRIDES, position))
        found[".".join(parts)] = Setting(str(override["value"]), str(override["unit"]), place)
    for route, value in _leaves(document):
        if route[0] not in (*NOT_INPUTS, OVERRIDES):
            unit = _unit(route, document, units)
            found[".".join(map(str, route))] = Setting(_text(value), unit, _place(scenario, route))
    return found


def differences(several: Sequence[Mapping[str, Setting]]) -> list[Difference]:
    """Keys whose value or unit is not the same in all, in the order in which they first appear."""
    keys = dict.fromkeys(key for each in several for key in each)
    rows = [Difference(key, tuple(each.get(key) for each in several)) for key in keys]
    return [row for row in rows if len({(s.value, s.unit) if s else None for s in row.settings}) > 1]


def scenario_differences(
    scenarios: Sequence[Scenario], packages: Sequence[DataPackage], metric_units: Mapping[str, str] | None = None
) -> list[Difference]:
    """What differs between scenarios after `extends` and overrides, the numbers of their data packages included.

    packages: the data package of each scenario, in the same order; a number that only some scenarios override is shown
    for the others as their package states it.
    """
    written = [settings_of(scenario.document(), metric_units, scenario) for scenario in scenarios]
    return differences(with_data(written, packages))


def with_data(written: Sequence[Mapping[str, Setting]], packages: Sequence[DataPackage]) -> list[dict[str, Setting]]:
    """The settings with every number of the data packages that not all scenarios share; overrides win."""
    numbers = [data_settings(package) for package in packages]
    overridden = {key for each in written for key in each}
    apart = {row.key for row in differences(numbers)} | overridden
    out = []
    for own, data in zip(written, numbers, strict=True):
        held = {key: value for key, value in data.items() if key in apart and not _covered(key, own)}
        out.append({**own, **held})
    return out


def data_settings(package: DataPackage) -> dict[str, Setting]:
    """Every number and text of the parameter tables and profiles of a package, and a hash for each hourly file."""
    found: dict[str, Setting] = {}
    for table, rows in package.parameters.items():
        for row in rows:
            found[_data_key(table, row)] = Setting(_number(row.value), row.unit, _data_place(package, table, row))
    for step in package.profile_rows:
        found[f"{step.table}.{step.profile}.{step.step}"] = Setting(f"{step.value:g}", step.unit, f"{step.table}.csv")
    for entry in package.series_index:
        digest = package.hashes.get(entry.file, "")[:12]
        found[f"series.{entry.series}.{entry.weather}"] = Setting(f"{entry.file} {digest}".strip(), "", "series.csv")
    return found


def _covered(key: str, own: Mapping[str, Setting]) -> bool:
    """True if the scenario overrides the number: at its year, or for all years at once."""
    return key in own or key.rpartition(".")[0] in own


def _data_key(table: str, row: Row) -> str:
    return ".".join([table, row.item, row.parameter, *([] if row.year is None else [str(row.year)])])


def _data_place(package: DataPackage, table: str, row: Row) -> str:
    name = f"{table}.csv:{row.line}"
    return name if package.root is None else (Path(package.root.name) / name).as_posix()


def _leaves(value: Any, route: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Scalars and lists of a document, by their route; an empty mapping counts as a value."""
    if isinstance(value, Mapping) and (value or not route):
        for key, each in value.items():
            yield from _leaves(each, (*route, key))
    else:
        yield route, value


def _unit(route: Sequence[Key], document: Mapping[str, Any], metric_units: Mapping[str, str]) -> str:
    """The unit of a value: of a target's metric, or as its name states it."""
    if len(route) == 3 and route[0] == "targets":
        metric = document["targets"][route[1]].get("metric", "")
        if route[2] in ("value", "tolerance"):
            return metric_units.get(metric, "")
        if route[2] == "price":
            return "million CNY per unit"
    found = _UNIT_IN_NAME.fullmatch(str(route[-1]))
    return found[1] if found else ""


def _text(value: Any) -> str:
    """A value as a table shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_text(each) for each in value)}]"
    if isinstance(value, Mapping):
        return "{}" if not value else str(dict(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number(text: str) -> str:
    """A number without the form it was written in, so that 1 and 1.0 are the same; other texts as they are."""
    try:
        return f"{float(text):.15g}"
    except ValueError:
        return text


def _place(scenario: Scenario | None, route: Route) -> str:
    return "" if scenario is None else scenario.written_at(*route) or DEFAULT
