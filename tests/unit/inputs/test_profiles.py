"""The generator of hourly series: its mathematics, its seeds, its refusals, and the committed file."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs import profiles
from pzh_energy.inputs.calendar import hour_of_day, month_of_hour
from pzh_energy.inputs.datapackage import DataPackage, read_datapackage

ROOT = Path(__file__).parents[3] / "data"
MONTH = month_of_hour()
HOURS = np.bincount(MONTH)[1:]


@pytest.fixture(scope="module")
def package() -> DataPackage:
    """The committed package."""
    return read_datapackage(ROOT)


def month_sums(values: np.ndarray) -> np.ndarray:
    """(12,) sums of hourly values."""
    return np.bincount(MONTH, values)[1:]


WEATHERS = ("normal", "dry", "wet")


@pytest.mark.parametrize("weather", WEATHERS)
def test_committed_series_equal_a_fresh_generation(package: DataPackage, weather: str) -> None:
    fresh = profiles.generate(package, weather)
    assert set(fresh) == {series for series, year in package.series if year == weather}
    for name, values in fresh.items():
        np.testing.assert_allclose(package.series[name, weather], values, rtol=1e-5, atol=1e-9, err_msg=name)


def test_writing_the_series_again_gives_the_committed_file(tmp_path: Path) -> None:
    shutil.copytree(ROOT, tmp_path / "data")
    (tmp_path / "data/series/normal.csv").unlink()
    written = profiles.write_series(tmp_path / "data")
    assert written == [tmp_path / f"data/series/{weather}.csv" for weather in WEATHERS]
    fresh = np.loadtxt(written[0], delimiter=",", skiprows=1)
    committed = np.loadtxt(ROOT / "series/normal.csv", delimiter=",", skiprows=1)
    np.testing.assert_allclose(fresh, committed, rtol=1e-5, atol=1e-9)
    assert written[0].read_text(encoding="utf-8").split("\n", 1)[0].startswith("hour,pv_utility,")


def test_another_seed_gives_another_year_with_the_same_months(package: DataPackage) -> None:
    index = tuple(replace(e, seed=e.seed + 1) if e.seed is not None else e for e in package.series_index)
    other = profiles.generate(replace(package, series_index=index), "normal")
    wind = package.series["wind_ridge", "normal"]
    assert not np.allclose(other["wind_ridge"], wind, atol=0.05)
    np.testing.assert_allclose(month_sums(other["wind_ridge"]), month_sums(wind), rtol=1e-4)


def test_autoregressive_process_has_unit_variance_and_the_stated_memory() -> None:
    values = profiles.autoregressive(np.random.default_rng(1), 200_000, 0.8)
    assert values.std() == pytest.approx(1, abs=0.02) and values.mean() == pytest.approx(0, abs=0.03)
    assert np.corrcoef(values[1:], values[:-1])[0, 1] == pytest.approx(0.8, abs=0.01)


def test_sun_stands_as_high_as_geometry_says_at_noon() -> None:
    elevation = np.degrees(profiles.sun(26.6, 101.7, 120)[0]).reshape(365, 24).max(axis=1)
    assert elevation[171] == pytest.approx(90 - 26.6 + 23.44, abs=3.0)
    assert elevation[354] == pytest.approx(90 - 26.6 - 23.44, abs=1.0)
    assert elevation[79] == pytest.approx(90 - 26.6, abs=1.0)


def test_days_are_longest_in_june_and_twelve_hours_at_the_equinox() -> None:
    up = (profiles.sun(26.6, 101.7, 120)[0] > 0).reshape(365, 24).sum(axis=1)
    assert up[171] == up.max() == 14 and up[354] == up.min() and up[79] == 12


def test_clear_sky_is_zero_at_night_and_below_the_solar_constant() -> None:
    panel = profiles.clear_sky_on_panel(26.6, 101.7, 120, 25)
    night = profiles.sun(26.6, 101.7, 120)[0] <= 0
    assert (panel[night] == 0).all() and (panel[~night] > 0).all() and 0.9 < panel.max() < 1.2


def pv(hours: float = 100.0, maximum: float = 0.76) -> np.ndarray:
    """PV output with the same full-load hours every month."""
    clear_sky = profiles.clear_sky_on_panel(26.6, 101.7, 120, 25)
    return profiles.pv_output(np.full(12, hours), clear_sky, 0.85, maximum, 0.6, 1.3, seed=1)


def test_pv_meets_its_months_and_the_inverter_limit() -> None:
    output = pv()
    np.testing.assert_allclose(month_sums(output), 100, rtol=1e-9)
    assert output.max() <= 0.76
    assert pv(maximum=0.5).max() == 0.5


def test_pv_days_differ_by_cloud() -> None:
    days = pv().reshape(365, 24).sum(axis=1)[180:210]
    assert days.max() > 2 * days.min()


def test_pv_hours_that_no_sky_can_give_are_refused() -> None:
    with pytest.raises(InputError, match=r"pv hours of month 1: 300 cannot be reached, only .* to "):
        pv(hours=300.0)


def test_wind_meets_its_months_within_physical_limits_and_blows_in_the_afternoon() -> None:
    factor = 1 - 0.3 * np.cos(2 * np.pi * (np.arange(24) - 5) / 24)
    output = profiles.wind_output(np.linspace(60, 300, 12), factor, 0.96, 1.7, seed=1)
    np.testing.assert_allclose(month_sums(output), np.linspace(60, 300, 12), rtol=1e-9)
    assert output.min() >= 0 and output.max() <= 1
    by_hour = np.bincount(hour_of_day(), output)
    assert by_hour[12:21].sum() > 1.2 * by_hour[0:9].sum()


def test_wind_hours_beyond_the_month_are_refused() -> None:
    with pytest.raises(InputError, match="wind hours of month 2: 700 cannot be reached"):
        profiles.wind_output(np.full(12, 700.0), np.ones(24), 0.96, 1.7, seed=1)


def flow(seed: int, common: float = 0.5, cv: float = 0.35) -> np.ndarray:
    """Flow with rising monthly means."""
    return profiles.river_flow(np.linspace(100, 1200, 12), 0.85, cv, 99, common, seed)


def test_flow_meets_its_months_and_its_variability_and_is_constant_within_the_day() -> None:
    river = flow(1).reshape(365, 24)
    assert (river == river[:, :1]).all() and river.min() > 0
    np.testing.assert_allclose(month_sums(river.ravel()) / HOURS, np.linspace(100, 1200, 12), rtol=1e-9)
    relative = river[:, 0] / np.linspace(100, 1200, 12)[MONTH[::24] - 1]
    assert relative.std() == pytest.approx(0.35, abs=1e-6)


def test_rivers_share_the_weather_as_far_as_stated() -> None:
    def correlation(common: float) -> float:
        pairs = [(flow(s, common), flow(s + 1, common)) for s in range(1, 40, 2)]
        means = np.linspace(100, 1200, 12)[MONTH - 1]
        return float(np.mean([np.corrcoef(np.log(a / means), np.log(b / means))[0, 1] for a, b in pairs]))

    assert correlation(1.0) == pytest.approx(1)
    assert abs(correlation(0.0)) < 0.15
    assert correlation(0.6) > correlation(0.2) + 0.2


def test_variability_out_of_reach_is_refused() -> None:
    with pytest.raises(InputError, match="coefficient of variation of the flow: 50 cannot be reached"):
        flow(1, cv=50.0)


def test_run_of_river_follows_the_flow_up_to_its_capacity() -> None:
    river = flow(3)
    output = profiles.run_of_river_output(np.asarray(HOURS * 0.5, float), river, np.ones(12))
    np.testing.assert_allclose(month_sums(output), HOURS * 0.5, rtol=1e-9)
    assert output.max() <= 1
    january = MONTH == 1
    below = january & (output < 1)
    assert np.ptp(output[below] / river[below]) == pytest.approx(0, abs=1e-9)


def test_run_of_river_in_a_wet_year_gives_more_but_never_above_its_capacity() -> None:
    """Twice the water gives twice the output wherever that stays below 1, and exactly 1 elsewhere."""
    river, hours, twice = flow(3), np.asarray(HOURS * 0.4, float), np.full(12, 2.0)
    usual = profiles.run_of_river_output(hours, river, np.ones(12))
    wet = profiles.run_of_river_output(hours, 2 * river, twice)
    np.testing.assert_allclose(wet, np.minimum(1.0, 2 * usual), rtol=1e-9)
    assert (wet < 1).any() and (wet == 1).any()


def load(load_factor: float = 0.8) -> np.ndarray:
    """Load with a mild season and day."""
    day = 1 + 0.15 * np.sin(2 * np.pi * (np.arange(24) - 9) / 24)
    return profiles.load(np.linspace(1.0, 1.1, 12) * HOURS, day, 0.4, load_factor, 0.7, 0.96, seed=1)


def test_load_has_mean_one_and_the_stated_load_factor() -> None:
    values = load()
    assert values.mean() == pytest.approx(1) and values.max() == pytest.approx(1 / 0.8)
    assert values.min() > 0.6


def test_load_is_lower_on_weekends() -> None:
    days = load().reshape(365, 24).mean(axis=1)
    weekend = np.arange(365) % 7 >= 5
    assert days[weekend].mean() < days[~weekend].mean()


def test_load_factor_that_the_fixed_shapes_exclude_is_refused() -> None:
    with pytest.raises(InputError, match="peak over mean load"):
        load(0.99)


def test_missing_parameter_names_the_series_and_the_nearest_known(package: DataPackage) -> None:
    rows = package.parameters[profiles.TABLE]
    kept = tuple(r for r in rows if (r.item, r.parameter) != ("wind_ridge", "spread"))
    tables = {**package.parameters, profiles.TABLE: kept}
    with pytest.raises(InputError, match=r"series_parameters.csv wind_ridge.spread: missing"):
        profiles.generate(replace(package, parameters=tables), "normal")


def test_weather_year_without_factors_is_refused(package: DataPackage) -> None:
    index = tuple(replace(e, weather="odd") for e in package.series_index if e.weather == "dry")
    with pytest.raises(InputError, match=r"weather_years.csv odd.pv_factor: missing"):
        profiles.generate(replace(package, series_index=index), "odd")


def test_missing_profile_is_refused_with_the_nearest_known(package: DataPackage) -> None:
    monthly = {name: values for name, values in package.monthly.items() if name != "wind_ridge_hours"}
    with pytest.raises(InputError, match=r"wind_ridge.monthly_profile: no 'wind_ridge_hours'"):
        profiles.generate(replace(package, monthly=monthly), "normal")


def test_imported_series_are_not_generated(package: DataPackage) -> None:
    index = tuple(replace(e, kind="imported", seed=None) if e.kind == "wind" else e for e in package.series_index)
    assert "wind_ridge" not in profiles.generate(replace(package, series_index=index), "normal")


def test_file_with_imported_series_is_not_overwritten(tmp_path: Path) -> None:
    shutil.copytree(ROOT, tmp_path / "data")
    index = tmp_path / "data/series.csv"
    index.write_text(index.read_text(encoding="utf-8").replace(",wind,", ",imported,"), encoding="utf-8")
    before = (tmp_path / "data/series/normal.csv").read_bytes()
    with pytest.raises(InputError, match=r"normal.csv: holds imported series: wind_ridge. Move them"):
        profiles.write_series(tmp_path / "data")
    assert (tmp_path / "data/series/normal.csv").read_bytes() == before
