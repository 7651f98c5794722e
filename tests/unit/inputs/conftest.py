"""Small models and files that the tests of scenarios share."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, field_validator

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.inputs.scenario import Scenario, load_scenario
from pzh_energy.inputs.specs import StrictModel, TargetSpec, TechnologySpec


class Window(StrictModel):
    first: int
    last: int


class WindSpec(TechnologySpec):
    sites: tuple[str, ...] = ()
    cap_mw: float | None = None
    windows: tuple[Window, ...] = ()
    price: dict[int, float] = Field(default_factory=dict)
    limit_mw: float | None = 100.0

    @field_validator("sites")
    @classmethod
    def _differ(cls, sites: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(sites)) < len(sites):
            raise ValueError("a site stands twice. Keep one.")
        return sites


class CascadeSpec(TechnologySpec):
    dispatch: Literal["scheduled", "free"] = "scheduled"


class CapacitySpec(TargetSpec):
    carriers: tuple[str, ...]


class ShareSpec(TargetSpec):
    rule: Literal["consumption", "production"] = "consumption"


TECHNOLOGIES: dict[str, type[TechnologySpec]] = {"wind": WindSpec, "hydro_cascade": CascadeSpec}
TARGETS: dict[str, type[TargetSpec]] = {"installed_capacity": CapacitySpec, "non_fossil_share": ShareSpec}

BASE = """\
name: base
data: data
horizon: {periods: 2020..2023}
technologies:
  wind: {}
"""

FULL = """\
name: full-1
title: {zh: 基准情景, en: Baseline}
question: {zh: 能否达标？, en: "Is it met: no?"}
data: data
horizon: {periods: [2020, 2025, 2030], last_period_years: 5, history_until: 2023}
resolution: {every: 3h}
weather: {dry: {probability: 0.25}, wet: {probability: 0.75}}
technologies:
  hydro_cascade: {dispatch: free}
  wind: {enabled: false, sites: [ridge, "012"], windows: [{first: 1, last: 2}], price: {2030: 5}, limit_mw: null}
targets:
  T06: {metric: installed_capacity, carriers: [hydro, wind], mode: priced, price: 30, gate: true, expect: met}
  T01: {metric: non_fossil_share, year: 2025, operator: about, value: 33, unit: "%", tolerance: 1}
overrides:
  - {table: wind, item: ridge, parameter: capex, year: 2030, value: 4500, unit: CNY/kW, reason: "tender: low"}
  - {table: wind, item: ridge, parameter: series, value: "1e3", unit: text, reason: test}
solver: {engine: pyomo, method: ipm, time_limit_s: 60, threads: 2}
expect: infeasible
"""


@pytest.fixture
def technologies() -> Mapping[str, type[TechnologySpec]]:
    """The models of the technologies the files name."""
    return TECHNOLOGIES


@pytest.fixture
def base() -> str:
    """A scenario that states only what it must; line 5 is its technology."""
    return BASE


@pytest.fixture
def full() -> str:
    """A scenario that states everything."""
    return FULL


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write a text to a file of a name, next to a folder `data`."""

    def write(text: str, name: str = "s.yaml") -> Path:
        (tmp_path / "data").mkdir(exist_ok=True)
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def load() -> Callable[..., Scenario]:
    """Load a file with assignments."""
    return lambda path, *assignments: load_scenario(path, TECHNOLOGIES, TARGETS, assignments)


@pytest.fixture
def problems() -> Callable[..., list[Problem]]:
    """What loading a file with assignments is refused for."""

    def refused(path: Path, *assignments: str) -> list[Problem]:
        with pytest.raises(InputError) as caught:
            load_scenario(path, TECHNOLOGIES, TARGETS, assignments)
        return list(caught.value.problems)

    return refused
