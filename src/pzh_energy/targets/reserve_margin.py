r"""Planning reserve: capacity that can be counted on in given months, over the highest demand of these months.

.. math:: \sum_i \kappa_{ip} K_{ip} + \kappa^{m}_p \bar M_p - D_p - v D_p \ge 0

κ: capacity credit of plant or storage i [1]; K: its year-end capacity in operation [MW]; κᵐ, M̄: credit and limit of the
import, if `include_import`; D: highest hourly demand in `months` [MW], before aggregation to steps; v: the margin.

Assumptions: one margin for all buses. A credit belongs to the member (a station), else to the technology, else to a tag
of its capacity, whichever the table names first in this order; generating plant or storage that it does not name is
refused. The credit of a storage stands for its duration: the table says which. Year-end capacity stands for the whole
year. The demand is that of `electricity_demand` in the weather case with the highest; load that is shifted, added by
other technologies or decided by the program is left out, so that the denominator is a constant. Sources: data package,
table `capacity_credits`; the capacity ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, Literal

import numpy as np
import xarray as xr
from pydantic import Field, field_validator

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss
from pzh_energy.domain.units import HOURS_PER_YEAR
from pzh_energy.inputs.calendar import month_of_hour
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling import registry
from pzh_energy.modeling.component import Terms
from pzh_energy.modeling.ledger import Entry
from pzh_energy.modeling.model import Block, Model
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target_reading import given_values

TABLE = "capacity_credits"
CREDIT = Parameter("credit", "1", "share of the capacity that can be counted on", "linear", maximum=1.0)
IMPORT = "import"
COUNTED = {"physical", "storage"}
LOAD = "electricity_demand.load"
MONTHS = range(1, 13)


class Options(TargetSpec):
    """A reserve margin, in per cent of the highest demand; every year if none is named."""

    needs_year: ClassVar[bool] = False
    metric: Literal["reserve_margin"]
    months: tuple[int, ...] = Field(min_length=1, description="months in which it must hold, such as the dry season's")
    include_import: bool = Field(default=False, description="count the import limit, times its credit")

    @field_validator("months")
    @classmethod
    def _months_of_the_year(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        """Every month is one of 1 … 12, and stands once."""
        if not set(value) <= set(MONTHS) or len(set(value)) < len(value):
            raise ValueError(f"{list(value)} are not months. Write numbers of 1 … 12, each once.")
        return value


class ReserveMargin:
    """Planning reserve margin."""

    key = "reserve_margin"
    unit = "%"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {TABLE: (CREDIT,)}

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """Capacity counted on beyond the highest demand, over that demand."""
        m = block.model.pyomo
        table = credit_table(system, block.model)
        names = [str(item) for item in table["item"].values]
        credited = block.members("credited", names)
        block.parameter("capacity_credit", (credited, m.period), table["credit"].values, "1", "capacity credit")
        month = block.members("month", MONTHS)
        highest = monthly_peak(system, block.model)
        block.parameter("monthly_peak", (month, m.period), highest, "MW", "highest hourly demand of the month")
        chosen = highest[[k - 1 for k in spec.months]].max(axis=0)
        peak = block.parameter("peak", (m.period,), chosen, "MW", "highest hourly demand of the months that count")
        parts = [_credited(block, entry, table) for entry in counted_entries(block.model, names)]
        if spec.include_import:
            parts.append(_imported(block, system, table))

        def left(p: Any) -> Any:
            return sum(part(p) for part in parts) - peak[p]

        def base(p: Any) -> Any:
            return peak[p]

        return Terms(left, base, scale=100.0, slack_unit="MW", slack_scale=1.0)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """Per cent of the highest demand by which the capacity counted on exceeds it."""
        table, demand = _stated(results, "capacity_credit"), _stated(results, "monthly_peak")
        items = (str(item) for item in table[table.dims[0]].values)
        credit = dict(zip(items, results.cells_in_year(table, period).tolist(), strict=True))
        peaks = dict(zip(demand[demand.dims[0]].values, results.cells_in_year(demand, period), strict=True))
        peak = max(float(peaks[month]) for month in spec.months)
        firm = 0.0
        for entry in results.ledger("capacity"):
            if not _is_counted(entry.tags, credit):
                continue
            amounts = entry.values[:, results.periods.index(period)]
            for member, mw in zip(entry.members, amounts, strict=True):
                named = credit_names(member, entry.block, entry.tags, credit)
                # an entry over some of a technology's items is labelled over all of them: the others hold nothing
                firm += credit[named[0]] * float(mw) if named and not np.isnan(mw) else 0.0
        if spec.include_import:
            limit = results.cells_in_year(results["parameter.grid_exchange.import_limit"], period)
            firm += credit[IMPORT] * float(limit.sum())
        return 100.0 * (firm / peak - 1.0)


def credit_names(member: str, block: str, tags: Collection[str], names: Collection[str]) -> list[str]:
    """Rows of the table that hold for a member of a block's entry: its own, else its block's, else those of its tags.

    >>> credit_names("ertan", "hydro_cascade", {"hydro", "clean"}, {"ertan", "hydro"})
    ['ertan']
    """
    for words in ([member], [block], sorted(tags)):
        found = [word for word in words if word in names]
        if found:
            return found
    return []


def _is_counted(tags: Collection[str], names: Collection[str]) -> bool:
    """True for plant in operation and storage, and for what else a row of the table names; not for statistics alone."""
    return bool(COUNTED & set(tags)) or ("statistical" not in tags and bool(set(names) & set(tags)))


def credit_table(system: SystemData, model: Model) -> xr.Dataset:
    """Credit (item, period) of the table; InputError if it names what is nowhere in the data."""
    problems = Problems()
    table = system.tables[TABLE]
    known = {row.item for name, rows in system.package.parameters.items() if name != TABLE for row in rows}
    known |= {IMPORT, *registry.technologies(), *(tag for e in model.ledgers["capacity"].entries for tag in e.tags)}
    for item in table["item"].values:
        if item not in known:
            problems.add(f"{TABLE}.csv {item}", "no technology, item or tag of this name.", near_miss(str(item), known))
    problems.raise_if_any()
    return table


def counted_entries(model: Model, names: Collection[str]) -> list[Entry]:
    """Capacity entries that may be counted on; InputError for a member without a row of the table, or with several."""
    entries = [e for e in model.ledgers["capacity"].entries if _is_counted(e.tags, names)]
    problems = Problems()
    for entry in entries:
        for member in entry.members:
            found = credit_names(member, entry.name.split(".")[0], entry.tags, names)
            if len(found) != 1:
                what = f"{member} of {entry.name} has " + (f"several: {', '.join(found)}." if found else "no row.")
                problems.add(f"{TABLE}.csv", what, "State one credit for the item or its technology.")
    problems.raise_if_any()
    return entries


def monthly_peak(system: SystemData, model: Model) -> np.ndarray:
    """Highest hourly demand (12, P) [MW] of every month, over the weather cases; InputError without a demand."""
    posted = [e for e in model.ledgers["electricity"].entries if e.name == LOAD]
    if not posted:
        where = "targets reserve_margin"
        raise InputError([Problem(where, "there is no electricity demand.", "Switch electricity_demand on.")])
    load = given_values(model, posted[0])[:, :, 0]
    users = list(posted[0].members)
    total = np.zeros((len(system.calendar.periods), len(system.calendar.weather), HOURS_PER_YEAR))
    names = system.text("electricity_demand", "load_series")
    for user, name in names.items():
        shape = system.hourly(name, "1", f"electricity_demand.csv {user}.load_series")
        relative = shape / shape.mean(axis=-1, keepdims=True)
        for p, steps in enumerate(load[users.index(user)]):
            total[p] += float(steps @ system.calendar.hours) / HOURS_PER_YEAR * relative
    highest = total.max(axis=1)
    return np.stack([highest[:, month_of_hour() == k].max(axis=1) for k in MONTHS])


def _credited(block: Block, entry: Entry, table: xr.Dataset) -> Callable[[Any], Any]:
    """Capacity of an entry that can be counted on [MW], as a function of the period."""
    block_of, names = entry.name.split(".")[0], [str(item) for item in table["item"].values]
    rows = [names.index(credit_names(str(i), block_of, entry.tags, names)[0]) for i in entry.members]
    over = (entry.members, block.model.pyomo.period)
    values = table["credit"].values[rows].reshape(len(rows), -1)
    label = f"credit_of_{entry.name.replace('.', '_')}"
    credit = block.parameter(label, over, values, "1", f"capacity credit of {entry.name}")
    return lambda p: sum(credit[i, p] * entry.rule(i, p) for i in entry.members)


def _imported(block: Block, system: SystemData, table: xr.Dataset) -> Callable[[Any], Any]:
    """Import limit times its credit [MW], as a function of the period; InputError where either is missing."""
    problems = Problems()
    if "grid_exchange" not in system.tables:
        problems.add("targets reserve_margin.include_import", "there is no exchange.", "Switch grid_exchange on.")
    if IMPORT not in table["item"].values:
        problems.add(f"{TABLE}.csv {IMPORT}", "missing.", "State the share of the import limit that can be counted on.")
    problems.raise_if_any()
    values = system.number("grid_exchange", "import_limit").sum(axis=0) * table["credit"].sel(item=IMPORT).values
    firm = block.parameter("firm_import", (block.model.pyomo.period,), values, "MW", "import that can be counted on")
    return lambda p: firm[p]


def _stated(results: Results, name: str) -> xr.DataArray:
    """A parameter as any reserve margin of the run stated it: credits and demand are the same for all of them."""
    stated: xr.DataArray = results.once(
        ("reserve margin", name),
        lambda: next(
            results[key]
            for key in map(str, results.data)
            if key.startswith("parameter.target_") and key.endswith(f".{name}")
        ),
    )
    return stated
