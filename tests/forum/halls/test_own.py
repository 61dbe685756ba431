"""What a member keeps to oneself: drafts on the server, threads followed and muted, persons muted, and being named."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from forum.halls import own_jobs, own_notices, own_operations, own_queries, queries, thread_queries
from forum.halls.forms import EditedPost, NewPost
from forum.halls.models import Hall
from forum.halls.own_models import Draft
from forum.halls.post_operations import edit_post, publish_post
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.errors import Missing, Refused
from forum.kernel.mail import Outgoing
from forum.questions.models import Question
from forum.roll.models import Member
from tests.build_halls import make_debate, make_hall, make_post
from tests.conftest import NOW
from tests.people import Cast, actor, sign_in

DAY = timedelta(days=1)


@pytest.fixture
def hall(ground: Flask, cast: Cast) -> Hall:
    return make_hall(make_debate(cast), cast.local)


def mails(name: str) -> list[str]:
    return list(db.session.scalars(db.select(Outgoing.address).where(Outgoing.name == name).order_by(Outgoing.id)))


def test_a_draft_is_kept_replaced_and_gone_once_posted(cast: Cast, hall: Hall) -> None:
    me = actor(cast.member)
    own_operations.keep_draft(me, hall.id, "Nine", now=NOW)
    own_operations.keep_draft(me, hall.id, "Nine weeks", now=NOW)
    own_operations.keep_draft(actor(cast.seconder), hall.id, "Theirs", now=NOW)
    kept = own_queries.draft(hall.id, cast.member)
    assert kept
    assert kept.source == "Nine weeks"
    publish_post(me, hall.id, NewPost("Nine weeks."), now=NOW)
    assert list(db.session.scalars(db.select(Draft.source))) == ["Theirs"]


def test_an_emptied_draft_is_taken_away(cast: Cast, hall: Hall) -> None:
    own_operations.keep_draft(actor(cast.member), hall.id, "Nine", now=NOW)
    own_operations.keep_draft(actor(cast.member), hall.id, "", now=NOW)
    assert own_queries.draft(hall.id, cast.member) is None


@pytest.mark.parametrize("person", ["elsewhere", "suspended"])
def test_who_may_not_write_in_a_hall_keeps_no_draft_there(cast: Cast, hall: Hall, person: str) -> None:
    with pytest.raises(Refused):
        own_operations.keep_draft(actor(getattr(cast, person)), hall.id, "Nine", now=NOW)


def test_a_draft_comes_back_on_another_device_and_for_nobody_else(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        hall_id = make_hall(make_debate(cast, now=clock.now()), cast.local).id
    answer = sign_in(app, cast.member).post(
        f"/halls/{hall_id}/draft", data={"source": "Nine weeks <b>"}, headers={"Accept": "application/json"}
    )
    assert answer.json == {"kept": True}
    assert "\nNine weeks &lt;b&gt;</textarea>" in sign_in(app, cast.member).get(f"/halls/{hall_id}").get_data(
        as_text=True
    )
    assert "Nine weeks" not in sign_in(app, cast.seconder).get(f"/halls/{hall_id}").get_data(as_text=True)


def follow(member_id: int, hall: Hall, state: str = "follow", *, now: datetime = NOW) -> None:
    own_operations.follow_hall(actor(member_id), hall.id, state, now=now)


def tell(now: datetime) -> int:
    return own_notices.tell_followers(now, own_queries.to_tell(now, 50))


def test_followers_get_one_mail_a_day_while_others_write(cast: Cast, hall: Hall) -> None:
    follow(cast.elsewhere, hall)
    follow(cast.member, hall)
    make_post(hall, cast.member)
    tell(NOW + DAY / 2)
    assert mails("followed_halls") == []
    tell(NOW + DAY)
    assert mails("followed_halls") == ["m1004@example.org"]
    make_post(hall, cast.seconder, now=NOW + DAY)
    tell(NOW + 1.5 * DAY)
    assert mails("followed_halls") == ["m1004@example.org", "m1001@example.org"]
    tell(NOW + 2 * DAY)
    assert mails("followed_halls")[2:] == ["m1004@example.org"]
    assert tell(NOW + 4 * DAY) == 0


def test_whoever_follows_more_threads_than_a_page_lists_is_told_of_the_last_one_too(
    cast: Cast, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_queries, "MOST_LISTED", 1)
    national = db.session.query(Hall).where(Hall.question_id == hall.question_id, Hall.local_id.is_(None)).one()
    for each in (hall, national):
        follow(cast.elsewhere, each)
    last = max(hall, national, key=lambda each: each.id)
    make_post(last, cast.member)
    tell(NOW + DAY)
    assert mails("followed_halls") == ["m1004@example.org"]
    assert tell(NOW + 3 * DAY) == 0


def test_one_s_own_post_is_no_news_and_puts_no_mail_off(cast: Cast, hall: Hall) -> None:
    follow(cast.member, hall)
    make_post(hall, cast.member)
    tell(NOW + DAY)
    make_post(hall, cast.seconder, now=NOW + DAY)
    tell(NOW + 1.1 * DAY)
    assert mails("followed_halls") == ["m1001@example.org"]


def test_a_hidden_post_is_no_news_and_unfollowing_ends_the_mails(cast: Cast, hall: Hall) -> None:
    follow(cast.elsewhere, hall)
    make_post(hall, cast.member).hidden_at = NOW
    tell(NOW + DAY)
    follow(cast.elsewhere, hall, "", now=NOW + DAY)
    make_post(hall, cast.member)
    tell(NOW + 3 * DAY)
    assert mails("followed_halls") == []


def test_the_job_tells_everybody_who_is_due(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_jobs, "PORTION", 1)
    now = clock.now()
    with app.test_request_context(), transaction(write=True):
        hall = make_hall(make_debate(cast, now=now), cast.local)
        for each in (cast.elsewhere, cast.seconder, cast.host):
            follow(each, hall, now=now - 2 * DAY)
        make_post(hall, cast.member, now=now)
    with app.app_context():
        own_jobs.tell_followers()
        assert len(mails("followed_halls")) == 3


def test_following_a_hall_that_is_not_there_is_refused(ground: Flask, cast: Cast) -> None:
    with pytest.raises(Missing):
        own_operations.follow_hall(actor(cast.member), 999, "follow", now=NOW)


def test_a_muted_person_s_posts_are_folded_for_one_member_alone(cast: Cast, hall: Hall) -> None:
    make_post(hall, cast.seconder)
    own_operations.mute_author(actor(cast.member), hall.id, 1, now=NOW)
    own_operations.mute_author(actor(cast.member), hall.id, 1, now=NOW)
    assert folded(cast.member, hall)
    assert not folded(cast.elsewhere, hall)
    assert not folded(cast.seconder, hall)
    own_operations.unmute(actor(cast.elsewhere), cast.seconder)
    assert folded(cast.member, hall)
    own_operations.unmute(actor(cast.member), cast.seconder)
    assert not folded(cast.member, hall)


def folded(reader: int, hall: Hall) -> bool:
    (row,) = thread_queries.posts(actor(reader), queries.hall(hall.id), 1, 1)
    return row.muted


def test_nobody_mutes_oneself_or_a_post_that_is_not_there(cast: Cast, hall: Hall) -> None:
    make_post(hall, cast.member)
    with pytest.raises(Refused):
        own_operations.mute_author(actor(cast.member), hall.id, 1, now=NOW)
    with pytest.raises(Missing):
        own_operations.mute_author(actor(cast.member), hall.id, 2, now=NOW)


def test_only_those_who_wrote_in_the_hall_are_suggested_and_told(cast: Cast, hall: Hall) -> None:
    make_post(hall, cast.seconder)
    assert own_queries.participants(hall.id, "fair") == [("Len Fairweather", "88")]
    assert own_queries.participants(hall.id, "Len") == [("Len Fairweather", "88")]
    assert own_queries.participants(hall.id, "en") == own_queries.participants(hall.id, "Idris") == []
    make_post(hall, cast.member, "@Len Fairweather and @Idris Bell, and Len Fairweather again; @Marta Quill")
    assert mails("named_in_post") == ["m1002@example.org"]


@pytest.mark.parametrize(
    ("name", "words", "told"),
    [
        ("A%s", "@Anybody at all is", False), ("A_a B", "@Ana B", False), ("Ann \\", "@Ann/Bob", False),
        ("O/Neil", "@ONeil", False), ("A%s", "@a%s", True), ("A_a B", "@A_a B!", True), ("Ann \\", "@Ann \\", True),
        ("O/Neil", "@O/Neil", True),
    ],
)  # fmt: skip
def test_a_sign_of_patterns_in_a_name_stands_for_itself(
    cast: Cast, hall: Hall, name: str, words: str, told: bool
) -> None:
    db.session.get_one(Member, cast.seconder).name = name
    make_post(hall, cast.seconder)
    make_post(hall, cast.member, words)
    assert bool(mails("named_in_post")) is told


def test_an_edit_tells_whom_it_names_for_the_first_time_and_nobody_twice(cast: Cast, hall: Hall) -> None:
    for each in (cast.seconder, cast.host):
        make_post(hall, each)
    number = make_post(hall, cast.member, "@Len Fairweather, is it so?").number

    def edit(words: str, revision: int) -> None:
        edit_post(actor(cast.member), hall.id, number, EditedPost(words, revision), now=NOW)

    edit("@Len Fairweather and @Idris Bell, is it so?", 1)
    edit("Is it so?", 2)
    edit("@Idris Bell and @Len Fairweather, is it not so?", 3)
    assert mails("named_in_post") == ["m1002@example.org", "m1003@example.org"]


def test_a_part_of_a_longer_name_and_a_quotation_tell_nobody(cast: Cast, hall: Hall) -> None:
    db.session.get_one(Member, cast.host).name = "Len Fairweather-Hughes"
    for each in (cast.seconder, cast.host):
        make_post(hall, each)
    make_post(hall, cast.member, "> @Len Fairweather\n\n@Len Fairweather-Hughes said so.")
    assert mails("named_in_post") == ["m1003@example.org"]


def test_whoever_muted_the_thread_or_the_person_is_not_told(cast: Cast, hall: Hall) -> None:
    make_post(hall, cast.seconder)
    make_post(hall, cast.host)
    follow(cast.seconder, hall, "mute")
    make_post(hall, cast.member, "@len fairweather, @IDRIS BELL")
    assert mails("named_in_post") == ["m1003@example.org"]
    own_operations.mute_author(actor(cast.host), hall.id, 3, now=NOW)
    make_post(hall, cast.member, "@Idris Bell")
    assert len(mails("named_in_post")) == 1


def test_naming_very_many_sends_no_more_mails_than_the_rate(cast: Cast, hall: Hall) -> None:
    make_post(hall, cast.seconder)
    for _ in range(35):
        make_post(hall, cast.member, "@Len Fairweather")
    assert len(mails("named_in_post")) == 30


def test_the_pages_carry_it_out(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        hall = make_hall(make_debate(cast, now=clock.now()), cast.local)
        make_post(hall, cast.seconder, "Words of Len", now=clock.now())
        hall_id = hall.id
    browser = sign_in(app, cast.member)
    assert "Mute Len" in browser.get(f"/halls/{hall_id}/posts/1/mute").get_data(as_text=True).replace("<bdi>", "")
    muted = browser.post(f"/halls/{hall_id}/posts/1/mute", follow_redirects=True).get_data(as_text=True)
    assert "What <bdi>Len Fairweather</bdi> writes is folded" in muted
    browser.post(f"/halls/{hall_id}/follow", data={"state": "follow"})
    page = browser.get(f"/halls/{hall_id}").get_data(as_text=True)
    assert '<details class="folded">' in page
    assert "You follow it" in page
    own = browser.get("/me/threads").get_data(as_text=True)
    assert "Len Fairweather" in own
    assert "Unfollow" in own
    browser.post(f"/me/muted/{cast.seconder}")
    assert "Len Fairweather" not in browser.get("/me/threads").get_data(as_text=True)
    assert browser.post(f"/halls/{hall_id}/follow", data={"state": "love"}).status_code == 422
    assert browser.get(f"/halls/{hall_id}/people?q=len").json == {
        "people": [{"name": "Len Fairweather", "about": "Local 88"}]
    }


@pytest.mark.sqlite_alone
def test_who_is_due_is_looked_for_outside_the_write_and_told_by_an_index(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_jobs, "PORTION", 1)
    with app.test_request_context(), transaction(write=True):
        hall = make_hall(make_debate(cast, now=clock.now()), cast.local)
        for member in (cast.elsewhere, cast.seconder):
            follow(member, hall, now=clock.now() - 2 * DAY)
        make_post(hall, cast.member, now=clock.now())
    seen: list[str] = []

    def note(connection: Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append(statement)
        if "DISTINCT followings" in statement:
            raw = connection.connection.cursor()
            seen.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))
            raw.close()

    def told() -> list[str]:
        seen.clear()
        own_jobs.tell_followers()
        return seen

    with app.test_request_context():
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            first = list(told())
            second = list(told())
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
    assert first.count("BEGIN IMMEDIATE") == 2
    assert "BEGIN" in second
    assert "BEGIN IMMEDIATE" not in second
    assert [step for step in first if step.startswith("SCAN followings")] == []


def test_a_draft_outlives_its_debate_by_two_weeks_and_the_page_says_until_when(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        now = clock.now()
        first, second = make_debate(cast, now=now), make_debate(cast, now=now)
        address = f"/halls/{make_hall(first, cast.local).id}"
        for question, words in ((first, "Nine weeks"), (second, "Ten weeks")):
            own_operations.keep_draft(actor(cast.member), make_hall(question, cast.local).id, words, now=now)
        first.state, first.closed_at = "closed", now
    page = sign_in(app, cast.member).get(address).text
    assert "Nine weeks" in page
    assert "This draft is kept here until" in page
    for days, left in ((13, ["Nine weeks", "Ten weeks"]), (15, ["Ten weeks"])):
        with app.app_context():
            with transaction(write=True):
                db.session.get_one(Question, 1).closed_at = clock.now() - days * DAY
            own_jobs.forget_drafts()
            assert sorted(db.session.scalars(db.select(Draft.source))) == left
