"""Results: everything a solved model says, labelled, with units; the only thing reporting ever sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping
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

    @cached_property
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
        return [e for e in self._entries.get(name, ()) if wanted <= e.tags and (not options or options & e.tags)]

    @cached_property
    def _entries(self) -> dict[str, list[LedgerSeries]]:
        """Every posted entry by ledger: taking one of hundreds of arrays out of a Dataset takes 2 ms, far too much to
        be done for each entry by each metric in each year."""
        out: dict[str, list[LedgerSeries]] = {}
        for key, array in self.data.data_vars.items():
            kind, _, rest = str(key).partition(".")
            if kind != "ledger":
                continue
            ledger, _, name = rest.partition(".")
            tags, bus_of = frozenset(str(array.attrs["tags"]).split()), json.loads(array.attrs["bus_of"])
            out.setdefault(ledger, []).append(LedgerSeries(name, int(array.attrs["sign"]), tags, array, bus_of))
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
        return self._summed(((1.0, e) for e in entries), lambda entry: self.yearly(entry.total()) * 1e-6, "energy")

    def amount(self, entries: Iterable[LedgerSeries]) -> xr.DataArray:
        """Sum (period,) of entries of a ledger by the year, unsigned, in the ledger's unit."""
        return self._summed(((1.0, e) for e in entries), lambda entry: self.of_year(entry.total()), "amount")

    def net_amount(self, entries: Iterable[LedgerSeries]) -> xr.DataArray:
        """Sum (period,) of entries of a ledger by the year, with their signs, in the ledger's unit."""
        return self._summed(((e.sign, e) for e in entries), lambda entry: self.of_year(entry.total()), "amount")

    def net_gwh(self, entries: Iterable[LedgerSeries]) -> xr.DataArray:
        """Expected GWh of a year (period,) of some entries, with their signs: what is put on the bus counts up."""
        signed = ((1e3 * e.sign, e) for e in entries)
        return self._summed(signed, lambda entry: self.yearly(entry.total()) * 1e-6, "energy")

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """`make()` the first time a key is asked for, what it made ever after: for accounts that many metrics read."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    def _summed(
        self, entries: Iterable[tuple[float, LedgerSeries]], of_year: Callable[[LedgerSeries], xr.DataArray], kind: str
    ) -> xr.DataArray:
        """Sum (period,) of factor × what `of_year` makes of the entry, worked out once: metrics ask for every year."""
        total = np.zeros(len(self.periods))
        for factor, entry in entries:
            key = (kind, id(entry))
            if key not in self._worked_out:
                values = np.asarray(of_year(entry).sel(period=self.periods).values, float)
                # the entry is kept, so that no other can take its identity
                self._worked_out[key] = (entry, values)
            total = total + factor * self._worked_out[key][1]
        return xr.DataArray(total, dims="period", coords={"period": self.periods})

    @cached_property
    def _worked_out(self) -> dict[tuple[str, int], tuple[LedgerSeries, np.ndarray]]:
        return {}
