r"""Capacity that can be built: vintages, lifetimes, build limits, pinned history, year-end and operating capacity.

Called by every investable technology (never inherited). Storage calls it twice, for power and for energy.

Equations
---------
.. math::
    K_{ip} = E_{ip} + \sum_v a_{ivp} N_{iv} \qquad\text{(capacity_balance)}

    O_{ip} = E^{o}_{ip} + \sum_v s_{ivp} N_{iv} \qquad\text{(operating_capacity_balance)}

    K_{ip} \le (1 + g_i)^{n_p} K_{i,p-1} + m_i n_p \qquad\text{(capacity_growth_limit)}

Symbols
-------
K  `capacity` at the end of the period's year [MW]; O  `operating_capacity`, its mean over the years the period stands
for [MW]; N  `new_capacity` built up to and in the period's year since the previous period [MW]; E  existing capacity
still standing [MW]; a, s  share of a vintage standing at year end and in service [1]; g  yearly growth limit [1/yr];
m  `growth_seed`, what may be added even from nothing [MW/yr]; n  years since the previous period [yr].

Assumptions
-----------
What is built in a year serves half of it: a vintage of year v serves from the middle of v to that of v + lifetime.
Payments follow service. A year costs s A N, the annuity A (`annuity_factor`) times the share s of service: half an
annuity in v, a whole one in v + 1 … v + lifetime − 1, half of one in v + lifetime. Discounted at the technology's own
rate to the middle of v, when the money is spent, they are exactly the overnight cost. Fixed O&M is paid on operating
capacity O: keeping plant costs nothing before it stands, and a plant that leaves within a year costs its share.
A capacity counted in `p` was built in the years after the previous period, up to p, and counts as a vintage of p in
service and in cost; limits on building scale with the number of those years.
Nothing is charged outside the horizon, so no vintage carries costs of years that are not modelled, and what is built in
the last year is as worthwhile as its running years are. What that year asks of it is half a year, though: of a target
that only the last year's additions meet, the price is that of half a year of service, about half of what a full year
will cost; a period that stands for several years (`last_period_years`) comes close to the full year. Sources: standard
annuity arithmetic; half-year rule after the way yearly capacity statistics are kept (year-end figures).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pzh_energy.domain.errors import Problems
from pzh_energy.domain.finance import annuity_factor
from pzh_energy.domain.units import MILLION_CNY_PER_MW_AT_CNY_PER_KW
from pzh_energy.inputs.calendar import Calendar
from pzh_energy.inputs.parameters import REQUIRED, Over, Parameter
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.model import Block, Sized


def investment_parameters(prefix: str = "", unit: str = "MW", cost_unit: str = "CNY/kW") -> tuple[Parameter, ...]:
    """Parameters of what can be built; fixed O&M stands beside them, in the unit the technology's table uses.

    prefix: put before every name, `stack_` for one of two capacities that are sized apart.
    """

    def number(name: str, unit_of: str, meaning: str, over: Over = "item", default: object = REQUIRED) -> Parameter:
        return Parameter(prefix + name, unit_of, meaning, over, default)

    return (
        number("existing_capacity", unit, "capacity standing at the end of the existing year", default=0.0),
        number("existing_year", "year", "year whose end the existing capacity is counted at"),
        number("existing_until", "year", "last year at whose end the existing capacity stands", default=9999.0),
        number("first_year", "year", "first year in which any may be built", default=0.0),
        number("observed_build", f"{unit}/yr", "additions observed, pinned up to the end of the history", "exact", 0.0),
        number("committed_build", f"{unit}/yr", "additions already decided, after the history", "exact", 0.0),
        number("max_build", f"{unit}/yr", "largest addition in a year beyond what is committed", default=np.inf),
        number("potential", unit, "technical potential", default=np.inf),
        number("lead_time", "yr", "years from decision to operation", default=0.0),
        number("growth_limit", "1/yr", "largest yearly growth of capacity", default=np.inf),
        number("growth_seed", f"{unit}/yr", "addition allowed even from nothing, under a growth limit", default=0.0),
        number("capex", cost_unit, "overnight cost of a vintage", "linear"),
        number("residual_value", cost_unit, "value of a vintage at the end of its life", "linear", 0.0),
        Parameter(f"{prefix}lifetime", "yr", "technical lifetime of a vintage", "linear", minimum=0.5),
        number("discount_rate", "1/yr", "cost of capital of this technology, if not the system's", default=np.nan),
    )


INVESTMENT_PARAMETERS = investment_parameters()
FIXED_OM_SHARE = Parameter("fixed_om", "%capex/yr", "fixed O&M as a share of the overnight cost", "linear", maximum=100)
FIXED_OM_PER_KW = Parameter("fixed_om_per_kw", "CNY/kW/yr", "fixed O&M", "linear")


@dataclass(frozen=True)
class Investment:
    """What building costs and how far it may go; arrays over items (n), periods (P) or years of the horizon (Y).

    existing (n,) [MW], counted at the end of existing_year (n,), stands until the end of existing_until (n,);
    observed_build and committed_build (n, Y) [MW/yr] over the calendar years `years` (Y,); max_build (n,) [MW/yr], inf
    for none; potential (n,) [MW]; lead_time (n,) [yr]; first_year (n,); growth_limit (n,) [1/yr], inf for none;
    growth_seed (n,) [MW/yr]; overnight (n, P) [CNY/kW]; capex (n, P), the same less the value left at the end of life
    [CNY/kW]; fixed_om (n, P) [CNY/kW/yr]; lifetime (n, P) [yr]; discount_rate (n,) [1/yr].
    """

    existing: np.ndarray
    existing_year: np.ndarray
    existing_until: np.ndarray
    years: np.ndarray
    observed_build: np.ndarray
    committed_build: np.ndarray
    max_build: np.ndarray
    potential: np.ndarray
    lead_time: np.ndarray
    first_year: np.ndarray
    growth_limit: np.ndarray
    growth_seed: np.ndarray
    overnight: np.ndarray
    capex: np.ndarray
    fixed_om: np.ndarray
    lifetime: np.ndarray
    discount_rate: np.ndarray


def investment_of(system: SystemData, table: str, rating: np.ndarray | None = None, prefix: str = "") -> Investment:
    """The investment data of a table; `rating` (n,) turns costs per rated kW into costs per kW of capacity (DC/AC).

    A residual value lowers the overnight cost by residual / (1 + r)^lifetime: it enters the annuity and nothing else.
    """
    data = system.tables[table]

    def number(name: str) -> np.ndarray:
        return np.asarray(data[prefix + name].values, float)

    _check_existing(system, table, prefix)
    scale = np.ones(len(data["item"])) if rating is None else rating
    by_kw = f"{prefix}fixed_om_per_kw" in data
    fixed_om = number("fixed_om_per_kw") if by_kw else number("fixed_om") / 100 * number("capex")
    own_rate = number("discount_rate")
    rate = np.where(np.isnan(own_rate), system.discount_rate, own_rate)
    residual = number("residual_value") / (1 + rate[:, None]) ** number("lifetime")
    return Investment(
        existing=number("existing_capacity"),
        existing_year=number("existing_year"),
        existing_until=number("existing_until"),
        years=data["year"].values.astype(int),
        observed_build=number("observed_build"),
        committed_build=number("committed_build"),
        max_build=number("max_build"),
        potential=number("potential"),
        lead_time=number("lead_time"),
        first_year=number("first_year"),
        growth_limit=number("growth_limit"),
        growth_seed=number("growth_seed"),
        overnight=number("capex") * scale[:, None],
        capex=(number("capex") - residual) * scale[:, None],
        fixed_om=fixed_om * scale[:, None],
        lifetime=number("lifetime"),
        discount_rate=rate,
    )


def _check_existing(system: SystemData, table: str, prefix: str) -> None:
    """InputError where existing capacity and yearly additions overlap, or where the horizon starts before both."""
    data = system.tables[table]
    problems = Problems()
    first = system.calendar.periods[0]
    for k, item in enumerate(system.items(table)):
        counted = int(data[f"{prefix}existing_year"].values[k])
        if counted > first:
            where = f"{table}.csv {item}.{prefix}existing_year"
            problems.add(
                where, f"{counted} is after the first period, {first}.", "Start later, or state earlier capacity."
            )
        for name in ("observed_build", "committed_build"):
            early = [
                int(y)
                for y, mw in zip(data["year"].values, data[prefix + name].values[k], strict=True)
                if mw and y <= counted
            ]
            if early:
                where = f"{table}.csv {item}.{prefix}{name}"
                problems.add(where, f"{early[0]} is already in the existing capacity of {counted}.", "Drop that year.")
    problems.raise_if_any()


@dataclass(frozen=True)
class Vintages:
    """Shares of each vintage (n, vintage, period): standing at year end, in service."""

    standing: np.ndarray
    service: np.ndarray


def vintages(lifetime: np.ndarray, calendar: Calendar) -> Vintages:
    """Life of every vintage seen from every period; lifetime (n, P) [yr], shares (n, P, P) [1].

    Over the years a period stands for, `service` is a mean weighted with the discount factor.
    """
    built = np.asarray(calendar.periods, float)[None, :, None]
    life = lifetime[:, :, None]
    standing = (built <= np.asarray(calendar.periods)[None, None, :]) & (
        np.asarray(calendar.periods)[None, None, :] + 1 < built + life + 0.5
    )
    service = np.zeros(standing.shape)
    for p, years in enumerate(calendar.years_of):
        weights = calendar.discount_of(years)
        for year, weight in zip(years, weights / weights.sum(), strict=True):
            age = year - built[:, :, 0]
            service[:, :, p] += weight * year_in_service(age, 0.5, lifetime)
    return Vintages(standing.astype(float), service)


def existing_share(until: np.ndarray, calendar: Calendar) -> np.ndarray:
    """Share (n, P) of each period's years, weighted with the discount factor, in which existing capacity serves.

    until: (n,) last year of service.
    """
    shares = []
    for years in calendar.years_of:
        weights = calendar.discount_of(years)
        shares.append((years[None, :] <= until[:, None]) @ weights / weights.sum())
    return np.stack(shares, axis=1)


def year_in_service(age: np.ndarray, start: float, lifetime: np.ndarray | float) -> np.ndarray:
    """Share of the year [age, age + 1] that lies within [start, start + lifetime], all in yr."""
    return np.asarray(np.clip(np.minimum(age + 1, start + lifetime) - np.maximum(age, start), 0.0, 1.0))


def build_limits(
    investment: Investment, calendar: Calendar, history_until: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bounds (n, P) [MW] of what is built for each period.

    The first period also holds what was built after the year the existing capacity is counted at.

    Years up to `history_until` are pinned to what was observed; later years hold at least what is committed and at most
    that plus `max_build` for every year that lies beyond the lead time, counted from the first year after the history.
    """
    shape = (len(investment.existing), len(calendar.periods))
    low, high = np.zeros(shape), np.zeros(shape)
    decided_from = calendar.periods[0] if history_until is None else history_until + 1
    earliest = earliest_build(investment, calendar, history_until)
    for p, (period, span) in enumerate(zip(calendar.periods, calendar.years_since_previous, strict=True)):
        first = period - int(span) + 1
        for k, year in enumerate(investment.years):
            known = investment.observed_build if year < decided_from else investment.committed_build
            since = investment.existing_year if p == 0 else first - 1
            low[:, p] += np.where((year > since) & (year <= period), known[:, k], 0.0)
        high[:, p] = low[:, p]
        for year in range(max(first, decided_from), period + 1):
            high[:, p] += np.where(year >= earliest, investment.max_build, 0.0)
    return low, high


def earliest_build(investment: Investment, calendar: Calendar, history_until: int | None) -> np.ndarray:
    """First year (n,) in which anything not committed may stand: after the lead time, and not before `first_year`."""
    decided_from = calendar.periods[0] if history_until is None else history_until + 1
    return np.asarray(np.maximum(decided_from + investment.lead_time, investment.first_year))


@dataclass(frozen=True)
class Capacity:
    """The declared variables of one kind of capacity: `year_end`, `operating`, `new`, each over (members, period)."""

    year_end: Any
    operating: Any
    new: Any


def add_capacity(
    block: Block,
    members: Any,
    investment: Investment,
    history_until: int | None,
    name: str = "capacity",
    unit: str = "MW",
) -> Capacity:
    """Declare new, year-end and operating capacity of `members` and post annuity and fixed O&M to the cost ledger."""
    m, calendar = block.model.pyomo, block.model.calendar
    over = (members, m.period)
    years = np.asarray(calendar.periods)
    standing = years[None, :] <= investment.existing_until[:, None]
    remaining = existing_share(investment.existing_until, calendar)
    life = vintages(investment.lifetime, calendar)
    low, high = build_limits(investment, calendar, history_until)

    def param(label: str, values: np.ndarray, label_unit: str, meaning: str) -> Any:
        sets = (members, m.period, m.period)[: values.ndim]
        return block.parameter(f"{name}_{label}", sets, values, label_unit, meaning)

    existing = param(
        "existing", investment.existing[:, None] * standing, unit, "existing capacity standing at year end"
    )
    in_service = param(
        "existing_in_service", investment.existing[:, None] * remaining, unit, "existing, mean in service"
    )
    stands = param("standing", life.standing, "1", "share of a vintage standing at year end")
    serves = param("service", life.service, "1", "share of a vintage in service")
    lower = param("build_lower", low, unit, "pinned and committed additions")
    upper = param("build_upper", high, unit, "additions allowed by build rate and lead time")
    limit = param("potential", investment.potential, unit, "technical potential")
    param("max_build", investment.max_build, f"{unit}/yr", "largest addition in a year beyond what is committed")
    earliest = earliest_build(investment, calendar, history_until)
    param("earliest_build", earliest, "year", "first year in which an addition not committed may stand")
    new = block.variable(
        f"new_{name}", over, unit, "built since the previous period", lambda b, i, p: (lower[i, p], upper[i, p])
    )
    year_end = block.variable(name, over, unit, "standing at year end", lambda b, i, p: (0, limit[i]))
    operating = block.variable(f"operating_{name}", over, unit, "mean in service during the period")
    block.model.sized.append(Sized(*(f"{block.key}.{kind}{name}" for kind in ("new_", "", "operating_"))))
    block.constraint(
        f"{name}_balance",
        over,
        lambda b, i, p: year_end[i, p] == existing[i, p] + sum(stands[i, v, p] * new[i, v] for v in m.period),
        unit,
        "year-end capacity is what stands of all vintages",
    )
    block.constraint(
        f"operating_{name}_balance",
        over,
        lambda b, i, p: operating[i, p] == in_service[i, p] + sum(serves[i, v, p] * new[i, v] for v in m.period),
        unit,
        "operating capacity is what serves of all vintages",
    )
    _limit_growth(block, members, investment, year_end, name, unit)
    _post_costs(block, members, investment, new, operating, serves, name, unit)
    return Capacity(year_end, operating, new)


def _post_costs(
    block: Block, members: Any, investment: Investment, new: Any, operating: Any, serves: Any, name: str, unit: str
) -> None:
    """Annuity of what serves of all vintages, and fixed O&M of all that serves."""
    m = block.model.pyomo
    over = (members, m.period)
    per_unit = f"million CNY/{unit}/yr"
    annual = np.array(
        [
            [annuity_factor(rate, years_of_life) for years_of_life in lives]
            for rate, lives in zip(investment.discount_rate, investment.lifetime, strict=True)
        ]
    )
    yearly = annual * investment.capex * MILLION_CNY_PER_MW_AT_CNY_PER_KW
    annuity = block.parameter(f"{name}_annuity", over, yearly, per_unit, "annuity")
    upkeep = investment.fixed_om * MILLION_CNY_PER_MW_AT_CNY_PER_KW
    fixed = block.parameter(f"{name}_fixed_om", over, upkeep, per_unit, "fixed O&M")
    overnight = investment.overnight * MILLION_CNY_PER_MW_AT_CNY_PER_KW
    block.parameter(f"{name}_overnight_cost", over, overnight, f"million CNY/{unit}", "for comparison, bounds nothing")
    block.post(
        "cost",
        f"{name}_annuity",
        +1,
        over,
        lambda i, p: sum(serves[i, v, p] * annuity[i, v] * new[i, v] for v in m.period),
        "annuities of what is built within the horizon",
        tags={"annuity"},
    )
    block.post(
        "cost",
        f"{name}_fixed_om",
        +1,
        over,
        lambda i, p: fixed[i, p] * operating[i, p],
        "fixed operation and maintenance",
        tags={"fixed_om"},
    )


def _limit_growth(block: Block, members: Any, investment: Investment, year_end: Any, name: str, unit: str) -> None:
    """Rows for the members that have a growth limit, from the second period on."""
    m, calendar = block.model.pyomo, block.model.calendar
    limited = [i for i, rate in zip(members, investment.growth_limit, strict=True) if np.isfinite(rate)]
    if not limited or len(calendar.periods) < 2:
        return
    position = {i: k for k, i in enumerate(members)}
    chosen = [position[i] for i in limited]
    later = block.members(f"{name}_later_period", calendar.periods[1:], within=m.period)
    some = block.members(f"{name}_growth_member", limited, within=members)
    span = calendar.years_since_previous[1:]
    factor = block.parameter(
        f"{name}_growth", (some, later), (1 + investment.growth_limit[chosen])[:, None] ** span[None, :], "1", "growth"
    )
    seed = block.parameter(
        f"{name}_growth_seed", (some, later), investment.growth_seed[chosen][:, None] * span[None, :], unit, "seed"
    )
    before = block.parameter(f"{name}_before", (later,), np.asarray(calendar.periods[:-1]), "year", "period before")
    block.constraint(
        f"{name}_growth_limit",
        (some, later),
        lambda b, i, p: year_end[i, p] <= factor[i, p] * year_end[i, before[p]] + seed[i, p],
        unit,
        "capacity grows no faster than its limit",
    )
