r"""Energy accounts: the numbers by which primary energy is counted, and the city's accounts under every rule.

The equations are those of `modeling/energy_accounts.py`; nothing but their numbers is declared here.

Symbols
-------
κ  `coal_rate` [ktce/GWh], or `calorific_rate` [ktce/GWh]; λ  `line_loss_factor` [1]; η  `electrolysis_efficiency` [1];
φ  `grid_non_fossil_share` [1]; `grid_renewable_share` and `grid_non_hydro_share` [1], the same for renewable
electricity and for what of it is not hydro; `industry_demand_share` [1], of the demand as given.

Assumptions
-----------
One city. The accounts are measured from the results under all rules side by side, whichever of them a target holds.

Sources
-------
Data package, table `energy_accounting`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.energy_accounts import PARAMETERS, RULES, TABLE, factors, measured
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results

KILOTONNES_COAL = "ktce/yr"


class Options(TechnologySpec):
    """Options of the energy accounts: none beyond on and off."""


class EnergyAccounts:
    """Primary energy of the city."""

    key = "energy_accounts"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {TABLE: PARAMETERS}

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare the numbers of the accounts; InputError unless they are those of one city."""
        factors(system, TABLE)
        city = block.members("city", system.items(TABLE))
        for each in PARAMETERS:
            sets = (city, block.model.pyomo.period) if each.over == "linear" else (city,)
            # kgce/kWh and ktce/GWh are the same number
            unit = each.unit.replace("kgce/kWh", "ktce/GWh")
            block.parameter(each.name, sets, system.number(TABLE, each.name), unit, each.meaning)

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`non_fossil`, `fossil`, `total` [ktce/yr] and `non_fossil_share` [%] (accounting_rule, period)."""
        coordinates = {"accounting_rule": list(RULES), "period": results.periods}
        words = {"non_fossil": "non-fossil energy", "fossil": "fossil energy", "total": "primary energy"}
        series = {
            name: xr.DataArray(
                np.stack([measured(results, rule)[name].values for rule in RULES]),
                coordinates,
                attrs={"units": KILOTONNES_COAL, "long_name": word},
            )
            for name, word in words.items()
        }
        share = 100 * series["non_fossil"] / series["total"].where(series["total"] > 0)
        return {**series, "non_fossil_share": share.assign_attrs(units="%", long_name="non-fossil share of energy")}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Nothing beyond what the targets that read the accounts are checked for."""
        return ()
