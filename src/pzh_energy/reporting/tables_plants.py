"""Tables of plant: hours of use a year, and the list of projects with dates and cost."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pzh_energy.domain.units import MWH_PER_TWH
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.frames import IDENTIFIER, NUMBER, YEAR, Column, Record, cells, frame, yearly_cells

COMMISSIONED = "unit_commissioned"
"""Series of a technology whose units have dates, beside `unit_station`, `unit_share` and `unit_overnight_cost`."""


def utilisation(results: Results, stock: pd.DataFrame) -> pd.DataFrame:
    """Hours of use: energy generated in a year over capacity, of every plant and of every carrier as a whole.

    stock: the table of capacities. `hours_operating` is on the mean capacity in service, what a planner calls
    utilisation hours; `hours_statistical` on what the statistics count at the end of the year, which is the larger
    base in a year in which much is built. Stations that the city counts in part have the same hours as the whole.
    """
    energy: dict[tuple[str, str, int], float] = {}
    for entry in results.ledger("electricity", "generation"):
        for item, year, mwh in yearly_cells(results, entry, per_hour=True):
            energy[entry.block, item, year] = energy.get((entry.block, item, year), 0.0) + mwh / MWH_PER_TWH

    def capacity_of(series: str) -> dict[tuple[str, str, int], float]:
        chosen = stock[stock["series"] == series]
        keys = zip(chosen["technology"], chosen["item"], chosen["year"], strict=True)
        return dict(zip(keys, chosen["capacity_mw"], strict=True))

    carrier_of = dict(zip(zip(stock["technology"], stock["item"], strict=True), stock["carrier"], strict=True))
    operating, statistical = capacity_of("operating"), capacity_of("statistical")
    table = pd.DataFrame(
        [
            {
                "year": year,
                "carrier": carrier_of.get((technology, item), technology),
                "technology": technology,
                "item": item,
                "energy_twh": twh,
                "operating_mw": operating.get((technology, item, year), np.nan),
                "statistical_mw": statistical.get((technology, item, year), np.nan),
            }
            for (technology, item, year), twh in energy.items()
        ]
    )
    if table.empty:
        return frame(UTILISATION, ())
    amounts = ["energy_twh", "operating_mw", "statistical_mw"]
    whole = table.groupby(["year", "carrier"], sort=False)[amounts].sum(min_count=1).reset_index()
    both = pd.concat([table, whole.assign(technology="", item="")], ignore_index=True)
    for series in ("operating", "statistical"):
        base = both[f"{series}_mw"]
        both[f"hours_{series}"] = both["energy_twh"] * MWH_PER_TWH / base.where(base > 0)
    return frame(UTILISATION, both.to_dict("records"))  # type: ignore[arg-type]


def projects(results: Results, built: pd.DataFrame) -> pd.DataFrame:
    """What is built, with dates where units have them, its overnight cost, and who decided it.

    built: the table of additions. Units with dates stand one by one in the year of their date, by the share that
    counts, from the first period on; all else is what is built for a period, with no date within it. Overnight cost is
    in prices of the base year, before interest, without what is left at the end of life; empty for plant whose
    capacity is given without a cost.
    """
    dated = {str(key).split(".", 1)[0] for key in results.data if str(key).endswith(f".{COMMISSIONED}")}
    history = results.provenance.get("history_until")
    first = results.periods[0]

    def units() -> Iterator[Record]:
        for technology in sorted(dated):
            dates = results[f"{technology}.{COMMISSIONED}"]
            facts = (results[f"{technology}.unit_{name}"].values for name in ("station", "share", "overnight_cost"))
            for unit, date, station, share, cost in zip(dates[dates.dims[0]].values, dates.values, *facts, strict=True):
                year = int(str(date)[:4])
                if first <= year <= results.periods[-1]:
                    yield {
                        "year": year,
                        "date": str(date),
                        "technology": technology,
                        "station": str(station),
                        "item": str(unit),
                        "status": "observed" if history is not None and year <= int(history) else "committed",
                        "quantity": "capacity",
                        "unit": "MW",
                        "new_capacity": float(share),
                        "overnight_million_cny": float(cost),
                    }

    def additions() -> Iterator[Record]:
        def cost_of(technology: str, quantity: str) -> dict[tuple[str, int], float]:
            name = f"parameter.{technology}.{quantity}_overnight_cost"
            return {(item, year): cost for item, year, cost in cells(results[name])} if name in results else {}

        free = built[~built["technology"].isin(dated)]
        costs = {of: cost_of(*of) for of in set(zip(free["technology"], free["quantity"], strict=True))}
        for row in free.to_dict("records"):
            each = costs[row["technology"], row["quantity"]].get((row["item"], row["year"]), np.nan)
            known = {str(name): value for name, value in row.items()}
            yield {**known, "date": "", "station": "", "overnight_million_cny": each * float(row["new_capacity"])}

    return frame(PROJECTS, [*units(), *additions()])


UTILISATION = (
    YEAR,
    Column("carrier", IDENTIFIER, "what the capacity counts as"),
    Column("technology", IDENTIFIER, "key of the technology; empty for a carrier as a whole"),
    Column("item", IDENTIFIER, "station, plant or class; empty for a carrier as a whole"),
    Column("energy_twh", NUMBER, "energy generated in a year [TWh]"),
    Column("operating_mw", NUMBER, "mean capacity in service [MW]"),
    Column("statistical_mw", NUMBER, "capacity in the statistics at year end [MW]"),
    Column("hours_operating", NUMBER, "energy over mean capacity in service [h]; empty where nothing is in service"),
    Column("hours_statistical", NUMBER, "energy over the statistics' capacity [h]; empty where they count nothing"),
)
PROJECTS = (
    YEAR,
    Column("date", IDENTIFIER, "first day in service; empty where only the year is known"),
    Column("technology", IDENTIFIER, "key of the technology"),
    Column("station", IDENTIFIER, "station the unit belongs to; empty for all else"),
    Column("item", IDENTIFIER, "unit, plant or class"),
    Column("status", IDENTIFIER, "observed, committed or decided"),
    Column("quantity", IDENTIFIER, "what is built: capacity, or one of two that are sized apart"),
    Column("unit", IDENTIFIER, "unit of the next column, MW or MWh"),
    Column("new_capacity", NUMBER, "built since the period before, in that unit; units by the share that counts"),
    Column("overnight_million_cny", NUMBER, "overnight cost [million CNY]; empty where it is not known"),
)
