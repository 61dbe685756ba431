"""When a member last looked at the board, so that it can say what has changed since."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from forum.arguments.models import BoardLook
from forum.arguments.rules import A_VISIT
from forum.kernel.database import db
from forum.kernel.doors import Actor


def note_look(actor: Actor, question_id: int, *, now: datetime, all_seen: bool = False) -> None:
    """Note that a member looks at the board. Within a visit what was new as it began stays new; `all_seen` ends that:
    from here on only what happens later is."""
    look = db.session.get(BoardLook, (question_id, actor.member_id), with_for_update=True)
    if look is None:
        _first_look(BoardLook(question_id=question_id, member_id=actor.member_id, at=now))
        return
    if all_seen:
        look.before = now
    elif now - look.at > A_VISIT:
        look.before = look.at
    look.at = now
    db.session.flush()


def _first_look(look: BoardLook) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(look)
    except IntegrityError:  # the same member's other window was first, this very moment
        return
