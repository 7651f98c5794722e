"""Recorded checks: verdicts and margins as they were agreed on, and what has moved since.

The file is JSON, stable and rounded, so that a change is seen in review line by line. Every target carries its own
tolerance in its own unit, which may be edited and is kept when the file is recorded anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pzh_energy.domain.errors import InputError, Problem, Problems
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import quantity
from pzh_energy.reporting.verdicts import SCHEMA_VERSION, ScenarioVerdict, TargetVerdict

DIGITS = 6
"""Significant digits kept: two solves of the same program agree in more."""
NOISE = 1e-7
"""Values below this are the solver's own tolerance around zero."""
INNERMOST = re.compile(r"\{([^{}]*)\}")
"""A target, a resolution: written on one line, so that a review sees as many lines as targets that moved."""
SHARE = 1e-3
"""Tolerance of a margin relative to what is required, and of the cost relative to the cost, unless stated."""


def recorded(verdicts: Sequence[ScenarioVerdict], before: Mapping[str, Any] | None = None) -> str:
    """The text of a recording; before: an older one, whose tolerances are kept."""
    old = (before or {}).get("scenarios", {})
    scenarios = {
        verdict.scenario: {
            "outcome": verdict.outcome,
            "resolution": verdict.resolution,
            "settings": list(verdict.settings),
            "objective_million_cny": _rounded(verdict.objective),
            "objective_tolerance": _kept(
                old.get(verdict.scenario, {}), "objective_tolerance", SHARE * max(1.0, abs(verdict.objective or 0.0))
            ),
            "targets": {
                target.identifier: _target(target, old.get(verdict.scenario, {}).get("targets", {}))
                for target in verdict.targets
            },
        }
        for verdict in sorted(verdicts, key=lambda v: v.scenario)
    }
    document = {"schema_version": SCHEMA_VERSION, "program": "pzh-opt check", "scenarios": scenarios}
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return INNERMOST.sub(lambda found: "{" + " ".join(found[1].split()) + "}", text) + "\n"


def read_recorded(path: Path) -> dict[str, Any]:
    """A recording; InputError for a file that is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["program"] == "pzh-opt check" and found["schema_version"] == SCHEMA_VERSION:
            for scenario in found["scenarios"].values():
                _check_keys(scenario)
            return dict(found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"cannot be read as a recorded check ({type(error).__name__}: {error})."
        raise InputError([Problem(str(path), what, "Write it with `pzh-opt check --record`.")]) from error
    raise InputError([Problem(str(path), "is no recorded check.", "Write it with `pzh-opt check --record`.")])


def refuse_unlike(verdicts: Sequence[ScenarioVerdict], before: Mapping[str, Any], path: Path) -> None:
    """InputError where a scenario was recorded at another resolution or with other settings: margins do not compare."""
    problems = Problems()
    for verdict in verdicts:
        old = before["scenarios"].get(verdict.scenario)
        if old is None or verdict.outcome == "bad_input":
            continue
        for name, now in (("resolution", verdict.resolution), ("settings", list(verdict.settings))):
            if old[name] != now:
                what = f"recorded with {name} {old[name]}, checked with {now}."
                problems.add(f"{path} {verdict.scenario}", what, "Check it as it was recorded, or record it anew.")
    problems.raise_if_any()


def differences(verdicts: Sequence[ScenarioVerdict], before: Mapping[str, Any], language: Language) -> Iterator[str]:
    """What has moved beyond its tolerance since the recording, one sentence each."""
    old = before["scenarios"]
    for verdict in verdicts:
        name = verdict.scenario
        if name not in old:
            yield say("new_scenario", language, scenario=name)
            continue
        then = old[name]
        if then["outcome"] != verdict.outcome:
            words = {
                "before": outcome_word(then["outcome"], language),
                "after": outcome_word(verdict.outcome, language),
            }
            yield say("outcome_moved", language, scenario=name, **words)
            continue
        if _moved(then["objective_million_cny"], verdict.objective, then["objective_tolerance"]):
            costs = (then["objective_million_cny"], verdict.objective)
            was, now = ("-" if cost is None else quantity(cost, "million CNY", language) for cost in costs)
            yield say("cost_moved", language, scenario=name, before=was, after=now)
        yield from _target_differences(verdict, then["targets"], language)
    for name in old:
        if name not in {verdict.scenario for verdict in verdicts}:
            yield say("scenario_gone", language, scenario=name)


def outcome_word(outcome: str, language: Language) -> str:
    """An outcome in one word; `infeasible` alone is the sentence that a solve ends with."""
    return say("infeasible_outcome" if outcome == "infeasible" else outcome, language)


def _target_differences(verdict: ScenarioVerdict, then: Mapping[str, Any], language: Language) -> Iterator[str]:
    for target in verdict.targets:
        place = {"scenario": verdict.scenario, "target": target.identifier}
        old = then.get(target.identifier)
        if old is None:
            yield say("new_target", language, **place)
            continue
        if old["unit"] != target.unit:
            yield say("unit_moved", language, **place, before=old["unit"], after=target.unit)
            continue
        if old["verdict"] != target.verdict:
            words = {"before": say(old["verdict"], language), "after": say(target.verdict, language)}
            yield say("verdict_moved", language, **place, **words)
        if _moved(old["margin"], target.margin, old["tolerance"]):
            shown = {
                key: "-" if value is None else quantity(value, target.unit, language)
                for key, value in (
                    ("before", old["margin"]), ("after", target.margin), ("tolerance", old["tolerance"])
                )
            }  # fmt: skip
            yield say("margin_moved", language, **place, **shown)
    known = {target.identifier for target in verdict.targets}
    for identifier in then:
        if identifier not in known:
            yield say("target_gone", language, scenario=verdict.scenario, target=identifier)


def _target(target: TargetVerdict, old: Mapping[str, Any]) -> dict[str, Any]:
    tolerance = SHARE * (abs(target.required) or 1.0)
    return {
        "year": target.year,
        "verdict": target.verdict,
        "margin": _rounded(target.margin),
        "unit": target.unit,
        "tolerance": _kept(old.get(target.identifier, {}), "tolerance", tolerance),
    }


def _kept(old: Mapping[str, Any], name: str, otherwise: float) -> float:
    """A tolerance as the older recording states it, or a new one."""
    return float(old.get(name, _rounded(otherwise)))


def _moved(before: float | None, after: float | None, tolerance: float) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(after - before) > tolerance


def _rounded(value: float | None) -> float | None:
    if value is None:
        return None
    return 0.0 if abs(value) < NOISE else float(f"{value:.{DIGITS}g}")


def _check_keys(scenario: Mapping[str, Any]) -> None:
    """KeyError for a recording that lacks what a comparison needs."""
    for name in ("outcome", "resolution", "settings", "objective_million_cny", "objective_tolerance"):
        scenario[name]
    for target in scenario["targets"].values():
        for name in ("verdict", "margin", "unit", "tolerance"):
            target[name]
