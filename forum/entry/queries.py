"""Reads of entry readings: who is asked where, a member's own answer, a question's totals once its debate is closed."""

from typing import Any, NamedTuple

from forum.arguments.models import Argument
from forum.entry.models import EntryReading, EntryTotal
from forum.entry.rules import Totals
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.kernel.kept import kept
from forum.questions.models import Question
from forum.questions.process import StageKind
from forum.questions.states import QuestionState
from forum.sittings.models import Sitting


def is_asked(question: Question) -> bool:
    """Whether the question's process opens the debate with an entry reading."""
    return _asks(question.process)


def _asks(process: dict[str, Any]) -> bool:
    """Looks at the stored table without reading all of it anew."""
    stages = process.get("stages", [])
    return any(stage["kind"] == StageKind.DEBATE and stage.get("entry_reading", False) for stage in stages)


class Asked(NamedTuple):
    """A question that asks where members stand, and is being debated."""

    question_id: int
    number: int


# The pages of a debate, with what their addresses name: its words are not read before one has been asked. Not among
# them: a session under way, whose door nobody stands in, and the search.
INSIDE = {
    "halls.show_hall": Hall, "hall_thread.show_print": Hall, "hall_posts.show_history": Hall,
    "arguments.show_argument": Argument, "arguments.show_wordings": Argument,
    "arguments.list_arguments": Question, "likenesses.show_alike": Question, "readings.show_next": Question,
    "statements.list_statements": Question, "opinion.show_opinions": Question,
    "sittings.show_transcript": Sitting, "sitting_minutes.show_minutes": Sitting,
}  # fmt: skip
NAMED_BY = {Hall: "hall_id", Argument: "argument_id", Question: "number", Sitting: "sitting_id"}


def asked_at(endpoint: str, where: dict[str, Any]) -> Asked | None:
    """The question whose debate such a page belongs to, if it asks where members stand."""
    table = INSIDE[endpoint]
    return _asked(table.__tablename__, where[NAMED_BY[table]])


@kept
def _asked(table: str, number: int) -> Asked | None:
    query = db.select(Question.id, Question.number, Question.process)
    if table == Hall.__tablename__:
        query = query.join(Hall, Hall.question_id == Question.id).where(Hall.id == number)
    elif table == Argument.__tablename__:
        query = query.join(Argument, Argument.question_id == Question.id).where(Argument.id == number)
    elif table == Sitting.__tablename__:
        held = Question.id == Hall.question_id
        query = query.join(Hall, held).join(Sitting, Sitting.hall_id == Hall.id).where(Sitting.id == number)
    else:
        query = query.where(Question.number == number)
    found = db.session.execute(query.where(Question.state == QuestionState.DEBATING)).first()
    return Asked(found.id, found.number) if found is not None and _asks(found.process) else None


def own_answer(question_id: int, member_id: int) -> EntryReading | None:
    """What this member answered. Nobody else's is ever read singly."""
    return db.session.get(EntryReading, (question_id, member_id))


def totals(question_id: int) -> Totals | None:
    """What is left of the entry readings after the debate; None before its close, and where none were asked for."""
    found = db.session.get(EntryTotal, question_id)
    if found is None:
        return None
    return Totals(found.enough, {int(key): count for key, count in found.counts.items()}, found.undecided)
