"""An imported series in a data package: index, files and descriptor agree; a failure leaves all as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.datapackage import read_datapackage
from pzh_energy.inputs.package_editing import Imported, put_series
from pzh_energy.inputs.profiles import write_series
from tests.systems import ROOT

RAMP = np.linspace(0.0, 1.0, 8760)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the committed package."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


def wind(weather: str, values: np.ndarray = RAMP, series: str = "wind_ridge", unit: str = "1") -> Imported:
    return Imported(series, weather, values, unit, "C", "a mast")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_series_takes_the_place_of_the_generated_one(data: Path) -> None:
    path = put_series(data, wind("normal"))
    package = read_datapackage(data)
    np.testing.assert_allclose(package.series["wind_ridge", "normal"], RAMP, rtol=1e-5, atol=1e-9)
    (entry,) = (e for e in package.series_index if (e.series, e.weather) == ("wind_ridge", "normal"))
    assert (entry.kind, entry.grade, entry.source, entry.seed) == ("imported", "C", "a mast", None)
    assert path == data / entry.file
    assert "wind_ridge" not in (data / "series/normal.csv").read_text().split("\n", 1)[0]
    assert [each.name for each in data.parent.iterdir()] == ["data"]


def test_what_is_generated_can_still_be_made_anew(data: Path) -> None:
    before = np.asarray(read_datapackage(data).series["pv_utility", "normal"])
    put_series(data, wind("normal"))
    write_series(data)
    package = read_datapackage(data)
    np.testing.assert_array_equal(package.series["pv_utility", "normal"], before)
    np.testing.assert_allclose(package.series["wind_ridge", "normal"], RAMP, rtol=1e-5, atol=1e-9)


def test_a_new_weather_year_shares_the_rest(data: Path) -> None:
    put_series(data, wind("windy"), rest_from="dry")
    package = read_datapackage(data)
    assert {name for name, year in package.series if year == "windy"} == {n for n, y in package.series if y == "dry"}
    np.testing.assert_array_equal(package.series["small_hydro", "windy"], package.series["small_hydro", "dry"])
    np.testing.assert_array_equal(package.series["wind_ridge", "dry"], package.series["wind_ridge", "normal"])
    write_series(data)
    assert read_datapackage(data).series.keys() == package.series.keys()


def test_an_imported_series_can_be_imported_again(data: Path) -> None:
    put_series(data, wind("normal"))
    put_series(data, wind("normal", RAMP[::-1]))
    assert read_datapackage(data).series["wind_ridge", "normal"][0] == 1


@pytest.mark.parametrize(
    ("imported", "rest_from", "message"),
    [
        (wind("windy"), None, "no weather year 'windy' yet"),
        (wind("windy"), "drye", 'no weather year .drye.. Did you mean "dry"'),
        (wind("normal"), "dry", "is there already"),
        (wind("normal", series="wind_rigde"), None, 'Did you mean "wind_ridge"'),
        (wind("normal", unit="m3/s"), None, "is in 1, not in m3/s"),
        (wind("normal", values=RAMP - 0.5), None, "below 0"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(
    data: Path, imported: Imported, rest_from: str | None, message: str
) -> None:
    before = contents(data)
    with pytest.raises(InputError, match=message):
        put_series(data, imported, rest_from)
    assert contents(data) == before
    assert [each.name for each in data.parent.iterdir()] == ["data"]
