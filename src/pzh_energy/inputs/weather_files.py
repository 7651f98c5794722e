"""Output of PV and wind from an EnergyPlus weather file (EPW), a typical meteorological year; needs pvlib."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pzh_energy.domain.errors import InputError, Problem
from pzh_energy.inputs.importing import Place, on_package_year
from pzh_energy.inputs.profiles import FloatArray

CUT_IN_M_PER_S, RATED_M_PER_S, CUT_OUT_M_PER_S = 3.0, 11.0, 25.0
"""Power curve of a turbine for moderate winds (engineering figures, grade C)."""
MEASURED_AT_M = 10.0
"""Height of the wind speed in an EPW file."""


def read_epw(path: Path) -> tuple[pd.DataFrame, Place]:
    """Hours of an EPW file, stamped at their beginning with their zone, and where it was measured.

    Raises InputError without pvlib, and for a file that is none.
    """
    try:
        from pvlib.iotools import read_epw as reader
    except ImportError:
        remedy = 'Install it: python -m pip install "pzh-energy[weather]".'
        raise InputError([Problem(str(path), "EPW files are read by pvlib, which is not installed.", remedy)]) from None
    if not path.is_file():
        raise InputError([Problem(str(path), "there is no such file.", "Check the name.")])
    try:
        # months of a typical year come from several years: one common year without a leap day
        data, about = reader(str(path), coerce_year=2023)
    except (ValueError, KeyError, IndexError, UnicodeDecodeError) as error:
        raise InputError([Problem(str(path), f"cannot be read as EPW: {error}.", "Is it an EPW file?")]) from None
    return data, Place(float(about["latitude"]), float(about["longitude"]))


def pv_from_epw(path: Path, tilt: float, performance_ratio: float, maximum_output: float) -> tuple[FloatArray, Place]:
    r"""AC output per DC kW (8760,) of a fixed plant facing the equator, and the place.

        output = min(maximum_output, performance_ratio · irradiance on the panel / 1 kW/m²)

    tilt: deg. Irradiance by the sky model of Hay and Davies (pvlib), the sun at the middle of the hour. Assumption:
    temperature is part of the performance ratio, as in the generated series.
    """
    from pvlib import irradiance, solarposition

    data, place = read_epw(path)
    middle = pd.DatetimeIndex(data.index).shift(1, "30min")
    position: Any = solarposition.get_solarposition(middle, place.latitude, place.longitude)
    total: Any = irradiance.get_total_irradiance(
        tilt,
        180.0 if place.latitude >= 0 else 0.0,
        position["apparent_zenith"].to_numpy(),
        position["azimuth"].to_numpy(),
        data["dni"].to_numpy(float),
        data["ghi"].to_numpy(float),
        data["dhi"].to_numpy(float),
        dni_extra=irradiance.get_extra_radiation(middle).to_numpy(),
        model="haydavies",
    )
    panel = np.nan_to_num(np.asarray(total["poa_global"], float)) / 1e3
    panel = np.where(position["elevation"].to_numpy() > 0, np.maximum(panel, 0.0), 0.0)
    output = np.minimum(maximum_output, performance_ratio * panel)
    return on_package_year(pd.Series(output, index=data.index), str(path)), place


def wind_from_epw(path: Path, hub_height_m: float, shear_exponent: float) -> FloatArray:
    r"""Output per kW (8760,) of a turbine at hub height.

        v = v_10 (h / 10 m)^α,   output = (v³ - v_in³) / (v_r³ - v_in³) between cut-in and rated speed, 1 to cut-out

    Assumptions: power law of the wind profile, one turbine without wake or icing, air of standard density. Stations of
    weather files often lie in valleys: compare the full-load hours with a wind park nearby before using them.
    """
    data, _ = read_epw(path)
    speed = data["wind_speed"].to_numpy(float) * (hub_height_m / MEASURED_AT_M) ** shear_exponent
    rising = (speed**3 - CUT_IN_M_PER_S**3) / (RATED_M_PER_S**3 - CUT_IN_M_PER_S**3)
    output = np.where(speed > CUT_OUT_M_PER_S, 0.0, np.clip(rising, 0.0, 1.0))
    return on_package_year(pd.Series(output, index=data.index), str(path))
