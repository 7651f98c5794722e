"""What results rest on as people see it: the tables and lines of the terminal, and the words of the report."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pzh_energy.reporting.swings import (
    OBJECTIVE,
    WITHOUT_PLAN,
    Mover,
    ResultSwings,
    Swings,
    by_weight,
)
from pzh_energy.reporting.terminal import STYLES, new_table
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import converted, display

TURN_MARKS = {"met": "=", "met_within_tolerance": "~", "missed": "!", "not_computable": "?"}
ENDS = (("verdict_at_low", "-"), ("verdict_at_high", "+"))
SHOWN = 4
"""Inputs that turn a verdict shown for one target; the table of the study has all."""
LONG = 34
"""Letters of an input's key that stand on one line beside its range."""
ENDED = {"infeasible": "found_no_plan", "refused": "refused", "stopped": "not_solved"}


def show_swings(swings: Swings, console: Console, language: Language) -> None:
    """Print what each result rests on, the inputs by their weight, and those that leave no plan."""
    weights = by_weight(swings)
    numbers = {each.input: number for number, (each, _, _) in enumerate(weights, 1)}
    words = {"inputs": swings.inputs, "resolution": swings.resolution}
    console.print()
    console.print(Text(say("swings_of", language, **words)))
    console.print(results_table(swings, numbers, language))
    for line in (say("swings_marks", language), *unmoved(swings, language)):
        console.print(Text(line))
    if weights:
        console.print()
        console.print(inputs_table(weights, language))
        console.print(Text(say("inputs_note", language)))
    for line in without_plan(swings, language):
        console.print(Text(line))


def results_table(swings: Swings, numbers: dict[str, int], language: Language) -> Table:
    """A line for each result; inputs by their number."""
    table = new_table()
    table.add_column(say("target", language), no_wrap=True)
    for key in ("verdict", "swing"):
        table.add_column(say(key, language), no_wrap=True, justify="right" if key == "swing" else "left")
    table.add_column(say("unit", language), no_wrap=True)
    for grade in "CD":
        table.add_column(f"{grade} %", no_wrap=True, justify="right")
    for key in ("moved_most_by", "turned_by"):
        table.add_column(say(key, language), overflow="fold")
    for result in moved_results(swings):
        verdict = Text(say(result.verdict, language), style=STYLES[result.verdict]) if result.verdict else Text("-")
        table.add_row(
            short_name(result, language),
            verdict,
            converted(result.swing, result.unit, language),
            display(result.unit, language).label,
            *(_per_cent(result.share(grade)) for grade in "CD"),
            " ".join(str(numbers[each.input]) for each in result.movers) or "-",
            _turned(result, numbers, language),
        )
    return table


def moved_results(swings: Swings) -> list[ResultSwings]:
    """The results that some input moves or turns."""
    return [each for each in swings.results if each.swing > 0 or each.turned_by]


def unmoved(swings: Swings, language: Language) -> list[str]:
    """A line that names the results nothing moves; none where everything moves."""
    moved = moved_results(swings)
    names = [short_name(each, language) for each in swings.results if each not in moved]
    return [say("nothing_moves", language, names=say("list_separator", language).join(names))] if names else []


def inputs_table(weights: Sequence[tuple[Mover, int, int]], language: Language) -> Table:
    """The inputs by their number, with grade, range, and of how many results they matter."""
    table = new_table()
    table.add_column(say("number_sign", language), no_wrap=True, justify="right")
    table.add_column(say("input_heading", language), no_wrap=True)
    table.add_column(say("grade", language), no_wrap=True)
    table.add_column(say("range", language), overflow="fold")
    for key in ("moves_most", "turns_verdicts"):
        table.add_column(say(key, language), no_wrap=True, justify="right")
    for number, (each, moved, turned) in enumerate(weights, 1):
        table.add_row(str(number), _in_lines(each.input), each.grade, each.range, str(moved), str(turned))
    return table


def without_plan(swings: Swings, language: Language) -> list[str]:
    """A line for each input that leaves no plan at one of its ends, under a heading; none without any."""
    lines = []
    for each in swings.without_plan:
        ends = [
            f"{say(end, language)} {say(ENDED[verdict], language)}"
            for end, verdict in (("low_end", each.verdict_at_low), ("high_end", each.verdict_at_high))
            if verdict in WITHOUT_PLAN
        ]
        lines.append(f"{each.input} ({each.grade}): {say('list_separator', language).join(ends)}")
    return [say("without_plan", language), *lines] if lines else []


def short_name(result: ResultSwings, language: Language) -> str:
    """Id of a target, or the word for the cost."""
    return say("cost_result", language) if result.result == OBJECTIVE else result.result


def full_name(result: ResultSwings, language: Language) -> str:
    """Id, name and year of a target, or the word for the cost."""
    if result.result == OBJECTIVE:
        return say("objective_heading", language)
    name = result.label_zh if language == "zh" else result.label_en
    return f"{result.result} {name}" + ("" if result.year is None else f" ({result.year})")


def mover_words(mover: Mover, result: ResultSwings, language: Language) -> str:
    """An input and what its two ends change of a result: `wind.ridge.capex (C) -0.10 / +0.20`."""
    low, high = (
        "-" if end is None or result.base is None else converted(end - result.base, result.unit, language, signed=True)
        for end in (mover.at_low, mover.at_high)
    )
    return say("mover_ends", language, input=mover.input, grade=mover.grade, low=low, high=high)


def end_word(verdict: str, language: Language) -> str:
    """The verdict at an end, or why there is none."""
    return say(ENDED.get(verdict, verdict), language)


def _turned(result: ResultSwings, numbers: dict[str, int], language: Language) -> str:
    marked = []
    for each in result.turned_by[:SHOWN]:
        ends = ((sign, getattr(each, name)) for name, sign in ENDS)
        marks = "".join(
            f"{sign}{TURN_MARKS[verdict]}" for sign, verdict in ends if verdict not in (result.verdict, *WITHOUT_PLAN)
        )
        marked.append(f"{numbers[each.input]}{marks}")
    shown, count = " ".join(marked), len(result.turned_by)
    return shown if count <= SHOWN else say("turned_and_more", language, shown=shown, count=count)


def _in_lines(key: str) -> str:
    """A key of an input as lines of the terminal, broken before its last part where it is long."""
    head, _, tail = key.rpartition(".")
    return key if len(key) <= LONG else f"{head}\n.{tail}"


def _per_cent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0f}"
