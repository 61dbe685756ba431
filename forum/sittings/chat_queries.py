"""Chat and transcript: lines by their number, with the arguments that were put on the record from them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from forum.arguments.models import Argument
from forum.kernel.database import db
from forum.roll.models import Local, Member
from forum.sittings.floor_queries import milliseconds
from forum.sittings.markup_tree import tree
from forum.sittings.models import Message
from forum.sittings.rules import LINES_A_CALL

LINES_A_PAGE = 100


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
    arguments: tuple[tuple[int, str], ...] = ()

    def sent(self) -> dict[str, Any]:
        """The line as a socket carries it: its words as a tree, never as HTML."""
        return {
            "sitting": self.sitting_id, "id": self.id, "number": self.number, "kind": self.kind,
            "author": self.author_id, "name": self.name, "local": self.local, "office": self.office,
            "at": milliseconds(self.at), "body": tree(self.html), "hidden": self.hidden, "key": self.key,
            "arguments": [{"id": number, "label": label} for number, label in self.arguments],
        }  # fmt: skip


def line(message: Message, name: str, local: str) -> Line:
    """A message just written, by this author."""
    return _line(message, name, local, ())


def lines_after(sitting_id: int, after: int, most: int = LINES_A_CALL) -> tuple[list[Line], bool]:
    """What came after a number, in order, and whether there is more."""
    query = _lines(sitting_id).where(Message.number > after).order_by(Message.number).limit(most + 1)
    found = _with_arguments(query)
    return found[:most], len(found) > most


def last_lines(sitting_id: int, most: int = 50) -> list[Line]:
    """The newest lines, in order."""
    return _with_arguments(_lines(sitting_id).order_by(Message.number.desc()).limit(most))[::-1]


def last_number(sitting_id: int) -> int:
    """The number of the newest line."""
    return db.session.scalar(db.select(db.func.max(Message.number)).where(Message.sitting_id == sitting_id)) or 0


def author_words(message_id: int) -> tuple[int, int, str] | None:
    """Hall, author and text of a chat line that is not hidden; None for anything else."""
    message = db.session.get(Message, message_id)
    if message is None or message.author_id is None or message.hidden_at is not None:
        return None
    return message.hall_id, message.author_id, message.source


def _lines(sitting_id: int) -> Any:
    query = db.select(Message, Member.name, Local.number).outerjoin(Member, Member.id == Message.author_id)
    return query.outerjoin(Local, Local.id == Member.local_id).where(Message.sitting_id == sitting_id)


def _with_arguments(query: Any) -> list[Line]:
    rows = db.session.execute(query).all()
    raised: dict[int, list[tuple[int, str]]] = {}
    wanted = db.select(Argument).where(Argument.message_id.in_([row[0].id for row in rows])).order_by(Argument.number)
    for argument in db.session.scalars(wanted):
        raised.setdefault(argument.message_id or 0, []).append((argument.id, argument.label))
    return [_line(row[0], row[1] or "", row[2] or "", tuple(raised.get(row[0].id, ()))) for row in rows]


def _line(message: Message, name: str, local: str, arguments: tuple[tuple[int, str], ...]) -> Line:
    hidden = message.hidden_at is not None
    return Line(
        message.id, message.sitting_id, message.number, message.kind, message.author_id, name, local,
        message.office,
        message.at, Markup("" if hidden else message.html),  # noqa: S704 - rendered by text.render when written
        hidden, message.client_key or "", arguments,
    )  # fmt: skip
