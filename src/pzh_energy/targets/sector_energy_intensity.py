r"""Energy of industry per industrial value added, as a change against the base year.

.. math::
    \Bigl( E_p \frac{A_{p_0}}{A_p} - E_{p_0} \Bigr) - v\, E_{p_0} \le 0, \qquad
    E = \sum f + \kappa_p \bigl( s \textstyle\sum d + \sum d^{s} - \sum g^{r} \bigr)

f: entries of the fuel ledger of one of `sectors`, without feedstock unless `feedstock` is set [ktce/yr]; d: electricity
demand as given, s: industry's share of it; dˢ: load of end uses of these sectors; gʳ: generation from gas and heat that
is contained in f, named by `recovered`, which would otherwise count twice [GWh/yr]; κ: electricity in standard coal
[ktce/GWh, the same number as kgce/kWh]; A: industrial value added in constant prices; p₀: `base_year`.

`electricity` is `calorific` by default, the heat content at which the energy use of industrial firms is added up in
China's statistics and in which energy per industrial value added is published; `coal_rate` is the equivalent value.
The share s is of all industry and does not change over the years; the plan's target is of firms above a size, which no
ledger tells apart. Feedstock is left out as in the assessments since 2022. What fuel is burnt to generate power for all
users is the power sector's. Sources: data package, table `energy_accounting`; the fuel, electricity and activity
ledgers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.energy_accounts import accounting_number, factors, recorded_number
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target_reading import (
    activity_levels,
    counted_entries,
    net_energy,
    net_of_year,
    tagged_entries,
)

ACTIVITY = "industrial_value_added"
RATE = {"calorific": "calorific_rate", "coal_rate": "coal_rate"}


class Options(TargetSpec):
    """A change of energy per industrial value added, in per cent."""

    metric: Literal["sector_energy_intensity"]
    base_year: int = Field(2020, ge=1900, le=2200, description="year the change is counted from")
    sectors: tuple[str, ...] = Field(("industry", "mining"), min_length=1, description="sectors that are industry")
    feedstock: bool = Field(default=False, description="count fuel that is used as feedstock")
    recovered: tuple[str, ...] = Field(
        (), description="tags of generation from gas and heat that industry's fuel holds"
    )
    electricity: Literal["calorific", "coal_rate"] = "calorific"

    def measured_in(self, periods: Sequence[int]) -> tuple[int, ...]:
        """Its year, if it comes after the base year and the horizon holds both."""
        later = tuple(p for p in super().measured_in(periods) if p > self.base_year)
        return later if self.base_year in periods else ()


class SectorEnergyIntensity:
    """Change of energy per industrial value added."""

    key = "sector_energy_intensity"
    unit = "%"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Energy brought to the value added of the base year, less that of the base year, and the latter."""
        model, where = block.model, f"targets.{block.key.removeprefix('target_')}"
        periods, years = system.calendar.periods, (block.model.pyomo.period,)
        numbers, share = factors(system, where), accounting_number(system, "industry_demand_share", where)
        rates = numbers.coal_rate if spec.electricity == "coal_rate" else np.full(len(periods), numbers.calorific_rate)
        rate = block.parameter("electricity_rate", years, rates, "ktce/GWh", "coal counted for electricity")
        levels = activity_levels(model, ACTIVITY)
        relative = levels[list(periods).index(spec.base_year)] / levels
        deflator = block.parameter(
            "activity_ratio", years, relative, "1", "value added of the base year over that of p"
        )

        fuel = [e for e in counted_entries(model, "fuel", spec, "sectors") if _burnt(e.tags, spec)]
        power = model.ledgers["electricity"]
        demand = [e for e in power.read("consumption") if "end_use" not in e.tags]
        end_use = power.read("end_use", any_of=spec.sectors)
        recovered = tagged_entries(model, "electricity", "generation", spec.recovered) if spec.recovered else []

        def energy(p: Any) -> Any:
            bought = share * net_energy(model, demand, p) + net_energy(model, [*end_use, *recovered], p)
            return net_of_year(model, fuel, p) - rate[p] * bought

        def left(p: Any) -> Any:
            return deflator[p] * energy(p) - energy(spec.base_year)

        return Terms(left, lambda p: energy(spec.base_year), scale=100.0, slack_unit="ktce", slack_scale=1.0)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent of change since the base year; ZeroDivisionError where that used no energy."""
        fuel = [e for e in results.ledger("fuel", any_of=spec.sectors) if _burnt(e.tags, spec)]
        given = [e for e in results.ledger("electricity", "consumption") if "end_use" not in e.tags]
        switched = results.ledger("electricity", "end_use", any_of=spec.sectors)
        taken = -recorded_number(results, "industry_demand_share") * results.net_gwh(given) - results.net_gwh(switched)
        if spec.recovered:
            taken = taken - results.net_gwh(results.ledger("electricity", "generation", any_of=spec.recovered))
        energy = results.net_amount(fuel) + recorded_number(results, RATE[spec.electricity]) * taken
        intensity = energy / results.net_amount(results.ledger("activity", ACTIVITY))
        before = results.in_year(intensity, spec.base_year)
        if before <= 0:
            raise ZeroDivisionError(f"industry used no energy in {spec.base_year}")
        return 100.0 * (results.in_year(intensity, period) / before - 1.0)


def _burnt(tags: Collection[str], spec: Options) -> bool:
    """True if the fuel counts: it is no feedstock, or feedstock counts too."""
    return spec.feedstock or "feedstock" not in tags
