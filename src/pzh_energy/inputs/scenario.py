"""A scenario: one YAML file, with the files it extends, as frozen typed values. Nothing is read from the data here.

`resolution` is replaced as one by whoever states it, because its forms exclude each other; all other mappings merge
key by key (`yaml_source`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError, ValidationInfo, WithJsonSchema, field_validator

from pzh_energy.domain.errors import Problems, near_miss
from pzh_energy.inputs.calendar import PROBABILITY_TOLERANCE
from pzh_energy.inputs.resolution import FULL, RESOLUTION_SCHEMA, Resolution
from pzh_energy.inputs.specs import Bilingual, Fault, StrictModel, TargetSpec, TechnologySpec, faults, stated
from pzh_energy.inputs.yaml_source import (
    DELETE,
    Key,
    Manners,
    Mark,
    Node,
    Route,
    assigned,
    locate,
    place,
    read_chain,
    write_yaml,
)

MANNERS: Manners = {("resolution",): None, ("solver",): "method"}
"""`resolution` is replaced as one, and `solver: highs` is short for `solver: {method: highs}`."""

_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
_IDENTIFIER = r"^[A-Za-z][A-Za-z0-9_]*$"
_PERIODS_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": r"^\d{4}\.\.\d{4}$"},
        {"type": "array", "items": {"type": "integer", "minimum": 1900, "maximum": 2200}, "minItems": 1},
    ]
}


class Horizon(StrictModel):
    """The years of the plan.

    periods: investment years, written `2020..2030` or as a list; a period stands for the years until the next one,
    the last for `last_period_years`. Up to `history_until` builds are pinned to what was observed (none by default).
    """

    periods: Annotated[tuple[int, ...], WithJsonSchema(_PERIODS_SCHEMA)]
    last_period_years: int = Field(default=1, ge=1, le=100)
    history_until: int | None = None

    @field_validator("periods", mode="before")
    @classmethod
    def _read_periods(cls, value: Any) -> Any:
        found = re.fullmatch(r"(\d{4})\.\.(\d{4})", value) if isinstance(value, str) else None
        if found:
            return tuple(range(int(found[1]), int(found[2]) + 1))
        if not isinstance(value, tuple):
            raise ValueError("these are not years. Write 2020..2030, or a list such as [2020, 2025, 2030].")
        return value

    @field_validator("periods")
    @classmethod
    def _periods_increase(cls, periods: tuple[int, ...]) -> tuple[int, ...]:
        if not periods or any(later <= earlier for earlier, later in pairwise(periods)):
            raise ValueError("the years do not increase. Write at least one, each later than the one before.")
        if periods[0] < 1900 or periods[-1] > 2200:
            raise ValueError("a year is not within 1900 to 2200. Write calendar years.")
        return periods

    @field_validator("history_until")
    @classmethod
    def _history_ends_in_time(cls, year: int | None, info: ValidationInfo) -> int | None:
        periods = info.data.get("periods")
        if year is not None and periods and year > periods[-1]:
            raise ValueError(f"{year} is after the last period. Write {periods[-1]} or an earlier year.")
        return year


class WeatherCase(StrictModel):
    """One hydrological and weather year and how likely it is."""

    probability: float = Field(gt=0, le=1)


class Override(StrictModel):
    """One number or text of the data package replaced by the scenario, with the reason."""

    table: str = Field(min_length=1)
    item: str = Field(min_length=1)
    parameter: str = Field(min_length=1)
    year: int | None = None
    value: int | float | str
    unit: str = Field(min_length=1)
    reason: str = Field(min_length=1)


class Solver(StrictModel):
    """How the model is built and solved. threads: of HiGHS, or processes that share the years; time_limit_s: s.

    method: `highs` is HiGHS as it chooses itself, in one call, `simplex`, `ipm` and `hipo` are its algorithms;
    `structured` is the own interior point along the structure in time; `auto` takes it for large models. vertex: end at
    a corner of the set of optimal plans also where the method ends inside it (`hipo`, `structured`). A word in place of
    all is the method, `solver: highs`.
    """

    engine: Literal["numpy", "pyomo"] = "numpy"
    method: Literal["highs", "simplex", "ipm", "hipo", "structured", "auto"] = "auto"
    time_limit_s: float = Field(default=600.0, gt=0)
    threads: int = Field(default=1, ge=1)
    vertex: bool = False


ONE_CASE = {"normal": WeatherCase(probability=1.0)}
DEFAULT_SOLVER = Solver()


class ScenarioDocument(StrictModel):
    """The keys of a scenario file; technologies and targets are read by their own models."""

    name: str = Field(pattern=_NAME)
    title: Bilingual | None = None
    question: Bilingual | None = None
    data: str = Field(min_length=1, description="folder of the data package, relative to this file")
    horizon: Horizon
    resolution: Annotated[Resolution, WithJsonSchema(RESOLUTION_SCHEMA)] = FULL
    weather: dict[str, WeatherCase] = Field(default_factory=lambda: dict(ONE_CASE))
    technologies: dict[str, Any]
    targets: dict[str, Any] = Field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    solver: Solver = DEFAULT_SOLVER
    expect: Literal["feasible", "infeasible"] | None = None

    @field_validator("resolution", mode="before")
    @classmethod
    def _read_resolution(cls, value: Any) -> Resolution:
        return Resolution.read(value)

    @field_validator("weather")
    @classmethod
    def _probabilities_add_up(cls, weather: dict[str, WeatherCase]) -> dict[str, WeatherCase]:
        odd = [name for name in weather if not re.fullmatch(_IDENTIFIER, name)]
        if odd:
            raise ValueError(f'"{odd[0]}" is not a name. Use letters, digits and _, a letter first.')
        total = sum(case.probability for case in weather.values())
        if abs(total - 1) > PROBABILITY_TOLERANCE:
            raise ValueError(
                f"the probabilities of {', '.join(weather) or 'no case'} add up to {total:g}, not to 1. "
                f"Change them, or take an inherited case out with `name: {DELETE}`."
            )
        return weather

    @field_validator("overrides")
    @classmethod
    def _overrides_differ(cls, overrides: tuple[Override, ...]) -> tuple[Override, ...]:
        seen: dict[tuple[str, str, str, int | None], int] = {}
        for position, each in enumerate(overrides):
            key = (each.table, each.item, each.parameter, each.year)
            if key in seen:
                raise ValueError(f"elements {seen[key]} and {position} override the same value. Keep one.")
            seen[key] = position
        return overrides


@dataclass(frozen=True)
class Scenario:
    """What one run is asked to do.

    technologies: options by key, also of those switched off (`enabled_technologies` leaves them out); targets: by id;
    data_path: folder of the data package, absolute when read from a file. files: the file and those it extends;
    marks: where each value was written (`where`); neither counts when scenarios are compared.
    """

    name: str
    data_path: Path
    horizon: Horizon
    technologies: Mapping[str, TechnologySpec]
    resolution: Resolution = FULL
    weather: Mapping[str, WeatherCase] = field(default_factory=lambda: dict(ONE_CASE))
    targets: Mapping[str, TargetSpec] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    solver: Solver = DEFAULT_SOLVER
    title: Bilingual | None = None
    question: Bilingual | None = None
    expect: Literal["feasible", "infeasible"] | None = None
    files: tuple[Path, ...] = field(default=(), compare=False)
    marks: Mapping[Route, Mark] = field(default_factory=dict, compare=False, repr=False)

    @property
    def enabled_technologies(self) -> dict[str, TechnologySpec]:
        """The technologies that take part."""
        return {key: spec for key, spec in self.technologies.items() if spec.enabled}

    def where(self, *route: Key) -> str:
        """The place of a key as errors name it: its own, or that of the nearest key above that was written."""
        for length in range(len(route), -1, -1):
            if route[:length] in self.marks:
                return place(self.marks[route[:length]], route)
        return f"scenario {self.name} {'.'.join(map(str, route))}".strip()

    def written_at(self, *route: Key) -> str | None:
        """file:line:column of the key, or the assignment that stated it; None for a value nobody wrote, a default."""
        mark = self.marks.get(route)
        return None if mark is None else mark.text

    def document(self, relative_to: Path | None = None) -> dict[str, object]:
        """What a scenario file that states every value holds; relative_to as for `resolved`."""
        data = str(self.data_path)
        if relative_to is not None and self.data_path.anchor == relative_to.absolute().anchor:
            data = Path(os.path.relpath(self.data_path, relative_to)).as_posix()
        periods = self.horizon.periods
        gapless = periods == tuple(range(periods[0], periods[-1] + 1))
        years = f"{periods[0]}..{periods[-1]}" if gapless else list(periods)
        document = {
            "name": self.name,
            "title": stated(self.title),
            "question": stated(self.question),
            "data": data,
            "horizon": {**stated(self.horizon), "periods": years},
            "resolution": self.resolution.written(),
            **{key: stated(getattr(self, key)) for key in ("weather", "technologies", "targets", "overrides")},
            "solver": stated(self.solver),
            "expect": self.expect,
        }
        return {key: value for key, value in document.items() if value is not None}

    def resolved(self, relative_to: Path | None = None) -> str:
        """YAML text, every value stated, that loads back to an equal scenario.

        relative_to: the folder the text will stand in; the data package is then named relative to it, and by its
        absolute path otherwise.
        """
        return write_yaml(self.document(relative_to))


Model = TypeVar("Model", bound=StrictModel)


def load_scenario(
    path: Path | str,
    technologies: Mapping[str, type[TechnologySpec]],
    targets: Mapping[str, type[TargetSpec]],
    assignments: Sequence[str] = (),
) -> Scenario:
    """The scenario in a file, with what it extends, and with assignments (`key=value`, as `--set` takes them).

    technologies: the model of each technology's options by key; targets: of each target's by metric.
    Raises InputError with everything that is wrong, each with file, line and key.
    """
    problems = Problems()
    return scenario_of(*read_chain(Path(path), problems, MANNERS), technologies, targets, assignments, problems)


def scenario_of(
    tree: Node,
    files: tuple[Path, ...],
    technologies: Mapping[str, type[TechnologySpec]],
    targets: Mapping[str, type[TargetSpec]],
    assignments: Sequence[str] = (),
    problems: Problems | None = None,
) -> Scenario:
    """The scenario of files that `read_chain` read, changed by assignments; problems: found on the way to here."""
    problems = Problems() if problems is None else problems
    for assignment in assignments:
        tree = assigned(tree, assignment, problems, MANNERS)
    document = validated(ScenarioDocument, tree, tree, (), problems)
    chosen = {
        key: spec
        for key, node in _entries(tree, "technologies")
        if (spec := _technology(key, node, tree, technologies, problems)) is not None
    }
    aims = {
        key: target
        for key, node in _entries(tree, "targets")
        if (target := _target(key, node, tree, targets, problems)) is not None
    }
    data_path = _data_path(tree, problems)
    problems.raise_if_any()
    assert document is not None  # what is missing here was a problem above
    assert data_path is not None
    fields = {name: getattr(document, name) for name in ScenarioDocument.model_fields if name != "data"}
    taken = {**fields, "technologies": chosen, "targets": aims}
    return Scenario(data_path=data_path, files=files, marks=dict(tree.marks()), **taken)


def validated(model: type[Model], node: Node, tree: Node, route: Route, problems: Problems) -> Model | None:
    """A node read by a model; None, and problems with their places, where it does not fit."""
    try:
        return model.model_validate(node.plain())
    except ValidationError as error:
        found: dict[str, list[Fault]] = {}
        for fault in faults(error, model):
            found.setdefault(locate(tree, (*route, *fault.location), fault.missing), []).append(fault)
    for where, several in found.items():
        kinds = [fault.expected for fault in several if fault.expected]
        if len(kinds) > 1:
            # a field that takes one of several kinds reports each of them
            got = several[0].what.partition(", got ")[2]
            problems.add(where, f"expected {' or '.join(kinds)}, got {got}", "Write one of these.")
        else:
            for fault in several:
                problems.add(where, fault.what, fault.remedy)
    return None


def _entries(tree: Node, key: str) -> list[tuple[str, Node]]:
    """The entries of a mapping at the top of the tree; none where it is not one, which its own check reports."""
    node = tree.child(key)
    return [(str(name), each) for name, each in node.value.items()] if node and isinstance(node.value, dict) else []


def _technology(
    key: str, node: Node, tree: Node, known: Mapping[str, type[TechnologySpec]], problems: Problems
) -> TechnologySpec | None:
    route = ("technologies", key)
    if key not in known:
        problems.add(place(node.mark, route), "unknown key.", near_miss(key, known))
        return None
    return validated(known[key], node, tree, route, problems)


def _target(
    key: str, node: Node, tree: Node, known: Mapping[str, type[TargetSpec]], problems: Problems
) -> TargetSpec | None:
    route = ("targets", key)
    if not re.fullmatch(_IDENTIFIER, key):
        problems.add(place(node.mark, route), "not an id.", "Use letters, digits and _, a letter first.")
    metric = node.child("metric")
    if not isinstance(node.value, dict) or metric is None:
        remedy = f"Write a mapping with a metric. {near_miss('', known)}"
        problems.add(place(node.mark, (*route, "metric")), "required, and missing.", remedy)
        return None
    if not isinstance(metric.value, str) or metric.value not in known:
        remedy = near_miss(str(metric.plain()), known)
        problems.add(place(metric.mark, (*route, "metric")), f'unknown metric "{metric.plain()}".', remedy)
        return None
    return validated(known[metric.value], node, tree, route, problems)


def _data_path(tree: Node, problems: Problems) -> Path | None:
    """The folder of the data package; where it is missing or not text, the document's own check reports it."""
    node = tree.child("data")
    if node is None or not isinstance(node.value, str) or not node.value:
        return None
    path = (node.mark.folder / node.value).absolute().resolve()
    if not path.is_dir():
        problems.add(place(node.mark, ("data",)), f"there is no folder {path}.", "Name the folder of a data package.")
    return path
