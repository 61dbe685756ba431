"""A session that nobody closes: after twelve hours the clock does, with all that the host's close does."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.halls.models import Hall
from forum.kernel import clock
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.sittings import closing_operations, floor_operations, poll_operations, rules
from forum.sittings import operations as sittings
from forum.sittings.forms import NewPoll, Request
from forum.sittings.jobs import close_left_open
from forum.sittings.models import Attendance, Sitting, StrawAnswer, StrawPoll, Turn
from tests.build_sittings import Ground, make_debate
from tests.people import Cast, actor, sign_in

WORDS = "Nobody closed the session. The clock closed it after twelve hours."


@pytest.mark.parametrize(("hours", "left"), [(11.99, False), (12, True), (300, True)])
def test_a_session_is_left_open_after_twelve_hours(now: datetime, hours: float, left: bool) -> None:
    assert rules.is_left_open("open", now, now + timedelta(hours=hours)) is left
    assert not rules.is_left_open("closed", now, now + timedelta(hours=hours))
    assert not rules.is_left_open("scheduled", None, now)


@pytest.fixture
def debate(app: Flask, cast: Cast, now: datetime) -> Ground:
    """A session with a poll under way, two who have come, one who speaks and one who waits."""
    with app.test_request_context(), transaction(write=True):
        ground = make_debate(cast, now=now)
        sitting = db.session.get_one(Sitting, ground.sitting)
        sitting.opened_at, sitting.opened_by_id = now, cast.host
        host, member = actor(cast.host), actor(cast.member)
        for person in (host, member):
            sittings.attend(person, ground.sitting)
        poll = poll_operations.open_poll(host, ground.sitting, NewPoll("Again next week?", ("Yes", "No")), now=now)
        poll_operations.answer_poll(member, ground.sitting, poll.id, 1)
        floor_operations.ask_to_speak(member, ground.sitting, Request(None, remote=True), now=now)
        return ground


def run(app: Flask, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)
    with app.app_context():
        close_left_open()


def test_the_clock_closes_it_with_the_same_effects(
    app: Flask, cast: Cast, debate: Ground, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(app, now + timedelta(hours=11, minutes=59), monkeypatch)
    with app.app_context():
        assert db.session.get_one(Sitting, debate.sitting).state == "open"
        db.session.remove()
    end = now + timedelta(hours=12)
    run(app, end, monkeypatch)
    with app.app_context():
        sitting = db.session.get_one(Sitting, debate.sitting)
        assert (sitting.state, sitting.closed_at, sitting.attendance_count) == ("closed", end, 2)
        assert not db.session.scalars(db.select(StrawAnswer)).all(), "who answered what is forgotten"
        assert not db.session.scalars(db.select(Attendance).where(Attendance.sitting_id == debate.sitting)).all()
        assert db.session.scalars(db.select(StrawPoll.totals)).one() == [0, 1]
        assert db.session.scalars(db.select(Turn.state)).one() == "withdrawn"
        assert db.session.get_one(Hall, debate.hall).honoured_at == end, "it was held, so the charge is honoured"
        logged = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "close_sitting")).all()
        assert [(each.office, each.subject) for each in logged if each.subject == f"sitting:{debate.sitting}"] == [
            ("clock", f"sitting:{debate.sitting}")
        ]


def test_running_again_changes_nothing(
    app: Flask, debate: Ground, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hours in (12, 13):
        run(app, now + timedelta(hours=hours), monkeypatch)
    with app.app_context():
        assert db.session.get_one(Sitting, debate.sitting).closed_at == now + timedelta(hours=12)


@pytest.mark.parametrize("by_clock", [True, False])
def test_the_minutes_say_who_closed_it(
    app: Flask, cast: Cast, debate: Ground, now: datetime, monkeypatch: pytest.MonkeyPatch, by_clock: bool
) -> None:
    if by_clock:
        run(app, now + timedelta(hours=12), monkeypatch)
    else:
        with app.test_request_context(), transaction(write=True):
            closing_operations.close_sitting(actor(cast.host), debate.sitting, now=now + timedelta(hours=2))
    monkeypatch.undo()
    drafted = sign_in(app, cast.host).get(f"/sittings/{debate.sitting}/minutes").text
    read = sign_in(app, cast.member).get(f"/sittings/{debate.sitting}/minutes").text
    assert (drafted.count(WORDS), read.count(WORDS)) == ((2, 1) if by_clock else (0, 0))
