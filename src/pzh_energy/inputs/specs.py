"""Base classes of everything a scenario file states: strict, frozen, unknown keys refused.

Fields hold scalars, tuples (a YAML list arrives as a tuple), mappings and other strict models. Numbers are numbers:
a truth value or a text is never taken for one, and neither is infinity.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss

if TYPE_CHECKING:
    from pzh_energy.inputs.datapackage import PlanTarget

Operator = Literal["at_least", "at_most", "about", "reach", "equal"]
OPERATORS: tuple[Operator, ...] = ("at_least", "at_most", "about", "reach", "equal")


class StrictModel(BaseModel):
    """Base of all scenario models: frozen, no unknown keys, no silent conversion of types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _lists_become_tuples(cls, value: Any) -> Any:
        """A YAML list is read as the tuple a frozen model can hold."""
        return {key: _as_tuples(item) for key, item in value.items()} if isinstance(value, dict) else value


class Bilingual(StrictModel):
    """A text in Chinese and in English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class TechnologySpec(StrictModel):
    """What a scenario says about one technology; each technology adds its own options."""

    enabled: bool = Field(default=True, description="false leaves the technology out, as if it were not listed")


class TargetSpec(StrictModel):
    """What a scenario says about one target; each metric adds its own fields.

    year, operator, value and unit may be left out where the target's id stands in the plan (`complete_target`).
    value and tolerance are in `unit`; price is in million CNY for every slack unit and year missed (GW for capacities
    and shares of capacity, GWh for energies, MW for single units) and is read in mode `priced` only.
    """

    needs_year: ClassVar[bool] = True
    """False for metrics that speak of every year when none is named."""
    gradual: ClassVar[bool] = True
    """False for metrics that change at once or are a year: no straight path leads to their value."""

    metric: str = Field(min_length=1, description="what is measured; decides which other keys are legal")
    label: Bilingual | None = None
    clause: str | None = Field(default=None, description="clause of the plan the target comes from")
    year: int | None = Field(default=None, ge=1900, le=2200)
    operator: Operator | None = None
    value: float | None = None
    unit: str | None = None
    tolerance: float = Field(
        default=0.0, ge=0, description="how far a value may be missed and still count, in the unit"
    )
    mode: Literal["hard", "priced", "report"] = "report"
    price: float | None = Field(default=None, gt=0)
    gate: bool = Field(default=False, description="a missed target makes `check` fail")
    expect: Literal["met", "missed"] | None = None

    def measured_in(self, periods: Sequence[int]) -> tuple[int, ...]:
        """The periods this target speaks of: its year, every one if it names none, none if its year is not there."""
        return tuple(p for p in periods if self.year in (None, p))

    @model_validator(mode="after")
    def _priced_has_a_price(self) -> Self:
        if self.mode == "priced" and self.price is None:
            raise ValueError("mode is priced and no price is given. Add price, in million CNY per unit missed.")
        return self


Target = TypeVar("Target", bound=TargetSpec)


def complete_target(target_id: str, spec: Target, plan_target: PlanTarget | None, where: str = "") -> Target:
    """The target with what it leaves out taken from the plan's target of the same id (None where there is none).

    Year (of a window such as 2021-2025: its last), operator, value, unit, clause and label come from the plan unless
    the scenario states them. Raises InputError, naming `where` (`targets.<id>` by default), when year, operator or
    value is still missing (the year only of metrics that need one), when the plan's own wording is not an operator a
    scenario knows, or when what the plan says does not go with what the scenario states.
    """
    where = where or f"targets.{target_id}"
    taken: dict[str, Any] = {} if plan_target is None else _from_plan(plan_target)
    missing = {name: value for name, value in taken.items() if getattr(spec, name) is None and value is not None}
    problems = Problems()
    operator = missing.get("operator")
    if operator is not None and operator not in OPERATORS:
        what = f'the plan says "{operator}", which cannot be tested as it stands.'
        problems.add(f"{where}.operator", what, f"State operator as one of: {', '.join(OPERATORS)}")
        del missing["operator"]
    for name in ("year", "operator", "value"):
        if name == "year" and not spec.needs_year:
            continue
        if getattr(spec, name) is None and name not in missing and not (name == "operator" and operator is not None):
            source = "the plan has no target of this id" if plan_target is None else "the plan does not say it either"
            problems.add(f"{where}.{name}", f"missing, and {source}.", "State it in the scenario.")
    problems.raise_if_any()
    given = {name: getattr(spec, name) for name in spec.model_fields_set}
    try:
        return type(spec)(**{**given, **missing})
    except ValidationError as error:
        said = ", ".join(f"{name} {missing[name]}" for name in ("year", "operator", "value", "unit") if name in missing)
        found = faults(error, type(spec))
        raise InputError(
            [Problem(where, f"with what the plan says ({said}): {fault.what}", fault.remedy) for fault in found]
        ) from error


def stated(value: Any) -> Any:
    """A value as YAML holds it; fields that are None by default and None are left out."""
    if isinstance(value, StrictModel):
        fields = type(value).model_fields.items()
        pairs = [(name, getattr(value, name), each.default) for name, each in fields]
        return {name: stated(item) for name, item, default in pairs if not (item is None and default is None)}
    if isinstance(value, Mapping):
        return {key: stated(item) for key, item in value.items()}
    return [stated(item) for item in value] if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Fault:
    """One thing pydantic found: `location` within the model, and what to tell about it.

    `expected` is the kind of value a field takes where the kind is wrong; `missing` marks an absent key.
    """

    location: tuple[str | int, ...]
    what: str
    remedy: str = ""
    expected: str = ""
    missing: bool = False


def faults(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """What a validation error says, in the words of a scenario file."""
    return [_fault(item["type"], item["loc"], item, model) for item in error.errors(include_url=False)]


UNKNOWN_KEY = "unknown key."
_KINDS = {
    "bool_type": ("true or false", "Write true or false, without quotes."),
    "int_type": ("a whole number", "Write digits only."),
    "int_from_float": ("a whole number", "Write digits only."),
    "float_type": ("a number", "Write it without quotes, units or separators."),
    "finite_number": ("a finite number", "Write a finite number."),
    "string_type": ("text", "Put it in quotes if it is meant as text."),
    "tuple_type": ("a list", "Write [a, b]."),
    "dict_type": ("a mapping", "Write {} for an empty one."),
    "model_type": ("a mapping", "Write {} for an empty one."),
    "invalid_key": ("a text key", "Put it in quotes if it is meant as text."),
}
_LIMITS = {
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
}


def _fault(kind: str, location: tuple[str | int, ...], item: Mapping[str, Any], model: type[BaseModel]) -> Fault:
    context: Mapping[str, Any] = item.get("ctx", {})
    got = _shown(item["input"])
    if kind == "missing":
        return Fault(location, "required, and missing.", "Add it.", missing=True)
    if kind == "extra_forbidden":
        return Fault(location, UNKNOWN_KEY, near_miss(str(location[-1]), _known_keys(model, location[:-1])))
    if kind in _KINDS:
        expected, remedy = _KINDS[kind]
        return Fault(location, f"expected {expected}, got {got}.", remedy, expected)
    if kind in _LIMITS:
        words, limit = _LIMITS[kind]
        return Fault(location, f"{got} is not {words} {context[limit]}.", "Change the value.")
    if kind == "literal_error":
        remedy = near_miss(str(item["input"]), re.findall(r"'([^']*)'", str(context["expected"])))
        return Fault(location, f"{got} is not possible here.", remedy)
    if kind == "value_error":
        return Fault(location, str(context["error"]))
    return Fault(location, f"{item['msg']}, got {got}.")


def _shown(value: object) -> str:
    """A value as a message quotes it."""
    if isinstance(value, dict | BaseModel):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    return f'"{value[:60]}"' if isinstance(value, str) else str(value)


def _known_keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys of the model found by following a location down from another one."""
    kinds: list[Any] = [model]
    for step in location:
        kinds = [kind for each in kinds for kind in _below(each, step)]
    models = [each for kind in kinds for each in _alternatives(kind)]
    return [field.alias or key for each in models for key, field in getattr(each, "model_fields", {}).items()]


def _below(kind: Any, step: str | int) -> list[Any]:
    """The annotations that a key or a position leads to."""
    found: list[Any] = []
    for each in _alternatives(kind):
        origin, arguments = get_origin(each), get_args(each)
        if isinstance(each, type) and issubclass(each, BaseModel):
            found += [each.model_fields[str(step)].annotation] if step in each.model_fields else []
        elif origin is tuple and arguments:
            found.append(arguments[0])
        elif origin is not None and len(arguments) == 2:
            found.append(arguments[1])
    return found


def _alternatives(kind: Any) -> tuple[Any, ...]:
    """The members of a union, or the annotation itself."""
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _from_plan(plan_target: PlanTarget) -> dict[str, Any]:
    """The fields of a TargetSpec that a target of the plan states."""
    years = re.findall(r"(?<!\d)\d{4}(?!\d)", str(plan_target.year))
    zh, en = plan_target.metric_zh, plan_target.metric_en
    return {
        "clause": plan_target.clause or None,
        "year": int(years[-1]) if years else None,
        "operator": plan_target.operator or None,
        "value": plan_target.value,
        "unit": plan_target.unit or None,
        "label": Bilingual(zh=zh, en=en) if zh and en else None,
    }


def _as_tuples(value: Any) -> Any:
    """Lists, also nested ones and those inside mappings, as tuples."""
    if isinstance(value, list | tuple):
        return tuple(_as_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: _as_tuples(item) for key, item in value.items()}
    return value
