"""The demo's trustees, let loose: keys before the vote, parts after it; what a visitor has begun is left alone."""

from datetime import datetime

from flask import Flask

from forum.kernel.database import db, transaction
from referendum.count import queries as counted
from referendum.count.jobs import compute_tallies
from referendum.process.models import Vote
from referendum.rehearsal.demo_trustees import let_trustees_act
from referendum.trustees import queries
from tests.people import Cast
from tests.referendum.trustees.conftest import fill_box, make_group


def test_the_trustees_make_their_key_and_open_the_count(app: Flask, cast: Cast, now: datetime) -> None:
    with app.test_request_context(), transaction(write=True):
        group = make_group(cast, now)
        vote_id, members = group.vote.id, group.members
    with app.app_context():
        let_trustees_act()
        let_trustees_act()
    with app.test_request_context(), transaction(write=True) as session:
        vote = session.get_one(Vote, vote_id)
        assert queries.keys_proved(vote) == set(members)
        fill_box(vote, now)
    with app.app_context():
        compute_tallies(vote_id)
        let_trustees_act()
        with transaction(write=False):
            assert counted.archive_verified(db.session.get_one(Vote, vote_id))


def test_a_key_that_a_visitor_made_is_waited_for(app: Flask, cast: Cast, now: datetime) -> None:
    with app.test_request_context(), transaction(write=True):
        group = make_group(cast, now)
        group.join(0)
        vote_id = group.vote.id
    with app.app_context():
        let_trustees_act()
    with app.test_request_context(), transaction(write=True) as session:
        group.vote = session.get_one(Vote, vote_id)
        assert queries.progress(group.vote).shared == set(group.members[1:])
        group.share(0)
        group.finish(0)
    with app.app_context():
        let_trustees_act()
    with app.test_request_context(), transaction(write=False):
        assert queries.keys_proved(db.session.get_one(Vote, vote_id)) == set(group.members[1:])
