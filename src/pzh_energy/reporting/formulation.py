"""The model's equations as they stand in the docstrings of the modules that state them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from types import ModuleType

from pzh_energy.modeling import registry

PACKAGES = ("pzh_energy.optimization", "pzh_energy.modeling")
"""Where shared mathematics stands; technologies and targets are found by the registry."""
MATH = ".. math::"


def formulation() -> str:
    """The docstrings of everything that states an equation, under the names of their modules."""
    components = [*registry.technologies().values(), *registry.targets().values()]
    modules = [*_with_equations(), *(sys.modules[type(component).__module__] for component in components)]
    return "\n\n".join(_section(module) for module in dict.fromkeys(modules)) + "\n"


def _with_equations() -> list[ModuleType]:
    """Modules of the shared packages whose docstring holds an equation."""
    found = []
    for package in PACKAGES:
        for info in sorted(pkgutil.iter_modules(importlib.import_module(package).__path__), key=lambda each: each.name):
            if not info.ispkg:
                module = importlib.import_module(f"{package}.{info.name}")
                if MATH in (module.__doc__ or ""):
                    found.append(module)
    return found


def _section(module: ModuleType) -> str:
    title = module.__name__.removeprefix("pzh_energy.")
    return f"{title}\n{'=' * len(title)}\n{inspect.cleandoc(module.__doc__ or '')}"
