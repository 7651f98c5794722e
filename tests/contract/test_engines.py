"""One statement, two engines: our numpy compile and Pyomo's own expansion give the same linear program.

Coefficients, limits, bounds, cost and offset to 1e-12, and the same sparsity: with every technology in, with each one
switched off, and with a target of every metric in every mode.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling import registry
from tests.systems import BASELINE, OPTIONS, RICH, assert_same_program, build, rich_package, scenario, system, system_of

OF_METRIC: dict[str, dict[str, Any]] = {
    "installed_capacity": {"carriers": ("hydro", "solar_pv"), "year": 2030},
    "capacity_share": {"carriers": ("clean",), "of": ("hydro", "thermal", "wind"), "year": 2025},
    "new_capacity": {"from_year": 2021, "carriers": ("wind", "solar_pv"), "year": 2030},
    "unit_commissioned": {"generating_unit": "yinjiang_1", "year": 2025},
    "curtailment_rate": {"carriers": ("wind",)},
    "unserved_energy": {},
    "storage_deployed": {"year": 2030},
    "storage_energy_deployed": {"year": 2030},
    "storage_ratio": {"since": 2020, "year": 2030},
    "green_hydrogen_share": {"year": 2030},
    "green_hydrogen_volume": {"year": 2030},
    "reserve_margin": {"months": (12, 1, 2)},
    "co2_emissions": {"counts": ("energy", "process", "import")},
    "co2_intensity": {"year": 2030},
    "import_dependence": {},
    "fuel_growth": {"uses": ("oil", "land_transport"), "from_year": 2025},
    "non_fossil_share": {"year": 2030},
    "energy_intensity": {"year": 2030},
    "renewable_obligation": {"year": 2030},
    "sector_energy_intensity": {"year": 2030},
    "electrification": {"year": 2030},
    "co2_peak": {"value": 2025.0, "tolerance": 0.0, "operator": "at_most", "ceiling_kt": 900.0},
    "indicator": {"indicator": "rooftop_cover", "unit": "%", "since": 2020, "year": 2030},
}
"""Fields of a target of every metric; a new metric belongs here."""
ASKED = {"value": 3.0, "tolerance": 0.5, "price": 7.0}
"""What a target asks unless its metric says otherwise."""


def assert_engines_agree(of: SystemData) -> None:
    """Both engines make the same program of a system."""
    _, _, ours = build(of, "numpy")
    _, _, reference = build(of, "pyomo")
    assert ours.size[2] > 0
    assert_same_program(ours, reference)


@pytest.mark.parametrize("dispatch", ["scheduled", "free"])
def test_the_whole_system_with_two_weather_years(dispatch: str) -> None:
    assert_engines_agree(system([*RICH, f"technologies.hydro_cascade.dispatch={dispatch}"], rich_package()))


def test_the_rows_that_are_asked_for_by_name() -> None:
    few = {"hydro_cascade", "thermal", "electricity_demand", "demand_response", "grid_exchange"}
    asked = scenario([*OPTIONS, "horizon.periods=[2030]"])
    chosen = {key: spec for key, spec in asked.technologies.items() if key in few}
    of = system_of(replace(asked, technologies=chosen, targets={}))
    assert_engines_agree(of)
    rows = {place.name for place in build(of)[2].constraints}
    assert {"hydro_cascade.head_limit", "thermal.ramp_up", "demand_response.window_energy"} <= rows


def test_the_baseline_on_a_dozen_segments() -> None:
    assert_engines_agree(system(["resolution={segments: 12}"], path=BASELINE))


@pytest.mark.parametrize("key", registry.technologies())
def test_the_system_without_a_technology(key: str) -> None:
    off = {key, *({"demand_response"} if key == "electricity_demand" else set())}
    asked = replace(scenario([*RICH, *(f"technologies.{each}.enabled=false" for each in off)]), targets={})
    assert_engines_agree(system_of(asked, rich_package()))


@pytest.mark.parametrize("metric", registry.targets())
def test_a_target_of_every_metric(metric: str) -> None:
    """All modes and operators stand in one system: to expand it is what takes long."""
    of_spec = registry.targets()[metric].Spec
    targets = {
        f"{mode}_{operator}": of_spec(
            **{"metric": metric, "mode": mode, "operator": operator, **ASKED, **OF_METRIC[metric]}
        )
        for mode in ("hard", "priced")
        for operator in ("at_least", "at_most", "equal")
    }
    of = system_of(replace(scenario(RICH), targets=targets), rich_package())
    assert_engines_agree(of)
    assembled, _, program = build(of)
    rows = {place.name: place for place in program.constraints}
    columns = {place.name for place in program.variables}
    assert [target.identifier for target in assembled.targets] == list(targets)
    for target in assembled.targets:
        sides = 2 if target.spec.operator == "equal" else 1  # a metric may know one operator only
        assert rows[target.row].size == sides * len(target.periods)
        assert (f"target_{target.identifier}.shortfall" in columns) == (target.spec.mode == "priced")
