"""What the plan costs: by year and kind, and over the horizon by technology."""

from __future__ import annotations

import pandas as pd

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.picture import Picture, in_order, shown, visible
from pzh_energy.reporting.plots.style import (
    INK,
    chart,
    drawing,
    legend_outside,
    line_of_totals,
    name_places,
    stacked_bars,
)
from pzh_energy.reporting.tables import costs as costs_table
from pzh_energy.reporting.texts import TEXTS, Language, say
from pzh_energy.reporting.units import display

KIND_LOOKS = {
    "annuity": ("#332288", ""), "fixed_om": ("#88ccee", ""), "variable_om": ("#ddcc77", ""), "fuel": ("#882255", ""),
    "import": ("#cc6677", "//"), "penalty": ("#dd2e23", "xx"), "export": ("#117733", "//"),
    "carbon_price": ("#999933", "///"),
    "end_use": ("#aa4499", ""), "green_power": ("#44aa99", "xx"),
}  # fmt: skip
"""Colours (a palette made for colour-blind readers) and patterns of the kinds of cost."""
OTHER_LOOK = ("#999999", "")


def cost_by_year(results: Results) -> pd.DataFrame:
    """Cost of a year [million CNY], revenue negative: years by kind."""
    table = costs_table(results).pivot_table(
        index="year", columns="kind", values="cost_million_cny_per_year", aggfunc="sum", fill_value=0.0
    )
    order = [*KIND_LOOKS, *sorted({str(kind) for kind in table} - set(KIND_LOOKS))]
    return visible(table.reindex(columns=[kind for kind in order if kind in table]))


def cost_by_technology(results: Results) -> pd.Series:
    """Discounted cost of the horizon [million CNY], exports apart under `export`; adds up to the objective."""
    tidy = costs_table(results)
    part = tidy["technology"].where(~tidy["kind"].isin(("export", "import", "penalty")), tidy["kind"])
    return tidy.groupby(part)["cost_discounted_million_cny"].sum()


def kind_name(kind: str, language: Language) -> str:
    """Name of a kind of cost; a kind without one is called by its id."""
    key = f"kind_{kind}"
    return say(key, language) if key in TEXTS else kind


def cost_picture(results: Results, language: Language) -> Picture | None:
    """Yearly cost by kind beside discounted cost by technology; None where nothing costs anything."""
    by_year, by_technology = cost_by_year(results), cost_by_technology(results)
    if by_year.empty:
        return None
    labels = Labels.of(results.provenance)
    unit = display("million CNY", language)
    values = shown(by_year, "million CNY", language)
    # what would be written as zero is left out of the picture
    written = by_technology[by_technology.abs() * unit.factor >= 0.5 * 10.0**-unit.digits]
    keys = in_order(written.index, labels)[::-1]
    names = [kind_name(k, language) if k in KIND_LOOKS else labels.name(k, language) for k in keys]
    with drawing():
        figure = chart(7.0)
        upper, lower = figure.subplots(2, 1, height_ratios=(1.15, 1.0))
        heights = {str(kind): values[kind].to_numpy() for kind in values}
        stacked_bars(upper, range(len(values)), heights, {kind: _look(kind, language) for kind in heights})
        line_of_totals(upper, values.sum(axis=1).to_numpy(), say("net_cost", language))
        upper.axhline(0.0, color="black", linewidth=0.8)
        name_places(upper, values.index)
        upper.set_ylabel(say("per_year", language, unit=unit.label))
        upper.set_title(say("cost_by_year", language))
        legend_outside(upper, reverse=False)
        amounts = by_technology[keys].to_numpy() * unit.factor
        bars = lower.barh(names, amounts, color=[_colour(k, labels) for k in keys], height=0.7)
        lower.bar_label(bars, [f"{a:.{unit.digits}f}" for a in amounts], padding=3, fontsize=8)
        lower.axvline(0.0, color=INK, linewidth=0.8)
        lower.margins(x=0.12)
        lower.grid(visible=False)
        lower.set_xlabel(unit.label)
        lower.set_title(say("cost_by_technology", language))
    total = f"{by_technology.sum() * unit.factor:.{unit.digits}f} {unit.label}"
    return Picture(
        key="costs",
        title=say("costs_title", language),
        caption=say("costs_caption", language),
        alt=say("costs_alt", language, total=total),
        figure=figure,
        table=values.rename(columns={kind: kind_name(str(kind), language) for kind in values}),
        unit=say("per_year", language, unit=unit.label),
        kind="stack",
        colours=tuple(_look(str(kind), language)["color"] for kind in values),
    )


def _look(kind: str, language: Language) -> dict[str, str]:
    colour, hatch = KIND_LOOKS.get(kind, OTHER_LOOK)
    return {"color": colour, "label": kind_name(kind, language), **({"hatch": hatch} if hatch else {})}


def _colour(key: str, labels: Labels) -> str:
    return KIND_LOOKS[key][0] if key in KIND_LOOKS else labels.colour(key)
