"""Scenarios in a notebook: solve or load one, look at its tables, compare several. Nothing is printed on the way."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from pzh_energy import api
from pzh_energy.domain.errors import InputError, Problem, near_miss
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.cases import Case, case_of, load_case
from pzh_energy.reporting.comparison import Comparison, compare_cases
from pzh_energy.reporting.files import scorecard_table
from pzh_energy.reporting.plots import Plots
from pzh_energy.reporting.sweeps import Swept, claim
from pzh_energy.reporting.tables import TABLES
from pzh_energy.reporting.texts import language_of, say
from pzh_energy.reporting.units import converted, display, quantity
from pzh_energy.studies.sensitivity import sensitivity as _sensitivity
from pzh_energy.studies.sweep import sweep as _sweep

SIGNS = {"at_least": "≥", "reach": "≥", "at_most": "≤", "about": "≈"}


class Solved:
    """A solved scenario: its scorecard and tables as pandas, its results as xarray, its pictures as figures.

    Tables have one row a fact and units in the column names; they are copies, free to be changed.
    """

    def __init__(self, case: Case, run: api.Run | None = None) -> None:
        self.case = case
        self._run = run

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.case.name

    @property
    def objective(self) -> float:
        """Discounted cost of the horizon, revenue from exports deducted [million CNY]."""
        return self.case.objective

    @property
    def results(self) -> Results:
        """Results with the ledgers of every balance, by tags."""
        return self.case.results

    @property
    def data(self) -> xr.Dataset:
        """Every variable, dual, parameter and ledger entry, labelled, with units and meaning in attrs."""
        return self.case.results.data

    @property
    def scenario(self) -> dict[str, Any]:
        """The resolved scenario as plain dicts and lists."""
        return dict(self.case.document)

    @property
    def scorecard(self) -> pd.DataFrame:
        """A row for every target: required, achieved, margin, verdict, shadow price, in the unit of its row."""
        return scorecard_table(self.case.scorecard)

    @property
    def capacity(self) -> pd.DataFrame:
        """Capacity by year, technology, item and series [MW]: statistical, physical, storage, operating."""
        return self.table("capacity")

    @property
    def investment(self) -> pd.DataFrame:
        """What is built in each period, and who decided it."""
        return self.table("investment")

    @property
    def energy_balance(self) -> pd.DataFrame:
        """Electricity put on (+) and taken off (-) each bus in a year [TWh]; adds up to zero."""
        return self.table("energy_balance")

    @property
    def costs(self) -> pd.DataFrame:
        """Cost by technology and kind [million CNY]; the discounted column adds up to the objective."""
        return self.table("costs")

    @property
    def emissions(self) -> pd.DataFrame:
        """Carbon dioxide of a year by source [kt]."""
        return self.table("emissions")

    @property
    def reservoirs(self) -> pd.DataFrame:
        """Water of every station by month: levels [million m³], flows [m³/s], energy [TWh]."""
        return self.table("reservoirs")

    @property
    def prices(self) -> pd.DataFrame:
        """Marginal value of electricity by month and year [CNY/MWh]."""
        return self.table("prices")

    @property
    def table_names(self) -> tuple[str, ...]:
        """Names of all tables."""
        return tuple(TABLES)

    def table(self, name: str) -> pd.DataFrame:
        """One of the tables by its name, a copy; InputError for a name there is not."""
        if name not in TABLES:
            raise InputError([Problem(f"table {name!r}", "there is no such table.", near_miss(name, TABLES))])
        if name not in self._tables:
            self._tables[name] = self.case.table(name)
        return self._tables[name].copy()

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {}

    @property
    def plot(self) -> Plots:
        """Pictures, each a method that returns a matplotlib figure; labelled in the language of the environment."""
        return Plots(self.case.results, language_of(os.environ), self.case.scorecard)

    def save(self, folder: Path | str) -> Path:
        """Write the result folder, whole or not at all; returns its path.

        InputError for a place that is not ours to replace, and for a result that was loaded and is on disk already.
        """
        if self._run is None:
            where = str(self.case.folder)
            raise InputError([Problem(where, "is where this result was loaded from.", "Copy the folder instead.")])
        return api.write(self._run, folder)

    def __repr__(self) -> str:
        cost = quantity(self.objective, "million CNY", "en")
        return f"Solved({self.name!r}, {cost}, {len(self.case.scorecard)} targets)"

    def _repr_html_(self) -> str:
        """Title, question, cost and scorecard, in the language of the environment (PZH_LANG or the locale)."""
        language = language_of(os.environ)
        title = html.escape(self.case.said("title", language) or self.name)
        question = html.escape(self.case.said("question", language))
        cost = html.escape(f"{say('objective_heading', language)}: {quantity(self.objective, 'million CNY', language)}")
        headings = ("target", "year", "required", "achieved", "margin", "unit", "verdict", "mode")
        lines = ["".join(f"<th>{html.escape(say(key, language))}</th>" for key in headings)]
        for row in self.case.scorecard:
            cells = (
                f"{row.identifier} {row.label_zh if language == 'zh' else row.label_en}",
                say("every_year", language) if row.year is None else str(row.year),
                f"{SIGNS[row.operator]} {converted(row.required, row.unit, language)}",
                converted(row.achieved, row.unit, language),
                converted(row.margin, row.unit, language, signed=True),
                display(row.unit, language).label,
                say(row.verdict, language),
                say(row.mode, language),
            )
            lines.append("".join(f"<td>{html.escape(cell)}</td>" for cell in cells))
        table = "".join(f"<tr>{line}</tr>" for line in lines)
        return f"<h4>{title}</h4><p>{question}<br>{cost}</p><table>{table}</table>"


def solve(
    scenario: Path | str,
    changes: Mapping[str, Any] | None = None,
    resolution: str | None = None,
    time_limit_s: float | None = None,
) -> Solved:
    """Solve a scenario file and audit the solution; nothing is written.

    changes: values by dotted key, as `--set` takes them, such as `{"targets.T16.mode": "hard"}`; a list or mapping is
    written as such, and "~delete" takes a key out. resolution: `full`, `daily:7,21`, `every:3h` or `segments:200` in
    place of the scenario's. Raises InputError, InfeasibleError, UnboundedError, SolverStoppedError, AuditError.
    """
    run = api.solve(scenario, _assignments(changes), resolution, time_limit_s)
    return Solved(case_of(run), run)


def load_results(folder: Path | str) -> Solved:
    """The solved scenario in a folder that `pzh-opt solve` or `Solved.save` wrote; InputError if it is none."""
    return Solved(load_case(folder))


def compare(*several: Solved) -> Comparison:
    """Solved scenarios side by side: what was put in and what came out, as tables. InputError for fewer than two."""
    return compare_cases([each.case for each in several])


def sensitivity(scenario: Path | str, **options: Any) -> pd.DataFrame:
    """The inputs of a scenario ranked by how far their stated range moves the result; see `studies.sensitivity`."""
    return _sensitivity(scenario, **options).table


def sweep(
    source: Path | str | Mapping[str, Any],
    changes: Mapping[str, Any] | None = None,
    folder: Path | str | None = None,
    jobs: int | None = None,
) -> Swept:
    """Solve one scenario over many values: a sweep file, or a mapping with its keys (see `inputs.sweep_file`).

    changes: of the scenario in every case, as for `solve`; folder: a folder of sweeps in which finished cases are kept
    and looked for; jobs: processes, all cores by default. A script that is not a notebook must call it under
    `if __name__ == "__main__":` unless jobs is 1. Raises InputError for a sweep with a fault; cases without a plan are
    among the results.
    """
    if folder is not None:
        claim(Path(folder))
    return _sweep(source, _assignments(changes), None if folder is None else Path(folder), jobs)


def _assignments(changes: Mapping[str, Any] | None) -> list[str]:
    # JSON is YAML that nothing can be read into
    return [f"{key}={json.dumps(value, ensure_ascii=False, allow_nan=False)}" for key, value in (changes or {}).items()]
