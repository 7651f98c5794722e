"""Data of a hydro cascade on a calendar: topology, inflow, limits of discharge and storage. Pure numpy, no model."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import xarray as xr

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss
from pzh_energy.domain.hydraulics import specific_production_mw_per_m3_per_s
from pzh_energy.domain.units import MILLION_CNY_PER_MW_AT_CNY_PER_KW
from pzh_energy.inputs.calendar import month_hours, monthly, season
from pzh_energy.inputs.system import SystemData

STATIONS, UNITS, INFLOWS, SCHEDULES = "hydro_stations", "hydro_units", "hydro_inflows", "hydro_schedules"


@dataclass(frozen=True)
class CascadeData:
    """Arrays over stations (H), units (U), periods (P), weather (W), steps (T), arrival places (J).

    upstream: stations directly above each; left_in, share (H, T, J): travel from a station to the next one;
    specific_production (H,) [MW per m3/s]; inflow (H, P, W, T) [m3/s]; required_release (H, P, W, T) [m3/s];
    turbine_limit (H, P, T) [m3/s]; scheduled_output (H, P, T) [MW], inf where nothing is scheduled;
    storage_lower, storage_upper (H, P, T) [million m3]; capacity, statistical_capacity (H, P) [MW], city's share;
    unit_in_service (U, P) [1] at year end; rated_in_service (H, P, T) [MW], whole station.
    """

    stations: list[str]
    units: list[str]
    upstream: dict[str, list[str]]
    left_in: np.ndarray
    share: np.ndarray
    specific_production: np.ndarray
    inflow: np.ndarray
    required_release: np.ndarray
    turbine_limit: np.ndarray
    scheduled_output: np.ndarray
    storage_lower: np.ndarray
    storage_upper: np.ndarray
    capacity: np.ndarray
    statistical_capacity: np.ndarray
    unit_in_service: np.ndarray
    rated_in_service: np.ndarray


def cascade_data(system: SystemData, scheduled: bool) -> CascadeData:
    """Everything the cascade's rules need; InputError where references or limits do not fit."""
    stations = system.items(STATIONS)
    system.check_references(STATIONS, "bus", system.buses)
    system.check_references(STATIONS, "downstream", stations, none="none")
    for table in (UNITS, INFLOWS, SCHEDULES):
        system.check_references(table, "station", stations)
    upstream = {h: [u for u, d in system.text(STATIONS, "downstream").items() if d == h] for h in stations}
    order = downstream_order(upstream)
    left_in, share = system.calendar.travel(list(system.number(STATIONS, "travel_time_to_downstream")))
    production = np.array(
        [
            specific_production_mw_per_m3_per_s(head, efficiency)
            for head, efficiency in zip(
                system.number(STATIONS, "rated_head"), system.number(STATIONS, "efficiency"), strict=True
            )
        ]
    )
    inflow = _inflow(system, stations)
    rated, capacity, statistical, in_service = _capacities(system, stations)
    schedule = _schedule(system, stations, "output", month_ends=False)
    lower, upper = _storage_limits(system, stations, rated, scheduled)
    return CascadeData(
        stations=stations,
        units=system.items(UNITS),
        upstream=upstream,
        left_in=left_in,
        share=share,
        specific_production=production,
        inflow=inflow,
        required_release=_required_release(system, stations, upstream, order, left_in, share, inflow),
        turbine_limit=_turbine_limit(system, stations, rated, production, schedule if scheduled else None),
        scheduled_output=schedule,
        storage_lower=lower,
        storage_upper=upper,
        capacity=capacity,
        statistical_capacity=statistical,
        unit_in_service=in_service,
        rated_in_service=rated,
    )


def downstream_order(upstream: dict[str, list[str]]) -> list[str]:
    """Stations with everything above them first; InputError where the water runs in a circle."""
    order: list[str] = []
    while len(order) < len(upstream):
        ready = [h for h, above in upstream.items() if h not in order and all(u in order for u in above)]
        if not ready:
            circle = ", ".join(h for h in upstream if h not in order)
            raise InputError([Problem(f"{STATIONS}.csv downstream", f"water runs in a circle: {circle}.", "Break it.")])
        order.extend(ready)
    return order


def _by_station(system: SystemData, table: str, stations: list[str]) -> np.ndarray:
    """0/1 matrix (stations, items of the table)."""
    station_of = system.text(table, "station")
    return np.array([[float(station_of[i] == h) for i in system.items(table)] for h in stations]).reshape(
        len(stations), len(station_of)
    )


def _inflow(system: SystemData, stations: list[str]) -> np.ndarray:
    calendar = system.calendar
    inflow = np.zeros((len(stations), len(calendar.periods), len(calendar.weather), len(calendar.hours)))
    shares = system.number(INFLOWS, "share")
    station_of, series_of = system.text(INFLOWS, "station"), system.text(INFLOWS, "series")
    for k, item in enumerate(system.items(INFLOWS)):
        flow = system.hourly(series_of[item], "m3/s", f"{INFLOWS}.csv {item}.series")
        if flow.min() < 0:
            where = f"series {series_of[item]}"
            raise InputError([Problem(where, f"falls to {flow.min():g} m3/s.", "An inflow cannot be negative.")])
        inflow[stations.index(station_of[item])] += shares[k][:, None, None] * calendar.mean(flow)[None]
    return inflow


def _capacities(system: SystemData, stations: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rated MW in service (H, P, T); year-end capacity and statistical capacity (H, P); units in service (U, P)."""
    calendar = system.calendar
    belongs = _by_station(system, UNITS, stations)
    size = system.number(UNITS, "capacity")
    dates = [datetime.date.fromisoformat(d) for d in system.text(UNITS, "commissioned").values()]
    city = system.number(STATIONS, "city_share")[:, None]
    at_year_end = calendar.in_service_at_year_end(dates)
    counted = system.number(UNITS, "statistical_from")[:, None] <= np.asarray(calendar.periods)[None, :]
    rated = np.einsum("hu,u,upt->hpt", belongs, size, calendar.in_service(dates))
    capacity = city * np.einsum("hu,u,up->hp", belongs, size, at_year_end)
    statistical = city * np.einsum("hu,u,up->hp", belongs, size, counted.astype(float))
    return rated, capacity, statistical, at_year_end


def _turbine_limit(
    system: SystemData,
    stations: list[str],
    rated: np.ndarray,
    production: np.ndarray,
    schedule: np.ndarray | None,
) -> np.ndarray:
    """Turbine discharge (H, P, T) [m3/s] that units in service, rating and, if given, the schedule allow."""
    by_power = rated / production[:, None, None]
    limit: np.ndarray = np.minimum(flow_limit(system, stations, rated), by_power)
    return limit if schedule is None else np.asarray(np.minimum(limit, schedule / production[:, None, None]))


def flow_limit(system: SystemData, stations: list[str], rated: np.ndarray) -> np.ndarray:
    """Discharge (H, P, T) [m3/s] that the turbines in service take; rated (H, P, T) [MW] in service."""
    full = _by_station(system, UNITS, stations) @ system.number(UNITS, "capacity")
    if not np.all(full > 0):
        lonely = [h for h, mw in zip(stations, full, strict=True) if not mw > 0]
        raise InputError(
            [Problem(f"{UNITS}.csv", f"no units of {', '.join(lonely)}.", "Add them, or drop the station.")]
        )
    return np.asarray(system.number(STATIONS, "max_turbine_discharge")[:, None, None] * rated / full[:, None, None])


def _schedule(system: SystemData, stations: list[str], kind: str, month_ends: bool) -> np.ndarray:
    """Scheduled values (H, P, T) of one kind, inf where a station has none; monthly profiles mixed by their shares.

    `month_ends`: the profile holds values at the end of each month, read at the end of each step by straight lines;
    otherwise it holds one value for each whole month.
    """
    calendar = system.calendar
    out = np.full((len(stations), len(calendar.periods), len(calendar.hours)), np.inf)
    text = {name: system.text(SCHEDULES, name) for name in ("station", "kind", "profile")}
    mixed: dict[str, np.ndarray] = {}
    shares: dict[str, np.ndarray] = {}
    problems = Problems()
    for k, item in enumerate(system.items(SCHEDULES)):
        if text["kind"][item] != kind:
            continue
        where = f"{SCHEDULES}.csv {item}.profile"
        profile = system.profile(text["profile"][item], where)
        if profile.min() < 0 or (month_ends and profile.max() > 1):
            what = f"{text['profile'][item]} reaches {profile.min():g} … {profile.max():g}."
            problems.add(where, what, "Output in MW is never negative, a level is a share of 0 … 1.")
        if month_ends:
            ends = np.cumsum(month_hours)
            values = np.interp(calendar.edges[1:], [0, *ends], [profile[-1], *profile])
        else:
            values = calendar.mean(monthly(profile))
        share = system.number(SCHEDULES, "share")[k]
        station = text["station"][item]
        mixed[station] = mixed.get(station, 0.0) + share[:, None] * values[None, :]
        shares[station] = shares.get(station, 0.0) + share
    for station, total in shares.items():
        if np.abs(total - 1).max() > 1e-9:
            problems.add(
                f"{SCHEDULES}.csv {station} {kind}",
                f"shares add up to {total.min():g} … {total.max():g}.",
                "Make it 1.",
            )
        out[stations.index(station)] = mixed[station]
    problems.raise_if_any()
    return out


def _storage_limits(
    system: SystemData, stations: list[str], rated: np.ndarray, scheduled: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper storage (H, P, T) [million m3]; a station in its first year has none: it passes the water on."""
    calendar = system.calendar
    usable = system.number(STATIONS, "usable_storage")
    upper_share = np.ones((len(stations), 8760))
    starts, ends = (system.text(STATIONS, f"flood_season_{end}") for end in ("start", "end"))
    for k, (station, limit) in enumerate(zip(stations, system.number(STATIONS, "flood_limit_share"), strict=True)):
        in_flood = season(starts[station], ends[station], f"{STATIONS}.csv {station}.flood_season")
        upper_share[k, in_flood] = limit
    upper = np.repeat(calendar.lowest(upper_share)[:, None, :], rated.shape[1], axis=1)
    lower = np.zeros(upper.shape)
    if scheduled:
        guide_low = _schedule(system, stations, "level_low", month_ends=True)
        guide_low[np.isinf(guide_low)] = 0.0
        guide_high = _schedule(system, stations, "level_high", month_ends=True)
        crossed = [h for h, low, high in zip(stations, guide_low, guide_high, strict=True) if np.any(low > high)]
        if crossed:
            what = f"the guide band of {', '.join(crossed)} is upside down in some month."
            raise InputError([Problem(f"{SCHEDULES}.csv", what, "Keep level_low at or below level_high.")])
        upper = np.minimum(upper, guide_high)
        lower = np.minimum(guide_low, upper)
    exists = rated[:, :, :1] > 0
    return lower * exists * usable[:, None, None], upper * exists * usable[:, None, None]


def _required_release(
    system: SystemData,
    stations: list[str],
    upstream: dict[str, list[str]],
    order: list[str],
    left_in: np.ndarray,
    share: np.ndarray,
    inflow: np.ndarray,
) -> np.ndarray:
    """Environmental flow (H, P, W, T) [m3/s], at most what would arrive if no reservoir held anything back."""
    place = {h: k for k, h in enumerate(stations)}
    natural = inflow.copy()
    for station in order:
        for above in upstream[station]:
            u = place[above]
            natural[place[station]] += np.sum(share[u] * natural[u][:, :, left_in[u]], axis=-1)
    wanted = system.number(STATIONS, "environmental_flow")[:, None, None, None]
    return np.asarray(np.minimum(wanted, natural))


def regulation_classes(system: SystemData) -> list[tuple[str, str]]:
    """Distinct pairs of own and credited regulation class."""
    own, credited = system.text(STATIONS, "own_regulation"), system.text(STATIONS, "credited_regulation")
    return sorted({(own[h], credited[h]) for h in own})


def check_kinds(system: SystemData) -> None:
    """InputError for a schedule of a kind that does not exist."""
    kinds = ("output", "level_low", "level_high")
    problems = Problems()
    for item, kind in system.text(SCHEDULES, "kind").items():
        if kind not in kinds:
            problems.add(f"{SCHEDULES}.csv {item}.kind", f"unknown {kind!r}.", near_miss(kind, kinds))
    problems.raise_if_any()


def unit_facts(system: SystemData) -> dict[str, xr.DataArray]:
    """What a list of projects says of every unit, by the city's share of its station; each over (unit,).

    `unit_commissioned`, ISO date; `unit_station`, its id; `unit_share` [MW]; `unit_overnight_cost` [million CNY].
    """
    station_of = system.text(UNITS, "station")
    places = [system.items(STATIONS).index(station_of[unit]) for unit in system.items(UNITS)]
    share = system.number(UNITS, "capacity") * system.number(STATIONS, "city_share")[places]
    cost = share * system.number(STATIONS, "capex")[places] * MILLION_CNY_PER_MW_AT_CNY_PER_KW
    facts: dict[str, tuple[list[str] | np.ndarray, str, str]] = {
        "unit_commissioned": (list(system.text(UNITS, "commissioned").values()), "date", "first day in service"),
        "unit_station": (list(station_of.values()), "text", "station of the unit"),
        "unit_share": (share, "MW", "rating, city's share"),
        "unit_overnight_cost": (cost, "million CNY", "overnight cost, city's share"),
    }
    coordinates = {"hydro_cascade_unit": system.items(UNITS)}
    return {
        name: xr.DataArray(
            values, dims="hydro_cascade_unit", coords=coordinates, attrs={"units": unit, "long_name": word}
        )
        for name, (values, unit, word) in facts.items()
    }
