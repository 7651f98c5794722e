"""Load that may be shifted within windows of time: its own pattern, the users' answer to a tariff, windows on steps.

Pure numpy, no model. Powers are relative to the mean power of the year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pzh_energy.domain.errors import Problems
from pzh_energy.domain.units import HOURS_PER_YEAR, MWH_PER_TWH
from pzh_energy.inputs.calendar import hours_of
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.load_shape import load_shape

TABLE = "demand_response"
ROUNDING = 1e-9


@dataclass(frozen=True)
class ShiftedLoad:
    """Arrays over items (n), periods (P), steps (T), in MW and MWh.

    planned: power as the users would take it without a tariff; answer: power after they answered the tariff; least,
    most: limits of the power; closing (n, T): True for the steps in which a window ends; due: energy taken since the
    window began that is due at the end of a closing step [MWh], 0 elsewhere. All but closing are (n, P, T).
    """

    planned: np.ndarray
    answer: np.ndarray
    least: np.ndarray
    most: np.ndarray
    closing: np.ndarray
    due: np.ndarray


def shifted_load(system: SystemData) -> ShiftedLoad:
    """Every item's load on the calendar; InputError where profiles, windows or limits make no sense."""
    calendar = system.calendar
    share = system.number(TABLE, "shiftable_share")[:, None]
    pattern, price = own_pattern(system), tariff(system)
    windows = _windows(system)
    limit = _limits(system, pattern)
    answers = np.stack(
        [
            answer_to_tariff(pattern[k], price[k], float(share[k, 0]), float(limit[k]), *windows[k])
            for k in range(len(windows))
        ]
    )
    mean_power = system.number(TABLE, "annual_energy") * MWH_PER_TWH / HOURS_PER_YEAR

    def in_mw(hourly: np.ndarray) -> np.ndarray:
        return np.asarray(mean_power[:, :, None] * calendar.mean(hourly)[:, None, :])

    closing = np.stack([closing_steps(calendar.edges, *window) for window in windows])
    planned = in_mw(pattern)
    return ShiftedLoad(
        planned=planned,
        answer=in_mw(answers),
        least=in_mw((1 - share) * pattern),
        most=np.broadcast_to((mean_power * limit[:, None])[:, :, None], planned.shape),
        closing=closing,
        due=np.stack([_due(planned[k] * calendar.hours, closing[k]) for k in range(len(closing))]),
    )


def own_pattern(system: SystemData) -> np.ndarray:
    """Power (n, 8760) without a tariff: monthly times hourly profile, mean 1; InputError for a profile that is none."""
    problems = Problems()
    by_month, by_hour = (system.text(TABLE, f"{kind}_profile") for kind in ("monthly", "hourly"))
    shapes = [
        load_shape(
            system,
            {"monthly_profile": ("monthly", by_month[item]), "hourly_profile": ("hourly", by_hour[item])},
            f"{TABLE}.csv {item}",
            problems,
        )
        for item in system.items(TABLE)
    ]
    problems.raise_if_any()
    return np.stack([shape for shape in shapes if shape is not None])


def tariff(system: SystemData) -> np.ndarray:
    """Price (n, 8760) relative to the flat price: 1 + spread in peak hours, 1 − spread in valley hours, else 1."""
    spread = system.number(TABLE, "time_of_use_spread")
    out = np.ones((len(spread), HOURS_PER_YEAR))
    problems = Problems()
    words = {kind: system.text(TABLE, f"{kind}_hours") for kind in ("peak", "valley")}
    for k, item in enumerate(system.items(TABLE)):
        chosen = {
            kind: np.zeros(HOURS_PER_YEAR, dtype=bool)
            if words[kind][item] == "none"
            else hours_of(words[kind][item], f"{TABLE}.csv {item}.{kind}_hours")
            for kind in words
        }
        if (chosen["peak"] & chosen["valley"]).any():
            problems.add(f"{TABLE}.csv {item}", "an hour is both peak and valley.", "Correct the hours.")
        out[k] += spread[k] * (chosen["peak"].astype(float) - chosen["valley"])
    problems.raise_if_any()
    return out


def answer_to_tariff(
    pattern: np.ndarray, price: np.ndarray, share: float, limit: float, length: int, start: int
) -> np.ndarray:
    """Power (8760,) of users who shift within each window what may be shifted so that they pay least.

    pattern: power before, (8760,); price: (8760,), only its order matters; share: of each hour's energy that may be
    taken at another hour; limit: largest power; windows of `length` hours begin at hour `start`, around the year.
    The cheapest hours are filled first, up to the limit, from what is shifted away everywhere. Among hours of one
    price nothing moves that need not: what a price level gains is spread over the room its hours have, what it gives
    is taken in proportion to what may be shifted. So the answer is unique.
    """

    def by_window(hourly: np.ndarray) -> np.ndarray:
        return np.roll(hourly, -start).reshape(-1, length)

    before, prices = by_window(pattern), by_window(price)
    movable, room = share * before, limit - before
    left = movable.sum(axis=1)
    change = np.zeros(before.shape)
    for level in np.unique(price):
        here = prices == level
        gives = np.where(here, movable, 0.0).sum(axis=1)
        takes = np.where(here, room, 0.0).sum(axis=1)
        filled = np.minimum(left, gives + takes)
        left = left - filled
        net = filled - gives
        gain = np.divide(np.maximum(net, 0), takes, out=np.zeros(net.shape), where=takes > 0)
        loss = np.divide(np.maximum(-net, 0), gives, out=np.zeros(net.shape), where=gives > 0)
        change += here * (gain[:, None] * room - loss[:, None] * movable)
    return np.asarray(np.roll((before + change).ravel(), start))


def closing_steps(edges: np.ndarray, length: int, start: int) -> np.ndarray:
    """(T,) True for every step within or at whose end a window ends; windows of `length` hours begin at `start`."""
    ends = np.arange(start, start + HOURS_PER_YEAR, length) % HOURS_PER_YEAR
    ends = np.where(ends == 0, HOURS_PER_YEAR, ends)
    out = np.zeros(len(edges) - 1, dtype=bool)
    out[np.searchsorted(edges, ends, side="left") - 1] = True
    return out


def _due(energy: np.ndarray, closing: np.ndarray) -> np.ndarray:
    """Energy (P, T) since the last closing step, at closing steps; energy of each step (P, T); the year is a ring."""
    ends = np.flatnonzero(closing)
    total = np.cumsum(energy, axis=1)[:, ends]
    before = np.roll(total, 1, axis=1)
    before[:, 0] -= energy.sum(axis=1)
    out = np.zeros(energy.shape)
    out[:, ends] = total - before
    return out


def _windows(system: SystemData) -> list[tuple[int, int]]:
    """Length and first hour of the windows of every item; InputError unless whole windows fill the year."""
    problems = Problems()
    out = []
    lengths, starts = system.number(TABLE, "window"), system.number(TABLE, "window_start")
    for item, length, start in zip(system.items(TABLE), lengths, starts, strict=True):
        where = f"{TABLE}.csv {item}"
        if length != int(length) or length < 1 or HOURS_PER_YEAR % int(length):
            problems.add(f"{where}.window", f"windows of {length:g} h do not fill a year.", "Give a divisor of 8760.")
        if start != int(start):
            problems.add(f"{where}.window_start", f"{start:g} is no whole hour.", "Give 0 … 23.")
        out.append((int(length), int(start)))
    problems.raise_if_any()
    return out


def _limits(system: SystemData, pattern: np.ndarray) -> np.ndarray:
    """Largest power (n,) relative to the mean; InputError where the load's own pattern is above it."""
    problems = Problems()
    limit = system.number(TABLE, "power_limit")
    for item, most, own in zip(system.items(TABLE), limit, pattern.max(axis=1), strict=True):
        if own > most * (1 + ROUNDING):
            what = f"{most:g} times the mean power is below the load's own peak of {own:.3f}."
            problems.add(f"{TABLE}.csv {item}.power_limit", what, "Raise it.")
    problems.raise_if_any()
    return np.asarray(np.maximum(limit, pattern.max(axis=1)))
