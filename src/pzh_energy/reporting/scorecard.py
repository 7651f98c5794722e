"""The scorecard: what every target asks, what the plan achieves by its own measurement, and what the target costs.

`achieved` comes from the metric's `measure`, which reads the results and never the linear program's expressions.
Comparisons allow `SLACK`, relative to the value (absolute for values below 1 in size): a hard row is held by the solver
only to its own tolerance of 1e-7, and a target held exactly must not be called missed for noise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.modeling.component import Remark, Target, row_unit_of, unit_of
from pzh_energy.modeling.prices import target_price
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.texts import LANGUAGES, say
from pzh_energy.reporting.track import SLACK, Track, measured, standing
from pzh_energy.reporting.units import quantity

Verdict = Literal["met", "met_within_tolerance", "missed", "not_computable"]


@dataclass(frozen=True)
class ScorecardRow:
    """One target.

    year: None for a target of every year; required, tolerance, achieved, margin: in `unit`. margin: distance to the
    value stated, positive is better. Over several years `achieved` and `margin` are of `worst_year`. shortfall: what a
    priced target was missed by in that year, in `price_unit`, which is `unit` unless the row is about something else
    than what is measured. shadow_price: million CNY per `price_unit` and year, undiscounted, that asking for more costs
    (`modeling.prices`); the largest of all years, that of `shadow_price_year`; None if only reported.
    track: in `track_year`, the last year of the history, the target was ahead of, on or behind the straight path from
    the first period to its value, with `track_observed` against `track_path`; None where there is no such path.
    """

    identifier: str
    metric: str
    label_zh: str
    label_en: str
    clause: str
    year: int | None
    operator: str
    required: float
    tolerance: float
    achieved: float | None
    margin: float | None
    unit: str
    verdict: Verdict
    mode: str
    gate: bool
    worst_year: int | None
    shortfall: float | None
    price_unit: str
    shadow_price: float | None
    shadow_price_year: int | None
    expect: str | None
    note_zh: str
    note_en: str
    track: Track | None = None
    track_year: int | None = None
    track_observed: float | None = None
    track_path: float | None = None

    @property
    def as_expected(self) -> bool:
        """True if the verdict is the one the target expects; a target that expects nothing expects to be met."""
        if self.expect == "missed":
            return self.verdict == "missed"
        return self.verdict in ("met", "met_within_tolerance")


def scorecard(
    results: Results, specs: Mapping[str, TargetSpec], metrics: Mapping[str, Target]
) -> tuple[ScorecardRow, ...]:
    """A row for every target, in the order of `specs`; metrics: by their key."""
    labels = Labels.of(results.provenance)
    return tuple(_row(identifier, spec, metrics[spec.metric], results, labels) for identifier, spec in specs.items())


def gate_missed(rows: Iterable[ScorecardRow]) -> tuple[ScorecardRow, ...]:
    """Gated targets whose verdict is not the expected one; what cannot be computed has not passed its gate."""
    return tuple(row for row in rows if row.gate and not row.as_expected)


def verdict_of(operator: str, value: float, tolerance: float, achieved: float) -> Verdict:
    """Judge a measured value; `about`, `reach` and `at_least` are floors, `at_most` is a ceiling, `equal` is both.

    >>> verdict_of("about", 90.0, 1.0, 89.2), verdict_of("at_most", 5.0, 0.0, 5.1)
    ('met_within_tolerance', 'missed')
    """
    if math.isnan(achieved):
        return "not_computable"
    margin = margin_of(operator, value, achieved)
    slack = SLACK * max(1.0, abs(value))
    if margin >= -slack:
        return "met"
    return "met_within_tolerance" if margin >= -tolerance - slack else "missed"


def margin_of(operator: str, value: float, achieved: float) -> float:
    """Distance of what is achieved to the value, positive on the good side; `equal` has none."""
    if operator == "equal":
        return -abs(achieved - value)
    return value - achieved if operator == "at_most" else achieved - value


@dataclass(frozen=True)
class Judgement:
    """A target measured and judged: margin by year, the worst year, what is achieved in it (None if not computable)."""

    margins: Mapping[int, float]
    worst_year: int | None
    achieved: float | None
    verdict: Verdict

    @property
    def margin(self) -> float | None:
        """Distance to what is asked in the worst year, positive on the good side; None if not computable."""
        return None if self.worst_year is None else self.margins[self.worst_year]


def judge(identifier: str, spec: TargetSpec, metric: Target, results: Results) -> Judgement:
    """What a target of its id achieves, and whether that is enough; all a study of many cases asks of a scorecard."""
    if spec.value is None or spec.operator is None:
        raise ValueError(f"target {identifier} is not completed: it has no value or no operator")
    years = list(spec.measured_in(results.periods))
    by_year = measured(spec, metric, results, years)
    margins = {p: margin_of(spec.operator, spec.value, by_year[p]) for p in years}
    # a year that cannot be measured is not passed over: it makes the whole row unknown
    known = bool(years) and not any(math.isnan(margin) for margin in margins.values())
    worst = min(margins, key=lambda p: margins[p]) if known else None
    achieved = None if worst is None else by_year[worst]
    verdict = verdict_of(spec.operator, spec.value, spec.tolerance, math.nan if achieved is None else achieved)
    return Judgement(margins, worst, achieved, verdict)


def _row(identifier: str, spec: TargetSpec, metric: Target, results: Results, labels: Labels) -> ScorecardRow:
    found = judge(identifier, spec, metric, results)
    assert spec.value is not None
    assert spec.operator is not None
    margins, worst = found.margins, found.worst_year
    judged = [] if worst is None else [worst]
    if hasattr(metric, "measure_row"):
        judged = list(results.expressions.get(identifier, {}))
    price, price_year = price_of(identifier, metric, found, results)
    remark = getattr(metric, "remark", lambda *_: None)(spec, results, worst)
    unit = unit_of(metric, spec)
    name = getattr(metric, "label_of", lambda spec: spec.metric)(spec)
    note_zh, note_en = _notes(spec, unit, found.verdict, margins, worst, remark)
    stood = standing(spec, metric, results)
    return ScorecardRow(
        identifier=identifier,
        metric=spec.metric,
        label_zh=spec.label.zh if spec.label else labels.name(name, "zh"),
        label_en=spec.label.en if spec.label else labels.name(name, "en"),
        clause=spec.clause or "",
        year=spec.year,
        operator=spec.operator,
        required=spec.value,
        tolerance=spec.tolerance,
        achieved=found.achieved,
        margin=found.margin,
        unit=unit,
        verdict=found.verdict,
        mode=spec.mode,
        gate=spec.gate,
        worst_year=worst,
        shortfall=_shortfall(identifier, judged, results),
        price_unit=row_unit_of(metric, spec),
        shadow_price=price,
        shadow_price_year=price_year,
        expect=spec.expect,
        note_zh=note_zh,
        note_en=note_en,
        track=None if stood is None else stood.track,
        track_year=None if stood is None else stood.year,
        track_observed=None if stood is None else stood.observed,
        track_path=None if stood is None else stood.path,
    )


def price_of(identifier: str, metric: Target, found: Judgement, results: Results) -> tuple[float | None, int | None]:
    """Largest price of a target over its years (see `modeling.prices`), and its year; None without a row."""
    has_own_rows = hasattr(metric, "measure_row")
    years = list(results.expressions.get(identifier, {})) if has_own_rows else list(found.margins)
    by_year = {p: target_price(results, identifier, p) for p in years}
    prices = {p: price for p, price in by_year.items() if price is not None}
    if not prices:
        return None, None
    year = max(prices, key=lambda p: abs(prices[p]))
    return prices[year], year


def _shortfall(identifier: str, years: list[int], results: Results) -> float | None:
    """The most a priced target is missed by in some years, in the unit of its row; None if it is not priced."""
    name = f"target_{identifier}.shortfall"
    if name not in results:
        return None
    amounts = []
    for year in years:
        terms = results.expressions[identifier][year]
        if terms["base"]:
            amounts.append(float(results[name].sel(period=year).sum()) * terms["scale"] / terms["base"])
    return max(amounts, default=None)


def _notes(
    spec: TargetSpec,
    unit: str,
    verdict: Verdict,
    margins: Mapping[int, float],
    worst: int | None,
    remark: Remark | None,
) -> tuple[str, str]:
    """What is worth saying beyond the numbers, in Chinese and English."""
    said: list[tuple[str, dict[str, tuple[str, str]]]] = []

    def add(key: str, **values: tuple[str, str]) -> None:
        said.append((key, values))

    def amount(value: float, of: str = unit) -> tuple[str, str]:
        return quantity(value, of, "zh"), quantity(value, of, "en")

    slack = SLACK * max(1.0, abs(spec.value or 0.0))
    if not margins:
        add("outside_horizon", year=(str(spec.year), str(spec.year)))
    elif worst is None:
        add("no_base")
    elif max(margins.values()) - margins[worst] > slack:
        add("worst_year", year=(str(worst), str(worst)))
    if verdict == "met_within_tolerance":
        add("within_tolerance", tolerance=amount(spec.tolerance))
    if spec.operator == "about" and worst is not None and margins[worst] > spec.tolerance + slack:
        add("overshoot", excess=amount(margins[worst]))
    if spec.expect == "missed" and verdict in ("met", "met_within_tolerance"):
        add("expected_missed")
    if spec.expect == "met" and verdict == "missed":
        add("expected_met")
    if remark is not None:
        add(remark[0], **{name: amount(value, of) for name, (value, of) in remark[1].items()})
    zh, en = (
        [say(key, language, **{k: pair[n] for k, pair in values.items()}) for key, values in said]
        for n, language in enumerate(LANGUAGES)
    )
    return "".join(zh), " ".join(en)
