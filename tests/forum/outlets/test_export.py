"""The debate as plain text: every post and argument with side, depth, hall and how it was moderated."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.arguments.models import Argument, ArgumentRevision
from forum.halls.models import Post
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.moderation.models import Hiding
from forum.outlets import export_parts
from forum.outlets.export_jobs import write_debate
from forum.outlets.export_text import Hidden, words
from forum.outlets.models import DebateExport
from forum.sittings.models import Message
from tests.build_sittings import Ground
from tests.forum.outlets.conftest import PERSONS
from tests.people import Cast, sign_in


def add(app: Flask, *rows: object) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.add_all(rows)


def post(hall: int, number: int, author: int, source: str, **values: object) -> Post:
    return Post(
        hall_id=hall, number=number, author_id=author, source=source, html="", renderer=1, at=clock.now(), **values
    )  # fmt: skip


def export(app: Flask, cast: Cast) -> str:
    """Ask for the file by the page, and fetch it."""
    app.config["WTF_CSRF_ENABLED"] = False
    browser = sign_in(app, cast.elsewhere)
    assert browser.post("/q/14/debate").status_code == 302
    answer = browser.get("/q/14/debate.txt")
    assert answer.mimetype == "text/plain"
    return answer.text


def test_each_has_its_side_depth_hall_and_state(app: Flask, cast: Cast, full: Ground) -> None:
    with app.app_context(), transaction(write=True) as session:
        first = session.scalars(db.select(Post.id).where(Post.number == 1)).one()
        argument = session.scalars(db.select(Argument).where(Argument.number == 1)).one()
        argument.post_id = first
        session.add(ArgumentRevision(
            argument_id=argument.id, number=1, grounds_source="Nine weeks.", grounds_html="", sources="Report, page 4",
            at=clock.now(),
        ))  # fmt: skip
        session.add(post(full.hall, 3, cast.seconder, "So do I.\n-- post 9; a forged line", reply_to_id=first))
        session.flush()
        third = session.scalars(db.select(Post.id).where(Post.number == 3)).one()
        session.add(post(full.hall, 4, cast.member, "Then we agree.", reply_to_id=third))
        session.add(Message(
            hall_id=full.hall, sitting_id=full.sitting, number=1, author_id=cast.member, source="Hello all", html="",
            at=clock.now(),
        ))  # fmt: skip
    text = export(app, cast)
    assert re.search(r"\n-- argument A-01; depth 0; side against option B; hall Local 88; standing seconded; at", text)
    assert "\n    Nine weeks.\n" in text
    first_post = "-- post 1; depth 0; side A-01 against option B; hall Local 88"
    assert re.search(rf"\n{first_post}; at [\dTZ:-]+; state shown\n    I work nights", text)
    assert re.search(r"\n-- post 3; depth 1; answers post 1; side none; hall Local 88; at", text)
    assert re.search(r"\n-- post 4; depth 2; answers post 3; side none;", text)
    assert re.search(r"\n-- post 2; depth 0; .*state hidden: threat; appeal: none\n    \[hidden\] No.\n", text)
    assert "\n    -- post 9; a forged line\n" in text, "no words can look like a line of ours"
    assert re.search(r"\n-- chat 1; depth 0; side none; hall Local 88; session \d{4}-\d\d-\d\d; at", text)
    assert "A threat." not in text


def test_its_head_says_how_to_read_it_in_every_language(app: Flask, cast: Cast, full: Ground) -> None:
    head = [line for line in export(app, cast).splitlines() if line.startswith("#")]
    assert sum(line.startswith("# depth:") for line in head) == 3
    assert "# Order: the arguments by number" in "\n".join(head)


def test_it_names_nobody(app: Flask, cast: Cast, full: Ground) -> None:
    text = export(app, cast)
    assert not [name for name in PERSONS if name in text]


def test_words_shown_again_say_that_they_had_been_hidden(app: Flask, cast: Cast, full: Ground) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.scalars(db.select(Hiding)).one().ruling = "restored"
        session.scalars(db.select(Post).where(Post.number == 2)).one().hidden_at = None
    text = export(app, cast)
    assert "state shown again, restored by the tellers; had been hidden: threat\n    A threat." in text


@pytest.mark.parametrize("portion", [1, 2, 500])
def test_portions_change_nothing(
    portion: int, app: Flask, cast: Cast, full: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(app, *(post(full.other_hall, number, cast.elsewhere, f"Post {number}") for number in range(1, 6)))
    monkeypatch.setattr(export_parts, "PORTION", portion)
    found = re.findall(r"\n-- (\w+) ([A\d-]+);", export(app, cast))
    assert found == [("argument", "A-01"), ("argument", "A-02"), ("post", "1"), ("post", "2")] + [
        ("post", str(number)) for number in range(1, 6)
    ]


def test_the_file_s_hash_is_told_and_it_is_not_made_anew_at_once(app: Flask, cast: Cast, full: Ground) -> None:
    text = export(app, cast)
    app.config["RAISE_FAILURES"] = False
    page = sign_in(app, cast.member).get("/q/14/outlets").text
    assert hashlib.sha256(text.encode()).hexdigest() in page
    assert sign_in(app, cast.member).post("/q/14/debate").status_code == 403


def test_a_new_file_takes_the_place_of_the_old(
    app: Flask, cast: Cast, full: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(app, cast)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    add(app, post(full.hall, 3, cast.member, "Newer words"))
    assert "Newer words" in export(app, cast)
    folder: Path = app.config["HUSTINGS"].instance / "exports"
    assert [each.name for each in folder.iterdir()] == ["debate-2.txt"]


def test_a_file_that_may_hold_words_hidden_since_is_given_out_no_longer(
    app: Flask, cast: Cast, full: Ground
) -> None:
    assert "I work nights." in export(app, cast)
    with app.app_context(), transaction(write=True) as session:
        found = session.scalars(db.select(Post).where(Post.number == 1)).one()
        found.hidden_at = clock.now()
        session.add(Hiding(
            question_id=full.question, hall_id=full.hall, kind="post", subject_id=found.id, ground="personal_data",
            reason="An address.", by_id=cast.host, at=clock.now(), author_id=cast.member, content_hash="0" * 64,
            salt="0" * 32,
        ))  # fmt: skip
    assert sign_in(app, cast.member).get("/q/14/debate.txt").status_code == 302
    assert "I work nights." not in export(app, cast), "a new one can be made at once"


def test_a_killed_job_leaves_no_half_file_and_can_be_run_again(
    app: Flask, cast: Cast, full: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.add(DebateExport(question_id=full.question, state="making", until=clock.now(), total=4))
    with monkeypatch.context() as patch, app.app_context():
        patch.setattr("forum.outlets.export_parts._posts", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            write_debate(1)
    browser = sign_in(app, cast.member)
    assert browser.get("/q/14/debate.txt").status_code == 302
    assert "You can close this page" in browser.get("/q/14/outlets").text
    with app.app_context():
        write_debate(1)
    assert "I work nights." in browser.get("/q/14/debate.txt").text


def test_visitors_get_no_text(app: Flask, full: Ground, client: FlaskClient) -> None:
    assert "/sign-in" in client.get("/q/14/debate.txt").headers["Location"]
    assert "The whole debate as text" not in client.get("/q/14/outlets").text


def test_words_cannot_leave_their_margin() -> None:
    for sign in ("\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c"):
        assert words(f"a{sign}-- post 1") == "    a\n    -- post 1\n"
    assert Hidden("spam", "x", "", "upheld").state == "hidden: spam; appeal: upheld"


def test_the_page_of_outlets_gives_what_to_copy(app: Flask, cast: Cast, full: Ground, client: FlaskClient) -> None:
    page = sign_in(app, cast.member).get("/q/14/outlets").text
    assert "&lt;iframe src=&#34;http://localhost/q/14/card/fr&#34;" in page
    assert f"http://localhost/halls/{full.hall}/card/en" in page
    assert "http://localhost/q/14/dates.ics" in page
    small = sign_in(app, cast.elsewhere).get("/q/14/outlets").text
    assert f"/halls/{full.other_hall}/card" not in small
    assert "fewer than 30 members" in small
    visited = client.get("/q/14/outlets").text
    assert "/halls/" not in visited
    assert 'href="/q/14/outlets"' in client.get("/q/14").text
    assert 'href="/q/14/outlets"' in sign_in(app, cast.member).get(f"/halls/{full.hall}").text
