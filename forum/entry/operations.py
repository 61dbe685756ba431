"""An entry reading is kept, changed, and at the close added up and deleted."""

from datetime import datetime

from sqlalchemy import delete, func

from forum.entry import queries, rules
from forum.entry.models import EntryReading, EntryTotal
from forum.entry.rules import Answer, Given
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Refused
from forum.questions.models import Question
from forum.questions.states import QuestionMove, QuestionState

ENDS = frozenset({QuestionMove.CLOSE, QuestionMove.CLOSE_ANYWAY, QuestionMove.WITHDRAW})


class Act(audit.Act):
    """What the close does to entry readings."""

    ADD_UP_ENTRY = "add_up_entry"


def keep_answer(actor: Actor, question_id: int, given: Given) -> EntryReading:
    """Keep where a member stands, in place of what was answered before. No time is kept with it."""
    # The close waits for this row and this for the close: no answer outlives the debate.
    question = db.session.get_one(
        Question, question_id, with_for_update={"read": True}, populate_existing=True
    )  # fmt: skip
    state, asked = QuestionState(question.state), queries.is_asked(question)
    if reason := rules.why_not_answer(actor, question.id, state, asked=asked):
        raise Refused(reason)
    kept = queries.own_answer(question.id, actor.member_id)
    if kept is None:
        kept = EntryReading(question_id=question.id, member_id=actor.member_id)
        db.session.add(kept)
    kept.answer, kept.option_id = str(given.answer), given.option_id
    db.session.flush()
    return kept


def end_entry(question: Question, move: QuestionMove, now: datetime) -> None:
    """With the move that ends the debate every answer is deleted; a close leaves totals, if enough answered. The log
    says that it was done, and nothing of what was answered."""
    if move not in ENDS or not queries.is_asked(question):
        return
    totals = rules.totals_of(*_counted(question.id))
    if move is not QuestionMove.WITHDRAW:
        counts = {str(key): count for key, count in totals.counts.items()}
        left = EntryTotal(
            question_id=question.id, enough=totals.enough, counts=counts, undecided=totals.undecided, at=now
        )
        db.session.add(left)
    db.session.execute(delete(EntryReading).where(EntryReading.question_id == question.id))
    db.session.flush()
    audit.record(
        None, Act.ADD_UP_ENTRY, f"question:{question.id}", now=now, office="clock", number=question.number,
        enough=totals.enough,
    )  # fmt: skip


def _counted(question_id: int) -> tuple[dict[int, int], int]:
    query = db.select(EntryReading.answer, EntryReading.option_id, func.count()).where(
        EntryReading.question_id == question_id, EntryReading.answer != Answer.UNSAID
    )
    options, undecided = {}, 0
    for answer, option_id, count in db.session.execute(query.group_by(EntryReading.answer, EntryReading.option_id)):
        if answer == Answer.OPTION:
            options[option_id] = count
        else:
            undecided = count
    return options, undecided
