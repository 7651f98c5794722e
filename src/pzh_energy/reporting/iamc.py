"""Results in the wide table that integrated-assessment models exchange: a row a variable, a column a year.

Names and units follow the common definitions of the IAM consortium. Two kinds of names are our own, because there is no
common one: storage by its technology under `Capacity|Electricity|Storage`, and `Curtailment|Electricity`. Prices stay
in yuan of the price base year, stated in the unit, and are not converted into the dollars of 2010 of the definitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import pandas as pd
import xarray as xr

from pzh_energy.domain.units import MWH_PER_TWH
from pzh_energy.modeling.results import LedgerSeries, Results
from pzh_energy.reporting.tables import curtailment, emissions, investment
from pzh_energy.reporting.tables_operation import prices

EJ_PER_TWH = 0.0036
GJ_PER_MWH = 3.6
HEADINGS = ("Model", "Scenario", "Region", "Variable", "Unit")

CARRIERS: Mapping[str, str] = {
    "hydro": "Hydro",
    "wind": "Wind|Onshore",
    "solar_pv": "Solar|PV",
    "waste_coal": "Coal|w/o CCS",
    "coal": "Coal|w/o CCS",
    "gas": "Gas|w/o CCS",
    "oil": "Oil|w/o CCS",
    "biomass": "Biomass|w/o CCS",
    "fuel_cell": "Hydrogen",
}
"""Names by the tag or technology of what generates; whatever has none counts as `Other`."""

STORAGE: Mapping[str, str] = {
    "lithium_battery": "Battery|Lithium-Ion",
    "vanadium_flow": "Battery|Vanadium Flow",
    "pumped_hydro": "Pumped Hydro",
}

Series = tuple[str, str, xr.DataArray]
"""Variable, unit, and its values over the periods."""


def iamc_table(results: Results, model: str, scenario: str, region: str, money: str) -> pd.DataFrame:
    """The wide table, sorted by variable, years as texts; money: the unit of prices, such as `CNY_2020`.

    Energies are in EJ/yr, capacities in GW at the end of the year (in operation, not as the statistics count them),
    carbon dioxide in Mt CO2/yr. A parent is the sum of its children.
    """
    values: dict[tuple[str, str], dict[int, float]] = {}
    for variable, unit, array in _series(results, money):
        row = values.setdefault((variable, unit), dict.fromkeys(results.periods, 0.0))
        for year, value in zip(results.periods, array.values, strict=True):
            # a sum of nothing is 0, not -0
            row[year] += float(value) + 0.0
    records = [
        (model, scenario, region, variable, unit, *(row[year] for year in results.periods))
        for (variable, unit), row in sorted(values.items())
    ]
    return pd.DataFrame(records, columns=[*HEADINGS, *map(str, results.periods)])


def _series(results: Results, money: str) -> Iterator[Series]:
    yield from _capacity(results)
    yield from _additions(results)
    yield from _electricity(results)
    yield from _hydrogen(results)
    yield from _emissions(results)
    lost = curtailment(results)
    for technology, rows in lost.groupby("technology"):
        amount = _by_year(results, rows, "curtailed_twh") * EJ_PER_TWH
        yield f"Curtailment|Electricity|{CARRIERS.get(str(technology), 'Other')}", "EJ/yr", amount
        yield "Curtailment|Electricity", "EJ/yr", amount
    price = prices(results).query("month == 0")
    if len(price):
        mean = price.assign(buses=1).groupby("year", as_index=False)[["price_mean_cny_per_mwh", "buses"]].sum()
        mean["price"] = mean["price_mean_cny_per_mwh"] / mean["buses"] / GJ_PER_MWH
        yield "Price|Secondary Energy|Electricity", f"{money}/GJ", _by_year(results, mean, "price")


def _capacity(results: Results) -> Iterator[Series]:
    for entry in results.ledger("capacity", "physical"):
        amount = entry.total() / 1e3
        yield f"Capacity|Electricity|{_carrier(entry)}", "GW", amount
        yield "Capacity|Electricity", "GW", amount
    for entry in results.ledger("capacity", "storage"):
        amount = entry.total() / 1e3
        yield f"Capacity|Electricity|Storage|{STORAGE.get(entry.block, 'Other')}", "GW", amount
        yield "Capacity|Electricity|Storage", "GW", amount


def _additions(results: Results) -> Iterator[Series]:
    """Power built in each period, by year; electrolysers and stores of energy have no name among these."""
    built = investment(results)
    periods = results.periods
    spans = xr.DataArray([1, *(b - a for a, b in pairwise(periods))], dims="period")
    for entry in [*results.ledger("capacity", "physical"), *results.ledger("capacity", "storage")]:
        items = set(entry.members)
        rows = built[(built["technology"] == entry.block) & built["item"].isin(items) & (built["unit"] == "MW")]
        stored = f"Storage|{STORAGE.get(entry.block, 'Other')}"
        name = stored if "storage" in entry.tags else _carrier(entry)
        yield f"Capacity Additions|Electricity|{name}", "GW/yr", _by_year(results, rows, "new_capacity") / 1e3 / spans


def _electricity(results: Results) -> Iterator[Series]:
    for entry in results.ledger("electricity", "generation"):
        amount = _energy(results, entry)
        yield f"Secondary Energy|Electricity|{_carrier(entry)}", "EJ/yr", amount
        yield "Secondary Energy|Electricity", "EJ/yr", amount
    for entry in results.ledger("electricity", "consumption"):
        yield "Final Energy|Electricity", "EJ/yr", _energy(results, entry)
    for tag, sign in (("export", 1), ("import", -1)):
        for entry in results.ledger("electricity", tag):
            yield "Trade|Secondary Energy|Electricity|Volume", "EJ/yr", sign * _energy(results, entry)


def _hydrogen(results: Results) -> Iterator[Series]:
    for tag, name in (("electrolysis", "Electricity"), ("byproduct", "Other")):
        for entry in results.ledger("hydrogen", tag):
            amount = _energy(results, entry)
            yield f"Secondary Energy|Hydrogen|{name}", "EJ/yr", amount
            yield "Secondary Energy|Hydrogen", "EJ/yr", amount
    for entry in results.ledger("hydrogen", "consumption"):
        yield "Final Energy|Hydrogen", "EJ/yr", _energy(results, entry)


def _emissions(results: Results) -> Iterator[Series]:
    """Carbon dioxide set free in the city; what imports stand for is set free elsewhere and has a name of its own."""
    generating = {entry.block for entry in results.ledger("electricity", "generation")}
    imported = {entry.name for entry in results.ledger("co2", "import")}
    for (technology, entry), rows in emissions(results).groupby(["technology", "entry"]):
        amount = _by_year(results, rows, "co2_kt") * 1e-3
        if entry in imported:
            yield "Emissions|CO2|Imported Electricity", "Mt CO2/yr", amount
            continue
        yield "Emissions|CO2", "Mt CO2/yr", amount
        if technology in generating:
            yield "Emissions|CO2|Energy|Supply|Electricity", "Mt CO2/yr", amount


def _energy(results: Results, entry: LedgerSeries) -> xr.DataArray:
    """EJ of a year, unsigned."""
    return results.yearly(entry.total()) / MWH_PER_TWH * EJ_PER_TWH


def _carrier(entry: LedgerSeries) -> str:
    found = [CARRIERS[tag] for tag in (entry.block, *sorted(entry.tags)) if tag in CARRIERS]
    return found[0] if found else "Other"


def _by_year(results: Results, rows: pd.DataFrame, column: str) -> xr.DataArray:
    """Sums of a column by year, zero in years without a row."""
    sums = rows.groupby("year")[column].sum().reindex(results.periods, fill_value=0.0)
    return xr.DataArray(sums.to_numpy(), dims="period")
