"""Turns a solution into labelled results: variables, duals, parameters, and every ledger entry by its own rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyomo.environ as pyo
import xarray as xr

from pzh_energy.modeling.compiler import Compiler, LinearProgram, Slice
from pzh_energy.modeling.compiler.sets import dimension, elements_of
from pzh_energy.modeling.ledger import Entry
from pzh_energy.modeling.results import Results
from pzh_energy.optimization.assemble import Assembled
from pzh_energy.optimization.highs import Solution


def extract(assembled: Assembled, compiler: Compiler, program: LinearProgram, solution: Solution) -> Results:
    """Results of an optimal solution, with the technologies' own derived series."""
    model = assembled.model
    variables: dict[str, xr.DataArray] = {}
    for place in program.variables:
        variables[place.name] = _describe(model, place.name, _labelled(place, place.take(solution.x)))
    for place in program.constraints:
        declared = model.declarations[place.name]
        variables[f"dual.{place.name}"] = _labelled(place, place.take(solution.row_dual)).assign_attrs(
            units=f"million CNY per ({declared.unit})", long_name=f"dual of: {declared.meaning}"
        )
    for param in model.pyomo.component_objects(pyo.Param, descend_into=True):
        if param.name in model.declarations:
            parts, array = compiler.evaluator.param(param)
            variables[f"parameter.{param.name}"] = _describe(model, param.name, _array(parts, array))
    for ledger in model.ledgers.values():
        for entry in ledger.entries:
            variables[f"ledger.{ledger.name}.{entry.name}"] = _entry(assembled, compiler, entry, solution.x)
    calendar = model.calendar
    variables["hours"] = xr.DataArray(calendar.hours, dims="timestep", attrs={"units": "h"})
    variables["step_start"] = xr.DataArray(calendar.edges[:-1], dims="timestep", attrs={"units": "hour of the year"})
    variables["weight"] = xr.DataArray(calendar.weight, dims="period", attrs={"units": "discounted years"})
    variables["probability"] = xr.DataArray(calendar.probability, dims="weather", attrs={"units": "1"})
    coordinates = {
        "period": list(calendar.periods),
        "weather": list(calendar.weather),
        "timestep": np.arange(len(calendar.hours)),
    }
    results = Results(
        data=xr.Dataset(variables, coords=coordinates), expressions=_expressions(assembled, compiler, solution.x)
    )
    return with_derived(assembled, results)


def with_derived(assembled: Assembled, results: Results) -> Results:
    """The results with the series that the technologies derive from them."""
    derived: dict[str, xr.DataArray] = {}
    for key, technology in assembled.technologies.items():
        for name, array in technology.derive(assembled.system, results).items():
            derived[f"{key}.{name}"] = array
    return Results(results.data.assign(derived), results.provenance, results.expressions)


def _labelled(place: Slice, values: np.ndarray) -> xr.DataArray:
    """Values in the shape of the slice; a period sub-set keeps its own coordinate under the shared name."""
    dims, coordinates = place.dimensions, dict(zip(place.dimensions, place.coordinates, strict=True))
    return xr.DataArray(values, dims=dims, coords={d: list(c) for d, c in coordinates.items()})


def _array(parts: list[Any], values: np.ndarray) -> xr.DataArray:
    names = [dimension(part) for part in parts]
    repeated = [name if names.index(name) == k else f"{name}_built" for k, name in enumerate(names)]
    if len(set(repeated)) < len(names):
        repeated = [f"{name}_{k}" for k, name in enumerate(names)]
    # (item, vintage, period): the vintage comes first and takes the other name
    if names.count("period") == 2:
        first = names.index("period")
        repeated = [("vintage" if k == first else name) for k, name in enumerate(names)]
    return xr.DataArray(
        values, dims=repeated, coords={d: list(elements_of(part)) for d, part in zip(repeated, parts, strict=True)}
    )


def _describe(model: Any, name: str, array: xr.DataArray) -> xr.DataArray:
    declared = model.declarations.get(name)
    if declared is None:
        return array
    return array.assign_attrs(units=declared.unit, long_name=declared.meaning)


def _entry(assembled: Assembled, compiler: Compiler, entry: Entry, x: np.ndarray) -> xr.DataArray:
    """An entry at the solution over its own index: its rule compiled like a constraint, times x."""
    ledger = assembled.model.ledgers[entry.ledger]
    width = entry.members.dimen

    def rule(_: Any, index: Any) -> Any:
        member = index[0] if width == 1 else index[:width]
        return entry.rule(member, *index[width:])

    over = entry.sets[0]
    for part in entry.sets[1:]:
        over = over * part
    matrix, constant = compiler.rows(entry.name, assembled.model.pyomo, rule, over)
    bus_of: Mapping[str, str] = {}
    if entry.at is not None:
        labels = dict(zip(entry.members, elements_of(entry.members), strict=True))
        bus_of = {str(labels[i]): str(bus) for bus in assembled.model.pyomo.bus for i in entry.at[bus]}
    return _array(list(entry.sets), (matrix @ x + constant).reshape([len(s) for s in entry.sets])).assign_attrs(
        units=ledger.kind.unit,
        long_name=entry.meaning,
        sign=entry.sign,
        tags=" ".join(sorted(entry.tags)),
        bus_of=json.dumps(bus_of),
    )


def _expressions(assembled: Assembled, compiler: Compiler, x: np.ndarray) -> dict[str, dict[int, dict[str, float]]]:
    """Value of every target's linear terms at the solution, by target and period."""
    out: dict[str, dict[int, dict[str, float]]] = {}
    m = assembled.model.pyomo

    def by_period(name: str, rule: Any) -> dict[int, float]:
        matrix, constant = compiler.rows(name, m, lambda _, period: rule(period), m.period)
        return dict(zip(assembled.model.calendar.periods, (matrix @ x + constant).tolist(), strict=True))

    for target in assembled.targets:
        terms = target.terms
        left = by_period(target.identifier, terms.left)
        base = by_period(target.identifier, terms.base) if terms.base is not None else dict.fromkeys(left, 1.0)
        out[target.identifier] = {
            p: {"left": left[p], "base": base[p], "scale": terms.scale, "slack_scale": terms.slack_scale}
            for p in target.periods
        }
    return out
