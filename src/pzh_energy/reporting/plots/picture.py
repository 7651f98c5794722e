"""A picture of the report: the figure, its words, and the numbers it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal

import pandas as pd
from matplotlib.axes import Axes

from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.style import HATCHES, Chart, stacked_bars, svg
from pzh_energy.reporting.texts import Language
from pzh_energy.reporting.units import display

Kind = Literal["stack", "line", "none"]
INVISIBLE = 1e-6
"""Parts below this share of the largest number are the solver's noise and are not shown."""


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a picture says. key: its name in files and links; alt: what a reader who cannot see it is told; table: what
    it shows, in `unit`.

    The table's index are years, months or names, its columns what is drawn; `kind` says how a spreadsheet draws it,
    and `colours` in what colours, column by column.
    """

    key: str
    title: str
    caption: str
    alt: str
    table: pd.DataFrame
    unit: str
    kind: Kind = "none"
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Drawn(Described):
    """A picture as SVG text, which another process can have drawn."""

    svg: str


@dataclass(frozen=True, kw_only=True)
class Picture(Described):
    """A picture as a figure."""

    figure: Chart

    def titled(self) -> Chart:
        """The figure with its title, for where nothing else says it."""
        self.figure.suptitle(self.title, x=0.01, ha="left", fontsize=11)
        return self.figure

    def drawn(self) -> Drawn:
        """The picture as text, without its title."""
        said = {each.name: getattr(self, each.name) for each in fields(Described)}
        return Drawn(svg=svg(self.figure), **said)


def shown(table: pd.DataFrame, unit: str, language: Language) -> pd.DataFrame:
    """A table of an internal unit in the unit of the language."""
    return table * display(unit, language).factor


def visible(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that hold more than noise."""
    largest = table.abs().max().max() if table.size else 0.0
    return table.loc[:, table.abs().max() > INVISIBLE * largest] if largest > 0 else table.iloc[:, :0]


def in_order(keys: Iterable[str], labels: Labels) -> list[str]:
    """Keys once each, in the order of the labels."""
    return sorted(dict.fromkeys(keys), key=labels.order)


def look(key: str, labels: Labels, language: Language) -> dict[str, str]:
    """Colour, pattern and name of a part."""
    words = {"color": labels.colour(key), "label": labels.name(key, language)}
    return {**words, "hatch": HATCHES[key]} if key in HATCHES else words


def stack(axes: Axes, table: pd.DataFrame, labels: Labels, language: Language, sign: float = 1.0) -> None:
    """Bars of a table's rows at 0, 1, 2, …, its columns upon each other; downward with sign -1."""
    parts = [str(key) for key in table]
    heights = {key: sign * table[key].to_numpy() for key in parts}
    stacked_bars(axes, range(len(table)), heights, {key: look(key, labels, language) for key in parts})


def named_columns(table: pd.DataFrame, labels: Labels, language: Language) -> pd.DataFrame:
    """The table with names in place of ids as its headings."""
    return table.rename(columns={key: labels.name(str(key), language) for key in table.columns})
