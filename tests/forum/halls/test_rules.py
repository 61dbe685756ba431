"""Who may write where: one rule, crossed with every kind of person, place and state."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.halls.rules import (
    Place,
    charge_honoured,
    draft_kept_until,
    is_guest,
    keeps_order,
    may_edit,
    may_invite,
    may_open,
    may_write,
    office_shown,
    was_held,
    why_not_invite,
    why_not_take_part,
    why_not_write,
    why_stopped,
)
from forum.questions.rules import Opener, QuestionState

QUESTION = 14


@dataclass(frozen=True)
class Someone:
    member_id: int = 7
    local_id: int = 1
    standing: str = "good"
    office: str = ""
    appointments: frozenset[tuple[str, int]] = field(default_factory=frozenset)


STANDINGS, ROLE_NAMES = ("good", "retired", "lapsed", "suspended"), ("teller", "trustee", "observer")
ROLES = st.frozensets(st.tuples(st.sampled_from(ROLE_NAMES), st.sampled_from([QUESTION, 15])))
PEOPLE = st.builds(
    Someone, member_id=st.integers(7, 9), local_id=st.integers(1, 3),
    standing=st.sampled_from(STANDINGS),
    office=st.sampled_from(["", "host", "officer"]), appointments=ROLES,
)  # fmt: skip
PLACES = st.builds(
    Place, question_id=st.just(QUESTION), state=st.sampled_from(QuestionState),
    local_id=st.one_of(st.none(), st.integers(1, 3)), open=st.booleans(),
    invited=st.frozensets(st.integers(7, 9)),
)  # fmt: skip


def everybody() -> Iterator[Someone]:
    """Every kind of person there is for a hall of this question."""
    roles = [frozenset({each}) for each in product(ROLE_NAMES, (QUESTION, 15))]
    for standing, office, held in product(STANDINGS, ("", "host", "officer"), [frozenset(), *roles]):
        yield Someone(standing=standing, office=office, appointments=held)


def everywhere() -> Iterator[Place]:
    """Every kind of hall, seen by member 7 of local 1."""
    asked = (frozenset[int](), frozenset({7}), frozenset({8}))
    for state, local, open_, invited in product(QuestionState, (None, 1, 2), (True, False), asked):
        yield Place(QUESTION, state, local, open_, invited)


def test_writing_is_the_meeting_of_standing_office_place_and_time() -> None:
    for person, place in product(everybody(), everywhere()):
        impartial = {("teller", QUESTION), ("observer", QUESTION)} & person.appointments
        asked = person.office == "officer" and person.member_id in place.invited
        expected = (
            person.standing in ("good", "retired")
            and not impartial
            and place.state is QuestionState.DEBATING
            and place.open
            and (place.local_id in (None, person.local_id) or asked)
        )
        assert may_write(person, place) is expected, (person, place)
        assert bool(why_not_write(person, place)) is not expected


@pytest.mark.parametrize(
    ("person", "place", "words"),
    [
        ({"standing": "lapsed", "office": "officer"}, {"local_id": 2, "open": False}, "Your standing"),
        ({"appointments": frozenset({("teller", QUESTION)})}, {"state": QuestionState.DRAFTED}, "You are a teller"),
        ({}, {"state": QuestionState.DRAFTED}, "has not begun"),
        ({}, {"state": QuestionState.CHARGED, "open": False}, "has not begun"),
        ({}, {"state": QuestionState.CLOSED}, "is closed"),
        ({}, {"state": QuestionState.WITHDRAWN}, "is closed"),
        ({"office": "officer"}, {"local_id": 2}, "when its host invites"),
        ({"office": "host"}, {"local_id": 2, "invited": frozenset({7})}, "in your own local’s hall and"),
        ({}, {"open": False}, "not open yet"),
    ],
)
def test_who_may_not_write_is_told_what_hinders_first(
    person: dict[str, object], place: dict[str, object], words: str
) -> None:
    here = Place(QUESTION, QuestionState.DEBATING, 1, open=True)
    assert words in why_not_write(Someone(**person), replace(here, **place))  # type: ignore[arg-type]


def test_a_stop_ends_at_its_instant_and_a_draft_is_kept_two_weeks_beyond_the_close() -> None:
    until, second = datetime(2026, 11, 10, 12, tzinfo=UTC), timedelta(seconds=1)
    assert "cannot write in this hall" in why_stopped(until, until - second)
    assert (why_stopped(until, until), why_stopped(None, until)) == ("", "")
    assert (draft_kept_until(None), draft_kept_until(until)) == (None, until + timedelta(days=14))


@pytest.mark.parametrize(("minutes", "came", "held"), [(10, 2, True), (9, 2, False), (10, 1, False), (60, 40, True)])
def test_a_session_was_held_from_ten_minutes_and_two_persons_on(minutes: int, came: int, held: bool) -> None:
    assert was_held(minutes, came) is held


@given(person=PEOPLE, place=PLACES)
def test_whoever_may_write_takes_part(person: Someone, place: Place) -> None:
    if may_write(person, place):
        assert why_not_take_part(person, QUESTION, place.state) == ""


@given(person=PEOPLE, place=PLACES)
def test_a_guest_is_an_officer_invited_to_another_local_s_hall(person: Someone, place: Place) -> None:
    if is_guest(person, place):
        assert person.office == "officer"
        assert person.member_id in place.invited
        assert place.local_id not in (None, person.local_id)


def test_only_the_host_invites_and_only_while_the_hall_is_a_place_to_speak() -> None:
    for person, place in product(everybody(), everywhere()):
        own = person.office == "host" and place.local_id == person.local_id
        running = place.state in (QuestionState.CHARGED, QuestionState.DEBATING)
        assert may_invite(person, QUESTION, place.state, place.local_id) is (own and running)
        words = why_not_invite(person, QUESTION, place.state, place.local_id)
        assert ("by its host" in words, "is closed" in words) == (not own, own and not running)


@given(person=PEOPLE, local=st.one_of(st.none(), st.integers(1, 3)))
def test_halls_are_opened_by_their_hosts_or_a_teller(person: Someone, local: int | None) -> None:
    told = ("teller", QUESTION) in person.appointments
    own = person.office == "host" and local == person.local_id
    opened = may_open(person, QUESTION, local)
    assert (opened is not None) is (own or told)
    assert (opened is Opener.HOST) is (own or (local is None and told))
    assert keeps_order(person, QUESTION, local) is (opened is Opener.HOST)


@given(person=PEOPLE, local=st.one_of(st.none(), st.integers(1, 3)))
def test_officers_are_marked_everywhere(person: Someone, local: int | None) -> None:
    shown = office_shown(person, local)
    assert (shown == "officer") is (person.office == "officer")
    assert (shown == "host") is (person.office == "host" and local == person.local_id)


@given(author=st.integers(1, 5), person=st.integers(1, 5), hidden=st.booleans())
def test_a_post_is_edited_by_its_author_while_it_stands(author: int, person: int, hidden: bool) -> None:
    assert may_edit(person, author, hidden=hidden) is (person == author and not hidden)


@pytest.mark.parametrize(
    ("opened_as", "held", "due", "honoured"),
    [("host", 1, 1, True), ("host", 0, 1, False), ("host", 3, 2, True), ("tellers", 5, 1, False), ("", 5, 1, False)],
)
def test_the_charge_is_honoured_by_host_and_sessions(opened_as: str, held: int, due: int, honoured: bool) -> None:
    assert charge_honoured(opened_as, held, due) is honoured
