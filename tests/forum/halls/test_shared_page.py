"""What a hall's page keeps for all of its readers shows each of them their own, and nothing old."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from forum.halls import own_operations, post_operations
from forum.halls.forms import EditedPost, NewPost
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.kept import this_minute
from forum.moderation import operations as moderation
from forum.moderation import restraint_operations
from forum.moderation.forms import Cause, NewStop
from forum.moderation.rules import Ground
from forum.roll.models import Member
from tests.build_halls import make_debate, make_hall, make_post
from tests.people import Cast, actor, sign_in


class Room:
    """A hall of local 88 with two posts, by the member and by the seconder, and its readers, each signed in once."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        self.app, self.cast = app, cast
        with app.test_request_context(), transaction(write=True):
            hall = make_hall(make_debate(cast, now=clock.now()), cast.local)
            self.hall, self.question = hall.id, hall.question_id
            self.posts = [make_post(hall, each, f"Word of {each}", now=clock.now()).id for each in self.authors]
        readers = (*self.authors, cast.retired, cast.host, cast.elsewhere, cast.suspended)
        self.readers = {each: sign_in(app, each) for each in readers}  # now, since to sign in is to write

    @property
    def authors(self) -> tuple[int, int]:
        return self.cast.member, self.cast.seconder

    def page(self, reader: int, query: str = "") -> str:
        return self.readers[reader].get(f"/halls/{self.hall}{query}").text

    def acts(self, reader: int, number: int, query: str = "") -> list[str]:
        """What this reader may do with a post, in the order of its buttons."""
        article = rf'<article class="post" id="p{number}">.*?</article>'
        (post,) = re.findall(article, self.page(reader, query), re.DOTALL)
        return re.findall(r'<a class="btn btn-quiet"[^>]*>([^<]*)<', post)

    def stop(self, now: datetime) -> None:
        """Stop the seconder from writing here for an hour."""
        new = NewStop(1, Cause(Ground.SPAM, "A flood."))
        stop = restraint_operations.stop_member
        self.do(lambda: stop(actor(self.cast.host), "post", self.posts[1], new, now=now))

    def do(self, act: Callable[[], object]) -> None:
        with self.app.test_request_context(), transaction(write=True):
            act()


@pytest.fixture
def room(app: Flask, cast: Cast) -> Room:
    return Room(app, cast)


@pytest.fixture(params=[False, True], ids=["first", "last"])
def warm(request: pytest.FixtureRequest, room: Room) -> None:
    """Whoever is tested comes first, or after others whose page is kept."""
    for reader in (room.cast.retired, room.cast.elsewhere) if request.param else ():
        room.page(reader)


@pytest.mark.usefixtures("warm")
def test_each_reader_is_offered_what_they_may_do_and_nothing_else(room: Room) -> None:
    cast = room.cast
    writes = ["Reply", "Quote", "Put on the record", "Report", "Mute"]
    assert room.acts(cast.retired, 1) == room.acts(cast.retired, 2) == writes
    assert room.acts(cast.member, 1) == ["Reply", "Quote", "Edit", "Put on the record"]
    assert room.acts(cast.member, 2) == room.acts(cast.seconder, 1) == writes
    assert room.acts(cast.host, 1) == ["Reply", "Quote", "Put on the record", "Hide", "Mute"]
    assert room.acts(cast.elsewhere, 1) == room.acts(cast.suspended, 1) == ["Report", "Mute"]
    assert room.acts(cast.retired, 1) == writes


@pytest.mark.usefixtures("warm")
def test_who_is_muted_is_folded_for_one_reader(room: Room) -> None:
    room.do(lambda: own_operations.mute_author(actor(room.cast.retired), room.hall, 1, now=clock.now()))
    assert "folded" in room.page(room.cast.retired)
    assert "folded" not in room.page(room.cast.suspended)
    assert room.acts(room.cast.retired, 1) == ["Reply", "Quote", "Put on the record", "Report"]
    room.do(lambda: own_operations.unmute(actor(room.cast.retired), room.cast.member))
    assert "folded" not in room.page(room.cast.retired)


def test_a_new_post_an_edit_and_a_hiding_are_seen_by_everybody_at_once(room: Room) -> None:
    readers = (room.cast.retired, room.cast.member, room.cast.host)

    def all_see(*there: str, gone: str = "—") -> None:
        for page in map(room.page, readers):
            assert all(each in page for each in there)
            assert gone not in page

    all_see("Word of 1")
    new = NewPost(source="Third word", reply_to=None, client_key="k")
    room.do(lambda: post_operations.publish_post(actor(room.cast.member), room.hall, new, now=clock.now()))
    all_see("Word of 1", "Third word")
    edited = EditedPost(source="Better word", revision=1)
    room.do(lambda: post_operations.edit_post(actor(room.cast.member), room.hall, 3, edited, now=clock.now()))
    all_see("Better word", gone="Third word")
    cause = Cause(Ground.SPAM, "An advertisement.")
    room.do(lambda: moderation.hide_words(actor(room.cast.host), "post", room.posts[1], cause, now=clock.now()))
    all_see("An advertisement.", gone="Word of 2")


def test_what_another_server_wrote_is_seen_at_once(room: Room) -> None:
    assert "Word of 1" in room.page(room.cast.member)
    with room.app.app_context():
        other = create_engine(db.engine.url)
    with other.begin() as connection:
        connection.execute(text("UPDATE posts SET html = '<p>Elsewhere</p>' WHERE number = 1"))
    assert "Elsewhere" in room.page(room.cast.member)
    other.dispose()


def test_each_language_and_zone_has_its_own_page(room: Room) -> None:
    english = room.page(room.cast.retired)
    french = room.page(room.cast.retired, "?lang=fr")
    assert ("Reply" in english, "Répondre" in english) == (True, False)
    assert ("Reply" in french, "Répondre" in french) == (False, True)
    room.do(lambda: setattr(db.session.get_one(Member, room.cast.elsewhere).local, "timezone", "Asia/Tokyo"))
    head = re.compile(r'<p class="post-head">.*?(<time.*?</time>)', re.DOTALL)
    here, there = (head.findall(room.page(reader)) for reader in (room.cast.suspended, room.cast.elsewhere))
    assert len(here) == len(there) == 2
    assert not set(here) & set(there)


def test_who_is_stopped_may_not_write_from_the_next_page_on(room: Room) -> None:
    assert "Reply" in room.acts(room.cast.seconder, 1)
    room.stop(clock.now())
    assert room.acts(room.cast.seconder, 1) == ["Report", "Mute"]
    assert "Reply" in room.acts(room.cast.retired, 1)


def test_a_stop_lapses_on_a_page_that_is_kept(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    end = this_minute(clock.now()) + timedelta(hours=1)
    room.stop(end - timedelta(hours=1))
    for seconds, stopped in ((-20, True), (20, False)):  # less than a minute apart, so that no use of a device is noted
        monkeypatch.setattr(clock, "now", lambda at=end + timedelta(seconds=seconds): at)
        for _again in range(2):
            assert ("stop-note" in room.page(room.cast.retired)) == stopped
            assert ("Reply" in room.acts(room.cast.seconder, 1)) != stopped
