"""The run against what is published or estimated of the same year: the calibration page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping

import pandas as pd

from pzh_energy.inputs.datapackage import Observed
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.findings.facts import Facts
from pzh_energy.reporting.frames import IDENTIFIER, NUMBER, YEAR, Column, Record, frame

BY = "_by_"
"""Divides the quantity from the source where several speak of one."""

QUANTITIES: Mapping[str, Callable[[Facts, int], float]] = {
    "electricity_consumption": Facts.electricity_demand_twh,
    "primary_energy": lambda facts, year: facts.account("total", year) * 1e-3,
    "non_fossil_share": lambda facts, year: facts.account("non_fossil_share", year),
    "coal": lambda facts, year: facts.fuel_ktce(year, "coal") * 1e-3,
    "oil": lambda facts, year: facts.fuel_ktce(year, "oil") * 1e-3,
    "gas": lambda facts, year: facts.fuel_ktce(year, "gas") * 1e-3,
    "co2_energy": lambda facts, year: facts.co2_kt(year, "energy") * 1e-3,
    "co2_with_process": lambda facts, year: (facts.co2_kt(year, "energy") + facts.co2_kt(year, "process")) * 1e-3,
    # 1 ktce per 100 million CNY is 0.1 tce per 10 000 CNY
    "energy_intensity": lambda facts, year: 0.1 * facts.account("total", year) / facts.gdp(year),
}
"""Each quantity as the run has it, in the unit of its observations: TWh, Mtce, %, Mt, tce per 10 000 CNY."""

CALIBRATION = (
    YEAR,
    Column("quantity", IDENTIFIER, "what is compared"),
    Column("by", IDENTIFIER, "whose figure, where several speak of the quantity"),
    Column("unit", IDENTIFIER, "unit of the numbers"),
    Column("model", NUMBER, "the run; blank for a year outside the horizon"),
    Column("stated", NUMBER, "the figure compared with"),
    Column("low", NUMBER, "lower end of what counts as agreement"),
    Column("high", NUMBER, "upper end of it"),
    Column("verdict", IDENTIFIER, "within, outside, or not_compared"),
    Column("grade", IDENTIFIER, "grade of the figure"),
    Column("source", IDENTIFIER, "source of the figure"),
    Column("note", IDENTIFIER, "what to mind"),
)


def calibration(results: Results) -> pd.DataFrame:
    """The run beside every figure its data package has of the quantities above, in the order of the package."""
    facts = Facts(results, {})
    return frame(CALIBRATION, _records(facts, [Observed(**each) for each in results.provenance.get("observed", ())]))


def _records(facts: Facts, observed: Iterable[Observed]) -> Iterator[Record]:
    for each in observed:
        quantity, _, by = each.category.partition(BY)
        if quantity not in QUANTITIES:
            continue
        known = each.year in facts.results.periods and facts.has_accounts and facts.gdp(each.year) > 0
        model = QUANTITIES[quantity](facts, each.year) if known else math.nan
        yield {
            "year": each.year,
            "quantity": quantity,
            "by": by,
            "unit": each.unit,
            "model": model,
            "stated": each.value,
            "low": math.nan if each.low is None else each.low,
            "high": math.nan if each.high is None else each.high,
            "verdict": _verdict(model, each),
            "grade": each.grade,
            "source": each.source,
            "note": each.note,
        }


def _verdict(model: float, figure: Observed) -> str:
    if math.isnan(model) or figure.low is None or figure.high is None:
        return "not_compared"
    return "within" if figure.low <= model <= figure.high else "outside"
