r"""Primary energy of the city by accounting rule, once as linear expressions and once measured from results.

Equations
---------
.. math::
    U = \lambda D + U^{end} + H/\eta, \qquad N = \kappa\, e + N^{dir}, \qquad E = N + F + I

    e = U - P - (1 - \varphi) M - S, \quad I = \kappa\,((1 - \varphi) M + S)
        \qquad\text{substitution\_consumption, calorific}

    e = (1 - \varphi) G^{own} + \varphi (U - P - S), \quad I = \kappa\,((1 - \varphi)(U - P - S - G^{own}) + S)
        \qquad\text{grid\_mix}

    e = G, \quad I = \kappa\, S \qquad\text{substitution\_production}

Symbols
-------
N  non-fossil energy, E  primary energy, F  fossil fuel burnt or used as feedstock in the city, I  fossil energy of
electricity bought or not served, N^dir  non-fossil heat used directly [ktce/yr]; κ  the year's coal rate, or the
calorific rate under `calorific` [ktce/GWh, the same number as kgce/kWh]; e  electricity counted as non-fossil
[GWh/yr]; U  electricity used: D  demand as given, U^end  what serves end uses in place of fuel, H  hydrogen that
electrolysis delivers to its users, lower heating value [GWh/yr]; λ  fixed factor for line losses [1]; η  reference
efficiency of electrolysis [1]; P  generation from fossil fuel in the city, M  gross imports, S  unserved demand, G
non-fossil generation, G^own  that of stations the city dispatches itself [GWh/yr]; φ  non-fossil share of the grid
[1].

Assumptions
-----------
`substitution_consumption` is the rule of the plan's 33 and 39 per cent (coal-substitution coefficient, consumption
side). What is generated for export is in none of its terms. Losses of storage are in none, demand is given, and
hydrogen has no free disposal; what hydrogen loses in storage or gives to fuel cells is taken off what counts: so
neither cycling storage, nor exporting and importing again, nor wasting raises the share. Unserved demand counts as if
coal had served it, under every rule: not serving cannot raise a share nor lower an intensity. Electricity bought counts
as energy at the coal rate, its fossil part as fossil energy.
`grid_mix` credits the city's purchases at φ and its own stations in full; stations that the province dispatches belong
to the grid. `substitution_production` counts what is generated in the city; `calorific` is the first rule at the heat
content of electricity. Steel gas and waste heat are in the coal they come from; by-product hydrogen likewise.
Source: data package, table `energy_accounting`; the electricity, hydrogen and fuel ledgers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.ledger import Entry, added
from pzh_energy.modeling.model import Block, Model
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target import expected_energy

TABLE = "energy_accounting"
PARAMETERS = (
    Parameter("coal_rate", "kgce/kWh", "coal that a unit of electricity stands for, substitution rule", "linear"),
    Parameter("calorific_rate", "kgce/kWh", "heat content of electricity", maximum=0.2),
    Parameter("line_loss_factor", "1", "electricity counted for a unit of demand", minimum=1.0, maximum=1.2),
    Parameter("grid_non_fossil_share", "1", "non-fossil share of electricity bought", maximum=1.0),
    Parameter("grid_renewable_share", "1", "renewable share of electricity bought", maximum=1.0),
    Parameter("grid_non_hydro_share", "1", "share of electricity bought that is renewable but not hydro", maximum=1.0),
    Parameter("industry_demand_share", "1", "share of the electricity demand that is industry's", maximum=1.0),
    Parameter("electrolysis_efficiency", "1", "hydrogen per electricity counted for it", minimum=0.3, maximum=1.0),
    Parameter("coal_content", "tce/t", "heat content of raw coal, for amounts in tonnes", default=np.nan, minimum=0.1),
    Parameter(
        "oil_content", "tce/t", "heat content of oil products, for amounts in tonnes", default=np.nan, minimum=0.1
    ),
    Parameter("gas_content", "kgce/m3", "heat content of natural gas, for amounts in m3", default=np.nan, minimum=0.1),
)
"""One item: the city."""

Rule = Literal["substitution_consumption", "grid_mix", "substitution_production", "calorific"]
RULES: tuple[Rule, ...] = ("substitution_consumption", "grid_mix", "substitution_production", "calorific")
HYDROGEN_COUNTED = ("green", "reconversion", "storage")
PROVINCIAL = "province_dispatched"
GWH_PER_MWH = 1e-3
OfYear = Callable[[Any], Any]


@dataclass(frozen=True)
class EnergyTerms:
    """Linear expressions of a period: `non_fossil` N, `fossil` F + I, `total` E [ktce/yr]."""

    non_fossil: OfYear
    fossil: OfYear
    total: OfYear


@dataclass(frozen=True)
class Factors:
    """The accounting numbers: rates by rule are (P,) [ktce/GWh], the others scalars [1]."""

    coal_rate: np.ndarray
    calorific_rate: float
    line_loss_factor: float
    grid_non_fossil_share: float
    electrolysis_efficiency: float

    def rate(self, rule: Rule) -> np.ndarray:
        """Coal a unit of electricity stands for (P,) [ktce/GWh]."""
        return np.full(self.coal_rate.shape, self.calorific_rate) if rule == "calorific" else self.coal_rate


def accounting_number(system: SystemData, name: str, used_by: str) -> float:
    """One of the accounting numbers that hold for every year; InputError as of `factors`."""
    _check_accounts(system, used_by)
    return float(system.number(TABLE, name)[0])


def _check_accounts(system: SystemData, used_by: str) -> None:
    if TABLE not in system.tables:
        what = "energy is counted by no rule."
        raise InputError([Problem(used_by, what, "Switch on the technology energy_accounts, or drop the target.")])
    if len(system.items(TABLE)) != 1:
        what = f"{len(system.items(TABLE))} items, but the accounts are those of one city."
        raise InputError([Problem(f"{TABLE}.csv", what, "Leave one item.")])


def factors(system: SystemData, used_by: str) -> Factors:
    """The accounting numbers of the system; InputError unless the accounts are switched on and speak of one city."""
    _check_accounts(system, used_by)

    def one(name: str) -> float:
        return float(system.number(TABLE, name)[0])

    return Factors(
        system.number(TABLE, "coal_rate")[0],
        one("calorific_rate"),
        one("line_loss_factor"),
        one("grid_non_fossil_share"),
        one("electrolysis_efficiency"),
    )


def energy_terms(block: Block, system: SystemData, rule: Rule) -> EnergyTerms:
    """Primary energy under a rule as expressions of the period; declares the rate on the target's block."""
    model = block.model
    numbers = factors(system, f"targets.{block.key.removeprefix('target_')}")
    rate = block.parameter(
        "accounting_rate", (model.pyomo.period,), numbers.rate(rule), "ktce/GWh", "coal counted for electricity"
    )
    phi, fuel = numbers.grid_non_fossil_share, model.ledgers["fuel"]
    electricity = _Electricity(model, numbers)

    def counted(p: Any) -> Any:
        if rule == "substitution_production":
            return electricity.generated(p)
        if rule == "grid_mix":
            return (1 - phi) * electricity.own(p) + phi * electricity.not_from_coal(p)
        return electricity.not_from_coal(p) - (1 - phi) * electricity.bought(p)

    def fossil_electricity(p: Any) -> Any:
        if rule == "substitution_production":
            return electricity.unserved(p)
        if rule == "grid_mix":
            return (1 - phi) * (electricity.not_from_coal(p) - electricity.own(p)) + electricity.unserved(p)
        return (1 - phi) * electricity.bought(p) + electricity.unserved(p)

    def of_fuel(tag: str, p: Any) -> Any:
        return added(e.sign * e.of_year(model, p) for e in fuel.read(tag))

    def non_fossil(p: Any) -> Any:
        return rate[p] * counted(p) + of_fuel("non_fossil", p)

    def fossil(p: Any) -> Any:
        return of_fuel("fossil", p) + rate[p] * fossil_electricity(p)

    def total(p: Any) -> Any:
        # N + F + I with what cancels left out: a coefficient of zero would depend on rounding
        by_production = rule == "substitution_production"
        whole = electricity.generated(p) + electricity.unserved(p) if by_production else electricity.not_coal_power(p)
        return of_fuel("non_fossil", p) + of_fuel("fossil", p) + rate[p] * whole

    return EnergyTerms(non_fossil, fossil, total)


@dataclass(frozen=True)
class _Electricity:
    """The terms of the electricity side as expressions of a period [GWh/yr]."""

    model: Model
    numbers: Factors

    def _energy(self, entries: Iterable[Entry], p: Any) -> Any:
        return added(e.sign * GWH_PER_MWH * expected_energy(self.model, e, p) for e in entries)

    def _read(self, *tags: str) -> list[Entry]:
        return self.model.ledgers["electricity"].read(*tags)

    def not_coal_power(self, p: Any) -> Any:
        """Electricity used less what the city generates from fossil fuel."""
        return self._used(p) - self._energy(self._read("generation", "fossil"), p)

    def not_from_coal(self, p: Any) -> Any:
        """The same without what is not served."""
        return self.not_coal_power(p) - self.unserved(p)

    def _used(self, p: Any) -> Any:
        """Demand, end uses and electrolysis for hydrogen that reaches its users."""
        taken = self._read("consumption")
        hydrogen = self.model.ledgers["hydrogen"].read(any_of=HYDROGEN_COUNTED)
        return (
            -self.numbers.line_loss_factor * self._energy([e for e in taken if "end_use" not in e.tags], p)
            - self._energy([e for e in taken if "end_use" in e.tags], p)
            + self._energy(hydrogen, p) / self.numbers.electrolysis_efficiency
        )

    def unserved(self, p: Any) -> Any:
        """Demand that is not served."""
        return self._energy(self._read("unserved"), p)

    def bought(self, p: Any) -> Any:
        """Gross imports."""
        return self._energy(self._read("import"), p)

    def generated(self, p: Any) -> Any:
        """Non-fossil generation."""
        return self._energy(self._read("generation", "non_fossil"), p)

    def own(self, p: Any) -> Any:
        """Non-fossil generation of stations the city dispatches."""
        return self._energy([e for e in self._read("generation", "non_fossil") if PROVINCIAL not in e.tags], p)


def recorded_number(results: Results, name: str) -> xr.DataArray:
    """An accounting number as the run used it, () or (period,); InputError where the run had no energy accounts."""
    if f"parameter.energy_accounts.{name}" not in results:
        what = "this run counted no primary energy."
        raise InputError([Problem("results", what, "Solve with the technology energy_accounts switched on.")])
    full = f"parameter.energy_accounts.{name}"
    number: xr.DataArray = results.once(full, lambda: results[full].isel({"energy_accounts_city": 0}, drop=True))
    return number


def measured(results: Results, rule: Rule) -> xr.Dataset:
    """`non_fossil`, `fossil`, `total` [ktce/yr] over the period, from ledgers and the numbers kept in the results.

    Raises InputError where the run had no energy accounts.
    """
    accounts: xr.Dataset = results.once(("primary energy", rule), lambda: _measure(results, rule))
    return accounts


def _measure(results: Results, rule: Rule) -> xr.Dataset:
    # plain arrays over the period: dozens of sums, each of which would be looked at for its labels
    def number(name: str) -> np.ndarray:
        return recorded_number(results, name).values

    def gwh(*tags: str, without: str = "") -> np.ndarray:
        return results.net_gwh(s for s in results.ledger("electricity", *tags) if without not in s.tags).values

    def ktce(tag: str) -> np.ndarray:
        return results.net_amount(results.ledger("fuel", tag)).values

    hydrogen = results.net_gwh(results.ledger("hydrogen", any_of=HYDROGEN_COUNTED)).values
    phi = number("grid_non_fossil_share")
    rate = number("calorific_rate") if rule == "calorific" else number("coal_rate")
    demand, end_use = -gwh("consumption", without="end_use"), -gwh("consumption", "end_use")
    used = number("line_loss_factor") * demand + end_use + hydrogen / number("electrolysis_efficiency")
    missing, own = gwh("unserved"), gwh("generation", "non_fossil", without=PROVINCIAL)
    not_from_coal = used - gwh("generation", "fossil") - missing
    if rule == "substitution_production":
        green, brown = gwh("generation", "non_fossil"), missing
    elif rule == "grid_mix":
        purchases = not_from_coal - own
        green, brown = own + phi * purchases, (1 - phi) * purchases + missing
    else:
        bought = (1 - phi) * gwh("import")
        green, brown = not_from_coal - bought, bought + missing
    non_fossil, fossil = rate * green + ktce("non_fossil"), rate * brown + ktce("fossil")
    accounts = {"non_fossil": non_fossil, "fossil": fossil, "total": non_fossil + fossil}
    return xr.Dataset({n: ("period", of) for n, of in accounts.items()}, {"period": results.periods})
