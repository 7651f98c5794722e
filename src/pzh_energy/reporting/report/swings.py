"""The part of a report that says what each result rests on, beside the picture of grades."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from pzh_energy.reporting.grades import GRADES
from pzh_energy.reporting.report.tables import Sheet
from pzh_energy.reporting.saved import SavedRun
from pzh_energy.reporting.swings import Swings, by_weight
from pzh_energy.reporting.swings_views import (
    end_word,
    full_name,
    moved_results,
    mover_words,
    unmoved,
    without_plan,
)
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import display

DIGITS = 3


def swing_sheets(run: SavedRun, language: Language) -> list[Sheet]:
    """What each result rests on, what alone turns a verdict, and the inputs by their weight; none without a study."""
    if run.swings is None:
        return []
    heading, *lost = without_plan(run.swings, language) or [""]
    said = [say("inputs_note", language), heading + ("；" if language == "zh" else "; ").join(lost)]
    note = ("" if language == "zh" else " ").join(part for part in said if part)
    inputs = Sheet("swing_inputs", say("inputs_title", language), note, _inputs(run.swings, language))
    turning = Sheet("turning_inputs", say("turning_title", language), "", _turning(run.swings, language))
    return [each for each in (_results(run.swings, language), turning, inputs) if not each.frame.empty]


def swing_note(run: SavedRun, language: Language) -> str:
    """By which command a result gets its study, where it has none."""
    return "" if run.swings is not None else say("swings_missing", language, folder=run.folder)


def _results(swings: Swings, language: Language) -> Sheet:
    base, swing = say("as_it_stands", language), say("swing", language)
    shares = {f"{grade} [%]": grade for grade in GRADES}
    rows = []
    for each in moved_results(swings):
        shown = display(each.unit, language)
        values = (math.nan if each.base is None else each.base * shown.factor, each.swing * shown.factor)
        parts = [math.nan if (share := each.share(grade)) is None else share for grade in shares.values()]
        movers = "\n".join(mover_words(mover, each, language) for mover in each.movers)
        verdict = say(each.verdict, language) if each.verdict else ""
        rows.append((full_name(each, language), verdict, *values, shown.label, *parts, movers))
    words = [say(key, language) for key in ("target", "verdict", "unit", "moved_most_with_ends")]
    columns = [words[0], words[1], base, swing, words[2], *shares, words[3]]
    digits: Mapping[str, int] = {base: DIGITS, swing: DIGITS, **dict.fromkeys(shares, 0)}
    facts = {"inputs": swings.inputs, "resolution": swings.resolution}
    said = [say("swings_page_note", language, **facts), *unmoved(swings, language)]
    note = ("" if language == "zh" else " ").join(said)
    return Sheet("swings", say("swings_title", language), note, pd.DataFrame(rows, columns=columns), digits)


def _turning(swings: Swings, language: Language) -> pd.DataFrame:
    """A row for each target and input that alone gives it another verdict."""
    keys = ("target", "verdict", "input_heading", "grade", "range", "at_low", "at_high")
    rows = [
        (
            full_name(each, language),
            say(each.verdict, language),
            mover.input,
            mover.grade,
            mover.range,
            *(end_word(verdict, language) for verdict in (mover.verdict_at_low, mover.verdict_at_high)),
        )
        for each in swings.results
        for mover in each.turned_by
    ]
    return pd.DataFrame(rows, columns=[say(key, language) for key in keys])


def _inputs(swings: Swings, language: Language) -> pd.DataFrame:
    keys = ("input_heading", "grade", "range", "moves_most", "turns_verdicts")
    rows = [(each.input, each.grade, each.range, moved, turned) for each, moved, turned in by_weight(swings)]
    return pd.DataFrame(rows, columns=[say(key, language) for key in keys])
