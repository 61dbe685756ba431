"""What a page refuses, a socket refuses too, and the other way round; whoever was signed out hears nothing more."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func

from forum.arguments.models import Argument, Reading
from forum.halls.models import Post
from forum.kernel import clock, live
from forum.kernel.database import Base, db, transaction
from forum.roll.models import Member
from forum.signin.models import Device
from forum.sittings.models import Message, Sitting, StrawAnswer, StrawPoll, Turn
from tests.build_sittings import connect, heard
from tests.build_town import Town, make_town
from tests.people import Cast, sign_in

WRITTEN: tuple[type[Base], ...] = (Post, Message, Turn, StrawAnswer, StrawPoll, Argument, Reading)


@pytest.fixture
def town(app: Flask, cast: Cast) -> Town:
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["RAISE_FAILURES"] = False
    with app.test_request_context(), transaction(write=True):
        return make_town(cast, now=clock.now())


def forms(town: Town) -> dict[str, tuple[str, dict[str, Any]]]:
    """What members do in local 88's hall, by page: the address and the form."""
    debate = town.debate
    moving = {"option": debate.options[0], "side": "for", "claim": "We pay twice.", "grounds": "See page 4."}
    return {
        "post": (f"/halls/{debate.hall}/posts", {"source": "I was there."}),
        "say": (f"/sittings/{debate.sitting}/messages", {"text": "Good evening."}),
        "ask_to_speak": (f"/sittings/{debate.sitting}/turns", {"where": "here"}),
        "answer_poll": (f"/sittings/{debate.sitting}/polls/{town.values['poll_id'][0]}/answers", {"choice": "0"}),
        "move": (f"/q/{debate.number}/arguments", {**moving, "hall": debate.hall}),
        "second": (f"/a/{town.values['argument_id'][2]}/second", {}),
        "read": (f"/a/{town.values['argument_id'][0]}/reading", {"value": "agree"}),
    }


def events(town: Town) -> dict[str, dict[str, Any]]:
    """The same by socket, with what only the chair does, who has seen one act on the floor."""
    place = {"sitting": town.debate.sitting, "seen": 1}
    return {
        "say": {**place, "text": "Good evening."}, "ask_to_speak": {**place, "where": "here"},
        "answer_poll": {**place, "poll": town.values["poll_id"][0], "choice": 0},
        "next_speaker": place, "end_turn": place, "pause_turn": place, "extend_turn": place,
        "open_poll": {**place, "question": "Now?", "choices": ["yes", "no"]},
        "close_poll": {**place, "poll": town.values["poll_id"][0]},
    }  # fmt: skip


def state(app: Flask) -> list[object]:
    """How much was said, moved, answered and read, and how the session stands."""
    with app.app_context(), transaction(write=False) as session:
        counts = [session.scalar(db.select(func.count()).select_from(each)) for each in WRITTEN]
        seconded = session.scalar(db.select(func.count()).where(Argument.seconded_at.is_not(None)))
        answers = session.scalars(db.select(StrawAnswer.choice)).all()
        turns = session.scalars(db.select(Turn.state)).all()
        closed = session.scalars(db.select(StrawPoll.closed_at)).all()
        return [counts, seconded, answers, turns, closed, session.scalars(db.select(Sitting.state)).all()]


def of(app: Flask, town: Town, kind: str) -> FlaskClient:
    people = {**vars(town.cast), "teller": town.cast.tellers[0], "visitor": 0}
    return sign_in(app, people[kind]) if people[kind] else app.test_client()


@pytest.mark.parametrize(
    ("kind", "but"),
    [("visitor", ()), ("suspended", ()), ("teller", ()), ("observer", ()), ("elsewhere", ("second", "read"))],
)
def test_whom_the_rules_keep_out_no_channel_lets_in(app: Flask, town: Town, kind: str, but: tuple[str, ...]) -> None:
    browser = of(app, town, kind)
    socket = connect(app, browser)
    before = state(app)
    for name, (path, form) in forms(town).items():
        if name not in but:
            answer = browser.post(path, data=form)
            turned_away = answer.status_code == 403 or "/sign-in" in answer.headers.get("Location", "")
            assert turned_away, (name, answer.status_code)
    for name, payload in events(town).items():
        answer = socket.emit(name, payload, callback=True)
        assert set(answer) == {"refused", "status"}, (name, answer)
        assert answer["status"] == 403, (name, answer)
    assert state(app) == before


@pytest.mark.parametrize("name", ["post", "say", "ask_to_speak", "answer_poll", "move", "second", "read"])
def test_a_member_of_the_hall_is_let_in_by_page(app: Flask, town: Town, name: str) -> None:
    before = state(app)
    path, form = forms(town)[name]
    kind = "retired" if name in ("second", "ask_to_speak") else "member"
    assert of(app, town, kind).post(path, data=form).status_code == 302
    assert (state(app) != before) or name == "read"


def test_a_member_and_the_chair_are_let_in_by_socket(app: Flask, town: Town) -> None:
    member, chair = connect(app, of(app, town, "retired")), connect(app, of(app, town, "host"))
    for name, payload in events(town).items():
        socket = member if name in ("say", "ask_to_speak", "answer_poll") else chair
        with app.app_context(), transaction(write=False) as session:
            payload["seen"] = session.get_one(Sitting, town.debate.sitting).acts
        answer = socket.emit(name, payload, callback=True)
        if name not in ("end_turn", "pause_turn", "extend_turn", "open_poll"):  # these need a turn, or a free floor
            assert answer.get("ok"), (name, answer)


def test_a_socket_cannot_hide_from_its_own_sign_out(app: Flask, town: Town) -> None:
    browser = of(app, town, "member")
    socket = connect(app, browser)
    room = f"sitting:{town.debate.sitting}"
    socket.emit("join", {"room": room}, callback=True)
    with app.app_context(), transaction(write=False) as session:
        device = session.scalars(db.select(Device).order_by(Device.id.desc())).first()
        assert device is not None
        own = (device.id, device.member_id)
    for each in (f"device:{own[0]}", f"member:{own[1]}", f" device:{own[0]}"):
        socket.emit("leave", {"room": each}, callback=True)
    browser.post(f"/devices/{own[0]}/sign-out")
    assert not socket.is_connected()


def test_who_was_signed_out_hears_nothing_more(app: Flask, town: Town) -> None:
    browser = of(app, town, "member")
    socket = connect(app, browser)
    room = f"sitting:{town.debate.sitting}"
    socket.emit("join", {"room": room}, callback=True)
    speaker = connect(app, of(app, town, "seconder"))
    speaker.emit("say", {"sitting": town.debate.sitting, "text": "One."}, callback=True)
    assert len(heard(socket, "message")) == 1
    with app.app_context(), transaction(write=True):
        live.cut(f"member:{town.cast.member}")
    speaker.emit("say", {"sitting": town.debate.sitting, "text": "Two."}, callback=True)
    assert not socket.is_connected()


def test_a_suspended_member_s_old_socket_is_refused_at_its_next_word(app: Flask, town: Town) -> None:
    socket = connect(app, of(app, town, "member"))
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Member, town.cast.member).standing = "suspended"
    answer = socket.emit("say", {"sitting": town.debate.sitting, "text": "Still here."}, callback=True)
    assert answer["status"] == 403


def test_nobody_joins_the_room_of_a_device_or_of_another_member(app: Flask, town: Town) -> None:
    socket = connect(app, of(app, town, "elsewhere"))
    for room in ("device:1", f"member:{town.cast.member}", "sitting:²", "sitting:", "", "sitting:1:2"):
        assert "refused" in socket.emit("join", {"room": room}, callback=True), room
