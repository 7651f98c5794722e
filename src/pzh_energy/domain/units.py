"""Conversion constants, named after what they convert: multiply by X_PER_Y to go from Y to X.

>>> 13.6 * MWH_PER_TWH  # MWh in 13.6 TWh
13600000.0
>>> 4500 * MILLION_CNY_PER_MW_AT_CNY_PER_KW  # million CNY for one MW at 4500 CNY/kW
4.5
>>> round(52 / MWH_PER_TONNE_HYDROGEN, 4)  # MWh of electricity for one MWh of hydrogen, at 52 kWh/kg
1.5602
"""

from __future__ import annotations

from typing import Final

HOURS_PER_YEAR: Final = 8760
"""The model's year: 365 days, no leap day."""

MWH_PER_TWH: Final = 1e6
MWH_PER_GWH: Final = 1e3

CNY_PER_MILLION_CNY: Final = 1e6

KILOTONNES_PER_TONNE: Final = 1e-3

MILLION_CNY_PER_MW_AT_CNY_PER_KW: Final = 1e-3
"""One CNY/kW in million CNY/MW: 1000 kW/MW, 1e-6 million CNY/CNY."""

MWH_PER_TONNE_HYDROGEN: Final = 33.33
"""Lower heating value of hydrogen; the same number is kWh/kg (120.0 MJ/kg)."""
