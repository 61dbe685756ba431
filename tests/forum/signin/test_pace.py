"""The pace of tries: a few are free, delays grow and end by themselves, a success takes failures back."""

from collections.abc import Iterator

import pytest

from forum.kernel import limits
from forum.kernel.errors import TooMany
from forum.signin import pace


@pytest.fixture(autouse=True)
def seconds(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """A clock of the test's own behind the counters, and counters that begin at nothing."""
    present = [1_000_000.0]
    monkeypatch.setattr("time.time", lambda: present[0])
    limits.init("")
    yield present
    limits.init("")


def waits(who: str, address: str, act: str = "password") -> int:
    try:
        pace.refuse_hurry(act, who, address)
    except TooMany as refusal:
        return int(str(refusal.facts["seconds"]))
    return 0


def test_four_failures_cost_no_wait_and_then_the_wait_doubles_up_to_its_limit(seconds: list[float]) -> None:
    seen = []
    for _ in range(12):
        pace.count_failure("password", "ann", "10.0.0.1")
        seen.append(waits("ann", "10.0.0.1"))
        seconds[0] += seen[-1]
        assert waits("ann", "10.0.0.1") == 0
    assert seen == [0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 120, 120]


def test_another_account_at_the_same_address_is_not_slowed() -> None:
    for _ in range(8):
        pace.count_failure("password", "ann", "10.0.0.1")
    assert waits("ann", "10.0.0.1") > 0
    assert waits("bea", "10.0.0.1") == 0


def test_an_attack_from_many_addresses_slows_an_account_by_half_a_minute_at_most() -> None:
    for number in range(200):
        pace.count_failure("password", "ann", f"10.0.{number}.1")
    assert 0 < waits("ann", "10.9.9.9") <= 30


def test_guessing_at_many_accounts_slows_the_address() -> None:
    for number in range(40):
        pace.count_failure("password", f"member {number}", "10.0.0.1")
    assert 0 < waits("bea", "10.0.0.1") <= 60
    assert waits("bea", "10.0.0.2") == 0


def test_a_success_takes_failures_back() -> None:
    for _ in range(6):
        pace.count_failure("password", "ann", "10.0.0.1")
    pace.forgive("ann", "10.0.0.1")
    assert waits("ann", "10.0.0.1") == 0
    pace.count_failure("password", "ann", "10.0.0.1")
    assert waits("ann", "10.0.0.1") == 0


def test_wrong_mailed_codes_slow_no_account() -> None:
    for number in range(100):
        pace.count_failure("code", "ann", f"10.0.{number}.1")
    assert waits("ann", "10.9.9.9", "code") == 0


def test_failures_are_forgotten_after_a_quarter_of_an_hour(seconds: list[float]) -> None:
    for _ in range(8):
        pace.count_failure("password", "ann", "10.0.0.1")
    seconds[0] += limits.WINDOW + 1
    pace.count_failure("password", "ann", "10.0.0.1")
    assert waits("ann", "10.0.0.1") == 0
