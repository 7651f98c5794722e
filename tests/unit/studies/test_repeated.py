"""A scenario solved again with other data: from the basis of the first solve as from nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pzh_energy import api
from pzh_energy.inputs.datapackage import DataPackage, read_datapackage
from pzh_energy.inputs.system import GENERAL_TABLES
from pzh_energy.optimization.assemble import component_tables
from pzh_energy.studies.repeated import Repeated
from pzh_energy.studies.variations import End, moved, ranged_inputs
from tests.systems import BASELINE, ROOT, TINY

INPUTS: tuple[tuple[str, End], ...] = (
    ("electricity_demand.city_total.growth", "high"),  # right-hand sides
    ("wind.ridge.capex", "low"),  # costs
    ("economics.city.discount_rate", "low"),  # costs of everything
    ("weather_years.normal.wind_factor", "high"),  # coefficients, and other steps of the year
    ("electricity_demand.city_total.base_energy", "low"),  # no plan on the baseline
)


@pytest.fixture(scope="module")
def package() -> DataPackage:
    return read_datapackage(ROOT / "data")


def repeated(path: Path, package: DataPackage) -> Repeated:
    return Repeated(api.read(path, ["resolution={segments: 24}"]).scenario, package)


def test_from_the_basis_of_the_first_solve_comes_the_same_answer_with_less_work(package: DataPackage) -> None:
    """If the basis were lost, as many iterations would be spent as from nothing, some thousand for each case."""
    scenario = repeated(BASELINE, package)
    tables = (*GENERAL_TABLES, *component_tables(scenario.scenario))
    known = {each.key: each for each in ranged_inputs(package, scenario.scenario, tables)}
    saved = 0
    for key, end in INPUTS:
        changed = moved(package, scenario.scenario, known[key], end)
        warm, cold = scenario.outcome(changed), scenario.outcome(changed, from_basis=False)
        assert warm.status == cold.status, key
        if cold.status != "solved":
            continue
        assert warm.objective == pytest.approx(cold.objective, rel=1e-8), key
        assert warm.objective != pytest.approx(scenario.base.objective, rel=1e-6), key
        assert warm.verdicts == cold.verdicts, key
        assert list(warm.achieved) == list(cold.achieved)
        for name, value in cold.achieved.items():
            same = None if value is None else pytest.approx(value, rel=1e-5, abs=1e-5)
            assert warm.achieved[name] == same, (key, name)
        saved += cold.iterations - warm.iterations
    assert saved > 2 * scenario.base.iterations


def test_nothing_changed_is_the_same_without_an_iteration(package: DataPackage) -> None:
    scenario = repeated(TINY, package)
    again = scenario.outcome(package)
    assert again == scenario.base
    assert (again.iterations, scenario.base.iterations > 100) == (0, True)


def test_the_first_solve_says_what_a_plain_solve_says(package: DataPackage) -> None:
    run = api.solve(TINY, (), "segments:24")
    base = repeated(TINY, package).base
    assert base.objective == pytest.approx(run.objective, rel=1e-12)
    assert base.verdicts == {row.identifier: row.verdict for row in run.scorecard}
    assert base.achieved == {row.identifier: row.achieved for row in run.scorecard}
