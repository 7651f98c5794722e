"""The font that comes with the package, so that Chinese text shows on a machine without Chinese fonts.

A renamed subset of Noto Sans CJK SC under the SIL Open Font License 1.1 (`OFL.txt`); `build` makes it anew.
"""

from __future__ import annotations

from pathlib import Path

FAMILY = "Pzh Sans"
FONT = Path(__file__).with_name("PzhSans-Regular.otf")
