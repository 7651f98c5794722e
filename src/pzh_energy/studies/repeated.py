"""One scenario solved many times with changes: what does not change is kept, what nobody reads is not made.

Kept are the steps of the year where the hourly series, the weather years and the resolution are the same, and the basis
of the scenario as it stands. Every case goes on from that basis, not from that of the case before, so that what it says
does not depend on the order in which cases are taken; and of plans that cost the same it stays with the one next to
where it began. A case whose program has another shape, one that ends without an audited optimum, and every case of a
scenario that has no plan as it stands is solved from nothing. Every solution is audited in full; remarks, findings and
series for reports are left out.

Every case is read and stated anew, which is cheap, and takes over what was made of the rules of the scenario as it
stands wherever that is certain to be the same (`modeling.kept`): their rows, and what results and targets are worked
out from. So of a cost the objective is compiled again, of a target's value its rows. What is kept of the rules takes
2.7 times the memory of the matrix, 0.1 GB at the default size.
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
from pzh_energy.modeling.compiler import Compiler, LinearProgram
from pzh_energy.modeling.kept import Kept
from pzh_energy.modeling.results import Results
from pzh_energy.optimization.assemble import Assembled, component_tables
from pzh_energy.optimization.audit import audit
from pzh_energy.optimization.extract import extract
from pzh_energy.optimization.highs import Solution, refuse_unless_optimal
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
        self._kept: Kept | None = None
        self._shape: tuple[Any, Any] | None = None
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

    def build(self, package: DataPackage, scenario: Scenario) -> tuple[Assembled, Compiler, LinearProgram]:
        """Model, compiler and program of a case, with what is the same as in the scenario as it stands."""
        return api.build(self.system(package, scenario), keep=self._kept is None, before=self._kept)

    def _solved(self, package: DataPackage, scenario: Scenario, from_basis: bool) -> Outcome:
        """The outcome of one audited solve."""
        assembled, compiler, program = self.build(package, scenario)
        as_it_stands = scenario is self.scenario and package is self.package
        if as_it_stands and self._kept is None and isinstance(compiler.kept, Kept):
            self._kept, self._shape = compiler.kept, (program.variables, program.constraints)
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
        return (program.variables, program.constraints) == self._shape


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
