"""Units of the output: exact factors, digits that neither hide a value nor invent one."""

from __future__ import annotations

import math

import pytest

from pzh_energy.reporting.labels import FALLBACK_COLOUR, Labels, stated
from pzh_energy.reporting.texts import LANGUAGES, TEXTS, say
from pzh_energy.reporting.units import converted, number, price_of_unit, quantity


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (6600.0, "MW", "660.0 万千瓦", "6.600 GW"),
        (7.2, "GW", "720.0 万千瓦", "7.200 GW"),
        (27.3, "TWh", "273.0 亿千瓦时", "27.30 TWh"),
        (1500.0, "GWh", "15.00 亿千瓦时", "1.500 TWh"),
        (12345.0, "million CNY", "123.5 亿元", "12.35 bn CNY"),
        (1244.7, "kt", "1244.70 千吨", "1244.70 kt"),
        (1.2447, "Mt", "124.5 万吨", "1.245 Mt"),
        (90.0, "%", "90.00 %", "90.00 %"),
        (3.0, "parsec", "3.000 parsec", "3.000 parsec"),
    ],
)
def test_quantity_in_both_languages(value: float, unit: str, zh: str, en: str) -> None:
    assert (quantity(value, unit, "zh"), quantity(value, unit, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("price", "unit", "zh", "en"),
    [
        # 250 million CNY per GW: 2.5 亿元 per 100 万千瓦 are 250 万元 per 万千瓦
        (250.0, "GW", "250.00 万元/万千瓦", "250.00 million CNY per GW"),
        (250.0, "%", "2.50 亿元/百分点", "250.0 million CNY per percentage point"),
        (0.3, "GWh", "0.300 元/千瓦时", "0.300 million CNY per GWh"),
        (80.0, "Mt", "80.00 元/吨", "80.00 million CNY per Mt"),
        (0.25, "MW", "25.00 万元/兆瓦", "0.250 million CNY per MW"),
        (2.0, "parsec", "2.000 百万元/parsec", "2.000 million CNY per parsec"),
    ],
)
def test_price_in_both_languages(price: float, unit: str, zh: str, en: str) -> None:
    assert (price_of_unit(price, unit, "zh"), price_of_unit(price, unit, "en")) == (zh, en)


def test_a_small_value_is_not_shown_as_zero_and_noise_is() -> None:
    assert number(-0.0004, 2) == "-0.0004"
    assert number(-1e-13, 2, signed=True) == "0.00"
    assert number(0.005, 2) in ("0.01", "0.005")


def test_no_value_is_a_dash() -> None:
    assert converted(None, "GW", "en") == "-"
    assert converted(math.nan, "GW", "zh") == "-"


@pytest.mark.parametrize("key", list(TEXTS))
def test_both_languages_of_a_text_have_the_same_gaps(key: str) -> None:
    import string

    gaps = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in TEXTS[key]]
    assert len(gaps) == len(LANGUAGES)
    assert gaps[0] == gaps[1]


def test_a_text_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        say("no such text", "en")


def test_labels_of_the_package_win_and_unknown_ids_name_themselves() -> None:
    own = {"wind": {"zh": "风", "en": "Breeze", "colour": "#123456", "order": 3}}
    labels = Labels.of({"labels": own})
    assert (labels.name("wind", "zh"), labels.name("wind", "en"), labels.colour("wind")) == ("风", "Breeze", "#123456")
    assert (labels.name("ridge", "en"), labels.colour("ridge")) == ("ridge", FALLBACK_COLOUR)
    assert sorted(["zzz", "aaa", "wind"], key=labels.order) == ["wind", "aaa", "zzz"]
    assert Labels().name("solar_pv", "zh") == "光伏发电"


def test_labels_survive_the_provenance() -> None:
    from pzh_energy.inputs.datapackage import Label

    label = Label("dam", "坝", "Dam", "#abcdef", 7)
    assert Labels.of({"labels": stated({"dam": label})}).name("dam", "zh") == "坝"
