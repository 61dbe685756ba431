"""A line of chat put on the record: the argument keeps where it came from, and the room hears of it."""

import re

import pytest
from flask import Flask

from forum.arguments import operations as arguments
from forum.arguments import queries as argument_queries
from forum.arguments.forms import NewArgument
from forum.arguments.models import Argument, OriginConsent
from forum.arguments.rules import Side
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.errors import Missing
from forum.moderation import operations as moderation
from forum.moderation.forms import Cause
from forum.moderation.rules import Ground as HidingGround
from forum.sittings import chat_operations, chat_queries
from forum.sittings.forms import NewMessage
from forum.sittings.models import Message
from tests.build_sittings import Ground, connect, heard, make_debate
from tests.people import Cast, actor, sign_in


@pytest.fixture
def debate(app: Flask, cast: Cast) -> Ground:
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


def say(app: Flask, debate: Ground, who: int, text: str) -> int:
    with app.test_request_context(), transaction(write=True):
        return chat_operations.say(actor(who), debate.sitting, NewMessage(text), now=clock.now()).id


def record(app: Flask, debate: Ground, who: int, message: int) -> int:
    new = NewArgument(
        option_id=debate.options[1], side=Side.FOR, claim="The call is posted, not rung.", grounds="Article 12.3",
        hall_id=debate.hall, origin=f"message:{message}",
    )  # fmt: skip
    with app.test_request_context(), transaction(write=True):
        return arguments.move_argument(actor(who), debate.question, new, now=clock.now()).id


def test_the_room_hears_that_a_line_was_put_on_the_record(app: Flask, cast: Cast, debate: Ground) -> None:
    message = say(app, debate, cast.member, "posted on the board, not rung")
    socket = connect(app, sign_in(app, cast.seconder))
    socket.emit("join", {"room": f"sitting:{debate.sitting}"}, callback=True)
    argument = record(app, debate, cast.seconder, message)
    told = heard(socket, "message")
    assert [(each["kind"], each["number"], each["about"]) for each in told] == [("record", 2, 1)]
    assert told[0]["arguments"] == [{"id": argument, "label": "A-01"}]
    assert told[0]["body"] == [["p", "The call is posted, not rung."]]


def test_the_room_hears_that_the_argument_it_heard_was_hidden(app: Flask, cast: Cast, debate: Ground) -> None:
    argument = record(app, debate, cast.seconder, say(app, debate, cast.member, "posted on the board, not rung"))
    socket = connect(app, sign_in(app, cast.seconder))
    socket.emit("join", {"room": f"sitting:{debate.sitting}"}, callback=True)
    with app.test_request_context(), transaction(write=True):
        cause = Cause(HidingGround.PERSONAL_DATA, "It tells an illness.")
        moderation.hide_words(actor(cast.host), "argument", argument, cause, now=clock.now())
    assert heard(socket, "message_hidden") == [{"sitting": debate.sitting, "number": 2, "hidden": True}]
    assert socket.emit("catch_up", {"sitting": debate.sitting, "after": 2}, callback=True)["hidden"] == [2]


def test_the_line_and_the_argument_point_to_each_other(app: Flask, cast: Cast, debate: Ground) -> None:
    message = say(app, debate, cast.member, "posted")
    argument = record(app, debate, cast.seconder, message)
    with app.app_context():
        assert db.session.get_one(Argument, argument).message_id == message
        assert chat_queries.last_lines(debate.sitting)[0].arguments == ((argument, "A-01"),)


def test_whose_words_they_are_is_asked_before_being_named(app: Flask, cast: Cast, debate: Ground) -> None:
    argument = record(app, debate, cast.seconder, say(app, debate, cast.member, "posted"))
    with app.app_context():
        assert db.session.get_one(Argument, argument).origin_member_id is None
        assert db.session.scalars(db.select(OriginConsent.member_id)).all() == [cast.member]


def test_the_argument_shows_again_after_the_room_was_left(app: Flask, cast: Cast, debate: Ground) -> None:
    record(app, debate, cast.seconder, say(app, debate, cast.member, "posted"))
    socket = connect(app, sign_in(app, cast.member))
    socket.emit("join", {"room": f"sitting:{debate.sitting}"}, callback=True)
    missed = socket.emit("catch_up", {"sitting": debate.sitting, "after": 0}, callback=True)
    assert [(each["kind"], [tag["label"] for tag in each["arguments"]]) for each in missed["messages"]] == [
        ("chat", ["A-01"]), ("record", ["A-01"]),
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["", "/transcript"])
def test_line_note_and_argument_lead_to_each_other_on_the_page_too(
    path: str, app: Flask, cast: Cast, debate: Ground
) -> None:
    argument = record(app, debate, cast.seconder, say(app, debate, cast.member, "posted"))
    browser = sign_in(app, cast.member)
    page = browser.get(f"/sittings/{debate.sitting}{path}").text
    line, note = (re.search(rf'<li id="m{number}".*?</li>', page, re.DOTALL) for number in (1, 2))
    assert line
    assert note
    assert f'href="/a/{argument}"' in line[0]
    assert f'href="/a/{argument}"' in note[0]
    assert 'href="#m1"' in note[0]
    assert "From line No. 1" in note[0]
    life = browser.get(f"/a/{argument}").text
    assert f'href="/sittings/{debate.sitting}/transcript?after=0#m1"' in life


def test_a_hidden_line_is_no_origin(app: Flask, cast: Cast, debate: Ground) -> None:
    message = say(app, debate, cast.member, "an address")
    with app.app_context(), transaction(write=True):
        chat_operations.hide_message(message, now=clock.now())
    with app.app_context(), pytest.raises(Missing):
        argument_queries.origin_of("message", message)


def test_a_note_of_the_record_is_nobody_s_words(app: Flask, cast: Cast, debate: Ground) -> None:
    record(app, debate, cast.seconder, say(app, debate, cast.member, "posted"))
    with app.app_context():
        note = db.session.scalars(db.select(Message.id).where(Message.kind == "record")).one()
        with pytest.raises(Missing):
            argument_queries.origin_of("message", note)


def test_when_an_argument_is_hidden_the_note_of_it_loses_its_words(app: Flask, cast: Cast, debate: Ground) -> None:
    argument = record(app, debate, cast.seconder, say(app, debate, cast.member, "posted"))
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Argument, argument).hidden_at = clock.now()
    with app.app_context():
        note = chat_queries.last_lines(debate.sitting)[1]
        assert (note.hidden, note.html) == (True, "")
