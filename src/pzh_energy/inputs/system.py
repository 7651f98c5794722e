"""SystemData: everything a model is built from, typed, aligned to the calendar, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss
from pzh_energy.inputs import aggregation
from pzh_energy.inputs.calendar import Calendar
from pzh_energy.inputs.datapackage import DataPackage
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.profiles import made_anew, makes_series
from pzh_energy.inputs.scenario import Scenario
from pzh_energy.inputs.specs import TargetSpec, complete_target
from pzh_energy.inputs.tables import align, override_rows

GENERAL_TABLES: Mapping[str, tuple[Parameter, ...]] = {
    "economics": (
        Parameter("discount_rate", "1/yr", "real discount rate", maximum=0.5),
        Parameter("price_base_year", "year", "year in whose prices money is stated, and to which it is discounted"),
    ),
    "buses": (Parameter("kind", "text", "what the bus is"),),
}
"""Tables every data package has, whatever its technologies."""


@dataclass(frozen=True)
class SystemData:
    """One system on one calendar.

    tables: aligned parameter tables by name (see `inputs.tables.align`); series: hourly values by name, (W, 8760);
    monthly: profiles by name, (12,); targets: completed target specs by id.
    """

    scenario: Scenario
    calendar: Calendar
    tables: Mapping[str, xr.Dataset]
    series: Mapping[str, np.ndarray]
    series_units: Mapping[str, str]
    monthly: Mapping[str, np.ndarray]
    targets: Mapping[str, TargetSpec]
    package: DataPackage

    @property
    def hashes(self) -> Mapping[str, str]:
        """sha-256 of every input file, by its name."""
        return self.package.hashes

    @property
    def buses(self) -> tuple[str, ...]:
        """Ids of the buses."""
        return tuple(str(b) for b in self.tables["buses"].variables["item"].values)

    @property
    def discount_rate(self) -> float:
        """Real discount rate [1/yr]."""
        return self.calendar.discount_rate

    def items(self, table: str) -> list[str]:
        """Items of a table, in its order."""
        return [str(i) for i in self.tables[table].variables["item"].values]

    def text(self, table: str, parameter: str) -> dict[str, str]:
        """A text parameter by item."""
        return dict(
            zip(self.items(table), (str(v) for v in self.tables[table].variables[parameter].values), strict=True)
        )

    def number(self, table: str, parameter: str) -> np.ndarray:
        """A number parameter as an array (item[, period or year])."""
        return np.asarray(self.tables[table].variables[parameter].values, float)

    def hourly(self, name: str, unit: str, used_by: str) -> np.ndarray:
        """Hourly values (weather, 8760) of a series; InputError if it is missing or in another unit."""
        if name not in self.series:
            raise InputError([Problem(used_by, f"no series {name!r}.", near_miss(name, self.series))])
        if self.series_units[name] != unit:
            raise InputError(
                [Problem(used_by, f"series {name} is in {self.series_units[name]}.", f"It must be in {unit}.")]
            )
        if not np.isfinite(self.series[name]).all():
            raise InputError([Problem(used_by, f"series {name} has hours without a number.", "Fill the gaps.")])
        return self.series[name]

    def profile(self, name: str, used_by: str) -> np.ndarray:
        """Twelve monthly values; InputError if there is no such profile."""
        if name not in self.monthly:
            raise InputError([Problem(used_by, f"no monthly profile {name!r}.", near_miss(name, self.monthly))])
        return self.monthly[name]

    def check_references(self, table: str, parameter: str, known: list[str] | tuple[str, ...], none: str = "") -> None:
        """InputError unless every text of a parameter is one of `known` (or `none`)."""
        problems = Problems()
        for item, value in self.text(table, parameter).items():
            if value != none and value not in known:
                problems.add(f"{table}.csv {item}.{parameter}", f"unknown {value!r}.", near_miss(value, known))
        problems.raise_if_any()


def make_system(
    scenario: Scenario,
    package: DataPackage,
    component_tables: Mapping[str, tuple[Parameter, ...]],
    edges: np.ndarray | None = None,
) -> SystemData:
    """Align a data package to a scenario; component_tables: the tables its enabled technologies declare.

    edges: the steps of the year of a system with the same series and resolution, which spares finding them again.
    Raises InputError with everything that is missing, unknown, misaligned or out of range.
    """
    problems = Problems()
    wanted = {**GENERAL_TABLES, **component_tables}
    rows = override_rows(package.parameters, wanted, scenario, problems)
    for name in wanted:
        if name not in rows:
            problems.add(f"{name}.csv", "the data package has no such table.", near_miss(name, rows))
    for weather in scenario.weather:
        if weather not in {w for _, w in package.series}:
            problems.add(
                f"weather.{weather}",
                "no series for this weather year.",
                near_miss(weather, {w for _, w in package.series}),
            )
    problems.raise_if_any()

    horizon = scenario.horizon
    last = horizon.periods[-1] + horizon.last_period_years - 1
    tables = {n: align(n, rows[n], p, horizon.periods, last, problems) for n, p in wanted.items()}
    with_series = package
    if makes_series(scenario):
        with_series = made_anew(replace(package, parameters=rows), scenario.weather)
    series = _series(with_series, tuple(scenario.weather), problems)
    targets = {
        identifier: complete_target(
            identifier, spec, package.targets.get(identifier), scenario.where("targets", identifier)
        )
        for identifier, spec in scenario.targets.items()
    }
    problems.raise_if_any()
    if edges is None:
        features = np.concatenate(list(series.values())) if series else np.zeros((1, 8760))
        edges = aggregation.edges(scenario.resolution, features)
    return SystemData(
        scenario=scenario,
        calendar=_calendar(scenario, tables["economics"], edges),
        tables=tables,
        series=series,
        series_units=package.series_units,
        monthly=package.monthly,
        targets=targets,
        package=package,
    )


def _calendar(scenario: Scenario, economics: xr.Dataset, edges: np.ndarray) -> Calendar:
    return Calendar(
        periods=scenario.horizon.periods,
        last_period_years=scenario.horizon.last_period_years,
        discount_rate=float(economics["discount_rate"].values[0]),
        base_year=int(economics["price_base_year"].values[0]),
        weather=tuple(scenario.weather),
        probability=np.array([w.probability for w in scenario.weather.values()]),
        edges=edges,
    )


def _series(package: DataPackage, weather: tuple[str, ...], problems: Problems) -> dict[str, np.ndarray]:
    """Hourly values by series, (weather, 8760); a series must be there for every weather year."""
    out: dict[str, np.ndarray] = {}
    for name in dict.fromkeys(series for series, _ in package.series):
        missing = [w for w in weather if (name, w) not in package.series]
        if missing:
            problems.add(
                f"series.csv {name}", f"no values for weather {', '.join(missing)}.", "Add them to the package."
            )
            continue
        out[name] = np.stack([np.asarray(package.series[name, w], float) for w in weather])
    return out
