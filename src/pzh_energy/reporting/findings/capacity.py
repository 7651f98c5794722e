"""Findings on capacities: sums that do not meet their headline, statistics against plant, growth that is asked."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from pzh_energy.reporting.findings.facts import Facts, Finding, filled

CREDITED, OWN = "credited_regulation=", "own_regulation="
SMALLEST_GW = 1e-6


def parts_and_headline(facts: Facts) -> Iterator[Finding]:
    """A capacity target of several carriers beside targets of the same year for its parts."""
    stated = facts.of_metric("installed_capacity")
    for headline, whole in stated:
        parts = [
            (identifier, spec)
            for identifier, spec in stated
            if spec.year == whole.year and set(spec.carriers) < set(whole.carriers) and spec.series == whole.series
        ]
        for (one, first), (two, second) in itertools.combinations(parts, 2):
            if set(first.carriers) | set(second.carriers) != set(whole.carriers):
                continue
            if set(first.carriers) & set(second.carriers):
                continue
            if abs(first.value + second.value - whole.value) > SMALLEST_GW:
                yield _sum_of_parts(facts, (headline, whole), (one, first), (two, second))


def parts_of_other_years(facts: Facts) -> Iterator[Finding]:
    """The same where one part was asked for in an earlier year and stands."""
    stated = facts.of_metric("installed_capacity")
    for headline, whole in stated:
        for (one, first), (two, second) in itertools.product(stated, stated):
            carriers = set(first.carriers), set(second.carriers)
            if first.year is None or whole.year is None or not first.year < whole.year == second.year:
                continue
            if carriers[0] & carriers[1] or carriers[0] | carriers[1] != set(whole.carriers):
                continue
            if abs(first.value + second.value - whole.value) > SMALLEST_GW:
                yield _sum_of_parts(facts, (headline, whole), (one, first), (two, second))


def _sum_of_parts(facts: Facts, headline: tuple[str, Any], one: tuple[str, Any], two: tuple[str, Any]) -> Finding:
    (name, whole), (first, left), (second, right) = headline, one, two
    parts = left.value + right.value
    achieved = facts.capacity_gw(whole.carriers, whole.year)
    if parts > whole.value:
        stricter = "分项更严{gap}", "the parts ask {gap} more"
    else:
        stricter = "总目标更严{gap}", "the headline asks {gap} more"
    return filled(
        f"parts_and_headline_{name}",
        (f"{name}：分项之和与总目标不一致", f"{name}: the parts do not add up to the headline"),
        (
            "{first}（{left}）与{second}（{right}）之和为{parts}，总目标{name}（{year}年）为{whole}。"
            f"作为下限二者并不冲突，{stricter[0]}；若按等式理解则无解。本方案为{{achieved}}。",
            "{first} ({left}) and {second} ({right}) add up to {parts}; the headline {name} of {year} is {whole}. "
            f"As floors they do not clash and {stricter[1]}; as an equality there is no plan. "
            "This plan has {achieved}.",
        ),
        name=((name, name), "text"),
        first=((first, first), "text"),
        second=((second, second), "text"),
        left=(left.value, "GW"),
        right=(right.value, "GW"),
        parts=(parts, "GW"),
        whole=(whole.value, "GW"),
        gap=(abs(parts - whole.value), "GW"),
        achieved=(achieved, "GW"),
        year=whole.year,
    )


def promised_units(facts: Facts) -> Iterator[Finding]:
    """A unit that is promised beside a capacity of the same year that needs more than it."""
    for identifier, spec in facts.of_metric("unit_commissioned"):
        for other, capacity in facts.of_metric("installed_capacity"):
            if capacity.year != spec.year or len(capacity.carriers) != 1:
                continue
            before = facts.capacity_gw(capacity.carriers, facts.first)
            needed, promised = capacity.value - before, spec.value * 1e-3
            if needed <= promised + SMALLEST_GW:
                continue
            achieved = facts.capacity_gw(capacity.carriers, capacity.year)
            yield filled(
                f"promised_unit_{identifier}",
                (
                    f"{identifier}只承诺首台机组，{other}却需要全部机组",
                    f"{identifier} promises one unit, {other} needs more",
                ),
                (
                    "{unit}只要求{promised}投产，而{other}要求在{first}年末{before}的基础上再增加{needed}。"
                    "{year}年末本方案为{achieved}。",
                    "{unit} asks for {promised} only, but {other} needs {needed} on top "
                    "of the {before} at the end of "
                    "{first}. This plan has {achieved} at the end of {year}.",
                ),
                unit=((identifier, identifier), "text"),
                other=((other, other), "text"),
                promised=(promised, "GW"),
                needed=(needed, "GW"),
                before=(before, "GW"),
                achieved=(achieved, "GW"),
                first=facts.first,
                year=capacity.year,
            )


def two_series(facts: Facts) -> Iterator[Finding]:
    """Capacity in the statistics before it runs, or the other way round."""
    for identifier, spec in facts.of_metric("installed_capacity"):
        if len(spec.carriers) != 1 or spec.year is None:
            continue
        statistical, physical = (facts.capacity_gw(spec.carriers, facts.first, s) for s in ("statistical", "physical"))
        if abs(statistical - physical) < SMALLEST_GW:
            continue
        later = [facts.capacity_gw(spec.carriers, spec.year, s) for s in ("statistical", "physical")]
        yield filled(
            f"two_series_{identifier}",
            (f"{identifier}：统计装机与实际投运不同", f"{identifier}: the statistics and the plant differ"),
            (
                "{first}年末统计口径为{statistical}，实际投运为{physical}，相差{gap}；"
                "至{year}年统计口径新增{counted}，实际新增{built}。对照目标用统计口径，电量平衡用实际投运。",
                "At the end of {first} the statistics count {statistical} and {physical} run, a "
                "gap of {gap}. By {year} the "
                "statistics grow by {counted}, the plant by {built}. Targets are held against "
                "the statistics, energy "
                "against the plant.",
            ),
            first=facts.first,
            year=spec.year,
            statistical=(statistical, "GW"),
            physical=(physical, "GW"),
            gap=(statistical - physical, "GW"),
            counted=(later[0] - statistical, "GW"),
            built=(later[1] - physical, "GW"),
        )


def credited_regulation(facts: Facts) -> Iterator[Finding]:
    """A share of regulated hydro that holds by credit and not by the stations' own storage."""
    for identifier, spec in facts.of_metric("capacity_share"):
        if not spec.of or not all(tag.startswith(CREDITED) for tag in spec.carriers):
            continue
        own = [tag.replace(CREDITED, OWN) for tag in spec.carriers]
        whole = facts.capacity_gw(spec.of, spec.year)
        if whole <= 0:
            continue
        by_credit = 100 * facts.capacity_gw(spec.carriers, spec.year) / whole
        by_storage = 100 * facts.capacity_gw(own, spec.year) / whole
        yield filled(
            f"credited_regulation_{identifier}",
            (f"{identifier}：调节能力靠上游水库认定", f"{identifier}: regulation is by credit"),
            (
                "按上游水库补偿调节认定，{year}年占比为{by_credit}；只按电站自身库容为{by_storage}。目标为{value}。",
                "Credited with the reservoirs above them, {by_credit} of the capacity counts in "
                "{year}; by the stations' "
                "own storage it is {by_storage}. The target is {value}.",
            ),
            year=spec.year,
            by_credit=(by_credit, "%"),
            by_storage=(by_storage, "%"),
            value=(spec.value, "%"),
        )


def growth_asked(facts: Facts) -> Iterator[Finding]:
    """The growth a later capacity target asks of what an earlier one, or the plan, has reached."""
    stated = [(i, s) for i, s in facts.of_metric("installed_capacity") if s.year is not None]
    for (early, before), (late, after) in itertools.permutations(stated, 2):
        if set(before.carriers) != set(after.carriers) or before.year >= after.year:
            continue
        if len(after.carriers) > 2:
            continue
        reached, span = facts.capacity_gw(before.carriers, before.year), after.year - before.year
        if reached <= 0:
            continue
        rate = 100 * ((after.value / reached) ** (1 / span) - 1)
        from_target = 100 * ((after.value / before.value) ** (1 / span) - 1)
        pace = (after.value - reached) / span
        achieved = facts.capacity_gw(after.carriers, after.year)
        yield filled(
            f"growth_asked_{late}",
            (f"{early}到{late}：所需增速", f"From {early} to {late}: the growth it takes"),
            (
                "{before}年本方案为{reached}，到{after}年达到{value}，需年均增长{rate}，即每年新增{pace}；"
                "若{before}年只达到目标值，则需{from_target}。本方案{after}年为{achieved}。年建设上限的假设低于此值时，结论由假设决定。",
                "The plan has {reached} in {before}; {value} in {after} takes {rate} a year, "
                "{pace} of additions each year "
                "({from_target} from the target itself). This plan has {achieved} in {after}. "
                "An assumed build rate below "
                "that decides the verdict by assumption.",
            ),
            before=before.year,
            after=after.year,
            reached=(reached, "GW"),
            value=(after.value, "GW"),
            rate=(rate, "%"),
            from_target=(from_target, "%"),
            pace=(pace, "GW"),
            achieved=(achieved, "GW"),
        )


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    parts_and_headline,
    parts_of_other_years,
    promised_units,
    two_series,
    credited_regulation,
    growth_asked,
)
