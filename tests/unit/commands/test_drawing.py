"""Pictures drawn by two processes: the same as by one, whoever draws which, and whatever becomes of the second."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest

from pzh_energy.commands import drawing
from pzh_energy.commands.drawing import Pictures
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.plots import Drawn, Picture, makers, pictures
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.texts import Language
from tests.unit.reporting.made import row, wind_and_load

GIVEN: tuple[Results, Language, tuple[ScorecardRow, ...]] = (wind_and_load(), "zh", (row(),))


@pytest.fixture(scope="module")
def alone() -> list[Drawn]:
    return [picture.drawn() for picture in pictures(*GIVEN)]


def same(found: list[Drawn], expected: list[Drawn]) -> bool:
    """True if the pictures are the same to the last letter, in the same order."""
    texts = [[(each.key, each.title, each.alt, each.unit, each.svg) for each in some] for some in (found, expected)]
    return texts[0] == texts[1] and all(a.table.equals(b.table) for a, b in zip(found, expected, strict=True))


def drawn_here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of the pictures that this process makes, as they are made."""
    keys: list[str] = []

    def noted(results: Results, *others: Any) -> Mapping[str, Callable[[], Picture | None]]:
        made = makers(results, *others)
        return {key: (lambda key=key: (keys.append(key), made[key]())[1]) for key in made}

    monkeypatch.setattr("pzh_energy.reporting.plots.makers", noted)
    return keys


def children() -> set[Any]:
    return set(multiprocessing.active_children())


def ended(before: set[Any]) -> bool:
    """True once no process is left that was not there before; False if one stays for longer than it can take."""
    until = time.perf_counter() + 30
    while children() != before and time.perf_counter() < until:
        time.sleep(0.05)
    return children() == before


def test_two_processes_draw_from_both_ends_and_nothing_shows_it(
    alone: list[Drawn], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half are given away at once, the last first; of the others this process draws from the first one on."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    here, before, keys = drawn_here(monkeypatch), children(), list(makers(*GIVEN))
    with Pictures() as under_way:
        under_way.prepare()
        under_way.begin(*GIVEN)
        given = list(under_way._promised)
        assert given == keys[::-1][: len(keys) // 2]
        for promise in under_way._promised.values():
            promise.result(60)
        found = under_way.drawn()
        given = list(under_way._promised)
    assert same(found, alone)
    assert here + given[::-1] == keys
    assert len(given) > len(keys) // 2  # it had nothing left to do, and was given more
    assert ended(before)


def test_with_one_core_all_is_drawn_here(alone: list[Drawn], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    here, before = drawn_here(monkeypatch), children()
    with Pictures() as under_way:
        under_way.prepare()
        assert children() == before
        under_way.begin(*GIVEN)
        assert same(under_way.drawn(), alone)
    assert here == list(makers(*GIVEN))


def test_where_no_process_can_be_started_all_is_drawn_here(alone: list[Drawn], monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        raise NotImplementedError("no semaphores")

    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(drawing, "ProcessPoolExecutor", refused)
    with Pictures() as under_way:
        under_way.prepare()
        under_way.begin(*GIVEN)
        assert same(under_way.drawn(), alone)


def test_if_the_second_process_is_ended_from_outside_all_is_drawn_here(
    alone: list[Drawn], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    here, before = drawn_here(monkeypatch), children()
    with Pictures() as under_way:
        under_way.prepare()
        (second,) = children() - before
        under_way.begin(*GIVEN)
        second.kill()
        second.join()
        assert same(under_way.drawn(), alone)
    assert sorted(here) == sorted(makers(*GIVEN))


def test_leaving_before_anything_is_drawn_ends_the_second_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    before = children()
    with suppress(KeyboardInterrupt), Pictures() as under_way:
        under_way.prepare()
        under_way.begin(*GIVEN)
        assert children() != before
        raise KeyboardInterrupt
    assert ended(before)
    assert any(promise.cancelled() for promise in under_way._promised.values())
