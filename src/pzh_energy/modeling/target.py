r"""Targets as rows: one statement for every metric, hard, priced or only reported.

Equations
---------
.. math::
    \pm (L_p - v\,B_p / \sigma) + \delta_p \ge 0 \qquad\text{(requirement)}

Symbols
-------
±  plus for a value to reach, minus for one not to exceed; L  the metric's `left` amount in the LP's unit; B  its
`base`, 1 for an amount; σ  metric's unit per LP unit; v  value required, less the tolerance where the plan allows one;
δ  `shortfall` in the LP's unit, zero when the target is hard, priced in million CNY per slack unit and year when it is
priced.

Ratios are linear because the denominator is moved across. A target of one year has one row; one without a year has a
row for every period. A metric whose row is about something else than what it measures, such as the emissions of the
years after a peak, says which rows there are and what v is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Target, Terms, row_unit_of, unit_of
from pzh_energy.modeling.ledger import Entry
from pzh_energy.modeling.model import Block, Model


@dataclass(frozen=True)
class StatedTarget:
    """A target of this run: what it says, how it is measured, the periods that have a row, or would have."""

    identifier: str
    spec: TargetSpec
    metric: Target
    terms: Terms
    periods: tuple[int, ...]

    @property
    def row(self) -> str:
        """Name of its constraint."""
        return f"target_{self.identifier}.requirement"

    @property
    def is_upper(self) -> bool:
        """True if the value may not be exceeded."""
        return self.spec.operator == "at_most"

    @property
    def required(self) -> float:
        """Value the row holds, tolerance taken off."""
        if self.terms.limit is not None:
            return self.terms.limit
        value = self.spec.value
        assert value is not None
        return value + self.spec.tolerance if self.is_upper else value - self.spec.tolerance


def expected_energy(model: Model, entry: Entry, p: Any) -> Any:
    """Expected MWh in a year of period p, all members, as an expression."""
    m = model.pyomo
    return sum(m.probability[w] * m.hours[t] * entry.total(p, w, t) for w in m.weather for t in m.timestep)


def state_targets(system: SystemData, model: Model, metrics: Mapping[str, Target]) -> list[StatedTarget]:
    """Declare the rows of all targets; InputError for one, not only reported, that the horizon cannot tell of.

    What is only reported and has no linear terms is left to its measurement, and not among those returned.
    """
    stated = []
    for identifier, spec in system.targets.items():
        metric = metrics[spec.metric]
        periods = spec.measured_in(system.calendar.periods)
        if not periods:
            if spec.mode == "report":
                continue
            where = f"targets.{identifier}.year"
            what = f"a year that the target of {spec.year} speaks of is no period of the horizon."
            raise InputError([Problem(where, what, "Add it, or use mode: report.")])
        unit = unit_of(metric, spec)
        if spec.unit not in (None, unit):
            where = f"targets.{identifier}.unit"
            raise InputError([Problem(where, f"{spec.unit}, but {spec.metric} is in {unit}.", "Convert the value.")])
        block = model.component(f"target_{identifier}")
        terms = metric.terms(spec, system, block)
        if terms is None:
            continue
        rows = periods if terms.row_periods is None else terms.row_periods
        target = StatedTarget(identifier, spec, metric, terms, rows)
        if spec.mode != "report":
            _add_row(model, block, target)
        stated.append(target)
    return stated


def _add_row(model: Model, block: Block, target: StatedTarget) -> None:
    """The row of a hard or priced target; its dual is the cost of asking for one LP unit more, or allowing one less."""
    m = model.pyomo
    terms, spec = target.terms, target.spec
    periods = block.members("period", target.periods, within=m.period)
    values = np.full(len(target.periods), target.required)
    required = block.parameter("required", (periods,), values, row_unit_of(target.metric, spec), "value the row holds")
    sign = -1.0 if target.is_upper else 1.0

    missing = _add_shortfall(block, target) if spec.mode == "priced" else lambda p: 0.0

    def requirement(b: Any, p: Any) -> Any:
        whole = 1.0 if terms.base is None else terms.base(p)
        return sign * (terms.left(p) - required[p] / terms.scale * whole) + missing(p) >= 0

    block.constraint("requirement", (periods,), requirement, "metric's LP unit", "the target is held")


def _add_shortfall(block: Block, target: StatedTarget) -> Callable[[Any], Any]:
    """Declare how far a priced target may be missed, post its price, and return it as a function of the period."""
    m = block.model.pyomo
    price, scale = target.spec.price, target.terms.slack_scale
    assert price is not None
    name = block.members("identifier", [target.identifier])
    allowed = np.where(np.isin(np.asarray(block.model.calendar.periods), target.periods), np.inf, 0.0)
    limit = block.parameter(
        "shortfall_limit", (m.period,), allowed, "metric's LP unit", "none outside the target's years"
    )
    shortfall = block.variable(
        "shortfall", (name, m.period), "metric's LP unit", "how far the target is missed", lambda b, i, p: (0, limit[p])
    )
    block.post(
        "cost",
        "shortfall",
        +1,
        (name, m.period),
        lambda i, p: price * scale * shortfall[i, p],
        "price of missing a target",
        {"penalty"},
    )
    return lambda p: sum(shortfall[i, p] for i in name)
