"""Parameter tables on the axes of a run: every declared parameter of every item, or a refusal that says where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from pzh_energy.domain.errors import InputError, Problems
from pzh_energy.inputs.datapackage import Row, parameter_rows
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.scenario import Horizon, Override, Scenario
from pzh_energy.inputs.tables import align, override_rows

PARAMETERS = (
    Parameter("bus", "text", "where it stands"),
    Parameter("capacity", "MW", "its size", maximum=500),
    Parameter("capex", "CNY/kW", "its cost", "linear", default=7.0),
    Parameter("growth", "1/yr", "how it grows", "step", default=0.0, minimum=-0.5),
    Parameter("build", "MW/yr", "what is added", "exact", default=0.0),
    Parameter("kind", "text", "its kind", default="old", choices=("old", "new")),
    Parameter("since", "date", "its first day", default="2000-01-01"),
)
PERIODS = (2020, 2022, 2025)
UNITS = {p.name: p.unit for p in PARAMETERS}


def row(parameter: str, value: Any, year: int | None = None, item: str = "one", unit: str = "") -> dict[str, Any]:
    """A row in the declared unit."""
    return {"item": item, "parameter": parameter, "year": year, "value": value, "unit": unit or UNITS[parameter]}


def aligned(*rows: dict[str, Any], complete: bool = True, last_year: int = 2026) -> xr.Dataset:
    """The table of some rows; bus and capacity are added for the item `one` if `complete`."""
    base = [row("bus", "city"), row("capacity", 100)] if complete else []
    problems = Problems()
    table = align("plants", parameter_rows([*base, *rows]), PARAMETERS, PERIODS, last_year, problems)
    problems.raise_if_any()
    return table


def refusal(*rows: dict[str, Any], complete: bool = True) -> str:
    """What some rows are refused for."""
    with pytest.raises(InputError) as caught:
        aligned(*rows, complete=complete)
    return str(caught.value)


def values(table: xr.Dataset, name: str) -> list[Any]:
    """Values of the first item."""
    return list(np.asarray(table[name].values[0]).tolist())


def test_items_keep_the_order_of_their_first_rows() -> None:
    table = aligned(row("bus", "b", item="zeta"), row("capacity", 1, item="zeta"), row("kind", "new"))
    assert table["item"].values.tolist() == ["one", "zeta"]
    assert table["kind"].values.tolist() == ["new", "old"]
    assert table["capacity"].values.tolist() == [100, 1]
    assert table["capacity"].attrs == {"units": "MW", "long_name": "its size"}


def test_linear_values_run_straight_between_years_and_flat_outside() -> None:
    table = aligned(row("capex", 100, 2021), row("capex", 400, 2024))
    assert values(table, "capex") == pytest.approx([100, 200, 400])


def test_rows_may_stand_in_any_order_of_years() -> None:
    table = aligned(
        row("capex", 400, 2024), row("capex", 100, 2021), row("growth", 0.2, 2023), row("growth", 0.1, 2020)
    )
    assert values(table, "capex") == pytest.approx([100, 200, 400])
    assert values(table, "growth") == [0.1, 0.1, 0.1, 0.2, 0.2, 0.2, 0.2]


def test_a_value_without_a_year_holds_for_all() -> None:
    table = aligned(row("capex", 100), row("growth", 0.1))
    assert values(table, "capex") == [100, 100, 100]
    assert values(table, "growth") == [0.1] * 7


def test_a_step_holds_until_the_next_and_backwards_before_the_first() -> None:
    table = aligned(row("growth", 0.1, 2021), row("growth", 0.2, 2024))
    assert table["year"].values.tolist() == [2020, 2021, 2022, 2023, 2024, 2025, 2026]
    assert values(table, "growth") == [0.1, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2]


def test_an_exact_value_belongs_to_its_year_alone() -> None:
    assert values(aligned(row("build", 30, 2021), row("build", 40, 2026)), "build") == [0, 30, 0, 0, 0, 0, 40]


def test_the_years_reach_back_to_the_first_the_table_speaks_of() -> None:
    table = aligned(row("growth", 0.1, 2018))
    assert table["year"].values.tolist() == list(range(2018, 2027))


def test_defaults_stand_where_nothing_is_said() -> None:
    table = aligned()
    assert values(table, "capex") == [7, 7, 7]
    assert values(table, "build") == [0] * 7
    assert table["since"].values.tolist() == ["2000-01-01"]


def test_a_table_without_rows_has_no_items() -> None:
    table = aligned(complete=False)
    assert table.sizes == {"item": 0, "period": 3, "year": 7}


def test_a_missing_parameter_is_named_with_its_meaning() -> None:
    assert "plants.csv one.capacity: missing. Add a row in MW: its size." in refusal(row("bus", "city"), complete=False)


def test_an_unknown_parameter_is_refused_with_the_nearest_one() -> None:
    text = refusal(row("capxe", 1, unit="CNY/kW"))
    assert 'plants.csv:4 one.capxe: unknown parameter. Did you mean "capex"?' in text


def test_a_value_in_another_unit_is_refused() -> None:
    text = refusal(row("capex", 5, unit="CNY/MW"))
    assert "plants.csv:4 one.capex: unit 'CNY/MW', expected 'CNY/kW'. Convert the value and the unit." in text


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (row("capex", "many"), "one.capex: 'many' is not a number. Give a number in CNY/kW."),
        (row("capex", "nan"), "one.capex: 'nan' is not finite."),
        (row("capex", "inf"), "one.capex: 'inf' is not finite."),
        (row("capex", -1), "one.capex: -1 is below 0 CNY/kW. It is its cost."),
        (row("growth", -0.6, 2020), "one.growth: -0.6 is below -0.5 1/yr."),
        (row("kind", "odl"), "one.kind: 'odl' is not allowed. Did you mean \"old\"?"),
        (row("since", "2020-02-30"), "one.since: '2020-02-30' is not a date. Write YYYY-MM-DD."),
        (row("kind", "new", 2020), "one.kind: is a text that may not depend on the year."),
        (row("build", 5), "one.build: is a yearly amount without a year. State the year of each amount."),
    ],
)
def test_a_bad_value_is_refused_with_its_place(bad: dict[str, Any], said: str) -> None:
    text = refusal(bad)
    assert "plants.csv" in text
    assert said in text


def test_a_value_above_its_maximum_is_refused() -> None:
    text = refusal(row("bus", "b", item="big"), row("capacity", 501, item="big"))
    assert "plants.csv:5 big.capacity: 501 is above 500 MW." in text


def test_a_year_on_what_does_not_depend_on_it_is_refused() -> None:
    text = refusal(row("bus", "b", item="two"), row("capacity", 5, 2020, item="two"))
    assert "plants.csv two.capacity: has a year, but does not depend on it." in text


def test_rows_with_and_without_a_year_are_refused() -> None:
    text = refusal(row("capex", 5), row("capex", 6, 2025))
    assert "plants.csv one.capex: has rows with and without a year." in text


def test_every_fault_is_told_at_once() -> None:
    text = refusal(row("capex", -1), row("kind", "odl"), row("colour", 1, unit="1"), row("bus", "b", item="two"))
    assert len(text.splitlines()) == 4


TABLES = {"plants": parameter_rows([row("bus", "city"), row("capex", 100, 2020), row("capex", 200, 2030)])}


def overridden(*overrides: dict[str, Any]) -> tuple[tuple[Row, ...], list[str]]:
    """The table after some overrides, and what they are refused for."""
    whole = [{"table": "plants", "item": "one", "unit": "CNY/kW", "reason": "tender", **each} for each in overrides]
    scenario = Scenario(
        name="s",
        data_path=Path(),
        horizon=Horizon(periods=(2020,)),
        technologies={},
        overrides=tuple(Override(**each) for each in whole),
    )
    problems = Problems()
    declared = {"plants": (Parameter("potential", "MW", "limit", default=0.0),)}
    tables = override_rows(TABLES, declared, scenario, problems)
    return tables["plants"], [str(problem) for problem in problems.found]


def capex(rows: tuple[Row, ...]) -> dict[int | None, str]:
    """Cost by year."""
    return {r.year: r.value for r in rows if r.parameter == "capex"}


def test_an_override_reaches_a_parameter_left_at_its_default() -> None:
    rows, refused = overridden({"parameter": "potential", "value": 7.0, "unit": "MW"})
    assert not refused
    assert [(r.item, r.value, r.year, r.grade) for r in rows if r.parameter == "potential"] == [
        ("one", "7.0", None, "D")
    ]


def test_an_override_of_one_year_of_a_value_for_all_years_is_refused() -> None:
    _, refused = overridden({"parameter": "bus", "year": 2030, "value": "other", "unit": "text"})
    assert len(refused) == 1
    assert "bus is stated for all years at once; 2030 would replace them all." in refused[0]


def test_an_override_of_a_year_replaces_or_adds_it() -> None:
    rows, refused = overridden(
        {"parameter": "capex", "year": 2030, "value": 150}, {"parameter": "capex", "year": 2025, "value": 1.5}
    )
    assert refused == []
    assert capex(rows) == {2020: "100", 2030: "150", 2025: "1.5"}


def test_an_override_without_a_year_holds_for_every_year() -> None:
    rows, refused = overridden({"parameter": "capex", "value": 50})
    assert refused == []
    assert capex(rows) == {None: "50"}


def test_an_override_says_why_and_carries_no_range() -> None:
    rows, _ = overridden({"parameter": "bus", "value": "town", "unit": "text"})
    (new,) = [r for r in rows if r.parameter == "bus"]
    assert (new.value, new.source, new.grade, new.low, new.high) == ("town", "scenario: tender", "D", None, None)


def test_the_package_itself_is_left_alone() -> None:
    overridden({"parameter": "capex", "value": 50})
    assert capex(TABLES["plants"]) == {2020: "100", 2030: "200"}


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ({"table": "plant", "parameter": "capex", "value": 1}, 'no table plant. Did you mean "plants"?'),
        ({"item": "on", "parameter": "capex", "value": 1}, 'no item on in plants. Did you mean "one"?'),
        ({"parameter": "capx", "value": 1}, 'one has no capx. Did you mean "capex"?'),
        ({"parameter": "capex", "value": 1, "unit": "CNY/MW"}, "unit CNY/MW where the table has CNY/kW. Write CNY/kW."),
    ],
)
def test_an_override_of_what_is_not_there_is_refused(override: dict[str, Any], said: str) -> None:
    rows, refused = overridden(override)
    assert len(refused) == 1
    assert said in refused[0]
    assert capex(rows) == {2020: "100", 2030: "200"}
