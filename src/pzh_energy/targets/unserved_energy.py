r"""Energy demand that is not served in a year.

.. math:: \sum u \le v

u: unserved power, expected energy of a year [MWh]. Source: the electricity ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target import expected_energy
from pzh_energy.modeling.target_reading import tagged_entries


class Options(TargetSpec):
    """Unserved energy, in GWh a year; every year if none is named."""

    needs_year: ClassVar[bool] = False
    metric: Literal["unserved_energy"]


class UnservedEnergy:
    """Energy not served."""

    key = "unserved_energy"
    unit = "GWh"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Expected energy not served."""
        model = block.model
        entries = tagged_entries(model, "electricity", "unserved", ())

        def left(p: Any) -> Any:
            return sum(expected_energy(model, e, p) for e in entries)

        return Terms(left, None, scale=1e-3, slack_unit="GWh", slack_scale=1e-3)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """GWh not served in the year."""
        return float(results.energy_twh(results.ledger("electricity", "unserved")).sel(period=period)) * 1e3
