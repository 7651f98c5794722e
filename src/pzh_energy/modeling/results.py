"""Results: everything a solved model says, labelled, with units; the only thing reporting ever sees."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr


@dataclass(frozen=True)
class LedgerSeries:
    """One posted entry at the solution; data: (members, period[, weather[, timestep]]), ledger's unit, unsigned."""

    name: str
    sign: int
    tags: frozenset[str]
    data: xr.DataArray
    bus_of: Mapping[str, str]

    @property
    def block(self) -> str:
        """Key of the component that posted it."""
        return self.name.split(".", 1)[0]

    @property
    def member_dimension(self) -> str:
        """Name of the dimension of the entry's members."""
        return str(self.data.dims[0])

    def total(self) -> xr.DataArray:
        """Sum over the members."""
        return self.data.sum(self.member_dimension)


@dataclass(frozen=True)
class Results:
    """A solved scenario.

    data: one Dataset. `wind.generation` is a variable or derived series, `dual.wind.output_limit` a dual (million CNY,
    discounted, per unit of the row), `parameter.…` an input, `ledger.<ledger>.<entry>` a posted entry; the plain
    `hours`, `weight` and `probability` are the calendar's.
    provenance: what was solved with what: JSON-able; expressions: LP value of each target by id and period:
    `left`, `base`, `scale` and `slack_scale` of its terms.
    """

    data: xr.Dataset
    provenance: Mapping[str, Any] = field(default_factory=dict)
    expressions: Mapping[str, Mapping[int, Mapping[str, float]]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> xr.DataArray:
        return self.data[name]

    @property
    def periods(self) -> list[int]:
        """The periods' years."""
        return [int(p) for p in self.data["period"].values]

    @cached_property
    def duration(self) -> xr.DataArray:
        """Expected hours of each step in a year, (weather, timestep): hours × probability."""
        return self.data["probability"] * self.data["hours"]

    def ledger(self, name: str, *tags: str, any_of: Iterable[str] = ()) -> list[LedgerSeries]:
        """Entries of a ledger that carry all `tags`, and one of `any_of` if given."""
        wanted, options = set(tags), set(any_of)
        prefix = f"ledger.{name}."
        out = []
        for key in self.data.data_vars:
            if not str(key).startswith(prefix):
                continue
            array = self.data[key]
            held = frozenset(str(array.attrs["tags"]).split())
            if wanted <= held and (not options or options & held):
                bus_of = json.loads(array.attrs["bus_of"])
                sign = int(array.attrs["sign"])
                out.append(LedgerSeries(str(key).removeprefix(prefix), sign, held, array, bus_of))
        return out

    def yearly(self, array: xr.DataArray) -> xr.DataArray:
        """Expected amount of a year from values per hour: MW → MWh, over whatever operation dimensions there are."""
        if "timestep" in array.dims:
            return (array * self.duration).sum(["weather", "timestep"])
        return array

    def of_year(self, array: xr.DataArray) -> xr.DataArray:
        """Amount of a year from amounts per step: a plain sum over steps, weather with its probability."""
        if "timestep" in array.dims:
            array = array.sum("timestep")
        return (array * self.data["probability"]).sum("weather") if "weather" in array.dims else array

    def energy_twh(self, entries: Iterable[LedgerSeries]) -> xr.DataArray:
        """Expected TWh of a year (period,) of some entries, unsigned, summed."""
        total = xr.DataArray(np.zeros(len(self.periods)), coords={"period": self.data["period"]})
        for entry in entries:
            total = total + self.yearly(entry.total()) * 1e-6
        return total

    def amount(self, entries: Iterable[LedgerSeries]) -> xr.DataArray:
        """Sum (period,) of entries of a ledger by the year, unsigned, in the ledger's unit."""
        total = xr.DataArray(np.zeros(len(self.periods)), coords={"period": self.data["period"]})
        for entry in entries:
            total = total + self.of_year(entry.total())
        return total

    def net_amount(self, entries: Iterable[LedgerSeries]) -> xr.DataArray:
        """Sum (period,) of entries of a ledger by the year, with their signs, in the ledger's unit."""
        return self.amount(()) + sum(entry.sign * self.amount([entry]) for entry in entries)

    def net_gwh(self, entries: Iterable[LedgerSeries]) -> xr.DataArray:
        """Expected GWh of a year (period,) of some entries, with their signs: what is put on the bus counts up."""
        return self.amount(()) + sum(1e3 * entry.sign * self.energy_twh([entry]) for entry in entries)
