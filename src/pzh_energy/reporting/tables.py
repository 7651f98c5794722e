"""Tidy tables of a solved scenario, made from its results alone: one row a fact, units in the column names.

Every table has the columns `TABLES` states, in that order, also where there is nothing to put in it. Amounts of energy,
money and carbon dioxide are expected values over the weather cases, for one year of the period; `year` is the period.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

import pandas as pd
import xarray as xr

from pzh_energy.domain.units import HOURS_PER_YEAR, MWH_PER_TWH
from pzh_energy.modeling.results import LedgerSeries, Results
from pzh_energy.reporting import tables_balance, tables_end_uses, tables_energy, tables_operation, tables_plants, track
from pzh_energy.reporting.calibration import CALIBRATION, calibration
from pzh_energy.reporting.frames import IDENTIFIER, NUMBER, YEAR, Column, Record, cells, frame, yearly_cells

YEAR_END = ("statistical", "physical", "storage")
_NOT_A_CARRIER = {*YEAR_END, "clean", "unit"}


def carrier(entry: LedgerSeries) -> str:
    """What an entry of the capacity ledger counts as, such as `hydro`; the technology's key where no tag tells more."""
    if entry.block in entry.tags:
        return entry.block
    words = sorted(tag for tag in entry.tags - _NOT_A_CARRIER if "=" not in tag)
    return words[0] if words else entry.block


def capacity(results: Results) -> pd.DataFrame:
    """Capacity by series: `statistical`, `physical`, `storage` at the end of the year, `operating` on average over it.

    `other` is plant that neither generates nor stores, electrolysers for one, at the end of the year.
    Items without an operating capacity of their own stand all year and operate with what they have at its end.
    """

    def records() -> Iterator[Record]:
        for entry in results.ledger("capacity"):
            named = {"technology": entry.block, "carrier": carrier(entry)}
            series_of = [tag for tag in YEAR_END if tag in entry.tags] or ["other"]
            arrays: dict[str, xr.DataArray] = dict.fromkeys(series_of, entry.data)
            if "physical" in entry.tags:
                arrays["operating"] = _operating(results, entry)
            for series, array in arrays.items():
                for item, year, value in cells(array):
                    yield {"year": year, **named, "item": item, "series": series, "capacity_mw": value}

    return frame(CAPACITY, records())


def year_end(results: Results, years: Collection[int]) -> dict[str, float]:
    """Capacity [MW] at the end of some years by `name.year`: statistical by carrier, all else by technology."""
    found: dict[str, float] = {}
    for entry in results.ledger("capacity"):
        if "statistical" in entry.tags or "physical" not in entry.tags:
            name = carrier(entry) if "statistical" in entry.tags else entry.block
            for _, year, value in cells(entry.data):
                if year in years:
                    found[f"{name}.{year}"] = found.get(f"{name}.{year}", 0.0) + value
    return found


def _operating(results: Results, entry: LedgerSeries) -> xr.DataArray:
    """Mean capacity in service (item, period) [MW] of what a physical entry counts at year end."""
    own = f"{entry.block}.operating_capacity"
    rated = f"parameter.{entry.block}.rated_in_service"
    if own in results:
        return results[own]
    if rated in results:
        mean = (results[rated] * results["hours"]).sum("timestep") / HOURS_PER_YEAR
        return mean * results[f"parameter.{entry.block}.city_share"]
    return entry.data


def investment(results: Results) -> pd.DataFrame:
    """What is built since the period before, by who decided it.

    `observed`: given, up to the year `history_until` of the provenance; `committed`: given, later, which also covers
    what is given of a period that begins within the history; `decided`: by the optimisation. Technologies whose
    capacity is given as a whole count by its growth from period to period, the first period left out.
    """
    history = results.provenance.get("history_until")

    def given(year: int) -> str:
        return "observed" if history is not None and year <= int(history) else "committed"

    def parts(block: str) -> Iterator[tuple[str, str, dict[str, xr.DataArray]]]:
        """Quantity, unit, and what is given and decided of everything a technology can build."""
        for key in map(str, results.data.data_vars):
            if key.startswith(f"{block}.new_") and key.endswith("capacity"):
                quantity = key.removeprefix(f"{block}.new_")
                # the pinned lower bound is what was given; the solver may undercut it by its tolerance
                lower = results[f"parameter.{block}.{quantity}_build_lower"]
                decided = (results[key] - lower).clip(min=0.0)
                yield quantity, str(results[key].attrs["units"]), {"given": lower, "decided": decided}

    def records() -> Iterator[Record]:
        blocks = dict.fromkeys(entry.block for entry in results.ledger("capacity"))
        built = [(block, *part) for block in blocks for part in parts(block)]
        free = {block for block, *_ in built}
        for entry in results.ledger("capacity", "physical"):
            if entry.block not in free:
                growth = entry.data.diff("period", label="upper").clip(min=0.0)
                built.append((entry.block, "capacity", "MW", {"given": growth}))
        for block, quantity, unit, arrays in built:
            for part, array in arrays.items():
                for item, year, value in cells(array):
                    if value > _SMALLEST_BUILD:
                        status = given(year) if part == "given" else part
                        named = {"technology": block, "item": item, "status": status}
                        yield {"year": year, **named, "quantity": quantity, "unit": unit, "new_capacity": value}

    return frame(INVESTMENT, records())


_SMALLEST_BUILD = 1e-6
"""Additions below this are the solver's noise."""


def energy_balance(results: Results) -> pd.DataFrame:
    """Electricity put on (+) and taken off (-) each bus; the signed energies of a bus and year add up to zero."""

    def records() -> Iterator[Record]:
        for entry in results.ledger("electricity"):
            for item, year, mwh in yearly_cells(results, entry, per_hour=True):
                named = {"bus": entry.bus_of[item], "technology": entry.block, "entry": entry.name, "item": item}
                yield {"year": year, **named, "sign": entry.sign, "energy_twh": entry.sign * mwh / MWH_PER_TWH}

    return frame(ENERGY_BALANCE, records())


def costs(results: Results) -> pd.DataFrame:
    """Cost of a year, revenue negative, and discounted over the years of the period, which adds up to the objective."""
    weight = {int(year): float(value) for year, value in zip(results.periods, results["weight"].values, strict=True)}

    def records() -> Iterator[Record]:
        for entry in results.ledger("cost"):
            kind = _kind(entry)
            for item, year, value in yearly_cells(results, entry):
                named = {"technology": entry.block, "entry": entry.name, "kind": kind, "item": item}
                cost = entry.sign * value
                amounts = {"cost_million_cny_per_year": cost, "cost_discounted_million_cny": cost * weight[year]}
                yield {"year": year, **named, **amounts}

    return frame(COSTS, records())


def _kind(entry: LedgerSeries) -> str:
    """Kind of cost: the entry's tag, such as `annuity`, `fuel` or `export`."""
    return sorted(entry.tags)[0] if entry.tags else "other"


def emissions(results: Results) -> pd.DataFrame:
    """Carbon dioxide set free, by source."""

    def records() -> Iterator[Record]:
        for entry in results.ledger("co2"):
            for item, year, value in yearly_cells(results, entry):
                named = {"technology": entry.block, "entry": entry.name, "item": item}
                yield {"year": year, **named, "co2_kt": entry.sign * value}

    return frame(EMISSIONS, records())


def curtailment(results: Results) -> pd.DataFrame:
    """Energy that variable renewables could have generated, and what of it was not used."""

    def records() -> Iterator[Record]:
        for entry in results.ledger("available", "variable_renewable"):
            lost = dict(_by_cell(results.yearly(results[f"{entry.block}.curtailment"]) / MWH_PER_TWH))
            for item, year, mwh in yearly_cells(results, entry, per_hour=True):
                value, gone = mwh / MWH_PER_TWH, lost[item, year]
                amounts = {"available_twh": value, "curtailed_twh": gone}
                share = 100 * gone / value if value > 0 else 0.0
                yield {"year": year, "technology": entry.block, "item": item, **amounts, "curtailed_percent": share}

    return frame(CURTAILMENT, records())


def _by_cell(array: xr.DataArray) -> Iterator[tuple[tuple[str, int], float]]:
    for item, year, value in cells(array):
        yield (item, year), value


_TECHNOLOGY = Column("technology", IDENTIFIER, "key of the technology")
_ENTRY = Column("entry", IDENTIFIER, "posted quantity, technology.name")
_ITEM = Column("item", IDENTIFIER, "unit, station, plant, line or user")

CAPACITY = (
    YEAR,
    _TECHNOLOGY,
    Column("carrier", IDENTIFIER, "what it counts as in targets"),
    _ITEM,
    Column(
        "series",
        IDENTIFIER,
        "statistical, physical, storage or other (electrolysers) at year end, operating on average",
    ),
    Column("capacity_mw", NUMBER, "capacity [MW], photovoltaics AC, stations by the share that counts"),
)
INVESTMENT = (
    YEAR,
    _TECHNOLOGY,
    _ITEM,
    Column("status", IDENTIFIER, "observed, committed or decided"),
    Column("quantity", IDENTIFIER, "what is built: capacity, or one of two that are sized apart"),
    Column("unit", IDENTIFIER, "unit of the next column, MW or MWh"),
    Column("new_capacity", NUMBER, "built since the period before, in that unit"),
)
ENERGY_BALANCE = (
    YEAR,
    Column("bus", IDENTIFIER, "bus it is connected to"),
    _TECHNOLOGY,
    _ENTRY,
    _ITEM,
    Column("sign", "int64", "+1 put on the bus, -1 taken off"),
    Column("energy_twh", NUMBER, "energy of a year [TWh], signed"),
)
COSTS = (
    YEAR,
    _TECHNOLOGY,
    _ENTRY,
    Column(
        "kind",
        IDENTIFIER,
        "annuity, fixed_om, variable_om, fuel, end_use, carbon_price, green_power, import, export or penalty",
    ),
    _ITEM,
    Column("cost_million_cny_per_year", NUMBER, "cost of a year [million CNY], revenue negative"),
    Column("cost_discounted_million_cny", NUMBER, "the same over all years of the period, discounted [million CNY]"),
)
EMISSIONS = (YEAR, _TECHNOLOGY, _ENTRY, _ITEM, Column("co2_kt", NUMBER, "carbon dioxide of a year [kt]"))
CURTAILMENT = (
    YEAR,
    _TECHNOLOGY,
    _ITEM,
    Column("available_twh", NUMBER, "energy the resource would have allowed in a year [TWh]"),
    Column("curtailed_twh", NUMBER, "what of it was not used [TWh]"),
    Column("curtailed_percent", NUMBER, "share not used [%]"),
)

TABLES: Mapping[str, tuple[tuple[Column, ...], Callable[[Results], pd.DataFrame]]] = {
    "capacity": (CAPACITY, capacity),
    "investment": (INVESTMENT, investment),
    "energy_balance": (ENERGY_BALANCE, energy_balance),
    "costs": (COSTS, costs),
    "emissions": (EMISSIONS, emissions),
    "curtailment": (CURTAILMENT, curtailment),
    "reservoirs": (tables_operation.RESERVOIRS, tables_operation.reservoirs),
    "hydro_energy": (tables_operation.HYDRO_ENERGY, tables_operation.hydro_energy),
    "calibration": (CALIBRATION, calibration),
    "prices": (tables_operation.PRICES, tables_operation.prices),
    "target_years": (track.TARGET_YEARS, track.target_years),
    "power_balance": (tables_balance.POWER_BALANCE, tables_balance.power_balance),
    "electricity_balance": (tables_balance.ELECTRICITY_BALANCE, tables_balance.electricity_balance),
    "utilisation": (
        tables_plants.UTILISATION,
        lambda results: tables_plants.utilisation(results, table(results, "capacity")),
    ),
    "energy_supply": (tables_energy.ENERGY_SUPPLY, tables_energy.energy_supply),
    "energy_accounts": (tables_energy.ENERGY_ACCOUNTS, tables_energy.energy_accounts),
    "end_use_options": (tables_end_uses.END_USE_OPTIONS, tables_end_uses.end_use_options),
    "projects": (tables_plants.PROJECTS, lambda results: tables_plants.projects(results, table(results, "investment"))),
}
"""Columns and maker of every table, by the name of its file."""


def table(results: Results, name: str) -> pd.DataFrame:
    """A table of a solved scenario, made once: others are made of it."""
    made: pd.DataFrame = results.once(("table", name), lambda: TABLES[name][1](results))
    return made


def all_tables(results: Results) -> dict[str, pd.DataFrame]:
    """Every table of a solved scenario by name."""
    return {name: table(results, name) for name in TABLES}
