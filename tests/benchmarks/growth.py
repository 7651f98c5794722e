"""How time and memory grow with the size of the program: a power of years x steps, by least squares of logarithms.

What every run needs, whatever its size, is taken off first: the value of the smallest run, if it is a tiny one. What
does not grow beyond that is a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.benchmarks.apart import markdown, number
from tests.benchmarks.phases import Measured

TINY_CELLS = 1000
"""Below this many years x steps what is measured is mostly what every run needs."""


@dataclass(frozen=True)
class Growth:
    """value = factor * (years x steps)^exponent, from so many points; error: largest ratio of a point to the line."""

    exponent: float
    factor: float
    points: int
    error: float


def _sum(*names: str) -> Callable[[Measured], float | None]:
    def of(m: Measured) -> float | None:
        return sum(m.seconds[name] for name in names) if set(names) <= set(m.seconds) else None

    return of


QUANTITIES: Mapping[str, Callable[[Measured], float | None]] = {
    "build, compile, hand over [s]": _sum("build", "compile", "hand over"),
    "solve [s]": lambda m: m.seconds["solve"] if m.outcome == "optimal" else None,
    "extract, audit, judge, write [s]": _sum("extract", "audit", "judge", "write"),
    "memory until handed over [MB]": lambda m: m.compiled_mb,
    "memory in all [MB]": lambda m: m.peak_mb if m.outcome == "optimal" else None,
}


def fit(cells: Sequence[float], values: Sequence[float]) -> Growth:
    """The power law nearest to the points; needs two or more different cells and values above zero.

    >>> growth = fit([1000, 2000, 4000], [3, 6, 12])
    >>> round(growth.exponent, 6), round(growth.factor, 6), round(growth.error, 6)
    (1.0, 0.003, 1.0)
    """
    exponent, logarithm = np.polyfit(np.log(cells), np.log(values), 1)
    off = np.abs(np.log(values) - exponent * np.log(cells) - logarithm)
    return Growth(float(exponent), float(np.exp(logarithm)), len(cells), float(np.exp(off.max())))


def constant(values: Sequence[float]) -> Growth:
    """The number nearest to all values, in their logarithms.

    >>> constant([1.0, 4.0])
    Growth(exponent=0.0, factor=2.0, points=2, error=2.0)
    """
    logarithms = np.log(values)
    off = np.abs(logarithms - logarithms.mean())
    return Growth(0.0, float(np.exp(logarithms.mean())), len(values), float(np.exp(off.max())))


def table(measurements: Sequence[Measured]) -> str:
    """A line for each quantity that was measured at two sizes or more."""
    rows = []
    for name, value_of in QUANTITIES.items():
        points = [(m.years * m.steps, value) for m in measurements if (value := value_of(m))]
        smallest, least = min(points, default=(TINY_CELLS, 0.0))
        fixed = least if smallest < TINY_CELLS else 0.0
        above = [(cells, value - fixed) for cells, value in points if cells >= TINY_CELLS and value > fixed]
        sizes = {cells for cells, _ in points if cells >= TINY_CELLS}
        if len(sizes) < 2:
            continue
        if len({cells for cells, _ in above}) < len(sizes):
            fixed, growth = 0.0, constant([value for _, value in points])
        else:
            growth = fit(*zip(*above, strict=True))
        at = [number(fixed + growth.factor * cells**growth.exponent) for cells in (11 * 300, 11 * 8760)]
        rows.append([name, number(fixed), f"{growth.exponent:.2f}", *at, str(growth.points), f"{growth.error:.1f}"])
    heads = ["fixed + factor x (years x steps)^exponent", "fixed", "exponent", "at 11 x 300", "at 11 x 8760"]
    heads += ["points", "off by up to x"]
    return markdown(heads, rows) if rows else "(too few sizes to fit)"
