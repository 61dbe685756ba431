"""Reads of a debate for its text file, portion by portion, and of the files themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func

from forum.arguments.models import Argument, ArgumentRevision
from forum.halls.models import Hall, Post
from forum.kernel.database import db
from forum.moderation.models import Hiding
from forum.moderation.rules import Kind, Ruling
from forum.outlets.export_text import Hidden
from forum.outlets.models import DebateExport
from forum.questions.models import Option
from forum.roll.models import Local
from forum.sittings.models import Message, Sitting


@dataclass(frozen=True, slots=True)
class Room:
    """A hall as the file heads it."""

    id: int
    name: str
    opened_at: datetime | None
    posts: int


def newest(question_id: int, state: str) -> DebateExport | None:
    """The newest file of a question in this state. One that is ready is given out no longer once words were hidden that
    it may hold."""
    query = db.select(DebateExport).where(DebateExport.question_id == question_id, DebateExport.state == state)
    if state == "ready":
        hidden_since = exists().where(Hiding.question_id == question_id, Hiding.at > DebateExport.until)
        query = query.where(~hidden_since)
    found: DebateExport | None = db.session.scalar(query.order_by(DebateExport.id.desc()).limit(1))
    return found


def older(export: DebateExport) -> list[DebateExport]:
    """The files of the same question that this one takes the place of."""
    query = db.select(DebateExport).where(DebateExport.question_id == export.question_id, DebateExport.id < export.id)
    return list(db.session.scalars(query))


def halls(question_id: int, after: int, most: int) -> list[Room]:
    """The next halls of a question; the order is that in which the charge made them."""
    query = (
        db.select(Hall.id, Local.number, Hall.opened_at, Hall.post_count)
        .outerjoin(Local, Local.id == Hall.local_id)
        .where(Hall.question_id == question_id, Hall.id > after)
        .order_by(Hall.id)
        .limit(most)
    )
    rows = db.session.execute(query)
    return [Room(each.id, f"Local {each.number}" if each.number else "National hall", *each[2:]) for each in rows]


def total(question_id: int) -> int:
    """How many posts and arguments there are, for the progress."""
    posts = db.select(func.coalesce(func.sum(Hall.post_count), 0)).where(Hall.question_id == question_id)
    arguments = db.select(func.count(Argument.id)).where(Argument.question_id == question_id)
    return int(db.session.scalar(posts) or 0) + int(db.session.scalar(arguments) or 0)


def posts(hall_id: int, after: int, until: datetime, most: int) -> list[Post]:
    query = db.select(Post).where(Post.hall_id == hall_id, Post.number > after, Post.at <= until)
    return list(db.session.scalars(query.order_by(Post.number).limit(most)))


def sides(post_ids: list[int]) -> dict[int, str]:
    """Post id → the arguments that were put on the record from it, each with its side."""
    query = db.select(Argument, Option).join(Option, Option.id == Argument.option_id)
    found: dict[int, str] = {}
    for argument, option in db.session.execute(query.where(Argument.post_id.in_(post_ids)).order_by(Argument.number)):
        said = f"{argument.label} {argument.side} option {option.letter}"
        found[argument.post_id] = f"{found[argument.post_id]}, {said}" if argument.post_id in found else said
    return found


def messages(hall_id: int, after: int, until: datetime, most: int) -> list[tuple[Message, str]]:
    """The next lines of chat, with the day of their session."""
    query = (
        db.select(Message, Sitting.starts_at)
        .join(Sitting, Sitting.id == Message.sitting_id)
        .where(Message.hall_id == hall_id, Message.number > after, Message.at <= until, Message.kind == "chat")
        .order_by(Message.number)
        .limit(most)
    )
    return [(message, starts_at.date().isoformat()) for message, starts_at in db.session.execute(query)]


def arguments(question_id: int, after: int, until: datetime, most: int) -> list[Any]:
    """(argument, option, newest wording, hall's local) of the next arguments."""
    query = (
        db.select(Argument, Option, ArgumentRevision, Local.number)
        .join(Option, Option.id == Argument.option_id)
        .join(Hall, Hall.id == Argument.hall_id)
        .outerjoin(Local, Local.id == Hall.local_id)
        .join(
            ArgumentRevision,
            (ArgumentRevision.argument_id == Argument.id) & (ArgumentRevision.number == Argument.revision),
            isouter=True,
        )
        .where(Argument.question_id == question_id, Argument.number > after, Argument.moved_at <= until)
        .order_by(Argument.number)
        .limit(most)
    )
    return list(db.session.execute(query))


def measures(kind: Kind, subject_ids: list[int]) -> dict[int, Hidden]:
    """Subject id → what became of it, for all that was hidden once; the last measure counts."""
    if not subject_ids:
        return {}
    query = db.select(Hiding).where(Hiding.kind == kind, Hiding.subject_id.in_(subject_ids)).order_by(Hiding.id)
    return {each.subject_id: _measure(each) for each in db.session.scalars(query)}


def _measure(found: Hiding) -> Hidden:
    ended = "restored by the tellers" if found.ruling == Ruling.RESTORED else "lifted" if found.lifted_at else ""
    appeal = "upheld" if found.ruling == Ruling.UPHELD else "waiting" if found.appealed_at else "none"
    return Hidden(found.ground, found.reason, ended, appeal)
