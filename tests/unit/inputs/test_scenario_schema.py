"""The JSON Schema that editors use accepts what the loader accepts, and helps with what it does not."""

from typing import Any, Literal

import jsonschema
import pytest

from pzh_energy.inputs.scenario_schema import scenario_json_schema
from pzh_energy.inputs.specs import TargetSpec, TechnologySpec


class Spec(TechnologySpec):
    sites: tuple[str, ...] = ()


class OtherSpec(TechnologySpec):
    dispatch: Literal["scheduled", "free"] = "scheduled"


OtherSpec.__name__ = "Spec"


class CapacitySpec(TargetSpec):
    carriers: tuple[str, ...]


SCHEMA = scenario_json_schema({"wind": Spec, "hydro": OtherSpec}, {"capacity": CapacitySpec, "share": TargetSpec})
WHOLE: dict[str, Any] = {"name": "a", "data": "d", "horizon": {"periods": "2020..2030"}, "technologies": {}}


def accepted(document: dict[str, Any]) -> bool:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(document))


@pytest.mark.parametrize(
    "part",
    [
        {},
        {"horizon": {"periods": [2020, 2030], "history_until": 2023}},
        {"resolution": "full"},
        {"resolution": "draft"},
        {"resolution": {"daily": [7, 10, 16, 21]}},
        {"resolution": {"every": "3h"}},
        {"resolution": {"segments": 200}},
        {"technologies": {"wind": {"sites": ["a"]}, "hydro": {"dispatch": "free"}}},
        {"targets": {"T1": {"metric": "capacity", "carriers": ["a"]}, "T2": {"metric": "share", "mode": "hard"}}},
        {"weather": {"dry": {"probability": 1}}},
        {"solver": "highs"},
        {"solver": {"method": "highs", "threads": 2}},
    ],
)
def test_a_whole_scenario_is_accepted(part: dict[str, Any]) -> None:
    assert accepted({**WHOLE, **part})


@pytest.mark.parametrize(
    "part",
    [
        {"technologies": {"wind": "~delete"}},
        {"technologies": {"wind": {"sites": "~delete"}}},
        {"targets": {"T1": {"mode": "report"}}},
        {"targets": {"T1": "~delete"}},
        {"weather": {"dry": "~delete"}},
        {"overrides": "~delete"},
    ],
)
def test_a_file_that_extends_may_state_parts_and_delete(part: dict[str, Any]) -> None:
    assert accepted({"extends": "base.yaml", **part})


@pytest.mark.parametrize(
    "part",
    [
        {"nmae": "x"},
        {"technologies": {"wnd": {}}},
        {"technologies": {"hydro": {"sites": []}}},
        {"technologies": {"hydro": {"dispatch": "fre"}}},
        {"targets": {"T1": {"metric": "share", "carriers": []}}},
        {"targets": {"T1": {"metric": "shr"}}},
        {"resolution": "drafty"},
        {"resolution": {"segments": 3}},
        {"resolution": {"daily": [7, 24]}},
        {"resolution": {"segments": 30, "every": "3h"}},
        {"horizon": {"periods": "2020-2030"}},
        {"solver": {"threads": "two"}},
        {"solver": "quick"},
    ],
)
def test_what_the_loader_refuses_is_not_accepted(part: dict[str, Any]) -> None:
    assert not accepted({**WHOLE, **part})


@pytest.mark.parametrize("key", sorted(WHOLE))
def test_a_file_that_extends_nothing_must_be_whole(key: str) -> None:
    assert not accepted({name: value for name, value in WHOLE.items() if name != key})
    assert accepted({"extends": "base.yaml", **{name: value for name, value in WHOLE.items() if name != key}})


def test_without_any_target_model_no_target_is_accepted() -> None:
    schema = scenario_json_schema({}, {})
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({**WHOLE, "targets": {}})
    assert not validator.is_valid({**WHOLE, "targets": {"T1": {}}})


def test_defaults_that_editors_offer_can_be_written() -> None:
    """Proves that a default stands in the schema as a file would write it: editors offer it as a value."""
    for key, each in SCHEMA["properties"].items():
        for schema in (each, *each.get("anyOf", [])):
            if schema.get("default") is not None:
                assert accepted({**WHOLE, key: schema["default"]}), key
    assert SCHEMA["properties"]["resolution"]["anyOf"][0]["default"] == "full"
