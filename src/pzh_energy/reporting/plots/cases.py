"""Cases beside each other in the last year they share: what stands, and what is emitted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pzh_energy.reporting.comparison import Comparison
from pzh_energy.reporting.comparison_views import headings
from pzh_energy.reporting.plots.picture import Picture, in_order, look, named_columns, shown, visible
from pzh_energy.reporting.plots.style import chart, drawing
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import display

COUNTED = ("statistical", "storage")


def cases_picture(comparison: Comparison, language: Language) -> Picture | None:
    """Capacity by carrier and carbon dioxide of every case; None where the cases share no year or have no plant."""
    if not comparison.milestones:
        return None
    year, names = comparison.milestones[-1], list(comparison.names)
    labels, power, mass = comparison.cases[0].labels, display("MW", language), display("kt CO2", language)
    chosen = comparison.capacity[(comparison.capacity["year"] == year) & comparison.capacity["series"].isin(COUNTED)]
    capacity = visible(shown(chosen.groupby("carrier")[names].sum().T, "MW", language))
    if capacity.empty or not capacity.size:
        return None
    capacity = capacity[in_order(map(str, capacity), labels)]
    emitted = np.array([case.emitted()[year] for case in comparison.cases]) * mass.factor
    places, titles = np.arange(len(names)), headings(comparison, language)
    with drawing():
        figure = chart(1.2 + 0.34 * len(names))
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 1))
        start = np.zeros(len(names))
        for carrier in capacity:
            words = look(str(carrier), labels, language)
            left.barh(places, capacity[carrier], left=start, edgecolor="white", linewidth=0.5, **words)
            start += capacity[carrier].to_numpy()
        right.barh(places, emitted, color="#6e6e6e")
        right.bar_label(right.containers[0], fmt=f"%.{mass.digits}f", padding=2, fontsize=8)
        right.margins(x=0.35)
        left.set_yticks(places, titles)
        left.invert_yaxis()
        left.set_xlabel(say("capacity_at_end", language, year=year, unit=power.label))
        right.set_xlabel(f"{mass.label} {year}")
        for axes in (left, right):
            axes.grid(visible=True, axis="x")
            axes.grid(visible=False, axis="y")
        figure.legend(*left.get_legend_handles_labels(), loc="outside upper left", ncols=6)
    table = named_columns(capacity, labels, language).assign(**{mass.label: emitted})
    table.index = pd.Index(titles)
    title = say("cases_title", language, year=year)
    return Picture(
        key="cases",
        title=title,
        caption="",
        alt=say("cases_alt", language, year=year),
        figure=figure,
        table=table,
        unit=power.label,
    )
