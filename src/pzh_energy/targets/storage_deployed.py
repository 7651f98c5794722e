r"""Storage power deployed at the end of a year.

.. math:: \sum_{s \in S} K_{s,p} \ge v

K: year-end power of the storage that carries one of `storage` as a tag [MW]: `storage` for all of it, or a technology's
key. Energy is `storage_energy_deployed`. Source: the capacity ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target_reading import tagged_entries


class Options(TargetSpec):
    """Power of storage, in MW."""

    metric: Literal["storage_deployed"]
    storage: tuple[str, ...] = Field(("storage",), min_length=1, description="tags of the storage that counts")


class StorageDeployed:
    """Power of storage."""

    key = "storage_deployed"
    unit = "MW"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Sum of the capacity entries of storage."""
        entries = tagged_entries(block.model, "capacity", "storage", spec.storage)

        def left(p: Any) -> Any:
            return sum(e.total(p) for e in entries)

        return Terms(left, None, scale=1.0, slack_unit="MW", slack_scale=1.0)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """MW at the end of the period's year."""
        entries = results.ledger("capacity", "storage", any_of=spec.storage)
        return float(results.amount(entries).sel(period=period))
