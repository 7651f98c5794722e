"""What findings are made of: measured quantities of a run, in planning units, and the targets it was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.modeling.energy_accounts import Rule
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.texts import LANGUAGES, Language
from pzh_energy.reporting.units import quantity

ACCOUNTS = "energy_accounts"
BY_CONSUMPTION: Rule = "substitution_consumption"


@dataclass(frozen=True)
class Finding:
    """One tension in words and numbers. values: what the words rest on, in the units their names end with."""

    identifier: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """A run and its targets, with the questions findings ask; rows: its scorecard, if anything is asked of that."""

    results: Results
    targets: Mapping[str, TargetSpec]
    rows: Sequence[ScorecardRow] = ()

    @property
    def first(self) -> int:
        """First year of the horizon."""
        return self.results.periods[0]

    @property
    def last(self) -> int:
        """Last year of the horizon."""
        return self.results.periods[-1]

    @property
    def labels(self) -> Labels:
        """Names of technologies, items and metrics."""
        return Labels.of(self.results.provenance)

    def of_metric(self, metric: str) -> list[tuple[str, Any]]:
        """Targets of a metric that the years of the horizon can answer; ids and specs."""
        return [
            (identifier, spec)
            for identifier, spec in self.targets.items()
            if spec.metric == metric and spec.measured_in(self.results.periods)
        ]

    def share_targets(self, *rules: Rule) -> list[tuple[str, Any]]:
        """Targets of the non-fossil share by one of these rules that name a year, in order of the years.

        None where the run counted no primary energy.
        """
        stated = self.of_metric("non_fossil_share") if self.has_accounts else []
        named = [(identifier, spec) for identifier, spec in stated if spec.year is not None and spec.rule in rules]
        return sorted(named, key=lambda pair: int(pair[1].year))

    def capacity_gw(self, carriers: Sequence[str], year: int, series: str = "statistical") -> float:
        """Year-end capacity [GW] of all that carries one of the tags."""
        entries = self.results.ledger("capacity", series, any_of=carriers)
        return self.results.in_year(self.results.amount(entries), year) * 1e-3

    def energy_twh(self, year: int, *tags: str, any_of: Sequence[str] = ()) -> float:
        """Electricity of a year [TWh] of the entries with these tags, unsigned."""
        entries = self.results.ledger("electricity", *tags, any_of=any_of)
        return self.results.in_year(self.results.energy_twh(entries), year)

    def electricity_demand_twh(self, year: int) -> float:
        """Electricity demand as given [TWh], without what replaces fuel in end uses."""
        series = [s for s in self.results.ledger("electricity", "consumption") if "end_use" not in s.tags]
        return -sum(s.sign * self.results.in_year(self.results.energy_twh([s]), year) for s in series)

    def electricity_used_twh(self, year: int) -> float:
        """Electricity of a year [TWh] of all users, what replaces fuel in end uses included."""
        return -1e-3 * self.results.in_year(
            self.results.net_gwh(self.results.ledger("electricity", "consumption")), year
        )

    def fuel_ktce(self, year: int, *tags: str) -> float:
        """Fuel of a year [ktce]."""
        return self.results.in_year(self.results.amount(self.results.ledger("fuel", *tags)), year)

    def co2_kt(self, year: int, *tags: str) -> float:
        """Carbon dioxide of a year [kt], net of what is captured, of entries with these tags; sinks stand beside it."""
        series = [s for s in self.results.ledger("co2", *tags) if "sink" not in s.tags]
        return sum(s.sign * self.results.in_year(self.results.amount([s]), year) for s in series)

    @property
    def has_accounts(self) -> bool:
        """True if the run counted primary energy."""
        return f"{ACCOUNTS}.total" in self.results

    def account(self, name: str, year: int, rule: Rule = BY_CONSUMPTION) -> float:
        """`non_fossil`, `fossil`, `total` [ktce] or `non_fossil_share` [%] of a year under a rule."""
        return float(self.results[f"{ACCOUNTS}.{name}"].sel(accounting_rule=rule, period=year))

    def coal_rate(self, year: int) -> float:
        """Coal a unit of electricity stands for [ktce/GWh]."""
        rate = self.results[f"parameter.{ACCOUNTS}.coal_rate"].isel({f"{ACCOUNTS}_city": 0})
        return float(rate.sel(period=year))

    def accounting_number(self, name: str) -> float:
        """One of the accounting numbers that hold for every year."""
        return float(self.results[f"parameter.{ACCOUNTS}.{name}"].isel({f"{ACCOUNTS}_city": 0}))

    def gdp(self, year: int) -> float:
        """Gross domestic product [100 million CNY of the base year]; 0 where there is none."""
        return self.results.in_year(self.results.amount(self.results.ledger("activity", "gdp")), year)


def filled(identifier: str, titles: tuple[str, str], texts: tuple[str, str], **values: Any) -> Finding:
    """A finding from texts with gaps (Chinese, English).

    A value is a number, or (number, unit) to be shown in the language's unit, or a pair of texts ((zh, en), "text").
    """
    numbers = {}
    for name, value in values.items():
        amount = value[0] if isinstance(value, tuple) else value
        if isinstance(amount, (int, float)):
            numbers[name] = float(amount)
    chinese, english = (
        text.format(**{name: _shown(value, language) for name, value in values.items()})
        for text, language in zip(texts, LANGUAGES, strict=True)
    )
    return Finding(identifier, *titles, chinese, english, numbers)


def _shown(value: Any, language: Language) -> Any:
    if isinstance(value, tuple) and value[1] == "text":
        return value[0][0 if language == "zh" else 1]
    return quantity(value[0], value[1], language) if isinstance(value, tuple) else value
