"""Pages of measures, reports, counts and proofs, as persons of the cast and visitors see them."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.halls.models import Hall, Post
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.moderation import appeal_operations, operations
from forum.moderation.forms import Cause
from forum.moderation.rules import Ground
from forum.sittings.models import Sitting
from tests.build_halls import make_debate, make_hall, make_post
from tests.build_sittings import connect, heard, make_sitting
from tests.people import Cast, actor, sign_in

WORDS = "Buy my boots.\n\nThey last."
CAUSE = {"ground": "spam", "reason": "The same, <b>ten</b> times."}


@pytest.fixture
def hall(app: Flask, cast: Cast) -> dict[str, int]:
    """A post of the member, one that answers the host, and an open session in local 88's hall; ids by name."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        now = clock.now()
        here = make_hall(make_debate(cast, now=now), cast.local)
        post, named = (
            make_post(here, cast.member, WORDS, now=now),
            make_post(here, cast.member, "@Idris Bell!", now=now),
        )
        sitting = make_sitting(here.id, now=now, opened_by=cast.host)
        return {"hall": here.id, "post": post.id, "named": named.id, "sitting": sitting}


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def done(client: FlaskClient, address: str, **sent: str) -> str:
    answer = client.post(address, data=sent)
    assert answer.status_code == 302, answer.get_data(as_text=True)[-3000:]
    return str(answer.location)


def test_a_stop_is_seen_under_the_words_in_the_log_and_by_the_member_and_can_be_lifted(
    app: Flask, cast: Cast, hall: dict[str, int]
) -> None:
    host, member, reader = (sign_in(app, each) for each in (cast.host, cast.member, cast.elsewhere))
    assert host.post(f"/moderation/post/{hall['post']}/stop", data=CAUSE).status_code == 422
    before = connect(app, member)
    where = done(host, f"/moderation/post/{hall['post']}/stop", hours="24", **CAUSE)
    assert not before.is_connected()
    for address in (where, f"/moderation/{hall['hall']}"):
        shown = page(reader, address)
        assert "<bdi>Marta Quill</bdi> does not write in this hall until" in shown
        assert "The same, &lt;b&gt;ten&lt;/b&gt; times." in shown
    assert "the writer cannot write in this hall until" in page(reader, f"/halls/{hall['hall']}")
    assert "You cannot write in this hall" in page(member, f"/halls/{hall['hall']}")
    assert where in page(member, "/me/words")
    session = page(member, f"/sittings/{hall['sitting']}")
    assert 'data-event="say"' not in session
    assert 'data-event="ask_to_speak"' in session
    answer = connect(app, member).emit("say", {"sitting": hall["sitting"], "text": "Boots!"}, callback=True)
    assert answer["status"] == 403
    assert member.post(f"{where}/lift", data={"reason": "Me."}).status_code == 403
    done(host, f"{where}/lift", reason="We have talked.")
    assert "We have talked." in page(reader, where)
    assert "Say your piece" in page(member, f"/halls/{hall['hall']}")


def test_hidden_words_are_shown_again_by_the_host(app: Flask, cast: Cast, hall: dict[str, int]) -> None:
    host, reader = sign_in(app, cast.host), sign_in(app, cast.elsewhere)
    where = done(host, f"/moderation/post/{hall['post']}/hide", **CAUSE)
    assert "Show the words again" in page(host, where)
    assert "Show the words again" not in page(reader, where)
    done(host, f"{where}/lift", reason="I had misread it.")
    assert "They last." in page(reader, f"/halls/{hall['hall']}")
    assert "I had misread it." in page(reader, f"/moderation/{hall['hall']}")


def test_a_host_who_is_named_is_led_to_report_and_the_tellers_find_it(
    app: Flask, cast: Cast, hall: dict[str, int]
) -> None:
    host, teller = sign_in(app, cast.host), sign_in(app, cast.tellers[0])
    thread = page(host, f"/halls/{hall['hall']}")
    assert f"/moderation/post/{hall['post']}/hide" in thread
    assert f"/moderation/post/{hall['named']}/report" in thread
    assert f"/moderation/post/{hall['named']}/hide" not in thread
    for deed in ("hide", "stop"):
        led = host.get(f"/moderation/post/{hall['named']}/{deed}")
        assert led.location == f"/moderation/post/{hall['named']}/report"
        sent = {**CAUSE, "hours": "1"}
        assert host.post(f"/moderation/post/{hall['named']}/{deed}", data=sent).status_code in (302, 403)
    with app.app_context(), transaction(write=False):
        assert db.session.get_one(Post, hall["named"]).hidden_at is None
    done(host, f"/moderation/post/{hall['named']}/report", ground="threat")
    assert "@Idris Bell!" not in page(host, "/moderation/reports")
    desk = page(teller, "/moderation/reports")
    assert "@Idris Bell!" in desk
    assert "One report to look at" in page(teller, "/desk")
    assert f"/moderation/post/{hall['named']}/hide" in desk
    done(teller, f"/moderation/post/{hall['named']}/hide", **CAUSE)
    assert "The words were hidden" in page(host, "/me/reports")


def test_authors_check_hidden_words_with_the_salt_that_nobody_else_has(
    app: Flask, cast: Cast, hall: dict[str, int], client: FlaskClient
) -> None:
    where = done(sign_in(app, cast.host), f"/moderation/post/{hall['post']}/hide", **CAUSE)
    own = page(sign_in(app, cast.member), "/me/words")
    salt, found = re.findall(r'class="hash">([0-9a-f]{32,64})<', own)
    assert WORDS in own
    for other in (cast.host, cast.tellers[0], cast.observer):
        shown = page(sign_in(app, other), where)
        assert found in shown
        assert salt not in shown
    claim = {"salt": salt, "content_hash": found}
    told = client.post("/moderation/check", data={**claim, "text": WORDS.replace("\n", "\r\n")})
    assert "These are the words" in told.get_data(as_text=True)
    for wrong in ({**claim, "text": "Buy my boots!"}, {**claim, "text": WORDS, "salt": "0" * 32}):
        assert "These are not the words" in client.post("/moderation/check", data=wrong).get_data(as_text=True)
    assert client.post("/moderation/check", data={**claim, "text": WORDS, "content_hash": "x"}).status_code == 422


def test_anybody_reads_the_counts_and_a_visitor_no_name_and_no_small_hall(
    app: Flask, cast: Cast, hall: dict[str, int], client: FlaskClient
) -> None:
    done(sign_in(app, cast.host), f"/moderation/post/{hall['post']}/hide", **CAUSE)
    member, visitor = page(sign_in(app, cast.elsewhere), "/q/14/moderation"), page(client, "/q/14/moderation")
    assert "Host <bdi>Idris Bell</bdi>, Local 88" in member
    assert "Idris Bell" not in visitor
    assert "Local 88" not in visitor
    assert "left out here" in visitor
    assert "/q/14/moderation" in page(client, "/q/14")


def test_the_chat_is_slowed_from_the_console_with_a_reason_that_the_room_reads(
    app: Flask, cast: Cast, hall: dict[str, int]
) -> None:
    host, member = sign_in(app, cast.host), sign_in(app, cast.member)
    where, room = f"/sittings/{hall['sitting']}/slowness", f"/sittings/{hall['sitting']}"
    assert host.post(where, data={"seconds": "30", "ground": "spam", "reason": ""}).status_code == 422
    assert member.post(where, data={"seconds": "30", **CAUSE}).status_code == 403
    socket, listener = connect(app, host), connect(app, member)
    listener.emit("join", {"room": f"sitting:{hall['sitting']}"}, callback=True)
    slowed = {"sitting": hall["sitting"], "seconds": "30", "ground": "disagrees", "reason": "No."}
    assert socket.emit("slow_chat", slowed, callback=True)["status"] == 422
    socket.emit("slow_chat", {"sitting": hall["sitting"], "seconds": "30", **CAUSE}, callback=True)
    (floor,) = heard(listener, "floor")
    assert (floor["slow"], floor["slow_why"]) == (30, ["spam", CAUSE["reason"]])
    assert "The same, &lt;b&gt;ten&lt;/b&gt; times." in page(member, room)
    log = page(member, f"/moderation/{hall['hall']}")
    assert "one line a member every 30 seconds" in log
    done(member, "/moderation/restraints/1/appeal", appeal="It is a lively room.")
    assert "One appeal to rule on" in page(sign_in(app, cast.tellers[0]), "/moderation/reports")
    done(host, where, seconds="0")
    with app.app_context(), transaction(write=False):
        assert db.session.get_one(Sitting, hall["sitting"]).slow_seconds == 0


def test_many_appeals_are_one_line_of_the_desk(app: Flask, cast: Cast, hall: dict[str, int]) -> None:
    teller = sign_in(app, cast.tellers[0])
    for place in range(4):
        with app.test_request_context(), transaction(write=True):
            now = clock.now()
            post = make_post(db.session.get_one(Hall, hall["hall"]), cast.member, f"Boots, size {place}.", now=now)
            hiding = operations.hide_words(actor(cast.host), "post", post.id, Cause(Ground.SPAM, "Boots."), now=now)
            appeal_operations.appeal_measure(actor(cast.member), hiding, "They last.", now=now)
        lines = 1 if place == 3 else place + 1
        assert page(teller, "/desk").count("More than half of the tellers must sign the ruling.") == lines
    assert page(teller, "/moderation/reports").count('href="/moderation/hidings/') == 4
    for number, left in ((1, 3), (2, 2)):  # a ruling that waits for one's signature stands there once
        done(teller, f"/moderation/hidings/{number}/ruling", ruling="upheld", reason="We read it.")
        desk = page(teller, "/desk")
        assert (desk.count("Rule on an appeal"), desk.count("To sign:")) == (left, number)
