"""What is shown: within 80 columns in both languages, headings never broken, plain text where there is no terminal."""

from __future__ import annotations

import io
import time
from dataclasses import replace

import pytest
from rich.cells import cell_len

from pzh_energy.modeling.component import Check
from pzh_energy.reporting import terminal
from pzh_energy.reporting.progress import ShownProgress
from pzh_energy.reporting.texts import LANGUAGES, Language, say
from pzh_energy.reporting.units import display
from tests.unit.reporting.made import MadeRun, empty_results, row, wind_and_load

LONG_ZH = "具备季以上调节能力的水电装机占比以及其他很长的名称"
LONG_EN = "share of hydro capacity with seasonal or better regulation"
CARDS = tuple(
    row(
        identifier=f"T{n:02}", label_zh=LONG_ZH, label_en=LONG_EN, unit=unit, verdict=verdict, mode=mode,
        required=-123.456, achieved=123.456, margin=-111.111, operator=operator, year=year,
        shadow_price=1234.5, shadow_price_year=2030,
    )
    for n, (unit, verdict, mode, operator, year) in enumerate(
        [
            ("GW", "met", "hard", "at_least", 2030), ("TWh", "met_within_tolerance", "report", "about", None),
            ("GWh", "missed", "priced", "at_most", 2025), ("%", "not_computable", "report", "reach", None),
        ]
    )
)  # fmt: skip


def shown(run: MadeRun, language: Language, verbose: bool = False) -> list[str]:
    stream = io.StringIO()
    terminal.show_run(run, terminal.make_console(stream), language, verbose)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_fits_80_columns(language: Language, verbose: bool) -> None:
    lines = shown(MadeRun(scorecard=CARDS), language, verbose)
    assert max(cell_len(line) for line in lines) <= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_and_verdicts_are_never_broken(language: Language) -> None:
    lines = shown(MadeRun(scorecard=CARDS), language)
    headings = ("target", "year", "required", "achieved", "margin", "unit", "verdict", "mode")
    assert any(all(say(key, language) in line for key in headings) for line in lines)
    summary = ("hydro", "wind", "solar_pv", "thermal", "generation", "export", "import", "curtailment", "revenue")
    assert any(all(say(key, language) in line for key in summary) for line in lines)
    assert all(column.no_wrap for column in terminal.scorecard_table(CARDS, language).columns[1:])
    for card in CARDS:
        assert any(say(card.verdict, language) in line and say(card.mode, language) in line for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_name_is_shown_whole(language: Language) -> None:
    name = LONG_ZH if language == "zh" else LONG_EN.replace(" ", "")
    lines = shown(MadeRun(scorecard=CARDS[:1]), language)
    first = next(k for k, line in enumerate(lines) if line.startswith("T00"))
    column = "".join(line.split("  ")[0].replace(" ", "") for line in lines[first : first + 5])
    assert name in column
    if language == "zh":
        assert lines[first].split()[0] != "T00"  # the name begins beside its id


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_is_plain_where_there_is_no_terminal(language: Language) -> None:
    assert "\x1b" not in "\n".join(shown(MadeRun(scorecard=CARDS), language))


def test_brackets_are_text_and_not_markup() -> None:
    lines = shown(MadeRun(scorecard=(row(label_en="[bold]x[/bold]"),)), "en")
    assert any("[bold]x[/bold]" in line for line in lines)


def test_prices_shortfalls_and_notes_are_told_in_sentences() -> None:
    card = row(
        shadow_price=250.0, shadow_price_year=2030, shortfall=0.5, verdict="missed", note_zh="注", note_en="note"
    )
    zh, en = (terminal.scorecard_notes([card], language) for language in LANGUAGES)
    assert any("250.00 万元/万千瓦" in line and "2030" in line for line in zh)
    assert any("250.00 million CNY per GW" in line for line in en)
    assert any("50.0 万千瓦" in line for line in zh)
    assert "T1: note" in en


def test_a_price_that_is_noise_is_not_told() -> None:
    assert len(terminal.scorecard_notes([row(shadow_price=1e-7, shadow_price_year=2030)], "en")) == 1


def test_yearly_summary_adds_up_by_hand() -> None:
    """2025: 300 MW, output 130 MW, export 40 MW, 20 MW of 150 not used; cost 7 + 3 million, sales 10 million."""
    table = terminal.yearly_summary(wind_and_load())
    year = table.loc[2025]
    assert (year["wind"], year["hydro"]) == (300.0, 0.0)
    assert year["generation"] == pytest.approx(130 * 8760 / 1e6)
    assert year["export"] == pytest.approx(40 * 8760 / 1e6)
    assert year["curtailment"] == pytest.approx(100 * 20 / 150)
    assert (year["cost"], year["revenue"]) == (pytest.approx(10.0), pytest.approx(10.0))


def test_a_system_without_technologies_is_summed_up_with_zeros() -> None:
    assert (terminal.yearly_summary(empty_results()) == 0.0).all().all()


def test_objective_is_told_apart_from_sales() -> None:
    """Sales of 10 a year at weights 4 and 2 are 60 million, 0.6 亿元; the objective of 34 leaves 94."""
    line = terminal.objective_line(MadeRun().results, MadeRun().objective, "zh")
    assert "0.3 亿元" in line
    assert "-0.6 亿元" in line
    assert "0.9 亿元" in line


def test_audit_line_names_the_check_closest_to_its_tolerance() -> None:
    checks = (Check("far", 1e-9, 1.0, "MW"), Check("near", -0.5, 1.0, "MW"))
    line = terminal.audit_line(checks, "en")
    assert "all 2 checks" in line
    assert "50.0%" in line
    assert "near" in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_progress_is_a_line_for_each_phase(language: Language) -> None:
    stream = io.StringIO()
    with ShownProgress(stream, language) as progress:
        for phase in ("reading", "solving"):
            progress.phase(phase)
            progress.solving(10, 0.1)
            time.sleep(0.01)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert say("solving", language) in lines[1]
    assert progress.seconds["reading"] >= 0.01
    assert "\x1b" not in stream.getvalue()


def test_plain_progress_tells_that_a_long_solve_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pzh_energy.reporting.progress.PLAIN_INTERVAL_S", 0.0)
    stream = io.StringIO()
    with ShownProgress(stream, "en") as progress:
        progress.phase("solving")
        progress.solving(1234, 12.0)
    assert "1234 iterations, 12 s" in stream.getvalue()


def test_what_is_to_begin_with_a_phase_does() -> None:
    stream, called = io.StringIO(), []
    with ShownProgress(stream, "en", beginnings={"checking": lambda: called.append(stream.getvalue())}) as progress:
        for phase in ("solving", "checking", "writing"):
            progress.phase(phase)
    assert called == ["solving ...\n"]


def test_quiet_progress_says_nothing() -> None:
    stream = io.StringIO()
    with ShownProgress(stream, "en", quiet=True) as progress:
        progress.phase("reading")
        progress.solving(1, 100.0)
    assert stream.getvalue() == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_verbose_shows_the_power_balance(language: Language) -> None:
    heading = say("power_balance_heading", language, unit=display("MW", language).label)[:12]
    assert not any(heading in line for line in shown(MadeRun(), language))
    lines = shown(MadeRun(), language, verbose=True)
    (start,) = (k for k, line in enumerate(lines) if line.startswith(heading))
    words = ("balance_season", *terminal.BALANCE_COLUMNS)
    assert any(all(say(word, language) in line for word in words) for line in lines[start:])


def test_power_balance_of_a_year_by_hand() -> None:
    """2025: 90 MW of demand, 130 MW of wind of 150 available, 40 exported: 60 MW more than asked; no credits stated."""
    table = terminal.balance_table(wind_and_load(), "en")
    first = [next(iter(column.cells)) for column in table.columns]
    assert first == ["2025", "year", "0.090", "0.130", "0.000", "0.040", "0.150", "0.060", "-", "-"]


def test_how_the_model_was_solved_is_said_in_both_languages() -> None:
    """Proves that a fallback is always said, and method, errors and what is not unique in the details."""
    errors = {"primal": 2e-11, "dual": 3e-17, "gap": 5e-9}
    solver = {"method": "structured", "iterations": 47, "certificate": errors, "free_directions": -3, "fallback": ""}
    assert terminal.solver_lines(solver, "en") == [
        "Solved by structured, 47 iterations; errors: rows 2e-11, duals 3e-17, gap 5e-09.",
        "Some shadow prices are not unique (at least 3 degrees of freedom, mostly limits of what is not built).",
    ]
    assert terminal.solver_lines({**solver, "free_directions": 2}, "zh")[1].startswith("最优方案不唯一：至少有 2 个")
    assert terminal.solver_lines({}, "zh") == []
    sizes = {"coefficients": [2e-4, 20.0]}  # by hand: a factor of 1e5
    assert terminal.solver_lines(sizes, "en") == ["Coefficients from 2.0e-04 to 2.0e+01 in size, over 5.0 decades."]
    assert terminal.solver_lines(sizes, "zh") == ["系数绝对值由 2.0e-04 至 2.0e+01，跨 5.0 个数量级。"]
    for language in LANGUAGES:
        results = empty_results()
        gave_way = {"solver": {**solver, "fallback": "no_certificate"}}
        run = MadeRun(results=replace(results, provenance={**results.provenance, **gave_way}))
        told = say("fallback", language, reason=say("no_certificate", language))
        assert told.split()[0] in "\n".join(shown(run, language))
        assert told.split()[0] not in "\n".join(shown(MadeRun(results=results), language))
