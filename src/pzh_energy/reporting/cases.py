"""A solved scenario as readers take it up: its results, scorecard and inputs, fresh from a run or from its folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from pzh_energy.domain.errors import InputError, Problems
from pzh_energy.inputs.datapackage import DataPackage, read_datapackage
from pzh_energy.inputs.yaml_source import read_yaml
from pzh_energy.modeling.results import EMISSIONS, Results
from pzh_energy.reporting.files import RESOLVED, Solved
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.saved import load_results
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.tables import TABLES
from pzh_energy.reporting.texts import Language


@dataclass(frozen=True)
class Case:
    """One solved scenario under the name it is compared by.

    document: the resolved scenario; objective: million CNY, discounted; timings: seconds by phase; data_path: folder of
    its data package as the scenario states it; title, question: {zh, en}, empty where the scenario states none.
    """

    name: str
    results: Results = field(repr=False)
    scorecard: tuple[ScorecardRow, ...] = field(repr=False)
    document: Mapping[str, Any] = field(repr=False)
    objective: float
    data_path: Path
    timings: Mapping[str, float] = field(default_factory=dict)
    folder: Path | None = None

    @cached_property
    def labels(self) -> Labels:
        """Names, colours and order."""
        return Labels.of(self.results.provenance)

    @property
    def hashes(self) -> Mapping[str, str]:
        """sha-256 of every input file of the data package, by name."""
        return dict(self.results.provenance.get("input_hashes", {}))

    def said(self, key: str, language: Language) -> str:
        """Title or question of the scenario, empty where it has none."""
        return str((self.document.get(key) or {}).get(language, ""))

    def table(self, name: str) -> pd.DataFrame:
        """One of the tables of `reporting.tables`, made from the results."""
        return TABLES[name][1](self.results)

    def emitted(self) -> pd.Series:
        """Carbon dioxide of the city by year [kt], as targets count it: what is captured taken off, sinks left out."""
        net = self.results.net_amount(self.results.ledger("co2", any_of=EMISSIONS))
        return pd.Series(net.values, index=list(self.results.periods))

    def data(self) -> DataPackage | None:
        """The data package the case was solved with, without hourly values; None if it is gone or has changed."""
        try:
            package = read_datapackage(self.data_path, with_series=False)
        except InputError:
            return None
        same = all(self.hashes.get(name) == digest for name, digest in package.hashes.items())
        return package if same and package.hashes else None


def case_of(run: Solved) -> Case:
    """A run as a case, under its scenario's name."""
    scenario = run.scenario
    document = scenario.document()
    return Case(
        scenario.name, run.results, run.scorecard, document, run.objective, scenario.data_path, dict(run.timings)
    )


def load_case(folder: Path | str) -> Case:
    """The case in a result folder, under its scenario's name; InputError if the folder holds no whole result."""
    saved = load_results(folder)
    problems = Problems()
    document: Any = read_yaml(saved.folder / RESOLVED, problems).plain()
    problems.raise_if_any()
    data_path = (saved.folder / str(document["data"])).resolve()
    timings = saved.summary.get("timings_s", {})
    name = str(document["name"])
    return Case(name, saved.results, saved.scorecard, document, saved.objective, data_path, timings, saved.folder)


def with_distinct_names(cases: Sequence[Case]) -> tuple[Case, ...]:
    """The cases; those that share a name are called by their folder, and by a number where that is not enough."""
    out = list(cases)
    for rename in (_by_folder, _by_number):
        count = Counter(case.name for case in out)
        out = [rename(case, k) if count[case.name] > 1 else case for k, case in enumerate(out, 1)]
    return tuple(out)


def _by_folder(case: Case, _: int) -> Case:
    return case if case.folder is None else replace(case, name=case.folder.resolve().name)


def _by_number(case: Case, number: int) -> Case:
    return replace(case, name=f"{case.name}_{number}")
