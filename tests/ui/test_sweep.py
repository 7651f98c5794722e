"""`pzh-opt sweep` as its users meet it: the table, the files, what is refused, and how a stopped sweep goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pandas as pd
from rich.cells import cell_len

from tests.ui.test_cli import COMMAND, TINY, environment, pzh

HEAD = f"name: mine\nscenario: {TINY}\nresolution: {{segments: 12}}\nshow: [T16, objective]\n"
ASKED = "  asked: {key: targets.T16.value, values: [4.0, 9.0]}\n"
GROWTH = (
    "  growth: {number: electricity_demand.city_total.growth, years: [2024], unit: 1/yr, values: [0.03, 0.06],\n"
    "    label: {zh: 用电年增长, en: growth of use}}\n"
)


def written(folder: Path, vary: str, head: str = HEAD) -> Path:
    path = folder / "sweep.yaml"
    path.write_text(f"{head}vary:\n{vary}", encoding="utf-8")
    return path


def test_a_grid_is_shown_in_both_languages_within_80_columns_and_written(tmp_path: Path) -> None:
    path = written(tmp_path, GROWTH + ASKED)
    english = pzh("sweep", path, "--lang", "en", cwd=tmp_path)
    assert english.returncode == 0, english.stderr
    assert "4 of 4 cases done" in english.stderr
    folder = tmp_path / "results/mine"
    table = pd.read_csv(folder / "sweep.csv", encoding="utf-8-sig")
    margins = [f"{margin:+.3f}" for margin in table["T16.margin [GW]"]]
    lines = [line.split() for line in english.stdout.splitlines()]
    assert ["3", margins[0], f"{margins[1]}!"] in lines and ["6", margins[2], f"{margins[3]}!"] in lines
    assert "T16 wind + PV capacity 2030: margin (GW)" in english.stdout
    chinese = pzh("sweep", path, "--lang", "zh", cwd=tmp_path)
    assert (
        "用电年增长（%/年）" in chinese.stdout and "风电、光伏发电装机规模（2030年）：余量（万千瓦）" in chinese.stdout
    )
    assert f"{100 * table['T16.margin [GW]'][1]:+.1f}!" in chinese.stdout
    for said in (english.stdout, chinese.stdout):
        assert max(map(cell_len, said.splitlines())) <= 80
    assert {file.name for file in folder.iterdir()} == {"cases", "sweep.csv", "sweep.json", "sweep.nc"}


def test_cases_of_another_sweep_are_listed_with_their_reasons(tmp_path: Path) -> None:
    impossible = "  all: {key: targets.T08.value, values: [1000.0]}\n"
    path = written(tmp_path, ASKED + impossible, f"{HEAD}method: one_at_a_time\n")
    done = pzh("sweep", path, "-o", "out", "--lang", "en", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "4 cases of tiny (segments:12): 3 solved, 1 infeasible." in lines
    assert "4 . 1000 no plan no plan" in lines
    assert "case 4: arithmetic alone excludes these targets: T08" in lines
    assert any(line.startswith("1 . . +") for line in lines)
    assert max(map(cell_len, done.stdout.splitlines())) <= 80


def test_what_is_wrong_is_told_at_its_place_and_nothing_is_written(tmp_path: Path) -> None:
    path = written(tmp_path, "  asked: {key: targets.T61.value, values: [4.0]}\n")
    done = pzh("sweep", path, "--lang", "en", cwd=tmp_path)
    assert done.returncode == 2
    assert f'{path}:6:11 vary.asked.key: no "T61" in targets. Did you mean "T36"?' in done.stderr
    assert not (tmp_path / "results").exists()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken/mine.txt").write_text("mine")
    refused = pzh("sweep", written(tmp_path, ASKED), "-o", "taken", cwd=tmp_path)
    assert refused.returncode == 2 and [file.name for file in (tmp_path / "taken").iterdir()] == ["mine.txt"]


def test_a_sweep_that_is_stopped_keeps_what_is_done_and_goes_on(tmp_path: Path) -> None:
    """Ctrl-C goes to the whole group of processes, as in a terminal; none of them may be left."""
    vary = "  asked: {key: targets.T16.value, values_range: {low: 4.0, high: 6.0, steps: 12}}\n"
    path, cases = written(tmp_path, vary), tmp_path / "out/cases"
    words = [*COMMAND, "sweep", str(path), "-o", "out", "--jobs", "2", "--lang", "en"]
    running = subprocess.Popen(
        words, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        encoding="utf-8", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    began = time.monotonic()
    while not (cases.is_dir() and len(list(cases.glob("*.json"))) >= 2) and time.monotonic() - began < 100:
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    shown, errors = running.communicate(timeout=30)
    assert running.returncode == 130, errors
    kept = len(list(cases.glob("*.json")))
    assert 2 <= kept < 12
    assert f"interrupted: {kept} of 12 cases are kept in out" in errors
    assert shown == "" and "Traceback" not in errors and "leaked" not in errors
    done = pzh(*words[len(COMMAND) :], cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{kept} of 12 cases done" in done.stderr.splitlines()[0]
    assert len(pd.read_csv(tmp_path / "out/sweep.csv")) == 12
