"""What is added up at the close: once, with opinion groups, without a person; and nothing later changes it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.arguments.forms import NewStatement
from forum.arguments.models import Reading
from forum.arguments.statement_operations import publish_statement
from forum.kernel import jobs as kernel_jobs
from forum.kernel.database import db, transaction
from forum.kernel.errors import Refused
from forum.moderation.forms import Cause
from forum.moderation.operations import hide_words
from forum.moderation.rules import Ground
from forum.questions.facts_queries import gather_facts
from forum.questions.models import Question
from forum.questions.operations import close_debate
from forum.questions.queries import question_by_id
from forum.roll.models import Member
from referendum.conduct.certificate_operations import forget_readers
from referendum.digest import close_operations, close_queries, jobs, matrix, queries
from referendum.digest.grouping import group_differences
from referendum.digest.models import DebateRecord, MatrixPart
from referendum.digest.operations import freeze_digest
from referendum.digest.record import from_json
from tests.build_digest import close
from tests.build_questions import all_honoured
from tests.people import Cast, actor
from tests.referendum.digest.build_camps import CAMP, make_camps


def whole_matrix(question: Question) -> str:
    query = db.select(MatrixPart.lines).where(MatrixPart.question_id == question.id).order_by(MatrixPart.part)
    return "".join(db.session.scalars(query))


@pytest.mark.usefixtures("ground")
def test_the_record_has_the_groups_and_what_each_made_of_every_argument(cast: Cast, now: datetime) -> None:
    question, arguments = make_camps(cast, now=now)
    assert close_queries.readings_count(question.id) == 2 * CAMP * len(arguments)
    digest = freeze_digest(question, close(question, now))
    record = from_json(json.loads(digest.record)["record"])
    assert record.groups == {0: CAMP, 1: CAMP}
    assert record.readers == 2 * CAMP
    for place, argument in enumerate(arguments):
        told = next(each for each in record.arguments if each.number == argument.number)
        agreed = sorted((counts.agree, counts.disagree) for counts in told.groups.values())
        assert agreed == [(0, CAMP), (CAMP, 0)], place
    assert group_differences(whole_matrix(question).encode(), record) == []


@pytest.mark.usefixtures("ground")
def test_the_matrix_names_nobody_and_stands_in_the_order_of_its_random_numbers(cast: Cast, now: datetime) -> None:
    question, _ = make_camps(cast, now=now)
    close(question, now)
    text = whole_matrix(question)
    numbers, rows = matrix.read(text.encode())
    assert numbers == [1, 2, 3, 4, 5]
    readers = [reader for reader, _ in rows]
    assert readers == sorted(readers)
    assert len(set(readers)) == 2 * CAMP
    known = db.session.execute(db.select(Member.number, Member.public_id, Member.name)).all()
    assert not any(value in text for row in known for value in row if len(value) > 4)


@pytest.mark.usefixtures("ground")
def test_two_closes_would_draw_other_numbers_and_find_the_same(cast: Cast, now: datetime) -> None:
    question, _ = make_camps(cast, now=now)
    close(question, now)
    first, second = (close_operations.find_groups(close_queries.read_close(question)) for _ in range(2))
    assert first.parts != second.parts
    assert first.record.groups == second.record.groups
    same, turned = ([{a.number: {group ^ turn: counts for group, counts in a.groups.items()} for a in
                      second.record.arguments} for turn in (0, 1)])  # fmt: skip
    assert {a.number: a.groups for a in first.record.arguments} in (same, turned)
    close_operations.keep(question, second, now)
    assert whole_matrix(question) not in ("".join(first.parts), "".join(second.parts))


@pytest.mark.usefixtures("ground")
@pytest.mark.parametrize(
    "change",
    [
        lambda arguments, now: setattr(arguments[0], "withdrawn_at", now),
        lambda arguments, _: setattr(arguments[2], "merged_into_id", arguments[0].id),
        lambda arguments, _: db.session.execute(
            db.delete(Reading).where(Reading.argument_id == arguments[0].id)
        ),
        lambda _, now: db.session.execute(db.update(Reading).values(at=now - timedelta(hours=7))),
        lambda _, __: db.session.execute(db.update(Member).values(office="officer")),
    ],
)
def test_what_happens_after_the_close_changes_no_digest(
    cast: Cast, now: datetime, change: Callable[[list[object], datetime], object]
) -> None:
    question, arguments = make_camps(cast, now=now)
    at = close(question, now)
    kept = close_queries.debate_record(question.id)
    assert kept is not None
    before = close_queries.record_now(question, kept, at)
    change(list(arguments), at)
    db.session.flush()
    digest = freeze_digest(question, at + timedelta(hours=1))
    assert from_json(json.loads(digest.record)["record"]) == before


@pytest.mark.usefixtures("ground")
def test_the_time_of_day_of_readings_changes_nothing(cast: Cast, now: datetime) -> None:
    question, _ = make_camps(cast, now=now)
    close(question, now)
    before = close_queries.read_close(question).record
    db.session.execute(db.update(Reading).values(at=now - timedelta(hours=11)))
    assert close_queries.read_close(question).record == before


@pytest.mark.usefixtures("ground")
def test_nothing_is_frozen_before_the_readings_are_added_up(cast: Cast, now: datetime) -> None:
    question, _ = make_camps(cast, now=now)
    at = close(question, now)
    db.session.execute(db.delete(DebateRecord))
    db.session.expire_all()
    with pytest.raises(Refused, match="still being added up"):
        freeze_digest(question, at)
    assert close_queries.unrecorded() == [question.id]


def begin_to_close(question: Question, now: datetime) -> None:
    """The clock's close alone: the rest follows by jobs."""
    at = (question.debate_closes_at or now) + timedelta(seconds=1)
    close_debate(question, at, gather_facts(question, locals=all_honoured(), unanswered_reach=()))


def test_the_close_leads_to_the_frozen_digest_by_itself(app: Flask, cast: Cast, now: datetime) -> None:
    with app.test_request_context(), transaction(write=True):
        question, _ = make_camps(cast, now=now)
        begin_to_close(question, now)
        question_id = question.id
        assert queries.digest_of(question_id) is None
    with app.app_context(), transaction(write=False):
        digest = queries.digest_of(question_id)
        assert digest is not None
        frozen, parts = digest.record, whole_matrix(question_by_id(question_id))
        assert close_queries.debate_record(question_id) is None
        assert kernel_jobs.progress(close_queries.progress_key(question_id, "of")) == 70, "which a page may tell"
    with app.app_context():
        jobs.record_debate(question_id)
        jobs.tend_records()
    with app.app_context(), transaction(write=False):
        again = queries.digest_of(question_id)
        assert again is not None
        assert (again.record, whole_matrix(question_by_id(question_id))) == (frozen, parts)


def test_an_adding_up_that_was_cut_off_begins_anew(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context(), transaction(write=True):
        question, _ = make_camps(cast, now=now)
        question_id = question.id
    with monkeypatch.context() as patch, app.test_request_context():
        patch.setattr(close_operations, "groups_at_close", lambda *_, **__: 1 / 0)
        with transaction(write=True):
            begin_to_close(question_by_id(question_id), now)
    with app.app_context(), transaction(write=False):
        assert close_queries.unrecorded() == [question_id]
        assert whole_matrix(question_by_id(question_id)) == ""
    with app.app_context():
        jobs.tend_records()
    with app.app_context(), transaction(write=False):
        assert queries.digest_of(question_id) is not None


@pytest.mark.usefixtures("ground")
def test_at_certification_the_matrix_is_deleted(cast: Cast, now: datetime) -> None:
    question, _ = make_camps(cast, now=now)
    freeze_digest(question, close(question, now))
    assert whole_matrix(question)
    forget_readers(question.id)
    assert whole_matrix(question) == ""


@pytest.mark.usefixtures("ground")
def test_an_officer_s_and_a_host_s_acts_leave_the_record_as_it_is_but_for_the_head_of_the_log(
    cast: Cast, now: datetime
) -> None:
    question, arguments = make_camps(cast, now=now)
    at = (question.debate_closes_at or now) - timedelta(hours=2)
    with db.session.begin_nested() as trial:
        close(question, now)
        before = close_queries.read_close(question).record
        trial.rollback()
    db.session.expire_all()
    statement = NewStatement("What the council thinks", "Ratify it.", option_id=question.options[0].id)
    publish_statement(actor(cast.officer), question.id, statement, now=now)
    hide_words(actor(cast.host), "argument", arguments[0].id, Cause(Ground.SPAM, "Said twice."), now=at)
    close(question, now)
    after = close_queries.read_close(question).record
    assert after.audit_head != before.audit_head
    assert replace(after, audit_head=before.audit_head, matrix="") == replace(before, matrix="")
