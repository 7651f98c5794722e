"""How much of a result rests on numbers of which grade, by what `inputs.grades` stated of them when it was solved."""

from __future__ import annotations

import pandas as pd

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.tables import costs

GRADES = ("A", "B", "C", "D")
UNKNOWN = "?"
"""Grade of money behind which there is no table: the price of a missed target, which the scenario states itself."""


def numbers_by_grade(results: Results) -> pd.Series:
    """How many numbers of the run's input have which grade; zeros for a result that does not say."""
    stated = results.provenance.get("grades", {}).get("numbers", {})
    counts = pd.DataFrame(list(stated.values()), dtype=float).sum()
    return counts.reindex(GRADES).fillna(0.0)


def money_by_grade(results: Results) -> pd.DataFrame:
    """Money of the horizon [million CNY, discounted] by the weakest grade behind it: technology, grade, spent, earned.

    An item without money of its own in its technology's tables takes the weakest there is in them; `UNKNOWN` where
    there is none at all. Quantities have grades of their own, which this does not weigh.
    """
    stated = results.provenance.get("grades", {}).get("money", {})

    def grade(technology: str, item: str) -> str:
        found = stated.get(technology, {})
        return found[item] if item in found else max(found.values(), default=UNKNOWN)

    tidy = costs(results)
    amount = tidy["cost_discounted_million_cny"]
    tidy["grade"] = [grade(t, i) for t, i in zip(tidy["technology"], tidy["item"], strict=True)]
    tidy["spent"], tidy["earned"] = amount.clip(lower=0.0), -amount.clip(upper=0.0)
    return tidy.groupby(["technology", "grade"], as_index=False, sort=False)[["spent", "earned"]].sum()
