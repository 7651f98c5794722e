"""Targets of carbon dioxide: emissions of a year, emissions per GDP, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from pzh_energy.modeling import registry
from pzh_energy.reporting.scorecard import scorecard
from tests import made_accounts, toys
from tests.made_accounts import amount
from tests.toys import Cell, Toy

GDP = {"gdp": amount("activity", "gdp", {2020: 100, 2021: 150})}


def asking(target: Mapping[str, Any], made: Mapping[str, Mapping[str, Cell]] | None = None, **line: Cell) -> Toy:
    """Load of 100 MW, 876 GWh; plant of 100 MW at 300 CNY/MWh and 1 t/MWh, import at 500 CNY/MWh; 2020 and 2021."""
    plant = toys.thermal(100, operation="dispatchable", heat_rate=0.3, fuel_cost=1000, co2_factor=1)
    tables = {"thermal": {"plant": plant}, **toys.imports(500, **line), **({"made": made} if made else {})}
    spec = {"operator": "at_most", "mode": "hard", "year": 2021, **target}
    return Toy(tables, load=100, periods=(2020, 2021), targets={"C": spec})


def reported(toy: Toy) -> Toy:
    """The toy with its target only measured."""
    return replace(toy, targets={"C": {**(toy.targets or {})["C"], "mode": "report"}})


def price(solved: toys.Solved, year: int = 2021) -> float:
    """Shadow price of the target in a year, million CNY per unit of its metric."""
    assert solved.results is not None
    terms = solved.results.expressions["C"][year]
    return abs(float(solved["dual.target_C.requirement"].sel(period=year))) * terms["base"] / terms["scale"]


def test_cap_moves_power_from_the_plant_to_the_line() -> None:
    """Proves that a cap on emissions binds in its own year and is priced at what a tonne costs to avoid.

    By hand: the plant alone emits 876 kt. Half of it, 0.438 Mt, leaves 438 GWh for the line at 200 CNY/MWh more: 87.6
    million; a tonne costs 200 CNY, 200 million a Mt. If broken (every year) the cost would be twice that.
    """
    toy = asking({"metric": "co2_emissions", "value": 0.438})
    hard, free = made_accounts.solve(toy), made_accounts.solve(reported(toy))
    assert free.measured("C", 2021) == pytest.approx(0.876)
    assert hard.measured("C", 2021) == pytest.approx(0.438)
    assert hard.measured("C", 2020) == pytest.approx(0.876)
    assert hard.objective - free.objective == pytest.approx(87.6)
    assert price(hard) == pytest.approx(200)


def test_cap_without_a_year_holds_in_every_one() -> None:
    """Proves that a cap that names no year is a row for each.

    By hand: 87.6 million in each of two years. If broken (first or last year only) it would be half of it.
    """
    toy = asking({"metric": "co2_emissions", "value": 0.438, "year": None})
    cost = made_accounts.solve(toy).objective - made_accounts.solve(reported(toy)).objective
    assert cost == pytest.approx(175.2)


@pytest.mark.parametrize(
    ("counts", "from_plant"), [(("energy", "process", "captured", "import"), 438), (("energy", "process"), 557)]
)
def test_imports_count_at_the_factor_of_the_grid_unless_left_out(counts: tuple[str, ...], from_plant: float) -> None:
    """Proves that imports are counted, and that `counts` switches them off.

    By hand: the line brings 0.5 t/MWh, 100 kt of process emissions and 100 kt of capture add to nothing, the cap is
    0.657 Mt. x GWh of the plant and 876 − x of the line emit x + 0.5(876 − x): x = 438. Without import and capture
    x + 100 = 657: x = 557.
    """
    made = {"lime": amount("co2", "process", 100), "stored": amount("co2", "captured", 100, sign=-1)}
    toy = asking({"metric": "co2_emissions", "value": 0.657, "counts": counts}, made, co2_factor=0.5)
    solved = made_accounts.solve(toy)
    energy = float(solved.results.energy_twh(solved.results.ledger("electricity", "thermal")).sel(period=2021)) * 1e3
    assert energy == pytest.approx(from_plant)
    assert solved.measured("C", 2021) == pytest.approx(0.657)


def test_a_sink_counts_only_where_it_is_named() -> None:
    """Proves that a forest does not offset emissions by default.

    By hand: 876 kt less a sink of 76: 0.876 Mt, and 0.8 where the sink is named.
    """
    made = {"forest": amount("co2", "sink", 76, sign=-1)}
    spec = {"metric": "co2_emissions", "value": 1.0, "mode": "report"}
    assert made_accounts.solve(asking(spec, made)).measured("C", 2021) == pytest.approx(0.876)
    named = asking({**spec, "counts": ("energy", "sink")}, made)
    assert made_accounts.solve(named).measured("C", 2021) == pytest.approx(0.8)


def test_emissions_nobody_posts_are_refused_if_named() -> None:
    """Proves that a misspelt tag is refused, while a default that has nothing to count is passed over."""
    text = made_accounts.refusals(asking({"metric": "co2_emissions", "value": 1.0, "counts": ("enrgy",)}))
    assert "nothing in the co2 ledger is 'enrgy'. Did you mean \"energy\"?" in text


def test_intensity_is_emissions_per_gdp_against_the_base_year() -> None:
    """Proves that growth of GDP loosens the target, and what a percentage point costs.

    By hand: GDP grows by one half. −50 % allows 0.5·876·1.5 = 657 kt, so 219 GWh come over the line for 43.8 million
    more. Only reported the change is 1/1.5 − 1 = −33.3 %. A point is 8.76·1.5 = 13.14 kt, 2.628 million. If broken (GDP
    left out) 438 kt would be allowed; (GDP the wrong way round) 292.
    """
    toy = asking({"metric": "co2_intensity", "value": -50.0}, GDP)
    hard, free = made_accounts.solve(toy), made_accounts.solve(reported(toy))
    assert free.measured("C", 2021) == pytest.approx(-100 / 3)
    assert hard.measured("C", 2021) == pytest.approx(-50)
    assert hard.objective - free.objective == pytest.approx(43.8)
    assert price(hard) == pytest.approx(2.628)


def test_intensity_without_gdp_or_with_none_left_is_refused() -> None:
    """Proves that a missing or vanished GDP is refused and not divided by."""
    target = {"metric": "co2_intensity", "value": -20.0}
    assert "nothing in the activity ledger is 'gdp'" in made_accounts.refusals(asking(target))
    gone = {"gdp": amount("activity", "gdp", {2020: 100, 2021: 0})}
    assert "gdp of 2021 is 0" in made_accounts.refusals(asking(target, gone))


@pytest.mark.parametrize("base_year", [2019, 2021])
def test_intensity_against_a_year_that_does_not_come_before_is_refused(base_year: int) -> None:
    """Proves that the base year must be a period before the target's year."""
    text = made_accounts.refusals(asking({"metric": "co2_intensity", "value": -20.0, "base_year": base_year}, GDP))
    assert "speaks of is no period of the horizon" in text


YEARS = (2029, 2030, 2031)
LIME = {"lime": amount("co2", "process", {2029: 100, 2030: 100, 2031: 200}, saving_limit=1, saving_cost=2)}


def peaking(lime: Mapping[str, Mapping[str, Cell]] = LIME, periods: tuple[int, ...] = YEARS, **target: Any) -> Toy:
    """Lime kilns that emit 100, 100 and 200 kt, at 2 million CNY for a kt less; an empty plant can emit more."""
    plant = toys.thermal(100, operation="dispatchable", heat_rate=0.3, fuel_cost=2000, co2_factor=1)
    tables = {"thermal": {"plant": plant}, **toys.imports(500), "made": lime}
    spec = {"metric": "co2_peak", "operator": "at_most", "value": 2030.0, "mode": "hard", **target}
    return Toy(tables, load=100, periods=periods, targets={"C": spec})


def test_peak_holds_later_years_below_the_peak_year() -> None:
    """Proves that what comes after the peak year is held at its level, where raising that level does not pay.

    By hand: only reported the peak is in 2031. Held, a kt less in 2031 costs 2 million, a kt more in 2030 costs 1 GWh
    from the plant at 100 CNY/MWh more than the line, 0.1 million: 100 kt are raised in 2030, for 10 million, and both
    years emit 200. That is the gaming the ceiling is for: at 100 kt for 2030, 100 kt are saved in 2031, 200 million. If
    broken (rows before 2030, or none after) nothing would be paid.
    """
    free = made_accounts.solve(reported(peaking()))
    held, capped = made_accounts.solve(peaking()), made_accounts.solve(peaking(ceiling_kt=100.0))
    assert free.measured("C", 2030) == 2031
    assert (held.measured("C", 2030), capped.measured("C", 2030)) == (2030, 2029)
    assert held.objective - free.objective == pytest.approx(10)
    assert capped.objective - free.objective == pytest.approx(200)
    assert held.assembled.targets[0].periods == (2031,)
    assert capped.assembled.targets[0].periods == (2030, 2031)


def test_peak_is_priced_in_emissions() -> None:
    """Proves that a priced peak is missed where a Mt costs less than to hold it, and that the scorecard says so in Mt.

    By hand: at 50 million a Mt, 100 kt too many in 2031 cost 5 million, less than the 10 of raising 2030; the row's
    shadow price is 50 million a Mt.
    """
    solved = made_accounts.solve(peaking(mode="priced", price=50.0))
    free = made_accounts.solve(reported(peaking()))
    assert solved.objective - free.objective == pytest.approx(5)
    (row,) = scorecard(solved.results, solved.assembled.system.targets, registry.targets())
    assert (row.achieved, row.unit, row.verdict, row.margin) == (2031, "year", "missed", -1)
    assert (row.shortfall, row.price_unit) == (pytest.approx(0.1), "Mt")
    assert (row.shadow_price, row.shadow_price_year) == (pytest.approx(50), 2031)
    assert "0.200 Mt" in row.note_en and "20.0 万吨" in row.note_zh and "2030" in row.note_zh


def test_peak_without_a_later_year_is_not_computable_and_tells_the_highest_so_far() -> None:
    """Proves that a horizon that ends in the peak year gives no verdict.

    By hand: 100 kt of lime in both years, the first of them is named.
    """
    toy = peaking(periods=(2029, 2030))
    assert "speaks of is no period of the horizon" in made_accounts.refusals(toy)
    solved = made_accounts.solve(reported(toy))
    (row,) = scorecard(solved.results, solved.assembled.system.targets, registry.targets())
    assert (row.verdict, row.achieved) == ("not_computable", None)
    assert "0.100 Mt, in 2029" in row.note_en and "2029 年" in row.note_zh


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"operator": "at_least"}, "a peak is at most in a year"),
        ({"value": 2030.5}, "2030.5 is no year"),
        ({"year": 2029}, "year 2029 and value 2030 differ"),
        ({"tolerance": 1.0}, "a year has no tolerance"),
    ],
)
def test_a_peak_that_is_no_year_is_refused(wrong: dict[str, Any], said: str) -> None:
    """Proves that operator, value, year and tolerance must make sense together."""
    stated = {"metric": "co2_peak", "operator": "at_most", "value": 2030.0, **wrong}
    with pytest.raises(ValidationError, match=said):
        registry.targets()["co2_peak"].Spec(**stated)
