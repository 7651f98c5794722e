r"""Electricity bought as a share of the electricity used.

.. math:: \sum (m + u) - v \sum (d + h) \le 0

m: gross import, with no credit for export; u: demand that is not served, which counts as if it were bought, so that no
target is met by not serving; d: demand as given, that of end uses included; h: load of the hydrogen chain; expected
energy of a year [GWh]. Source: the electricity ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target_reading import net_energy, tagged_entries

USED = ("consumption", "hydrogen_chain")


class Options(TargetSpec):
    """A share of the electricity used, in per cent; every year if none is named."""

    needs_year: ClassVar[bool] = False
    metric: Literal["import_dependence"]


class ImportDependence:
    """Electricity bought per electricity used."""

    key = "import_dependence"
    unit = "%"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Gross import and unserved demand, and what is used."""
        model = block.model
        missing = [*tagged_entries(model, "electricity", "import", ()), *model.ledgers["electricity"].read("unserved")]
        used = [e for e in model.ledgers["electricity"].read(any_of=USED) if e.sign < 0]

        def left(p: Any) -> Any:
            return net_energy(model, missing, p)

        def base(p: Any) -> Any:
            return -net_energy(model, used, p)

        return Terms(left, base, scale=100.0, slack_unit="GWh", slack_scale=1.0)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent of the electricity used; ZeroDivisionError where none is."""
        missing = results.energy_twh(results.ledger("electricity", any_of=("import", "unserved")))
        loads = [entry for entry in results.ledger("electricity", any_of=USED) if entry.sign < 0]
        used = float(results.energy_twh(loads).sel(period=period))
        if used <= 0:
            raise ZeroDivisionError(f"no electricity is used in {period}")
        return 100.0 * float(missing.sel(period=period)) / used
