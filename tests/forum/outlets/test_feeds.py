"""Feeds and calendars: what everybody may take along, and what a member's key opens, until it is taken back."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from forum.arguments.models import Argument
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.outlets.feed import ATOM
from forum.outlets.models import FeedKey
from forum.outlets.queries import NEWEST
from forum.questions.models import Question
from forum.roll.models import Member
from forum.signin.models import Account
from forum.sittings import calendar_operations, operations
from forum.sittings.forms import Change, NewSitting
from tests.build_sittings import Ground
from tests.forum.outlets.conftest import PERSONS
from tests.people import Cast, actor, sign_in


def entries(answer: str) -> dict[str, str]:
    """Id → title of every entry; the feed is valid where Atom asks for something."""
    root = ET.fromstring(answer)
    found = {}
    for entry in root.findall(f"{{{ATOM}}}entry"):
        parts = {name: entry.findtext(f"{{{ATOM}}}{name}") or "" for name in ("id", "title", "updated")}
        assert datetime.fromisoformat(parts["updated"])
        assert parts["id"].startswith("http://localhost/")
        found[parts["id"].removeprefix("http://localhost")] = parts["title"]
    assert len(found) == len(root.findall(f"{{{ATOM}}}entry")), "each has an id of its own"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{{{ATOM}}}link")}
    assert (links["self"] or "").startswith("http://localhost/")
    assert root.findtext(f"{{{ATOM}}}id") == (f"{links['alternate']}#members" if "/feeds/" in answer else links["self"])
    assert root.findtext(f"{{{ATOM}}}author/{{{ATOM}}}name") == "United Test Workers"
    return found


def make_key(app: Flask, member_id: int) -> str:
    """A key, as its member reads it on the page that shows it once."""
    app.config["WTF_CSRF_ENABLED"] = False
    page = sign_in(app, member_id).post("/me/feeds", data={"key_name": "My phone"}).text
    found = re.search(r"/feeds/([\w-]+)/calendar.ics", page)
    assert found
    return found[1]


def test_a_question_s_feed_gives_visitors_claims_statements_sessions_and_stages(
    full: Ground, client: FlaskClient
) -> None:
    answer = client.get("/q/14/feed.atom")
    assert answer.mimetype == "application/atom+xml"
    found = entries(answer.text)
    assert found["/a/1"] == "A-01, against option B"
    assert found["/statements/1"] == "Statement: Why we accept"
    assert found[f"/sittings/{full.sitting}"] == "Session of Local 88"
    assert found[f"/sittings/{full.national}"] == "National session"
    assert found["/q/14#debating"] == "Question 14: Debating"


def test_no_public_outlet_names_a_person_a_small_hall_or_what_is_said_in_one(
    full: Ground, client: FlaskClient
) -> None:
    paths = ("/q/14/feed.atom", f"/halls/{full.hall}/feed.atom", f"/halls/{full.national_hall}/feed.atom",
             "/q/14/dates.ics", "/union.ics")  # fmt: skip
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        for private in (*PERSONS, "156", "Meridian", "Own words", "Room 7", "I work nights", "A threat"):
            assert private not in answer.text, (path, private)
        assert f"/sittings/{full.scheduled}" not in answer.text


def test_a_hall_too_small_to_be_named_has_no_public_feed(app: Flask, full: Ground, client: FlaskClient) -> None:
    app.config["RAISE_FAILURES"] = False
    assert client.get(f"/halls/{full.other_hall}/feed.atom").status_code == 404
    assert client.get("/halls/9999/feed.atom").status_code == 404
    found = entries(client.get(f"/halls/{full.hall}/feed.atom").text)
    assert set(found) == {"/a/1", f"/sittings/{full.sitting}", f"/sittings/{full.sitting}#opened"}


def test_a_draft_leaves_the_house_by_no_outlet(app: Flask, full: Ground, client: FlaskClient) -> None:
    app.config["RAISE_FAILURES"] = False
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Question, full.question).state = "drafted"
    for path in ("/q/14/feed.atom", "/q/14/dates.ics", f"/halls/{full.hall}/feed.atom"):
        assert client.get(path).status_code == 404, path
    assert "14" not in [str(event["uid"]) for event in Calendar.from_ical(client.get("/union.ics").data).walk("VEVENT")]


def test_who_has_the_newest_gets_an_empty_answer(full: Ground, client: FlaskClient) -> None:
    first = client.get("/q/14/feed.atom")
    assert "Set-Cookie" not in first.headers
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = client.get("/q/14/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    later = client.get("/q/14/feed.atom", headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert later.status_code == 304


def test_a_feed_stays_bounded(app: Flask, cast: Cast, full: Ground, client: FlaskClient) -> None:
    now = clock.now()
    with app.app_context(), transaction(write=True) as session:
        session.add_all(
            Argument(
                question_id=full.question, number=number, option_id=full.options[0], side="for", claim="x",
                mover_id=cast.member, moved_at=now, hall_id=full.hall, seconder_id=cast.seconder, seconded_at=now,
            )
            for number in range(10, 80)
        )  # fmt: skip
    assert len(entries(client.get("/q/14/feed.atom").text)) == NEWEST


def test_each_change_of_a_session_that_was_told_stays_an_entry(
    app: Flask, cast: Cast, full: Ground, client: FlaskClient
) -> None:
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    first, later, far = now + timedelta(days=2), now + timedelta(days=3), now + timedelta(days=20)
    with app.test_request_context(), transaction(write=True):
        debate = db.session.get_one(Question, full.question)
        debate.debate_closes_at, host = now + timedelta(days=25), actor(cast.host)
        new = NewSitting("Cranes", first, "The cranes", "Shed 3")
        sitting = operations.schedule_sitting(host, full.hall, new, now=now).id
        only_the_agenda = Change(later, "Shed 3", agenda="Nobody is told of this.")
        for minutes, change in enumerate((Change(later, "Shed 3"), only_the_agenda, Change(far, "Shed 9")), 1):
            calendar_operations.reschedule_sitting(host, sitting, change, now=now + timedelta(minutes=minutes))
    public, own = client.get("/q/14/feed.atom").text, client.get(f"/feeds/{make_key(app, cast.member)}/q/14.atom").text
    said = {key: title for key, title in entries(public).items() if key.startswith(f"/sittings/{sitting}")}
    assert sorted(said.values()) == ["Moved: Session of Local 88", "Moved: Session of Local 88", "Session of Local 88"]
    assert f"/sittings/{sitting}" in said
    assert "Shed" not in public
    assert (own.count("Shed 9"), own.count("Shed 3")) == (1, 0), "the place of now, once"
    of_it = [entry for entry in ET.fromstring(public) if f"/sittings/{sitting}" in entry.findtext(f"{{{ATOM}}}id", "")]
    told = [entry.findtext(f"{{{ATOM}}}summary", "") for entry in of_it]
    for at, words in zip((far, later, first), told, strict=True):
        assert format_date(at.astimezone(ZoneInfo("America/Chicago")).date(), "EEEE d MMMM", locale="en") in words
    with app.test_request_context(), transaction(write=True):
        operations.cancel_sitting(actor(cast.host), sitting, now=now + timedelta(hours=1))
    after = {key: title for key, title in entries(client.get("/q/14/feed.atom").text).items() if key in said}
    assert after == said, "what was told before stays"
    assert "Cancelled: Session of Local 88" in entries(client.get("/q/14/feed.atom").text).values()


def test_a_feed_speaks_the_language_its_address_asks_for(full: Ground, client: FlaskClient) -> None:
    spanish = client.get("/q/14/feed.atom?in=es").text
    assert "A-01, en contra de la opción B" in spanish
    assert 'href="http://localhost/q/14/feed.atom?in=es" rel="self"' in spanish
    assert "A-01, against option B" in client.get("/q/14/feed.atom?in=xx").text


def test_a_calendar_holds_every_deadline_and_the_sessions(full: Ground, client: FlaskClient) -> None:
    events = Calendar.from_ical(client.get("/q/14/dates.ics").data).walk("VEVENT")
    found = {str(event["uid"]).partition("@")[0]: event for event in events}
    closing = found["question-14-debate_closes_at"]
    assert "dtend" not in closing
    assert str(closing["summary"]) == "The debate closes, question 14"
    assert closing.decoded("dtstart") > datetime(2026, 1, 1, tzinfo=UTC)
    assert str(found[f"sitting-{full.sitting}"]["summary"]) == "Session of Local 88"
    union = Calendar.from_ical(client.get("/union.ics").data).walk("VEVENT")
    assert {str(event["uid"]) for event in union} == {str(event["uid"]) for event in events}


def test_a_key_opens_what_its_member_may_read(app: Flask, cast: Cast, full: Ground, client: FlaskClient) -> None:
    key = make_key(app, cast.elsewhere)
    hall = client.get(f"/feeds/{key}/halls/{full.hall}.atom").text
    found = entries(hall)
    assert found[f"/halls/{full.hall}/posts/1"] == "Post 1 in Local 88"
    assert "I work nights." in hall
    assert "Marta Quill" in hall
    assert "A threat." not in hall
    assert "This post is hidden: it threatens somebody." in hall
    question = entries(client.get(f"/feeds/{key}/q/14.atom").text)
    assert question[f"/sittings/{full.scheduled}"] == "Own words of the host"
    calendar = client.get(f"/feeds/{key}/calendar.ics")
    assert "Room 7" in calendar.text
    assert calendar.headers["Cache-Control"] == "private, no-cache"
    assert calendar.headers["Referrer-Policy"] == "no-referrer"


def test_a_member_s_calendar_has_the_own_halls_and_the_national_one(
    app: Flask, cast: Cast, full: Ground, client: FlaskClient
) -> None:
    events = Calendar.from_ical(client.get(f"/feeds/{make_key(app, cast.elsewhere)}/calendar.ics").data).walk("VEVENT")
    sittings = {str(event["uid"]).partition("@")[0] for event in events if "sitting" in str(event["uid"])}
    assert sittings == {f"sitting-{full.scheduled}", f"sitting-{full.national}"}


def test_a_key_is_shown_once_and_kept_as_a_hash(app: Flask, cast: Cast, full: Ground) -> None:
    key = make_key(app, cast.member)
    page = sign_in(app, cast.member).get("/me/feeds").text
    assert "My phone" in page
    assert key not in page
    with app.app_context():
        assert key not in str(db.session.scalars(db.select(FeedKey.key_hash)).all())


def test_a_revoked_key_stops_at_once_and_only_its_member_revokes_it(
    app: Flask, cast: Cast, full: Ground, client: FlaskClient
) -> None:
    app.config["RAISE_FAILURES"] = False
    key = make_key(app, cast.member)
    assert sign_in(app, cast.elsewhere).post("/me/feeds/1/revoke").status_code == 404
    assert client.get(f"/feeds/{key}/q/14.atom").status_code == 200
    sign_in(app, cast.member).post("/me/feeds/1/revoke")
    assert client.get(f"/feeds/{key}/q/14.atom").status_code == 404


@pytest.mark.parametrize("change", [{"standing": "suspended"}, {"standing": "lapsed"}, {"left_at": clock.now()}])
def test_a_key_ends_with_its_member_s_standing(
    change: dict[str, object], app: Flask, cast: Cast, full: Ground, client: FlaskClient
) -> None:
    app.config["RAISE_FAILURES"] = False
    key = make_key(app, cast.member)
    with app.app_context(), transaction(write=True) as session:
        for name, value in change.items():
            setattr(session.get_one(Member, cast.member), name, value)
    for path in ("q/14.atom", f"halls/{full.hall}.atom", "calendar.ics"):
        assert client.get(f"/feeds/{key}/{path}").status_code == 404, path


def test_a_suspended_member_gets_no_key_and_nobody_more_than_ten(app: Flask, cast: Cast, full: Ground) -> None:
    app.config.update(WTF_CSRF_ENABLED=False, RAISE_FAILURES=False)
    assert sign_in(app, cast.suspended).post("/me/feeds", data={"key_name": "x"}).status_code == 403
    now = clock.now()
    with app.app_context(), transaction(write=True) as session:
        session.add_all(
            FeedKey(member_id=cast.member, name="x", key_hash=str(number), created_at=now) for number in range(10)
        )
    answer = sign_in(app, cast.member).post("/me/feeds", data={"key_name": "x"})
    assert answer.status_code == 403
    assert "You have 10 keys." in answer.text


def test_a_member_s_feed_is_in_the_member_s_language(
    app: Flask, cast: Cast, full: Ground, client: FlaskClient
) -> None:
    key = make_key(app, cast.member)
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Account, cast.member).language = "fr"
    assert "A-01, contre l’option B" in client.get(f"/feeds/{key}/q/14.atom").text


def test_whoever_tries_keys_is_stopped(app: Flask, client: FlaskClient) -> None:
    app.config["RAISE_FAILURES"] = False
    answers = [client.get(f"/feeds/wrong-{number}/calendar.ics").status_code for number in range(61)]
    assert answers == [404] * 60 + [429]
