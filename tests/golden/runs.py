"""What is remembered of a solved scenario, and the solves that the golden tests share."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pzh_energy import api
from tests.systems import BASELINE, TINY

FOLDER = Path(__file__).parent
SCENARIOS = {"baseline": BASELINE, "tiny": TINY}
YEARS = (2025, 2030)
RECORDED = FOLDER / "scenarios.json"
"""Verdicts and margins of all scenarios, as `pzh-opt check --record` wrote them; .ci/run holds a check against them."""
RECORDED_AT = "segments:24"


@cache
def run(name: str) -> api.Run:
    """A committed scenario, solved and audited."""
    return api.solve(SCENARIOS[name])


@cache
def freely_dispatched() -> api.Run:
    """The baseline with the large stations dispatched by the city, on fewer segments: looked at, not remembered."""
    return api.solve(BASELINE, ["technologies.hydro_cascade.dispatch=free"], resolution="segments:120")


def dispatched(how: str) -> api.Run:
    """The baseline by the dispatch of its hydro cascade, `scheduled` or `free`."""
    return freely_dispatched() if how == "free" else run("baseline")


def snapshot(of: api.Run) -> dict[str, Any]:
    """What must not change unnoticed: size, cost, capacities, and what every target achieves."""
    rows, columns, nonzeros = of.size
    results = of.results
    capacities = {
        entry.name: {str(year): round(float(results.amount([entry]).sel(period=year)), 3) for year in YEARS}
        for entry in results.ledger("capacity")
    }
    achieved = {row.identifier: None if row.achieved is None else round(row.achieved, 6) for row in of.scorecard}
    return {
        "size": {"rows": rows, "columns": columns, "nonzeros": nonzeros},
        "objective_million_cny": round(of.objective, 4),
        "capacity_mw": capacities,
        "achieved": achieved,
        "verdict": {row.identifier: row.verdict for row in of.scorecard},
    }


def path_of(name: str) -> Path:
    """The file that remembers a scenario."""
    return FOLDER / f"{name}.json"


def remembered(name: str) -> dict[str, Any]:
    """The snapshot that was agreed on, with its `history` of reasons."""
    return dict(json.loads(path_of(name).read_text(encoding="utf-8")))
