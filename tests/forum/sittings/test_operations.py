"""Sessions through their operations: who may, what it leaves behind, and what is refused."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.halls.models import Hall
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.errors import Invalid, Missing, Refused, Stale
from forum.questions.models import Question
from forum.sittings import (
    chat_operations,
    closing_operations,
    floor_operations,
    floor_queries,
    operations,
    poll_operations,
    queries,
)
from forum.sittings.forms import Call, Minutes, NewMessage, NewPoll, NewSitting, Request
from forum.sittings.models import Attendance, Message, Sitting, StrawAnswer, StrawPoll, Turn
from tests.build_sittings import Ground, make_debate
from tests.people import Cast, actor, holding


@pytest.fixture
def debate(cast: Cast, ground: Flask, now: datetime) -> Ground:
    return make_debate(cast, now=now)


def acts() -> list[str]:
    return list(db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.height)))


# ---------- scheduling and opening ----------


def test_the_host_schedules_a_session_and_it_is_logged(cast: Cast, debate: Ground, now: datetime) -> None:
    new = NewSitting("Second session", now + timedelta(days=2), "1. Overtime", "Union hall")
    sitting = operations.schedule_sitting(actor(cast.host), debate.hall, new, now=now)
    assert (sitting.state, sitting.place, sitting.agenda_html) == (
        "scheduled",
        "Union hall",
        "<ol>\n<li>Overtime</li>\n</ol>",
    )
    assert acts() == ["schedule_sitting"]


@pytest.mark.parametrize("who", ["member", "officer", "other_host"])
def test_nobody_but_the_host_schedules_a_session(who: str, cast: Cast, debate: Ground, now: datetime) -> None:
    new = NewSitting("Ours", now + timedelta(days=2), "", "")
    with pytest.raises(Refused):
        operations.schedule_sitting(actor(getattr(cast, who)), debate.hall, new, now=now)


@pytest.mark.parametrize("days", [-1, 13])
def test_a_session_outside_the_debate_is_refused_at_its_field(
    days: int, cast: Cast, debate: Ground, now: datetime
) -> None:
    new = NewSitting("Late", now + timedelta(days=days), "", "")
    with pytest.raises(Invalid) as refusal:
        operations.schedule_sitting(actor(cast.host), debate.hall, new, now=now)
    assert [each.field for each in refusal.value.problems] == ["starts_at"]


def test_a_hall_that_is_shut_has_no_sessions(cast: Cast, debate: Ground, now: datetime) -> None:
    db.session.get_one(Hall, debate.hall).opened_at = None
    with pytest.raises(Refused):
        operations.schedule_sitting(
            actor(cast.host), debate.hall, NewSitting("x", now + timedelta(days=1), "", ""), now=now
        )


def test_a_hall_has_one_open_session_at_a_time(cast: Cast, debate: Ground, now: datetime) -> None:
    new = NewSitting("Second", now + timedelta(minutes=30), "", "")
    second = operations.schedule_sitting(actor(cast.host), debate.hall, new, now=now)
    with pytest.raises(Refused, match="Another session"):
        operations.open_sitting(actor(cast.host), second.id, now=now)
    closing_operations.close_sitting(actor(cast.host), debate.sitting, now=now)
    assert operations.open_sitting(actor(cast.host), second.id, now=now + timedelta(minutes=30)).state == "open"


def test_the_national_hall_s_session_is_run_by_a_teller_of_the_question_only(
    cast: Cast, debate: Ground, now: datetime
) -> None:
    teller = holding(actor(cast.tellers[0]), "teller", debate.question)
    with pytest.raises(Refused):
        closing_operations.close_sitting(actor(cast.host), debate.national, now=now)
    with pytest.raises(Refused):
        closing_operations.close_sitting(teller, debate.sitting, now=now)
    assert closing_operations.close_sitting(teller, debate.national, now=now).state == "closed"


def test_a_session_is_opened_only_while_the_debate_runs(cast: Cast, debate: Ground, now: datetime) -> None:
    db.session.get_one(Question, debate.question).state = "closed"
    with pytest.raises(Refused, match="debate"):
        operations.open_sitting(actor(cast.other_host), debate.scheduled, now=now + timedelta(days=1))


def test_a_cancelled_session_cannot_be_opened(cast: Cast, debate: Ground, now: datetime) -> None:
    operations.cancel_sitting(actor(cast.other_host), debate.scheduled, now=now)
    with pytest.raises(Refused):
        operations.open_sitting(actor(cast.other_host), debate.scheduled, now=now + timedelta(days=1))


# ---------- chat ----------


def test_lines_are_numbered_by_their_hall(cast: Cast, debate: Ground, now: datetime) -> None:
    said = [
        chat_operations.say(actor(who), debate.sitting, NewMessage(words), now=now)
        for who, words in ((cast.member, "one"), (cast.retired, "two"), (cast.host, "three"))
    ]
    assert [each.number for each in said] == [1, 2, 3]
    assert [each.office for each in said] == ["", "", "host"]
    national = chat_operations.say(actor(cast.elsewhere), debate.national, NewMessage("hello"), now=now)
    assert national.number == 1


def test_a_line_sent_twice_is_one_line_and_leaves_no_gap(cast: Cast, debate: Ground, now: datetime) -> None:
    person = actor(cast.member)
    first = chat_operations.say(person, debate.sitting, NewMessage("once", "k1"), now=now)
    again = chat_operations.say(person, debate.sitting, NewMessage("once", "k1"), now=now)
    after = chat_operations.say(person, debate.sitting, NewMessage("then", "k2"), now=now)
    assert again.id == first.id
    assert after.number == first.number + 1


def test_two_members_may_use_the_same_key(cast: Cast, debate: Ground, now: datetime) -> None:
    one = chat_operations.say(actor(cast.member), debate.sitting, NewMessage("a", "same"), now=now)
    other = chat_operations.say(actor(cast.seconder), debate.sitting, NewMessage("b", "same"), now=now)
    assert one.id != other.id


@pytest.mark.parametrize("who", ["elsewhere", "suspended"])
def test_chat_is_for_members_of_the_local_in_standing(who: str, cast: Cast, debate: Ground, now: datetime) -> None:
    with pytest.raises(Refused):
        chat_operations.say(actor(getattr(cast, who)), debate.sitting, NewMessage("hi"), now=now)
    assert db.session.scalar(db.select(Message)) is None


@pytest.mark.parametrize("role", ["teller", "observer"])
def test_tellers_and_observers_of_the_question_do_not_chat(
    role: str, cast: Cast, debate: Ground, now: datetime
) -> None:
    impartial = holding(actor(cast.member), role, debate.question)
    with pytest.raises(Refused):
        chat_operations.say(impartial, debate.sitting, NewMessage("hi"), now=now)
    with pytest.raises(Refused):
        floor_operations.ask_to_speak(impartial, debate.sitting, Request(), now=now)


def test_nobody_chats_in_a_session_that_is_not_open(cast: Cast, debate: Ground, now: datetime) -> None:
    with pytest.raises(Refused):
        chat_operations.say(actor(cast.elsewhere), debate.scheduled, NewMessage("early"), now=now)


def test_there_is_no_chat_in_a_session_that_does_not_exist(cast: Cast, debate: Ground, now: datetime) -> None:
    with pytest.raises(Missing):
        chat_operations.say(actor(cast.member), 999, NewMessage("hi"), now=now)


def test_an_officer_is_always_marked(cast: Cast, debate: Ground, now: datetime) -> None:
    assert chat_operations.say(actor(cast.officer), debate.national, NewMessage("us"), now=now).office == "officer"


# ---------- the floor ----------


def ask(who: int, debate: Ground, now: datetime, option: int | None = None, **more: object) -> Turn:
    request = Request(debate.options[option] if option is not None else None, **more)  # type: ignore[arg-type]
    return floor_operations.ask_to_speak(actor(who), debate.sitting, request, now=now)


def test_the_host_gives_the_floor_by_the_rule_and_the_clock_is_set(cast: Cast, debate: Ground, now: datetime) -> None:
    first = ask(cast.member, debate, now, 0)
    second = ask(cast.seconder, debate, now, 0)
    other = ask(cast.retired, debate, now + timedelta(seconds=9), 1)
    host = actor(cast.host)
    called = [
        floor_operations.call_next(host, debate.sitting, Call(), now=now + timedelta(minutes=n)) for n in range(4)
    ]
    assert [each.id if each else None for each in called] == [first.id, other.id, second.id, None]
    assert first.ends_at == now + timedelta(seconds=180)
    assert first.state == "done"
    assert floor_queries.speaking(debate.sitting) is None


def test_asking_twice_keeps_one_place_and_takes_the_newer_option(cast: Cast, debate: Ground, now: datetime) -> None:
    first = ask(cast.member, debate, now, 0)
    again = ask(cast.member, debate, now + timedelta(minutes=1), 1, remote=False)
    assert (again.id, again.asked_at, again.option_id, again.remote) == (first.id, now, debate.options[1], False)


def test_who_has_spoken_in_this_hall_waits_for_those_who_have_not(cast: Cast, debate: Ground, now: datetime) -> None:
    host = actor(cast.host)
    ask(cast.member, debate, now)
    floor_operations.call_next(host, debate.sitting, Call(), now=now)
    floor_operations.end_turn(host, debate.sitting, now=now + timedelta(minutes=1))
    ask(cast.member, debate, now + timedelta(minutes=2))
    ask(cast.seconder, debate, now + timedelta(minutes=3))
    state = floor_queries.floor(queries.room(debate.sitting), now)
    assert [(each["name"], each["first"]) for each in state["stack"]] == [
        ("Len Fairweather", True),
        ("Marta Quill", False),
    ]


def test_an_override_is_logged_as_one(cast: Cast, debate: Ground, now: datetime) -> None:
    ask(cast.member, debate, now)
    later = ask(cast.seconder, debate, now + timedelta(seconds=5))
    floor_operations.call_next(actor(cast.host), debate.sitting, Call(later.id), now=now)
    assert acts() == ["override_stack"]


def test_two_hosts_do_not_call_two_speakers_at_once(cast: Cast, debate: Ground, now: datetime) -> None:
    ask(cast.member, debate, now)
    ask(cast.seconder, debate, now)
    floor_operations.call_next(actor(cast.host), debate.sitting, Call(seen=0), now=now)
    with pytest.raises(Stale):
        floor_operations.call_next(actor(cast.host), debate.sitting, Call(seen=0), now=now)


def test_the_clock_stops_while_paused_and_a_minute_can_be_added(cast: Cast, debate: Ground, now: datetime) -> None:
    host, turn = actor(cast.host), ask(cast.member, debate, now)
    floor_operations.call_next(host, debate.sitting, Call(), now=now)
    floor_operations.pause_turn(host, debate.sitting, now=now + timedelta(seconds=60))
    floor_operations.pause_turn(host, debate.sitting, now=now + timedelta(seconds=100))
    floor_operations.extend_turn(host, debate.sitting, now=now + timedelta(seconds=110))
    assert turn.ends_at == now + timedelta(seconds=180 + 40 + 60)
    assert turn.paused_at is None


def test_a_minute_added_after_the_end_counts_from_now(cast: Cast, debate: Ground, now: datetime) -> None:
    host, turn = actor(cast.host), ask(cast.member, debate, now)
    floor_operations.call_next(host, debate.sitting, Call(), now=now)
    late = now + timedelta(minutes=10)
    floor_operations.extend_turn(host, debate.sitting, now=late)
    assert turn.ends_at == late + timedelta(seconds=60)


def test_a_member_steps_back_and_cannot_take_others_off(cast: Cast, debate: Ground, now: datetime) -> None:
    mine, theirs = ask(cast.member, debate, now), ask(cast.seconder, debate, now)
    with pytest.raises(Refused):
        floor_operations.withdraw_request(actor(cast.member), debate.sitting, theirs.id, now=now)
    floor_operations.withdraw_request(actor(cast.member), debate.sitting, None, now=now)
    assert (mine.state, theirs.state) == ("withdrawn", "waiting")


def test_the_host_writes_down_a_person_without_a_phone(cast: Cast, debate: Ground, now: datetime) -> None:
    guest = ask(cast.host, debate, now, guest="Joe from the foundry", remote=False)
    assert (guest.member_id, guest.guest) == (None, "Joe from the foundry")
    with pytest.raises(Refused):
        ask(cast.member, debate, now, guest="My friend")


@pytest.mark.parametrize("act", ["call_next", "extend_turn", "pause_turn", "end_turn"])
@pytest.mark.parametrize("who", ["member", "officer", "other_host"])
def test_only_the_host_runs_the_floor(act: str, who: str, cast: Cast, debate: Ground, now: datetime) -> None:
    ask(cast.seconder, debate, now)
    floor_operations.call_next(actor(cast.host), debate.sitting, Call(), now=now)
    more = (Call(),) if act == "call_next" else ()
    with pytest.raises(Refused):
        getattr(floor_operations, act)(actor(getattr(cast, who)), debate.sitting, *more, now=now)


@pytest.mark.parametrize("who", ["elsewhere", "suspended"])
def test_only_members_of_the_local_in_standing_ask_to_speak(
    who: str, cast: Cast, debate: Ground, now: datetime
) -> None:
    with pytest.raises(Refused):
        ask(getattr(cast, who), debate, now)


def test_nobody_speaks_to_an_option_of_another_question(cast: Cast, debate: Ground, now: datetime) -> None:
    with pytest.raises(Missing):
        floor_operations.ask_to_speak(actor(cast.member), debate.sitting, Request(999), now=now)


# ---------- straw polls ----------


def test_a_straw_poll_keeps_totals_and_forgets_who_answered(cast: Cast, debate: Ground, now: datetime) -> None:
    host = actor(cast.host)
    poll = poll_operations.open_poll(host, debate.sitting, NewPoll("Answered?", ("Yes", "No")), now=now)
    for who, choice in ((cast.member, 0), (cast.seconder, 1), (cast.member, 1), (cast.retired, 1)):
        poll_operations.answer_poll(actor(who), debate.sitting, poll.id, choice)
    assert poll.totals is None
    poll_operations.close_poll(host, debate.sitting, poll.id, now=now)
    assert poll.totals == [0, 3]
    assert db.session.scalar(db.select(StrawAnswer)) is None
    with pytest.raises(Refused):
        poll_operations.answer_poll(actor(cast.member), debate.sitting, poll.id, 0)


@pytest.mark.parametrize("who", ["elsewhere", "suspended"])
def test_a_straw_poll_is_answered_in_one_s_own_room(who: str, cast: Cast, debate: Ground, now: datetime) -> None:
    poll = poll_operations.open_poll(actor(cast.host), debate.sitting, NewPoll("?", ("Yes", "No")), now=now)
    with pytest.raises(Refused):
        poll_operations.answer_poll(actor(getattr(cast, who)), debate.sitting, poll.id, 0)


def test_a_choice_that_was_not_offered_is_refused(cast: Cast, debate: Ground, now: datetime) -> None:
    poll = poll_operations.open_poll(actor(cast.host), debate.sitting, NewPoll("?", ("Yes", "No")), now=now)
    with pytest.raises(Refused):
        poll_operations.answer_poll(actor(cast.member), debate.sitting, poll.id, 2)


def test_a_poll_of_another_session_is_not_found(cast: Cast, debate: Ground, now: datetime) -> None:
    poll = poll_operations.open_poll(actor(cast.host), debate.sitting, NewPoll("?", ("Yes", "No")), now=now)
    with pytest.raises(Missing):
        poll_operations.answer_poll(actor(cast.member), debate.national, poll.id, 0)


def test_a_member_opens_no_poll(cast: Cast, debate: Ground, now: datetime) -> None:
    with pytest.raises(Refused):
        poll_operations.open_poll(actor(cast.member), debate.sitting, NewPoll("?", ("Yes", "No")), now=now)


# ---------- attendance, close, minutes ----------


def test_members_of_the_local_are_counted_once_and_forgotten_at_the_close(
    cast: Cast, debate: Ground, now: datetime
) -> None:
    for who in (cast.member, cast.member, cast.seconder, cast.elsewhere):
        operations.attend(actor(who), debate.sitting)
    closing_operations.close_sitting(actor(cast.host), debate.sitting, now=now)
    assert db.session.get_one(Sitting, debate.sitting).attendance_count == 2
    assert db.session.scalar(db.select(Attendance)) is None


def test_the_close_ends_turns_and_polls_and_honours_the_charge(cast: Cast, debate: Ground, now: datetime) -> None:
    host = actor(cast.host)
    speaking, waits = ask(cast.member, debate, now), ask(cast.seconder, debate, now + timedelta(seconds=1))
    floor_operations.call_next(host, debate.sitting, Call(), now=now)
    poll = poll_operations.open_poll(host, debate.sitting, NewPoll("?", ("Yes", "No")), now=now)
    for who in (cast.member, cast.seconder):
        operations.attend(actor(who), debate.sitting)
    closing_operations.close_sitting(host, debate.sitting, now=now + timedelta(hours=1))
    assert (speaking.state, waits.state) == ("done", "withdrawn")
    assert db.session.get_one(StrawPoll, poll.id).totals == [0, 0]
    assert db.session.get_one(Hall, debate.hall).honoured_at == now + timedelta(hours=1)
    assert acts()[-2:] == ["close_sitting", "honour_charge"]
    with pytest.raises(Refused):
        closing_operations.close_sitting(host, debate.sitting, now=now)


def test_minutes_are_signed_once_and_then_frozen(cast: Cast, debate: Ground, now: datetime) -> None:
    host = actor(cast.host)
    with pytest.raises(Refused):
        closing_operations.sign_minutes(host, debate.sitting, Minutes("# Early", 1), now=now)
    sitting = closing_operations.close_sitting(host, debate.sitting, now=now)
    closing_operations.save_minutes(host, debate.sitting, Minutes("Half", sitting.version))
    closing_operations.sign_minutes(host, debate.sitting, Minutes("All that happened", sitting.version), now=now)
    assert sitting.minutes_hash == closing_operations.minutes_hash(sitting)
    assert acts()[-1] == "sign_minutes"
    with pytest.raises(Refused, match="signed"):
        closing_operations.save_minutes(host, debate.sitting, Minutes("Other", sitting.version))


def test_minutes_that_another_host_changed_meanwhile_are_not_overwritten(
    cast: Cast, debate: Ground, now: datetime
) -> None:
    host = actor(cast.host)
    sitting = closing_operations.close_sitting(host, debate.sitting, now=now)
    seen = sitting.version
    closing_operations.save_minutes(host, debate.sitting, Minutes("First", seen))
    with pytest.raises(Stale):
        closing_operations.save_minutes(host, debate.sitting, Minutes("Second", seen))


def test_nobody_but_the_host_signs_minutes(cast: Cast, debate: Ground, now: datetime) -> None:
    sitting = closing_operations.close_sitting(actor(cast.host), debate.sitting, now=now)
    with pytest.raises(Refused):
        closing_operations.sign_minutes(actor(cast.member), debate.sitting, Minutes("x", sitting.version), now=now)


def test_a_hidden_line_keeps_its_number_and_loses_its_words(cast: Cast, debate: Ground, now: datetime) -> None:
    from forum.sittings import chat_queries

    said = chat_operations.say(actor(cast.member), debate.sitting, NewMessage("a home address"), now=now)
    chat_operations.hide_message(said.id, now=now)
    shown = chat_queries.last_lines(debate.sitting)[0].sent()
    assert (shown["number"], shown["hidden"], shown["body"]) == (1, True, [])
    assert chat_queries.author_words(said.id) is None
    chat_operations.restore_message(said.id)
    assert chat_queries.author_words(said.id) == (debate.hall, cast.member, "a home address")


def test_a_visitor_hears_nothing_of_a_small_local_s_sessions(cast: Cast, debate: Ground, now: datetime) -> None:
    from forum.kernel.doors import VISITOR

    assert [each.sitting.id for each in queries.live(VISITOR)] == [debate.national]
    assert {each.sitting.id for each in queries.live(actor(cast.elsewhere))} == {debate.sitting, debate.national}
    assert queries.coming(VISITOR, now) == []
