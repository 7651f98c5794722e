r"""End uses: services that burn fuel on a reference path, and options that replace it, save it or capture its carbon.

Equations
---------
Capacity of the options: `modeling/capacity.py`, in ktce/yr of the service's fuel. Operation:

.. math::
    f_{sp} + \sum_{o \in s} r_o\, x_{op} = R_{sp} \qquad\text{(service_balance)}

    x_{op} \le O_{op} \qquad\text{(service_limit)}

    \sum_{o \in s,\ \text{capture}} x_{op} \le f_{sp} \qquad\text{(capture_limit)}

    \ell_{gp} = \frac{1000}{8760} \sum_{o \in g} n_o\, x_{op} \qquad\text{(group_load)}

    \varphi_s R_{sp} \le f_{sp}

the last as a bound. To the bus of its group goes :math:`\ell_{gp}\, y_{gt}`, electricity or hydrogen.

Symbols
-------
f  `fuel_use`, fuel of the service that is used [ktce/yr]; R  its reference path [ktce/yr]; φ  `feedstock_share` [1];
x  `served`, what an option serves, by the fuel the service would take for it [ktce/yr]; r  `replacement`, the share of
that which is really not burnt, 0 for capture [1]; O  `operating_capacity` of the option [ktce/yr];
ℓ  `mean_load` of a group of options with one carrier, bus, sector and shape [MW]; n  energy taken per unit served
[GWh/ktce]: need times r, of capture need times the carbon captured; y  `load_shape`, load over its mean, a blend of the
users' own profile and of one that follows the tariff [1].

Accounts: fuel (energy and feedstock apart) and carbon dioxide service by service; carbon captured and taken up by sinks
with the sign -1; emissions of processes as given; cost of fuel, of network reinforcement per unit of electricity, other
running cost per unit served.

Assumptions
-----------
Useful service is given: what is not served by an option burns the reference's fuel, and nothing can be served twice,
so an option draws energy only while fuel is really replaced. The reference contains the switching that happens anyhow,
and so does the electricity demand; what the options do comes on top of both. One decision serves a whole year, whatever
the weather. An option is a share of its service, not a machine: half a boiler is possible. Two options of one service
compete for the same fuel and for nothing else. Feedstock cannot be replaced; its carbon counts as set free. Capture
takes the carbon of the fuel, not that of the process. Prices of fuel hold for every user of it. Steel gas shrinks with
no option: what replaces coke would take gas from the power plant, which `thermal` states as given. Hydrogen is drawn
evenly over the year. Charging and other load that follows the tariff does so by a profile; what may be shifted freely
is `demand_response`.

Sources
-------
Data package, tables `fuels`, `end_uses`, `end_use_options`, `process_emissions`; profiles named there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.domain.units import HOURS_PER_YEAR
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.capacity import add_capacity, investment_of
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results
from pzh_energy.technologies._end_use_accounts import (
    EndUseVariables,
    post_capture,
    post_costs,
    post_fuel_and_carbon,
    post_loads,
    post_processes,
)
from pzh_energy.technologies._end_use_data import (
    CAPTURE,
    ELECTRICITY,
    FOSSIL,
    FUELS,
    HYDROGEN,
    OPTIONS,
    TABLES,
    EndUseData,
    end_use_data,
    load_groups,
)

MW_PER_GWH_A_YEAR = 1e3 / HOURS_PER_YEAR


class Options(TechnologySpec):
    """Options of the end uses: none beyond on and off."""


class EndUses:
    """Services that burn fuel, and what may take its place."""

    key = "end_uses"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = TABLES

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare fuel used and options serving, hold them to the reference, post fuel, carbon, load and cost."""
        data = end_use_data(system)
        m = block.model.pyomo
        services = block.members("service", list(data.fuel_of))
        options = block.members("option", list(data.carrier_of))
        held = data.feedstock
        least = block.parameter("least_fuel", (services, m.period), held, "ktce/yr", "feedstock, which stays")
        fuel_use = block.variable(
            "fuel_use", (services, m.period), "ktce/yr", "fuel the service uses", lambda b, s, p: (least[s, p], None)
        )
        served = block.variable("served", (options, m.period), "ktce/yr", "what an option serves")
        capacity = add_capacity(
            block, options, investment_of(system, OPTIONS), system.scenario.horizon.history_until, unit="ktce/yr"
        )
        variables = EndUseVariables(services, options, fuel_use, served)
        self._hold_services(block, data, variables, capacity.operating)
        post_fuel_and_carbon(system, block, data, variables)
        post_capture(block, data, variables)
        post_costs(system, block, data, variables)
        self._add_loads(system, block, data, variables)
        post_processes(system, block)

    def _hold_services(self, block: Block, data: EndUseData, v: EndUseVariables, operating: Any) -> None:
        """The equality of useful service, and the limits of what serves."""
        m = block.model.pyomo
        reference = block.parameter(
            "reference_energy", (v.services, m.period), data.reference, "ktce/yr", "fuel of the reference path"
        )
        share = block.parameter("replacement", (v.options,), data.replacement, "1", "fuel not burnt per unit served")
        of_service = {s: [o for o, service in data.service_of.items() if service == s] for s in v.services}
        replacing = block.family("options_of", v.services, of_service, v.options)
        block.constraint(
            "service_balance",
            (v.services, m.period),
            lambda b, s, p: v.fuel_use[s, p] + sum(share[o] * v.served[o, p] for o in replacing[s]) == reference[s, p],
            "ktce/yr",
            "useful service is met by fuel or by an option",
        )
        block.constraint(
            "service_limit",
            (v.options, m.period),
            lambda b, o, p: v.served[o, p] <= operating[o, p],
            "ktce/yr",
            "an option serves no more than what is in operation of it",
        )
        capturing = {s: [o for o in of_service[s] if data.carrier_of[o] == CAPTURE] for s in v.services}
        captured = block.members("captured_service", [s for s in v.services if capturing[s]], within=v.services)
        capture = block.family("capture_of", captured, capturing, v.options)
        block.constraint(
            "capture_limit",
            (captured, m.period),
            lambda b, s, p: sum(v.served[o, p] for o in capture[s]) <= v.fuel_use[s, p],
            "ktce/yr",
            "no more carbon is captured than fuel is left to give",
        )

    def _add_loads(self, system: SystemData, block: Block, data: EndUseData, v: EndUseVariables) -> None:
        """Mean load of every group of options, and its entries."""
        groups = load_groups(system, data)
        if not groups:
            return
        m = block.model.pyomo
        members = block.members("load_group", [group.name for group in groups])
        drawing = block.family("options_in", members, {group.name: group.options for group in groups}, v.options)
        need = block.parameter(
            "load_per_served", (v.options,), MW_PER_GWH_A_YEAR * data.need, "MW/(ktce/yr)", "mean load per unit served"
        )
        mean_load = block.variable("mean_load", (members, m.period), "MW", "mean load of a group over the year")
        block.constraint(
            "group_load",
            (members, m.period),
            lambda b, g, p: mean_load[g, p] == sum(need[o] * v.served[o, p] for o in drawing[g]),
            "MW",
            "load of a group is what its options take",
        )
        post_loads(block, groups, members, mean_load)

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """By option and period: `replaced` fuel [ktce/yr]; `electricity_use` and `hydrogen_use` [GWh/yr].

        By option, for each unit it serves: `electricity_need` and `hydrogen_need` [GWh/ktce]; `fossil_fuel_change` and
        `non_fossil_fuel_change`, fuel burnt less fuel replaced [ktce/ktce].
        """
        data = end_use_data(system)
        served = results["end_uses.served"]

        def taken(rates: np.ndarray, *carriers: str) -> xr.DataArray:
            chosen = np.array([not carriers or carrier in carriers for carrier in data.carrier_of.values()])
            return served * xr.DataArray(
                rates * chosen, dims=served.dims[:1], coords={served.dims[0]: system.items(OPTIONS)}
            )

        electricity = taken(data.need, ELECTRICITY, CAPTURE)
        return {
            "replaced": taken(data.replacement).assign_attrs(units="ktce/yr", long_name="fuel replaced"),
            "electricity_use": electricity.assign_attrs(units="GWh/yr", long_name="electricity taken by an option"),
            "hydrogen_use": taken(data.need, HYDROGEN).assign_attrs(
                units="GWh/yr", long_name="hydrogen taken by an option, lower heating value"
            ),
            **_of_a_unit(system, data, str(served.dims[0])),
        }

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """Fuel posted and fuel replaced are the reference; energy drawn over the year is what serving needs."""
        data = end_use_data(system)
        posted = {s: results.amount(_own(results, "fuel", s)).values for s in data.fuel_of}
        replaced = results["end_uses.replaced"]
        option = str(replaced.dims[0])
        worst = 0.0
        for k, (s, used) in enumerate(posted.items()):
            options = [o for o, of in data.service_of.items() if of == s]
            gone = replaced.sel({option: options}).sum(option).values
            worst = max(worst, float(np.abs(used + gone - data.reference[k]).max()))
        size = 1e-6 * max(1.0, float(data.reference.max(initial=0.0)))
        yield Check("fuel used and replaced is the reference of each service", worst, size, "ktce/yr")
        for carrier in (ELECTRICITY, HYDROGEN):
            drawn = 1e3 * results.energy_twh(e for e in results.ledger(carrier, "end_use") if e.block == self.key)
            wanted = results[f"end_uses.{carrier}_use"].sum(option)
            size = 1e-6 * max(1.0, float(wanted.max()))
            yield Check(f"{carrier} drawn is what serving needs", float(abs(drawn - wanted).max()), size, "GWh/yr")


def _of_a_unit(system: SystemData, data: EndUseData, option: str) -> dict[str, xr.DataArray]:
    """What one unit served takes and what it changes in the fuel that is burnt, by option."""
    carriers = np.array(list(data.carrier_of.values()), dtype=object)
    replaced = np.array([data.fuel_of[service] for service in data.service_of.values()], dtype=object)
    kinds = system.text(FUELS, "primary_energy")

    def of(values: np.ndarray, unit: str, meaning: str) -> xr.DataArray:
        return xr.DataArray(
            values, {option: list(data.carrier_of)}, (option,), attrs={"units": unit, "long_name": meaning}
        )

    def change(*counted: str) -> np.ndarray:
        of_kind = [fuel for fuel, kind in kinds.items() if kind in counted]
        burnt, gone = (np.isin(names, of_kind).astype(float) for names in (carriers, replaced))
        return np.asarray(data.need * burnt - data.replacement * gone)

    per_unit = "ktce/ktce"
    return {
        "electricity_need": of(
            data.need * np.isin(carriers, (ELECTRICITY, CAPTURE)), "GWh/ktce", "electricity per unit served"
        ),
        "hydrogen_need": of(data.need * (carriers == HYDROGEN), "GWh/ktce", "hydrogen per unit served"),
        "fossil_fuel_change": of(change(*FOSSIL), per_unit, "change of fossil fuel burnt per unit served"),
        "non_fossil_fuel_change": of(change("non_fossil"), per_unit, "change of non-fossil fuel burnt per unit served"),
    }


def _own(results: Results, ledger: str, service: str) -> list[Any]:
    """Entries of the service's own fuel, burnt and feedstock."""
    names = {f"end_uses.fuel_{service}", f"end_uses.feedstock_{service}"}
    return [entry for entry in results.ledger(ledger, service) if entry.name in names]
