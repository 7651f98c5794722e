"""Every finding by hand, each with what makes it change or vanish: sentences follow from numbers of the run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from pzh_energy.inputs.datapackage import Label
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.modeling import registry
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.findings import Finding, findings
from pzh_energy.reporting.labels import stated
from pzh_energy.reporting.scorecard import ScorecardRow, scorecard
from pzh_energy.reporting.track import Track
from tests import toys
from tests.systems import COARSE, solve, system
from tests.toys import Table, Toy
from tests.unit.reporting.made import dataset, entry, over, row

KTCE_PER_MW = 8.76 * 0.3
"""What a MW through the year stands for at the toys' coal rate."""
SCALES = (1.0, 10.0, 100.0, 0.1, 0.01, 1e-3)
"""Factors between internal and displayed units."""


def spec(metric: str, **fields: Any) -> TargetSpec:
    """A completed target."""
    return registry.targets()[metric].Spec(metric=metric, **fields)


def of(results: Results, targets: Mapping[str, TargetSpec], rows: Sequence[ScorecardRow] = ()) -> dict[str, Finding]:
    """Findings by id; no id comes twice, and every one is filled in both languages."""
    found = findings(results, targets, rows)
    assert len({each.identifier for each in found}) == len(found)
    for each in found:
        assert_filled(each)
    return {each.identifier: each for each in found}


def assert_filled(finding: Finding) -> None:
    """Texts in both languages without gaps, and no number in them that is not among the values."""
    for text in (finding.title_zh, finding.title_en, finding.text_zh, finding.text_en):
        assert text and "{" not in text and "}" not in text and "nan" not in text
    assert re.search("[一-鿿]", finding.title_zh) and re.search("[一-鿿]", finding.text_zh)
    assert not re.search("[一-鿿]", finding.title_en + finding.text_en.replace("煤", ""))
    shown = [value * scale for value in finding.values.values() for scale in SCALES]
    for text in (finding.text_zh, finding.text_en):
        for number in re.findall(r"(?<![A-Za-z_\d.])-?\d+(?:\.\d+)?", text):
            digits = len(number.partition(".")[2])
            near = 0.5001 * 10.0**-digits
            assert any(abs(abs(value) - abs(float(number))) <= near for value in shown), f"{number} in: {text}"


# Capacities: results made by hand, 2025 and 2030.


def stock(**by_entry: tuple[str, Sequence[float]]) -> Results:
    """Capacity [MW] of 2025 and 2030 by entry, with its tags."""
    data = {
        f"ledger.capacity.{name}.capacity": over("plant", [list(values)], "period", **entry(1, tags))
        for name, (tags, values) in by_entry.items()
    }
    return Results(dataset(data, plant=["all"]))


def capacity(value: float, year: int, *carriers: str) -> TargetSpec:
    """At least so many GW."""
    return spec("installed_capacity", value=value, year=year, carriers=carriers, operator="at_least")


CITY = stock(
    hydro=("hydro statistical physical", (6000.0, 6600.0)), wind=("wind statistical physical", (1000.0, 3000.0))
)


def test_parts_that_ask_more_than_their_headline_are_told_with_the_gap() -> None:
    """By hand: 6.6 + 3.0 = 9.6 GW against 9.0: 0.6 more; the plan has 6.6 + 3.0 GW."""
    parts = {"H": capacity(6.6, 2030, "hydro"), "W": capacity(3.0, 2030, "wind")}
    found = of(CITY, {**parts, "ALL": capacity(9.0, 2030, "hydro", "wind")})["parts_and_headline_ALL"]
    assert found.values["gap"] == pytest.approx(0.6)
    assert found.values["achieved"] == pytest.approx(9.6)
    assert "the parts ask 0.600 GW more" in found.text_en
    assert "分项更严60.0 万千瓦" in found.text_zh


def test_a_headline_above_its_parts_is_told_the_other_way_round_and_an_equal_one_not_at_all() -> None:
    parts = {"H": capacity(6.6, 2030, "hydro"), "W": capacity(3.0, 2030, "wind")}
    found = of(CITY, {**parts, "ALL": capacity(10.0, 2030, "hydro", "wind")})["parts_and_headline_ALL"]
    assert "the headline asks 0.400 GW more" in found.text_en
    assert not of(CITY, {**parts, "ALL": capacity(9.6, 2030, "hydro", "wind")})


def test_a_part_of_an_earlier_year_that_stands_counts_too() -> None:
    """By hand: hydro 6.6 GW in 2025 and wind 3 GW in 2030 against 9 GW in 2030; the plan of 2030 has 9.6 GW."""
    targets = {"H": capacity(6.6, 2025, "hydro"), "W": capacity(3.0, 2030, "wind")}
    found = of(CITY, {**targets, "ALL": capacity(9.0, 2030, "hydro", "wind")})["parts_and_headline_ALL"]
    assert (found.values["parts"], found.values["year"]) == (pytest.approx(9.6), 2030)
    assert not of(CITY, {**targets, "ALL": capacity(9.0, 2025, "hydro", "wind")})


def test_a_unit_that_is_less_than_the_capacity_asked_beside_it() -> None:
    """By hand: 65 MW promised, 6.6 GW asked, 6.0 GW there: 0.6 GW needed. With 6.065 GW asked the unit is enough."""
    unit = spec("unit_commissioned", generating_unit="one", value=65.0, year=2030, operator="reach")
    found = of(CITY, {"U": unit, "H": capacity(6.6, 2030, "hydro")})["promised_unit_U"]
    assert found.values["needed"] == pytest.approx(0.6)
    assert found.values["promised"] == pytest.approx(0.065)
    assert not of(CITY, {"U": unit, "H": capacity(6.065, 2030, "hydro")})


def test_statistics_that_run_ahead_of_the_plant() -> None:
    """By hand: 6.2 counted and 5.8 running in 2025, 6.6 of both in 2030: 0.4 and 0.8 GW of growth."""
    both = stock(counted=("hydro statistical", (6200.0, 6600.0)), real=("hydro physical", (5800.0, 6600.0)))
    found = of(both, {"H": capacity(6.6, 2030, "hydro")})["two_series_H"]
    values = {name: found.values[name] for name in ("gap", "counted", "built")}
    assert values == {"gap": pytest.approx(0.4), "counted": pytest.approx(0.4), "built": pytest.approx(0.8)}
    assert not of(CITY, {"H": capacity(6.6, 2030, "hydro")})


@pytest.mark.parametrize(("creek", "by_credit", "by_storage"), [(1000.0, 80.0, 30.0), (6000.0, 40.0, 15.0)])
def test_a_share_of_regulated_hydro_by_credit_and_by_storage(creek: float, by_credit: float, by_storage: float) -> None:
    """By hand: 1.5 GW with own storage, 2.5 GW by credit; with 1 GW of creek 4 of 5 GW and 1.5 of 5 GW."""
    rivers = stock(
        dam=("hydro statistical own_regulation=season credited_regulation=season", (1500.0, 1500.0)),
        below=("hydro statistical own_regulation=day credited_regulation=season", (2500.0, 2500.0)),
        creek=("hydro statistical own_regulation=day credited_regulation=day", (creek, creek)),
    )
    target = spec(
        "capacity_share",
        carriers=("credited_regulation=season",),
        of=("hydro",),
        value=82.0,
        year=2030,
        operator="reach",
    )
    found = of(rivers, {"R": target})["credited_regulation_R"]
    assert found.values["by_credit"] == pytest.approx(by_credit)
    assert found.values["by_storage"] == pytest.approx(by_storage)
    own = target.model_copy(update={"carriers": ("own_regulation=season",)})
    assert not of(rivers, {"R": own})


def test_growth_that_a_later_target_asks_of_what_is_reached() -> None:
    """By hand: 1 GW in 2025, asked 0.5; 1.61051 GW in 2030 is 10 % a year, 0.122102 GW each; from 0.5 it is 26.35 %."""
    targets = {"A": capacity(0.5, 2025, "wind"), "B": capacity(1.1**5, 2030, "wind")}
    found = of(CITY, targets)["growth_asked_B"]
    assert found.values["rate"] == pytest.approx(10.0)
    assert found.values["pace"] == pytest.approx((1.1**5 - 1) / 5)
    assert found.values["from_target"] == pytest.approx(100 * ((1.1**5 / 0.5) ** 0.2 - 1))
    less = stock(wind=("wind statistical physical", (500.0, 3000.0)))
    assert of(less, targets)["growth_asked_B"].values["rate"] > 20


# Energy: a city of 100 MW in 2020 and 200 MW in 2030, of which coal that must run gives 40 MW in both.

SHARE = {"metric": "non_fossil_share", "operator": "at_least", "year": 2030, "value": 60.0}


def city(plant: Mapping[str, Any] | None = None, doubles: bool = True, **tables: Table) -> Toy:
    """A creek of 60 MW, and from 2030 on average 100 MW of wind, which go abroad where the load does not double."""
    coal = toys.thermal(40, heat_rate=0.3, primary_energy="coal")
    blow = toys.wind(committed_build={2030: 200})
    return Toy(
        {
            "run_of_river": {"creek": toys.run_of_river(60)},
            "wind": {"ridge": blow},
            "thermal": {"plant": {**coal, **(plant or {})}},
            "grid_exchange": {"grid": toys.line(300, 500, export_limit=1000)},
            "economy": {"gdp": {"base_value": 1000, "base_year": 2020, "growth": 0.1}},
            **toys.accounting(),
            **tables,
        },
        load=100,
        periods=(2020, 2030),
        history_until=2020,
        growth=2**0.1 - 1 if doubles else 0.0,
    )


def of_toy(toy: Toy, **targets: Mapping[str, Any]) -> dict[str, Finding]:
    """Findings of a solved toy with these targets, its scorecard known."""
    solved = toys.solve(replace(toy, targets=targets))
    specs = solved.assembled.system.targets
    return of(solved.results, specs, scorecard(solved.results, specs, registry.targets()))


@pytest.mark.parametrize(("value", "title"), [(50.0, "decides"), (30.0, "met by every"), (85.0, "missed by every")])
def test_one_share_under_every_rule_and_whether_the_rule_decides(value: float, title: str) -> None:
    """By hand, 2020: 60 of 100 MW by the first three rules; by heat content 7.2 of 7.2 + 12 = 37.5 %."""
    found = of_toy(city(), S={**SHARE, "year": 2020, "value": value})["accounting_rules_S"]
    assert found.values["substitution_consumption"] == pytest.approx(60)
    assert found.values["substitution_production"] == pytest.approx(60)
    assert found.values["calorific"] == pytest.approx(37.5)
    assert title in found.title_en


def test_wind_for_a_load_that_doubles_moves_the_share_and_wind_for_export_does_not() -> None:
    """By hand: 0.876 TWh more are 262.8 ktce; 60 % in 2020. With the load 80 % in 2030, by full credit 86.67 %.

    Without growth nothing moves and all goes abroad; credited in full it would be 420.48 of 525.6 ktce, 80 %.
    """
    targets = {"A": {**SHARE, "year": 2020}, "B": SHARE}
    grown = of_toy(city(), **targets)["export_does_not_count_B"].values
    assert (grown["added"], grown["worth"]) == (pytest.approx(0.876), pytest.approx(262.8))
    assert (grown["moved"], grown["points"]) == (pytest.approx(20), pytest.approx(100 * (683.28 / 788.4 - 0.8)))
    assert (grown["export"], grown["used"]) == (pytest.approx(0, abs=1e-9), pytest.approx(0.876))
    still = of_toy(city(doubles=False), **targets)["export_does_not_count_B"].values
    assert (still["moved"], still["points"]) == (pytest.approx(0, abs=1e-9), pytest.approx(20))
    assert (still["export"], still["used"]) == (pytest.approx(0.876), pytest.approx(0, abs=1e-9))
    calm = city(doubles=False, wind={"ridge": toys.wind()})
    assert "export_does_not_count_B" not in of_toy(calm, **targets)


def test_how_far_fossil_energy_and_load_may_stray() -> None:
    """By hand: N = 420.48, F = 105.12; 60 % bears F = 280.32. With F as it is N = 157.68 is enough.

    That is 0.876 TWh less of 1.752 TWh: no growth at all since 2020.
    """
    found = of_toy(city(), S=SHARE)["paths_may_stray_S"].values
    assert (found["fossil"], found["change"]) == (pytest.approx(105.12), pytest.approx(0, abs=1e-9))
    assert found["allowed"] == pytest.approx(280.32)
    assert found["growth"] == pytest.approx(100 * (2**0.1 - 1))
    assert (found["least"], found["limit"]) == (pytest.approx(0.876), pytest.approx(0, abs=1e-6))
    stricter = of_toy(city(), S={**SHARE, "value": 75.0})["paths_may_stray_S"].values
    assert stricter["allowed"] == pytest.approx(420.48 / 3)


@pytest.mark.parametrize(("fall", "tightest"), [(-55.0, "S"), (-60.0, "E")])
def test_the_tightest_of_share_and_intensity(fall: float, tightest: str) -> None:
    """By hand: 60 % allows 280.32 ktce of fossil. Value added is 1.2^10 = 6.1917 times that of 2020, E then 262.8.

    45 % of 1627.2 less N = 420.48 leaves 311.75 ktce, so the share is tighter; 40 % leaves 230.40.
    """
    rich = city(economy={"gdp": {"base_value": 1000, "base_year": 2020, "growth": 0.2}})
    targets = {"S": SHARE, "E": {**INTENSITY, "value": fall}}
    found = of_toy(rich, **targets)["tightest_2030"]
    allowed = (1 + fall / 100) * 262.8 * 1.2**10 - 420.48
    assert found.values["allowed_S"] == pytest.approx(280.32)
    assert found.values["allowed_E"] == pytest.approx(allowed)
    assert f"{tightest} is the tightest" in found.title_en
    assert "万吨标准煤" in found.text_zh and "Mtce" not in found.text_zh


INTENSITY = {"metric": "energy_intensity", "operator": "at_most", "year": 2030}


def test_one_target_alone_is_not_called_the_tightest() -> None:
    assert not [key for key in of_toy(city(), S=SHARE) if key.startswith("tightest")]


def fuels(**by_entry: tuple[str, Sequence[float]]) -> dict[str, Any]:
    """Fuel [ktce] and twice as much carbon dioxide [kt] of 2025 and 2030 by entry."""
    out: dict[str, Any] = {}
    for name, (tags, values) in by_entry.items():
        for ledger, factor in (("fuel", 1), ("co2", 2)):
            amounts = [[factor * value for value in values]]
            out[f"ledger.{ledger}.use.{name}"] = over("use", amounts, "period", **entry(1, tags))
    return out


def test_gas_that_grows_in_buildings_and_elsewhere() -> None:
    """By hand: 100 + 50 in 2025, 120 + 90 in 2030: 40 %, 40 of the 60 in buildings; no finding where gas shrinks."""
    gas = {"mill": ("gas industry", (100.0, 120.0)), "homes": ("gas buildings", (50.0, 90.0))}
    found = of(Results(dataset(fuels(**gas), use=["all"])), {})["gas_path"].values
    assert (found["change"], found["buildings"], found["elsewhere"]) == pytest.approx((40.0, 40.0, 20.0))
    falling = {**gas, "mill": ("gas industry", (100.0, 20.0))}
    assert "gas_path" not in of(Results(dataset(fuels(**falling), use=["all"])), {})


def test_the_years_in_which_oil_and_carbon_are_at_their_most() -> None:
    """By hand: oil 10 then 20; coal 100 then 80. All carbon 220 then 200 kt: 2025; oil 2030; the rest 2025."""
    data = fuels(trucks=("oil", (10.0, 20.0)), mill=("coal", (100.0, 80.0)))
    found = of(Results(dataset(data, use=["all"])), {})["peaks"].values
    assert (found["oil"], found["carbon"], found["others"]) == (2030, 2025, 2025)
    assert (found["oil_use"], found["co2"]) == pytest.approx((20.0, 0.22))
    later = fuels(trucks=("oil", (10.0, 40.0)), mill=("coal", (100.0, 80.0)))
    assert of(Results(dataset(later, use=["all"])), {})["peaks"].values["carbon"] == 2030
    assert not of(Results(dataset(fuels(mill=("coal", (100.0, 80.0))), use=["all"])), {})


# Decisions.


def followed(identifier: str, track: Track, observed: float, year: int = 2025, **more: Any) -> ScorecardRow:
    """A target of 1 GW at least, as it stood at the end of 2023."""
    stood = {"track": track, "track_year": 2023, "track_observed": observed, "track_path": 0.6}
    return row(identifier=identifier, year=year, **{"clause": "1", **stood, **more})


def test_targets_that_were_settled_beforehand_are_counted_by_year() -> None:
    """By hand: of 2025 A is met (1.1 of 1 GW), D too (a ceiling of 1 at 0.9); B ahead, C behind; of 2030 E on track."""
    rows = (
        followed("A", "ahead", 1.1),
        followed("B", "ahead", 0.8),
        followed("C", "behind", 0.3),
        followed("D", "behind", 0.9, operator="at_most"),
        followed("E", "on_track", 0.6, year=2030),
        row(identifier="F", year=2025),
    )
    found = of(CITY, {}, rows)
    values = found["decided_before_2025"].values
    assert {name: values[name] for name in ("followed", "met", "ahead", "on_track", "behind", "until")} == {
        "followed": 4, "met": 2, "ahead": 1, "on_track": 0, "behind": 1, "until": 2023,
    }  # fmt: skip
    assert "(A, D)" in found["decided_before_2025"].text_en and "（C）" in found["decided_before_2025"].text_zh
    assert found["decided_before_2030"].values["on_track"] == 1
    added = of(CITY, {}, (followed("a_b", "behind", 0.3, clause=""),))["decided_before_2025"]
    assert "（装机容量）" in added.text_zh and "(capacity)" in added.text_en
    assert not of(CITY, {}, (row(identifier="F", year=2025),))


OBLIGATION = {"metric": "renewable_obligation", "counts": "non_hydro", "year": 2020, "operator": "at_least"}


@pytest.mark.parametrize(("value", "title"), [(15.0, "decides"), (10.0, "met whichever"), (25.0, "missed whichever")])
def test_an_obligation_by_either_attribution_of_exports(value: float, title: str) -> None:
    """By hand: 100 MW of creek, 20 of wind and 40 of coal serve 100 MW, 60 go abroad.

    Hydro first: 20 of 100; pro rata: 20/160 of the 100 that stay, 12.5 %.
    """
    toy = city(wind={"ridge": toys.wind(20)}, run_of_river={"creek": toys.run_of_river(100)})
    found = of_toy(toy, R={**OBLIGATION, "value": value})["obligation_by_attribution_R"]
    assert found.values["hydro_first"] == pytest.approx(20)
    assert found.values["pro_rata"] == pytest.approx(12.5)
    assert title in found.title_en


def closing(heat_rate: float, year: int = 2020, **more: Any) -> dict[str, Finding]:
    """Findings on a coal plant of 40 MW of 100 MW of load."""
    return of_toy(city({"heat_rate": heat_rate, **more}), S={**SHARE, "year": year})


def test_what_a_fossil_plant_is_worth_for_the_share() -> None:
    """By hand: 60 MW of creek 157.68 ktce; coal 350.4 GWh at 0.4: 140.16 ktce; share 52.94 %.

    All from the creek: 100 %. Bought at 90 % non-fossil: (60 + 36) of 100: 96 %.
    """
    found = closing(0.4)["closing_plant_S"].values
    share = 100 * 157.68 / 297.84
    assert (found["generated"], found["fuel"]) == pytest.approx((0.3504, 140.16))
    assert (found["share"], found["local"], found["bought"]) == pytest.approx((share, 100.0, 96.0))
    assert (found["points"], found["points_bought"]) == pytest.approx((100 - share, 96 - share))
    half = closing(0.4, output_index=0.5)["closing_plant_S"].values
    assert half["generated"] == pytest.approx(0.1752)


def test_the_worth_of_closing_is_what_closing_brings() -> None:
    """The share that is foretold with power bought is the one measured once the plant is closed and all is bought."""
    foretold = closing(0.4)["closing_plant_S"].values["bought"]
    closed = replace(city({"heat_rate": 0.4}), options={"thermal": {"closing": {"plant": "2010-01-01"}}})
    solved = toys.solve(replace(closed, targets={"S": {**SHARE, "year": 2020}}))
    assert solved.measured("S", 2020) == pytest.approx(foretold)
    assert "closing_plant_S" not in of(solved.results, solved.assembled.system.targets)


def test_a_plant_whose_fuel_is_counted_elsewhere_is_no_finding() -> None:
    assert "closing_plant_S" not in closing(0.0, primary_energy="none")


def test_a_plant_is_called_by_its_label() -> None:
    solved = toys.solve(replace(city(), targets={"S": SHARE}))
    labels = stated({"plant": Label("plant", "老厂", "Old plant", "#000000", 1)})
    named = Results(solved.results.data, {"labels": labels}, solved.results.expressions)
    found = of(named, solved.assembled.system.targets)["closing_plant_S"]
    assert "Old plant" in found.title_en and "老厂" in found.text_zh


def test_a_run_that_speaks_of_nothing_has_no_findings() -> None:
    assert not of(CITY, {})


def test_a_base_year_outside_the_horizon_is_passed_over() -> None:
    later = {"gdp": {"base_value": 1000, "base_year": 2025, "growth": 0.1}}
    toy = replace(city(economy=later), periods=(2025, 2030))
    found = of_toy(toy, S=SHARE, E={**INTENSITY, "value": -50.0, "base_year": 2020})
    assert "accounting_rules_S" in found
    assert not [key for key in found if key.startswith("tightest")]


def test_the_committed_scenario_has_every_kind_of_finding_of_its_plan() -> None:
    of_tiny = solve(system([COARSE]))
    kinds = of(of_tiny.results, of_tiny.assembled.system.targets)
    expected = {
        "parts_and_headline_T06", "parts_and_headline_T08", "promised_unit_T12", "two_series_T13",
        "credited_regulation_T18", "growth_asked_T16", "accounting_rules_T01", "accounting_rules_T09",
        "export_does_not_count_T09", "paths_may_stray_T01", "paths_may_stray_T09", "tightest_2025", "gas_path",
        "peaks", "obligation_by_attribution_T19", "obligation_by_attribution_T19_non_hydro",
        "closing_waste_coal_T01", "closing_waste_coal_T09",
    }  # fmt: skip
    assert expected <= set(kinds)
    assert 3.0 < kinds["closing_waste_coal_T01"].values["points"] < 5.0
