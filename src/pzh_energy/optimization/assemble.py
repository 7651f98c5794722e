r"""Puts a model together: technologies, then targets, then balances are closed and the cost is minimised.

Equations
---------
.. math::
    \sum_{e} \text{sign}_e \sum_{i \in e(n)} e_{ipwt} = 0
        \qquad\text{(electricity_balance)}, \text{(hydrogen_balance)}

    \min \sum_p \omega_p \sum_e \text{sign}_e \Bigl( \sum_w \pi_w \sum_t \sum_i e_{i p [w [t]]} \Bigr)

Symbols
-------
e  entries of the ledger, i their members, e(n) those on bus n; ω  `weight`, discounted years a period stands for; π
`probability` of a weather case. An entry is summed over every dimension it has, weather with its probability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.scenario import Scenario
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling import registry
from pzh_energy.modeling.ledger import Ledger
from pzh_energy.modeling.model import Engine, Model
from pzh_energy.modeling.target import StatedTarget, state_targets


@dataclass(frozen=True)
class Assembled:
    """A complete model with the technologies and targets it was made of."""

    system: SystemData
    model: Model
    technologies: Mapping[str, Any]
    targets: tuple[StatedTarget, ...]


def enabled_technologies(scenario: Scenario) -> dict[str, Any]:
    """The technologies a scenario switches on, by key, sorted."""
    known = registry.technologies()
    return {key: known[key] for key in sorted(scenario.technologies) if scenario.technologies[key].enabled}


def component_tables(scenario: Scenario) -> dict[str, tuple[Parameter, ...]]:
    """Parameter tables that the enabled technologies and the metrics of the targets read."""
    metrics = registry.targets()
    users = [*enabled_technologies(scenario).values(), *(metrics[spec.metric] for spec in scenario.targets.values())]
    return {name: parameters for user in users for name, parameters in user.tables.items()}


def assemble(system: SystemData, engine: Engine = "numpy") -> Assembled:
    """Build the model of a system. Raises InputError where the data do not make one."""
    model = Model(system.buses, system.calendar, engine)
    technologies = enabled_technologies(system.scenario)
    for key, technology in sorted(technologies.items(), key=lambda pair: getattr(pair[1], "reads_ledgers", False)):
        technology.build(system.scenario.technologies[key], system, model.component(key))
    targets = state_targets(system, model, registry.targets())
    for ledger in model.ledgers.values():
        if ledger.kind.balanced:
            _close(model, ledger)
    _minimise_cost(model)
    return Assembled(system, model, technologies, tuple(targets))


def _close(model: Model, ledger: Ledger) -> None:
    """Everything posted to a bus adds up to zero; the only balance constraint there is."""
    m = model.pyomo
    places = [n for n in m.bus if any(len(e.at[n]) for e in ledger.entries)]
    if not places:
        if ledger.name == "electricity":
            where = "scenario technologies"
            raise InputError([Problem(where, "nothing feeds or loads any bus.", "Switch a technology on.")])
        return
    block = model.component(ledger.name)
    buses = block.members("bus", places, within=m.bus)
    model.balance(
        f"{ledger.name}_balance",
        (buses, *model.operation),
        lambda m, n, p, w, t: sum(e.on(n, p, w, t) for e in ledger.entries) == 0,
        ledger.kind.unit,
        f"{ledger.name} of a bus is balanced",
    )


def _minimise_cost(model: Model) -> None:
    entries = model.ledgers["cost"].entries

    model.minimize(lambda m: sum(m.weight[p] * sum(e.sign * e.of_year(model, p) for e in entries) for p in m.period))
