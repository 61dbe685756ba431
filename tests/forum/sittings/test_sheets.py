"""Paper for those without a phone: the agenda before a session, the signed minutes after it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.sittings import closing_operations, enquiry_operations, operations
from forum.sittings.enquiry_forms import NewEnquiry
from forum.sittings.forms import Minutes, NewSitting
from tests.build_sittings import Ground, make_debate
from tests.forum.sittings.test_views import words
from tests.people import Cast, actor, sign_in


@pytest.fixture
def debate(app: Flask, cast: Cast) -> Ground:
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


def test_the_agenda_has_place_time_there_code_and_what_was_asked(app: Flask, cast: Cast, debate: Ground) -> None:
    now = clock.now()
    starts_at = now + timedelta(days=3)
    there = starts_at.astimezone(ZoneInfo("America/Chicago")).strftime("%H:%M %Z")
    with app.test_request_context(), transaction(write=True):
        new = NewSitting("Third", starts_at, "1. **Pay**", "Room 9", video_url="https://meet.example.org/88")
        sitting = operations.schedule_sitting(actor(cast.host), debate.hall, new, now=now).id
        asked = enquiry_operations.ask(actor(cast.member), sitting, NewEnquiry("Who pays?"), now=now)
        enquiry_operations.answer(actor(cast.host), sitting, asked.id, "The union.", now=now)
    page = sign_in(app, cast.elsewhere).get(f"/sittings/{sitting}/agenda").text
    for fact in ("Room 9", there, "https://meet.example.org/88", "Who pays?", "The union.", "Idris Bell"):
        assert fact in words(page), fact
    assert "<strong>Pay</strong>" in page
    assert 'src="data:image/svg+xml' in page
    assert f"localhost/sittings/{sitting}" in page


def test_a_hidden_question_is_not_printed(app: Flask, cast: Cast, debate: Ground) -> None:
    with app.test_request_context(), transaction(write=True):
        asked = enquiry_operations.ask(actor(cast.member), debate.sitting, NewEnquiry("Is Ann ill?"), now=clock.now())
        enquiry_operations.hide_enquiry(asked.id, now=clock.now())
    sheet = sign_in(app, cast.seconder).get(f"/sittings/{debate.sitting}/agenda").text
    assert "Is Ann ill?" not in sheet
    assert "Marta Quill" not in sheet


def test_only_signed_minutes_are_printed_and_exactly_those(app: Flask, cast: Cast, debate: Ground) -> None:
    browser, page = sign_in(app, cast.seconder), f"/sittings/{debate.sitting}/minutes"
    assert browser.get(f"{page}/sheet").status_code == 404
    with app.test_request_context(), transaction(write=True):
        host = actor(cast.host)
        sitting = closing_operations.close_sitting(host, debate.sitting, now=clock.now())
        minutes = Minutes("#### Said\n\nAll was *said*.", sitting.version)
        signed = closing_operations.sign_minutes(host, debate.sitting, minutes, now=clock.now())
        kept, hash_ = signed.minutes_html, signed.minutes_hash
    sheet = browser.get(f"{page}/sheet").text
    assert kept.replace("<h4>", '<h4 aria-level="2">') in sheet  # the words as signed; the heading knows its page
    assert hash_ in sheet
    assert "Signed by Idris Bell" in words(sheet).replace("  ", " ")
    assert "Signed by Idris Bell" in words(browser.get(page).text).replace("  ", " ")


@pytest.mark.parametrize("path", ["agenda", "minutes/sheet"])
def test_a_visitor_reads_no_sheet(path: str, app: Flask, debate: Ground) -> None:
    assert "/sign-in" in app.test_client().get(f"/sittings/{debate.sitting}/{path}").location
