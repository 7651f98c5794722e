"""How every picture looks: fonts that know Chinese, one colour a thing, sizes, and the way to SVG.

Settings hold while a picture is made and drawn, and never leak into the figures of others.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.layout_engine import ConstrainedLayoutEngine

from pzh_energy.reporting.fonts import FAMILY, FONT

WIDTH = 8.6
"""Width of a picture [inch]; at the usual 96 dots an inch it is the text width of the report."""
INK, FAINT = "#333333", "#d9d9d9"
HATCHES = {
    "import": "\\\\", "export": "//", "unserved": "xx", "curtailment": "xx",
    "lithium_battery": "///", "vanadium_flow": "---", "pumped_hydro": "--",
}  # fmt: skip
"""Patterns of what would be mistaken for a neighbour by eyes that do not tell green from brown."""
_SETTINGS: Any = {
    # Latin, digits and signs by the first, whatever it lacks by the second
    "font.family": ["DejaVu Sans", FAMILY],
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "hatch.linewidth": 0.6,
    "hatch.color": "white",
    "lines.linewidth": 1.4,
    "figure.constrained_layout.use": True,
    "svg.fonttype": "path",
    "svg.hashsalt": "pzh-opt",
    "savefig.dpi": 150,
}


@contextmanager
def drawing() -> Iterator[None]:
    """The settings of all pictures, while the context lasts."""
    _register_font()
    with mpl.rc_context(_SETTINGS):
        yield


@cache
def _register_font() -> None:
    fontManager.addfont(FONT)


class Chart(Figure):
    """A figure that is drawn with the settings of this package and shows itself in a notebook."""

    def draw(self, renderer: Any) -> None:
        """Draw under the package's settings: ticks are made, and their fonts chosen, only now.

        What is saved is drawn twice, first for its layout alone and onto nothing: there the layout is enough.
        """
        with drawing():
            layout = self.get_layout_engine()
            if self.canvas.is_saving() and isinstance(layout, ConstrainedLayoutEngine):
                layout.execute(self)
            else:
                super().draw(renderer)

    def _repr_svg_(self) -> str:
        return svg(self)


def chart(height: float, width: float = WIDTH) -> Chart:
    """An empty figure; height and width in inches."""
    return Chart(figsize=(width, height), layout="constrained")


def svg(figure: Figure) -> str:
    """The figure as SVG text with its letters as outlines; the same figure gives the same text."""
    buffer = io.StringIO()
    with drawing():
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def stacked_bars(axes: Axes, places: Sequence[float], heights: dict[str, np.ndarray], looks: dict[str, Any]) -> None:
    """Bars of `heights` by key at `places`, positive ones upward and negative ones downward from zero.

    heights: (places,) each; looks: `color`, `label` and perhaps `hatch` by key. All bars of a key that point the same
    way are one collection: hundreds of single ones would take longer than all else in a picture.
    """
    above, below = np.zeros(len(places)), np.zeros(len(places))
    for key, values in heights.items():
        up, down = np.clip(values, 0.0, None), np.clip(values, None, 0.0)
        words = dict(looks[key])
        label, colour = words.pop("label"), words.pop("color")
        for part, base in ((up, above), (down, below)):
            if np.any(part):
                corners = _corners(places, base, part)
                bars = PolyCollection(corners, facecolor=colour, edgecolor="white", linewidth=0.5, label=label, **words)
                # the axis ends at zero, not where one part lies upon another
                bars.sticky_edges.y[:] = [0.0]
                axes.add_collection(bars)
                label = "_"
        above, below = above + up, below + down
    axes.autoscale_view()


def _corners(places: Sequence[float], base: np.ndarray, height: np.ndarray) -> list[np.ndarray]:
    """Corners (4, 2) of every bar that has a height."""
    left, right = np.asarray(places) - 0.4, np.asarray(places) + 0.4
    x, y = np.stack([left, right, right, left], axis=1), np.stack([base, base, base + height, base + height], axis=1)
    return list(np.stack([x, y], axis=2)[height != 0])


def handles_and_labels(axes: Axes) -> tuple[list[Any], list[Any]]:
    """What a legend says: lines first, then areas and bars in the order in which they were drawn."""
    found = list(zip(*axes.get_legend_handles_labels(), strict=True))
    found.sort(key=lambda pair: isinstance(pair[0], PolyCollection))
    return [handle for handle, _ in found], [label for _, label in found]


def legend_outside(axes: Axes, reverse: bool = True, **options: Any) -> None:
    """A legend on the right, in the order in which the parts lie upon each other."""
    handles, labels = handles_and_labels(axes)
    if not handles:
        return
    if reverse:
        handles, labels = handles[::-1], labels[::-1]
    axes.legend(handles, labels, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0, **options)


def shared_legend(figure: Chart, panels: Sequence[Axes]) -> None:
    """One legend for all panels, each name once."""
    found: dict[str, Any] = {}
    for axes in panels:
        for handle, label in zip(*handles_and_labels(axes), strict=True):
            found.setdefault(label, handle)
    figure.legend(list(found.values()), list(found), loc="outside right upper")


def line_of_totals(axes: Axes, totals: np.ndarray, label: str) -> None:
    """A black line of totals over bars at 0, 1, 2, …"""
    axes.plot(range(len(totals)), totals, color="black", marker="o", markersize=3.5, label=label)


def name_places(axes: Axes, names: Iterable[object]) -> None:
    """Names, such as years, under the bars at 0, 1, 2, …"""
    words = [str(name) for name in names]
    axes.set_xticks(range(len(words)), words)
    axes.tick_params(axis="x", length=0)


def apart(heights: Sequence[float], distance: float) -> list[float]:
    """Heights moved upward as little as keeps each at least `distance` above the next lower one.

    >>> apart([5.0, 1.0, 5.5], 1.0)
    [5.0, 1.0, 6.0]
    """
    out = list(heights)
    lowest = -np.inf
    for place in sorted(range(len(out)), key=lambda k: heights[k]):
        out[place] = max(out[place], lowest + distance)
        lowest = out[place]
    return out


def mark_targets(axes: Axes, marks: Sequence[tuple[int, float, str]]) -> None:
    """Lines across bars: place, height and name of each; names side by side with their lines, never upon each other."""
    low, high = axes.get_ylim()
    for place in sorted({place for place, _, _ in marks}):
        here = [(height, name) for at, height, name in marks if at == place]
        heights = [height for height, _ in here]
        for (height, name), beside in zip(here, apart(heights, 0.045 * (high - low)), strict=True):
            axes.plot([place - 0.42, place + 0.42], [height, height], color="black", linewidth=1.6)
            axes.annotate(
                name, (place - 0.44, beside), ha="right", va="center", fontsize=8,
                bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.6},
            )  # fmt: skip
