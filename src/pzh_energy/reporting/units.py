"""Output units by language: Chinese planning units or GW, TWh, bn CNY, Mt; conversion is by exact factors.

>>> quantity(7.2, "GW", "zh")
'720.0 万千瓦'
>>> quantity(27.31, "TWh", "zh")
'273.1 亿千瓦时'
>>> quantity(-1234.5, "million CNY", "en")
'-1.23 bn CNY'
>>> price_of_unit(250.0, "%", "zh")
'2.50 亿元/百分点'
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pzh_energy.reporting.texts import LANGUAGES, Language

NOISE = 1e-6
"""Displayed values smaller than this are the solver's noise and are shown as zero."""


@dataclass(frozen=True)
class Display:
    """How a unit is shown: `label` after the number, `factor` from the unit to it, `digits` after the point."""

    label: str
    factor: float
    digits: int


_POWER = (Display("万千瓦", 0.1, 1), Display("GW", 1e-3, 3))
_ENERGY = (Display("亿千瓦时", 10.0, 1), Display("TWh", 1.0, 2))
_MONEY = (Display("亿元", 0.01, 1), Display("bn CNY", 1e-3, 2))
_MASS = (Display("万吨", 0.1, 1), Display("Mt", 1e-3, 3))


def _scaled(pair: tuple[Display, Display], factor: float) -> tuple[Display, Display]:
    zh, en = (Display(d.label, d.factor * factor, d.digits) for d in pair)
    return zh, en


_DISPLAY: Mapping[str, tuple[Display, Display]] = {
    "MW": _POWER,
    "GW": (Display("万千瓦", 100.0, 1), Display("GW", 1.0, 3)),
    "TWh": _ENERGY,
    "TWh/yr": _ENERGY,
    "GWh": (Display("亿千瓦时", 0.01, 2), Display("TWh", 1e-3, 3)),
    "MWh": (Display("万千瓦时", 0.1, 1), Display("MWh", 1.0, 0)),
    "million CNY": _MONEY,
    "million CNY/yr": _MONEY,
    "kt": (Display("千吨", 1.0, 2), Display("kt", 1.0, 2)),
    "Mt": _scaled(_MASS, 1e3),
    "kt CO2": (Display("万吨 CO₂", 0.1, 1), Display("Mt CO₂", 1e-3, 3)),
    "ktce": (Display("万吨标准煤", 0.1, 1), Display("Mtce", 1e-3, 3)),
    "%": (Display("%", 1.0, 2), Display("%", 1.0, 2)),
    "percentage points": (Display("个百分点", 1.0, 2), Display("percentage points", 1.0, 2)),
    "units": (Display("个", 1.0, 0), Display("units", 1.0, 0)),
    "ha": (Display("公顷", 1.0, 0), Display("ha", 1.0, 0)),
    "t": (Display("吨", 1.0, 0), Display("t", 1.0, 0)),
    "year": (Display("年", 1.0, 0), Display("", 1.0, 0)),
    "%/yr": (Display("%/年", 1.0, 2), Display("%/yr", 1.0, 2)),
    "ktce/yr/yr": (Display("万吨标准煤/年（逐年）", 0.1, 2), Display("Mtce/yr a year", 1e-3, 3)),
    "ktce/yr": (Display("万吨标准煤/年", 0.1, 1), Display("Mtce/yr", 1e-3, 3)),
    "households": (Display("万户", 1e-4, 1), Display("households", 1.0, 0)),
    "m2": (Display("平方米", 1.0, 1), Display("m2", 1.0, 1)),
    "km per 10 000 people": (Display("公里/万人", 1.0, 1), Display("km per 10 000 people", 1.0, 1)),
    "100 million CNY": (Display("亿元", 1.0, 0), Display("bn CNY", 0.1, 1)),
    "1/yr": (Display("%/年", 100.0, 1), Display("%/yr", 100.0, 1)),
    # what limits are stated in
    "MW/yr": (Display("万千瓦/年", 0.1, 1), Display("GW/yr", 1e-3, 3)),
    "MWh/yr": (Display("万千瓦时/年", 0.1, 1), Display("GWh/yr", 1e-3, 3)),
    "GWh/yr": (Display("亿千瓦时/年", 0.01, 2), Display("TWh/yr", 1e-3, 3)),
    "m3/s": (Display("立方米/秒", 1.0, 0), Display("m3/s", 1.0, 0)),
    "million m3": (Display("亿立方米", 0.01, 2), Display("million m3", 1.0, 0)),
    "t/yr": (Display("吨/年", 1.0, 0), Display("t/yr", 1.0, 0)),
    "CNY/MWh": (Display("元/兆瓦时", 1.0, 1), Display("CNY/MWh", 1.0, 1)),
}

_PRICE: Mapping[str, tuple[Display, Display]] = {
    # 1 million CNY/GW = 1 万元/万千瓦 and 1 million CNY/GWh = 1 元/千瓦时
    "GW": (Display("万元/万千瓦", 1.0, 2), Display("million CNY per GW", 1.0, 2)),
    "MW": (Display("万元/兆瓦", 100.0, 2), Display("million CNY per MW", 1.0, 3)),
    "%": (Display("亿元/百分点", 0.01, 2), Display("million CNY per percentage point", 1.0, 1)),
    "%/yr": (Display("亿元/百分点", 0.01, 2), Display("million CNY per percentage point", 1.0, 1)),
    "GWh": (Display("元/千瓦时", 1.0, 3), Display("million CNY per GWh", 1.0, 3)),
    "Mt": (Display("元/吨", 1.0, 2), Display("million CNY per Mt", 1.0, 2)),
    "units": (Display("万元/个", 100.0, 2), Display("million CNY per unit", 1.0, 4)),
    "ha": (Display("万元/公顷", 100.0, 2), Display("million CNY per ha", 1.0, 4)),
    "t": (Display("万元/吨", 100.0, 2), Display("million CNY per t", 1.0, 4)),
}


def display(unit: str, language: Language) -> Display:
    """How values of an internal unit are shown; a unit without an entry is shown as it is."""
    pair = _DISPLAY.get(unit)
    return Display(unit, 1.0, 3) if pair is None else pair[LANGUAGES.index(language)]


def number(value: float, digits: int, signed: bool = False) -> str:
    """A number with fixed digits; a value that would round to zero keeps two significant digits instead.

    >>> number(0.0004, 2), number(-1e-12, 2), number(1.5, 2, signed=True)
    ('0.0004', '0.00', '+1.50')
    """
    if abs(value) < NOISE:
        return f"{0.0:.{digits}f}"
    sign = "+" if signed else "-"
    if abs(value) < 0.5 * 10.0**-digits:
        return f"{value:{sign}.2g}"
    return f"{value:{sign}.{digits}f}"


def converted(value: float | None, unit: str, language: Language, signed: bool = False) -> str:
    """A value of an internal unit as a number in the unit of the language, without the unit; `-` for none."""
    if value is None or math.isnan(value):
        return "-"
    shown = display(unit, language)
    return number(value * shown.factor, shown.digits, signed)


def quantity(value: float, unit: str, language: Language) -> str:
    """A value of an internal unit as number and unit in a language."""
    return f"{converted(value, unit, language)} {display(unit, language).label}".rstrip()


def price_of_unit(price: float, unit: str, language: Language) -> str:
    """A price in million CNY per `unit` as number and unit in a language."""
    pair = _PRICE.get(unit, (Display(f"百万元/{unit}", 1.0, 3), Display(f"million CNY per {unit}", 1.0, 3)))
    shown = pair[LANGUAGES.index(language)]
    return f"{number(price * shown.factor, shown.digits)} {shown.label}"


def money(million: float, language: Language) -> str:
    """An amount of money in million CNY, in the larger unit only where it is large.

    >>> money(15.0, "zh"), money(1234.5, "zh"), money(15.0, "en"), money(1234.5, "en")
    ('1500.0 万元', '12.3 亿元', '15.0 million CNY', '1.23 bn CNY')
    """
    if language == "zh":
        return quantity(million, "million CNY", "zh") if abs(million) >= 100 else f"{number(million * 100, 1)} 万元"
    return quantity(million, "million CNY", "en") if abs(million) >= 1000 else f"{number(million, 1)} million CNY"


def worth_of_unit(price: float, unit: str, language: Language) -> str:
    """A price in million CNY per `unit` of a limit, as number and unit per unit shown (万千瓦, GW …).

    >>> worth_of_unit(0.25, "MW", "zh"), worth_of_unit(0.25, "MW", "en")
    ('250.0 万元/万千瓦', '250.0 million CNY per GW')
    """
    shown = display(unit, language)
    per_shown = price / shown.factor
    if language == "zh":
        return f"{number(per_shown * 100, 1)} 万元/{shown.label}"
    return f"{number(per_shown, 1)} million CNY per {shown.label}"
