"""Ertan's schedule can be kept: the guide band holds the water and the ceilings give the design energy.

By hand, for a dry month such as February below Jinping-I: inflow 820 m3/s, guide level 0.72 to 0.60 of 3370 million m3
in 672 h, so 404.4 million m3 or 167 m3/s are added: release 987 m3/s, times 9.81 · 165 · 0.91 / 1000 = 1.473 MW per
m3/s gives a ceiling of 1454 MW.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pzh_energy.inputs.calendar import day_of_year, month_of_hour
from pzh_energy.inputs.datapackage import DataPackage, read_datapackage

ROOT = Path(__file__).parents[3] / "data"
DAYS = np.bincount(month_of_hour()[::24])[1:]
MONTH_OF_DAY = np.repeat(np.arange(12), DAYS)
MILLION_M3_PER_DAY = 0.0864
VARIANTS = ("jinping", "lianghekou")
DRY_MONTHS = [0, 1, 2, 3, 4, 10, 11]


@pytest.fixture(scope="module")
def package() -> DataPackage:
    """The committed package."""
    return read_datapackage(ROOT)


@pytest.fixture(scope="module")
def ertan(package: DataPackage) -> dict[str, float]:
    """Numbers of the station."""
    rows = [r for r in package.parameters["hydro_stations"] if r.item == "ertan" and r.unit not in ("text", "date")]
    return {r.parameter: float(r.value) for r in rows}


def specific_production(ertan: dict[str, float]) -> float:
    """MW per m3/s."""
    return 9.81 * ertan["rated_head"] * ertan["efficiency"] / 1000


def lianghekou_share(package: DataPackage, table: str, item: str, year: int) -> float:
    """Share of the Lianghekou variant in a year, linear between the years given."""
    rows = [r for r in package.parameters[table] if (r.item, r.parameter) == (item, "share")]
    return float(np.interp(year, [r.year for r in rows if r.year], [float(r.value) for r in rows]))


def daily_level(month_ends: np.ndarray) -> np.ndarray:
    """(365,) levels at the end of each day, linear between the ends of the months, the year a ring."""
    ends = np.concatenate([[0], np.cumsum(DAYS)])
    return np.asarray(np.interp(np.arange(1, 366), ends, np.concatenate([month_ends[-1:], month_ends])))


def operate(package: DataPackage, ertan: dict[str, float], year: int) -> tuple[float, float]:
    """Energy [TWh] of a plain day-by-day rule, and how far [million m3] the level ever falls below the band.

    Each day the turbines run at the ceiling as far as the lower edge allows (never below the minimum release); water
    above the upper edge is spilled. The second of two rounds counts, so that the year is a ring.
    """
    share = lianghekou_share(package, "hydro_inflows", "ertan_lianghekou", year)
    weights = dict(zip(VARIANTS, (1 - share, share), strict=True))
    inflow = np.sum([w * package.series[f"inflow_ertan_{v}", "normal"][::24] for v, w in weights.items()], axis=0)
    ceiling = np.sum([w * package.monthly[f"ertan_output_{v}"] for v, w in weights.items()], axis=0)
    volume = ertan["usable_storage"]
    low = daily_level(package.monthly["ertan_level_low"]) * volume
    high = daily_level(package.monthly["ertan_level_high"]) * volume
    flood = slice(day_of_year(6, 1) - 1, day_of_year(7, 31))
    high[flood] = np.minimum(high[flood], ertan["flood_limit_share"] * volume)
    discharge = ceiling / specific_production(ertan)
    level, energy, shortfall = float(high[-1]), 0.0, 0.0
    for _ in range(2):
        energy = shortfall = 0.0
        for day, month in enumerate(MONTH_OF_DAY):
            water = level + inflow[day] * MILLION_M3_PER_DAY
            allowed = max(ertan["environmental_flow"], (water - low[day]) / MILLION_M3_PER_DAY)
            turbine = min(discharge[month], ertan["max_turbine_discharge"], allowed)
            level = min(water - turbine * MILLION_M3_PER_DAY, high[day])
            shortfall = max(shortfall, low[day] - level)
            energy += turbine * specific_production(ertan) * 24 / 1e6
    return energy, shortfall


@pytest.mark.parametrize("year", [2020, 2022, 2023, 2024, 2025])
def test_design_energy_can_be_produced_within_the_band(
    package: DataPackage, ertan: dict[str, float], year: int
) -> None:
    energy, shortfall = operate(package, ertan, year)
    assert energy == pytest.approx(ertan["design_annual_energy"], rel=0.02)
    assert shortfall < 1e-6


@pytest.mark.parametrize("variant", VARIANTS)
def test_ceilings_add_up_to_the_design_energy(package: DataPackage, ertan: dict[str, float], variant: str) -> None:
    ceiling = package.monthly[f"ertan_output_{variant}"]
    assert (ceiling * DAYS * 24).sum() / 1e6 == pytest.approx(ertan["design_annual_energy"], rel=0.001)
    assert ceiling.max() <= 3300


@pytest.mark.parametrize("variant", VARIANTS)
def test_ceilings_of_dry_months_take_the_release_the_guide_level_implies(
    package: DataPackage, ertan: dict[str, float], variant: str
) -> None:
    guide = np.array([0.72, 0.60, 0.48, 0.36, 0.27, 0.30, 0.45, 0.75, 0.95, 1.0, 0.95, 0.84])
    drawn = (np.roll(guide, 1) - guide) * ertan["usable_storage"] / (DAYS * MILLION_M3_PER_DAY)
    release = package.monthly[f"inflow_ertan_{variant}"] + drawn
    expected = release * specific_production(ertan)
    np.testing.assert_allclose(package.monthly[f"ertan_output_{variant}"][DRY_MONTHS], expected[DRY_MONTHS], atol=0.6)


def test_february_ceiling_is_the_one_worked_by_hand(package: DataPackage) -> None:
    assert package.monthly["ertan_output_jinping"][1] == 1454


def test_band_is_open_and_below_the_flood_limit(package: DataPackage, ertan: dict[str, float]) -> None:
    low, high = package.monthly["ertan_level_low"], package.monthly["ertan_level_high"]
    assert (low >= 0).all() and (high <= 1).all() and (high - low >= 0.05).all()
    assert (high[[5, 6]] <= ertan["flood_limit_share"]).all()


def test_inflow_and_schedule_blend_alike_and_every_blend_adds_to_one(package: DataPackage) -> None:
    for year in range(2020, 2031):
        inflow = lianghekou_share(package, "hydro_inflows", "ertan_lianghekou", year)
        for table, stem in (("hydro_inflows", "ertan_{}"), ("hydro_schedules", "ertan_output_{}")):
            shares = [lianghekou_share(package, table, stem.format(v), year) for v in VARIANTS]
            assert sum(shares) == pytest.approx(1) and shares[1] == pytest.approx(inflow)
    assert lianghekou_share(package, "hydro_inflows", "ertan_lianghekou", 2020) == 0
    assert lianghekou_share(package, "hydro_inflows", "ertan_lianghekou", 2030) == 0.7
