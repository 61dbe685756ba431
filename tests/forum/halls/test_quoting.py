"""Hidden words do not stand on in the quotes of others, and come back with the post."""

from datetime import timedelta

import pytest
from flask import Flask

from forum.halls import post_operations as posts
from forum.halls import quoting
from forum.halls.forms import EditedPost, NewPost
from forum.halls.models import Hall, Post, PostRevision
from forum.halls.quoting_models import MaskedQuote
from forum.kernel import clock, text
from forum.kernel.database import db, transaction
from forum.moderation import operations as moderation
from forum.moderation.forms import Cause
from forum.moderation.operations import content_hash
from forum.moderation.rules import Ground
from forum.moderation.word_queries import every_wording, words
from tests.build_halls import make_debate, make_hall, make_post
from tests.conftest import NOW
from tests.people import Cast, actor, sign_in

HERS = "Len lives at **Dock Road 4**.\n\nAnd [he](https://example.org) drinks."
CAUSE = Cause(Ground.PERSONAL_DATA, "His address.")
GONE = "> (No. 1 was hidden.)"


@pytest.fixture
def hall(ground: Flask, cast: Cast) -> Hall:
    return make_hall(make_debate(cast), cast.local)


@pytest.fixture
def bad(cast: Cast, hall: Hall) -> Post:
    return make_post(hall, cast.seconder, HERS)


def quoting_it(hall: Hall, author: int, more: str = "So what?") -> Post:
    return make_post(hall, author, f"Len, No. 1:\n\n{text.quote(HERS)}{more}")


def hide(cast: Cast, post: Post) -> int:
    return moderation.hide_words(actor(cast.host), "post", post.id, CAUSE, now=NOW).id


def test_a_quote_goes_with_the_post_it_quotes_and_comes_back_with_it(cast: Cast, hall: Hall, bad: Post) -> None:
    reply = quoting_it(hall, cast.member)
    before = reply.source, reply.html
    hiding = hide(cast, bad)
    assert reply.source == f"Len, No. 1:\n\n{GONE}\n\nSo what?"
    assert "Dock Road" not in reply.html
    assert "(No. 1 was hidden.)" in reply.html
    moderation.unhide_words(actor(cast.host), hiding, "It is a shop.", now=NOW)
    assert (reply.source, reply.html) == before
    assert db.session.query(MaskedQuote).count() == 0


def test_words_selected_on_the_page_are_a_quote_too(cast: Cast, hall: Hall, bad: Post) -> None:
    reply = make_post(hall, cast.member, "Len, No. 1:\n\n> And he drinks.\n\nNever!")
    hide(cast, bad)
    assert reply.source == f"Len, No. 1:\n\n{GONE}\n\nNever!"


def test_a_quote_within_a_quote_goes_alone(cast: Cast, hall: Hall, bad: Post) -> None:
    first = quoting_it(hall, cast.member, "That is no argument.")
    second = make_post(hall, cast.host, f"Jo, No. 2:\n\n{text.quote(first.source)}")
    hide(cast, bad)
    assert "That is no argument." in second.source
    assert "> > (No. 1 was hidden.)" in second.source
    assert "Dock Road" not in second.source


def test_earlier_wordings_and_what_is_posted_later_follow(cast: Cast, hall: Hall, bad: Post) -> None:
    reply = quoting_it(hall, cast.member)
    posts.edit_post(actor(cast.member), hall.id, reply.number, EditedPost(reply.source + "!", 1), now=NOW)
    hiding = hide(cast, bad)
    late = posts.publish_post(actor(cast.host), hall.id, NewPost(f"Len, No. 1:\n\n{text.quote(HERS)}Fie."), now=NOW)
    old = db.session.query(PostRevision).one()
    for wording in (old, reply, late):
        assert "Dock Road" not in wording.source + wording.html
    posts.edit_post(actor(cast.member), hall.id, reply.number, EditedPost(reply.source + "!", 2), now=NOW)
    moderation.unhide_words(actor(cast.host), hiding, "It is a shop.", now=NOW)
    assert all("Dock Road" in each.source for each in (old, reply, late))


def test_only_that_quote_goes(cast: Cast, hall: Hall, bad: Post) -> None:
    make_post(hall, cast.host, "Nine weeks is what we have.")
    reply = make_post(
        hall, cast.member, "Idris, No. 2:\n\n> Nine weeks is what we have.\n\nLen, No. 1:\n\n> And he drinks."
    )
    hide(cast, bad)
    assert reply.source == f"Idris, No. 2:\n\n> Nine weeks is what we have.\n\nLen, No. 1:\n\n{GONE}"


def test_what_was_hidden_with_a_quote_in_it_can_still_be_proved(cast: Cast, hall: Hall, bad: Post) -> None:
    reply = quoting_it(hall, cast.member)
    hiding = moderation.hide_words(actor(cast.host), "post", reply.id, CAUSE, now=NOW)
    hide(cast, bad)
    hashes = [content_hash(each, hiding.salt) for each in every_wording(words("post", reply.id))]
    assert hiding.content_hash in hashes


def test_no_page_shows_the_quoted_words_to_anybody(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        now = clock.now()
        hall = make_hall(make_debate(cast, now=now), cast.local)
        bad = make_post(hall, cast.seconder, HERS, now=now)
        reply = quoting_it(hall, cast.member)
        posts.edit_post(actor(cast.member), hall.id, 2, EditedPost(reply.source + "!", 1), now=now)
        moderation.hide_words(actor(cast.host), "post", bad.id, CAUSE, now=now + timedelta(minutes=1))
        base = f"/halls/{hall.id}"
    for person in (cast.member, cast.elsewhere, cast.host):
        reader = sign_in(app, person)
        for address in ("", "?quote=2", "/print", "/newer?after=0", "/posts/2/history", "/posts/2/edit"):
            assert "Dock Road" not in reader.get(base + address).text, address
        assert "Nothing was found" in reader.get("/search?q=dock").text
        assert "Dock Road" not in reader.get("/me/words").text


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("No. 1:\n> the words here", True), ("No. 2:\n> the words here", False), ("> the words here", True),
        ("> the", False), ("No. 1:\n> the", True), ("the words here", False),
        ("In 2024, No. 1:\n\n> **the words**", True),
    ],
)  # fmt: skip
def test_a_quote_is_known_by_its_number_or_by_words_enough(typed: str, found: bool) -> None:
    assert quoting.quotes(typed, 1, "these are the words here") is found
