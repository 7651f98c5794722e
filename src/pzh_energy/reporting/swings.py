"""How far each number with a range moves each result of a plan, and what of that rests on which grade.

From a study in which every input stood at both ends of its range, one at a time. A swing is the distance between the
least and the largest value of a result, the scenario as it stands included, over the ends that have a plan. The sum of
all swings of a result, by grade of the input, says what it rests on; it is a measure of weight, not a range: inputs
that move together may add up or cancel out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.reporting.files import RESOLVED, SWINGS, SWINGS_TABLE, replace_text
from pzh_energy.reporting.frames import IDENTIFIER, NUMBER, Column, frame
from pzh_energy.reporting.grades import GRADES
from pzh_energy.reporting.scorecard import ScorecardRow

SCHEMA_VERSION = 1
PROGRAM = "pzh-opt sensitivity"
OBJECTIVE = "objective"
MOST = 3
"""Inputs named for each result as those that move it most."""
WITHOUT_PLAN = ("infeasible", "refused", "stopped")
"""What stands in the place of a verdict at an end without a plan."""

MOVES = (
    Column("result", IDENTIFIER, "objective, or id of the target"),
    Column("result_unit", IDENTIFIER, "unit of base, at_low, at_high and swing"),
    Column("base", NUMBER, "result of the scenario as it stands"),
    Column("verdict", IDENTIFIER, "verdict on the target there; empty for the objective"),
    Column("input", IDENTIFIER, "table.item.parameter, or table.profile"),
    Column("unit", IDENTIFIER, "unit of the input"),
    Column("grade", IDENTIFIER, "its grade: A plan, B published, C engineering range, D assumption"),
    Column("low", IDENTIFIER, "low end; first..last of several years or months that differ"),
    Column("value", IDENTIFIER, "value as it stands"),
    Column("high", IDENTIFIER, "high end"),
    Column("at_low", NUMBER, "result with the input at its low end; empty where there is no plan"),
    Column("at_high", NUMBER, "result with the input at its high end"),
    Column("swing", NUMBER, "largest less least of base, at_low and at_high; empty without a plan at either end"),
    Column("verdict_at_low", IDENTIFIER, "verdict there, or infeasible, refused (no possible input), stopped"),
    Column("verdict_at_high", IDENTIFIER, "likewise at the high end"),
)


@dataclass(frozen=True)
class Mover:
    """An input and what it does to one result, in the words and numbers of `MOVES`."""

    input: str
    unit: str
    grade: str
    low: str
    value: str
    high: str
    at_low: float | None
    at_high: float | None
    swing: float | None
    verdict_at_low: str
    verdict_at_high: str

    @property
    def range(self) -> str:
        """`1 < 2 < 3 GW`."""
        unit = "" if self.unit == "1" else self.unit
        return f"{self.low} < {self.value} < {self.high} {unit}".rstrip()


@dataclass(frozen=True)
class ResultSwings:
    """What one result rests on.

    result: `objective` or the id of a target; base: as it stands, in `unit`; swing: sum over all inputs, by_grade: its
    parts; movers: the `MOST` widest; turned_by: every input that alone gives another verdict, the widest first.
    """

    result: str
    label_zh: str
    label_en: str
    year: int | None
    unit: str
    base: float | None
    verdict: str
    swing: float
    by_grade: Mapping[str, float]
    movers: tuple[Mover, ...]
    turned_by: tuple[Mover, ...]

    def share(self, grade: str) -> float | None:
        """Per cent of the swing that comes from inputs of a grade; None where nothing moves the result."""
        return 100.0 * self.by_grade.get(grade, 0.0) / self.swing if self.swing > 0 else None


@dataclass(frozen=True)
class Swings:
    """All results of a study: the objective, then the targets in their order.

    resolution: steps of the year it was solved on; inputs: how many numbers with a range were moved; without_plan:
    those that leave no plan at one of their ends, as movers of the objective.
    """

    resolution: str
    inputs: int
    results: tuple[ResultSwings, ...]
    without_plan: tuple[Mover, ...]


def swings_of(moves: pd.DataFrame, targets: Sequence[ScorecardRow], resolution: str) -> Swings:
    """The swings of a table of moves (columns `MOVES`, the objective and all targets for every input)."""
    known = {row.identifier: row for row in targets}
    results = []
    for result, of_result in moves.groupby("result", sort=False):
        ranked = of_result.sort_values("swing", ascending=False, kind="stable")
        first, row = ranked.iloc[0], known.get(str(result))
        sums = of_result.groupby("grade")["swing"].sum()
        movers = [_mover(record) for record in ranked.to_dict("records")]
        results.append(
            ResultSwings(
                result=str(result),
                label_zh=row.label_zh if row else "",
                label_en=row.label_en if row else "",
                year=row.year if row else None,
                unit=str(first["result_unit"]),
                base=_known(first["base"]),
                verdict=str(first["verdict"]),
                swing=float(sums.sum()),
                by_grade={grade: float(sums.get(grade, 0.0)) for grade in GRADES},
                movers=tuple(each for each in movers[:MOST] if each.swing),
                turned_by=tuple(each for each in movers if row and turns(each, str(first["verdict"]))),
            )
        )
    cost = moves[moves["result"] == OBJECTIVE]
    lost = cost[cost["verdict_at_low"].isin(WITHOUT_PLAN) | cost["verdict_at_high"].isin(WITHOUT_PLAN)]
    without = tuple(_mover(record) for record in lost.to_dict("records"))
    return Swings(resolution, len(cost), tuple(results), without)


def turns(mover: Mover, verdict: str) -> bool:
    """True if the verdict is another one at an end that has a plan."""
    return any(each not in (verdict, *WITHOUT_PLAN) for each in (mover.verdict_at_low, mover.verdict_at_high))


def by_weight(swings: Swings) -> list[tuple[Mover, int, int]]:
    """Inputs that are among the widest of a result or turn a verdict: of how many results, how many verdicts.

    Those of most results come first; of as many, those that turn more.
    """
    inputs: dict[str, Mover] = {}
    moved: dict[str, int] = {}
    turned: dict[str, int] = {}
    for result in swings.results:
        for count, movers in ((moved, result.movers), (turned, result.turned_by)):
            for each in movers:
                inputs.setdefault(each.input, each)
                count[each.input] = count.get(each.input, 0) + 1
    counted = [(each, moved.get(key, 0), turned.get(key, 0)) for key, each in inputs.items()]
    return sorted(counted, key=lambda each: (-each[1] - each[2], -each[2]))


def moving(moves: pd.DataFrame) -> pd.DataFrame:
    """The moves worth writing down: every input once, for the objective, and whatever else moves or turns."""
    turned = pd.Series(False, index=moves.index)
    for end in ("verdict_at_low", "verdict_at_high"):
        turned |= (moves[end] != moves["verdict"]) & ~moves[end].isin(WITHOUT_PLAN)
    return moves[(moves["result"] == OBJECTIVE) | (moves["swing"] > 0) | turned]


def moves_frame(records: Iterator[Mapping[str, Any]]) -> pd.DataFrame:
    """Records as a table of moves."""
    return frame(MOVES, records)


def write_swings(folder: Path, swings: Swings, moves: pd.DataFrame, hashes: Mapping[str, str]) -> tuple[Path, Path]:
    """Put a study of the scenario of a result folder into it: its table, and what `read_swings` reads; both paths."""
    stated = {
        "schema_version": SCHEMA_VERSION,
        "program": PROGRAM,
        "scenario_sha256": _fingerprint(folder),
        "input_hashes": dict(hashes),
        **asdict(swings),
    }
    text = json.dumps(stated, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    table, summary = folder / SWINGS_TABLE, folder / SWINGS
    # the summary last: without its table it would say what nobody can look up
    replace_text(table, csv_text(moves))
    replace_text(summary, text)
    return table, summary


def csv_text(moves: pd.DataFrame) -> str:
    """The table as CSV, with the mark that makes spreadsheets read Chinese text as UTF-8."""
    text: str = moving(moves).to_csv(index=False, float_format="%.10g", lineterminator="\n")
    return "\ufeff" + text


def read_swings(folder: Path, hashes: Mapping[str, str]) -> Swings | None:
    """The study in a result folder, None without one; InputError for one of another scenario or of other data."""
    path = folder / SWINGS
    if not path.is_file():
        return None
    remedy = f"Run `pzh-opt sensitivity {folder}` again, or delete it."
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        if stated["program"] != PROGRAM or stated["schema_version"] != SCHEMA_VERSION:
            raise InputError([Problem(str(path), "is no study of this version of pzh-opt.", remedy)])
        if stated["scenario_sha256"] != _fingerprint(folder):
            raise InputError([Problem(str(path), "is of another scenario than this result.", remedy)])
        if stated["input_hashes"] != dict(hashes):
            raise InputError([Problem(str(path), "was made with other data than this result.", remedy)])
        return Swings(
            resolution=str(stated["resolution"]),
            inputs=int(stated["inputs"]),
            results=tuple(_result(each) for each in stated["results"]),
            without_plan=tuple(Mover(**each) for each in stated["without_plan"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = f"cannot be read ({type(error).__name__}: {error})."
        raise InputError([Problem(str(path), what, remedy)]) from error


def _result(stated: Mapping[str, Any]) -> ResultSwings:
    movers = {name: tuple(Mover(**each) for each in stated[name]) for name in ("movers", "turned_by")}
    return ResultSwings(**{**stated, **movers})


def _mover(record: Mapping[Any, Any]) -> Mover:
    words = {each.name: record[each.name] for each in fields(Mover)}
    return Mover(**{**words, **{name: _known(words[name]) for name in ("at_low", "at_high", "swing")}})


def _known(value: float) -> float | None:
    return None if value != value else float(value)


def _fingerprint(folder: Path) -> str:
    """sha-256 of the scenario of a result folder as it was understood."""
    return hashlib.sha256((folder / RESOLVED).read_bytes()).hexdigest()
