r"""Share of the available energy of variable renewables that is not used.

.. math:: \sum (a - g) - v \sum a \le 0

a: power that the resource would allow, g: generation, expected energy of a year [MWh]. Sources: the available and the
electricity ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target import expected_energy
from pzh_energy.modeling.target_reading import tagged_entries


class Options(TargetSpec):
    """A curtailment rate, in per cent; every year if none is named."""

    needs_year: ClassVar[bool] = False
    metric: Literal["curtailment_rate"]
    carriers: tuple[str, ...] = Field((), description="which variable renewables; all if empty")


class CurtailmentRate:
    """Curtailed share of available energy."""

    key = "curtailment_rate"
    unit = "%"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Energy curtailed and energy available."""
        model = block.model
        available = tagged_entries(model, "available", "variable_renewable", spec.carriers)
        generated = tagged_entries(model, "electricity", "variable_renewable", spec.carriers)

        def base(p: Any) -> Any:
            return sum(expected_energy(model, e, p) for e in available)

        def left(p: Any) -> Any:
            return base(p) - sum(expected_energy(model, e, p) for e in generated)

        return Terms(left, base, scale=100.0, slack_unit="GWh", slack_scale=1e-3)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent of the available energy of the year that was curtailed; 0 where nothing was available."""
        curtailed = available = 0.0
        at, duration = results.periods.index(period), results.duration.values
        for entry in results.ledger("available", "variable_renewable", any_of=spec.carriers):
            lost = results[f"{entry.block}.curtailment"].transpose(*entry.plain.dims)
            # both (member, period, weather, timestep)
            available += float((np.nansum(entry.values[:, at], axis=0) * duration).sum())
            curtailed += float((np.nansum(lost.values[:, at], axis=0) * duration).sum())
        return 100.0 * curtailed / available if available > 0 else 0.0
