"""Ahead, on track, behind: observed years against the straight path, by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import xarray as xr

from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.modeling.results import Results
from pzh_energy.reporting import track
from pzh_energy.reporting.scorecard import scorecard
from pzh_energy.reporting.track import Standing, straight_path, target_series, target_years
from pzh_energy.targets.installed_capacity import InstalledCapacity, Options
from pzh_energy.targets.unit_commissioned import Options as UnitOptions
from tests.unit.reporting.made import PERIODS, wind_and_load

BY_HAND = {2020: 0.5, 2021: 0.55, 2022: 0.6, 2023: 0.7, 2024: 0.8, 2025: 1.0}
"""GW; towards 1 GW in 2025 the path of 2023 is at 0.5 + 0.5 × 3/5 = 0.8, on track within 0.05 × 0.5 = 0.025."""


def spec(**changes: Any) -> TargetSpec:
    """1 GW at least, in 2025."""
    return TargetSpec(**{"metric": "made", "year": 2025, "operator": "at_least", "value": 1.0, **changes})


class Given:
    """A metric whose values are given by year."""

    key, unit, Spec, tables = "given", "GW", TargetSpec, {}

    def __init__(self, by_year: Mapping[int, float]) -> None:
        self.by_year = by_year

    def terms(self, spec: Any, system: Any, block: Any) -> Any:
        raise AssertionError("nobody asks for the terms of the linear program")

    def measure(self, spec: Any, results: Results, period: int) -> float:
        return self.by_year[period]


def standing(of: TargetSpec, by_year: Mapping[int, float], history_until: int | None) -> Standing | None:
    """Where a target stood, by the values of its metric."""
    data = xr.Dataset(coords={"period": list(by_year)})
    return track.standing(of, Given(by_year), Results(data, {"history_until": history_until}))


def stood(observed: float, **changes: Any) -> str | None:
    """The verdict on a value observed in 2023."""
    found = standing(spec(**changes), {**BY_HAND, 2023: observed}, 2023)
    return None if found is None else found.track


def test_a_floor_is_judged_against_the_path_of_the_last_year_of_the_history() -> None:
    found = standing(spec(), BY_HAND, 2023)
    assert found is not None
    assert (found.track, found.year) == ("behind", 2023)
    assert (found.observed, found.path) == (0.7, pytest.approx(0.8))


@pytest.mark.parametrize(
    ("observed", "track"),
    [(0.774, "behind"), (0.776, "on_track"), (0.8, "on_track"), (0.824, "on_track"), (0.826, "ahead")],
)
def test_on_track_is_within_a_twentieth_of_the_way(observed: float, track: str) -> None:
    assert stood(observed) == track


def test_a_ceiling_is_kept_from_below() -> None:
    """From 0 to -15 in five years: -9 is due after three, ± 0.75."""
    path = {2020: 0.0, 2023: -9.0, 2025: -15.0}
    for observed, expected in ((-10.0, "ahead"), (-9.5, "on_track"), (-8.0, "behind")):
        found = standing(spec(operator="at_most", value=-15.0), {**path, 2023: observed}, 2023)
        assert found is not None and found.track == expected


def test_a_target_fulfilled_from_the_start_is_ahead_of_its_falling_path() -> None:
    found = standing(spec(value=0.4), {2020: 0.5, 2023: 0.5, 2025: 0.5}, 2023)
    assert found is not None
    assert (found.track, found.path) == ("ahead", pytest.approx(0.44))


def test_no_way_to_go_leaves_only_the_noise() -> None:
    assert stood(1.0, value=0.5) == "ahead"
    assert stood(0.5 + 1e-9, value=0.5) == "on_track"


def test_the_tolerance_of_the_target_counts_on_the_way_too() -> None:
    assert stood(0.7, tolerance=0.1) == "on_track"
    assert stood(0.7, tolerance=0.09) == "behind"


def test_without_history_path_or_base_nobody_is_judged() -> None:
    assert standing(spec(), BY_HAND, None) is None
    assert standing(spec(), BY_HAND, 2020) is None
    assert standing(spec(year=None), BY_HAND, 2023) is None
    assert standing(spec(), {**BY_HAND, 2020: math.nan}, 2023) is None
    assert standing(spec(), {**BY_HAND, 2023: math.nan}, 2023) is None
    assert (
        standing(UnitOptions(metric="unit_commissioned", generating_unit="u", year=2025, value=1.0), BY_HAND, 2023)
        is None
    )


def test_once_its_year_has_come_the_verdict_says_all() -> None:
    assert standing(spec(year=2023), BY_HAND, 2023) is None


def test_milestone_years_are_judged_in_the_last_one_within_the_history() -> None:
    """2022 of 2020, 2022, 2025: 0.5 + 0.5 × 2/5 = 0.7."""
    found = standing(spec(), {2020: 0.5, 2022: 0.7, 2025: 1.0}, 2023)
    assert found is not None
    assert (found.year, found.track, found.path) == (2022, "on_track", pytest.approx(0.7))


def test_the_path_stays_where_it_arrives() -> None:
    assert straight_path(spec(year=2022), {2020: 0.0, 2021: 9.0, 2022: 9.0, 2030: 9.0}) == {
        2020: 0.0, 2021: 0.5, 2022: 1.0, 2030: 1.0,
    }  # fmt: skip


def with_history() -> Results:
    """Wind of 100 and 200 MW in 2025, 100 and 300 MW in 2030, a history up to 2025."""
    return wind_and_load()


AIM = Options(metric="installed_capacity", carriers=("wind",), year=2030, operator="at_least", value=0.4)
METRICS = {"installed_capacity": InstalledCapacity()}


def test_every_target_has_its_years_in_the_results_and_in_a_table() -> None:
    """0.3 GW in 2025, 0.4 in 2030; the path begins where 2025 is and ends at 0.4; asked only in 2030."""
    results = with_history()
    series = target_series(results, {"aim": AIM}, METRICS)
    table = target_years(replace(results, data=results.data.assign(series)))
    assert list(table["year"]) == list(PERIODS)
    assert table["achieved"].tolist() == pytest.approx([0.3, 0.4])
    assert table["path"].tolist() == pytest.approx([0.3, 0.4])
    assert math.isnan(table["required"][0]) and table["required"][1] == 0.4
    assert set(table["unit"]) == {"GW"} and set(table["target"]) == {"aim"}


def test_a_target_whose_year_the_horizon_lacks_has_empty_years() -> None:
    results = with_history()
    late = AIM.model_copy(update={"year": 2035})
    series = target_series(results, {"late": late}, METRICS)
    assert all(array.isnull().all() for array in series.values())


def test_the_scorecard_carries_the_standing() -> None:
    """Three milestones by hand: 0.1 GW in 2020, 0.22 in 2025, 0.4 asked in 2030; due 0.25, on track within 0.015."""
    data = xr.Dataset(coords={"period": [2020, 2025, 2030]})
    metrics = {"installed_capacity": Given({2020: 0.1, 2025: 0.22, 2030: 0.4})}
    (row,) = scorecard(Results(data, {"history_until": 2025}), {"aim": AIM}, metrics)
    assert (row.track, row.track_year) == ("behind", 2025)
    assert (row.track_observed, row.track_path) == (0.22, pytest.approx(0.25))
    (untracked,) = scorecard(Results(data), {"aim": AIM}, metrics)
    assert (untracked.track, untracked.track_year) == (None, None)
