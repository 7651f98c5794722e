"""Findings: the tensions of a plan, with numbers of the run; computed, so that they change with the scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.findings import capacity, decisions, energy
from pzh_energy.reporting.findings.facts import Facts, Finding
from pzh_energy.reporting.scorecard import ScorecardRow

__all__ = ["Finding", "findings"]

RULES = (*capacity.RULES, *energy.RULES, *decisions.RULES)
"""Each looks for one kind of tension and returns what it finds, nothing where the run does not speak of it."""


def findings(
    results: Results, targets: Mapping[str, TargetSpec], rows: Sequence[ScorecardRow] = ()
) -> tuple[Finding, ...]:
    """Every finding of a run; targets: the completed specs by id, as `SystemData.targets`; rows: its scorecard."""
    facts = Facts(results, targets, rows)
    return tuple(finding for rule in RULES for finding in rule(facts))
