"""The clock's part: debates begin and acts settle when the job runs, whoever is looking."""

from datetime import timedelta

from flask import Flask

from forum.bodies import jobs as body_jobs
from forum.bodies import operations as bodies
from forum.bodies import queries as body_queries
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions import act_operations, jobs, queries
from forum.roll.models import Member
from tests.build_questions import make_question
from tests.people import Cast, actor


def test_a_debate_begins_by_itself_at_its_date(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        with transaction(write=True):
            question = make_question(cast, state="charged", now=clock.now())
            question.debate_opens_at = clock.now() + timedelta(hours=1)
        jobs.begin_debates()
        assert queries.question(1).state == "charged"
        with transaction(write=True):
            queries.question(1).debate_opens_at = clock.now() - timedelta(minutes=1)
        jobs.begin_debates()
        assert queries.question(1).state == "debating"


def test_a_pledge_takes_effect_when_the_council_becomes_smaller(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        with transaction(write=True):
            question = make_question(cast, state="published", now=clock.now())
            act = act_operations.propose_pledge(actor(cast.officer), question, now=clock.now())
            for member_id in cast.officers[:2]:
                bodies.sign(actor(member_id), act.id, act.document_hash, clock.now())
            db.session.get_one(Member, cast.officers[3]).left_at = clock.now()
        body_jobs.settle_acts()
        assert body_queries.took_effect(1, "pledge") is not None
        assert queries.question(1).pledged_at is not None
