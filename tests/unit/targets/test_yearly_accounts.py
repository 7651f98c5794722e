"""Metrics of the accounts by the year, measured from tables made by hand."""

from __future__ import annotations

import pytest

from tests.unit.targets.made import measured, posted, results


def taken(values: list[list[float]], tags: list[str]) -> object:
    """An entry with the sign −1."""
    entry = posted(values, tags)
    entry.attrs["sign"] = -1
    return entry


FOUND = results(
    {
        "ledger.co2.plant.coal": posted([[600, 900], [400, 300]], ["energy", "coal"], ["a", "b"]),
        "ledger.co2.kiln.lime": posted([[100, 100]], ["process"]),
        "ledger.co2.kiln.stored": taken([[0, 50]], ["captured"]),
        "ledger.co2.forest.grown": taken([[500, 500]], ["sink"]),
        "ledger.activity.economy.gdp": posted([[1000, 1250]], ["gdp"]),
        "ledger.activity.economy.industry": posted([[500, 500]], ["industrial_value_added"]),
        "ledger.fuel.trucks.oil": posted([[200, 210]], ["oil", "land_transport"]),
        "ledger.fuel.cars.oil": posted([[50, 45]], ["oil", "land_transport"]),
        "ledger.fuel.mills.oil": posted([[70, 700]], ["oil", "industry"]),
    }
)


def test_emissions_are_net_of_what_is_captured_and_leave_sinks_out() -> None:
    assert measured("co2_emissions", FOUND) == pytest.approx(1.1)
    assert measured("co2_emissions", FOUND, 2021) == pytest.approx(1.25)
    assert measured("co2_emissions", FOUND, 2021, counts=("process", "sink")) == pytest.approx(-0.4)


def test_intensity_is_relative_to_gdp_and_the_base_year() -> None:
    """1200 over 1250 against 1000 over 1000: −4 %; with processes and capture 1250/1250 against 1100/1000."""
    assert measured("co2_intensity", FOUND, 2021) == pytest.approx(-4)
    every = ("energy", "process", "captured")
    assert measured("co2_intensity", FOUND, 2021, counts=every) == pytest.approx(100 * (1 / 1.1 - 1))


def test_intensity_against_a_year_without_emissions_cannot_be_computed() -> None:
    empty = results({"ledger.activity.economy.gdp": posted([[1000, 1250]], ["gdp"])})
    with pytest.raises(ZeroDivisionError, match="2020"):
        measured("co2_intensity", empty, 2021)


def test_growth_is_that_of_entries_that_carry_every_tag() -> None:
    assert measured("fuel_growth", FOUND, 2021, uses=("oil", "land_transport")) == pytest.approx(2)
    assert measured("fuel_growth", FOUND, 2021, uses=("oil",)) == pytest.approx(100 * (955 / 320 - 1))


def test_growth_has_no_first_year() -> None:
    with pytest.raises(ZeroDivisionError, match="before 2020"):
        measured("fuel_growth", FOUND, 2020, uses=("oil",))


def test_growth_from_nothing_cannot_be_computed() -> None:
    grown = results({"ledger.fuel.trucks.oil": posted([[0, 10]], ["oil"])})
    with pytest.raises(ZeroDivisionError, match="2020"):
        measured("fuel_growth", grown, 2021, uses=("oil",))


def test_dependence_counts_gross_import_and_unserved_demand_over_every_load() -> None:
    """By hand: 10 MW imported and 5 unserved of 40 + 20 MW at every hour: a quarter; exports and fuel cells are out."""
    steady = [[[[1.0, 1.0], [1.0, 1.0]]] * 2]

    def flow(megawatt: float, tags: list[str], sign: int) -> object:
        entry = posted(steady, tags) * megawatt
        return entry.assign_attrs(sign=sign, tags=" ".join(tags), bus_of="{}")

    found = results(
        {
            "ledger.electricity.grid.import": flow(10, ["import"], 1),
            "ledger.electricity.grid.export": flow(30, ["export"], -1),
            "ledger.electricity.dark.unserved": flow(5, ["unserved"], 1),
            "ledger.electricity.city.load": flow(40, ["consumption"], -1),
            "ledger.electricity.plant.input": flow(20, ["electrolysis", "hydrogen_chain"], -1),
            "ledger.electricity.cell.output": flow(8, ["fuel_cell", "hydrogen_chain"], 1),
        }
    )
    assert measured("import_dependence", found) == pytest.approx(25)
