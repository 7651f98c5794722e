"""Turns a solution into labelled results: variables, duals, parameters, and every ledger entry by its own rule."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyomo.environ as pyo
import xarray as xr

from pzh_energy.modeling.compiler import Compiler, LinearProgram, Slice
from pzh_energy.modeling.compiler.sets import dimension, labels
from pzh_energy.modeling.ledger import Entry
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.target import StatedTarget
from pzh_energy.optimization.assemble import Assembled
from pzh_energy.optimization.highs import Solution


class Piece(NamedTuple):
    """An array on its way into the results: its dimensions, their labels, its values and what is said of it."""

    dimensions: Sequence[str]
    labels: Sequence[tuple[Any, ...]]
    values: np.ndarray
    attributes: Mapping[str, Any]


def extract(assembled: Assembled, compiler: Compiler, program: LinearProgram, solution: Solution) -> Results:
    """Results of an optimal solution, with the technologies' own derived series."""
    model, calendar = assembled.model, assembled.model.calendar
    pieces: dict[str, Piece] = {}
    for place in program.variables:
        pieces[place.name] = _piece(place, solution.x, _described(model, place.name))
    for place in program.constraints:
        declared = model.declarations[place.name]
        said = {"units": f"million CNY per ({declared.unit})", "long_name": f"dual of: {declared.meaning}"}
        pieces[f"dual.{place.name}"] = _piece(place, solution.row_dual, said)
    for param in model.pyomo.component_objects(pyo.Param, descend_into=True):
        if param.name in model.declarations:
            parts, array = compiler.evaluator.param(param)
            pieces[f"parameter.{param.name}"] = Piece(
                _dimensions(parts), [labels(part) for part in parts], array, _described(model, param.name)
            )
    for ledger in model.ledgers.values():
        for entry in ledger.entries:
            name = f"ledger.{ledger.name}.{entry.name}"
            pieces[name] = _entry(assembled, compiler, name, entry, solution.x)
    coordinates: dict[str, Sequence[Any]] = {
        "period": list(calendar.periods),
        "weather": list(calendar.weather),
        "timestep": list(range(len(calendar.hours))),
    }
    hours, starts = {"units": "h"}, {"units": "hour of the year"}
    axes = {
        "hours": xr.Variable("timestep", calendar.hours, hours),
        "step_start": xr.Variable("timestep", calendar.edges[:-1], starts),
        "weight": xr.Variable("period", calendar.weight, {"units": "discounted years"}),
        "probability": xr.Variable("weather", calendar.probability, {"units": "1"}),
    }
    data = _dataset(pieces, coordinates, axes)
    return with_derived(assembled, Results(data, expressions=_expressions(assembled, compiler, solution.x)))


def _dataset(
    pieces: Mapping[str, Piece], coordinates: Mapping[str, Sequence[Any]], axes: Mapping[str, xr.Variable]
) -> xr.Dataset:
    """The pieces in one Dataset: a piece over some of a dimension's labels is filled up with not-a-number.

    `coordinates` are labels known beforehand, `axes` what is said of them; the other dimensions have the labels of all
    their pieces.
    """
    known = {dim: {label: k for k, label in enumerate(of)} for dim, of in coordinates.items()}
    # hundreds of pieces share a few tuples of labels: each is looked at once for a dimension
    met: dict[tuple[str, int], tuple[Any, ...]] = {}
    for piece in sorted(pieces.values(), key=lambda piece: -piece.values.size):  # stable: those of the whole first
        for dim, of in zip(piece.dimensions, piece.labels, strict=True):
            if (dim, id(of)) not in met:
                met[dim, id(of)] = of
                at = known.setdefault(dim, {})
                for label in of:
                    at.setdefault(label, len(at))
    places = {key: [known[key[0]][label] for label in of] for key, of in met.items()}
    partial = {key for key, at in places.items() if at != list(range(len(known[key[0]])))}
    variables: dict[str, xr.Variable] = {}
    for name, (dims, labels_of, values, attributes) in pieces.items():
        keys = [(dim, id(of)) for dim, of in zip(dims, labels_of, strict=True)]
        whole = values
        if not partial.isdisjoint(keys):
            whole = np.full([len(known[dim]) for dim in dims], np.nan)
            whole[np.ix_(*(places[key] for key in keys))] = values
        variables[name] = xr.Variable(dims, whole, attributes)
    return xr.Dataset({**variables, **axes}, coords={dim: list(of) for dim, of in known.items()})


def with_derived(assembled: Assembled, results: Results) -> Results:
    """The results with the series that the technologies derive from them."""
    derived: dict[str, xr.DataArray] = {}
    for key, technology in assembled.technologies.items():
        for name, array in technology.derive(assembled.system, results).items():
            derived[f"{key}.{name}"] = array
    return results.with_series(derived)


def _piece(place: Slice, values: np.ndarray, said: Mapping[str, Any]) -> Piece:
    """What a variable or constraint has at the solution; one over some periods keeps the name of the dimension."""
    return Piece(place.dimensions, place.coordinates, place.take(values), said)


def _dimensions(parts: Sequence[Any]) -> list[str]:
    """Names of the dimensions of an index; a set that stands there twice needs a second name."""
    names = [dimension(part) for part in parts]
    repeated = [name if names.index(name) == k else f"{name}_built" for k, name in enumerate(names)]
    if len(set(repeated)) < len(names):
        repeated = [f"{name}_{k}" for k, name in enumerate(names)]
    # (item, vintage, period): the vintage comes first and takes the other name
    if names.count("period") == 2:
        first = names.index("period")
        repeated = [("vintage" if k == first else name) for k, name in enumerate(names)]
    return repeated


def _described(model: Any, name: str) -> dict[str, Any]:
    declared = model.declarations.get(name)
    return {} if declared is None else {"units": declared.unit, "long_name": declared.meaning}


def _entry(assembled: Assembled, compiler: Compiler, name: str, entry: Entry, x: np.ndarray) -> Piece:
    """An entry at the solution over its own index: its rule compiled like a constraint, times x."""
    ledger = assembled.model.ledgers[entry.ledger]
    values = compiler.values(name, assembled.model.pyomo, *entry.stated(), x)
    bus_of: Mapping[str, str] = {}
    if entry.at is not None:
        named = dict(zip(entry.members, labels(entry.members), strict=True))
        bus_of = {str(named[i]): str(bus) for bus in assembled.model.pyomo.bus for i in entry.at[bus]}
    return Piece(
        _dimensions(entry.sets),
        [labels(part) for part in entry.sets],
        values.reshape([len(part) for part in entry.sets]),
        {
            "units": ledger.kind.unit,
            "long_name": entry.meaning,
            "sign": entry.sign,
            "tags": " ".join(sorted(entry.tags)),
            "bus_of": json.dumps(bus_of),
        },
    )


def _expressions(assembled: Assembled, compiler: Compiler, x: np.ndarray) -> dict[str, dict[int, dict[str, float]]]:
    """Value of every target's linear terms at the solution, by target and period."""
    out: dict[str, dict[int, dict[str, float]]] = {}
    m = assembled.model.pyomo
    for target in assembled.targets:
        # over the target's own periods, one in eleven as a rule: a year of operation is the longest sum there is
        periods = pyo.Set(initialize=target.periods, within=m.period)
        periods.construct()

        def at_solution(name: str, rule: Any, target: StatedTarget = target, periods: Any = periods) -> list[float]:
            values = compiler.values(f"{target.identifier}.{name}", m, lambda _, period: rule(period), periods, x)
            return values.tolist()  # type: ignore[no-any-return]

        terms = target.terms
        left = at_solution("left", terms.left)
        base = [1.0] * len(left) if terms.base is None else at_solution("base", terms.base)
        out[target.identifier] = {
            p: {"left": of_left, "base": of_base, "scale": terms.scale, "slack_scale": terms.slack_scale}
            for p, of_left, of_base in zip(target.periods, left, base, strict=True)
        }
    return out
