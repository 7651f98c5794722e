r"""Non-fossil share of primary energy under a named accounting rule.

.. math:: N - v\,E \ge 0

N: non-fossil energy, E: primary energy of a year [ktce], as `modeling/energy_accounts.py` defines them by rule.
Sources: data package, table `energy_accounting`; the electricity, hydrogen and fuel ledgers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.energy_accounts import Rule, energy_terms, measured
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results


class Options(TargetSpec):
    """A share of primary energy, in per cent."""

    metric: Literal["non_fossil_share"]
    rule: Rule = Field(default="substitution_consumption", description="how electricity is counted")


class NonFossilShare:
    """Non-fossil share of primary energy."""

    key = "non_fossil_share"
    unit = "%"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Non-fossil energy and all primary energy."""
        energy = energy_terms(block, system, spec.rule)
        return Terms(energy.non_fossil, energy.total, scale=100.0, slack_unit="ktce", slack_scale=1.0)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent of the year's primary energy; ZeroDivisionError where there is none."""
        accounts = measured(results, spec.rule)
        return 100.0 * results.in_year(accounts["non_fossil"], period) / results.in_year(accounts["total"], period)
