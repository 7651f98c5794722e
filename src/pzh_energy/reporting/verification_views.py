"""A verification as people see it: lines and sentences, and the tables of the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pzh_energy.reporting.terminal import new_table
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import converted, display, number
from pzh_energy.reporting.verification import Drift, TargetDrift, Verification, worse

NOTHING = 1e-5
"""A difference below this share of the larger number (absolute below 100) is the solver's tolerance, not a drift."""
SPECK = 1e-6
"""Of the total cost: kinds of cost that differ by less are not shown."""


@dataclass(frozen=True)
class Line:
    """A row as it is shown: name and year, numbers in `unit`, the verdicts on a target."""

    name: str
    year: str
    planned: float | None
    hourly: float | None
    unit: str
    verdicts: str = ""

    @property
    def numbers(self) -> tuple[float | None, float | None, float | None]:
        """Planned, hour by hour, and the difference."""
        known = self.planned is not None and self.hourly is not None
        return self.planned, self.hourly, self.hourly - self.planned if known else None  # type: ignore[operator]


def lines(verification: Verification, language: Language) -> list[Line]:
    """Costs, the total and the kinds that differ, then every quantity of operation in the year that differs most."""
    total, *kinds = verification.costs
    out = [_line(total, total.year, "verified_total", language)]
    least = SPECK * max(1.0, abs(total.planned))
    out += [_line(each, None, f"kind_{each.key}", language) for each in kinds if abs(each.difference) > least]
    for key in dict.fromkeys(each.key for each in verification.operation):
        years = [each for each in verification.operation if each.key == key]
        worst = max(years, key=lambda each: abs(each.difference))
        out.append(_line(worst, worst.year if differs(worst) else None, f"verified_{key}", language))
    return out


def target_lines(verification: Verification, language: Language) -> list[Line]:
    """The targets whose value or verdict is another one hour by hour."""
    return [
        Line(
            name=f"{each.identifier} {each.label(language)}",
            year=say("every_year", language) if each.year is None else str(each.year),
            planned=each.planned,
            hourly=each.hourly,
            unit=each.unit,
            verdicts=_verdicts(each, language),
        )
        for each in verification.targets
        if differs(each) or each.verdict_planned != each.verdict_hourly
    ]


def differs(each: Drift | TargetDrift) -> bool:
    """True if the difference is more than the solver's tolerance; one side that cannot be computed differs."""
    if each.planned is None or each.hourly is None:
        return each.planned is not each.hourly
    return abs(each.hourly - each.planned) > NOTHING * max(100.0, abs(each.planned), abs(each.hourly))


def sentences(verification: Verification, language: Language) -> list[str]:
    """What it comes to."""
    if verification.outcome != "optimal":
        key = verification.outcome if verification.outcome in ("infeasible", "limit") else "trouble"
        words = {"seconds": verification.seconds, "status": verification.status}
        return [say(f"verification_{key}", language, **words)]
    out = []
    total = verification.costs[0]
    if total.planned:
        share = number(abs(100 * total.difference / total.planned), 2)
        out.append(say("verified_dearer" if total.difference > 0 else "verified_cheaper", language, share=share))
    lost = [each for each in verification.targets if worse(each)]
    broken = [each for each in lost if each.mode == "hard" and each.verdict_hourly == "missed"]
    if not lost:
        out.append(say("verification_holds", language))
    for key, found in (("worse", [each for each in lost if each not in broken]), ("not_held", broken)):
        if found:
            names = say("list_separator", language).join(each.identifier for each in found)
            out.append(say(f"verification_{key}", language, targets=names))
    return out


def verification_heading(verification: Verification, language: Language) -> str:
    """What stands above the numbers: what was held, and on how many steps."""
    steps = {"steps": verification.steps, "planned_steps": verification.planned_steps}
    return say("verification_note", language, **steps)


def verification_table(rows: Sequence[Line], language: Language) -> Table:
    """Lines as a table of the terminal; the verdicts stand last where there are any."""
    judged = any(row.verdicts for row in rows)
    table = new_table()
    table.add_column(say("target" if judged else "quantity", language), overflow="fold", min_width=12)
    table.add_column(say("year", language), no_wrap=True)
    for key in ("planned", "hourly", "drift"):
        table.add_column(say(key, language), no_wrap=True, justify="right")
    table.add_column(say("unit", language), no_wrap=True)
    if judged:
        table.add_column(say("verdict", language))
    for row in rows:
        planned, hourly, difference = row.numbers
        numbers = [converted(value, row.unit, language) for value in (planned, hourly)]
        numbers.append(converted(difference, row.unit, language, signed=True))
        verdicts = [row.verdicts] if judged else []
        table.add_row(row.name, row.year, *numbers, display(row.unit, language).label, *verdicts)
    return table


def show_verification(verification: Verification, console: Console, language: Language) -> None:
    """Print a verification: amounts, the targets that drift, and what it comes to."""
    console.print()
    if verification.outcome == "optimal":
        console.print(Text(verification_heading(verification, language)))
        console.print(verification_table(lines(verification, language), language))
        drifted = target_lines(verification, language)
        if drifted:
            console.print()
            console.print(verification_table(drifted, language))
    for sentence in sentences(verification, language):
        console.print(Text(sentence))


def _line(each: Drift, year: int | None, key: str, language: Language) -> Line:
    # a kWh, a kg or a CNY of an interior point's answer is none
    planned, hourly = (0.0 if abs(value) < NOTHING * 100 else value for value in (each.planned, each.hourly))
    return Line(say(key, language), "" if year is None else str(year), planned, hourly, each.unit)


def _verdicts(each: TargetDrift, language: Language) -> str:
    planned, hourly = say(each.verdict_planned, language), say(each.verdict_hourly, language)
    return planned if planned == hourly else say("verdict_change", language, planned=planned, hourly=hourly)
