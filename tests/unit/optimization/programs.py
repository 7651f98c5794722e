"""Small random linear programs with the structure of the real ones, made without any model.

Every period and weather case has a ring of steps. Plants give at most their capacity times an availability, storages
carry over, a line sells up to a yearly limit, shedding keeps all feasible, capacities only grow.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from pzh_energy.modeling.compiler import LinearProgram
from pzh_energy.modeling.compiler.program import Slice


@dataclass(frozen=True)
class Shape:
    """What a program is like. rough: powers of ten that units are spread over; idle: plants that cannot be built."""

    periods: int = 2
    weather: int = 1
    steps: int = 6
    plants: int = 2
    storages: int = 1
    rough: float = 0.0
    idle: int = 0
    degenerate: bool = False


@dataclass
class Maker:
    """Collects columns and rows of a program under names."""

    columns: list[Slice] = field(default_factory=list)
    rows: list[Slice] = field(default_factory=list)
    bounds: list[tuple[float, float, float]] = field(default_factory=list)
    limits: list[tuple[float, float]] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)

    def variable(self, name: str, dimensions: tuple[str, ...], shape: tuple[int, ...]) -> np.ndarray:
        """New columns; their numbers in the shape of their dimensions. Bounds and cost are added by `bound`."""
        place = Slice(name, len(self.bounds), shape, dimensions, tuple(tuple(range(n)) for n in shape))
        self.columns.append(place)
        self.bounds += [(0.0, np.inf, 0.0)] * place.size
        return np.arange(place.start, place.stop).reshape(shape)

    def bound(self, column: int, lower: float, upper: float, cost: float) -> None:
        """Bounds and cost of a column."""
        self.bounds[column] = (lower, upper, cost)

    def constraint(self, name: str, dimensions: tuple[str, ...], shape: tuple[int, ...]) -> np.ndarray:
        """New rows, without limits until `limit`."""
        place = Slice(name, len(self.limits), shape, dimensions, tuple(tuple(range(n)) for n in shape))
        self.rows.append(place)
        self.limits += [(-np.inf, np.inf)] * place.size
        return np.arange(place.start, place.stop).reshape(shape)

    def limit(self, row: int, lower: float, upper: float, *terms: tuple[int, float]) -> None:
        """Limits and coefficients of a row."""
        self.limits[row] = (lower, upper)
        self.entries += [(row, int(column), value) for column, value in terms]

    def program(self, rng: np.random.Generator, rough: float) -> LinearProgram:
        """The program, its rows and columns in units spread over so many powers of ten."""
        row, column, value = (np.array(v) for v in zip(*self.entries, strict=True))
        lower, upper, cost = (np.array(v) for v in zip(*self.bounds, strict=True))
        low, high = (np.array(v) for v in zip(*self.limits, strict=True))
        by_row = 10 ** rng.uniform(-rough / 2, rough / 2, len(low))
        by_column = 10 ** rng.uniform(-rough / 2, rough / 2, len(lower))
        matrix = sp.csr_array((value, (row, column)), shape=(len(low), len(lower)))
        matrix = sp.csr_array(sp.diags_array(by_row) @ matrix @ sp.diags_array(by_column))
        return LinearProgram(
            matrix,
            low * by_row,
            high * by_row,
            lower / by_column,
            upper / by_column,
            cost * by_column,
            3.0,
            tuple(self.columns),
            tuple(self.rows),
        )


def random_program(shape: Shape, seed: int) -> LinearProgram:
    """A feasible, bounded program; the same for the same arguments."""
    rng = np.random.default_rng(seed)
    make = Maker()
    hourly = ("period", "weather", "timestep")
    time = (shape.periods, shape.weather, shape.steps)
    capacity = make.variable("capacity", ("plant", "period"), (shape.plants, shape.periods))
    build = make.variable("build", ("plant", "period"), (shape.plants, shape.periods))
    output = make.variable("output", ("plant", *hourly), (shape.plants, *time))
    shed, sold = make.variable("shed", hourly, time), make.variable("sold", hourly, time)
    size = make.variable("size", ("storage",), (shape.storages,))
    level, charge, discharge = (
        make.variable(name, ("storage", *hourly), (shape.storages, *time)) for name in ("level", "charge", "discharge")
    )
    balance = make.constraint("balance", hourly, time)
    grow = make.constraint("grow", ("plant", "period"), (shape.plants, shape.periods))
    within = make.constraint("within", ("plant", *hourly), (shape.plants, *time))
    carry, full, power = (
        make.constraint(name, ("storage", *hourly), (shape.storages, *time)) for name in ("carry", "full", "power")
    )
    quota = make.constraint("quota", ("period", "weather"), time[:2])
    share = make.constraint("share", ("period",), (shape.periods,))

    def draw(low: float, high: float) -> float:
        value = rng.uniform(low, high)
        return float(np.round(value)) if shape.degenerate else float(value)

    for i in range(shape.plants):
        dead = i < shape.idle
        for p in range(shape.periods):
            make.bound(build[i, p], 0, 0 if dead else draw(5, 9), draw(5, 20))
            before = [(capacity[i, p - 1], -1.0)] if p else []
            make.limit(grow[i, p], 0, 0, (capacity[i, p], 1.0), (build[i, p], -1.0), *before)
    for s in range(shape.storages):
        make.bound(size[s], 0, 50, draw(1, 4))
    for p, w, t in np.ndindex(time):
        make.bound(shed[p, w, t], 0, np.inf, draw(30, 60))
        make.bound(sold[p, w, t], -np.inf if t == 0 else 0, 4, draw(-2, -1) if t else -1.0)
        load = draw(4, 9)
        terms = [(shed[p, w, t], 1.0), (sold[p, w, t], -1.0)]
        for i in range(shape.plants):
            make.bound(output[i, p, w, t], 0, np.inf, draw(0, 5))
            terms.append((output[i, p, w, t], 1.0))
            available = 0.0 if (i + t) % 4 == 3 else draw(0.2, 1)
            make.limit(within[i, p, w, t], -np.inf, 0, (output[i, p, w, t], 1.0), (capacity[i, p], -available))
        for s in range(shape.storages):
            terms += [(charge[s, p, w, t], -1.0), (discharge[s, p, w, t], 1.0)]
            make.limit(
                carry[s, p, w, t],
                0,
                0,
                (level[s, p, w, t], 1.0),
                (level[s, p, w, t - 1], -0.98),
                (charge[s, p, w, t], -0.9),
                (discharge[s, p, w, t], 1.1),
            )
            make.limit(full[s, p, w, t], -np.inf, 0, (level[s, p, w, t], 1.0), (size[s], -1.0))
            both = ((charge[s, p, w, t], 1.0), (discharge[s, p, w, t], 1.0))
            make.limit(power[s, p, w, t], -3.0 * (t % 2 == 0) - 1, 3.0, *both)
        make.limit(balance[p, w, t], load, load, *terms)
    for p, w in np.ndindex(time[:2]):
        most = 2.0 * shape.steps
        make.limit(quota[p, w], -np.inf, most, *((output[0, p, w, t], 1.0) for t in range(shape.steps)))
    for p in range(shape.periods):
        part = [(output[i, p, w, t], 1.0) for i in range(shape.plants) for w, t in np.ndindex(time[1:])]
        unmet = [(shed[p, w, t], 0.5) for w, t in np.ndindex(time[1:])]
        make.limit(share[p], 0.7 * shape.steps * shape.weather, np.inf, *part, *unmet)
    return make.program(rng, shape.rough)
