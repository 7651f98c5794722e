"""What a report says, before it is a page or a workbook: one content, so that both say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pzh_energy.reporting.plots import Drawn, pictures
from pzh_energy.reporting.plots.capacity import SIGNS
from pzh_energy.reporting.report.swings import swing_note, swing_sheets
from pzh_energy.reporting.report.tables import Sheet, planner_tables
from pzh_energy.reporting.report.verification import verification_sheets
from pzh_energy.reporting.saved import SavedRun
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.terminal import (
    CARRIERS,
    FLOWS,
    objective_line,
    scorecard_notes,
    yearly_summary,
)
from pzh_energy.reporting.texts import Language, say, weather_name
from pzh_energy.reporting.units import converted, display


@dataclass(frozen=True)
class Target:
    """A line of the scorecard in the unit of the language; numbers as they are shown, and as they are."""

    identifier: str
    clause: str
    name: str
    year: str
    sign: str
    required: str
    achieved: str
    margin: str
    unit: str
    verdict: str
    verdict_key: str
    mode: str
    track: str
    row: ScorecardRow


@dataclass(frozen=True)
class Report:
    """A run in one language.

    facts: name and value; notes: sentences under the scorecard; findings: id, title and text; stated: targets of the
    plan that are not computed; rests_on: what each result rests on, beside the picture of grades, or rests_note: how to
    get that.
    """

    language: Language
    title: str
    question: str
    facts: Sequence[tuple[str, str]]
    targets: Sequence[Target]
    notes: Sequence[str]
    stated: Sheet
    findings: Sequence[tuple[str, str, str]]
    summary: Sheet
    tables: Sequence[Sheet]
    pictures: Sequence[Drawn]
    rests_on: Sequence[Sheet]
    rests_note: str

    @property
    def has_track(self) -> bool:
        """True if any target says where its observed years stand against its path."""
        return any(target.track for target in self.targets)


def make_report(run: SavedRun, language: Language, drawn: Callable[[], Sequence[Drawn]] | None = None) -> Report:
    """The content of a run's report; InputError if its folder's tables cannot be read.

    drawn: gives the pictures of the run in the language; without it they are drawn here, one after the other.
    """
    stated: Mapping[str, str] = run.summary.get("title") or {}
    question: Mapping[str, str] = run.summary.get("question") or {}
    return Report(
        language=language,
        title=stated.get(language) or str(run.summary["scenario"]),
        question=question.get(language, ""),
        facts=_facts(run, language),
        targets=[_target(row, language) for row in run.scorecard],
        notes=scorecard_notes(run.scorecard, language),
        stated=_stated(run, language),
        findings=[
            (each.identifier, getattr(each, f"title_{language}"), getattr(each, f"text_{language}"))
            for each in run.findings
        ],
        summary=_yearly(run, language),
        tables=[*verification_sheets(run.verification, language), *planner_tables(run, language)],
        pictures=_drawn(run, language) if drawn is None else drawn(),
        rests_on=swing_sheets(run, language),
        rests_note=swing_note(run, language),
    )


def _drawn(run: SavedRun, language: Language) -> list[Drawn]:
    return [picture.drawn() for picture in pictures(run.results, language, run.scorecard)]


def _target(row: ScorecardRow, language: Language) -> Target:
    return Target(
        identifier=row.identifier,
        clause=row.clause,
        name=row.label_zh if language == "zh" else row.label_en,
        year=say("every_year", language) if row.year is None else str(row.year),
        sign=SIGNS.get(row.operator, row.operator),
        required=converted(row.required, row.unit, language),
        achieved=converted(row.achieved, row.unit, language),
        margin=converted(row.margin, row.unit, language, signed=True),
        unit=display(row.unit, language).label,
        verdict=say(row.verdict, language),
        verdict_key=row.verdict,
        mode=say(row.mode, language),
        track=say(f"track_word_{row.track}", language) if row.track else "",
        row=row,
    )


def _facts(run: SavedRun, language: Language) -> list[tuple[str, str]]:
    """What was solved, how finely, with what, and whether it held its own audit."""
    results, summary = run.results, run.summary
    verdicts = [row.verdict for row in run.scorecard]
    counts = [f"{say(key, language)} {verdicts.count(key)}" for key in dict.fromkeys(verdicts)]
    separator = say("list_separator", language)
    hours = results["hours"].values
    steps = say("steps_of_year", language, count=hours.size, shortest=hours.min(), longest=hours.max())
    weather = separator.join(
        f"{weather_name(str(w), language)} {p:.0%}" for w, p in results["probability"].to_series().items()
    )
    checks = summary.get("audit_checks", [])
    versions = summary.get("versions", {})
    closest = max((abs(c["difference"]) / c["tolerance"] for c in checks if c["tolerance"] > 0), default=0.0)
    shown = [f"{name} {versions[name]}" for name in ("pzh-energy", "highspy", "pyomo") if name in versions]
    return [
        (say("targets", language), separator.join(counts) if counts else "-"),
        (say("cost", language), objective_line(run.results, run.objective, language)),
        (say("horizon", language), f"{results.periods[0]}–{results.periods[-1]}"),
        (say("time_steps", language), steps),
        (say("weather_years", language), weather),
        (say("audit_of", language), say("audit_passed", language, count=len(checks), share=closest)),
        (say("made_with", language), separator.join(shown)),
    ]


def _yearly(run: SavedRun, language: Language) -> Sheet:
    """The table of the terminal: capacity, flows, curtailment and cost by year."""
    values = yearly_summary(run.results)
    units = {**dict.fromkeys(CARRIERS, "MW"), **dict.fromkeys(FLOWS, "TWh"), "curtailment": "%"}
    units.update(dict.fromkeys(("cost", "revenue"), "million CNY"))
    columns, digits = {}, {}
    for name, unit in units.items():
        shown = display(unit, language)
        label = "" if name == "curtailment" else f" [{shown.label}]"
        heading = f"{say(name, language)}{label}"
        columns[heading], digits[heading] = values[name] * shown.factor, shown.digits
    frame = pd.DataFrame(columns)
    frame.insert(0, say("year", language), [int(year) for year in values.index])
    return Sheet("summary", say("summary", language), say("yearly_note", language), frame, digits)


def _stated(run: SavedRun, language: Language) -> Sheet:
    """Targets of the plan that are inputs, not asked or out of scope, with what the model does about each."""
    headings = [say(key, language) for key in ("target", "name", "year", "treatment", "statement")]
    rows = [
        (
            each["identifier"],
            each[f"label_{language}"],
            "" if each["year"] is None else str(each["year"]),
            say(f"treatment_{each['status']}", language),
            each[f"statement_{language}"],
        )
        for each in run.summary.get("stated_targets", [])
    ]
    title, note = say("stated_title", language), say("stated_note", language)
    return Sheet("stated", title, note, pd.DataFrame(rows, columns=headings))
