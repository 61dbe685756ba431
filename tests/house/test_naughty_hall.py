"""T8, the surfaces of threads and sessions: strings that upset programs are kept as typed, shown again, found."""

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient
from markupsafe import escape

from forum.halls import post_operations
from forum.halls.forms import NewPost
from forum.halls.own_models import Draft
from forum.halls.stopping_models import Stopping
from forum.kernel import clock, text
from forum.kernel.database import db, transaction
from forum.moderation.models import Hiding, Restraint
from forum.moderation.rules import MOST_REASON
from forum.search.rules import words_of
from forum.sittings.enquiry_models import Enquiry
from forum.sittings.guest_operations import IS_A_NUMBER
from forum.sittings.models import Decision, Message, Sitting, StrawPoll, Turn
from tests.build_sittings import Ground, connect, make_debate, make_sitting
from tests.forum.halls.test_hostile_words import strings
from tests.people import Cast, actor, sign_in

pytestmark = [pytest.mark.needs("data"), pytest.mark.sqlite_alone]
STEP = int(os.environ.get("HUSTINGS_NAUGHTY", "16"))  # 1, by hand, sends every string to every field
LONGEST = 2.0


@dataclass
class Scene:
    """A debate with an open session, and those who write in it."""

    app: Flask
    cast: Cast
    debate: Ground
    planned: int

    @cached_property
    def host(self) -> FlaskClient:
        return sign_in(self.app, self.cast.host)

    @cached_property
    def member(self) -> FlaskClient:
        return sign_in(self.app, self.cast.member)

    @cached_property
    def sockets(self) -> dict[str, SocketIOTestClient]:
        return {"host": connect(self.app, self.host), "member": connect(self.app, self.member)}

    @property
    def places(self) -> dict[str, int]:
        return {"hall": self.debate.hall, "open": self.debate.sitting, "planned": self.planned}

    def emit(self, who: str, event: str, **facts: object) -> bool:
        seen = self.newest(Sitting.acts, of=self.debate.sitting)
        answer = self.sockets[who].emit(event, {"sitting": self.debate.sitting, "seen": seen, **facts}, callback=True)
        assert "Something went wrong" not in str(answer), facts
        assert answer.get("ok") or answer.get("problems"), answer
        return bool(answer.get("ok"))

    def post(self, who: str, path: str, **form: object) -> bool:
        answer = getattr(self, who).post(path, data=form)
        assert answer.status_code in (302, 422), form
        return bool(answer.status_code == 302)

    def newest(self, column: Any, of: int = 0) -> Any:
        """What the newest row holds, or the row with this key."""
        key = column.class_.__mapper__.primary_key[-1]
        query = db.select(column).where(key == of) if of else db.select(column).order_by(key.desc()).limit(1)
        with self.app.app_context(), transaction(write=False) as rows:
            return rows.scalar(query)

    def forget(self, model: Any) -> None:
        with self.app.app_context(), transaction(write=True) as rows:
            rows.execute(db.delete(model))

    def page(self, surface: "Surface") -> str:
        """The page that shows this field, as its host or author sees it."""
        newest = {"newest": Sitting.id, "hiding": Hiding.id, "restraint": Restraint.id}
        path = surface.page.format(**self.places, **{name: self.newest(column) for name, column in newest.items()})
        reader = self.member if "hall" in surface.page else self.host
        return reader.get(path).get_data(as_text=True)

    def found(self, typed: str) -> list[str]:
        """Every page of what a search for this gives."""
        pages: list[str] = []
        while not pages or 'rel="next"' in pages[-1]:
            answer = self.member.get("/search", query_string={"q": typed, "page": len(pages) + 1})
            assert answer.status_code == 200, typed
            pages.append(answer.get_data(as_text=True))
        return pages


@pytest.fixture
def scene(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Scene:
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr("forum.kernel.limits.hit", lambda *_: None)
    with app.app_context(), transaction(write=True):
        debate = make_debate(cast, now=clock.now())
        planned = make_sitting(debate.hall, now=clock.now() + timedelta(days=1), state="scheduled")
        return Scene(app, cast, debate, planned)


@dataclass(frozen=True)
class Surface:
    """One field: `send` says whether it was taken, `column` of the newest row holds it then, `page` shows it."""

    send: Callable[[Scene, str], bool]
    column: Any
    page: str
    one_line: bool = True
    markdown: bool = False  # shown as it was rendered, not as it was typed
    most: int = 10_000
    picky: re.Pattern[str] | None = None  # what else than too long and too much is refused
    forget: bool = False  # the row goes before the next comes
    of: str = ""  # the words stand in the row of this place, not in the newest


def plan(scene: Scene, **words: str) -> bool:
    starts = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    form = {"title": "Session", "starts_at": starts, **words}
    return scene.post("host", f"/halls/{scene.debate.hall}/sittings", **form)


def reply(scene: Scene, words: str) -> bool:
    if scene.newest(Message.id) is None:
        scene.emit("member", "say", text="First.")
    return scene.emit("member", "say", text=words, reply_to=1)


def ask_poll(scene: Scene, question: str) -> bool:
    taken = scene.emit("host", "open_poll", question=question, choices=["yes", "no"])
    if taken:
        scene.emit("host", "close_poll", poll=scene.newest(StrawPoll.id))
    return taken


def ask_beforehand(scene: Scene, words: str) -> bool:
    return scene.post("member", f"/sittings/{scene.planned}/asked", asked=words)


def answer_in_writing(scene: Scene, words: str) -> bool:
    ask_beforehand(scene, "Why?")
    return scene.post("host", f"/sittings/{scene.planned}/asked/{scene.newest(Enquiry.id)}/answer", answer=words)


def call_out_of_turn(scene: Scene, reason: str) -> bool:
    for name in ("Ada", "Ben"):
        scene.emit("host", "ask_to_speak", guest=name)
    return scene.emit("host", "next_speaker", turn=scene.newest(Turn.id), reason=reason)


def hide(scene: Scene, reason: str) -> bool:
    """One more line of the member's, which the host hides."""
    scene.emit("member", "say", text="To be hidden.")
    line = scene.newest(Message.id)
    return scene.post("host", f"/moderation/message/{line}/hide", ground="threat", reason=reason)


def stop(scene: Scene, reason: str) -> bool:
    """The host stops the member from writing; for the next string the member writes again."""
    if scene.newest(Message.id) is None:
        scene.emit("member", "say", text="First.")
    with scene.app.app_context(), transaction(write=True) as rows:
        rows.execute(db.update(Restraint).values(lifted_at=clock.now()))
        rows.execute(db.delete(Stopping))
    return scene.post("host", "/moderation/message/1/stop", ground="threat", hours="1", reason=reason)


SURFACES = {
    "a draft": Surface(
        lambda scene, words: scene.post("member", f"/halls/{scene.debate.hall}/draft", source=words),
        Draft.source, "/halls/{hall}", one_line=False, forget=True,
    ),
    "an answer to a line": Surface(
        reply, Message.source, "/sittings/{open}", one_line=False, markdown=True, most=2000
    ),
    "a decision": Surface(
        lambda scene, words: scene.emit("host", "note_decision", decision=words),
        Decision.text, "/sittings/{open}", most=500,
    ),
    "a guest who speaks": Surface(
        lambda scene, words: scene.emit("host", "ask_to_speak", guest=words),
        Turn.guest, "/sittings/{open}", most=120, picky=IS_A_NUMBER, forget=True,
    ),
    "a reason for calling out of turn": Surface(
        call_out_of_turn, Turn.override_reason, "/sittings/{open}", most=300,
    ),
    "a straw poll": Surface(ask_poll, StrawPoll.text, "/sittings/{open}", most=300),
    "a reason for slowing the chat": Surface(
        lambda scene, words: scene.emit("host", "slow_chat", seconds="10", ground="spam", reason=words),
        Sitting.slow_reason, "/sittings/{open}", one_line=False, most=MOST_REASON, of="open",
    ),
    "a reason for hiding": Surface(
        hide, Hiding.reason, "/moderation/hidings/{hiding}", one_line=False, most=MOST_REASON,
    ),
    "a reason for stopping": Surface(
        stop, Restraint.reason, "/moderation/restraints/{restraint}", one_line=False, most=MOST_REASON,
    ),
    "a session's title": Surface(
        lambda scene, words: plan(scene, title=words), Sitting.title, "/sittings/{newest}", most=160,
    ),
    "a session's place": Surface(
        lambda scene, words: plan(scene, place=words), Sitting.place, "/sittings/{newest}", most=300,
    ),
    "a video address": Surface(
        lambda scene, words: plan(scene, video_url=words), Sitting.video_url, "/sittings/{newest}", most=500,
        picky=re.compile(".*", re.DOTALL),
    ),
    "an agenda": Surface(
        lambda scene, words: plan(scene, agenda=words), Sitting.agenda_source, "/sittings/{newest}", one_line=False,
        markdown=True,
    ),
    "a question beforehand": Surface(
        ask_beforehand, Enquiry.source, "/sittings/{planned}", one_line=False, markdown=True, most=500, forget=True,
    ),
    "an answer in writing": Surface(
        answer_in_writing, Enquiry.answer_source, "/sittings/{planned}", one_line=False, markdown=True, most=2000,
        forget=True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SURFACES)
def test_words_are_kept_as_typed_and_shown(scene: Scene, name: str) -> None:
    surface, taken, shown = SURFACES[name], 0, ""
    first = list(SURFACES).index(name) % STEP  # another part of the list for every field
    for each in strings("naughty_strings.txt")[first::STEP]:
        if surface.forget:
            scene.forget(surface.column.class_)
        began, words = time.monotonic(), text.clean(each, one_line=surface.one_line)
        if surface.send(scene, each):
            assert (scene.newest(surface.column, of=scene.places.get(surface.of, 0)) or "") == words, each
            taken, shown = taken + 1, words or shown
        else:
            over = not words or len(words) > surface.most or text.too_much(words)
            assert over or (surface.picky and surface.picky.fullmatch(words)), each
        assert time.monotonic() - began < LONGEST, each
    if shown:
        surface.send(scene, shown)
        assert (text.render(shown) if surface.markdown else str(escape(shown))) in scene.page(surface)
    assert taken > 20 or surface.picky


def test_the_search_finds_every_post_by_its_own_words(scene: Scene) -> None:
    """What holds a word or a number is found by all of it; what holds none is answered in words, never by a failure."""
    with scene.app.test_request_context(), transaction(write=True):
        author, hall = actor(scene.cast.member), scene.debate.hall
        some = strings("naughty_strings.txt")[:: STEP // 3 or 1]
        written = [each for each in some if text.clean(each) and not text.too_much(each)]
        for each in written:
            post_operations.publish_post(author, hall, NewPost(text.clean(each)), now=clock.now())
    looked_for = 0
    for number, each in enumerate(written, 1):
        typed, began = text.clean(each, one_line=True), time.monotonic()
        pages = scene.found(typed)
        sought = bool(words_of(typed)) and len(typed) <= 200
        assert any(f'/halls/{hall}/posts/{number}"' in page for page in pages) == sought, each
        assert time.monotonic() - began < LONGEST, each
        looked_for += sought
    assert looked_for > 60


def test_a_name_being_typed_and_every_filter_of_the_search_take_anything(scene: Scene) -> None:
    for each in strings("naughty_strings.txt")[3::STEP]:
        asked = {"q": "word", "author": each, "local": each, "from": each, "to": each, "option": each, "hall": each}
        for name, query in (("/search", asked), (f"/halls/{scene.debate.hall}/people", {"q": each})):
            began = time.monotonic()
            assert scene.member.get(name, query_string=query).status_code in (200, 422), each
            assert time.monotonic() - began < LONGEST, each
