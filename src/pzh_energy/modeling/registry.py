"""Finds technologies and targets by scanning their packages: a file is all it takes to add one."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from pzh_energy.domain.errors import RuleError


def technologies() -> dict[str, Any]:
    """Every technology by key, sorted."""
    return _scan("pzh_energy.technologies")


def targets() -> dict[str, Any]:
    """Every target metric by key, sorted."""
    return _scan("pzh_energy.targets")


@cache
def _scan(package: str) -> dict[str, Any]:
    """The component of every public module of a package; RuleError for a module without exactly one."""
    found: dict[str, Any] = {}
    names = sorted(info.name for info in pkgutil.iter_modules(importlib.import_module(package).__path__))
    for name in names:
        if name.startswith("_"):
            continue
        module = importlib.import_module(f"{package}.{name}")
        classes = [c for c in vars(module).values() if isinstance(c, type) and getattr(c, "key", None) == name]
        if len(classes) != 1:
            raise RuleError(f"{package}.{name}: expected one class with key = {name!r}, found {len(classes)}")
        found[name] = classes[0]()
    return found
