"""Electricity and hydrogen of the ledgers by what a reader knows them as: a technology, or import, export, unserved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd
import xarray as xr

from pzh_energy.domain.units import MWH_PER_TWH
from pzh_energy.modeling.results import LedgerSeries, Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.picture import in_order, visible

ROLES = ("import", "export", "unserved")
CONSUMPTION = "consumption"


def part_of(entry: LedgerSeries) -> str:
    """What an entry is shown as: the role it has beyond its technology, else the technology."""
    return next((role for role in ROLES if role in entry.tags), entry.block)


def by_part(
    entries: Sequence[LedgerSeries], value: Callable[[xr.DataArray], pd.Series], labels: Labels
) -> pd.DataFrame:
    """Sums over members of entries as columns by part, in the order of the labels; value: what becomes a row index."""
    columns: dict[str, pd.Series] = {}
    for entry in entries:
        part, series = part_of(entry), value(entry.total())
        columns[part] = columns[part] + series if part in columns else series
    # what people consume first: it lies next to the line from which uses are stacked
    consumed = {part_of(entry) for entry in entries if CONSUMPTION in entry.tags}
    ordered = sorted(in_order(columns, labels), key=lambda part: part not in consumed)
    table = pd.DataFrame({part: columns[part] for part in ordered})
    return visible(table)


def supply(results: Results, ledger: str = "electricity") -> list[LedgerSeries]:
    """Entries that put something on a bus."""
    return [entry for entry in results.ledger(ledger) if entry.sign > 0]


def use(results: Results, ledger: str = "electricity") -> list[LedgerSeries]:
    """Entries that take something off a bus."""
    return [entry for entry in results.ledger(ledger) if entry.sign < 0]


def yearly_twh(results: Results) -> Callable[[xr.DataArray], pd.Series]:
    """Turns MW over the steps into TWh by year."""

    def value(array: xr.DataArray) -> pd.Series:
        return pd.Series(results.yearly(array).values / MWH_PER_TWH, index=results.periods)

    return value


def net(entries: Iterable[LedgerSeries]) -> xr.DataArray:
    """Signed sum of entries over all members."""
    total: xr.DataArray = sum((entry.sign * entry.total() for entry in entries), xr.DataArray(0.0))
    return total
