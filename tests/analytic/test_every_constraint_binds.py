"""No constraint is stated that no hand-worked system ever feels.

What must bind is read from the sources: every constraint a technology or the balance states, those of the shared
modules in each technology that calls them, and the requirement of every metric. Each of these must have had a dual that
is not zero in some hand-worked test; those not run in this process yet are run here, until none is missing.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pzh_energy
from pzh_energy.modeling import registry
from tests import toys

SOURCES = Path(pzh_energy.__file__).parent
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


def modules_called_by(path: Path) -> list[str]:
    """Modules of `modeling` whose declaring functions, `add_…`, a source file imports."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)]
    declaring = [str(node.module) for node in nodes if any(name.name.startswith("add_") for name in node.names)]
    return [place.rsplit(".", 1)[1] for place in declaring if place.startswith("pzh_energy.modeling.")]


def stated_constraints() -> set[str]:
    """Every constraint there is, named as in the duals; a target's by its metric."""
    shared = {path.stem: constraints_of(path) for path in (SOURCES / "modeling").glob("*.py")}
    requirement = shared.pop("target")
    stated = {"electricity_balance"} | {f"{metric}.{name}" for metric in registry.targets() for name in requirement}
    for key in registry.technologies():
        path = SOURCES / "technologies" / f"{key}.py"
        called = [name for module in modules_called_by(path) for name in shared.get(module, [])]
        stated |= {f"{key}.{name}" for name in [*constraints_of(path), *called]}
    return stated


def hand_worked_tests() -> Iterator[tuple[tuple[str, str], Callable[[], None]]]:
    """Every test function of this folder but those of this file, by file and name; those already run come first."""
    found: dict[tuple[str, str], Callable[[], None]] = {}
    for path in sorted(FOLDER.glob("test_*.py")):
        if path == Path(__file__):
            continue
        module = importlib.import_module(f"tests.analytic.{path.stem}")
        for name, function in vars(module).items():
            if name.startswith("test_"):
                assert not inspect.signature(function).parameters, f"{path.name}: {name} takes arguments"
                found[path.stem, name] = function
    yield from sorted(found.items(), key=lambda item: item[0] not in toys.felt)


def duals_of(test: tuple[str, str], function: Callable[[], None]) -> dict[str, float]:
    """Largest dual by constraint of a test; it is run if it has not been."""
    if test not in toys.felt:
        with toys.recording() as toys.felt[test]:
            function()
    return toys.felt[test]


def test_every_constraint_binds_in_some_hand_worked_system() -> None:
    silent = stated_constraints()
    assert {"wind.output_limit", "hydro_cascade.water_balance", "capacity_share.requirement"} <= silent
    for test, function in hand_worked_tests():
        if not silent:
            break
        silent -= {name for name, dual in duals_of(test, function).items() if dual > FELT}
    assert not silent, f"never binding in any hand-worked system: {', '.join(sorted(silent))}"
