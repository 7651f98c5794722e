"""Findings on energy: accounting rules, what growth of wind and PV is worth, and how far the "
"paths may stray."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from pzh_energy.modeling.energy_accounts import RULES as ACCOUNTING_RULES
from pzh_energy.reporting.findings.facts import Facts, Finding, filled

VARIABLE = ("wind", "solar_pv")
GWH_PER_TWH = 1e3


def _shares(facts: Facts) -> list[tuple[str, Any]]:
    """Targets of the non-fossil share that name a year, in order of the years."""
    if not facts.has_accounts:
        return []
    return sorted(((i, s) for i, s in facts.of_metric("non_fossil_share") if s.year), key=lambda pair: pair[1].year)


def accounting_rules(facts: Facts) -> Iterator[Finding]:
    """One share under every accounting rule."""
    for identifier, spec in _shares(facts):
        by_rule = {rule: facts.account("non_fossil_share", spec.year, rule) for rule in ACCOUNTING_RULES}
        yield filled(
            f"accounting_rules_{identifier}",
            (f"{identifier}：结论取决于核算口径", f"{identifier}: the accounting rule decides"),
            (
                "{year}年非化石能源比重：按消费侧煤耗替代法{substitution_consumption}，按电网结构法{grid_mix}，"
                "按生产侧替代法{substitution_production}，按电热当量法{calorific}；目标为{value}。",
                "Non-fossil share in {year}: {substitution_consumption} by substitution on the "
                "consumption side, {grid_mix} "
                "by the grid's mix, {substitution_production} by production, {calorific} by "
                "heat content; the target is "
                "{value}.",
            ),
            year=spec.year,
            value=(spec.value, "%"),
            **{rule: (share, "%") for rule, share in by_rule.items()},
        )


def export_does_not_count(facts: Facts) -> Iterator[Finding]:
    """What new wind and PV would add to the share if credited to the city, against what the plan wants."""
    stated = _shares(facts)
    for (early, before), (late, after) in itertools.pairwise(stated):
        start, end = before.year, after.year
        added = facts.energy_twh(end, "generation", any_of=VARIABLE) - facts.energy_twh(
            start, "generation", any_of=VARIABLE
        )
        total = facts.account("total", end)
        worth = added * GWH_PER_TWH * facts.coal_rate(end)
        # credited locally, the same energy counts above and below the line
        share = facts.account("non_fossil", end) / total
        points = 100 * ((facts.account("non_fossil", end) + worth) / (total + worth) - share)
        moved = facts.account("non_fossil_share", end) - facts.account("non_fossil_share", start)
        export = facts.energy_twh(end, "export") - facts.energy_twh(start, "export")
        yield filled(
            f"export_does_not_count_{late}",
            (f"{early}到{late}：新增风光主要外送", f"From {early} to {late}: new wind and PV count little"),
            (
                "{start}至{end}年风光发电增加{added}，按替代法折合{worth}；若全部计入本市，可使比重提高{points}，"
                "目标只要求提高{asked}，本方案提高{moved}。同期外送电量变化{export}：为外送而建的风光不提高消费侧比重。",
                "From {start} to {end} wind and PV generate {added} more, {worth} by "
                "substitution. Credited to the city they "
                "would lift the share by {points}; the targets ask for {asked} and this plan "
                "moves {moved}. Exports change "
                "by {export}: what is built for export does not lift the share of consumption.",
            ),
            start=start,
            end=end,
            added=(added, "TWh"),
            worth=(worth, "ktce"),
            points=(points, "%"),
            asked=(after.value - before.value, "%"),
            moved=(moved, "%"),
            export=(export, "TWh"),
        )


def how_far_the_paths_may_stray(facts: Facts) -> Iterator[Finding]:
    """How much more fossil energy, or how much less electricity, a share bears before it fails."""
    for identifier, spec in _shares(facts):
        year, wanted = spec.year, (spec.value - spec.tolerance) / 100
        fossil, green = facts.account("fossil", year), facts.account("non_fossil", year)
        allowed = green * (1 - wanted) / wanted
        needed = fossil * wanted / (1 - wanted)
        span = year - facts.first
        if span <= 0 or fossil <= 0:
            continue
        rate = facts.coal_rate(year) * GWH_PER_TWH
        used, at_start = (facts.electricity_demand_twh(y) for y in (year, facts.first))
        least = used - (green - needed) / rate
        growth, limit = (100 * ((value / at_start) ** (1 / span) - 1) for value in (used, max(least, 1e-9)))
        base = facts.account("fossil", facts.first)
        yield filled(
            f"paths_may_stray_{identifier}",
            (f"{identifier}：用电增长与化石能源路径决定结论", f"{identifier}: load growth and the fossil path decide"),
            (
                "{year}年化石能源为{fossil}，比{first}年变化{change}；保持非化石能源不变，最多可到{allowed}（比{first}年{allowed_change}），"
                "超过则低于{wanted}。用电需求年均增长{growth}；化石能源不变时，低于每年{limit}（{least}）则不达标。",
                "Fossil energy in {year} is {fossil}, {change} against {first}; with non-fossil "
                "energy as it is, it may reach "
                "{allowed} ({allowed_change}) before the share falls below {wanted}. "
                "Electricity demand grows by {growth} a "
                "year; with fossil energy as it is, the share fails below {limit} a year ({least}).",
            ),
            year=year,
            first=facts.first,
            fossil=(fossil, "ktce"),
            change=(100 * (fossil / base - 1), "%"),
            allowed=(allowed, "ktce"),
            allowed_change=(100 * (allowed / base - 1), "%"),
            wanted=(100 * wanted, "%"),
            growth=(growth, "%"),
            limit=(limit, "%"),
            least=(least, "TWh"),
        )


def tightest_of_the_year(facts: Facts) -> Iterator[Finding]:
    """Share and intensity targets of one year as the fossil energy each of them allows."""
    for identifier, share in _shares(facts):
        limits: dict[str, float] = {}
        year = share.year
        green, fossil = facts.account("non_fossil", year), facts.account("fossil", year)
        limits[identifier] = green * (1 - share.value / 100) / (share.value / 100)
        for other, spec in facts.of_metric("energy_intensity"):
            if spec.year == year and spec.rule == "gross" and facts.gdp(spec.base_year) > 0:
                growth = facts.gdp(year) / facts.gdp(spec.base_year)
                limits[other] = (1 + spec.value / 100) * facts.account("total", spec.base_year) * growth - green
        for other, spec in facts.of_metric("co2_intensity"):
            if spec.year == year and facts.gdp(spec.base_year) > 0 and facts.co2_kt(year, "energy") > 0:
                growth = facts.gdp(year) / facts.gdp(spec.base_year)
                allowed = (1 + spec.value / 100) * facts.co2_kt(spec.base_year, "energy") * growth
                limits[other] = fossil * allowed / facts.co2_kt(year, "energy")
        if len(limits) < 2:
            continue
        tightest = min(limits, key=lambda key: limits[key])
        listed = ["，".join, ", ".join]
        texts = tuple(
            join(
                f"{key} {filled('', ('', ''), ('{x}', '{x}'), x=(value, 'ktce')).text_en}"
                for key, value in limits.items()
            )
            for join in listed
        )
        yield filled(
            f"tightest_{year}",
            (f"{year}年：{tightest}最严", f"{year}: {tightest} is the tightest"),
            (
                "{year}年各目标允许的化石能源：{listed}；本方案为{fossil}。最严的是{tightest}。",
                "Fossil energy the targets of {year} allow: {listed}; this plan uses {fossil}. "
                "The tightest is {tightest}.",
            ),
            year=year,
            listed=(texts, "text"),
            fossil=(fossil, "ktce"),
            tightest=((tightest, tightest), "text"),
        )


def gas_path(facts: Facts) -> Iterator[Finding]:
    """Gas that grows in buildings while the plan asks for restraint."""
    if not facts.results.ledger("fuel", "gas"):
        return
    start, end = facts.first, facts.last
    before, after = facts.fuel_ktce(start, "gas"), facts.fuel_ktce(end, "gas")
    if before <= 0 or end == start:
        return
    buildings = facts.fuel_ktce(end, "gas", "buildings") - facts.fuel_ktce(start, "gas", "buildings")
    yield filled(
        "gas_path",
        ("天然气：控制增量与居民置换并存", "Gas: restraint beside more households"),
        (
            "{start}至{end}年天然气由{before}增至{after}（{change}），其中建筑用气增加{buildings}。"
            "规划一面要求有序引导、控制用气，一面要求完成居民天然气置换。",
            "From {start} to {end} gas goes from {before} to {after} ({change}), buildings take "
            "{buildings} of it. The plan "
            "asks for restraint in gas and, elsewhere, for households to be moved to it.",
        ),
        start=start,
        end=end,
        before=(before, "ktce"),
        after=(after, "ktce"),
        change=(100 * (after / before - 1), "%"),
        buildings=(buildings, "ktce"),
    )


def peaks(facts: Facts) -> Iterator[Finding]:
    """When oil and when all carbon dioxide is at its largest within the horizon."""
    if not facts.results.ledger("fuel", "oil") or len(facts.results.periods) < 2:
        return
    years = facts.results.periods
    oil = max(years, key=lambda y: facts.fuel_ktce(y, "oil"))
    carbon = max(years, key=lambda y: facts.co2_kt(y))
    yield filled(
        "peaks",
        ("石油平台期与碳达峰", "The oil plateau and the carbon peak"),
        (
            "规划期内石油消费最高在{oil}年（{oil_use}），二氧化碳排放最高在{carbon}年（{co2}）。"
            "若石油到期末才进入平台期，碳达峰须由工业和电力先行。",
            "Within the horizon oil is at its most in {oil} ({oil_use}), carbon dioxide in "
            "{carbon} ({co2}). If oil reaches "
            "its plateau only at the end, industry and power have to peak first.",
        ),
        oil=oil,
        oil_use=(facts.fuel_ktce(oil, "oil"), "ktce"),
        carbon=carbon,
        co2=(facts.co2_kt(carbon) * 1e-3, "Mt"),
    )


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    accounting_rules,
    export_does_not_count,
    how_far_the_paths_may_stray,
    tightest_of_the_year,
    gas_path,
    peaks,
)
