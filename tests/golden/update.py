"""Agree on new golden numbers: `python -m tests.golden.update "why they changed"`; the reason is kept with them.

Say the same in CHANGELOG.md. Only scenarios whose numbers differ by more than rounding get a new entry. The verdicts
and margins of all scenarios (`RECORDED`) are recorded anew as well; git shows which of them moved.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import sys

from tests.golden.runs import RECORDED, RECORDED_AT, SCENARIOS, path_of, remembered, run, snapshot
from tests.systems import ROOT

FEWEST_WORDS = 3


def update(reason: str) -> list[str]:
    """Write new snapshots with a dated reason; returns the scenarios whose numbers changed."""
    if len(reason.split()) < FEWEST_WORDS:
        raise SystemExit('Say why the numbers changed: python -m tests.golden.update "at least three words"')
    changed = []
    for name in SCENARIOS:
        new = snapshot(run(name))
        old = remembered(name) if path_of(name).exists() else {}
        history = old.pop("history", [])
        if new != old:
            history = [*history, {"date": datetime.date.today().isoformat(), "reason": reason}]
            text = json.dumps({**new, "history": history}, indent=2, ensure_ascii=False)
            path_of(name).write_text(text + "\n", encoding="utf-8")
            changed.append(name)
    return changed


def record() -> int:
    """Record verdicts and margins of all scenarios; returns the exit code of the check."""
    words = ("check", "scenarios", "--resolution", RECORDED_AT, "--record", str(RECORDED), "--lang", "en")
    return subprocess.run([sys.executable, "-m", "pzh_energy.cli", *words], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    print("changed:", ", ".join(update(" ".join(sys.argv[1:]))) or "nothing")
    sys.exit(record())
