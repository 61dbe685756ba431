"""Straw polls of a sitting. While one is open nobody sees how it stands; afterwards only totals exist."""

from typing import Any

from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.sittings.models import StrawAnswer, StrawPoll


def poll(sitting_id: int, poll_id: int, *, lock: bool = False) -> StrawPoll:
    """One poll of that sitting. Raises `Missing`."""
    found = db.session.get(StrawPoll, poll_id, with_for_update=lock or None, populate_existing=lock)
    if found is None or found.sitting_id != sitting_id:
        raise Missing
    return found


def open_poll(sitting_id: int) -> StrawPoll | None:
    """The poll that is open now; there is one at most."""
    found: StrawPoll | None = db.session.scalar(_polls(sitting_id).where(StrawPoll.closed_at.is_(None)))
    return found


def closed_polls(sitting_id: int) -> list[StrawPoll]:
    """Those that ended, in order."""
    ended = _polls(sitting_id).where(StrawPoll.closed_at.is_not(None))
    return list(db.session.scalars(ended.order_by(StrawPoll.id)))


def last_ended(sitting_id: int) -> StrawPoll | None:
    """The one that ended last."""
    ended = _polls(sitting_id).where(StrawPoll.closed_at.is_not(None)).order_by(StrawPoll.id.desc()).limit(1)
    found: StrawPoll | None = db.session.scalar(ended)
    return found


def answer_of(poll_id: int, member_id: int) -> StrawAnswer | None:
    """A member's own answer while the poll is open."""
    mine = db.select(StrawAnswer).where(StrawAnswer.poll_id == poll_id, StrawAnswer.member_id == member_id)
    found: StrawAnswer | None = db.session.scalar(mine)
    return found


def shown(poll: StrawPoll) -> dict[str, Any]:
    """A poll as a browser shows it; totals only once it is closed."""
    return {
        "sitting": poll.sitting_id, "poll": poll.id, "text": poll.text, "choices": list(poll.choices),
        "open": poll.closed_at is None, "totals": poll.totals if poll.closed_at else None,
    }  # fmt: skip


def _polls(sitting_id: int) -> Any:
    return db.select(StrawPoll).where(StrawPoll.sitting_id == sitting_id)
