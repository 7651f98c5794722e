r"""Storage of energy: content, losses, limits of power and of content. Called by every storage technology.

Equations
---------
.. math::
    E_{ipwt} = \rho_{it}\, E_{ipw,t-1} + \theta_{it}
        \Bigl(\eta^{c}_{ip}\, c_{ipwt} - d_{ipwt} / \eta^{d}_{ip}\Bigr) \qquad\text{(energy_balance)}

    \rho_{it} = (1 - \sigma_i)^{\Delta_t}, \qquad \theta_{it} = \sum_{k=0}^{\Delta_t - 1} (1 - \sigma_i)^k

    c_{ipwt} + d_{ipwt} \le P_{ip} \qquad\text{(converter_limit)}

    c_{ipwt} \le P^{c}_{ip} \qquad\text{(charge_limit)}

    d_{ipwt} \le P^{d}_{ip} \qquad\text{(discharge_limit)}

    E_{ipwt} \le \bar E_{ip} \qquad\text{(content_limit)}

    E_{ipwt} \ge \mu_i \bar E_{ip} \qquad\text{(least_content)}

A storage has the limits its technology states: one converter for both directions, or one for each.

Symbols
-------
c  `charge`, taken off the bus [MW]; d  `discharge`, put on the bus [MW]; E  `storage_level` at the end of a step [MWh];
η  `charge_efficiency`, `discharge_efficiency` [1]; σ  standing loss of the content per hour [1/h]; ρ  `retained`, share
of the content that is left after the step [1]; θ  `held_hours`, hours of the step less what is lost of the flow within
it [h]; Δ  hours of the step; P  power of the converter [MW]; Ē  energy capacity [MWh]; μ  `minimum_content` [1].

Assumptions
-----------
One long step is exactly as many hours with the same flow: the standing loss falls on what was stored before and on what
flows in during the step. Charge and discharge are means over a step; they may share its time, never the converter.
The year is a ring: the content ends where it began. The whole fleet has the efficiency of the period.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.domain.errors import Problems
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results

STANDING_LOSS = Parameter("standing_loss", "1/h", "share of the content lost in an hour", default=0.0, maximum=0.5)
MINIMUM_CONTENT = Parameter("minimum_content", "1", "share of the energy capacity kept filled", default=0.0, maximum=1)
STORAGE_PARAMETERS = (
    Parameter("bus", "text", "bus the storage is connected to"),
    Parameter(
        "round_trip_efficiency",
        "1",
        "energy given back per energy taken, at the bus",
        "linear",
        minimum=0.01,
        maximum=1,
    ),
    STANDING_LOSS,
    MINIMUM_CONTENT,
)
"""What the table of an electricity storage states beside its investment."""

Limit = Callable[[Any, Any], Any]
"""An expression of (member, period): a capacity, or a multiple of one."""


@dataclass(frozen=True)
class StorageData:
    """Losses over members (n,) and periods (P): efficiencies (n, P) [1]; standing_loss (n,) [1/h], below 1;
    minimum_content (n,) [1].
    """

    charge_efficiency: np.ndarray
    discharge_efficiency: np.ndarray
    standing_loss: np.ndarray
    minimum_content: np.ndarray


def storage_data(system: SystemData, table: str) -> StorageData:
    """Losses of a table with STORAGE_PARAMETERS; the round trip loses as much on the way in as on the way out."""
    one_way = np.sqrt(system.number(table, "round_trip_efficiency"))
    return StorageData(one_way, one_way, system.number(table, "standing_loss"), system.number(table, "minimum_content"))


def positive(system: SystemData, table: str, *parameters: str) -> None:
    """InputError for every item where one of the parameters is zero: an efficiency, for example, that is divided by."""
    problems = Problems()
    for parameter in parameters:
        for item, value in zip(system.items(table), system.number(table, parameter), strict=True):
            if not np.all(value > 0):
                problems.add(f"{table}.csv {item}.{parameter}", "is zero.", "Give a value above zero.")
    problems.raise_if_any()


@dataclass(frozen=True)
class Storage:
    """The declared variables, each over (members, period, weather, timestep)."""

    charge: Any
    discharge: Any
    level: Any


def add_storage(
    block: Block,
    members: Any,
    data: StorageData,
    at: Any,
    energy: Limit,
    *,
    converter: Limit | None = None,
    charging: Limit | None = None,
    discharging: Limit | None = None,
    ledger: str = "electricity",
    tags: Iterable[str] = (),
) -> Storage:
    """Declare charge, discharge and content of `members`, limit them, and post both flows to a ledger of MW.

    at: members by bus; energy: energy capacity in service [MWh]; converter: power of one converter that serves both
    directions [MW]; charging, discharging: power of each direction [MW]. Flows carry `tags` and `storage`, and
    `charge` or `discharge`.
    """
    over = (members, *block.model.operation)
    charge = block.variable("charge", over, "MW", "taken off the bus")
    discharge = block.variable("discharge", over, "MW", "put on the bus")
    level = block.variable("storage_level", over, "MWh", "content at the end of the step")
    _balance(block, members, data, charge, discharge, level)
    _limit_power(block, over, charge, discharge, converter, charging, discharging)
    _limit_content(block, members, data, level, energy)
    carried = {*tags, "storage"}
    block.post(
        ledger,
        "charge",
        -1,
        over,
        lambda i, p, w, t: charge[i, p, w, t],
        "taken into storage",
        {*carried, "charge"},
        at,
    )
    block.post(
        ledger,
        "discharge",
        +1,
        over,
        lambda i, p, w, t: discharge[i, p, w, t],
        "given back from storage",
        {*carried, "discharge"},
        at,
    )
    return Storage(charge, discharge, level)


def _limit_power(
    block: Block,
    over: tuple[Any, ...],
    charge: Any,
    discharge: Any,
    converter: Limit | None,
    charging: Limit | None,
    discharging: Limit | None,
) -> None:
    """The power limits the technology states: one converter for both directions, or one for each."""
    if converter is not None:
        block.constraint(
            "converter_limit",
            over,
            lambda b, i, p, w, t: charge[i, p, w, t] + discharge[i, p, w, t] <= converter(i, p),
            "MW",
            "both directions share the converter",
        )
    if charging is not None:
        block.constraint(
            "charge_limit", over, lambda b, i, p, w, t: charge[i, p, w, t] <= charging(i, p), "MW", "power taken"
        )
    if discharging is not None:
        block.constraint(
            "discharge_limit",
            over,
            lambda b, i, p, w, t: discharge[i, p, w, t] <= discharging(i, p),
            "MW",
            "power given back",
        )


def retention(standing_loss: np.ndarray, hours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a standing loss (n,) [1/h], below 1, leaves over steps of (T,) hours: `retained` [1], `held_hours` [h].

    Both (n, T). After a step the content is retained × the content before + held_hours × a constant net flow in MW.
    """
    kept = np.log1p(-standing_loss)[:, None] * hours[None, :]
    loss = standing_loss[:, None]
    # expm1 keeps the digits of small losses; without any, the hours are held in full
    held = np.where(loss > 0, -np.expm1(kept) / np.where(loss > 0, loss, 1.0), hours[None, :])
    return np.exp(kept), held


def _balance(block: Block, members: Any, data: StorageData, charge: Any, discharge: Any, level: Any) -> None:
    m = block.model.pyomo
    retained, held = retention(data.standing_loss, block.model.calendar.hours)
    steps, years = (members, m.timestep), (members, m.period)
    block.parameter("standing_loss", (members,), data.standing_loss, "1/h", "share of the content lost in an hour")
    left = block.parameter("retained", steps, retained, "1", "share of the content left after the step")
    hours = block.parameter("held_hours", steps, held, "h", "hours of a step's flow that are left after it")
    into = block.parameter("charge_efficiency", years, data.charge_efficiency, "1", "stored per energy taken")
    out_of = block.parameter("discharge_efficiency", years, data.discharge_efficiency, "1", "given back per energy")
    block.constraint(
        "energy_balance",
        (members, *block.model.operation),
        lambda b, i, p, w, t: (
            level[i, p, w, t] - left[i, t] * level[i, p, w, m.previous[t]]
            == hours[i, t] * (into[i, p] * charge[i, p, w, t] - discharge[i, p, w, t] / out_of[i, p])
        ),
        "MWh",
        "what is stored is what was left and what flowed in",
    )


def _limit_content(block: Block, members: Any, data: StorageData, level: Any, energy: Limit) -> None:
    over = block.model.operation
    block.constraint(
        "content_limit",
        (members, *over),
        lambda b, i, p, w, t: level[i, p, w, t] <= energy(i, p),
        "MWh",
        "content stays within the energy capacity",
    )
    kept = [i for i, share in zip(members, data.minimum_content, strict=True) if share > 0]
    if not kept:
        return
    some = block.members("partly_filled", kept, within=members)
    share = block.parameter(
        "minimum_content", (some,), data.minimum_content[data.minimum_content > 0], "1", "share kept filled"
    )
    block.constraint(
        "least_content",
        (some, *over),
        lambda b, i, p, w, t: level[i, p, w, t] >= share[i] * energy(i, p),
        "MWh",
        "part of the energy capacity stays filled",
    )


def storage_series(results: Results, key: str, energy: xr.DataArray) -> Mapping[str, xr.DataArray]:
    """`losses` [MW] (member, period, weather, timestep) and `full_cycles` [1/yr] (member, period) of a storage.

    energy: energy capacity in service (member, period) [MWh]; without any there are no cycles (NaN).
    """
    level, discharge = results[f"{key}.storage_level"], results[f"{key}.discharge"]
    growth = (level - level.roll(timestep=1, roll_coords=False)) / results["hours"]
    losses = (results[f"{key}.charge"] - discharge - growth).transpose(*level.dims)
    drawn = results.yearly(discharge / results[f"parameter.{key}.discharge_efficiency"])
    cycles = drawn / energy.where(energy > SMALLEST_MWH)
    return {
        "losses": losses.assign_attrs(units="MW", long_name="lost in conversion and standing"),
        "full_cycles": cycles.assign_attrs(units="1/yr", long_name="energy drawn over energy capacity"),
    }


SMALLEST_MWH = 1e-6
"""Energy capacity below this is the solver's noise."""


def storage_checks(results: Results, key: str) -> Iterator[Check]:
    """The content after every step, recomputed hour by hour from the flows and the loss of one hour."""
    stored = results[f"{key}.storage_level"]
    if not stored.size:
        return
    into, out_of = results[f"parameter.{key}.charge_efficiency"], results[f"parameter.{key}.discharge_efficiency"]
    net = into * results[f"{key}.charge"] - results[f"{key}.discharge"] / out_of
    # plain arrays: a step may have thousands of hours
    level, flow = stored.values, net.transpose(*stored.dims).values
    kept = 1 - results[f"parameter.{key}.standing_loss"].values[:, None, None, None]
    hours = results["hours"].values.astype(int)
    content = np.roll(level, 1, axis=-1)
    for hour in range(hours.max()):
        running = hours > hour
        content[..., running] = (kept * content + flow)[..., running]
    scale = max(1.0, float(level.max()), float((np.abs(flow) * hours).max()))
    worst = float(np.abs(content - level).max())
    yield Check(f"content of {key} recomputed hour by hour", worst, 1e-6 * scale, "MWh")
