"""The scenarios and the data that come with the program, and a working copy of them to edit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from pzh_energy.domain.errors import InputError, Problem

PARTS = ("scenarios", "data")
PACKAGE = Path(__file__).resolve().parents[1]
"""The folder of the package itself."""


def shipped_root() -> Path:
    """The folder that holds `scenarios` and `data`: inside an installed package, or the checkout it runs from.

    InputError if neither is there, as in a package built without them.
    """
    # of a checkout: src/pzh_energy two levels below what holds scenarios and data
    candidates = (PACKAGE / "shipped", *PACKAGE.parents[1:2])
    for root in candidates:
        if all((root / part).is_dir() for part in PARTS):
            return root
    what = f"holds no {' and '.join(PARTS)}."
    raise InputError([Problem(str(PACKAGE), what, "Install the program from a wheel or run it from a checkout.")])


def make_copy(folder: Path, more: Mapping[str, str] | None = None) -> Path:
    """A copy of the shipped scenarios and data in a new or empty folder, whole or not at all; returns its path.

    more: further text files by their relative path. InputError for a place that is not free, OSError if the disk
    refuses.
    """
    folder = Path(os.path.realpath(folder))
    remedy = "Name a new folder, or empty this one."
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem(str(folder), "is not a folder.", remedy)])
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError([Problem(str(folder), "is not empty; nothing in it is overwritten.", remedy)])
    root = shipped_root()
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    try:
        for part in PARTS:
            shutil.copytree(root / part, partial / part, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        for name, text in (more or {}).items():
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            (partial / name).write_text(text, encoding="utf-8")
        if folder.is_dir():
            folder.rmdir()  # empty, as was seen above; a file that came since makes this fail, and is kept
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder
