"""Every metric answers for every year of the horizon: tables and charts show targets year by year."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from pzh_energy.modeling import registry
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.track import target_series
from tests.contract.test_engines import OF_METRIC
from tests.systems import RICH, rich_package, scenario, solve, system_of


@cache
def results() -> Results:
    """The rich system with a reported target of every metric, at its optimum."""
    targets = {
        key: registry.targets()[key].Spec(**{"metric": key, "operator": "at_least", "value": 1.0, **fields})
        for key, fields in OF_METRIC.items()
    }
    return solve(system_of(replace(scenario(RICH), targets=targets), rich_package())).results


@pytest.mark.parametrize("metric", registry.targets())
def test_a_metric_is_measured_in_every_period(metric: str) -> None:
    """A number, or nothing where it is a share of nothing; never an error, and a number in some year."""
    stated = {"metric": metric, "operator": "at_least", "value": 1.0, **OF_METRIC[metric]}
    spec = registry.targets()[metric].Spec(**stated)
    series = target_series(results(), {"aim": spec}, registry.targets())
    achieved = series["target.aim.achieved"]
    assert list(achieved["period"].values) == results().periods
    assert achieved.notnull().any()
