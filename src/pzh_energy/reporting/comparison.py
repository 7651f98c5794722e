"""Solved scenarios side by side: what was put in, what the targets say, what is built, generated, paid and emitted.

Every table has a row for each fact, a column for each case under its name, and, for the second case and each one after
it, a column `change <name>` against the first. Units stand in a column of their own.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.inputs.datapackage import DataPackage
from pzh_energy.inputs.differences import Difference, Setting, differences, settings_of, with_data
from pzh_energy.reporting.cases import Case, with_distinct_names
from pzh_energy.reporting.texts import language_of

KEYS = {
    "inputs": ("key", "unit"),
    "targets": ("target", "year", "unit"),
    "verdicts": ("target", "year"),
    "capacity": ("year", "carrier", "series", "unit"),
    "investment": ("technology", "item", "quantity", "unit"),
    "balance": ("year", "entry", "unit"),
    "costs": ("technology", "kind", "unit"),
    "emissions": ("year", "technology", "unit"),
}
"""The columns that say what a row is about, by table; `unit` last where there is one."""

JUDGEMENTS = ("expect", "gate")
"""Keys that say how results are judged and move no number."""

NOISE = 1e-6
"""Changes below this, relative to the larger value (absolute below 1), are the solver's."""


@dataclass(frozen=True, repr=False)
class Comparison:
    """Cases under distinct names and the tables of what they say, in the columns of `KEYS`.

    inputs: texts, only what differs; all other tables hold every row. balance: TWh of a year put on (+) and taken off
    (-) the buses; costs: million CNY discounted over the horizon, adding up to the objective; investment: built over
    the horizon; emissions: kt of a year.
    """

    cases: tuple[Case, ...]
    inputs: pd.DataFrame
    targets: pd.DataFrame
    verdicts: pd.DataFrame
    capacity: pd.DataFrame
    investment: pd.DataFrame
    balance: pd.DataFrame
    costs: pd.DataFrame
    emissions: pd.DataFrame

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the cases, in order."""
        return tuple(case.name for case in self.cases)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name."""
        return {name: getattr(self, name) for name in KEYS}

    def __repr__(self) -> str:
        return f"Comparison({', '.join(self.names)})"

    def _repr_html_(self) -> str:
        """What differs, in the language of the environment, for notebooks."""
        from pzh_energy.reporting.comparison_page import html_body

        return html_body(self, language_of(os.environ))

    @property
    def milestones(self) -> tuple[int, ...]:
        """Years worth showing where there is room for few: those the targets name and every case's last one."""
        common = set.intersection(*(set(case.results.periods) for case in self.cases))
        named = {row.year for case in self.cases for row in case.scorecard if row.year is not None}
        return tuple(sorted((named & common) | ({max(common)} if common else set())))


def compare_cases(cases: Sequence[Case]) -> Comparison:
    """The cases side by side. InputError for fewer than two."""
    if len(cases) < 2:
        what, remedy = "a comparison needs at least two results.", "Name two or more result folders."
        raise InputError([Problem("compare", what, remedy)])
    named = with_distinct_names(cases)
    energy = "energy_twh"
    return Comparison(
        cases=named,
        inputs=input_table(named),
        targets=_targets(named),
        verdicts=_verdicts(named),
        capacity=_table(named, "capacity", "capacity_mw", "MW", query="series != 'operating' and series != 'physical'"),
        investment=_investment(named),
        balance=_table(named, "energy_balance", energy, "TWh", name="balance"),
        costs=_table(named, "costs", "cost_discounted_million_cny", "million CNY"),
        emissions=_table(named, "emissions", "co2_kt", "kt CO2"),
    )


def differing(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The rows of a table of numbers whose values are not the same in all cases, solver's noise aside."""
    values = table[list(names)]
    size = values.abs().max(axis=1).clip(lower=1.0)
    apart = (values.max(axis=1) - values.min(axis=1)) > NOISE * size
    return table[apart | (values.isna().any(axis=1) & values.notna().any(axis=1))]


def input_table(cases: Sequence[Case]) -> pd.DataFrame:
    """Inputs that differ, as texts: keys of the resolved scenarios, and numbers of the data they were solved with.

    Where the data a case was solved with are gone or have changed since, their files are compared by hash.
    """
    units = {row.metric: row.unit for case in cases for row in case.scorecard}
    written = [settings_of(case.document, units) for case in cases]
    packages = [case.data() for case in cases]
    known = [package for package in packages if package is not None]
    if len(known) == len(cases):
        rows = differences([*with_data(written, known)])
        rows = [row for row in rows if not row.key.startswith("series.")] + _files(cases, known)
    else:
        rows = [*differences(written), *_files(cases, [])]
    records = [
        {"key": row.key, "unit": row.unit, **dict(zip((c.name for c in cases), map(_shown, row.settings), strict=True))}
        for row in rows
        if row.key.rpartition(".")[2] not in JUDGEMENTS
    ]
    return pd.DataFrame(records, columns=[*KEYS["inputs"], *(case.name for case in cases)], dtype="str")


def _files(cases: Sequence[Case], known: Sequence[DataPackage]) -> list[Difference]:
    """Data files with different contents; with packages at hand only the hourly ones, of which no number is shown."""
    hashes = [{f"data.{name}": Setting(digest[:12]) for name, digest in case.hashes.items()} for case in cases]
    rows = differences(hashes)
    compared = {f"data.{path}" for package in known for path in package.hashes}
    return [row for row in rows if row.key not in compared]


def _shown(setting: Setting | None) -> str:
    return "-" if setting is None else setting.value


def _targets(cases: Sequence[Case]) -> pd.DataFrame:
    """What each case achieves of every target; that it asks differently stands among the inputs."""
    frames = [
        pd.DataFrame(
            [(r.identifier, r.year, r.unit, r.achieved) for r in case.scorecard],
            columns=[*KEYS["targets"], case.name],
        ).astype({"year": "Int64", case.name: "float64"})
        for case in cases
    ]
    return _with_changes(_joined(frames, KEYS["targets"]), [case.name for case in cases])


def _verdicts(cases: Sequence[Case]) -> pd.DataFrame:
    """The verdict of every target in each case."""
    frames = [
        pd.DataFrame(
            [(r.identifier, r.year, r.verdict) for r in case.scorecard], columns=[*KEYS["verdicts"], case.name]
        ).astype({"year": "Int64"})
        for case in cases
    ]
    return _joined(frames, KEYS["verdicts"])


def _investment(cases: Sequence[Case]) -> pd.DataFrame:
    """What each case builds over the horizon, in the unit of each quantity."""
    keys = list(KEYS["investment"])
    frames = [
        case.table("investment").groupby(keys, sort=False)["new_capacity"].sum().rename(case.name).reset_index()
        for case in cases
    ]
    return _with_changes(_filled(_joined(frames, keys), cases), [case.name for case in cases])


def _table(cases: Sequence[Case], source: str, value: str, unit: str, query: str = "", name: str = "") -> pd.DataFrame:
    """A table of `reporting.tables` summed over what is not a key, a column for each case."""
    keys = [key for key in KEYS[name or source] if key != "unit"]
    frames = []
    for case in cases:
        table = case.table(source)
        table = table.query(query) if query else table
        frames.append(table.groupby(keys, sort=False)[value].sum().rename(case.name).reset_index())
    joined = _filled(_joined(frames, keys), cases)
    joined.insert(len(keys), "unit", pd.Series([unit] * len(joined), dtype="str", index=joined.index))
    return _with_changes(joined, [case.name for case in cases])


def _joined(frames: Sequence[pd.DataFrame], keys: Sequence[str]) -> pd.DataFrame:
    """The frames side by side on their keys, in the order in which these first appear."""
    out = frames[0]
    for frame in frames[1:]:
        out = out.merge(frame, on=list(keys), how="outer", sort=False)
    order = pd.concat([frame[list(keys)] for frame in frames]).drop_duplicates(ignore_index=True)
    out = order.merge(out, on=list(keys), how="left")
    return out.sort_values("year", kind="stable", ignore_index=True) if "year" in keys else out


def _filled(table: pd.DataFrame, cases: Sequence[Case]) -> pd.DataFrame:
    """The table with zero for what only other cases have, as a technology that is off; not in years a case lacks."""
    for case in cases:
        present = pd.Series(True, index=table.index)
        if "year" in table:
            present = table["year"].isin(case.results.periods)
        table.loc[present, case.name] = table.loc[present, case.name].fillna(0.0)
    return table


def _with_changes(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The table with what each later case has more than the first."""
    for name in names[1:]:
        table[f"change {name}"] = table[name] - table[names[0]]
    return table
