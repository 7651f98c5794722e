"""A result folder read back: results, scorecard, tables and findings, for everything that reports without solving."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.files import FINDINGS, SUMMARY, read_results
from pzh_energy.reporting.findings import Finding
from pzh_energy.reporting.plots import Plots
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.swings import Swings, read_swings
from pzh_energy.reporting.verification import Verification, of_summary

SCORECARD = "scorecard"
TEXT_COLUMNS = ("carrier", "entry", "item", "kind", "series", "station", "status", "technology", "unit")


@dataclass(frozen=True)
class SavedRun:
    """A run as its folder holds it.

    summary: what `summary.json` says; findings: in the order of `findings.json`, none without that file.
    """

    folder: Path
    results: Results
    summary: Mapping[str, Any]
    scorecard: tuple[ScorecardRow, ...]
    findings: tuple[Finding, ...]

    @property
    def objective(self) -> float:
        """Discounted cost of the horizon [million CNY]."""
        return float(self.summary["objective_million_cny"])

    @cached_property
    def verification(self) -> Verification | None:
        """The plan hour by hour; None where that was not asked for."""
        return of_summary(self.summary.get("verification"))

    @cached_property
    def swings(self) -> Swings | None:
        """What its results rest on, if `pzh-opt sensitivity` was run on the folder; InputError if that is stale."""
        return read_swings(self.folder, self.summary.get("input_hashes", {}))

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every CSV table of the folder by name, but for the scorecard, in the order of the folder's list."""
        names = [Path(name).stem for name in self.summary["files"] if name.endswith(".csv")]
        return {name: _table(self.folder / f"{name}.csv") for name in names if name != SCORECARD}

    @property
    def plot(self) -> Plots:
        """Pictures, in English; `Plots(results, "zh")` draws them in Chinese."""
        return Plots(self.results, "en", self.scorecard)


def load_results(folder: Path | str) -> SavedRun:
    """The run in a folder that `pzh-opt solve` wrote; InputError if it is none, or one this version cannot read."""
    folder = Path(folder)
    results = read_results(folder)
    summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    return SavedRun(folder, results, summary, _scorecard(folder, summary), _findings(folder / FINDINGS))


def _scorecard(folder: Path, summary: Mapping[str, Any]) -> tuple[ScorecardRow, ...]:
    """Rows of the summary; fields that a later version added are passed over, missing ones refused."""
    known = [each.name for each in fields(ScorecardRow)]
    try:
        return tuple(ScorecardRow(**{name: row[name] for name in known}) for row in summary["targets"])
    except (KeyError, TypeError) as error:
        what = f"its targets lack {error}."
        raise InputError([Problem(str(folder / SUMMARY), what, "Solve the scenario again.")]) from None


def _findings(path: Path) -> tuple[Finding, ...]:
    """Findings of the file, none where there is no file."""
    if not path.is_file():
        return ()
    try:
        return tuple(Finding(**each) for each in json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        what = f"is not a list of findings ({error})."
        raise InputError([Problem(str(path), what, "Solve the scenario again.")]) from None


def _table(path: Path) -> pd.DataFrame:
    try:
        texts = _dtypes(path)
        # only what is empty is missing, not a plant called NA; and an empty text is a text
        table = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, na_values=[""], dtype=texts)
        words = [column for column in table if column in texts or not pd.api.types.is_numeric_dtype(table[column])]
        return table.fillna(dict.fromkeys(words, ""))
    except (OSError, ValueError) as error:
        raise InputError([Problem(str(path), f"cannot be read: {error}.", "Solve the scenario again.")]) from None


def _dtypes(path: Path) -> dict[str, str]:
    """Texts stay texts, whatever they look like."""
    header = path.read_text(encoding="utf-8-sig").split("\n", 1)[0].strip().split(",")
    return {name: "str" for name in header if name in TEXT_COLUMNS or name.endswith(("_zh", "_en"))}
