"""Findings on energy: accounting rules, what growth of wind and PV is worth, how far the paths may stray."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from pzh_energy.modeling.energy_accounts import RULES as ACCOUNTING_RULES
from pzh_energy.reporting.findings.facts import BY_CONSUMPTION, Facts, Finding, filled
from pzh_energy.reporting.scorecard import verdict_of
from pzh_energy.reporting.texts import LANGUAGES
from pzh_energy.reporting.units import quantity

VARIABLE = ("wind", "solar_pv")
GWH_PER_TWH = 1e3


def accounting_rules(facts: Facts) -> Iterator[Finding]:
    """One share under every accounting rule."""
    for identifier, spec in facts.share_targets(*ACCOUNTING_RULES):
        by_rule = {rule: facts.account("non_fossil_share", spec.year, rule) for rule in ACCOUNTING_RULES}
        met = {verdict_of(spec.operator, spec.value, spec.tolerance, share) != "missed" for share in by_rule.values()}
        if len(met) > 1:
            titles = (f"{identifier}：结论取决于核算口径", f"{identifier}: the accounting rule decides")
        elif met == {True}:
            titles = (f"{identifier}：各种核算口径下均达到", f"{identifier}: met by every accounting rule")
        else:
            titles = (f"{identifier}：各种核算口径下均未达到", f"{identifier}: missed by every accounting rule")
        yield filled(
            f"accounting_rules_{identifier}",
            titles,
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
    stated = facts.share_targets(BY_CONSUMPTION)
    for (early, before), (late, after) in itertools.pairwise(stated):
        start, end = before.year, after.year
        added = facts.energy_twh(end, "generation", any_of=VARIABLE) - facts.energy_twh(
            start, "generation", any_of=VARIABLE
        )
        if added <= 0:
            continue
        total = facts.account("total", end)
        worth = added * GWH_PER_TWH * facts.coal_rate(end)
        # credited locally, the same energy counts above and below the line
        share = facts.account("non_fossil", end) / total
        points = 100 * ((facts.account("non_fossil", end) + worth) / (total + worth) - share)
        moved = facts.account("non_fossil_share", end) - facts.account("non_fossil_share", start)
        export = facts.energy_twh(end, "export") - facts.energy_twh(start, "export")
        used = facts.electricity_used_twh(end) - facts.electricity_used_twh(start)
        yield filled(
            f"export_does_not_count_{late}",
            (
                f"{early}到{late}：消费侧比重随用电而变，不随风光发电而变",
                f"From {early} to {late}: the share follows what is used, not what wind and PV generate",
            ),
            (
                "{start}至{end}年风光发电增加{added}，按替代法折合{worth}，若全部计入本市可使比重提高{points}；"
                "目标要求提高{asked}，本方案提高{moved}。同期外送变化{export}，本市用电变化{used}：为外送而建的风光不提高消费侧比重。",
                "From {start} to {end} wind and PV generate {added} more, {worth} by substitution; credited to the "
                "city in full they would lift the share by {points}. The targets ask for {asked}, this plan moves "
                "{moved}. Exports change by {export}, use in the city by {used}: what is built for export does not "
                "lift the share of consumption.",
            ),
            start=start,
            end=end,
            added=(added, "TWh"),
            worth=(worth, "ktce"),
            points=(points, "percentage points"),
            asked=(after.value - before.value, "percentage points"),
            moved=(moved, "percentage points"),
            export=(export, "TWh"),
            used=(used, "TWh"),
        )


def how_far_the_paths_may_stray(facts: Facts) -> Iterator[Finding]:
    """How much more fossil energy, or how much less electricity, a share bears before it fails."""
    for identifier, spec in facts.share_targets(BY_CONSUMPTION):
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
    for identifier, share in facts.share_targets(BY_CONSUMPTION):
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
        texts = tuple(
            between.join(f"{key} {quantity(value, 'ktce', language)}" for key, value in limits.items())
            for language, between in zip(LANGUAGES, ("，", ", "), strict=True)
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
            **{f"allowed_{key}": value for key, value in limits.items()},
        )


def gas_path(facts: Facts) -> Iterator[Finding]:
    """Gas that grows, in buildings too: restraint in gas and moving households to it cannot both be asked at will."""
    start, end = facts.first, facts.last
    before, after = facts.fuel_ktce(start, "gas"), facts.fuel_ktce(end, "gas")
    buildings = facts.fuel_ktce(end, "gas", "buildings") - facts.fuel_ktce(start, "gas", "buildings")
    if before <= 0 or after <= before or buildings <= 0:
        return
    yield filled(
        "gas_path",
        ("天然气：控制增量与居民置换并存", "Gas: restraint beside more households"),
        (
            "{start}至{end}年天然气由{before}增至{after}（{change}），其中建筑用气增加{buildings}，其他增加{elsewhere}。"
            "建筑置换用气与控制用气总量并举时，其他用户须让出相应用气。",
            "From {start} to {end} gas grows from {before} to {after} ({change}), by {buildings} in buildings and by "
            "{elsewhere} elsewhere. Restraint in gas together with more of it in buildings means that others give way.",
        ),
        start=start,
        end=end,
        before=(before, "ktce"),
        after=(after, "ktce"),
        change=(100 * (after / before - 1), "%"),
        buildings=(buildings, "ktce"),
        elsewhere=(after - before - buildings, "ktce"),
    )


def peaks(facts: Facts) -> Iterator[Finding]:
    """When oil and when all carbon dioxide is at its largest within the horizon."""
    results = facts.results
    used = results.net_amount(results.ledger("fuel", "oil"))
    if float(used.max()) <= 0 or len(results.periods) < 2:
        return
    emitted = results.net_amount(results.ledger("co2"))
    of_oil = results.net_amount(results.ledger("co2", "oil"))
    oil, carbon, others = (int(array.idxmax("period")) for array in (used, emitted, emitted - of_oil))
    yield filled(
        "peaks",
        ("石油平台期与碳达峰", "The oil plateau and the carbon peak"),
        (
            "规划期内石油消费最高在{oil}年（{oil_use}），二氧化碳排放最高在{carbon}年（{co2}），不计石油的排放最高在{others}年。"
            "石油最高之年晚于全部排放时，工业和电力须先达峰。",
            "Within the horizon oil is at its most in {oil} ({oil_use}), carbon dioxide in {carbon} ({co2}), that of "
            "everything but oil in {others}. Where oil comes last, industry and power have to peak first.",
        ),
        oil=oil,
        oil_use=(float(used.max()), "ktce"),
        carbon=carbon,
        co2=(float(emitted.max()) * 1e-3, "Mt"),
        others=others,
    )


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    accounting_rules,
    export_does_not_count,
    how_far_the_paths_may_stray,
    tightest_of_the_year,
    gas_path,
    peaks,
)
