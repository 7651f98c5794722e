"""compare, diff, init, export, data import and sensitivity as their users meet them, and the package in a notebook."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import pzh_energy as pz
from tests.ui.test_cli import HEAVY, QUIETLY, ROOT, TINY, environment, pzh

EPW = ROOT / "../shared/reference/data/CHN_Sichuan.Huili.566710_CSWD.epw"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two results of the tiny scenario: `a` as it is, `b` with PV built more slowly."""
    folder = tmp_path_factory.mktemp("results")
    assert pzh("solve", TINY, "-o", "a", *QUIETLY, cwd=folder).returncode == 0
    slower = "{table: solar_pv, item: utility, parameter: max_build, value: 500, unit: MW/yr, reason: test}"
    less = ("--set", f"overrides=[{slower}]", "--set", "targets.T16.mode=hard", "--set", "name=less")
    assert pzh("solve", TINY, "-o", "b", *less, *QUIETLY, cwd=folder).returncode == 0
    return folder


def test_compare_shows_what_was_changed_and_what_came_of_it(results: Path, tmp_path: Path) -> None:
    files = ("--html", "c.html", "--xlsx", "c.xlsx", "--markdown", "c.md", "--target", "T16")
    done = pzh("compare", results / "a", results / "b", *files, "--lang", "en", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "targets.T16.mode priced hard" in lines
    assert "solar_pv.utility.max_build 600 500 MW/yr" in lines
    before, after = (
        pz.load_results(results / name).scorecard.set_index("identifier").loc["T16", "achieved"] for name in "ab"
    )
    assert before - after > 0.1
    assert f"T16 wind + PV capacity 2030 {before:.3f} {after:.3f} {after - before:+.3f} GW" in lines
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert (tmp_path / "c.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "c.xlsx").stat().st_size > 5000
    heads, _, *rows = [line.split(" | ") for line in (tmp_path / "c.md").read_text("utf-8").splitlines() if "|" in line]
    place = heads.index("T16 2030 ≥5.000 GW")
    assert [row[0] for row in rows] == ["| tiny", "| less"]
    assert [float(row[place].rstrip("!")) for row in rows] == pytest.approx([before, after], abs=1e-3)


def test_compare_in_chinese(results: Path, tmp_path: Path) -> None:
    done = pzh("compare", results / "a", results / "b", "--lang", "zh", cwd=tmp_path)
    assert "万千瓦" in done.stdout and "目标" in done.stdout


def test_compare_refuses_one_result_and_what_is_none(results: Path, tmp_path: Path) -> None:
    assert pzh("compare", results / "a", cwd=tmp_path).returncode == 2
    done = pzh("compare", results / "a", tmp_path, cwd=tmp_path)
    assert done.returncode == 2
    assert "is not a result folder" in done.stderr


def test_diff_names_the_line_that_has_the_last_word(tmp_path: Path) -> None:
    scenario = tmp_path / "mine.yaml"
    scenario.write_text(f"name: mine\nextends: {TINY}\nresolution: {{segments: 30}}\n")
    done = pzh("diff", TINY, scenario, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    key, first, second = done.stdout.splitlines()
    assert key == "resolution.segments"
    assert first.split()[0] == "24" and "tiny.yaml:" in first
    assert second.split() == ["30", f"{scenario}:3:14"]
    assert "same" in pzh("diff", TINY, TINY, cwd=tmp_path).stdout


def test_init_makes_a_copy_that_solves_and_editors_understand(tmp_path: Path) -> None:
    done = pzh("init", "copy", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    copy = tmp_path / "copy"
    assert pzh("solve", "scenarios/tiny.yaml", *QUIETLY, cwd=copy).returncode == 0
    settings = json.loads((copy / ".vscode/settings.json").read_text())
    assert settings == json.loads((ROOT / ".vscode/settings.json").read_text())
    for schema, options in zip(settings["yaml.schemas"], ((), ("--sweep",)), strict=True):
        assert json.loads((copy / schema).read_text("utf-8")) == json.loads(
            pzh("schema", *options, cwd=tmp_path).stdout
        )
    assert pzh("init", "copy", cwd=tmp_path).returncode == 2


def test_export_writes_what_was_asked_and_prints_the_path(results: Path, tmp_path: Path) -> None:
    for form, name in (("iamc", "tiny_iamc.csv"), ("csv", "tiny_tables"), ("xlsx", "tiny.xlsx")):
        done = pzh("export", results / "a", "--to", form, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert name in done.stdout
    with pd.ExcelFile(tmp_path / "tiny.xlsx") as book:
        sheets = book.sheet_names
    assert {"Scorecard", "Capacity", "Power balance"} <= set(sheets) and len(sheets) == len(set(sheets))
    table = pd.read_csv(tmp_path / "tiny_iamc.csv").set_index("Variable")
    assert table.loc["Final Energy|Electricity", "2020"] == pytest.approx(13.6 * 0.0036)
    assert set(table["Region"]) == {"China|Sichuan|Panzhihua"}
    exported, solved = (pd.read_csv(f / "capacity.csv") for f in (tmp_path / "tiny_tables", results / "a"))
    pd.testing.assert_frame_equal(exported, solved)
    assert pzh("export", results / "a", "--to", "csv", cwd=tmp_path).returncode == 2


def test_data_import_takes_a_csv_and_the_scenario_uses_it(tmp_path: Path) -> None:
    assert pzh("init", "copy", cwd=tmp_path).returncode == 0
    stamps = pd.date_range("2023-01-01", periods=8760, freq="h")
    pd.DataFrame({"time": stamps, "mw": 25.0}).to_csv(tmp_path / "park.csv", index=False)
    words = ("data", "import", "park.csv", "--as", "wind", "--into", "copy/data", "--weather", "mine",
             "--source", "a mast", "--grade", "C", "--rest-from", "normal")  # fmt: skip
    refused = pzh(*words, "--unit", "MW", "--capacity", "100", cwd=tmp_path)
    assert refused.returncode == 2 and "--utc-offset" in refused.stderr
    done = pzh(*words, "--unit", "MW", "--capacity", "100", "--utc-offset", "8", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2190 full-load hours" in done.stdout
    assert pzh("data", "check", "--data", "copy/data", cwd=tmp_path).returncode == 0
    weather = ("--set", "weather.normal=~delete", "--set", "weather.mine={probability: 1.0}")
    assert pzh("solve", "copy/scenarios/tiny.yaml", *weather, "-o", "out", *QUIETLY, cwd=tmp_path).returncode == 0
    r = pz.load_results(tmp_path / "out")
    balance = r.energy_balance.query("entry == 'wind.generation' and year == 2020")["energy_twh"].sum()
    assert balance == pytest.approx(0.3 * 2190 * 1e-3)  # 300 MW for 2190 hours


@pytest.mark.skipif(not EPW.is_file(), reason="the weather file is not part of the project")
def test_data_import_reads_an_epw_file(tmp_path: Path) -> None:
    """1546 kWh/m² a year on the ground at Huili; a fixed tilt of 25° and 0.85 give between 1200 and 1450 hours."""
    assert pzh("init", "copy", cwd=tmp_path).returncode == 0
    words = ("data", "import", EPW, "--into", "copy/data", "--weather", "huili", "--source", "CSWD", "--grade", "C")
    done = pzh(*words, "--as", "solar_pv", "--series", "pv_utility", "--rest-from", "normal", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert 1200 < float(done.stdout.split("): ")[1].split()[0]) < 1450
    assert pzh(*words, "--as", "load", cwd=tmp_path).returncode == 2


def test_sensitivity_ranks_and_writes_its_table(tmp_path: Path) -> None:
    words = ("sensitivity", TINY, "--table", "electricity_demand", "--resolution", "segments:12", "--csv", "s.csv")
    done = pzh(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "12 < 13.6 < 15 TWh" in " ".join(done.stdout.split())
    assert max(map(len, done.stdout.splitlines())) <= 80
    table = pd.read_csv(tmp_path / "s.csv")
    moved = {"electricity_demand.city_total.base_energy", "electricity_demand.city_total.growth"}
    cost, of_target = table.query("result == 'objective'"), table.query("result == 'T16'")
    assert moved <= set(cost["input"])
    assert set(of_target["input"]) <= set(cost["input"])
    assert (table.query("result != 'objective' and verdict == verdict_at_low == verdict_at_high")["swing"] > 0).all()
    # the table of results names every target that some input moves
    assert {line.split()[0] for line in done.stdout.splitlines() if line} >= set(table["result"]) - {"objective"}


def test_sensitivity_of_a_folder_takes_its_scenario_and_its_data_as_they_are(results: Path, tmp_path: Path) -> None:
    done = pzh("sensitivity", results / "a", "--table", "wind", cwd=tmp_path)
    assert done.returncode == 2
    assert "something else than this result" in done.stderr
    summary = json.loads((results / "b/summary.json").read_text("utf-8"))
    shutil.copytree(results / "b", tmp_path / "b")
    summary["input_hashes"][next(iter(summary["input_hashes"]))] = "0"
    (tmp_path / "b/summary.json").write_text(json.dumps(summary), encoding="utf-8")
    done = pzh("sensitivity", "b", cwd=tmp_path)
    assert done.returncode == 2
    assert not (tmp_path / "b/sensitivity.json").exists()


def test_sources_say_how_much_money_rests_on_which_grade(results: Path, tmp_path: Path) -> None:
    done = pzh("data", "sources", "--result", results / "a", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    # grades of the numbers behind it, and what the scenario states itself
    rows = [line for line in done.stdout.splitlines() if line[:2] in ("A ", "B ", "C ", "D ", "st")]
    assert len(rows) > 1 and sum(float(line.split()[-1]) for line in rows) == pytest.approx(100, abs=2)
    assert "pzh-opt sensitivity" in done.stdout, "no study has been made of it"


def test_the_package_in_a_notebook(results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    r = pz.solve(TINY, {"targets.T16.mode": "hard", "targets.T18": "~delete"}, resolution="segments:12")
    assert r.costs["cost_discounted_million_cny"].sum() == pytest.approx(r.objective)
    assert "T18" not in set(r.scorecard["identifier"])
    assert r.scorecard.set_index("identifier").loc["T16", "mode"] == "hard"
    assert len(r.data["hours"]) == 12
    assert r.energy_balance.groupby("year")["energy_twh"].sum().abs().max() < 1e-6
    mine = r.capacity
    mine["capacity_mw"] = 0.0
    assert r.capacity["capacity_mw"].max() > 0, "a table is a copy"
    loaded = pz.load_results(r.save(tmp_path / "out"))
    pd.testing.assert_frame_equal(loaded.capacity, r.capacity)
    with pytest.raises(pz.InputError, match="loaded from"):
        loaded.save(tmp_path / "again")
    with pytest.raises(pz.InputError, match='Did you mean "capacity"'):
        r.table("capasity")
    assert pz.compare(r, pz.load_results(results / "b")).names == ("tiny", "less")
    assert "T16" in r._repr_html_() and "<table>" in r._repr_html_()
    assert capsys.readouterr().out == ""


def test_importing_the_package_is_quick_and_names_what_it_offers() -> None:
    modules = (*HEAVY, "pydantic")
    code = f"import sys, pzh_energy\nprint(*[m for m in {modules!r} if m in sys.modules])\nprint(dir(pzh_energy))"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    loaded, offered = done.stdout.splitlines()
    assert loaded == ""
    assert "load_results" in offered
    with pytest.raises(AttributeError, match=r"It offers: .*solve"):
        _ = pz.slove  # type: ignore[attr-defined]
    assert (Path(pz.__file__).parent / "py.typed").is_file()


@pytest.mark.parametrize("word", ["compare", "diff", "init", "export", "sensitivity"])
def test_help_needs_no_heavy_imports(word: str, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pzh_energy.cli import main\n"
        f"sys.argv = ['pzh-opt', {word!r}, '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n"
        f"    print('HEAVY', end.code, *[m for m in {HEAVY!r} if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "HEAVY 0", done.stderr
