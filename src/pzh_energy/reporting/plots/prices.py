"""Marginal value of electricity, sorted: for how many hours of a year it is at least so high."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd

from pzh_energy.domain.units import HOURS_PER_YEAR
from pzh_energy.modeling.prices import electricity_price
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.picture import Picture
from pzh_energy.reporting.plots.style import chart, drawing
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import display

DUAL = "dual.electricity_balance"
MARKS = (0, 500, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 8760)
"""Hours at which the table reads the curve."""
STYLES = ("-", "--", "-.", ":")


def duration(results: Results, bus: str, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Hours (k,) for which the price lasts and prices (k,) [CNY/MWh], highest first, weather by probability."""
    weight = results["hours"] * results["probability"]
    price = electricity_price(results).sel(bus=bus, period=year)
    price, weight = price.transpose("weather", "timestep"), weight.transpose("weather", "timestep")
    order = np.argsort(-price.values.ravel(), kind="stable")
    return weight.values.ravel()[order], price.values.ravel()[order]


def price_picture(results: Results, language: Language, years: Sequence[int]) -> Picture | None:
    """Price duration curves of some years for every bus that has prices; None without any."""
    if DUAL not in results:
        return None
    labels = Labels.of(results.provenance)
    buses = [str(b) for b in results[DUAL]["bus"].values if not results[DUAL].sel(bus=b).isnull().all()]
    if not buses:
        return None
    scale = display("CNY/MWh", language)
    columns = {}
    with drawing():
        figure = chart(3.6)
        panels = figure.subplots(1, len(buses), sharey=True, squeeze=False)[0]
        colours = mpl.colormaps["viridis"](np.linspace(0.0, 0.8, len(years)))
        for axes, bus in zip(panels, buses, strict=True):
            for colour, style, year in zip(colours, np.resize(STYLES, len(years)), years, strict=True):
                hours, price = duration(results, bus, year)
                edges = np.append(0.0, np.cumsum(hours))
                words = {"color": colour, "linestyle": str(style), "label": str(year)}
                axes.stairs(price * scale.factor, edges, baseline=None, linewidth=1.6, **words)
                at = np.minimum(np.searchsorted(edges[1:], MARKS, side="left"), len(price) - 1)
                heading = f"{labels.name(bus, language)} {year}" if len(buses) > 1 else str(year)
                columns[heading] = price[at] * scale.factor
            axes.set_xlim(0, HOURS_PER_YEAR)
            axes.set_xlabel(say("hours_at_least", language))
            if len(buses) > 1:
                axes.set_title(labels.name(bus, language))
        panels[0].set_ylabel(scale.label)
        panels[0].legend()
    return Picture(
        key="prices",
        title=say("prices_title", language),
        caption=say("prices_caption", language),
        alt=say("prices_alt", language, years=say("list_separator", language).join(map(str, years))),
        figure=figure,
        table=pd.DataFrame(columns, index=pd.Index(MARKS, name=say("hours_at_least", language))),
        unit=scale.label,
        kind="line",
    )
