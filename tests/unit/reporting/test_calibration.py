"""The run beside published figures: within, outside, or not compared, by hand."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import pytest

from pzh_energy.inputs.datapackage import Observed
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.calibration import CALIBRATION, calibration
from tests import toys
from tests.toys import Toy
from tests.unit.reporting.test_tables import only

WORTH = {"economy": {"gdp": {"base_value": 2.628, "base_year": 2020, "growth": 0.0}}}
"""A value added of 2.628 (100 million CNY): 262.8 ktce are then 10 tce for 10 000 CNY."""


def figure(category: str, value: float, low: float | None, high: float | None, year: int = 2020) -> dict[str, Any]:
    """A figure as the provenance of a run holds it."""
    stated = Observed("observed_energy", year, category, value, "any", low, high, "B", "a book", "a note")
    return asdict(stated)


def compared(*figures: dict[str, Any], accounts: bool = True) -> Any:
    """The table of a city of 100 MW, of which coal that must run gives 40 MW at 0.3 tce/MWh and a creek the rest."""
    coal = toys.thermal(40, heat_rate=0.3, primary_energy="coal", co2_factor=0.8)
    tables = {"run_of_river": {"creek": toys.run_of_river(60)}, "thermal": {"plant": coal}, **WORTH}
    solved = toys.solve(Toy({**tables, **(toys.accounting() if accounts else {})}, load=100))
    return calibration(Results(solved.results.data, {"observed": list(figures)}))


BY_HAND = {
    "electricity_consumption": 0.876,
    "primary_energy": 0.2628,
    "non_fossil_share": 60.0,
    "coal": 0.10512,
    "oil": 0.0,
    "co2_energy": 0.8 * 0.3504,
    "energy_intensity": 10.0,
}
"""TWh; 100 MW at 2.628 ktce each; 60 of 100 MW; 350.4 GWh at 0.3 ktce and at 0.8 t/MWh; tce for 10 000 CNY."""


@pytest.mark.parametrize("quantity", BY_HAND)
def test_a_quantity_of_the_run_is_within_its_range_or_outside(quantity: str) -> None:
    value = BY_HAND[quantity]
    table = compared(figure(quantity, value, value - 0.01, value + 0.01), figure(f"{quantity}_by_other", 9, 8.5, 9.5))
    own, other = only(table, by=""), only(table, by="other")
    assert own["model"] == pytest.approx(value)
    assert (own["verdict"], other["verdict"]) == ("within", "outside")
    assert (own["quantity"], other["quantity"]) == (quantity, quantity)


def test_the_ends_of_the_range_belong_to_it_and_what_is_beyond_does_not() -> None:
    for low, high, verdict in ((50.0, 59.9, "outside"), (50.0, 60.001, "within"), (60.001, 70.0, "outside")):
        assert only(compared(figure("non_fossil_share", 55.0, low, high)), year=2020)["verdict"] == verdict


def test_without_a_range_or_a_year_or_accounts_nothing_is_compared() -> None:
    """A figure without a range is shown beside the run; one of another year, or of a run that counts none, has none."""
    bare = only(compared(figure("coal", 9.0, None, None)), year=2020)
    assert (bare["verdict"], bare["model"]) == ("not_compared", pytest.approx(0.10512))
    assert math.isnan(bare["low"])
    before = only(compared(figure("coal", 9.0, 8.0, 10.0, year=2016)), year=2016)
    assert before["verdict"] == "not_compared" and math.isnan(before["model"])
    uncounted = only(compared(figure("coal", 9.0, 8.0, 10.0), accounts=False), year=2020)
    assert uncounted["verdict"] == "not_compared" and math.isnan(uncounted["model"])


def test_other_observations_are_left_out_and_grade_and_source_are_kept() -> None:
    table = compared(figure("hydro", 1.0, 0.0, 2.0), figure("coal", 1.0, 0.0, 2.0))
    assert list(table["quantity"]) == ["coal"]
    kept = only(table, quantity="coal")
    assert (kept["grade"], kept["source"], kept["note"], kept["stated"]) == ("B", "a book", "a note", 1.0)
    assert list(table.columns) == [column.name for column in CALIBRATION]
