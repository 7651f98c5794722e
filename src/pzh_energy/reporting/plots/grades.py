"""What the answer rests on: shares of the numbers, and of the cost, by grade."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.grades import GRADES, UNKNOWN, money_by_grade, numbers_by_grade
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.picture import Picture, in_order
from pzh_energy.reporting.plots.style import chart, drawing
from pzh_energy.reporting.texts import Language, say

COLOURS = {"A": "#08519c", "B": "#6baed6", "C": "#fdae6b", "D": "#d94801", UNKNOWN: "#bdbdbd"}
"""Blue for what is known, orange for what is assumed, darker towards the ends: told apart by every eye and in grey."""


def cost_by_grade(results: Results) -> pd.DataFrame:
    """Discounted cost and revenue, both by size [million CNY]: technology by the weakest grade behind it."""
    tidy = money_by_grade(results)
    tidy["size"] = tidy["spent"] + tidy["earned"]
    table = tidy.pivot_table(index="technology", columns="grade", values="size", aggfunc="sum", fill_value=0.0)
    table = table.reindex(columns=[*GRADES, UNKNOWN]).fillna(0.0)
    kept: pd.DataFrame = table.loc[table.sum(axis=1) > 1e-6 * table.to_numpy().sum()]
    return kept


def grade_picture(results: Results, language: Language) -> Picture | None:
    """Shares of numbers and of cost by grade; None for results that do not say what they rest on."""
    numbers = numbers_by_grade(results)
    if not numbers.sum() > 0:
        return None
    labels = Labels.of(results.provenance)
    costs = cost_by_grade(results)
    costs = costs.reindex(in_order(costs.index, labels))
    rows = {say("of_numbers", language): numbers.reindex([*GRADES, UNKNOWN]).fillna(0.0)}
    if costs.to_numpy().sum() > 0:
        rows[say("of_cost", language)] = costs.sum()
    for technology in costs.index:
        share = costs.loc[technology].sum() / costs.to_numpy().sum()
        name = say("of_technology", language, name=labels.name(technology, language), share=share)
        rows[name] = costs.loc[technology]
    shares = pd.DataFrame({name: 100.0 * row / row.sum() for name, row in rows.items()}).T
    shares = shares.loc[:, shares.max() > 0]
    with drawing():
        figure = chart(0.9 + 0.3 * len(shares))
        axes = figure.add_subplot()
        left = np.zeros(len(shares))
        for grade in shares:
            words: dict[str, Any] = {"label": say(f"grade_{grade}", language), "color": COLOURS[str(grade)]}
            bars = axes.barh(list(shares.index), shares[grade], left=left, height=0.72, edgecolor="white", **words)
            percent = [f"{share:.0f}" if share >= 5 else "" for share in shares[grade]]
            axes.bar_label(
                bars, percent, label_type="center", fontsize=8, color="white" if str(grade) in "AD" else "black"
            )
            left += shares[grade].to_numpy()
        axes.invert_yaxis()
        axes.axhline(len(shares) - len(costs.index) - 0.5, color="black", linewidth=0.8)
        axes.set_xlim(0, 100)
        axes.set_xlabel("%")
        axes.grid(visible=False)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=len(shares.columns))
    return Picture(
        key="grades",
        title=say("grades_title", language),
        caption=say("grades_caption", language),
        alt=say("grades_alt", language, share=float(shares.iloc[0][["C", "D"]].sum())),
        figure=figure,
        table=shares.rename(columns={g: say(f"grade_{g}", language) for g in shares}),
        unit="%",
    )
