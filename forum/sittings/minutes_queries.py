"""What the minutes are drafted from:

the turns with their times, straw polls, arguments raised, and the numbers.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_

from forum.arguments.models import Argument
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.questions.models import Option
from forum.questions.rules import letter_at
from forum.roll.models import Member
from forum.sittings import enquiry_queries, floor_queries, point_queries, poll_queries, queries, record_queries
from forum.sittings.enquiry_queries import Asked
from forum.sittings.models import Decision, Message, Sitting, StrawPoll, Turn
from forum.sittings.queries import Room

LONGEST_ASKED = 160
_MARKS = re.compile(r"([\\`*_\[\]>#|])")
_ENTITY = re.compile(r"&(?=#?\w+;)")


@dataclass(frozen=True, slots=True)
class Most:
    """How much of each list a draft carries: the minutes have room for 10 kB."""

    turns: int = 80
    points: int = 15
    arguments: int = 15
    enquiries: int = 15
    agenda: bool = True


ALL_THAT_FITS = (Most(), Most(40, 10, 15, 10), Most(40, 10, 10, 5, agenda=False), Most(15, 5, 5, 3, agenda=False))


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """One turn that was given."""

    name: str
    letter: str
    remote: bool
    started_at: datetime
    seconds: int
    out_of_order: bool = False
    reason: str = ""
    turn_id: int = 0
    member_id: int | None = None
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class PointHeard:
    """A point of order that was heard, or dismissed."""

    name: str
    raised_at: datetime
    heard: bool


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    """What the product knows of a session, and how much of each list was left out."""

    room: Room
    host: str
    attendance: int
    turns: list[TurnTaken]
    more_turns: int
    points: list[PointHeard]
    decisions: list[Decision]
    ledger: list[dict[str, Any]]
    polls: list[StrawPoll]
    arguments: list[Argument]
    more_arguments: int
    message_count: int
    closed_by_clock: bool
    enquiries: list[Asked]
    more_enquiries: int
    agenda: str


def minutes_facts(room: Room, most: Most = ALL_THAT_FITS[0]) -> MinutesFacts:
    """The facts of a session, for the draft and the page."""
    sitting = room.sitting
    turns, arguments, points = turns_taken(sitting.id), _arguments(room), _points(sitting.id)
    asked = [each for each in enquiry_queries.asked(sitting.id) if not each.hidden]
    host = db.session.get(Member, sitting.opened_by_id) if sitting.opened_by_id else None
    lines = db.select(func.count()).where(Message.sitting_id == sitting.id, Message.kind == "chat")
    return MinutesFacts(
        room, host.name if host else "", queries.attendance(sitting),
        turns[: most.turns], max(0, len(turns) - most.turns), points[: most.points],
        record_queries.decisions(sitting.id), _ledger(room), poll_queries.closed_polls(sitting.id),
        arguments[: most.arguments], max(0, len(arguments) - most.arguments),
        db.session.scalar(lines) or 0, _closed_by_clock(sitting.id),
        asked[: most.enquiries], max(0, len(asked) - most.enquiries), sitting.agenda_source if most.agenda else "",
    )  # fmt: skip


def signer(sitting: Sitting) -> str:
    """Who signed the minutes; empty before."""
    signed_by = db.session.get(Member, sitting.minutes_signed_by_id) if sitting.minutes_signed_by_id else None
    return signed_by.name if signed_by else ""


def _closed_by_clock(sitting_id: int) -> bool:
    """Whether the host left it open and the clock ended it; the audit log is where that stands."""
    query = db.select(AuditEntry.height).where(
        AuditEntry.subject == f"sitting:{sitting_id}", AuditEntry.act == "close_sitting", AuditEntry.office == "clock"
    )
    return db.session.scalar(query) is not None


def plain(words: str) -> str:
    """A name or claim as Markdown that shows exactly these words."""
    marked = _MARKS.sub(r"\\\1", _ENTITY.sub("&amp;", " ".join(words.split())))
    return marked.replace("<", "&lt;")  # a backslash before it would be read as one


def short(words: str) -> str:
    """What was asked or answered, as much of it as the draft carries, as Markdown that shows these words."""
    whole = " ".join(words.split())
    return plain(whole if len(whole) <= LONGEST_ASKED else f"{whole[: LONGEST_ASKED - 1].rsplit(' ', 1)[0]}…")


def signed_words(room: Room, tombstone: str) -> str:
    """The signed minutes as they may be read: a tombstone stands for words of members that were hidden since."""
    words: str = room.sitting.minutes_source
    for argument in db.session.scalars(_raised(room).where(Argument.hidden_at.is_not(None))):
        words = _buried(words, argument.label, "", plain(argument.claim), tombstone)
    for name, asked in enquiry_queries.hidden_words(room.sitting.id):
        words = _buried(words, plain(name), f" {short(asked)}", short(asked), tombstone)
    return words


def _buried(text: str, head: str, start: str, words: str, tombstone: str) -> str:
    """A text in which a tombstone stands for these words, and for all of a line that has them after its head."""
    line = rf"^(\W*{re.escape(head)}:){re.escape(start)}.*$"
    left = re.sub(line, lambda found: f"{found[1]} {tombstone}", text, flags=re.MULTILINE)
    return left.replace(words, tombstone)


def turns_taken(sitting_id: int) -> list[TurnTaken]:
    """The turns that were given, in order."""
    query = (
        db.select(Turn, Member.name, Option.position)
        .outerjoin(Member, Member.id == Turn.member_id)
        .outerjoin(Option, Option.id == Turn.option_id)
        .where(Turn.sitting_id == sitting_id, Turn.state == "done")
        .order_by(Turn.started_at, Turn.id)
    )
    found, rows = [], db.session.execute(query).all()
    spoken = record_queries.arguments_of(row[0].id for row in rows)
    for turn, name, position in rows:
        letter = letter_at(position) if position is not None else ""
        found.append(
            TurnTaken(
                name or turn.guest, letter, turn.remote, turn.started_at, turn.seconds(turn.ended_at),
                turn.out_of_order, turn.override_reason, turn.id, turn.member_id, tuple(spoken.get(turn.id, ())),
            )
        )  # fmt: skip
    return found


def _ledger(room: Room) -> list[dict[str, Any]]:
    sitting = room.sitting
    return floor_queries.ledger(room, floor_queries.turns_of(sitting.id), sitting.closed_at or sitting.starts_at)


def _points(sitting_id: int) -> list[PointHeard]:
    rows = point_queries.settled_points(sitting_id)
    return [PointHeard(name, point.raised_at, point.state == "done") for point, name, _ in rows]


def _arguments(room: Room) -> list[Argument]:
    """Those that were raised and can be read."""
    return list(db.session.scalars(_raised(room).where(Argument.hidden_at.is_(None)).order_by(Argument.number)))


def _raised(room: Room) -> Any:
    """Those moved from a line of this session, and those moved in its hall while it was open."""
    sitting = room.sitting
    from_lines = db.select(Message.id).where(Message.sitting_id == sitting.id)
    during = and_(Argument.hall_id == room.hall.id, Argument.moved_at >= sitting.opened_at)
    if sitting.closed_at is not None:
        during = and_(during, Argument.moved_at <= sitting.closed_at)
    return db.select(Argument).where(or_(Argument.message_id.in_(from_lines), during))
