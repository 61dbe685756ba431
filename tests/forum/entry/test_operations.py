"""An entry reading is kept for its member alone, and nothing of it but a total outlives the debate."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete

from forum.entry import operations, queries
from forum.entry.models import EntryReading, EntryTotal
from forum.entry.rules import Answer, Given
from forum.kernel import audit
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.errors import Refused
from forum.questions import operations as questions
from forum.questions.facts_queries import gather_facts
from forum.questions.models import Question
from forum.questions.states import QuestionMove
from forum.roll.models import Local
from tests.build_halls import make_debate
from tests.build_questions import all_honoured, make_question
from tests.house.source import imports, modules
from tests.people import Cast, actor, holding, make_member

NOT_SAYING = Given(Answer.UNSAID)


@pytest.fixture
def question(ground: Flask, cast: Cast, now: datetime) -> Question:
    return make_question(cast, state="debating", now=now, template="weiner")


def leaning(question: Question, place: int = 0) -> Given:
    return Given(Answer.OPTION, question.options[place].id)


def answered_by(cast: Cast, question: Question, *given: Given) -> None:
    """As many new members as there are answers."""
    local = db.session.get_one(Local, cast.other_local)
    first = db.session.query(EntryReading).count()
    for place, each in enumerate(given, first):
        operations.keep_answer(actor(make_member(f"8{place:04d}", "Jo", local)), question.id, each)


def close(question: Question) -> datetime:
    at = question.debate_closes_at
    assert at is not None
    facts = gather_facts(question, locals=all_honoured(), unanswered_reach=())
    questions.close_debate(question, at, facts)
    return at


def test_an_answer_is_changed_and_taken_back(cast: Cast, question: Question) -> None:
    for given in (leaning(question), leaning(question, 1), Given(Answer.UNDECIDED), NOT_SAYING):
        operations.keep_answer(actor(cast.member), question.id, given)
        own = queries.own_answer(question.id, cast.member)
        assert own
        assert (own.answer, own.option_id) == (given.answer, given.option_id)
    assert db.session.query(EntryReading).count() == 1


def test_who_takes_no_part_in_the_debate_gives_none(cast: Cast, question: Question) -> None:
    teller = holding(actor(cast.tellers[0]), "teller", question.id)
    observer = holding(actor(cast.observer), "observer", question.id)
    for person in (teller, observer, actor(cast.suspended)):
        with pytest.raises(Refused):
            operations.keep_answer(person, question.id, leaning(question))
    assert db.session.query(EntryReading).count() == 0


def test_a_question_that_does_not_ask_keeps_nothing_and_is_not_asked_about(cast: Cast, ground: Flask) -> None:
    silent = make_debate(cast)
    assert not queries.is_asked(silent)
    with pytest.raises(Refused, match="does not ask"):
        operations.keep_answer(actor(cast.member), silent.id, leaning(silent))


def test_the_close_leaves_totals_and_no_answer_of_anybody(cast: Cast, question: Question) -> None:
    given = [leaning(question)] * 20 + [leaning(question, 1)] * 8 + [Given(Answer.UNDECIDED)] * 2 + [NOT_SAYING] * 5
    answered_by(cast, question, *given)
    close(question)
    assert db.session.query(EntryReading).count() == 0
    totals = queries.totals(question.id)
    assert totals
    assert (totals.enough, totals.undecided, totals.answered) == (True, 2, 30)
    assert totals.counts == {question.options[0].id: 20, question.options[1].id: 8}
    with pytest.raises(Refused, match="closed"):
        operations.keep_answer(actor(cast.member), question.id, leaning(question))


def test_of_fewer_than_thirty_not_even_their_number_is_left(cast: Cast, question: Question) -> None:
    answered_by(cast, question, *[leaning(question)] * 29, *[NOT_SAYING] * 9)
    close(question)
    assert db.session.query(EntryReading).count() == 0
    row = db.session.query(EntryTotal).one()
    assert (row.enough, row.counts, row.undecided) == (False, {}, 0)


def test_the_log_says_that_it_was_done_and_neither_who_nor_what(cast: Cast, question: Question) -> None:
    answered_by(cast, question, *[leaning(question)] * 31)
    before = audit.head_hash()
    operations.keep_answer(actor(cast.member), question.id, leaning(question, 1))
    assert audit.head_hash() == before
    close(question)
    entry = db.session.query(AuditEntry).filter_by(act="add_up_entry").one()
    assert entry.facts == {"number": question.number, "enough": True}
    assert "m1001" not in entry.body


def test_a_withdrawn_question_keeps_neither_answers_nor_totals(cast: Cast, question: Question, now: datetime) -> None:
    answered_by(cast, question, *[leaning(question)] * 31)
    operations.end_entry(question, QuestionMove.WITHDRAW, now)
    assert db.session.query(EntryReading).count() == db.session.query(EntryTotal).count() == 0


@pytest.mark.parametrize("move", [QuestionMove.BEGIN, QuestionMove.EXTEND])
def test_other_moves_leave_every_answer(cast: Cast, question: Question, now: datetime, move: QuestionMove) -> None:
    operations.keep_answer(actor(cast.member), question.id, leaning(question))
    operations.end_entry(question, move, now + timedelta(days=1))
    assert db.session.query(EntryReading).count() == 1


def test_the_database_itself_refuses_an_option_without_its_answer(cast: Cast, question: Question) -> None:
    kept = operations.keep_answer(actor(cast.member), question.id, leaning(question))
    kept.answer = "undecided"
    with pytest.raises(Exception, match=r"(?i)check"):
        db.session.flush()
    db.session.rollback()
    db.session.execute(delete(EntryReading))


def test_no_other_slice_touches_a_single_answer() -> None:
    """Neither arguments nor the vote, nor a page of somebody else's: whoever needs a total asks `queries.totals`."""
    users = {name for name, tree in modules() if "forum.entry.models" in imports(tree)}
    assert users == {"forum.entry.queries", "forum.entry.operations"}
