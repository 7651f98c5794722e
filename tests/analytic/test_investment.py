"""What is built when: vintages, lifetimes, limits on building, pinned and committed years, and what they cost.

Unless a test says otherwise interest is zero and a new MW costs 1000 CNY/kW over 10 years: 0.1 million CNY for each
year of service, 0.05 for the half year it serves in the year it is built. A MW imported for a year at 500 CNY/MWh costs
4.38 million, so building pays wherever it is allowed.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import toys
from tests.toys import Toy

MW_YEAR = 8760 * 500e-6
"""Million CNY of one MW imported for a year."""
THREE = (2020, 2021, 2022)


def builder(periods: tuple[int, ...] = THREE, load: float = 100, existing: float = 0, **wind: toys.Cell) -> Toy:
    """Wind of availability 1 that may be built, a flat load, import at 500 CNY/MWh."""
    ridge = toys.wind(existing, **{"max_build": 1000, **wind})
    return Toy({**toys.imports(500), "wind": {"ridge": ridge}}, load=load, periods=periods)


def test_capacity_is_built_until_it_covers_the_peak() -> None:
    """Proves that the tightest step sizes the plant, and that half of what is built in a year serves in it.

    By hand: load 60 and 100 MW at availabilities 0.5 and 0.8, no import: 120 and 125 MW must be in operation, so 250
    are built: 12.5 million. With 125 MW standing nothing is built. If broken (full service at once) 6.25; (first step
    only) 12. One MW more of load in the second step takes 2 / 0.8 MW: 0.125 million, the dual of the balance.
    """
    tables = {"wind": {"ridge": toys.wind(0, "breeze", max_build=1000)}}
    toy = Toy(tables, load=[60, 100], series={"breeze": [0.5, 0.8]}, edges=toys.HALVES)
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(0.05 * 250)
    assert solved.at("wind.operating_capacity", "ridge", 2020) == pytest.approx(125)
    assert solved.steps("dual.electricity_balance", "city") == pytest.approx([0, 0.05 * 2 / 0.8], abs=1e-9)
    standing = toys.changed(toy, "wind", "ridge", existing_capacity=125)
    assert toys.solve(standing).objective == pytest.approx(0, abs=1e-6)


def test_new_capacity_serves_half_of_its_first_year_and_all_of_the_next() -> None:
    """Proves the half-year rule against existing capacity, which serves all of the year, and that payment follows it.

    By hand: 40 MW committed for 2021, no other building, load 100 MW: import 100 + 80 + 60 MW·years. Half an annuity is
    due in 2021 and a whole one in 2022: 2 + 4 million. 40 MW standing from the start import 3·60 and cost nothing.
    If broken (full first year) the import would be 100 + 60 + 60; (whole annuity in 2021) 8 million.
    """
    toy = builder(max_build=0, committed_build={2021: 40})
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx((100 + 80 + 60) * MW_YEAR + 2 + 4)
    assert solved.cost("wind.capacity_annuity") == pytest.approx(6)
    assert toys.solve(builder(max_build=0, existing=40)).objective == pytest.approx(180 * MW_YEAR)


def test_lifetime_ends_within_a_discounted_horizon_of_milestones() -> None:
    """Proves that a vintage serves and is paid for exactly in the years it lives, each discounted to the base year.

    By hand: 2020 stands for 2020–2022, 2023 for 2023–2026; 10 % interest; 100 MW built in 2020 for 5 years serve half
    of 2020, all of 2021 … 2024 and half of 2025, and the annuity and 2 % of fixed O&M are due for these shares; load
    100 MW imports the rest. An annuity A of 1 million a MW repays it: A (½ + 1.1⁻¹ + … + 1.1⁻⁴ + ½·1.1⁻⁵) = 1. Summed
    year by year; all annuities together are worth the 100 million of 2020. With a lifetime of 20 years everything is
    due and served to the end. If broken (life rounded to milestones) 2023 would count for four years or for none.
    """

    def by_years(life: int, service: dict[int, float]) -> float:
        annuity = 1 / (0.5 + sum(1.1**-k for k in range(1, life)) + 0.5 * 1.1**-life)
        return sum(
            100 * (share * (annuity + 0.02) + (1 - share) * MW_YEAR) * 1.1 ** (2020 - year)
            for year, share in service.items()
        )

    toy = replace(
        builder((2020, 2023), max_build=0, committed_build={2020: 100}, lifetime=5, fixed_om=2),
        last_period_years=4,
        discount_rate=0.1,
    )
    short = {2020: 0.5, 2021: 1, 2022: 1, 2023: 1, 2024: 1, 2025: 0.5, 2026: 0}
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(by_years(5, short))
    assert solved.cost("wind.capacity_annuity") == pytest.approx(100, rel=1e-12)
    assert solved.at("wind.capacity", "ridge", 2020) == pytest.approx(100)
    long = {2020: 0.5, **dict.fromkeys(range(2021, 2027), 1.0)}
    lasting = toys.solve(toys.changed(toy, "wind", "ridge", lifetime=20))
    assert lasting.objective == pytest.approx(by_years(20, long))


def test_year_end_capacity_falls_when_a_vintage_dies() -> None:
    """Proves that a vintage stands at as many year ends as it has years of life, the half years at its ends included.

    By hand: 40 MW of 2020 with a life of 2 years serve half of 2020, 2021, and half of 2022: they stand at the ends of
    2020 and 2021. Load 100 MW: import 80 + 60 + 80 + 100 MW·years, annuity 1000/2 CNY/kW: 10, 20 and 10 million. With
    10 years they import 80 + 3·60 and pay 2 + 3·4. If broken (off by one) 2022 would still show 40 MW.
    """
    toy = builder((2020, 2021, 2022, 2023), max_build=0, committed_build={2020: 40}, lifetime=2)
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(320 * MW_YEAR + 10 + 20 + 10)
    assert [solved.at("wind.capacity", "ridge", p) for p in toy.periods] == pytest.approx([40, 40, 0, 0], abs=1e-9)
    lasting = toys.changed(toy, "wind", "ridge", lifetime=10)
    assert toys.solve(lasting).objective == pytest.approx(260 * MW_YEAR + 14)


def test_existing_capacity_leaves_after_its_last_year_within_a_period() -> None:
    """Proves that existing capacity serves the years until its last, each with its own discount, within a long period.

    By hand: 2020 stands for four years at 10 %; 100 MW stand until the end of 2021: 2022 and 2023 are imported, and
    2 % of 1000 CNY/kW is due in 2020 and 2021. If broken (undiscounted mean) the import would be half of all four:
    763.6 instead of 691.1 million. Standing until 2100 it costs only 2 million a year.
    """
    toy = replace(
        builder((2020,), existing=100, max_build=0, existing_until=2021, fixed_om=2),
        last_period_years=4,
        discount_rate=0.1,
    )
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(100 * MW_YEAR * (1.1**-2 + 1.1**-3) + 2 * (1 + 1.1**-1))
    lasting = toys.changed(toy, "wind", "ridge", existing_until=2100)
    assert toys.solve(lasting).objective == pytest.approx(2 * (1 + 1.1**-1 + 1.1**-2 + 1.1**-3))


def test_cost_of_a_vintage_is_that_of_its_year() -> None:
    """Proves that capex is taken at the vintage's year, linear between the years given, and kept for its life.

    By hand: 1000 CNY/kW in 2020 and 500 in 2022, so 750 in 2021: 100 MW of 2021 pay half of 7.5 million in 2021 and all
    of it in 2022: 11.25. With 1000 throughout they pay 5 + 10. If broken (cost of the running year) 3.75 + 5. Load 0.
    """
    toy = builder(load=0, max_build=0, committed_build={2021: 100}, capex={2020: 1000, 2022: 500})
    assert toys.solve(toy).objective == pytest.approx(11.25)
    assert toys.solve(toys.changed(toy, "wind", "ridge", capex=1000)).objective == pytest.approx(15)


def test_technology_pays_its_own_cost_of_capital() -> None:
    """Proves that a technology's own rate sets its annuity while the system's rate discounts.

    By hand: 100 MW of 1000 CNY/kW over 10 years at 8 %, paid at the end of each year: 100·0.08 / (1 − 1.08⁻¹⁰) = 14.903
    million; for years of service from the middle of the first, 14.903 / 1.04 = 14.330, of which half is due: 7.165. At
    the system's 0 % half of 10 million. If broken (system's rate for all) both would be 5.
    """
    toy = builder((2020,), load=0, max_build=0, committed_build={2020: 100}, discount_rate=0.08)
    assert toys.solve(toy).objective == pytest.approx(50 * 0.08 / (1 - 1.08**-10) / 1.04)
    plain = builder((2020,), load=0, max_build=0, committed_build={2020: 100})
    assert toys.solve(plain).objective == pytest.approx(5)


def test_money_is_discounted_to_the_price_base_year() -> None:
    """Proves that the base year, not the first period, is where money is counted.

    By hand: 100 MW imported in 2022, 438 million then, at 10 % to 2020: 438 / 1.21; to 2022: 438.
    """
    toy = replace(builder((2022,), max_build=0), discount_rate=0.1)
    assert toys.solve(toy).objective == pytest.approx(438 / 1.21)
    assert toys.solve(replace(toy, base_year=2022)).objective == pytest.approx(438)


def test_build_rate_limits_every_year() -> None:
    """Proves that no more than the yearly rate is added.

    By hand: 30 MW a year: 15, 45, 75 MW in operation of a load of 100: import 85 + 55 + 25 MW·years, annuities 1.5 +
    4.5 + 7.5. Without the limit 200 MW are built at once: 10 + 20 + 20 million. If broken (three years' worth at once)
    90 MW would be built in 2020: 55 + 10 + 10 MW·years.
    """
    slow = toys.solve(builder(max_build=30))
    assert slow.objective == pytest.approx(165 * MW_YEAR + 13.5)
    assert toys.solve(builder()).objective == pytest.approx(50)


def test_build_rate_scales_with_the_years_since_the_previous_milestone() -> None:
    """Proves that a milestone five years on may hold five years of building.

    By hand: 30 MW a year, milestones 2020 (for five years) and 2025: 30 MW in 2020 serve 4.5 of 5 years, 27 MW in the
    mean; 150 MW for 2025 serve half of it. Load 200 MW: 5·173 + (200 − 30 − 75) = 960 MW·years of import; annuities
    4.5·3 + 3 + 7.5. With 1000 a year: 2020 is covered by 200 / 0.9 MW, which serve 5.5 years. If broken (one year's
    rate) 2025 would import 155.
    """
    slow = toys.solve(builder((2020, 2025), load=200, max_build=30))
    assert slow.objective == pytest.approx(960 * MW_YEAR + 24)
    assert toys.solve(builder((2020, 2025), load=200)).objective == pytest.approx(5.5 * 0.1 * 200 / 0.9)


def test_growth_limit_binds_capacity_to_that_of_the_period_before() -> None:
    """Proves that capacity grows by its rate plus a seed, from year-end to year-end.

    By hand: 10 MW stand, +100 % a year and 5 MW on top, nothing free in 2020: 10, 25, 55 MW at year ends, 10, 17.5, 40
    in operation. Load 100: import 90 + 82.5 + 60; annuities 0.75 + 3 for 7.5 and 30 new MW in operation. Without the
    limit 180 MW are built in 2021: 90 MW·years and 9 + 18 million. If broken (seed once, or rate on the first year)
    2022 would end at 50 or 35.
    """
    toy = builder(existing=10, lead_time=1, growth_limit=1, growth_seed=5)
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(232.5 * MW_YEAR + 3.75)
    assert [solved.at("wind.capacity", "ridge", p) for p in THREE] == pytest.approx([10, 25, 55])
    assert toys.solve(builder(existing=10, lead_time=1)).objective == pytest.approx(90 * MW_YEAR + 27)


def test_growth_compounds_over_a_gap_between_milestones() -> None:
    """Proves that two years of growth lie between milestones two years apart.

    By hand: 10 MW, +100 % a year and 5 MW a year: at most 10·4 + 2·5 = 50 MW in 2022, 30 in operation. 2020 stands for
    two years: 2·90 + 70 MW·years of import and half of 4 million. Without the limit 180 MW are built for 2022: 180
    MW·years and 9 million. If broken (one year of growth) 25 MW: 2·90 + 82.5.
    """
    solved = toys.solve(builder((2020, 2022), existing=10, lead_time=1, growth_limit=1, growth_seed=5))
    assert solved.objective == pytest.approx(250 * MW_YEAR + 2)
    free = toys.solve(builder((2020, 2022), existing=10, lead_time=1))
    assert free.objective == pytest.approx(180 * MW_YEAR + 9)


def test_lead_time_keeps_the_first_years_empty() -> None:
    """Proves that nothing is free to be built before the lead time has passed.

    By hand: two years of lead time from 2020: 200 MW can be built in 2022 at the earliest: import 200 MW·years and 10
    million. Without it 10 + 20 + 20. If broken (off by one) 2021 would be covered: 100 MW·years and 30.
    """
    assert toys.solve(builder(lead_time=2)).objective == pytest.approx(200 * MW_YEAR + 10)
    assert toys.solve(builder()).objective == pytest.approx(50)


def test_lead_time_counts_from_the_end_of_the_history() -> None:
    """Proves that decisions begin after the history, and the lead time with them.

    By hand: history until 2020, one year of lead time: 2022 is the first year to be built for: 200 MW·years, 10
    million. Without lead time 2021: 100 MW·years and 10 + 20. If broken (counted from 2020) both are the second.
    """
    toy = replace(builder(lead_time=1), history_until=2020)
    assert toys.solve(toy).objective == pytest.approx(200 * MW_YEAR + 10)
    prompt = toys.changed(toy, "wind", "ridge", lead_time=0)
    assert toys.solve(prompt).objective == pytest.approx(100 * MW_YEAR + 30)


def test_history_is_built_as_observed_and_nothing_else() -> None:
    """Proves that pinned years hold what was observed, wanted or not, and what is committed only counts afterwards.

    By hand: 40 MW observed in 2021, history until 2021. At 500 CNY/MWh nothing more is built before 2022: import 100 +
    80 MW·years, then 120 MW for 2022; annuities 2 + 4 + 6. At 1 CNY/MWh the 40 MW are built all the same, nothing
    after: 240 MW·years and 6 million. Without history 200 MW are built in 2020: 50. If broken (bound on one side only)
    one of the first two would build more, or less.
    """
    toy = replace(builder(observed_build={2021: 40}), history_until=2021)
    assert toys.solve(toy).objective == pytest.approx(180 * MW_YEAR + 12)
    cheap = toys.changed(toy, "grid_exchange", "grid", **{f"import_price_{s}": 1 for s in toys.SEASONS})
    assert toys.solve(cheap).objective == pytest.approx(240 * 8760e-6 + 6)
    assert toys.solve(replace(toy, history_until=None)).objective == pytest.approx(50)


def test_committed_additions_come_on_top_of_the_build_rate() -> None:
    """Proves that what is decided is built, wanted or not, and that the build rate counts beyond it.

    By hand: 40 MW committed for 2021. At 1 CNY/MWh of import only these are built: 240 MW·years and 6 million. At 500
    CNY/MWh 30 MW are built for 2020 and 30 + 40 for 2021; these serve the load of 100 MW in 2022 and nothing follows:
    15, 65, 100 MW in operation, 85 + 35 MW·years; annuities 1.5 + 6.5 + 10. If broken (the rate includes what is
    committed) only 40 would come in 2021: 85 + 50 MW·years.
    """
    toy = builder(max_build=30, committed_build={2021: 40})
    assert toys.solve(toy).objective == pytest.approx((85 + 35) * MW_YEAR + 18)
    cheap = toys.changed(toy, "grid_exchange", "grid", **{f"import_price_{s}": 1 for s in toys.SEASONS})
    assert toys.solve(cheap).objective == pytest.approx(240 * 8760e-6 + 6)


def test_additions_before_the_horizon_belong_to_its_first_period() -> None:
    """Proves that a horizon may start later than the existing capacity is counted without losing what came between.

    By hand: 10 MW at the end of 2018, 20 MW observed in 2019 and 30 in 2020, horizon from 2020, all history: 60 MW at
    the end of 2020. As vintages of 2020 the 50 serve half: 35 MW of a load of 100; 2.5 million. Were they left out 90
    MW would be imported for nothing.
    """
    toy = builder((2020,), existing=10, existing_year=2018, observed_build={2019: 20, 2020: 30})
    toy = replace(toy, history_until=2020)
    solved = toys.solve(toy)
    assert solved.objective == pytest.approx(65 * MW_YEAR + 2.5)
    assert solved.at("wind.capacity", "ridge", 2020) == pytest.approx(60)
    bare = toys.changed(toy, "wind", "ridge", observed_build={2019: 0, 2020: 0})
    assert toys.solve(bare).objective == pytest.approx(90 * MW_YEAR)


def test_potential_bounds_all_that_stands() -> None:
    """Proves that existing and new capacity share the technical potential.

    By hand: 50 MW stand, 150 are possible: 100 are built, 50 + 50 in operation of a load of 200 in 2020, 150 in 2021:
    import 100 + 50 MW·years, annuities 5 + 10. Without the limit 300 MW are built in 2020: 15 + 30 million. If broken
    (new capacity only) 150 would be built.
    """
    bound = toys.solve(builder((2020, 2021), load=200, existing=50, potential=150))
    assert bound.objective == pytest.approx(150 * MW_YEAR + 15)
    assert bound.at("wind.capacity", "ridge", 2021) == pytest.approx(150)
    assert toys.solve(builder((2020, 2021), load=200, existing=50)).objective == pytest.approx(45)


def test_fixed_cost_follows_the_years_capacity_is_there() -> None:
    """Proves that fixed O&M is due for existing and new capacity in service, at the share of the running year's cost.

    By hand: 2 % of 1000 CNY/kW in 2020 and of 500 in 2022 (750 in 2021): 0.02, 0.015, 0.01 million a MW. 100 MW stand,
    100 come in 2021, so 100, 150, 200 MW are in operation: 2 + 2.25 + 2 = 6.25 million, annuities 3.75 + 7.5. Without
    it 11.25. If broken (year-end capacity) 2021 would charge 200 MW, 3 million.
    """
    toy = builder(
        load=0, existing=100, max_build=0, committed_build={2021: 100}, capex={2020: 1000, 2022: 500}, fixed_om=2
    )
    assert toys.solve(toy).objective == pytest.approx(6.25 + 11.25)
    assert toys.solve(toys.changed(toy, "wind", "ridge", fixed_om=0)).objective == pytest.approx(11.25)
