"""What is allowed more never costs more, what is asked more never costs less, and money is only a unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pzh_energy.inputs.datapackage import Row
from tests.properties.strategies import ANYWHERE, FEW, VARIANTS, Variant
from tests.systems import RICH, optimum, scaled, scenario, system, system_of, with_rows

RELAXED = {
    "export_limit": ("grid_exchange",),
    "max_build": ("wind", "solar_pv"),
    "potential": ("wind", "solar_pv"),
    "width": ("export_tiers",),
}


def tolerance(cost: float) -> float:
    """What two optima of the same cost may differ by."""
    return 1e-7 * abs(cost)


@pytest.mark.parametrize("parameter", RELAXED)
@FEW
@given(variant=VARIANTS, factor=st.floats(1.0, 3.0))
def test_a_looser_bound_never_raises_the_cost(parameter: str, variant: Variant, factor: float) -> None:
    data = looser = variant.package()
    for table in RELAXED[parameter]:
        looser = scaled(looser, table, parameter, factor)
    before = optimum(system(ANYWHERE, data))
    assert optimum(system(ANYWHERE, looser)) <= before + tolerance(before)


TIGHTENED: dict[str, tuple[dict[str, Any], float, float]] = {
    "installed_capacity": ({"carriers": ("wind", "solar_pv"), "year": 2030, "operator": "at_least"}, 1.0, 4.5),
    "installed_capacity_at_most": ({"carriers": ("wind", "solar_pv"), "year": 2030, "operator": "at_most"}, 4.5, 1.5),
    "new_capacity": ({"carriers": ("wind",), "from_year": 2021, "year": 2030, "operator": "at_least"}, 0.1, 0.8),
    "capacity_share": ({"carriers": ("clean",), "year": 2030, "operator": "at_least"}, 90.0, 92.5),
    "curtailment_rate": ({"operator": "at_most"}, 5.0, 0.0),
    "unserved_energy": ({"operator": "at_most"}, 500.0, 0.0),
}


@pytest.mark.parametrize("name", TIGHTENED)
@FEW
@given(variant=VARIANTS, first=st.floats(0, 1), second=st.floats(0, 1))
def test_a_tighter_target_never_lowers_the_cost(name: str, variant: Variant, first: float, second: float) -> None:
    fields, loose, tight = TIGHTENED[name]
    data = variant.package()
    metric = name.removesuffix("_at_most")

    def cost(share: float) -> float:
        asked = scenario(RICH)
        value = loose + share * (tight - loose)
        aim = type(next(t for t in asked.targets.values() if t.metric == metric))(
            metric=metric, mode="hard", value=value, **fields
        )
        return optimum(system_of(replace(asked, targets={"aim": aim}), data))

    mild, strict = cost(min(first, second)), cost(max(first, second))
    assert strict >= mild - tolerance(mild)


@FEW
@given(variant=VARIANTS, k=st.floats(0.1, 20))
def test_money_times_a_factor_times_the_objective(variant: Variant, k: float) -> None:
    def dearer(table: str, row: Row) -> Row:
        return replace(row, value=repr(float(row.value) * k)) if row.unit.startswith("CNY") else row

    data, asked = variant.package(), scenario(ANYWHERE)
    priced = {
        name: spec if spec.price is None else spec.model_copy(update={"price": spec.price * k})
        for name, spec in asked.targets.items()
    }
    before = optimum(system_of(asked, data))
    after = optimum(system_of(replace(asked, targets=priced), with_rows(data, dearer)))
    assert after == pytest.approx(k * before, rel=1e-8)
