"""T11: what one member, one room and one address may send; who is too quick is told so and keeps what was typed."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock, limits
from forum.kernel.database import transaction
from forum.kernel.errors import TooMany
from forum.kernel.live import EVENTS
from forum.roll.models import Local
from forum.sittings import pace
from tests.build_sittings import Ground, connect, make_debate
from tests.build_town import make_town
from tests.people import Cast, make_member, sign_in

pytestmark = pytest.mark.sqlite_alone

TOO_QUICK = "That was a lot at once. Wait a little and try again."
OPEN_TO_ALL = ("anyone", "members")
WITHOUT_A_RATE = {"signin.sign_out"}  # nobody is kept from signing out
CROWD = 50
WORDS = {  # where somebody writes: the field that must come back
    "/a/<int:argument_id>/word": "grounds", "/halls/<int:hall_id>/posts": "source",
    "/halls/<int:hall_id>/posts/<int:number>/edit": "source", "/halls/<int:hall_id>/sittings": "agenda",
    "/moderation/<kind>/<int:subject_id>/hide": "reason", "/moderation/<kind>/<int:subject_id>/report": "reason",
    "/q/<int:number>/arguments": "grounds", "/q/<int:number>/replies": "source",
    "/sittings/<int:sitting_id>/asked": "asked", "/sittings/<int:sitting_id>/messages": "text",
    "/sittings/<int:sitting_id>/polls": "question", "/sittings/<int:sitting_id>/decisions": "decision",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _counted_anew(app: Flask) -> Iterator[None]:
    """What other tests have counted is forgotten, and what these count."""
    app.config["WTF_CSRF_ENABLED"] = False
    limits.init("")
    yield
    limits.init("")


@pytest.fixture
def debate(app: Flask, cast: Cast) -> Ground:
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


def test_whatever_any_member_can_send_has_a_rate(app: Flask) -> None:
    missing = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "POST" in (rule.methods or ()) and view.door.name in OPEN_TO_ALL and not view.limit:  # type: ignore[attr-defined]
            missing.add(rule.endpoint)
    assert missing == WITHOUT_A_RATE


def test_a_member_says_ten_things_in_ten_seconds_by_socket_and_form_each(
    app: Flask, cast: Cast, debate: Ground
) -> None:
    browser = sign_in(app, cast.member)
    socket, page = connect(app, browser), f"/sittings/{debate.sitting}/messages"
    said = [socket.emit("say", {"sitting": debate.sitting, "text": "x"}, callback=True) for _ in range(11)]
    assert [each.get("status") for each in said] == [None] * 10 + [429]
    assert said[-1]["refused"] == TOO_QUICK
    assert [browser.post(page, data={"text": "x"}).status_code for _ in range(11)] == [302] * 10 + [429]
    other = connect(app, sign_in(app, cast.seconder))
    assert other.emit("say", {"sitting": debate.sitting, "text": "x"}, callback=True).get("ok")


def test_a_room_takes_so_much_from_all_together(
    app: Flask, cast: Cast, debate: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "OF_A_ROOM", dict.fromkeys(pace.OF_A_ROOM, "3/10 seconds"))
    browsers = [sign_in(app, each) for each in (cast.member, cast.seconder, cast.host)]
    sockets = [connect(app, each) for each in browsers]
    for event in pace.OF_A_ROOM:
        answers = [
            sockets[n % 3].emit(event, {"sitting": debate.sitting, "text": "x"}, callback=True) for n in range(4)
        ]
        assert [each.get("status") for each in answers] == [None] * 3 + [429], event
        elsewhere = sockets[0].emit(event, {"sitting": debate.national, "text": "x"}, callback=True)
        assert elsewhere.get("ok"), elsewhere
    page = browsers[0].post(f"/sittings/{debate.sitting}/messages", data={"text": "Kept for later."})
    assert page.status_code == 429
    assert "Kept for later." in page.text


def test_one_post_in_ten_seconds_and_one_sent_twice_is_none_more(app: Flask, cast: Cast, debate: Ground) -> None:
    browser, page = sign_in(app, cast.member), f"/halls/{debate.hall}/posts"
    for _ in range(2):
        assert browser.post(page, data={"source": "The first.", "client_key": "k1"}).status_code == 302
    again = browser.post(page, data={"source": "Too soon after it.", "client_key": "k2"})
    assert again.status_code == 429
    assert TOO_QUICK in again.text
    assert "Too soon after it." in again.text
    assert sign_in(app, cast.seconder).post(page, data={"source": "Mine."}).status_code == 302


def test_fifty_members_behind_one_address_are_not_punished(app: Flask, cast: Cast, debate: Ground) -> None:
    """They ask for their codes, come, write, speak and vote within one minute, all by the one wire of the factory."""
    with app.app_context(), transaction(write=True) as rows:
        here = rows.get_one(Local, cast.local)
        people = [make_member(f"9{n:03d}", f"Member {n}", here) for n in range(CROWD)]
    hall, room = f"/halls/{debate.hall}", {"sitting": debate.sitting}
    for n, each in enumerate(people):
        browser = sign_in(app, each)
        statuses = {browser.post(f"{hall}/posts", data={"source": f"I am {n}."}).status_code}
        socket = connect(app, browser)
        for event in ("attend", "say", "ask_to_speak", "catch_up"):
            answer = socket.emit(event, {**room, "text": f"I am {n}.", "after": 0}, callback=True)
            assert answer.get("ok"), answer
        stranger = app.test_client()
        statuses.add(stranger.post("/sign-in/code/new", data={"who": f"9{n:03d}"}).status_code)
        ballot = stranger.post("/booth/unknown/cast", json={})  # past the rate it is looked at, and is no ballot
        assert (statuses, ballot.status_code) == ({302}, 422)


def test_who_is_too_quick_is_told_so_and_keeps_the_words(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every form of a hall and a session, at an address where it stands, with a rate that is used up."""
    with app.test_request_context(), transaction(write=True):
        town = make_town(cast, now=clock.now())
    browsers = [sign_in(app, each) for each in (cast.member, cast.host, cast.officer, cast.tellers[0])]

    def used_up(*_: str) -> None:
        raise TooMany

    monkeypatch.setattr(limits, "hit", used_up)
    rules = {each.rule: each for each in app.url_map.iter_rules() if "POST" in (each.methods or ())}
    lost = {
        rule for rule, name in WORDS.items()
        if not any(comes_back(each, address, name) for each in browsers for address in town.addresses(rules[rule]))
    }  # fmt: skip
    assert not lost


def comes_back(browser: FlaskClient, address: str, field: str) -> bool:
    """Whether the form there is shown again with these words and says why."""
    page = browser.post(address, data={field: "Words of mine."})
    return page.status_code == 429 and "Words of mine." in page.text and TOO_QUICK in page.text


def test_every_event_of_a_crowd_is_one_that_exists() -> None:
    assert set(EVENTS) >= set(pace.OF_A_ROOM)
