"""What a user waits for: seconds by the clock from a cold start of the command to its end."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from tests.benchmarks.apart import markdown, number
from tests.systems import BASELINE, ROOT, TINY

RUNS = 5
"""Runs of each command: by the clock they differ more than by the processor."""
RESULT = "RESULT"
"""Stands for the folder of the results, a new one for each run."""
Command = tuple[str, ...]
"""Arguments of `pzh-opt`."""


def solved(scenario: str, *options: str) -> Command:
    """The command that solves a scenario."""
    return ("solve", scenario, *options, "-o", RESULT)


MEASURED: tuple[Command, ...] = (
    ("--help",),
    solved(str(TINY)),
    solved(str(BASELINE), "--no-report"),
    solved(str(BASELINE)),
)


def measure(arguments: Command, runs: int = RUNS) -> list[float]:
    """Seconds of some runs of the command. Raises CalledProcessError if one fails."""
    found = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            given = [folder if argument == RESULT else argument for argument in arguments]
            command = [sys.executable, "-m", "pzh_energy.cli", *given]
            began = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
            found.append(time.perf_counter() - began)
    return found


def table(measured: Sequence[tuple[Command, Sequence[float]]]) -> str:
    """A line for each, with the quickest and the slowest of its runs."""
    rows = []
    for arguments, seconds in measured:
        text = f"`pzh-opt {' '.join(each.removeprefix(f'{ROOT}/') for each in arguments)}`"
        rows.append([text, number(min(seconds)), number(max(seconds)), str(len(seconds))])
    return markdown(["command", "quickest s", "slowest s", "runs"], rows)
