"""A post that is rendered once for the same facts, and what a page of a thread asks of the database."""

from datetime import timedelta

import pytest
from flask import Flask
from markupsafe import Markup
from sqlalchemy import event

from forum.halls import post_parts
from forum.halls.post_parts import Shown, Tag, Tomb
from forum.kernel import clock
from forum.kernel.database import db, transaction
from tests.bench.long_threads import make_threads
from tests.conftest import NOW
from tests.people import Cast, sign_in

POST = Shown(
    1, 7, "Marta Quill", "", NOW, "<p>words</p>", "", 0, None, 1, (), None,
    printed=False, folded=False, answerable=True, editable=False, mutable=True, acts=Markup(""),
)  # fmt: skip
CHANGES = {
    "hall_id": 2, "number": 8, "author": "Len", "local": "156", "at": NOW - timedelta(days=1), "html": "<p>more</p>",
    "office": "host", "edited_count": 1, "reply_to": 3, "arguments": (Tag(4, "A", "for", "/a/4"),),
    "hidden": Tomb("Host", NOW, "Spam", "Why.", "/log", 1), "printed": True, "folded": True, "answerable": False,
    "editable": True, "mutable": False, "acts": Markup("<b>act</b>"), "page": 2,
}  # fmt: skip
MOST_STATEMENTS = 30
MOST_WHEN_KEPT = 5


def test_every_fact_of_a_post_is_tried_below() -> None:
    assert CHANGES.keys() == set(Shown._fields)


@pytest.mark.parametrize("name", CHANGES)
def test_a_post_of_which_one_fact_changed_looks_different(app: Flask, name: str) -> None:
    with app.test_request_context():
        before = post_parts._rendered("en", "UTC", POST)
        after = post_parts._rendered("en", "UTC", POST._replace(**{name: CHANGES[name]}))
        assert after != before
        assert after == post_parts._rendered.__wrapped__("en", "UTC", POST._replace(**{name: CHANGES[name]}))


@pytest.mark.sqlite_alone  # PostgreSQL forgets what is kept, too, when its other databases are written to
def test_a_page_asks_the_database_as_often_however_long_the_thread_and_never_once_a_post(
    app: Flask, cast: Cast
) -> None:
    with app.test_request_context(), transaction(write=True):
        threads = make_threads(cast, now=clock.now(), pages={40: 2, 100: 3})
    reader = sign_in(app, cast.member)
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    first, again = [], []
    for thread in (threads[0], *threads):
        with app.app_context():
            db.engine.dispose()  # a new connection has kept nothing
        for counts in (first, again):
            asked.clear()
            page = reader.get(thread.path).text
            counts.append(len(asked))
    assert page.count('class="post-acts"') == 19
    assert page.count('class="tomb"') == 1
    assert first[1] == first[2] <= MOST_STATEMENTS
    assert again[1] == again[2] <= MOST_WHEN_KEPT
