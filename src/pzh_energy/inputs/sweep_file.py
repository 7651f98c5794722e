"""A sweep: one YAML file that names a scenario, what is varied in it, and which values are combined.

name: share_margin
scenario: ../baseline.yaml
resolution: {segments: 24}
set: {targets.T01.mode: report}   # changes of the scenario in every case, as `--set` takes them
method: grid                      # or one_at_a_time, latin_hypercube (with samples and seed)
vary:
  growth:                         # a number of the data package, as an override states it
    number: electricity_demand.city_total.growth
    years: [2024]
    unit: 1/yr
    values: [0.02, 0.045, 0.07]
  fuel:                           # numbers of the data package times a factor; * stands for every item
    number: end_uses.*.reference_energy
    years: [2025, 2030]
    scale_range: {low: 0.9, high: 1.1, steps: 3}    # the same as scale: [0.9, 1.0, 1.1]
  price: {key: targets.T16.price, values: [100.0, 300.0]}    # a key of the scenario, as `--set` takes it
show: [T01, T09]
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, WithJsonSchema, field_validator, model_validator

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss
from pzh_energy.inputs.resolution import RESOLUTION_SCHEMA, Resolution
from pzh_energy.inputs.scenario import validated
from pzh_energy.inputs.specs import Bilingual, StrictModel
from pzh_energy.inputs.yaml_source import Key, Mark, Node, locate, place, read_yaml

Method = Literal["grid", "one_at_a_time", "latin_hypercube"]
Value = str | int | float | bool | tuple[Any, ...] | dict[str, Any]
EVERY_ITEM = "*"
MOST_CASES = 5_000
"""More would fill the memory: a case is 0.13 MB before it is solved."""
RESERVED = (
    *("case", "status", "reason", "objective", "changed", "target", "achieved", "margin", "verdict", "price"),
    *("capacity", "plant", "year", "unit", "price_unit", "label_zh", "label_en"),
)
"""What results call something else than a swept value."""
_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
_IDENTIFIER = r"[A-Za-z][A-Za-z0-9_]*"
_DATUM = re.compile(r"[^.\s]+\.[^.\s]+\.[^.\s]+")


class Spread(StrictModel):
    """Numbers from `low` to `high`: `steps` of them at equal distances, or, without `steps`, all, to draw from."""

    low: float
    high: float
    steps: int | None = Field(default=None, ge=2, le=1000)

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}. Write the smaller number as low.")
        return self


class Dimension(StrictModel):
    """What is varied: a `key` of the scenario, or a `number` (table.item.parameter) of the data package or several.

    values or values_range: what it is set to, numbers of the package in `unit`; scale or scale_range: factors on what
    the package, or an override of the scenario, states. years: the years a number is set for, or whose rows are scaled;
    without them it is set for all years alike, and all its rows are scaled.
    """

    key: str | None = Field(default=None, min_length=1, description="dotted key of the scenario, as --set takes it")
    number: str | tuple[str, ...] | None = Field(default=None, description="table.item.parameter; * for every item")
    years: tuple[int, ...] | None = Field(default=None, min_length=1)
    unit: str | None = Field(default=None, min_length=1)
    values: tuple[Value, ...] | None = None
    values_range: Spread | None = None
    scale: tuple[float, ...] | None = None
    scale_range: Spread | None = None
    label: Bilingual | None = None

    @property
    def numbers(self) -> tuple[tuple[str, str, str], ...]:
        """Table, item and parameter of each number; none for a key."""
        stated = (self.number,) if isinstance(self.number, str) else self.number or ()
        return tuple((table, item, parameter) for table, item, parameter in (each.split(".") for each in stated))

    @property
    def scales(self) -> bool:
        """True if the values are factors."""
        return self.scale is not None or self.scale_range is not None

    @property
    def range(self) -> Spread | None:
        """The range the values or factors are from; None where they are listed."""
        return self.values_range or self.scale_range

    @property
    def listed(self) -> tuple[Value, ...]:
        """The values or factors one by one; of a range without steps its ends."""
        if self.range is None:
            return self.values or self.scale or ()
        numbers = np.linspace(self.range.low, self.range.high, self.range.steps or 2)
        # 0.9 + 0.1 is not to be called 1.0000000000000002
        return tuple(float(f"{number:.12g}") for number in numbers)

    @field_validator("number")
    @classmethod
    def _numbers_have_three_parts(cls, number: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        for each in (number,) if isinstance(number, str) else number or ():
            if not _DATUM.fullmatch(each):
                raise ValueError(f'"{each}" is no number of the data. Write table.item.parameter.')
        return number

    @field_validator("values", "scale")
    @classmethod
    def _values_differ(cls, values: Any) -> Any:
        if isinstance(values, tuple):
            texts = [json.dumps(value, sort_keys=True) for value in values]
            if not values or len(set(texts)) < len(texts):
                raise ValueError("a value stands twice, or there is none. Write each value once.")
        return values

    @field_validator("years")
    @classmethod
    def _years_increase(cls, years: tuple[int, ...] | None) -> tuple[int, ...] | None:
        if years and any(later <= earlier for earlier, later in pairwise(years)):
            raise ValueError("the years do not increase. Write each later than the one before.")
        return years

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.key is None) == (not self.number):
            raise ValueError("what is varied is not clear. Write either key or number.")
        if [self.values, self.values_range, self.scale, self.scale_range].count(None) != 3:
            raise ValueError("to which values is not clear. Write one of values, values_range, scale, scale_range.")
        if self.key is not None and (self.scales or self.years is not None or self.unit is not None):
            raise ValueError("factors, years and unit belong to a number of the data. A key takes values only.")
        if self.number and self.scales == (self.unit is not None):
            raise ValueError("values of a number need its unit, and factors have none. Add or remove unit.")
        numbers = [value for value in self.listed if isinstance(value, int | float) and not isinstance(value, bool)]
        if self.number and len(numbers) < len(self.listed):
            raise ValueError("a value of a number is none. Write numbers, without quotes.")
        if self.scales and min(numbers) < 0:
            raise ValueError("a factor is negative. Write factors from 0.")
        return self


class SweepDocument(StrictModel):
    """The keys of a sweep file.

    method: `grid` combines every value with every other; `one_at_a_time` leaves all but one as they stand;
    `latin_hypercube` draws `samples` cases so that each value or stretch of a range is met equally often, by `seed`.
    show: targets (or `objective`) of the table in the terminal.
    """

    name: str = Field(pattern=_NAME)
    title: Bilingual | None = None
    question: Bilingual | None = None
    scenario: str = Field(min_length=1, description="the scenario file, relative to this file")
    resolution: Annotated[Resolution | None, WithJsonSchema(RESOLUTION_SCHEMA)] = None
    changes: dict[str, Any] = Field(default_factory=dict, alias="set")
    method: Method = "grid"
    samples: int | None = Field(default=None, ge=2, le=MOST_CASES)
    seed: int | None = Field(default=None, ge=0)
    vary: dict[str, Dimension] = Field(min_length=1)
    show: tuple[str, ...] = ()

    @field_validator("resolution", mode="before")
    @classmethod
    def _read_resolution(cls, value: Any) -> Resolution:
        return Resolution.read(value)

    @field_validator("vary")
    @classmethod
    def _names_are_free(cls, vary: dict[str, Dimension]) -> dict[str, Dimension]:
        for name in vary:
            if not re.fullmatch(_IDENTIFIER, name):
                raise ValueError(f'"{name}" is not a name. Use letters, digits and _, a letter first.')
            if name in RESERVED:
                raise ValueError(f'"{name}" is what the results call something else. Choose another name.')
        return vary

    @model_validator(mode="after")
    def _method_has_what_it_needs(self) -> Self:
        if self.method == "latin_hypercube":
            if self.samples is None or self.seed is None:
                raise ValueError("latin_hypercube draws cases. Add samples, how many, and seed, from which number.")
            if any(each.range and each.range.steps for each in self.vary.values()):
                raise ValueError("latin_hypercube draws from the whole range. Leave steps out.")
            return self
        if self.samples is not None or self.seed is not None:
            raise ValueError(f"{self.method} draws nothing. Leave samples and seed out.")
        if any(each.range and not each.range.steps for each in self.vary.values()):
            raise ValueError(f"{self.method} needs single values. Add steps to the range.")
        if self.cases > MOST_CASES:
            raise ValueError(f"{self.cases} cases are more than {MOST_CASES}. Use latin_hypercube, or fewer values.")
        return self

    @property
    def cases(self) -> int:
        """How many cases there are; of one_at_a_time the first is the scenario as it stands."""
        if self.samples is not None:
            return self.samples
        counts = [len(each.listed) for each in self.vary.values()]
        return int(np.prod(counts, dtype=object)) if self.method == "grid" else 1 + sum(counts)


@dataclass(frozen=True)
class Sweep:
    """A sweep as it was read: its keys, the scenario it is of, and where everything was written."""

    document: SweepDocument
    scenario_path: Path
    tree: Node

    def where(self, *route: Key) -> str:
        """The place of a key as errors name it, or that of the nearest key above that was written."""
        return locate(self.tree, route)

    def where_value(self, name: str, position: int) -> str:
        """The place of one of the listed values of a dimension, by its position."""
        kind = "scale" if self.document.vary[name].scales else "values"
        return self.where("vary", name, kind, position)


def load_sweep(source: Path | str | Mapping[str, Any]) -> Sweep:
    """The sweep in a file, or in a mapping with the same keys, whose scenario is relative to the working directory.

    Raises InputError with everything that is wrong, each with file, line and key.
    """
    problems = Problems()
    if isinstance(source, Mapping):
        tree = _as_node(dict(source), Mark("sweep", Path()))
    else:
        tree = read_yaml(Path(source), problems)
    document = validated(SweepDocument, tree, tree, (), problems)
    problems.raise_if_any()
    assert document is not None  # what is missing here was a problem above
    named = tree.child("scenario")
    assert named is not None
    path = Path(named.mark.folder / document.scenario)
    if not path.is_file():
        there = [each.name for each in path.parent.glob("*.yaml")] if path.parent.is_dir() else []
        what = f"there is no file {path}."
        raise InputError([Problem(place(named.mark, ("scenario",)), what, near_miss(path.name, there))])
    return Sweep(document, path, tree)


def sweep_json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of sweep files, for editors."""
    schema = SweepDocument.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "pzh-opt sweep"}


def _as_node(value: Any, mark: Mark) -> Node:
    """A tree of what Python states; numpy's numbers become plain ones, tuples lists."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        return Node({key: _as_node(item, mark) for key, item in value.items()}, mark)
    if isinstance(value, list | tuple):
        return Node([_as_node(item, mark) for item in value], mark)
    return Node(str(value) if isinstance(value, Path) else value, mark)
