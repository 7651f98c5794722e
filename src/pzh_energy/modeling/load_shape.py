"""Shape of a load over the year from monthly and hourly profiles. Called by technologies whose load has no series."""

from __future__ import annotations

from typing import Literal

import numpy as np

from pzh_energy.domain.errors import Problems, near_miss
from pzh_energy.domain.units import HOURS_PER_YEAR
from pzh_energy.inputs.calendar import hour_of_day, monthly
from pzh_energy.inputs.system import SystemData

Profile = tuple[Literal["monthly", "hourly"], str]
"""Kind and name of a profile."""
FLAT = "flat"
"""Stands where a load has no profile."""


def load_shape(
    system: SystemData,
    profiles: dict[str, Profile],
    where: str,
    problems: Problems,
) -> np.ndarray | None:
    """Power (8760,) relative to the mean of the year, the product of its profiles; None where it has none.

    profiles: kind and name by the parameter that names it; `flat` stands for none. where: table and item. A profile
    that is not there, that falls below zero, or that leaves no load in any hour is added to `problems`.
    """
    shape = np.ones(HOURS_PER_YEAR)
    sound = True
    for parameter, (kind, name) in profiles.items():
        known = system.monthly if kind == "monthly" else system.package.hourly
        place = f"{where}.{parameter}"
        if name == FLAT:
            continue
        if name not in known:
            problems.add(place, f"no {kind} profile {name!r}.", near_miss(name, [FLAT, *known]))
            sound = False
            continue
        values = np.asarray(known[name], float)
        if values.min() < 0 or not values.sum() > 0:
            problems.add(place, f"profile {name} falls to {values.min():g}.", "Give values above zero.")
            sound = False
            continue
        shape = shape * (monthly(values) if kind == "monthly" else values[hour_of_day()])
    if not sound:
        return None
    if not shape.sum() > 0:
        problems.add(where, "its two profiles leave no load in any hour.", "Change one of them.")
        return None
    return np.asarray(shape / shape.mean())
