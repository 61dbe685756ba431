"""Sessions through their sockets: several browsers, one order, nothing doubled, nothing said by those who may not."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.roll.models import Member
from forum.signin import device_operations
from forum.signin.models import Device
from forum.sittings import chat_operations
from forum.sittings.models import Message
from tests.build_sittings import Ground, connect, heard, make_debate
from tests.people import Cast, sign_in


@pytest.fixture
def debate(app: Flask, cast: Cast) -> Ground:
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


class Browser:
    """One member's socket, in the room of a session."""

    def __init__(self, app: Flask, member_id: int, sitting: int) -> None:
        self.socket = connect(app, sign_in(app, member_id) if member_id else app.test_client())
        self.sitting = sitting
        self.joined = self.ask("join", room=f"sitting:{sitting}") if self.socket.is_connected() else {}

    def ask(self, event: str, **facts: object) -> dict[str, object]:
        answer = self.socket.emit(event, {"sitting": self.sitting, **facts}, callback=True)
        return answer if isinstance(answer, dict) else {}

    def lines(self) -> list[dict[str, object]]:
        return heard(self.socket, "message")


@pytest.fixture
def browser(app: Flask, debate: Ground):  # type: ignore[no-untyped-def]
    return lambda member_id, sitting=debate.sitting: Browser(app, member_id, sitting)


def test_two_browsers_see_the_same_lines_in_the_same_order(browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    marta, len_ = browser(cast.member), browser(cast.seconder)
    for n in range(3):
        assert marta.ask("say", text=f"m{n}", client_key=f"a{n}")["number"] == 2 * n + 1
        assert len_.ask("say", text=f"l{n}", client_key=f"b{n}")["number"] == 2 * n + 2
    seen = [(each["number"], each["body"]) for each in marta.lines()]
    assert seen == [(each["number"], each["body"]) for each in len_.lines()]
    assert [number for number, _ in seen] == [1, 2, 3, 4, 5, 6]
    assert seen[0][1] == [["p", "m0"]]


def test_a_line_sent_twice_is_acknowledged_twice_and_announced_once(browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    marta, len_ = browser(cast.member), browser(cast.seconder)
    first = marta.ask("say", text="once", client_key="k")
    assert marta.ask("say", text="once", client_key="k") == first
    assert [each["key"] for each in len_.lines()] == ["k"]


def test_who_returns_gets_what_was_missed_once_and_in_order(app: Flask, browser, cast: Cast, debate: Ground) -> None:  # type: ignore[no-untyped-def]
    marta = browser(cast.member)
    for n in range(5):
        marta.ask("say", text=f"m{n}", client_key=f"a{n}")
    missed = browser(cast.seconder).ask("catch_up", after=2)
    assert [each["number"] for each in missed["messages"]] == [3, 4, 5]
    assert missed["more"] is False
    assert missed["floor"]["state"] == "open"


def test_a_long_absence_is_made_good_in_steps(app: Flask, browser, cast: Cast, debate: Ground) -> None:  # type: ignore[no-untyped-def]
    with app.app_context(), transaction(write=True) as session:
        session.add_all(
            Message(hall_id=debate.hall, sitting_id=debate.sitting, number=n, author_id=cast.member, source="x",
                    html="<p>x</p>", at=clock.now())
            for n in range(1, 251)
        )  # fmt: skip
    marta = browser(cast.member)
    first = marta.ask("catch_up", after=0)
    assert (len(first["messages"]), first["more"]) == (200, True)
    rest = marta.ask("catch_up", after=200)
    assert ([each["number"] for each in rest["messages"]], rest["more"]) == (list(range(201, 251)), False)


def test_other_locals_may_follow_and_not_speak(browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    guest, marta = browser(cast.elsewhere), browser(cast.member)
    assert guest.joined["ok"]
    assert guest.joined["speaks"] is False
    assert "refused" in guest.ask("say", text="let me in", client_key="x")
    marta.ask("say", text="hello", client_key="y")
    assert len(guest.lines()) == 1


@pytest.mark.parametrize("event", ["say", "ask_to_speak"])
def test_a_suspended_member_reads_only(event: str, browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    suspended = browser(cast.suspended)
    assert suspended.joined["ok"]
    assert suspended.ask(event, text="no", client_key="x")["status"] == 403


def test_a_visitor_neither_joins_nor_speaks(browser) -> None:  # type: ignore[no-untyped-def]
    visitor = browser(0)
    assert "refused" in visitor.joined
    assert "refused" in visitor.ask("say", text="hi", client_key="x")
    assert "refused" in visitor.ask("catch_up", after=0)


def test_a_connection_without_the_page_s_token_is_refused(app: Flask, cast: Cast, debate: Ground) -> None:
    from forum.kernel.live import socketio

    socket = socketio.test_client(app, flask_test_client=sign_in(app, cast.member), auth={"token": "made up"})
    assert not socket.is_connected()


def test_a_revoked_device_is_refused_at_its_next_word(app: Flask, browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    marta = browser(cast.member)
    with app.app_context(), transaction(write=True) as session:
        for device in session.scalars(db.select(Device).where(Device.member_id == cast.member)):
            device.revoked_at = clock.now()
    assert "refused" in marta.ask("say", text="still here?", client_key="x")


def test_who_speaks_in_a_session_keeps_a_shared_machine_signed_in(app: Flask, browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    marta = browser(cast.member)
    nearly_idle = clock.now() - timedelta(minutes=4)
    with app.app_context(), transaction(write=True) as session:
        session.execute(update(Device).where(Device.member_id == cast.member).values(kiosk=True, seen_at=nearly_idle))
    device_operations._touched.clear()  # coming in was use too, a moment ago
    assert marta.ask("say", text="still here", client_key="x")["ok"]
    with app.app_context(), transaction(write=False) as session:
        seen_at = session.scalar(db.select(Device.seen_at).where(Device.member_id == cast.member))
    assert seen_at > nearly_idle + timedelta(minutes=3)


def test_losing_standing_is_felt_at_the_next_word(app: Flask, browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    marta = browser(cast.member)
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Member, cast.member).standing = "suspended"
    assert "refused" in marta.ask("say", text="still here?", client_key="x")


def test_what_cannot_be_read_is_refused_at_its_field_and_nothing_is_announced(browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    marta, len_ = browser(cast.member), browser(cast.seconder)
    assert marta.ask("say", text="", client_key="x")["problems"].keys() == {"text"}
    assert marta.ask("say", text="a" * 2001, client_key="x")["problems"].keys() == {"text"}
    assert marta.ask("say", text="a", client_key="<img>")["problems"].keys() == {"client_key"}
    assert "refused" in marta.ask("say", sitting="; drop", text="a")
    assert "refused" in marta.ask("say", sitting=[1], text={"a": 1})
    assert len_.lines() == []


def test_chat_has_a_rate_for_each_member(browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    marta, len_ = browser(cast.member), browser(cast.seconder)
    answers = [marta.ask("say", text="x", client_key=f"k{n}") for n in range(11)]
    assert [each.get("status") for each in answers] == [None] * 10 + [429]
    assert "number" in len_.ask("say", text="y", client_key="z")


def test_the_floor_is_announced_to_everybody_with_the_server_s_time(browser, cast: Cast, debate: Ground) -> None:  # type: ignore[no-untyped-def]
    host, marta, guest = browser(cast.host), browser(cast.member), browser(cast.elsewhere)
    turn = marta.ask("ask_to_speak", option=debate.options[1], where="here")["turn"]
    assert host.ask("next_speaker", seen=0)["turn"] == turn
    states = heard(guest.socket, "floor")
    assert [len(each["stack"]) for each in states] == [1, 0]
    speaker = states[-1]["speaker"]
    assert (speaker["name"], speaker["local"], speaker["option"], speaker["remote"]) == (
        "Marta Quill",
        "88",
        "B",
        False,
    )
    assert speaker["ends"] - speaker["started"] == 180_000
    assert states[0]["version"] < states[1]["version"]


@pytest.mark.parametrize("event", ["next_speaker", "extend_turn", "pause_turn", "end_turn", "open_poll", "close_poll"])
@pytest.mark.parametrize("who", ["member", "other_host", "officer"])
def test_the_host_s_events_are_for_the_host(event: str, who: str, browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    answer = browser(getattr(cast, who)).ask(event, poll=1, question="?", choices=["a", "b"], seen=0)
    assert answer["status"] in (403, 404)


def test_a_host_without_a_second_factor_runs_nothing(app: Flask, cast: Cast, debate: Ground) -> None:
    socket = connect(app, sign_in(app, cast.host, second_factor=False))
    answer = socket.emit("next_speaker", {"sitting": debate.sitting}, callback=True)
    assert "refused" in answer


def test_a_straw_poll_is_answered_and_its_totals_shown_at_the_end_only(browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    host, marta = browser(cast.host), browser(cast.member)
    poll = host.ask("open_poll", question="Answered?", choices=["Yes", "No"], seen=0)["poll"]
    assert "refused" not in marta.ask("answer_poll", poll=poll, choice=1)
    assert marta.ask("catch_up", after=0)["answered"] == 1
    assert host.ask("close_poll", poll=poll, seen=1)["totals"] == [0, 1]
    assert [each["totals"] for each in heard(marta.socket, "poll")] == [None, [0, 1]]
    assert marta.ask("catch_up", after=0)["ended"]["totals"] == [0, 1]  # who had no network meanwhile hears it too


def test_attendance_is_told_to_the_room(browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    marta = browser(cast.member)
    assert marta.ask("attend")["attendance"] == 1
    assert browser(cast.seconder).ask("attend")["attendance"] == 2
    assert [each["attendance"] for each in heard(marta.socket, "attendance")] == [1, 2]


def test_hiding_a_line_is_told_to_the_room(app: Flask, browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    marta = browser(cast.member)
    number = marta.ask("say", text="an address", client_key="x")["id"]
    with app.app_context(), transaction(write=True):
        chat_operations.hide_message(number, now=clock.now())
    assert [(each["number"], each["hidden"]) for each in heard(marta.socket, "message_hidden")] == [(1, True)]
    assert marta.ask("catch_up", after=0)["messages"][0]["body"] == []


def test_who_returns_hears_which_lines_were_hidden_meanwhile(app: Flask, browser, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    marta = browser(cast.member)
    first = marta.ask("say", text="an address", client_key="x")["id"]
    marta.ask("say", text="two", client_key="y")
    assert marta.ask("catch_up", after=2)["hidden"] == []
    with app.app_context(), transaction(write=True):
        chat_operations.hide_message(first, now=clock.now())
    answer = marta.ask("catch_up", after=2)
    assert (answer["hidden"], answer["messages"]) == ([1], [])
    assert marta.ask("catch_up", after=2**31 - 1)["hidden"] == []  # the wall, which shows no lines


def test_nothing_is_announced_when_the_transaction_fails(
    app: Flask, browser, cast: Cast, debate: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    marta = browser(cast.member)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("after the write")

    monkeypatch.setattr(chat_operations, "Said", fail)  # the last thing it makes, after what it announces
    assert "refused" in marta.ask("say", text="lost", client_key="x")
    assert marta.lines() == []
    with app.app_context():
        assert db.session.scalar(db.select(Message)) is None


def test_the_room_s_numbers_start_where_the_page_ended(browser, cast: Cast, now: datetime) -> None:  # type: ignore[no-untyped-def]
    marta = browser(cast.member)
    marta.ask("say", text="one", client_key="x")
    assert marta.ask("catch_up", after=1)["messages"] == []
