"""JSON Schema of scenario files, generated from the models that read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from pzh_energy.inputs.resolution import FULL, RESOLUTION_SCHEMA
from pzh_energy.inputs.scenario import ScenarioDocument, Solver
from pzh_energy.inputs.specs import StrictModel, TargetSpec, TechnologySpec
from pzh_energy.inputs.yaml_source import DELETE


def scenario_json_schema(
    technologies: Mapping[str, type[TechnologySpec]], targets: Mapping[str, type[TargetSpec]]
) -> dict[str, Any]:
    """JSON Schema (2020-12) of scenario files, for editors.

    A file that extends another may state any part of a scenario and delete keys, so below the top level no key is
    required and every key may hold the deletion word; `load_scenario` checks the whole.
    """
    models: list[type[StrictModel]] = [ScenarioDocument, *technologies.values(), *targets.values()]
    references, common = models_json_schema([(model, "validation") for model in dict.fromkeys(models)])
    definitions: dict[str, Any] = {name: _relaxed(each) for name, each in common["$defs"].items()}
    links = {model: reference for (model, _), reference in references.items()}
    root: dict[str, Any] = definitions.pop(links[ScenarioDocument]["$ref"].rsplit("/", 1)[1])
    of_target: list[dict[str, Any]] = [
        {"allOf": [links[model], {"properties": {"metric": {"const": metric}}}]} for metric, model in targets.items()
    ]
    properties = root["properties"]
    listed = {key: _or_deleted(links[model]) for key, model in technologies.items()}
    properties["technologies"] = {"type": "object", "properties": listed, "additionalProperties": False}
    properties["targets"] = {
        "type": "object",
        "additionalProperties": _or_deleted({"anyOf": of_target} if of_target else {"not": {}}),
    }
    # as a file writes it; the model would show its fields, of which editors can make nothing
    properties["resolution"] = _or_deleted({**RESOLUTION_SCHEMA, "default": FULL.written()})
    properties["solver"] = _or_deleted(
        {"anyOf": [properties["solver"], Solver.model_json_schema()["properties"]["method"]]}
    )
    properties["extends"] = {"type": "string", "description": "the scenario file this one changes"}
    required = [name for name, each in ScenarioDocument.model_fields.items() if each.is_required()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **root,
        "title": "pzh-opt scenario",
        "anyOf": [{"required": ["extends"]}, {"required": required}],
        "$defs": definitions,
    }


def _relaxed(schema: Any) -> Any:
    """A schema with nothing required and every value of a mapping deletable."""
    if isinstance(schema, list):
        return [_relaxed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    relaxed = {key: _relaxed(each) for key, each in schema.items() if key != "required"}
    if isinstance(schema.get("properties"), dict):
        relaxed["properties"] = {key: _or_deleted(_relaxed(each)) for key, each in schema["properties"].items()}
    if isinstance(schema.get("additionalProperties"), dict):
        relaxed["additionalProperties"] = _or_deleted(relaxed["additionalProperties"])
    return relaxed


def _or_deleted(schema: Any) -> dict[str, Any]:
    return {"anyOf": [schema, {"const": DELETE}]}
