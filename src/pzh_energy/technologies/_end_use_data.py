"""Data of the end uses: services with their fuel path, options that replace it, groups of load. Numpy, no model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pzh_energy.domain.errors import Problems
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.capacity import FIXED_OM_SHARE, investment_parameters
from pzh_energy.modeling.load_shape import FLAT, Profile, load_shape

FUELS, SERVICES, OPTIONS, PROCESSES = "fuels", "end_uses", "end_use_options", "process_emissions"
DEMAND = "electricity_demand"
ELECTRICITY, HYDROGEN, CAPTURE, SAVING = "electricity", "hydrogen", "capture", "none"
NO_BUS = "none"
FOSSIL = ("coal", "oil", "gas")
SECTORS = ("industry", "transport", "buildings", "agriculture", "mining")
YES_NO = ("yes", "no")
RESERVED = {*FOSSIL, *SECTORS, "fossil", "non_fossil", "power", "feedstock", "energy", "process", "captured", "import"}
RESERVED |= {"sink", "consumption", "end_use", "electrified", "ev_charging", "land_transport", "industrial_value_added"}
RESERVED |= {"generation", "unserved", "export", "storage", "green", "reconversion", "demand_response"}
"""Words that tags use already: a service of that name could not be told apart."""
NEED_OF = {ELECTRICITY: "specific_need", HYDROGEN: "specific_need", CAPTURE: "capture_need", SAVING: None}
"""The parameter that says what an option takes of its carrier; every other carrier is a fuel and takes `fuel_need`."""
PROFILES = ("monthly_profile", "hourly_profile", "managed_profile")
ROUNDING = 1e-9

TABLES: Mapping[str, tuple[Parameter, ...]] = {
    FUELS: (
        Parameter("co2_factor", "t/tce", "carbon dioxide set free by burning"),
        Parameter("price", "CNY/tce", "price at the user", "linear"),
        Parameter("primary_energy", "text", "what it counts as", choices=(*FOSSIL, "non_fossil")),
    ),
    SERVICES: (
        Parameter("sector", "text", "sector the service belongs to", choices=SECTORS),
        Parameter("fuel", "text", "fuel that serves it in the reference"),
        Parameter("reference_energy", "ktce/yr", "fuel of the reference path", "linear"),
        Parameter("feedstock_share", "1", "share of the reference used as feedstock", default=0.0, maximum=1.0),
        Parameter("land_transport", "text", "counts as land transport", default="no", choices=YES_NO),
        Parameter("industrial_value_added", "text", "its users earn industrial value", default="no", choices=YES_NO),
    ),
    OPTIONS: (
        Parameter("service", "text", "service whose fuel is replaced"),
        Parameter("carrier", "text", "electricity, hydrogen, capture, a fuel, or none for a saving"),
        Parameter("bus", "text", "bus that carries the load, none for an option without", default=NO_BUS),
        Parameter("specific_need", "MWh/tce", "electricity or hydrogen per unit of fuel replaced", default=np.nan),
        Parameter("fuel_need", "tce/tce", "other fuel per unit of fuel replaced", default=np.nan),
        Parameter("capture_need", "MWh/t", "electricity per unit of carbon dioxide captured", default=np.nan),
        Parameter(
            "replacement",
            "1",
            "fuel not burnt, or share captured, per unit served",
            default=1.0,
            minimum=0.01,
            maximum=1.0,
        ),
        Parameter("network_cost", "CNY/MWh", "network reinforcement per unit of electricity", "linear", 0.0),
        Parameter("other_cost", "CNY/tce", "other running cost per unit served", "linear", 0.0, minimum=None),
        Parameter("monthly_profile", "text", "monthly profile of the load, or flat", default=FLAT),
        Parameter("hourly_profile", "text", "hourly profile of the load as users like it, or flat", default=FLAT),
        Parameter("managed_profile", "text", "hourly profile of what follows a tariff, or flat", default=FLAT),
        Parameter("managed_share", "1", "share of the load that follows the tariff", default=0.0, maximum=1.0),
        *investment_parameters(unit="ktce/yr", cost_unit="CNY/(tce/yr)"),
        FIXED_OM_SHARE,
    ),
    PROCESSES: (
        Parameter("kind", "text", "set free by a process, or taken up by a sink", choices=("process", "sink")),
        Parameter("emission", "kt/yr", "carbon dioxide of a year, set free or taken up", "linear"),
    ),
}


@dataclass(frozen=True)
class LoadGroup:
    """Options of one carrier that draw by one shape at one bus; shape (T,) relative to the mean of the year."""

    name: str
    carrier: str
    bus: str
    options: tuple[str, ...]
    tags: frozenset[str]
    shape: np.ndarray


@dataclass(frozen=True)
class EndUseData:
    """What the tables say, checked; services (S), options (O), periods (P).

    fuel_of, tags_of: by service; service_of, carrier_of: by option; reference, feedstock (S, P) [ktce/yr]; replacement
    (O,) [1], 0 for capture; capture (O,) [kt/ktce], 0 for the others; need (O,) of the carrier per ktce served, [GWh]
    or [ktce], 0 for a saving.
    """

    fuel_of: Mapping[str, str]
    tags_of: Mapping[str, frozenset[str]]
    service_of: Mapping[str, str]
    carrier_of: Mapping[str, str]
    reference: np.ndarray
    feedstock: np.ndarray
    replacement: np.ndarray
    capture: np.ndarray
    need: np.ndarray

    def options_with(self, *carriers: str) -> list[str]:
        """Options of some carriers, in the order of the table."""
        return [o for o, carrier in self.carrier_of.items() if carrier in carriers]

    def per_option(self, values: np.ndarray, options: list[str]) -> np.ndarray:
        """Rows of an array over all options, for some of them."""
        position = {o: k for k, o in enumerate(self.carrier_of)}
        return np.asarray(values[[position[o] for o in options]])


def end_use_data(system: SystemData) -> EndUseData:
    """The tables as arrays; InputError with everything that does not fit together."""
    fuels = system.items(FUELS)
    fuel_of, service_of = system.text(SERVICES, "fuel"), system.text(OPTIONS, "service")
    carrier_of = system.text(OPTIONS, "carrier")
    system.check_references(SERVICES, "fuel", fuels)
    system.check_references(OPTIONS, "service", system.items(SERVICES))
    system.check_references(OPTIONS, "carrier", [ELECTRICITY, HYDROGEN, CAPTURE, SAVING, *fuels])
    system.check_references(OPTIONS, "bus", system.buses, none=NO_BUS)
    reference = system.number(SERVICES, "reference_energy")
    feedstock = system.number(SERVICES, "feedstock_share")[:, None] * reference
    replacement = system.number(OPTIONS, "replacement")
    problems = Problems()
    _check_names(system, problems)
    _check_options(system, problems)
    _check_potentials(system, reference, feedstock, problems)
    _check_demand(system, problems)
    problems.raise_if_any()
    captures = np.array([carrier == CAPTURE for carrier in carrier_of.values()], dtype=bool)
    factor = dict(zip(fuels, system.number(FUELS, "co2_factor").tolist(), strict=True))
    burnt = np.array([factor[fuel_of[service]] for service in service_of.values()])
    captured = np.where(captures, replacement * burnt, 0.0)
    replaced = np.where(captures, 0.0, replacement)
    return EndUseData(
        fuel_of=fuel_of,
        tags_of=_tags(system),
        service_of=service_of,
        carrier_of=carrier_of,
        reference=reference,
        feedstock=feedstock,
        replacement=replaced,
        capture=captured,
        need=_stated_need(system) * np.where(captures, captured, replaced),
    )


def load_groups(system: SystemData, data: EndUseData) -> list[LoadGroup]:
    """Options that draw electricity or hydrogen, by carrier, bus, sector and shape; InputError for a missing profile.

    The hourly rows see one column for each group, however many options there are.
    """
    problems = Problems()
    words = {n: system.text(OPTIONS, n) for n in ("bus", *PROFILES)}
    share = dict(zip(data.carrier_of, system.number(OPTIONS, "managed_share").tolist(), strict=True))
    members: dict[tuple[str, ...], list[str]] = {}
    for option in data.options_with(ELECTRICITY, CAPTURE, HYDROGEN):
        carrier = HYDROGEN if data.carrier_of[option] == HYDROGEN else ELECTRICITY
        shape = (*(words[n][option] for n in PROFILES), f"{share[option]:g}")
        common = sorted(data.tags_of[data.service_of[option]] - {data.service_of[option]})
        members.setdefault((carrier, words["bus"][option], " ".join(common), *shape), []).append(option)
    groups: list[LoadGroup] = []
    for key in sorted(members):
        carrier, bus, common_tags, month, hour, managed, managed_share = key
        where = f"{OPTIONS}.csv {members[key][0]}"
        by_month: Profile = ("monthly", month)
        own, led = (
            load_shape(system, {"monthly_profile": by_month, name: ("hourly", hourly)}, where, problems)
            for name, hourly in (("hourly_profile", hour), ("managed_profile", managed))
        )
        if own is None or led is None:
            continue
        tags = frozenset(common_tags.split())
        served = {data.service_of[o] for o in members[key]}
        shaped = [*sorted(tags & set(SECTORS)), *(w for w in (month, hour) if w != FLAT)]
        groups.append(
            LoadGroup(
                name=_unused("_".join([carrier, *(served if len(served) == 1 else shaped)]), groups),
                carrier=carrier,
                bus=bus,
                options=tuple(members[key]),
                tags=tags | (served if len(served) == 1 else set()),
                shape=system.calendar.mean((1 - float(managed_share)) * own + float(managed_share) * led),
            )
        )
    problems.raise_if_any()
    return groups


def _unused(name: str, groups: list[LoadGroup]) -> str:
    """The name, numbered if a group has it already."""
    taken = {group.name for group in groups}
    numbered = (f"{name}_{k}" for k in range(2, len(groups) + 3))
    return name if name not in taken else next(n for n in numbered if n not in taken)


def _tags(system: SystemData) -> dict[str, frozenset[str]]:
    """Tags of every service: itself, its sector, and what else its energy counts as."""
    sector = system.text(SERVICES, "sector")
    marks = {mark: system.text(SERVICES, mark) for mark in ("land_transport", "industrial_value_added")}
    return {s: frozenset({s, sector[s], *(m for m, word in marks.items() if word[s] == "yes")}) for s in sector}


def _stated_need(system: SystemData) -> np.ndarray:
    """What each option takes of its carrier (O,) per unit replaced or captured, in the unit of its parameter."""
    needs = {n: system.number(OPTIONS, n) for n in ("specific_need", "fuel_need", "capture_need")}
    names = [NEED_OF.get(carrier, "fuel_need") for carrier in system.text(OPTIONS, "carrier").values()]
    return np.array([0.0 if name is None else needs[name][k] for k, name in enumerate(names)])


def _check_names(system: SystemData, problems: Problems) -> None:
    """No service has a name that tags use already, and no fuel the name of another carrier."""
    for table in (SERVICES, PROCESSES):
        for item in system.items(table):
            if item in RESERVED:
                problems.add(f"{table}.csv {item}", "is a word that tags use already.", "Choose another name.")
    for fuel in system.items(FUELS):
        if fuel in NEED_OF:
            problems.add(f"{FUELS}.csv {fuel}", "is the name of a carrier that is no fuel.", "Choose another name.")


def _check_options(system: SystemData, problems: Problems) -> None:
    """Every option states what its carrier takes and nothing else, and names a bus if it draws from one."""
    needs = {n: system.number(OPTIONS, n) for n in ("specific_need", "fuel_need", "capture_need")}
    fuel_of, service_of = system.text(SERVICES, "fuel"), system.text(OPTIONS, "service")
    bus = system.text(OPTIONS, "bus")
    for k, (option, carrier) in enumerate(system.text(OPTIONS, "carrier").items()):
        where, wanted = f"{OPTIONS}.csv {option}", NEED_OF.get(carrier, "fuel_need")
        for name, values in needs.items():
            stated = not np.isnan(values[k])
            if name == wanted and not (stated and values[k] > 0):
                problems.add(f"{where}.{name}", f"missing or zero, and {carrier} is taken.", "State it above zero.")
            if name != wanted and stated:
                problems.add(f"{where}.{name}", f"says nothing of an option with carrier {carrier}.", "Drop the row.")
        if carrier == fuel_of[service_of[option]]:
            what = f"replaces {carrier} by itself."
            problems.add(f"{where}.carrier", what, f"Write {SAVING} for a saving, or another carrier.")
        if carrier in (ELECTRICITY, HYDROGEN, CAPTURE) and bus[option] == NO_BUS:
            remedy = f"Write one of: {', '.join(system.buses)}"
            problems.add(f"{where}.bus", f"{carrier} needs the bus that carries the load.", remedy)
        if carrier not in (ELECTRICITY, CAPTURE):
            _refuse_electric(system, k, option, carrier, problems)


def _refuse_electric(system: SystemData, k: int, option: str, carrier: str, problems: Problems) -> None:
    """An option that draws no electricity states nothing of its load: it would not be read."""
    table = system.tables[OPTIONS]
    stated = [name for name in PROFILES if str(table[name].values[k]) != FLAT]
    stated += [name for name in ("managed_share", "network_cost") if np.any(table[name].values[k])]
    for name in stated:
        what = f"says nothing of an option with carrier {carrier}"
        problems.add(f"{OPTIONS}.csv {option}.{name}", f"{what}: only electricity has it.", "Drop the row.")


def _check_potentials(system: SystemData, reference: np.ndarray, feedstock: np.ndarray, problems: Problems) -> None:
    """No option may serve more than its service ever asks for; reference and feedstock (S, P) [ktce/yr]."""
    services = system.items(SERVICES)
    carrier_of, service_of = system.text(OPTIONS, "carrier"), system.text(OPTIONS, "service")
    potential, replacement = system.number(OPTIONS, "potential"), system.number(OPTIONS, "replacement")
    for k, (option, carrier) in enumerate(carrier_of.items()):
        row = services.index(service_of[option])
        most = reference[row] if carrier == CAPTURE else (reference[row] - feedstock[row]) / replacement[k]
        if potential[k] > most.max() * (1 + ROUNDING):
            what = f"{potential[k]:g} ktce/yr is above the {most.max():g} ktce/yr there are of {service_of[option]}."
            problems.add(f"{OPTIONS}.csv {option}.potential", what, "Lower it.")


def _check_demand(system: SystemData, problems: Problems) -> None:
    """The demand path does not hold what the options would draw a second time."""
    if DEMAND not in system.tables:
        return
    electric = [
        option
        for (option, carrier), most in zip(
            system.text(OPTIONS, "carrier").items(), system.number(OPTIONS, "potential"), strict=True
        )
        if carrier in (ELECTRICITY, CAPTURE) and most > 0
    ]
    for user, word in system.text(DEMAND, "contains_electrification").items():
        if word == "yes" and electric:
            what = f"the path is said to hold the electricity of {', '.join(electric)}, which the options add."
            remedy = "Take it out of the path and write no, or set the potential of these options to 0."
            problems.add(f"{DEMAND}.csv {user}.contains_electrification", what, remedy)
