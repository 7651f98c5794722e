"""Texts: the tables that hold them are joined into one, where a key said twice would silently lose one of its texts."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from pzh_energy.reporting import texts

KEY = re.compile(r'^    "([^"]+)": \(', re.MULTILINE)


def test_every_key_is_stated_once_in_all_the_tables_of_texts() -> None:
    files = sorted(Path(str(texts.__file__)).parent.glob("texts*.py"))
    keys = Counter(key for path in files for key in KEY.findall(path.read_text(encoding="utf-8")))
    assert len(files) >= 3
    assert set(texts.TEXTS) == set(keys)
    assert [key for key, count in keys.items() if count > 1] == []
