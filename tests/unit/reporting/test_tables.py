"""The tidy tables, against numbers worked out by hand from the results in `made`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from pzh_energy.modeling.results import Results
from pzh_energy.reporting import tables
from pzh_energy.reporting.frames import Column, frame
from pzh_energy.reporting.tables_operation import month_overlap
from tests.unit.reporting.made import cascade, dataset, empty_results, wind_and_load

YEAR_H = 8760.0


def only(table: pd.DataFrame, **where: object) -> pd.Series:
    """The one row with these values."""
    found = table
    for column, value in where.items():
        found = found[found[column] == value]
    assert len(found) == 1, found
    return found.iloc[0]


@pytest.mark.parametrize("name", list(tables.TABLES))
@pytest.mark.parametrize("results", [empty_results(), wind_and_load(), cascade()], ids=["nothing", "wind", "cascade"])
def test_every_table_has_its_stated_columns_and_types_also_when_empty(name: str, results: Results) -> None:
    columns, make = tables.TABLES[name]
    table = make(results)
    assert list(table.columns) == [column.name for column in columns]
    assert [str(dtype) for dtype in table.dtypes] == [column.dtype for column in columns]
    assert all(column.meaning for column in columns)


@pytest.mark.parametrize("name", list(tables.TABLES))
def test_tables_of_a_system_without_technologies_are_empty(name: str) -> None:
    assert tables.TABLES[name][1](empty_results()).empty


def test_capacity_is_told_at_year_end_and_in_operation() -> None:
    table = tables.capacity(wind_and_load())
    west = {"item": "west", "year": 2030}
    assert only(table, series="statistical", **west)["capacity_mw"] == 300.0
    assert only(table, series="physical", **west)["capacity_mw"] == 300.0
    assert only(table, series="operating", **west)["capacity_mw"] == 280.0
    assert set(table["carrier"]) == {"wind"}


def test_capacity_of_dated_units_operates_by_the_hours_in_service_and_the_share_that_counts() -> None:
    """60 MW from hour 1000 on, half of it the city's: 30 × 7760/8760 in the first year."""
    table = tables.capacity(cascade())
    assert only(table, series="operating", year=2025)["capacity_mw"] == pytest.approx(30 * 7760 / YEAR_H)
    assert only(table, series="statistical", year=2025)["capacity_mw"] == 0.0


def test_an_item_that_an_entry_does_not_have_makes_no_row() -> None:
    """Entries over some items of a technology are labelled over all of them and hold nothing for the others."""
    some = xr.DataArray(
        [[5.0, 5.0]], dims=("plant", "period"), coords={"plant": ["one"], "period": [2025, 2030]},
        attrs={"sign": 1, "tags": "statistical", "bus_of": "{}"},
    )  # fmt: skip
    table = tables.capacity(Results(dataset({"ledger.capacity.power.some": some}, plant=["one", "two"])))
    assert set(table["item"]) == {"one"}


def test_investment_tells_what_was_given_from_what_was_decided() -> None:
    table = tables.investment(wind_and_load())
    assert only(table, item="east", year=2025)["status"] == "observed"
    assert only(table, item="west", year=2025, status="observed")["new_capacity"] == 20.0
    assert only(table, item="west", year=2025, status="decided")["new_capacity"] == 10.0
    assert only(table, item="west", year=2030)["status"] == "decided"
    assert table["new_capacity"].sum() == 140.0


def test_what_is_given_after_the_history_is_committed() -> None:
    made = wind_and_load()
    table = tables.investment(Results(made.data, {"history_until": 2024}))
    assert only(table, item="east", year=2025)["status"] == "committed"


def test_capacity_that_is_given_as_a_whole_is_invested_as_it_grows() -> None:
    results = cascade()
    results.data["ledger.capacity.hydro_cascade.capacity"][:] = [[30.0, 45.0]]
    found = only(tables.investment(results), item="dam")
    assert (found["year"], found["status"], found["new_capacity"]) == (2030, "committed", 15.0)


def test_energy_balance_closes_on_every_bus_in_every_year() -> None:
    table = tables.energy_balance(wind_and_load())
    closed = table.groupby(["year", "bus"])["energy_twh"].sum()
    assert len(closed) == 2
    assert closed.abs().max() < 1e-12
    assert only(table, item="west", year=2025)["energy_twh"] == pytest.approx(80 * YEAR_H / 1e6)
    assert only(table, item="all", year=2025)["energy_twh"] == pytest.approx(-90 * YEAR_H / 1e6)


def test_energy_balance_weighs_weather_with_its_probability() -> None:
    results = wind_and_load()
    results.data["ledger.electricity.wind.generation"].loc[{"weather": "dry", "wind_unit": "east"}] = 10.0
    found = only(tables.energy_balance(results), item="east", year=2030)
    assert found["energy_twh"] == pytest.approx((0.75 * 50 + 0.25 * 10) * YEAR_H / 1e6)


def test_costs_add_up_to_the_objective() -> None:
    """2025: 7 + 3 + 0 - 10 = 0 at weight 4; 2030: 7 + 5 + 1 - 10 = 3 at weight 2."""
    table = tables.costs(wind_and_load())
    by_year = table.groupby("year")["cost_million_cny_per_year"].sum()
    assert by_year.loc[2025] == pytest.approx(0.0)
    assert by_year.loc[2030] == pytest.approx(3.0)
    assert table["cost_discounted_million_cny"].sum() == pytest.approx(6.0)
    assert only(table, kind="export", year=2025)["cost_million_cny_per_year"] == pytest.approx(-10.0)


def test_emissions_are_in_kilotonnes_of_a_year() -> None:
    assert only(tables.emissions(wind_and_load()), year=2025)["co2_kt"] == pytest.approx(6)


def test_curtailment_is_a_share_of_what_was_available() -> None:
    table = tables.curtailment(wind_and_load())
    assert only(table, item="west", year=2025)["curtailed_percent"] == pytest.approx(20.0)
    assert only(table, item="east", year=2025)["curtailed_twh"] == 0.0


def test_nothing_available_is_not_curtailed() -> None:
    results = wind_and_load()
    results.data["ledger.available.wind.generation"][:] = 0.0
    results.data["wind.curtailment"][:] = 0.0
    assert (tables.curtailment(results)["curtailed_percent"] == 0.0).all()


def test_a_step_over_the_end_of_a_month_counts_in_both_by_its_hours() -> None:
    overlap = month_overlap(empty_results())
    assert overlap.sum("month").values.tolist() == [1000.0, 4000.0, 3760.0]
    assert overlap.sel(month=1).values.tolist() == [744.0, 0.0, 0.0]
    assert overlap.sel(month=2).values.tolist() == [256.0, 416.0, 0.0]


def test_reservoir_months_conserve_water_and_energy() -> None:
    table = tables.all_tables(cascade())["reservoirs"]
    year = table[table["year"] == 2025]
    assert list(year["month"]) == list(range(1, 13))
    assert year["energy_twh"].sum() == pytest.approx(40 * YEAR_H / 1e6)
    # January lies within the first step: the level rises from 0 to 36 of 72, 10 m3/s stay behind
    january = only(year, month=1)
    assert january["level_million_m3"] == pytest.approx(18.0)
    assert january["level_share"] == pytest.approx(0.25)
    assert january["inflow_m3_per_s"] == pytest.approx(20 + 6 + 10)
    assert january["own_inflow_m3_per_s"] == pytest.approx(5.0)
    assert (january["release_m3_per_s"], january["spill_m3_per_s"]) == (pytest.approx(26.0), pytest.approx(6.0))
    hours = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24
    stored = (year["inflow_m3_per_s"] - year["release_m3_per_s"]) * hours
    assert stored.sum() == pytest.approx(0.0, abs=1e-6)


def test_level_share_is_empty_where_there_is_no_storage() -> None:
    results = cascade()
    results.data["parameter.hydro_cascade.usable_storage"][:] = 0.0
    assert tables.all_tables(results)["reservoirs"]["level_share"].isna().all()


def test_hydro_energy_keeps_whole_station_and_citys_share_apart() -> None:
    found = only(tables.all_tables(cascade())["hydro_energy"], year=2030)
    assert (found["energy_twh"], found["city_energy_twh"]) == (pytest.approx(0.3504), pytest.approx(0.1752))
    assert found["design_energy_twh"] == pytest.approx(0.4)
    assert np.isnan(found["above_schedule_twh"])


def test_prices_are_undiscounted_per_mwh_and_averaged_over_hours_and_weather() -> None:
    """Wet: (240×1000 + 480×4000 + 120×3760)/8760, three quarters of it; dry: 400."""
    table = tables.all_tables(wind_and_load())["prices"]
    wet = (240 * 1000 + 480 * 4000 + 120 * 3760) / YEAR_H
    for year in (2025, 2030):
        whole = only(table, year=year, month=0)
        assert whole["price_mean_cny_per_mwh"] == pytest.approx(0.75 * wet + 0.25 * 400)
        assert whole["price_min_cny_per_mwh"] == pytest.approx(120.0)
        assert whole["price_max_cny_per_mwh"] == pytest.approx(480.0)
    january = only(table, year=2025, month=1)
    assert january["price_mean_cny_per_mwh"] == pytest.approx(0.75 * 240 + 0.25 * 400)
    assert january["price_min_cny_per_mwh"] == pytest.approx(240.0)


def test_a_bus_without_a_balance_has_no_price() -> None:
    results = wind_and_load()
    results.data["dual.electricity_balance"][:] = np.nan
    assert tables.all_tables(results)["prices"].empty


def test_a_row_with_another_column_than_stated_is_refused() -> None:
    with pytest.raises(KeyError, match="surprise"):
        frame((Column("year", "int64", "year"),), [{"year": 2025, "surprise": 1}])
