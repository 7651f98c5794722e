"""The part of a report that sets the plan beside itself hour by hour."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from pzh_energy.reporting.report.tables import Sheet
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import display
from pzh_energy.reporting.verification import Verification
from pzh_energy.reporting.verification_views import Line, lines, sentences, target_lines, verification_heading

DIGITS = 3


def verification_sheets(verification: Verification | None, language: Language) -> list[Sheet]:
    """Amounts, then the targets that drift; none without a verification that ended."""
    if verification is None or verification.outcome != "optimal":
        return []
    said = [verification_heading(verification, language), *sentences(verification, language)]
    note = ("" if language == "zh" else " ").join(said)
    out = [_sheet("verification", note, lines(verification, language), language)]
    drifted = target_lines(verification, language)
    if drifted:
        out.append(_sheet("verification_targets", say("verification_targets_note", language), drifted, language))
    return out


def _sheet(key: str, note: str, rows: Sequence[Line], language: Language) -> Sheet:
    """Lines as a table, numbers in the unit of the language, which stands beside them."""
    targets = key == "verification_targets"
    headings = [say(word, language) for word in ("target" if targets else "quantity", "year")]
    numbers = [say(word, language) for word in ("planned", "hourly", "drift")]
    cells = []
    for row in rows:
        shown = display(row.unit, language)
        values = [math.nan if value is None else value * shown.factor for value in row.numbers]
        cells.append((row.name, row.year, *values, shown.label, row.verdicts))
    columns = [*headings, *numbers, say("unit", language), say("verdict", language)]
    frame = pd.DataFrame(cells, columns=columns)
    if not targets:
        frame = frame.drop(columns=columns[-1])
    return Sheet(key, say(f"{key}_title", language), note, frame, dict.fromkeys(numbers, DIGITS))
