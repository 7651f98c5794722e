"""Targets over the years: what is measured in every period, the straight path there, and who keeps to it.

The path of a target of one year runs straight from what is measured in the first period to the value asked, and stays
there afterwards. Where a run has a history, the years up to `history_until` are compared with it: what they measure is
what was observed as far as the data pin it (capacities are; a share of energy also rests on the dispatch of that year).
A history without a plan to keep to says nothing of the targets of every year, nor of metrics that change at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.modeling.component import Target, unit_of
from pzh_energy.modeling.component import measured as measured_once
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.frames import IDENTIFIER, NUMBER, YEAR, Column, Record, frame
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.texts import LANGUAGES

Track = Literal["ahead", "on_track", "behind"]
ON_TRACK = 0.05
"""On track is within this share of the whole way, from the first period's value to the target's, around the path, or
within the target's own tolerance if that is more."""
SLACK = 1e-6
"""Of the value (absolute below 1): the solver's noise is neither ahead nor behind."""
_PREFIX = "target."


@dataclass(frozen=True)
class Standing:
    """Where a target stood in `year`, the last period of the history: value measured, value on the path."""

    track: Track
    year: int
    observed: float
    path: float


def measured(spec: TargetSpec, metric: Target, results: Results, periods: Iterable[int]) -> dict[int, float]:
    """The metric by period; NaN where a share has nothing to be a share of, and if the horizon lacks its years."""
    if not spec.measured_in(results.periods):
        return dict.fromkeys(periods, math.nan)
    return {period: _measure(spec, metric, results, period) for period in periods}


def _measure(spec: TargetSpec, metric: Target, results: Results, period: int) -> float:
    try:
        return measured_once(metric, spec, results, period)
    except ZeroDivisionError:
        return math.nan


def straight_path(spec: TargetSpec, by_year: Mapping[int, float]) -> dict[int, float]:
    """Value of the path by period: straight from the first one to the target's year, then constant; NaN without one.

    >>> spec = TargetSpec(metric="share", year=2025, value=30.0)
    >>> straight_path(spec, {2020: 20.0, 2023: 24.0, 2025: 29.0, 2030: 40.0})
    {2020: 20.0, 2023: 26.0, 2025: 30.0, 2030: 30.0}
    """
    first = min(by_year)
    start = by_year[first]
    if spec.year is None or spec.value is None or not spec.gradual or spec.year <= first or math.isnan(start):
        return dict.fromkeys(by_year, math.nan)
    way = spec.value - start
    return {year: start + way * min(1.0, (year - first) / (spec.year - first)) for year in by_year}


def standing(spec: TargetSpec, metric: Target, results: Results) -> Standing | None:
    """Where the target stood at the end of the history; None without a history, a path, or once its year has come."""
    first, history_until = results.periods[0], results.provenance.get("history_until")
    known = [year for year in results.periods if history_until is not None and first < year <= history_until]
    if not known or spec.value is None or spec.year is None or spec.year <= known[-1] or not spec.gradual:
        return None
    year = known[-1]
    by_year = measured(spec, metric, results, (first, year))
    start, observed, due = by_year[first], by_year[year], straight_path(spec, by_year)[year]
    if math.isnan(observed) or math.isnan(due):
        return None
    lead = due - observed if spec.operator == "at_most" else observed - due
    band = max(ON_TRACK * abs(spec.value - start), spec.tolerance) + SLACK * max(1.0, abs(spec.value))
    track: Track = "on_track" if abs(lead) <= band else "ahead" if lead > 0 else "behind"
    return Standing(track, year, observed, due)


def target_series(
    results: Results, specs: Mapping[str, TargetSpec], metrics: Mapping[str, Target]
) -> dict[str, xr.DataArray]:
    """`target.<id>.achieved`, `.path` and `.required` (period,) of every target, in its unit.

    required: the value in the years the target speaks of, NaN in others. A metric answers for every year of the
    horizon, or raises ZeroDivisionError where it is a share of nothing.
    """
    out: dict[str, xr.DataArray] = {}
    coordinates, labels = {"period": results.periods}, Labels.of(results.provenance)
    for identifier, spec in specs.items():
        metric = metrics[spec.metric]
        by_year = measured(spec, metric, results, results.periods)
        asked = spec.measured_in(results.periods)
        value = math.nan if spec.value is None else spec.value
        series = {
            "achieved": (list(by_year.values()), f"{spec.metric} in each year"),
            "path": (list(straight_path(spec, by_year).values()), "straight path from the first period to the target"),
            "required": ([value if year in asked else math.nan for year in results.periods], "value asked"),
        }
        names = {
            f"label_{language}": getattr(spec.label, language) if spec.label else labels.name(spec.metric, language)
            for language in LANGUAGES
        }
        for name, (values, meaning) in series.items():
            array = xr.DataArray(np.asarray(values, float), dims="period", coords=coordinates)
            out[f"{_PREFIX}{identifier}.{name}"] = array.assign_attrs(
                units=unit_of(metric, spec), long_name=meaning, metric=spec.metric, **names
            )
    return out


def target_years(results: Results) -> pd.DataFrame:
    """Every target by year: what is achieved, where the straight path is, what is asked."""

    def records() -> list[Record]:
        rows: list[Record] = []
        for key in map(str, results.data.data_vars):
            if not key.startswith(_PREFIX) or not key.endswith(".achieved"):
                continue
            identifier = key.removeprefix(_PREFIX).removesuffix(".achieved")
            series = [results[f"{_PREFIX}{identifier}.{name}"] for name in ("achieved", "path", "required")]
            facts = ("metric", "units", "label_zh", "label_en")
            metric, unit, name_zh, name_en = (str(series[0].attrs[name]) for name in facts)
            for year, achieved, path, required in zip(results.periods, *(s.values for s in series), strict=True):
                named = {"year": year, "target": identifier, "name_zh": name_zh, "name_en": name_en}
                named |= {"metric": metric, "unit": unit}
                rows.append({**named, "achieved": achieved, "path": path, "required": required})
        return rows

    return frame(TARGET_YEARS, records())


TARGET_YEARS = (
    YEAR,
    Column("target", IDENTIFIER, "id of the target"),
    Column("name_zh", IDENTIFIER, "its name in Chinese"),
    Column("name_en", IDENTIFIER, "its name in English"),
    Column("metric", IDENTIFIER, "what is measured"),
    Column("unit", IDENTIFIER, "unit of the next three columns"),
    Column("achieved", NUMBER, "value measured in the year; empty where it cannot be computed"),
    Column("path", NUMBER, "straight path from the first year to the target, then constant; empty without one"),
    Column("required", NUMBER, "value asked in the year; empty in years the target does not speak of"),
)
