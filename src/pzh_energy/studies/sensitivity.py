"""Which inputs matter: every number with a range moved to both ends, one at a time, and the scenario solved again.

One at a time says what each number alone could do, not what they do together; a target that no single number can turn
may still fall when several move. One study says it of the objective and of every target at once. Operation is as coarse
as `resolution` makes it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from pzh_energy import api
from pzh_energy.domain.errors import InputError, Problem, near_miss
from pzh_energy.inputs.datapackage import DataPackage, read_datapackage
from pzh_energy.inputs.scenario import Scenario, load_scenario
from pzh_energy.inputs.system import GENERAL_TABLES, make_system
from pzh_energy.modeling import registry
from pzh_energy.optimization.assemble import component_tables
from pzh_energy.reporting.outcome import Outcome
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.swings import OBJECTIVE, Swings, moves_frame, swings_of
from pzh_energy.studies.repeated import Repeated
from pzh_energy.studies.variations import ENDS, End, RangedInput, moved, ranged_inputs
from pzh_energy.studies.workers import spread

COARSE = "segments:24"
"""Measured on the baseline, 73 inputs, those that matter most at segments:24 and every 26th: at segments:100 the first
of the inputs that move a result is the same for all of 26, the three widest for 25, and of 54 pairs of a target and an
input that alone turns it 53 are the same, for a quarter more time. A finer year is for who reads the swings themselves.
"""
COLUMNS = ("input", "unit", "grade", "low", "value", "high", "result", "at_low", "base", "at_high", "swing", "turns")
SETTLED = 1e-6
"""Swings below this, relative to the result (absolute below 1), are the solver's noise."""


@dataclass(frozen=True)
class Sensitivity:
    """What every input does to every result.

    moves: a row for each result and input, in the columns `reporting.swings.MOVES`: the objective [million CNY] first,
    then the targets in their order; base: the scenario as it stands; hashes: sha-256 of its input files; result: the
    one asked for, `unit` its unit.
    """

    moves: pd.DataFrame
    base: Outcome
    targets: tuple[ScorecardRow, ...]
    hashes: Mapping[str, str]
    resolution: str
    result: str
    unit: str

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each input, in the columns COLUMNS, ranked by `swing` of the result asked for, the widest first.

        Before that comes what leaves no plan at one of its ends. turns: targets whose verdict is another one at one of
        the ends, `infeasible` or `refused` where there is no plan: `low: T16 missed; high: infeasible`.
        """
        turned = {key: _turns(rows) for key, rows in self.moves.groupby("input", sort=False)}
        table = self.moves[self.moves["result"] == self.result]
        table = table.assign(turns=table["input"].map(turned))[list(COLUMNS)]
        # what leaves no plan at all moves the result further than any number
        lost = table["turns"].str.contains("infeasible")
        order = table.assign(lost=lost).sort_values(["lost", "swing"], ascending=False, kind="stable").index
        return table.loc[order].reset_index(drop=True)

    @cached_property
    def swings(self) -> Swings:
        """What each result rests on, by grade and by input."""
        return swings_of(self.moves, self.targets, self.resolution)


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
    unit = _unit_of(result, run.scorecard)
    used = (*GENERAL_TABLES, *component_tables(scenario))
    inputs = [each for each in ranged_inputs(package, scenario, used) if not tables or each.table in tables]
    if not inputs:
        known = {each.table for each in ranged_inputs(package, scenario, used)}
        raise InputError([Problem("tables", "hold no number with a range.", near_miss(" ".join(tables), known))])
    tasks = [(number, end) for number in range(len(inputs)) for end in ENDS]
    outcomes = _solve_all(arguments, inputs, tasks, jobs or os.cpu_count() or 1, said or (lambda done, count: None))
    achieved = {row.identifier: row.achieved for row in run.scorecard}
    base = Outcome("solved", run.objective, achieved, {row.identifier: row.verdict for row in run.scorecard})
    units = {OBJECTIVE: "million CNY", **{row.identifier: row.unit for row in run.scorecard}}
    moves = moves_frame(_moves(inputs, base, outcomes, units))
    return Sensitivity(moves, base, run.scorecard, run.system.hashes, resolution, result, unit)


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
    _worker.update(repeated=Repeated(scenario, package), inputs=inputs)


def _solve_one(task: tuple[int, End]) -> Outcome:
    number, end = task
    repeated: Repeated = _worker["repeated"]
    try:
        changed = moved(repeated.package, repeated.scenario, _worker["inputs"][number], end)
    except InputError as error:
        return Outcome("refused", reason=str(error))
    return repeated.outcome(changed)


def _solve_all(
    arguments: tuple[str, tuple[str, ...]],
    inputs: Sequence[RangedInput],
    tasks: Sequence[tuple[int, End]],
    jobs: int,
    said: Callable[[int, int], None],
) -> dict[tuple[int, End], Outcome]:
    """The outcome of every task."""
    outcomes: dict[tuple[int, End], Outcome] = {}
    with closing(spread(tasks, _solve_one, _start_worker, (*arguments, list(inputs)), jobs)) as answers:
        for position, outcome in answers:
            outcomes[tasks[position]] = outcome
            said(len(outcomes), len(tasks))
    return outcomes


def _moves(
    inputs: Sequence[RangedInput],
    base: Outcome,
    outcomes: Mapping[tuple[int, End], Outcome],
    units: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    """A record of `reporting.swings.MOVES` for every result and input."""
    for result, unit in units.items():
        reference = _value(base, result)
        noise = SETTLED * max(1.0, abs(reference)) if reference == reference else 0.0
        for number, each in enumerate(inputs):
            low, high = (outcomes[number, end] for end in ENDS)
            at_low, at_high = _value(low, result), _value(high, result)
            known = [value for value in (at_low, reference, at_high) if value == value]
            # without a plan at either end nothing is known of the swing, least of all that it is none
            moved_at_all = at_low == at_low or at_high == at_high
            swing = max(known) - min(known) if moved_at_all else float("nan")
            yield {
                "result": result,
                "result_unit": unit,
                "base": reference,
                "verdict": base.verdicts.get(result, ""),
                "input": each.key,
                "unit": each.unit,
                "grade": each.grade,
                **{end: each.shown(end) for end in ("low", "value", "high")},
                "at_low": at_low,
                "at_high": at_high,
                "swing": 0.0 if swing <= noise else swing,
                "verdict_at_low": _verdict(low, result),
                "verdict_at_high": _verdict(high, result),
            }


def _value(outcome: Outcome, result: str) -> float:
    if result == OBJECTIVE:
        return outcome.objective
    achieved = outcome.achieved.get(result)
    return float("nan") if achieved is None else achieved


def _verdict(outcome: Outcome, result: str) -> str:
    """The verdict on a target, none on the objective; where there is no plan, how the solve ended."""
    return outcome.verdicts.get(result, "") if outcome.status == "solved" else outcome.status


def _turns(rows: pd.DataFrame) -> str:
    """What is another verdict at an end, from all moves of one input: `low: T16 missed; high: infeasible`."""
    parts = []
    for end in ENDS:
        verdicts = rows[f"verdict_at_{end}"]
        # an end without a plan says so for the objective too, which has no verdict
        if verdicts.iloc[0]:
            parts.append(f"{end}: {verdicts.iloc[0]}")
            continue
        changed = rows[verdicts != rows["verdict"]]
        if len(changed):
            words = (f"{key} {verdict}" for key, verdict in zip(changed["result"], changed[verdicts.name], strict=True))
            parts.append(f"{end}: {', '.join(words)}")
    return "; ".join(parts)
