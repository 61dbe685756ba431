"""What leaves the site: calendar files for members, and a feed without persons for everybody."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from forum.arguments.models import Argument
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.outlets.feed import ATOM, Heading, Item, feed
from forum.questions.models import Question
from forum.sittings.models import Sitting
from tests.build_sittings import Ground, make_debate
from tests.people import Cast, sign_in

NOW = datetime(2026, 11, 10, 19, 0, tzinfo=UTC)


@pytest.fixture
def debate(app: Flask, cast: Cast) -> Ground:
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


def add_argument(app: Flask, cast: Cast, debate: Ground, number: int, **changes: object) -> None:
    values: dict[str, object] = {
        "question_id": debate.question, "number": number, "option_id": debate.options[1], "side": "against",
        "claim": f"Claim {number} <b>&", "mover_id": cast.member, "moved_at": NOW, "hall_id": debate.hall,
        "seconder_id": cast.seconder, "seconded_at": NOW + timedelta(minutes=number),
    }  # fmt: skip
    with app.app_context(), transaction(write=True) as session:
        session.add(Argument(**{**values, **changes}))


def titles(answer: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(answer).findall(f"{{{ATOM}}}entry/{{{ATOM}}}title")]


def test_the_feed_gives_seconded_arguments_newest_first(
    app: Flask, cast: Cast, debate: Ground, client: FlaskClient
) -> None:
    add_argument(app, cast, debate, 1)
    add_argument(app, cast, debate, 2, side="for")
    answer = client.get("/q/14/arguments.atom")
    assert answer.mimetype == "application/atom+xml"
    assert titles(answer.text) == ["A-02, for option B", "A-01, against option B"]
    summaries = ET.fromstring(answer.text).findall(f"{{{ATOM}}}entry/{{{ATOM}}}summary")
    assert [each.text for each in summaries] == ["Claim 2 <b>&", "Claim 1 <b>&"]


def test_the_feed_names_no_person_and_no_hall(app: Flask, cast: Cast, debate: Ground, client: FlaskClient) -> None:
    add_argument(app, cast, debate, 1)
    text = client.get("/q/14/arguments.atom").text
    for private in ("Marta", "Quill", "Fairweather", "Ashby", "Local 88", "example.org"):
        assert private not in text
    assert "United Test Workers" in text


@pytest.mark.parametrize(
    "changes",
    [
        {"seconder_id": None, "seconded_at": None},
        {"withdrawn_at": NOW},
        {"hidden_at": NOW},
    ],
)
def test_the_feed_leaves_out_what_does_not_stand(
    changes: dict[str, object], app: Flask, cast: Cast, debate: Ground, client: FlaskClient
) -> None:
    add_argument(app, cast, debate, 1, **changes)
    assert titles(client.get("/q/14/arguments.atom").text) == []


def test_a_question_that_does_not_exist_or_is_a_draft_has_no_feed(
    app: Flask, debate: Ground, client: FlaskClient
) -> None:
    assert client.get("/q/99/arguments.atom").status_code == 404
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Question, debate.question).state = "drafted"
    assert client.get("/q/14/arguments.atom").status_code == 404


def test_control_characters_do_not_break_the_feed() -> None:
    heading = Heading("t\x00\x1b", "https://u.example/f", "https://u.example/p", "U", NOW)
    written = feed(heading, [Item("https://u.example/a/1", "https://u.example/a/1", "A-01", "bell\x07\uffff", NOW)])
    assert ET.fromstring(written).findtext(f"{{{ATOM}}}entry/{{{ATOM}}}summary") == "bell"


def test_a_member_takes_a_session_into_a_calendar(app: Flask, cast: Cast, debate: Ground) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Sitting, debate.scheduled).place = "Hall 3; door B, left\nbell twice"
    answer = sign_in(app, cast.member).get(f"/sittings/{debate.scheduled}/session.ics")
    assert answer.mimetype == "text/calendar"
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    with app.app_context():
        starts_at = db.session.get_one(Sitting, debate.scheduled).starts_at
    assert event.decoded("dtstart") == starts_at.replace(microsecond=0)
    assert str(event["location"]) == "Hall 3; door B, left\nbell twice"
    assert str(event["url"]) == f"http://localhost/sittings/{debate.scheduled}"


def test_a_cancelled_session_is_cancelled_in_the_calendar_too(app: Flask, cast: Cast, debate: Ground) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Sitting, debate.scheduled).state = "cancelled"
    answer = sign_in(app, cast.member).get(f"/halls/{debate.other_hall}/sessions.ics")
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["status"]) == "CANCELLED"


@pytest.mark.parametrize("path", ["/sittings/{0.scheduled}/session.ics", "/halls/{0.hall}/sessions.ics"])
def test_calendars_are_for_members(path: str, debate: Ground, client: FlaskClient) -> None:
    assert client.get(path.format(debate)).status_code == 302
