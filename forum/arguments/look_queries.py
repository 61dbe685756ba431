"""Since when a member has not seen the board."""

from datetime import datetime

from forum.arguments.models import BoardLook
from forum.arguments.rules import A_VISIT, LOOKS_APART
from forum.kernel.database import db
from forum.kernel.doors import Actor


def unseen_since(actor: Actor, question_id: int, now: datetime) -> datetime | None:
    """From when on changes are new to this member: the end of the visit before this one. None on the first visit, when
    everything is new and nothing needs a mark."""
    look = db.session.get(BoardLook, (question_id, actor.member_id)) if actor.is_member else None
    if look is None:
        return None
    return look.at if now - look.at > A_VISIT else look.before


def look_due(actor: Actor, question_id: int, now: datetime) -> bool:
    """Whether a look at the board now is worth noting."""
    if not actor.is_member:
        return False
    look = db.session.get(BoardLook, (question_id, actor.member_id))
    return look is None or now - look.at > LOOKS_APART
