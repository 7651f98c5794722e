"""Makes the font of the package anew: `python -m pzh_energy.reporting.fonts.build NotoSansCJK-Regular.ttc`.

The source is the Simplified Chinese face of Noto Sans CJK (Debian package `fonts-noto-cjk`), SIL Open Font License 1.1.
Kept are the 6763 hanzi and the signs of GB 2312, which Chinese technical writing is made of, and Latin with the signs
of units and formulas. The licence reserves names for unmodified fonts, so the subset is called `FAMILY`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

from pzh_energy.reporting.fonts import FAMILY, FONT

FACE = "Noto Sans CJK SC"
SIGNS = "–—‘’“”…′″€™←↑→↓⇒∑√∞≈≠≤≥−×÷±·°²³¹⁻₀₁₂₃₄₅₆₇₈₉µΔηλπστ■□▲▼◆○●★✓"
FAMILY_ID, SUBFAMILY_ID, UNIQUE_ID, FULL_ID, VERSION_ID, POSTSCRIPT_ID = 1, 2, 3, 4, 5, 6
LICENCE_IDS = (0, 13, 14)
"""Copyright, licence and the address of the licence stay as they are."""


def gb2312() -> set[str]:
    """Every character of GB 2312: signs and the hanzi of both levels."""
    found = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                found.add(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def build(source: Path, target: Path = FONT) -> None:
    """Write the subset of the face `FACE` of a collection; StopIteration if the collection has no such face."""
    face = next(font for font in TTCollection(source).fonts if font["name"].getBestFamilyName() == FACE)
    options = subset.Options(layout_features=["kern", "mark", "mkmk", "ccmp", "locl"], hinting=False)
    options.name_IDs = [*LICENCE_IDS, FAMILY_ID, SUBFAMILY_ID, UNIQUE_ID, FULL_ID, VERSION_ID, POSTSCRIPT_ID]
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    latin = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x180))}
    subsetter.populate(unicodes=[ord(sign) for sign in gb2312() | latin | set(SIGNS)])
    subsetter.subset(face)
    _rename(face)
    face.save(target)


def _rename(font: TTFont) -> None:
    version = font["name"].getDebugName(VERSION_ID)
    names = {
        FAMILY_ID: FAMILY,
        SUBFAMILY_ID: "Regular",
        UNIQUE_ID: f"{FAMILY} Regular; subset of {FACE} {version}",
        FULL_ID: f"{FAMILY} Regular",
        VERSION_ID: version,
        POSTSCRIPT_ID: FAMILY.replace(" ", "") + "-Regular",
    }
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in LICENCE_IDS and record.langID == 0x409]
    for identifier, text in names.items():
        table.setName(text, identifier, 3, 1, 0x409)
    outlines = font["CFF "].cff
    outlines.fontNames = [names[POSTSCRIPT_ID]]
    outlines[0].FullName, outlines[0].FamilyName = names[FULL_ID], FAMILY


if __name__ == "__main__":
    build(Path(sys.argv[1]))
