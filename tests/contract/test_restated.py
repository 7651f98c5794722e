"""Every metric's rows, held and priced, from below, above and both sides, take other values as if stated anew.

That is what a metric owes a study of many cases: its terms do not depend on what its targets ask.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from pzh_energy.modeling import registry
from pzh_energy.optimization.restated import restated
from tests.contract.test_engines import ASKED, OF_METRIC
from tests.systems import RICH, assert_equal_program, build, rich_package, scenario, system_of


@pytest.mark.parametrize("metric", registry.targets())
def test_a_metric_takes_other_values(metric: str) -> None:
    """The value moves by 1, the tolerance to 0.25; whose value is a year is not taken over."""
    of_spec = registry.targets()[metric].Spec
    fields = {"metric": metric, **ASKED, **OF_METRIC[metric]}
    is_a_year = metric == "co2_peak"
    moved = {"value": fields["value"] + 1.0, "tolerance": 0.0 if is_a_year else 0.25}
    before, after = (
        replace(
            scenario(RICH),
            targets={
                f"{mode}_{operator}": of_spec(**{"mode": mode, "operator": operator, **fields, **change})
                for mode in ("hard", "priced")
                for operator in ("at_least", "at_most", "equal")
            },
        )
        for change in ({}, moved)
    )
    built = build(system_of(before, rich_package()))
    found = restated(built, rich_package(), after)
    if is_a_year:
        assert found is None
        return
    assert found is not None
    anew = build(system_of(after, rich_package()))
    assert_equal_program(found[2], anew[2])
    for target in anew[0].targets:
        place = next(each for each in built[2].constraints if each.name == target.row)
        rows = slice(place.start, place.stop)
        same_limits = (built[2].row_lower[rows] == anew[2].row_lower[rows]).all()
        assert not same_limits or (built[2].matrix[rows] != anew[2].matrix[rows]).nnz, "the value enters no row"
