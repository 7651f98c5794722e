"""The committed data on a few steps: read once, changed in memory, solved through the program's own stations.

`system` reads the tiny scenario; `rich_package` and `RICH` add what no committed scenario has, so that every row and
entry of every component exists: two weather years, running costs, a growth limit, a price of carbon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from pzh_energy.inputs.datapackage import DataPackage, Row, parameter_rows, read_datapackage
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.scenario import Scenario, load_scenario
from pzh_energy.inputs.system import GENERAL_TABLES, SystemData, make_system
from pzh_energy.modeling import registry
from pzh_energy.modeling.compiler import Compiler, LinearProgram, expand
from pzh_energy.modeling.model import Engine
from pzh_energy.modeling.results import Results
from pzh_energy.optimization.assemble import Assembled, assemble, component_tables
from pzh_energy.optimization.extract import extract
from pzh_energy.optimization.highs import Solution
from pzh_energy.optimization.highs import solve as solve_program

ROOT = Path(__file__).parents[1]
BASELINE = ROOT / "scenarios" / "baseline.yaml"
TINY = ROOT / "scenarios" / "tiny.yaml"
COARSE = "resolution={every: 730h}"
"""Twelve equal steps, without the cost of finding segments."""
TWO_YEARS = "weather={normal: {probability: 0.6}, dry: {probability: 0.4}}"
RICH = (COARSE, TWO_YEARS)
OPTIONS = (
    "resolution={every: 2h}",
    "technologies.hydro_cascade.head=hyperplanes",
    "technologies.demand_response.driver=system_cost",
)
"""Steps short enough for ramps and for shifted load, and the rows that are asked for by name."""


@dataclass(frozen=True)
class Solved:
    """An optimal system and everything it went through."""

    assembled: Assembled
    compiler: Compiler
    program: LinearProgram
    solution: Solution
    results: Results

    @property
    def objective(self) -> float:
        """Million CNY, discounted."""
        return self.solution.objective


@cache
def package() -> DataPackage:
    """The committed data package."""
    return read_datapackage(ROOT / "data")


@cache
def rich_package() -> DataPackage:
    """The committed package with a dry weather year, running costs, a growth limit and a price of carbon."""
    rich = with_weather(package(), "dry", {"inflow": 0.8, "small_hydro": 0.8, "wind": 0.9, "pv": 0.95, "load": 1.0})
    rich = with_value(rich, "wind", "ridge", "variable_om", 12, "CNY/MWh")
    rich = with_value(rich, "run_of_river", "small_hydro", "variable_om", 5, "CNY/MWh")
    rich = with_value(rich, "carbon_price", "city", "price", 60, "CNY/t")
    rich = with_value(rich, "green_power", "certificates", "sold_limit", 0.5, "TWh/yr")
    rich = with_value(rich, "end_use_options", "hydrogen_metallurgy", "potential", 100, "ktce/yr")
    rich = with_value(rich, "end_use_options", "carbon_capture_cement", "potential", 100, "ktce/yr")
    rich = with_value(rich, "solar_pv", "utility", "growth_limit", 0.9, "1/yr")
    return with_value(rich, "solar_pv", "utility", "growth_seed", 40, "MW/yr")


def with_weather(base: DataPackage, name: str, factors: Mapping[str, float]) -> DataPackage:
    """A package with one more weather year: the normal one, each series times the factor its name starts with."""
    added = {}
    for (series, weather), values in base.series.items():
        if weather == "normal":
            factor = next(f for start, f in factors.items() if series.startswith(start))
            added[series, name] = values * factor
    return replace(base, series={**base.series, **added})


def with_value(
    base: DataPackage, table: str, item: str, parameter: str, value: Any, unit: str, year: int | None = None
) -> DataPackage:
    """A package in which one parameter of one item has one value."""
    row = {"item": item, "parameter": parameter, "value": value, "unit": unit, "year": year}
    kept = [r for r in base.parameters[table] if (r.item, r.parameter) != (item, parameter)]
    return replace(base, parameters={**base.parameters, table: (*kept, *parameter_rows([row]))})


def with_rows(base: DataPackage, change: Callable[[str, Row], Row | None]) -> DataPackage:
    """A package whose parameter rows went through `change`, which returns the row to keep, or None."""
    tables = {
        table: tuple(new for row in rows if (new := change(table, row)) is not None)
        for table, rows in base.parameters.items()
    }
    return replace(base, parameters=tables)


def scaled(
    base: DataPackage, table: str, parameter: str, factor: float, item: str | None = None, year: int | None = None
) -> DataPackage:
    """A package with the numbers of one parameter times a factor; of one item or one year only, if named."""

    def change(name: str, row: Row) -> Row:
        chosen = (name, row.parameter) == (table, parameter) and item in (None, row.item) and year in (None, row.year)
        return replace(row, value=repr(float(row.value) * factor)) if chosen else row

    return with_rows(base, change)


def scenario(assignments: Sequence[str] = (), path: Path = TINY) -> Scenario:
    """A scenario file, with assignments as of `--set`."""
    technologies = {key: technology.Spec for key, technology in registry.technologies().items()}
    targets = {key: target.Spec for key, target in registry.targets().items()}
    return load_scenario(path, technologies, targets, assignments)


def system(assignments: Sequence[str] = (), data: DataPackage | None = None, path: Path = TINY) -> SystemData:
    """The system of a scenario on the committed data, or on other data."""
    return system_of(scenario(assignments, path), data)


def system_of(asked: Scenario, data: DataPackage | None = None) -> SystemData:
    """The system of a scenario that is already read."""
    return make_system(asked, data or package(), component_tables(asked))


def build(of: SystemData, engine: Engine = "numpy") -> tuple[Assembled, Compiler, LinearProgram]:
    """Model, compiler and linear program, by either engine."""
    assembled = assemble(of, engine)
    compiler = Compiler(assembled.model.pyomo)
    return assembled, compiler, compiler.compile() if engine == "numpy" else expand(assembled.model.pyomo)


def solve(of: SystemData) -> Solved:
    """The optimal solution of a system; nothing is audited."""
    assembled, compiler, program = build(of)
    solution = solve_program(program)
    assert solution.outcome == "optimal", solution.status
    return Solved(assembled, compiler, program, solution, extract(assembled, compiler, program, solution))


def optimum(of: SystemData) -> float:
    """Cost of the optimal solution of a system [million CNY, discounted]."""
    _, _, program = build(of)
    solution = solve_program(program)
    assert solution.outcome == "optimal", solution.status
    return solution.objective


def declared_tables() -> dict[str, tuple[Parameter, ...]]:
    """The parameters of every table that any technology or the program itself reads."""
    tables = dict(GENERAL_TABLES)
    for component in (*registry.technologies().values(), *registry.targets().values()):
        tables.update(component.tables)
    return tables


def assert_same_program(ours: LinearProgram, reference: LinearProgram, relative: float = 1e-12) -> None:
    """Same names, same sparsity, same numbers: coefficients, limits, bounds, cost and offset."""
    assert ours.variables == reference.variables
    assert ours.constraints == reference.constraints
    a, b = ours.matrix.copy(), reference.matrix.copy()
    a.sort_indices()
    b.sort_indices()
    for position in np.flatnonzero(np.diff(a.indptr) != np.diff(b.indptr))[:1]:
        raise AssertionError(f"{ours.row_of(int(position))} has other columns")
    assert np.array_equal(a.indices, b.indices), "the rows touch other columns"
    np.testing.assert_allclose(a.data, b.data, rtol=relative, atol=0)
    for name in ("row_lower", "row_upper", "column_lower", "column_upper", "cost", "offset"):
        np.testing.assert_allclose(getattr(ours, name), getattr(reference, name), relative, 1e-300, err_msg=name)


def assert_equal_program(ours: LinearProgram, reference: LinearProgram) -> None:
    """The same arrays to the last bit, with the same names."""
    assert ours.variables == reference.variables
    assert ours.constraints == reference.constraints
    for name in ("row_lower", "row_upper", "column_lower", "column_upper", "cost", "offset"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(reference, name), err_msg=name)
    assert ours.matrix.shape == reference.matrix.shape
    for name in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(ours.matrix, name), getattr(reference.matrix, name), err_msg=name)
