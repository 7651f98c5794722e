"""Carbon dioxide by year against its targets, and the fuels behind it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.picture import Picture, in_order, look, named_columns, shown, visible
from pzh_energy.reporting.plots.style import chart, drawing, legend_outside, stacked_bars
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.tables import emissions as emissions_table
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import display, quantity

CARRIERS = ("coal", "oil", "gas", "non_fossil")


def emissions_by_year(results: Results) -> pd.DataFrame:
    """Carbon dioxide [kt]: years by technology, and by item where one technology emits nearly all of it."""
    labels = Labels.of(results.provenance)
    tidy = emissions_table(results)
    table = tidy.pivot_table(index="year", columns="technology", values="co2_kt", aggfunc="sum", fill_value=0.0)
    return visible(table.reindex(columns=in_order(table.columns, labels)))


def fuels_by_year(results: Results) -> pd.DataFrame:
    """Fuel used in a year [ktce], by carrier: years by coal, oil, gas, non-fossil heat and whatever else is posted."""
    columns: dict[str, pd.Series] = {}
    for entry in results.ledger("fuel"):
        carrier = next((word for word in CARRIERS if word in entry.tags), entry.block)
        amount = pd.Series((results.of_year(entry.total()) * entry.sign).values, index=results.periods)
        columns[carrier] = columns[carrier] + amount if carrier in columns else amount
    labels = Labels.of(results.provenance)
    return visible(pd.DataFrame({key: columns[key] for key in in_order(columns, labels)}))


def emissions_picture(results: Results, language: Language, scorecard: Sequence[ScorecardRow] = ()) -> Picture | None:
    """Emissions by technology, with every target in the unit of emissions drawn in, and fuels below; None without."""
    emitted = emissions_by_year(results)
    if emitted.empty:
        return None
    labels = Labels.of(results.provenance)
    values, unit = shown(emitted, "kt CO2", language), display("kt CO2", language).label
    fuels = fuels_by_year(results)
    caps = [row for row in scorecard if row.metric.startswith("co2") and row.unit in ("kt", "Mt", "kt CO2", "Mt CO2")]
    with drawing():
        figure = chart(3.6 if fuels.empty else 6.2)
        panels = figure.subplots(1 if fuels.empty else 2, 1, squeeze=False)[:, 0]
        places = np.arange(len(values))
        stacked_bars(panels[0], list(places), {str(k): values[k].to_numpy() for k in values}, {str(k): look(str(k), labels, language) for k in values})
        panels[0].plot(places, values.sum(axis=1), color="black", marker="o", markersize=3.5, label=say("total", language))
        for row in caps:
            if row.year in emitted.index:
                place = list(emitted.index).index(row.year)
                height = row.required * (1e3 if row.unit.startswith("Mt") else 1.0) * display("kt CO2", language).factor
                panels[0].plot([place - 0.42, place + 0.42], [height, height], color="black", linewidth=1.6)
                panels[0].annotate(row.identifier, (place - 0.44, height), ha="right", va="center", fontsize=8, fontweight="bold")
        panels[0].set_ylabel(say("per_year", language, unit=unit))
        if not fuels.empty:
            heights = shown(fuels, "ktce", language)
            stacked_bars(panels[1], list(places), {str(k): heights[k].to_numpy() for k in heights}, {str(k): look(str(k), labels, language) for k in heights})
            panels[1].set_ylabel(say("per_year", language, unit=display("ktce", language).label))
        for axes in panels:
            axes.set_xticks(places, [str(year) for year in values.index])
            legend_outside(axes)
    return Picture(
        key="emissions",
        title=say("emissions_title", language),
        caption=say("emissions_caption", language),
        alt=say("emissions_alt", language, last=int(emitted.index[-1]), total=quantity(float(emitted.iloc[-1].sum()), "kt CO2", language)),
        figure=figure,
        table=named_columns(values, labels, language),
        unit=unit,
        kind="stack",
    )
