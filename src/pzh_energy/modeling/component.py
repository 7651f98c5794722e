"""What a technology and a target owe the rest of the program. Nothing is inherited; shared mathematics is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import xarray as xr

from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TargetSpec, TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results


@dataclass(frozen=True)
class Check:
    """One line of the audit: `difference` may not exceed `tolerance`, both in `unit`."""

    name: str
    difference: float
    tolerance: float
    unit: str
    detail: str = ""

    @property
    def passed(self) -> bool:
        """True if the difference is a number within the tolerance."""
        return bool(abs(self.difference) <= self.tolerance)


class Technology(Protocol):
    """A technology: `key` is its file, block, YAML key and results prefix.

    tables: the parameter tables it reads; build: declares, then posts; derive: extra result series, by short name;
    audit: checks that only this technology can make, each independent of its own constraints. One that posts by what
    others have posted, such as a price on their emissions, says `reads_ledgers = True` and is built after them.
    """

    key: str
    Spec: type[TechnologySpec]
    tables: Mapping[str, tuple[Parameter, ...]]

    def build(self, spec: Any, system: SystemData, block: Block) -> None:
        """Declare variables and constraints, then post entries."""

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """Result series computed from the solution."""

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Checks of the solution."""


Rule = Callable[[Any], Any]


@dataclass(frozen=True)
class Terms:
    """A metric as linear expressions of one period.

    left: amount in the LP's unit; base: what a share is a share of, None if the metric is an amount;
    scale: metric's unit per LP unit (0.001 for GW from MW; 100 for a share in per cent);
    slack_unit: unit in which a missed target is priced, and `slack_scale` how many of it one LP unit is.

    Of a metric whose row is about something else than what it measures, such as a year: `limit` is the row's right-hand
    side in place of the target's value, and `row_periods` are the periods that have a row.
    """

    left: Rule
    base: Rule | None
    scale: float
    slack_unit: str
    slack_scale: float
    limit: float | None = None
    row_periods: tuple[int, ...] | None = None


Remark = tuple[str, Mapping[str, tuple[float, str]]]
"""A sentence of the scorecard: its key among the texts, and what fills its gaps, each a value and its unit."""


AS_STATED = "as stated"
"""Unit of a metric that has as many units as its data: each of its targets states its own."""


class Target(Protocol):
    """A metric: its spec, the parameter tables it reads, its linear terms from the ledgers, and its measurement.

    One with more to say than a number has a `remark(spec, results, period)`, which returns a Remark or None; the period
    is the one judged, None where none could be. One whose row is about something else than what it measures has
    `measure_row(spec, results, period)`, that quantity from the results, and its unit as `row_unit`. One of several
    names has `label_of(spec)`, the id of the label of a target that states none.
    """

    key: str
    unit: str
    Spec: type[TargetSpec]
    tables: Mapping[str, tuple[Parameter, ...]]

    def terms(self, spec: Any, system: SystemData, block: Block) -> Terms | None:
        """The metric as linear expressions; None where it is not linear and only reported."""

    def measure(self, spec: Any, results: Results, period: int) -> float:
        """The metric from the results, in `unit`, without looking at the LP's expressions."""


def measured(metric: Target, spec: TargetSpec, results: Results, period: int) -> float:
    """What a metric measures in a period, worked out once: the audit and the scorecard both ask."""
    key = ("measured", metric, spec.model_dump_json(), period)
    return float(results.once(key, lambda: metric.measure(spec, results, period)))


def row_unit_of(metric: Target, spec: TargetSpec) -> str:
    """Unit of what a target's row holds: its own, unless the row is about something else than what is measured."""
    return str(getattr(metric, "row_unit", unit_of(metric, spec)))


def unit_of(metric: Target, spec: TargetSpec) -> str:
    """Unit in which a target is stated and measured."""
    return spec.unit or AS_STATED if metric.unit == AS_STATED else metric.unit
