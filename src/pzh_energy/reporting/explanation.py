"""What `pzh-opt explain` says: sentences a planner can forward, and tables within 80 columns, in either language."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pzh_energy.analysis.curve import Curve
from pzh_energy.analysis.explain import WORTH_SAYING, Miss, Shortage, WhatBinds, WhyInfeasible
from pzh_energy.analysis.limits import Limit
from pzh_energy.analysis.prechecks import Clash
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling import registry
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.terminal import SIGNS, new_table
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import converted, display, money, number, price_of_unit, quantity, worth_of_unit

MOST_LIMITS, MOST_PRICES, MOST_BEHIND = 5, 10, 6
"""Limits named behind one miss, in the table of prices, and behind a member of a clash: the weightiest."""


@dataclass(frozen=True)
class Names:
    """Names of targets, technologies and items in one language; units: of targets by id."""

    labels: Labels
    targets: Mapping[str, TargetSpec]
    units: Mapping[str, str]
    language: Language

    def target(self, identifier: str) -> str:
        """Id, name and year of a target."""
        spec = self.targets[identifier]
        label = getattr(spec.label, self.language) if spec.label else self.labels.name(spec.metric, self.language)
        year = "" if spec.year is None else str(spec.year)
        if self.language == "zh":
            return f"{identifier} {label}" + (f"（{year}年）" if year else "")
        return f"{identifier} {label}" + (f" ({year})" if year else "")

    def value(self, identifier: str, value: float | None) -> str:
        """A value of a target with its unit."""
        if value is None:
            return say("no_end", self.language)
        return quantity(value, self.units[identifier], self.language)

    def asked(self, identifier: str) -> str:
        """What a target asks, with its operator."""
        spec = self.targets[identifier]
        return f"{SIGNS[spec.operator or 'at_least']} {self.value(identifier, spec.value)}"

    def limit(self, limit: Limit) -> str:
        """A limit in words."""
        items = [part for part in limit.member.split(", ") if part]
        known = [self.labels.name(part, self.language) for part in items]
        what = say("list_separator", self.language).join(known) or self.labels.name(limit.block, self.language)
        if limit.block not in items and what in items:
            what = f"{self.labels.name(limit.block, self.language)} {what}"
        return say(f"limit_{limit.kind}", self.language, what=what, earliest=limit.earliest, name=limit.meaning)


def names_of(system: SystemData, language: Language) -> Names:
    """Names of a system."""
    metrics = registry.targets()
    units = {identifier: metrics[spec.metric].unit for identifier, spec in system.targets.items()}
    return Names(Labels(system.package.labels), system.targets, units, language)


def show_infeasible(why: WhyInfeasible, names: Names, console: Console) -> None:
    """Print why there is no plan; the nearest plan itself is shown by the caller."""
    language = names.language
    console.print(
        Text(say("no_plan_at_all" if why.shortages or not why.clashes else "no_plan", language), style="bold")
    )
    _print(shortage_lines(why.shortages, why.limits, names), console, language)
    if not why.misses:
        return
    _heading("nearest_values", console, language)
    console.print(nearest_table(why.misses, names))
    _heading("why_missed", console, language)
    for miss in why.misses:
        _print(miss_lines(miss, names), console, language)
    several = [clash for clash in why.clashes if len(clash.members) > 1]
    if several:
        _heading("clash_heading", console, language)
        _print(clash_lines(several, names), console, language)
    if not why.complete:
        console.print(Text(say("clashes_incomplete", language)))


def show_binding(binds: WhatBinds, names: Names, console: Console) -> None:
    """Print what the targets of a plan cost, which limits bind, and what it would take to meet those it misses."""
    language = names.language
    console.print(Text(say("a_plan", language), style="bold"))
    console.print(tightening_table(binds, names))
    console.print(Text(say("prices_sense", language)))
    if binds.misses:
        _heading("missed_heading", console, language)
        for miss in binds.misses:
            _print(missed_lines(miss, names), console, language)
    if binds.limits:
        _heading("binding_limits", console, language)
        console.print(limit_table(binds, names))
        console.print(Text(say("limit_prices_sense", language)))


def show_curve(curve: Curve, names: Names, console: Console) -> None:
    """Print a cost curve: a line for each value."""
    language, unit = names.language, curve.unit
    title = names.target(curve.identifier).removeprefix(f"{curve.identifier} ")
    console.print(Text(say("curve_heading", language, identifier=curve.identifier, name=title), style="bold"))
    money_unit, factor, digits = ("亿元", 0.01, 3) if language == "zh" else ("million CNY", 1.0, 1)
    price_label = price_of_unit(0.0, unit, language).partition(" ")[2]
    units = (display(unit, language).label, money_unit, price_label, "")
    table = new_table()
    for key, label in zip(("value", "extra_cost", "price", "attainable"), units, strict=True):
        # the unit on a line of its own; a long one wraps there and leaves the numbers whole
        table.add_column(f"{say(key, language)}\n{label}", justify="right", overflow="fold", min_width=10)
    for point in curve.points:
        table.add_row(
            converted(point.value, unit, language) + (" *" if point.value == curve.asked else "  "),
            "-" if point.cost is None else number(point.cost * factor if point.cost > WORTH_SAYING else 0.0, digits),
            "-" if point.price is None else price_of_unit(point.price, unit, language).partition(" ")[0],
            say("yes" if point.attainable else "no", language),
        )
    console.print(table)
    values = {"free": names.value(curve.identifier, curve.free), "limit": names.value(curve.identifier, curve.limit)}
    console.print(Text(say("curve_sense", language, **values)))


def structural_lines(clashes: Sequence[Clash], names: Names) -> Iterator[str]:
    """What arithmetic alone excludes: what is asked, how near it comes, and what stops it."""
    yield say("structural", names.language)
    for clash in clashes:
        if len(clash.members) > 1:
            yield from clash_lines([clash], names)
            continue
        (member,) = clash.members
        yield _asked_line(member.identifier, member.asked, member.nearest, names)
        yield from limit_lines(member.limits, None, member.identifier, names)


def nearest_table(misses: Iterable[Miss], names: Names) -> Table:
    """Asked, attainable alone and attained in the nearest plan, by target."""
    language = names.language
    table = new_table()
    table.add_column(say("target", language), overflow="fold", min_width=12)
    for key in ("required", "alone", "together", "unit"):
        table.add_column(say(key, language), no_wrap=True, justify="left" if key == "unit" else "right")
    for miss in misses:
        unit, spec = names.units[miss.identifier], names.targets[miss.identifier]
        table.add_row(
            names.target(miss.identifier),
            SIGNS[spec.operator or "at_least"] + converted(miss.asked, unit, language),
            say("no_end", language) if miss.alone is None else converted(miss.alone, unit, language),
            converted(miss.together, unit, language),
            display(unit, language).label,
        )
    return table


def tightening_table(binds: WhatBinds, names: Names) -> Table:
    """What each hard or priced target that is held costs, by its dual and by a new solve."""
    language = names.language
    table = new_table()
    table.add_column(say("target", language), overflow="fold", min_width=12)
    for key in ("required", "achieved", "price", "notch", "notch_cost"):
        table.add_column(say(key, language), overflow="fold", justify="right")
    for each in binds.targets:
        unit, spec = names.units[each.identifier], names.targets[each.identifier]
        sign = "-" if spec.operator == "at_most" else "+"
        table.add_row(
            names.target(each.identifier),
            SIGNS[spec.operator or "at_least"] + converted(each.asked, unit, language),
            converted(each.attained, unit, language),
            price_of_unit(each.price, unit, language) if abs(each.price) > WORTH_SAYING else "0",
            sign + quantity(each.notch, unit, language),
            _cost(each.cost, language),
        )
    return table


def limit_table(binds: WhatBinds, names: Names) -> Table:
    """The weightiest limits, and what a unit more of each would be worth in the year in which that is most."""
    language = names.language
    table = new_table()
    table.add_column(say("limit_column", language), overflow="fold", min_width=20)
    for key in ("amount", "worth", "year"):
        table.add_column(say(key, language), overflow="fold", justify="right")
    for each in binds.limits[:MOST_PRICES]:
        year = max(each.price, key=lambda p: each.price[p])
        table.add_row(
            names.limit(each.limit),
            quantity(each.limit.amount[year], each.limit.unit, language),
            worth_of_unit(each.price[year], each.limit.unit, language),
            str(year),
        )
    return table


def miss_lines(miss: Miss, names: Names) -> Iterator[str]:
    """A miss in sentences: how far it comes, and the limits behind it."""
    target = names.target(miss.identifier)
    if math.isnan(miss.together) or (miss.alone is not None and math.isnan(miss.alone)):
        yield say("miss_no_base", names.language, target=target)
        return
    if miss.attainable_alone:
        values = {"asked": names.asked(miss.identifier), "together": names.value(miss.identifier, miss.together)}
        yield say("miss_by_others", names.language, target=target, **values)
        return
    yield _asked_line(miss.identifier, miss.asked, miss.alone, names)
    yield from limit_lines(miss.limits, miss.per_unit, miss.identifier, names)


def missed_lines(miss: Miss, names: Names) -> Iterator[str]:
    """A target that a plan misses: what it would cost to meet it, or what stops it."""
    if not miss.attainable_alone:
        yield from miss_lines(miss, names)
        return
    asked, together = names.asked(miss.identifier), names.value(miss.identifier, miss.together)
    values = {"target": names.target(miss.identifier), "asked": asked, "together": together}
    if miss.cost is None:
        yield say("missed_could_free", names.language, **values)
        return
    year = names.targets[miss.identifier].year
    when = say("every_year", names.language) if year is None else say("years_word", names.language, years=year)
    cost = money(miss.cost, names.language)
    yield say("missed_could", names.language, **values, cost=cost, year=when)


def limit_lines(limits: Sequence[Limit], per_unit: float | None, identifier: str, names: Names) -> Iterator[str]:
    """The weightiest limits, a line each; with what a unit more would bring where somebody could decide on it."""
    if not limits:
        yield say("no_limit", names.language)
    # what is past is worth saying only where it is all there is
    decided = [limit for limit in limits if limit.kind != "history"] or list(limits)
    for limit in decided[:MOST_LIMITS]:
        years = say("limit_years", names.language, years=_span(limit.periods)) if limit.periods != [0] else ""
        largest = _largest(limit)
        amount = quantity(largest, limit.unit, names.language)
        if per_unit is None or not limit.has_price:
            shown = "" if largest == 0 else say("limit_amount", names.language, amount=amount)
            yield say("limit_fact", names.language, limit=names.limit(limit), amount=shown, years=years)
            continue
        # a round step that is no larger than the limit itself, in the unit shown
        shown_unit = display(limit.unit, names.language)
        step = 10.0 ** math.floor(math.log10(abs(largest) * shown_unit.factor)) if largest else 1.0
        relief = names.value(identifier, limit.total * per_unit * step / shown_unit.factor)
        values = {"amount": amount, "years": years, "step": f"{step:g} {shown_unit.label}", "relief": relief}
        values["way"] = say("less" if limit.is_floor else "more", names.language)
        yield say("limit_line", names.language, limit=names.limit(limit), **values)


def clash_lines(clashes: Iterable[Clash], names: Names) -> Iterator[str]:
    """Targets that exclude each other, and how near each comes while the others are held."""
    separator = say("list_separator", names.language)
    for clash in clashes:
        together = separator.join(member.identifier for member in clash.members)
        yield say("clash", names.language, targets=together)
        for member in clash.members:
            nearest, asked = names.value(member.identifier, member.nearest), names.asked(member.identifier)
            target = names.target(member.identifier)
            yield say("clash_member", names.language, target=target, nearest=nearest, asked=asked)
            if member.limits:
                limits = separator.join(names.limit(limit) for limit in one_of_each(member.limits)[:MOST_BEHIND])
                yield say("clash_limits", names.language, limits=limits)


def one_of_each(limits: Iterable[Limit]) -> list[Limit]:
    """The weightiest limit of every kind: a dozen build rates must not hide the line that is too thin."""
    found: dict[str, Limit] = {}
    for limit in limits:
        found.setdefault(limit.kind, limit)
    return list(found.values())


def shortage_lines(shortages: Sequence[Shortage], limits: Sequence[Limit], names: Names) -> Iterator[str]:
    """What is short where physics itself forbids a plan, and the limits behind it."""
    for each in shortages:
        most = quantity(each.most, each.unit, names.language)
        if each.energy is None:
            what = f"{names.labels.name(each.row.split('.')[0], names.language)} ({each.meaning})"
            yield say("broken_row", names.language, row=what, year=each.period, most=most)
            continue
        energy = quantity(each.energy, "GWh", names.language)
        yield say(
            "shortage",
            names.language,
            balance=say(each.row, names.language),
            year=each.period,
            most=most,
            energy=energy,
        )
    if shortages and limits:
        yield say("shortages_limits", names.language)
        for limit in limits[:MOST_LIMITS]:
            years = say("limit_years", names.language, years=_span(limit.periods))
            amount = quantity(_largest(limit), limit.unit, names.language)
            shown = say("limit_amount", names.language, amount=amount) if _largest(limit) else ""
            yield say("limit_fact", names.language, limit=names.limit(limit), amount=shown, years=years)


def _largest(limit: Limit) -> float:
    """The amount of a limit that is worth saying; 0 for none.

    What may be added before a lead time has passed is what is committed, and water and demand differ in every step.
    """
    if limit.kind in ("lead_time", "water", "demand"):
        return 0.0
    return max(limit.amount.values(), key=abs, default=0.0)


def _cost(million: float | None, language: Language) -> str:
    """What a notch costs; 0 for the solver's noise."""
    if million is None:
        return say("not_attainable", language)
    return money(million, language) if abs(million) > WORTH_SAYING else "0"


def _asked_line(identifier: str, asked: float, nearest: float | None, names: Names) -> str:
    gap = math.nan if nearest is None else abs(asked - nearest)
    values = {
        "target": names.target(identifier),
        "asked": names.asked(identifier),
        "nearest": names.value(identifier, nearest),
        "gap": names.value(identifier, gap),
    }
    return say("miss_asked", names.language, **values)


def _print(lines: Iterable[str], console: Console, language: Language) -> None:
    """Lines of their own length in Chinese, which a terminal may break anywhere; wrapped at words in English."""
    for line in lines:
        console.print(Text(line), soft_wrap=language == "zh")


def _heading(key: str, console: Console, language: Language) -> None:
    console.print()
    console.print(Text(say(key, language), style="bold"))


def _span(years: Sequence[int]) -> str:
    """Years as a range where they are one.

    >>> _span([2025, 2026, 2027]), _span([2025, 2030]), _span([2030])
    ('2025-2027', '2025, 2030', '2030')
    """
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}-{years[-1]}"
    return ", ".join(map(str, years))
