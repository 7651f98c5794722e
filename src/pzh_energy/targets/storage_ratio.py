r"""Storage power as a share of the wind and PV capacity added after a year.

.. math:: \sum_{s \in S} K_{s,p} - v \sum_{c \in C} (K_{c,p} - K_{c,p_0}) \ge 0

S: storage that carries one of `storage` as a tag; C: carriers named by `of`, in the statistical series; p₀: `since`;
K at year end [MW]. All storage counts, whenever it was built. Source: the capacity ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target_reading import capacity_entries, tagged_entries

SMALLEST_MW = 1e-6
"""An addition below this is the solver's noise: there is nothing to be a share of."""


class Options(TargetSpec):
    """A ratio of storage to new wind and PV, in per cent."""

    metric: Literal["storage_ratio"]
    since: int = Field(ge=1900, le=2200, description="year whose end the additions are counted from")
    storage: tuple[str, ...] = Field(("storage",), min_length=1, description="tags of the storage that counts")
    of: tuple[str, ...] = Field(("wind", "solar_pv"), min_length=1, description="carriers whose additions count")

    def measured_in(self, periods: Sequence[int]) -> tuple[int, ...]:
        """Its year, or every one after `since`; none if `since` is no period."""
        later = tuple(p for p in super().measured_in(periods) if p > self.since)
        return later if self.since in periods else ()


class StorageRatio:
    """Storage power as a share of new wind and PV."""

    key = "storage_ratio"
    unit = "%"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Storage power, and capacity added after `since`."""
        counted = tagged_entries(block.model, "capacity", "storage", spec.storage)
        added = capacity_entries(block.model, "statistical", spec.of)

        def left(p: Any) -> Any:
            return sum(e.total(p) for e in counted)

        def base(p: Any) -> Any:
            return sum(e.total(p) for e in added) - sum(e.total(spec.since) for e in added)

        return Terms(left, base, scale=100.0, slack_unit="MW", slack_scale=1.0)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent at the end of the period's year; ZeroDivisionError where nothing was added."""
        storage = results.amount(results.ledger("capacity", "storage", any_of=spec.storage)).sel(period=period)
        capacity = results.amount(results.ledger("capacity", "statistical", any_of=spec.of))
        added = float(capacity.sel(period=period) - capacity.sel(period=spec.since))
        if abs(added) < SMALLEST_MW:
            raise ZeroDivisionError(f"nothing was added between {spec.since} and {period}")
        return 100.0 * float(storage) / added
