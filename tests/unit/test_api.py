"""The way from a scenario to results: what it refuses on that way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xarray as xr

from pzh_energy import api

TINY = Path(__file__).parents[2] / "scenarios" / "tiny.yaml"


def test_results_with_different_labels_are_not_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sum over two years and over the first of them would silently be that of the first: it ends the run."""

    def careless(results: Any, *_: Any) -> tuple[()]:
        weight = results["weight"]
        assert len(weight + weight.isel(period=slice(1))) == 1
        return ()

    monkeypatch.setattr(api, "findings", careless)
    with xr.set_options(arithmetic_join="inner"):
        with pytest.raises(xr.AlignmentError):
            api.solve(TINY)
        assert xr.get_options()["arithmetic_join"] == "inner"
