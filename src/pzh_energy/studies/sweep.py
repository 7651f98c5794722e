"""One scenario solved over many values of its keys and of numbers of its data, in parallel, resumable.

Every case goes on from the scenario as it stands (`studies.repeated`), so that what it says depends neither on the
order nor on the number of processes. What is finished is kept in the folder of the sweep under a digest of all it
consists of, one file a case: a sweep that was stopped goes on, and one that was changed solves only what is new.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.domain.units import HOURS_PER_YEAR
from pzh_energy.inputs.datapackage import DataPackage
from pzh_energy.inputs.resolution import Resolution
from pzh_energy.inputs.scenario import Scenario
from pzh_energy.inputs.specs import complete_target
from pzh_energy.inputs.sweep_file import load_sweep
from pzh_energy.inputs.system import make_system
from pzh_energy.modeling import registry
from pzh_energy.modeling.component import row_unit_of, unit_of
from pzh_energy.optimization.assemble import component_tables
from pzh_energy.reporting.files import replace_text
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.outcome import Outcome
from pzh_energy.reporting.sweeps import CASES, Swept, SweptCase, SweptDimension, SweptTarget
from pzh_energy.studies.repeated import Repeated
from pzh_energy.studies.sweep_plan import Case, Plan, packages, plan
from pzh_energy.studies.workers import spread

Said = Callable[[int, int, float | None], None]
"""Told how many of how many cases are done, and the seconds that are left, None while nobody can know."""


def sweep(
    source: Path | str | Mapping[str, Any],
    assignments: Sequence[str] = (),
    folder: Path | None = None,
    jobs: int | None = None,
    said: Said | None = None,
) -> Swept:
    """Solve every case of a sweep file, or of a mapping with its keys, and return what came of each.

    assignments: further changes of the scenario, `key=value`; folder: where finished cases are kept and looked for,
    nowhere by default; jobs: processes, all cores by default. Cases without a plan are among the results, with the
    reason. Raises InputError for a sweep with a fault, SolverStoppedError if a process is ended from outside.
    """
    planned = plan(load_sweep(source), assignments)
    return solve_plan(planned, folder, jobs, said)


def solve_plan(planned: Plan, folder: Path | None = None, jobs: int | None = None, said: Said | None = None) -> Swept:
    """What came of every case of a plan; see `sweep`."""
    said = said or (lambda done, count, left: None)
    targets = _targets(planned)
    # faults of the data are told at once; one step for the whole year, since nothing is solved here
    make_system(planned.base, planned.package, component_tables(planned.base), np.array([0, HOURS_PER_YEAR]))
    outcomes = {case.number: Outcome("refused", reason=case.refusal) for case in planned.cases if not case.scenario}
    outcomes |= {case.number: found for case in planned.cases if (found := _kept(folder, case)) is not None}
    # cases that are the same scenario, such as one as it stands and one set to what it is, are solved once
    alike: dict[str, list[Case]] = {}
    for case in planned.cases:
        if case.number not in outcomes:
            alike.setdefault(case.digest, []).append(case)
    said(len(outcomes), len(planned.cases), None)
    pace = _Pace(len(outcomes))
    tasks = [case.scenario for case, *_ in alike.values() if case.scenario]  # one each: who has none was refused
    with closing(spread(tasks, _solve, _start, (planned.base,), jobs or os.cpu_count() or 1)) as answers:
        for position, outcome in answers:
            digest = list(alike)[position]
            outcomes |= {case.number: outcome for case in alike[digest]}
            if folder is not None and outcome.status != "stopped":  # which another time may not be
                _keep(folder, digest, outcome)
            said(len(outcomes), len(planned.cases), pace.left(len(outcomes), len(planned.cases)))
    return _swept(planned, outcomes, targets)


class _Pace:
    """How long the rest will take, at the pace since the first answer: before it, processes were still starting."""

    def __init__(self, before: int) -> None:
        self.first, self.began = before, 0.0

    def left(self, done: int, count: int) -> float | None:
        """Seconds for the rest; None at the first answer."""
        now = time.perf_counter()
        if not self.began:
            self.first, self.began = done, now
            return None
        return (now - self.began) / (done - self.first) * (count - done)


_worker: dict[str, Any] = {}
"""What a process that solves cases made when it started."""


def _start(base: Scenario) -> None:
    _worker.update(repeated=Repeated(base, packages(base.data_path)))


def _solve(scenario: Scenario) -> Outcome:
    repeated: Repeated = _worker["repeated"]
    return repeated.outcome(packages(scenario.data_path), scenario)


def _kept(folder: Path | None, case: Case) -> Outcome | None:
    """The outcome of a case that is finished; None for one that is not, or whose file is damaged."""
    if folder is None or not case.digest:
        return None
    try:
        stated = json.loads((folder / CASES / f"{case.digest}.json").read_text(encoding="utf-8"))
        objective = stated.pop("objective")
        return Outcome(objective=float("nan") if objective is None else objective, **stated)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(folder: Path, digest: str, outcome: Outcome) -> None:
    """Write an outcome; a number that is none becomes null."""
    stated = asdict(outcome)
    if outcome.objective != outcome.objective:
        stated["objective"] = None
    text = json.dumps(stated, ensure_ascii=False, allow_nan=False)
    (folder / CASES).mkdir(parents=True, exist_ok=True)
    replace_text(folder / CASES / f"{digest}.json", text + "\n")


def _targets(planned: Plan) -> dict[str, SweptTarget]:
    """Every target of any case, as its first case states it; InputError where cases measure it in other units."""
    metrics = registry.targets()
    found: dict[str, SweptTarget] = {}
    labels: dict[Path, Labels] = {}
    for scenario in [planned.base, *(case.scenario for case in planned.cases if case.scenario)]:
        package = _package(planned, scenario)
        names = labels.setdefault(scenario.data_path, Labels(package.labels))
        for identifier, stated in scenario.targets.items():
            if identifier in found and stated is planned.base.targets.get(identifier):
                continue
            spec = complete_target(identifier, stated, package.targets.get(identifier))
            metric = metrics[spec.metric]
            name = getattr(metric, "label_of", lambda spec: spec.metric)(spec)
            zh, en = (spec.label.zh, spec.label.en) if spec.label else (names.name(name, "zh"), names.name(name, "en"))
            made = SweptTarget(identifier, zh, en, spec.year, unit_of(metric, spec), row_unit_of(metric, spec))
            if (first := found.setdefault(identifier, made)).unit != made.unit:
                what = f"is in {first.unit} in one case and in {made.unit} in another."
                raise InputError([Problem(f"targets.{identifier}", what, "Vary something else.")])
    return found


def _package(planned: Plan, scenario: Scenario) -> DataPackage:
    return planned.package if scenario.data_path == planned.base.data_path else packages(scenario.data_path)


def _swept(planned: Plan, outcomes: Mapping[int, Outcome], targets: Mapping[str, SweptTarget]) -> Swept:
    document = planned.sweep.document
    dimensions = tuple(
        SweptDimension(
            name=name,
            what=each.key or ", ".join(".".join(number) for number in each.numbers),
            unit="" if each.key else each.unit or "1",
            factor=each.scales,
            label_zh=each.label.zh if each.label else name,
            label_en=each.label.en if each.label else name,
            listed=each.listed,
        )
        for name, each in document.vary.items()
    )
    asked = {case.number: set(case.scenario.targets) if case.scenario else set() for case in planned.cases}
    return Swept(
        name=document.name,
        title=(document.title.zh, document.title.en) if document.title else ("", ""),
        question=(document.question.zh, document.question.en) if document.question else ("", ""),
        scenario=planned.base.name,
        resolution=_in_a_word(planned.base.resolution),
        method=document.method,
        dimensions=dimensions,
        targets=targets,
        cases=tuple(
            SweptCase(case.number, case.values, outcomes[case.number], frozenset(asked[case.number]))
            for case in planned.cases
        ),
        shown=document.show,
        hashes=dict(planned.package.hashes),
    )


def _in_a_word(resolution: Resolution) -> str:
    """A resolution as `--resolution` takes it."""
    written = resolution.written()
    if isinstance(written, str):
        return written
    ((kind, size),) = written.items()
    return f"{kind}:{','.join(map(str, size)) if isinstance(size, list) else size}"
