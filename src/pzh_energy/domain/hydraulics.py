"""Water to power, and flow to volume."""

from __future__ import annotations

import math
from typing import Final

GRAVITY_M_PER_S2: Final = 9.81

MILLION_M3_PER_M3_PER_S_HOUR: Final = 0.0036
"""Volume (million m3) that a flow of 1 m3/s carries in one hour: 3600 s / 1e6.

>>> round(1000 * 24 * MILLION_M3_PER_M3_PER_S_HOUR, 6)  # million m3 in a day at 1000 m3/s
86.4
"""


def specific_production_mw_per_m3_per_s(head_m: float, efficiency: float) -> float:
    """Power (MW) of one m3/s through turbine, generator and transformer: 9.81 kN/m3 x efficiency x head / 1000.

    head_m: net head in m, above zero; efficiency: within (0, 1]. Raises ValueError outside of these.

    >>> round(specific_production_mw_per_m3_per_s(165.0, 0.91), 4)
    1.473
    """
    if not head_m > 0 or not math.isfinite(head_m):
        raise ValueError(f"head_m {head_m} is not a finite number above 0")
    if not 0 < efficiency <= 1:
        raise ValueError(f"efficiency {efficiency} is not within (0, 1]")
    return GRAVITY_M_PER_S2 * efficiency * head_m / 1000.0
