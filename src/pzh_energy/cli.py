"""The command line, `pzh-opt`.

Exit codes: 0 done; 1 a gated target is not as required (`solve --gate`); 2 bad input, nothing written; 3 infeasible;
4 the solver stopped early, the cost is unbounded, or the solution failed its audit; 130 interrupted.

What takes long to import is imported where it is used, so that help and refusals come at once.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pzh_energy.domain.errors import InfeasibleError, InputError, PzhError, SolverStoppedError, UnboundedError
from pzh_energy.reporting.texts import Language, say

if TYPE_CHECKING:
    from pzh_energy.api import Run
    from pzh_energy.inputs.scenario import Scenario

DONE, GATE_MISSED, BAD_INPUT, STOPPED, INTERRUPTED = 0, 1, 2, 4, 130
DISTRIBUTION = "pzh-energy"

app = typer.Typer(
    name="pzh-opt",
    help="Plan the energy system of a hydro-rich city and hold the plan against its targets.",
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)
data_app = typer.Typer(name="data", help="Look at a data package, check it, make its series.", no_args_is_help=True)
app.add_typer(data_app)


class Tongue(StrEnum):
    """Languages of the output."""

    zh = "zh"
    en = "en"


LANGUAGE = Annotated[
    Tongue | None, typer.Option("--lang", help="Language of the output.", show_default="PZH_LANG or the locale")
]
DEBUG = Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")]
DATA = Annotated[Path, typer.Option("--data", help="Folder of the data package.")]


def main() -> None:
    """Entry point of the `pzh-opt` command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that knows no Chinese must not end a solve
    app()


def language_of(environment: Mapping[str, str]) -> Language:
    """Language by PZH_LANG, else by the locale in the order POSIX reads it; English unless it is Chinese.

    >>> language_of({"LANG": "zh_CN.UTF-8"}), language_of({"LANG": "zh_CN.UTF-8", "PZH_LANG": "en"}), language_of({})
    ('zh', 'en', 'en')
    """
    chosen = next((environment[k] for k in ("PZH_LANG", "LC_ALL", "LC_MESSAGES", "LANG") if environment.get(k)), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def _language(chosen: Tongue | None = None) -> Language:
    return language_of(os.environ) if chosen is None else chosen.value


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False) -> None:
    if version:
        from importlib import metadata

        try:
            typer.echo(f"pzh-opt {metadata.version(DISTRIBUTION)}")
        except metadata.PackageNotFoundError:
            typer.echo("pzh-opt, not installed")
        raise typer.Exit(DONE)


@app.command()
def solve(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML).")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder of the results.", show_default="results/<scenario name>"),
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a scenario key; may be repeated.")
    ] = None,
    resolution: Annotated[
        str | None,
        typer.Option(help="Steps of the year: every:3h, segments:200 or full.", show_default="the scenario's"),
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Time the solver may take.", show_default="the scenario's")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show only errors and the folder of the results.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Also show every check and the model's size.")] = False,
    lang: LANGUAGE = None,
    gate: Annotated[bool, typer.Option("--gate", help="Return 1 if a gated target is not as required.")] = False,
    debug: DEBUG = False,
) -> None:
    """Solve a scenario, show its scorecard and write its results."""
    language = _language(lang)
    with _readable_errors(language, debug):
        changes = list(assignments or ())
        asked = _read_scenario(scenario, changes)
        folder = output or Path("results") / asked.name
        from pzh_energy.reporting.files import check_destination

        check_destination(folder)
        try:
            run = _run_and_write(scenario, changes, resolution, time_limit, folder, language, quiet, verbose)
        except InfeasibleError:
            if asked.expect != "infeasible":
                raise
            typer.echo(say("expected_infeasible", language))
            return
        raise typer.Exit(_judge(run, language) if gate else _say_if_unexpected(run, language))


def _read_scenario(path: Path, assignments: list[str]) -> Scenario:
    """The scenario as the solve will read it: its name decides the folder, before any time is spent."""
    from pzh_energy.inputs.scenario import load_scenario
    from pzh_energy.modeling import registry

    technologies = {key: technology.Spec for key, technology in registry.technologies().items()}
    targets = {key: target.Spec for key, target in registry.targets().items()}
    return load_scenario(path, technologies, targets, assignments)


def _run_and_write(
    path: Path,
    assignments: list[str],
    resolution: str | None,
    time_limit: float | None,
    folder: Path,
    language: Language,
    quiet: bool,
    verbose: bool,
) -> Run:
    from pzh_energy import api
    from pzh_energy.reporting.progress import ShownProgress
    from pzh_energy.reporting.terminal import make_console, show_run, timings_line

    with ShownProgress(sys.stderr, language, quiet) as progress:
        run = api.solve(path, assignments, resolution, time_limit, progress)
        progress.phase("writing")
        began = time.perf_counter()
        written = api.write(run, folder)
        timings = {**run.timings, "writing": time.perf_counter() - began}
    if quiet:
        typer.echo(written)
        return run
    console = make_console(sys.stdout)
    show_run(run, console, language, verbose)
    console.print(timings_line(timings, language))
    console.print(say("written", language, folder=written), soft_wrap=True)
    return run


def _say_if_unexpected(run: Run, language: Language) -> int:
    """Say so if a scenario that expects to be infeasible was solved; done all the same."""
    if run.scenario.expect == "infeasible":
        typer.echo(say("not_infeasible", language), err=True)
    return DONE


def _judge(run: Run, language: Language) -> int:
    """Exit code of a gated solve, saying what is not as required."""
    from pzh_energy.reporting.scorecard import gate_missed

    _say_if_unexpected(run, language)
    missed = gate_missed(run.scorecard)
    if missed:
        names = say("list_separator", language).join(row.identifier for row in missed)
        typer.echo(say("gate_missed", language, targets=names), err=True)
    return GATE_MISSED if missed or run.scenario.expect == "infeasible" else DONE


@app.command()
def schema(debug: DEBUG = False) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    with _readable_errors(_language(), debug):
        from pzh_energy.inputs.scenario_schema import scenario_json_schema
        from pzh_energy.modeling import registry

        technologies = {key: technology.Spec for key, technology in registry.technologies().items()}
        targets = {key: target.Spec for key, target in registry.targets().items()}
        typer.echo(json.dumps(scenario_json_schema(technologies, targets), ensure_ascii=False, indent=2))


@app.command()
def formulation(debug: DEBUG = False) -> None:
    """Print every equation of the model, with symbols, assumptions and sources."""
    with _readable_errors(_language(), debug):
        from pzh_energy.reporting.formulation import formulation as text

        typer.echo(text())


@data_app.command("list")
def data_list(data: DATA = Path("data"), lang: LANGUAGE = None, debug: DEBUG = False) -> None:
    """List the tables: rows, and how many of them have which grade."""
    language = _language(lang)
    with _readable_errors(language, debug):
        from pzh_energy.inputs.datapackage import describe, read_datapackage

        summaries = describe(read_datapackage(data, with_series=False))
        headings = [say(key, language) for key in ("table", "rows", "grades")]
        grades = (" ".join(f"{grade}:{count}" for grade, count in each.grades.items()) for each in summaries)
        _columns(headings, [(each.table, str(each.rows), g) for each, g in zip(summaries, grades, strict=True)])


@data_app.command("check")
def data_check(data: DATA = Path("data"), lang: LANGUAGE = None, debug: DEBUG = False) -> None:
    """Check the whole package, the hourly series included."""
    language = _language(lang)
    with _readable_errors(language, debug):
        from pzh_energy.inputs.datapackage import describe, read_datapackage

        summaries = describe(read_datapackage(data))
        rows = sum(each.rows for each in summaries)
        typer.echo(say("data_sound", language, tables=len(summaries), rows=rows))


@data_app.command("sources")
def data_sources(data: DATA = Path("data"), debug: DEBUG = False) -> None:
    """Print what every number rests on, one line each, columns separated by tabs."""
    with _readable_errors(_language(), debug):
        from pzh_energy.inputs.datapackage import SourceRow, read_datapackage, sources

        typer.echo("\t".join(SourceRow._fields))
        for row in sources(read_datapackage(data, with_series=False)):
            typer.echo("\t".join(row))


@data_app.command("generate")
def data_generate(data: DATA = Path("data"), debug: DEBUG = False) -> None:
    """Make the hourly series anew from the monthly facts and the seeds."""
    with _readable_errors(_language(), debug):
        from pzh_energy.inputs.profiles import write_series

        for path in write_series(data):
            typer.echo(path)


def _columns(headings: list[str], rows: list[tuple[str, ...]]) -> None:
    """Print a table whose columns never wrap."""
    from pzh_energy.reporting.terminal import make_console, plain_table

    make_console(sys.stdout).print(plain_table(headings, rows))


@contextmanager
def _readable_errors(language: Language, debug: bool) -> Iterator[None]:
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


if __name__ == "__main__":
    main()
