"""Many cases at a glance: a row for each, with its question, some targets, capacities, carbon dioxide and cost.

Costs are held against the first case, and only where the periods are the same: the sum over another horizon is another
sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss
from pzh_energy.reporting.cases import Case
from pzh_energy.reporting.comparison import Comparison
from pzh_energy.reporting.comparison_views import MARKS
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.terminal import SIGNS
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import converted, display, quantity

BEGIN, END = "<!-- pzh-opt compare: made by the command, do not edit -->", "<!-- pzh-opt compare: end -->"
"""What stands around the table in a file, so that it can be renewed there."""
COARSER = "≈"
"""Before a change of cost between cases of different resolution."""
STORAGE = "storage"
AS_HIGH = 1e-6
"""Relative difference below which two years emit the same."""
PRINTED = {">=": "≥", "<=": "≤", "~": "≈", "=": "="}
"""Signs as a page shows them: a terminal keeps to ASCII, and Markdown reads a tilde."""


@dataclass(frozen=True)
class Overview:
    """A table of texts: a row for each case; legend: names of the targets in the headings, and how to read the rest."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[str, ...]


def overview(comparison: Comparison, language: Language, targets: Sequence[str] = ()) -> Overview:
    """The cases at a glance; targets: ids to show, by default the gated ones. InputError for one that no case has."""
    known: dict[str, ScorecardRow] = {}
    for case in comparison.cases:
        for row in case.scorecard:
            known.setdefault(row.identifier, row)
    problems = Problems()
    for identifier in targets:
        if identifier not in known:
            problems.add(f"--target {identifier}", "no such target in these results.", near_miss(identifier, known))
    problems.raise_if_any()
    shown = [known[each] for each in targets] or [row for row in known.values() if row.gate]
    year = comparison.milestones[-1] if comparison.milestones else None
    carriers = _carriers(comparison, year)
    power, money = display("MW", language), display("million CNY", language)
    columns = [
        say("case", language),
        say("question", language),
        *(_asked(row, language) for row in shown),
        *(f"{_carrier_name(comparison, each, language)} {year} {power.label}" for each in carriers),
        say("co2_peak_heading", language, unit=display("kt CO2", language).label),
        say("cost_change_heading", language, unit=money.label),
    ]
    rows = [
        (
            case.name,
            case.said("question", language),
            *(_achieved(case, row, language) for row in shown),
            *(_capacity(case, each, year, language) for each in carriers),
            _peak(case, language),
            _change(case, comparison.cases[0], language),
        )
        for case in comparison.cases
    ]
    legend = [
        *(f"{row.identifier} {row.label_zh if language == 'zh' else row.label_en}" for row in shown),
        say("overview_sense", language, first=comparison.names[0]),
        say("verdict_marks", language),
    ]
    return Overview(tuple(columns), tuple(rows), tuple(legend))


def markdown(comparison: Comparison, language: Language, targets: Sequence[str] = ()) -> str:
    """The overview as a Markdown table with its legend."""
    table = overview(comparison, language, targets)
    lines = ["| " + " | ".join(_cell(each) for each in row) + " |" for row in (table.headings, *table.rows)]
    lines.insert(1, "|" + "---|" * 2 + "---:|" * (len(table.headings) - 2))
    return "\n".join([*lines, "", *(f"- {_cell(each)}" for each in table.legend)]) + "\n"


def write_markdown(comparison: Comparison, path: Path, language: Language, targets: Sequence[str] = ()) -> Path:
    """Write the overview to a new file, or renew it between its marks in one that has them; returns its path.

    Raises InputError for a file without the marks: its text is somebody's own.
    """
    made = f"{BEGIN}\n\n{markdown(comparison, language, targets)}\n{END}\n"
    if path.exists():
        text = path.read_text(encoding="utf-8")
        before, begin, rest = text.partition(BEGIN)
        _, end, after = rest.partition(END)
        if not begin or not end:
            remedy = f"Name a new file, or put the lines {BEGIN} and {END} where the table shall stand."
            raise InputError([Problem(str(path), "exists and has no place for the table.", remedy)])
        made = before + made.rstrip("\n") + after
    path.write_text(made, encoding="utf-8")
    return path


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("~", "\\~")


def _asked(row: ScorecardRow, language: Language) -> str:
    """Id, year and what is asked of a target."""
    asked = PRINTED[SIGNS[row.operator]] + quantity(row.required, row.unit, language)
    return " ".join(part for part in (row.identifier, str(row.year or ""), asked) if part)


def _achieved(case: Case, asked: ScorecardRow, language: Language) -> str:
    """What a case achieves, with its verdict's mark, and what it asks where that is not what the heading says."""
    row = next((row for row in case.scorecard if row.identifier == asked.identifier), None)
    if row is None:
        return "-"
    text = converted(row.achieved, row.unit, language) + MARKS[row.verdict]
    same = (row.operator, row.required, row.year) == (asked.operator, asked.required, asked.year)
    return text if same else f"{text} ({_asked(row, language).removeprefix(row.identifier).strip()})"


def _carriers(comparison: Comparison, year: int | None) -> list[str]:
    """Carriers that have capacity in any case in a year, in the order of their labels; all storage as one, last."""
    table = comparison.capacity
    there = table[(table["year"] == year) & (table[list(comparison.names)].max(axis=1) > 0)]
    counted = there.loc[there["series"] == "statistical", "carrier"].unique()
    found = sorted(map(str, counted), key=comparison.cases[0].labels.order)
    return [*found, *([STORAGE] if (there["series"] == STORAGE).any() else [])]


def _carrier_name(comparison: Comparison, carrier: str, language: Language) -> str:
    return say(STORAGE, language) if carrier == STORAGE else comparison.cases[0].labels.name(carrier, language)


def _capacity(case: Case, carrier: str, year: int | None, language: Language) -> str:
    """Capacity of a carrier at the end of a year, as the statistics count it; of all storage its power."""
    table = case.table("capacity")
    counted = (
        (table["series"] == STORAGE)
        if carrier == STORAGE
        else ((table["series"] == "statistical") & (table["carrier"] == carrier))
    )
    chosen = table[(table["year"] == year) & counted]
    unit = display("MW", language)
    return fixed(float(chosen["capacity_mw"].sum()) * unit.factor, unit.digits)


def _peak(case: Case, language: Language) -> str:
    """The highest emissions of a year in the horizon, sinks left out, and the first year that has them."""
    by_year = case.emitted()
    most = float(by_year.max())
    if most <= 0:
        return "-"
    year = int(by_year[by_year >= most * (1 - AS_HIGH)].index[0])
    return say("amount_in_year", language, amount=converted(most, "kt CO2", language), year=year)


def _change(case: Case, first: Case, language: Language) -> str:
    """What a case costs more than the first one; of the first its whole cost; `-` over another horizon."""
    unit = display("million CNY", language)
    if case is first:
        return fixed(case.objective * unit.factor, unit.digits)
    if case.results.periods != first.results.periods:
        return "-"
    alike = case.document.get("resolution") == first.document.get("resolution")
    change = fixed((case.objective - first.objective) * unit.factor, unit.digits + 1, signed=True)
    return change if alike else COARSER + change


def fixed(value: float, digits: int, signed: bool = False) -> str:
    """A number with so many digits, whatever its size: what is below the last one is nothing in a table of many cases.

    >>> fixed(2e-6, 1), fixed(-0.0001, 2, signed=True), fixed(0.25, 1, signed=True)
    ('0.0', '0.00', '+0.2')
    """
    text = f"{value:{'+' if signed else '-'}.{digits}f}"
    return text if float(text) else f"{0.0:.{digits}f}"
