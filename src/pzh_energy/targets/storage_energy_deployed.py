r"""Storage energy deployed at the end of a year.

.. math:: \sum_{s \in S} K_{s,p} \ge v

K: year-end energy capacity of the storage that carries one of `storage` as a tag [MWh]: `storage` for all of it, or a
technology's key. Power is `storage_deployed`. Source: the storage_energy ledger.
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
    """Energy capacity of storage, in MWh."""

    metric: Literal["storage_energy_deployed"]
    storage: tuple[str, ...] = Field(("storage",), min_length=1, description="tags of the storage that counts")


class StorageEnergyDeployed:
    """Energy capacity of storage."""

    key = "storage_energy_deployed"
    unit = "MWh"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Sum of the energy entries of storage."""
        entries = tagged_entries(block.model, "storage_energy", "storage", spec.storage)

        def left(p: Any) -> Any:
            return sum(e.total(p) for e in entries)

        return Terms(left, None, scale=1.0, slack_unit="MWh", slack_scale=1.0)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """MWh at the end of the period's year."""
        entries = results.ledger("storage_energy", "storage", any_of=spec.storage)
        return float(results.amount(entries).sel(period=period))
