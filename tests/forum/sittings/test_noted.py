"""Answers to a line, slow mode, decisions, and spoken turns tied to arguments."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from forum.arguments import operations as arguments
from forum.arguments.forms import NewArgument
from forum.arguments.models import Argument
from forum.arguments.rules import Side
from forum.kernel import clock
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.errors import Invalid, Missing, Refused, TooMany
from forum.moderation.forms import NewSlowing
from forum.moderation.restraint_operations import slow_chat
from forum.moderation.rules import Ground as Reason
from forum.sittings import (
    chat_operations,
    chat_queries,
    closing_operations,
    floor_operations,
    floor_queries,
    minutes_queries,
    operations,
    queries,
    record_operations,
)
from forum.sittings.forms import Call, Minutes, NewMessage, NewSitting, Request, read_sitting
from forum.sittings.models import Message, Turn
from forum.sittings.rules import seconds_to_wait
from tests.build_sittings import Ground, make_debate
from tests.people import Cast, actor, sign_in

SLOW = NewSlowing(30, Reason.SPAM, "The same line ten times.")


@pytest.fixture
def debate(cast: Cast, ground: Flask, now: datetime) -> Ground:
    return make_debate(cast, now=now)


def say(who: int, debate: Ground, now: datetime, reply_to: int | None = None) -> Message:
    return chat_operations.say(actor(who), debate.sitting, NewMessage("words", "", reply_to), now=now)


def turn_of(cast: Cast, debate: Ground, now: datetime) -> Turn:
    floor_operations.ask_to_speak(actor(cast.member), debate.sitting, Request(), now=now)
    turn = floor_operations.call_next(actor(cast.host), debate.sitting, Call(), now=now)
    assert turn is not None
    return turn


def argument(cast: Cast, debate: Ground, now: datetime) -> Argument:
    new = NewArgument(
        option_id=debate.options[1], side=Side.FOR, claim="The call is posted.", grounds="Article 12.3",
        hall_id=debate.hall,
    )  # fmt: skip
    return arguments.move_argument(actor(cast.seconder), debate.question, new, now=now)


def last_entry() -> AuditEntry:
    found = db.session.scalar(db.select(AuditEntry).order_by(AuditEntry.height.desc()).limit(1))
    assert found is not None
    return found


# ---------- chat ----------


def test_a_line_answers_another_and_says_which(cast: Cast, debate: Ground, now: datetime) -> None:
    first = say(cast.member, debate, now)
    say(cast.seconder, debate, now, first.number)
    lines, _ = chat_queries.lines_after(debate.sitting, 0)
    assert [each.sent()["reply_to"] for each in lines] == [None, first.number]


def test_no_line_answers_one_of_another_room_or_a_hidden_one(cast: Cast, debate: Ground, now: datetime) -> None:
    elsewhere = chat_operations.say(actor(cast.elsewhere), debate.national, NewMessage("far"), now=now)
    with pytest.raises(Missing):
        say(cast.seconder, debate, now, elsewhere.number)
    first = say(cast.member, debate, now)
    chat_operations.hide_message(first.id, now=now)
    with pytest.raises(Missing):
        say(cast.seconder, debate, now, first.number)


@pytest.mark.parametrize(("passed", "wait"), [(0, 30), (29.5, 1), (30, 0), (90, 0)])
def test_in_slow_mode_a_member_waits_out_the_rest(passed: float, wait: int, now: datetime) -> None:
    assert seconds_to_wait(30, now, now + timedelta(seconds=passed)) == wait
    assert seconds_to_wait(0, now, now) == 0
    assert seconds_to_wait(30, None, now) == 0


def test_slow_mode_holds_each_member_for_itself_and_not_the_host(cast: Cast, debate: Ground, now: datetime) -> None:
    slow_chat(actor(cast.host), debate.sitting, SLOW, now=now)
    assert floor_queries.floor(queries.room(debate.sitting), now)["slow"] == 30
    say(cast.member, debate, now)
    with pytest.raises(TooMany):
        say(cast.member, debate, now + timedelta(seconds=29))
    say(cast.seconder, debate, now)
    for _ in range(2):
        say(cast.host, debate, now)
    assert say(cast.member, debate, now + timedelta(seconds=30)).number
    slow_chat(actor(cast.host), debate.sitting, NewSlowing(0, None, ""), now=now)
    assert last_entry().act == "slow_chat"
    say(cast.member, debate, now + timedelta(seconds=31))


# ---------- decisions ----------


def test_a_decision_is_shown_in_the_room_and_drafted_into_the_minutes(
    app: Flask, cast: Cast, debate: Ground, now: datetime
) -> None:
    record_operations.note_decision(actor(cast.host), debate.sitting, "We print a leaflet.", now=now)
    assert floor_queries.floor(queries.room(debate.sitting), now)["decisions"] == ["We print a leaflet."]
    closing_operations.close_sitting(actor(cast.host), debate.sitting, now=now)
    facts = minutes_queries.minutes_facts(queries.room(debate.sitting))
    assert [each.text for each in facts.decisions] == ["We print a leaflet."]
    with pytest.raises(Refused):
        record_operations.note_decision(actor(cast.host), debate.sitting, "Too late.", now=now)


@pytest.mark.parametrize("who", ["member", "other_host", "officer"])
def test_only_the_host_notes_decisions_and_slows_the_chat(who: str, cast: Cast, debate: Ground, now: datetime) -> None:
    person = actor(getattr(cast, who))
    with pytest.raises(Refused):
        record_operations.note_decision(person, debate.sitting, "Mine.", now=now)
    with pytest.raises(Refused):
        slow_chat(person, debate.sitting, SLOW, now=now)


# ---------- spoken turns and arguments ----------


@pytest.mark.parametrize("who", ["member", "host"])
def test_speaker_and_host_tie_a_turn_to_an_argument(who: str, cast: Cast, debate: Ground, now: datetime) -> None:
    turn, spoken = turn_of(cast, debate, now), argument(cast, debate, now)
    for _ in range(2):
        record_operations.tie_argument(
            actor(getattr(cast, who)), debate.sitting, turn.id, spoken.number, now=now
        )  # fmt: skip
    shown = floor_queries.floor(queries.room(debate.sitting), now)["speaker"]
    assert [each["label"] for each in shown["arguments"]] == [spoken.label]
    closing_operations.close_sitting(actor(cast.host), debate.sitting, now=now)
    turns = minutes_queries.minutes_facts(queries.room(debate.sitting)).turns
    assert [[each.label for each in turn.arguments] for turn in turns] == [[spoken.label]]


def test_the_life_of_an_argument_tells_where_it_was_spoken_and_visitors_nothing_of_a_small_local(
    app: Flask, cast: Cast, now: datetime
) -> None:
    with app.app_context(), transaction(write=True):
        debate = make_debate(cast, now=now)
        turn, spoken = turn_of(cast, debate, now), argument(cast, debate, now)
        record_operations.tie_argument(actor(cast.host), debate.sitting, turn.id, spoken.number, now=now)
        address = f"/a/{spoken.id}"
    session = f"/sittings/{debate.sitting}"
    told = sign_in(app, cast.elsewhere).get(address).text
    assert "Spoken on the floor" in told
    assert session in told
    visited = app.test_client().get(address).text
    assert "Spoken on the floor" in visited
    assert session not in visited
    assert "From a small local" in visited


@pytest.mark.parametrize("who", ["seconder", "elsewhere", "other_host", "officer"])
def test_nobody_else_ties_a_turn(who: str, cast: Cast, debate: Ground, now: datetime) -> None:
    turn, spoken = turn_of(cast, debate, now), argument(cast, debate, now)
    with pytest.raises(Refused):
        record_operations.tie_argument(actor(getattr(cast, who)), debate.sitting, turn.id, spoken.number, now=now)


def test_a_turn_is_tied_to_nothing_that_is_not_there(cast: Cast, debate: Ground, now: datetime) -> None:
    turn, spoken = turn_of(cast, debate, now), argument(cast, debate, now)
    host = actor(cast.host)
    with pytest.raises(Missing):
        record_operations.tie_argument(host, debate.sitting, turn.id, 999, now=now)
    with pytest.raises(Missing):
        record_operations.tie_argument(host, debate.sitting, 999, spoken.number, now=now)
    waiting = floor_operations.ask_to_speak(actor(cast.seconder), debate.sitting, Request(), now=now)
    with pytest.raises(Refused):
        record_operations.tie_argument(host, debate.sitting, waiting.id, spoken.number, now=now)


def test_signed_minutes_take_no_more_ties(app: Flask, cast: Cast, debate: Ground, now: datetime) -> None:
    turn, spoken = turn_of(cast, debate, now), argument(cast, debate, now)
    host = actor(cast.host)
    sitting = closing_operations.close_sitting(host, debate.sitting, now=now)
    closing_operations.sign_minutes(host, debate.sitting, Minutes("So it was.", sitting.version), now=now)
    with pytest.raises(Refused):
        record_operations.tie_argument(host, debate.sitting, turn.id, spoken.number, now=now)


# ---------- the video call ----------


@pytest.mark.parametrize(
    "url", ["http://meet.example.org/88", "javascript:alert(1)", "https://", "https://user:word@meet.example.org/", "x"]
)
def test_a_video_call_has_an_https_address_or_none(url: str) -> None:
    sent = {"title": "Third", "starts_at": "2031-01-01T10:00", "video_url": url}
    with pytest.raises(Invalid) as refused:
        read_sitting(sent, ZoneInfo("America/Chicago"))
    assert [each.field for each in refused.value.problems] == ["video_url"]


def test_the_video_call_is_for_members_only(app: Flask, cast: Cast) -> None:
    url = "https://meet.example.org/88"
    now = clock.now()
    read = read_sitting({"title": "T", "starts_at": "2031-01-01T10:00", "video_url": url}, ZoneInfo("UTC"))
    assert read.video_url == url
    with app.test_request_context(), transaction(write=True):
        debate = make_debate(cast, now=now)
        new = NewSitting("Third", now + timedelta(days=2), "", "", video_url=url)
        address = f"/sittings/{operations.schedule_sitting(actor(cast.host), debate.hall, new, now=now).id}"
    assert url in sign_in(app, cast.elsewhere).get(address).get_data(as_text=True)
    stranger = app.test_client()
    assert "/sign-in" in stranger.get(address).headers["Location"]
    assert "meet.example.org" not in stranger.get("/sittings").get_data(as_text=True)


def test_the_room_has_a_way_out_on_a_shared_device_and_is_kept_by_no_browser(app: Flask, cast: Cast) -> None:
    with app.app_context(), transaction(write=True):
        debate = make_debate(cast, now=clock.now())
    browser = sign_in(app, cast.member)
    page = browser.get(f"/sittings/{debate.sitting}")
    assert page.headers["Cache-Control"] == "no-store"
    assert "/sign-out" in page.get_data(as_text=True)
    with browser.session_transaction() as cookie:
        cookie.permanent = True
    assert "/sign-out" not in browser.get(f"/sittings/{debate.sitting}").get_data(as_text=True)
