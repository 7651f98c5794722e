"""The whole way from a scenario file to results: one call per station."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import xarray as xr

import pzh_energy.modeling  # noqa: F401 - before anything that imports scipy, as it says there
from pzh_energy.analysis.curve import Curve, cost_curve
from pzh_energy.analysis.elastic import Twin
from pzh_energy.analysis.explain import WhatBinds, WhyInfeasible, what_binds, why_infeasible
from pzh_energy.analysis.prechecks import impossible
from pzh_energy.domain.errors import InfeasibleError
from pzh_energy.inputs.datapackage import read_datapackage
from pzh_energy.inputs.grades import graded
from pzh_energy.inputs.scenario import Scenario, load_scenario
from pzh_energy.inputs.system import SystemData, make_system
from pzh_energy.modeling import registry
from pzh_energy.modeling.compiler import Compiler, LinearProgram, expand
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.kept import Kept
from pzh_energy.modeling.results import Results
from pzh_energy.optimization.assemble import Assembled, assemble, component_tables
from pzh_energy.optimization.audit import audit
from pzh_energy.optimization.extract import extract
from pzh_energy.optimization.highs import Solution, refuse_unless_optimal
from pzh_energy.optimization.solve import solve as solve_program
from pzh_energy.reporting import labels
from pzh_energy.reporting.files import refuse_changed, refuse_other_cost, scenario_of_result, write_folder
from pzh_energy.reporting.findings import Finding, findings
from pzh_energy.reporting.scorecard import ScorecardRow, scorecard
from pzh_energy.reporting.stated_targets import PROVENANCE, as_provenance, stated_targets
from pzh_energy.reporting.track import target_series
from pzh_energy.reporting.verification import Verification

ATTAINED_SLACK = 1e-6
"""Share by which an attained value may be missed again: the solver's own tolerance."""


class Progress(Protocol):
    """Told what is going on: the phase, and while solving the iterations and seconds so far."""

    def phase(self, name: str) -> None:
        """A phase begins: reading, building, solving, checking or writing."""

    def solving(self, iterations: int, seconds: float) -> None:
        """The solver is at work."""


class Silent:
    """Progress nobody watches."""

    def phase(self, name: str) -> None:
        """Nothing."""

    def solving(self, iterations: int, seconds: float) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Run:
    """A solved and audited scenario.

    findings: what of the plan is in tension, with numbers of this run; timings: seconds by phase; size: rows, columns
    and non-zeros of the linear program; objective: million CNY, discounted to the price base year; verification: its
    builds hour by hour, if that was asked for.
    """

    scenario: Scenario
    system: SystemData
    results: Results
    scorecard: tuple[ScorecardRow, ...]
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    timings: Mapping[str, float]
    size: tuple[int, int, int]
    objective: float
    verification: Verification | None = None


class Stopwatch:
    """Seconds spent in each phase, in the order in which they began."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.seconds: dict[str, float] = {}
        self._began = time.perf_counter()
        self._phase = ""

    def phase(self, name: str) -> None:
        """End the phase before and begin this one."""
        now = time.perf_counter()
        if self._phase:
            self.seconds[self._phase] = self.seconds.get(self._phase, 0.0) + now - self._began
        self._began, self._phase = now, name
        if name:
            self.progress.phase(name)


def read(path: Path | str, assignments: Sequence[str] = ()) -> SystemData:
    """Scenario and data, aligned and checked. Raises InputError with everything that is wrong."""
    technologies = {key: technology.Spec for key, technology in registry.technologies().items()}
    targets = {key: target.Spec for key, target in registry.targets().items()}
    scenario = load_scenario(Path(path), technologies, targets, assignments)
    return make_system(scenario, read_datapackage(scenario.data_path), component_tables(scenario))


def build(
    system: SystemData, keep: bool = False, before: Kept | None = None
) -> tuple[Assembled, Compiler, LinearProgram]:
    """Model, compiler and linear program of a system, by the engine its scenario names.

    keep: keep what rules make, as `kept` of the compiler; before: take over from what another one kept.
    """
    engine = system.scenario.solver.engine
    assembled = assemble(system, engine)
    compiler = Compiler(assembled.model.pyomo, Kept(assembled.model, before) if keep or before is not None else None)
    program = compiler.compile() if engine == "numpy" else expand(assembled.model.pyomo)
    return assembled, compiler, program


def solve(
    path: Path | str,
    assignments: Sequence[str] = (),
    resolution: str | None = None,
    time_limit_s: float | None = None,
    progress: Progress | None = None,
) -> Run:
    """Solve a scenario file and audit the solution; nothing is written.

    assignments: `key=value` texts as of `--set`; resolution: `draft` … `full`, `daily:7,21`, `every:3h` or
    `segments:200` in place of the scenario's. Raises InputError, InfeasibleError, UnboundedError, SolverStoppedError,
    AuditError, KeyboardInterrupt.
    """
    watch = Stopwatch(progress or Silent())
    watch.phase("reading")
    system = read(path, [*assignments, *resolution_assignment(resolution), *limit_assignment(time_limit_s)])
    return solve_system(system, watch)


def solve_system(system: SystemData, watch: Stopwatch | None = None) -> Run:
    """Build, solve, extract and audit a system. What arithmetic alone excludes is refused before the solve."""
    watch = watch or Stopwatch(Silent())
    watch.phase("building")
    assembled, compiler, program = build(system)
    refuse_impossible(assembled, compiler, program)
    watch.phase("solving")
    options = system.scenario.solver
    solution = solve_program(
        program,
        options.method,
        options.time_limit_s,
        options.threads,
        watch.progress.solving,
        vertex=options.vertex,
    )
    refuse_unless_optimal(solution)
    return _finished(assembled, compiler, program, solution, watch)


def refuse_impossible(assembled: Assembled, compiler: Compiler, program: LinearProgram) -> None:
    """InfeasibleError, naming the targets, where capacities, potentials and build rates alone exclude a plan."""
    clashes = impossible(assembled, compiler, program)
    if clashes:
        words = "; ".join(", ".join(member.identifier for member in clash.members) for clash in clashes)
        raise InfeasibleError(f"arithmetic alone excludes these targets: {words}", clashes, assembled.system)


def _finished(
    assembled: Assembled, compiler: Compiler, program: LinearProgram, solution: Solution, watch: Stopwatch
) -> Run:
    """A run of an optimal solution: extracted, audited, judged."""
    system = assembled.system
    watch.phase("checking")
    with aligned():
        results = extract(assembled, compiler, program, solution)
        checks = audit(assembled, program, solution, results)
        results = results.with_provenance(_provenance(system, program, solution))
        rows = scorecard(results, system.targets, registry.targets())
        found = findings(results, system.targets, rows)
        results = results.with_series(target_series(results, system.targets, registry.targets()))
    watch.phase("")
    return Run(
        scenario=system.scenario,
        system=system,
        results=results,
        scorecard=rows,
        checks=checks,
        findings=found,
        timings=dict(watch.seconds),
        size=program.size,
        objective=solution.objective,
    )


@dataclass(frozen=True)
class Explained:
    """Why a scenario has no plan, or what holds its plan back; curve: the one asked for.

    run: the plan, or the least-cost plan nearest to an infeasible scenario, its scorecard against what the scenario
    asks; None where physics itself forbids a plan.
    """

    system: SystemData
    run: Run | None
    infeasible: WhyInfeasible | None
    binds: WhatBinds | None
    curve: Curve | None


def explain(
    path: Path | str,
    assignments: Sequence[str] = (),
    resolution: str | None = None,
    curve: str | None = None,
    values: Sequence[float] = (),
    progress: Progress | None = None,
) -> Explained:
    """Explain a scenario file, or the plan in a result folder; nothing is written.

    curve: id of a target whose cost curve is wanted instead, at `values` or at values chosen for it. Raises InputError
    (also where a result folder no longer belongs to its data or to this program), SolverStoppedError, AuditError.
    """
    watch = Stopwatch(progress or Silent())
    watch.phase("reading")
    folder, path = Path(path), Path(path)
    if folder.is_dir():
        path = scenario_of_result(folder)
    system = read(path, [*assignments, *resolution_assignment(resolution)])
    if folder.is_dir():
        refuse_changed(folder, system.hashes)
    watch.phase("building")
    twin = Twin(*build(system))
    watch.phase("solving")
    if curve is not None:
        found = cost_curve(twin, curve, values)
        watch.phase("")
        return Explained(system, None, None, None, found)
    plan = twin.solve(twin.as_asked())
    if plan is None:
        watch.phase("explaining")
        why = why_infeasible(twin)
        run = None if why.shortages or not why.clashes else _nearest_plan(twin, why, watch)
        watch.phase("")
        return Explained(system, run, why, None, None)
    if folder.is_dir() and not assignments and resolution is None:
        refuse_other_cost(folder, plan.objective)
    run = _finished(twin.assembled, twin.compiler, twin.program, twin.plain(plan), watch)
    watch.phase("explaining")
    binds = what_binds(twin, plan)
    watch.phase("")
    return Explained(system, run, None, binds, None)


def _nearest_plan(twin: Twin, why: WhyInfeasible, watch: Stopwatch) -> Run:
    """The least-cost plan in which missed targets are asked for as far as they can be had, with its true scorecard."""
    system = twin.assembled.system
    asked: dict[str, Any] = dict(system.targets)
    for identifier, value in why.relaxed.items():
        if math.isnan(value):
            change: dict[str, Any] = {"mode": "report"}
        else:
            # what was attained is known to the solver's tolerance only
            slack = ATTAINED_SLACK * max(1.0, abs(value))
            change = {"value": value, "tolerance": slack}
        asked[identifier] = asked[identifier].model_copy(update=change)
    run = solve_system(replace(system, targets=asked), watch)
    return replace(run, system=system, scorecard=scorecard(run.results, system.targets, registry.targets()))


def write(run: Run, folder: Path | str) -> Path:
    """Write the result folder of a run, whole or not at all; returns its path."""
    with aligned():
        return write_folder(run, Path(folder))


def aligned() -> AbstractContextManager[Any]:
    """Arithmetic of arrays is refused unless their labels are the same, and is not made to look for common ones.

    xarray would drop what only one of them has without a word; looking for it takes two thirds of a small operation.
    """
    return xr.set_options(arithmetic_join="exact")  # type: ignore[no-untyped-call]


def resolution_assignment(text: str | None) -> list[str]:
    """`--resolution segments:200` or `daily:7,21` as an assignment to the scenario."""
    if text is None:
        return []
    kind, _, size = text.partition(":")
    if kind == "daily" and size:
        size = f"[{size}]"
    return [f"resolution={{{kind}: {size}}}" if size else f"resolution={kind}"]


def limit_assignment(seconds: float | None) -> list[str]:
    """A time limit as an assignment to the scenario."""
    return [] if seconds is None else [f"solver.time_limit_s={seconds}"]


def _provenance(system: SystemData, program: LinearProgram, solution: Solution) -> dict[str, Any]:
    """What was solved with what."""
    packages = ("pzh-energy", "pyomo", "highspy", "highspy-extras", "numpy", "scipy", "pandas", "xarray")
    return {
        "scenario": system.scenario.name,
        "history_until": system.scenario.horizon.history_until,
        "labels": labels.stated(system.package.labels),
        "grades": graded(system, {key: technology.tables for key, technology in registry.technologies().items()}),
        "observed": [asdict(each) for each in system.package.observed],
        PROVENANCE: as_provenance(stated_targets(system.package.targets, system.targets)),
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in packages}},
        "input_hashes": dict(system.hashes),
        "solver": {
            "outcome": solution.outcome,
            "status": solution.status,
            "iterations": solution.iterations,
            "seconds": solution.seconds,
            "method": solution.method,
            "fallback": solution.fallback,
            "free_directions": solution.free_directions,
            "vertex": solution.vertex,
            "coefficients": list(program.spread),
            "certificate": None if solution.certificate is None else asdict(solution.certificate),
        },
    }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
