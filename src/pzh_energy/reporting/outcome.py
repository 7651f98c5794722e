"""What one of many solves said: as much of a run as a study of many cases keeps."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """What one solve said: objective [million CNY], and by target what it achieves, its margin, verdict and price.

    status: `solved`, `infeasible`, `refused` (no scenario can have such a number) or `stopped`; reason: why it is not
    solved. margins and achieved in the target's unit, prices in million CNY per its price unit and year (as of
    `ScorecardRow`), None where there is none. capacity: MW at the end of a year by `name.year`, for the years targets
    speak of: generation by carrier as the statistics count it, all else by technology. iterations: of the solver.
    """

    status: str
    objective: float = float("nan")
    achieved: dict[str, float | None] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    margins: dict[str, float | None] = field(default_factory=dict)
    prices: dict[str, float | None] = field(default_factory=dict)
    capacity: dict[str, float] = field(default_factory=dict)
    reason: str = ""
    iterations: int = field(default=0, compare=False)
