"""Notes which constraints each hand-worked test feels, and runs the test that reads these notes last."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import toys


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The test of all constraints comes last: it then need not solve anything again."""
    items.sort(key=lambda item: item.name.startswith("test_every_constraint_binds"))


@pytest.fixture(autouse=True)
def felt(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep the duals of the test by its file and name."""
    with toys.recording() as duals:
        yield
    toys.felt[request.path.stem, request.node.name] = duals
