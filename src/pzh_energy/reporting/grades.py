"""How much of a result rests on numbers of which grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from pzh_energy.inputs.datapackage import DataPackage, Row
from pzh_energy.modeling import registry
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.tables import costs

SCENARIO = "scenario"
"""Grade of what a scenario states itself: prices of targets, for one."""

_PRICES: Mapping[str, tuple[str, ...]] = {
    "annuity": ("capex", "residual_value"),
    "fixed_om": ("fixed_om",),
    "fuel": ("fuel_cost",),
    "export": ("export_price",),
    "import": ("import_price",),
}
"""Words in the names of the parameters that price a kind of cost; other kinds are priced by any of an item's prices."""


def cost_by_grade(results: Results, package: DataPackage) -> pd.DataFrame:
    """Money of the horizon by the grade of the prices behind it: grade, spent, earned [million CNY], share [%].

    The grade of a cost is the worst among the prices it is made from: investment and O&M cost, fuel and electricity
    prices. Quantities have grades of their own, which this does not weigh. Amounts are discounted; share: of spent and
    earned together.
    """
    money = costs(results)
    grades = [
        _grade(technology, item, kind, package)
        for technology, item, kind in zip(money["technology"], money["item"], money["kind"], strict=True)
    ]
    amount = money["cost_discounted_million_cny"]
    table = pd.DataFrame({"grade": grades, "spent": amount.clip(lower=0.0), "earned": -amount.clip(upper=0.0)})
    out = table.groupby("grade", as_index=False)[["spent", "earned"]].sum()
    total = float((out["spent"] + out["earned"]).sum())
    out["share"] = 100 * (out["spent"] + out["earned"]) / total if total > 0 else 0.0
    return out


def _grade(technology: str, item: str, kind: str, package: DataPackage) -> str:
    """The worst grade of the prices of a cost; of the item's own rows where it has any, else of its technology's."""
    component = registry.technologies().get(technology)
    if component is None:
        return SCENARIO
    rows = [row for table in component.tables for row in package.parameters.get(table, ())]
    prices = [row for row in rows if "CNY" in row.unit or row.unit.startswith("%capex")]
    named = [row for row in prices if any(word in row.parameter for word in _PRICES.get(kind, ()))] or prices
    own = [row for row in named if row.item == item] or named
    return _worst(own) if own else SCENARIO


def _worst(rows: Iterable[Row]) -> str:
    return max(row.grade for row in rows)


def rows_by_grade(package: DataPackage) -> dict[str, int]:
    """Numbers and texts of the package's tables and profiles, by grade."""
    graded = [row.grade for rows in package.parameters.values() for row in rows]
    graded += [row.grade for row in package.profile_rows]
    return {grade: graded.count(grade) for grade in sorted(set(graded))}
