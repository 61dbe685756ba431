"""What a card shows of a question or a hall on a site that is not ours: what visitors may know, and little of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func

from forum.arguments.list_queries import in_view
from forum.arguments.models import Argument
from forum.halls.models import Hall
from forum.halls.queries import HallView
from forum.kernel.database import db
from forum.outlets import feed_queries
from forum.outlets.feed_queries import ArgumentRow
from forum.questions import derived_queries
from forum.questions.models import Question
from forum.questions.phrase import Phrase
from forum.questions.ribbon import RibbonStage, StageState
from forum.roll.models import Local
from forum.sittings.models import Sitting
from forum.sittings.queries import Room

FEW = 3


@dataclass(frozen=True, slots=True)
class Card:
    """A question, or one local's hall for it (`hall`), as its card shows it."""

    question: Question
    hall: Hall | None
    local: Local | None
    stages: list[RibbonStage]
    now: RibbonStage | None
    upcoming: Phrase | None
    arguments: list[ArgumentRow]
    argument_count: int
    sessions: list[Room]


def of_question(question: Question, at: datetime) -> Card:
    """The card of a question, with its next sessions anywhere that visitors may know of."""
    found = _sessions(at, Hall.question_id == question.id)
    return _card(question, None, None, found, at, Argument.question_id == question.id)


def of_hall(view: HallView, at: datetime) -> Card:
    """The card of a hall that visitors may know of."""
    found = _sessions(at, Sitting.hall_id == view.hall.id)
    return _card(view.question, view.hall, view.local, found, at, Argument.hall_id == view.hall.id)


def _card(
    question: Question, hall: Hall | None, local: Local | None, sessions: list[Room], at: datetime,
    wanted: ColumnElement[bool],
) -> Card:  # fmt: skip
    stages = derived_queries.stages_of(question, at)
    past = [each for each in stages if each.state is StageState.DONE]
    now = next((each for each in stages if each.state is StageState.NOW), past[-1] if past else None)
    count = db.select(func.count(Argument.id)).where(wanted, Argument.seconded_at.is_not(None), *in_view())
    return Card(
        question, hall, local, stages, now, derived_queries.what_is_next(question, at),
        feed_queries.arguments(wanted, public=True)[:FEW], db.session.scalar(count) or 0, sessions,
    )  # fmt: skip


def _sessions(at: datetime, wanted: ColumnElement[bool]) -> list[Room]:
    """The next sessions, and those under way."""
    query = feed_queries.rooms(wanted, feed_queries.known()).where(Sitting.state.in_(("scheduled", "open")))
    query = query.where((Sitting.state == "open") | (Sitting.starts_at >= at))
    return [Room(*row) for row in db.session.execute(query.order_by(Sitting.starts_at).limit(FEW))]
