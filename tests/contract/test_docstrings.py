"""The documentation of the mathematics is complete: every row has its equation, every variable its symbol.

What a component says of itself counts, and what the shared modules say that it calls.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from pzh_energy.modeling import registry
from pzh_energy.modeling.ledger import LEDGERS
from pzh_energy.modeling.model import Declaration
from pzh_energy.optimization.assemble import assemble
from tests.systems import OPTIONS, RICH, rich_package, system

TAG = re.compile(r"\\text\{\(([a-z0-9_]+)\)\}")
HEADING = re.compile(r"^([A-Z][A-Za-z ]*)\n-{3,}$", re.MULTILINE)
SHARED = "pzh_energy.modeling."
PRIVATE = "pzh_energy.technologies._"
CLOSING = "pzh_energy.optimization.assemble"
TARGETS = "pzh_energy.modeling.target"


@cache
def declarations() -> dict[str, Declaration]:
    """Everything the rich system declares, and what its options add."""
    rich, optional = assemble(system(RICH, rich_package())), assemble(system(OPTIONS, rich_package()))
    return {**optional.model.declarations, **rich.model.declarations}


def declared(key: str, kind: str) -> list[str]:
    """Short names of one kind that a block declares."""
    return [
        name.partition(".")[2] for name, d in declarations().items() if name.startswith(f"{key}.") and d.kind == kind
    ]


def module_of(component: object) -> ModuleType:
    """The module a component stands in."""
    module = inspect.getmodule(type(component))
    assert module is not None
    return module


def called(module: ModuleType) -> list[ModuleType]:
    """A module, its private helpers, and the shared modules of which it calls an `add_…` function."""
    assert module.__file__
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    names = [
        node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and ((node.module or "").startswith(PRIVATE) or any(alias.name.startswith("add_") for alias in node.names))
    ]
    return [module, *(importlib.import_module(name) for name in names)]


def sections(module: ModuleType) -> dict[str, str]:
    """Text of a module's docstring by heading; what comes before the first one under the empty heading."""
    parts = HEADING.split(inspect.cleandoc(module.__doc__ or ""))
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def tags(modules: list[ModuleType]) -> set[str]:
    """Names of the equations of some modules."""
    return {name for module in modules for name in TAG.findall(module.__doc__ or "")}


def generic(key: str, name: str) -> str:
    """A name that `add_capacity` made from its kind of capacity, as the shared module writes it.

    A kind is known by its `operating_` variable: `energy_capacity_balance` is the `capacity_balance` of the kind
    `energy_capacity`. Names of other components are left as they are.
    """
    kinds = [v.removeprefix("operating_") for v in declared(key, "variable") if v.startswith("operating_")]
    for kind in kinds:
        for pattern in ("{}", "new_{}", "operating_{}", "{}_balance", "operating_{}_balance", "{}_growth_limit"):
            if name == pattern.format(kind):
                return pattern.format("capacity")
    return name


TECHNOLOGIES = sorted(registry.technologies())


@pytest.mark.parametrize("key", TECHNOLOGIES)
def test_a_technology_says_its_equations_symbols_assumptions_and_sources(key: str) -> None:
    technology = registry.technologies()[key]
    module = module_of(technology)
    found = sections(module)
    assert found[""].strip().split("\n")[0].endswith((".", ":")), "the first line is one sentence"
    wanted = {"Symbols", "Assumptions"} | ({"Equations"} if declared(key, "constraint") else set())
    assert wanted <= set(found)
    for table in technology.tables:
        assert f"`{table}`" in (module.__doc__ or ""), f"{table} is not named as a source"
    assert "Source" in (module.__doc__ or "")


@pytest.mark.parametrize("key", TECHNOLOGIES)
def test_every_constraint_has_an_equation_with_its_name(key: str) -> None:
    known = tags(called(module_of(registry.technologies()[key])))
    for name in declared(key, "constraint"):
        assert generic(key, name) in known, f"{key}.{name} has no equation"


@pytest.mark.parametrize("key", TECHNOLOGIES)
def test_every_equation_of_a_technology_has_a_constraint(key: str) -> None:
    names = {generic(key, name) for name in declared(key, "constraint")}
    assert tags([module_of(registry.technologies()[key])]) <= names


@pytest.mark.parametrize("key", TECHNOLOGIES)
def test_every_variable_and_expression_has_a_symbol(key: str) -> None:
    symbols = "".join(sections(m).get("Symbols", "") for m in called(module_of(registry.technologies()[key])))
    for kind in ("variable", "expression"):
        for name in declared(key, kind):
            assert f"`{generic(key, name)}`" in symbols, (
                f"{key}.{name} [{declarations()[f'{key}.{name}'].unit}] has no symbol"
            )


@pytest.mark.parametrize("name", ["capacity", "variable_generation", "target"])
def test_every_equation_of_a_shared_module_has_a_constraint(name: str) -> None:
    module = importlib.import_module(f"pzh_energy.modeling.{name}")
    rows = [full.partition(".") for full, d in declarations().items() if d.kind == "constraint"]
    declared_names = {generic(key, short) for key, _, short in rows}
    found = tags([module])
    assert found
    assert found <= declared_names
    assert {"Equations", "Symbols"} <= set(sections(module))


def test_the_rows_of_targets_and_balances_have_equations() -> None:
    assert tags([importlib.import_module(TARGETS)]) == {"requirement"}
    assert tags([importlib.import_module(CLOSING)]) == {"electricity_balance", "hydrogen_balance"}
    rows = {d.name for d in declarations().values() if d.kind == "constraint" and "." not in d.name}
    assert rows == {"electricity_balance", "hydrogen_balance"}
    symbols = sections(importlib.import_module(TARGETS))["Symbols"]
    assert "`shortfall`" in symbols


@pytest.mark.parametrize("key", sorted(registry.targets()))
def test_a_metric_says_its_formula_and_the_ledger_it_reads(key: str) -> None:
    text = module_of(registry.targets()[key]).__doc__ or ""
    assert ".. math::" in text
    assert re.search(r"Sources?:", text)
    assert any(re.search(rf"\b{kind.name}\b", text) for kind in LEDGERS)


@pytest.mark.parametrize("key", [*TECHNOLOGIES, *sorted(registry.targets())])
def test_every_option_says_what_it_does(key: str) -> None:
    component = registry.technologies().get(key) or registry.targets()[key]
    own = {k: f for k, f in component.Spec.model_fields.items() if k in vars(component.Spec).get("__annotations__", {})}
    for name, field in own.items():
        texts = (component.Spec.__doc__ or "", module_of(component).__doc__ or "")
        assert field.description or any(re.search(rf"`{name}[`:]", text) for text in texts) or name == "metric"
