"""What the line to the provincial grid earns and costs: limits, losses, tiers, seasons and hours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import toys
from tests.toys import Toy

HOUR = 1e-6
"""Million CNY of one MW for one hour at 1 CNY/MWh."""


def exporter(river_mw: float = 100, **line: toys.Cell) -> Toy:
    """River power of so many MW, no load, one line with 100 MW of export at 200 CNY/MWh."""
    tables = {
        "grid_exchange": {"grid": toys.line(200, 500, **{"export_limit": 100, **line})},
        "run_of_river": {"creek": toys.run_of_river(river_mw)},
    }
    return Toy(tables)


def test_export_limit_is_linear_between_the_years() -> None:
    """Proves that the limit of a year binds in that year.

    By hand: 100 MW of free power, limits of 40 MW in 2020 and 80 MW in 2022, so 60 MW in 2021: 180 MW·years at 200
    earn 315.36 million. A constant limit of 40 earns 210.24. If broken (no limit) it would be 525.6.
    """
    toy = replace(exporter(export_limit={2020: 40, 2022: 80}), periods=(2020, 2021, 2022))
    assert toys.solve(toy).objective == pytest.approx(-8760 * HOUR * 180 * 200)
    constant = toys.changed(toy, "grid_exchange", "grid", export_limit=40)
    assert toys.solve(constant).objective == pytest.approx(-8760 * HOUR * 120 * 200)


def test_what_is_lost_on_the_line_is_not_paid_for() -> None:
    """Proves that export is paid at the meter, beyond the loss, and import is bought there, before it.

    By hand: loss 0.1. 100 MW put on the line sell 90 MW: 90·8760·200 = 157.68 million. A load of 45 MW needs
    45 / 0.9 = 50 MW at the meter: 50·8760·500 = 219 million. Without the loss 175.2 and 197.1.
    If broken (loss on the wrong side) the import would cost 0.9·197.1 = 177.39.
    """
    sale = exporter(loss=0.1)
    assert toys.solve(sale).objective == pytest.approx(-8760 * HOUR * 90 * 200)
    assert toys.solve(exporter()).objective == pytest.approx(-8760 * HOUR * 100 * 200)
    purchase = Toy(toys.imports(500, loss=0.1), load=45)
    assert toys.solve(purchase).objective == pytest.approx(8760 * HOUR * 50 * 500)
    assert toys.solve(Toy(toys.imports(500), load=45)).objective == pytest.approx(8760 * HOUR * 45 * 500)


def test_revenue_over_two_tiers_is_the_sum_of_each_at_its_price() -> None:
    """Proves that energy beyond the first tier earns the lower price, and only that energy.

    By hand: 100 MW for a year are 0.876 TWh; the first tier takes 0.5 TWh at 200, the second 0.376 TWh at 0.6·200:
    100 + 45.12 = 145.12 million. One tier would earn 175.2. If broken (the lower price for all) it would be 105.12.
    The row that fills the tiers has the discount of the last tier as its dual: 80 CNY/MWh, 0.08 million per GWh.
    """
    tiers = {
        "first": {"line": "grid", "width": 0.5, "price_factor": 1},
        "rest": {"line": "grid", "width": 1000, "price_factor": 0.6},
    }
    toy = exporter()
    tiered = toys.solve(replace(toy, tables={**toy.tables, "export_tiers": tiers}))
    assert tiered.objective == pytest.approx(-(0.5 * 200 + 0.376 * 120))
    assert toys.solve(toy).objective == pytest.approx(-0.876 * 200)
    assert tiered.at("grid_exchange.export_in_tier", "first", 2020, "normal") == pytest.approx(500)
    assert abs(tiered.at("dual.grid_exchange.tier_fill", "grid", 2020, "normal")) == pytest.approx(0.4 * 200 / 1000)


def test_tiers_are_filled_with_what_arrives_at_the_meter() -> None:
    """Proves that the volume of the tiers is that of the energy sold, beyond the loss.

    By hand: a loss of 0.1 leaves 0.7884 of 0.876 TWh: 0.5 at 200 and 0.2884 at 120 CNY/MWh: 134.608 million. In one
    tier 157.68. If broken (volume before the loss) 0.376 TWh would sell at 80 less: 127.6.
    """
    tiers = {
        "first": {"line": "grid", "width": 0.5, "price_factor": 1},
        "rest": {"line": "grid", "width": 1000, "price_factor": 0.6},
    }
    toy = exporter(loss=0.1)
    tiered = replace(toy, tables={**toy.tables, "export_tiers": tiers})
    assert toys.solve(tiered).objective == pytest.approx(-(0.5 * 200 + 0.2884 * 120))
    assert toys.solve(toy).objective == pytest.approx(-0.7884 * 200)


def test_power_is_held_back_when_the_last_tier_pays_less_than_it_costs() -> None:
    """Proves that the tier price decides the volume.

    By hand: power at 150 CNY/MWh, tiers of 0.5 TWh at 200 and the rest at 120: only the first is worth filling,
    0.5·(200 − 150) = 25 million. With 0.8 instead of 0.6 (160 CNY/MWh) the rest is worth 10 CNY/MWh too: 25 + 3.76.
    If broken (mean price of both tiers, 165.7) everything would run at either factor.
    """
    tiers = {
        "first": {"line": "grid", "width": 0.5, "price_factor": 1},
        "rest": {"line": "grid", "width": 1000, "price_factor": 0.6},
    }
    toy = toys.changed(exporter(), "run_of_river", "creek", variable_om=150)
    toy = replace(toy, tables={**toy.tables, "export_tiers": tiers})
    assert toys.solve(toy).objective == pytest.approx(-0.5 * 50)
    better = toys.changed(toy, "export_tiers", "rest", price_factor=0.8)
    assert toys.solve(better).objective == pytest.approx(-(0.5 * 50 + 0.376 * 10))


def test_tiers_are_filled_in_each_weather_apart() -> None:
    """Proves that the volume of a year counts, not the expected volume.

    By hand: 100 MW wet (0.876 TWh), 50 MW dry (0.438 TWh), one half each; the first tier of 0.6 TWh pays 200, the rest
    100. Wet earns 120 + 27.6 = 147.6, dry 87.6: 117.6 expected. If broken (expected volume 0.657 TWh) it would be
    120 + 5.7 = 125.7.
    """
    toy = exporter()
    tiers = {
        "first": {"line": "grid", "width": 0.6, "price_factor": 1},
        "rest": {"line": "grid", "width": 1000, "price_factor": 0.5},
    }
    plant = {"creek": toys.run_of_river(100, "water")}
    toy = replace(
        toy,
        tables={**toy.tables, "run_of_river": plant, "export_tiers": tiers},
        series={"water": {"wet": 1.0, "dry": 0.5}},
        weather={"wet": 0.5, "dry": 0.5},
    )
    assert toys.solve(toy).objective == pytest.approx(-0.5 * (0.6 * 200 + 0.276 * 100) - 0.5 * 0.438 * 200)
    flat = toys.changed(toy, "export_tiers", "rest", price_factor=1)
    assert toys.solve(flat).objective == pytest.approx(-0.5 * (0.876 + 0.438) * 200)


def test_line_without_tiers_sells_everything_at_its_price() -> None:
    """Proves that tiers are a matter of data: none at all means one price.

    By hand: 100 MW at 200 CNY/MWh earn 175.2 million, with or without a tier that is never full.
    If broken an empty table would stop the program.
    """
    toy = exporter()
    none = toys.solve(replace(toy, tables={**toy.tables, "export_tiers": {}}))
    assert none.objective == pytest.approx(-8760 * HOUR * 100 * 200)
    assert toys.solve(toy).objective == pytest.approx(none.objective)


def test_prices_follow_season_and_hour() -> None:
    """Proves that season, time of use and midday multiply as stated, hour by hour, before any aggregation.

    By hand: wet (153 days) 100, flat (61) 200, dry (151) 300 CNY/MWh; 8 peak hours × 1.5, 8 valley hours × 0.5;
    midday hours 10-16 × 0.6, of which 10-12 are peak hours and 12-15 flat, 15-16 peak again. A day of the season price
    1 is worth: peak 10-12 2·1.5·0.6, 15-16 1.5·0.6, 16-21 5·1.5; valley 23-7 8·0.5; flat 12-15 3·0.6, the 5 others 1.
    That is 1.8 + 0.9 + 7.5 + 4 + 1.8 + 5 = 21 h. Revenue of 100 MW: 100·21·(153·100 + 61·200 + 151·300) = 152.88
    million. With no spread and no midday factor a day is worth 24 h: 174.72. If broken (factors added) 1.5·0.6 would
    be 1.1.
    """
    seasons = {"export_price_wet": 100, "export_price_flat": 200, "export_price_dry": 300}
    hours = {"peak_hours": "10-12 15-21", "valley_hours": "23-7", "midday_hours": "10-16"}
    dear = {f"import_price_{season}": 1000 for season in toys.SEASONS}
    toy = exporter(**seasons, **hours, **dear, time_of_use_spread=0.5, midday_factor=0.6)
    days = 153 * 100 + 61 * 200 + 151 * 300
    assert toys.solve(toy).objective == pytest.approx(-100 * 21 * days * HOUR)
    plain = toys.changed(toy, "grid_exchange", "grid", time_of_use_spread=0, midday_factor=1)
    assert toys.solve(plain).objective == pytest.approx(-100 * 24 * days * HOUR)


def test_storage_sells_in_the_dear_season() -> None:
    """Proves that the price of each step, not the mean, drives what is exported when.

    By hand: steps January–June (181 days, 4344 h) and July–December (4416 h). Dry and flat months and wet ones pay
    300 and 100: the first step holds 30 wet days (June), the second 123. Mean prices (151·300 + 30·100) / 181 = 266.85
    and (61·300 + 123·100) / 184 = 166.30. Inflow 50 m3/s in the second step only, a reservoir that holds it all and
    turbines of 100 MW: all 50·4416 MWh are sold in the first step, where they give 50.829 MW, at 266.85: 58.92
    million. Without storage they earn 166.30: 36.72. If broken (one mean price) both would be the same.
    """
    seasons = {"wet_months": "6 7 8 9 10", "flat_months": "11 12", "dry_months": "1 2 3 4 5"}
    prices = {"export_price_wet": 100, "export_price_flat": 300, "export_price_dry": 300}
    grid = {"grid": toys.line(import_price=500, export_limit=100, **seasons, **prices)}
    toy = Toy(
        {"grid_exchange": grid, **toys.river({"dam": toys.station(storage=2000)}, {"dam": "melt"})},
        series={"melt": [0, 50]},
        edges=(0, 4344, 8760),
    )
    assert toys.solve(toy).objective == pytest.approx(-50 * 4416 * HOUR * (151 * 300 + 30 * 100) / 181)
    empty = toys.changed(toy, "hydro_stations", "dam", usable_storage=0)
    assert toys.solve(empty).objective == pytest.approx(-50 * 4416 * HOUR * (61 * 300 + 123 * 100) / 184)


def test_import_and_export_never_run_at_once() -> None:
    """Proves that in each step the line runs one way only.

    By hand: river power (100, 0) MW in the halves, load 50 MW, export 200, import 500 CNY/MWh: 50 MW out in the first
    half, 50 MW in in the second: 4380·50·(500 − 200) = 65.7 million. If broken (netting over the year) it would be 0.
    """
    toy = Toy(
        {**exporter().tables, "run_of_river": {"creek": toys.run_of_river(100, "water")}},
        load=50,
        series={"water": [1, 0]},
        edges=toys.HALVES,
    )
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(4380 * HOUR * 50 * (500 - 200))
    assert solved.steps("grid_exchange.export", "grid") == pytest.approx([50, 0], abs=1e-6)
    assert solved.steps("grid_exchange.import", "grid") == pytest.approx([0, 50], abs=1e-6)
