"""A working copy: complete, whole or not at all, and never over anything."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs import shipped
from pzh_energy.inputs.datapackage import read_datapackage
from tests.systems import ROOT


def test_the_copy_holds_every_scenario_and_sound_data(tmp_path: Path) -> None:
    folder = shipped.make_copy(tmp_path / "a" / "copy", {"notes/x.txt": "hello"})
    for part in ("scenarios", "scenarios/sweeps"):
        names = {path.name for path in (ROOT / part).glob("*.yaml")}
        assert names and {path.name for path in (folder / part).iterdir() if path.is_file()} == names
    assert read_datapackage(folder / "data").hashes == read_datapackage(ROOT / "data").hashes
    assert (folder / "notes/x.txt").read_text() == "hello"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    assert (shipped.make_copy(tmp_path / "copy") / "data").is_dir()


def test_a_folder_with_anything_in_it_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("mine")
    with pytest.raises(InputError, match="is not empty"):
        shipped.make_copy(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".hidden"]


def test_a_file_in_the_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(InputError, match="is not a folder"):
        shipped.make_copy(tmp_path / "copy")


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(OSError, match="no space"):
        shipped.make_copy(tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_an_installed_package_uses_what_came_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "pzh_energy"
    for part in shipped.PARTS:
        (package / "shipped" / part).mkdir(parents=True)
    monkeypatch.setattr(shipped, "PACKAGE", package)
    assert shipped.shipped_root() == package / "shipped"
    shutil.rmtree(package / "shipped")
    with pytest.raises(InputError, match="Install the program from a wheel"):
        shipped.shipped_root()
