"""Sketch of the cascade: stations along their rivers, with the year's mean flows and what each generates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.picture import Picture
from pzh_energy.reporting.plots.style import Chart, chart, drawing
from pzh_energy.reporting.tables_operation import HYDRO, STATION
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import quantity

POWER = f"{HYDRO}.station_generation"
NOWHERE = "none"
BOX, GAP_X, GAP_Y = (0.74, 0.52), 1.0, 1.0
WATER, SPILT = "#6baed6", "#dd8452"


@dataclass(frozen=True)
class Flows:
    """Expected means of a year by station [m³/s], and energy [TWh]."""

    table: pd.DataFrame
    downstream: Mapping[str, str]
    river: Mapping[str, str]


def flows_of(results: Results, year: int) -> Flows:
    """Mean flows and energy of every station in a year."""
    hours = results.duration / results.duration.sum()

    def mean(name: str) -> pd.Series:
        array = (results[name].sel(period=year) * hours).sum(["weather", "timestep"])
        return pd.Series(array.values, index=[str(s) for s in array[STATION].values])

    own, turbine, spill = mean(f"parameter.{HYDRO}.inflow"), mean(f"{HYDRO}.turbine_discharge"), mean(f"{HYDRO}.spill")
    energy = results[f"{HYDRO}.energy"].sel(period=year)
    table = pd.DataFrame({"inflow": own, "turbine": turbine, "spill": spill, "energy": energy.to_series()})
    attributes = results[POWER].attrs
    downstream, river = (_mapping(attributes.get(key, "{}")) for key in ("downstream", "river"))
    return Flows(table, downstream, river)


def cascade_picture(results: Results, language: Language, year: int) -> Picture | None:
    """Stations from source to mouth, arrows as wide as the water; None without a cascade or its order."""
    if POWER not in results or "downstream" not in results[POWER].attrs:
        return None
    flows = flows_of(results, year)
    if flows.table.empty:
        return None
    labels = Labels.of(results.provenance)
    headings = {key: say(f"flow_{key}", language) for key in ("inflow", "turbine", "spill")}
    shown = flows.table.drop(columns="energy").rename(columns=headings).rename(index=lambda s: labels.name(s, language))
    return Picture(
        key="cascade",
        title=say("cascade_title", language, year=year),
        caption=say("cascade_caption", language),
        alt=say("cascade_alt", language, year=year, count=len(flows.table)),
        figure=_draw(flows, labels, language),
        table=shown,
        unit="m³/s",
    )


def places(downstream: Mapping[str, str], river: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Column (steps from the source) and row (river) of each station; a river that joins another lies beside it."""
    rows = {name: number for number, name in enumerate(dict.fromkeys(river[s] for s in downstream))}

    def depth(station: str) -> int:
        above = [s for s, below in downstream.items() if below == station]
        return 1 + max((depth(s) for s in above), default=-1)

    return {station: (depth(station), rows[river[station]]) for station in downstream}


def _draw(flows: Flows, labels: Labels, language: Language) -> Chart:
    downstream = {s: flows.downstream.get(s, NOWHERE) for s in flows.table.index}
    at = places(downstream, {s: flows.river.get(s, "") for s in flows.table.index})
    columns, rows = (1 + max(spot[k] for spot in at.values()) for k in (0, 1))
    scale = 0.20 / max(float(flows.table[["turbine", "spill"]].sum(axis=1).max()), 1e-9)
    with drawing():
        figure = chart(0.5 + 1.75 * rows, width=max(5.6, 2.3 * columns + 1.2))
        axes = figure.add_subplot()
        axes.set_axis_off()
        for station, (column, row) in at.items():
            x, y = column * GAP_X, -row * GAP_Y
            values = {str(key): float(value) for key, value in flows.table.loc[[station]].iloc[0].items()}
            out = values["turbine"] + values["spill"]
            below = at.get(downstream[station])
            end = (x + GAP_X, y) if below is None else (below[0] * GAP_X, -below[1] * GAP_Y)
            half = BOX[0] / 2
            _ribbon(axes, (x + half, y), (end[0] - half, end[1]), out * scale, values["spill"] * scale)
            _number(axes, x + half + 0.13, y + out * scale / 2 + 0.03, out)
            _inflow(axes, x, y, values["inflow"], scale)
            _box(axes, x, y, station, values, labels, language)
        _rivers(axes, {flows.river.get(s, ""): row for s, (_, row) in at.items()}, labels, language)
        corner: dict[str, Any] = {"transform": axes.transAxes, "ha": "right", "va": "bottom"}
        axes.text(1.0, 0.0, say("flow_unit", language), fontsize=8, **corner)
        axes.set_xlim(-0.62, (columns - 1) * GAP_X + 0.95)
        axes.set_ylim(-(rows - 1) * GAP_Y - 0.42, 0.72)
    return figure


def _box(
    axes: Axes, x: float, y: float, station: str, values: Mapping[str, float], labels: Labels, language: Language
) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (x - BOX[0] / 2, y - BOX[1] / 2), *BOX, boxstyle="round,pad=0,rounding_size=0.05",
            facecolor="white", edgecolor=labels.colour(station), linewidth=2.0, zorder=3,
        )
    )  # fmt: skip
    lines = [
        say("flow_line", language, name=say("flow_turbine", language), value=f"{values['turbine']:,.0f}"),
        say("flow_line", language, name=say("flow_spill", language), value=f"{values['spill']:,.0f}"),
        quantity(values["energy"], "TWh", language),
    ]
    axes.text(x, y + BOX[1] / 2 - 0.05, labels.name(station, language), ha="center", va="top", fontsize=9.5, zorder=4)
    axes.text(x, y - BOX[1] / 2 + 0.04, "\n".join(lines), ha="center", va="bottom", fontsize=7.8, zorder=4)


def _inflow(axes: Axes, x: float, y: float, inflow: float, scale: float) -> None:
    """The station's own catchment, from above."""
    if inflow <= 0:
        return
    top, bottom = y + BOX[1] / 2 + 0.17, y + BOX[1] / 2
    half = inflow * scale / 2
    axes.fill_betweenx([bottom, top], x - half, x + half, color=WATER, alpha=0.75, linewidth=0)
    _number(axes, x, top + 0.01, inflow)


def _number(axes: Axes, x: float, y: float, flow: float) -> None:
    axes.text(x, y, f"{flow:,.0f}", ha="center", va="bottom", fontsize=8)


def _ribbon(axes: Axes, start: tuple[float, float], end: tuple[float, float], width: float, spilt: float) -> None:
    """Water let down, the part that passed no turbine at its lower edge."""
    s = np.linspace(0.0, 1.0, 30)
    x = start[0] + (end[0] - start[0]) * s
    middle = start[1] + (end[1] - start[1]) * (3 * s**2 - 2 * s**3)
    axes.fill_between(x, middle - width / 2 + spilt, middle + width / 2, color=WATER, linewidth=0, zorder=1)
    axes.fill_between(x, middle - width / 2, middle - width / 2 + spilt, color=SPILT, linewidth=0, zorder=1)


def _rivers(axes: Axes, row_of: Mapping[str, int], labels: Labels, language: Language) -> None:
    """Names of the rivers beside their first station; one that shares its id with a station is `<id>_river`."""
    for river, row in row_of.items():
        label = f"{river}_river" if labels.known(f"{river}_river") else river
        spot = (-BOX[0] / 2 - 0.1, -row * GAP_Y)
        axes.text(*spot, labels.name(label, language), rotation=90, ha="right", va="center", color="#08519c")


def _mapping(stated: object) -> dict[str, str]:
    return dict(json.loads(stated)) if isinstance(stated, str) else dict(stated)  # type: ignore[call-overload]
