"""What the pictures show, from results whose numbers can be worked out on paper (see `tests.unit.reporting.made`)."""

from __future__ import annotations

import logging
import warnings

import numpy as np
import pytest
from matplotlib.figure import Figure

from pzh_energy.domain.errors import InputError
from pzh_energy.reporting.plots import (
    Plots,
    capacity,
    cascade,
    costs,
    dispatch,
    emissions,
    pictures,
    prices,
    sankey,
)
from pzh_energy.reporting.plots.style import Chart, apart, svg
from pzh_energy.reporting.texts import LANGUAGES, Language
from tests.unit.reporting.made import cascade as one_station
from tests.unit.reporting.made import empty_results, row, wind_and_load


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    value: Language = request.param
    return value


def test_capacity_adds_up_the_parks_of_a_technology() -> None:
    """100 + 200 MW in 2025, 100 + 300 MW in 2030; in Chinese 30 and 40 万千瓦."""
    assert capacity.capacity_by_year(wind_and_load())["wind"].tolist() == [300.0, 400.0]
    picture = capacity.capacity_picture(wind_and_load(), "zh")
    assert picture is not None
    assert picture.table["风电"].tolist() == pytest.approx([30.0, 40.0])
    assert picture.unit == "万千瓦"


def test_a_capacity_target_is_drawn_at_its_value_and_named_below() -> None:
    """1 GW is asked of 2030: a line at 1.0 GW; a target of a year outside the horizon is not drawn."""
    asked = (row(identifier="T1", year=2030, required=1.0), row(identifier="T2", year=2035))
    picture = capacity.capacity_picture(wind_and_load(), "en", asked)
    assert picture is not None
    (axes,) = picture.figure.axes
    assert [line.get_ydata()[0] for line in axes.lines] == [1.0]
    words = picture.figure.get_supxlabel()
    assert "T1 (2030) capacity: asked ≥ 1.000 GW, achieved 1.250 GW, met" in words
    assert "T2" not in words


def test_discounted_cost_by_technology_adds_up_with_exports_apart() -> None:
    """Weights 4 and 2. Wind: (7+3)·4 + (7+5+1)·2 = 66; export: −(0.75·12 + 0.25·4)·(4+2) = −60."""
    found = costs.cost_by_technology(wind_and_load())
    assert found.to_dict() == pytest.approx({"wind": 66.0, "export": -60.0})


def test_price_duration_sorts_prices_and_keeps_their_hours() -> None:
    """Wet (¾): 240, 480, 120 CNY/MWh for 1000, 4000, 3760 h; dry (¼): 400 all year.

    Highest first: 480 for 3000 h, 400 for 2190 h in three steps, 240 for 750 h, 120 for 2820 h.
    """
    hours, price = prices.duration(wind_and_load(), "city", 2030)
    assert price == pytest.approx([480, 400, 400, 400, 240, 120])
    assert hours == pytest.approx([3000, 250, 1000, 940, 750, 2820])
    assert np.all(np.diff(price) <= 1e-9)


def test_energy_flows_of_electricity_balance() -> None:
    """130 MW of wind for 8760 h are 1.1388 TWh: 0.7884 to the load of 90 MW, 0.3504 exported."""
    flows = {(f.source, f.target): f.twh for f in sankey.energy_flows(wind_and_load(), 2025)}
    assert flows == pytest.approx(
        {("wind", "electricity"): 1.1388, ("electricity", "load"): 0.7884, ("electricity", "export"): 0.3504}
    )


def test_a_month_is_known_by_number_and_by_name() -> None:
    """August begins after 212 days, hour 5088, and lasts 744 hours."""
    by_name, by_number = dispatch.month_span("Aug", "en"), dispatch.month_span(8, "en")
    assert (by_name.first, by_name.end) == (by_number.first, by_number.end) == (5088, 5832)
    with pytest.raises(InputError, match=r"no month 'Xyz'.*Jan"):
        dispatch.month_span("Xyz", "en")


def test_hours_of_the_year_have_dates() -> None:
    assert [dispatch.date_of(hour) for hour in (0, 23, 24, 31 * 24, 8759)] == ["1-1", "1-1", "1-2", "2-1", "12-31"]


def test_dispatch_balances_in_every_step() -> None:
    """130 MW of wind serve 90 MW of load and 40 MW of export: the signed columns add up to zero."""
    span = dispatch.month_span(3, "en")
    picture = dispatch.dispatch_picture(wind_and_load(), "en", 2030, [span])
    assert picture is not None
    assert picture.table.sum(axis=1).to_numpy() == pytest.approx(0.0, abs=1e-12)
    assert picture.table.to_numpy().max() == pytest.approx(0.130)


def test_the_sketch_of_a_cascade_shows_the_mean_flows() -> None:
    """20 m³/s through the turbines and 6 past them, 5 from the own catchment, in every step."""
    made = one_station()
    made.data["hydro_cascade.station_generation"].attrs.update(downstream='{"dam": "none"}', river='{"dam": "yalong"}')
    flows = cascade.flows_of(made, 2030)
    assert flows.table.loc["dam", ["inflow", "turbine", "spill"]].tolist() == pytest.approx([5.0, 20.0, 6.0])
    assert cascade.cascade_picture(made, "en", 2030) is not None
    assert cascade.cascade_picture(one_station(), "en", 2030) is None  # nobody says what flows where


def test_stations_lie_in_the_order_of_the_water() -> None:
    downstream = {"low": "none", "high": "middle", "middle": "low", "side": "low"}
    river = {"low": "main", "high": "main", "middle": "main", "side": "other"}
    assert cascade.places(downstream, river) == {"low": (2, 0), "high": (0, 0), "middle": (1, 0), "side": (0, 1)}


def test_emissions_name_the_largest_items_and_sum_up_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """One source: 2 kt in each of 3 steps, ¾ wet and ¼ dry alike: 6 kt. With room for no item the technology stands."""
    assert emissions.emissions_by_year(wind_and_load())[("load", "all")].tolist() == pytest.approx([6.0, 6.0])
    monkeypatch.setattr(emissions, "MOST", 0)
    assert list(emissions.emissions_by_year(wind_and_load())) == [("load", "")]


def test_names_of_marks_never_lie_upon_each_other() -> None:
    assert apart([5.0, 1.0, 5.5], 1.0) == [5.0, 1.0, 6.0]
    assert apart([3.0, 3.0, 3.0], 0.5) == [3.0, 3.5, 4.0]


def test_every_picture_draws_in_both_languages_without_a_missing_glyph(
    language: Language, caplog: pytest.LogCaptureFixture
) -> None:
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        drawn = pictures(wind_and_load(), language, (row(),))
        texts = [svg(picture.figure) for picture in drawn]
    assert [picture.key for picture in drawn] == [
        "capacity", "generation", "seasons", "sankey", "emissions", "costs", "prices",
    ]  # fmt: skip
    assert all(text.startswith("<?xml") for text in texts)
    assert caplog.records == []
    assert all(picture.alt and picture.caption and picture.title for picture in drawn)


def test_the_same_figure_is_the_same_text() -> None:
    first, second = (capacity.capacity_picture(wind_and_load(), "zh") for _ in range(2))
    assert first is not None
    assert second is not None
    assert svg(first.figure) == svg(second.figure)


def test_what_is_saved_is_drawn_once_and_laid_out_as_if_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Matplotlib draws a figure onto nothing to lay it out: without that the same text in half the time."""
    drawn: list[Figure] = []
    once = Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda figure, renderer: (drawn.append(figure), once(figure, renderer))[1])
    quick = svg(Plots(wind_and_load()).generation())
    assert len(drawn) == 1
    monkeypatch.setattr(Chart, "draw", Figure.draw)
    assert svg(Plots(wind_and_load()).generation()) == quick
    assert len(drawn) == 3


def test_nothing_is_drawn_of_an_empty_system() -> None:
    assert pictures(empty_results(), "en") == []


class TestPlots:
    def test_a_figure_carries_its_title(self) -> None:
        assert Plots(wind_and_load()).capacity().get_suptitle() == "Capacity by year"
        assert Plots(wind_and_load(), "zh").prices(2030).get_suptitle() == "电价持续曲线"

    def test_a_year_outside_the_results_is_refused_with_those_there_are(self) -> None:
        with pytest.raises(InputError, match=r"2031 is no year.*2025, 2030"):
            Plots(wind_and_load()).dispatch(2031, "Aug")

    def test_what_a_result_does_not_hold_is_refused(self) -> None:
        with pytest.raises(InputError, match="nothing to show"):
            Plots(wind_and_load()).cascade()


def test_drawing_leaves_the_settings_of_others_alone() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    svg(Plots(wind_and_load()).generation())
    assert dict(mpl.rcParams) == before
