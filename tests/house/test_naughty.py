"""T8: strings that upset programs go through forms and sockets, are kept as typed and shown again, quickly."""

import time
import unicodedata
from html import unescape

import pytest
from flask import Flask

from forum.arguments.models import Argument
from forum.halls.models import Post
from forum.kernel import clock, text
from forum.kernel.database import db, transaction
from forum.sittings.models import Message, StrawPoll
from tests.build_sittings import Ground, connect, make_debate
from tests.forum.halls.test_hostile_words import strings
from tests.people import Cast, sign_in

pytestmark = [pytest.mark.needs("data"), pytest.mark.sqlite_alone]


@pytest.fixture
def debate(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Ground:
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr("forum.kernel.limits.hit", lambda *_: None)
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


def as_typed(each: str) -> str:
    """What must come back: the same characters in Unicode's composed form, without blanks around them."""
    return unicodedata.normalize("NFC", each).strip(" \n\t")


def kept(app: Flask, column: object, of: type) -> list[str]:
    with app.app_context(), transaction(write=False) as session:
        return list(session.scalars(db.select(column).order_by(of.id)))  # type: ignore[attr-defined]


def test_a_post_is_kept_and_shown_as_typed(app: Flask, cast: Cast, debate: Ground) -> None:
    browser, taken = sign_in(app, cast.member), []
    for each in strings("naughty_strings.txt")[::2]:
        began = time.monotonic()
        answer = browser.post(f"/halls/{debate.hall}/posts", data={"source": each})
        assert time.monotonic() - began < 2, each
        assert answer.status_code in (302, 422), each
        if answer.status_code == 302:
            taken.append(each)
        else:
            assert text.clean(each) == "" or text.too_much(each), each
    assert kept(app, Post.source, Post) == [as_typed(each) for each in taken]
    assert len(taken) > 200
    edit = browser.get(f"/halls/{debate.hall}/posts/{len(taken)}/edit").get_data(as_text=True)
    assert as_typed(taken[-1]) in unescape(edit)


def test_a_line_of_chat_is_kept_as_typed(app: Flask, cast: Cast, debate: Ground) -> None:
    socket, taken = connect(app, sign_in(app, cast.member)), []
    for each in strings("naughty_strings.txt")[1::2]:
        answer = socket.emit("say", {"sitting": debate.sitting, "text": each}, callback=True)
        assert "Something went wrong" not in str(answer), each
        if answer.get("ok"):
            taken.append(each)
    assert kept(app, Message.source, Message) == [as_typed(each) for each in taken]
    assert len(taken) > 200


def test_a_claim_is_kept_and_shown_as_typed(app: Flask, cast: Cast, debate: Ground) -> None:
    browser, taken = sign_in(app, cast.member), []
    for each in strings("naughty_strings.txt")[::9]:
        form = {"option": debate.options[0], "side": "for", "claim": each, "grounds": each, "hall": debate.hall}
        form["compared"] = "1"  # some of them are nearly the same
        answer = browser.post(f"/q/{debate.number}/arguments", data=form)
        assert answer.status_code in (302, 422), each
        if answer.status_code == 302:
            taken.append(text.clean(each, one_line=True))
            page = app.test_client().get(answer.location).get_data(as_text=True)
            assert taken[-1] in unescape(page), each
    assert kept(app, Argument.claim, Argument) == taken
    assert len(taken) > 40


def test_what_no_database_can_hold_is_mended_or_refused(app: Flask, cast: Cast, debate: Ground) -> None:
    """Half a character and the sign that ends a string: only a socket can bring the first."""
    member, host = connect(app, sign_in(app, cast.member)), connect(app, sign_in(app, cast.host))
    for seen, bad in ((0, "half \ud800"), (2, "end\x00")):
        place = {"sitting": debate.sitting, "seen": seen}
        assert member.emit("say", {**place, "text": bad}, callback=True).get("ok")
        poll = host.emit("open_poll", {**place, "question": bad, "choices": [bad, "no"]}, callback=True)
        assert poll.get("ok"), poll
        host.emit("close_poll", {**place, "seen": seen + 1, "poll": poll["poll"]}, callback=True)
    with app.app_context(), transaction(write=False) as session:
        polls = session.scalars(db.select(StrawPoll).order_by(StrawPoll.id))
        stored = [choice for poll in polls for choice in poll.choices]
    assert stored == ["half ?", "no", "end", "no"]
