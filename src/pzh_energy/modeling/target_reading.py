"""How targets find the entries they read; a name nobody posts is refused with the names there are."""

from __future__ import annotations

from collections.abc import Sequence

from pzh_energy.domain.errors import InputError, Problem, near_miss
from pzh_energy.modeling.ledger import Entry
from pzh_energy.modeling.model import Model

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
