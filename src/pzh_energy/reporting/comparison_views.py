"""A comparison as readers see it in a language: titles, names, planning units; numbers stay numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from pzh_energy.reporting.comparison import KEYS, Comparison, differing
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.texts import TEXTS, Language, say
from pzh_energy.reporting.units import NOISE, Display, display

MARKS = {"met": "", "met_within_tolerance": "~", "missed": "!", "not_computable": "?"}
NUMBERS = ("targets", "capacity", "investment", "balance", "costs", "emissions")


@dataclass(frozen=True)
class ViewRow:
    """One fact: what it is, its year, its unit as shown; values and changes in that unit, None where a case has none.

    marks: verdict signs of a target, one for each case.
    """

    name: str
    year: str
    unit: str
    values: tuple[float | str | None, ...]
    changes: tuple[float | None, ...]
    digits: int
    marks: tuple[str, ...]

    @property
    def can_be_seen(self) -> bool:
        """True if the cases differ by more than the last digit shown."""
        known = [value for value in self.values if isinstance(value, float)]
        return len(known) < len(self.values) or max(known) - min(known) >= 0.5 * 10.0**-self.digits


@dataclass(frozen=True)
class View:
    """One table: its name in `KEYS`, its title, and its rows."""

    table: str
    title: str
    rows: tuple[ViewRow, ...]

    @property
    def dated(self) -> bool:
        """True if its rows speak of years."""
        return any(row.year for row in self.rows)


def views(comparison: Comparison, language: Language, everything: bool = False) -> list[View]:
    """The tables of a comparison in a language: what differs visibly in the years worth showing, or `everything`."""
    out = [View("inputs", say("inputs_differ", language), _inputs(comparison))]
    for name in NUMBERS:
        table = comparison.tables[name]
        if not everything:
            table = differing(table, comparison.names)
            if "year" in table and name != "targets":
                table = table[table["year"].isin(comparison.milestones)]
        rows = [_row(comparison, name, record, language) for _, record in table.iterrows()]
        if not everything:
            rows = [row for row in rows if row.can_be_seen]
        if name == "costs" and rows:
            rows.append(_total(comparison, language))
        out.append(View(name, say(f"{name}_differ", language), tuple(rows)))
    return out


def headings(comparison: Comparison, language: Language) -> list[str]:
    """What the cases are called: by their titles where these tell them apart, else by their names."""
    titles = [case.said("title", language) for case in comparison.cases]
    return titles if all(titles) and len(set(titles)) == len(titles) else list(comparison.names)


def _total(comparison: Comparison, language: Language) -> ViewRow:
    """What the costs add up to: the objectives."""
    unit, digits = cost_unit(language)
    values = tuple(case.objective * unit.factor for case in comparison.cases)
    changes = tuple(value - values[0] for value in values[1:])
    return ViewRow(say("total", language), "", unit.label, values, changes, digits, ("",) * len(values))


def cost_unit(language: Language) -> tuple[Display, int]:
    """Unit of money and digits: one more than usual, for what differs is small beside what does not."""
    unit = display("million CNY", language)
    return unit, unit.digits + 1


def _inputs(comparison: Comparison) -> tuple[ViewRow, ...]:
    blank = ("",) * len(comparison.names)
    return tuple(
        ViewRow(str(r["key"]), "", str(r["unit"]), tuple(str(r[name]) for name in comparison.names), (), 0, blank)
        for _, r in comparison.inputs.iterrows()
    )


def _row(comparison: Comparison, table: str, record: pd.Series, language: Language) -> ViewRow:
    unit = display(str(record["unit"]), language)
    values = tuple(_scaled(record[name], unit.factor) for name in comparison.names)
    changes = tuple(_scaled(record[f"change {name}"], unit.factor) for name in comparison.names[1:])
    shown = _year(record["year"], language) if "year" in KEYS[table] else ""
    marks = _marks(comparison, record) if table == "targets" else ("",) * len(values)
    name = _NAMES[table](comparison, record, language)
    digits = cost_unit(language)[1] if table == "costs" else unit.digits
    return ViewRow(name, shown, unit.label, values, changes, digits, marks)


def _year(year: int, language: Language) -> str:
    return say("every_year", language) if pd.isna(year) else str(int(year))


def _scaled(value: float, factor: float) -> float | None:
    """The value in the unit shown; solver's noise is zero, and what is not there is None."""
    if pd.isna(value):
        return None
    return 0.0 if abs(value) < NOISE else float(value) * factor


def _marks(comparison: Comparison, record: pd.Series) -> tuple[str, ...]:
    found = comparison.verdicts
    (row,) = (r for _, r in found.iterrows() if r["target"] == record["target"] and _same(r["year"], record["year"]))
    return tuple("" if pd.isna(row[name]) else MARKS[str(row[name])] for name in comparison.names)


def _same(a: object, b: object) -> bool:
    """True if two years are the same, or both none."""
    return bool(pd.isna(a) and pd.isna(b)) if pd.isna(a) or pd.isna(b) else a == b  # type: ignore[call-overload]


def _target_name(comparison: Comparison, record: pd.Series, language: Language) -> str:
    rows = (row for case in comparison.cases for row in case.scorecard if row.identifier == record["target"])
    row = next(rows)
    return f"{row.identifier}：{row.label_zh}" if language == "zh" else f"{row.identifier} {row.label_en}"


def _labels(comparison: Comparison) -> Labels:
    return comparison.cases[0].labels


def _joined(parts: Sequence[str], language: Language) -> str:
    return ("，" if language == "zh" else ", ").join(dict.fromkeys(part for part in parts if part))


def _word(key: str, fallback: str, language: Language) -> str:
    return say(key, language) if key in TEXTS else fallback


def _capacity_name(comparison: Comparison, record: pd.Series, language: Language) -> str:
    return _labels(comparison).name(str(record["carrier"]), language)


def _investment_name(comparison: Comparison, record: pd.Series, language: Language) -> str:
    labels, quantity = _labels(comparison), str(record["quantity"])
    said = "" if quantity == "capacity" else _word(f"quantity_{quantity}", quantity, language)
    return _joined([labels.name(str(record["technology"]), language), labels.name(str(record["item"]), language), said],
                   language)  # fmt: skip


def _balance_name(comparison: Comparison, record: pd.Series, language: Language) -> str:
    labels = _labels(comparison)
    technology, _, entry = str(record["entry"]).partition(".")
    part = entry.removeprefix("generation_")
    said = labels.name(part, language) if part != entry else _word(f"entry_{entry}", entry, language)
    return _joined([labels.name(technology, language), said], language)


def _cost_name(comparison: Comparison, record: pd.Series, language: Language) -> str:
    name = str(record["technology"]).removeprefix("target_")
    kind = str(record["kind"])
    return _joined([_labels(comparison).name(name, language), _word(f"kind_{kind}", kind, language)], language)


def _emission_name(comparison: Comparison, record: pd.Series, language: Language) -> str:
    return _labels(comparison).name(str(record["technology"]), language)


_NAMES: dict[str, Callable[[Comparison, pd.Series, Language], str]] = {
    "targets": _target_name,
    "capacity": _capacity_name,
    "investment": _investment_name,
    "balance": _balance_name,
    "costs": _cost_name,
    "emissions": _emission_name,
}
