"""A plan verified hour by hour: its builds are held, and everything else is decided again for all 8760 hours.

What is built comes from the plan; dispatch, exchange, storage, the use of what was built for end uses, all that is
decided within a year, is free again, with the foresight of the whole year that the plan had too. Years that share only
what is built are then solved one by one.

Hard targets may be out of reach hour by hour. They are held as far as they can be: each becomes a priced one, at a
price so high (`MISSED`) that it is missed only where no dispatch holds it; what is missed shows as drift of the target,
and its price is left out of every cost. Priced targets keep their price, and what it costs to
miss them is in both costs. Unserved energy and hydrogen are paid for at the same values on both sides. Least release of
the dams is a row that holds on either side: what is counted is release below the environmental flow where not even the
natural flow reaches it, which hides in the mean of a long step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pzh_energy import api
from pzh_energy.domain.errors import AuditError
from pzh_energy.inputs.resolution import FULL
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData, make_system
from pzh_energy.modeling import registry
from pzh_energy.modeling.results import Results
from pzh_energy.optimization.assemble import component_tables
from pzh_energy.optimization.audit import audit
from pzh_energy.optimization.extract import extract
from pzh_energy.optimization.held_builds import with_builds_held
from pzh_energy.optimization.years_apart import solve_apart
from pzh_energy.reporting.scorecard import scorecard
from pzh_energy.reporting.verification import Verification, cost_drifts, operation_drifts, target_drifts

MISSED = 1e6
"""Million CNY a year for missing the whole of a hard target: a hundred times what the energy of a city costs a year.

For the shares of the first user it is some 200 million CNY for a ktce (60 CNY/kWh), three times the value of lost load.
"""
LEAST = 1000.0
"""A requirement smaller than so many units of its row (MW, MWh, ktce, kt) is priced as if it were as large."""


def verify(run: api.Run, watch: api.Stopwatch | None = None) -> Verification:
    """The builds of a run on all hours of the year, against the run itself."""
    return verify_on(run, at_full(run.system), watch or api.Stopwatch(api.Silent()))


def at_full(system: SystemData) -> SystemData:
    """The same system on all hours of the year."""
    scenario = replace(system.scenario, resolution=FULL)
    return make_system(scenario, system.package, component_tables(scenario))


def verify_on(run: api.Run, fine: SystemData, watch: api.Stopwatch) -> Verification:
    """The builds of a run on the finer steps of another calendar of the same system.

    A solve that ends without an optimum, or fails its audit, is said so in the verification.
    """
    watch.phase("building")
    softened = softer(fine.targets, run.results)
    assembled, compiler, program = api.build(replace(fine, targets={**fine.targets, **softened}))
    builds = {kind.new: run.results[kind.new] for kind in assembled.model.sized}
    program = with_builds_held(program, assembled.model.sized, builds)
    watch.phase("verifying")
    options = fine.scenario.solver
    # simplex needs hours for what the structured method does in seconds; who names another method gets it
    method = "auto" if options.method == "highs" else options.method
    solution = solve_apart(program, method, options.time_limit_s, options.threads, watch.progress.solving)
    steps = len(run.system.calendar.timesteps), len(fine.calendar.timesteps)
    ended = Verification(solution.outcome, solution.status, *steps, solution.seconds, solution.method)
    if solution.outcome != "optimal":
        watch.phase("")
        return ended
    watch.phase("checking")
    results = extract(assembled, compiler, program, solution)
    try:
        audit(assembled, program, solution, results)
    except AuditError as error:
        # the plan has been found and stands; only what was found here does not count
        watch.phase("")
        return replace(ended, outcome="trouble", status=str(error))
    results = results.with_provenance(run.results.provenance)
    rows = scorecard(results, fine.targets, registry.targets())
    verification = replace(
        ended,
        costs=cost_drifts(run.results, results, softened),
        operation=operation_drifts(run.results, results),
        targets=target_drifts(run.scorecard, rows),
    )
    watch.phase("")
    return verification


def softer(targets: Mapping[str, TargetSpec], results: Results) -> dict[str, TargetSpec]:
    """The hard targets as priced ones; results: of the plan, by which their size is known."""
    out = {}
    for identifier, spec in targets.items():
        if spec.mode != "hard":
            continue
        size, scale = LEAST, 1.0
        for terms in results.expressions.get(identifier, {}).values():
            assert spec.value is not None
            required = abs(spec.value / terms["scale"] * terms["base"])
            size, scale = max(size, required, abs(terms["left"])), terms["slack_scale"]
        out[identifier] = spec.model_copy(update={"mode": "priced", "price": MISSED / (size * scale)})
    return out
