"""Everybody on the roll is told that voting closes, a week before, once, whatever they have done."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from forum.kernel import clock, mailings
from forum.kernel.database import db
from forum.kernel.mail import Outgoing
from forum.kernel.mailings import Mailing
from forum.questions.derived_queries import dates_of
from forum.questions.queries import question_by_id, timetable_of
from forum.roll.models import Member
from referendum.conduct import closing_notices
from referendum.electorate.models import RollEntry
from referendum.process.models import Vote
from tests.build_referendum import Referendum, make_closed, make_open
from tests.people import Cast

ZONE = ZoneInfo("America/Chicago")


def told(vote: Vote, at: datetime, patch: pytest.MonkeyPatch) -> dict[str, str]:
    """Address and text of the notices that are written when the clock shows this."""
    patch.setattr(clock, "now", lambda: at)
    db.session.execute(db.delete(Outgoing))
    closing_notices.start_due(ZONE, now=at)
    for mailing in db.session.scalars(db.select(Mailing).where(Mailing.kind == "vote_closes")):
        while mailing.finished_at is None and mailings._write_portion(mailing.id):
            pass
    rows = db.session.scalars(db.select(Outgoing).where(Outgoing.name == "vote_closes"))
    return {row.address: row.text for row in rows}


def roll(vote: Vote) -> set[str]:
    query = db.select(Member.email).join(RollEntry, RollEntry.member_id == Member.id)
    return set(db.session.scalars(query.where(RollEntry.vote_id == vote.id)))


@pytest.fixture
def open_vote(cast: Cast, ground: Flask, now: datetime) -> Referendum:
    return make_open(make_closed(cast, now=now))


def test_the_whole_roll_is_told_once_a_week_before(open_vote: Referendum, monkeypatch: pytest.MonkeyPatch) -> None:
    vote = open_vote.vote
    assert told(vote, vote.closes_at - timedelta(days=9), monkeypatch) == {}
    noon = (vote.closes_at - timedelta(days=7)).astimezone(ZONE).replace(hour=12) - timedelta(days=1)
    found = told(vote, max(noon, vote.closes_at - timedelta(days=8)), monkeypatch)
    assert set(found) == roll(vote)
    assert len(set(found.values())) == 1
    assert "less than seven days" not in found.popitem()[1]
    assert told(vote, vote.closes_at - timedelta(days=6), monkeypatch) == {}


def test_a_short_vote_is_told_at_once_and_says_so(open_vote: Referendum, monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(open_vote.vote, open_vote.vote.closes_at - timedelta(days=3), monkeypatch)
    assert set(found) == roll(open_vote.vote)
    assert "less than seven days" in found.popitem()[1]


def test_a_vote_that_is_over_or_not_called_is_not_told(open_vote: Referendum, monkeypatch: pytest.MonkeyPatch) -> None:
    vote = open_vote.vote
    assert told(vote, vote.closes_at, monkeypatch) == {}
    vote.called_at = None
    assert told(vote, vote.closes_at - timedelta(days=3), monkeypatch) == {}


@pytest.mark.parametrize(("state", "days"), [("counting", 3), ("open", 0)])
def test_a_notice_under_way_is_written_to_nobody_once_voting_is_over(
    open_vote: Referendum, monkeypatch: pytest.MonkeyPatch, state: str, days: int
) -> None:
    vote = open_vote.vote
    mailings.start("vote_closes", vote.id, open_vote.at)
    vote.state = state
    monkeypatch.setattr(clock, "now", lambda: vote.closes_at - timedelta(days=days))
    with db.session.no_autoflush:
        mailing = db.session.scalars(db.select(Mailing).where(Mailing.kind == "vote_closes")).one()
        assert closing_notices.write(mailing, 100) is None


def test_calendars_show_the_vote_s_own_dates(open_vote: Referendum) -> None:
    vote = open_vote.vote
    vote.closes_at += timedelta(days=2)
    question = question_by_id(vote.question_id)
    dates = dict(dates_of(question))
    assert dates["voting_closes_at"] == vote.closes_at
    assert list(dates) == [name for name, _ in timetable_of(question).in_order()]
