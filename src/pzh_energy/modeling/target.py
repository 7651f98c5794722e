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
row for every period. `equal` has two for each, a floor and a ceiling, which its tolerance sets apart. A metric whose
row is about something else than what it measures, such as the emissions of the years after a peak, says which rows
there are and what v is.
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
from pzh_energy.modeling.prices import CEILING, FLOOR


@dataclass(frozen=True)
class Side:
    """One row of a target: sign × (measured − required) may not be negative; required in the metric's unit."""

    name: str
    sign: float
    required: float


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
        """Value the row holds, tolerance taken off; of `equal`, that of its floor."""
        return self.sides[0].required

    @property
    def sides(self) -> tuple[Side, ...]:
        """What is held: a floor, a ceiling, or for `equal` both."""
        value, tolerance = self.spec.value, self.spec.tolerance
        if self.terms.limit is not None:
            value, tolerance = self.terms.limit, 0.0
        assert value is not None
        floor, ceiling = Side(FLOOR, 1.0, value - tolerance), Side(CEILING, -1.0, value + tolerance)
        if self.spec.operator == "equal":
            return floor, ceiling
        return (ceiling,) if self.is_upper else (floor,)

    def missing(self, measured: float) -> float:
        """How far a measured value is from what is held, in the metric's unit; 0 if it is held."""
        return max(0.0, *(side.sign * (side.required - measured) for side in self.sides))


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
    """The rows of a hard or priced target; a dual is the cost of asking for one LP unit more, or allowing one less."""
    terms, unit = target.terms, row_unit_of(target.metric, target.spec)
    periods = block.members("period", target.periods, within=model.pyomo.period)
    missing = _add_shortfall(block, target) if target.spec.mode == "priced" else lambda p: 0.0

    def held(sign: Any, required: Any, p: Any) -> Any:
        whole = 1.0 if terms.base is None else terms.base(p)
        return sign * (terms.left(p) - required / terms.scale * whole) + missing(p) >= 0

    values = np.tile([[side.required] for side in target.sides], len(target.periods))
    if len(target.sides) == 1:
        sign = target.sides[0].sign
        required = block.parameter("required", (periods,), values[0], unit, "value the row holds")
        block.constraint(
            "requirement", (periods,), lambda b, p: held(sign, required[p], p), "metric's LP unit", "the target is held"
        )
        return
    sides = block.members("side", [side.name for side in target.sides])
    signs = block.parameter("side_sign", (sides,), [side.sign for side in target.sides], "1", "floor 1, ceiling -1")
    required = block.parameter("required", (sides, periods), values, unit, "value the row holds")
    block.constraint(
        "requirement",
        (sides, periods),
        lambda b, s, p: held(signs[s], required[s, p], p),
        "metric's LP unit",
        "the target is held",
    )


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
