"""The committed hourly series say what the dossier of facts says: hours, seasons, variability, load factor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pzh_energy.inputs.calendar import hour_of_day, month_of_hour
from pzh_energy.inputs.datapackage import DataPackage, read_datapackage
from pzh_energy.inputs.profiles import sun

ROOT = Path(__file__).parents[3] / "data"
MONTH = month_of_hour()
DRY_SEASON = (11, 12, 1, 2, 3, 4, 5)
RIVERS = ("panzhihua", "ertan_jinping", "ertan_lianghekou", "anning")


@pytest.fixture(scope="module")
def package() -> DataPackage:
    """The committed package."""
    return read_datapackage(ROOT)


def series(package: DataPackage, name: str) -> np.ndarray:
    """(8760,) values of a committed series."""
    return np.asarray(package.series[name, "normal"])


def months(values: np.ndarray) -> np.ndarray:
    """(12,) sums of hourly values."""
    return np.bincount(MONTH, values)[1:]


def test_package_is_sound_and_has_all_series(package: DataPackage) -> None:
    rivers = {f"inflow_{river}" for river in RIVERS}
    expected = {"pv_utility", "pv_rooftop", "wind_ridge", "small_hydro", "load_city"} | rivers
    assert set(package.series) == {(name, weather) for name in expected for weather in ("normal", "dry", "wet")}
    assert {n for n, unit in package.series_units.items() if unit == "m3/s"} == rivers


def test_pv_yields_1360_hours_per_dc_kw(package: DataPackage) -> None:
    assert series(package, "pv_utility").sum() == pytest.approx(1360, rel=0.03)


def test_pv_has_its_maximum_in_spring_and_its_minimum_in_autumn(package: DataPackage) -> None:
    sums = months(series(package, "pv_utility"))
    by_season = {name: sums[list(m)].sum() for name, m in (("spring", (2, 3, 4)), ("autumn", (8, 9, 10)))}
    assert np.argmax(sums) + 1 in (3, 4, 5) and np.argmin(sums) + 1 in (9, 10, 11, 12)
    assert by_season["spring"] == max(sums[[k, (k + 1) % 12, (k + 2) % 12]].sum() for k in range(12))
    assert by_season["spring"] > 1.2 * by_season["autumn"]


@pytest.mark.parametrize("name", ["pv_utility", "pv_rooftop"])
def test_pv_is_exactly_zero_while_the_sun_is_down(package: DataPackage, name: str) -> None:
    night = sun(26.6, 101.7, 120)[0] <= 0
    output = series(package, name)
    assert (output[night] == 0).all() and (output[~night] > 0).all()


def test_solar_noon_is_about_ten_past_one_in_beijing_time(package: DataPackage) -> None:
    output = series(package, "pv_utility")
    noon = (output * (hour_of_day() + 0.5)).sum() / output.sum()
    assert noon == pytest.approx(13 + 10 / 60, abs=10 / 60)


def test_rooftop_pv_yields_three_to_five_per_cent_less(package: DataPackage) -> None:
    ratio = series(package, "pv_rooftop").sum() / series(package, "pv_utility").sum()
    assert 0.95 <= ratio <= 0.97


def test_wind_yields_2035_hours_three_quarters_of_them_from_november_to_may(package: DataPackage) -> None:
    wind = series(package, "wind_ridge")
    assert wind.sum() == pytest.approx(2035, rel=0.03)
    assert 0.70 <= wind[np.isin(MONTH, DRY_SEASON)].sum() / wind.sum() <= 0.80
    assert wind.min() >= 0 and wind.max() <= 1


def test_wind_blows_most_in_the_afternoon_and_least_in_the_morning(package: DataPackage) -> None:
    by_hour = np.bincount(hour_of_day(), series(package, "wind_ridge"))
    assert 14 <= np.argmax(by_hour) <= 18 and 5 <= np.argmin(by_hour) <= 9
    assert by_hour.max() > 1.2 * by_hour.min()


def test_wind_is_calm_and_strong_at_times(package: DataPackage) -> None:
    wind = series(package, "wind_ridge")
    assert (wind < 0.05).mean() > 0.15 and (wind > 0.8).mean() > 0.03


@pytest.mark.parametrize("river", RIVERS)
def test_flow_keeps_its_monthly_means(package: DataPackage, river: str) -> None:
    means = months(series(package, f"inflow_{river}")) / np.bincount(MONTH)[1:]
    np.testing.assert_allclose(means, package.monthly[f"inflow_{river}"], rtol=0.02)


@pytest.mark.parametrize("river", RIVERS)
def test_flow_varies_from_day_to_day_by_a_third(package: DataPackage, river: str) -> None:
    days = series(package, f"inflow_{river}").reshape(365, 24)
    assert (days == days[:, :1]).all()
    within = [days[MONTH[::24] == m, 0] for m in range(1, 13)]
    assert 0.28 <= np.mean([d.std() / d.mean() for d in within]) <= 0.42


def test_both_ertan_series_share_their_weather(package: DataPackage) -> None:
    a, b = (series(package, f"inflow_{r}") / package.monthly[f"inflow_{r}"][MONTH - 1] for r in RIVERS[1:3])
    np.testing.assert_allclose(a, b, rtol=1e-4)


def test_rivers_are_moderately_correlated(package: DataPackage) -> None:
    logs = [np.log(series(package, f"inflow_{r}") / package.monthly[f"inflow_{r}"][MONTH - 1]) for r in RIVERS]
    for k in (1, 3):
        assert 0.3 <= np.corrcoef(logs[0], logs[k])[0, 1] <= 0.8


def test_small_hydro_runs_4000_hours_and_follows_the_anning(package: DataPackage) -> None:
    output, flow = series(package, "small_hydro"), series(package, "inflow_anning")
    assert output.sum() == pytest.approx(4000, rel=0.01)
    assert output.min() >= 0 and output.max() <= 1
    assert np.corrcoef(months(output), months(flow))[0, 1] > 0.9


def test_load_has_mean_one_and_a_load_factor_of_eighty_per_cent(package: DataPackage) -> None:
    load = series(package, "load_city")
    assert load.mean() == pytest.approx(1, abs=1e-5)
    assert load.mean() / load.max() == pytest.approx(0.80, abs=0.01)


def test_demand_of_2020_is_13_6_twh(package: DataPackage) -> None:
    rows = {r.parameter: r for r in package.parameters["electricity_demand"] if r.year is None}
    energy = float(rows["base_energy"].value) * series(package, rows["load_series"].value).sum() / 8760
    assert rows["base_year"].value == "2020" and energy == pytest.approx(13.6, rel=1e-4)


@pytest.mark.parametrize(
    ("head", "discharge", "capacity", "share", "low", "high"),
    [(103, 3250, 3000, 0.993, 12.4, 13.0), (17.4, 3650, 560, 1.0, 2.2, 2.3), (12, 3600, 390, 1.0, 1.5, 1.6)],
    ids=["guanyinyan", "jinsha", "yinjiang"],
)
def test_run_of_the_jinsha_gives_the_published_energies(
    package: DataPackage, head: float, discharge: float, capacity: float, share: float, low: float, high: float
) -> None:
    flow = np.minimum(series(package, "inflow_panzhihua") * share, discharge)
    energy = np.minimum(flow * 9.81 * head * 0.91 / 1000, capacity).sum() / 1e6
    assert low <= energy <= high


def water(package: DataPackage, name: str, weather: str) -> np.ndarray:
    """(12,) mean flow by month of a weather year over that of the normal one."""
    flow, usual = (months(np.asarray(package.series[name, year])) for year in (weather, "normal"))
    return np.asarray(flow / usual)


@pytest.mark.parametrize(("weather", "factor"), [("dry", 0.77), ("wet", 1.22)])
def test_dry_and_wet_years_lie_at_the_ends_of_what_the_gauge_has_seen(
    package: DataPackage, weather: str, factor: float
) -> None:
    """Annual flow at Panzhihua 2006-2020 was 0.79 to 1.22 of normal; by hand the drought's months give 16656/21580."""
    flow, usual = (np.asarray(package.series["inflow_panzhihua", year]) for year in (weather, "normal"))
    assert flow.mean() / usual.mean() == pytest.approx(factor, abs=0.01)


@pytest.mark.parametrize("river", RIVERS)
def test_the_drought_takes_most_in_august_and_five_per_cent_in_winter(package: DataPackage, river: str) -> None:
    factor = water(package, f"inflow_{river}", "dry")
    assert np.argmin(factor) == 7 and factor[7] == pytest.approx(0.55, rel=1e-3)
    np.testing.assert_allclose(factor[[11, 0, 1, 2, 3]], 0.95, rtol=1e-3)
    assert np.argmax(water(package, f"inflow_{river}", "wet")) == 7


def test_dry_years_are_sunny_and_wet_ones_are_not(package: DataPackage) -> None:
    sun_of = {w: float(np.sum(package.series["pv_utility", w])) for w in ("normal", "dry", "wet")}
    assert sun_of["dry"] / sun_of["normal"] == pytest.approx(1827 / 1733, abs=1e-3)
    assert sun_of["wet"] / sun_of["normal"] == pytest.approx(1644 / 1733, abs=1e-3)


def test_small_hydro_loses_by_drought_what_its_river_loses_and_gains_less_in_flood(package: DataPackage) -> None:
    dry, wet = (water(package, "small_hydro", year) for year in ("dry", "wet"))
    np.testing.assert_allclose(dry[[0, 1, 2]], 0.95, rtol=1e-3)
    assert 0.55 <= dry[7] < 0.75  # full turbines give some of the loss back
    assert 1.0 <= wet[7] < 1.06  # 707 of 744 hours in a normal August


@pytest.mark.parametrize("name", ["wind_ridge", "load_city"])
def test_wind_and_load_do_not_know_the_water(package: DataPackage, name: str) -> None:
    for weather in ("dry", "wet"):
        np.testing.assert_array_equal(package.series[name, weather], package.series[name, "normal"])
