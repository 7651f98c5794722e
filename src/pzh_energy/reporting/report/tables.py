"""The tables of a result folder as planners read them: names for ids, units of the language, years side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.saved import SavedRun
from pzh_energy.reporting.texts import LANGUAGES, TEXTS, Language, say, weather_name
from pzh_energy.reporting.units import display

UNIT_OF_SUFFIX = {
    "_million_cny_per_year": "million CNY/yr", "_discounted_million_cny": "million CNY", "_million_cny": "million CNY",
    "_cny_per_mwh": "CNY/MWh", "_mw": "MW", "_mwh": "MWh", "_gwh": "GWh", "_twh": "TWh", "_ktce": "ktce",
    "_co2_kt": "kt CO2", "_kt": "kt", "_percent": "%", "_m3_per_s": "m³/s", "_million_m3": "million m³", "_hours": "h",
    "_share": "1", "_tonnes": "t", "_ktce_per_year": "ktce/yr", "_percentage_points": "percentage points",
}  # fmt: skip
"""Units by the ends of column names, longest first where one ends like another."""
ORDER = (
    "power_balance", "electricity_balance", "utilisation", "energy_supply", "energy_accounts", "target_years",
    "projects", "capacity", "investment", "end_use_options", "energy_balance", "costs", "emissions", "curtailment",
    "hydro_energy", "reservoirs", "prices",
)  # fmt: skip
"""Tables in the order in which planners ask for them; others follow by name."""
LEFT_OUT = ("sign",)
ELSEWHERE = ("verification",)
"""Tables that the report shows in a way of its own."""
OFTEN = 1.5
"""Rows for one thing, on average, from which on years stand side by side."""
YEAR, UNIT = "year", "unit"
MOMENT = "hour_of_year"
OF_THE_MOMENT, AT_THE_MOMENT = (MOMENT, "weather"), ("line", "technology")
"""What tells when it was that the rows of a year and season are about, and what they are of then."""
FIRST_HOUR = pd.Timestamp(2021, 1, 1)
"""Of any year without a 29 February."""
BUSES = ("bus", *(f"bus_{language}" for language in LANGUAGES))


@dataclass(frozen=True)
class Sheet:
    """A table with its final headings. digits: after the point, by heading; texts and ids have none."""

    key: str
    title: str
    note: str
    frame: pd.DataFrame
    digits: Mapping[str, int] = field(default_factory=dict)


def planner_tables(run: SavedRun, language: Language) -> list[Sheet]:
    """Every table of the folder that holds anything, in the order of `ORDER`."""
    labels = Labels.of(run.results.provenance)
    others = [name for name in run.tables if name not in ELSEWHERE]
    names = sorted(others, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    sheets = (_sheet(name, run.tables[name], labels, language) for name in names)
    return [sheet for sheet in sheets if not sheet.frame.empty]


def heading(column: str, language: Language) -> str:
    """Heading of a column; one without a text of its own is called by its name.

    >>> heading("energy_twh", "zh"), heading("energy_twh", "en")
    ('电量 [亿千瓦时]', 'energy [TWh]')
    """
    key, unit = f"column_{column}", unit_of(column)
    name = say(key, language) if key in TEXTS else column.replace("_", " ")
    return name if unit in (None, "1") else f"{name} [{display(unit, language).label}]"


def unit_of(column: str) -> str | None:
    """Unit that a column's name ends in; None for one without."""
    padded = f"_{column}"
    return next((unit for suffix, unit in UNIT_OF_SUFFIX.items() if padded.endswith(suffix)), None)


def _sheet(name: str, table: pd.DataFrame, labels: Labels, language: Language) -> Sheet:
    table = _in_shown_units(table, language)
    ids, numbers = _columns(table)
    key = f"table_{name}"
    title = say(key, language) if key in TEXTS else name.replace("_", " ")
    note = say(f"{key}_note", language) if f"{key}_note" in TEXTS else ""
    words = pd.DataFrame({column: _words(table, column, labels, language) for column in ids})
    values = pd.DataFrame({column: _shown(table[column], column, language) for column in numbers})
    if YEAR in ids and numbers and _years_repeat(words):
        frame, digits = _years_aside(words, values, language)
        if len(numbers) == 1:
            title = say("title_of_quantity", language, title=title, quantity=heading(numbers[0], language))
    else:
        frame = pd.concat([words, values], axis=1).rename(columns=lambda c: heading(str(c), language))
        digits = {heading(column, language): _digits(column, language) for column in numbers}
    return Sheet(name, title, note, frame, digits)


def _in_shown_units(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The table with amounts whose unit stands beside them in the unit of the language, row by row.

    A column of buses that knows only one says nothing and is left out.
    """
    out = table.drop(columns=[c for c in table if str(c) in BUSES]) if _has_one_bus(table) else table
    out = out.dropna(axis="columns", how="all").copy()
    if UNIT in out:
        factors = out[UNIT].map({unit: display(unit, language).factor for unit in out[UNIT].unique()})
        for column in out.select_dtypes("float"):
            if unit_of(str(column)) is None:
                out[column] = out[column] * factors
        out[UNIT] = out[UNIT].map({unit: display(unit, language).label for unit in out[UNIT].unique()})
    return out


def _years_repeat(words: pd.DataFrame) -> bool:
    """True if most of what the rows are of comes back year by year; figures of single years read better as they are."""
    keys = words.drop(columns=[YEAR, *(OF_THE_MOMENT if MOMENT in words else ())])
    return keys.empty or len(keys.drop_duplicates()) * OFTEN <= len(keys) or words[YEAR].nunique() == 1


def _has_one_bus(table: pd.DataFrame) -> bool:
    return BUSES[0] in table and table[BUSES[0]].nunique() == 1


def _columns(table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Columns that say what a row is of, and those that hold amounts; the names beside an id are not ids."""
    names = {f"{column}_{language}" for column in table for language in LANGUAGES}
    columns = [str(column) for column in table if column not in names and column not in LEFT_OUT]
    numbers = [c for c in columns if pd.api.types.is_float_dtype(table[c]) or unit_of(c) is not None]
    return [c for c in columns if c not in numbers], numbers


def _words(table: pd.DataFrame, column: str, labels: Labels, language: Language) -> pd.Series:
    """A column of ids by name: from the table itself, else from the texts, else from the labels."""
    beside = f"{column}_{language}"
    if beside in table:
        return table[beside]
    if column == "weather":
        return table[column].map(lambda value: weather_name(str(value), language))
    if not pd.api.types.is_string_dtype(table[column]):
        return table[column]

    def word(value: str) -> str:
        # an entry may end in the name of its item, which has a column of its own: the longest known beginning counts
        parts = value.rsplit(".", 1)[-1].split("_")
        keys = [f"{column}_{'_'.join(parts[:length])}" for length in range(len(parts), 0, -1)]
        found = next((key for key in keys if key in TEXTS), None)
        return labels.name("_".join(parts), language) if found is None else say(found, language)

    return table[column].map({value: word(value) for value in table[column].unique()})


def _shown(values: pd.Series, column: str, language: Language) -> pd.Series:
    unit = unit_of(column)
    return values if unit is None else values * display(unit, language).factor


def _digits(column: str, language: Language) -> int:
    unit = unit_of(column)
    return 3 if unit in (None, "1") else display(unit, language).digits


def _years_aside(words: pd.DataFrame, values: pd.DataFrame, language: Language) -> tuple[pd.DataFrame, dict[str, int]]:
    """A row for what is measured of what, a column for each year; rows that show nought in every year are left out."""
    parts = []
    moments = _moments(words, language) if MOMENT in words else None
    if moments is not None:
        words = words.drop(columns=list(OF_THE_MOMENT))
    keys = [str(column) for column in words if column != YEAR]
    for column in values:
        part = words.copy()
        part["_quantity"] = heading(str(column), language)
        part["_value"], part["_digits"] = values[column], _digits(str(column), language)
        parts.append(part)
    long = pd.concat(parts, ignore_index=True)
    rows = [*keys, "_quantity", "_digits"]
    wide = long.pivot_table(index=rows, columns=YEAR, values="_value", aggfunc="sum", sort=False, min_count=1)
    visible = 0.5 * 10.0 ** -wide.index.get_level_values("_digits").to_numpy(float)
    wide = wide[wide.abs().max(axis=1).to_numpy() >= visible].reset_index()
    years = [c for c in wide if isinstance(c, int)]
    digits = {str(year): int(wide["_digits"].max()) if len(wide) else 0 for year in years}
    wide = wide.drop(columns="_digits")
    if moments is not None:
        order = {key: place for place, key in enumerate(dict.fromkeys(wide["season"]))}
        wide = pd.concat([moments, wide], ignore_index=True).fillna(dict.fromkeys(keys, ""))[wide.columns]
        wide = wide.sort_values("season", key=lambda column: column.map(order), kind="stable", ignore_index=True)
    if values.shape[1] == 1 and keys and moments is None:
        # where all rows are of one quantity it stands in the title
        wide = wide.drop(columns="_quantity")
    names = {
        **{str(key): heading(str(key), language) for key in keys},
        "_quantity": say("column_quantity_of", language),
    }
    wide.columns = pd.Index([names.get(str(column), str(column)) for column in wide.columns])
    return wide, digits


def _moments(words: pd.DataFrame, language: Language) -> pd.DataFrame:
    """A row for each season: the date and hour of every year that its rows are about, and the weather if it differs."""
    when = words[MOMENT].map(lambda hour: f"{FIRST_HOUR + pd.Timedelta(hours=int(hour)):%m-%d %H:00}")
    if words["weather"].nunique() > 1:
        when = words["weather"] + " " + when
    keys = [str(column) for column in words if column not in (YEAR, *OF_THE_MOMENT, *AT_THE_MOMENT)]
    wide = words.assign(_when=when).pivot_table(index=keys, columns=YEAR, values="_when", aggfunc="first", sort=False)
    return wide.reset_index().assign(_quantity=heading(MOMENT, language))
