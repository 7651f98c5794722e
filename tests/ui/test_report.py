"""The report as its readers meet it: a file in a browser, at a desk and on a phone, in both languages.

Without a Chromium these tests are skipped, unless PZH_NEEDS_BROWSER is set: there the report must have been looked at.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pzh_energy.reporting.fonts import FAMILY
from pzh_energy.reporting.texts import LANGUAGES
from tests.ui.chromium import Page, executable, page
from tests.ui.test_cli import QUIETLY, TINY, pzh

WIDTHS = {"desk": 1280, "phone": 390}
PICTURES = {
    "capacity", "generation", "seasons", "dispatch", "cascade", "reservoirs", "sankey", "emissions", "costs", "prices",
    "grades", "paths",
}  # fmt: skip


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A solved scenario with its report in both languages, as HTML and as a workbook."""
    folder = tmp_path_factory.mktemp("report")
    done = pzh("solve", TINY, "-o", "tiny", *QUIETLY, cwd=folder)
    assert done.returncode == 0, done.stderr
    for language in LANGUAGES:
        words = ("report", "tiny", "--lang", language, "-o", f"{language}.html", "--xlsx", f"{language}.xlsx")
        done = pzh(*words, cwd=folder)
        assert done.returncode == 0, done.stderr
        assert f"{language}.html" in done.stdout
    return folder


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    if executable() is None and not os.environ.get("PZH_NEEDS_BROWSER"):
        pytest.skip("no Chromium to look with")
    with page() as opened:
        yield opened


def summary(result: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((result / "tiny/summary.json").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_opens_offline_with_every_picture_and_fits(tab: Page, result: Path, language: str, width: int) -> None:
    tab.messages.clear()
    tab.open(result / f"{language}.html", width)
    assert tab.messages == []  # nothing was asked for, nothing failed, nobody complained
    keys = tab.run("[...document.querySelectorAll('h3[id^=picture-]')].map(h => h.id.slice(8))")
    assert set(keys) >= PICTURES
    sizes = tab.run("[...document.images].map(i => [i.naturalWidth, i.getBoundingClientRect().width, i.alt.length])")
    assert len(sizes) == len(keys)
    assert all(natural > 100 and wide > 100 and said > 10 for natural, wide, said in sizes)
    assert tab.run("document.documentElement.scrollWidth") <= width
    # what is wider than the window scrolls by itself instead of pushing the page
    spill = "e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'visible' && e.clientWidth > 0"
    blocks = "[...document.querySelectorAll('header, section, figure, dl, p, h1, h2, h3, li')]"
    assert tab.run(f"{blocks}.filter({spill}).map(e => e.textContent.slice(0, 40))") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_drawn_by_the_font_that_comes_with_the_page(tab: Page, result: Path, language: str) -> None:
    """Letters the font lacks, such as the 2 of CO₂, may come from elsewhere; hanzi may not: a planner's machine or a CI
    machine without Chinese fonts would show boxes."""
    tab.open(result / f"{language}.html", WIDTHS["desk"])
    tab.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    hanzi = r"/[\u3000-\u9fff\uff00-\uffef]/"
    own = "[...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join('')"
    script = f"""(() => {{
        const seen = new Set();
        document.querySelectorAll('body *').forEach(e => {{
            const text = {own};
            if ({hanzi}.test(text) && !seen.has(text)) {{ seen.add(text); e.setAttribute('data-hanzi', seen.size); }}
        }});
        return seen.size;
    }})()"""
    count = tab.run(script)
    assert (count > 100) == (language == "zh")
    strangers = {}
    for number in range(1, count + 1):
        for font, glyphs in tab.fonts(f'[data-hanzi="{number}"]').items():
            if font != FAMILY:
                strangers[number, font] = glyphs
    others = {tab.run(f"""document.querySelector('[data-hanzi="{number}"]').textContent""") for number, _ in strangers}
    assert all("₂" in text for text in others), others


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_numbers_of_the_page_are_those_of_the_summary(tab: Page, result: Path, language: str) -> None:
    tab.open(result / f"{language}.html", WIDTHS["desk"])
    for target in summary(result)["targets"]:
        cells = f"[...document.getElementById('target-{target['identifier']}').querySelectorAll('[data-value]')]"
        shown = tab.run(f"{cells}.map(c => c.dataset.value)")
        values = [None if value == "None" else float(value) for value in shown]
        assert values == [target["required"], target["achieved"], target["margin"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_prints(tab: Page, result: Path, language: str, tmp_path: Path) -> None:
    tab.open(result / f"{language}.html", WIDTHS["desk"])
    tab.print(tmp_path / "report.pdf")
    printed = (tmp_path / "report.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert 4 <= printed.count(b"/Type /Page\n") <= 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_says_what_the_page_says(result: Path, language: str) -> None:
    book = load_workbook(result / f"{language}.xlsx")
    assert sum(len(sheet._charts) for sheet in book.worksheets) >= 4
    rows = {str(line[0].value): line for line in book.worksheets[0].iter_rows()}
    factor = {"zh": 100.0, "en": 1.0}[language]
    target = next(each for each in summary(result)["targets"] if each["identifier"] == "T06")
    assert rows["T06"][6].value == pytest.approx(target["achieved"] * factor)


def test_a_folder_that_is_no_result_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    done: subprocess.CompletedProcess[str] = pzh("report", ".", "-o", "out.html", cwd=tmp_path)
    assert done.returncode == 2
    assert "is not a result folder" in done.stderr
    assert list(tmp_path.iterdir()) == []
