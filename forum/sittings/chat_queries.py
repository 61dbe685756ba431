"""Chat and transcript: lines by their number, with the arguments that were put on the record from them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import or_

from forum.arguments.models import Argument
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.roll.models import Local, Member
from forum.sittings.floor_queries import milliseconds
from forum.sittings.markup_tree import tree
from forum.sittings.models import Message, Sitting
from forum.sittings.rules import LINES_A_CALL

LINES_A_PAGE = 100
LOOKED_BACK = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One line as shown. A hidden line keeps its number and loses its words."""

    id: int
    sitting_id: int
    number: int
    kind: str
    author_id: int | None
    name: str
    local: str
    office: str
    at: datetime
    html: Markup
    hidden: bool
    key: str
    reply_to: int | None = None
    arguments: tuple[tuple[int, str], ...] = ()

    def sent(self) -> dict[str, Any]:
        """The line as a socket carries it: its words as a tree, never as HTML."""
        return {
            "sitting": self.sitting_id, "id": self.id, "number": self.number, "kind": self.kind,
            "author": self.author_id, "name": self.name, "local": self.local, "office": self.office,
            "at": milliseconds(self.at), "body": tree(self.html), "hidden": self.hidden,
            "key": self.key, "reply_to": self.reply_to,
            "arguments": [{"id": number, "label": label} for number, label in self.arguments],
        }  # fmt: skip


def line(message: Message, name: str, local: str) -> Line:
    """A message just written, by this author."""
    return _line(message, name, local, [])


def lines_after(sitting_id: int, after: int, most: int = LINES_A_CALL) -> tuple[list[Line], bool]:
    """What came after a number, in order, and whether there is more."""
    query = _lines(sitting_id).where(Message.number > after).order_by(Message.number).limit(most + 1)
    found = _with_arguments(query)
    return found[:most], len(found) > most


def hidden_until(hall_id: int, sitting_id: int, number: int) -> list[int]:
    """Which of the lines that a browser may show, up to the number it has, have lost their words: some may have lost
    them while it had no network.
    """
    query = _lines(sitting_id).where(Message.hall_id == hall_id, Message.number > number - LOOKED_BACK)
    query = query.where(Message.number <= number, or_(Message.hidden_at.is_not(None), Message.kind == "record"))
    return [each.number for each in _with_arguments(query.order_by(Message.number)) if each.hidden]


def last_lines(sitting_id: int, most: int = 50) -> list[Line]:
    """The newest lines, in order."""
    return _with_arguments(_lines(sitting_id).order_by(Message.number.desc()).limit(most))[::-1]


def author_words(message_id: int) -> tuple[int, int, str] | None:
    """Hall, author and text of a chat line that is not hidden; None for anything else."""
    message = db.session.get(Message, message_id)
    if message is None or message.author_id is None or message.hidden_at is not None:
        return None
    return message.hall_id, message.author_id, message.source


def may_be_answered(sitting_id: int, number: int) -> bool:
    """Whether this is a line of chat in that session that can be read."""
    line = db.select(Message.id).where(Message.sitting_id == sitting_id, Message.number == number)
    return db.session.scalar(line.where(Message.kind == "chat", Message.hidden_at.is_(None))) is not None


def last_said_at(sitting_id: int, member_id: int) -> datetime | None:
    """When a member wrote last in that session."""
    own = db.select(Message.at).where(Message.sitting_id == sitting_id, Message.author_id == member_id)
    found: datetime | None = db.session.scalar(own.order_by(Message.number.desc()).limit(1))
    return found


def said_at(sitting_id: int, number: int) -> str:
    """The address of a line in its transcript, on the page where it stands."""
    return f"/sittings/{sitting_id}/transcript?after={number - 1}#m{number}"


def said(message_id: int) -> dict[str, Any] | None:
    """A line's words, address and time, for the argument that was moved from it, and how many minutes the session had
    run; no words once it is hidden."""
    message = db.session.get(Message, message_id)
    if message is None:
        return None
    html = "" if message.hidden_at is not None else message.html
    opened_at = db.session.scalar(db.select(Sitting.opened_at).where(Sitting.id == message.sitting_id))
    minute = max(0, int((message.at - opened_at).total_seconds() // 60)) if opened_at else None
    return {"html": html, "url": said_at(message.sitting_id, message.number), "at": message.at, "minute": minute}


def _lines(sitting_id: int) -> Any:
    query = db.select(Message, Member.name, Local.number).outerjoin(Member, Member.id == Message.author_id)
    return query.outerjoin(Local, Local.id == Member.local_id).where(Message.sitting_id == sitting_id)


def _with_arguments(query: Any) -> list[Line]:
    rows = db.session.execute(query).all()
    chat = [row[0] for row in rows if row[0].kind == "chat"]
    notes = [row[0] for row in rows if row[0].kind == "record"]
    found = _arguments_from(chat) | _arguments_noted(notes)
    return [_line(row[0], row[1] or "", row[2] or "", found.get(row[0].id, [])) for row in rows]


def _arguments_from(messages: list[Message]) -> dict[int, list[Argument]]:
    """Message id → arguments that were put on the record from it."""
    raised: dict[int, list[Argument]] = {}
    wanted = db.select(Argument).where(Argument.message_id.in_([each.id for each in messages]))
    for argument in db.session.scalars(wanted.order_by(Argument.number)) if messages else ():
        raised.setdefault(argument.message_id or 0, []).append(argument)
    return raised


def _arguments_noted(notes: list[Message]) -> dict[int, list[Argument]]:
    """Message id → the argument that a note of the record is about; its text begins with the label."""
    if not notes:
        return {}
    numbers = {each.id: int(each.source.split()[0].removeprefix("A-")) for each in notes}
    wanted = db.select(Argument).join(Hall, Hall.question_id == Argument.question_id)
    wanted = wanted.where(Hall.id == notes[0].hall_id, Argument.number.in_(numbers.values()))
    by_number = {each.number: each for each in db.session.scalars(wanted)}
    return {note: [by_number[number]] for note, number in numbers.items() if number in by_number}


def _line(message: Message, name: str, local: str, arguments: list[Argument]) -> Line:
    gone = message.kind == "record" and any(each.hidden_at for each in arguments)
    hidden = message.hidden_at is not None or gone
    html = Markup("" if hidden else message.html)  # noqa: S704 - rendered by text.render when written
    return Line(
        message.id, message.sitting_id, message.number, message.kind, message.author_id, name, local,
        message.office, message.at, html, hidden, message.client_key or "", message.reply_to,
        tuple((each.id, each.label) for each in arguments),
    )  # fmt: skip
