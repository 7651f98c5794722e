"""Water to power."""

import math

import pytest

from pzh_energy.domain.hydraulics import MILLION_M3_PER_M3_PER_S_HOUR, specific_production_mw_per_m3_per_s


def test_ten_cubic_metres_over_a_hundred_metres_without_losses_give_9_81_megawatts() -> None:
    assert 10 * specific_production_mw_per_m3_per_s(100.0, 1.0) == pytest.approx(9.81)


def test_power_is_proportional_to_efficiency() -> None:
    full, part = specific_production_mw_per_m3_per_s(50.0, 1.0), specific_production_mw_per_m3_per_s(50.0, 0.91)
    assert part / full == pytest.approx(0.91)


def test_one_cubic_metre_a_second_fills_31_536_million_in_a_year() -> None:
    filled = 8760 * MILLION_M3_PER_M3_PER_S_HOUR
    assert filled == pytest.approx(31.536)


@pytest.mark.parametrize(
    ("head", "efficiency"), [(0, 0.9), (-1, 0.9), (math.nan, 0.9), (10, 0), (10, 91), (10, math.nan)]
)
def test_impossible_heads_and_efficiencies_are_refused(head: float, efficiency: float) -> None:
    with pytest.raises(ValueError, match="is not"):
        specific_production_mw_per_m3_per_s(head, efficiency)
