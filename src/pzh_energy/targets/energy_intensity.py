r"""Change of energy per value added against the base year, under a named rule.

.. math:: 100 \left( \frac{A_p\, Y_0}{A_0\, Y_p} - 1 \right) \le v
    \quad\Longleftrightarrow\quad A_p \frac{Y_0}{Y_p} - A_0 - \frac{v}{100} A_0 \le 0

A: energy counted in a year [ktce], Y: gross domestic product in prices of the base year, 0: `base_year`. By rule:
`gross`  A = E, all primary energy; `minus_new_renewables`  A = E - (N - N₀), without the non-fossil energy used
beyond that of the base year; `minus_all_nonfossil_and_feedstock`  A = F - B, fossil energy without the fuel that goes
into products (B, entries tagged `feedstock`; coke of blast furnaces is a reducing agent, not feedstock).

Gross domestic product is exogenous. The inference of 28.8 % non-fossil in 2020 from the plan's targets holds for
`gross` only. Sources: `modeling/energy_accounts.py`; the fuel and activity ledgers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.energy_accounts import Rule, energy_terms, measured
from pzh_energy.modeling.ledger import added
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results

IntensityRule = Literal["gross", "minus_new_renewables", "minus_all_nonfossil_and_feedstock"]


class Options(TargetSpec):
    """A change against the base year in per cent; a fall is negative."""

    metric: Literal["energy_intensity"]
    base_year: int = Field(default=2020, ge=1900, le=2200, description="year the change is counted from")
    rule: IntensityRule = Field(default="gross", description="which energy is counted")
    accounting: Rule = Field(default="substitution_consumption", description="how electricity is counted")

    def measured_in(self, periods: Sequence[int]) -> tuple[int, ...]:
        """Its year, or every one after the base year; none if the base year is no period."""
        later = tuple(p for p in super().measured_in(periods) if p > self.base_year)
        return later if self.base_year in periods else ()


class EnergyIntensity:
    """Energy per gross domestic product against the base year."""

    key = "energy_intensity"
    unit = "%"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Energy at the base year's value added, less that of the base year; the base is the latter."""
        model, base_year = block.model, spec.base_year
        product = model.ledgers["activity"].read("gdp")
        if not product:
            what = "no gross domestic product to be counted per."
            raise InputError([Problem("targets energy_intensity", what, "Switch on the technology economy.")])
        energy = energy_terms(block, system, spec.accounting)
        feedstock = model.ledgers["fuel"].read("fossil", "feedstock")

        def counted(p: Any) -> Any:
            if spec.rule == "gross":
                return energy.total(p)
            if spec.rule == "minus_new_renewables":
                return energy.fossil(p) + energy.non_fossil(base_year)
            return energy.fossil(p) - added(e.sign * e.of_year(model, p) for e in feedstock)

        def produced(p: Any) -> Any:
            return added(e.of_year(model, p) for e in product)

        return Terms(
            lambda p: counted(p) * (produced(base_year) / produced(p)) - counted(base_year),
            lambda p: counted(base_year),
            scale=100.0,
            slack_unit="ktce",
            slack_scale=1.0,
        )

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent; ZeroDivisionError where the base year used no energy."""
        accounts = measured(results, spec.accounting)
        gdp = results.amount(results.ledger("activity", "gdp"))
        energy = accounts["total"]
        if spec.rule == "minus_new_renewables":
            energy = energy - (accounts["non_fossil"] - accounts["non_fossil"].sel(period=spec.base_year))
        if spec.rule == "minus_all_nonfossil_and_feedstock":
            energy = accounts["fossil"] - results.amount(results.ledger("fuel", "fossil", "feedstock"))
        intensity = energy / gdp
        now, then = (results.in_year(intensity, p) for p in (period, spec.base_year))
        return 100.0 * (now / then - 1.0)
