"""Until when the box takes a pair: what was here before the close is taken after it, and nothing is stored late."""

from datetime import UTC, datetime, timedelta

import pytest

from referendum.casting.arrival_rules import FAULTS, HARMLESS, LATEST, may_seal, may_take, why_not
from referendum.crypto.ballot import Fault

OPENS = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=9)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "arrived", "waited", "sealed", "taken"),
    [
        ("open", OPENS, SECOND, False, True), ("open", OPENS - SECOND, SECOND, False, False),
        ("open", CLOSES - SECOND, SECOND, False, True), ("open", CLOSES, SECOND, False, False),
        ("counting", CLOSES - SECOND, LATEST, False, True), ("counting", CLOSES - SECOND, SECOND, True, False),
        ("counting", CLOSES, SECOND, False, False), ("open", OPENS, LATEST, False, True),
        ("open", OPENS, LATEST + SECOND, False, False), ("set_up", OPENS, SECOND, False, False),
        ("challengeable", CLOSES - SECOND, SECOND, False, False),
    ],
)  # fmt: skip
def test_the_arrival_counts_and_the_seal_ends_it(
    state: str, arrived: datetime, waited: timedelta, sealed: bool, taken: bool
) -> None:
    assert may_take(state, OPENS, CLOSES, arrived=arrived, now=arrived + waited, sealed=sealed) is taken


def test_the_box_is_sealed_when_nothing_that_came_in_time_can_still_be_written() -> None:
    assert [may_seal(CLOSES, CLOSES + LATEST + each) for each in (-SECOND, 0 * SECOND)] == [False, True]
    last = CLOSES - timedelta(microseconds=1)
    assert not may_take("counting", OPENS, CLOSES, arrived=last, now=CLOSES + LATEST, sealed=False)


@pytest.mark.parametrize(
    ("arrived", "said"),
    [(OPENS - SECOND, "not opened yet"), (OPENS, "send it again"), (CLOSES - SECOND, "send it again"),
     (CLOSES, "is closed")],
)  # fmt: skip
def test_who_is_not_taken_is_told_whether_to_send_it_again(arrived: datetime, said: str) -> None:
    assert said in why_not("open", OPENS, CLOSES, arrived=arrived)


def test_every_fault_has_its_words_but_those_for_which_a_ballot_is_not_even_taken() -> None:
    assert set(FAULTS) == set(Fault) - {Fault.ELECTION, Fault.CREDENTIAL}
    assert len(set(FAULTS.values())) == len(FAULTS)
    assert not set(HARMLESS) & {str(each) for each in Fault}
