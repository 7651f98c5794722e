"""The committed data reproduce the calibration set of 2020, and what of it can be added up adds up."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache

import pytest

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.calibration import calibration
from pzh_energy.reporting.tables_energy import energy_supply
from tests.systems import COARSE, package, solve, system

BASE_YEAR = 2020
CALIBRATED = {
    "electricity_consumption": (13.6, 0.001),
    "primary_energy": (10.8, 0.108),
    "non_fossil_share": (28.8, 1.0),
    "co2_energy": (19.9, 0.3),
    "energy_intensity": (1.04, 0.02),
}
"""TWh, Mtce, %, Mt and tce for 10 000 CNY of 2020, with what the model may be off."""
UNMEASURED = "not_compared"


@cache
def base_year() -> Results:
    """The tiny scenario on twelve steps, with the committed observations."""
    results = solve(system([COARSE])).results
    return Results(results.data, {"observed": [asdict(each) for each in package().observed]})


@pytest.mark.parametrize("quantity", CALIBRATED)
def test_the_base_year_is_that_of_the_calibration_set(quantity: str) -> None:
    table = calibration(base_year())
    rows = table[(table["quantity"] == quantity) & (table["by"] == "") & (table["year"] == BASE_YEAR)]
    value, off = CALIBRATED[quantity]
    assert len(rows) == 1
    assert rows["stated"].item() == pytest.approx(value)
    assert rows["model"].item() == pytest.approx(value, abs=off)


def test_every_figure_of_the_base_year_with_a_range_is_met() -> None:
    table = calibration(base_year())
    of_year = table[table["year"] == BASE_YEAR]
    assert len(of_year) >= 8
    assert set(of_year["verdict"]) == {"within"}, of_year[["quantity", "by", "model", "low", "high"]]
    assert set(table[table["year"] < BASE_YEAR]["verdict"]) == {UNMEASURED}


def test_fossil_and_non_fossil_energy_of_the_table_are_the_primary_energy() -> None:
    """Coal, oil and gas of the energy balance and electricity that is not from them: 7.68 + 3.12 Mtce."""
    table = energy_supply(base_year())
    fuel = table[(table["year"] == BASE_YEAR) & table["carrier"].isin(["coal", "oil", "gas"])]
    accounts = base_year()["energy_accounts.total"].sel(accounting_rule="substitution_consumption", period=BASE_YEAR)
    fossil_power_gwh = sum(
        float(base_year().net_gwh([e]).sel(period=BASE_YEAR))
        for e in base_year().ledger("electricity", "generation", "fossil")
    )
    rest_gwh = 13600 - fossil_power_gwh
    assert fuel["substitution_ktce"].sum() + 0.302 * rest_gwh == pytest.approx(float(accounts), rel=1e-3)
    assert fossil_power_gwh == pytest.approx(3300, rel=1e-3)


@pytest.mark.parametrize("year", [2020, 2025, 2030])
def test_the_electricity_balance_closes_to_a_thousandth(year: int) -> None:
    """Generation, import and what is not served, less export and losses, are the use: nothing is lost in the tables."""
    table = energy_supply(base_year())
    lines = table[(table["year"] == year) & (table["carrier"] == "electricity")].set_index("line")["amount"]
    assert lines["use"] > 13
    assert lines.drop("use").sum() == pytest.approx(lines["use"], rel=1e-3)
