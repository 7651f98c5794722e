"""A sweep in a terminal, within 80 columns: a grid of two dimensions as one table a result, others a row a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pzh_energy.reporting.sweeps import Swept, SweptCase, SweptDimension, cell
from pzh_energy.reporting.terminal import STYLES, new_table
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import converted, display

OBJECTIVE = "objective"
MARKS = {"missed": "!", "met_within_tolerance": "~", "not_computable": "?"}
MOST_ROWS = 40
MOST_REASONS = 3
MOST_NUMBERS = 6
MOST_TARGETS = 3
LONGEST = 12
"""Letters of a value that is a text."""


def show_sweep(swept: Swept, console: Console, language: Language) -> None:
    """Print what came of every case, and why some have no plan."""
    place = 0 if language == "zh" else 1
    if swept.title[place]:
        console.print(Text(swept.title[place], style="bold"))
    if swept.question[place]:
        console.print(Text(swept.question[place]))
    console.print(Text(_ended(swept, language)))
    results = shown_results(swept)
    is_plane = swept.method == "grid" and len(swept.dimensions) == 2
    pivots = [pivot(swept, each, language) for each in results] if is_plane else []
    console.print()
    if pivots and all(_width(each, console) <= console.width for each in pivots):
        _show_pivots(swept, results, pivots, console, language)
    else:
        _show_list(swept, results, console, language)
    if any(each != OBJECTIVE for each in results):
        console.print(Text(say("sweep_marks", language)))
    for line in _reasons(swept, language):
        console.print(Text(line))


def shown_results(swept: Swept) -> list[str]:
    """The results the sweep asks for; else cost and the first targets whose verdict is not the same in all cases."""
    if swept.shown:
        return list(swept.shown)
    solved = [case for case in swept.cases if case.outcome.status == "solved"]
    turned = [key for key in swept.targets if len({case.verdict(key) for case in solved}) > 1]
    return [*turned[:MOST_TARGETS], OBJECTIVE]


def pivot(swept: Swept, result: str, language: Language) -> Table:
    """A grid of two dimensions as a table of one result, the second across."""
    down, across = swept.dimensions
    table = new_table()
    table.add_column("", no_wrap=True, justify="right")
    for value in across.listed:
        table.add_column(_value(across, value, language), no_wrap=True, justify="right")
    cases = iter(swept.cases)
    for value in down.listed:
        cells = [_result(next(cases), swept, result, language) for _ in across.listed]
        table.add_row(_value(down, value, language), *cells)
    return table


def _show_pivots(
    swept: Swept, results: Sequence[str], pivots: Sequence[Any], console: Console, language: Language
) -> None:
    down, across = (_dimension(each, language) for each in swept.dimensions)
    console.print(Text(say("down_and_across", language, down=down, across=across)))
    for result, table in zip(results, pivots, strict=True):
        console.print()
        console.print(Text(_heading(swept, result, language)))
        console.print(table)
    console.print()


def _show_list(swept: Swept, results: Sequence[str], console: Console, language: Language) -> None:
    fitting = list(results)
    while len(fitting) > 1 and _width(_list(swept, fitting, language), console) > console.width:
        fitting.pop()
    console.print(_list(swept, fitting, language))
    if len(swept.cases) > MOST_ROWS:
        console.print(Text(say("more_cases", language, count=len(swept.cases) - MOST_ROWS)))
    if len(fitting) < len(results):
        left_out = say("list_separator", language).join(map(str, results[len(fitting) :]))
        console.print(Text(say("more_results", language, results=left_out)))
    console.print()
    for each in swept.dimensions:
        label = _dimension(each, language)
        if label != each.name:
            console.print(Text(say("dimension_line", language, name=each.name, label=label)))
    for result in fitting:
        console.print(Text(_heading(swept, result, language)))
    if any(each.name not in case.values for case in swept.cases for each in swept.dimensions):
        console.print(Text(say("as_it_stands_mark", language)))


def _list(swept: Swept, results: Sequence[str], language: Language) -> Table:
    """A row for each case, as far as a screen or two hold them."""
    table = new_table()
    table.add_column(say("case_number", language), no_wrap=True, justify="right")
    for each in swept.dimensions:
        table.add_column(each.name, overflow="fold", justify="right")
    for result in results:
        heading = say("cost_column", language) if result == OBJECTIVE else result
        table.add_column(heading, no_wrap=True, justify="right")
    for case in swept.cases[:MOST_ROWS]:
        values = [_value(each, case.values.get(each.name), language) for each in swept.dimensions]
        cells = [_result(case, swept, result, language) for result in results]
        table.add_row(str(case.number), *values, *cells)
    return table


def _width(table: Table, console: Console) -> int:
    return console.measure(table, options=console.options.update(width=10_000)).maximum


def _ended(swept: Swept, language: Language) -> str:
    """How many cases ended how."""
    counts = swept.summary()["cases"]
    parts = [say(f"sweep_{status}", language, count=count) for status, count in counts.items()]
    listed = say("list_separator", language).join(parts)
    words = {"scenario": swept.scenario, "resolution": swept.resolution, "count": len(swept.cases)}
    return say("sweep_ended", language, parts=listed, **words)


def _heading(swept: Swept, result: str, language: Language) -> str:
    """A result and its unit."""
    if result == OBJECTIVE:
        return say("cost_of_case", language, unit=display("million CNY", language).label)
    target = swept.targets[result]
    year = "" if target.year is None else say("in_year", language, year=target.year)
    name = target.label_zh if language == "zh" else target.label_en
    unit = display(target.unit, language).label
    return say("margin_of", language, identifier=result, name=name, year=year, unit=unit)


def _dimension(dimension: SweptDimension, language: Language) -> str:
    """A dimension and the unit of its values."""
    label = dimension.label_zh if language == "zh" else dimension.label_en
    if dimension.unit in ("", "1") or dimension.factor:
        return label
    return say("with_unit", language, label=label, unit=display(dimension.unit, language).label)


def _value(dimension: SweptDimension, value: Any, language: Language) -> str:
    """A value of a dimension; a point where the scenario's own stands."""
    shown = cell(value)
    if shown is None:
        return "."
    if isinstance(shown, str):
        return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 2]}.."
    if dimension.unit and not dimension.factor:
        factor = display(dimension.unit, language).factor
        return f"{shown * factor:.6g}"
    return f"{shown:.6g}"


def _result(case: SweptCase, swept: Swept, result: str, language: Language) -> Text:
    """The margin of a target with the mark of its verdict, or the cost; how the case ended where there is no plan."""
    if case.outcome.status != "solved":
        return Text(say(f"case_{case.outcome.status}", language), style=STYLES["missed"])
    if result == OBJECTIVE:
        return Text(converted(case.outcome.objective, "million CNY", language))
    verdict = case.verdict(result)
    margin = case.outcome.margins.get(result)
    number = "" if margin is None else converted(margin, swept.targets[result].unit, language, signed=True)
    mark = MARKS.get(verdict, "" if number else "-")
    return Text(number + mark, style=STYLES.get(verdict, ""))


def _reasons(swept: Swept, language: Language) -> list[str]:
    """Why cases have no plan: the first few reasons, each with the cases it is of."""
    found: dict[str, list[int]] = {}
    for case in swept.cases:
        if case.outcome.status != "solved":
            found.setdefault(case.outcome.reason, []).append(case.number)
    lines = []
    for reason, numbers in list(found.items())[:MOST_REASONS]:
        listed = ", ".join(map(str, numbers[:MOST_NUMBERS]))
        if len(numbers) > MOST_NUMBERS:
            listed = say("and_more_numbers", language, numbers=listed, count=len(numbers))
        lines.append(say("case_of", language, numbers=listed, reason=reason))
    return lines
