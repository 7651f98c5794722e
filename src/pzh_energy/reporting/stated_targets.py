"""Targets of the plan that a run does not compute: what stands in for them, or why they are left out.

Every target of the plan appears exactly once in what a run shows: on the scorecard if the scenario asks for it, here if
not. They travel with the results, in their provenance, so that a result folder tells of them too.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pzh_energy.inputs.datapackage import PlanTarget
from pzh_energy.reporting.texts import Language

Status = Literal["not_asked", "no_number", "input", "out_of_scope"]
PROVENANCE = "stated_targets"


@dataclass(frozen=True)
class StatedTarget:
    """A target of the plan that is stated, not scored.

    year: the last of a window, None where the plan names none; required: in `unit`, None where the plan has no number.
    status: `not_asked` could be computed and is not among the scenario's targets; `no_number` waits for a number by the
    user; `input` is represented by `input_value`; `out_of_scope` says why in its statement.
    """

    identifier: str
    label_zh: str
    label_en: str
    clause: str
    year: int | None
    operator: str
    required: float | None
    unit: str
    status: Status
    statement_zh: str
    statement_en: str
    input_value: float | None
    input_unit: str
    input_low: float | None
    input_high: float | None
    input_grade: str
    input_source: str

    def name(self, language: Language) -> str:
        """What it is about."""
        return self.label_zh if language == "zh" else self.label_en

    def statement(self, language: Language) -> str:
        """How the model treats it; for an input what stands in for it."""
        return self.statement_zh if language == "zh" else self.statement_en


def stated_targets(plan: Mapping[str, PlanTarget], asked: Container[str]) -> tuple[StatedTarget, ...]:
    """The targets of the plan that are not among those `asked`, in the plan's order."""
    return tuple(_stated(target) for target in plan.values() if target.id not in asked)


def as_provenance(targets: tuple[StatedTarget, ...]) -> list[dict[str, Any]]:
    """The targets as JSON can hold them."""
    return [asdict(target) for target in targets]


def of_provenance(provenance: Mapping[str, Any]) -> tuple[StatedTarget, ...]:
    """The targets a run was made with; none where it knew no plan."""
    return tuple(StatedTarget(**each) for each in provenance.get(PROVENANCE, ()))


def _stated(target: PlanTarget) -> StatedTarget:
    years = re.findall(r"(?<!\d)\d{4}(?!\d)", target.year)
    status: Status = "input" if target.treatment == "input" else "out_of_scope"
    if target.value is None:
        status = "no_number"
    elif target.treatment == "computed":
        status = "not_asked"
    return StatedTarget(
        identifier=target.id,
        label_zh=target.metric_zh,
        label_en=target.metric_en,
        clause=target.clause,
        year=int(years[-1]) if years else None,
        operator=target.operator,
        required=target.value,
        unit=target.unit,
        status=status,
        statement_zh=target.statement_zh,
        statement_en=target.statement_en,
        input_value=target.input_value,
        input_unit=target.input_unit,
        input_low=target.input_low,
        input_high=target.input_high,
        input_grade=target.input_grade,
        input_source=target.input_source,
    )
