"""Two who run one session at once: what the one did not see of the other, the one does not overrule."""

from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.sittings import point_operations
from forum.sittings.models import Decision, Sitting, StrawPoll
from tests.build_sittings import Ground, connect, heard, make_debate
from tests.people import Cast, actor, sign_in

MEANWHILE = "Nothing was done: meanwhile "
POLL = {"question": "Answered?", "choices": ["Yes", "No"]}


@pytest.fixture
def debate(app: Flask, cast: Cast) -> Ground:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


class Teller:
    """One of those who run the national session: acts as the page shows it, until told to look again."""

    def __init__(self, app: Flask, member_id: int, sitting: int) -> None:
        self.socket: SocketIOTestClient = connect(app, sign_in(app, member_id))
        self.sitting = sitting
        self.seen = self.ask("join", room=f"sitting:{sitting}")["floor"]["acts"]

    def ask(self, event: str, **facts: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.socket.emit(event, {"sitting": self.sitting, **facts}, callback=True)
        return answer

    def act(self, event: str, **facts: object) -> dict[str, Any]:
        return self.ask(event, seen=self.seen, **facts)

    def look(self) -> dict[str, Any]:
        """The floor as this page was last told."""
        states: list[Any] = heard(self.socket, "floor")
        self.seen = states[-1]["acts"]
        return dict(states[-1])


@pytest.fixture
def two(app: Flask, cast: Cast, debate: Ground) -> tuple[Teller, Teller]:
    return Teller(app, cast.tellers[0], debate.national), Teller(app, cast.tellers[1], debate.national)


def test_the_second_host_s_stale_act_is_refused_in_words_and_the_page_told_how_it_stands(
    app: Flask, cast: Cast, debate: Ground, two: tuple[Teller, Teller]
) -> None:
    one, other = two
    members = [connect(app, sign_in(app, who)) for who in (cast.member, cast.seconder)]
    for member in members:
        assert member.emit("ask_to_speak", {"sitting": debate.national}, callback=True)["ok"]
    first = one.act("next_speaker")["turn"]
    refused = other.act("next_speaker")
    assert (refused["status"], refused["refused"]) == (409, f"{MEANWHILE}the next speaker was called. Look again.")
    shown = other.look()
    assert shown["speaker"]["turn"] == first
    assert len(shown["stack"]) == 1
    assert other.act("pause_turn")["ok"]
    assert one.act("end_turn")["refused"] == f"{MEANWHILE}the clock was stopped or started again. Look again."
    assert one.look()["speaker"]["paused"]


@pytest.mark.parametrize(
    ("did", "facts", "words"),
    [
        ("open_poll", POLL, "a straw poll was opened. Look again."),
        ("note_decision", {"decision": "We march."}, "a decision was noted. Look again."),
    ],
)
@pytest.mark.parametrize(
    ("then", "more"), [("open_poll", POLL), ("note_decision", {"decision": "We march."}), ("next_speaker", {})]
)
def test_polls_and_decisions_collide_with_no_act(
    app: Flask, two: tuple[Teller, Teller], did: str, facts: dict[str, Any], words: str, then: str, more: dict[str, Any]
) -> None:
    one, other = two
    assert one.act(did, **facts)["ok"]
    refused = other.act(then, **more)
    assert (refused["status"], refused["refused"]) == (409, MEANWHILE + words)
    with app.app_context():
        rows = [len(db.session.scalars(db.select(model)).all()) for model in (StrawPoll, Decision)]
    assert rows == ([1, 0] if did == "open_poll" else [0, 1])


def test_a_poll_is_closed_once_and_closing_it_again_is_no_error(two: tuple[Teller, Teller]) -> None:
    one, other = two
    poll = one.act("open_poll", **POLL)["poll"]
    assert other.act("close_poll", poll=poll)["refused"] == f"{MEANWHILE}a straw poll was opened. Look again."
    other.look()
    assert other.act("close_poll", poll=poll)["totals"] == [0, 0]
    assert one.act("close_poll", poll=poll)["totals"] == [0, 0]


def test_a_stale_close_leaves_the_session_open_and_shows_the_console_as_it_is(
    app: Flask, cast: Cast, debate: Ground, two: tuple[Teller, Teller]
) -> None:
    assert two[0].act("open_poll", **POLL)["ok"]
    page = sign_in(app, cast.tellers[1])
    late = page.post(f"/sittings/{debate.national}/close", data={"seen": 0})
    assert late.status_code == 409
    assert "a straw poll was opened" in late.text
    assert "Answered?" in late.text
    assert 'name="seen" value="1"' in late.text
    with app.app_context():
        assert db.session.get_one(Sitting, debate.national).state == "open"
    assert page.post(f"/sittings/{debate.national}/close", data={"seen": 1}).location.endswith("/minutes")


@pytest.mark.parametrize(
    "event",
    ["next_speaker", "extend_turn", "pause_turn", "end_turn", "take_point", "dismiss_point", "end_point", "open_poll",
     "close_poll", "note_decision"],
)  # fmt: skip
def test_an_act_that_does_not_say_what_was_seen_is_not_done(
    event: str, app: Flask, cast: Cast, debate: Ground, two: tuple[Teller, Teller]
) -> None:
    with app.test_request_context(), transaction(write=True):
        point_operations.raise_point(actor(cast.member), debate.national, now=clock.now())
    answer = two[0].ask(event, point=1, poll=1, decision="We march.", **POLL)
    assert answer["status"] == 409
    with app.app_context():
        assert db.session.get_one(Sitting, debate.national).acts == 0
