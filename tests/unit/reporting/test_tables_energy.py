"""The energy balance in physical units and standard coal, by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest

from pzh_energy.modeling.results import Results
from pzh_energy.reporting.tables_energy import energy_supply
from tests import toys
from tests.toys import Toy
from tests.unit.reporting.made import OPERATION, dataset, entry, over
from tests.unit.reporting.test_tables import only

PLANT = toys.thermal(40, fuel="coal", heat_rate=0.3, primary_energy="coal")
GAS = toys.thermal(10, heat_rate=0.2, primary_energy="gas")


def toy(**content: float) -> Toy:
    """A plant of 40 MW that burns coal, one of 10 MW that burns gas, a load of 100 MW, import for the rest."""
    tables: Mapping[str, Any] = {
        "thermal": {"mill": PLANT, "turbine": GAS},
        **toys.imports(),
        **toys.accounting(**content),
    }
    return Toy(tables, 100.0)


def test_fuel_is_told_in_standard_coal_and_in_its_own_unit() -> None:
    """40 MW × 8760 h × 0.3 = 105.12 ktce of coal at 0.7 tce/t: 150.17 kt; gas 17.52 ktce at 1.2 kgce/m3: 14.6 Mm3."""
    table = energy_supply(toys.solve(toy(coal_content=0.7, gas_content=1.2)).results)
    coal = only(table, carrier="coal")
    assert (coal["line"], coal["item"], coal["unit"]) == ("transformation", "mill", "kt")
    assert coal["substitution_ktce"] == coal["calorific_ktce"] == pytest.approx(105.12)
    assert coal["amount"] == pytest.approx(105.12 / 0.7)
    gas = only(table, carrier="gas")
    assert (gas["item"], gas["unit"], gas["amount"]) == ("turbine", "million m3", pytest.approx(17.52 / 1.2))


def test_without_a_heat_content_the_amount_is_empty() -> None:
    coal = only(energy_supply(toys.solve(toy()).results), carrier="coal")
    assert math.isnan(coal["amount"]) and coal["unit"] == ""
    assert coal["substitution_ktce"] == pytest.approx(105.12)


def test_electricity_is_told_at_the_coal_rate_and_at_its_heat_content() -> None:
    """438 GWh generated, 438 imported, 876 used; 0.3 and 0.12 ktce/GWh."""
    table = energy_supply(toys.solve(toy()).results)
    for line, gwh in (("generation", 438.0), ("import", 438.0), ("export", 0.0), ("use", 876.0)):
        row = only(table, carrier="electricity", line=line)
        assert row["amount"] == pytest.approx(gwh / 1e3)
        assert row["substitution_ktce"] == pytest.approx(0.3 * gwh)
        assert row["calorific_ktce"] == pytest.approx(0.12 * gwh)


def test_without_accounts_electricity_has_no_standard_coal() -> None:
    table = energy_supply(toys.solve(Toy(toys.imports(), 100.0)).results)
    used = only(table, carrier="electricity", line="use")
    assert used["amount"] == pytest.approx(0.876)
    assert math.isnan(used["substitution_ktce"]) and math.isnan(used["calorific_ktce"])


def test_storage_leaves_its_losses_and_the_lines_add_up_to_the_use() -> None:
    """100 MW generated, 10 charged, 8 given back, 30 exported, 68 used; 1 of them not served and added as such."""
    flows = {
        "plant.output": ([100.0], entry(1, "generation", '{"a": "city"}')),
        "cell.charge": ([10.0], entry(-1, "charge storage", '{"a": "city"}')),
        "cell.discharge": ([8.0], entry(1, "discharge storage", '{"a": "city"}')),
        "grid.export": ([30.0], entry(-1, "export", '{"a": "city"}')),
        "loss.unserved": ([1.0], entry(1, "unserved", '{"a": "city"}')),
        "load.load": ([69.0], entry(-1, "consumption", '{"a": "city"}')),
    }
    data = {f"ledger.electricity.{k}": over("member", v, *OPERATION, **attrs) for k, (v, attrs) in flows.items()}
    table = energy_supply(Results(dataset(data, member=["a"])))
    of_2025 = table[table["year"] == 2025].set_index("line")["amount"] / 8760 * 1e6
    assert of_2025["losses"] == pytest.approx(-2)
    assert of_2025["use"] == pytest.approx(69)
    assert of_2025.drop("use").sum() == pytest.approx(of_2025["use"])


def test_fuel_tells_its_sector_and_what_is_feedstock() -> None:
    """Two entries of one service: 3 ktce burnt, 1 ktce as feedstock; a member that an entry does not have is no row."""
    tags = {"fuel": "coal fossil industry", "feedstock": "coal feedstock fossil industry"}
    amounts = {"fuel": [[3.0, 3.0], [math.nan, math.nan]], "feedstock": [[1.0, 1.0], [math.nan, math.nan]]}
    data = {
        f"ledger.fuel.works.{name}": over("member", amounts[name], "period", **entry(1, tags[name])) for name in tags
    }
    table = energy_supply(Results(dataset(data, member=["mill", "other"])))
    told = {(row["line"], row["sector"], row["item"]): row["substitution_ktce"] for _, row in table.iterrows()}
    assert told == {("use", "industry", "mill"): 3.0, ("feedstock", "industry", "mill"): 1.0}
