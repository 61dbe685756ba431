"""Posts: written once, numbered without gaps, edited with public history."""

import time
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.halls import post_operations as posts
from forum.halls.forms import EditedPost, NewPost
from forum.halls.models import Post, ReadMark
from forum.halls.wording_queries import differences
from forum.kernel.database import db
from forum.kernel.errors import Missing, Refused, Stale
from tests.build_halls import make_debate, make_hall, make_post
from tests.people import Cast, actor, holding


def test_posts_are_numbered_and_rendered_when_written(cast: Cast, ground: Flask, now: datetime) -> None:
    hall = make_hall(make_debate(cast), cast.local)
    first, second = make_post(hall, cast.member, "**Loud**"), make_post(hall, cast.retired, "quiet")
    assert [first.number, second.number, hall.post_count] == [1, 2, 2]
    assert first.html == "<p><strong>Loud</strong></p>"


def test_a_form_sent_twice_is_one_post(cast: Cast, ground: Flask, now: datetime) -> None:
    hall = make_hall(make_debate(cast), cast.local)
    new = NewPost("Once.", client_key="k1")
    one = posts.publish_post(actor(cast.member), hall.id, new, now=now)
    assert posts.publish_post(actor(cast.member), hall.id, new, now=now).id == one.id
    assert hall.post_count == 1
    assert posts.publish_post(actor(cast.seconder), hall.id, new, now=now).id != one.id


def test_a_reply_points_at_a_post_of_the_same_hall(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    hall = make_hall(question, cast.local)
    first = make_post(hall, cast.member)
    answer = posts.publish_post(actor(cast.seconder), hall.id, NewPost("True.", reply_to=1), now=now)
    assert answer.reply_to_id == first.id
    with pytest.raises(Missing):
        posts.publish_post(actor(cast.seconder), make_hall(question, None).id, NewPost("True.", reply_to=1), now=now)


@pytest.mark.parametrize("person", ["elsewhere", "suspended"])
def test_guests_and_the_suspended_do_not_write_in_a_local_s_hall(
    cast: Cast, ground: Flask, now: datetime, person: str
) -> None:
    with pytest.raises(Refused):
        make_post(make_hall(make_debate(cast), cast.local), getattr(cast, person))


def test_everybody_in_standing_writes_in_the_national_hall(cast: Cast, ground: Flask, now: datetime) -> None:
    hall = make_hall(make_debate(cast), None)
    assert [make_post(hall, each).number for each in (cast.member, cast.elsewhere, cast.officer)] == [1, 2, 3]


def test_words_of_officers_and_hosts_are_marked(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    hall, national = make_hall(question, cast.local), make_hall(question, None)
    assert make_post(hall, cast.officer).office == "officer"
    assert make_post(hall, cast.host).office == "host"
    assert make_post(national, cast.host).office == ""


@pytest.mark.parametrize("role", ["teller", "observer"])
def test_tellers_and_observers_of_the_question_do_not_post(cast: Cast, ground: Flask, now: datetime, role: str) -> None:
    question = make_debate(cast)
    barred = holding(actor(cast.member), role, question.id)
    with pytest.raises(Refused):
        posts.publish_post(barred, make_hall(question, cast.local).id, NewPost("Hm."), now=now)
    elsewhere = holding(actor(cast.member), role, question.id + 1)
    assert posts.publish_post(elsewhere, make_hall(question, cast.local).id, NewPost("Hm."), now=now).number == 1


@pytest.mark.parametrize("state", ["charged", "closed", "withdrawn"])
def test_nobody_posts_outside_the_debate(cast: Cast, ground: Flask, now: datetime, state: str) -> None:
    question = make_debate(cast)
    question.state = state
    with pytest.raises(Refused):
        make_post(make_hall(question, cast.local), cast.member)


def test_nobody_posts_in_a_hall_that_is_not_open(cast: Cast, ground: Flask, now: datetime) -> None:
    with pytest.raises(Refused):
        make_post(make_hall(make_debate(cast, open_halls=False), cast.local), cast.member)


def test_an_edit_keeps_the_old_wording_for_everybody(cast: Cast, ground: Flask, now: datetime) -> None:
    hall = make_hall(make_debate(cast), cast.local)
    make_post(hall, cast.member, "Nine weeks.")
    later = now + timedelta(hours=1)
    post = posts.edit_post(actor(cast.member), hall.id, 1, EditedPost("Ten weeks.", 1), now=later)
    assert (post.source, post.revision, post.edited_at) == ("Ten weeks.", 2, later)
    assert [(each.number, each.source, each.at) for each in post.revisions] == [(1, "Nine weeks.", now)]


def test_an_edit_over_somebody_s_shoulder_is_stale(cast: Cast, ground: Flask, now: datetime) -> None:
    hall = make_hall(make_debate(cast), cast.local)
    make_post(hall, cast.member)
    posts.edit_post(actor(cast.member), hall.id, 1, EditedPost("Ten weeks.", 1), now=now)
    with pytest.raises(Stale):
        posts.edit_post(actor(cast.member), hall.id, 1, EditedPost("Eleven weeks.", 1), now=now)


def test_only_the_author_edits_and_never_a_hidden_post(cast: Cast, ground: Flask, now: datetime) -> None:
    hall = make_hall(make_debate(cast), cast.local)
    post = make_post(hall, cast.member)
    with pytest.raises(Refused):
        posts.edit_post(actor(cast.host), hall.id, 1, EditedPost("Silence.", 1), now=now)
    post.hidden_at = now
    with pytest.raises(Refused):
        posts.edit_post(actor(cast.member), hall.id, 1, EditedPost("Softer.", 1), now=now)
    with pytest.raises(Missing):
        posts.edit_post(actor(cast.member), hall.id, 99, EditedPost("Softer.", 1), now=now)


def test_the_same_words_are_no_edit(cast: Cast, ground: Flask, now: datetime) -> None:
    hall = make_hall(make_debate(cast), cast.local)
    make_post(hall, cast.member, "Same.")
    assert posts.edit_post(actor(cast.member), hall.id, 1, EditedPost("Same.", 1), now=now).revision == 1


def test_a_read_mark_only_goes_forward_and_never_past_the_end(cast: Cast, ground: Flask, now: datetime) -> None:
    hall = make_hall(make_debate(cast), cast.local)
    for _ in range(3):
        make_post(hall, cast.member)
    reader = actor(cast.suspended)
    assert [posts.mark_read(reader, hall.id, each, now=now) for each in (2, 1, 99)] == [2, 2, 3]
    assert db.session.query(Post).count() == 3


def test_whoever_had_read_to_the_end_has_read_the_own_post_too(cast: Cast, ground: Flask, now: datetime) -> None:
    hall = make_hall(make_debate(cast), cast.local)
    make_post(hall, cast.seconder)
    posts.mark_read(actor(cast.member), hall.id, 1, now=now)
    make_post(hall, cast.member)
    assert db.session.query(ReadMark).one().number == 2
    make_post(hall, cast.seconder)
    make_post(hall, cast.member)
    assert db.session.query(ReadMark).one().number == 2


def test_changes_are_shown_by_the_word() -> None:
    assert str(differences("so it is", "so it was")) == "so it <del>is</del><ins>was</ins>"


def test_one_word_changed_in_a_long_text_is_shown_as_one_word() -> None:
    shown = str(
        differences("so it is " * 900 + "and on", "so it is " * 450 + "so it was " + "so it is " * 449 + "and on")
    )
    assert shown.count("<del>") == shown.count("<ins>") == 1
    assert "<del>is</del><ins>was</ins>" in shown


def test_both_texts_are_compared_by_the_same_pieces() -> None:
    lines = [f"line {number}\n" for number in range(400)]
    shown = str(differences("x\n" + "".join(lines[:300]) + "y", "z\n" + "".join(lines) + "w"))
    assert shown.startswith("<del>x\n</del><ins>z\n</ins>line 0\n")
    assert shown.count("line") == 400


@pytest.mark.parametrize(("before", "after"), [("a\n" * 4000, "b\n" + "a\n" * 4000), ("a " * 790, "b " + "a " * 780)])
def test_no_wording_takes_long_to_compare(before: str, after: str) -> None:
    begun = time.process_time()
    differences(before, after)
    assert time.process_time() - begun < 0.5
