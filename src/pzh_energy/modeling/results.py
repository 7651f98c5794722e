"""Results: everything a solved model says, labelled, with units; the only thing reporting ever sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import xarray as xr

EMISSIONS = ("energy", "process", "captured", "import")
"""Tags of the emissions of a city, what is captured with its own sign; sinks are none of them."""


@dataclass(frozen=True)
class LedgerSeries:
    """One posted entry at the solution; its data: (members, period[, weather[, timestep]]), ledger's unit, unsigned.

    members: labels of the first dimension; plain: the data without labels; labelled: gives them with labels, which
    takes long for hundreds of entries of which most are only summed.
    """

    name: str
    sign: int
    tags: frozenset[str]
    bus_of: Mapping[str, str]
    members: tuple[str, ...]
    plain: xr.Variable
    labelled: Callable[[], xr.DataArray]

    @property
    def data(self) -> xr.DataArray:
        """The data with their labels."""
        return self.labelled()

    @property
    def values(self) -> np.ndarray:
        """The data as an array."""
        return np.asarray(self.plain.values)

    @property
    def block(self) -> str:
        """Key of the component that posted it."""
        return self.name.split(".", 1)[0]

    @property
    def member_dimension(self) -> str:
        """Name of the dimension of the entry's members."""
        return str(self.plain.dims[0])

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
        # taking one of hundreds of arrays out of a Dataset takes long, for it looks through all coordinates: each is
        # taken once, and has the coordinates of the first one that lies over the same dimensions
        if name not in self._taken:
            variable = self.data.variables[name]
            if variable.dims in self._alike and name not in self.data.coords:
                taken = self._alike[variable.dims].copy(deep=False, data=variable.values)
                taken.name, taken.attrs = name, dict(variable.attrs)
            else:
                taken = self._alike[variable.dims] = self.data[name]
            self._taken[name] = taken
        return self._taken[name]

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def with_series(self, added: Mapping[str, xr.DataArray]) -> Results:
        """The same results with further arrays; what was worked out of them is kept. ValueError for a name in use."""
        used = sorted(set(added) & set(map(str, self.data.variables)))
        if used:
            raise ValueError(f"the results already have {', '.join(used)}")
        indexes = self.data.indexes

        def fits(array: xr.DataArray) -> bool:
            labels = array.indexes
            return set(array.coords) == set(array.dims) and all(
                dim in indexes and labels[dim].equals(indexes[dim]) for dim in array.dims
            )

        # what lies over our own labels need not be aligned with them, which takes long with hundreds of arrays
        plain = {name: array.variable if fits(array) else array for name, array in added.items()}
        return self._with_kept(replace(self, data=self.data.assign(plain)))

    def with_provenance(self, provenance: Mapping[str, Any]) -> Results:
        """The same results with what they were solved with; what was worked out of them is kept."""
        return self._with_kept(replace(self, provenance=provenance))

    def _with_kept(self, other: Results) -> Results:
        for name in ("_taken", "_alike", "_entries", "_made", "_worked_out"):
            other.__dict__[name] = getattr(self, name)
        return other

    @cached_property
    def _taken(self) -> dict[str, xr.DataArray]:
        return {}

    @cached_property
    def _alike(self) -> dict[tuple[Hashable, ...], xr.DataArray]:
        return {}

    @cached_property
    def periods(self) -> list[int]:
        """The periods' years."""
        return [int(p) for p in self.data["period"].values]

    @cached_property
    def duration(self) -> xr.DataArray:
        """Expected hours of each step in a year, (weather, timestep): hours × probability."""
        return self["probability"] * self["hours"]

    def ledger(self, name: str, *tags: str, any_of: Iterable[str] = ()) -> list[LedgerSeries]:
        """Entries of a ledger that carry all `tags`, and one of `any_of` if given."""
        wanted, options = set(tags), set(any_of)
        return [e for e in self._entries.get(name, ()) if wanted <= e.tags and (not options or options & e.tags)]

    @cached_property
    def _entries(self) -> dict[str, list[LedgerSeries]]:
        """Every posted entry by ledger."""
        out: dict[str, list[LedgerSeries]] = {}
        members: dict[Hashable, tuple[str, ...]] = {}
        for key in map(str, self.data.data_vars):
            kind, _, rest = key.partition(".")
            if kind != "ledger":
                continue
            ledger, _, name = rest.partition(".")
            plain = self.data.variables[key]
            tags, bus_of = frozenset(str(plain.attrs["tags"]).split()), json.loads(plain.attrs["bus_of"])
            first = plain.dims[0]
            if first not in members:
                members[first] = tuple(map(str, self.data[first].values))
            facts = name, int(plain.attrs["sign"]), tags, bus_of, members[first]
            out.setdefault(ledger, []).append(LedgerSeries(*facts, plain, partial(self.__getitem__, key)))
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
        return (array * self["probability"]).sum("weather") if "weather" in array.dims else array

    def energy_twh(self, entries: Iterable[LedgerSeries]) -> xr.DataArray:
        """Expected TWh of a year (period,) of some entries, unsigned, summed."""
        return self._summed(((1e-6, e) for e in entries), per_hour=True)

    def amount(self, entries: Iterable[LedgerSeries]) -> xr.DataArray:
        """Sum (period,) of entries of a ledger by the year, unsigned, in the ledger's unit."""
        return self._summed(((1.0, e) for e in entries), per_hour=False)

    def net_amount(self, entries: Iterable[LedgerSeries]) -> xr.DataArray:
        """Sum (period,) of entries of a ledger by the year, with their signs, in the ledger's unit."""
        return self._summed(((e.sign, e) for e in entries), per_hour=False)

    def net_gwh(self, entries: Iterable[LedgerSeries]) -> xr.DataArray:
        """Expected GWh of a year (period,) of some entries, with their signs: what is put on the bus counts up."""
        return self._summed(((1e-3 * e.sign, e) for e in entries), per_hour=True)

    def in_year(self, array: xr.DataArray, period: int) -> float:
        """What an amount by the year (period,) is in one: a label looked up costs xarray twenty times as much.

        KeyError for a year that is no period.
        """
        if period not in self.periods:
            raise KeyError(period)
        return float(array.values[self.periods.index(period)])

    def cells_in_year(self, array: xr.DataArray, period: int) -> np.ndarray:
        """The cells of an array over periods in one of them, over its other dimensions; as `in_year`."""
        if period not in self.periods:
            raise KeyError(period)
        return np.asarray(np.take(array.values, self.periods.index(period), array.get_axis_num("period")))

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """`make()` the first time a key is asked for, what it made ever after: for accounts that many metrics read."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    def _summed(self, entries: Iterable[tuple[float, LedgerSeries]], per_hour: bool) -> xr.DataArray:
        """Sum (period,) of factor × expected amount of a year of each entry, worked out once: many metrics ask.

        per_hour: the entry's values count for each hour of a step (MW), not for the whole step.
        """
        total = np.zeros(len(self.periods))
        for factor, entry in entries:
            total = total + factor * np.nansum(self.by_member(entry, per_hour), axis=0)
        return self._by_year.copy(deep=False, data=total)

    def by_member(self, entry: LedgerSeries, per_hour: bool) -> np.ndarray:
        """Expected amount of a year (member, period) of an entry, worked out once; NaN where it holds nothing.

        per_hour: as of `_summed`.
        """
        key = (per_hour, id(entry))
        if key not in self._worked_out:
            # the entry is kept, so that no other can take its identity
            self._worked_out[key] = (entry, self._year_of(entry, per_hour))
        return self._worked_out[key][1]

    @cached_property
    def _by_year(self) -> xr.DataArray:
        """An array (period,) to make others of, which is a quarter of the time of making one from labels."""
        return xr.DataArray(np.zeros(len(self.periods)), dims="period", coords={"period": self.periods})

    def _year_of(self, entry: LedgerSeries, per_hour: bool) -> np.ndarray:
        finer = entry.plain.dims[2:]
        weights = np.ones(1)
        for dimension in finer:
            length = self["hours"].values
            of_step = length if per_hour else np.ones_like(length)
            weights = np.outer(weights, of_step if dimension == "timestep" else self["probability"].values).ravel()
        values = np.asarray(entry.values, float)
        if not finer:
            return values
        values = values.reshape(*values.shape[:2], len(weights))
        amounts = np.asarray(values @ weights)
        empty = np.isnan(amounts)
        if empty.any():  # an entry may hold something in some steps only
            parts = values[empty]
            held = ~np.isnan(parts)
            amounts[empty] = np.where(held.any(axis=-1), np.where(held, parts, 0.0) @ weights, np.nan)
        return amounts

    @cached_property
    def _worked_out(self) -> dict[tuple[bool, int], tuple[LedgerSeries, np.ndarray]]:
        return {}
