"""Imports go down, and technologies and targets know neither each other nor one another. Read from the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.systems import ROOT

SOURCE = ROOT / "src" / "pzh_energy"
LAYERS = (
    ("domain",),
    ("inputs",),
    ("modeling",),
    ("technologies", "targets"),
    ("optimization",),
    ("analysis",),
    ("reporting",),
    ("api",),
    ("studies",),
    ("commands", "notebook"),
    ("cli",),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
MODULES = sorted(
    path for path in SOURCE.rglob("*.py") if path.relative_to(SOURCE).as_posix() not in ("__init__.py", "__main__.py")
)


def name_of(path: Path) -> str:
    """Module name below the package, `technologies.wind`."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """Modules of the package that a file imports, anywhere in it, as `technologies.wind`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            base = node.module or ""
            found.add(base)
            found.update(f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    known = {name_of(module) for module in MODULES}
    own = {name.removeprefix("pzh_energy.") for name in found if name.startswith("pzh_energy.")}
    return {name for name in own if name in known}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_down_only(path: Path) -> None:
    package = name_of(path).split(".")[0]
    for module in imported(path):
        other = module.split(".")[0]
        assert other == package or LEVEL[other] < LEVEL[package], f"{name_of(path)} imports {module}"


@pytest.mark.parametrize(
    "path", [m for m in MODULES if name_of(m).startswith(("technologies.", "targets."))], ids=name_of
)
def test_components_know_nothing_of_each_other(path: Path) -> None:
    package = name_of(path).split(".")[0]
    for module in imported(path):
        if module.startswith((f"{package}.", "technologies.", "targets.")):
            assert module.split(".")[-1].startswith("_"), f"{name_of(path)} imports {module}"


@pytest.mark.parametrize("path", [m for m in MODULES if name_of(m).startswith("reporting")], ids=name_of)
def test_reporting_never_sees_pyomo(path: Path) -> None:
    assert "pyomo" not in {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in (node.names if isinstance(node, ast.Import) else [ast.alias(node.module or "")])
    }


STATES_RULES = [
    m for m in MODULES if name_of(m).split(".")[0] in ("technologies", "targets", "modeling", "optimization")
]


@pytest.mark.parametrize("path", STATES_RULES, ids=name_of)
def test_no_generator_filters_by_identity(path: Path) -> None:
    """`sum(x[j] for j in J if j is not i)` cannot be refused while it runs: two symbols are never identical."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.GeneratorExp):
            for test in (test for loop in node.generators for test in loop.ifs):
                identity = [
                    part
                    for part in ast.walk(test)
                    if isinstance(part, ast.Compare)
                    and isinstance(part.ops[0], ast.Is | ast.IsNot)
                    and not isinstance(part.comparators[0], ast.Constant)
                ]
                assert not identity, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("first", ["api", "modeling.registry"])
def test_pyomo_brings_nothing_along_that_nobody_uses(first: str) -> None:
    """With scipy it would import scipy.stats, half a second of every run, and with matplotlib pyplot, a tenth."""
    named = ("scipy.stats", "matplotlib.pyplot")
    code = (
        f"import sys, pzh_energy.{first}, scipy.sparse, matplotlib.figure; print([m in sys.modules for m in {named}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[False, False]"
