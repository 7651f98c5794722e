"""Sweep files: what is read, what is refused and where, and the schema editors use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.resolution import Resolution
from pzh_energy.inputs.sweep_file import Sweep, load_sweep, sweep_json_schema
from pzh_energy.inputs.yaml_source import read_yaml
from tests.systems import ROOT, TINY

HEAD = f"name: x\nscenario: {TINY}\n"
CAPEX = "number: wind.ridge.capex"
Load = Callable[[str], Sweep]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def read(text: str) -> Sweep:
        path = tmp_path / "sweep.yaml"
        path.write_text(HEAD + text, encoding="utf-8")
        return load_sweep(path)

    return read


def test_values_ranges_and_what_they_are_of_are_read(load: Load) -> None:
    vary = load(
        "resolution: {segments: 24}\nvary:\n"
        f"  a: {{{CAPEX}, scale_range: {{low: 0.9, high: 1.1, steps: 3}}}}\n"
        "  b: {number: [wind.*.capex, solar_pv.*.capex], unit: CNY/kW, values: [4000, 5000.5], years: [2025]}\n"
        "  c: {key: targets.T16.mode, values: [hard, ~delete]}\n"
    )
    a, b, c = vary.document.vary.values()
    assert vary.document.resolution == Resolution(kind="segments", size=24)
    assert (a.listed, a.scales, a.numbers) == ((0.9, 1.0, 1.1), True, (("wind", "ridge", "capex"),))
    assert (b.listed, b.scales, b.years) == ((4000, 5000.5), False, (2025,))
    assert b.numbers == (("wind", "*", "capex"), ("solar_pv", "*", "capex"))
    assert (c.listed, c.numbers) == (("hard", "~delete"), ())
    assert vary.document.cases == 3 * 2 * 2


@pytest.mark.parametrize(
    ("method", "cases"), [("grid", 6), ("one_at_a_time", 1 + 3 + 2), ("latin_hypercube\nsamples: 17\nseed: 1", 17)]
)
def test_the_number_of_cases_follows_from_the_method(load: Load, method: str, cases: int) -> None:
    vary = f"vary:\n  a: {{{CAPEX}, scale: [1.0, 2.0, 3.0]}}\n  b: {{key: targets.T16.value, values: [4, 5]}}\n"
    assert load(f"method: {method}\n{vary}").document.cases == cases


REFUSED = {
    "a misspelt key": ("varry:\n  a: 1\n", '3:1 varry: unknown key. Did you mean "vary"?'),
    "a misspelt key below": (
        "vary:\n  a: {key: x, valus: [1]}\n",
        '4:15 vary.a.valus: unknown key. Did you mean "values"',
    ),
    "a misspelt key of a range": (
        f"vary:\n  a: {{{CAPEX}, scale_range: {{low: 1.0, hihg: 2.0}}}}\n",
        'vary.a.scale_range.hihg: unknown key. Did you mean "high"?',
    ),
    "a method there is not": (
        "method: gird\nvary:\n  a: {key: x, values: [1]}\n",
        '3:1 method: "gird" is not possible',
    ),
    "key and number at once": (f"vary:\n  a: {{key: x, {CAPEX}, scale: [1.0]}}\n", "4:3 vary.a: what is varied is not"),
    "values and factors at once": (
        f"vary:\n  a: {{{CAPEX}, unit: CNY/kW, values: [1], scale: [1.0]}}\n",
        "vary.a: to which values is not clear",
    ),
    "values of a number without unit": (f"vary:\n  a: {{{CAPEX}, values: [1]}}\n", "need its unit"),
    "factors with a unit": (f"vary:\n  a: {{{CAPEX}, unit: CNY/kW, scale: [1.0]}}\n", "factors have none"),
    "factors of a key": ("vary:\n  a: {key: x, scale: [1.0]}\n", "A key takes values only"),
    "a negative factor": (f"vary:\n  a: {{{CAPEX}, scale: [-1.0]}}\n", "a factor is negative"),
    "a number that is a text": (
        f'vary:\n  a: {{{CAPEX}, unit: CNY/kW, values: ["7"]}}\n',
        "Write numbers, without quotes",
    ),
    "no number of the data": ("vary:\n  a: {number: wind.capex, scale: [1.0]}\n", "Write table.item.parameter"),
    "no value": ("vary:\n  a: {key: x, values: []}\n", "or there is none"),
    "a value twice": ("vary:\n  a: {key: x, values: [1, 1]}\n", "4:15 vary.a.values: a value stands twice"),
    "a range the wrong way round": (
        f"vary:\n  a: {{{CAPEX}, scale_range: {{low: 2, high: 1, steps: 3}}}}\n",
        "low 2 is not below high 1",
    ),
    "a grid over a range without steps": (
        f"vary:\n  a: {{{CAPEX}, scale_range: {{low: 1, high: 2}}}}\n",
        "grid needs single values",
    ),
    "a hypercube without seed": (
        f"method: latin_hypercube\nsamples: 5\nvary:\n  a: {{{CAPEX}, scale: [1.0]}}\n",
        "Add samples, how many, and seed",
    ),
    "a seed for a grid": (f"seed: 1\nvary:\n  a: {{{CAPEX}, scale: [1.0]}}\n", "grid draws nothing"),
    "a name that results use": (f"vary:\n  status: {{{CAPEX}, scale: [1.0]}}\n", '"status" is what the results call'),
    "nothing varied": ("vary: {}\n", "3:1 vary"),
    "too many cases": (
        "vary:\n"
        + "".join(
            f"  {name}: {{{CAPEX}, scale_range: {{low: 1, high: 2, steps: 100}}}}\n" for name in ("one", "other")
        ),
        "10000 cases are more than 5000",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_fault_is_refused_with_its_place_and_the_remedy(load: Load, name: str) -> None:
    text, expected = REFUSED[name]
    with pytest.raises(InputError) as error:
        load(text)
    assert expected in str(error.value)
    assert all(problem.where.split(":")[0].endswith("sweep.yaml") for problem in error.value.problems)


def test_a_scenario_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "sweep.yaml"
    path.write_text(HEAD.replace("tiny.yaml", "tiyn.yaml") + "vary:\n  a: {key: x, values: [1]}\n")
    with pytest.raises(InputError, match=r'sweep.yaml:2:1 scenario: there is no file .*Did you mean "tiny.yaml"'):
        load_sweep(path)


def test_a_mapping_is_read_like_a_file(load: Load) -> None:
    keys = {"scale": np.array([0.5, 1.0]), "number": "wind.ridge.capex"}
    document = load_sweep({"name": "x", "scenario": TINY, "vary": {"a": keys}}).document
    assert document == load(f"vary:\n  a: {{{CAPEX}, scale: [0.5, 1.0]}}\n").document
    with pytest.raises(InputError, match=r"sweep vary.a.scal: unknown key"):
        load_sweep({"name": "x", "scenario": TINY, "vary": {"a": {"number": "a.b.c", "scal": [1.0]}}})


def test_the_schema_takes_the_shipped_sweeps_and_refuses_a_misspelt_key() -> None:
    from pzh_energy.domain.errors import Problems

    schema = sweep_json_schema()
    for path in (ROOT / "scenarios/sweeps").glob("*.yaml"):
        document = read_yaml(path, Problems()).plain()
        jsonschema.validate(document, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**document, "varry": {}}, schema)  # type: ignore[dict-item]
