"""What a component expects of its parameter table: names, units, limits. The one owner of these declarations' form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

REQUIRED = object()
"""Marks a parameter that has no default: every item of the table must state it."""

Over = Literal["item", "linear", "step", "exact"]
"""How a parameter depends on the year.

`item`    one value, no year.
`linear`  values at some years, linear between them, constant outside.
`step`    by calendar year: a value holds from its year until the next one given; before the first, the first holds.
`exact`   a value belongs to its year alone; years not given are zero (yearly additions, for example).
"""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a table.

    name: as in the column `parameter`; unit: as in the column `unit` (`text`, `date`, `year` and `1` are units too).
    default: used where an item does not state the parameter; REQUIRED refuses it.
    minimum, maximum: limits a number must respect (inclusive); choices: the legal texts.
    """

    name: str
    unit: str
    meaning: str
    over: Over = "item"
    default: object = REQUIRED
    minimum: float | None = 0.0
    maximum: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """True for texts and dates, which are kept as they are written."""
        return self.unit in ("text", "date")
