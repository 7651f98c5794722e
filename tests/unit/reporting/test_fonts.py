"""The shipped font: it has every sign that is shown anywhere, a name of its own, and its licence beside it."""

from __future__ import annotations

import csv
from pathlib import Path

from fontTools.ttLib import TTFont
from matplotlib import get_data_path

from pzh_energy.reporting.fonts import FAMILY, FONT
from pzh_energy.reporting.fonts.build import gb2312
from pzh_energy.reporting.texts import TEXTS

ROOT = Path(__file__).parents[3]
LARGEST_MB = 3.0


def shown() -> set[str]:
    """Every character of the texts and of the Chinese and English columns of the data package."""
    words = [word for pair in TEXTS.values() for word in pair]
    for path in sorted((ROOT / "data").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            words += [value or "" for record in csv.DictReader(file) for value in record.values()]
    return set("".join(words))


def test_every_character_shown_has_a_glyph_here_or_in_the_first_font() -> None:
    first = TTFont(Path(get_data_path(), "fonts/ttf/DejaVuSans.ttf")).getBestCmap()
    ours = TTFont(FONT).getBestCmap()
    assert sorted(c for c in shown() if ord(c) not in ours and ord(c) not in first) == []


def test_every_hanzi_shown_and_all_of_gb2312_are_in_the_font() -> None:
    ours = TTFont(FONT).getBestCmap()
    hanzi = {c for c in shown() | gb2312() if "\u4e00" <= c <= "\u9fff"}
    assert len(hanzi) >= 6763
    assert sorted(c for c in hanzi if ord(c) not in ours) == []


def test_the_subset_is_renamed_small_and_comes_with_its_licence() -> None:
    names = TTFont(FONT)["name"]
    assert names.getBestFamilyName() == FAMILY
    assert not any(word in FAMILY for word in ("Noto", "Source"))
    assert "SIL Open Font License" in names.getDebugName(13)
    licence = FONT.with_name("OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence
    assert "Reserved Font Name" in licence
    assert FONT.stat().st_size < LARGEST_MB * 1e6
