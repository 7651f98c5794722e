"""Which inputs matter: every number with a range moved to both ends, one at a time, and the scenario solved again.

One at a time says what each number alone could do, not what they do together; a target that no single number can turn
may still fall when several move. Operation is as coarse as `resolution` makes it.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pzh_energy import api
from pzh_energy.domain.errors import InfeasibleError, InputError, Problem, PzhError, near_miss
from pzh_energy.inputs.datapackage import DataPackage, read_datapackage
from pzh_energy.inputs.scenario import Scenario, load_scenario
from pzh_energy.inputs.system import GENERAL_TABLES, make_system
from pzh_energy.modeling import registry
from pzh_energy.optimization.assemble import component_tables
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.studies.variations import ENDS, End, RangedInput, moved, ranged_inputs

COARSE = "segments:24"
OBJECTIVE = "objective"
COLUMNS = ("input", "unit", "grade", "low", "value", "high", "result", "at_low", "base", "at_high", "swing", "turns")
SETTLED = 1e-6
"""Swings below this, relative to the result (absolute below 1), are the solver's noise."""


@dataclass(frozen=True)
class Outcome:
    """What one solve said: objective [million CNY], and what each target achieves and its verdict.

    status: `solved`, `infeasible`, `refused` (no scenario can have such a number) or `stopped`.
    """

    status: str
    objective: float = float("nan")
    achieved: dict[str, float | None] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sensitivity:
    """Ranked by `swing`, the widest first, and before that what leaves no plan at one of its ends.

    table: a row for each input, in the columns COLUMNS; at_low, base, at_high and swing are of the `result` asked for:
    the objective [million CNY] or what a target achieves [its unit], nan where there is no plan; swing is over the ends
    that have one. turns: targets whose verdict is another one at
    one of the ends, `infeasible` or `refused` where there is no plan. base: the scenario as it stands.
    """

    table: pd.DataFrame
    base: Outcome
    targets: tuple[ScorecardRow, ...]
    result: str
    unit: str


def sensitivity(
    path: Path | str,
    assignments: Sequence[str] = (),
    resolution: str = COARSE,
    result: str = OBJECTIVE,
    tables: Sequence[str] = (),
    jobs: int | None = None,
    said: Callable[[int, int], None] | None = None,
) -> Sensitivity:
    """Move every ranged input of a scenario to both ends of its range and solve again, in parallel processes.

    result: `objective` or the id of a target, by which is ranked; tables: only inputs of these tables; jobs: processes,
    all cores by default; said: told how many of how many solves are done. Raises InputError, and what `api.solve`
    raises for the scenario as it stands.
    """
    arguments = (str(path), (*assignments, *api.resolution_assignment(resolution)))
    scenario, package = _read(*arguments)
    run = api.solve_system(make_system(scenario, package, component_tables(scenario)))
    base = _outcome(run)
    unit = _unit_of(result, run.scorecard)
    used = (*GENERAL_TABLES, *component_tables(scenario))
    inputs = [each for each in ranged_inputs(package, scenario, used) if not tables or each.table in tables]
    if not inputs:
        known = {each.table for each in ranged_inputs(package, scenario, used)}
        raise InputError([Problem("tables", "hold no number with a range.", near_miss(" ".join(tables), known))])
    tasks = [(number, end) for number in range(len(inputs)) for end in ENDS]
    outcomes = _solve_all(arguments, inputs, tasks, jobs or os.cpu_count() or 1, said or (lambda done, count: None))
    table = _ranked(inputs, base, outcomes, result)
    return Sensitivity(table, base, run.scorecard, result, unit)


def _read(path: str, assignments: tuple[str, ...]) -> tuple[Scenario, DataPackage]:
    technologies = {key: technology.Spec for key, technology in registry.technologies().items()}
    targets = {key: target.Spec for key, target in registry.targets().items()}
    scenario = load_scenario(Path(path), technologies, targets, assignments)
    return scenario, read_datapackage(scenario.data_path)


def _unit_of(result: str, rows: Sequence[ScorecardRow]) -> str:
    if result == OBJECTIVE:
        return "million CNY"
    units = {row.identifier: row.unit for row in rows}
    if result not in units:
        raise InputError([Problem(f"result {result}", "is no target.", near_miss(result, [OBJECTIVE, *units]))])
    return units[result]


_worker: dict[str, Any] = {}
"""What a worker process read when it started."""


def _start_worker(path: str, assignments: tuple[str, ...], inputs: Sequence[RangedInput]) -> None:
    scenario, package = _read(path, assignments)
    _worker.update(scenario=scenario, package=package, inputs=inputs)


def _solve_one(number: int, end: End) -> Outcome:
    scenario, package = _worker["scenario"], _worker["package"]
    try:
        changed = moved(package, scenario, _worker["inputs"][number], end)
        return _outcome(api.solve_system(make_system(scenario, changed, component_tables(scenario))))
    except InputError:
        return Outcome("refused")
    except InfeasibleError:
        return Outcome("infeasible")
    except PzhError:
        return Outcome("stopped")


def _solve_all(
    arguments: tuple[str, tuple[str, ...]],
    inputs: Sequence[RangedInput],
    tasks: Sequence[tuple[int, End]],
    jobs: int,
    said: Callable[[int, int], None],
) -> dict[tuple[int, End], Outcome]:
    """The outcome of every task; processes are started afresh, because a solver's threads do not survive a fork."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(tasks)), context, _start_worker, (*arguments, list(inputs))) as pool:
        futures = {pool.submit(_solve_one, *task): task for task in tasks}
        outcomes = {}
        try:
            for future in as_completed(futures):
                outcomes[futures[future]] = future.result()
                said(len(outcomes), len(tasks))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return outcomes


def _outcome(run: api.Run) -> Outcome:
    achieved = {row.identifier: row.achieved for row in run.scorecard}
    return Outcome("solved", run.objective, achieved, {row.identifier: row.verdict for row in run.scorecard})


def _ranked(
    inputs: Sequence[RangedInput], base: Outcome, outcomes: dict[tuple[int, End], Outcome], result: str
) -> pd.DataFrame:
    reference = _value(base, result)
    records = []
    for number, each in enumerate(inputs):
        low, high = (outcomes[number, end] for end in ENDS)
        values = [_value(low, result), reference, _value(high, result)]
        known = [value for value in values if value == value]
        # without a plan at either end nothing is known of the swing, least of all that it is none
        moved_at_all = values[0] == values[0] or values[2] == values[2]
        swing = max(known) - min(known) if moved_at_all else float("nan")
        noise = SETTLED * max(1.0, abs(reference)) if reference == reference else 0.0
        numbers = (each.shown("low"), each.shown("value"), each.shown("high"))
        records.append(
            (each.key, each.unit, each.grade, *numbers, result, *values, 0.0 if swing <= noise else swing,
             _turns(base, {"low": low, "high": high}))
        )  # fmt: skip
    table = pd.DataFrame(records, columns=list(COLUMNS))
    # what leaves no plan at all moves the result further than any number
    lost = table["turns"].str.contains("infeasible")
    order = table.assign(lost=lost).sort_values(["lost", "swing"], ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _value(outcome: Outcome, result: str) -> float:
    if result == OBJECTIVE:
        return outcome.objective
    achieved = outcome.achieved.get(result)
    return float("nan") if achieved is None else achieved


def _turns(base: Outcome, ends: dict[str, Outcome]) -> str:
    """What is another verdict at an end: `low: T16 missed; high: infeasible`."""
    parts = []
    for end, outcome in ends.items():
        if outcome.status != "solved":
            parts.append(f"{end}: {outcome.status}")
            continue
        changed = [f"{key} {verdict}" for key, verdict in outcome.verdicts.items() if base.verdicts[key] != verdict]
        if changed:
            parts.append(f"{end}: {', '.join(changed)}")
    return "; ".join(parts)
