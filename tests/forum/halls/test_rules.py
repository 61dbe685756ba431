"""Who may write where: one rule, crossed with every kind of person, place and state."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.halls.rules import (
    Place,
    charge_honoured,
    is_guest,
    keeps_order,
    may_edit,
    may_invite,
    may_open,
    may_write,
    office_shown,
    why_not_take_part,
    why_not_write,
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


ROLES = st.frozensets(st.tuples(st.sampled_from(["teller", "trustee", "observer"]), st.sampled_from([QUESTION, 15])))
PEOPLE = st.builds(
    Someone, member_id=st.integers(7, 9), local_id=st.integers(1, 3),
    standing=st.sampled_from(["good", "retired", "lapsed", "suspended"]),
    office=st.sampled_from(["", "host", "officer"]), appointments=ROLES,
)  # fmt: skip
PLACES = st.builds(
    Place, question_id=st.just(QUESTION), state=st.sampled_from(QuestionState),
    local_id=st.one_of(st.none(), st.integers(1, 3)), open=st.booleans(),
    invited=st.frozensets(st.integers(7, 9)),
)  # fmt: skip


@given(person=PEOPLE, place=PLACES)
def test_writing_is_the_meeting_of_standing_office_place_and_time(person: Someone, place: Place) -> None:
    impartial = {("teller", QUESTION), ("observer", QUESTION)} & person.appointments
    asked = person.office == "officer" and person.member_id in place.invited
    expected = (
        person.standing in ("good", "retired")
        and not impartial
        and place.state is QuestionState.DEBATING
        and place.open
        and (place.local_id in (None, person.local_id) or asked)
    )
    assert may_write(person, place) is expected
    assert bool(why_not_write(person, place)) is not expected


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


@given(person=PEOPLE, place=PLACES)
def test_only_the_host_invites_and_only_while_the_hall_is_a_place_to_speak(person: Someone, place: Place) -> None:
    own = person.office == "host" and place.local_id == person.local_id
    running = place.state in (QuestionState.CHARGED, QuestionState.DEBATING)
    assert may_invite(person, QUESTION, place.state, place.local_id) is (own and running)


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
