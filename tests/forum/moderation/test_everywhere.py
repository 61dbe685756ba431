"""Hidden words leave by no channel: every page, print, feed, search, fragment, mail and socket is asked for them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func

from forum.arguments import operations as arguments
from forum.arguments.forms import NewArgument, NewWording
from forum.arguments.rules import Side
from forum.halls import own_notices, own_operations, own_queries
from forum.halls import post_operations as posts
from forum.halls.forms import EditedPost, NewPost
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.mail import Outgoing
from forum.moderation import operations as moderation
from forum.moderation.forms import Cause
from forum.moderation.rules import Ground
from forum.sittings import chat_operations, enquiry_operations
from forum.sittings.enquiry_forms import NewEnquiry
from forum.sittings.forms import NewMessage
from tests.build_sittings import connect, make_sitting
from tests.build_town import Town, make_town
from tests.people import Cast, actor, sign_in

pytestmark = pytest.mark.sqlite_alone

CANARY = "zqhidden"


@pytest.fixture
def town(app: Flask, cast: Cast) -> Town:
    """The town, with a post (edited once), a line of chat, an argument from that post and a question to a session, all
    by the member and with a word of their own."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["RAISE_FAILURES"] = False
    with app.test_request_context(), transaction(write=True):
        return _filled(make_town(cast, now=clock.now()))


def _filled(town: Town) -> Town:
    now, member, debate = clock.now(), actor(town.cast.member), town.debate
    own_operations.follow_hall(actor(town.cast.elsewhere), debate.hall, "follow", now=now - timedelta(days=2))
    post = posts.publish_post(member, debate.hall, NewPost(f"{CANARY}first words"), now=now)
    posts.edit_post(member, debate.hall, post.number, EditedPost(f"{CANARY}post words", 1), now=now)
    reply = NewPost("I disagree.", reply_to=post.number)
    posts.publish_post(actor(town.cast.seconder), debate.hall, reply, now=now)
    line = chat_operations.say(member, debate.sitting, NewMessage(f"{CANARY}line words", "", None), now=now)
    new = NewArgument(
        debate.options[0], Side.FOR, f"{CANARY}claim words", f"{CANARY}grounds words", hall_id=debate.hall
    )
    argument = arguments.move_argument(member, debate.question, replace(new, origin=f"post:{post.id}"), now=now)
    wording = NewWording(f"{CANARY}claim words", f"{CANARY}later words", "", 1)
    arguments.word_argument(member, argument.id, wording, now=now)
    arguments.second_argument(actor(town.cast.retired), argument.id, now=now)
    planned = make_sitting(debate.hall, now=now + timedelta(days=1), state="scheduled")
    asked = enquiry_operations.ask(member, planned, NewEnquiry(f"{CANARY}asked words"), now=now)
    town.values["sitting_id"].append(planned)
    town.values["argument_id"].append(argument.id)
    town.values["subject_id"] = [post.id, line.id, argument.id, asked.id]
    town.values["post_no"] = [post.number]
    town.values["hidden"] = [("post", post.id), ("message", line.id), ("argument", argument.id), ("enquiry", asked.id)]
    return town


def near(town: Town) -> list[str]:
    """Where the words stood, and the ways to ask for a post, a line or a word that no link shows."""
    debate, number, argument = town.debate, town.values["post_no"][0], town.values["argument_id"][-1]
    hall, moving = f"/halls/{debate.hall}", f"/q/{debate.number}/arguments/new"
    post, line = town.values["subject_id"][:2]
    return [
        hall, *(f"{hall}?{way}={number}" for way in ("quote", "reply", "page")), f"{hall}/print",
        *(f"{hall}/posts/{number}{end}" for end in ("", "/history", "/edit", "/mute")), f"{hall}/people?typed=Marta",
        f"{hall}/newer?after={number - 1}", f"{hall}/day?day=2026-01-01", "/search?q=words", "/search?q=first",
        f"{moving}?origin=post:{post}", f"{moving}?origin=message:{line}", f"{moving}?answers={argument}",
        f"/a/{argument}", f"/a/{argument}/wordings", f"/a/{argument}/word", f"/q/{debate.number}/arguments",
        f"/q/{debate.number}/arguments.atom", f"/sittings/{debate.sitting}", f"/sittings/{debate.sitting}/transcript",
        f"/sittings/{town.values['sitting_id'][-1]}", f"/sittings/{town.values['sitting_id'][-1]}/asked",
        "/", f"/q/{debate.number}", f"/q/{debate.number}/moderation", f"/moderation/{debate.hall}", "/me/words",
        "/me/threads", "/moderation/reports", *(f"/moderation/hidings/{each}" for each in range(1, 7)),
    ]  # fmt: skip


def everywhere(app: Flask, town: Town) -> Iterator[str]:
    """Every page there is."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield from town.addresses(rule)


def telling(browser: FlaskClient, addresses: Iterable[str]) -> dict[str, str]:
    """The addresses that show hidden words, with the beginning of what they show."""
    pages = {each: browser.get(each, follow_redirects=True).get_data().decode(errors="replace") for each in addresses}
    return {each: page[page.index(CANARY) :][:60] for each, page in pages.items() if CANARY in page}


def of(app: Flask, town: Town, kind: str) -> FlaskClient:
    return app.test_client() if kind == "visitor" else sign_in(app, getattr(town.cast, kind))


def told_by_sockets(app: Flask, town: Town, browser: FlaskClient) -> str:
    socket, debate = connect(app, browser), town.debate
    answers = [
        socket.emit("join", {"room": f"sitting:{debate.sitting}"}, callback=True),
        socket.emit("join", {"room": f"hall:{debate.hall}"}, callback=True),
        socket.emit("catch_up", {"sitting": debate.sitting, "after": 0}, callback=True),
        socket.get_received(),
    ]
    return str(answers)


def hide_all(app: Flask, town: Town) -> None:
    cause = Cause(Ground.SPAM, "It is an advertisement.")
    with app.test_request_context(), transaction(write=True):
        for kind, subject in town.values["hidden"]:
            moderation.hide_words(actor(town.cast.host), kind, subject, cause, now=clock.now())


def mails_after(app: Flask) -> str:
    with app.test_request_context(), transaction(write=True) as session:
        before = session.scalar(db.select(func.max(Outgoing.id))) or 0
        at = clock.now() + timedelta(hours=1)
        own_notices.tell_followers(at, own_queries.to_tell(at, 50))
        written = session.scalars(db.select(Outgoing).where(Outgoing.id > before)).all()
        assert written
        return "".join(each.subject + each.text + each.html for each in written)


def test_hidden_words_leave_by_no_channel(app: Flask, town: Town) -> None:
    reader = of(app, town, "seconder")
    shown = telling(reader, near(town))
    assert {f"/halls/{town.debate.hall}", "/search?q=words", f"/q/{town.debate.number}/arguments.atom"} <= set(shown)
    assert len(shown) > 15
    assert f"{CANARY}line" in told_by_sockets(app, town, reader)
    hide_all(app, town)
    assert telling(reader, [*near(town), *everywhere(app, town)]) == {}
    for kind in ("visitor", "elsewhere", "officer", "other_host"):
        assert telling(of(app, town, kind), near(town)) == {}, kind
    assert CANARY not in told_by_sockets(app, town, reader)
    assert CANARY not in mails_after(app)


def test_a_socket_that_listens_is_told_that_a_line_is_hidden_and_not_its_words(app: Flask, town: Town) -> None:
    socket = connect(app, of(app, town, "seconder"))
    socket.emit("join", {"room": f"sitting:{town.debate.sitting}"}, callback=True)
    socket.get_received()
    hide_all(app, town)
    heard = socket.get_received()
    assert "message_hidden" in [each["name"] for each in heard]
    assert CANARY not in str(heard)
