"""A sweep on the terminal: within 80 columns whatever is varied and asked for, in both languages."""

from __future__ import annotations

import io
import itertools
from typing import Any

import pytest
from rich.cells import cell_len

from pzh_energy.reporting.outcome import Outcome
from pzh_energy.reporting.sweeps import Swept, SweptCase, SweptDimension, SweptTarget
from pzh_energy.reporting.sweeps_views import show_sweep, shown_results
from pzh_energy.reporting.terminal import make_console
from pzh_energy.reporting.texts import LANGUAGES, Language

TARGETS = {f"T{n:02}": SweptTarget(f"T{n:02}", "装机容量", "capacity", 2030, "GW", "GW") for n in range(1, 13)}
VERDICTS = ("met", "missed", "met_within_tolerance", "not_computable")


def made(lengths: tuple[int, ...], shown: tuple[str, ...] = (), method: str = "grid") -> Swept:
    """A grid of so many values along each dimension; T01 has a verdict after the other, the third case has no plan."""
    dimensions = tuple(
        SweptDimension(name, name, "1/yr", False, "用电年增长", "growth of use", tuple(k / 100 for k in range(length)))
        for name, length in zip("abcdefgh", lengths, strict=False)
    )
    cases = []
    for number, values in enumerate(itertools.product(*(each.listed for each in dimensions)), 1):
        named = dict(zip("abcdefgh", values, strict=False))
        outcome = Outcome(
            "solved",
            57000.0 + number,
            verdicts={key: VERDICTS[number % 4] if key == "T01" else "met" for key in TARGETS},
            margins=dict.fromkeys(TARGETS, 1.25 * (-1) ** number),
        )
        if number == 3:
            outcome = Outcome("infeasible", reason="arithmetic alone excludes these targets: T08")
        cases.append(SweptCase(number, named, outcome, frozenset(TARGETS)))
    return Swept(
        "x", ("题", "title"), ("问？", "why?"), "tiny", "segments:12", method, dimensions, TARGETS, tuple(cases), shown
    )


def said(swept: Swept, language: Language) -> list[str]:
    stream = io.StringIO()
    show_sweep(swept, make_console(stream), language)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lengths", [(2, 3), (3, 14), (60,), (2, 2, 2, 2, 2), (2,)])
def test_nothing_is_wider_than_a_terminal_and_nothing_is_cut(lengths: Any, language: Language) -> None:
    lines = said(made(lengths, (*TARGETS, "objective")), language)
    assert max(map(cell_len, lines)) <= 80
    assert not any("…" in line for line in lines)


def test_a_grid_of_two_is_a_table_with_marks_and_the_case_without_a_plan() -> None:
    """Cases 1 to 4 of T01: missed, tolerated, no plan, met; the margin is -1.25, +1.25, none, +1.25 GW."""
    lines = [line.split() for line in said(made((2, 2), ("T01",)), "en")]
    assert ["0", "-1.250!", "+1.250~"] in lines and ["1", "no", "plan", "+1.250"] in lines
    assert ["case", "3:", "arithmetic", "alone", "excludes", "these", "targets:", "T08"] in lines


def test_a_grid_too_wide_for_a_table_is_a_list_and_what_does_not_fit_is_named() -> None:
    lines = said(made((3, 14), (*TARGETS, "objective")), "en")
    assert lines[lines.index("") + 1].split()[:4] == ["case", "a", "b", "T01"]
    assert "2 more cases: see sweep.csv." in lines
    assert any(line.endswith("objective: see sweep.csv.") for line in lines)


def test_without_a_wish_the_targets_are_shown_whose_verdict_changes() -> None:
    assert shown_results(made((2, 3))) == ["T01", "objective"]
