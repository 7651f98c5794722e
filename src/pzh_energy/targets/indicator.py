r"""An indicator that follows from a capacity or an energy by a factor of the data: charging points, land, roof cover.

.. math:: \frac{\chi_p}{W_p} \bigl( a_p + b_p - a_{p_0} - b_{p_0} \bigr) \ge v

a: amount of a year of the items counted: entries of one of the capacity, storage_energy, electricity, fuel and co2
ledgers that carry all `tags` of the indicator, without their signs [in the unit `per`: MW, MWh, GWh/yr, ktce/yr,
kt/yr]; b: `contained`, what the demand as given holds and no entry shows; χ: `conversion` [unit of the indicator per
`per`]; W: `whole` where the indicator is the share of something, then with a factor of 100, else 1; p₀: `since`, if
given. The unit is the one that table and target both state. Source: data package, table `indicators`; the ledger that
it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import xarray as xr
from pydantic import Field

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss
from pzh_energy.domain.units import MWH_PER_GWH
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import AS_STATED, Terms
from pzh_energy.modeling.ledger import Entry, added
from pzh_energy.modeling.model import Block, Model
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target import expected_energy

TABLE = "indicators"
PER = {"capacity": "MW", "storage_energy": "MWh", "electricity": "GWh/yr", "fuel": "ktce/yr", "co2": "kt/yr"}
"""Unit of an amount of a year, by ledger."""
ALL = "all"
HOURLY = "electricity"


class Options(TargetSpec):
    """An indicator, in the unit of its table, which the target repeats."""

    metric: Literal["indicator"]
    indicator: str = Field(min_length=1, description="item of the table `indicators`")
    since: int | None = Field(
        default=None, ge=1900, le=2200, description="count only what was added after the end of this year"
    )

    def measured_in(self, periods: Sequence[int]) -> tuple[int, ...]:
        """Its year, if the horizon holds `since`, and it comes after that."""
        found = super().measured_in(periods)
        if self.since is None:
            return found
        return tuple(p for p in found if p > self.since) if self.since in periods else ()


class Indicator:
    """Amounts by another measure."""

    key = "indicator"
    unit = AS_STATED
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        TABLE: (
            Parameter("ledger", "text", "ledger the amount is read from", choices=tuple(PER)),
            Parameter("tags", "text", "tags an entry must carry, with spaces between"),
            Parameter("items", "text", "items that count, with spaces between, or all", default=ALL),
            Parameter("per", "text", "unit of the amount", choices=tuple(PER.values())),
            Parameter("unit", "text", "unit of the indicator"),
            Parameter("conversion", "1", "indicator per unit of the amount", "linear"),
            Parameter("contained", "1", "amount contained in the demand as given", "linear", default=0.0),
            Parameter("whole", "1", "what the indicator is a share of, then in per cent", "linear", default=np.nan),
        )
    }

    def label_of(self, spec: Options) -> str:
        """Id of the label of a target that states none."""
        return spec.indicator

    def terms(self, spec: Options, system: SystemData, block: Block) -> Terms:
        """The converted amount; InputError for an indicator, a unit, a tag or an item that is not there."""
        model, name = block.model, f"targets.{block.key.removeprefix('target_')}"
        words = _words(spec, system, name)
        entries = _counted(model, words["ledger"], words["tags"].split(), words["items"], block)
        k, ledger = system.items(TABLE).index(spec.indicator), words["ledger"]
        contained = system.number(TABLE, "contained")[k]
        if not entries and (spec.mode != "report" or not contained.any()):
            what = f"nothing in the {ledger} ledger is all of: {words['tags']}."
            raise InputError([Problem(f"{TABLE}.csv {spec.indicator}", what, "Switch on a technology that posts it.")])
        factor = block.parameter(
            "conversion",
            (block.members("indicator", [spec.indicator]), model.pyomo.period),
            _conversion(spec, system, k)[None],
            "1",
            "indicator per unit of the amount",
        )
        held = block.parameter("contained", (model.pyomo.period,), contained, words["per"], "amount no entry shows")
        labels = [f"{ledger}|{e.name}|{i}" for e in entries for i in e.members]
        block.parameter("counted", (block.members("entry", labels),), np.ones(len(labels)), "1", "what is counted")

        def amount(p: Any) -> Any:
            return held[p] + added(_of_year(model, e, p) for e in entries)

        def left(p: Any) -> Any:
            grown = amount(p) if spec.since is None else amount(p) - amount(spec.since)
            return factor[spec.indicator, p] * grown

        return Terms(left, None, scale=1.0, slack_unit=words["unit"], slack_scale=1.0)

    def measure(self, spec: Options, results: Results, period: int) -> float:
        """The indicator in the year, from the tables of the members that are counted."""
        block: str = results.once(("indicator", spec.indicator), lambda: _block_of(spec, results))
        amount: xr.DataArray = results.once(("counted", block), lambda: _counted_amount(block, results))
        before = 0.0 if spec.since is None else results.in_year(amount, spec.since)
        factor = results.cells_in_year(results[f"parameter.{block}.conversion"], period)
        return float(factor.sum()) * (results.in_year(amount, period) - before)


def _words(spec: Options, system: SystemData, name: str) -> dict[str, str]:
    """The texts of the indicator's row; InputError for an unknown indicator, a unit not stated or another one."""
    items = system.items(TABLE)
    if spec.indicator not in items:
        what = f"unknown {spec.indicator!r}."
        raise InputError([Problem(f"{name}.indicator", what, near_miss(spec.indicator, items))])
    words = {p: system.text(TABLE, p)[spec.indicator] for p in ("ledger", "tags", "items", "per", "unit")}
    problems = Problems()
    if spec.unit != words["unit"]:
        what = f"{spec.unit or 'not stated'}, but {spec.indicator} is in {words['unit']}."
        problems.add(f"{name}.unit", what, f"Write {words['unit']}, and the value in it.")
    if words["per"] != PER[words["ledger"]]:
        what = f"{words['per']}, but the {words['ledger']} ledger is in {PER[words['ledger']]}."
        problems.add(f"{TABLE}.csv {spec.indicator}.per", what, "Convert the conversion.")
    problems.raise_if_any()
    return words


def _conversion(spec: Options, system: SystemData, k: int) -> np.ndarray:
    """Indicator per unit of the amount (P,); a share is one of `whole` [%]; InputError where that is not above zero."""
    whole = system.number(TABLE, "whole")[k]
    factor: np.ndarray = system.number(TABLE, "conversion")[k]
    if np.isnan(whole).all():
        return factor
    if not (whole > 0).all():
        what = "not above zero in every period."
        raise InputError([Problem(f"{TABLE}.csv {spec.indicator}.whole", what, "State what it is a share of.")])
    return np.asarray(100.0 * factor / whole)


def _counted(model: Model, ledger: str, tags: list[str], items: str, block: Block) -> list[Entry]:
    """Entries that carry all tags, narrowed to the items named; InputError for an item that none of them has."""
    found = model.ledgers[ledger].read(*tags)
    if items == ALL:
        return found
    wanted = items.split()
    known = [str(i) for entry in found for i in entry.members]
    problems = Problems()
    for item in wanted:
        if found and item not in known:
            problems.add(f"{TABLE}.csv items", f"nothing counted is {item!r}.", near_miss(item, known))
    problems.raise_if_any()
    out = []
    for n, entry in enumerate(found):
        mine = [i for i in entry.members if i in wanted]
        if mine:
            out.append(replace(entry, sets=(block.members(f"items_{n}", mine, within=entry.members), *entry.sets[1:])))
    return out


def _of_year(model: Model, entry: Entry, p: Any) -> Any:
    """Amount of a year of an entry, in the unit of its ledger by the year."""
    if entry.ledger == HOURLY:
        return expected_energy(model, entry, p) / MWH_PER_GWH
    return entry.of_year(model, p)


def _counted_amount(block: str, results: Results) -> xr.DataArray:
    """Amount (period,) that the target of a block counts, in the unit of its ledger by the year."""
    amount = results[f"parameter.{block}.contained"]
    for label in results[f"parameter.{block}.counted"][f"{block}_entry"].values:
        ledger, entry, member = str(label).split("|")
        series = results[f"ledger.{ledger}.{entry}"]
        mine = series.sel({str(series.dims[0]): member})
        amount = amount + (results.yearly(mine) / MWH_PER_GWH if ledger == HOURLY else results.of_year(mine))
    return amount


def _block_of(spec: Options, results: Results) -> str:
    """Block of a target that states this indicator: all of them state it alike."""
    for key in map(str, results.data):
        if key.startswith("parameter.target_") and key.endswith(".conversion"):
            block = key.removeprefix("parameter.").removesuffix(".conversion")
            if spec.indicator in results[key].coords.get(f"{block}_indicator", []):
                return block
    raise KeyError(f"no target of this run states the indicator {spec.indicator}")
