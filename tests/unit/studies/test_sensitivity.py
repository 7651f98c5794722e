"""Moving inputs within their ranges: which there are, what is moved, and what it does to a solved scenario."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pzh_energy import api
from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.datapackage import DataPackage, read_datapackage
from pzh_energy.inputs.scenario import Scenario
from pzh_energy.studies.sensitivity import sensitivity
from pzh_energy.studies.variations import RangedInput, moved, ranged_inputs
from tests.systems import ROOT, TINY

POTENTIAL = "{table: wind, item: ridge, parameter: potential, value: 900, unit: MW, reason: test}"


@pytest.fixture(scope="module")
def package() -> DataPackage:
    return read_datapackage(ROOT / "data")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return api.read(TINY).scenario


def inputs(package: DataPackage, scenario: Scenario, *tables: str) -> dict[str, RangedInput]:
    return {each.key: each for each in ranged_inputs(package, scenario, tables)}


def test_years_move_together_and_texts_years_and_fixed_numbers_do_not(package: DataPackage, scenario: Scenario) -> None:
    found = inputs(package, scenario, "wind")
    capex = found["wind.ridge.capex"]
    assert (capex.value, capex.low, capex.high) == ((7600, 5600, 4900), (4300,) * 3, (7600,) * 3)
    assert (capex.shown("value"), capex.shown("low"), capex.grade) == ("7600..4900", "4300", "C")
    assert not {"wind.ridge.bus", "wind.ridge.existing_year", "wind.ridge.existing_until"} & set(found)


def test_what_the_scenario_overrides_or_does_not_read_is_left_out(package: DataPackage) -> None:
    found = inputs(package, api.read(TINY, [f"overrides=[{POTENTIAL}]"]).scenario, "wind")
    assert "wind.ridge.potential" not in found and "wind.ridge.capex" in found
    assert "weather_years.normal.wind_factor" in found and "weather_years.dry.wind_factor" not in found
    assert "monthly_profiles.drought_2022_inflow_factor" not in found
    assert "series_parameters.inflow_anning.common_seed" not in found


def test_a_number_is_moved_and_nothing_else(package: DataPackage, scenario: Scenario) -> None:
    capex = inputs(package, scenario, "wind")["wind.ridge.capex"]
    changed = moved(package, scenario, capex, "low")
    rows = zip(package.parameters["wind"], changed.parameters["wind"], strict=True)
    assert {(a.parameter, b.value) for a, b in rows if a != b} == {("capex", "4300.0")}
    assert changed.series is package.series


def test_a_profile_moves_the_series_made_from_it(package: DataPackage, scenario: Scenario) -> None:
    """The usual flow is 0.97 to 1.03 of itself: every river follows, wind does not, nor do other weather years."""
    factor = inputs(package, scenario)["monthly_profiles.usual_inflow_factor"]
    changed = moved(package, scenario, factor, "low")
    name = ("inflow_panzhihua", "normal")
    np.testing.assert_allclose(changed.series[name], 0.97 * package.series[name], rtol=1e-5)
    np.testing.assert_allclose(
        changed.series["wind_ridge", "normal"], package.series["wind_ridge", "normal"], atol=1e-5
    )
    assert changed.series["inflow_panzhihua", "dry"] is package.series["inflow_panzhihua", "dry"]


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The export tiers of the tiny scenario, twelve segments, in two processes."""
    return sensitivity(TINY, resolution="segments:12", tables=["export_tiers"], jobs=2)


def test_the_ends_are_what_a_solve_with_the_number_there_gives(ranked) -> None:  # type: ignore[no-untyped-def]
    (record,) = (r for r in ranked.table.to_dict("records") if r["input"] == "export_tiers.tier_1.width")
    text = "{table: export_tiers, item: tier_1, parameter: width, value: 12, unit: TWh/yr, reason: test}"
    alone = api.solve(TINY, [f"overrides=[{text}]"], "segments:12")
    assert record["at_low"] == pytest.approx(alone.objective, rel=1e-9)
    assert record["base"] == pytest.approx(api.solve(TINY, (), "segments:12").objective, rel=1e-9)
    assert record["at_low"] > record["base"]  # a narrower first tier earns less


def test_the_widest_swing_comes_first_and_an_impossible_end_is_said(ranked) -> None:  # type: ignore[no-untyped-def]
    swings = ranked.table["swing"].tolist()
    assert swings == sorted(swings, reverse=True)
    first = ranked.table.iloc[0]
    assert first["swing"] == pytest.approx(
        max(first["at_low"], first["base"], first["at_high"]) - min(first["at_low"], first["base"], first["at_high"])
    )
    # a third tier at 0.9 would pay more than the second at 0.85: prices that rise with volume are refused
    (third,) = ranked.table.query("input == 'export_tiers.tier_3.price_factor'").to_dict("records")
    assert third["turns"].split("; ")[-1] == "high: refused" and np.isnan(third["at_high"])


def test_an_unknown_result_or_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no target"):
        sensitivity(TINY, resolution="segments:12", result="T99")
    with pytest.raises(InputError, match="hold no number with a range"):
        sensitivity(TINY, resolution="segments:12", tables=["export_tires"])
