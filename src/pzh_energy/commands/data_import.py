"""`pzh-opt data import`: an own weather file or hourly series into a data package."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pzh_energy.commands.common import DEBUG, LANGUAGE, chosen_language, readable_errors
from pzh_energy.reporting.texts import say

if TYPE_CHECKING:
    from pzh_energy.inputs.datapackage import DataPackage
    from pzh_energy.inputs.importing import Place
    from pzh_energy.inputs.profiles import FloatArray


class As(StrEnum):
    """What a file holds."""

    wind = "wind"
    solar_pv = "solar_pv"
    inflow = "inflow"
    run_of_river = "run_of_river"
    load = "load"


class Grade(StrEnum):
    """How sure the values are; a plan (A) holds no hourly series."""

    B = "B"
    C = "C"
    D = "D"


GENERATED_AS = {"solar_pv": "pv"}


def data_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, netCDF, or EPW weather file.")],
    kind: Annotated[As, typer.Option("--as", help="What the values are.")],
    into: Annotated[Path, typer.Option(metavar="FOLDER", help="Data package to put them into.")],
    weather: Annotated[str, typer.Option(metavar="NAME", help="Weather year they belong to.")],
    source: Annotated[str, typer.Option(help="Where the values come from.")],
    grade: Annotated[Grade, typer.Option(help="B published, C engineering knowledge, D assumption.")],
    series: Annotated[
        str | None, typer.Option(help="Series they replace.", show_default="the one of that kind")
    ] = None,
    rest_from: Annotated[
        str | None, typer.Option(metavar="NAME", help="Weather year whose other series a new one shares.")
    ] = None,
    column: Annotated[str | None, typer.Option(help="Column or variable of the values.")] = None,
    time_column: Annotated[str | None, typer.Option(help="Column of the time stamps.")] = None,
    unit: Annotated[str | None, typer.Option(help="Unit of the values: 1, %, kW, MW, GW, m3/s, l/s.")] = None,
    capacity: Annotated[
        float | None, typer.Option(metavar="MW", help="Rating behind outputs in kW or MW.", min=0)
    ] = None,
    utc_offset: Annotated[
        int | None, typer.Option(metavar="HOURS", help="Clock of the stamps ahead of UTC.", min=-12, max=14)
    ] = None,
    drop_leap_day: Annotated[bool, typer.Option("--drop-leap-day", help="Leave 29 February out.")] = False,
    hub_height: Annotated[float, typer.Option(metavar="M", help="EPW wind: height of the hub.", min=10)] = 90.0,
    shear: Annotated[float, typer.Option(help="EPW wind: exponent of the wind profile.", min=0, max=1)] = 0.2,
    lang: LANGUAGE = None,
    debug: DEBUG = False,
) -> None:
    """Bring hourly values of your own into a data package, checked for units, gaps, time zone, leap day and night."""
    language = chosen_language(lang)
    with readable_errors(language, debug):
        from pzh_energy.inputs import importing
        from pzh_energy.inputs.datapackage import read_datapackage
        from pzh_energy.inputs.package_editing import Imported, put_series

        package = read_datapackage(into, with_series=False)
        name = series or _only_series(package, kind)
        place = _place(package, name) if kind is As.solar_pv else None
        if file.suffix.lower() == ".epw":
            values, place = _from_epw(file, kind, package, name, hub_height, shear)
        else:
            raw = importing.read_column(file, column, time_column)
            ordered = importing.on_package_year(raw, str(file), utc_offset, drop_leap_day)
            values = importing.in_package_unit(ordered, kind.value, _stated(unit, file), capacity, str(file))
        if place is not None:
            importing.refuse_night_output(values, place, str(file))
        held = importing.OF_PACKAGE.get(kind.value, "1")
        path = put_series(
            into, Imported(name, weather, values, held, grade.value, source, f"from {file.name}"), rest_from
        )
        about = {"mean": float(values.mean()), "highest": float(values.max()), "hours": float(values.sum())}
        key = "import_flow" if kind is As.inflow else "import_load" if kind is As.load else "import_output"
        typer.echo(say(key, language, series=name, weather=weather, **about))
        typer.echo(say("file_written", language, path=path))


def _stated(unit: str | None, file: Path) -> str:
    from pzh_energy.domain.errors import InputError, Problem

    if unit is None:
        raise InputError([Problem(str(file), "does not say the unit of its values.", "State it with --unit.")])
    return unit


def _only_series(package: DataPackage, kind: As) -> str:
    """The one series of a kind that a package has."""
    from pzh_energy.domain.errors import InputError, Problem, near_miss

    wanted = GENERATED_AS.get(kind.value, kind.value)
    known = list(dict.fromkeys(entry.series for entry in package.series_index if entry.kind == wanted))
    if len(known) != 1:
        what = f"the package has {len(known) or 'no'} series of kind {wanted}."
        names = known or dict.fromkeys(entry.series for entry in package.series_index)
        raise InputError([Problem("--series", what, f"Name one. {near_miss('', names)}")])
    return known[0]


def _numbers(package: DataPackage, series: str) -> dict[str, float]:
    """Numbers that the package states for making a series."""
    from pzh_energy.inputs.profiles import TABLE

    rows = (row for row in package.parameters.get(TABLE, ()) if row.item == series and row.unit != "text")
    return {row.parameter: float(row.value) for row in rows}


def _place(package: DataPackage, series: str) -> Place:
    from pzh_energy.domain.errors import InputError, Problem
    from pzh_energy.inputs.importing import Place

    known = _numbers(package, series)
    if not {"latitude", "longitude"} <= set(known):
        what = "states no latitude and longitude, without which the night cannot be told."
        raise InputError([Problem(f"series_parameters.csv {series}", what, "Add them.")])
    return Place(known["latitude"], known["longitude"])


def _from_epw(
    file: Path, kind: As, package: DataPackage, series: str, hub_height: float, shear: float
) -> tuple[FloatArray, Place | None]:
    from pzh_energy.domain.errors import InputError, Problem
    from pzh_energy.inputs.weather_files import pv_from_epw, wind_from_epw

    if kind is As.wind:
        return wind_from_epw(file, hub_height, shear), None
    if kind is not As.solar_pv:
        what = f"a weather file holds no {kind.value}."
        raise InputError([Problem(str(file), what, "Import wind or solar_pv from it.")])
    known = _numbers(package, series)
    missing = [name for name in ("tilt", "performance_ratio", "maximum_output") if name not in known]
    if missing:
        what = f"states no {', '.join(missing)}."
        raise InputError([Problem(f"series_parameters.csv {series}", what, "Add them, with source and grade.")])
    return pv_from_epw(file, known["tilt"], known["performance_ratio"], known["maximum_output"])
