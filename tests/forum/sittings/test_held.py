"""What counts as a session held: ten minutes at its hour, somebody besides the host; and another time for it."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.halls import queries as halls
from forum.halls.models import Hall
from forum.kernel import clock
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.errors import Invalid, Refused
from forum.kernel.mail import Outgoing
from forum.questions import facts_queries
from forum.questions.floor import floor_proof
from forum.questions.models import Question
from forum.questions.operations import as_stored
from forum.questions.process import DebateStage
from forum.roll.models import Local, Member
from forum.sittings import (
    calendar_operations,
    closing_operations,
    docket,
    enquiry_operations,
    enquiry_queries,
    operations,
    queries,
)
from forum.sittings.enquiry_forms import NewEnquiry
from forum.sittings.forms import Change, NewSitting
from forum.sittings.models import Sitting
from tests.build_sittings import Ground, make_debate
from tests.people import Cast, actor, holding, sign_in


@pytest.fixture
def debate(cast: Cast, ground: Flask, now: datetime) -> Ground:
    return make_debate(cast, now=now)


def hold(cast: Cast, debate: Ground, now: datetime, *, minutes: int, comes: tuple[int, ...]) -> None:
    """Local 156's session, opened at its hour by its host."""
    starts_at = now + timedelta(days=1)
    operations.open_sitting(actor(cast.other_host), debate.scheduled, now=starts_at)
    for member_id in comes:
        operations.attend(actor(member_id), debate.scheduled)
    end = starts_at + timedelta(minutes=minutes)
    closing_operations.close_sitting(actor(cast.other_host), debate.scheduled, now=end)


def honoured(debate: Ground) -> bool:
    return db.session.get_one(Hall, debate.other_hall).honoured_at is not None


def test_a_session_is_not_opened_long_before_its_hour(cast: Cast, debate: Ground, now: datetime) -> None:
    starts_at = now + timedelta(days=1)
    host = actor(cast.other_host)
    with pytest.raises(Refused, match="30 minutes"):
        operations.open_sitting(host, debate.scheduled, now=starts_at - timedelta(minutes=31))
    assert operations.open_sitting(host, debate.scheduled, now=starts_at - timedelta(minutes=30)).state == "open"


def test_ten_minutes_with_somebody_besides_the_host_honour_the_charge(
    cast: Cast, debate: Ground, now: datetime
) -> None:
    hold(cast, debate, now, minutes=10, comes=(cast.elsewhere, cast.other_host))
    assert honoured(debate)
    assert halls.sessions_held(debate.question) == {debate.other_hall: 1}
    assert halls.sessions_held(debate.question, debate.other_hall) == {debate.other_hall: 1}
    assert halls.sessions_held(debate.question, debate.hall) == {}


@pytest.mark.parametrize(("minutes", "somebody"), [(9, True), (95, False)])
def test_a_moment_or_an_empty_room_is_no_session(
    cast: Cast, debate: Ground, now: datetime, minutes: int, somebody: bool
) -> None:
    hold(cast, debate, now, minutes=minutes, comes=(cast.elsewhere,) if somebody else (cast.other_host,))
    assert not honoured(debate)
    assert halls.sessions_held(debate.question) == {}


def test_a_session_of_the_national_hall_is_a_town_hall_where_the_process_asks_for_one(
    cast: Cast, debate: Ground, now: datetime
) -> None:
    question = db.session.get_one(Question, debate.question)
    hold(cast, debate, now, minutes=10, comes=(cast.elsewhere,))
    db.session.get_one(Sitting, debate.scheduled).hall_id = debate.national_hall
    db.session.flush()
    assert halls.locals_under_charge(question)["town_halls"] == 0
    stages = [dict(each, town_halls=1) if each["kind"] == "debate" else each for each in question.process["stages"]]
    question.process = question.process | {"stages": stages}
    db.session.flush()
    assert halls.locals_under_charge(question)["town_halls"] == 1
    assert facts_queries.gather_facts(question).town_halls == 1


def test_the_floor_s_proof_shows_length_and_attendance_and_says_why(cast: Cast, debate: Ground, now: datetime) -> None:
    hold(cast, debate, now, minutes=9, comes=(cast.elsewhere,))
    question = db.session.get_one(Question, debate.question)
    facts = facts_queries.standing_of_locals(question)
    proof = as_stored(floor_proof(DebateStage(), facts, now, now))
    row = next(each for each in proof["locals"] if each["local_id"] == cast.other_local)
    assert (row["sessions"], row["sessions_held"], row["honoured"]) == ([[9, 2]], 0, False)
    assert "ten minutes" in row["reason"]


def test_a_local_without_members_is_not_counted(cast: Cast, debate: Ground, now: datetime) -> None:
    local = Local(number="900", name="Nobody Works", council_id=cast.council, timezone="America/Chicago")
    db.session.add(local)
    db.session.flush()
    db.session.add(Hall(question_id=debate.question, local_id=local.id))
    db.session.flush()
    question = db.session.get_one(Question, debate.question)
    proof = floor_proof(DebateStage(), facts_queries.standing_of_locals(question), now, now)
    row = next(each for each in proof.locals if each.local.local_id == local.id)
    assert row not in proof.wanting
    assert row.reason == "It has no member, so it is not counted."
    assert len(proof.counted) == 2


def test_another_time_is_logged_and_every_member_of_the_hall_is_told(app: Flask, cast: Cast) -> None:
    now = clock.now()
    with app.test_request_context(), transaction(write=True):
        debate = make_debate(cast, now=now)
    later = now + timedelta(days=3)
    with app.test_request_context(), transaction(write=True):
        calendar_operations.reschedule_sitting(
            actor(cast.other_host), debate.scheduled, Change(later, "Room 9"), now=now
        )
    with app.app_context():
        sitting = db.session.get_one(Sitting, debate.scheduled)
        assert (sitting.starts_at, sitting.place, sitting.state) == (later, "Room 9", "scheduled")
        told = set(db.session.scalars(db.select(Outgoing.address).where(Outgoing.name == "sitting_moved")))
        there = db.select(Member.email).where(Member.local_id == cast.other_local)
        assert told == set(db.session.scalars(there))
        assert "reschedule_sitting" in set(db.session.scalars(db.select(AuditEntry.act)))


def told(app: Flask, name: str) -> list[Outgoing]:
    with app.app_context():
        mails = db.session.scalars(db.select(Outgoing).where(Outgoing.name == name)).all()
        db.session.expunge_all()
        return list(mails)


def test_a_new_agenda_is_no_news_for_a_mail_and_a_video_call_is(app: Flask, cast: Cast) -> None:
    now = clock.now()
    with app.test_request_context(), transaction(write=True):
        debate = make_debate(cast, now=now)
    url = "https://meet.example.org/88"
    with app.test_request_context(), transaction(write=True):
        at = db.session.get_one(Sitting, debate.scheduled).starts_at.replace(second=0, microsecond=0)
        change = Change(at, "", agenda="1. **Pay**")
        sitting = calendar_operations.reschedule_sitting(
            actor(cast.other_host), debate.scheduled, change, now=now + timedelta(days=2)
        )
        assert "<strong>Pay</strong>" in sitting.agenda_html
    assert told(app, "sitting_moved") == []
    with app.test_request_context(), transaction(write=True):
        change = Change(at, "", video_url=url)
        sitting = calendar_operations.reschedule_sitting(actor(cast.other_host), debate.scheduled, change, now=now)
        assert sitting.agenda_source == "1. **Pay**"
    mails = told(app, "sitting_moved")
    assert len(mails) > 1
    assert url in mails[0].text
    assert url in mails[0].html
    assert f"/sittings/{debate.scheduled}/session.ics" in mails[0].text
    calendar = sign_in(app, cast.elsewhere).get(f"/sittings/{debate.scheduled}/session.ics").text
    assert url in calendar.replace("\r\n ", "")


def test_who_was_told_of_a_session_is_told_that_it_is_cancelled(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        debate = make_debate(cast, now=clock.now())
    with app.test_request_context(), transaction(write=True):
        operations.cancel_sitting(actor(cast.other_host), debate.scheduled, now=clock.now())
    mails = told(app, "sitting_cancelled")
    with app.app_context():
        there = db.select(Member.email).where(Member.local_id == cast.other_local)
        assert {each.address for each in mails} == set(db.session.scalars(there))
    assert "Cancelled" in mails[0].subject


def test_the_time_of_a_national_session_names_its_zone_in_the_mail(app: Flask, cast: Cast) -> None:
    now = clock.now()
    with app.test_request_context(), transaction(write=True):
        debate = make_debate(cast, now=now)
        teller = holding(actor(cast.tellers[0]), "teller", debate.question)
        new = NewSitting("Page 31", now + timedelta(days=2), "", "")
        operations.schedule_sitting(teller, debate.national_hall, new, now=now)
    assert re.search(r"\d\d:\d\d C[SD]T", told(app, "sitting_scheduled")[0].text)


def test_only_the_host_moves_a_session_that_is_to_come_and_into_the_debate(
    cast: Cast, debate: Ground, now: datetime
) -> None:
    later = now + timedelta(days=2)
    with pytest.raises(Refused, match="hall’s host"):
        calendar_operations.reschedule_sitting(actor(cast.host), debate.scheduled, Change(later, ""), now=now)
    with pytest.raises(Refused, match="still to come"):
        calendar_operations.reschedule_sitting(actor(cast.host), debate.sitting, Change(later, ""), now=now)
    for wrong in (now - timedelta(minutes=1), now + timedelta(days=30)):
        with pytest.raises(Invalid):
            calendar_operations.reschedule_sitting(actor(cast.other_host), debate.scheduled, Change(wrong, ""), now=now)


def test_the_host_finds_the_form_and_it_says_what_is_wrong(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction(write=True):
        debate = make_debate(cast, now=clock.now())
    host = sign_in(app, cast.other_host)
    assert f"/sittings/{debate.scheduled}/time" in host.get(f"/sittings/{debate.scheduled}").text
    past = host.post(f"/sittings/{debate.scheduled}/time", data={"starts_at": "2020-01-01T10:00", "place": "Room 9"})
    assert past.status_code == 422
    assert "That time is over" in past.text
    assert "Room 9" in past.text
    soon = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    moved = host.post(f"/sittings/{debate.scheduled}/time", data={"starts_at": soon, "place": "Room 9"})
    assert moved.location == f"/sittings/{debate.scheduled}"


def test_a_session_that_nobody_opened_in_its_time_is_no_work_and_can_be_set_anew(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True) as rows:
        debate, idris = make_debate(cast, now=clock.now()), actor(cast.other_host)
        enquiry_operations.ask(actor(cast.elsewhere), debate.scheduled, NewEnquiry("When?"), now=clock.now())
        sitting = rows.get_one(Sitting, debate.scheduled)
        sitting.starts_at = clock.now() - timedelta(hours=1)
        rows.flush()
        assert [each["what"] for each in docket.host_worklist(idris)] == ["Your session is not open"]
        sitting.starts_at = clock.now() - timedelta(hours=12)
        rows.flush()
        assert docket.host_worklist(idris) == enquiry_queries.to_settle(idris, clock.now()) == []
        with pytest.raises(Refused, match="long past"):
            operations.open_sitting(idris, debate.scheduled, now=clock.now())
    host, session = sign_in(app, cast.other_host), f"/sittings/{debate.scheduled}"
    assert all("It did not take place." in host.get(each).text for each in (session, "/sittings"))
    assert "Set another time" in host.get(session).text
    assert "Open the session now" not in host.get(session).text
    assert "Set another time" not in sign_in(app, cast.elsewhere).get(session).text
    with app.test_request_context(), transaction(write=True):
        later = Change(clock.now() + timedelta(days=2), "", None, None)
        calendar_operations.reschedule_sitting(idris, debate.scheduled, later, now=clock.now())
    assert "Open the session now" in host.get(session).text


def test_a_session_that_nobody_opened_before_the_debate_closed_is_said_not_to_have_taken_place(
    app: Flask, cast: Cast
) -> None:
    with app.test_request_context(), transaction(write=True):
        debate, idris = make_debate(cast, now=clock.now()), actor(cast.other_host)
        enquiry_operations.ask(actor(cast.elsewhere), debate.scheduled, NewEnquiry("When?"), now=clock.now())
    host, session = sign_in(app, cast.other_host), f"/sittings/{debate.scheduled}"
    pages = [session, "/sittings", f"/halls/{debate.other_hall}"]
    assert not any("did not take place" in host.get(each).text for each in pages)
    with app.test_request_context(), transaction(write=True) as rows:
        rows.get_one(Question, debate.question).state = "closed"
        assert (enquiry_queries.to_settle(idris, clock.now()), queries.coming(idris, clock.now())) == ([], [])
    assert all("It did not take place." in host.get(each).text for each in pages)
    page = host.get(session).text
    assert not any(words in page for words in ("Open the session now", "Coming", "Into my calendar", "Ask it"))
    assert "STATUS:CANCELLED" in host.get(f"{session}/session.ics").text
