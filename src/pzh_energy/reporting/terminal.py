"""What a run says in a terminal, within 80 columns: scorecard, a line for each year, audit, time, where results are.

Only widths that every terminal agrees on are used: ASCII for signs and rules, since the box and comparison characters
are two columns wide in some Chinese fonts and one in others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, get_args

import pandas as pd
from rich.box import Box
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from pzh_energy.modeling.component import Check
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.files import Solved
from pzh_energy.reporting.findings import Finding
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.stated_targets import StatedTarget, Status, of_provenance
from pzh_energy.reporting.tables import capacity, costs, curtailment
from pzh_energy.reporting.tables_balance import WHOLE_YEAR, power_balance
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.track import ON_TRACK, Track
from pzh_energy.reporting.units import converted, display, number, price_of_unit, quantity
from pzh_energy.reporting.verdicts import TargetVerdict

WIDTH, WIDEST = 80, 110
CARRIERS = ("hydro", "wind", "solar_pv", "thermal")
FLOWS = ("generation", "export", "import")
SIGNS: Mapping[str, str] = {"at_least": ">=", "reach": ">=", "at_most": "<=", "about": "~", "equal": "="}
STYLES = {"met": "green", "met_within_tolerance": "yellow", "missed": "bold red", "not_computable": "magenta"}
WORTH_SAYING = 1e-3
"""Prices below this many million CNY per unit and year are the solver's noise."""

RULED = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
"""A rule under the heading and nothing else."""


def make_console(stream: IO[str]) -> Console:
    """A console of at least 80 columns; a stream that is no terminal gets plain text in 80 columns."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)
    console.width = min(max(console.width, WIDTH), WIDEST) if console.is_terminal else WIDTH
    return console


def show_run(run: Solved, console: Console, language: Language, verbose: bool = False) -> None:
    """Print all of a run: question, scorecard, years, cost, audit; with `verbose` each check, size and time."""
    scenario = run.scenario
    if scenario.title:
        console.print(Text(getattr(scenario.title, language), style="bold"))
    if scenario.question:
        console.print(Text(getattr(scenario.question, language)))
    if run.scorecard:
        console.print()
        console.print(scorecard_table(run.scorecard, language))
        for line in scorecard_notes(run.scorecard, language):
            console.print(Text(line))
    for line in stated_lines(of_provenance(run.results.provenance), language, verbose):
        console.print(Text(line))
    console.print()
    console.print(summary_table(run.results, language))
    units = {name: display(unit, language).label for name, unit in _SUMMARY_UNITS.items()}
    console.print(Text(say("summary_units", language, **units)))
    if verbose:
        console.print()
        console.print(Text(say("power_balance_heading", language, unit=display("MW", language).label)))
        console.print(balance_table(run.results, language))
    console.print()
    console.print(Text(objective_line(run.results, run.objective, language)))
    for line in findings_lines(run.findings, language, verbose):
        console.print(Text(line))
    console.print(Text(audit_line(run.checks, language)))
    solver = run.results.provenance.get("solver", {})
    if solver.get("fallback"):
        console.print(Text(say("fallback", language, reason=say(solver["fallback"], language))))
    if run.scenario.solver.vertex and not solver.get("vertex", True):
        console.print(Text(say("no_vertex", language)))
    if verbose:
        _show_details(run, console, language)


def findings_lines(found: Sequence[Finding], language: Language, verbose: bool) -> list[str]:
    """A line for each finding, its title, or with `verbose` its text; none without findings."""
    if not found:
        return []
    titled = [(f.title_zh, f.text_zh) if language == "zh" else (f.title_en, f.text_en) for f in found]
    lines = [f"- {title}" + (f"\n  {text}" if verbose else "") for title, text in titled]
    return [say("findings", language, count=len(found)), *lines]


_SUMMARY_UNITS = {"capacity": "MW", "energy": "TWh", "money": "million CNY"}


def scorecard_table(rows: Sequence[ScorecardRow], language: Language) -> Table:
    """The scorecard; only the target's name may take more than one line."""
    table = new_table()
    table.add_column(say("target", language), overflow="fold", min_width=12)
    for heading, justify in _SCORECARD_COLUMNS.items():
        table.add_column(say(heading, language), no_wrap=True, justify=justify)
    for row in rows:
        table.add_row(
            # without a space, after which a Chinese name, one long word to the wrapping, would begin a new line
            f"{row.identifier}：{row.label_zh}" if language == "zh" else f"{row.identifier} {row.label_en}",
            say("every_year", language) if row.year is None else str(row.year),
            SIGNS[row.operator] + converted(row.required, row.unit, language),
            converted(row.achieved, row.unit, language),
            converted(row.margin, row.unit, language, signed=True),
            display(row.unit, language).label,
            Text(say(row.verdict, language), style=STYLES[row.verdict]),
            say(row.mode, language),
        )
    return table


def verdict_table(targets: Iterable[TargetVerdict], language: Language) -> Table:
    """The targets of a checked scenario, one line each, without a heading: their last column says what failed."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 1))
    for justify in _VERDICT_COLUMNS:
        table.add_column(no_wrap=True, justify=justify)
    for target in targets:
        key = "not_held" if not target.held else "as_required" if target.passed else "not_as_required"
        table.add_row(
            target.identifier,
            say("every_year", language) if target.year is None else str(target.year),
            SIGNS[target.operator] + converted(target.required, target.unit, language),
            converted(target.achieved, target.unit, language),
            converted(target.margin, target.unit, language, signed=True),
            display(target.unit, language).label,
            Text(say(target.verdict, language), style=STYLES[target.verdict]),
            Text(say(key, language), style="bold red" if key == "not_as_required" else ""),
        )
    return table


_VERDICT_COLUMNS: Sequence[JustifyMethod] = ("left", "left", "right", "right", "right", "left", "left", "left")
_SCORECARD_COLUMNS: Mapping[str, JustifyMethod] = {
    "year": "left",
    "required": "right",
    "achieved": "right",
    "margin": "right",
    "unit": "left",
    "verdict": "left",
    "mode": "left",
}


def plain_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table of texts."""
    table = new_table()
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def new_table() -> Table:
    """A table with a rule under its heading and no other line."""
    return Table(box=RULED, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))


def scorecard_notes(rows: Iterable[ScorecardRow], language: Language) -> list[str]:
    """What the table has no column for: notes, shortfalls and prices, one line each."""
    lines = [say("margin_sense", language)]
    rows = list(rows)
    lines += track_lines(rows, language)
    for row in rows:
        note = row.note_zh if language == "zh" else row.note_en
        if note:
            lines.append(f"{row.identifier}: {note}" if language == "en" else f"{row.identifier}：{note}")
        if row.shortfall is not None and row.verdict == "missed":
            amount = quantity(row.shortfall, row.price_unit, language)
            lines.append(say("shortfall", language, identifier=row.identifier, amount=amount))
        if row.shadow_price is not None and abs(row.shadow_price) > WORTH_SAYING:
            price = price_of_unit(abs(row.shadow_price), row.price_unit, language)
            key = "price_of_target" if row.shadow_price > 0 else "saving_of_target"
            year = row.shadow_price_year
            lines.append(say(key, language, identifier=row.identifier, year=year, price=price))
    return lines


def track_lines(rows: Iterable[ScorecardRow], language: Language) -> list[str]:
    """Who was ahead of, on and behind the path at the end of the history, and what that means; nothing without one."""
    standing: dict[str, list[str]] = {word: [] for word in get_args(Track)}
    year = None
    for row in rows:
        if row.track is not None:
            standing[row.track].append(row.identifier)
            year = row.track_year
    if year is None:
        return []
    parts = [say(word, language, targets=_ids(ids, language)) for word, ids in standing.items() if ids]
    said = say("part_separator", language).join(parts)
    return [say("track", language, year=year, parts=said, share=ON_TRACK)]


def stated_lines(targets: Iterable[StatedTarget], language: Language, verbose: bool) -> list[str]:
    """Targets of the plan that are not on the scorecard: inputs one by one, the others by id; all if `verbose`."""
    lines: list[str] = []
    by_status: dict[str, list[StatedTarget]] = {status: [] for status in get_args(Status)}
    for target in targets:
        by_status[target.status].append(target)
    for status, found in by_status.items():
        if not found:
            continue
        if status == "input":
            lines.append(say("stated_inputs", language))
        else:
            ids = [target.identifier for target in found]
            lines.append(say(f"stated_{status}", language, targets=_ids(ids, language)))
        if verbose or status == "input":
            lines += [f"  {_stated_line(target, language)}" for target in found]
    return lines


def _ids(identifiers: Sequence[str], language: Language) -> str:
    """Ids in a row, with spaces at which a line may end: a Chinese comma would make one long word of them."""
    return (" " if language == "zh" else say("list_separator", language)).join(identifiers)


def _stated_line(target: StatedTarget, language: Language) -> str:
    asked = "-" if target.required is None else quantity(target.required, target.unit, language)
    words = {"identifier": target.identifier, "name": target.name(language), "statement": target.statement(language)}
    if target.input_value is None:
        return say("stated_line", language, **words, required=asked)
    value = quantity(target.input_value, target.input_unit, language)
    return say("input_line", language, **words, value=value, grade=target.input_grade, source=target.input_source)


def summary_table(results: Results, language: Language) -> Table:
    """A line for each year: capacity by carrier, energy generated, exported, imported, curtailment, cost, revenue."""
    table = new_table()
    table.add_column(say("year", language), no_wrap=True)
    for heading in (*CARRIERS, *FLOWS, "curtailment", "cost", "revenue"):
        table.add_column(say(heading, language), no_wrap=True, justify="right")
    for year, values in yearly_summary(results).iterrows():
        table.add_row(
            str(year),
            *(converted(float(values[name]), "MW", language) for name in CARRIERS),
            *(converted(float(values[name]), "TWh", language) for name in FLOWS),
            number(float(values["curtailment"]), 1),
            *(converted(float(values[name]), "million CNY", language) for name in ("cost", "revenue")),
        )
    return table


BALANCE_COLUMNS = (
    "balance_peak",
    "balance_output",
    "import",
    "export",
    "balance_firm",
    "balance_surplus",
    "balance_firm_credited",
    "balance_surplus_credited",
)


def balance_table(results: Results, language: Language) -> Table:
    """The power balance in a line for each year and season: demand, output in the city, exchange, capacity, surplus."""
    table = new_table()
    for heading in ("year", "balance_season"):
        table.add_column(say(heading, language), no_wrap=True)
    for heading in BALANCE_COLUMNS:
        table.add_column(say(heading, language), no_wrap=True, justify="right")
    balance = power_balance(results)
    if set(balance["season"]) != {WHOLE_YEAR}:
        # the highest of the seasons, which stand there
        balance = balance[balance["season"] != WHOLE_YEAR]
    outside = {entry.block for entry in results.ledger("electricity", any_of=("import", "export"))}
    for (year, _, season), lines in balance.groupby(["year", "bus", "season"], sort=False):

        def flow(line: str, crosses: bool, lines: pd.DataFrame = lines) -> float:
            chosen = (lines["line"] == line) & (lines["technology"].isin(outside) == crosses)
            return float(lines.loc[chosen, "power_mw"].sum())

        whole = lines[~lines["line"].isin(["supply", "use"])].set_index("line").to_dict("index")
        amounts = [
            whole["demand"]["power_mw"],
            flow("supply", crosses=False),
            flow("supply", crosses=True),
            -flow("use", crosses=True),
            *(whole[line][column] for column in ("available_mw", "credited_mw") for line in ("capacity", "reserve")),
        ]
        shown = [converted(float(amount), "MW", language) for amount in amounts]
        table.add_row(str(year), say(f"season_{season}", language), *shown)
    return table


def yearly_summary(results: Results) -> pd.DataFrame:
    """The numbers of `summary_table` by year: MW (statistical, year end), TWh, per cent, million CNY a year.

    `cost` leaves out what the sale of electricity earns, which is `revenue`.
    """
    out = pd.DataFrame(index=pd.Index(results.periods, name="year"))
    stock = capacity(results).query("series == 'statistical'")
    for name in CARRIERS:
        out[name] = stock[stock["carrier"] == name].groupby("year")["capacity_mw"].sum()
    for name in FLOWS:
        out[name] = results.energy_twh(results.ledger("electricity", name)).values
    lost = curtailment(results).groupby("year")[["available_twh", "curtailed_twh"]].sum()
    out["curtailment"] = 100 * lost["curtailed_twh"] / lost["available_twh"].where(lost["available_twh"] > 0)
    money = costs(results)
    exported = money["kind"] == "export"
    out["cost"] = money[~exported].groupby("year")["cost_million_cny_per_year"].sum()
    out["revenue"] = -money[exported].groupby("year")["cost_million_cny_per_year"].sum()
    return out.fillna(0.0)


def objective_line(results: Results, objective: float, language: Language) -> str:
    """The objective, and what of it is the sale of electricity."""
    money = costs(results)
    revenue = -float(money.loc[money["kind"] == "export", "cost_discounted_million_cny"].sum())
    amounts = {"total": objective, "revenue": -revenue, "rest": objective + revenue}
    return say("objective", language, **{k: quantity(v, "million CNY", language) for k, v in amounts.items()})


def audit_line(checks: Sequence[Check], language: Language) -> str:
    """How many checks there were, and which came closest to its tolerance."""
    shares = [(abs(c.difference) / c.tolerance if c.tolerance > 0 else 0.0, c.name) for c in checks]
    share, name = max(shares, default=(0.0, "-"))
    return say("audit", language, count=len(checks), share=share, name=name)


def timings_line(timings: Mapping[str, float], language: Language) -> str:
    """Seconds by phase."""
    parts = [say("seconds", language, phase=say(phase, language), seconds=value) for phase, value in timings.items()]
    return say("timings", language, parts=say("list_separator", language).join(parts))


def solver_lines(solver: Mapping[str, Any], language: Language) -> list[str]:
    """Sizes of coefficients, how the model was solved, what the answer proves of itself, whether another is as good."""
    lines = []
    if solver.get("coefficients"):
        least, most = solver["coefficients"]
        lines.append(say("coefficients", language, least=least, most=most, decades=math.log10(most / least)))
    if solver.get("certificate"):
        how = {"method": solver["method"], "iterations": solver["iterations"]}
        lines.append(say("method", language, **how, **solver["certificate"]))
    free = solver.get("free_directions")
    if free:
        lines.append(say("free_plan" if free > 0 else "free_duals", language, count=abs(free)))
    return lines


def _show_details(run: Solved, console: Console, language: Language) -> None:
    for check in run.checks:
        console.print(Text(f"  {check.name}: {check.difference:.3g} / {check.tolerance:.3g} {check.unit}"))
    rows, columns, nonzeros = (f"{n:,}" for n in run.size)
    solver = run.results.provenance.get("solver", {})
    status = solver.get("status", "-")
    console.print(Text(say("size", language, rows=rows, columns=columns, nonzeros=nonzeros, status=status)))
    for line in solver_lines(solver, language):
        console.print(Text(line))
