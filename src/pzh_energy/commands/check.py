"""`pzh-opt check`: one or many scenarios held to what they expect, for a continuous-integration job."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pzh_energy.commands.common import DEBUG, LANGUAGE, RESOLUTION_HELP, chosen_language, error_text, readable_errors
from pzh_energy.domain.errors import InfeasibleError, InputError, Problem, Problems
from pzh_energy.reporting.texts import Language, say

if TYPE_CHECKING:
    from rich.console import Console

    from pzh_energy.reporting.verdicts import ScenarioVerdict


@dataclass(frozen=True)
class Job:
    """One scenario to check, as a worker process takes it."""

    path: Path
    settings: tuple[str, ...]
    resolution: str | None
    time_limit: float | None
    language: Language
    output: Path | None = None


def check(
    sources: Annotated[
        list[Path], typer.Argument(metavar="SCENARIO|DIR...", help="Scenario files, or folders of them.")
    ],
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the verdicts as JUnit XML.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write them as JSON.")] = None,
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Record verdicts and margins, to be compared against later.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Fail if a verdict or margin differs from this recording.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Keep the results, a folder for each scenario.")
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a key of every scenario.")
    ] = None,
    resolution: Annotated[
        str | None,
        typer.Option(help=RESOLUTION_HELP, show_default="each scenario's"),
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Time for each solve.", show_default="each scenario's")
    ] = None,
    jobs: Annotated[int, typer.Option(min=0, help="Scenarios solved at once; 0 for one for each core.")] = 0,
    lang: LANGUAGE = None,
    debug: DEBUG = False,
) -> None:
    """Hold scenarios to their gated targets and expected verdicts, and to a recorded check.

    Returns 0 if all is as required, 1 if a gated target or an expected verdict is not or something has moved, 2 for bad
    input, 3 for a scenario without a plan, 4 if the solver stopped early. Of several, 2 counts before 4, 3 and 1.
    """
    language = chosen_language(lang)
    with readable_errors(language, debug):
        from pzh_energy.reporting import recorded, verdicts

        paths = scenario_files(sources)
        _check_destinations(junit, json_file, record)
        before = recorded.read_recorded(against) if against else None
        todo = [Job(path, tuple(assignments or ()), resolution, time_limit, language, output) for path in paths]
        found = _run(todo, jobs or os.cpu_count() or 1, language)
        _refuse_twins(found)
        moved: list[str] = []
        if before is not None and against is not None:
            recorded.refuse_unlike(found, before, against)
            moved = list(recorded.differences(found, before, language))
        code = verdicts.overall([*(each.code for each in found), *([verdicts.NOT_AS_REQUIRED] if moved else [])])
        _show_end(found, moved, code, language)
        if junit:
            verdicts.write_text(junit, verdicts.as_junit(found, moved))
        if json_file:
            verdicts.write_text(json_file, verdicts.as_json(found, moved, code))
        if record:
            _record(found, record, language)
        raise typer.Exit(code)


def scenario_files(sources: Sequence[Path]) -> list[Path]:
    """The files named, and those of the folders named, each once; InputError for what is not there."""
    problems, found = Problems(), dict[Path, None]()
    for source in sources:
        if source.is_dir():
            inside = sorted(path for path in source.iterdir() if path.suffix in (".yaml", ".yml"))
            if not inside:
                problems.add(str(source), "no scenario files (*.yaml) in this folder.", "Name another folder.")
            found.update(dict.fromkeys(inside))
        elif source.is_file():
            found[source] = None
        else:
            problems.add(str(source), "no such file or folder.", "Name scenario files, or folders of them.")
    problems.raise_if_any()
    return list(found)


def judged(job: Job) -> ScenarioVerdict:
    """Solve one scenario and judge it; whatever goes wrong becomes its outcome. Runs in a process of its own."""
    from pzh_energy import api
    from pzh_energy.reporting.verdicts import ScenarioVerdict, target_verdict

    began = time.perf_counter()
    known: dict[str, Any] = {"scenario": job.path.stem, "expect": None, "resolution": None}

    def verdict(outcome: Any, message: str = "", **more: Any) -> ScenarioVerdict:
        nothing: dict[str, Any] = {"objective": None, "targets": ()}
        seconds = time.perf_counter() - began
        fixed: dict[str, Any] = {
            "file": str(job.path),
            "settings": job.settings,
            "message": message,
            "seconds": seconds,
        }
        return ScenarioVerdict(outcome=outcome, **known, **fixed, **{**nothing, **more})

    try:
        changes = [*api.resolution_assignment(job.resolution), *api.limit_assignment(job.time_limit)]
        system = api.read(job.path, [*job.settings, *changes])
        scenario = system.scenario
        known = {"scenario": scenario.name, "expect": scenario.expect, "resolution": scenario.resolution.written()}
        run = api.solve_system(system)
        if job.output is not None:
            api.write(run, job.output / scenario.name)
    except InfeasibleError as error:
        return verdict("infeasible", error_text(error, job.language))
    except (InputError, OSError) as error:
        return verdict("bad_input", error_text(error, job.language))
    except Exception as error:
        # a fault of the program in one scenario must not hide the verdicts of the others
        return verdict("stopped", error_text(error, job.language))
    message = say("not_infeasible", job.language) if scenario.expect == "infeasible" else ""
    targets = tuple(target_verdict(row) for row in run.scorecard)
    return verdict("feasible", message, objective=run.objective, targets=targets)


def _run(todo: Sequence[Job], jobs: int, language: Language) -> list[ScenarioVerdict]:
    """Check all scenarios, at most `jobs` at once, and show each in the order in which they were named."""
    from pzh_energy.reporting.terminal import make_console

    console, found = make_console(sys.stdout), []
    for verdict in _verdicts(todo, min(jobs, len(todo))):
        _show(verdict, console, language)
        sys.stdout.flush()
        found.append(verdict)
    return found


def _verdicts(todo: Sequence[Job], jobs: int) -> Iterator[ScenarioVerdict]:
    if jobs == 1:
        yield from map(judged, todo)
        return
    # a forked child would inherit the solver's threads and the compiler's patched builtins in an unknown state
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            yield from pool.map(judged, todo)
        except KeyboardInterrupt:
            for child in multiprocessing.active_children():
                child.terminate()
            raise


def _show(verdict: ScenarioVerdict, console: Console, language: Language) -> None:
    """A line for the scenario and one for each target."""
    from rich.text import Text

    from pzh_energy.reporting.recorded import outcome_word
    from pzh_energy.reporting.terminal import verdict_table
    from pzh_energy.reporting.units import quantity

    cost = "" if verdict.objective is None else f"  {quantity(verdict.objective, 'million CNY', language)}"
    word = say("as_required" if verdict.code == 0 else "not_as_required", language)
    style = "green" if verdict.code == 0 else "bold red"
    line = Text(f"{verdict.scenario}  {outcome_word(verdict.outcome, language)}{cost}  {verdict.seconds:.1f} s  ")
    console.print(line.append(word, style))
    if verdict.message and verdict.code:
        console.print(Text(verdict.message), soft_wrap=True)
    if verdict.targets:
        console.print(verdict_table(verdict.targets, language))


def _show_end(found: Sequence[ScenarioVerdict], moved: Sequence[str], code: int, language: Language) -> None:
    if moved:
        typer.echo(say("moved_heading", language, count=len(moved)))
        for text in moved:
            typer.echo(f"  {text}")
    missed = sum(target.held and not target.passed for each in found for target in each.targets)
    failed = sum(each.code != 0 for each in found)
    typer.echo(say("check_end", language, count=len(found), failed=failed, missed=missed, code=code))


def _record(found: Sequence[ScenarioVerdict], path: Path, language: Language) -> None:
    """Write the recording; not if a scenario could not be judged, for what it should say is then unknown."""
    from pzh_energy.reporting import recorded, verdicts

    if any(each.outcome in ("bad_input", "stopped") for each in found):
        typer.echo(say("not_recorded", language, file=path), err=True)
        return
    old = recorded.read_recorded(path) if path.exists() else None
    verdicts.write_text(path, recorded.recorded(found, old))
    typer.echo(say("recorded", language, file=path))


def _check_destinations(*paths: Path | None) -> None:
    """InputError before anything is solved for a file that could not be written after it."""
    problems = Problems()
    for path in paths:
        if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
            problems.add(str(path), "cannot be written: its folder is not there.", "Make it, or name another place.")
    problems.raise_if_any()


def _refuse_twins(found: Sequence[ScenarioVerdict]) -> None:
    """InputError for two files of the same name: neither their reports nor a recording could tell them apart."""
    files: dict[str, str] = {}
    for each in found:
        if each.scenario in files and each.outcome != "bad_input":
            what = f"has the same name as {files[each.scenario]}: {each.scenario}."
            raise InputError([Problem(each.file, what, "Give one of them another name.")])
        files[each.scenario] = each.file
