"""What every line of chat asks of the database, built once: a full room says hundreds of lines a second.

They read and write tables, not mapped rows, which takes a third of the time; every one of them runs for every line.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from forum.halls.models import Hall
from forum.halls.queries import invited_ids
from forum.halls.rules import Place
from forum.halls.stopping_models import Stopping
from forum.kernel.database import Base, db
from forum.kernel.errors import Missing
from forum.questions.models import Question
from forum.questions.rules import QuestionState
from forum.sittings.models import Message, Sitting

_tables = (Base.metadata.tables[each.__tablename__] for each in (Message, Sitting, Hall, Question, Stopping))
_message, _sitting, _hall, _question, _stopping = _tables
_TAKE = (
    update(_hall)
    .where(_hall.c.id == select(_sitting.c.hall_id).where(_sitting.c.id == bindparam("sitting")).scalar_subquery())
    .values(message_count=_hall.c.message_count + bindparam("step"))
    .returning(_hall.c.id, _hall.c.message_count)
)
_STOPPED = (
    select(_stopping.c.until)
    .where(_stopping.c.hall_id == _hall.c.id, _stopping.c.member_id == bindparam("author"))
    .scalar_subquery()
    .label("stopped_until")
)
_ROOM = (
    select(
        _sitting.c.state, _sitting.c.slow_seconds, _hall.c.local_id, _hall.c.opened_at,
        _question.c.id.label("question_id"), _question.c.state.label("question_state"), _STOPPED,
    )
    .join(_hall, _hall.c.id == _sitting.c.hall_id)
    .join(_question, _question.c.id == _hall.c.question_id)
    .where(_sitting.c.id == bindparam("sitting"))
)  # fmt: skip
_SENT = select(_message.c.id, _message.c.number, _message.c.office).where(
    _message.c.author_id == bindparam("author"), _message.c.client_key == bindparam("key")
)
_WRITE = insert(_message).returning(_message.c.id)


@dataclass(frozen=True, slots=True)
class Said:
    """A line that stands: its number in the hall, and the office it was said in."""

    id: int
    number: int
    office: str


@dataclass(frozen=True, slots=True)
class ChatRoom:
    """What decides who may write a line there now."""

    is_open: bool
    slow_seconds: int
    place: Place
    stopped_until: datetime | None


def take_number(sitting_id: int) -> tuple[int, int]:
    """The hall of a sitting and its next number; the hall stays locked until the end. Raises `Missing`."""
    db.session.flush()
    taken = db.session.execute(_TAKE, {"sitting": sitting_id, "step": 1}).first()
    if taken is None:
        raise Missing
    return taken[0], taken[1]


def give_back(sitting_id: int) -> None:
    """The number just taken was not needed."""
    db.session.execute(_TAKE, {"sitting": sitting_id, "step": -1})


def room(sitting_id: int, hall_id: int, author_id: int) -> ChatRoom:
    """A sitting as it stands in the database now for this author, whatever was read of it before."""
    row = db.session.execute(_ROOM, {"sitting": sitting_id, "author": author_id}).one()
    invited = invited_ids(hall_id) if row.local_id is not None else frozenset()
    state = QuestionState(row.question_state)
    place = Place(row.question_id, state, row.local_id, row.opened_at is not None, invited)
    return ChatRoom(row.state == "open", row.slow_seconds, place, row.stopped_until)


def sent_before(author_id: int, client_key: str) -> Said | None:
    """The line that this author sent with the same key."""
    if not client_key:
        return None
    found = db.session.execute(_SENT, {"author": author_id, "key": client_key}).first()
    return Said(*found) if found else None


def write(**values: Any) -> int:
    """Write one line; its id."""
    made: int = db.session.execute(_WRITE, values).scalar_one()
    return made
