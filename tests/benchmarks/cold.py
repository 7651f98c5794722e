"""What a user waits for: seconds by the clock from a cold start of the command to its end, results written."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from tests.benchmarks.apart import RUNS, markdown, number
from tests.systems import BASELINE, ROOT, TINY

COMMANDS: tuple[tuple[str, ...], ...] = (("--help",), ("solve", str(TINY)), ("solve", str(BASELINE)))


def measure(arguments: Sequence[str], runs: int = RUNS) -> list[float]:
    """Seconds of some runs of `pzh-opt` with arguments. Raises CalledProcessError if one fails."""
    found = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            where = ["--output", folder] if arguments[0] == "solve" else []
            command = [sys.executable, "-m", "pzh_energy.cli", *arguments, *where]
            began = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
            found.append(time.perf_counter() - began)
    return found


def table(measured: Sequence[tuple[Sequence[str], Sequence[float]]]) -> str:
    """A line for each command, with the quickest and the slowest of its runs."""
    rows = []
    for arguments, seconds in measured:
        said = " ".join(argument.removeprefix(f"{ROOT}/") for argument in arguments)
        rows.append([f"`pzh-opt {said}`", number(min(seconds)), number(max(seconds)), str(len(seconds))])
    return markdown(["command", "quickest s", "slowest s", "runs"], rows)
