"""The table of model comparisons, on results made by hand."""

from __future__ import annotations

import pytest

from pzh_energy.reporting.iamc import HEADINGS, iamc_table
from tests.unit.reporting.made import empty_results, wind_and_load


def table() -> dict[tuple[str, str], dict[str, float]]:
    """Values by variable and unit."""
    made = iamc_table(wind_and_load(), "pzh-opt", "made", "World|Somewhere", "CNY_2020")
    assert list(made.columns) == [*HEADINGS, "2025", "2030"]
    assert set(made["Region"]) == {"World|Somewhere"}
    return {(r["Variable"], r["Unit"]): {y: r[y] for y in ("2025", "2030")} for r in made.to_dict("records")}


def test_capacity_in_gw_and_its_parent() -> None:
    """100 + 200 MW, then 100 + 300."""
    found = table()
    for name in ("Capacity|Electricity", "Capacity|Electricity|Wind|Onshore"):
        assert found[name, "GW"] == pytest.approx({"2025": 0.3, "2030": 0.4})


def test_additions_are_per_year_of_the_time_since_the_period_before() -> None:
    """10 + 30 MW in the first period, taken as one year; 100 MW in the five years to 2030 are 20 a year."""
    assert table()["Capacity Additions|Electricity|Wind|Onshore", "GW/yr"] == pytest.approx(
        {"2025": 0.04, "2030": 0.02}
    )


def test_energies_in_exajoules() -> None:
    """130 MW for 8760 h are 1.1388 TWh or 0.00409968 EJ; export of 40 MW is trade; 20 of 150 MW are curtailed."""
    found = table()
    assert found["Secondary Energy|Electricity|Wind|Onshore", "EJ/yr"]["2025"] == pytest.approx(0.00409968)
    assert found["Trade|Secondary Energy|Electricity|Volume", "EJ/yr"]["2030"] == pytest.approx(40 * 8760e-6 * 0.0036)
    assert found["Curtailment|Electricity|Wind|Onshore", "EJ/yr"]["2025"] == pytest.approx(20 * 8760e-6 * 0.0036)


def test_carbon_dioxide_in_megatonnes() -> None:
    """2 kt in each of three steps are 0.006 Mt; a boiler generates no electricity."""
    found = table()
    assert found["Emissions|CO2", "Mt CO2/yr"]["2025"] == pytest.approx(0.006)
    assert ("Emissions|CO2|Energy|Supply|Electricity", "Mt CO2/yr") not in found


def test_price_stays_in_yuan_of_its_year() -> None:
    """Wet 240·1000 + 480·4000 + 120·3760 over 8760 h is 298.08; dry 400; at 3:1 323.56 CNY/MWh, over 3.6 GJ/MWh."""
    mean = 0.75 * (240 * 1000 + 480 * 4000 + 120 * 3760) / 8760 + 0.25 * 400
    assert table()["Price|Secondary Energy|Electricity", "CNY_2020/GJ"]["2025"] == pytest.approx(mean / 3.6)


def test_a_system_of_nothing_has_an_empty_table() -> None:
    assert iamc_table(empty_results(), "m", "s", "r", "CNY").empty
