"""Dispatch step by step: a week of much and a week of little water, or any month."""

from __future__ import annotations

import calendar as names_of_months
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from pzh_energy.domain.errors import InputError, Problem, near_miss
from pzh_energy.domain.units import HOURS_PER_YEAR
from pzh_energy.inputs.calendar import month_hours
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.balance import signed_columns
from pzh_energy.reporting.plots.flows import CONSUMPTION, by_part, net, supply, use
from pzh_energy.reporting.plots.picture import Picture, look, shown
from pzh_energy.reporting.plots.style import chart, drawing, shared_legend
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import display

WEEK = 168
HOURS_PER_DAY = 24
MONTH_NAMES = [names_of_months.month_abbr[m] for m in range(1, 13)]


@dataclass(frozen=True)
class Span:
    """Hours of the year from `first` up to `end`, and what they are called."""

    first: int
    end: int
    name: str


def month_span(month: int | str, language: Language) -> Span:
    """The hours of a month, 1 to 12 or by its English name; InputError for what is none."""
    known = {name.lower(): number for number, name in enumerate(MONTH_NAMES, start=1)}
    number = month if isinstance(month, int) else known.get(month.strip().lower()[:3], 0)
    if number not in known.values():
        raise InputError([Problem("plot.dispatch", f"no month {month!r}.", near_miss(str(month), MONTH_NAMES))])
    ends = np.cumsum(month_hours)
    end = int(ends[number - 1])
    return Span(end - int(month_hours[number - 1]), end, say("month_of", language, month=number))


def wet_and_dry_week(results: Results, year: int, language: Language) -> list[Span]:
    """The calendar weeks in which hydro generates most and least; none where there is no hydro."""
    entries = results.ledger("electricity", "hydro")
    if not entries:
        return []
    hourly = hourly_mean(results, net(entries).sel(period=year))
    weeks = hourly[: HOURS_PER_YEAR // WEEK * WEEK].reshape(-1, WEEK).sum(axis=1)
    spans = []
    for key, week in (("wet_week", int(weeks.argmax())), ("dry_week", int(weeks.argmin()))):
        first = week * WEEK
        days = f"{date_of(first)}–{date_of(first + WEEK - 1)}"
        spans.append(Span(first, first + WEEK, say(key, language, days=days)))
    return spans


def date_of(hour: int) -> str:
    """Month and day of an hour of the year, `8-21`."""
    month = int(np.searchsorted(np.cumsum(month_hours), hour, side="right"))
    day = (hour - int(np.sum(month_hours[:month]))) // HOURS_PER_DAY + 1
    return f"{month + 1}-{day}"


def hourly_mean(results: Results, array: xr.DataArray) -> np.ndarray:
    """Expected value in each of the 8760 hours of something over (weather, timestep)."""
    if "weather" in array.dims:
        array = (array * results["probability"]).sum("weather")
    hours = results["hours"].values.round().astype(int)
    return np.repeat(array.values, hours)


def dispatch_picture(results: Results, language: Language, year: int, spans: list[Span]) -> Picture | None:
    """Supply upward, other uses downward, demand as a line, for some spans of a year; None without electricity."""
    labels = Labels.of(results.provenance)
    if not supply(results) or not spans:
        return None
    unit = display("MW", language).label
    tables = {}
    with drawing():
        figure = chart(3.0 * len(spans) + 0.3)
        panels = figure.subplots(len(spans), 1, sharey=True, squeeze=False)[:, 0]
        for axes, span in zip(panels, spans, strict=True):
            tables[span.name] = _panel(axes, results, year, span, labels, language)
            axes.set_ylabel(unit)
        shared_legend(figure, list(panels))
    steps = [float(np.max(_hours_in(results, span))) for span in spans]
    several = "" if results["probability"].size == 1 else say("expected_weather", language)
    return Picture(
        key="dispatch",
        title=say("dispatch_title", language, year=year),
        caption=say("dispatch_caption", language, hours=f"{max(steps):.0f}") + several,
        alt=say("dispatch_alt", language, year=year, spans=say("list_separator", language).join(s.name for s in spans)),
        figure=figure,
        table=pd.concat(tables, names=["", say("hour_of_year", language)]).fillna(0.0),
        unit=unit,
    )


def _panel(axes: Axes, results: Results, year: int, span: Span, labels: Labels, language: Language) -> pd.DataFrame:
    """Draw one span and return what it shows, a row for each step that begins in it."""

    starts = set(results["step_start"].values.astype(int))
    begins = [hour for hour in range(span.first, span.end) if hour == span.first or hour in starts]

    def hours(array: xr.DataArray) -> pd.Series:
        return pd.Series(hourly_mean(results, array.sel(period=year))[begins], index=begins)

    demand = [entry for entry in use(results) if CONSUMPTION in entry.tags]
    others = [entry for entry in use(results) if CONSUMPTION not in entry.tags]
    sources = shown(by_part(supply(results), hours, labels), "MW", language)
    uses = shown(by_part(others, hours, labels), "MW", language)
    load = sum((hours(entry.total()).to_numpy() for entry in demand), np.zeros(len(begins)))
    load = load * display("MW", language).factor
    edges = np.array([*begins, span.end])
    for table, sign in ((sources, 1.0), (uses, -1.0)):
        base = np.zeros(len(edges) - 1)
        for key in table:
            top = base + sign * table[key].to_numpy()
            words = look(str(key), labels, language)
            if sign < 0 and key in sources:
                words["label"] = "_"
            axes.stairs(top, edges, baseline=base, fill=True, linewidth=0.0, **_as_patch(words))
            base = top
    axes.stairs(load, edges, baseline=None, color="black", linewidth=1.5, label=say("demand", language))
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_xlim(span.first, span.end)
    every = HOURS_PER_DAY * max(1, round((span.end - span.first) / HOURS_PER_DAY / 8))
    ticks = np.arange(span.first, span.end, every)
    axes.set_xticks(ticks, [date_of(int(hour)) for hour in ticks])
    axes.set_title(span.name)
    table = signed_columns(sources, uses, labels, language)
    table[say("demand", language)] = -load
    return table


def _as_patch(words: dict[str, str]) -> dict[str, Any]:
    return {**words, "edgecolor": "white", "facecolor": words["color"]} if "hatch" in words else words


def _hours_in(results: Results, span: Span) -> np.ndarray:
    starts, lengths = results["step_start"].values, results["hours"].values
    touched: np.ndarray = lengths[(starts + lengths > span.first) & (starts < span.end)]
    return touched
