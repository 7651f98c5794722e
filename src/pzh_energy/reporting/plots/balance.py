"""Where electricity comes from and goes to: by year, and by month of a year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.flows import by_part, supply, use, yearly_twh
from pzh_energy.reporting.plots.picture import Picture, shown, stack
from pzh_energy.reporting.plots.style import chart, drawing, name_places, shared_legend
from pzh_energy.reporting.tables_operation import MONTHS, monthly_mean
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import display


def generation_picture(results: Results, language: Language) -> Picture | None:
    """Electricity of a year by source upward and by use downward; None without electricity."""
    labels = Labels.of(results.provenance)
    sources = by_part(supply(results), yearly_twh(results), labels)
    uses = by_part(use(results), yearly_twh(results), labels)
    if sources.empty:
        return None
    sources, uses = shown(sources, "TWh", language), shown(uses, "TWh", language)
    unit = display("TWh", language).label
    with drawing():
        figure = chart(4.6)
        axes = figure.add_subplot()
        _both_ways(axes, sources, uses, labels, language)
        name_places(axes, sources.index)
        axes.set_ylabel(unit)
        shared_legend(figure, [axes])
    return Picture(
        key="generation",
        title=say("generation_title", language),
        caption=say("generation_caption", language),
        alt=say("generation_alt", language, last=int(sources.index[-1]), total=f"{sources.iloc[-1].sum():.1f} {unit}"),
        figure=figure,
        table=signed_columns(sources, uses, labels, language),
        unit=unit,
        kind="stack",
        colours=tuple(labels.colour(str(key)) for key in (*sources, *uses)),
    )


def season_picture(results: Results, language: Language, years: Sequence[int]) -> Picture | None:
    """Mean power by month of some years, by source upward and by use downward; None without electricity."""
    labels = Labels.of(results.provenance)
    parts = {year: _monthly(results, year, labels) for year in years}
    if not parts or all(sources.empty for sources, _ in parts.values()):
        return None
    unit = display("MW", language).label
    tables = {}
    with drawing():
        figure = chart(3.9)
        panels = figure.subplots(1, len(parts), sharey=True, squeeze=False)[0]
        for axes, (year, (sources, uses)) in zip(panels, parts.items(), strict=True):
            sources, uses = shown(sources, "MW", language), shown(uses, "MW", language)
            tables[year] = signed_columns(sources, uses, labels, language)
            _both_ways(axes, sources, uses, labels, language)
            axes.set_title(say("year_of", language, year=year))
            name_places(axes, MONTHS)
            axes.set_xlabel(say("month", language))
        panels[0].set_ylabel(unit)
        shared_legend(figure, panels)
    return Picture(
        key="seasons",
        title=say("seasons_title", language),
        caption=say("seasons_caption", language),
        alt=say("seasons_alt", language, years=say("list_separator", language).join(map(str, parts))),
        figure=figure,
        table=pd.concat(tables, names=[say("year", language), say("month", language)]).fillna(0.0),
        unit=unit,
    )


def signed_columns(sources: pd.DataFrame, uses: pd.DataFrame, labels: Labels, language: Language) -> pd.DataFrame:
    """Sources positive and uses negative side by side, with names; what is both is told apart in words."""
    both = set(sources) & set(uses)

    def names(table: pd.DataFrame, key: str) -> dict[str, str]:
        return {
            part: say(key, language, name=labels.name(part, language)) if part in both else labels.name(part, language)
            for part in map(str, table)
        }

    upward, downward = sources.rename(columns=names(sources, "out_of")), -uses.rename(columns=names(uses, "into"))
    return pd.concat([upward, downward], axis=1)


def _both_ways(axes: Axes, sources: pd.DataFrame, uses: pd.DataFrame, labels: Labels, language: Language) -> None:
    stack(axes, sources, labels, language)
    stack(axes, uses, labels, language, sign=-1.0)
    axes.axhline(0.0, color="black", linewidth=0.8)


def _monthly(results: Results, year: int, labels: Labels) -> tuple[pd.DataFrame, pd.DataFrame]:
    def value(array: xr.DataArray) -> pd.Series:
        return pd.Series(monthly_mean(results, array.sel(period=year)).values, index=list(MONTHS))

    return by_part(supply(results), value, labels), by_part(use(results), value, labels)
