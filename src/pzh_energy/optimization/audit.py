"""Holds every solution against the original matrix and against itself before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from pzh_energy.domain.errors import AuditError
from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.modeling.component import Check, measured, row_unit_of
from pzh_energy.modeling.results import Results
from pzh_energy.optimization.assemble import Assembled
from pzh_energy.optimization.certificate import dual_bound, dual_size, row_violation, violation, wrong_sign
from pzh_energy.optimization.highs import Solution

NOTHING = 1e-6
"""A base below this (MW, MWh) is the solver's noise around zero."""
RELATIVE = 1e-6
"""Tolerance relative to the size of what is compared: HiGHS's own feasibility tolerance is 1e-7 on scaled rows."""


def audit(assembled: Assembled, program: LinearProgram, solution: Solution, results: Results) -> tuple[Check, ...]:
    """All checks of a solution; AuditError with the failed ones if any failed."""
    checks = [
        *_certificate(program, solution),
        *_balances(assembled, results),
        *_costs(results, solution),
        *_targets(assembled, results),
    ]
    for technology in assembled.technologies.values():
        checks.extend(technology.audit(assembled.system, results))
    refuse_failed(checks)
    return tuple(checks)


def refuse_failed(checks: Iterable[Check]) -> None:
    """AuditError naming every failed check and by how much it failed."""
    failed = [c for c in checks if not c.passed]
    if failed:
        lines = [f"  {c.name}: {c.difference:.3g} {c.unit}, allowed {c.tolerance:.3g}. {c.detail}" for c in failed]
        raise AuditError("the solution failed its audit; nothing was written:\n" + "\n".join(lines))


def _certificate(program: LinearProgram, solution: Solution) -> Iterator[Check]:
    """Bounds, rows, reduced costs and the duality gap, computed on the matrix as compiled."""
    x, y = solution.x, solution.row_dual
    scale = max(1.0, float(np.abs(x).max(initial=0.0)))
    outside = np.maximum(*violation(x, program.column_lower, program.column_upper))
    worst = int(np.argmax(outside)) if len(x) else 0
    name = program.column_of(worst) if len(x) else ""
    yield Check("bounds held", float(outside.max(initial=0.0)), RELATIVE * scale, "unit of variable", name)
    relative = row_violation(program, x)
    worst = int(np.argmax(relative)) if len(relative) else 0
    name = program.row_of(worst) if len(relative) else ""
    yield Check("rows held", float(relative.max(initial=0.0)), RELATIVE, "relative", name)
    reduced = program.cost - program.matrix.T @ y
    wrong = wrong_sign(reduced, program.column_lower, program.column_upper)
    worst = int(np.argmax(wrong)) if len(wrong) else 0
    name = program.column_of(worst) if len(wrong) else ""
    allowed = RELATIVE * dual_size(program, y)
    yield Check("reduced costs have the right sign", float(wrong.max(initial=0.0)), allowed, "cost", name)
    gap = abs(solution.objective - dual_bound(program, y, reduced))
    yield Check("duality gap", gap, RELATIVE * max(1.0, abs(solution.objective)), "million CNY")


def _balances(assembled: Assembled, results: Results) -> Iterator[Check]:
    """Every balanced ledger adds up to zero on every bus, recomputed from its tables."""
    for ledger in assembled.model.ledgers.values():
        if not ledger.kind.balanced:
            continue
        for bus in assembled.system.buses:
            net = np.zeros(1)
            turnover = 0.0
            for entry in results.ledger(ledger.name):
                # plain arrays: an entry of a balance lies over members and every dimension of operation, in this order
                here = [entry.bus_of.get(member) == bus for member in entry.members]
                amount = np.nansum(entry.values[here], axis=0)
                net = net + entry.sign * amount
                turnover = max(turnover, float(np.abs(amount).max(initial=0.0)))
            yield Check(
                f"{ledger.name} balance of {bus}",
                float(np.abs(net).max()),
                RELATIVE * max(1.0, turnover),
                ledger.kind.unit,
            )


def _costs(results: Results, solution: Solution) -> Iterator[Check]:
    """The cost entries, discounted and summed from their tables, are the objective."""
    total = float(results.net_amount(results.ledger("cost")).values @ results["weight"].values)
    tolerance = RELATIVE * max(1.0, abs(solution.objective))
    yield Check("costs add up to the objective", total - solution.objective, tolerance, "million CNY")


def _targets(assembled: Assembled, results: Results) -> Iterator[Check]:
    """Every target measured from the results equals its linear expression; a hard one is held."""
    for target in assembled.targets:
        for period in target.periods:
            value = results.expressions[target.identifier][period]
            if abs(value["base"]) < NOTHING:
                continue  # a share of nothing: the scorecard says that it cannot be computed
            expressed = value["left"] / value["base"] * value["scale"]
            of_row = getattr(target.metric, "measure_row", None)
            held = (
                measured(target.metric, target.spec, results, period)
                if of_row is None
                else of_row(target.spec, results, period)
            )
            tolerance = RELATIVE * max(1.0, abs(held))
            name = f"target {target.identifier} {period}"
            yield Check(
                f"{name}: measured as stated", held - expressed, tolerance, row_unit_of(target.metric, target.spec)
            )
            if target.spec.mode == "hard":
                unit = row_unit_of(target.metric, target.spec)
                yield Check(f"{name}: held", target.missing(held), tolerance, unit)
