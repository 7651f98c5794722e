"""Carbon dioxide by year against its targets, and the fuels behind it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.picture import Picture, in_order, named_columns, shown, stack, visible
from pzh_energy.reporting.plots.style import chart, drawing, legend_outside, line_of_totals, mark_targets, name_places
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.tables import emissions as emissions_table
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import display, quantity

MASS = {"kt": 1.0, "Mt": 1e3}
"""Kilotonnes in the units of targets that speak of an amount."""
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
    years, factor = list(emitted.index), display("kt CO2", language).factor
    caps = [row for row in scorecard if row.metric.startswith("co2") and row.unit in MASS and row.year in years]
    with drawing():
        figure = chart(3.6 if fuels.empty else 6.2)
        panels = figure.subplots(1 if fuels.empty else 2, 1, squeeze=False)[:, 0]
        stack(panels[0], values, labels, language)
        line_of_totals(panels[0], values.sum(axis=1).to_numpy(), say("total", language))
        mark_targets(panels[0], [(years.index(row.year), _kilotonnes(row) * factor, row.identifier) for row in caps])
        panels[0].set_ylabel(say("per_year", language, unit=unit))
        if not fuels.empty:
            heights = shown(fuels, "ktce", language)
            stack(panels[1], heights, labels, language)
            panels[1].set_ylabel(say("per_year", language, unit=display("ktce", language).label))
        for axes in panels:
            name_places(axes, values.index)
            legend_outside(axes)
    last = float(emitted.sum(axis=1).iloc[-1])
    return Picture(
        key="emissions",
        title=say("emissions_title", language),
        caption=say("emissions_caption", language),
        alt=say("emissions_alt", language, last=years[-1], total=quantity(last, "kt CO2", language)),
        figure=figure,
        table=named_columns(values, labels, language),
        unit=unit,
        kind="stack",
        colours=tuple(labels.colour(str(key)) for key in values),
    )


def _kilotonnes(row: ScorecardRow) -> float:
    return row.required * MASS[row.unit]
