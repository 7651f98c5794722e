"""What every command shares: exit codes, language, options, and errors as one readable block.

Exit codes: 0 done; 1 a gated target is not as required; 2 bad input, nothing written; 3 infeasible; 4 the solver
stopped early, the cost is unbounded, or the solution failed its audit; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pzh_energy.domain.errors import InfeasibleError, InputError, PzhError, SolverStoppedError, UnboundedError
from pzh_energy.reporting.texts import Language, language_of, say

if TYPE_CHECKING:
    from pzh_energy.inputs.scenario import Scenario

DONE, GATE_MISSED, BAD_INPUT, STOPPED, INTERRUPTED = 0, 1, 2, 4, 130


class Tongue(StrEnum):
    """Languages of the output."""

    zh = "zh"
    en = "en"


LANGUAGE = Annotated[
    Tongue | None, typer.Option("--lang", help="Language of the output.", show_default="PZH_LANG or the locale")
]
DEBUG = Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")]


def chosen_language(chosen: Tongue | None = None) -> Language:
    """The language asked for, else that of the environment."""
    return language_of(os.environ) if chosen is None else chosen.value


def read_scenario(path: Path, assignments: list[str]) -> Scenario:
    """The scenario as the solve will read it: its name decides the folder, before any time is spent."""
    from pzh_energy.inputs.scenario import load_scenario
    from pzh_energy.modeling import registry

    technologies = {key: technology.Spec for key, technology in registry.technologies().items()}
    targets = {key: target.Spec for key, target in registry.targets().items()}
    return load_scenario(path, technologies, targets, assignments)


def print_columns(headings: list[str], rows: list[tuple[str, ...]]) -> None:
    """Print a table whose columns never wrap."""
    from pzh_energy.reporting.terminal import make_console, plain_table

    make_console(sys.stdout).print(plain_table(headings, rows))


@contextmanager
def readable_errors(language: Language, debug: bool) -> Iterator[None]:
    """Turn whatever goes wrong into one block on stderr and its exit code; the traceback only with --debug."""
    try:
        yield
    except typer.Exit:
        raise
    except BrokenPipeError:
        # nobody reads any more (`| head`): what was to be done is done
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(DONE) from None
    except KeyboardInterrupt:
        typer.echo(say("interrupted", language), err=True)
        sys.stdout.flush()
        # at once: the interpreter's own way out aborts if the solver's thread has not come to rest by then
        os._exit(INTERRUPTED)
    except Exception as error:
        if debug:
            traceback.print_exc()
        _fail(*_explain(error, language))


def _explain(error: Exception, language: Language) -> tuple[int, str]:
    """Exit code and text of an error."""
    if isinstance(error, InputError):
        lines = [say("input_error", language, count=len(error.problems)), *(f"  {each}" for each in error.problems)]
        return BAD_INPUT, "\n".join(lines)
    if isinstance(error, PzhError):
        words = {InfeasibleError: "infeasible", SolverStoppedError: "stopped", UnboundedError: "stopped"}
        key = words.get(type(error), "failed")
        return error.exit_code, say(key, language, message=str(error).rstrip("."))
    if isinstance(error, OSError):
        return BAD_INPUT, say("file_error", language, message=error)
    return STOPPED, say("internal_error", language, message=f"{type(error).__name__}: {error}")


def _fail(code: int, message: str) -> Any:
    typer.echo(message, err=True)
    raise typer.Exit(code)
