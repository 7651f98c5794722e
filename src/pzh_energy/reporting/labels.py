"""Names, colours and order of technologies, items and metrics: the data package's labels, with fallbacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pzh_energy.inputs.datapackage import Label
from pzh_energy.reporting.texts import Language

FALLBACK_COLOUR = "#7f7f7f"
FALLBACK_ORDER = 1_000_000
"""After everything that has an order of its own."""

_KNOWN = (
    Label("hydro", "水电", "Hydro", "#298c81", 10),
    Label("hydro_cascade", "梯级水电", "Hydro cascade", "#298c81", 20),
    Label("run_of_river", "径流式水电", "Run-of-river hydro", "#3dbfb0", 80),
    Label("thermal", "火电", "Thermal", "#6e6e6e", 130),
    Label("wind", "风电", "Wind", "#235ebc", 190),
    Label("solar_pv", "光伏发电", "Solar PV", "#f9d002", 210),
    Label("grid_exchange", "电网交换", "Exchange with the grid", "#70af1d", 330),
    Label("electricity_demand", "用电需求", "Electricity demand", "#110d63", 430),
    Label("unserved", "未供电量", "Unserved energy", "#dd2e23", 480),
    Label("installed_capacity", "装机容量", "Installed capacity", "#444444", 520),
    Label("new_capacity", "新增装机容量", "New capacity", "#444444", 530),
    Label("capacity_share", "装机占比", "Share of installed capacity", "#444444", 540),
    Label("curtailment_rate", "弃电率", "Curtailment rate", "#444444", 630),
    Label("unserved_energy", "缺供电量", "Unserved energy", "#444444", 660),
    Label("unit_commissioned", "机组投产", "Unit in service", "#444444", 680),
)


class Labels:
    """Lookup of labels by id; what neither the package nor the fallbacks know is called by its id."""

    def __init__(self, labels: Mapping[str, Label] | None = None) -> None:
        self._labels = {label.id: label for label in _KNOWN} | dict(labels or {})

    @classmethod
    def of(cls, provenance: Mapping[str, Any]) -> Labels:
        """The labels a run was made with, as `stated` put them under `labels` of its provenance."""
        return cls({key: Label(id=key, **each) for key, each in provenance.get("labels", {}).items()})

    def name(self, identifier: str, language: Language) -> str:
        """The name in a language."""
        label = self._labels.get(identifier)
        if label is None:
            return identifier
        return label.zh if language == "zh" else label.en

    def known(self, identifier: str) -> bool:
        """True if there is a label of that id."""
        return identifier in self._labels

    def colour(self, identifier: str) -> str:
        """The colour, #rrggbb."""
        label = self._labels.get(identifier)
        return FALLBACK_COLOUR if label is None else label.colour

    def order(self, identifier: str) -> tuple[int, str]:
        """Sort key: the label's order, then the id."""
        label = self._labels.get(identifier)
        return (FALLBACK_ORDER if label is None else label.order), identifier


def stated(labels: Mapping[str, Label]) -> dict[str, dict[str, Any]]:
    """Labels as JSON can hold them, for the provenance of a run."""
    return {key: {k: v for k, v in asdict(label).items() if k != "id"} for key, label in labels.items()}
