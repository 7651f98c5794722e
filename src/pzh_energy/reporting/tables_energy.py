"""Energy balance of the city: fuels and electricity, in physical units and in standard coal.

Fuels come from the fuel ledger by their tags, electricity from the electricity ledger. Electricity is counted at the
year's coal rate (substitution) and at its heat content (calorific), as the energy accounts state them. Import and
export of electricity are gross. Steel gas, waste heat and by-product hydrogen are within the coal they come from.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from pzh_energy.modeling.results import LedgerSeries, Results
from pzh_energy.reporting.frames import IDENTIFIER, NUMBER, YEAR, Column, Record, frame, yearly_cells

ACCOUNTS = "parameter.energy_accounts"
PHYSICAL = {"coal": "kt", "oil": "kt", "gas": "million m3"}
"""Physical unit of each fuel: ktce over tce/t is kt, ktce over kgce/m3 is million m3."""
SECTORS = ("industry", "mining", "transport", "buildings", "agriculture", "power")
"""Tags of the fuel ledger that say who burns it."""
LINE_OF_TAG = {"power": "transformation", "feedstock": "feedstock"}
GWH_PER_TWH = 1e3


def energy_supply(results: Results) -> pd.DataFrame:
    """Fuel by what it is used for and electricity by where it comes from and goes to, by year.

    Fuel: `transformation` into electricity, `feedstock`, and `use`. Electricity: `generation` in the city, `import`
    and `unserved` added, `export` and the `losses` of links and of storage taken off; what is left is `use`. Standard
    coal of electricity is empty without energy accounts, the amount of a fuel where the data state no heat content.
    """

    def records() -> Iterator[Record]:
        for entry in results.ledger("fuel"):
            carrier = fuel_of(entry)
            unit, content = _physical(results, carrier)
            line = next((word for tag, word in LINE_OF_TAG.items() if tag in entry.tags), "use")
            sector = next((tag for tag in SECTORS if tag in entry.tags), "")
            for item, year, ktce in yearly_cells(results, entry):
                named = {
                    "year": year,
                    "carrier": carrier,
                    "technology": entry.block,
                    "item": item,
                    "line": line,
                    "sector": sector,
                }
                physical = ktce / content
                yield {
                    **named,
                    "amount": physical,
                    "unit": unit,
                    "substitution_ktce": ktce,
                    "calorific_ktce": ktce,
                }
        rates_of = {
            year: {name: _rate(results, name, year) for name in ("coal_rate", "calorific_rate")}
            for year in results.periods
        }
        for line, twh in _electricity(results).items():
            for year, rates in rates_of.items():
                energy = results.in_year(twh, year)
                named = {
                    "year": year,
                    "carrier": "electricity",
                    "technology": "",
                    "item": "",
                    "line": line,
                    "sector": "",
                }
                yield {
                    **named,
                    "amount": energy,
                    "unit": "TWh",
                    "substitution_ktce": energy * GWH_PER_TWH * rates["coal_rate"],
                    "calorific_ktce": energy * GWH_PER_TWH * rates["calorific_rate"],
                }

    return frame(ENERGY_SUPPLY, records())


def energy_accounts(results: Results) -> pd.DataFrame:
    """Primary energy of every year under every accounting rule; nothing without energy accounts."""

    def records() -> Iterator[Record]:
        if "energy_accounts.total" not in results:
            return
        columns = {f"{name}_ktce": f"energy_accounts.{name}" for name in ("non_fossil", "fossil", "total")}
        columns["share_percent"] = "energy_accounts.non_fossil_share"
        arrays = {column: results[name].transpose("period", "accounting_rule") for column, name in columns.items()}
        rules = arrays["share_percent"]["accounting_rule"].values
        for p, year in enumerate(results.periods):
            for r, rule in enumerate(rules):
                amounts = {column: float(array.values[p, r]) for column, array in arrays.items()}
                yield {"year": year, "rule": str(rule), **amounts}

    return frame(ENERGY_ACCOUNTS, records())


def fuel_of(entry: LedgerSeries) -> str:
    """Fuel of an entry of the fuel ledger: the one its tags name, else `non_fossil`, else its name."""
    for fuel in PHYSICAL:
        if fuel in entry.tags:
            return fuel
    return "non_fossil" if "non_fossil" in entry.tags else entry.name


def _physical(results: Results, fuel: str) -> tuple[str, float]:
    """Physical unit of a fuel and its heat content, ktce per unit; nothing and NaN where none is stated."""
    name = f"{ACCOUNTS}.{fuel}_content"
    if fuel not in PHYSICAL or name not in results:
        return "", np.nan
    content = float(results[name].values.ravel()[0])
    return ("", np.nan) if np.isnan(content) else (PHYSICAL[fuel], content)


def _rate(results: Results, name: str, year: int) -> float:
    """Standard coal of a unit of electricity [ktce/GWh]; NaN without energy accounts."""
    full = f"{ACCOUNTS}.{name}"
    if full not in results:
        return np.nan
    rate = results[full].isel({str(results[full].dims[0]): 0})
    return float(rate.sel(period=year) if "period" in rate.dims else rate)


def _electricity(results: Results) -> dict[str, xr.DataArray]:
    """TWh (period,) by line, what is taken off negative; all but the use add up to it. Nothing without electricity."""
    entries = results.ledger("electricity")
    lines = ("generation", "import", "export", "losses", "unserved", "use") if entries else ()
    found: dict[str, xr.DataArray] = {name: xr.zeros_like(results["weight"]) for name in lines}
    for entry in entries:
        found[_line(entry)] = found[_line(entry)] + entry.sign * results.energy_twh([entry])
    return {name: -twh if name == "use" else twh for name, twh in found.items()}


def _line(entry: LedgerSeries) -> str:
    """Line of the balance an electricity entry belongs to; both sides of storage and links leave their losses."""
    for tag in ("import", "export", "unserved"):
        if tag in entry.tags:
            return tag
    if {"storage", "transmission"} & entry.tags:
        return "losses"
    return "generation" if entry.sign > 0 else "use"


ENERGY_ACCOUNTS = (
    YEAR,
    Column("rule", IDENTIFIER, "accounting rule: how electricity counts"),
    Column("non_fossil_ktce", NUMBER, "non-fossil energy of a year [ktce]"),
    Column("fossil_ktce", NUMBER, "fossil energy of a year [ktce]"),
    Column("total_ktce", NUMBER, "primary energy of a year [ktce]"),
    Column("share_percent", NUMBER, "non-fossil share [%]; empty where no energy is used"),
)
ENERGY_SUPPLY = (
    YEAR,
    Column("carrier", IDENTIFIER, "coal, oil, gas, non_fossil or electricity"),
    Column(
        "line",
        IDENTIFIER,
        "transformation, feedstock or use; of electricity generation, import, export, losses, unserved, use",
    ),
    Column("sector", IDENTIFIER, "sector that uses the fuel, as its tags say; empty for electricity"),
    Column("technology", IDENTIFIER, "key of the technology that burns the fuel; empty for electricity"),
    Column("item", IDENTIFIER, "plant or use; empty for electricity"),
    Column("amount", NUMBER, "amount in physical units, what is taken off negative"),
    Column("unit", IDENTIFIER, "unit of the amount: kt, million m3 or TWh; empty where no heat content is stated"),
    Column("substitution_ktce", NUMBER, "standard coal, electricity at the year's coal rate [ktce]"),
    Column("calorific_ktce", NUMBER, "standard coal, electricity at its heat content [ktce]"),
)
