"""What is stored, over the year: water of the reservoirs, electricity and hydrogen in their stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from pzh_energy.domain.hydraulics import MILLION_M3_PER_M3_PER_S_HOUR
from pzh_energy.domain.units import MWH_PER_TONNE_HYDROGEN
from pzh_energy.inputs.calendar import month_hours
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.picture import Picture, in_order
from pzh_energy.reporting.plots.style import FAINT, Chart, chart, drawing
from pzh_energy.reporting.tables_operation import HYDRO, MONTHS, STATION, monthly_mean
from pzh_energy.reporting.texts import Language, say, weather_name

LEVEL = ".storage_level"
HOURS_PER_DAY = 24
WEATHER_STYLES = ("-", "--", ":", "-.")


@dataclass(frozen=True)
class Store:
    """Something that holds: level (weather, timestep), limits (timestep,) or None, all in `unit`."""

    key: str
    level: xr.DataArray
    lower: np.ndarray | None
    upper: np.ndarray | None
    unit: str


def reservoir_picture(results: Results, language: Language, year: int) -> Picture | None:
    """Usable water stored in every reservoir over a year, within its limits; None where nothing stores water."""
    if f"{HYDRO}{LEVEL}" not in results:
        return None
    level = results[f"{HYDRO}{LEVEL}"].sel(period=year)
    lower, upper = (_optional(results, f"parameter.{HYDRO}.storage_{side}") for side in ("lower", "upper"))
    stations = [str(s) for s in level[STATION].values if float(level.sel({STATION: s}).max()) > 0]
    stores = [
        Store(
            s,
            level.sel({STATION: s}),
            None if lower is None else lower.sel({STATION: s, "period": year}).values,
            None if upper is None else upper.sel({STATION: s, "period": year}).values,
            say("million_m3", language),
        )
        for s in in_order(stations, Labels.of(results.provenance))
    ]
    return _levels(results, language, year, _worth_a_year(results, stores, year), "reservoirs")


def _worth_a_year(results: Results, stores: list[Store], year: int) -> list[Store]:
    """Reservoirs that hold a day of their mean flow or more, all if none does: less is a blur over a year."""
    hours = results.duration / results.duration.sum()
    flow = (results[f"{HYDRO}.turbine_discharge"] + results[f"{HYDRO}.spill"]).sel(period=year)
    mean = (flow * hours).sum(["weather", "timestep"])
    of_a_day = {s.key: float(mean.sel({STATION: s.key})) * MILLION_M3_PER_M3_PER_S_HOUR * HOURS_PER_DAY for s in stores}
    return [s for s in stores if float(s.level.max()) >= of_a_day[s.key]] or stores


def storage_picture(results: Results, language: Language, year: int) -> Picture | None:
    """Content of every store of electricity or hydrogen over a year; None where none is built."""
    stores = []
    for name in [str(name) for name in results.data.data_vars if str(name).endswith(LEVEL)]:
        block = name.removesuffix(LEVEL)
        stated = _optional(results, f"{block}.energy_capacity")
        if block == HYDRO or stated is None:
            continue
        hydrogen = bool([e for e in results.ledger("hydrogen") if e.block == block])
        factor, unit = (1.0 / MWH_PER_TONNE_HYDROGEN, "t H₂") if hydrogen else (1.0, "MWh")
        member = str(results[name].dims[0])
        for item in results[name][member].values:
            content = results[name].sel({member: item, "period": year}) * factor
            size = float(stated.sel({member: item, "period": year})) * factor
            if size > 1e-3:
                full = np.full(content.sizes["timestep"], size)
                stores.append(Store(str(item), content, np.zeros_like(full), full, unit))
    return _levels(results, language, year, stores, "storage") if stores else None


def _optional(results: Results, name: str) -> xr.DataArray | None:
    return results[name] if name in results.data else None


def _levels(results: Results, language: Language, year: int, stores: list[Store], key: str) -> Picture | None:
    if not stores:
        return None
    labels = Labels.of(results.provenance)
    columns: Mapping[str, np.ndarray] = {
        f"{labels.name(s.key, language)} [{s.unit}]": monthly_mean(results, s.level).values for s in stores
    }
    table = pd.DataFrame(columns, index=pd.Index(list(MONTHS), name=say("month", language)))
    names = say("list_separator", language).join(labels.name(s.key, language) for s in stores)
    return Picture(
        key=key,
        title=say(f"{key}_title", language, year=year),
        caption=say(f"{key}_caption", language),
        alt=say(f"{key}_alt", language, year=year, names=names),
        figure=_draw(results, stores, labels, language),
        table=table,
        unit="",
        kind="line" if len({s.unit for s in stores}) == 1 else "none",
    )


def _draw(results: Results, stores: list[Store], labels: Labels, language: Language) -> Chart:
    edges = np.append(results["step_start"].values, results["step_start"].values[-1] + results["hours"].values[-1])
    month_starts = np.concatenate([[0], np.cumsum(month_hours)[:-1]])
    with drawing():
        figure = chart(0.6 + 1.25 * len(stores))
        panels = figure.subplots(len(stores), 1, sharex=True, squeeze=False)[:, 0]
        for axes, store in zip(panels, stores, strict=True):
            colour = labels.colour(store.key)
            if store.lower is not None and store.upper is not None:
                axes.stairs(store.upper, edges, baseline=store.lower, fill=True, color=FAINT, alpha=0.55, linewidth=0.0)
            cases = store.level["weather"].values
            for style, weather in zip(np.resize(WEATHER_STYLES, len(cases)), cases, strict=True):
                values = store.level.sel(weather=weather).values
                # the level is that of the end of a step; the year is a ring
                level = np.append(values[-1], values)
                axes.plot(edges, level, color=colour, linestyle=str(style), label=weather_name(str(weather), language))
            axes.set_title(labels.name(store.key, language))
            axes.set_ylabel(store.unit)
            axes.set_ylim(bottom=0.0)
        if stores[0].level.sizes["weather"] > 1:
            panels[0].legend(loc="upper right", ncols=4)
        panels[-1].set_xlim(0, edges[-1])
        panels[-1].set_xticks(month_starts, [str(month) for month in MONTHS])
        panels[-1].set_xlabel(say("month", language))
    return figure
