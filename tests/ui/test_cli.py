"""The command line as its users meet it: a process, its exit code, its output, and what it leaves on disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pzh_energy.reporting.files import read_results
from pzh_energy.reporting.texts import language_of

ROOT = Path(__file__).parents[2]
TINY, BASELINE, DATA = ROOT / "scenarios/tiny.yaml", ROOT / "scenarios/baseline.yaml", ROOT / "data"
NO_PAGE = "--no-report"
"""For what has nothing to do with the report: it takes longer than all else of a small solve."""
QUIETLY = ("--quiet", NO_PAGE)
COMMAND = (sys.executable, "-m", "pzh_energy.cli")
HEAVY = ("pyomo", "pandas", "xarray", "matplotlib", "highspy", "scipy", "numpy")
IMPOSSIBLE = ("--set", "targets.T08.value=1000")
MISSED = ("--set", "targets.T13.value=1000", "--set", "targets.T13.gate=true")


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("PZH_LANG", "LC_ALL", "LC_MESSAGES", "LANG")}
    return {**kept, "LANG": "C.UTF-8", **more}


def pzh(*words: str | Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder; more: environment."""
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        cwd=cwd,
        env=environment(**more),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def test_solve_shows_the_scorecard_and_writes_the_results(tmp_path: Path) -> None:
    done = pzh("solve", TINY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "results" / "tiny"
    assert "T06" in done.stdout
    assert str(folder) in done.stdout
    assert [line.split()[0] for line in done.stderr.splitlines()] == [
        "reading", "building", "solving", "checking", "writing", "drawing",
    ]  # fmt: skip
    assert done.stdout.endswith(f"Results: {folder}\nReport: {folder / 'report.html'}\n")
    assert json.loads((folder / "summary.json").read_text("utf-8"))["scenario"] == "tiny"
    assert read_results(folder).periods == [2020, 2025, 2030]
    assert [path.name for path in folder.parent.iterdir()] == ["tiny"]


def test_solve_writes_the_very_page_of_the_report_command(tmp_path: Path) -> None:
    """One draws results in memory while it writes them, the other what was written."""
    language = "zh"
    assert pzh("solve", TINY, "-o", "out", "--quiet", "--lang", language, cwd=tmp_path).returncode == 0
    assert pzh("report", tmp_path / "out", "-o", "again.html", "--lang", language, cwd=tmp_path).returncode == 0
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "out" / "report.html").read_bytes()


def test_without_the_report_there_is_no_page(tmp_path: Path) -> None:
    done = pzh("solve", TINY, "-o", "out", NO_PAGE, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "drawing" not in done.stderr
    assert done.stdout.endswith(f"Results: {tmp_path / 'out'}\n")
    assert not (tmp_path / "out" / "report.html").exists()


def test_the_resolved_scenario_in_the_folder_solves_to_the_same_cost(tmp_path: Path) -> None:
    assert pzh("solve", TINY, "-o", "a", *QUIETLY, cwd=tmp_path).returncode == 0
    assert pzh("solve", tmp_path / "a" / "scenario.resolved.yaml", "-o", "b", *QUIETLY, cwd=tmp_path).returncode == 0
    costs = [
        json.loads((tmp_path / name / "summary.json").read_text("utf-8"))["objective_million_cny"] for name in "ab"
    ]
    assert costs[0] == pytest.approx(costs[1], rel=1e-9)


def test_quiet_shows_the_folder_and_nothing_else(tmp_path: Path) -> None:
    done = pzh("solve", TINY, "-o", "out", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{tmp_path / 'out'}\n")


@pytest.mark.parametrize(
    ("flag", "setting"), [(("--lang", "zh"), {}), ((), {"PZH_LANG": "zh"}), ((), {"LANG": "zh_CN.UTF-8"})]
)
def test_chinese_by_flag_by_variable_and_by_locale(
    flag: tuple[str, ...], setting: dict[str, str], tmp_path: Path
) -> None:
    done = pzh("solve", TINY, NO_PAGE, *flag, cwd=tmp_path, **setting)
    assert done.returncode == 0
    assert "目标" in done.stdout
    assert "万千瓦" in done.stdout
    assert "求解" in done.stderr


@pytest.mark.parametrize(
    ("settings", "language"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE"}, "en"),
        ({"LANG": "de_DE", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN", "LC_ALL": ""}, "zh"),
        ({"LC_ALL": "zh_CN", "PZH_LANG": "en"}, "en"),
    ],
)
def test_language_by_environment(settings: dict[str, str], language: str) -> None:
    assert language_of(settings) == language


def test_a_terminal_that_knows_no_chinese_does_not_end_the_solve(tmp_path: Path) -> None:
    done = pzh("solve", TINY, NO_PAGE, "--lang", "zh", cwd=tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr


def test_settings_and_resolution_reach_the_run(tmp_path: Path) -> None:
    done = pzh("solve", TINY, "-o", "out", "--set", "name=mine", "--resolution", "every:438h", *QUIETLY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["scenario"] == "mine"
    assert len(read_results(tmp_path / "out")["hours"]) == 20


def test_verbose_lists_the_checks(tmp_path: Path) -> None:
    plain, wordy = (pzh("solve", TINY, NO_PAGE, *flag, cwd=tmp_path).stdout for flag in ((), ("--verbose",)))
    assert "costs add up to the objective: " not in plain
    assert "costs add up to the objective: " in wordy


def test_a_missed_gate_returns_1_only_when_asked(tmp_path: Path) -> None:
    assert pzh("solve", TINY, *MISSED, *QUIETLY, cwd=tmp_path).returncode == 0
    done = pzh("solve", TINY, *MISSED, "--gate", *QUIETLY, cwd=tmp_path)
    assert done.returncode == 1
    assert "T13" in done.stderr
    assert (tmp_path / "results" / "tiny" / "summary.json").is_file()


def test_a_kept_gate_returns_0(tmp_path: Path) -> None:
    assert pzh("solve", TINY, "--gate", *QUIETLY, cwd=tmp_path).returncode == 0


def test_bad_input_returns_2_with_place_and_remedy_and_writes_nothing(tmp_path: Path) -> None:
    done = pzh("solve", TINY, "--set", "technologies.wnd={}", "--set", "expect=perhaps", cwd=tmp_path)
    assert done.returncode == 2
    assert 'Did you mean "wind"?' in done.stderr
    assert "expect" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("solve", "nowhere.yaml"),
        ("solve", TINY, "--resolution", "sometimes"),
        ("solve", TINY, "--time-limit", "-1"),
        ("solve", TINY, "--set", "horizon"),
        ("solve", TINY, "--no-such-option"),
        ("solve",),
        ("data", "check", "--data", "nowhere"),
    ],
)
def test_whatever_cannot_be_read_returns_2_and_writes_nothing(words: tuple[str | Path, ...], tmp_path: Path) -> None:
    done = pzh(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_result_is_refused_before_the_solve_and_kept(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    done = pzh("solve", TINY, "-o", "mine", cwd=tmp_path)
    assert done.returncode == 2
    assert "solving" not in done.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_infeasible_returns_3_and_writes_nothing(tmp_path: Path) -> None:
    done = pzh("solve", TINY, *IMPOSSIBLE, cwd=tmp_path)
    assert done.returncode == 3
    assert "infeasible" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_infeasible_as_expected_returns_0_and_says_so(tmp_path: Path) -> None:
    done = pzh("solve", TINY, *IMPOSSIBLE, "--set", "expect=infeasible", "--gate", cwd=tmp_path)
    assert done.returncode == 0
    assert "as the scenario expects" in done.stdout


def test_feasible_against_expectation_is_said_and_fails_the_gate(tmp_path: Path) -> None:
    for flag, code in (((), 0), (("--gate",), 1)):
        done = pzh("solve", TINY, "--set", "expect=infeasible", NO_PAGE, *flag, cwd=tmp_path)
        assert done.returncode == code
        assert "expects to be infeasible" in done.stderr


FREE_LUNCH = (
    "overrides=[{table: lithium_battery, item: lfp, parameter: residual_value, value: 90000, unit: CNY/kWh, reason: x},"
    " {table: lithium_battery, item: lfp, parameter: max_build, value: 1.0e+30, unit: MWh/yr, reason: x}]"
)
"""A battery that is worth more at the end of its life than at its start, as many as one likes."""
ABSURD = (
    "overrides=[{table: pumped_hydro, item: candidate_site, parameter: duration, value: 1.0e+16, unit: h, reason: x}]"
)
"""A coefficient that no solver takes."""


@pytest.mark.parametrize(
    ("words", "code", "english", "chinese"),
    [
        ((TINY, *IMPOSSIBLE), 3, "infeasible: no plan", "无可行方案"),
        ((TINY, "--set", FREE_LUNCH), 4, "unbounded: the cost", "成本无下限"),
        ((BASELINE, "--resolution", "every:12h", "--time-limit", "0.01"), 4, "reached its limit", "达到求解上限"),
        ((TINY, "--set", ABSURD), 4, "numerical trouble", "数值困难"),
    ],
)
def test_each_way_to_fail_says_what_it_is_and_writes_nothing(
    words: tuple[str | Path, ...], code: int, english: str, chinese: str, tmp_path: Path
) -> None:
    """Infeasible, unbounded, out of time and numerical trouble are told apart, in both languages."""
    messages = ("infeasible: no plan", "unbounded: the cost", "reached its limit", "numerical trouble")
    done, zh = pzh("solve", *words, cwd=tmp_path), pzh("solve", *words, "--lang", "zh", cwd=tmp_path)
    assert (done.returncode, zh.returncode) == (code, code)
    assert [text for text in messages if text in done.stderr] == [english]
    assert chinese in zh.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_debug_shows_where_an_error_comes_from(tmp_path: Path) -> None:
    done = pzh("solve", TINY, *IMPOSSIBLE, "--debug", cwd=tmp_path)
    assert done.returncode == 3
    assert "Traceback" in done.stderr


def test_a_fault_of_the_program_is_neither_a_missed_gate_nor_bad_input(tmp_path: Path) -> None:
    """A module that breaks while the model is built; 4 with one readable line."""
    broken = "import pzh_energy.api as a\ndef boom(*_): raise TypeError('boom')\na.build = boom\n"
    code = (
        f"{broken}import sys\nfrom pzh_energy.cli import main\nsys.argv = ['pzh-opt', 'solve', {str(TINY)!r}]\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 4
    assert "boom" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def interrupted(cwd: Path, *words: str, during: str = "solving") -> subprocess.CompletedProcess[str]:
    """Start a solve, by default one of some seconds, and press Ctrl-C once the phase has begun."""
    process = subprocess.Popen(
        [*COMMAND, "solve", *(words or (str(BASELINE), "--resolution", "every:2h"))],
        cwd=cwd, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        # a process started in the background of a shell would inherit a Ctrl-C that is ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(during):
            break
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess([], process.returncode, out, err)


def test_ctrl_c_during_the_solve_returns_130_and_leaves_nothing(tmp_path: Path) -> None:
    done = interrupted(tmp_path)
    assert done.returncode == 130
    assert "interrupted" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_during_the_solve_leaves_an_older_result_alone(tmp_path: Path) -> None:
    assert pzh("solve", TINY, "-o", "out", *QUIETLY, cwd=tmp_path).returncode == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert interrupted(tmp_path, str(BASELINE), "--resolution", "every:2h", "-o", "out").returncode == 130
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_ctrl_c_while_the_report_is_drawn_leaves_whole_results_and_no_page(tmp_path: Path) -> None:
    done = interrupted(tmp_path, str(TINY), "-o", "out", during="drawing")
    assert done.returncode == 130
    assert done.stderr.endswith("interrupted; the results are written, no report of them.\n")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {*json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["files"]}
    assert "T06" in done.stdout  # what was found has been shown before
    assert done.stdout.endswith(f"Results: {tmp_path / 'out'}\n")


def test_ctrl_c_as_the_solver_starts_returns_130_although_its_thread_runs_on(tmp_path: Path) -> None:
    """Interrupted within Thread.start nobody waits for the thread; leaving the usual way then aborts with -6."""
    code = (
        "import sys, threading\nstart = threading.Thread.start\n"
        "def interrupted(self):\n    start(self)\n    if self.daemon:\n        raise KeyboardInterrupt\n"
        "threading.Thread.start = interrupted\nfrom pzh_energy.cli import main\n"
        f"sys.argv = ['pzh-opt', 'solve', {str(BASELINE)!r}, '--resolution', 'every:2h']\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 130, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("--help",), ("solve", "--help"), ("data", "--help"), ("--version",)])
def test_help_comes_at_once_without_heavy_imports(words: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pzh_energy.cli import main\n"
        f"sys.argv = ['pzh-opt', *{words!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n"
        f"    print('HEAVY', end.code, *[m for m in {HEAVY!r} if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.stdout.splitlines()[-1] == "HEAVY 0", done.stdout + done.stderr


def test_version_is_one_line(tmp_path: Path) -> None:
    assert pzh("--version", cwd=tmp_path).stdout.startswith("pzh-opt ")


def test_data_list_and_check_and_sources(tmp_path: Path) -> None:
    listed, checked, sources = (
        pzh("data", word, "--data", DATA, cwd=tmp_path) for word in ("list", "check", "sources")
    )
    assert [listed.returncode, checked.returncode, sources.returncode] == [0, 0, 0]
    assert "hydro_stations" in listed.stdout
    assert "sound" in checked.stdout
    head, *rows = sources.stdout.splitlines()
    assert head.split("\t")[0] == "table"
    assert len(rows) > 100
    assert {len(row.split("\t")) for row in rows} == {len(head.split("\t"))}


def test_a_reader_that_stops_reading_is_no_error(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "data", "sources", "--data", str(DATA)], cwd=tmp_path, env=environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 0
    process.stderr.close()


def test_data_check_shows_what_is_wrong_and_returns_2(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("{}")
    done = pzh("data", "check", "--data", tmp_path, cwd=tmp_path)
    assert done.returncode == 2
    assert "datapackage.json" in done.stderr


def test_schema_is_json_that_knows_every_technology(tmp_path: Path) -> None:
    found = json.loads(pzh("schema", cwd=tmp_path).stdout)
    assert {"wind", "hydro_cascade"} <= set(found["properties"]["technologies"]["properties"])


def test_formulation_prints_the_equations_of_every_technology_and_target(tmp_path: Path) -> None:
    text = pzh("formulation", cwd=tmp_path).stdout
    for package in ("technologies", "targets"):
        for path in (ROOT / "src/pzh_energy" / package).glob("[a-z]*.py"):
            assert f"{package}.{path.stem}\n" in text
    for title in ("modeling.capacity", "modeling.target", "optimization.assemble"):
        assert f"{title}\n{'=' * len(title)}\n" in text
    assert "electricity_balance" in text


def test_verify_full_runs_the_builds_hour_by_hour_and_keeps_what_it_found(tmp_path: Path) -> None:
    """Proves that the option reaches the folder and the terminal: one year, every target only reported."""
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "one.yaml").write_text(
        f"name: one\nextends: {TINY.as_posix()}\nhorizon: {{periods: [2020], history_until: 2020}}\ntargets: ~delete\n",
        encoding="utf-8",
    )
    done = pzh("solve", folder / "one.yaml", "-o", "out", "--verify-full", NO_PAGE, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "8760" in done.stdout
    found = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["verification"]
    assert (found["outcome"], found["steps"], found["holds"]) == ("optimal", 8760, True)
    assert (tmp_path / "out" / "verification.csv").exists()
    assert "verifying" in done.stderr


def test_vertex_ends_at_a_corner_whatever_the_method(tmp_path: Path) -> None:
    """Proves on and off: an interior point is no basic solution, with the option it is, at the same cost."""
    cost = {}
    for name, option in (("inside", ()), ("corner", ("--vertex",))):
        done = pzh("solve", TINY, "-o", name, *QUIETLY, "--set", "solver.method=structured", *option, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        found = json.loads((tmp_path / name / "summary.json").read_text("utf-8"))
        assert found["solver"]["vertex"] is (name == "corner")
        cost[name] = found["objective_million_cny"]
    assert cost["corner"] == pytest.approx(cost["inside"], rel=1e-6)
