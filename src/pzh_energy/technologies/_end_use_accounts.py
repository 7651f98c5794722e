"""What the end uses post: fuel and carbon dioxide service by service, so that each carries its tags, cost and load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.model import Block
from pzh_energy.technologies._end_use_data import (
    CAPTURE,
    ELECTRICITY,
    FOSSIL,
    FUELS,
    OPTIONS,
    PROCESSES,
    EndUseData,
    LoadGroup,
)

MILLION_CNY_PER_KTCE_AT_CNY_PER_TCE = 1e-3
"""The same for GWh at CNY/MWh: a thousand units, a millionth of the money."""


@dataclass(frozen=True)
class EndUseVariables:
    """The Sets and variables of the block: fuel_use (service, period), served (option, period) [ktce/yr]."""

    services: Any
    options: Any
    fuel_use: Any
    served: Any


def post_fuel_and_carbon(system: SystemData, block: Block, data: EndUseData, v: EndUseVariables) -> None:
    """Fuel of every service, energy and feedstock apart, fuel of every option that burns one, and their carbon."""
    m = block.model.pyomo
    counted = system.text(FUELS, "primary_energy")
    factor = dict(zip(system.items(FUELS), system.number(FUELS, "co2_factor").tolist(), strict=True))
    burnt = [factor[fuel] for fuel in data.fuel_of.values()]
    carbon = block.parameter("co2_factor", (v.services,), burnt, "t/tce", "carbon dioxide of the service's fuel")
    held = block.parameter("feedstock", (v.services, m.period), data.feedstock, "ktce/yr", "fuel used as feedstock")
    for service, fuel in data.fuel_of.items():
        one = block.members(f"service_{service}", [service], within=v.services)
        tags = {*data.tags_of[service], *fuel_tags(counted[fuel])}
        position = list(data.fuel_of).index(service)
        block.post(
            "fuel",
            f"fuel_{service}",
            +1,
            (one, m.period),
            lambda s, p: v.fuel_use[s, p] - held[s, p],
            "fuel burnt by the service",
            tags,
        )
        if data.feedstock[position].any():
            block.post(
                "fuel",
                f"feedstock_{service}",
                +1,
                (one, m.period),
                lambda s, p: held[s, p],
                "fuel the service uses as feedstock",
                {*tags, "feedstock"},
            )
        block.post(
            "co2",
            f"fuel_{service}",
            +1,
            (one, m.period),
            lambda s, p: carbon[s] * v.fuel_use[s, p],
            "carbon dioxide of the service's fuel",
            {"energy", *tags},
        )
    _post_option_fuels(system, block, data, v, counted, factor)


def _post_option_fuels(
    system: SystemData,
    block: Block,
    data: EndUseData,
    v: EndUseVariables,
    counted: dict[str, str],
    factor: dict[str, float],
) -> None:
    """Fuel and carbon of the options that burn a fuel in place of another, each apart."""
    m = block.model.pyomo
    burning = data.options_with(*system.items(FUELS))
    if not burning:
        return
    some = block.members("burning_option", burning, within=v.options)
    need = block.parameter("fuel_need", (some,), data.per_option(data.need, burning), "1", "other fuel per unit served")
    rates = [factor[data.carrier_of[o]] for o in burning]
    carbon = block.parameter("option_co2_factor", (some,), rates, "t/tce", "carbon dioxide of the other fuel")
    for option in burning:
        one = block.members(f"option_{option}", [option], within=v.options)
        tags = {*data.tags_of[data.service_of[option]], *fuel_tags(counted[data.carrier_of[option]])}
        block.post(
            "fuel",
            f"option_{option}",
            +1,
            (one, m.period),
            lambda o, p: need[o] * v.served[o, p],
            "other fuel that the option burns",
            tags,
        )
        block.post(
            "co2",
            f"option_{option}",
            +1,
            (one, m.period),
            lambda o, p: carbon[o] * need[o] * v.served[o, p],
            "carbon dioxide of the other fuel",
            {"energy", *tags},
        )
    prices = dict(zip(system.items(FUELS), system.number(FUELS, "price"), strict=True))
    cost = np.array([prices[data.carrier_of[o]] for o in burning])
    price = block.parameter("option_fuel_price", (some, m.period), cost, "CNY/tce", "price of the other fuel")
    block.post(
        "cost",
        "option_fuel",
        +1,
        (some, m.period),
        lambda o, p: MILLION_CNY_PER_KTCE_AT_CNY_PER_TCE * price[o, p] * need[o] * v.served[o, p],
        "other fuel that options burn",
        {"fuel"},
    )


def fuel_tags(counted: str) -> set[str]:
    """Tags of a fuel by what it counts as: its kind and `fossil`, or `non_fossil` alone.

    >>> sorted(fuel_tags("coal")), fuel_tags("non_fossil")
    (['coal', 'fossil'], {'non_fossil'})
    """
    return {counted, "fossil"} if counted in FOSSIL else {counted}


def post_costs(system: SystemData, block: Block, data: EndUseData, v: EndUseVariables) -> None:
    """Fuel of the services, network and other running cost of the options."""
    m = block.model.pyomo
    prices = dict(zip(system.items(FUELS), system.number(FUELS, "price"), strict=True))
    paid = np.array([prices[fuel] for fuel in data.fuel_of.values()])
    price = block.parameter("fuel_price", (v.services, m.period), paid, "CNY/tce", "price of the service's fuel")
    block.post(
        "cost",
        "fuel",
        +1,
        (v.services, m.period),
        lambda s, p: MILLION_CNY_PER_KTCE_AT_CNY_PER_TCE * price[s, p] * v.fuel_use[s, p],
        "fuel of the services",
        {"fuel"},
    )
    drawing = np.array([carrier in (ELECTRICITY, CAPTURE) for carrier in data.carrier_of.values()], dtype=float)
    network = system.number(OPTIONS, "network_cost") * (drawing * data.need)[:, None]
    running = block.parameter(
        "running_cost",
        (v.options, m.period),
        network + system.number(OPTIONS, "other_cost"),
        "CNY/tce",
        "network reinforcement and other running cost of an option",
    )
    block.post(
        "cost",
        "running",
        +1,
        (v.options, m.period),
        lambda o, p: MILLION_CNY_PER_KTCE_AT_CNY_PER_TCE * running[o, p] * v.served[o, p],
        "network reinforcement and other running cost of the options",
        {"end_use"},
    )


def post_capture(block: Block, data: EndUseData, v: EndUseVariables) -> None:
    """Carbon dioxide that options capture, each apart."""
    m = block.model.pyomo
    capturing = data.options_with(CAPTURE)
    if not capturing:
        return
    some = block.members("capturing_option", capturing, within=v.options)
    share = block.parameter(
        "capture", (some,), data.per_option(data.capture, capturing), "t/tce", "captured per unit served"
    )
    for option in capturing:
        one = block.members(f"option_{option}", [option], within=v.options)
        block.post(
            "co2",
            f"captured_{option}",
            -1,
            (one, m.period),
            lambda o, p: share[o] * v.served[o, p],
            "carbon dioxide captured",
            {"captured", *data.tags_of[data.service_of[option]]},
        )


def post_loads(block: Block, groups: list[LoadGroup], members: Any, mean_load: Any) -> None:
    """Load of every group on its bus, by its shape; each apart, so that it carries its tags."""
    shapes = np.array([group.shape for group in groups])
    shape = block.parameter("load_shape", (members, block.model.pyomo.timestep), shapes, "1", "load over its mean")
    for group in groups:
        # a set of its own, not a sub-set: the hourly entry is then labelled over this group alone
        one = block.members(f"group_{group.name}", [group.name])
        tags = {"consumption", "end_use", *group.tags}
        if group.carrier == ELECTRICITY:
            tags |= {"electrified", *(["ev_charging"] if "land_transport" in group.tags else [])}
        block.post(
            group.carrier,
            f"load_{group.name}",
            -1,
            (one, *block.model.operation),
            lambda g, p, w, t: mean_load[g, p] * shape[g, t],
            "load of the options that serve",
            tags,
            block.at_bus(one, {group.name: group.bus}, f"at_{group.name}"),
        )


def post_processes(system: SystemData, block: Block) -> None:
    """Carbon dioxide of processes, and what sinks take up, item by item."""
    m = block.model.pyomo
    kinds = system.text(PROCESSES, "kind")
    if not kinds:
        return
    items = block.members("process", list(kinds))
    amounts = system.number(PROCESSES, "emission")
    amount = block.parameter("process_emission", (items, m.period), amounts, "kt/yr", "set free, or taken up")
    for item, kind in kinds.items():
        one = block.members(f"process_{item}", [item], within=items)
        block.post(
            "co2",
            f"{kind}_{item}",
            +1 if kind == "process" else -1,
            (one, m.period),
            lambda i, p: amount[i, p],
            "carbon dioxide of a process" if kind == "process" else "carbon dioxide taken up",
            {kind, item},
        )
