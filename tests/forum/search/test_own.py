"""What I wrote and what became of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from forum.arguments.models import Argument
from forum.halls.models import Post
from forum.kernel import audit, clock
from forum.kernel.database import db, transaction
from forum.moderation import operations as moderation
from forum.moderation.forms import Cause
from forum.moderation.rules import Ground
from forum.search import own_queries
from tests.build_halls import make_argument, make_debate, make_hall, make_post, make_reading
from tests.conftest import NOW
from tests.people import Cast, actor, sign_in


@pytest.fixture
def argument(ground: Flask, cast: Cast) -> Argument:
    """Moved by the member from the seconder's post, read by one."""
    question = make_debate(cast)
    hall = make_hall(question, cast.local)
    post = make_post(hall, cast.seconder, "Nine weeks, no **more**.")
    for place in range(22):
        make_post(hall, cast.member, f"Mine {place}", now=NOW + timedelta(minutes=place))
    moved = make_argument(question, cast.member, seconded_by=cast.host, origin=f"post:{post.id}")
    make_reading(moved, cast.elsewhere)
    return moved


def test_one_s_posts_stand_there_twenty_a_page_the_newest_first(cast: Cast, argument: Argument) -> None:
    first, more = own_queries.words(cast.member, 1)
    assert [row.words for row in first] == [f"Mine {place}" for place in range(21, 1, -1)]
    assert more
    rest, more = own_queries.words(cast.member, 2)
    assert [row.words for row in rest] == ["Mine 1", "Mine 0"]
    assert not more


def test_a_post_names_the_argument_that_came_of_it(cast: Cast, argument: Argument) -> None:
    (row,), _ = own_queries.words(cast.seconder, 1)
    assert row.words == "Nine weeks, no more."
    assert [tag.number for tag in row.arguments] == [argument.number]


def test_an_argument_shows_how_many_read_it_and_its_origin_only_by_consent(cast: Cast, argument: Argument) -> None:
    (own,), _ = own_queries.arguments(cast.member, 1)
    assert (own.readers, own.moved, own.answers) == (1, True, 0)
    assert own_queries.arguments(cast.seconder, 1) == ([], False)
    argument.origin_member_id = cast.seconder
    db.session.flush()
    assert [each.moved for each in own_queries.arguments(cast.seconder, 1)[0]] == [False]


def test_nobody_finds_the_words_of_another_on_one_s_page(cast: Cast, argument: Argument) -> None:
    assert own_queries.words(cast.elsewhere, 1) == ([], False)
    assert own_queries.arguments(cast.elsewhere, 1) == ([], False)
    assert own_queries.measures(cast.elsewhere) == []


def test_the_page_says_what_was_hidden_and_shows_no_reader_s_answer(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        now = clock.now()
        question = make_debate(cast, now=now)
        post = make_post(make_hall(question, cast.local), cast.member, "A hidden word", now=now)
        make_reading(make_argument(question, cast.member, seconded_by=cast.host, now=now), cast.elsewhere, now=now)
        moderation.hide_words(actor(cast.host), "post", post.id, Cause(Ground.SPAM, "An advertisement."), now=now)
    page = sign_in(app, cast.member).get("/me/words").get_data(as_text=True)
    assert re.search(r'<a href="/moderation/hidings/\d+">You can appeal to the tellers\.</a>', page)
    assert "Reason: An advertisement." in page
    assert ">hidden</i>" in page
    salt, found = re.findall(r'class="hash">([0-9a-f]{32,64})<', page)
    assert audit.sha256(f"{salt}\nA hidden word") == found
    assert salt not in sign_in(app, cast.host).get("/moderation/hidings/1").get_data(as_text=True)
    assert "One member has read it." in page
    assert not re.search("agree|Priya", page)
    assert app.test_client().get("/me/words").status_code == 302
    assert sign_in(app, cast.suspended).get("/me/words?page=999999999999&arguments=x").status_code == 200
    with app.app_context(), transaction(write=False):
        assert db.session.scalars(db.select(Post)).one().hidden_at


@pytest.mark.sqlite_alone
def test_no_read_of_one_s_words_goes_through_those_of_everybody(cast: Cast, argument: Argument) -> None:
    plans: list[str] = []

    def note(connection: Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        raw = connection.connection.cursor()
        plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))
        raw.close()

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        own_queries.words(cast.member, 1)
        own_queries.arguments(cast.member, 1)
        own_queries.measures(cast.member)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert any("hidings" in step for step in plans)
    assert [step for step in plans if re.match(r"SCAN (arguments|hidings|restraints|posts|messages)\b", step)] == []
