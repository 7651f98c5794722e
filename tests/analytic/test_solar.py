"""Photovoltaics: modules are rated and paid for in DC, everything else counts AC."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests import toys
from tests.toys import Toy

MW_YEAR = 8760 * 500e-6
"""Million CNY of one MW imported for a year at 500 CNY/MWh."""


def field(existing: float = 100, **solar: toys.Cell) -> Toy:
    """PV under a sky of 0.9 and 0.5 per DC kW in the two halves; load 200 MW; import at 500 CNY/MWh."""
    tables = {**toys.imports(500), "solar_pv": {"roof": toys.solar(existing, "sky", **solar)}}
    return Toy(tables, load=200, series={"sky": [0.9, 0.5]}, edges=toys.HALVES)


def test_inverter_clips_what_the_modules_give_beyond_its_rating() -> None:
    """Proves that output per AC kW is the DC/AC ratio times the sky, at most 1.

    By hand: 100 MW AC at a ratio of 1.3: 117 → 100 MW and 65 MW; import (100 + 135)/2 MW·years. At a ratio of 1: 90 and
    50 MW, (110 + 150)/2. If broken (no clipping) the first would be (83 + 135)/2.
    """
    wide = toys.solve(field(dc_ac_ratio=1.3))
    assert wide.objective == pytest.approx((100 + 135) / 2 * MW_YEAR)
    assert wide.steps("solar_pv.generation", "roof") == pytest.approx([100, 65])
    assert toys.solve(field(dc_ac_ratio=1)).objective == pytest.approx((110 + 150) / 2 * MW_YEAR)


def test_clipping_comes_before_averaging() -> None:
    """Proves that each hour is clipped, not the mean of a step.

    By hand: hours of 1.0 and 0.2 in turn, one step for the year, ratio 1.3: (1 + 0.26)/2 = 0.63 a kW, 63 MW of a load
    of 200: 137 MW·years. The mean 0.6 at 1.3 would be 78 MW: 122. At a ratio of 1 the mean is 60 MW: 140.
    """
    toy = replace(field(dc_ac_ratio=1.3), series={"sky": np.tile([1.0, 0.2], 4380)}, edges=toys.YEAR)
    assert toys.solve(toy).objective == pytest.approx(137 * MW_YEAR)
    assert toys.solve(toys.changed(toy, "solar_pv", "roof", dc_ac_ratio=1)).objective == pytest.approx(140 * MW_YEAR)


def test_costs_are_paid_per_dc_kw() -> None:
    """Proves that capex and fixed O&M of an AC MW are those of its DC modules.

    By hand: 100 MW AC at a ratio of 1.3 are 130 MW DC: at 1000 CNY/kW over 10 years 13 million, at 20 CNY/kW a year of
    fixed O&M 2.6; half of both is due in the year they are built, 6.5 and 1.3. At a ratio of 1 5 and 1. If broken
    (costs per AC kW) both would be 6. Load 0.
    """
    toy = replace(field(0, committed_build={2020: 100}, fixed_om_per_kw=20, dc_ac_ratio=1.3), load=0)
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(6.5 + 1.3)
    assert solved.at("solar_pv.capacity", "roof", 2020) == pytest.approx(100)
    assert solved.at("solar_pv.capacity_dc", "roof", 2020) == pytest.approx(130)
    assert toys.solve(toys.changed(toy, "solar_pv", "roof", dc_ac_ratio=1)).objective == pytest.approx(6)


def test_potential_and_peak_size_the_field() -> None:
    """Proves that PV is built like any other plant: up to its AC potential, half of it serving in its first year.

    By hand: potential 150 MW AC, ratio 1: 75 MW in operation give 67.5 and 37.5 MW; import (132.5 + 162.5)/2 MW·years
    and half a year of 15 million. Without it 2·200/0.5 = 800 MW are built: 400 in operation give 200 in both halves:
    40 million.
    """
    bound = toys.solve(field(0, max_build=10000, potential=150))
    assert bound.objective == pytest.approx((132.5 + 162.5) / 2 * MW_YEAR + 7.5)
    assert toys.solve(field(0, max_build=10000)).objective == pytest.approx(40)


def test_growth_limit_binds_pv_too() -> None:
    """Proves that PV grows no faster than its limit.

    By hand: 100 MW, +50 % a year, nothing free in 2020: 150 MW at the end of 2021, 125 in operation under a sky of 1,
    of a load of 200: import 100 + 75 MW·years, half an annuity 2.5. Without the limit 200 MW are built for 2021: 100
    MW·years and 10.
    """
    toy = replace(field(max_build=1000, lead_time=1, growth_limit=0.5), periods=(2020, 2021), series={"sky": 1})
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(175 * MW_YEAR + 2.5)
    free = replace(field(max_build=1000, lead_time=1), periods=(2020, 2021), series={"sky": 1})
    assert toys.solve(free).objective == pytest.approx(100 * MW_YEAR + 10)
