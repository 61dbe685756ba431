"""What the page says is kept so long and no longer is."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.halls.models import ReadMark
from forum.kernel import audit, clock
from forum.kernel.database import Base, db, transaction
from forum.kernel.errors import Refused
from forum.questions.models import Question
from forum.roll.models import Member
from forum.signin.models import Account, Device
from forum.sittings.models import Attendance
from referendum.electorate import sealed_file
from referendum.electorate.ending_operations import destroy_lists
from referendum.electorate.opening_operations import ask_opening
from referendum.electorate.queries import frozen_electorate
from referendum.keeping import jobs, kinds, retention
from referendum.process.models import Vote
from tests.build_referendum import certify, make_closed, make_counted, make_open
from tests.build_town import make_town
from tests.people import Cast, sign_in


def counted(*models: type) -> list[int]:
    with transaction(write=False) as session:
        return [session.scalar(db.select(db.func.count()).select_from(model)) for model in models]


def run(app: Flask, monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)
    monkeypatch.setattr(jobs, "PORTION", 2)
    with app.app_context():
        jobs.forget_what_is_old()


def test_marks_of_reading_and_coming_go_a_year_after_the_close_and_words_stay(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context(), transaction(write=True) as session:
        debate = make_town(cast, now=now).debate
        session.get_one(Question, debate.question).closed_at = now
        session.add_all([ReadMark(hall_id=debate.hall, member_id=each, number=1, at=now) for each in cast.tellers])
        session.add_all([Attendance(sitting_id=debate.scheduled, member_id=each) for each in cast.officers])
    with app.app_context():
        before = counted(ReadMark, Attendance)
    run(app, monkeypatch, now + retention.YEAR)
    with app.app_context():
        assert counted(ReadMark, Attendance) == before
    run(app, monkeypatch, now + retention.YEAR + timedelta(seconds=1))
    with app.app_context():
        assert counted(ReadMark, Attendance) == [0, 0]


def test_whoever_left_a_year_ago_cannot_be_reached_or_sign_in_and_keeps_their_name_on_their_words(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(app, cast.member)
    sign_in(app, cast.seconder)
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Member, cast.member).left_at = now
    run(app, monkeypatch, now + retention.YEAR + timedelta(seconds=1))
    with app.app_context(), transaction(write=False) as session:
        gone, here = session.get_one(Member, cast.member), session.get_one(Member, cast.seconder)
        assert (gone.email, bool(gone.name)) == ("", True)
        assert here.email
        assert set(session.scalars(db.select(Device.member_id))) == {cast.seconder}
        assert cast.member not in set(session.scalars(db.select(Account.member_id)))
        entries = session.scalars(db.select(audit.AuditEntry).where(audit.AuditEntry.act == "forget_members")).all()
        assert [each.facts for each in entries] == [{"members": 1}]
    run(app, monkeypatch, now + retention.YEAR + timedelta(days=1))
    with app.app_context():
        assert counted(audit.AuditEntry)[0] >= 1


def test_anybody_reads_what_is_kept_from_the_foot_of_a_page(app: Flask, cast: Cast) -> None:
    visitor = app.test_client()
    assert 'href="/kept"' in visitor.get("/").get_data(as_text=True)
    page = visitor.get("/kept").get_data(as_text=True)
    assert page.count("<tr>") == len(kinds.KEPT) + 1


def test_every_table_is_in_one_kind_of_what_is_kept(app: Flask) -> None:
    """The app is asked for because it brings every table in."""
    named = [table for kind in kinds.KEPT for table in kind.tables.split()]
    assert sorted(named) == sorted(Base.metadata.tables)


def test_a_sealed_list_goes_a_year_after_its_vote_is_over_and_no_list_of_a_running_one(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context(), transaction(write=True):
        made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3})
        folder = app.config["HUSTINGS"].instance
        path, digest = sealed_file.path_of(folder, made.vote.uuid_v), frozen_electorate(made.vote.id).sealed_hash
        assert destroy_lists(folder, made.at + timedelta(days=900)) == 0
        ended, teller = certify(made).at, made.teller()
    run(app, monkeypatch, ended + timedelta(days=365))
    assert path.exists()
    run(app, monkeypatch, ended + timedelta(days=365, seconds=1))
    assert not path.exists()
    run(app, monkeypatch, ended + timedelta(days=366))
    with app.test_request_context(), transaction(write=True) as session:
        entries = session.scalars(db.select(audit.AuditEntry).where(audit.AuditEntry.act == "destroy_sealed_list"))
        assert [each.facts for each in entries] == [{"sealed_list_hash": digest}]
        vote = session.get_one(Vote, 1)
        with pytest.raises(Refused, match="deleted a year after"):
            ask_opening(teller, vote, "turnout", "For the report.", {}, ended + timedelta(days=366))
