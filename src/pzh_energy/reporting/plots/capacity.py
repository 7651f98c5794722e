"""Capacity by year, with the capacity targets drawn in."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.picture import Picture, in_order, named_columns, shown, stack, visible
from pzh_energy.reporting.plots.style import INK, Chart, chart, drawing, legend_outside, mark_targets, name_places
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.tables import capacity as capacity_table
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import display, quantity

SERIES = ("statistical", "storage")
METRIC = "installed_capacity"
SIGNS = {"at_least": "≥", "reach": "≥", "at_most": "≤", "about": "≈", "equal": "="}
MW_PER_GW = 1e3


def capacity_by_year(results: Results) -> pd.DataFrame:
    """Year-end capacity [MW] as the statistics count it, and that of storage: years by technology."""
    labels = Labels.of(results.provenance)
    tidy = capacity_table(results)
    tidy = tidy[tidy["series"].isin(SERIES)]
    table = tidy.pivot_table(index="year", columns="technology", values="capacity_mw", aggfunc="sum", fill_value=0.0)
    return visible(table.reindex(columns=in_order(table.columns, labels)))


def capacity_picture(results: Results, language: Language, scorecard: Sequence[ScorecardRow] = ()) -> Picture | None:
    """Stack of capacities by year; None for a system without any."""
    table = capacity_by_year(results)
    if table.empty:
        return None
    labels = Labels.of(results.provenance)
    asked = [row for row in scorecard if row.metric == METRIC and row.year in table.index]
    values = shown(table, "MW", language)
    unit = display("MW", language).label
    last = int(table.index[-1])
    total = quantity(float(table.sum(axis=1).iloc[-1]), "MW", language)
    return Picture(
        key="capacity",
        title=say("capacity_title", language),
        caption=say("capacity_caption" if asked else "capacity_caption_plain", language),
        alt=say("capacity_alt", language, first=int(table.index[0]), last=last, total=total),
        figure=_draw(values, asked, labels, language, unit),
        table=named_columns(values, labels, language),
        unit=unit,
        kind="stack",
        colours=tuple(labels.colour(str(key)) for key in values),
    )


def _draw(values: pd.DataFrame, asked: Sequence[ScorecardRow], labels: Labels, language: Language, unit: str) -> Chart:
    with drawing():
        figure = chart(4.4)
        axes = figure.add_subplot()
        stack(axes, values, labels, language)
        factor = display("GW", language).factor
        years = list(values.index)
        mark_targets(axes, [(years.index(row.year), row.required * factor, row.identifier) for row in asked])
        name_places(axes, years)
        axes.set_ylabel(unit)
        legend_outside(axes)
        if asked:
            lines = [_target_line(row, language) for row in asked]
            figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=8, color=INK)
    return figure


def _target_line(row: ScorecardRow, language: Language) -> str:
    name = row.label_zh if language == "zh" else row.label_en
    required = quantity(row.required, row.unit, language)
    achieved = say("unknown", language) if row.achieved is None else quantity(row.achieved, row.unit, language)
    sign = SIGNS.get(row.operator, row.operator)
    return say(
        "target_line", language, identifier=row.identifier, year=row.year, name=name, sign=sign,
        required=required, achieved=achieved, verdict=say(row.verdict, language),
    )  # fmt: skip
