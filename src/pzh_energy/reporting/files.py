"""The result folder of a run: written beside its place and moved there whole, so that no reader meets half a result."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.inputs.scenario import Scenario
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.findings import Finding
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.netcdf import read_netcdf, write_netcdf
from pzh_energy.reporting.scorecard import ScorecardRow, gate_missed
from pzh_energy.reporting.stated_targets import StatedTarget, as_provenance, of_provenance
from pzh_energy.reporting.tables import all_tables
from pzh_energy.reporting.texts import LANGUAGES, say
from pzh_energy.reporting.verification import Verification, as_summary, verification_table

SCHEMA_VERSION = 1
SUMMARY = "summary.json"
NETCDF = "results.nc"
RESOLVED = "scenario.resolved.yaml"
FINDINGS = "findings.json"
SWINGS, SWINGS_TABLE = "sensitivity.json", "sensitivity.csv"
PAGE = "report.html"
MADE_FROM_RESULTS = (PAGE, "report.xlsx", SWINGS, SWINGS_TABLE)
"""What other commands put into a result folder; it goes when the results it was made from go."""
PROGRAM = "pzh-opt"
SAME_COST = 1e-5
"""Relative difference of cost that two optimal solves of the same program may have."""
NAMED = ("technology", "item", "station", "bus", "carrier")
"""Columns of ids; each is followed by the names in Chinese and English in the files."""
CODED = ("season", "side", "line", "sector")
"""Columns of words that the texts know under `<column>_<word>`; each is followed likewise."""


class Solved(Protocol):
    """What is written: a solved and audited scenario, as `api.Run` is."""

    @property
    def scenario(self) -> Scenario: ...
    @property
    def results(self) -> Results: ...
    @property
    def scorecard(self) -> tuple[ScorecardRow, ...]: ...
    @property
    def checks(self) -> tuple[Check, ...]: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def timings(self) -> Mapping[str, float]: ...
    @property
    def size(self) -> tuple[int, int, int]: ...
    @property
    def objective(self) -> float: ...
    @property
    def verification(self) -> Verification | None: ...


def write_folder(run: Solved, folder: Path) -> Path:
    """Write the result folder of a run and return its path; an older result of ours in its place is replaced.

    The files are written into a sibling folder, which then takes the place by renaming. Whatever goes wrong before or
    during that, Ctrl-C included, the old folder stays as it was and nothing is left over; what a killed run left behind
    is cleared away by the next. Raises InputError for a place that is not ours to replace, OSError if the disk refuses.
    """
    folder = Path(os.path.realpath(folder))
    check_destination(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear_leftovers(folder)
    partial, previous = _sibling(folder, os.getpid(), "partial"), _sibling(folder, os.getpid(), "previous")
    try:
        partial.mkdir()
        _write_files(run, partial, folder)
        if folder.exists():
            folder.rename(previous)
        partial.rename(folder)
    except BaseException:
        if previous.exists() and not folder.exists():
            previous.rename(folder)
        raise
    finally:
        for path in (partial, previous):
            # also after a success: an old result that cannot be removed does not make the new one wrong
            with suppress(OSError):
                shutil.rmtree(path)
    return folder


def check_destination(folder: Path) -> None:
    """InputError unless a result may go there: a new or an empty folder, or a result folder with nothing else in it."""
    folder = Path(os.path.realpath(folder))
    remedy = "Choose another folder with -o."
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir():
        raise InputError([Problem(str(existing), "is not a folder.", remedy)])
    if not os.access(existing if existing != folder else folder.parent, os.W_OK | os.X_OK):
        raise InputError([Problem(str(existing), "cannot be written to.", remedy)])
    present = {path.name for path in folder.iterdir()} if existing == folder else set()
    if not present:
        return
    ours = _files_of(folder)
    if ours is None:
        what = "is not a result folder and would be lost."
        raise InputError([Problem(str(folder), what, remedy)])
    foreign = sorted(present - ours)
    if foreign:
        what = f"also holds {', '.join(foreign)}, which would be lost."
        raise InputError([Problem(str(folder), what, f"Move it elsewhere. {remedy}")])


def read_results(folder: Path) -> Results:
    """The results in a folder that `write_folder` wrote; InputError if it is none, or its arrays cannot be read."""
    if _files_of(folder) is None or not (folder / NETCDF).is_file():
        remedy = "Name a folder that `pzh-opt solve` wrote."
        raise InputError([Problem(str(folder), "is not a result folder.", remedy)])
    try:
        return read_netcdf(folder / NETCDF)
    except (OSError, TypeError, ValueError, KeyError) as error:
        what = "is damaged, or was written by another version of pzh-opt."
        raise InputError([Problem(str(folder / NETCDF), what, "Solve the scenario again.")]) from error


def scenario_of_result(folder: Path) -> Path:
    """The scenario of a result folder as it was understood; InputError if it is no result folder."""
    if _files_of(folder) is None or not (folder / RESOLVED).is_file():
        remedy = "Name a scenario file, or a folder that `pzh-opt solve` wrote."
        raise InputError([Problem(str(folder), "is not a result folder.", remedy)])
    return folder / RESOLVED


def refuse_changed(folder: Path, hashes: Mapping[str, str]) -> None:
    """InputError if the data have changed since the result in the folder was made."""
    before = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))["input_hashes"]
    changed = sorted(name for name in {*before, *hashes} if before.get(name) != hashes.get(name))
    if changed:
        what = f"the data have changed since this result was made: {', '.join(changed)}."
        raise InputError([Problem(str(folder), what, "Solve the scenario again.")])


def refuse_other_cost(folder: Path, objective: float) -> None:
    """InputError if a plan solved anew does not cost what the result in the folder says."""
    before = float(json.loads((folder / SUMMARY).read_text(encoding="utf-8"))["objective_million_cny"])
    if abs(before - objective) > SAME_COST * max(1.0, abs(before)):
        what = f"the same scenario now costs {objective:.3f} million CNY, not {before:.3f}: the program has changed."
        raise InputError([Problem(str(folder), what, "Solve the scenario again.")])


def replace_text(path: Path, text: str) -> None:
    """Write beside its place and move there, so that nobody reads half a file."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def summary(run: Solved, files: list[str]) -> dict[str, Any]:
    """What `summary.json` says.

    schema_version; program; scenario; title and question {zh, en} or null; status; objective_million_cny (discounted);
    targets: one object for each scorecard row, with the fields of `ScorecardRow`; stated_targets: one for each target
    of the plan that is not among them, with the fields of `StatedTarget`; gate_missed: ids; size {rows, columns,
    nonzeros}; verification: the plan hour by hour, with the fields of `Verification` and whether it `holds`, null if
    not asked for; timings_s by phase; versions; input_hashes (sha256 by file); solver; audit_checks: {name, difference,
    tolerance, unit, passed}; files: what the folder holds.
    """
    provenance, scenario = run.results.provenance, run.scenario
    checks = [
        {"name": c.name, "difference": c.difference, "tolerance": c.tolerance, "unit": c.unit, "passed": c.passed}
        for c in run.checks
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "program": PROGRAM,
        "scenario": scenario.name,
        "title": scenario.title.model_dump() if scenario.title else None,
        "question": scenario.question.model_dump() if scenario.question else None,
        "status": provenance.get("solver", {}).get("outcome", "optimal"),
        "objective_million_cny": run.objective,
        "targets": [asdict(row) for row in run.scorecard],
        "stated_targets": as_provenance(of_provenance(provenance)),
        "gate_missed": [row.identifier for row in gate_missed(run.scorecard)],
        "size": dict(zip(("rows", "columns", "nonzeros"), run.size, strict=True)),
        "verification": as_summary(run.verification),
        "timings_s": dict(run.timings),
        "versions": provenance.get("versions", {}),
        "input_hashes": provenance.get("input_hashes", {}),
        "solver": provenance.get("solver", {}),
        "audit_checks": checks,
        "files": files,
    }


def scorecard_table(rows: tuple[ScorecardRow, ...], stated: tuple[StatedTarget, ...] = ()) -> pd.DataFrame:
    """The scorecard as a table, one column for each field of `ScorecardRow`, then the other targets of the plan.

    Those have their status for a verdict, their statement for a note, and columns for what stands in for an input.
    """
    names = list(ScorecardRow.__dataclass_fields__)
    more = [name for name in StatedTarget.__dataclass_fields__ if name.startswith("input_")]
    records = [asdict(row) for row in rows]
    for target in stated:
        notes = {"note_zh": target.statement_zh, "note_en": target.statement_en}
        known = {name: value for name, value in asdict(target).items() if name in (*names, *more)}
        records.append({**known, "verdict": target.status, **notes})
    table = pd.DataFrame(records, columns=[*names, *more])
    years = dict.fromkeys(("year", "worst_year", "shadow_price_year", "track_year"), "Int64")
    return table.astype(years)


def named(table: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    """The table with the Chinese and English name beside every id."""
    out = table.copy()
    for column in (*NAMED, *CODED):
        if column in table:
            place = list(out.columns).index(column)
            for offset, language in enumerate(LANGUAGES, start=1):
                # a column of thousands of rows has a few dozen words
                words = [str(word) for word in table[column].to_numpy(object)]
                if column in CODED:
                    name_of = {word: say(f"{column}_{word}", language) if word else "" for word in set(words)}
                else:
                    name_of = {word: labels.name(word, language) for word in set(words)}
                names = [name_of[word] for word in words]
                out.insert(place + offset, f"{column}_{language}", pd.Series(names, dtype="str", index=out.index))
    return out


def _write_files(run: Solved, folder: Path, final: Path) -> None:
    """Write every file of a result into `folder`, which will become `final`."""
    history = {"history_until": run.scenario.horizon.history_until}
    results = run.results.with_provenance({**history, **run.results.provenance})
    labels = Labels.of(results.provenance)
    tables = {name: named(table, labels) for name, table in all_tables(results).items()}
    tables["scorecard"] = scorecard_table(run.scorecard, of_provenance(results.provenance))
    if run.verification is not None:
        tables["verification"] = verification_table(run.verification)
    write_netcdf(results, folder / NETCDF)
    for name, table in tables.items():
        # with the mark that makes spreadsheets read Chinese text as UTF-8
        table.to_csv(
            folder / f"{name}.csv", index=False, encoding="utf-8-sig", float_format="%.10g", lineterminator="\n"
        )
    (folder / RESOLVED).write_text(run.scenario.resolved(relative_to=final), encoding="utf-8")
    said = json.dumps([asdict(each) for each in run.findings], ensure_ascii=False, indent=2, allow_nan=False)
    (folder / FINDINGS).write_text(said + "\n", encoding="utf-8")
    files = sorted([FINDINGS, NETCDF, RESOLVED, SUMMARY, *(f"{name}.csv" for name in tables)])
    text = json.dumps(summary(run, files), ensure_ascii=False, indent=2, allow_nan=False)
    (folder / SUMMARY).write_text(text + "\n", encoding="utf-8")


def _files_of(folder: Path) -> set[str] | None:
    """Names of the files a result folder lists as its own; None if it is not a result folder."""
    try:
        stated = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        return {*stated["files"], *MADE_FROM_RESULTS} if stated["program"] == PROGRAM else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sibling(folder: Path, process: int, kind: str) -> Path:
    return folder.with_name(f".{folder.name}.{process}.{kind}")


def _clear_leftovers(folder: Path) -> None:
    """Put right what a killed run left: bring a displaced result back, remove an unfinished one; spare running ones."""
    beside = sorted(folder.parent.iterdir())
    for kind in ("previous", "partial"):
        for path in beside:
            head, tail = f".{folder.name}.", f".{kind}"
            process = path.name.removeprefix(head).removesuffix(tail)
            if path.name != f"{head}{process}{tail}" or not process.isdigit() or _is_another(int(process)):
                continue
            if kind == "previous" and not folder.exists():
                path.rename(folder)
            else:
                shutil.rmtree(path)


def _is_another(process: int) -> bool:
    """True if a process other than this one runs under the id."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()
