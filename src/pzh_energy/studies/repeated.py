"""One scenario solved many times with changes: what does not change is kept, what nobody reads is not made.

Kept are the steps of the year where the hourly series, the weather years and the resolution are the same, and the basis
of the scenario as it stands. Every case goes on from that basis, not from that of the case before, so that what it says
does not depend on the order in which cases are taken; and of plans that cost the same it stays with the one next to
where it began. A case whose program has another shape, one that ends without an audited optimum, and every case of a
scenario that has no plan as it stands is solved from nothing. Every solution is audited in full; remarks, findings and
series for reports are left out.

A case that differs in nothing but values and tolerances of targets, with the same data, has the model and the matrix of
the scenario as it stands but for the rows of these targets (`optimization.restated`). Every other one is read, stated
and compiled anew: what else changes enters the dear rows, the balances, the cost and the accounts. Rows kept by their
content were measured too: 257 of 301 rules were found again and nothing was saved, because to tell what a rule says
costs as much as to evaluate a cheap one.

Measured on the baseline beside other work, processor seconds of a case that goes on from the basis, the value of T16
alone being varied: 0.45 at segments:24, of which the program takes 0.004, the solve 0.03, extracting 0.31 (0.12 of it
reading entries again) and the audit 0.1; read, stated and compiled anew the program takes 0.21, the case 0.66. At
daily:7,10,16,21 it is 0.02 in place of 0.4 s of 12, of which the solve takes 11 (`tests/benchmarks/again.py`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pzh_energy import api
from pzh_energy.domain.errors import InfeasibleError, InputError, PzhError
from pzh_energy.inputs.datapackage import DataPackage
from pzh_energy.inputs.profiles import makes_series
from pzh_energy.inputs.resolution import Resolution
from pzh_energy.inputs.scenario import Scenario
from pzh_energy.inputs.system import SystemData, make_system
from pzh_energy.modeling import registry
from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.modeling.results import Results
from pzh_energy.optimization.assemble import component_tables
from pzh_energy.optimization.audit import audit
from pzh_energy.optimization.extract import extract
from pzh_energy.optimization.highs import Solution, refuse_unless_optimal
from pzh_energy.optimization.restated import Built, restated
from pzh_energy.optimization.solve import solve
from pzh_energy.reporting.outcome import Outcome
from pzh_energy.reporting.scorecard import judge, price_of
from pzh_energy.reporting.tables import year_end


class Repeated:
    """A scenario to be solved with changes of its data and of itself; `base`: what it says as it stands."""

    def __init__(self, scenario: Scenario, package: DataPackage) -> None:
        self.scenario = scenario
        self.package = package
        self._edges: dict[tuple[Resolution, tuple[str, ...]], np.ndarray] = {}
        self._built: Built | None = None
        self._basis: Any = None
        self.base = self.outcome(package, from_basis=False)

    def outcome(self, package: DataPackage, scenario: Scenario | None = None, from_basis: bool = True) -> Outcome:
        """What the scenario, or another in its place, says with a package; from_basis: go on from the end of `base`."""
        for warm in (True, False) if from_basis and self._basis is not None else (False,):
            try:
                return self._solved(package, scenario or self.scenario, warm)
            except InputError as error:
                return Outcome("refused", reason=str(error))
            except InfeasibleError as error:
                ended = Outcome("infeasible", reason=str(error))
            except PzhError as error:
                ended = Outcome("stopped", reason=str(error))
        return ended

    def system(self, package: DataPackage, scenario: Scenario) -> SystemData:
        """The system of a case, on steps found once for all cases with the same hours."""
        hours = scenario.resolution, tuple(scenario.weather)
        same = package.series is self.package.series and not makes_series(scenario)
        system = make_system(scenario, package, component_tables(scenario), self._edges.get(hours) if same else None)
        if same:
            self._edges[hours] = system.calendar.edges
        return system

    def build(self, package: DataPackage, scenario: Scenario) -> Built:
        """Model, compiler and program of a case: from those of the scenario as it stands where that is possible."""
        if self._built is not None and (found := restated(self._built, package, scenario)) is not None:
            return found
        return api.build(self.system(package, scenario))

    def _solved(self, package: DataPackage, scenario: Scenario, from_basis: bool) -> Outcome:
        """The outcome of one audited solve."""
        assembled, compiler, program = built = self.build(package, scenario)
        as_it_stands = scenario is self.scenario and package is self.package
        if as_it_stands and self._built is None:
            self._built = built
        start = self._basis if from_basis and self._has_shape_of(program) else None
        options = scenario.solver
        solution = solve(
            program, options.method, options.time_limit_s, options.threads, start=start, vertex=options.vertex
        )
        if solution.outcome == "infeasible":
            api.refuse_impossible(assembled, compiler, program)  # says which targets, where it can
        refuse_unless_optimal(solution)
        with api.aligned():
            results = extract(assembled, compiler, program, solution)
            audit(assembled, program, solution, results)
            outcome = _outcome_of(assembled.system, results, solution)
        if as_it_stands and self._basis is None:
            self._basis = solution.basis
        return outcome

    def _has_shape_of(self, program: LinearProgram) -> bool:
        """True if the program has the rows and columns of the first, each for the same thing."""
        if self._built is None:
            return False
        *_, first = self._built
        return program.variables == first.variables and program.constraints == first.constraints


def _outcome_of(system: SystemData, results: Results, solution: Solution) -> Outcome:
    metrics = registry.targets()
    judged = {key: judge(key, spec, metrics[spec.metric], results) for key, spec in system.targets.items()}
    priced = {key: price_of(key, metrics[system.targets[key].metric], each, results) for key, each in judged.items()}
    named = {year for year in results.periods if any(spec.year == year for spec in system.targets.values())}
    return Outcome(
        "solved",
        solution.objective,
        achieved={key: each.achieved for key, each in judged.items()},
        verdicts={key: each.verdict for key, each in judged.items()},
        margins={key: each.margin for key, each in judged.items()},
        prices={key: price for key, (price, _) in priced.items()},
        capacity=year_end(results, named or {results.periods[-1]}),
        iterations=solution.iterations,
    )
