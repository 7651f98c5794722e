"""What a check says of a scenario: outcome, verdict of every target, and whether both are what they should be.

A target is held to its verdict if it is gated (`gate: true`) or says what it expects (`expect:`); a scenario if it
expects to be infeasible, and otherwise to be feasible. Everything else is reported and fails nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree

from pzh_energy.reporting.scorecard import ScorecardRow

Outcome = Literal["feasible", "infeasible", "bad_input", "stopped"]
SCHEMA_VERSION = 1
AS_REQUIRED, NOT_AS_REQUIRED, BAD_INPUT, INFEASIBLE, STOPPED = 0, 1, 2, 3, 4
WORST_FIRST = (BAD_INPUT, STOPPED, INFEASIBLE, NOT_AS_REQUIRED, AS_REQUIRED)
"""Of several scenarios the first of these decides: a file that cannot be read leaves the rest in doubt."""


@dataclass(frozen=True)
class TargetVerdict:
    """One target of a checked scenario; required, achieved, margin in `unit`, as in the scorecard."""

    identifier: str
    label_zh: str
    label_en: str
    year: int | None
    operator: str
    required: float
    achieved: float | None
    margin: float | None
    unit: str
    verdict: str
    mode: str
    gate: bool
    expect: str | None
    held: bool
    passed: bool


@dataclass(frozen=True)
class ScenarioVerdict:
    """One checked scenario.

    resolution and settings: what it was run with; objective: million CNY, None without a plan; message: what went
    wrong, in the language of the check; seconds: wall time.
    """

    scenario: str
    file: str
    outcome: Outcome
    expect: str | None
    resolution: Any
    settings: tuple[str, ...]
    objective: float | None
    targets: tuple[TargetVerdict, ...]
    message: str
    seconds: float

    @property
    def code(self) -> int:
        """Exit code of this scenario alone."""
        if self.outcome == "bad_input":
            return BAD_INPUT
        if self.outcome == "stopped":
            return STOPPED
        if self.outcome == "infeasible":
            return AS_REQUIRED if self.expect == "infeasible" else INFEASIBLE
        missed = any(target.held and not target.passed for target in self.targets)
        return NOT_AS_REQUIRED if missed or self.expect == "infeasible" else AS_REQUIRED


def target_verdict(row: ScorecardRow) -> TargetVerdict:
    """What a check says of a row of the scorecard."""
    return TargetVerdict(
        identifier=row.identifier,
        label_zh=row.label_zh,
        label_en=row.label_en,
        year=row.year,
        operator=row.operator,
        required=row.required,
        achieved=row.achieved,
        margin=row.margin,
        unit=row.unit,
        verdict=row.verdict,
        mode=row.mode,
        gate=row.gate,
        expect=row.expect,
        held=row.gate or row.expect is not None,
        passed=row.as_expected,
    )


def overall(codes: Iterable[int]) -> int:
    """Exit code of several scenarios.

    >>> overall([0, 3, 1]), overall([]), overall([4, 2])
    (3, 0, 2)
    """
    found = set(codes)
    return next((code for code in WORST_FIRST if code in found), AS_REQUIRED)


def as_json(verdicts: Sequence[ScenarioVerdict], differences: Sequence[str], code: int) -> str:
    """The check as JSON: schema_version, code, differences (texts), scenarios (`ScenarioVerdict` and its code)."""
    scenarios = [{**asdict(verdict), "code": verdict.code} for verdict in verdicts]
    document = {
        "schema_version": SCHEMA_VERSION,
        "program": "pzh-opt check",
        "code": code,
        "differences": list(differences),
        "scenarios": scenarios,
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_junit(verdicts: Sequence[ScenarioVerdict], differences: Sequence[str]) -> str:
    """The check as JUnit XML: a suite for each scenario, a case for its plan and one for each target.

    A target that is held to nothing is a skipped case, whatever its verdict; differences from a recorded check are a
    suite of their own.
    """
    root = ElementTree.Element("testsuites", name="pzh-opt check")
    for verdict in verdicts:
        suite = ElementTree.SubElement(root, "testsuite", name=verdict.scenario, time=f"{verdict.seconds:.3f}")
        plan = _case(suite, verdict.scenario, "plan", verdict.seconds)
        if verdict.code in (BAD_INPUT, STOPPED):
            ElementTree.SubElement(plan, "error", type=verdict.outcome, message=verdict.message)
        elif verdict.code == INFEASIBLE or (verdict.outcome == "feasible" and verdict.expect == "infeasible"):
            ElementTree.SubElement(plan, "failure", type=verdict.outcome, message=verdict.message or verdict.outcome)
        for target in verdict.targets:
            _target_case(suite, verdict.scenario, target)
        _count(suite)
    if differences:
        suite = ElementTree.SubElement(root, "testsuite", name="recorded")
        for text in differences:
            failed = _case(suite, "recorded", text)
            ElementTree.SubElement(failed, "failure", type="difference", message=text)
        _count(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _target_case(suite: ElementTree.Element, scenario: str, target: TargetVerdict) -> None:
    year = "" if target.year is None else f" {target.year}"
    case = _case(suite, scenario, f"{target.identifier}{year}")
    amounts = (("achieved", target.achieved), ("margin", target.margin))
    known = "".join(f", {name} {value:.6g}" for name, value in amounts if value is not None)
    said = f"{target.verdict}: {target.operator} {target.required:g}{known} {target.unit}"
    if target.held and not target.passed:
        ElementTree.SubElement(case, "failure", type=target.verdict, message=said)
    elif not target.held:
        ElementTree.SubElement(case, "skipped", message=f"not gated; {said}")
    ElementTree.SubElement(case, "system-out").text = f"{target.label_en} / {target.label_zh}: {said}"


def _case(suite: ElementTree.Element, group: str, name: str, seconds: float = 0.0) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", classname=group, name=name, time=f"{seconds:.3f}")


def _count(suite: ElementTree.Element) -> None:
    """State how many cases of each kind a suite has: readers of the format ask for it."""
    suite.set("tests", str(len(suite.findall("testcase"))))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
