"""No constraint is stated that no hand-worked system ever feels.

What must bind is read from the sources: every constraint a technology or a balance states, those of the shared modules
in one technology at least, and the requirement of every metric. Each of these must have had a dual that is not zero in
some hand-worked test; those not run yet are run here, until none is missing.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pzh_energy
from pzh_energy.modeling import registry
from tests import toys

SOURCES = Path(pzh_energy.__file__).parent
MODELING = SOURCES / "modeling"
FOLDER = Path(__file__).parent
FELT = 1e-9
"""A dual above this is more than rounding [million CNY per unit of the row]."""


def constraints_of(path: Path) -> list[str]:
    """Names of the constraints a source file states; `name` in a shared function stands for capacity."""
    names = []
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "constraint":
            parts = call.args[0].values if isinstance(call.args[0], ast.JoinedStr) else [call.args[0]]
            names.append("".join(str(p.value) if isinstance(p, ast.Constant) else "capacity" for p in parts))
    return names


def own_constraints() -> set[str]:
    """Constraints of a technology's own file, of a target by its metric, and the balances, named as in the duals."""
    stated = {"electricity_balance", "hydrogen_balance"}
    stated |= {f"{metric}.{name}" for metric in registry.targets() for name in constraints_of(MODELING / "target.py")}
    for key in registry.technologies():
        stated |= {f"{key}.{name}" for name in constraints_of(SOURCES / "technologies" / f"{key}.py")}
    return stated


def shared_constraints() -> set[str]:
    """Constraints of the modules that technologies call, whoever calls them: what one caller feels, the rule states."""
    files = [*MODELING.glob("*.py"), *(SOURCES / "technologies").glob("_*.py")]
    return {name for path in files if path.stem != "target" for name in constraints_of(path)}


def noted(notes: Path) -> list[tuple[str, str, dict[str, float]]]:
    """File, name and largest dual by constraint of every hand-worked test that has run, in whatever process."""
    lines = [line for file in sorted(notes.glob("*.jsonl")) for line in file.read_text(encoding="utf-8").splitlines()]
    return [(str(stem), str(name), duals) for stem, name, duals in map(json.loads, lines)]


def hand_worked_tests(done: set[tuple[str, str]]) -> Iterator[Callable[[], None]]:
    """Every test function of this folder but those of this file and those that are done."""
    for path in sorted(FOLDER.glob("test_*.py")):
        if path == Path(__file__):
            continue
        module = importlib.import_module(f"tests.analytic.{path.stem}")
        for name, function in vars(module).items():
            if name.startswith("test_") and (path.stem, name) not in done:
                yield lambda function=function: run(function)


def run(function: Callable[..., None]) -> None:
    """A test function for every combination of its parameter sets, once if it has none."""
    choices = []
    for mark in getattr(function, "pytestmark", []):
        names, sets = mark.args
        names = [n.strip() for n in names.split(",")] if isinstance(names, str) else list(names)
        plain = [getattr(values, "values", values) for values in sets]
        choices.append([dict(zip(names, v if len(names) > 1 else [v], strict=True)) for v in plain])
    for chosen in itertools.product(*choices):
        function(**{name: value for values in chosen for name, value in values.items()})


def recorded(function: Callable[[], None]) -> dict[str, float]:
    """Largest dual by constraint of a test that is run."""
    with toys.recording() as duals:
        function()
    return duals


def test_every_constraint_binds_in_some_hand_worked_system(notes: Path) -> None:
    own, shared = own_constraints(), shared_constraints()
    assert {"hydro_cascade.water_balance", "capacity_share.requirement"} <= own
    assert {"output_limit", "capacity_balance"} <= shared
    known = noted(notes)
    others = hand_worked_tests({(stem, name) for stem, name, _ in known})
    for duals in itertools.chain((duals for _, _, duals in known), map(recorded, others)):
        binding = {name for name, dual in duals.items() if dual > FELT}
        own -= binding
        shared -= {name.split(".")[-1] for name in binding}
        if not own | shared:
            break
    silent = own | shared
    assert not silent, f"never binding in any hand-worked system: {', '.join(sorted(silent))}"
