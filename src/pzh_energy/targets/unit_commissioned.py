r"""A named generating unit in service by the end of a year.

.. math:: K_{u,p} \ge v

K: rating of the unit if it is in service at the end of the year, else 0 [MW]. Source: the commissioning ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from pzh_energy.domain.errors import InputError, Problem, near_miss
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results


class Options(TargetSpec):
    """A unit in service, in MW."""

    gradual: ClassVar[bool] = False
    metric: Literal["unit_commissioned"]
    generating_unit: str = Field(min_length=1, description="item of the units' table")


class UnitCommissioned:
    """A named unit in service."""

    key = "unit_commissioned"
    unit = "MW"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Rating in service of the one unit; InputError if no technology has it."""
        entries = [e for e in block.model.ledgers["commissioning"].entries if spec.generating_unit in e.members]
        if not entries:
            known = [str(u) for e in block.model.ledgers["commissioning"].entries for u in e.members]
            where = "targets unit_commissioned.generating_unit"
            raise InputError(
                [Problem(where, f"unknown {spec.generating_unit!r}.", near_miss(spec.generating_unit, known))]
            )
        some = block.members("generating_unit", [spec.generating_unit], within=entries[0].members)

        def left(p: Any) -> Any:
            return entries[0].over(some, p)

        return Terms(left, None, scale=1.0, slack_unit="MW", slack_scale=1.0)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """MW of the unit in service at the end of the year."""
        total = 0.0
        for entry in results.ledger("commissioning"):
            if spec.generating_unit in entry.members:
                total += float(entry.data.sel({entry.member_dimension: spec.generating_unit, "period": period}))
        return total
