"""`pzh-opt schema` and `pzh-opt formulation`: what a scenario may say, and what the model states."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from pzh_energy.commands.common import DEBUG, chosen_language, readable_errors


def schema(
    sweep: Annotated[bool, typer.Option("--sweep", help="Of sweep files instead.")] = False, debug: DEBUG = False
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    with readable_errors(chosen_language(), debug):
        typer.echo(sweep_schema_text() if sweep else schema_text())


def sweep_schema_text() -> str:
    """The JSON Schema of sweep files."""
    from pzh_energy.inputs.sweep_file import sweep_json_schema

    return json.dumps(sweep_json_schema(), ensure_ascii=False, indent=2)


def schema_text() -> str:
    """The JSON Schema of scenario files with every technology and target there is."""
    from pzh_energy.inputs.scenario_schema import scenario_json_schema
    from pzh_energy.modeling import registry

    technologies = {key: technology.Spec for key, technology in registry.technologies().items()}
    targets = {key: target.Spec for key, target in registry.targets().items()}
    return json.dumps(scenario_json_schema(technologies, targets), ensure_ascii=False, indent=2)


def formulation(debug: DEBUG = False) -> None:
    """Print every equation of the model, with symbols, assumptions and sources."""
    with readable_errors(chosen_language(), debug):
        from pzh_energy.reporting.formulation import formulation as text

        typer.echo(text())
