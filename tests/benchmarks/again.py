"""What a solve again costs when little has changed: the compiled program kept, and the basis of the solve before.

`python -m tests.benchmarks.again segments:60 segments:100`: demand, cost of building, one coefficient and the value of
a target of the baseline are changed in the compiled arrays, and each program is solved by simplex from nothing and from
the basis of the one before. Processor seconds; `build` is what a sweep saves besides, reading included.

`--cases 20` measures sweeps instead: so many cases of a Latin hypercube over growth of demand, fuel, the cost of
wind and the value of T16, each solved alone as `pzh-opt solve` would, from nothing as a case of a sweep, and from the
basis of the scenario as it stands, which is what a sweep does; and then of sweeps over one thing alone, a right-hand
side, a cost and a coefficient. A case of a sweep takes over what was compiled of the scenario as it stands wherever it
is the same.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pzh_energy import api
from pzh_energy.inputs.datapackage import read_datapackage
from pzh_energy.inputs.scenario import Scenario
from pzh_energy.inputs.sweep_file import load_sweep
from pzh_energy.inputs.system import make_system
from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.modeling.compiler.program import Slice
from pzh_energy.optimization.assemble import component_tables
from pzh_energy.optimization.solve import solve
from pzh_energy.studies.repeated import Repeated
from pzh_energy.studies.sweep_plan import plan
from tests.benchmarks.apart import processor_s
from tests.benchmarks.phases import assignments_of
from tests.systems import BASELINE


@dataclass(frozen=True)
class Again:
    """One change: seconds and iterations from nothing and from the basis before; relative difference of the costs."""

    change: str
    cold_s: float
    cold_iterations: int
    warm_s: float
    warm_iterations: int
    difference: float


def place(places: Sequence[Slice], name: str) -> slice:
    """Where a variable or constraint lies."""
    found = next(each for each in places if each.name == name)
    return slice(found.start, found.stop)


def demand(program: LinearProgram) -> LinearProgram:
    """3 % more demand: the right-hand sides of the balance."""
    rows = place(program.constraints, "electricity_balance")
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[rows] *= 1.03
    upper[rows] *= 1.03
    return replace(program, row_lower=lower, row_upper=upper)


def capital(program: LinearProgram) -> LinearProgram:
    """10 % more for every wind park built."""
    cost = program.cost.copy()
    cost[place(program.variables, "wind.new_capacity")] *= 1.1
    return replace(program, cost=cost)


def yield_of_sun(program: LinearProgram) -> LinearProgram:
    """2 % less from every MW of photovoltaics: one coefficient of every row that limits its output."""
    rows, columns = program.constraints, program.variables
    limit, capacity = place(rows, "solar_pv.output_limit"), place(columns, "solar_pv.operating_capacity")
    matrix = program.matrix.copy()
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    chosen = (row >= limit.start) & (row < limit.stop)
    chosen &= (matrix.indices >= capacity.start) & (matrix.indices < capacity.stop)
    matrix.data[chosen] *= 0.98
    return replace(program, matrix=matrix)


CHANGES: Mapping[str, Callable[[LinearProgram], LinearProgram]] = {
    "nothing": lambda program: program,
    "right-hand side: demand +3 %": demand,
    "cost: wind +10 %": capital,
    "coefficient: yield of PV -2 %": yield_of_sun,
}


def measure(size: str) -> tuple[float, list[Again]]:
    """Seconds to read and build a size, and every change of it."""
    began = processor_s()
    _, _, program = api.build(api.read(BASELINE, assignments_of(size)))
    build_s = processor_s() - began
    basis = solve(program, "auto").basis
    out = []
    for name, change in CHANGES.items():
        changed = change(program)
        spent, ended = [], []
        for start in (None, basis):
            began = processor_s()
            ended.append(solve(changed, "auto", start=start))
            spent.append(processor_s() - began)
        cold, warm = ended
        difference = abs(cold.objective - warm.objective) / max(1.0, abs(cold.objective))
        out.append(Again(name, spent[0], cold.iterations, spent[1], warm.iterations, difference))
    return build_s, out


def table(size: str, build_s: float, found: Sequence[Again]) -> str:
    """A line for each change, as Markdown."""
    lines = [f"{size}: build {build_s:.1f} s", "", "| change | cold s | iterations | warm s | iterations | gain |"]
    lines.append("|---|---|---|---|---|---|")
    for each in found:
        gain = each.cold_s / max(each.warm_s, 1e-9)
        cold, warm = (
            f"{s:.2f} | {n}" for s, n in ((each.cold_s, each.cold_iterations), (each.warm_s, each.warm_iterations))
        )
        lines.append(f"| {each.change} | {cold} | {warm} | {gain:.1f} |")
    return "\n".join(lines) + "\n"


VARIED: Mapping[str, Mapping[str, Any]] = {
    "growth": {
        "number": "electricity_demand.city_total.growth",
        "years": [2024],
        "unit": "1/yr",
        "values_range": {"low": 0.03, "high": 0.07},
    },
    "fuel": {
        "number": "end_uses.*.reference_energy",
        "years": [2025, 2030],
        "scale_range": {"low": 0.9, "high": 1.0},
    },
    "capex": {"number": "wind.*.capex", "scale_range": {"low": 0.8, "high": 1.2}},
    "asked": {"key": "targets.T16.value", "values_range": {"low": 4.0, "high": 6.0}},
    "efficiency": {"number": "hydro_stations.*.efficiency", "scale_range": {"low": 0.97, "high": 1.0}},
}

SWEPT: Mapping[str, tuple[str, ...]] = {
    "growth of demand, fuel, cost of wind and T16": ("growth", "fuel", "capex", "asked"),
    "a right-hand side: the value of T16, 4 to 6 GW": ("asked",),
    "a cost: that of building wind parks, 0.8 to 1.2 of it": ("capex",),
    "a coefficient: the efficiency of the large hydro stations, 0.97 to 1 of it": ("efficiency",),
}
"""What is varied in each sweep that is measured."""


@dataclass(frozen=True)
class Way:
    """One way to solve the cases of a sweep: seconds and iterations of all, and their costs."""

    way: str
    seconds: float
    iterations: int
    costs: tuple[float, ...]

    @property
    def an_hour(self) -> float:
        """Cases an hour on one core."""
        return 3600 * len(self.costs) / self.seconds


def measure_sweep(size: str, count: int, over: str) -> list[Way]:
    """So many cases of the baseline at a size, each way, without the scenario as it stands; over: one of SWEPT."""
    document = {"name": "again", "scenario": BASELINE, "method": "latin_hypercube", "samples": count, "seed": 1}
    varied = {name: VARIED[name] for name in SWEPT[over]}
    planned = plan(load_sweep({**document, "vary": varied}), assignments_of(size))
    scenarios = [case.scenario for case in planned.cases if case.scenario is not None]
    tables = component_tables(planned.base)
    repeated = Repeated(planned.base, planned.package)

    def alone(scenario: Scenario) -> tuple[float, int]:
        run = api.solve_system(make_system(scenario, read_datapackage(scenario.data_path), tables))
        return run.objective, run.results.provenance["solver"]["iterations"]

    def as_case(scenario: Scenario, from_basis: bool) -> tuple[float, int]:
        outcome = repeated.outcome(planned.package, scenario, from_basis)
        return outcome.objective, outcome.iterations

    ways: Mapping[str, Callable[[Scenario], tuple[float, int]]] = {
        "alone": alone,
        "from nothing": lambda scenario: as_case(scenario, False),
        "from the basis": lambda scenario: as_case(scenario, True),
    }
    out = []
    gc.freeze()  # as the processes of a sweep do
    for name, way in ways.items():
        began = processor_s()
        costs, iterations = zip(*(way(scenario) for scenario in scenarios), strict=True)
        out.append(Way(name, processor_s() - began, sum(iterations), costs))
    gc.unfreeze()
    return out


def sweep_table(size: str, over: str, found: Sequence[Way]) -> str:
    """A line for each way, as Markdown; costs are held against those of each case alone."""
    cases = len(found[0].costs)
    lines = [
        f"{size}: {cases} cases of a sweep over {over}",
        "",
        "| each case | s a case | iterations | cases an hour | cost off by |",
    ]
    lines.append("|---|---|---|---|---|")
    for each in found:
        off = max(abs(a - b) / abs(b) for a, b in zip(each.costs, found[0].costs, strict=True))
        a_case = f"{each.seconds / cases:.2f} | {each.iterations / cases:.0f} | {each.an_hour:.0f} | {off:.0e}"
        lines.append(f"| {each.way} | {a_case} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the sizes named and print a table for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.again", description="Solving again.")
    parser.add_argument("sizes", nargs="+", help="such as segments:60, 2020,2025/segments:24")
    parser.add_argument("--cases", type=int, default=0, help="measure sweeps of so many cases instead")
    options = parser.parse_args(arguments)
    for size in options.sizes:
        if options.cases:
            for over in SWEPT:
                print(sweep_table(size, over, measure_sweep(size, options.cases, over)), flush=True)
        else:
            print(table(size, *measure(size)), flush=True)


if __name__ == "__main__":
    main()
