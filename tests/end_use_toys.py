"""Rows of the end-use tables for one-page systems.

Numbers that make hands sufficient: a service of 100 ktce a year burns coal at 1000 CNY/tce, so that all of it costs 100
million CNY; electricity comes over a line at 500 CNY/MWh; a need of 1 MWh/tce thus costs 0.5 million CNY per ktce. Coal
sets 2 t/tce free, gas 1 t/tce and costs 2000 CNY/tce.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests import toys
from tests.toys import Cell, Table, Toy

STANDING: dict[str, Cell] = {"existing_year": 2000, "existing_until": 2100, "max_build": 0}
PRICE: dict[str, Cell] = {"capex": 1000, "lifetime": 10, "fixed_om": 0}
FUELS: Table = {
    "coal": {"co2_factor": 2, "price": 1000, "primary_energy": "coal"},
    "gas": {"co2_factor": 1, "price": 2000, "primary_energy": "gas"},
    "straw": {"co2_factor": 0, "price": 100, "primary_energy": "non_fossil"},
}


def service(reference: Cell = 100, **more: Cell) -> dict[str, Cell]:
    """A service of industry that burns so many ktce of coal a year."""
    return {"sector": "industry", "fuel": "coal", "reference_energy": reference, **more}


def option(existing: float = 0, carrier: str = "electricity", **more: Cell) -> dict[str, Cell]:
    """So many ktce a year of what serves `boilers`; by default electric, with 1 MWh/tce, and nothing may be built.

    A new ktce/yr costs 0.1 million CNY a year (undiscounted).
    """
    need: dict[str, Cell] = {
        "electricity": {"specific_need": 1, "bus": "city"},
        "hydrogen": {"specific_need": 1, "bus": "city"},
        "capture": {"capture_need": 0.1, "bus": "city"},
        "none": {},
    }.get(carrier, {"fuel_need": 1})  # type: ignore[assignment]
    stated = {"service": "boilers", "carrier": carrier, "existing_capacity": existing, "potential": 100}
    return {**stated, **need, **STANDING, **PRICE, **more}


def tables(
    options: Mapping[str, Mapping[str, Cell]],
    services: Mapping[str, Mapping[str, Cell]] | None = None,
    processes: Mapping[str, Mapping[str, Cell]] | None = None,
    **more: Table,
) -> dict[str, Table]:
    """The tables of the end uses and of a line."""
    return {
        **toys.imports(),
        "fuels": FUELS,
        "end_uses": services or {"boilers": service()},
        "end_use_options": options,
        "process_emissions": processes or {},
        **more,
    }


def toy(options: Mapping[str, Mapping[str, Cell]], **more: Cell) -> Toy:
    """One service, `boilers`, with its options; `more` are cells of the service."""
    return Toy(tables(options, {"boilers": service(**more)}))  # type: ignore[arg-type]
