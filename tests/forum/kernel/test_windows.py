"""Rates are counted over a moving window, and whoever stays away is forgotten."""

import time

import pytest

from forum.kernel import limits
from forum.kernel.errors import TooMany


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which the test moves."""
    moment = [1000.0]
    monkeypatch.setattr(time, "time", lambda: moment[0])
    return moment


def test_a_window_moves_and_each_has_an_own(at: list[float]) -> None:
    windows = limits.Windows()
    for moment, key, room in ((0, "a", True), (5, "a", True), (6, "a", False), (6, "b", True), (10, "a", True)):
        at[0] = 1000.0 + moment
        assert windows.acquire_entry(key, 2, 10) is room


def test_whoever_stays_away_is_forgotten(at: list[float]) -> None:
    windows = limits.Windows()
    windows.acquire_entry("short", 2, 10)
    windows.acquire_entry("long", 2, 3600)
    at[0] += limits.SWEPT_EVERY
    windows.acquire_entry("new", 2, 10)
    assert sorted(windows._uses) == ["long", "new"]


def test_too_many_are_told(at: list[float]) -> None:
    limits.init("")
    limits.hit("1/minute", "door", "somebody")
    with pytest.raises(TooMany):
        limits.hit("1/minute", "door", "somebody")
    limits.hit("1/minute", "door", "somebody else")
