"""`pzh-opt init`: a working copy of the shipped scenarios and data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pzh_energy.commands.common import DEBUG, LANGUAGE, chosen_language, readable_errors
from pzh_energy.reporting.texts import say

SCHEMA = ".vscode/scenario.schema.json"
SWEEP_SCHEMA = ".vscode/sweep.schema.json"
SETTINGS = ".vscode/settings.json"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or an empty folder.")],
    lang: LANGUAGE = None,
    debug: DEBUG = False,
) -> None:
    """Make a working copy of the shipped scenarios and data, with completion of scenario files set up for editors."""
    language = chosen_language(lang)
    with readable_errors(language, debug):
        from pzh_energy.commands.model import schema_text, sweep_schema_text
        from pzh_energy.inputs.shipped import make_copy

        settings = {"yaml.schemas": {SCHEMA: "scenarios/*.yaml", SWEEP_SCHEMA: "scenarios/sweeps/*.yaml"}}
        schemas = {SCHEMA: schema_text() + "\n", SWEEP_SCHEMA: sweep_schema_text() + "\n"}
        more = {**schemas, SETTINGS: json.dumps(settings, indent=2) + "\n"}
        made = make_copy(folder, more)
        typer.echo(say("copy_made", language, folder=made))
        typer.echo(say("copy_next", language, folder=made))
