"""What a user waits for: seconds by the clock from a cold start of the command to its end, results written."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from tests.benchmarks.apart import RUNS, markdown, number
from tests.systems import BASELINE, ROOT, TINY

RESULT = "RESULT"
"""Stands for the folder of the results, a new one for each run."""
Commands = tuple[tuple[str, ...], ...]
"""Arguments of `pzh-opt`, for each of some commands that are run one after the other."""


def solved(scenario: str) -> tuple[str, ...]:
    """The command that solves a scenario."""
    return ("solve", scenario, "-o", RESULT)


MEASURED: tuple[Commands, ...] = (
    (("--help",),),
    (solved(str(TINY)),),
    (solved(str(BASELINE)),),
    (solved(str(BASELINE)), ("report", RESULT)),
)


def measure(commands: Commands, runs: int = RUNS) -> list[float]:
    """Seconds of some runs of the commands. Raises CalledProcessError if one fails."""
    found = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            for arguments in commands:
                given = [folder if argument == RESULT else argument for argument in arguments]
                command = [sys.executable, "-m", "pzh_energy.cli", *given]
                subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
            found.append(time.perf_counter() - began)
    return found


def table(measured: Sequence[tuple[Commands, Sequence[float]]]) -> str:
    """A line for each, with the quickest and the slowest of its runs."""
    rows = []
    for commands, seconds in measured:
        texts = [f"`pzh-opt {' '.join(each.removeprefix(f'{ROOT}/') for each in arguments)}`" for arguments in commands]
        rows.append([", then ".join(texts), number(min(seconds)), number(max(seconds)), str(len(seconds))])
    return markdown(["command", "quickest s", "slowest s", "runs"], rows)
