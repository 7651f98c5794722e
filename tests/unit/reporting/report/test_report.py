"""The report's tables, page and workbook, from a run whose numbers can be worked out on paper."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from openpyxl import load_workbook

from pzh_energy.reporting.files import write_folder
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots import Drawn, pictures
from pzh_energy.reporting.report import Report, html, make_report, to_html
from pzh_energy.reporting.report.excel import write_workbook
from pzh_energy.reporting.report.html import _cell
from pzh_energy.reporting.report.tables import _sheet, heading
from pzh_energy.reporting.saved import load_results
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.tables import TABLES
from pzh_energy.reporting.texts import LANGUAGES, TEXTS, Language
from tests.unit.reporting.made import MadeRun, row

ROWS: tuple[ScorecardRow, ...] = (row(), row(identifier="T2", verdict="missed", achieved=None, margin=None, year=None))


def report(folder: Path, language: Language) -> Report:
    saved = load_results(write_folder(MadeRun(scorecard=ROWS), folder / "made"))
    return make_report(saved, language, lambda: drawn(language))


@cache
def drawn(language: Language) -> list[Drawn]:
    """Pictures of the made run, drawn once for all tests."""
    return [picture.drawn() for picture in pictures(MadeRun().results, language, ROWS)]


def test_years_stand_side_by_side_in_the_unit_of_the_language() -> None:
    """Two parks over two years of one quantity: two rows, the quantity in the title, MW become 万千瓦."""
    table = pd.DataFrame({"year": [2025, 2025, 2030, 2030], "item": list("abab"), "capacity_mw": [10.0, 20, 30, 40]})
    sheet = _sheet("capacity", table, Labels(), "zh")
    assert sheet.title == "装机容量 — 容量 [万千瓦]"
    assert sheet.frame.to_dict("list") == {"对象": ["a", "b"], "2025": [1.0, 2.0], "2030": [3.0, 4.0]}
    assert sheet.digits == {"2025": 1, "2030": 1}


def test_a_page_holds_each_picture_once_and_the_letters_it_needs(tmp_path: Path) -> None:
    """The font is made of the letters of the page, which is not made a second time for it."""
    content = report(tmp_path, "zh")
    page = to_html(content)
    held_pictures = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", page)
    assert [base64.b64decode(each).decode() for each in held_pictures] == [each.svg for each in content.pictures]
    assert html.FONT_GOES_HERE not in page
    (held,) = re.findall(r"font/woff;base64,([A-Za-z0-9+/=]+)", page)
    letters = TTFont(io.BytesIO(base64.b64decode(held))).getBestCmap()
    assert {ord(letter) for letter in "攀枝花" if letter in page} <= set(letters)
    assert any(ord(letter) > 0x4E00 for letter in map(chr, letters))


def test_pictures_drawn_elsewhere_are_taken_as_they_are(tmp_path: Path) -> None:
    run = load_results(write_folder(MadeRun(scorecard=ROWS), tmp_path / "made"))
    elsewhere = [replace(each, svg=f"<svg>{each.key}</svg>") for each in make_report(run, "en").pictures]
    assert make_report(run, "en", lambda: elsewhere).pictures == elsewhere


def test_rows_that_are_zero_throughout_are_left_out() -> None:
    table = pd.DataFrame({"year": [2025, 2030] * 2, "item": list("aabb"), "capacity_mw": [0.0, 0.0, 0.0, 5.0]})
    assert _sheet("capacity", table, Labels(), "en").frame["item"].tolist() == ["b"]


def test_a_row_that_shows_nought_in_every_year_is_left_out() -> None:
    """0.4 kW show as 0.0 万千瓦: what an interior solution leaves of plant that is not built. 1 MW is shown."""
    table = pd.DataFrame({"year": [2025, 2030] * 2, "item": list("aabb"), "capacity_mw": [4e-4, -4e-4, 0.0, 1.0]})
    assert _sheet("capacity", table, Labels(), "zh").frame["对象"].tolist() == ["b"]


def test_the_time_of_highest_demand_is_a_row_and_years_of_other_hours_stay_side_by_side() -> None:
    """By hand: hour 5224 of the year is 6 August, 16:00 (day 217); a single weather case is not named."""
    table = pd.DataFrame(
        {
            "year": [2025, 2025, 2030, 2030],
            "season": ["wet"] * 4,
            "weather": ["normal"] * 4,
            "hour_of_year": [5224, 5224, 0, 0],
            "line": ["supply", "demand"] * 2,
            "technology": ["wind", ""] * 2,
            "power_mw": [1000.0, 2000.0, 3000.0, 4000.0],
        }
    )
    frame = _sheet("power_balance", table, Labels(), "en").frame
    assert frame["measure"].tolist() == ["time of highest demand", "power [GW]", "power [GW]"]
    assert frame["2025"].tolist() == ["08-06 16:00", 1.0, 2.0]
    assert frame["2030"].tolist() == ["01-01 00:00", 3.0, 4.0]
    assert "weather" not in frame
    other = table.assign(weather=["normal", "normal", "dry", "dry"])
    named = _sheet("power_balance", other, Labels(), "en").frame.iloc[0]
    assert [str(named[year]).rpartition(" 0")[0] for year in ("2025", "2030")] != ["", ""]


def test_several_quantities_get_a_row_each() -> None:
    table = pd.DataFrame(
        {"year": [2025, 2030], "item": ["a", "a"], "available_twh": [1.0, 2.0], "curtailed_twh": [0.5, 0]}
    )
    frame = _sheet("curtailment", table, Labels(), "en").frame
    assert frame["measure"].tolist() == ["available [TWh]", "curtailed [TWh]"]
    assert frame["2025"].tolist() == [1.0, 0.5]


def test_an_amount_whose_unit_stands_beside_it_is_converted_row_by_row() -> None:
    """15 MW are 1.5 万千瓦, 40 MWh are 4 万千瓦时."""
    table = pd.DataFrame(
        {"year": [2025, 2025], "item": ["a", "b"], "unit": ["MW", "MWh"], "new_capacity": [15.0, 40.0]}
    )
    frame = _sheet("investment", table, Labels(), "zh").frame
    assert frame[["单位", "2025"]].to_numpy().tolist() == [["万千瓦", 1.5], ["万千瓦时", 4.0]]


def test_figures_of_single_years_are_not_spread_over_columns() -> None:
    table = pd.DataFrame({"year": [2016, 2017, 2020], "quantity": ["coal", "oil", "gas"], "stated": [1.0, 2.0, 3.0]})
    assert list(_sheet("calibration", table, Labels(), "en").frame) == ["year", "of", "stated"]


def test_an_entry_that_ends_in_its_items_name_is_called_by_its_beginning() -> None:
    table = pd.DataFrame({"entry": ["end_uses.fuel_steel", "wind.generation", "odd.thing"], "co2_kt": [1.0, 2.0, 3.0]})
    words = _sheet("emissions", table, Labels(), "en").frame["entry"].tolist()
    assert words == ["fuel", "generation", "thing"]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_and_column_has_words_in_both_languages(table: str) -> None:
    assert f"table_{table}" in TEXTS
    missing = [c.name for c in TABLES[table][0] if c.name != "sign" and f"column_{c.name}" not in TEXTS]
    assert missing == []


def test_headings_end_in_their_unit() -> None:
    assert heading("price_mean_cny_per_mwh", "zh") == "平均 [元/兆瓦时]"
    assert heading("level_share", "en") == "share filled"
    assert heading("capacity_ktce_per_year", "zh") == "年末能力 [万吨标准煤/年]"
    assert heading("per_10_ktce_share_percentage_points", "en") == "change of the share per 10 ktce [percentage points]"


def test_effects_of_a_unit_are_not_scaled_like_amounts() -> None:
    """10 ktce in a column's name are no unit of it: what they change stays the same number in both languages."""
    names = ("per_10_ktce_share_percentage_points", "per_10_ktce_intensity_percent", "non_fossil_tce_per_tce_replaced")
    table = pd.DataFrame({"item": ["a"], **{name: [0.25] for name in names}})
    for language in LANGUAGES:
        frame = _sheet("end_use_options", table, Labels(), language).frame
        assert [frame[heading(name, language)].item() for name in names] == [0.25] * 3


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1671.1234, 3, "1,671.1"),
        (12.42, 3, "12.420"),
        (0.00004, 2, "0.00"),
        (-0.0001, 2, "0.00"),
        (float("nan"), 2, ""),
    ],
)
def test_numbers_have_five_significant_digits_at_most(value: float, digits: int, text: str) -> None:
    assert _cell(value, digits) == (text, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_and_says_what_the_scorecard_says(language: Language, tmp_path: Path) -> None:
    content = report(tmp_path, language)
    page = to_html(content)
    assert not re.search(r"(src|href)=\"(?!data:|#)", page)  # nothing is fetched
    assert "<script" not in page
    assert page.count("<img ") == len(content.pictures) > 0
    assert all(f'alt="{picture.alt}"' in page for picture in content.pictures)
    assert 'data-value="1.25"' in page
    assert {"zh": "未达标", "en": "missed"}[language] in page
    assert f'lang="{ {"zh": "zh-CN", "en": "en"}[language] }"' in page


def test_what_a_scenario_says_cannot_become_markup(tmp_path: Path) -> None:
    rows = (row(label_en="<script>alert(1)</script>", metric="other"),)
    saved = load_results(write_folder(MadeRun(scorecard=rows), tmp_path / "made"))
    page = to_html(make_report(saved, "en"))
    assert "&lt;script&gt;" in page
    assert "<script" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_numbers_as_numbers_and_charts_of_its_own(language: Language, tmp_path: Path) -> None:
    content = report(tmp_path, language)
    write_workbook(content, tmp_path / "made.xlsx")
    book = load_workbook(tmp_path / "made.xlsx")
    assert book.sheetnames[0] == {"zh": "目标对照表", "en": "Scorecard"}[language]
    scores = [cell for line in book.worksheets[0].iter_rows() for cell in line if cell.value is not None]
    required = next(cell for cell in scores if isinstance(cell.value, float | int) and cell.value != 2030)
    assert required.value == pytest.approx({"zh": 100.0, "en": 1.0}[language])
    assert required.number_format == {"zh": "#,##0.0", "en": "#,##0.000"}[language]
    capacity = book[{"zh": "逐年装机容量", "en": "Capacity by year"}[language]]
    assert [cell.value for cell in capacity[1]] == {"zh": ["年份", "风电 [万千瓦]"], "en": ["year", "Wind [GW]"]}[
        language
    ]
    assert capacity["B2"].value == pytest.approx({"zh": 30.0, "en": 0.3}[language])
    assert capacity["A2"].number_format == "General"  # a year, not 2,030
    assert (capacity.page_setup.orientation, capacity.page_setup.fitToHeight) == ("landscape", 0)
    assert capacity.print_title_rows == "$1:$1"
    assert len(capacity._charts) == 1
    assert all(len(name) <= 31 for name in book.sheetnames)
