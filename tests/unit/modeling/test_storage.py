"""Retention over steps, what add_storage declares and posts, and the check that recomputes the content."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from pzh_energy.inputs.calendar import Calendar
from pzh_energy.modeling.compiler import Compiler
from pzh_energy.modeling.model import Block, Model
from pzh_energy.modeling.results import Results
from pzh_energy.modeling.storage import StorageData, add_storage, retention, storage_checks, storage_series
from pzh_energy.optimization import highs


def empty_model() -> tuple[Model, Block, Any]:
    """One bus, one year of two halves, and a block with two members."""
    calendar = Calendar((2020,), 1, 0.0, 2020, ("normal",), np.ones(1), np.array([0, 4380, 8760]))
    model = Model(["city"], calendar)
    block = model.component("store")
    return model, block, block.members("unit", ["a", "b"])


def lossless(minimum: float = 0.0, efficiency: float = 1.0) -> StorageData:
    """Two storages."""
    one_way = np.full((2, 1), efficiency)
    return StorageData(one_way, one_way, np.zeros(2), np.array([0.0, minimum]))


def declared(model: Model) -> set[str]:
    """Names of the constraints of the block."""
    return {d.name.removeprefix("store.") for d in model.declarations.values() if d.kind == "constraint"}


@pytest.mark.parametrize("loss", [0.0, 1e-12, 0.01, 0.5])
def test_retention_is_what_hours_one_by_one_leave(loss: float) -> None:
    """A step of 7 h leaves what seven steps of one hour leave, with small losses too."""
    content, flow = 3.0, 2.0
    for _ in range(7):
        content = (1 - loss) * content + flow
    kept, held = retention(np.array([loss]), np.array([7.0]))
    assert kept[0, 0] * 3.0 + held[0, 0] * flow == pytest.approx(content, rel=1e-12)


def test_limits_are_declared_as_asked() -> None:
    """A shared converter, or one for each direction; the least content only where there is one."""
    model, block, members = empty_model()
    at = block.at_bus(members, {"a": "city", "b": "city"})
    add_storage(block, members, lossless(), at, lambda i, p: 10.0, converter=lambda i, p: 5.0)
    assert declared(model) == {"energy_balance", "content_limit", "converter_limit"}
    model, block, members = empty_model()
    at = block.at_bus(members, {"a": "city", "b": "city"})
    add_storage(
        block, members, lossless(0.2), at, lambda i, p: 10.0, charging=lambda i, p: 5.0, discharging=lambda i, p: 6.0
    )
    assert declared(model) == {"energy_balance", "content_limit", "charge_limit", "discharge_limit", "least_content"}


def test_flows_are_posted_to_the_ledger_that_is_named() -> None:
    """Charge is taken off and discharge put on the hydrogen bus; nothing reaches the electricity ledger."""
    model, block, members = empty_model()
    at = block.at_bus(members, {"a": "city", "b": "city"})
    add_storage(block, members, lossless(), at, lambda i, p: 10.0, ledger="hydrogen", tags={"tank"})
    entries = {e.name: e for e in model.ledgers["hydrogen"].entries}
    assert {name: e.sign for name, e in entries.items()} == {"store.charge": -1, "store.discharge": 1}
    assert entries["store.charge"].tags == {"tank", "storage", "charge"}
    assert entries["store.discharge"].tags == {"tank", "storage", "discharge"}
    assert not model.ledgers["electricity"].entries


@pytest.mark.parametrize(("shared", "needed"), [(True, 30.0), (False, 20.0)])
def test_converter_serves_both_directions_and_two_do_not(shared: bool, needed: float) -> None:
    """10 MW to be lost at a round trip of 0.5 take 20 MW in and 10 MW out: 30 MW of one converter, 20 MW of each."""
    model, block, members = empty_model()
    rating = block.variable("rating", (members,), "MW", "power of the converter")
    at = block.at_bus(members, {"a": "city", "b": "city"})
    limit = {"converter": lambda i, p: rating[i]}
    if not shared:
        limit = {"charging": lambda i, p: rating[i], "discharging": lambda i, p: rating[i]}
    storage = add_storage(block, members, lossless(0, 0.5**0.5), at, lambda i, p: 1e6, **limit)
    model.balance(
        "surplus",
        (members, *model.operation),
        lambda m, i, p, w, t: storage.charge[i, p, w, t] - storage.discharge[i, p, w, t] == 10,
        "MW",
        "what must be lost",
    )
    model.minimize(lambda m: sum(rating[i] for i in members))
    compiler = Compiler(model.pyomo)
    solution = highs.solve(compiler.compile(), "simplex")
    assert solution.objective == pytest.approx(2 * needed)


def results(level: list[float]) -> Results:
    """A storage of efficiency 0.5 each way and 0.5 lost an hour, in steps of 1 and 2 h: charge 8 MW, then discharge."""
    dims = ("store_unit", "period", "weather", "timestep")
    own = {"store_unit": ["a"], "period": [2020], "weather": ["normal"], "timestep": [0, 1]}

    def flows(values: list[float]) -> xr.DataArray:
        return xr.DataArray(np.array(values).reshape(1, 1, 1, 2), dims=dims, coords=own)

    yearly = xr.DataArray([[0.5]], dims=dims[:2], coords={d: own[d] for d in dims[:2]})
    return Results(
        xr.Dataset(
            {
                "store.charge": flows([8.0, 0.0]),
                "store.discharge": flows([0.0, 0.25]),
                "store.storage_level": flows(level),
                "parameter.store.charge_efficiency": yearly,
                "parameter.store.discharge_efficiency": yearly,
                "parameter.store.standing_loss": xr.DataArray([0.5], dims="store_unit", coords={"store_unit": ["a"]}),
                "hours": xr.DataArray([1.0, 2.0], dims="timestep", coords={"timestep": [0, 1]}),
                "probability": xr.DataArray([1.0], dims="weather", coords={"weather": ["normal"]}),
            }
        )
    )


# L1 = 0.5 L2 + 4 and L2 = 0.25 L1 - 0.5 (1 + 0.5): L1 = 3.625 / 0.875
FIRST = 3.625 / 0.875
SECOND = 0.25 * FIRST - 0.75


def test_content_recomputed_hour_by_hour_agrees_or_is_refused() -> None:
    """The check passes the content worked by hand and fails one that is off, in the step where it is off."""
    (good,) = storage_checks(results([FIRST, SECOND]), "store")
    assert good.passed
    (bad,) = storage_checks(results([FIRST, SECOND + 0.01]), "store")
    assert not bad.passed
    assert bad.difference == pytest.approx(0.01, rel=1e-6)


def test_losses_are_what_neither_comes_out_nor_stays() -> None:
    """Losses by step are charge less discharge less growth; over the ring, all that went in less what came out."""
    energy = xr.DataArray([[2.0]], dims=("store_unit", "period"), coords={"store_unit": ["a"], "period": [2020]})
    series = storage_series(results([FIRST, SECOND]), "store", energy)
    lost = series["losses"].values.ravel()
    assert lost == pytest.approx([8 - (FIRST - SECOND), -0.25 - (SECOND - FIRST) / 2])
    assert lost @ np.array([1.0, 2.0]) == pytest.approx(8 - 0.5)
    assert series["full_cycles"].item() == pytest.approx(0.25 / 0.5 * 2 / 2)
    assert np.isnan(storage_series(results([FIRST, SECOND]), "store", energy * 0)["full_cycles"].item())
