"""Planning reserve: capacity that can be counted on, over the highest demand of the months that matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from tests import toys
from tests.toys import Cell, Table, Toy

MONTH = 31 * 24
LOAD = np.concatenate([np.full(MONTH, 60.0), np.full(180 * 24 - MONTH, 50.0), np.full(8760 - 180 * 24, 70.0)])
LOAD[100] = 100.0
LOAD[5000] = 150.0
"""A dry peak of 100 MW in one hour of January, a wet one of 150 MW in July; every mean over a step is far below."""
CREDITS: dict[str, float] = {"thermal": 0.9, "wind": 0.1}
EDGES = (0, MONTH, 180 * 24, 8760)


def asked(
    value: float = 10.0, months: tuple[int, ...] = (12, 1, 2), mode: str = "hard", **more: object
) -> dict[str, object]:
    """A margin in per cent in the months given."""
    row = {"metric": "reserve_margin", "operator": "at_least", "value": value, "months": months, "mode": mode}
    return {**row, **more}


def toy(
    credits: Mapping[str, Cell] = CREDITS,
    target: Mapping[str, object] | None = None,
    more: Mapping[str, Table] | None = None,
    edges: tuple[int, ...] = EDGES,
    **rest: object,
) -> Toy:
    """80 MW of plant that runs at 40 MW, wind that never blows and may be built, import for the rest."""
    table = {item: {"credit": value} for item, value in credits.items()}
    mill = toys.thermal(40, capacity=80)
    calm = toys.wind(0, "calm", max_build=2000)
    tables = {**toys.imports(500), "thermal": {"mill": mill}, "wind": {"ridge": calm}, "capacity_credits": table}
    targets = {"margin": asked() if target is None else target}
    made = Toy({**tables, **(more or {})}, LOAD, {"calm": 0.0}, edges, targets=targets)
    return replace(made, **rest)


def test_margin_in_the_dry_months_forces_capacity_at_its_price() -> None:
    """Proves that the hard margin builds what is missing, and that its dual is the price of one MW that counts.

    By hand: 0.9·80 = 72 MW count, 110 % of the dry peak of 100 MW are asked: 38 MW are missing, 380 MW of wind at a
    credit of 0.1 and half a year of 0.1 million a MW: 19 million. A MW that counts costs half a million, as does a per
    cent of 100 MW.
    If the peak of the year (150) counted, 930 MW; if that of a step's mean (60.05), none. Without the row none.
    """
    solved = toys.solve(toy())
    free = toys.solve(toy(target=asked(mode="report")))
    assert solved.at("wind.capacity", "ridge", 2020) == pytest.approx(380)
    assert free.at("wind.capacity", "ridge", 2020) == pytest.approx(0, abs=1e-6)
    assert solved.objective - free.objective == pytest.approx(19)
    assert solved.measured("margin", 2020) == pytest.approx(10)
    assert free.measured("margin", 2020) == pytest.approx(-28)
    assert abs(solved.at("dual.target_margin.requirement", 2020)) == pytest.approx(0.5)
    assert toys.solve(toy(target=asked(11))).objective - solved.objective == pytest.approx(0.5)
    july = toys.solve(toy(target=asked(months=(7,))))
    assert july.at("wind.capacity", "ridge", 2020) == pytest.approx((165 - 72) / 0.1)


def test_the_peak_is_that_of_an_hour_whatever_the_steps() -> None:
    """Proves that the denominator is taken from the hours before they are averaged, and is the highest weather case's.

    By hand: one step for the year or three: 380 MW. A cold case with 120 MW in that hour needs 132 - 72 = 60 MW, 600 of
    wind; the load of both cases has the same mean.
    """
    assert toys.solve(toy(edges=toys.YEAR)).at("wind.capacity", "ridge", 2020) == pytest.approx(380)
    cold = LOAD.copy()
    cold[100], cold[101] = 120.0, cold[101] - 20
    mild = {"city_load": {"mild": LOAD, "cold": cold}, "calm": 0.0}
    both = toys.solve(toy(weather={"mild": 0.9, "cold": 0.1}, series=mild))
    assert both.at("wind.capacity", "ridge", 2020) == pytest.approx(600)


def test_peak_and_credit_follow_the_year() -> None:
    """Proves that each year has its own demand and its own credit, and that a year may be named.

    By hand: 10 % more load in 2021: 121 MW asked. The credit of thermal falls from 0.9 in 2020 to 0.8 in 2022, 0.85
    in 2021: 68 MW. 530 MW of wind, 2020 alone 380.
    """
    credits = {**CREDITS, "thermal": {2020: 0.9, 2022: 0.8}}
    later = toys.solve(toy(credits, periods=(2020, 2021), growth=0.1))
    assert [later.at("wind.capacity", "ridge", year) for year in (2020, 2021)] == pytest.approx([380, 530])
    only = toys.solve(toy(credits, asked(year=2020), periods=(2020, 2021), growth=0.1))
    assert only.at("wind.capacity", "ridge", 2021) == pytest.approx(380)


def test_import_counts_if_the_target_says_so() -> None:
    """Proves that the import limit enters with its credit only where `include_import` asks for it.

    By hand: half of a limit of 200 MW is 100 MW: 172 of 110 MW, a margin of 72 % and no wind.
    """
    credits = {**CREDITS, "import": 0.5}
    line = toys.imports(500, import_limit=200)
    without = toys.solve(toy(credits, more=line))
    included = toys.solve(toy(credits, asked(include_import=True), more=line))
    assert without.at("wind.capacity", "ridge", 2020) == pytest.approx(380)
    assert included.at("wind.capacity", "ridge", 2020) == pytest.approx(0, abs=1e-6)
    assert included.measured("margin", 2020) == pytest.approx(72)
    assert "capacity_credits.csv import: missing" in toys.refusals(toy(target=asked(include_import=True)))


def test_a_station_has_its_own_credit_the_others_that_of_their_technology() -> None:
    """Proves that a credit goes by station, then technology, then tag, and counts the capacity in operation once.

    By hand: 100 MW in the lake at 0.9, 100 in the weir at 0.45, 40 by the creek at 0.25 through its tag: 145 MW, and 72
    of the mill: 217 MW, 117 %. If the statistical series counted too, 362 MW.
    """
    stations = {"lake": toys.station(downstream="weir"), "weir": toys.station()}
    units = {f"{h}_1": toys.unit(h, 100) for h in stations}
    river = toys.river(stations, {"lake": "water"}, units)
    creek = {"run_of_river": {"creek": toys.run_of_river(40)}}
    credits = {**CREDITS, "lake": 0.9, "hydro_cascade": 0.45, "run_of_river": 0.25}
    solved = toys.solve(toy(credits, asked(mode="report"), {**river, **creek}, series={"calm": 0.0, "water": 0.0}))
    assert solved.measured("margin", 2020) == pytest.approx(117)


def test_storage_counts_with_its_credit() -> None:
    """Proves that storage, which no statistics count, counts for the reserve.

    By hand: 50 MW of battery at 0.5: 72 + 25 MW, -3 %.
    """
    battery: dict[str, Cell] = {"bus": "city", "round_trip_efficiency": 0.9, "minimum_duration": 2}
    standing: dict[str, Cell] = {"existing_capacity": 100, "existing_year": 2000, "existing_until": 2100}
    cost: dict[str, Cell] = {"max_build": 0, "capex": 0, "lifetime": 10, "fixed_om": 0}
    more = {"lithium_battery": {"cells": {**battery, **standing, **cost}}}
    days = tuple(range(0, 8761, 24))
    solved = toys.solve(toy({**CREDITS, "lithium_battery": 0.5}, asked(mode="report"), more, days))
    assert solved.measured("margin", 2020) == pytest.approx(-3)
    assert "cells of lithium_battery.power has no row" in toys.refusals(toy(more=more))


def test_what_cannot_be_credited_is_refused() -> None:
    """Proves that missing credits, unknown names, impossible months and a missing demand are named."""
    assert "mill of thermal.capacity_mill has no row" in toys.refusals(toy({"wind": 0.1}))
    assert 'Did you mean "wind"?' in toys.refusals(toy({**CREDITS, "wnd": 0.1}))
    assert "mill of thermal.capacity_mill has several: physical, statistical" in toys.refusals(
        toy({"physical": 0.5, "statistical": 0.5, "wind": 0.1})
    )
    assert "no electricity demand" in toys.refusals(toy(load=None))
    assert "1.2 is above 1" in toys.refusals(toy({**CREDITS, "wind": 1.2}))
    none = toy()
    bare = {name: table for name, table in none.tables.items() if name != "capacity_credits"}
    assert "the data package has no such table" in toys.refusals(replace(none, tables=bare))
    with pytest.raises(ValidationError, match="are not months"):
        toys.solve(toy(target=asked(months=(0, 13))))
