"""The short tables of the readmes say what the long ones say, and stand where the marks are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import readme
from tests.systems import ROOT

PHASES = """\
| size | rows | read | build | compile | check | hand over | solve | solve wall | extract | audit|judge|write|peak MB|
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| daily:7,10,16,21 | 11 | 1 | 0.1 | 0.2 | 0.01 | 0.04 | 21.2 | 10.6 | 0.5 | 0.1 | 0.1 | 0.34 | 1183 |
| segments:600 | 12 | 1 | 1 | 1 | 1 | 1 | 9.11 | 5 | 1 | 1 | 1 | 1 | 583 |
| 2020,2025,2030/full | 13 | 1 | 1 | 1 | 1 | 1 | 40.4 | 25 | 1 | 1 | 1 | 1 | 2285 |
| full | 14 | 1 | 1 | 1 | 1 | 1 | >1800 limit | - | 1 | 1 | 1 | 1 | 5677 |
"""
SOLVES = """\
| size | rows | scenario | method | wall s | cpu s | peak MB |
| ---- | ---: | -------: | -----: | -----: | ----: | ------: |
| segments:600 | 12 | baseline | highs simplex | 156 | 146 | 767 |
| segments:600 | 15 | stressed | structured | 9.98 | 9.96 | 555 |
| segments:600 | 15 | stressed | highs simplex | 183 | 167 | 787 |
"""
PEERS = """\
| extent | size | by | sum s |
| ------ | ---: | -: | ----: |
| whole | 2020,2025,2030/segments:2016 | ours | 0.463 |
| whole | 2020,2025,2030/segments:2016 | pyomo | 36.8 |
| whole | full | ours | 3.82 |
| whole | full | pyomo | >912 stopped |
"""
MEASURED = f"Measured today\n\n### Phases\n\n{PHASES}\n### Peers\n\n{PEERS}\n### Solves\n\n{SOLVES}"


def test_short_tables_say_what_the_long_ones_say() -> None:
    """By hand: 1 + 0.1 + 0.2 + 0.01 + 0.04 = 1.35 s before the solve, 1.04 after; a dash for what was not measured."""
    phases, peers = readme.tables(readme.short(MEASURED, "en"))
    first, second, stressed, _, last = (list(row.values()) for row in phases)
    assert first[1:] == ["11", "1.4 s", "21 s", "11 s", "1 s", "1.2 GB", "–"]
    assert second[1:] == ["12", "5 s", "9.1 s", "5 s", "4 s", "0.58 GB", "150 s"]
    assert stressed[1:] == ["15", "–", "10 s", "10 s", "–", "0.56 GB", "170 s"]
    assert last[3] == "> 1800 s"
    assert list(peers[0].values())[1:] == ["0.46 s", "37 s", "–", "–"]
    assert list(peers[1].values())[1:] == ["–"] * 4
    assert list(peers[2].values())[1:] == ["3.8 s", "> 910 s", "–", "–"]


def test_tables_go_between_the_marks_and_nowhere_else(tmp_path: Path) -> None:
    path = tmp_path / "README.zh.md"
    path.write_text(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n", encoding="utf-8")
    readme.renew(path, "new")
    assert path.read_text(encoding="utf-8") == f"before\n{readme.BEGIN}\n\nnew\n\n{readme.END}\nafter\n"
    path.write_text("somebody's own", encoding="utf-8")
    with pytest.raises(LookupError, match="no place"):
        readme.renew(path, "new")


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.zh.md", "zh")])
def test_the_readmes_show_what_was_measured_last(name: str, language: str) -> None:
    """Proves that nobody has changed a number by hand: the readmes hold what the benchmarks' own readme makes."""
    measured = (ROOT / "tests" / "benchmarks" / "README.md").read_text(encoding="utf-8")
    made = measured.partition(readme.BEGIN)[2].partition(readme.END)[0]
    assert readme.short(made, language) in (ROOT / name).read_text(encoding="utf-8")
