"""Reads of the opinion map: what is stored, whether it is still current, and where a member stands, for that member."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import func

from forum.arguments.list_queries import own_values
from forum.arguments.models import Argument, Reading
from forum.kernel.database import db
from forum.opinion.current_queries import CurrentMap
from forum.opinion.groups import FEWEST_IN_A_GROUP
from forum.opinion.models import StoredMap
from forum.opinion.summing import place_of
from forum.questions.models import Question
from forum.questions.rules import QuestionState
from forum.roll.models import Member

LOOKED_AFTER = timedelta(days=7)
REST = 9
"""After a run of a second nothing is added up again for nine."""


def stored_map(question_id: int) -> StoredMap | None:
    """What was found when this question's readings were last added up."""
    return db.session.get(StoredMap, question_id)


def state_of(question: Question) -> str:
    """A hash that changes with every argument, every sum of readings, every end of an argument, and the close."""
    query = (
        db.select(
            Argument.id, Argument.agree_count, Argument.disagree_count, Argument.pass_count, Argument.merged_into_id,
            Argument.withdrawn_at.is_(None), Argument.hidden_at.is_(None),
        )
        .where(Argument.question_id == question.id, Argument.seconded_at.is_not(None))
        .order_by(Argument.id)
    )  # fmt: skip
    rows = [[int(each or 0) for each in row] for row in db.session.execute(query)]
    return hashlib.sha256(f"{question.state} {rows}".encode()).hexdigest()


def to_add_up(now: datetime) -> list[int]:
    """Ids of questions whose readings have moved since they were last added up: closed a few days ago, or in debate,
    where the next map waits until five members have read."""
    closed_lately = (Question.state == QuestionState.CLOSED) & (Question.closed_at > now - LOOKED_AFTER)
    query = (
        db.select(Question, StoredMap.state, StoredMap.computed_at, StoredMap.took_ms)
        .outerjoin(StoredMap, StoredMap.question_id == Question.id)
        .where((Question.state == QuestionState.DEBATING) | closed_lately)
        .order_by(Question.id)
    )
    return [
        question.id
        for question, state, at, took in db.session.execute(query)
        if not _rests(at, took, now)
        and state_of(question) != state
        and (question.state == QuestionState.CLOSED or _enough_have_read(question.id, at))
    ]


def _enough_have_read(question_id: int, since: datetime | None) -> bool:
    """Whether a group of members has read since then: whoever compares two maps must not find one member between."""
    query = (
        db.select(Reading.member_id)
        .join(Argument, Argument.id == Reading.argument_id)
        .where(Argument.question_id == question_id)
        .distinct()
        .limit(FEWEST_IN_A_GROUP)
    )
    if since is not None:
        query = query.where(Reading.at > since)
    return len(db.session.scalars(query).all()) == FEWEST_IN_A_GROUP


def _rests(computed_at: datetime | None, took_ms: int | None, now: datetime) -> bool:
    if computed_at is None or took_ms is None:
        return False
    return timedelta(0) <= now - computed_at < timedelta(milliseconds=REST * took_ms)


def members_by_local(local_ids: list[int]) -> dict[int, int]:
    """How many members each of these locals has now."""
    query = db.select(Member.local_id, func.count()).where(Member.left_at.is_(None), Member.local_id.in_(local_ids))
    return dict(db.session.execute(query.group_by(Member.local_id)).all())


def own_readings(member_id: int, question_id: int) -> dict[int, int]:
    """What this member made of the question's arguments, for that member alone; empty from certification on."""
    query = db.select(Argument.id).where(
        Argument.question_id == question_id, Argument.seconded_at.is_not(None), Argument.merged_into_id.is_(None)
    )
    return own_values(member_id, list(db.session.scalars(query)))


def own_place(found: CurrentMap, own: dict[int, int]) -> tuple[float, float]:
    """Where a reader stands on the stored map, worked out from their own readings and kept nowhere."""
    return place_of(found.weights, own, found.document["columns"])
