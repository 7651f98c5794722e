r"""Options of the end uses: what each serves, takes and costs, and what a little more of it does to the accounts.

For one unit served: :math:`\Delta N = \kappa\,(n^{el} + n^{H}/\eta) + \Delta b`, :math:`\Delta E = \Delta N + \Delta F`
with the symbols of `modeling/energy_accounts.py`; n: electricity and hydrogen taken, Δb, ΔF: non-fossil and fossil fuel
burnt less replaced. The change of the share is exact for `STEP_KTCE` more served,
:math:`(N + x\,\Delta N) / (E + x\,\Delta E) - N / E`.

The rule is substitution on the consumption side. What is taken comes from non-fossil power that would else have been
exported: neither imports nor the city's fossil generation change, and hydrogen is from electrolysis. Where imports or
coal serve the last unit instead, an electric option does less. The intensity is `gross`, at the same value added.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from pzh_energy.modeling.energy_accounts import recorded_number
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.frames import IDENTIFIER, NUMBER, YEAR, Column, Record, frame

END_USES = "end_uses"
OPTION = f"{END_USES}_option"
RULE = "substitution_consumption"
STEP_KTCE = 10.0
"""Fuel served more [ktce/yr] for which changes are stated: a boiler house or a few hundred trucks."""
EFFECTS = (
    "non_fossil_tce_per_tce_replaced",
    "per_10_ktce_share_percentage_points",
    "per_10_ktce_intensity_percent",
)


def end_use_options(results: Results) -> pd.DataFrame:
    """Every option by year; effects on share and intensity are empty without energy accounts, nothing without options.

    The cost is that of the option itself: annuity, fixed and other running cost, network, fuel it burns. Neither the
    electricity or hydrogen it takes nor the fuel it saves is in it.
    """

    def records() -> Iterator[Record]:
        if f"{END_USES}.served" not in results:
            return
        options = [str(option) for option in results[OPTION].values]
        columns = {
            "served_ktce": results[f"{END_USES}.served"],
            "replaced_ktce": results[f"{END_USES}.replaced"],
            "capacity_ktce_per_year": results[f"{END_USES}.capacity"],
            "electricity_gwh": results[f"{END_USES}.electricity_use"],
            "hydrogen_gwh": results[f"{END_USES}.hydrogen_use"],
            "cost_million_cny_per_year": _own_cost(results),
            **_changes(results),
        }
        # without the sign of a zero
        values = {name: array.transpose("period", OPTION).values + 0.0 for name, array in columns.items()}
        for p, year in enumerate(results.periods):
            for k, option in enumerate(options):
                yield {"year": year, "item": option, **{name: float(of[p, k]) for name, of in values.items()}}

    return frame(END_USE_OPTIONS, records())


def _own_cost(results: Results) -> xr.DataArray:
    """Cost of every option (option, period) [million CNY/yr] of the entries over options, for those in each entry."""
    cost = xr.zeros_like(results[f"{END_USES}.served"])
    for entry in results.ledger("cost"):
        if entry.block == END_USES and entry.member_dimension == OPTION:
            cost = cost + entry.sign * results.of_year(entry.data).fillna(0.0)
    return cost


def _changes(results: Results) -> dict[str, xr.DataArray]:
    """The last three columns (option, period), not-a-number without accounts: what a unit served does to them."""
    nothing = xr.full_like(results[f"{END_USES}.served"], np.nan)
    if "energy_accounts.total" not in results:
        return dict.fromkeys(EFFECTS, nothing)
    rate = recorded_number(results, "electrolysis_efficiency")
    electricity = results[f"{END_USES}.electricity_need"] + results[f"{END_USES}.hydrogen_need"] / rate
    green = electricity * recorded_number(results, "coal_rate") + results[f"{END_USES}.non_fossil_fuel_change"]
    whole = green + results[f"{END_USES}.fossil_fuel_change"]
    non_fossil, total = (results[f"energy_accounts.{n}"].sel(accounting_rule=RULE) for n in ("non_fossil", "total"))
    total, replacement = total.where(total > 0), results["parameter.end_uses.replacement"]
    after = (non_fossil + STEP_KTCE * green) / (total + STEP_KTCE * whole)
    changes = (green / replacement.where(replacement > 0), 100 * (after - non_fossil / total))
    return dict(zip(EFFECTS, (*changes, 100 * STEP_KTCE * whole / total), strict=True))


END_USE_OPTIONS = (
    YEAR,
    Column("item", IDENTIFIER, "option"),
    Column("served_ktce", NUMBER, "what it serves in a year, by the fuel the service would take for it [ktce]"),
    Column("replaced_ktce", NUMBER, "fuel that is therefore not burnt [ktce]; none for capture"),
    Column("capacity_ktce_per_year", NUMBER, "what of it stands at year end [ktce/yr]"),
    Column("electricity_gwh", NUMBER, "electricity it takes in a year [GWh]"),
    Column("hydrogen_gwh", NUMBER, "hydrogen it takes in a year, lower heating value [GWh]"),
    Column(
        "cost_million_cny_per_year",
        NUMBER,
        "annuity, operation, network and fuel it burns [million CNY]; neither electricity nor fuel saved",
    ),
    Column("non_fossil_tce_per_tce_replaced", NUMBER, "non-fossil energy added for a tce of fuel replaced"),
    Column(
        "per_10_ktce_share_percentage_points",
        NUMBER,
        "change of the non-fossil share for 10 ktce more [percentage points]",
    ),
    Column("per_10_ktce_intensity_percent", NUMBER, "change of energy per value added for 10 ktce more [%]"),
)
