"""Cases side by side, on results made by hand: changes, verdicts, inputs, and how they are shown."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pzh_energy.domain.errors import InputError
from pzh_energy.reporting.cases import Case, case_of, load_case, with_distinct_names
from pzh_energy.reporting.comparison import Comparison, compare_cases, differing
from pzh_energy.reporting.comparison_output import letter, show_comparison, write_xlsx
from pzh_energy.reporting.comparison_overview import BEGIN, END, overview, write_markdown
from pzh_energy.reporting.comparison_page import html_page
from pzh_energy.reporting.comparison_views import views
from pzh_energy.reporting.files import write_folder
from pzh_energy.reporting.terminal import make_console
from pzh_energy.reporting.texts import Language
from tests.unit.reporting.made import MadeRun, row, wind_and_load


def case(name: str, windier: float = 1.0, achieved: float = 1.25) -> Case:
    """The case made by hand, its second park `windier` times as large, its target met by less or missed."""
    results = wind_and_load()
    data = results.data.copy(deep=True)
    for key in ("ledger.capacity.wind.capacity", "ledger.electricity.wind.generation"):
        data[key][1] = data[key][1] * windier
    verdict = "met" if achieved >= 1 else "missed"
    run = MadeRun(
        results=replace(results, data=data),
        scorecard=(row(achieved=achieved, margin=achieved - 1, verdict=verdict),),
        objective=34.0 * windier,
    )
    return replace(case_of(run), name=name, document={"name": name, "solver": {"threads": int(windier)}})


@pytest.fixture
def pair() -> Comparison:
    return compare_cases([case("small"), case("large", windier=2.0, achieved=0.5)])


def test_capacity_of_both_and_the_change(pair: Comparison) -> None:
    """100 + 200 MW in 2025 and 100 + 300 in 2030; with the second park twice as large 500 and 700: 200 and 300 more."""
    table = pair.capacity.query("carrier == 'wind'").set_index("year")
    assert table["small"].to_dict() == {2025: 300.0, 2030: 400.0}
    assert table["change large"].to_dict() == {2025: 200.0, 2030: 300.0}
    assert set(table["unit"]) == {"MW"}


def test_energy_of_both_and_the_change(pair: Comparison) -> None:
    """50 + 80 MW all year are 1.1388 TWh; 80 MW more are 0.7008."""
    table = pair.balance.query("entry == 'wind.generation'").set_index("year")
    assert table.loc[2025, "small"] == pytest.approx(130 * 8760e-6)
    assert table.loc[2025, "change large"] == pytest.approx(80 * 8760e-6)


def test_only_rows_that_differ_are_left(pair: Comparison) -> None:
    assert set(differing(pair.balance, pair.names)["entry"]) == {"wind.generation"}
    assert differing(pair.costs, pair.names).empty


def test_inputs_that_differ_are_named_and_the_name_is_none(pair: Comparison) -> None:
    assert pair.inputs.to_dict("records") == [{"key": "solver.threads", "unit": "", "small": "1", "large": "2"}]


def test_costs_are_discounted_and_signed(pair: Comparison) -> None:
    """With 4 and 2: annuities 3·4 + 5·2 + 0·4 + 1·2 = 24, variable cost 7·6 = 42, export earns 10·6 = 60."""
    costs = pair.costs.set_index("kind")["small"].to_dict()
    assert costs == pytest.approx({"annuity": 24.0, "variable_om": 42.0, "export": -60.0})


def test_what_only_one_case_has_is_zero_in_the_other_and_a_missing_year_is_not() -> None:
    short, full = case("short"), case("full")
    data = short.results.data.drop_vars("ledger.co2.load.boilers").sel(period=[2030])
    short = replace(short, results=replace(short.results, data=data))
    pair = compare_cases([full, short])
    table = pair.emissions.set_index("year")
    assert table.loc[2030, "short"] == 0
    capacity = pair.capacity.set_index("year")
    assert capacity["short"].isna().to_dict() == {2025: True, 2030: False}
    assert pair.milestones == (2030,)


def test_fewer_than_two_are_no_comparison() -> None:
    with pytest.raises(InputError, match="at least two"):
        compare_cases([case("alone")])


def test_cases_of_one_name_are_told_apart_by_folder_then_by_number() -> None:
    same = case("same")
    folders = [replace(same, folder=Path("results/a")), replace(same, folder=Path("results/b")), same]
    assert [each.name for each in with_distinct_names(folders)] == ["a", "b", "same"]
    assert [each.name for each in with_distinct_names([same, same])] == ["same_1", "same_2"]


def shown(comparison: Comparison, language: Language) -> str:
    stream = io.StringIO()
    show_comparison(comparison, make_console(stream), language)
    return stream.getvalue()


def test_the_terminal_shows_letters_changes_and_marks_within_80_columns(pair: Comparison) -> None:
    text = shown(pair, "en")
    assert "A  small" in text and "B  large" in text
    assert "0.400  0.700  +0.300  GW" in text
    assert "1.250  0.500!  -0.750" in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_chinese_shows_chinese_units(pair: Comparison) -> None:
    text = shown(pair, "zh")
    assert "40.0  70.0  +30.0  万千瓦" in text
    assert "亿千瓦时" in text and "未达标" in text


def test_the_terminal_takes_more_cases_than_fit_beside_each_other() -> None:
    text = shown(compare_cases([case(f"c{k}", windier=1.0 + k) for k in range(6)]), "en")
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "F  c5" in text
    assert text.count("year") >= 4
    assert [letter(k) for k in (0, 5)] == ["A", "F"]


def test_equal_cases_say_so() -> None:
    text = shown(compare_cases([case("one"), case("two")]), "en")
    assert text.count("No difference.") == 7


@pytest.mark.parametrize(("language", "unit"), [("en", "GW"), ("zh", "万千瓦")])
def test_the_page_is_self_contained_and_escaped(pair: Comparison, language: Language, unit: str) -> None:
    odd = replace(
        pair, cases=(replace(pair.cases[0], document={"title": dict.fromkeys(("zh", "en"), "<b>&")}), *pair.cases[1:])
    )
    page = html_page(odd, language)
    assert unit in page and "&lt;b&gt;&amp;" in page
    assert "<script" not in page and "http" not in page
    assert page.count("src=") == page.count('src="data:image/svg+xml;base64,') == 1


def test_the_workbook_has_a_sheet_for_each_table_and_numbers_as_numbers(pair: Comparison, tmp_path: Path) -> None:
    """300 and 500 MW of wind; a target achieved by 1.25 and missed at 0.5."""
    book = load_workbook(write_xlsx(pair, tmp_path / "c.xlsx", "en"))
    assert len(book.sheetnames) == 1 + len(views(pair, "en"))
    assert [row[0] for row in book["Overview"].iter_rows(min_row=2, max_row=3, values_only=True)] == ["small", "large"]
    wind = next(row for row in book["Capacity"].iter_rows(values_only=True) if row[:2] == ("Wind", 2025))
    assert (wind[2:5], wind[5]) == (pytest.approx((0.3, 0.5, 0.2)), "GW")
    (target,) = list(book["Targets"].iter_rows(min_row=2, values_only=True))
    assert target[-2:] == ("met", "missed")


def test_the_overview_has_a_row_for_each_case_and_holds_costs_against_the_first(pair: Comparison) -> None:
    """34 and 68 million CNY are 0.03 bn and 0.034 more; 400 and 700 MW of wind in 2030; 6 kt in both years."""
    table = overview(pair, "en")
    first, second = (dict(zip(table.headings, row, strict=True)) for row in table.rows)
    assert (first["change of cost bn CNY"], second["change of cost bn CNY"]) == ("0.03", "+0.034")
    assert first["highest CO₂ (year) Mt CO₂"] == "0.006 (2025)"
    assert (first["Wind 2030 GW"], second["Wind 2030 GW"]) == ("0.400", "0.700")


def test_costs_over_other_years_are_not_held_against_each_other(pair: Comparison) -> None:
    short = case("short")
    short = replace(short, results=replace(short.results, data=short.results.data.sel(period=[2030])))
    finer = replace(case("finer", windier=2.0), document={"resolution": {"segments": 9}})
    table = overview(compare_cases([case("full"), short, finer]), "en")
    assert [row[-1] for row in table.rows] == ["0.03", "-", "≈+0.034"]


def test_the_markdown_table_is_renewed_between_its_marks_and_nowhere_else(pair: Comparison, tmp_path: Path) -> None:
    page = write_markdown(pair, tmp_path / "new.md", "zh")
    assert "| large |" in page.read_text("utf-8") and "亿元" in page.read_text("utf-8")
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    text = write_markdown(pair, page, "en").read_text("utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text and "| small |" in text
    assert write_markdown(pair, page, "en").read_text("utf-8") == text
    page.write_text("my own words", "utf-8")
    with pytest.raises(InputError, match="no place"):
        write_markdown(pair, page, "en")
    assert page.read_text("utf-8") == "my own words"


def test_a_target_nobody_has_is_refused(pair: Comparison) -> None:
    with pytest.raises(InputError, match="no such target"):
        overview(pair, "en", ["T99"])


def test_a_case_comes_back_from_its_folder(tmp_path: Path) -> None:
    folder = write_folder(MadeRun(), tmp_path / "made")
    loaded = load_case(folder)
    assert (loaded.name, loaded.objective, loaded.scorecard) == ("made", 34.0, MadeRun().scorecard)
    assert loaded.said("title", "zh") == "示例"
    summary = json.loads((folder / "summary.json").read_text())
    summary["targets"][0]["from_the_future"] = 1
    (folder / "summary.json").write_text(json.dumps(summary))
    assert load_case(folder).scorecard == loaded.scorecard
    (folder / "summary.json").write_text(json.dumps({**summary, "targets": [{"identifier": "T1"}]}))
    with pytest.raises(InputError, match="targets lack"):
        load_case(folder)
