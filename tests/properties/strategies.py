"""Random but feasible variants of the committed system, on a few steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import Phase, settings
from hypothesis import strategies as st

from pzh_energy.inputs.datapackage import DataPackage
from pzh_energy.inputs.system import SystemData
from tests.systems import RICH, package, scaled, system, with_weather

FEW = settings(max_examples=3, derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate))
"""Each example is one or more solves of some tenths of a second, so failures are not shrunk either."""

STEPS = st.sampled_from(["{every: 730h}", "{every: 611h}", "{every: 1000h}", "{segments: 13}"])


@dataclass(frozen=True)
class Variant:
    """Factors on the committed data, and how much of the water the second weather year has."""

    water: float
    dry: float
    demand: float
    solar_capex: float
    wind_capex: float
    export_limit: float

    def package(self) -> DataPackage:
        """The committed package, changed."""
        base = package()
        water = {key: v * (self.water if key[0].startswith("inflow") else 1.0) for key, v in base.series.items()}
        less = {"inflow": self.dry, "small_hydro": 0.9, "wind": 0.95, "pv": 0.9, "load": 1.0}
        changed = with_weather(replace(base, series=water), "dry", less)
        changed = scaled(changed, "electricity_demand", "base_energy", self.demand)
        changed = scaled(changed, "solar_pv", "capex", self.solar_capex)
        changed = scaled(changed, "wind", "capex", self.wind_capex)
        return scaled(changed, "grid_exchange", "export_limit", self.export_limit)


VARIANTS = st.builds(
    Variant,
    water=st.floats(0.9, 1.1),
    dry=st.floats(0.85, 1.0),
    demand=st.floats(0.8, 1.4),
    solar_capex=st.floats(0.5, 1.2),
    wind_capex=st.floats(0.4, 1.2),
    export_limit=st.floats(0.7, 1.3),
)
OF_ENERGY = ("T01", "T02", "T03", "T09")
PRICED = tuple(f"targets.{name}.{assignment}" for name in OF_ENERGY for assignment in ("mode=priced", "price=1"))
"""Shares and intensities may be missed at a million CNY per ktce: not every random city can meet them."""
ANYWHERE = (*RICH, *PRICED)
REPORTED = (*RICH, *(f"targets.{name}.mode=report" for name in OF_ENERGY))
"""Where nothing but the balances may hold the demand."""
LIKELY = st.sampled_from([0.25, 0.5, 0.75])
DISPATCH = st.sampled_from(["scheduled", "free"])


def system_on(variant: Variant, steps: str, likely: float, dispatch: str) -> SystemData:
    """A system with two weather years on a random package, step length and dispatch."""
    weather = f"weather={{normal: {{probability: {likely}}}, dry: {{probability: {1 - likely}}}}}"
    assignments = [f"resolution={steps}", weather, f"technologies.hydro_cascade.dispatch={dispatch}", *PRICED]
    return system(assignments, variant.package())
