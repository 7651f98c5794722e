"""The way of every target that is not a capacity: what is achieved year by year, and what is asked."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pzh_energy.reporting.plots.capacity import METRIC as CAPACITY
from pzh_energy.reporting.plots.picture import Picture
from pzh_energy.reporting.plots.style import Chart, chart, drawing
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import display

COLUMNS = 3
WRAP = {"zh": 22, "en": 40}
"""Letters of a title that fit over a panel."""


def path_picture(target_years: pd.DataFrame, language: Language, scorecard: Sequence[ScorecardRow]) -> Picture | None:
    """A panel for each target with a path; None without any.

    target_years: columns year, target, metric, unit, achieved, path, required, as `track.target_years` has them.
    """
    if target_years.empty:
        return None
    with_path = target_years[(target_years["metric"] != CAPACITY) & target_years["path"].notna()]
    rows = [row for row in scorecard if row.identifier in set(with_path["target"])]
    if not rows:
        return None
    columns = {}
    for row in rows:
        own = with_path[with_path["target"] == row.identifier].set_index("year")
        shown = display(row.unit, language)
        columns[f"{row.identifier} {_name(row, language)} [{shown.label}]"] = own["achieved"] * shown.factor
    names = say("list_separator", language).join(row.identifier for row in rows)
    return Picture(
        key="paths",
        title=say("paths_title", language),
        caption=say("paths_caption", language),
        alt=say("paths_alt", language, names=names),
        figure=_draw(with_path, rows, language),
        table=pd.DataFrame(columns),
        unit="",
    )


def _draw(table: pd.DataFrame, rows: Sequence[ScorecardRow], language: Language) -> Chart:
    with drawing():
        lines = -(-len(rows) // COLUMNS)
        figure = chart(2.2 * lines + 0.2)
        panels = figure.subplots(lines, COLUMNS, squeeze=False).ravel()
        for axes, row in zip(panels, rows, strict=False):
            own = table[table["target"] == row.identifier].sort_values("year")
            shown = display(row.unit, language)
            years = own["year"].to_numpy()
            asked = own["required"].notna()
            until = own["year"] <= own.loc[asked, "year"].max()
            axes.plot(
                years[until], own.loc[until, "path"] * shown.factor, color="#7f7f7f", linestyle="--", linewidth=1.2
            )
            axes.plot(years, own["achieved"] * shown.factor, color="black", marker="o", markersize=3)
            axes.plot(years[asked], own.loc[asked, "required"] * shown.factor, "D", color="#d94801", markersize=5)
            axes.set_title(f"{row.identifier}\n{_cut(_name(row, language), language)}", fontsize=8)
            axes.set_ylabel(shown.label, fontsize=8)
            axes.set_xticks([years[0], years[-1]], [str(years[0]), str(years[-1])])
            axes.margins(y=0.15)
        for axes in panels[len(rows) :]:
            axes.set_visible(False)
    return figure


def _name(row: ScorecardRow, language: Language) -> str:
    return row.label_zh if language == "zh" else row.label_en


def _cut(title: str, language: Language) -> str:
    return title if len(title) <= WRAP[language] else f"{title[: WRAP[language] - 1]}…"
