"""Carbon dioxide by year against its targets, and the fuels behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.picture import Picture, in_order, shown, stack, visible
from pzh_energy.reporting.plots.style import (
    chart,
    drawing,
    legend_outside,
    line_of_totals,
    mark_targets,
    name_places,
    stacked_bars,
)
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.tables import emissions as emissions_table
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import display, quantity

MOST = 8
MASS = {"kt": 1.0, "Mt": 1e3}
"""Kilotonnes in the units of targets that speak of an amount."""
CARRIERS = ("coal", "oil", "gas", "non_fossil")


def emissions_by_year(results: Results) -> pd.DataFrame:
    """Carbon dioxide [kt]: years by item for the `MOST` that emit or take up most, by technology for the rest of them.

    A technology none of whose items is among the largest stands as one. Columns: (technology, item or "").
    """
    labels = Labels.of(results.provenance)
    tidy = emissions_table(results)
    largest = tidy.groupby(["technology", "item"])["co2_kt"].agg(lambda values: values.abs().max())
    own = set(largest[largest > 0].nlargest(MOST).index)
    kept = [item if (technology, item) in own else "" for technology, item in _pairs(tidy)]
    table = tidy.assign(item=kept).pivot_table(
        index="year", columns=["technology", "item"], values="co2_kt", aggfunc="sum", fill_value=0.0
    )
    pairs = pairs_of(table)
    order = sorted(pairs, key=lambda pair: (labels.order(pair[0]), pair[1] == "", labels.order(pair[1])))
    return visible(table[order])


def pairs_of(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Technology and item of every column."""
    return [(str(column[0]), str(column[1])) for column in table.columns.to_list()]


def _pairs(tidy: pd.DataFrame) -> Iterator[tuple[str, str]]:
    return zip(tidy["technology"], tidy["item"], strict=True)


def _name(pair: tuple[str, str], emitted: pd.DataFrame, labels: Labels, language: Language) -> str:
    technology, item = pair
    if item:
        return labels.name(item, language)
    name = labels.name(technology, language)
    alone = sum(other == technology for other, _ in pairs_of(emitted)) == 1
    return name if alone else say("other_of", language, name=name)


def _colour(pair: tuple[str, str], labels: Labels) -> str:
    return labels.colour(pair[1] or pair[0])


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
    pairs = pairs_of(emitted)
    values.columns = pd.Index([_name(pair, emitted, labels, language) for pair in pairs])
    colours = tuple(_colour(pair, labels) for pair in pairs)
    fuels = fuels_by_year(results)
    years, factor = list(emitted.index), display("kt CO2", language).factor
    caps = [row for row in scorecard if row.metric.startswith("co2") and row.unit in MASS and row.year in years]
    with drawing():
        figure = chart(3.6 if fuels.empty else 6.2)
        panels = figure.subplots(1 if fuels.empty else 2, 1, squeeze=False)[:, 0]
        heights = {str(name): values[name].to_numpy() for name in values}
        looks = {str(name): {"color": colour, "label": name} for name, colour in zip(values, colours, strict=True)}
        stacked_bars(panels[0], range(len(values)), heights, looks)
        line_of_totals(panels[0], values.sum(axis=1).to_numpy(), say("total", language))
        panels[0].axhline(0.0, color="black", linewidth=0.8)
        mark_targets(panels[0], [(years.index(row.year), _kilotonnes(row) * factor, row.identifier) for row in caps])
        panels[0].set_ylabel(say("per_year", language, unit=unit))
        if not fuels.empty:
            stack(panels[1], shown(fuels, "ktce", language), labels, language)
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
        table=values,
        unit=unit,
        kind="stack",
        colours=colours,
    )


def _kilotonnes(row: ScorecardRow) -> float:
    return row.required * MASS[row.unit]
