"""What every command shares: exit codes, language, options, and errors as one readable block.

Exit codes: 0 done; 1 a gated target is not as required; 2 bad input, nothing written; 3 infeasible; 4 the solver
stopped early, the cost is unbounded, or the solution failed its audit; 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pzh_energy.domain.errors import (
    InfeasibleError,
    InputError,
    LimitReachedError,
    PzhError,
    SolverStoppedError,
    UnboundedError,
)
from pzh_energy.reporting.texts import Language, language_of, say

if TYPE_CHECKING:
    from pzh_energy.inputs.scenario import Scenario

DONE, GATE_MISSED, BAD_INPUT, STOPPED, INTERRUPTED = 0, 1, 2, 4, 130


class Tongue(StrEnum):
    """Languages of the output."""

    zh = "zh"
    en = "en"


RESOLUTION_HELP = (
    "Steps of the year: daily:7,16,21, every:3h, segments:200, or by name: draft (cost off by 0.7 %, solved in 0.4 s), "
    "default (0.03 %, 4 s), final (0.004 %, 8 s), full (49 s), measured on three years with solver.method=structured."
)
LANGUAGE = Annotated[
    Tongue | None, typer.Option("--lang", help="Language of the output.", show_default="PZH_LANG or the locale")
]
DEBUG = Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")]


def chosen_language(chosen: Tongue | None = None) -> Language:
    """The language asked for, else that of the environment."""
    return language_of(os.environ) if chosen is None else chosen.value


@contextmanager
def importing() -> Iterator[None]:
    """Import with the garbage collector at rest, and keep what was imported out of its sight from then on.

    Modules are no garbage and stay till the end: to look through them again and again takes half a second of a solve.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


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
    """Turn whatever goes wrong into one block on stderr and its exit code; the traceback only with --debug.

    A KeyboardInterrupt may name the text that says what was written when it came.
    """
    try:
        yield
    except typer.Exit:
        raise
    except BrokenPipeError:
        # nobody reads any more (`| head`): what was to be done is done
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(DONE) from None
    except KeyboardInterrupt as error:
        typer.echo(say(error.args[0] if error.args else "interrupted", language), err=True)
        sys.stdout.flush()
        # at once: the interpreter's own way out aborts if the solver's thread has not come to rest by then
        os._exit(INTERRUPTED)
    except Exception as error:
        if debug:
            traceback.print_exc()
        _fail(*_explain(error, language))


def error_text(error: Exception, language: Language) -> str:
    """What an error says to its reader."""
    return _explain(error, language)[1]


def _explain(error: Exception, language: Language) -> tuple[int, str]:
    """Exit code and text of an error."""
    if isinstance(error, InputError):
        lines = [say("input_error", language, count=len(error.problems)), *(f"  {each}" for each in error.problems)]
        return BAD_INPUT, "\n".join(lines)
    if isinstance(error, PzhError):
        return error.exit_code, outcome_text(error, language)
    if isinstance(error, OSError):
        return BAD_INPUT, say("file_error", language, message=error)
    return STOPPED, say("internal_error", language, message=f"{type(error).__name__}: {error}")


def outcome_text(error: PzhError, language: Language) -> str:
    """How a solve ended, in a sentence."""
    if isinstance(error, SolverStoppedError):
        kinds = {UnboundedError: "unbounded", LimitReachedError: "limit"}
        key = kinds.get(type(error), "trouble")
        said = [say(key, language, status=error.status or str(error), seconds=error.seconds)]
        if isinstance(error, LimitReachedError) and error.bound is not None:
            from pzh_energy.reporting.units import quantity

            said.append(say("limit_bound", language, amount=quantity(error.bound, "million CNY", language)))
        return ("" if language == "zh" else " ").join(said)
    if isinstance(error, InfeasibleError):
        return "\n".join([say("infeasible", language), *_excluded(error, language)])
    return say("failed", language, message=error)


def _excluded(error: InfeasibleError, language: Language) -> list[str]:
    """What arithmetic alone excludes, in sentences."""
    if not error.clashes:
        return []
    from pzh_energy.reporting.explanation import names_of, structural_lines

    return list(structural_lines(error.clashes, names_of(error.system, language)))


def _fail(code: int, message: str) -> Any:
    typer.echo(message, err=True)
    raise typer.Exit(code)
