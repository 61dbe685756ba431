"""Until when the roll is challenged, how long its freeze waits for rulings, and what is said to who may not vote."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.questions.process import Electorate
from referendum.electorate.claim_rules import (
    COUNCIL,
    COUNTRY,
    LOCAL,
    REGISTERED,
    STANDING,
    may_claim,
    reasons_against,
    waits_for_rulings,
)
from referendum.electorate.rules import Voter, is_eligible

RECORD = datetime(2026, 11, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_the_roll_is_challenged_until_its_record_date_and_never_once_it_is_frozen() -> None:
    assert may_claim(RECORD, RECORD - SECOND, frozen=False)
    assert not may_claim(RECORD, RECORD, frozen=False)
    assert not may_claim(RECORD, RECORD - SECOND, frozen=True)
    assert not may_claim(None, RECORD, frozen=False)


def test_the_freeze_waits_two_days_for_rulings_that_are_owed() -> None:
    over = RECORD + timedelta(days=2)
    assert waits_for_rulings(RECORD, over - SECOND, 1)
    assert not waits_for_rulings(RECORD, over, 1)
    assert not waits_for_rulings(RECORD, RECORD, 0)


@pytest.mark.parametrize(
    ("rule", "registered", "told"),
    [
        (Electorate(), True, []),
        (Electorate(countries=frozenset({"US"}), councils=frozenset({"Ohio"}), locals=frozenset({"88"})), True, []),
        (Electorate(standings=frozenset({"retired"})), True, [(STANDING, "good")]),
        (Electorate(countries=frozenset({"CA"})), True, [(COUNTRY, "US")]),
        (Electorate(councils=frozenset({"Texas"}), locals=frozenset({"8"})), True, [(COUNCIL, "Ohio"), (LOCAL, "88")]),
        (Electorate(), False, [(REGISTERED, "")]),
        (Electorate(locals=frozenset({"8"})), False, [(REGISTERED, ""), (LOCAL, "88")]),
    ],
)
def test_who_may_not_vote_reads_every_restriction_in_the_way(
    rule: Electorate, registered: bool, told: list[tuple[str, str]]
) -> None:
    voter = Voter("1001", "good", "US", "Ohio", "88", registered)
    assert [(text, value) for text, value, _ in reasons_against(voter, rule)] == told
    assert is_eligible(voter, rule) == (not told)
