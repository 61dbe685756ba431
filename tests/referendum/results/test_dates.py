"""Ribbon, timetable page and calendar tell the dates of the vote as they hold now, not as they were published."""

from datetime import datetime, timedelta

from flask import Flask

from forum.kernel.database import db, transaction
from forum.questions import derived_queries
from referendum.electorate.queries import frozen_electorate
from referendum.results import date_queries
from tests.build_referendum import make_closed, make_open
from tests.people import Cast


def test_a_vote_that_runs_later_takes_its_window_and_the_next_date_with_it(
    app: Flask, cast: Cast, now: datetime
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now))
        question, vote = made.question, made.vote
        assert question.challenge_closes_at
        assert question.vote_closes_at
        vote.closes_at = later = question.challenge_closes_at + timedelta(days=2)
        db.session.flush()
        dates = dict(derived_queries.dates_of(question))
        window = later + (question.challenge_closes_at - question.vote_closes_at)
        assert (dates["voting_closes_at"], dates["challenge_closes_at"]) == (later, window)
        roll = frozen_electorate(vote.id)
        for frozen_as_of in (later - timedelta(days=30), None):
            roll.record_at = frozen_as_of
            assert date_queries.dates_of_vote(vote)["record_at"] == (frozen_as_of or roll.frozen_at)
        upcoming = derived_queries.what_is_next(question, later - timedelta(hours=1))
        assert upcoming
        assert upcoming.facts == {"at": later}
        spans = {each.code: (each.starts_at, each.ends_at) for each in derived_queries.stages_of(question, made.at)}
        assert spans["challengeable"] == (later, window)
        number = question.number
    page = app.test_client().get(f"/q/{number}/timetable").get_data(as_text=True)
    assert page.count(f'datetime="{window.isoformat()}"') > 1
