"""Notes which constraints each hand-worked test feels, and runs the test that reads these notes last."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import toys


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The test of all constraints comes last: it then need not solve anything again."""
    items.sort(key=lambda item: item.name.startswith("test_every_constraint_binds"))


@pytest.fixture(scope="session")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the notes, one file for each process of pytest-xdist: what one has run, no other runs again."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "felt"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def felt(request: pytest.FixtureRequest, notes: Path) -> Iterator[None]:
    """Note the duals of the test by its file and name."""
    with toys.recording() as duals:
        yield
    line = json.dumps([request.path.stem, request.node.originalname, duals])
    with (notes / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
