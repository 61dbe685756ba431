"""What waits for one member as a mover: proposed merges to answer, sources to give."""

from dataclasses import dataclass

from sqlalchemy import exists, or_
from sqlalchemy.orm import aliased

from forum.arguments.list_queries import in_view
from forum.arguments.models import Argument, Merge, SourceAsk
from forum.kernel.database import db

MOST = 3


@dataclass(frozen=True)
class MergeToAnswer:
    """A merge that waits for this member: `argument` is the one it would end in the other."""

    argument: Argument
    into: Argument


def merges_to_answer(member_id: int, question_id: int) -> list[MergeToAnswer]:
    """Proposed merges of this member's arguments that they have not answered, the oldest first."""
    source, target = aliased(Argument), aliased(Argument)
    mine = or_(
        (source.mover_id == member_id) & Merge.mover_agreed_at.is_(None),
        (target.mover_id == member_id) & Merge.into_mover_agreed_at.is_(None),
    )
    query = (
        db.select(source, target)
        .select_from(Merge)
        .join(source, source.id == Merge.argument_id)
        .join(target, target.id == Merge.into_id)
        .where(Merge.ended_at.is_(None), source.question_id == question_id, mine)
        .order_by(Merge.id)
        .limit(MOST)
    )
    return [MergeToAnswer(one, other) for one, other in db.session.execute(query)]


def sources_to_give(member_id: int, question_id: int) -> list[Argument]:
    """This member's arguments that others ask for sources, by number."""
    asked = exists().where(SourceAsk.argument_id == Argument.id, SourceAsk.answered_at.is_(None))
    own = (Argument.mover_id == member_id, Argument.question_id == question_id)
    query = db.select(Argument).where(*own, *in_view(), asked)
    return list(db.session.scalars(query.order_by(Argument.number).limit(MOST)))
