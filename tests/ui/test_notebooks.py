"""The notebooks are stored without outputs, speak both languages, and run from top to bottom."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_the_tutorials_are_there() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "01_first_run",
        "02_compare_scenarios",
        "03_targets_and_prices",
        "04_hydro_and_storage",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_stored_without_outputs_and_readable_in_both_languages(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.cell_type != "code" or (cell.outputs == [] and cell.execution_count is None)
    first = notebook.cells[0]
    assert first.cell_type == "markdown" and len(re.findall("[\u4e00-\u9fff]", first.source)) > 20
    assert sum(cell.cell_type == "markdown" for cell in notebook.cells) >= 4


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_runs_from_top_to_bottom_and_shows_something(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PZH_RESOLUTION", "segments:24")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.read(path, as_version=4)
    before = {p.relative_to(ROOT) for p in (ROOT / "notebooks").rglob("*")}
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert {p.relative_to(ROOT) for p in (ROOT / "notebooks").rglob("*")} == before
    shown = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs]
    assert len(shown) >= 3
