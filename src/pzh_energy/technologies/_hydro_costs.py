"""What the hydro cascade costs the city: fixed O&M of what is in service, annuities of units of the horizon."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from pzh_energy.domain.finance import annuity_factor
from pzh_energy.domain.units import HOURS_PER_YEAR, MILLION_CNY_PER_MW_AT_CNY_PER_KW
from pzh_energy.inputs.calendar import DAYS_IN_MONTH, day_of_year
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.capacity import year_in_service
from pzh_energy.modeling.model import Block
from pzh_energy.technologies._hydro_water import STATIONS, UNITS, CascadeData


def post_costs(block: Block, system: SystemData, data: CascadeData, stations: Any, units: Any) -> None:
    """Post fixed O&M of the city's share of the mean capacity in service, and annuities, both by unit dates."""
    m = block.model.pyomo
    share = system.number(STATIONS, "city_share")[:, None]
    mean = share * (data.rated_in_service @ system.calendar.hours) / HOURS_PER_YEAR
    operating = block.parameter("operating_capacity", (stations, m.period), mean, "MW", "mean in service, city's share")
    capex = system.number(STATIONS, "capex")
    fixed = system.number(STATIONS, "fixed_om") / 100 * capex[:, None] * MILLION_CNY_PER_MW_AT_CNY_PER_KW
    fixed_om = block.parameter("fixed_om", (stations, m.period), fixed, "million CNY/MW/yr", "fixed O&M")
    block.post(
        "cost",
        "fixed_om",
        +1,
        (stations, m.period),
        lambda h, p: fixed_om[h, p] * operating[h, p],
        "fixed O&M",
        {"fixed_om"},
    )
    annuity = block.parameter("annuity", (units, m.period), unit_annuity(system), "million CNY/yr", "annuity")
    block.post(
        "cost",
        "annuity",
        +1,
        (units, m.period),
        lambda u, p: annuity[u, p],
        "annuity of units commissioned within the horizon, city's share",
        {"annuity"},
    )


def unit_annuity(system: SystemData) -> np.ndarray:
    """Annuity (U, P) [million CNY/yr] of the city's share of units commissioned in or after the first period.

    Each pays for its service, from its date to the same day `lifetime` years later. Money is due by the calendar, so a
    unit commissioned in a year that a period stands for, but is not named after, pays from that year on.
    """
    calendar = system.calendar
    station_of = system.text(UNITS, "station")
    stations = system.items(STATIONS)
    size = system.number(UNITS, "capacity")
    out = np.zeros((len(size), len(calendar.periods)))
    for k, text in enumerate(system.text(UNITS, "commissioned").values()):
        date = datetime.date.fromisoformat(text)
        if date.year < calendar.periods[0]:
            continue
        h = stations.index(station_of[system.items(UNITS)[k]])
        lifetime = float(system.number(STATIONS, "lifetime")[h])
        start = (day_of_year(date.month, date.day) - 1) / sum(DAYS_IN_MONTH)
        cost = size[k] * system.number(STATIONS, "city_share")[h] * system.number(STATIONS, "capex")[h]
        yearly = cost * MILLION_CNY_PER_MW_AT_CNY_PER_KW * annuity_factor(calendar.discount_rate, lifetime, start)
        for p, years in enumerate(calendar.years_of):
            weights = calendar.discount_of(years)
            served = year_in_service(years - date.year, start, lifetime)
            out[k, p] = yearly * float(weights @ served / weights.sum())
    return out
