"""The year's energy as ribbons: sources, electricity, its uses, and what hydrogen becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from pzh_energy.domain.units import MWH_PER_TWH
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.labels import Labels
from pzh_energy.reporting.plots.flows import by_part, supply, use, yearly_twh
from pzh_energy.reporting.plots.picture import Picture
from pzh_energy.reporting.plots.style import Chart, chart, drawing
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.units import display, quantity

SMALLEST = 1e-4
"""Ribbons below this share of the whole are left out of the picture; the table has them."""
NODE, GAP = 0.025, 0.035


@dataclass(frozen=True)
class Flow:
    """A ribbon: from and to a node, TWh; `ends` names the end that is a part rather than a carrier."""

    source: str
    target: str
    twh: float


def energy_flows(results: Results, year: int) -> list[Flow]:
    """Flows of a year through electricity and hydrogen, largest stores cancelled to their losses.

    What a storage gives back is taken off what it takes in: what remains are its losses.
    """
    labels = Labels.of(results.provenance)
    found = []
    for carrier in ("electricity", "hydrogen"):
        into = by_part(supply(results, carrier), yearly_twh(results), labels)
        out = by_part(use(results, carrier), yearly_twh(results), labels)
        for part in dict.fromkeys([*into, *out]):
            given = float(into[part][year]) if part in into else 0.0
            taken = float(out[part][year]) if part in out else 0.0
            if given > taken:
                found.append(Flow(part, carrier, given - taken))
            elif taken > given:
                found.append(Flow(carrier, part, taken - given))
    return found


def sankey_picture(results: Results, language: Language, year: int) -> Picture | None:
    """Ribbons of a year; None without electricity."""
    labels = Labels.of(results.provenance)
    flows = energy_flows(results, year)
    if not flows:
        return None
    unit = display("TWh", language)
    rows = [(labels.name(f.source, language), labels.name(f.target, language), f.twh * unit.factor) for f in flows]
    headings = (say("flow_from", language), say("flow_to", language), unit.label)
    table = pd.DataFrame(rows, columns=list(headings)).set_index(list(headings[:2]))
    whole = sum(f.twh for f in flows if f.target == "electricity")
    return Picture(
        key="sankey",
        title=say("sankey_title", language, year=year),
        caption=say("sankey_caption", language),
        alt=say("sankey_alt", language, year=year, total=quantity(whole, "TWh", language)),
        figure=_draw(flows, whole, labels, language),
        table=table,
        unit=unit.label,
    )


def _draw(flows: list[Flow], whole: float, labels: Labels, language: Language) -> Chart:
    """Sources at 0, electricity at 1, its uses at 2, what becomes of hydrogen at 3."""
    kept = [f for f in flows if f.twh > SMALLEST * whole]
    with drawing():
        figure = chart(4.8)
        axes = figure.add_subplot()
        axes.set_axis_off()
        sources = [f for f in kept if f.target == "electricity"]
        uses = [f for f in kept if f.source == "electricity"]
        hydrogen = [f for f in kept if f.source == "hydrogen"]
        centre = 0.5
        axes.add_patch(_node(1.0, 0.0, 1.0, labels.colour("electricity")))
        title = f"{labels.name('electricity', language)} {quantity(whole, 'TWh', language)}"
        axes.text(1.0, 1.03, title, ha="center", va="bottom")
        _side(axes, sources, whole, labels, language, left=True, centre=centre)
        spots = _side(axes, uses, whole, labels, language, left=False, centre=centre)
        made = [part for part in spots if any(f.source == part for f in flows if f.target == "hydrogen")]
        if made and hydrogen:
            _hydrogen(axes, hydrogen, labels, language)
        axes.set_xlim(-0.75, 2.8)
        axes.set_ylim(-0.3, 1.2)
    return figure


def _side(
    axes: Axes, flows: list[Flow], whole: float, labels: Labels, language: Language, left: bool, centre: float
) -> dict[str, tuple[float, float]]:
    """Draw one side of electricity; returns where each part lies, (bottom, height)."""

    def name(flow: Flow) -> str:
        return flow.source if left else flow.target

    ordered = sorted(flows, key=lambda f: labels.order(name(f)))
    total = sum(f.twh for f in ordered) / whole + GAP * (len(ordered) - 1)
    outer, inner = centre + total / 2, 1.0
    spots = {}
    label_at = np.inf
    for flow in ordered:
        height = flow.twh / whole
        colour = labels.colour(name(flow))
        ends = ((0.0 + NODE, outer - height), (1.0 - NODE, inner - height))
        if not left:
            ends = ((1.0 + NODE, inner - height), (2.0 - NODE, outer - height))
        _ribbon(axes, *ends, height, colour)
        x = 0.0 if left else 2.0
        axes.add_patch(_node(x, outer - height, height, colour))
        # thin neighbours would write over each other
        label_at = min(label_at - 0.062, outer - height / 2)
        text = f"{labels.name(name(flow), language)} {quantity(flow.twh, 'TWh', language)}"
        side, shift = ("right", -0.05) if left else ("left", 0.05)
        axes.text(x + shift, label_at, text, ha=side, va="center", fontsize=8.5)
        spots[name(flow)] = (outer - height, height)
        outer, inner = outer - height - GAP, inner - height
    return spots


def _hydrogen(axes: Axes, flows: list[Flow], labels: Labels, language: Language) -> None:
    """What hydrogen is used for, as words under the picture's right side: its ribbons would be hairs."""
    parts = [f"{labels.name(f.target, language)} {quantity(f.twh * MWH_PER_TWH / 1e3, 'GWh', language)}" for f in flows]
    words = say("hydrogen_becomes", language, parts=say("list_separator", language).join(parts))
    axes.text(2.8, -0.29, words, ha="right", va="bottom", fontsize=8.5, color=labels.colour("hydrogen"))


def _node(x: float, bottom: float, height: float, colour: str) -> Rectangle:
    return Rectangle((x - NODE, bottom), 2 * NODE, height, facecolor=colour, linewidth=0)


def _ribbon(axes: Axes, start: tuple[float, float], end: tuple[float, float], height: float, colour: str) -> None:
    s = np.linspace(0.0, 1.0, 40)
    x = start[0] + (end[0] - start[0]) * s
    bottom = start[1] + (end[1] - start[1]) * (3 * s**2 - 2 * s**3)
    axes.fill_between(x, bottom, bottom + height, color=colour, alpha=0.45, linewidth=0)
