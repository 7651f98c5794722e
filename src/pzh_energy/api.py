"""The whole way from a scenario file to results: one call per station."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

from pzh_energy.domain.errors import InfeasibleError, SolverStoppedError, UnboundedError
from pzh_energy.inputs.datapackage import read_datapackage
from pzh_energy.inputs.scenario import Scenario, load_scenario
from pzh_energy.inputs.system import SystemData, make_system
from pzh_energy.modeling import registry
from pzh_energy.modeling.compiler import Compiler, LinearProgram, expand
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.results import Results
from pzh_energy.optimization.assemble import Assembled, assemble, component_tables
from pzh_energy.optimization.audit import audit
from pzh_energy.optimization.extract import extract
from pzh_energy.optimization.highs import Solution
from pzh_energy.optimization.solve import solve as solve_program
from pzh_energy.reporting import labels
from pzh_energy.reporting.files import write_folder
from pzh_energy.reporting.findings import Finding, findings
from pzh_energy.reporting.scorecard import ScorecardRow, scorecard


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
    and non-zeros of the linear program; objective: million CNY, discounted to the price base year.
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


def build(system: SystemData) -> tuple[Assembled, Compiler, LinearProgram]:
    """Model, compiler and linear program of a system, by the engine its scenario names."""
    engine = system.scenario.solver.engine
    assembled = assemble(system, engine)
    compiler = Compiler(assembled.model.pyomo)
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

    assignments: `key=value` texts as of `--set`; resolution: `full`, `every:3h` or `segments:200` in place of the
    scenario's. Raises InputError, InfeasibleError, UnboundedError, SolverStoppedError, AuditError, KeyboardInterrupt.
    """
    watch = Stopwatch(progress or Silent())
    watch.phase("reading")
    system = read(path, [*assignments, *resolution_assignment(resolution), *limit_assignment(time_limit_s)])
    return solve_system(system, watch)


def solve_system(system: SystemData, watch: Stopwatch | None = None) -> Run:
    """Build, solve, extract and audit a system."""
    watch = watch or Stopwatch(Silent())
    watch.phase("building")
    assembled, compiler, program = build(system)
    watch.phase("solving")
    options = system.scenario.solver
    solution = solve_program(program, options.method, options.time_limit_s, options.threads, watch.progress.solving)
    refuse_unless_optimal(solution)
    watch.phase("checking")
    results = extract(assembled, compiler, program, solution)
    checks = audit(assembled, program, solution, results)
    results = replace(results, provenance=_provenance(system, program, solution))
    rows = scorecard(results, system.targets, registry.targets())
    found = findings(results, system.targets)
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


def write(run: Run, folder: Path | str) -> Path:
    """Write the result folder of a run, whole or not at all; returns its path."""
    return write_folder(run, Path(folder))


def resolution_assignment(text: str | None) -> list[str]:
    """`--resolution segments:200` as an assignment to the scenario."""
    if text is None:
        return []
    kind, _, size = text.partition(":")
    return [f"resolution={{{kind}: {size}}}" if size else f"resolution={kind}"]


def limit_assignment(seconds: float | None) -> list[str]:
    """A time limit as an assignment to the scenario."""
    return [] if seconds is None else [f"solver.time_limit_s={seconds}"]


def refuse_unless_optimal(solution: Solution) -> None:
    """Raise what the outcome stands for; return if it is an optimal solution."""
    if solution.outcome == "optimal":
        return
    if solution.outcome == "infeasible":
        raise InfeasibleError("no plan satisfies all hard targets and physical limits at once")
    if solution.outcome == "unbounded":
        raise UnboundedError("the cost can fall for ever: an input allows a free lunch")
    if solution.outcome == "limit":
        raise SolverStoppedError(f"the solver reached its limit after {solution.seconds:.0f} s: {solution.status}")
    raise SolverStoppedError(f"the solver ended without an answer: {solution.status}")


def _provenance(system: SystemData, program: LinearProgram, solution: Solution) -> dict[str, Any]:
    """What was solved with what."""
    packages = ("pzh-energy", "pyomo", "highspy", "highspy-extras", "numpy", "scipy", "pandas", "xarray")
    return {
        "scenario": system.scenario.name,
        "history_until": system.scenario.horizon.history_until,
        "labels": labels.stated(system.package.labels),
        "observed": [asdict(each) for each in system.package.observed],
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
            "coefficients": list(program.spread),
            "certificate": None if solution.certificate is None else asdict(solution.certificate),
        },
    }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
