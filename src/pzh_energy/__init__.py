"""Plan the energy system of a hydro-rich city and hold the plan against its targets.

In a notebook:

    import pzh_energy as pz

    r = pz.solve("scenarios/baseline.yaml")      # a `Solved`; shows itself as its scorecard
    r.scorecard, r.capacity, r.costs             # pandas, units in the column names
    r.data                                       # everything as one xarray Dataset, units in attrs
    r.plot.dispatch(2030, "Aug")                 # matplotlib figures
    pz.compare(r, pz.load_results("results/dry_years"))
    pz.sweep("scenarios/sweeps/share_margin.yaml").data   # many cases as one xarray Dataset over what was varied

Nothing is printed, nothing is written unless `r.save(folder)` is called. What takes long to import is imported when it
is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pzh_energy.domain.errors import InfeasibleError as InfeasibleError
    from pzh_energy.domain.errors import InputError as InputError
    from pzh_energy.domain.errors import PzhError as PzhError
    from pzh_energy.notebook import Solved as Solved
    from pzh_energy.notebook import compare as compare
    from pzh_energy.notebook import load_results as load_results
    from pzh_energy.notebook import sensitivity as sensitivity
    from pzh_energy.notebook import solve as solve
    from pzh_energy.notebook import sweep as sweep

_PLACES = {
    "InfeasibleError": "domain.errors",
    "InputError": "domain.errors",
    "PzhError": "domain.errors",
    "Solved": "notebook",
    "compare": "notebook",
    "load_results": "notebook",
    "sensitivity": "notebook",
    "solve": "notebook",
    "sweep": "notebook",
}

__all__ = sorted(_PLACES)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'pzh_energy' has no attribute {name!r}. It offers: {', '.join(__all__)}")
    return getattr(import_module(f"pzh_energy.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
