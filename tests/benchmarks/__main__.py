"""All benchmarks in one run and one Markdown text: `python -m tests.benchmarks --readmes`.

`--quick` takes a few small sizes and about three minutes, all sizes take most of an hour. Cells run one after another,
each in a process of its own; what is done meanwhile goes to the standard error. linopy and PyPSA come with
the extra `benchmarks`; without them their lines are left out, and that is said.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.util
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pzh_energy.optimization.solve import Method
from tests.benchmarks import again, cold, growth, methods, peers, phases
from tests.benchmarks.apart import apart, import_seconds, markdown, number, repeated
from tests.benchmarks.part import Extent
from tests.benchmarks.readme import renew_all
from tests.systems import BASELINE

PACKAGES = ("pzh-energy", "pyomo", "highspy", "highspy-extras", "numpy", "scipy", "xarray", "linopy", "pypsa")
HALF_HOUR_S = 1800.0
EXTENTS = """\
Three extents of the baseline are stated. *whole*: everything, by us and by Pyomo from the same rules. *linopy*: its
electricity — cascade with travel times, wind, PV, small hydro, three storages, exchange in price tiers, unserved
demand, investment over all years — without thermal plant, hydrogen, fuels, accounts and targets. *pypsa*: that without
cascade, flow battery, price tiers and standing loss, one year. Lines with a least cost were held against ours in every
coefficient, cost and limit (PyPSA, which writes other rows, in the cost alone) and then solved. *state*: rules to
matrix with us, the construction of the model with the others; linopy and PyPSA start from arrays that are ready, while
ours and Pyomo's time holds the making of them. Names of rows and columns are handed over by none."""


@dataclass(frozen=True)
class Plan:
    """Sizes to measure. checked, measured: extent, size and tools, all if none is named; cases: of each sweep."""

    commands: tuple[cold.Command, ...]
    phases: tuple[str, ...]
    checked: tuple[tuple[Extent, str], ...]
    measured: tuple[tuple[Extent, str, tuple[str, ...]], ...]
    solved: tuple[tuple[str, tuple[Method, ...]], ...]
    again: tuple[str, ...]
    swept: tuple[tuple[str, int], ...]
    limit_s: float
    peers_limit_s: float


QUICK = Plan(
    commands=cold.MEASURED[:2],
    phases=("2020,2025,2030/segments:24", "segments:96"),
    checked=(
        ("whole", "2020,2025,2030/segments:12"),
        ("linopy", "2020,2025,2030/segments:12"),
        ("pypsa", "2030/segments:24"),
    ),
    measured=(("linopy", "2020,2025,2030/segments:96", ()),),
    solved=(("segments:24", ("structured", "simplex")),),
    again=("segments:24",),
    swept=(("segments:24", 2),),
    limit_s=60.0,
    peers_limit_s=60.0,
)
FULL = Plan(
    commands=cold.MEASURED,
    phases=(
        "2020,2025,2030/segments:24",
        "segments:100",
        "segments:300",
        "segments:600",
        "daily:7,10,16,21",
        "2020,2025,2030/full",
        "full",
    ),
    checked=(
        ("whole", "2020,2025,2030/segments:24"),
        ("linopy", "2020,2025,2030/segments:96"),
        ("pypsa", "2030/every:6h"),
    ),
    measured=(
        ("whole", "2020,2025,2030/segments:2016", ()),
        ("whole", "full", ("ours", "pyomo")),
        ("linopy", "2020,2025,2030/segments:288", ()),
        ("linopy", "2020,2025,2030/segments:2016", ()),
        ("linopy", "segments:2016", ("ours", "linopy")),
        ("linopy", "full", ("ours", "linopy")),
        ("pypsa", "2030/full", ()),
    ),
    solved=(
        ("segments:300", ("structured", "simplex", "hipo")),
        ("segments:600", ("structured", "simplex", "hipo")),
    ),
    again=("segments:100", "daily:7,10,16,21"),
    swept=(("segments:24", 12), ("daily:7,10,16,21", 4)),
    limit_s=240.0,
    peers_limit_s=600.0,
)


def installed(tool: str) -> bool:
    """Whether a peer is there."""
    return all(importlib.util.find_spec(module.partition(".")[0]) for module in peers.IMPORTS[tool])


def told(text: str) -> None:
    """What is going on, beside the answer."""
    print(text, file=sys.stderr, flush=True)


def machine() -> str:
    """When, on what, with which versions and under which load."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{name} not installed")
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    cores = f"{os.cpu_count()} cores, {memory:.0f} GB, load {load} at the start"
    when = datetime.date.today().isoformat()
    return f"{when}; {cores}; Python {platform.python_version()}, {', '.join(versions)}."


def imports_table() -> str:
    """Processor seconds of the imports."""
    rows = [
        [tool, " ".join(modules), number(import_seconds(*modules))]
        for tool, modules in peers.IMPORTS.items()
        if installed(tool)
    ]
    return markdown(["imports", "of", "s"], rows)


def measured_commands(plan: Plan) -> str:
    """What a user waits for."""
    found = []
    for arguments in plan.commands:
        told(f"pzh-opt {' '.join(arguments)}")
        found.append((arguments, cold.measure(arguments)))
    return cold.table(found)


def measured_phases(plan: Plan) -> list[phases.Measured]:
    """Every size of the plan through all phases, the largest with half an hour."""
    found = []
    for size in plan.phases:
        told(f"phases {size}")
        limit = HALF_HOUR_S if size == "full" else 2 * plan.limit_s
        stated = (size, BASELINE, True, "", limit)
        runs = repeated(phases.measure, *stated, seconds=phases.Measured.total, limit_s=2 * HALF_HOUR_S)
        if runs:
            found.append(phases.quickest(runs))
            told(phases.table(found[-1:]))
    return found


def measured_peers(plan: Plan) -> str:
    """Checked sizes first, then those that are only handed over."""
    groups = []
    for extent, size, tools in (*((e, s, ()) for e, s in plan.checked), *plan.measured):
        there = [tool for tool in tools or peers.TOOLS[extent] if installed(tool)]
        told(f"peers {extent} {size} {' '.join(there)}")
        checking = (extent, size) in plan.checked
        groups.append(peers.side_by_side(extent, size, there, checking, plan.peers_limit_s))
        told(peers.table(groups[-1:]))
    return peers.table(groups)


def measured_methods(plan: Plan) -> str:
    """The baseline and the stressed system by every method of the plan."""
    cells = []
    for path in (BASELINE, methods.STRESSED):
        for size, ways in plan.solved:
            told(f"methods {path.stem} {size}")
            cells += methods.side_by_side([size], ways, path, plan.limit_s)
            told(methods.table(cells))
    return methods.table(cells)


def measured_again(plan: Plan) -> Iterator[str]:
    """Programs that differ in one number, and the cases of a sweep, from nothing and from the solve before."""
    for size in plan.again:
        told(f"again {size}")
        found = apart(again.measure, size)
        yield again.table(size, *found) if found else ""
    for size, cases in plan.swept:
        for over in again.SWEPT:
            told(f"sweep {size} over {over}")
            ways = apart(again.measure_sweep, size, cases, over)
            yield again.sweep_table(size, over, ways) if ways else ""


def report(plan: Plan) -> Iterator[str]:
    """The text, section by section."""
    yield f"Measured {machine()}"
    yield (
        "Processor seconds of all cores together unless they say wall; every cell ran in a process of its own. Each "
        "phase, and each peer, is the quickest of three runs, unless one takes more than a minute; solves ran once."
    )
    yield imports_table()
    yield "### From a cold start, by the clock\n\n" + measured_commands(plan)
    cells = measured_phases(plan)
    yield "### Ours, phase by phase (baseline)\n\n" + phases.table(cells)
    yield "### Growth\n\n" + growth.table(cells)
    yield "### Beside peers, until HiGHS has the program"
    yield EXTENTS
    yield measured_peers(plan)
    missing = [tool for tool in peers.IMPORTS if not installed(tool)]
    if missing:
        yield f"Not installed, and left out: {', '.join(missing)}."
    yield "### The solve beside single HiGHS calls\n\n" + measured_methods(plan)
    yield "### Solving again\n\n" + "\n".join(measured_again(plan)).strip()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run all benchmarks and write the text."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="All benchmarks, one text.")
    parser.add_argument("--quick", action="store_true", help="a few small sizes, about three minutes")
    parser.add_argument("--output", type=Path, help="file to write; otherwise printed")
    parser.add_argument("--readmes", action="store_true", help="renew the tables of the readmes too; not with --quick")
    stated = parser.parse_args(arguments)
    if stated.quick and stated.readmes:
        parser.error("the readmes show what --quick leaves out")
    text = "\n\n".join(report(QUICK if stated.quick else FULL)) + "\n"
    if stated.output:
        stated.output.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    if stated.readmes:
        renew_all(text)


if __name__ == "__main__":
    main()
