r"""Electricity's share of final energy, by heat content.

.. math:: \kappa \sum d - v \Bigl( \kappa \sum (d + q) + \sum f \Bigr) \ge 0

d: electricity demand as given, that of end uses included [GWh/yr]; q: hydrogen demand as given [GWh/yr, lower heating
value]; f: entries of the fuel ledger but those burnt to generate power, and feedstock only if `feedstock` is set
[ktce/yr]; κ: heat content of electricity and of hydrogen's energy alike [ktce/GWh, the same number as kgce/kWh].

Electricity for electrolysis is not final: the hydrogen is. Demand counts whether it is served or not. The share counts
1 kWh as 0.1229 kgce, so that a heat pump raises it by less than the fuel it replaces would suggest. Sources: data
package, table `energy_accounting`; the electricity, hydrogen and fuel ledgers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

from pydantic import Field

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.energy_accounts import accounting_number, recorded_number
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target_reading import net_energy, net_of_year


class Options(TargetSpec):
    """A share of final energy, in per cent."""

    metric: Literal["electrification"]
    feedstock: bool = Field(default=False, description="count fuel that is used as feedstock as final energy")


class Electrification:
    """Electricity's share of final energy."""

    key = "electrification"
    unit = "%"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Final electricity and all final energy."""
        model = block.model
        rate = accounting_number(system, "calorific_rate", f"targets.{block.key.removeprefix('target_')}")
        demand = model.ledgers["electricity"].read("consumption")
        hydrogen = model.ledgers["hydrogen"].read("consumption")
        fuel = [e for e in model.ledgers["fuel"].entries if _final(e.tags, spec)]

        def left(p: Any) -> Any:
            return -rate * net_energy(model, demand, p)

        def base(p: Any) -> Any:
            return left(p) - rate * net_energy(model, hydrogen, p) + net_of_year(model, fuel, p)

        return Terms(left, base, scale=100.0, slack_unit="ktce", slack_scale=1.0)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent of the year's final energy; ZeroDivisionError where there is none."""
        rate = float(recorded_number(results, "calorific_rate"))
        electricity = -rate * float(results.net_gwh(results.ledger("electricity", "consumption")).sel(period=period))
        hydrogen = -rate * float(results.net_gwh(results.ledger("hydrogen", "consumption")).sel(period=period))
        burnt = [e for e in results.ledger("fuel") if _final(e.tags, spec)]
        final = electricity + hydrogen + float(results.net_amount(burnt).sel(period=period))
        if final <= 0:
            raise ZeroDivisionError(f"no final energy is used in {period}")
        return 100.0 * electricity / final


def _final(tags: Collection[str], spec: Options) -> bool:
    """True if the fuel reaches its user as it is."""
    return "power" not in tags and (spec.feedstock or "feedstock" not in tags)
