"""Which mails a member gets, in which hours none, and the one click that stops a kind."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from forum.kernel import clock, mail, mail_troubles, wishes
from forum.kernel.database import db, transaction
from forum.kernel.mail import Outgoing, Reader
from forum.kernel.wishes import STOPPABLE, MailKind
from forum.outlets import rules
from forum.outlets.choice_queries import choice_of
from forum.outlets.models import MailChoice
from forum.outlets.rules import Choice
from tests.people import Cast, sign_in

CHICAGO = ZoneInfo("America/Chicago")
EVENING, NIGHT = datetime(2026, 11, 11, 2, 0, tzinfo=UTC), datetime(2026, 11, 11, 5, 30, tzinfo=UTC)
FACTS = {"measure": type("Hiding", (), {"id": 7, "deed": "hide", "path": "/moderation/hidings/7"})}
FORM = {"digest": "daily", "kinds": ["threads"], "quiet_from": "20", "quiet_until": "8"}


def write(app: Flask, member_id: int, kind: MailKind, now: datetime = EVENING) -> Outgoing | None:
    """Write to one member as mail to many is written; what came into the outbox by it."""
    with pytest.MonkeyPatch.context() as patch, app.app_context(), transaction(write=True) as session:
        patch.setattr(clock, "now", lambda: now)
        session.execute(db.delete(Outgoing))
        mail.send_wanted("appeal_to_rule", [Reader(member_id, "m@example.org", "en")], kind, now=now, **FACTS)
    with app.app_context(), transaction(write=False) as session:
        written: Outgoing | None = session.scalars(db.select(Outgoing)).first()
        if written is not None:
            session.expunge(written)
        return written


def stop_link(app: Flask, member_id: int, kind: MailKind = MailKind.DIGEST) -> str:
    with app.app_context():
        return wishes.stop_path(member_id, kind)


def kept(app: Flask, member_id: int) -> Choice:
    with app.app_context(), transaction(write=False):
        return choice_of(member_id)


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2026-11-10 21:59", None), ("2026-11-10 22:00", "2026-11-11 07:00"), ("2026-11-11 06:59", "2026-11-11 07:00"),
        ("2026-11-11 07:00", None), ("2026-03-07 23:00", "2026-03-08 07:00"), ("2026-10-31 23:00", "2026-11-01 07:00"),
    ],
)  # fmt: skip
def test_quiet_hours_end_in_the_morning_where_the_member_is(at: str, ends: str | None) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=CHICAGO)
    expected = datetime.fromisoformat(ends).replace(tzinfo=CHICAGO) if ends else None
    assert rules.quiet_until(rules.DEFAULT, CHICAGO, now) == expected


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 366 * 24 * 60))
def test_what_waits_for_the_end_of_quiet_hours_never_comes_within_them(start: int, end: int, minutes: int) -> None:
    choice = Choice(quiet_from=start, quiet_until=end)
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    until = rules.quiet_until(choice, CHICAGO, now)
    if until is not None:
        assert now < until <= now + timedelta(hours=25)
        assert rules.quiet_until(choice, CHICAGO, until) is None
    if start == end:
        assert until is None


def test_a_mail_that_can_be_stopped_says_how_in_its_text_and_headers(app: Flask, cast: Cast) -> None:
    row = write(app, cast.member, MailKind.DIGEST)
    assert row is not None
    assert row.stop_url.startswith("http://localhost/mail/stop/")
    assert row.stop_url in row.text
    assert row.stop_url in row.html
    message = mail.compose("m@example.org", "s", "t", "h", app.config["HUSTINGS"], stop_url=row.stop_url)
    assert f"List-Unsubscribe: <{row.stop_url}>\n" in message.as_string()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_mail_of_a_vote_has_no_link_and_says_why(app: Flask, cast: Cast) -> None:
    row = write(app, cast.member, MailKind.VOTE)
    assert row is not None
    assert row.stop_url == ""
    assert "cannot be stopped" in row.text
    assert "/mail/stop/" not in row.text + row.html


def test_one_click_stops_one_kind_without_sign_in_as_often_as_it_is_pressed(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    link = stop_link(app, cast.member)
    for _ in range(2):
        answer = client.post(link, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert kept(app, cast.member) == Choice(digest="off")
    assert write(app, cast.member, MailKind.DIGEST) is None
    assert write(app, cast.member, MailKind.SESSIONS) is not None
    assert write(app, cast.seconder, MailKind.DIGEST) is not None


def test_looking_at_the_link_writes_nothing(app: Flask, cast: Cast, client: FlaskClient) -> None:
    page = client.get(stop_link(app, cast.member))
    assert "Stop these mails?" in page.text
    assert "Marta" not in page.text
    assert kept(app, cast.member) == rules.DEFAULT


def test_a_link_tells_nothing_and_a_changed_one_leads_nowhere(app: Flask, cast: Cast, client: FlaskClient) -> None:
    app.config["RAISE_FAILURES"] = False
    link = stop_link(app, cast.member)
    assert link != stop_link(app, cast.member)
    token = link.rpartition("/")[2]
    for wrong in (token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), token[1:], "x", "é" * 500, "A" * 1000):
        assert client.post(f"/mail/stop/{wrong}").status_code == 404, wrong
        assert client.get(f"/mail/stop/{wrong}").status_code == 404, wrong
    with app.app_context():
        assert not wishes.stop_path(cast.member, MailKind.VOTE)
        assert {wishes.read_stop(wishes.stop_path(7, kind).rpartition("/")[2]) for kind in STOPPABLE} == {
            (7, kind) for kind in STOPPABLE
        }


def test_a_member_chooses_and_the_page_shows_it(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = sign_in(app, cast.member)
    assert browser.post("/me/mail", data=FORM).status_code == 302
    assert kept(app, cast.member) == Choice("daily", True, False, False, 20, 8)
    page = browser.get("/me/mail").text
    assert re.search(r'value="daily" checked', page)
    assert not re.search(r'value="sessions" checked', page)
    assert re.search(r'value="20" selected', page)
    assert browser.post("/me/mail", data={**FORM, "quiet_from": "24"}).status_code == 422


def test_mail_waits_until_the_member_s_quiet_hours_are_over(app: Flask, cast: Cast) -> None:
    row = write(app, cast.member, MailKind.SESSIONS, NIGHT)
    assert row is not None
    assert row.not_before == datetime(2026, 11, 11, 13, 0, tzinfo=UTC)
    with app.app_context(), transaction(write=True) as session:
        session.add(MailChoice(member_id=cast.seconder, digest="daily", quiet_from=3, quiet_until=3, at=NIGHT))
    row = write(app, cast.seconder, MailKind.SESSIONS, NIGHT)
    assert row is not None
    assert row.not_before is None


def test_no_general_mail_goes_to_an_address_that_refused_for_good_until_its_owner_says_so(
    app: Flask, cast: Cast
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction(write=True):
        for address in ("m@example.org", "m1001@example.org"):
            mail_troubles.note(address, 550, "no such user", given_up=True, now=EVENING)
    assert write(app, cast.member, MailKind.DIGEST) is None
    browser = sign_in(app, cast.member)
    assert "no such user" in browser.get("/me/mail").text
    assert "no such user" not in sign_in(app, cast.seconder).get("/me/mail").text
    browser.post("/me/mail/again")
    assert "no such user" not in browser.get("/me/mail").text
