r"""Exchange with the provincial grid: prices by season and hour, export tiers by yearly volume, limits and losses.

Equations
---------
.. math::
    \sum_k v_{kpw} = 10^{-3} \sum_{l \in L_k} \sum_t \Delta_t\, x_{lpwt}(1 - \epsilon_l) \qquad\text{(tier_fill)}

    \text{revenue}_{pw} = \sum_t \Delta_t\, \pi^{x}_{lpt}\, x_{lpwt}(1 - \epsilon_l)
        - \sum_k (1 - f_k)\, \bar\pi^{x}_{lp}\, v_{kpw}

Symbols
-------
x  `export`, i  `import` at the city's bus [MW], bounded by the yearly limits; v  `export_in_tier`, energy sold in a
tier [GWh/yr], bounded by its width; f  price factor of the tier [1]; π  `export_price`, `import_price` [CNY/MWh];
π̄  mean export price of the year [CNY/MWh]; ε  loss between the bus and the metering point [1].
Prices are season price × time-of-use factor (1 ± spread), the export price also × the midday factor of the year.

Assumptions
-----------
A tier lowers the price of every MWh in it by the same amount, a share of the year's mean price: revenue is concave in
the yearly volume and stays linear, and hours cannot be sorted into tiers. Delivered energy counts: an import of one MWh
at the meter gives (1 − ε) on the bus. In no hour may importing and exporting at once earn money: refused on input.
Sources: data package, tables `grid_exchange`, `export_tiers`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from pzh_energy.domain.errors import Problems
from pzh_energy.domain.units import KILOTONNES_PER_TONNE
from pzh_energy.inputs.calendar import hours_of, month_of_hour
from pzh_energy.inputs.parameters import Parameter
from pzh_energy.inputs.specs import TechnologySpec
from pzh_energy.inputs.system import SystemData
from pzh_energy.modeling.component import Check
from pzh_energy.modeling.model import Block
from pzh_energy.modeling.results import Results

SEASONS = ("wet", "flat", "dry")
LEAST_SPREAD_CNY_PER_MWH = 0.01
"""Below this both flows could run at once at no cost: the answer would not be unique."""
MONTHS = tuple(str(month) for month in range(1, 13))


class Options(TechnologySpec):
    """Options of the exchange: none beyond on and off."""


def _prices(direction: str) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(f"{direction}_price_{season}", "CNY/MWh", f"{direction} price, {season} season", "linear")
        for season in SEASONS
    )


class GridExchange:
    """Import from and export to the provincial grid."""

    key = "grid_exchange"
    Spec = Options
    tables: Mapping[str, tuple[Any, ...]] = {
        "grid_exchange": (
            Parameter("bus", "text", "bus the line ends at"),
            Parameter("export_limit", "MW", "largest export", "linear"),
            Parameter("import_limit", "MW", "largest import", "linear"),
            Parameter("loss", "1", "loss between bus and meter", default=0.0, maximum=0.5),
            *_prices("export"),
            *_prices("import"),
            Parameter("time_of_use_spread", "1", "peak and valley price relative to flat", default=0.0, maximum=0.9),
            Parameter("midday_factor", "1", "factor on the export price at midday", "linear", default=1.0, maximum=1.0),
            Parameter("minimum_spread", "CNY/MWh", "least distance of import over export price", default=0.0),
            Parameter("co2_factor", "t/MWh", "carbon dioxide of imported electricity", default=0.0),
            *(Parameter(f"{season}_months", "text", f"months of the {season} season") for season in SEASONS),
            Parameter("peak_hours", "text", "hours of peak price", default="none"),
            Parameter("valley_hours", "text", "hours of valley price", default="none"),
            Parameter("midday_hours", "text", "hours of the midday factor", default="none"),
        ),
        "export_tiers": (
            Parameter("line", "text", "line the tier belongs to"),
            Parameter("width", "TWh/yr", "energy sold at this tier's price"),
            Parameter("price_factor", "1", "price of the tier relative to the price of the hour", maximum=1.0),
        ),
    }

    def build(self, spec: Options, system: SystemData, block: Block) -> None:
        """Declare the flows and tiers, then post power, money and carbon dioxide."""
        system.check_references("grid_exchange", "bus", system.buses)
        system.check_references("export_tiers", "line", system.items("grid_exchange"))
        prices = {direction: hourly_prices(system, direction) for direction in ("export", "import")}
        _check_prices(system, prices["export"], prices["import"])
        _check_tiers(system)
        lines = block.members("line", system.items("grid_exchange"))
        m = block.model.pyomo
        over = (lines, *block.model.operation)
        flows = {}
        for direction in ("import", "export"):
            limit = block.parameter(
                f"{direction}_limit",
                (lines, m.period),
                system.number("grid_exchange", f"{direction}_limit"),
                "MW",
                "limit",
            )
            flows[direction] = _flow(block, over, direction, limit)
        at = block.at_bus(lines, system.text("grid_exchange", "bus"))
        imported, exported = flows["import"], flows["export"]
        block.post("electricity", "import", +1, over, lambda i, p, w, t: imported[i, p, w, t], "import", {"import"}, at)
        block.post("electricity", "export", -1, over, lambda i, p, w, t: exported[i, p, w, t], "export", {"export"}, at)
        limit = block.block.import_limit
        block.post("available", "import", +1, over, lambda i, p, w, t: limit[i, p], "import limit", {"import"})
        self._post_money(system, block, lines, imported, exported, prices)
        self._add_tiers(system, block, lines, exported, prices["export"])

    def _post_money(
        self, system: SystemData, block: Block, lines: Any, imported: Any, exported: Any, prices: dict[str, np.ndarray]
    ) -> None:
        m = block.model.pyomo
        over = (lines, *block.model.operation)
        priced = (lines, m.period, m.timestep)
        mean = system.calendar.mean
        buy = block.parameter("import_price", priced, mean(prices["import"]), "CNY/MWh", "price of import")
        sell = block.parameter("export_price", priced, mean(prices["export"]), "CNY/MWh", "price of export, first tier")
        kept = block.parameter("kept", (lines,), 1 - system.number("grid_exchange", "loss"), "1", "share not lost")
        carbon = block.parameter("co2_factor", (lines,), system.number("grid_exchange", "co2_factor"), "t/MWh", "CO2")
        block.post(
            "cost",
            "import",
            +1,
            over,
            lambda i, p, w, t: 1e-6 * m.hours[t] * buy[i, p, t] / kept[i] * imported[i, p, w, t],
            "import",
            {"import"},
        )
        block.post(
            "cost",
            "export_revenue",
            -1,
            over,
            lambda i, p, w, t: 1e-6 * m.hours[t] * sell[i, p, t] * kept[i] * exported[i, p, w, t],
            "export at the first tier's price",
            {"export"},
        )
        block.post(
            "co2",
            "import",
            +1,
            over,
            lambda i, p, w, t: KILOTONNES_PER_TONNE * m.hours[t] * carbon[i] / kept[i] * imported[i, p, w, t],
            "import",
            {"import"},
        )

    def _add_tiers(self, system: SystemData, block: Block, lines: Any, exported: Any, price: np.ndarray) -> None:
        m = block.model.pyomo
        tiers = block.members("tier", system.items("export_tiers"))
        line_of = system.text("export_tiers", "line")
        with_tiers = block.members("tiered_line", [i for i in lines if i in line_of.values()], within=lines)
        tiers_of = block.family(
            "tiers_of", with_tiers, {i: [k for k in tiers if line_of[k] == i] for i in with_tiers}, tiers
        )
        width = block.parameter("tier_width", (tiers,), 1e3 * system.number("export_tiers", "width"), "GWh/yr", "width")
        in_tier = block.variable(
            "export_in_tier",
            (tiers, m.period, m.weather),
            "GWh/yr",
            "energy sold in a tier",
            lambda b, k, p, w: (0, width[k]),
        )
        kept = block.block.kept
        block.constraint(
            "tier_fill",
            (with_tiers, m.period, m.weather),
            lambda b, i, p, w: (
                sum(in_tier[k, p, w] for k in tiers_of[i])
                == sum(1e-3 * m.hours[t] * kept[i] * exported[i, p, w, t] for t in m.timestep)
            ),
            "GWh/yr",
            "all export is sold in some tier",
        )
        position = {i: n for n, i in enumerate(lines)}
        mean_price = price.mean(axis=-1)
        factor = system.number("export_tiers", "price_factor")
        discount = np.array([(1 - f) * mean_price[position[line_of[k]]] for k, f in zip(tiers, factor, strict=True)])
        below = block.parameter(
            "tier_discount",
            (tiers, m.period),
            discount.reshape(len(tiers), price.shape[1]),
            "CNY/MWh",
            "below the first tier",
        )
        block.post(
            "cost",
            "export_tier_discount",
            +1,
            (tiers, m.period, m.weather),
            lambda k, p, w: 1e-3 * below[k, p] * in_tier[k, p, w],
            "revenue lost by the volume sold",
            {"export"},
        )

    def derive(self, system: SystemData, results: Results) -> Mapping[str, xr.DataArray]:
        """`season_month` [1] (line, season, month): 1 where the month belongs to the season of the line's prices."""
        months = _season_months(system)
        lines = system.items("grid_exchange")
        held = [[[float(month in months[i][season]) for month in range(1, 13)] for season in SEASONS] for i in lines]
        array = xr.DataArray(
            np.reshape(held, (len(lines), len(SEASONS), 12)),
            dims=("grid_exchange_line", "season", "month"),
            coords={"grid_exchange_line": lines, "season": list(SEASONS), "month": list(range(1, 13))},
        )
        return {"season_month": array.assign_attrs(units="1", long_name="month of the season")}

    def audit(self, system: SystemData, results: Results) -> Iterable[Check]:
        """No step in which import and export run at once: with a spread between the prices that only wastes money."""
        both = np.minimum(results["grid_exchange.import"], results["grid_exchange.export"])
        yield Check("no import and export at once", float(both.max()), 1e-4, "MW")


def _flow(block: Block, over: tuple[Any, ...], direction: str, limit: Any) -> Any:
    """The variable of one direction, bounded by its limit."""
    return block.variable(direction, over, "MW", f"{direction} at the bus", lambda b, i, p, w, t: (0, limit[i, p]))


def hourly_prices(system: SystemData, direction: str) -> np.ndarray:
    """Prices (n, P, 8760) [CNY/MWh] of a direction, `import` or `export`."""
    table = "grid_exchange"
    month = month_of_hour()
    spread = system.number(table, "time_of_use_spread")
    season_months = _season_months(system)
    out = []
    for k, item in enumerate(system.items(table)):
        price = np.empty((len(system.calendar.periods), 8760))
        for season, months in season_months[item].items():
            price[:, np.isin(month, months)] = system.number(table, f"{direction}_price_{season}")[k][:, None]
        price[:, _clock(system, item, "peak_hours")] *= 1 + spread[k]
        price[:, _clock(system, item, "valley_hours")] *= 1 - spread[k]
        if direction == "export":
            price[:, _clock(system, item, "midday_hours")] *= system.number(table, "midday_factor")[k][:, None]
        out.append(price)
    return np.stack(out)


def _season_months(system: SystemData) -> dict[str, dict[str, list[int]]]:
    """Months of every season by line; InputError for a word that is no month, and unless each month stands once."""
    problems = Problems()
    out: dict[str, dict[str, list[int]]] = {}
    for item in system.items("grid_exchange"):
        words = {season: system.text("grid_exchange", f"{season}_months")[item].split() for season in SEASONS}
        odd = [word for months in words.values() for word in months if word not in MONTHS]
        out[item] = {season: [int(word) for word in months if word in MONTHS] for season, months in words.items()}
        stated = [month for months in out[item].values() for month in months]
        where = f"grid_exchange.csv {item}"
        if odd:
            problems.add(where, f"{', '.join(odd)} of its seasons is no month.", "Write months as 1 … 12.")
        elif sorted(stated) != list(range(1, 13)):
            what = "some months belong to no season, or to two."
            problems.add(where, what, "Let wet, flat and dry months cover 1 … 12, each once.")
    problems.raise_if_any()
    return out


def _clock(system: SystemData, item: str, parameter: str) -> np.ndarray:
    text = system.text("grid_exchange", parameter)[item]
    return np.zeros(8760, bool) if text == "none" else hours_of(text, f"grid_exchange.csv {item}.{parameter}")


def _check_prices(system: SystemData, export: np.ndarray, imported: np.ndarray) -> None:
    """InputError where an hour offers a free lunch between import on a line and export on any line of the same bus."""
    problems = Problems()
    least = system.number("grid_exchange", "minimum_spread")
    bus_of = system.text("grid_exchange", "bus")
    for (k, bought), (n, sold) in itertools.product(enumerate(system.items("grid_exchange")), repeat=2):
        if bus_of[bought] != bus_of[sold]:
            continue
        gap = imported[k] - export[n]
        if gap.min() < max(least[k] - 1e-9, LEAST_SPREAD_CNY_PER_MWH):
            p, hour = np.unravel_index(int(gap.argmin()), gap.shape)
            problems.add(
                f"grid_exchange.csv {bought}" + (f" and {sold}" if sold != bought else ""),
                f"in {system.calendar.periods[p]}, hour {hour} of the year, import costs {imported[k][p, hour]:.1f}, "
                f"and export earns {export[n][p, hour]:.1f} CNY/MWh: importing and exporting at once would earn money "
                f"(or come within the minimum spread of {least[k]:g}).",
                "Raise the import price or lower the export price.",
            )
    problems.raise_if_any()


def _check_tiers(system: SystemData) -> None:
    """InputError where a later tier pays more than an earlier one: the program would fill the better one first."""
    problems = Problems()
    last: dict[str, float] = {}
    line_of = system.text("export_tiers", "line")
    for item, factor in zip(system.items("export_tiers"), system.number("export_tiers", "price_factor"), strict=True):
        line = line_of[item]
        if factor > last.get(line, 1.0):
            problems.add(
                f"export_tiers.csv {item}.price_factor", f"{factor:g} is above the tier before.", "Order the tiers."
            )
        last[line] = factor
    problems.raise_if_any()
