"""Who hides what was said to members, who appeals and who rules on it, in every meeting of office and state. Pure."""

from itertools import product

import pytest

from forum.moderation.rules import Ruling
from forum.reach.rules import WRITTEN, HiddenEntry, Kind, why_not_appeal, why_not_hide, why_not_rule
from tests.forum.halls.test_rules import QUESTION, Someone, everybody

ME, AUTHOR, OTHER = 7, 8, 9
ENTRIES = [
    HiddenEntry(QUESTION, kind, by, hidden, hidden_by if hidden else None, appealed, ruling)
    for kind, by, hidden, hidden_by, appealed, ruling in product(
        Kind, (ME, AUTHOR, None), (True, False), (ME, OTHER), (True, False), ("", *Ruling)
    )
]
TELLER, OBSERVER = (Someone(appointments=frozenset({(role, QUESTION)})) for role in ("teller", "observer"))


def test_tellers_hide_words_of_others_that_are_shown_and_were_not_ruled_to_stand() -> None:
    for person, entry in product(everybody(), ENTRIES):
        may = (
            ("teller", QUESTION) in person.appointments
            and entry.kind in WRITTEN
            and entry.ruling != "restored"
            and entry.by_id != ME
            and not entry.hidden
        )
        assert bool(why_not_hide(person, entry)) is not may


def test_whoever_wrote_it_appeals_once_before_a_ruling() -> None:
    for entry in ENTRIES:
        may = entry.hidden and entry.by_id == ME and not entry.ruling and not entry.appealed
        assert bool(why_not_appeal(Someone(), entry)) is not may


def test_observers_rule_on_an_appeal_that_waits_and_on_nothing_of_their_own() -> None:
    for person, entry in product(everybody(), ENTRIES):
        own = ME in (entry.by_id, entry.hidden_by_id)
        may = ("observer", QUESTION) in person.appointments and not own and entry.appealed and not entry.ruling
        assert bool(why_not_rule(person, entry)) is not may


def test_words_are_shown_and_nobody_has_appealed_until_it_is_said() -> None:
    assert not why_not_hide(TELLER, HiddenEntry(QUESTION, Kind.MAIL, AUTHOR))
    assert why_not_rule(OBSERVER, HiddenEntry(QUESTION, Kind.MAIL, AUTHOR))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (why_not_hide(TELLER, HiddenEntry(QUESTION, Kind.MAIL, ME)), "Nobody rules on their own act"),
        (why_not_hide(TELLER, HiddenEntry(QUESTION, Kind.MAIL, AUTHOR, ruling="restored")), "words stand"),
        (why_not_hide(TELLER, HiddenEntry(QUESTION, Kind.MAIL, AUTHOR, hidden=True)), "hidden already"),
        (why_not_appeal(Someone(), HiddenEntry(QUESTION, Kind.MAIL, ME, hidden=True, appealed=True)), "already"),
        (why_not_rule(OBSERVER, HiddenEntry(QUESTION, Kind.MAIL, ME, appealed=True)), "Nobody rules on their own act"),
    ],
)
def test_the_reason_is_the_one_that_matters(reason: str, words: str) -> None:
    assert words in reason
