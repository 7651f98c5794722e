"""Data of thermal plant on a calendar: when it is open, and the limits of its output. Pure numpy, no model."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pzh_energy.domain.errors import Problems, near_miss
from pzh_energy.domain.units import HOURS_PER_YEAR, MWH_PER_TWH
from pzh_energy.inputs.system import SystemData

TABLE = "thermal"
NEVER = "none"
GWH_PER_MWH = 1e-3
ROUNDING = 1e-9


def is_closing_date(text: str) -> bool:
    """True for an ISO date, YYYY-MM-DD, and for `none`.

    >>> [is_closing_date(text) for text in ("2027-12-31", "none", "2027", "31.12.2027")]
    [True, True, False, False]
    """
    try:
        return text == NEVER or datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True)
class PlantData:
    """Arrays over plants (n), periods (P), steps (T).

    rating (n,) [MW]; dispatchable (n,) bool; ramp_limit (n,) [1/h], inf for none; open (n, P, T) [1]; lower, upper
    (n, P, T) limits of the output [MW]; in_service, year_end (n, P) capacity, mean of the year and at its end [MW];
    minimum_energy, maximum_energy (n, P) [GWh/yr], 0 and inf for plant that has no such limit.
    """

    rating: np.ndarray
    dispatchable: np.ndarray
    ramp_limit: np.ndarray
    open: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    in_service: np.ndarray
    year_end: np.ndarray
    minimum_energy: np.ndarray
    maximum_energy: np.ndarray


def plant_data(system: SystemData, closing: Mapping[str, str]) -> PlantData:
    """Limits of every plant on the calendar; InputError where they contradict each other or name what is not there."""
    calendar = system.calendar
    dates = _closing_dates(system, closing)
    # a date beyond every horizon: the plant that is never closed
    known = [datetime.date.max if text == NEVER else datetime.date.fromisoformat(text) for text in dates.values()]
    is_open = 1.0 - calendar.in_service(known)
    standing = 1.0 - calendar.in_service_at_year_end(known)
    rating = system.number(TABLE, "capacity")
    dispatchable = np.array([text == "dispatchable" for text in system.text(TABLE, "operation").values()], dtype=bool)
    energy = system.number(TABLE, "annual_energy") * system.number(TABLE, "output_index") * MWH_PER_TWH
    _check_plants(system, rating, dispatchable, energy)
    flat = np.nan_to_num(energy / HOURS_PER_YEAR)
    free = dispatchable[:, None, None]
    share = (is_open * calendar.hours).sum(axis=-1) / HOURS_PER_YEAR
    in_service = rating[:, None] * share
    least = np.where(dispatchable, system.number(TABLE, "minimum_hours"), 0.0)[:, None] * in_service
    limited = dispatchable[:, None] & ~np.isnan(energy)
    most = np.where(limited, np.nan_to_num(energy) * share, np.inf)
    return PlantData(
        rating=rating,
        dispatchable=dispatchable,
        ramp_limit=system.number(TABLE, "ramp_limit"),
        open=is_open,
        lower=np.where(free, 0.0, flat[:, :, None]) * is_open,
        upper=np.where(free, rating[:, None, None], flat[:, :, None]) * is_open,
        in_service=in_service,
        year_end=rating[:, None] * standing,
        minimum_energy=least * GWH_PER_MWH,
        maximum_energy=most * GWH_PER_MWH,
    )


def _closing_dates(system: SystemData, closing: Mapping[str, str]) -> dict[str, str]:
    """Closing date, or none, by plant: the scenario's, else the table's."""
    dates = system.text(TABLE, "closing_date")
    problems = Problems()
    for item, text in dates.items():
        if not is_closing_date(text):
            where = f"{TABLE}.csv {item}.closing_date"
            problems.add(where, f"{text!r} is not a date.", f"Write YYYY-MM-DD, or {NEVER}.")
    for item in closing:
        if item not in dates:
            where = system.scenario.where("technologies", TABLE, "closing", item)
            problems.add(where, f"no plant {item!r} in {TABLE}.csv.", near_miss(item, dates))
    problems.raise_if_any()
    return {**dates, **closing}


def _check_plants(system: SystemData, rating: np.ndarray, dispatchable: np.ndarray, energy: np.ndarray) -> None:
    """InputError where energy, rating, hours and potential of a plant do not fit together; energy (n, P) [MWh/yr]."""
    problems = Problems()
    hours, potential = system.number(TABLE, "minimum_hours"), system.number(TABLE, "potential")
    for k, item in enumerate(system.items(TABLE)):
        where = f"{TABLE}.csv {item}"
        if rating[k] > potential[k]:
            problems.add(f"{where}.capacity", f"{rating[k]:g} MW is above the potential of {potential[k]:g} MW.")
        if not dispatchable[k]:
            if np.isnan(energy[k]).any():
                problems.add(f"{where}.annual_energy", "missing.", "Must-run plant needs the energy it generates.")
            elif energy[k].max() > rating[k] * HOURS_PER_YEAR * (1 + ROUNDING):
                what = f"needs {energy[k].max() / HOURS_PER_YEAR:.0f} MW all year; {rating[k]:.0f} MW is there."
                problems.add(f"{where}.annual_energy", what, "Correct either.")
        elif hours[k] > HOURS_PER_YEAR or (hours[k] * rating[k] > energy[k] * (1 + ROUNDING)).any():
            what = f"{hours[k]:g} h at {rating[k]:g} MW is more than a year, or than its annual energy, allows."
            problems.add(f"{where}.minimum_hours", what, "Lower the hours or raise the energy.")
    problems.raise_if_any()
