"""One-page systems in memory: a few rows of tables and a few steps of time, solved through the program's own path.

A toy states only what its test is about. `system` turns it into a data package and a scenario and hands both to
`make_system`; units come from what each technology declares. `solve` assembles, compiles, solves, extracts and audits.

Numbers that make hands sufficient: with a discount rate of 0 and one year, the weight of the year is 1; a head of
`ONE_MW_HEAD` turns 1 m3/s into 1 MW; 1 MW through 8760 h at 500 CNY/MWh is 4.38 million CNY.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.datapackage import DataPackage, PlanTarget, parameter_rows
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.resolution import Resolution
from pzh_energy.inputs.scenario import Horizon, Override, Scenario, WeatherCase
from pzh_energy.inputs.system import GENERAL_TABLES, SystemData, make_system
from pzh_energy.modeling import registry
from pzh_energy.modeling.compiler import Compiler, LinearProgram
from pzh_energy.modeling.results import Results
from pzh_energy.optimization import highs
from pzh_energy.optimization.assemble import Assembled, assemble, component_tables
from pzh_energy.optimization.audit import audit
from pzh_energy.optimization.extract import extract

xr.set_options(arithmetic_join="exact")  # as in a run: what is labelled differently is refused, not cut down

Values = float | Sequence[float] | np.ndarray
"""One number for the year, one for each step, or one for each of 8760 hours."""
Cell = float | str | Mapping[int, float]
"""A value, or values by year."""
Table = Mapping[str, Mapping[str, Cell]]
"""Values by item and parameter."""

YEAR = (0, 8760)
HALVES = (0, 4380, 8760)
ONE_MW_HEAD = 1000 / 9.81
"""Head [m] at which 1 m3/s gives 1 MW, with an efficiency of 1."""


# A few rows of each table, free of cost and of limits unless the test says otherwise.


def run_of_river(capacity: float, series: str = "one", **more: Cell) -> dict[str, Cell]:
    """A run-of-river station of so many MW."""
    counted = {"capacity": capacity, "statistical_capacity": capacity, "availability_series": series}
    return {"bus": "city", **counted, "capex": 0, "fixed_om": 0, "own_regulation": "day", **more}


def wind(existing: float = 0, series: str = "one", **more: Cell) -> dict[str, Cell]:
    """A wind class; by default nothing may be built. A new MW costs 0.1 million CNY a year (undiscounted)."""
    standing = {"existing_capacity": existing, "existing_year": 2000, "existing_until": 2100}
    resource = {"bus": "city", "availability_series": series}
    return {**resource, **standing, "max_build": 0, "capex": 1000, "lifetime": 10, "fixed_om": 0, **more}


def solar(existing: float = 0, series: str = "one", **more: Cell) -> dict[str, Cell]:
    """A PV class; as `wind`, with costs per DC kW."""
    same = {key: value for key, value in wind(existing, series).items() if key != "fixed_om"}
    return {**same, "fixed_om_per_kw": 0, "dc_ac_ratio": 1, **more}


def thermal(output: float, **more: Cell) -> dict[str, Cell]:
    """Must-run plant of a constant output in MW."""
    energy = {"capacity": output, "annual_energy": output * 8760 / 1e6, "fuel": "gas", "heat_rate": 0, "fuel_cost": 0}
    return {"bus": "city", **energy, "co2_factor": 0, "clean": "no", "fixed_om_per_kw": 0, **more}


def line(export_price: float = 0, import_price: float = 500, **more: Cell) -> dict[str, Cell]:
    """A line over which any import and no export is possible, at prices that are the same in every season."""
    prices = {f"{d}_price_{s}": v for d, v in (("export", export_price), ("import", import_price)) for s in SEASONS}
    months = {f"{season}_months": text for season, text in SEASONS.items()}
    return {"bus": "city", "export_limit": 0, "import_limit": 10000, **prices, **months, **more}


SEASONS = {"wet": "6 7 8 9 10", "flat": "5 11", "dry": "12 1 2 3 4"}


def station(downstream: str = "none", travel_time: float = 0, storage: float = 0, **more: Cell) -> dict[str, Cell]:
    """A station at which 1 m3/s gives 1 MW; storage in million m3, travel time in h."""
    place = {"river": "river", "bus": "city", "downstream": downstream, "travel_time_to_downstream": travel_time}
    turbine = {"rated_head": ONE_MW_HEAD, "efficiency": 1, "max_turbine_discharge": 1000, "environmental_flow": 0}
    words = {"own_regulation": "season", "credited_regulation": "season", "fixed_om": 0}
    return {**place, **turbine, "usable_storage": storage, **words, **more}


def unit(
    of: str, capacity: float = 1000, commissioned: str = "2000-01-01", counted_from: int = 2000
) -> dict[str, Cell]:
    """A generating unit of a station."""
    return {"station": of, "capacity": capacity, "commissioned": commissioned, "statistical_from": counted_from}


def inflow(of: str, series: str, share: Cell = 1) -> dict[str, Cell]:
    """Water of a series that reaches a station."""
    return {"station": of, "series": series, "share": share}


def schedule(of: str, kind: str, profile: str, share: Cell = 1) -> dict[str, Cell]:
    """A monthly profile a station keeps to."""
    return {"station": of, "kind": kind, "profile": profile, "share": share}


def river(
    stations: Mapping[str, Mapping[str, Cell]],
    inflows: Mapping[str, str],
    units: Table | None = None,
    schedules: Table | None = None,
) -> dict[str, Table]:
    """The tables of a cascade; inflows: series by station; one old unit of 1000 MW a station by default."""
    return {
        "hydro_stations": stations,
        "hydro_units": {f"{h}_1": unit(h) for h in stations} if units is None else units,
        "hydro_inflows": {f"{h}_inflow": inflow(h, series) for h, series in inflows.items()},
        "hydro_schedules": schedules or {},
    }


def accounting(**more: Cell) -> dict[str, Table]:
    """The table of the energy accounts: 0.3 kgce for a kWh, a grid that is 90 % non-fossil, no losses.

    80 % of what is bought is renewable, 10 % renewable but not hydro; 80 % of the demand is industry's.
    """
    numbers = {"coal_rate": 0.3, "calorific_rate": 0.12, "line_loss_factor": 1, "electrolysis_efficiency": 0.7}
    grid = {"grid_non_fossil_share": 0.9, "grid_renewable_share": 0.8, "grid_non_hydro_share": 0.1}
    return {"energy_accounting": {"city": {**numbers, **grid, "industry_demand_share": 0.8, **more}}}


def lost_load(value: float = 20000) -> dict[str, Table]:
    """The table that lets demand go unserved, at a value in CNY/MWh."""
    return {"unserved": {"city": {"bus": "city", "value_of_lost_load": value}}}


def imports(import_price: float = 500, **more: Cell) -> dict[str, Table]:
    """The table of one line."""
    return {"grid_exchange": {"grid": line(import_price=import_price, **more)}}


@dataclass(frozen=True)
class Toy:
    """A system to be: tables by name, hourly series by name, and the time it lives in.

    edges: hours at which steps start, 0 … 8760; load: MW on the bus `city`, or by bus; weather: probability by name,
    and a series may then be a mapping by weather; monthly, hourly: profiles; targets: keys of each target's spec by id;
    series_units: units of series other than 1 (m3/s for inflows).
    """

    tables: Mapping[str, Table]
    load: Values | Mapping[str, Values] | None = None
    series: Mapping[str, Values | Mapping[str, Values]] | None = None
    edges: Sequence[int] = YEAR
    periods: tuple[int, ...] = (2020,)
    last_period_years: int = 1
    history_until: int | None = None
    discount_rate: float = 0.0
    base_year: int = 2020
    growth: Cell = 0.0
    weather: Mapping[str, float] | None = None
    buses: Sequence[str] = ("city",)
    monthly: Mapping[str, Sequence[float]] | None = None
    hourly: Mapping[str, Sequence[float]] | None = None
    targets: Mapping[str, Mapping[str, Any]] | None = None
    plan_targets: Mapping[str, PlanTarget] | None = None
    options: Mapping[str, Mapping[str, Any]] | None = None
    overrides: Sequence[Mapping[str, Any]] = ()
    series_units: Mapping[str, str] | None = None
    resolution: Resolution | None = None


def scenario_of(toy: Toy) -> Scenario:
    """The toy's scenario: every technology one of whose tables is there."""
    options = toy.options or {}
    known = registry.targets()
    weather = toy.weather or {"normal": 1.0}
    return Scenario(
        name="toy",
        data_path=Path(),
        horizon=Horizon(periods=toy.periods, last_period_years=toy.last_period_years, history_until=toy.history_until),
        technologies={
            key: technology.Spec(**options.get(key, {}))
            for key, technology in registry.technologies().items()
            if set(technology.tables) & set(_tables(toy))
        },
        resolution=toy.resolution or Resolution(kind="full"),
        weather={name: WeatherCase(probability=probability) for name, probability in weather.items()},
        targets={name: known[spec["metric"]].Spec(**spec) for name, spec in (toy.targets or {}).items()},
        overrides=tuple(Override(**{"reason": "a test", **each}) for each in toy.overrides),
    )


def package_of(toy: Toy) -> DataPackage:
    """The toy's data package."""
    weather = list(toy.weather or {"normal": 1.0})
    # no load at all needs a shape too, and gets a flat one of no energy
    loads = {f"{bus}_load": mw if np.any(np.asarray(mw)) else 1.0 for bus, mw in _load_by_bus(toy).items()}
    series = {"one": 1.0, **loads, **(toy.series or {})}
    flows = {str(row["series"]): "m3/s" for row in toy.tables.get("hydro_inflows", {}).values()}
    units = {**dict.fromkeys(series, "1"), **flows, **(toy.series_units or {})}
    parameters = {name: parameter_rows(_rows(name, table)) for name, table in _tables(toy).items()}
    return DataPackage(
        parameters=parameters,
        monthly={name: np.asarray(values, float) for name, values in (toy.monthly or {}).items()},
        hourly={name: np.asarray(values, float) for name, values in (toy.hourly or {}).items()},
        series={
            (name, case): _hourly(values[case] if isinstance(values, Mapping) else values, toy.edges)
            for name, values in series.items()
            for case in weather
            if not isinstance(values, Mapping) or case in values
        },
        series_units=units,
        targets=toy.plan_targets or {},
    )


def system(toy: Toy) -> SystemData:
    """The toy as SystemData, through `make_system`; steps are the toy's `edges` unless it states a resolution."""
    scenario = scenario_of(toy)
    made = make_system(scenario, package_of(toy), component_tables(scenario))
    if toy.resolution is not None:
        return made
    return replace(made, calendar=replace(made.calendar, edges=np.asarray(toy.edges)))


@dataclass(frozen=True)
class Solved:
    """How a toy ended. Results are extracted and audited when first asked for: most of the time goes there."""

    assembled: Assembled
    compiler: Compiler
    program: LinearProgram
    solution: highs.Solution

    @property
    def outcome(self) -> str:
        """How the solver ended: optimal, infeasible, …"""
        return self.solution.outcome

    @property
    def objective(self) -> float:
        """Discounted cost in million CNY."""
        assert self.outcome == "optimal", f"the toy is {self.outcome}"
        return self.solution.objective

    @cached_property
    def results(self) -> Results:
        """The audited results of an optimal toy."""
        assert self.outcome == "optimal", f"the toy is {self.outcome}"
        results = extract(self.assembled, self.compiler, self.program, self.solution)
        audit(self.assembled, self.program, self.solution, results)
        return results

    def __getitem__(self, name: str) -> xr.DataArray:
        """A variable or a dual straight from the solution, anything else from the results."""
        assert self.outcome == "optimal", f"the toy is {self.outcome}"
        dual = name.startswith("dual.")
        places = self.program.constraints if dual else self.program.variables
        values = self.solution.row_dual if dual else self.solution.x
        for place in places:
            if place.name == name.removeprefix("dual."):
                coordinates = dict(zip(place.dimensions, map(list, place.coordinates), strict=True))
                return xr.DataArray(place.take(values), dims=place.dimensions, coords=coordinates)
        return self.results[name]

    def at(self, name: str, *labels: object) -> float:
        """One value of a variable, parameter, derived series or dual, by the labels of its dimensions in order."""
        array = self[name]
        return float(array.sel(dict(zip(array.dims, labels, strict=True))))

    def steps(self, name: str, member: str, period: int | None = None, weather: str | None = None) -> list[float]:
        """Values by step of one member, in the first period and weather unless they are named."""
        array = self[name]
        chosen = {str(array.dims[0]): member}
        if "period" in array.dims:
            chosen["period"] = array["period"].values[0] if period is None else period
        if "weather" in array.dims:
            chosen["weather"] = array["weather"].values[0] if weather is None else weather
        return [float(v) for v in array.sel(chosen).values]

    def cost(self, *words: str) -> float:
        """Discounted, signed cost of the entries whose names hold every word; all of them without a word."""
        total = 0.0
        for entry in self.results.ledger("cost"):
            if all(word in entry.name for word in words):
                data = entry.data * self["weight"]
                data = data * self["probability"] if "weather" in data.dims else data
                total += entry.sign * float(data.sum())
        return total

    def measured(self, target: str, period: int) -> float:
        """A target as its metric measures it from the results."""
        stated = next(t for t in self.assembled.targets if t.identifier == target)
        return stated.metric.measure(stated.spec, self.results, period)


def solve(toy: Toy) -> Solved:
    """Assemble, compile and solve."""
    made = assemble(system(toy))
    compiler = Compiler(made.model.pyomo)
    program = compiler.compile()
    solution = highs.solve(program, "simplex")
    if solution.outcome == "optimal":
        for record in _records:
            _note_duals(record, made, program, solution.row_dual)
    return Solved(made, compiler, program, solution)


def refusals(toy: Toy) -> str:
    """Everything a toy is refused for, one problem a line; AssertionError if it is accepted."""
    try:
        assemble(system(toy))
    except InputError as error:
        return str(error)
    raise AssertionError("the toy was accepted")


def changed(toy: Toy, table: str, item: str, **cells: Cell) -> Toy:
    """The toy with some cells of one item of one table replaced."""
    old = toy.tables[table]
    return replace(toy, tables={**toy.tables, table: {**old, item: {**old[item], **cells}}})


_records: list[dict[str, float]] = []


@contextmanager
def recording() -> Iterator[dict[str, float]]:
    """Largest absolute dual by constraint over every toy solved meanwhile; targets are named by their metric."""
    record: dict[str, float] = {}
    _records.append(record)
    try:
        yield record
    finally:
        _records.pop()


def _note_duals(record: dict[str, float], made: Assembled, program: LinearProgram, duals: np.ndarray) -> None:
    metric_of = {t.row: f"{t.spec.metric}.requirement" for t in made.targets}
    for place in program.constraints:
        name = metric_of.get(place.name, place.name)
        largest = float(np.abs(place.take(duals)).max(initial=0.0))
        record[name] = max(record.get(name, 0.0), largest)


def _tables(toy: Toy) -> dict[str, Table]:
    """The toy's tables with those it takes for granted."""
    money: Table = {"city": {"discount_rate": toy.discount_rate, "price_base_year": toy.base_year}}
    out: dict[str, Table] = {"economics": money, "buses": {bus: {"kind": "demand"} for bus in toy.buses}, **toy.tables}
    if "grid_exchange" in out and "export_tiers" not in out:
        out["export_tiers"] = {
            f"{name}_rest": {"line": name, "width": 1000, "price_factor": 1} for name in out["grid_exchange"]
        }
    if toy.load is not None:
        out["electricity_demand"] = {
            f"{bus}_load": {
                "bus": bus,
                "load_series": f"{bus}_load",
                "base_energy": float(_hourly(mw, toy.edges).sum()) / 1e6,
                "base_year": toy.periods[0],
                "growth": toy.growth,
            }
            for bus, mw in _load_by_bus(toy).items()
        }
    return out


def _load_by_bus(toy: Toy) -> Mapping[str, Values]:
    if toy.load is None:
        return {}
    return toy.load if isinstance(toy.load, Mapping) else {"city": toy.load}


def _declared() -> dict[str, dict[str, Parameter]]:
    """Every parameter there is, by table and name."""
    tables = dict(GENERAL_TABLES)
    for component in (*registry.technologies().values(), *registry.targets().values()):
        tables.update(component.tables)
    return {table: {p.name: p for p in parameters} for table, parameters in tables.items()}


def _rows(name: str, table: Table) -> list[dict[str, Any]]:
    """Rows of a table, in the units the technology declares; an undeclared parameter gets the unit 1."""
    declared = _declared().get(name, {})
    rows = []
    for item, cells in table.items():
        for parameter, cell in cells.items():
            unit_of = declared[parameter].unit if parameter in declared else "1"
            by_year = cell.items() if isinstance(cell, Mapping) else [(None, cell)]
            rows += [
                {"item": item, "parameter": parameter, "year": year, "value": value, "unit": unit_of}
                for year, value in by_year
            ]
    return rows


def _hourly(values: Values, edges: Sequence[int]) -> np.ndarray:
    """(8760,) from one number, one for each step, or one for each hour."""
    array = np.atleast_1d(np.asarray(values, float))
    if array.size == 1:
        return np.full(8760, array[0])
    return array if array.size == 8760 else np.repeat(array, np.diff(edges))
