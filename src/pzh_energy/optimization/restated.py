"""A scenario that differs from one already built in what its targets ask: only the rows of these are compiled again.

Of a target's `value` and `tolerance` the program sees the numbers its rows hold, and no other component reads them: all
else is the same function of the same inputs. Metrics keep to that unless they state a limit of their rows themselves
(`modeling.component.Target`), and then nothing is taken over. Nothing of what was built is changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import scipy.sparse as sp

from pzh_energy.inputs.datapackage import DataPackage
from pzh_energy.inputs.scenario import Scenario
from pzh_energy.inputs.specs import complete_target
from pzh_energy.modeling.compiler import Compiler, LinearProgram
from pzh_energy.optimization.assemble import Assembled

Built = tuple[Assembled, Compiler, LinearProgram]
MOVED = ("value", "tolerance")
"""Fields of a target that may differ."""
OUTSIDE = ("name", "title", "question", "expect")
"""Keys of a scenario that no program is made of; of `solver` only the engine is."""


def restated(built: Built, package: DataPackage, scenario: Scenario) -> Built | None:
    """What building a scenario with a package gives, from what is built; None where more differs than said above.

    Raises InputError for a target that its plan does not complete.
    """
    assembled, compiler, program = built
    system = assembled.system
    engine = scenario.solver.engine
    if package is not system.package or engine != "numpy" or _fixed(scenario) != _fixed(system.scenario):
        return None
    specs = {
        key: complete_target(key, spec, package.targets.get(key), scenario.where("targets", key))
        for key, spec in scenario.targets.items()
        if spec != system.scenario.targets[key]
    }
    periods = system.calendar.periods
    if any(spec.measured_in(periods) != system.targets[key].measured_in(periods) for key, spec in specs.items()):
        return None
    moved = [replace(each, spec=specs[each.identifier]) for each in assembled.targets if each.identifier in specs]
    if any(target.terms.limit is not None or target.terms.row_periods is not None for target in moved):
        return None
    targets = {target.identifier: target for target in moved}
    again = replace(
        assembled,
        system=replace(system, scenario=scenario, targets={**system.targets, **specs}),
        targets=tuple(targets.get(each.identifier, each) for each in assembled.targets),
    )
    held = [target for target in moved if target.spec.mode != "report"]
    find = assembled.model.pyomo.find_component
    compiler = compiler.with_values([(find(target.parameter), target.required_values) for target in held])
    return again, compiler, _with_rows(program, compiler, {target.row: find(target.row) for target in held})


def _fixed(scenario: Scenario) -> tuple[Any, ...]:
    """All of a scenario that its program is made of but what targets ask, in its order; equal where that is the same.

    Whether a field of a target was written counts: a name that stands there by default only may be passed over.
    """
    document = {key: value for key, value in scenario.document().items() if key not in (*OUTSIDE, "targets")}
    document["solver"] = scenario.solver.engine
    targets = [
        (key, spec.model_copy(update=dict.fromkeys(MOVED)), spec.model_fields_set - {*MOVED})
        for key, spec in scenario.targets.items()
    ]
    return json.dumps(document), targets


def _with_rows(program: LinearProgram, compiler: Compiler, rows: Mapping[str, Any]) -> LinearProgram:
    """The program with some of its constraints, by name, compiled again."""
    matrix, lower, upper = program.matrix, program.row_lower.copy(), program.row_upper.copy()
    for place in program.constraints:
        if place.name in rows:
            made, lower[place.start : place.stop], upper[place.start : place.stop] = compiler.rows_of(rows[place.name])
            matrix = sp.csr_array(sp.vstack([matrix[: place.start], made, matrix[place.stop :]], "csr"))
    return replace(program, matrix=matrix, row_lower=lower, row_upper=upper)
