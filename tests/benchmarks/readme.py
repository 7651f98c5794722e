"""Puts what was measured into the readmes: all of it into that of this folder, short tables into the others.

`python -m tests.benchmarks --readmes` does it after measuring, `python -m tests.benchmarks.readme MEASURED` with a text
that was written before. A readme has a place between two marks; its language is that of its name (`.zh.md` is Chinese).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.apart import markdown
from tests.systems import ROOT

BEGIN, END = "<!-- tests.benchmarks: made by the command, do not edit -->", "<!-- tests.benchmarks: end -->"
STATING = ("read", "build", "compile", "check", "hand over")
AFTER = ("extract", "audit", "judge", "write")
SIZES = {
    "daily:7,10,16,21": {"en": "11 years × 4 parts a day (as shipped)", "zh": "11 年 × 每天四段（默认）"},
    "segments:600": {"en": "11 years × 600 segments", "zh": "11 年 × 600 段"},
    "2020,2025,2030/full": {"en": "3 years × 8760 h", "zh": "3 年 × 8760 h"},
    "full": {"en": "11 years × 8760 h", "zh": "11 年 × 8760 h"},
}
STRESSED = {"en": "– under stress, with CO2 and share rows that bind", "zh": "– 加压：碳排放与比重约束均起作用"}
HEADS = {
    "en": (
        "the baseline at",
        "rows",
        "read, build, hand over",
        "solve",
        "by the clock",
        "extract, audit, judge, write",
        "memory",
        "HiGHS's simplex",
    ),
    "zh": (
        "基准情景",
        "约束行数",
        "读入、建模、交给求解器",
        "求解",
        "求解（时钟）",
        "提取、审计、评分、写出",
        "内存",
        "HiGHS 单纯形",
    ),
}
EXTENTS = {
    ("whole", "2020,2025,2030/segments:2016"): {"en": "everything, 3 × 2016 steps", "zh": "全部，3 × 2016 步"},
    ("linopy", "2020,2025,2030/segments:2016"): {
        "en": "its electricity, 3 × 2016 steps",
        "zh": "其中电力，3 × 2016 步",
    },
    ("whole", "full"): {"en": "everything, 11 × 8760 h", "zh": "全部，11 × 8760 h"},
    ("linopy", "full"): {"en": "its electricity, 11 × 8760 h", "zh": "其中电力，11 × 8760 h"},
    ("pypsa", "2030/full"): {"en": "what PyPSA can state, 8760 h", "zh": "PyPSA 能表达的部分，8760 h"},
}
STATED = {
    "en": ("stated and handed over", "pzh-opt", "Pyomo", "linopy", "PyPSA"),
    "zh": ("写出并交给 HiGHS", "pzh-opt", "Pyomo", "linopy", "PyPSA"),
}

Row = Mapping[str, str]


def tables(text: str) -> list[list[Row]]:
    """All Markdown tables of a text, each a list of rows by heading."""
    found: list[list[Row]] = []
    heads: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            heads = []
        elif not heads:
            heads = cells
            found.append([])
        elif set("".join(cells)) - set("-:"):
            found[-1].append(dict(zip(heads, cells, strict=True)))
    return found


def table_with(text: str, *heads: str) -> list[Row]:
    """Rows of all tables of a text that have certain headings. Raises LookupError where there are none."""
    rows = [row for table in tables(text) for row in table if all(head in row for head in heads)]
    if not rows:
        raise LookupError(f"no table has {', '.join(heads)}")
    return rows


def short(text: str, language: str) -> str:
    """Phases and solves, then stating and handing over, in a few lines each, from the text of all benchmarks."""
    phases = {row["size"]: row for row in table_with(text, "size", "hand over", "peak MB")}
    solves = {(row["scenario"], row["size"], row["method"]): row for row in table_with(text, "method", "cpu s")}
    lines = []
    for size, names in SIZES.items():
        row, simplex = phases[size], solves.get(("baseline", size, "highs simplex"), {"cpu s": "–"})
        solve = row["rows"], _sum(row, STATING), _seconds(row["solve"]), _seconds(row["solve wall"])
        rest = _sum(row, AFTER), _memory(row["peak MB"]), _seconds(simplex["cpu s"])
        lines.append([names[language], *solve, *rest])
        ours = solves.get(("stressed", size, "structured"))
        if ours:
            simplex = solves["stressed", size, "highs simplex"]
            solve = ours["rows"], "–", _seconds(ours["cpu s"]), _seconds(ours["wall s"])
            lines.append([STRESSED[language], *solve, "–", _memory(ours["peak MB"]), _seconds(simplex["cpu s"])])
    sums = {(row["extent"], row["size"], row["by"]): row["sum s"] for row in table_with(text, "extent", "sum s")}
    peers = [
        [names[language], *(_seconds(sums.get((*extent, by), "–")) for by in ("ours", "pyomo", "linopy", "pypsa"))]
        for extent, names in EXTENTS.items()
    ]
    return markdown(HEADS[language], lines) + "\n\n" + markdown(STATED[language], peers)


def _sum(row: Row, phases: Sequence[str]) -> str:
    return _seconds(str(sum(float(row[phase]) for phase in phases)))


def _seconds(text: str) -> str:
    """Two digits and the unit, also of what was stopped; what was not measured stays as it is."""
    digits = text.removeprefix(">").partition(" ")[0]
    try:
        return f"{'> ' if text.startswith('>') else ''}{float(f'{float(digits):.2g}'):g} s"
    except ValueError:
        return text


def _memory(text: str) -> str:
    return f"{float(f'{float(text) / 1000:.2g}'):g} GB"


def renew(path: Path, made: str) -> None:
    """Put what was made between the marks of a file. Raises LookupError where it has none."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise LookupError(f"{path} has no place for the tables: put {BEGIN} and {END} where they shall stand")
    path.write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{after}", encoding="utf-8")


def renew_all(text: str) -> None:
    """Renew the readme of this folder and those of the project."""
    renew(ROOT / "tests" / "benchmarks" / "README.md", text.strip())
    for name, language in (("README.md", "en"), ("README.zh.md", "zh")):
        renew(ROOT / name, short(text, language))


def main(arguments: Sequence[str] | None = None) -> None:
    """Renew the readmes from a text."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.readme", description="Tables of the readmes.")
    parser.add_argument("measured", type=Path, help="text that `python -m tests.benchmarks --output` wrote")
    renew_all(parser.parse_args(arguments).measured.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
