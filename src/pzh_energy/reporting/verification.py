"""A plan beside itself hour by hour: what the steps it was made on have hidden, from the results of both.

Costs are of the whole horizon, discounted. Amounts are of one year, expected over the weather cases, for every period.
A target's value is that of its worst year on either side, as the scorecard has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from pzh_energy.domain.units import MWH_PER_TONNE_HYDROGEN, MWH_PER_TWH
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.frames import IDENTIFIER, NUMBER, Column, frame
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.tables import costs
from pzh_energy.reporting.texts import Language

COST, OPERATION, TARGET = "cost", "operation", "target"
TOTAL = "total"
MISSING_FLOW = "hydro_cascade.missing_flow"
HIDDEN = ("unserved_energy", "unserved_hydrogen", "missing_flow")
"""Amounts that are nought where all is well."""


@dataclass(frozen=True)
class Drift:
    """One number of the plan, and the same hour by hour, both in `unit`; year: None for the whole horizon."""

    key: str
    year: int | None
    unit: str
    planned: float
    hourly: float

    @property
    def difference(self) -> float:
        """Hour by hour less planned."""
        return self.hourly - self.planned


@dataclass(frozen=True)
class TargetDrift:
    """A target as planned and hour by hour; the values are None where they cannot be computed."""

    identifier: str
    label_zh: str
    label_en: str
    year: int | None
    mode: str
    unit: str
    required: float
    planned: float | None
    hourly: float | None
    verdict_planned: str
    verdict_hourly: str

    @property
    def difference(self) -> float | None:
        """Hour by hour less planned."""
        return None if self.planned is None or self.hourly is None else self.hourly - self.planned

    def label(self, language: Language) -> str:
        """Its name."""
        return self.label_zh if language == "zh" else self.label_en


@dataclass(frozen=True)
class Verification:
    """The builds of a plan run hour by hour.

    outcome, status: how that solve ended, `optimal` or not, and then nothing else is known; planned_steps, steps: of a
    year, of the plan and of the check; seconds, method: of the solve. costs: the total, then by kind [million CNY,
    discounted]; operation: by year; targets: every one of the scorecard.
    """

    outcome: str
    status: str
    planned_steps: int
    steps: int
    seconds: float
    method: str
    costs: tuple[Drift, ...] = ()
    operation: tuple[Drift, ...] = ()
    targets: tuple[TargetDrift, ...] = ()

    @property
    def holds(self) -> bool:
        """True if the plan could be run and no verdict on a target is worse than planned."""
        return self.outcome == "optimal" and not any(worse(each) for each in self.targets)


_ORDER = ("met", "met_within_tolerance", "missed")


def worse(target: TargetDrift) -> bool:
    """True if the verdict hour by hour is worse than the plan's; what can no longer be computed is worse too."""
    if target.verdict_hourly == "not_computable":
        return target.verdict_planned != "not_computable"
    if target.verdict_planned == "not_computable":
        return False
    return _ORDER.index(target.verdict_hourly) > _ORDER.index(target.verdict_planned)


def cost_drifts(planned: Results, hourly: Results, softened: Collection[str]) -> tuple[Drift, ...]:
    """Discounted cost [million CNY], the total first, then by kind.

    softened: ids of the targets whose shortfall is priced hour by hour only; what that costs is left out.
    """
    sides = [_by_kind(results, softened) for results in (planned, hourly)]
    kinds = list(dict.fromkeys(kind for side in sides for kind in side))
    drifts = [Drift(kind, None, "million CNY", *(side.get(kind, 0.0) for side in sides)) for kind in kinds]
    total = Drift(TOTAL, None, "million CNY", *(sum(side.values()) for side in sides))
    return total, *drifts


def _by_kind(results: Results, softened: Collection[str]) -> dict[str, float]:
    money = costs(results)
    money = money[~money["technology"].isin([f"target_{identifier}" for identifier in softened])]
    sums = money.groupby("kind")["cost_discounted_million_cny"].sum()
    return {str(kind): float(value) for kind, value in sums.items()}


def operation_drifts(planned: Results, hourly: Results) -> tuple[Drift, ...]:
    """Amounts of a year by quantity and period: not served, missing flow, curtailed, imported and exported."""
    sides = [_amounts(results) for results in (planned, hourly)]
    return tuple(
        Drift(key, year, unit, *(side[key][1][year] for side in sides))
        for key, (unit, _) in sides[0].items()
        for year in planned.periods
    )


def _amounts(results: Results) -> dict[str, tuple[str, dict[int, float]]]:
    """Unit and yearly amounts by quantity."""

    def gwh(ledger: str, *tags: str) -> dict[int, float]:
        energy = results.energy_twh(results.ledger(ledger, *tags)) * 1e3
        return _by_year(results, energy.values)

    hydrogen = results.energy_twh(results.ledger("hydrogen", "unserved")) * MWH_PER_TWH / MWH_PER_TONNE_HYDROGEN
    flow = results.data.get(MISSING_FLOW)
    available, used = gwh("available", "variable_renewable"), gwh("electricity", "variable_renewable")
    return {
        "unserved_energy": ("GWh", gwh("electricity", "unserved")),
        "unserved_hydrogen": ("t", _by_year(results, hydrogen.values)),
        "missing_flow": (
            "million m3",
            dict.fromkeys(results.periods, 0.0)
            if flow is None
            else _by_year(results, flow.sum(str(flow.dims[0])).sel(period=results.periods).values),
        ),
        "curtailed_energy": ("GWh", {year: available[year] - used[year] for year in results.periods}),
        "import": ("GWh", gwh("electricity", "import")),
        "export": ("GWh", gwh("electricity", "export")),
    }


def _by_year(results: Results, values: Iterable[float]) -> dict[int, float]:
    return dict(zip(results.periods, map(float, values), strict=True))


def target_drifts(planned: Sequence[ScorecardRow], hourly: Sequence[ScorecardRow]) -> tuple[TargetDrift, ...]:
    """The rows of two scorecards of the same targets, side by side."""
    return tuple(
        TargetDrift(
            identifier=before.identifier,
            label_zh=before.label_zh,
            label_en=before.label_en,
            year=before.year,
            mode=before.mode,
            unit=before.unit,
            required=before.required,
            planned=before.achieved,
            hourly=after.achieved,
            verdict_planned=before.verdict,
            verdict_hourly=after.verdict,
        )
        for before, after in zip(planned, hourly, strict=True)
    )


VERIFICATION = (
    Column("group", IDENTIFIER, "cost of the whole horizon, operation of a year, or target"),
    Column("quantity", IDENTIFIER, "total or kind of cost, quantity of operation, or id of the target"),
    Column("period", IDENTIFIER, "year; empty for the whole horizon or a target of every year"),
    Column("unit", IDENTIFIER, "unit of the next three columns"),
    Column("planned", NUMBER, "on the steps the plan was made on"),
    Column("hourly", NUMBER, "with the same builds, hour by hour"),
    Column("difference", NUMBER, "hour by hour less planned"),
    Column("verdict_planned", IDENTIFIER, "verdict on the target as planned"),
    Column("verdict_hourly", IDENTIFIER, "verdict on it hour by hour"),
)


def verification_table(verification: Verification) -> pd.DataFrame:
    """Every number of a verification, one a row."""

    def records() -> Iterator[dict[str, Any]]:
        for group, drifts in ((COST, verification.costs), (OPERATION, verification.operation)):
            for each in drifts:
                verdicts = {"verdict_planned": "", "verdict_hourly": ""}
                yield {**_numbers(each), "group": group, "quantity": each.key, **verdicts}
        for target in verification.targets:
            verdicts = {"verdict_planned": target.verdict_planned, "verdict_hourly": target.verdict_hourly}
            yield {**_numbers(target), "group": TARGET, "quantity": target.identifier, **verdicts}

    return frame(VERIFICATION, records())


def _numbers(each: Drift | TargetDrift) -> dict[str, Any]:
    numbers = {"planned": each.planned, "hourly": each.hourly, "difference": each.difference}
    known = {name: float("nan") if value is None else value for name, value in numbers.items()}
    return {"period": "" if each.year is None else str(each.year), "unit": each.unit, **known}


def as_summary(verification: Verification | None) -> dict[str, Any] | None:
    """The block of `summary.json`: the fields of `Verification`, and whether it `holds`."""
    return None if verification is None else {**asdict(verification), "holds": verification.holds}


def of_summary(stated: Mapping[str, Any] | None) -> Verification | None:
    """The verification a summary holds, None if it holds none."""
    if stated is None:
        return None
    plain = {name: value for name, value in stated.items() if name in Verification.__dataclass_fields__}
    return Verification(
        **{
            **plain,
            "costs": tuple(Drift(**each) for each in stated["costs"]),
            "operation": tuple(Drift(**each) for each in stated["operation"]),
            "targets": tuple(TargetDrift(**each) for each in stated["targets"]),
        }
    )
