"""What must not matter: the order of rows and of technologies, a weather year twice, how years are cut into periods."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pzh_energy.inputs.datapackage import DataPackage, Row
from pzh_energy.modeling.compiler import LinearProgram, Slice
from tests.properties.strategies import FEW, VARIANTS, Variant
from tests.systems import (
    COARSE,
    RICH,
    build,
    declared_tables,
    optimum,
    package,
    rich_package,
    scaled,
    scenario,
    solve,
    system,
    system_of,
    with_rows,
    with_value,
    with_weather,
)

ORDERED = {"export_tiers"}
"""Tiers of a line stand in the order of falling prices; another order of the items is refused."""


def labels(slices: Sequence[Slice]) -> list[str]:
    """Readable names of all rows or columns."""
    return [
        f"{place.name}[{', '.join(map(str, cell))}]"
        for place in slices
        for cell in itertools.product(*place.coordinates)
    ]


def assert_same_but_for_order(ours: LinearProgram, other: LinearProgram) -> None:
    """Same rows and columns by name, with the same numbers."""
    rows, columns = (
        [np.argsort(labels(getattr(p, part))) for p in (ours, other)] for part in ("constraints", "variables")
    )
    assert sorted(labels(ours.constraints)) == sorted(labels(other.constraints))
    assert sorted(labels(ours.variables)) == sorted(labels(other.variables))
    difference = ours.matrix[rows[0]][:, columns[0]] - other.matrix[rows[1]][:, columns[1]]
    assert abs(difference).max() <= 1e-9 * abs(ours.matrix).max()
    for name, order in (("row_lower", rows), ("row_upper", rows), ("column_lower", columns), ("column_upper", columns)):
        np.testing.assert_allclose(getattr(ours, name)[order[0]], getattr(other, name)[order[1]], 1e-10, 1e-9)
    np.testing.assert_allclose(ours.cost[columns[0]], other.cost[columns[1]], 1e-10, 1e-12)


@FEW
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_in_a_table_is_irrelevant(shuffler: random.Random) -> None:
    tables = {}
    for table, rows in rich_package().parameters.items():
        shuffled = shuffler.sample(rows, len(rows))
        if table in ORDERED:
            items = list(dict.fromkeys(r.item for r in rows))
            shuffled.sort(key=lambda row: items.index(row.item))
        tables[table] = tuple(shuffled)
    _, _, ours = build(system(RICH, rich_package()))
    _, _, other = build(system(RICH, replace(rich_package(), parameters=tables)))
    assert_same_but_for_order(ours, other)


def test_the_order_of_technologies_is_irrelevant() -> None:
    asked = scenario(RICH)
    turned = replace(asked, technologies=dict(reversed(asked.technologies.items())))
    _, _, ours = build(system_of(asked, rich_package()))
    _, _, other = build(system_of(turned, rich_package()))
    assert ours.variables == other.variables
    assert (ours.matrix != other.matrix).nnz == 0


@FEW
@given(VARIANTS, st.sampled_from([0.1, 0.5, 0.9]))
def test_a_weather_year_twice_is_a_weather_year_once(variant: Variant, share: float) -> None:
    twin = with_weather(package(), "twin", {"": 1.0})
    data = replace(twin, parameters=variant.package().parameters)
    once = solve(system([COARSE], data))
    both = f"weather={{normal: {{probability: {share}}}, twin: {{probability: {1 - share}}}}}"
    twice = solve(system([COARSE, both], data))
    assert twice.objective == pytest.approx(once.objective, rel=1e-9)
    for name in ("wind.capacity", "solar_pv.capacity"):
        np.testing.assert_allclose(twice.results[name].values, once.results[name].values, rtol=1e-6, atol=1e-3)


def unchanging(base: DataPackage) -> DataPackage:
    """A package in which nothing depends on the year: first values hold throughout, no growth, nothing is added."""
    over = {(table, p.name): p.over for table, parameters in declared_tables().items() for p in parameters}
    seen: set[tuple[str, str, str]] = set()

    def still(table: str, row: Row) -> Row | None:
        kind = over.get((table, row.parameter), "item")
        if kind == "exact":
            return None
        if kind == "item":
            return row
        first = (table, row.item, row.parameter) not in seen
        seen.add((table, row.item, row.parameter))
        return replace(row, year=None, value="0" if row.parameter == "growth" else row.value) if first else None

    made = with_value(with_rows(base, still), "electricity_demand", "city_total", "base_year", 2026, "year")
    for measure in ("gdp", "industrial_value_added"):
        made = with_value(made, "economy", measure, "base_year", 2026, "year")
    return made


def with_build(base: DataPackage, megawatts: float) -> DataPackage:
    """Nothing may be built but so many MW of utility PV, decided for 2026; all exports earn the first tier's price."""
    for table, item in (("wind", "ridge"), ("solar_pv", "utility"), ("solar_pv", "rooftop")):
        base = with_value(base, table, item, "max_build", 0, "MW/yr")
    base = scaled(base, "end_use_options", "max_build", 0)
    base = with_value(base, "solar_pv", "utility", "committed_build", megawatts, "MW/yr", year=2026)
    base = with_value(base, "grid_exchange", "provincial", "export_limit", 20000, "MW")
    return with_value(base, "export_tiers", "tier_1", "width", 1000, "TWh/yr")


@pytest.mark.parametrize("megawatts", [0, 400])
def test_years_alike_cost_the_same_however_they_are_cut_into_periods(megawatts: float) -> None:
    """All units stand by 2026 and nothing changes afterwards, so three years are three years.

    By hand: with linear revenue the cost of a period is its discounted years times the yearly cost; a plant built in
    2026 serves and pays for half of it, whether 2026 is a period of its own or stands for 2026 to 2028.
    """
    data = with_build(unchanging(package()), megawatts)

    def cost(periods: str, last: int) -> float:
        horizon = f"horizon={{periods: {periods}, last_period_years: {last}, history_until: 2025}}"
        return optimum(system_of(replace(scenario([COARSE, horizon]), targets={}), data))

    yearly = cost("2026..2028", 1)
    assert cost("[2026]", 3) == pytest.approx(yearly, rel=1e-9)
    assert cost("[2026, 2027]", 2) == pytest.approx(yearly, rel=1e-9)
    assert cost("[2026, 2028]", 1) == pytest.approx(yearly, rel=1e-9)
    if megawatts:
        assert yearly != pytest.approx(optimum_without_build(), rel=1e-6)


def optimum_without_build() -> float:
    """Cost of 2026 to 2028 if nothing is added."""
    horizon = "horizon={periods: 2026..2028, last_period_years: 1, history_until: 2025}"
    data = with_build(unchanging(package()), 0)
    return optimum(system_of(replace(scenario([COARSE, horizon]), targets={}), data))
