"""The part of the system that linopy and PyPSA are asked to state beside us, and its numbers as labelled arrays.

`linopy`: electricity of the baseline with everything on it that has rows at every step but hydrogen — cascade with
travel times, wind, PV, small hydro, three storages, exchange with its tiers, unserved demand — and investment over all
years. Thermal plant (pinned), fuels, accounts and targets are left out. `pypsa`: the same without the cascade (PyPSA
knows no water under way) and without the flow battery (two sizes for one converter), in one year; the price tiers of
export and the standing losses within a step have no counterpart either, so there the first tier takes everything and
nothing is lost by standing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import pyomo.environ as pyo
import xarray as xr

from pzh_energy.inputs.datapackage import DataPackage
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.compiler import Compiler
from pzh_energy.modeling.compiler.sets import dimension
from pzh_energy.modeling.compiler.sets import labels as labels_of
from pzh_energy.optimization.assemble import Assembled
from tests.benchmarks.phases import assignments_of
from tests.systems import BASELINE, package, scaled, scenario, system_of, with_value

Extent = Literal["whole", "linopy", "pypsa"]
"""How much of the baseline: all of it, or what that peer states."""

IN_BOTH = {"electricity_demand", "grid_exchange", "lithium_battery", "pumped_hydro", "run_of_river", "solar_pv"} | {
    "unserved",
    "wind",
}
TECHNOLOGIES: Mapping[Extent, set[str]] = {"linopy": IN_BOTH | {"hydro_cascade", "vanadium_flow"}, "pypsa": IN_BOTH}


def system_to(extent: Extent, size: str) -> SystemData:
    """The baseline, or a part of it, at a size as `tests.benchmarks.phases` states it."""
    asked = scenario(assignments_of(size), BASELINE)
    if extent == "whole":
        return system_of(asked)
    chosen = {key: spec for key, spec in asked.technologies.items() if key in TECHNOLOGIES[extent]}
    return system_of(
        replace(asked, technologies=chosen, targets={}), without_tiers() if extent == "pypsa" else package()
    )


def without_tiers() -> DataPackage:
    """The committed data with a first export tier that takes everything, and storage that loses nothing by standing."""
    data = with_value(package(), "export_tiers", "tier_1", "width", 1000, "TWh/yr")
    return scaled(data, "lithium_battery", "standing_loss", 0.0)


@dataclass(frozen=True)
class Given:
    """What a modeller starts from: arrays by `technology.name`, labelled with their dimensions.

    upstream: stations directly above each station. The indices of a vintage are `vintage` and `period`.
    """

    arrays: Mapping[str, xr.DataArray]
    upstream: Mapping[str, tuple[str, ...]]

    def __getitem__(self, name: str) -> xr.DataArray:
        return self.arrays[name]


def given_of(assembled: Assembled) -> Given:
    """The parameters of an assembled model; whoever starts from them has been spared the work of making them."""
    model = assembled.model.pyomo
    evaluator = Compiler(model).evaluator
    arrays = {}
    for param in model.component_objects(pyo.Param, descend_into=True):
        parts, values = evaluator.param(param)
        names = [dimension(part) for part in parts]
        if names.count("period") == 2:
            names[names.index("period")] = "vintage"
        labels = {name: list(labels_of(part)) for name, part in zip(names, parts, strict=True)}
        arrays[param.name] = xr.DataArray(values, dims=names, coords=labels)
    cascade: Any = getattr(model, "hydro_cascade", None)
    upstream = {} if cascade is None else {h: tuple(cascade.upstream[h]) for h in cascade.station}
    return Given(arrays, upstream)
