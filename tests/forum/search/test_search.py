"""Where a word was said: what is found, what never is, and what the filters leave."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from forum.arguments.models import Argument
from forum.halls import post_operations
from forum.halls.forms import EditedPost
from forum.halls.models import Post
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.errors import Invalid
from forum.questions.models import Question
from forum.search import forms, queries, rules
from forum.sittings.models import Message
from tests.build_halls import make_argument, make_debate, make_hall, make_post
from tests.build_sittings import make_sitting
from tests.conftest import NOW
from tests.people import Cast, actor, sign_in


@dataclass
class Said:
    """Words in both halls: two posts, an argument with grounds, and a line of chat."""

    question: Question
    here: Post
    there: Post
    argument: Argument
    line: Message


@pytest.fixture
def said(ground: Flask, cast: Cast) -> Said:
    question = make_debate(cast)
    hall = make_hall(question, cast.local)
    here = make_post(hall, cast.member, "The café pays for **night shifts**, 5.1 million.")
    there = make_post(make_hall(question, cast.other_local), cast.elsewhere, "Nights are long.", now=NOW + DAY)
    argument = make_argument(question, cast.member, option=1, claim="The strike fund lasts nine weeks.")
    sitting = make_sitting(hall.id, now=NOW, opened_by=cast.host)
    line = Message(
        hall_id=hall.id, sitting_id=sitting, number=1, kind="chat", author_id=cast.seconder, source="At night we sleep",
        html="", at=NOW - DAY,
    )  # fmt: skip
    db.session.add(line)
    db.session.flush()
    return Said(question, here, there, argument, line)


DAY = timedelta(days=1)


def found(member_id: int, typed: str, **filters: str) -> list[str]:
    asked = forms.read_search(MultiDict({"q": typed, **filters}), ZoneInfo("America/Chicago"))
    return [each.url for each in queries.results(actor(member_id), asked).hits]


def test_words_are_found_everywhere_the_newest_first(cast: Cast, said: Said) -> None:
    post = f"/halls/{said.here.hall_id}/posts/1"
    line = f"/sittings/{said.line.sitting_id}/transcript?after=0#m1"
    assert found(cast.suspended, "night") == [f"/halls/{said.there.hall_id}/posts/1", post, line]


@pytest.mark.parametrize("typed", ["cafe", "CAFÉ", "shifts night", "5.1 shifts", "shif", "café “night”"])
def test_case_accents_signs_and_endings_do_not_matter(cast: Cast, said: Said, typed: str) -> None:
    assert found(cast.elsewhere, typed) == [f"/halls/{said.here.hall_id}/posts/1"]


OTHER_SCRIPTS = ("Мой дом, ёлка", "άλφα βήτα", "パーティーへ行かないか", "हिन्दी में", "ຈل͜ຈ", "⑴ ½ ﬁne Ａ ŉ", "Tiếng Việt")


@pytest.mark.parametrize("words", OTHER_SCRIPTS)
def test_words_of_any_script_are_found_by_themselves(cast: Cast, said: Said, words: str) -> None:
    post = make_post(make_hall(said.question, cast.local), cast.member, words)
    assert found(cast.member, words) == [f"/halls/{post.hall_id}/posts/{post.number}"]


@pytest.mark.parametrize("typed", ["ight", "night weeks", "OR", "NOT fund", "source:night"])
def test_all_words_must_stand_there_and_none_is_a_command(cast: Cast, said: Said, typed: str) -> None:
    assert found(cast.elsewhere, typed) == []


def test_a_claim_and_its_grounds_are_one_text(cast: Cast, said: Said) -> None:
    assert found(cast.elsewhere, "strike million head") == [f"/a/{said.argument.id}"]


def test_what_was_hidden_is_not_found_until_it_is_restored(cast: Cast, said: Said) -> None:
    said.here.hidden_at = said.there.hidden_at = said.line.hidden_at = said.argument.hidden_at = NOW
    db.session.flush()
    assert found(cast.member, "night") == found(cast.member, "strike") == []
    said.line.hidden_at = said.argument.hidden_at = None
    db.session.flush()
    assert len(found(cast.member, "night")) == len(found(cast.member, "strike")) == 1


def test_a_post_is_found_by_its_new_words_and_no_longer_by_the_old(cast: Cast, said: Said) -> None:
    new = EditedPost("The canteen pays.", said.here.revision)
    post_operations.edit_post(actor(cast.member), said.here.hall_id, 1, new, now=NOW)
    assert found(cast.member, "cafe") == []
    assert found(cast.member, "canteen") == [f"/halls/{said.here.hall_id}/posts/1"]


def test_the_room_s_own_note_of_an_argument_is_not_found(cast: Cast, said: Said) -> None:
    said.line.kind, said.line.author_id = "record", None
    db.session.flush()
    assert len(found(cast.member, "night")) == 2


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"where": "own"}, 2), ({"where": "national"}, 0), ({"local": "156"}, 1), ({"author": "priya"}, 1),
        ({"author": "1002"}, 0), ({"from": "2026-11-10"}, 2), ({"to": "2026-11-09"}, 1),
        ({"from": "2026-11-10", "to": "2026-11-10"}, 1), ({"author": "nobody"}, 0),
    ],
)  # fmt: skip
def test_filters_narrow_what_is_found(cast: Cast, said: Said, filters: dict[str, str], count: int) -> None:
    assert len(found(cast.member, "night", **filters)) == count


def test_an_option_keeps_its_arguments_and_the_words_they_came_from(cast: Cast, said: Said) -> None:
    first, second = (str(each.id) for each in said.question.options)
    assert found(cast.member, "fund", option=second) == [f"/a/{said.argument.id}"]
    assert found(cast.member, "fund", option=first) == found(cast.member, "night", option=second) == []
    said.argument.post_id = said.here.id
    db.session.flush()
    assert found(cast.member, "night", option=second) == [f"/halls/{said.here.hall_id}/posts/1"]


def test_twenty_stand_on_a_page(cast: Cast, said: Said) -> None:
    hall = make_hall(said.question, cast.local)
    for place in range(25):
        make_post(hall, cast.member, f"Overtime {place}")
    pages = [found(cast.member, "overtime", page=page) for page in ("1", "2", "3")]
    assert [len(page) for page in pages] == [20, 5, 0]
    assert len({url for page in pages for url in page}) == 25


@pytest.mark.parametrize(
    "asked",
    [{"q": ""}, {"q": "!!"}, {"q": "a", "from": "soon"}, {"q": "a", "hall": "88b"}, {"q": "a", "to": "9999-12-31"}],
)
def test_what_cannot_be_looked_for_is_said_at_its_field(asked: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        forms.read_search(MultiDict(asked), ZoneInfo("UTC"))


@pytest.mark.parametrize("page", ["51", "0", "-1", "two", "99999999999999999999999"])
def test_a_page_that_cannot_be_is_the_first(page: str) -> None:
    assert forms.read_search(MultiDict({"q": "a", "page": page}), ZoneInfo("UTC")).page == 1


def test_a_torn_link_is_said_to_name_no_hall(app: Flask, cast: Cast) -> None:
    page = visit(sign_in(app, cast.member), "/search?q=night&hall=88b")
    assert "This link names no hall" in page
    assert 'name="hall"' not in page


def test_an_excerpt_of_what_looks_like_tags_is_what_the_post_shows() -> None:
    text = "".join(each.text for each in rules.excerpt("> quoted\n\nhi <b>x</b> & 3 > 2", []))
    assert text == "quoted hi <b>x</b> & 3 > 2"


def test_the_excerpt_marks_words_whatever_their_accents() -> None:
    pieces = rules.excerpt("x " * 90 + "the **Café** is <b>open</b>", ["cafe"])
    assert [each.text for each in pieces if each.marked] == ["Café"]
    assert len("".join(each.text for each in pieces)) <= rules.LENGTH + 4


def test_the_number_of_reads_does_not_grow_with_what_is_found(
    cast: Cast, said: Said, count_reads: Callable[[Callable[[], Any]], int]
) -> None:
    few = count_reads(lambda: found(cast.member, "night"))
    hall = make_hall(said.question, cast.local)
    for place in range(25):
        make_post(hall, cast.member, f"Night {place}")
    db.session.expire_all()
    assert count_reads(lambda: found(cast.member, "night")) <= few + 2  # the actor's own rows are read anew


@pytest.fixture
def count_reads() -> Callable[[Callable[[], Any]], int]:
    from sqlalchemy import event

    def counted(act: Callable[[], Any]) -> int:
        seen: list[str] = []
        note = lambda *facts: seen.append(str(facts[2]))  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", note)
        act()
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    return counted


def visit(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_page_shows_what_was_found_as_text_and_keeps_what_was_asked(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        hall = make_hall(make_debate(cast, now=clock.now()), cast.local)
        for _ in range(21):
            make_post(hall, cast.member, "<script>alert(1)</script> overtime", now=clock.now())
    reader = sign_in(app, cast.elsewhere)
    page = visit(reader, "/search?q=overtime&author=marta")
    assert "<mark>overtime</mark>" in page
    assert "<script>alert" not in page
    assert "author=marta&amp;page=2" in page
    assert "Please give a date." in visit(reader, "/search?q=overtime&from=x")
    assert "Nothing was found" in visit(reader, "/search?q=undertime")
    assert app.test_client().get("/search?q=overtime").status_code == 302
