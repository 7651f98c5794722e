"""Prices of the line and what is refused: free lunches, seasons with gaps, tiers that rise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pzh_energy.technologies.grid_exchange import hourly_prices
from tests import toys
from tests.toys import Toy


def grid(**line: toys.Cell) -> Toy:
    """100 MW of load and a line."""
    return Toy({"grid_exchange": {"grid": toys.line(200, 500, **line)}}, load=100)


def test_import_prices_know_time_of_use_but_no_midday() -> None:
    toy = grid(time_of_use_spread=0.1, peak_hours="10-12", valley_hours="23-1", midday_hours="11-14", midday_factor=0.5)
    prices = hourly_prices(toys.system(toy), "import")[0, 0, :24]
    assert prices[[0, 1, 10, 11, 12, 23]].tolist() == pytest.approx([450, 500, 550, 550, 500, 450])


def test_midday_factor_falls_linearly_over_the_years() -> None:
    toy = replace(grid(midday_hours="11-14", midday_factor={2020: 1, 2030: 0.6}), periods=(2020, 2025, 2030))
    prices = hourly_prices(toys.system(toy), "export")[0]
    assert prices[:, 12].tolist() == pytest.approx([200, 160, 120])
    assert prices[:, 14].tolist() == pytest.approx([200, 200, 200])


def test_seasons_follow_the_months() -> None:
    toy = grid(export_price_wet=100, export_price_flat=150, export_price_dry=180)
    prices = hourly_prices(toys.system(toy), "export")[0, 0]
    assert [prices[24 * day] for day in (0, 120, 151, 303, 304, 334)] == [180, 150, 100, 100, 150, 180]


def test_importing_to_export_is_refused_where_it_would_earn_money() -> None:
    text = toys.refusals(grid(export_price_wet=501))
    assert "grid_exchange.csv grid: in 2020, hour 3624 of the year, import costs 500.0, and export earns 501.0" in text


def test_a_spread_below_the_minimum_is_refused() -> None:
    toy = grid(import_price_dry=225, minimum_spread=30)
    assert "within the minimum spread of 30" in toys.refusals(toy)
    assert toys.solve(grid(import_price_dry=230, minimum_spread=30)).outcome == "optimal"


def test_a_free_lunch_of_a_later_year_is_found() -> None:
    toy = replace(grid(export_price_dry={2020: 200, 2030: 600}), periods=(2020, 2030))
    assert "in 2030, hour 0 of the year" in toys.refusals(toy)


@pytest.mark.parametrize(
    ("months", "what"),
    [
        ("6 7 8 9", "some months belong to no season, or to two."),
        ("5 6 7 8 9 10", "some months belong to no season, or to two."),
        ("6 7 8 9 10 13", "13 of its seasons is no month."),
        ("6 7 8 9 Oct", "Oct of its seasons is no month."),
        ("6-10", "6-10 of its seasons is no month."),
    ],
)
def test_seasons_that_do_not_cover_the_year_once_are_refused(months: str, what: str) -> None:
    assert f"grid_exchange.csv grid: {what}" in toys.refusals(grid(wet_months=months))


def test_impossible_hours_are_refused() -> None:
    text = toys.refusals(grid(peak_hours="10-25"))
    assert 'grid_exchange.csv grid.peak_hours: "10-25" is not a range of hours.' in text


def tiers(*factors: float, line: str = "grid") -> dict[str, dict[str, toys.Cell]]:
    """Tiers of 1 TWh in order."""
    return {f"tier_{n}": {"line": line, "width": 1, "price_factor": f} for n, f in enumerate(factors, 1)}


def test_tiers_that_rise_are_refused() -> None:
    toy = grid()
    text = toys.refusals(replace(toy, tables={**toy.tables, "export_tiers": tiers(1, 0.6, 0.8)}))
    assert "export_tiers.csv tier_3.price_factor: 0.8 is above the tier before. Order the tiers." in text


def test_tiers_of_each_line_are_ordered_apart() -> None:
    toy = grid()
    lines = {**toy.tables["grid_exchange"], "north": toys.line(200, 500)}
    both = {**tiers(1, 0.6), "other": {"line": "north", "width": 1, "price_factor": 0.9}}
    solved = toys.solve(replace(toy, tables={"grid_exchange": lines, "export_tiers": both}))
    assert solved.outcome == "optimal"


def test_a_tier_of_an_unknown_line_is_refused() -> None:
    toy = grid()
    text = toys.refusals(replace(toy, tables={**toy.tables, "export_tiers": tiers(1, line="gird")}))
    assert "export_tiers.csv tier_1.line: unknown 'gird'. Did you mean \"grid\"?" in text


def test_tiers_that_are_too_narrow_bound_the_export() -> None:
    """By hand: tiers of 0.5 TWh in all at 200 CNY/MWh: 100 million, of 0.876 TWh that are there."""
    toy = grid(export_limit=100)
    narrow = {"only": {"line": "grid", "width": 0.5, "price_factor": 1}}
    tables = {**toy.tables, "export_tiers": narrow, "run_of_river": {"creek": toys.run_of_river(100)}}
    assert toys.solve(Toy(tables)).objective == pytest.approx(-100)


def test_import_carries_the_carbon_of_the_grid_at_the_meter() -> None:
    """By hand: 90 MW at the bus with a loss of 0.1 are 100 MW at the meter: 50 t/h at 0.5 t/MWh, 438 kt in a year."""
    solved = toys.solve(replace(grid(loss=0.1, co2_factor=0.5), load=90))
    assert solved["ledger.co2.grid_exchange.import"].values.ravel().tolist() == pytest.approx([438])


def test_unknown_bus_is_refused() -> None:
    assert "grid_exchange.csv grid.bus: unknown 'cities'" in toys.refusals(grid(bus="cities"))
