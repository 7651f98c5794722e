"""What a check passes and fails, how it is written down, and what counts as moved."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pzh_energy.domain.errors import InputError
from pzh_energy.reporting.recorded import differences, read_recorded, recorded, refuse_unlike
from pzh_energy.reporting.verdicts import ScenarioVerdict, as_json, as_junit, overall, target_verdict, write_text
from tests.unit.reporting.made import row


def checked(*rows: Any, **changes: Any) -> ScenarioVerdict:
    """A feasible scenario with targets as rows of a scorecard."""
    plain: dict[str, Any] = {
        "scenario": "one", "file": "one.yaml", "outcome": "feasible", "expect": None, "resolution": {"segments": 24},
        "settings": (), "objective": 1000.0, "targets": tuple(target_verdict(each) for each in rows), "message": "",
        "seconds": 1.0,
    }  # fmt: skip
    return ScenarioVerdict(**{**plain, **changes})


MISSED = {"verdict": "missed", "margin": -0.25}


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({}, 0),
        ({"gate": True}, 0),
        (MISSED, 0),
        ({**MISSED, "gate": True}, 1),
        ({**MISSED, "expect": "missed"}, 0),
        ({"expect": "missed"}, 1),
        ({**MISSED, "gate": True, "expect": "missed"}, 0),
        ({**MISSED, "expect": "met"}, 1),
        ({"verdict": "not_computable", "gate": True}, 1),
    ],
)
def test_a_target_is_held_by_its_gate_or_by_what_it_expects(target: dict[str, Any], code: int) -> None:
    assert checked(row(**target)).code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"expect": "feasible"}, 0),
        ({"expect": "infeasible"}, 1),
        ({"outcome": "infeasible"}, 3),
        ({"outcome": "infeasible", "expect": "infeasible"}, 0),
        ({"outcome": "infeasible", "expect": "feasible"}, 3),
        ({"outcome": "stopped", "expect": "infeasible"}, 4),
        ({"outcome": "bad_input"}, 2),
    ],
)
def test_a_scenario_is_held_to_the_outcome_it_expects(changes: dict[str, Any], code: int) -> None:
    assert checked(**changes).code == code


@pytest.mark.parametrize(
    ("codes", "all_of_them"), [([0, 0], 0), ([0, 1], 1), ([1, 3], 3), ([3, 4], 4), ([4, 2, 0], 2), ([], 0)]
)
def test_of_several_the_one_that_leaves_most_in_doubt_decides(codes: list[int], all_of_them: int) -> None:
    assert overall(codes) == all_of_them


def test_junit_counts_failures_errors_and_what_is_not_held() -> None:
    rows = (row(), row(identifier="T2", gate=True, **MISSED), row(identifier="T3", gate=True))
    broken = checked(scenario="two", outcome="bad_input", message="no <such> key")
    root = ElementTree.fromstring(as_junit([checked(*rows), broken], ["one T3: moved"]))
    counts = {
        suite.get("name"): tuple(int(suite.get(k, "-1")) for k in ("tests", "failures", "errors", "skipped"))
        for suite in root
    }
    assert counts == {"one": (4, 1, 0, 1), "two": (1, 0, 1, 0), "recorded": (1, 1, 0, 0)}
    (failed,) = root.findall("testsuite[@name='one']/testcase/failure")
    assert failed.get("message") == "missed: at_least 1, achieved 1.25, margin -0.25 GW"
    error = root.find("testsuite[@name='two']/testcase/error")
    assert error is not None
    assert error.get("message") == "no <such> key"


def test_json_holds_what_was_found() -> None:
    found = json.loads(as_json([checked(row(gate=True))], ["moved"], 1))
    assert (found["code"], found["differences"], found["scenarios"][0]["code"]) == (1, ["moved"], 0)
    assert found["scenarios"][0]["targets"][0]["held"] is True


def moved(before: ScenarioVerdict, after: ScenarioVerdict) -> list[str]:
    """Differences between a check and its recording."""
    return list(differences([after], json.loads(recorded([before])), "en"))


def test_what_has_not_moved_is_no_difference_and_neither_is_noise() -> None:
    """The tolerance of a margin is a thousandth of what is required, 0.001 GW of 1; of the cost 1 million of 1000."""
    one = checked(row())
    assert moved(one, one) == []
    assert moved(one, checked(row(margin=0.2509))) == []
    assert moved(one, replace(one, objective=1000.9)) == []


@pytest.mark.parametrize(
    ("after", "text"),
    [
        (checked(row(margin=0.252)), "one T1: margin was 0.250 GW, is 0.252 GW; tolerance 0.001 GW."),
        (checked(row(margin=None)), "one T1: margin was 0.250 GW, is -; tolerance 0.001 GW."),
        (checked(row(verdict="missed")), "one T1: was met, is missed."),
        (checked(row(identifier="T9")), "one T9: not in the recording."),
        (checked(row(), objective=1002.0), "one: cost was 1.00 bn CNY, is 1.00 bn CNY."),
        (checked(outcome="infeasible"), "one: was feasible, is infeasible."),
        (checked(row(), scenario="two"), "two: not in the recording."),
    ],
)
def test_what_has_moved_is_said(after: ScenarioVerdict, text: str) -> None:
    assert text in moved(checked(row()), after)


def test_a_scenario_or_target_that_is_gone_is_a_difference() -> None:
    assert "one: recorded, but not checked." in moved(checked(row()), checked(row(), scenario="two"))
    assert "one T1: recorded, but gone." in moved(checked(row()), checked())


def test_a_tolerance_that_was_edited_holds_and_is_kept() -> None:
    before = json.loads(recorded([checked(row())]))
    before["scenarios"]["one"]["targets"]["T1"]["tolerance"] = 0.1
    assert list(differences([checked(row(margin=0.3))], before, "en")) == []
    again = json.loads(recorded([checked(row(margin=0.3))], before))
    assert again["scenarios"]["one"]["targets"]["T1"] == {
        "year": 2030, "verdict": "met", "margin": 0.3, "unit": "GW", "tolerance": 0.1,
    }  # fmt: skip


def test_margins_of_another_resolution_or_setting_are_not_compared(tmp_path: Path) -> None:
    before = json.loads(recorded([checked(row())]))
    refuse_unlike([checked(row())], before, tmp_path)
    for change in ({"resolution": "full"}, {"settings": ("targets.T1.value=2",)}):
        with pytest.raises(InputError, match="record it anew"):
            refuse_unlike([checked(row(), **change)], before, tmp_path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"program": "pzh-opt check", "schema_version": 1, "scenarios": {"a": {}}}']
)
def test_a_file_that_is_no_recording_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "recorded.json"
    write_text(path, text)
    with pytest.raises(InputError, match="pzh-opt check --record"):
        read_recorded(path)


def test_a_recording_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "recorded.json"
    write_text(path, recorded([checked(row())]))
    assert read_recorded(path) == json.loads(recorded([checked(row())]))
    assert [each.name for each in tmp_path.iterdir()] == ["recorded.json"]
