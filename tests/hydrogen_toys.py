"""Rows of the hydrogen tables for one-page systems, free of cost and of limits unless a test says otherwise.

Numbers that make hands sufficient: at `HALF` kWh/kg electrolysis needs 2 MWh for 1 MWh of hydrogen, so at 500 CNY/MWh
a kg costs 33.33 CNY; `kt(10)` a year is 10 MW all year; tonnes of content are `MWH_PER_TONNE_HYDROGEN` MWh each.
"""

from __future__ import annotations

from pzh_energy.domain.units import MWH_PER_TONNE_HYDROGEN
from tests.toys import Cell

HALF = 2 * MWH_PER_TONNE_HYDROGEN
"""Electricity use [kWh/kg] of electrolysis with an efficiency of one half."""
DAY_AND_NIGHT = tuple(sorted({hour + clock for hour in range(0, 8760, 24) for clock in (0, 8, 20)} | {8760}))
"""Three steps a day: 0–8 and 20–24 at night, 8–20 by day."""
HALF_MONTHS = tuple(range(0, 8761, 365))
"""24 steps of 365 h."""
FIRST_HALF = [1.0] * 12 + [0.0] * 12
"""Availability in the first twelve of them."""
CLOCK: dict[str, Cell] = {"time_of_use_spread": 0.2, "peak_hours": "8-20", "valley_hours": "20-8"}
"""Import at 1.2 of its price by day and at 0.8 by night."""

STANDING: dict[str, Cell] = {"existing_year": 2000, "existing_until": 2100, "max_build": 0}
PRICE: dict[str, Cell] = {"capex": 1000, "lifetime": 10, "fixed_om": 0}


def kt(megawatt: float) -> float:
    """Kilotonnes a year of so many MW of hydrogen, all year."""
    return megawatt * 8760 / MWH_PER_TONNE_HYDROGEN / 1e3


def electrolyzer(existing: float = 0, **more: Cell) -> dict[str, Cell]:
    """A plant of so many MW of input; stacks last for ever."""
    use: dict[str, Cell] = {"electricity_use": HALF, "stack_life": 1e9}
    return {"bus": "city", "existing_capacity": existing, **STANDING, **PRICE, **use, **more}


def store(existing_mwh: float = 0, **more: Cell) -> dict[str, Cell]:
    """A tight store of so many MWh that fills and empties in an hour, without compression; capex in CNY/kg."""
    tonnes = existing_mwh / MWH_PER_TONNE_HYDROGEN
    flow: dict[str, Cell] = {"charging_electricity": 0, "charge_hours": 1, "discharge_hours": 1}
    return {"bus": "city", "existing_capacity": tonnes, **STANDING, **PRICE, **flow, **more}


def byproduct(recoverable: float, cost: float = 10, **more: Cell) -> dict[str, Cell]:
    """A source of so many kt a year at so many CNY/kg, at any time of the year."""
    return {"bus": "city", "recoverable": recoverable, "cost": cost, "flexibility": 100, **more}


def fuel_cell(existing: float = 0, **more: Cell) -> dict[str, Cell]:
    """A plant of so many MW of output that makes half of the hydrogen electricity."""
    return {"bus": "city", "existing_capacity": existing, **STANDING, **PRICE, "efficiency": 0.5, **more}


def use(kilotonnes: Cell, window: str = "hour", penalty: float = 1000) -> dict[str, Cell]:
    """Users of so many kt a year."""
    return {"bus": "city", "demand": kilotonnes, "delivery_window": window, "unserved_penalty": penalty}
