"""Hours of use and the list of projects, by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from pzh_energy.reporting.files import read_results, write_folder
from pzh_energy.reporting.tables import TABLES, capacity, investment
from pzh_energy.reporting.tables_plants import projects, utilisation
from tests import toys
from tests.toys import Toy
from tests.unit.reporting.made import MadeRun, wind_and_load
from tests.unit.reporting.test_tables import only


def test_hours_of_use_on_both_capacities() -> None:
    """East 2025: 50 MW all year from 90 MW in service, 100 MW at year end; both parks: 130 MW from 270 and 300."""
    results = wind_and_load()
    table = utilisation(results, capacity(results))
    east = only(table, year=2025, item="east")
    assert east["hours_operating"] == pytest.approx(8760 * 50 / 90)
    assert east["hours_statistical"] == pytest.approx(8760 * 50 / 100)
    both = only(table, year=2025, carrier="wind", technology="")
    assert both["energy_twh"] == pytest.approx(130 * 8760 / 1e6)
    assert both["hours_operating"] == pytest.approx(8760 * 130 / 270)
    assert both["hours_statistical"] == pytest.approx(8760 * 130 / 300)


RIVER = toys.river(
    {"dam": toys.station(capex=5000, city_share=0.5)},
    {"dam": "flow"},
    {
        "dam_1": toys.unit("dam", 100, "1999-01-01", 1999),
        "dam_2": toys.unit("dam", 60, "2021-07-02", 2020),
        "dam_3": toys.unit("dam", 40, "2022-12-31", 2022),
    },
)
WIND = {"wind": {"ridge": toys.wind(0, max_build=7, observed_build={2021: 10}, committed_build={2022: 5})}}
TOY = Toy(
    {**RIVER, **WIND, **toys.imports()},
    100.0,
    {"flow": 50.0},
    periods=(2020, 2021, 2022),
    history_until=2021,
)


def test_a_station_has_the_hours_of_its_share() -> None:
    """50 MW of water, half the city's, from 100 MW in 2020, half the city's: 4380 h; small statistics: 160 MW count."""
    results = toys.solve(TOY).results
    dam = only(utilisation(results, capacity(results)), year=2020, item="dam")
    assert dam["energy_twh"] == pytest.approx(25 * 8760 / 1e6)
    assert dam["hours_operating"] == pytest.approx(4380)
    assert dam["hours_statistical"] == pytest.approx(25 * 8760 / 80)


def test_units_have_dates_share_and_cost_and_old_ones_are_no_projects() -> None:
    """Half of 60 MW at 5000 CNY/kW: 30 MW, 150 million CNY; observed up to the end of the history."""
    results = replace(toys.solve(TOY).results, provenance={"history_until": 2021})
    table = projects(results, investment(results))
    dam = table[table["technology"] == "hydro_cascade"]
    assert list(dam["item"]) == ["dam_2", "dam_3"]
    second = only(dam, item="dam_2")
    assert (second["year"], second["date"], second["station"]) == (2021, "2021-07-02", "dam")
    assert (second["new_capacity"], second["overnight_million_cny"]) == (30.0, pytest.approx(150.0))
    assert (second["status"], only(dam, item="dam_3")["status"]) == ("observed", "committed")


def test_additions_tell_who_decided_them_and_what_they_cost() -> None:
    """1000 CNY/kW: 10 MW observed for 10 million, 5 committed for 5, 7 more decided, which save import at 500."""
    results = replace(toys.solve(TOY).results, provenance={"history_until": 2021})
    table = projects(results, investment(results))
    wind = table[table["technology"] == "wind"]
    told = {(row.year, row.status): (row.new_capacity, row.overnight_million_cny) for row in wind.itertuples()}
    assert told == {
        (2021, "observed"): (pytest.approx(10), pytest.approx(10)),
        (2022, "committed"): (pytest.approx(5), pytest.approx(5)),
        (2022, "decided"): (pytest.approx(7), pytest.approx(7)),
    }
    assert set(wind["date"]) == {""}


def test_overnight_cost_does_not_deduct_what_is_left_at_the_end() -> None:
    """A residual value of 400 lowers the annuity, not the money to be found."""
    left = toys.changed(TOY, "wind", "ridge", residual_value=400)
    results = replace(toys.solve(left).results, provenance={"history_until": 2021})
    table = projects(results, investment(results))
    assert only(table, technology="wind", status="observed")["overnight_million_cny"] == pytest.approx(10)


def test_a_cost_that_is_not_known_is_empty() -> None:
    results = wind_and_load()
    table = projects(results, investment(results))
    assert not table.empty
    assert all(math.isnan(cost) for cost in table["overnight_million_cny"])


def test_dates_survive_the_result_folder(tmp_path) -> None:  # type: ignore[no-untyped-def]
    results = toys.solve(TOY).results
    folder = write_folder(MadeRun(results=results), tmp_path / "result")
    again = read_results(folder)
    assert TABLES["projects"][1](again).equals(TABLES["projects"][1](replace(results, provenance=again.provenance)))
