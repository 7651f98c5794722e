"""The cases of a sweep: each a scenario of its own, made and checked before anything is solved.

A swept number of the data package becomes an override of the case, as a scenario file would state it, so that every
case can be written down and solved alone.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss
from pzh_energy.inputs.datapackage import DataPackage, Row, read_datapackage
from pzh_energy.inputs.datapackage_checks import is_numeric
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.profiles import MAKERS
from pzh_energy.inputs.scenario import MANNERS, Override, Scenario, scenario_of
from pzh_energy.inputs.shipped import PACKAGE
from pzh_energy.inputs.specs import UNKNOWN_KEY
from pzh_energy.inputs.sweep_file import EVERY_ITEM, Dimension, Sweep, Value
from pzh_energy.inputs.system import GENERAL_TABLES
from pzh_energy.inputs.tables import override_rows
from pzh_energy.inputs.yaml_source import read_chain
from pzh_energy.modeling import registry
from pzh_energy.optimization.assemble import component_tables

ONE_THREAD = "solver.threads=1"
"""Cases are solved side by side, each by a process of its own."""
SOLVES_ALIKE = ("threads", "time_limit_s")
"""Options of the solver that do not change what it finds."""
SAYS_ALIKE = ("name", "title", "question", "expect", "data")
"""Keys of a scenario that do not change what it says; its data count by what they hold."""


@dataclass(frozen=True)
class Case:
    """One case: the values of what is varied (of what is not named, the scenario's own), and its scenario.

    scenario is None where the values together make none; `refusal` then says why. digest: of all it consists of.
    """

    number: int
    values: Mapping[str, Value]
    scenario: Scenario | None
    refusal: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Plan:
    """A sweep made into cases. base: the scenario as it stands, with the changes that all cases have."""

    sweep: Sweep
    base: Scenario
    package: DataPackage
    cases: tuple[Case, ...]


def plan(sweep: Sweep, assignments: Sequence[str] = ()) -> Plan:
    """The cases of a sweep; assignments: further changes of its scenario, as `--set` takes them.

    Raises InputError for a key or a number there is not, and for values that alone already make no scenario.
    """
    maker = _Maker(sweep, assignments)
    maker.check()
    cases = []
    for number, values in enumerate(_combined(sweep), 1):
        try:
            scenario = maker.scenario(values)
        except InputError as error:
            cases.append(Case(number, values, None, refusal=str(error)))
            continue
        cases.append(Case(number, values, scenario, digest=maker.digest(scenario)))
    return Plan(sweep, maker.base, maker.package, tuple(cases))


def _combined(sweep: Sweep) -> Iterator[dict[str, Value]]:
    """The values of every case, in order; the first of one_at_a_time has none."""
    document = sweep.document
    names = list(document.vary)
    if document.method == "latin_hypercube":
        yield from _drawn(sweep)
    elif document.method == "grid":
        for values in itertools.product(*(each.listed for each in document.vary.values())):
            yield dict(zip(names, values, strict=True))
    else:
        yield {}
        for name, dimension in document.vary.items():
            yield from ({name: value} for value in dimension.listed)


def _drawn(sweep: Sweep) -> Iterator[dict[str, Value]]:
    """A Latin hypercube: along each dimension one case in each of `samples` equal parts."""
    from scipy.stats import qmc  # takes a second, and nothing else needs it

    document = sweep.document
    sampler = qmc.LatinHypercube(len(document.vary), rng=document.seed)
    for point in sampler.random(document.samples).tolist():
        values: dict[str, Value] = {}
        for share, (name, dimension) in zip(point, document.vary.items(), strict=True):
            within, listed = dimension.range, dimension.listed
            if within is None:
                values[name] = listed[int(share * len(listed))]
            else:
                values[name] = float(f"{within.low + share * (within.high - within.low):.12g}")
        yield values


class _Maker:
    """Makes the scenario of a case."""

    def __init__(self, sweep: Sweep, assignments: Sequence[str]) -> None:
        self.sweep = sweep
        self.dimensions = sweep.document.vary
        self.specs = (
            {key: technology.Spec for key, technology in registry.technologies().items()},
            {key: target.Spec for key, target in registry.targets().items()},
        )
        problems = Problems()
        self.read = read_chain(sweep.scenario_path, problems, MANNERS)
        problems.raise_if_any()
        changes = {key: _assigned(key, value) for key, value in sweep.document.changes.items()}
        resolution = sweep.document.resolution
        whole = [] if resolution is None else [_assigned("resolution", resolution.written())]
        self.assignments: tuple[str, ...] = ()
        if changes:
            self._check_changes(self._loaded(()).document())
        self.assignments = (*changes.values(), *whole, *assignments, ONE_THREAD)
        with _told_at({text: sweep.where("set", key) for key, text in changes.items()}):
            self.base = self._loaded(())
        self.package = read_datapackage(self.base.data_path)
        self.base_digest = _fingerprint(self.base, self.package)

    def _loaded(self, more: Sequence[str]) -> Scenario:
        return scenario_of(*self.read, *self.specs, (*self.assignments, *more))

    def _check_changes(self, document: Mapping[str, Any]) -> None:
        problems = Problems()
        for key in self.sweep.document.changes:
            _check_key(key, document, self.sweep.where("set", key), problems, adds=True)
        problems.raise_if_any()

    def scenario(self, values: Mapping[str, Value]) -> Scenario:
        """The scenario with some values; InputError where they make none, each told at its place in the sweep."""
        keys = {name: dimension.key for name, dimension in self.dimensions.items() if dimension.key and name in values}
        texts = {name: _assigned(key, values[name]) for name, key in keys.items()}
        places = {text: self._where(name, values[name]) for name, text in texts.items()}
        of_keys = {text: self.sweep.where("vary", name, "key") for name, text in texts.items()}
        with _told_at(places, of_keys):
            scenario = self._loaded(list(texts.values())) if texts else self.base
        package = self.package_of(scenario)
        for name, value in values.items():
            if self.dimensions[name].number:
                scenario = self._overridden(scenario, package, name, value)
        return scenario

    def package_of(self, scenario: Scenario) -> DataPackage:
        """The data package of a scenario, which may itself be varied."""
        same = scenario.data_path == self.base.data_path
        return self.package if same else packages(scenario.data_path)

    def digest(self, scenario: Scenario) -> str:
        """What an outcome is kept under: it holds for this case, from this base, by this program, and no other."""
        found = (_program(), self.base_digest, _fingerprint(scenario, self.package_of(scenario)))
        return hashlib.sha256("\n".join(found).encode()).hexdigest()[:32]

    def check(self) -> None:
        """InputError with everything that is wrong with what is varied, before any case is made."""
        problems = Problems()
        self._check_overlaps(problems)
        known = [*self.base.targets, "objective"]
        for position, each in enumerate(self.sweep.document.show):
            if each not in known:
                problems.add(self.sweep.where("show", position), f"no target {each}.", near_miss(each, known))
        for name, dimension in self.dimensions.items():
            before = len(problems.found)
            if dimension.key is not None:
                _check_key(dimension.key, self.base.document(), self.sweep.where("vary", name, "key"), problems)
            else:
                self._check_numbers(name, problems)
            for value in dimension.listed if len(problems.found) == before else ():
                try:
                    self.scenario({name: value})
                except InputError as error:
                    problems.found += error.problems
        problems.raise_if_any()

    def _check_numbers(self, name: str, problems: Problems) -> None:
        """The numbers a dimension names must be there, be read, and have rows for the years to be scaled."""
        dimension, where = self.dimensions[name], self.sweep.where("vary", name, "number")
        read = {**self._declared(self.base), **dict.fromkeys(MAKERS, ())}
        tables = self.package.parameters
        for table, item, parameter in dimension.numbers:
            if table not in tables:
                problems.add(where, f"no table {table}.", near_miss(table, tables))
                continue
            if table not in read and not self._varies_technologies():
                used = [each for each in read if each in tables]
                problems.add(where, f"nothing in this scenario reads table {table}.", near_miss(table, used))
                continue
            items = list(dict.fromkeys(row.item for row in tables[table]))
            if item not in (EVERY_ITEM, *items):
                problems.add(where, f"no item {item} in {table}.", near_miss(item, items))
                continue
            declared = {each.name: each.unit for each in read.get(table, ())}
            known = declared | {row.parameter: row.unit for row in tables[table]}
            if parameter not in known:
                problems.add(where, f"no parameter {parameter} in {table}.", near_miss(parameter, known))
            elif not is_numeric(known[parameter]):
                problems.add(where, f"{parameter} of {table} is no number.", "Name a number.")
            elif not list(_overrides(self.base, self.package, dimension, 1.0, (table, item, parameter))):
                years = "" if dimension.years is None else f" in {', '.join(map(str, dimension.years))}"
                what = f"{table}.{item}.{parameter} is not stated{years}: there is nothing to scale."
                problems.add(where, what, "Name what has rows, or state values instead.")

    def _varies_technologies(self) -> bool:
        return any(
            (each.key or "").startswith(("technologies", "targets", "data")) for each in self.dimensions.values()
        )

    def _check_overlaps(self, problems: Problems) -> None:
        """No two dimensions may set the same thing: the later one would undo the other without a word."""
        for (first, one), (second, other) in itertools.combinations(self.dimensions.items(), 2):
            if _meet(one, other):
                where = self.sweep.where("vary", second)
                problems.add(where, f'sets what "{first}" sets too.', "Leave one of them out, or part their years.")

    def _overridden(self, scenario: Scenario, package: DataPackage, name: str, value: Value) -> Scenario:
        """The scenario with a number of the data at a value; what it overrides itself is scaled or replaced."""
        dimension = self.dimensions[name]
        assert isinstance(value, int | float)
        new = [
            override
            for number in dimension.numbers
            for override in _overrides(scenario, package, dimension, float(value), number)
        ]
        kept = [old for old in scenario.overrides if not any(_replaces(each, old) for each in new)]
        changed = replace(scenario, overrides=(*kept, *new))
        problems = Problems()
        override_rows(package.parameters, self._declared(scenario), changed, problems)
        where = self._where(name, value)
        found = [Problem(where, each.what, each.remedy) for each in problems.found]
        if found:
            raise InputError(dict.fromkeys(found))
        return changed

    def _declared(self, scenario: Scenario) -> dict[str, tuple[Parameter, ...]]:
        return {**GENERAL_TABLES, **component_tables(scenario)}

    def _where(self, name: str, value: Value) -> str:
        """Where a value of a dimension was written."""
        listed = self.dimensions[name].listed
        if self.dimensions[name].range or value not in listed:
            return self.sweep.where("vary", name)
        return self.sweep.where_value(name, listed.index(value))


@cache
def packages(path: Path) -> DataPackage:
    """A data package, read once in a process."""
    return read_datapackage(path)


@contextmanager
def _told_at(places: Mapping[str, str], of_keys: Mapping[str, str] | None = None) -> Iterator[None]:
    """Problems of an assignment are told where the sweep states it, not as an option nobody gave.

    places: of the values, by assignment; of_keys: of the keys, which are at fault where there is no such key.
    """
    try:
        yield
    except InputError as error:
        found = []
        for problem in error.problems:
            text = next((each for each in places if problem.where.startswith(f"--set {each}")), None)
            if text is None:
                found.append(problem)
                continue
            below = problem.where.removeprefix(f"--set {text}")
            unknown = not below and problem.what == UNKNOWN_KEY
            found.append(replace(problem, where=(of_keys or places)[text] if unknown else places[text] + below))
        raise InputError(dict.fromkeys(found)) from error


def _overrides(
    scenario: Scenario, package: DataPackage, dimension: Dimension, value: float, number: tuple[str, str, str]
) -> Iterator[Override]:
    """The overrides that set one number (table, item or *, parameter) to a value, or scale its rows by it."""
    table, item, parameter = number
    said: dict[str, Any] = {"table": table, "parameter": parameter, "reason": "sweep"}
    rows = _rows_as_they_stand(scenario, package, table)
    mine = [row for row in rows if row.parameter == parameter and item in (EVERY_ITEM, row.item)]
    if dimension.scales:
        for row in mine:
            if dimension.years is None or row.year in dimension.years:
                scaled = float(f"{float(row.value) * value:.12g}")
                yield Override(item=row.item, year=row.year, unit=row.unit, value=scaled, **said)
        return
    for each in dict.fromkeys(row.item for row in mine) if item == EVERY_ITEM else [item]:
        for year in dimension.years or (None,):
            yield Override(item=each, year=year, unit=dimension.unit or "", value=value, **said)


def _rows_as_they_stand(scenario: Scenario, package: DataPackage, table: str) -> tuple[Row, ...]:
    """Rows of a table with the scenario's own overrides; what is wrong with those is told when it is solved."""
    mine = replace(scenario, overrides=tuple(each for each in scenario.overrides if each.table == table))
    if not mine.overrides:
        return package.parameters.get(table, ())
    declared = {**GENERAL_TABLES, **component_tables(scenario)}
    return override_rows(package.parameters, declared, mine, Problems()).get(table, ())


def _replaces(new: Override, old: Override) -> bool:
    same = (new.table, new.item, new.parameter) == (old.table, old.item, old.parameter)
    return same and new.year in (None, old.year)


def _meet(one: Dimension, other: Dimension) -> bool:
    """True if two dimensions set the same key, one within the other's, or the same number in the same year."""
    if one.key is not None and other.key is not None:
        first, second = (each.split(".") for each in (one.key, other.key))
        return all(a == b for a, b in zip(first, second, strict=False))
    years_meet = one.years is None or other.years is None or bool({*one.years} & {*other.years})
    return years_meet and any(
        (table, parameter) == (other_table, other_parameter)
        and (item == other_item or EVERY_ITEM in (item, other_item))
        for table, item, parameter in one.numbers
        for other_table, other_item, other_parameter in other.numbers
    )


_NAMED = (["technologies"], ["targets"])
"""Below these stand names: one that is not there would be a new one, not a misspelt key."""


def _check_key(key: str, document: Any, where: str, problems: Problems, adds: bool = False) -> None:
    """All steps of a key but the last must lead to something; whether there is such a last one, its model knows.

    adds: a technology or target may be added.
    """
    steps = key.split(".")
    if steps[0] == "resolution":
        return  # its forms exclude each other: what stands there says nothing of what may
    for position, step in enumerate(steps):
        entries: Mapping[str, Any] = {}
        if isinstance(document, Mapping):
            entries = {str(name): value for name, value in document.items()}
        elif isinstance(document, list | tuple):
            entries = {str(name): value for name, value in enumerate(document)}
        if step in entries:
            document = entries[step]
        elif position < len(steps) - 1 or not entries or (not adds and steps[:position] in _NAMED):
            within = ".".join(steps[:position]) or "the scenario"
            problems.add(where, f'no "{step}" in {within}.', near_miss(step, entries))
            return
        else:
            return


def _assigned(key: str, value: Any) -> str:
    """`key=value` as `--set` takes it: JSON is YAML that nothing can be read into."""
    return f"{key}={json.dumps(value, ensure_ascii=False, allow_nan=False)}"


def _fingerprint(scenario: Scenario, package: DataPackage) -> str:
    """Text of all that decides what a scenario says: its keys, and the data by their digests."""
    document = {key: value for key, value in scenario.document().items() if key not in SAYS_ALIKE}
    solver: Any = document["solver"]
    document["solver"] = {key: value for key, value in solver.items() if key not in SOLVES_ALIKE}
    return json.dumps([document, dict(package.hashes)], ensure_ascii=False, sort_keys=True)


@cache
def _program() -> str:
    """Versions of what solves, and a digest of the program's own text: a change of it makes other results."""
    text = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        text.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    versions = [metadata.version(name) for name in ("highspy", "numpy", "scipy")]
    return " ".join([text.hexdigest(), *versions])
