"""Results made by hand, with no model behind them: what a metric measures must follow from the tables alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.modeling import registry
from pzh_energy.modeling.results import Results

PERIODS = (2020, 2021)
HOURS = (2000.0, 6760.0)
PROBABILITY = (0.25, 0.75)


def posted(values: Any, tags: Sequence[str], members: Sequence[str] = ("one",)) -> xr.DataArray:
    """An entry of a ledger: values over (members, period) or (members, period, weather, timestep)."""
    array = np.asarray(values, float)
    dims = ("member", "period", "weather", "timestep")[: array.ndim]
    coordinates: dict[str, Sequence[Any]] = {"member": list(members), "period": list(PERIODS)}
    attrs = {"sign": 1, "tags": " ".join(tags), "bus_of": "{}"}
    return xr.DataArray(array, dims=dims, coords=coordinates, attrs=attrs)


def results(variables: Mapping[str, xr.DataArray]) -> Results:
    """Results of two periods, two weathers (0.25, 0.75) and two steps (2000 h, 6760 h)."""
    time = {
        "hours": xr.DataArray(np.array(HOURS), dims="timestep"),
        "probability": xr.DataArray(np.array(PROBABILITY), dims="weather"),
        "weight": xr.DataArray(np.ones(2), dims="period"),
    }
    named = {
        name: array.rename(member=f"{name.split('.')[2 if name.startswith('ledger.') else 0]}_{array.sizes['member']}")
        for name, array in variables.items()
    }
    return Results(xr.Dataset({**time, **named}, coords={"period": list(PERIODS)}))


def measured(metric: str, found: Results, period: int = 2020, **spec: Any) -> float:
    """What a metric measures."""
    target = registry.targets()[metric]
    return float(target.measure(target.Spec(metric=metric, **spec), found, period))
