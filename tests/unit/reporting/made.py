"""Results made by hand: two periods, two weather cases, three steps, numbers that can be worked out on paper.

Periods 2025 (weight 4) and 2030 (weight 2); weather wet (0.75) and dry (0.25); steps of 1000 h, 4000 h and 3760 h.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.inputs.scenario import Horizon, Scenario
from pzh_energy.inputs.specs import Bilingual
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.findings import Finding
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.verification import Verification

PERIODS, WEATHER, HOURS = (2025, 2030), ("wet", "dry"), (1000.0, 4000.0, 3760.0)
WEIGHT, PROBABILITY = (4.0, 2.0), (0.75, 0.25)
OPERATION = ("period", "weather", "timestep")
SHAPE = (2, 2, 3)
STATION = "hydro_cascade_station"


def entry(sign: int, tags: str, bus_of: str = "{}") -> dict[str, Any]:
    """Attributes of a posted entry."""
    return {"sign": sign, "tags": tags, "bus_of": bus_of, "units": "MW"}


def over(dimension: str, values: Any, *dims: str, **attrs: Any) -> xr.DataArray:
    """An array over members and dims; values broadcast from the left, so that they may stop at any dimension."""
    sizes = {"period": 2, "weather": 2, "timestep": 3}
    array = np.asarray(values, float)
    shape = (len(array), *(sizes[d] for d in dims))
    array = array.reshape(array.shape + (1,) * (len(shape) - array.ndim))
    return xr.DataArray(np.broadcast_to(array, shape).copy(), dims=(dimension, *dims), attrs=attrs)


def calendar() -> dict[str, xr.DataArray]:
    """The plain variables every result has."""
    return {
        "hours": xr.DataArray(list(HOURS), dims="timestep", attrs={"units": "h"}),
        "step_start": xr.DataArray([0, 1000, 5000], dims="timestep"),
        "weight": xr.DataArray(list(WEIGHT), dims="period"),
        "probability": xr.DataArray(list(PROBABILITY), dims="weather"),
    }


def dataset(variables: Mapping[str, xr.DataArray], **members: list[str]) -> xr.Dataset:
    """A dataset with the calendar and the coordinates of every dimension."""
    coords = {"period": list(PERIODS), "weather": list(WEATHER), "timestep": [0, 1, 2], **members}
    return xr.Dataset({**calendar(), **variables}, coords=coords)


def empty_results() -> Results:
    """Results of a system without any technology."""
    return Results(dataset({}))


def wind_and_load() -> Results:
    """Two wind parks (100 and 200 MW in 2025, the second 300 MW in 2030) feed a load; the rest is exported.

    The first could give 50 MW and gives it; the second could give 100 MW and gives 80. Load 90 MW, export 40 MW.
    """
    parks, at_city = "wind_unit", '{"east": "city", "west": "city"}'
    renewable = "generation non_fossil variable_renewable wind"
    stock = [[100.0, 100.0], [200.0, 300.0]]
    per_step = np.array(HOURS) / 8760
    variables = {
        "wind.capacity": over(parks, stock, "period"),
        "wind.operating_capacity": over(parks, [[90.0, 100.0], [180.0, 280.0]], "period"),
        "wind.new_capacity": over(parks, [[10.0, 0.0], [30.0, 100.0]], "period", units="MW"),
        "parameter.wind.capacity_build_lower": over(parks, [[10.0, 0.0], [20.0, 0.0]], "period"),
        "wind.curtailment": over(parks, [0.0, 20.0], *OPERATION),
        "ledger.capacity.wind.capacity": over(parks, stock, "period", **entry(1, "clean physical statistical wind")),
        "ledger.available.wind.generation": over(parks, [50.0, 100.0], *OPERATION, **entry(1, renewable)),
        "ledger.electricity.wind.generation": over(parks, [50.0, 80.0], *OPERATION, **entry(1, renewable, at_city)),
        "ledger.electricity.load.load": over("load_user", [90.0], *OPERATION, **entry(-1, "", '{"all": "city"}')),
        "ledger.electricity.grid.export": over(
            "grid_line", [40.0], *OPERATION, **entry(-1, "export", '{"line": "city"}')
        ),
        # 7 million CNY a year in every case, spread over the steps; 12 in wet and 4 in dry years: 10 expected
        "ledger.cost.wind.variable_om": over(parks, [7.0, 0.0], *OPERATION, **entry(1, "variable_om")) * per_step,
        "ledger.cost.wind.annuity": over(parks, [[3.0, 5.0], [0.0, 1.0]], "period", **entry(1, "annuity")),
        "ledger.cost.grid.revenue": over(
            "grid_line", [[[12.0, 4.0], [12.0, 4.0]]], "period", "weather", **entry(-1, "export")
        ),
        "ledger.co2.load.boilers": over("load_user", [2.0], *OPERATION, **entry(1, "energy")),
        # 8760 h: 240, 480 and 120 CNY/MWh in the three steps of wet years, 400 throughout in dry ones
        "dual.electricity_balance": _duals(),
    }
    spread = variables["ledger.cost.wind.variable_om"]
    spread.attrs = entry(1, "variable_om")
    members = {parks: ["east", "west"], "load_user": ["all"], "grid_line": ["line"], "bus": ["city"]}
    return Results(dataset(variables, **members), provenance={"history_until": 2025})


def _duals() -> xr.DataArray:
    price = np.array([[240.0, 480.0, 120.0], [400.0] * 3])
    dual = price * 1e-6 * np.array(PROBABILITY)[:, None] * np.array(HOURS)
    return xr.DataArray((np.array(WEIGHT)[:, None, None] * dual)[None], dims=("bus", *OPERATION))


def cascade() -> Results:
    """One station: 2 MW per m3/s, half of it the city's; 36 m3/s arrive from above, some of it is stored."""
    level = np.zeros((1, *SHAPE))
    level[..., 0] = 36.0  # 10 m3/s for 1000 h
    variables = {
        "hydro_cascade.storage_level": xr.DataArray(level, dims=(STATION, *OPERATION)),
        "hydro_cascade.turbine_discharge": over(STATION, [20.0], *OPERATION),
        "hydro_cascade.spill": over(STATION, [6.0], *OPERATION),
        "hydro_cascade.station_generation": over(STATION, [40.0], *OPERATION),
        "hydro_cascade.energy": over(STATION, [0.3504], "period"),
        "hydro_cascade.spilled_energy": over(STATION, [0.10512], "period"),
        "hydro_cascade.energy_above_schedule": over(STATION, [np.nan], "period"),
        "parameter.hydro_cascade.inflow": over(STATION, [5.0], *OPERATION),
        "parameter.hydro_cascade.usable_storage": over(STATION, [72.0]),
        "parameter.hydro_cascade.city_share": over(STATION, [0.5]),
        "parameter.hydro_cascade.design_annual_energy": over(STATION, [0.4]),
        "parameter.hydro_cascade.rated_in_service": over(
            STATION, [[[0.0, 60.0, 60.0], [60.0] * 3]], "period", "timestep"
        ),
        "ledger.capacity.hydro_cascade.capacity": over(STATION, [[30.0, 30.0]], "period", **entry(1, "hydro physical")),
        "ledger.capacity.hydro_cascade.counted": over(
            STATION, [[0.0, 30.0]], "period", **entry(1, "hydro statistical own_regulation=day")
        ),
    }
    return Results(dataset(variables, **{STATION: ["dam"]}))


def row(**changes: Any) -> ScorecardRow:
    """A scorecard row that is met, with changes."""
    plain: dict[str, Any] = {
        "identifier": "T1", "metric": "installed_capacity", "label_zh": "装机容量", "label_en": "capacity",
        "clause": "", "year": 2030, "operator": "at_least", "required": 1.0, "tolerance": 0.0,
        "achieved": 1.25, "margin": 0.25,
        "unit": "GW", "verdict": "met", "mode": "hard", "gate": False, "worst_year": 2030, "shortfall": None,
        "price_unit": changes.get("unit", "GW"),
        "shadow_price": None, "shadow_price_year": None, "expect": None, "note_zh": "", "note_en": "",
    }  # fmt: skip
    return ScorecardRow(**{**plain, **changes})


@dataclass(frozen=True)
class MadeRun:
    """A run as `write_folder` and the terminal take it."""

    results: Results = field(default_factory=wind_and_load)
    scenario: Scenario = field(
        default_factory=lambda: Scenario(
            name="made",
            data_path=Path("data").absolute(),
            horizon=Horizon(periods=PERIODS),
            technologies={},
            title=Bilingual(zh="示例", en="Example"),
        )
    )
    scorecard: tuple[ScorecardRow, ...] = (row(),)
    checks: tuple[Check, ...] = (Check("costs add up", 1e-9, 1e-6, "million CNY"),)
    findings: tuple[Finding, ...] = (Finding("one", "题", "Title", "文", "Text", {"gap_gw": 1.0}),)
    timings: Mapping[str, float] = field(default_factory=lambda: {"reading": 0.5, "solving": 2.0})
    size: tuple[int, int, int] = (10, 20, 30)
    objective: float = 34.0
    verification: Verification | None = None
