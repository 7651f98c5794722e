"""After the solve every table is its entry's rule, evaluated: held here against Pyomo, cell by cell."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from pzh_energy.modeling import registry
from pzh_energy.modeling.compiler.sets import labels
from pzh_energy.modeling.ledger import LEDGERS
from pzh_energy.optimization.assemble import Assembled
from tests.systems import RICH, Solved, build, rich_package, solve, system


@cache
def solved() -> Solved:
    """The rich system at its optimum."""
    return solve(system(RICH, rich_package()))


@cache
def expanded() -> Assembled:
    """The same statement in ordinary Pyomo components, the optimum filled in."""
    found = solved()
    assembled, _, _ = build(found.assembled.system, "pyomo")
    for variable in assembled.model.pyomo.component_objects(pyo.Var, descend_into=True):
        values = next(p for p in found.program.variables if p.name == variable.name).take(found.solution.x)
        for index, value in zip(variable.index_set(), values.ravel(), strict=True):
            variable[index].set_value(value, skip_validation=True)
    return assembled


def by_cell(rule: Any, sets: tuple[Any, ...]) -> np.ndarray:
    """A rule evaluated cell by cell, in the shape of its sets."""
    values = [pyo.value(rule(*index)) for index in itertools.product(*sets)]
    return np.reshape(np.asarray(values, float), [len(s) for s in sets])


@pytest.mark.parametrize("ledger", [kind.name for kind in LEDGERS])
def test_every_table_is_its_rule_evaluated_cell_by_cell(ledger: str) -> None:
    entries = expanded().model.ledgers[ledger].entries
    assert entries
    for entry in entries:
        table = solved().results[f"ledger.{ledger}.{entry.name}"]
        cells = table.sel({d: list(labels(s)) for d, s in zip(table.dims, entry.sets, strict=True)})
        expected = by_cell(entry.rule, entry.sets)
        np.testing.assert_allclose(cells.values, expected, rtol=1e-12, atol=1e-9, err_msg=entry.name)
        assert int(table.notnull().sum()) == expected.size  # members of other entries on the same dimension: none
        assert table.attrs["sign"] == entry.sign
        assert set(table.attrs["tags"].split()) == entry.tags


def test_the_objective_is_the_cost_of_the_expansion() -> None:
    cost = pyo.value(expanded().model.pyomo.cost)
    assert cost == pytest.approx(solved().objective, rel=1e-10)


def test_every_constraint_of_the_expansion_holds_at_the_optimum() -> None:
    for row in expanded().model.pyomo.component_data_objects(pyo.Constraint, descend_into=True):
        size = 1 + abs(pyo.value(row.body))
        assert row.lslack() >= -1e-6 * size, row.name
        assert row.uslack() >= -1e-6 * size, row.name


def test_every_target_is_its_terms_evaluated() -> None:
    for target in expanded().targets:
        for period in target.periods:
            values = solved().results.expressions[target.identifier][period]
            assert values["left"] == pytest.approx(pyo.value(target.terms.left(period)), rel=1e-10, abs=1e-6)
            if target.terms.base is not None:
                assert values["base"] == pytest.approx(pyo.value(target.terms.base(period)), rel=1e-10)


def test_every_ledger_but_the_empty_ones_is_used_by_some_technology() -> None:
    posted = {e.block for kind in LEDGERS for e in solved().results.ledger(kind.name)}
    silent = {"energy_accounts"}  # reads the ledgers
    assert set(registry.technologies()) - silent <= posted
