"""Balances of the city by season: power at the hour of highest demand, electricity over the season, hours of use.

The seasons (wet, flat, dry) are those of the prices of the first line to the grid; `year` is the whole year. They are
seasons within one weather year, not wet, normal and dry years: to compare hydrological years, run them as weather cases
or as scenarios of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
import xarray as xr

from pzh_energy.domain.units import MWH_PER_TWH
from pzh_energy.modeling.results import LedgerSeries, Results
from pzh_energy.reporting.frames import IDENTIFIER, NUMBER, WHOLE, YEAR, Column, Record, cells, frame
from pzh_energy.reporting.tables_operation import MONTHS, month_overlap
from pzh_energy.targets.reserve_margin import IMPORT, credit_names

Key = TypeVar("Key")
WHOLE_YEAR = "year"
SEASON_MONTH = "grid_exchange.season_month"
NOT_USED_HERE = {"export", "storage", "transmission"}
"""Tags of what is taken off a bus without being used there."""
NO_CAPACITY = {"unserved", "transmission", "demand_response"}
"""Tags of what is fed in without plant that could be counted on."""


def seasons(results: Results) -> dict[str, list[int]]:
    """Months by season, the whole year first; only that if there is no line whose prices have seasons."""
    found = {WHOLE_YEAR: list(MONTHS)}
    if SEASON_MONTH in results and results[SEASON_MONTH].size:
        by_month = results[SEASON_MONTH].isel(grid_exchange_line=0)
        for season in by_month["season"].values:
            held = by_month.sel(season=season)
            found[str(season)] = [int(month) for month in held["month"].values[held.values > 0]]
    return found


def season_hours(results: Results) -> xr.DataArray:
    """Hours (season, timestep) that each step has in each season; a step across a border counts in both."""
    hours: xr.DataArray = results.once("season hours", lambda: _season_hours(results))
    return hours


def _season_hours(results: Results) -> xr.DataArray:
    by_month = month_overlap(results)
    parts = [by_month.sel(month=months).sum("month") for months in seasons(results).values()]
    hours: xr.DataArray = xr.concat(parts, dim="season").assign_coords(season=list(seasons(results)))
    return hours


def on_bus(entry: LedgerSeries, bus: str) -> xr.DataArray | None:
    """The members of an entry that are on a bus, or None."""
    items = list(entry.members)
    here = [item for item in items if entry.bus_of.get(item) == bus]
    if here == items and here:
        return entry.data
    return entry.data.sel({entry.member_dimension: here}) if here else None


def buses(results: Results) -> list[str]:
    """Buses that anything is connected to, in the order of the entries."""
    return list(dict.fromkeys(bus for entry in results.ledger("electricity") for bus in entry.bus_of.values()))


def electricity_balance(results: Results) -> pd.DataFrame:
    """Electricity by season, source and use; the signed energies of a bus, season and year add up to zero.

    Expected values over the weather cases. The seasons add up to the year.
    """
    weight = season_hours(results) * results["probability"]

    def records() -> Iterator[Record]:
        for bus in buses(results):
            for (technology, side), power in _by_technology(results, bus).items():
                energy = xr.dot(power, weight, dim=["weather", "timestep"]) / MWH_PER_TWH
                for season, year, value in cells(energy):
                    named = {"year": year, "bus": bus, "season": season, "side": side, "technology": technology}
                    yield {**named, "energy_twh": value}

    return frame(ELECTRICITY_BALANCE, records())


def _power(results: Results, bus: str) -> list[tuple[LedgerSeries, xr.DataArray]]:
    """Entries of a bus with their unsigned power there (period, weather, timestep) [MW]."""

    def found() -> list[tuple[LedgerSeries, xr.DataArray]]:
        here = ((entry, on_bus(entry, bus)) for entry in results.ledger("electricity"))
        return [(entry, array.sum(entry.member_dimension)) for entry, array in here if array is not None]

    entries: list[tuple[LedgerSeries, xr.DataArray]] = results.once(("power on", bus), found)
    return entries


def _by_technology(results: Results, bus: str) -> dict[tuple[str, str], xr.DataArray]:
    """Signed power (period, weather, timestep) on a bus by technology and side, `supply` or `use`."""
    out: dict[tuple[str, str], xr.DataArray] = {}
    for entry, unsigned in _power(results, bus):
        key = (entry.block, "supply" if entry.sign > 0 else "use")
        power = entry.sign * unsigned
        out[key] = out[key] + power if key in out else power
    order = {"supply": 0, "use": 1}
    return dict(sorted(out.items(), key=lambda item: order[item[0][1]]))


def demand(results: Results, bus: str) -> xr.DataArray:
    """Power used on a bus (period, weather, timestep) [MW]: all that is taken off, without storage, export and links.

    Demand is as given, served or not; load that is shifted counts where it is shifted to.
    """
    total = xr.zeros_like(results["hours"] * results["probability"] * results["weight"])
    for entry, power in _power(results, bus):
        if entry.sign < 0 and not NOT_USED_HERE & entry.tags:
            total = total + power
    return total


def power_balance(results: Results) -> pd.DataFrame:
    """Power at the step of highest demand of each season and year, over the weather cases.

    Long steps hide part of the peak: at a resolution coarser than hours the demand here is that of a mean over a step.
    `supply` and `use` by technology, signed, add up to zero: what the plan does at that step. A step belongs to the
    season in which it has most of its hours. Capacity is told in two ways. `available_mw` is the most that could be fed
    in at the step: wind, PV and run-of-river by its weather, reservoir stations by the turbines in service and their
    schedule, must-run plant by its output, import by its limit, storage and fuel cells by their power at year end; how
    long water or storage would last is not asked. `credited_mw` is year-end capacity by the capacity credits that a
    `reserve_margin` target of the run states, empty without one; credits of the dry season are on the safe side in the
    wet one. After them stand the sums without import: `demand`, the highest of the season; `capacity`; `reserve`, that
    less demand: what a planner calls surplus (+) or deficit (-); and `reserve_with_import`.
    """
    inside, starts = _steps_of_seasons(results), results["step_start"].values

    def records() -> Iterator[Record]:
        for bus in buses(results):
            here = _on_one_bus(results, bus)
            for season, steps in inside.items():
                for p, year in enumerate(results.periods):
                    used = np.where(steps, here.used[p], -np.inf)
                    if used.size and used.max() > 0:
                        w, t = (int(k) for k in np.unravel_index(int(used.argmax()), used.shape))
                        place = {"weather": str(results["weather"].values[w]), "hour_of_year": int(starts[t])}
                        for line in _lines(here, (p, w, t)):
                            yield {"year": year, "bus": bus, "season": season, **place, **line}

    return frame(POWER_BALANCE, records())


def _steps_of_seasons(results: Results) -> dict[str, np.ndarray]:
    """Steps (timestep,) of each season, true or false: a step belongs to that in which it has most of its hours."""
    hours = season_hours(results)
    names = [str(season) for season in hours["season"].values]
    parts = [name for name in names if name != WHOLE_YEAR]
    out = {WHOLE_YEAR: np.ones(hours.sizes["timestep"], bool)}
    if parts:
        most = hours.sel(season=parts).transpose("season", "timestep").values.argmax(axis=0)
        out |= {name: most == k for k, name in enumerate(parts)}
    return out


@dataclass(frozen=True)
class BusPower:
    """Arrays (period, weather, timestep) [MW] on one bus.

    used: demand; sides: signed power by technology and side; available, credited: what each technology could feed in,
    and what of its capacity can be counted on; importing: technologies that feed in what comes from outside.
    """

    used: np.ndarray
    sides: Mapping[tuple[str, str], np.ndarray]
    available: Mapping[str, np.ndarray]
    credited: Mapping[str, np.ndarray]
    importing: frozenset[str]


def _on_one_bus(results: Results, bus: str) -> BusPower:
    order = ("period", "weather", "timestep")
    shape = [results.data.sizes[dimension] for dimension in order]

    def spread(array: xr.DataArray) -> np.ndarray:
        ordered = array.transpose(*order, missing_dims="ignore")
        missing = [k for k, dimension in enumerate(order) if dimension not in array.dims]
        return np.broadcast_to(np.expand_dims(np.asarray(ordered.values, float), missing), shape)

    def plain(arrays: Mapping[Key, xr.DataArray]) -> dict[Key, np.ndarray]:
        return {key: spread(array) for key, array in arrays.items()}

    return BusPower(
        used=plain({bus: demand(results, bus)})[bus],
        sides=plain(_by_technology(results, bus)),
        available=plain(_available(results, bus)),
        credited=plain(_credited(results, bus)),
        importing=frozenset(entry.block for entry in results.ledger("electricity", "import")),
    )


def _lines(here: BusPower, at: tuple[int, int, int]) -> Iterator[Record]:
    """The lines of one bus at one place of its arrays."""

    def value(of: Mapping[str, np.ndarray], technology: str) -> float:
        return float(of[technology][at]) if technology in of else np.nan

    for (technology, side), power in here.sides.items():
        supplies = side == "supply"
        most = value(here.available, technology) if supplies else np.nan
        credited = value(here.credited, technology) if supplies else np.nan
        amounts = {"available_mw": most, "credited_mw": credited, "power_mw": float(power[at])}
        yield {"line": side, "technology": technology, **amounts}
    own = [
        sum(float(v[at]) for k, v in of.items() if k not in here.importing) for of in (here.available, here.credited)
    ]
    bought = [sum(float(v[at]) for k, v in of.items() if k in here.importing) for of in (here.available, here.credited)]
    peak, known = float(here.used[at]), bool(here.credited)
    totals = {
        "demand": (np.nan, np.nan, peak),
        "capacity": (own[0], own[1], np.nan),
        "reserve": (own[0] - peak, own[1] - peak, np.nan),
        "reserve_with_import": (own[0] + bought[0] - peak, own[1] + bought[1] - peak, np.nan),
    }
    for name, (most, credited, demanded) in totals.items():
        amounts = {"available_mw": most, "credited_mw": credited if known else np.nan, "power_mw": demanded}
        yield {"line": name, "technology": "", **amounts}


def _supplying(results: Results, bus: str) -> dict[str, set[str]]:
    """Items that can feed into a bus by technology: plant, storage and lines to the grid."""
    out: dict[str, set[str]] = {}
    for entry in results.ledger("electricity"):
        if entry.sign > 0 and not NO_CAPACITY & entry.tags:
            out.setdefault(entry.block, set()).update(i for i, where in entry.bus_of.items() if where == bus)
    return {technology: items for technology, items in out.items() if items}


def _summed(entries: Iterable[LedgerSeries], items: Collection[str]) -> xr.DataArray | None:
    """Sum over those members of some entries that are among the items; None if there are none."""
    total: xr.DataArray | None = None
    for entry in entries:
        here = [item for item in entry.members if item in items]
        if here:
            part = entry.data.sel({entry.member_dimension: here}).sum(entry.member_dimension)
            total = part if total is None else total + part
    return total


def _available(results: Results, bus: str) -> dict[str, xr.DataArray]:
    """Most that each technology could feed in (period[, weather, timestep]) [MW]; year-end capacity where none says."""
    out: dict[str, xr.DataArray] = {}
    for technology, items in _supplying(results, bus).items():
        posted = [e for e in results.ledger("available") if e.block == technology]
        found = _summed(posted or [e for e in _standing(results) if e.block == technology], items)
        if found is not None:
            out[technology] = found
    return out


def _standing(results: Results) -> list[LedgerSeries]:
    """Year-end capacity that is there, whatever the statistics count."""
    return [e for e in results.ledger("capacity") if "physical" in e.tags or "statistical" not in e.tags]


def _credited(results: Results, bus: str) -> dict[str, xr.DataArray]:
    """Capacity of each technology that can be counted on (period,) [MW]; empty unless the run states credits."""
    names = [k for k in map(str, results.data) if k.startswith("parameter.target_") and k.endswith(".capacity_credit")]
    if not names:
        return {}
    credit = results[names[0]]
    item_of = str(next(dim for dim in credit.dims if dim != "period"))
    known = [str(item) for item in credit[item_of].values]
    out: dict[str, xr.DataArray] = {}
    for technology, items in _supplying(results, bus).items():
        for entry in (e for e in _standing(results) if e.block == technology):
            for member in (m for m in entry.members if m in items):
                rows = credit_names(member, technology, entry.tags, known)
                one = entry.data.sel({entry.member_dimension: member}, drop=True)
                if rows and not bool(one.isnull().any()):
                    part = one * credit.sel({item_of: rows[0]}, drop=True)
                    out[technology] = out[technology] + part if technology in out else part
        limit = f"ledger.available.{technology}.import"
        if IMPORT in known and limit in results:
            entry = next(e for e in results.ledger("available", IMPORT) if e.block == technology)
            most = _summed([entry], items)
            if most is not None:
                out[technology] = most * credit.sel({item_of: IMPORT}, drop=True)
    return out


_SEASON = Column("season", IDENTIFIER, "year, or wet, flat, dry: seasons of one weather year")
_BUS = Column("bus", IDENTIFIER, "bus")
ELECTRICITY_BALANCE = (
    YEAR,
    _BUS,
    _SEASON,
    Column("side", IDENTIFIER, "supply or use"),
    Column("technology", IDENTIFIER, "key of the technology"),
    Column("energy_twh", NUMBER, "energy [TWh], use negative; all of a bus and season add up to zero"),
)
POWER_BALANCE = (
    YEAR,
    _BUS,
    _SEASON,
    Column("weather", IDENTIFIER, "weather case of the highest demand"),
    Column("hour_of_year", WHOLE, "hour of the year at which the step of highest demand begins"),
    Column("line", IDENTIFIER, "supply, use, demand, capacity, reserve or reserve_with_import"),
    Column("technology", IDENTIFIER, "key of the technology; empty for the lines of the whole bus"),
    Column("available_mw", NUMBER, "most that could be fed in [MW]; empty for uses and where no plant stands behind"),
    Column("credited_mw", NUMBER, "capacity by its credit [MW]; empty for uses and where the run states no credits"),
    Column("power_mw", NUMBER, "power at that step [MW], use negative; supply and use add up to zero"),
)
