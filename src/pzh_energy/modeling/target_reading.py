"""How targets find the entries they read; a name nobody posts is refused with the names there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss
from pzh_energy.domain.units import MWH_PER_GWH
from pzh_energy.inputs.specs import TargetSpec
from pzh_energy.modeling.compiler.evaluator import Evaluator
from pzh_energy.modeling.compiler.templates import templatize
from pzh_energy.modeling.ledger import Entry, added
from pzh_energy.modeling.model import Model
from pzh_energy.modeling.target import expected_energy

_SERIES_TAGS = {"statistical", "physical", "generation", "variable_renewable"}


def capacity_entries(model: Model, series: str, carriers: Sequence[str]) -> list[Entry]:
    """Capacity entries of one series that carry one of the tags; InputError for a tag that no entry carries."""
    return tagged_entries(model, "capacity", series, carriers)


def tagged_entries(model: Model, ledger: str, required_tag: str, any_of: Sequence[str]) -> list[Entry]:
    """Entries of a ledger that carry `required_tag` and one of `any_of` (all of them if it is empty).

    InputError for a tag that no entry carries, and where no technology posts anything of the kind.
    """
    book = model.ledgers[ledger]
    known = {tag for entry in book.read(required_tag) for tag in entry.tags} - _SERIES_TAGS
    unknown = [tag for tag in any_of if tag not in known]
    if unknown:
        raise InputError(
            [
                Problem("targets", f"nothing in the {ledger} ledger is {tag!r}.", near_miss(tag, known))
                for tag in unknown
            ]
        )
    found = book.read(required_tag, any_of=any_of)
    if not found:
        what = f"nothing in the {ledger} ledger is {required_tag!r}."
        raise InputError([Problem("targets", what, "Switch on a technology that posts it, or drop the target.")])
    return found


def counted_entries(model: Model, ledger: str, spec: TargetSpec, field: str) -> list[Entry]:
    """Entries of a ledger that carry one of the tags in a field of a target, each once.

    InputError where none does. A tag that nobody posts is refused if the scenario names it; one that is there only by
    default, such as imports in a system without a line, is passed over.
    """
    book, tags = model.ledgers[ledger], getattr(spec, field)
    known = {tag for entry in book.entries for tag in entry.tags}
    problems = Problems()
    if field in spec.model_fields_set:
        for tag in tags:
            if tag not in known:
                problems.add(f"targets {field}", f"nothing in the {ledger} ledger is {tag!r}.", near_miss(tag, known))
    problems.raise_if_any()
    found = book.read(any_of=tags)
    if not found:
        what = f"nothing in the {ledger} ledger is any of: {', '.join(tags)}."
        raise InputError([Problem("targets", what, "Switch on a technology that posts it, or drop the target.")])
    return found


def net_of_year(model: Model, entries: Iterable[Entry], p: Any) -> Any:
    """Signed amount of a year of entries of a ledger by the year, as an expression."""
    return added(e.sign * e.of_year(model, p) for e in entries)


def net_energy(model: Model, entries: Iterable[Entry], p: Any) -> Any:
    """Signed expected energy of a year [GWh] of entries in MW, as an expression: what is put on the bus counts up."""
    return added(e.sign * expected_energy(model, e, p) / MWH_PER_GWH for e in entries)


def given_values(model: Model, entry: Entry) -> np.ndarray:
    """Values of an entry into which only parameters enter, in the shape of its sets.

    The rule is read once, not called for every cell, which would take longer than compiling all constraints.
    """
    rule, over = entry.stated()
    expression, templates = templatize(entry.name, model.pyomo, rule, over)
    evaluator = Evaluator()
    values = evaluator.number(expression, evaluator.open(over, templates))
    return np.broadcast_to(np.asarray(values, float), len(over)).reshape([len(part) for part in entry.sets])


def activity_levels(model: Model, tag: str) -> np.ndarray:
    """Given value added (P,) [100 million CNY/yr] of a kind; InputError where it is missing or not above zero."""
    entries = model.ledgers["activity"].read(tag)
    if not entries:
        what = f"nothing in the activity ledger is {tag!r}."
        raise InputError([Problem("targets", what, "Switch on a technology that posts it, or drop the target.")])
    years = model.calendar.periods
    levels = np.array([sum(float(e.rule(i, p)) for e in entries for i in e.members) for p in years])
    problems = Problems()
    for year, level in zip(years, levels, strict=True):
        if not level > 0:
            problems.add("targets", f"{tag} of {year} is {level:g}.", "What energy is related to must be above zero.")
    problems.raise_if_any()
    return levels
