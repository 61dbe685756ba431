"""A debate's parts as text, portion by portion: its arguments, then hall by hall its posts and lines of chat.

Each portion is one short read; what is kept between portions is how deep each reply stands.
"""

from collections.abc import Iterator
from typing import Any

from forum.kernel.database import transaction
from forum.moderation.rules import Kind
from forum.outlets import export_queries as queries
from forum.outlets.export_queries import Room
from forum.outlets.export_text import entry, heading
from forum.outlets.models import DebateExport

PORTION = 500
Part = tuple[int, str]
"""How many posts and arguments a portion holds, and its text."""


def debate(export: DebateExport) -> Iterator[Part]:
    """The whole debate in the order that the file's head tells."""
    yield 0, heading("ARGUMENTS", {})
    yield from _arguments(export)
    after, rooms = 0, [Room(0, "", None, 0)] * PORTION
    while len(rooms) == PORTION:
        with transaction(write=False):
            rooms = queries.halls(export.question_id, after, PORTION)
        for room in rooms:
            after = room.id
            opened = room.opened_at.date().isoformat() if room.opened_at else "not yet"
            yield 0, heading(f"HALL {room.name}", {"opened": opened, "posts": room.posts})
            yield from _posts(export, room)
            yield from _chat(export, room)


def _arguments(export: DebateExport) -> Iterator[Part]:
    depths: dict[int, int] = {}
    labels: dict[int, str] = {}
    after, count = 0, PORTION
    while count == PORTION:
        with transaction(write=False):
            rows = queries.arguments(export.question_id, after, export.until, PORTION)
            hidden = queries.measures(Kind.ARGUMENT, [row[0].id for row in rows])
            parts = []
            for argument, option, wording, local in rows:
                after, labels[argument.id] = argument.number, argument.label
                depths[argument.id] = depths.get(argument.answers_id, 0) + 1 if argument.answers_id else 0
                facts = {
                    "depth": depths[argument.id], "answers": labels.get(argument.answers_id or 0),
                    "side": f"{argument.side} option {option.letter}",
                    "hall": f"Local {local}" if local else "National hall", "standing": _standing(argument, labels),
                }  # fmt: skip
                said = "\n\n".join(
                    each for each in (argument.claim, *((wording.grounds_source, wording.sources) if wording else ()))
                    if each
                )  # fmt: skip
                parts.append(
                    entry("argument", argument.label, argument.moved_at, facts, said, hidden.get(argument.id))
                )  # fmt: skip
        count = len(rows)
        yield count, "".join(parts)


def _standing(argument: Any, labels: dict[int, str]) -> str:
    if argument.withdrawn_at:
        return "withdrawn"
    if argument.merged_into_id:
        return f"merged into {labels.get(argument.merged_into_id, 'another')}"
    return "seconded" if argument.seconded_at else "waits for a second"


def _posts(export: DebateExport, room: Room) -> Iterator[Part]:
    known: dict[int, tuple[int, int]] = {}  # post → its number and depth
    after, count = 0, PORTION
    while count == PORTION:
        with transaction(write=False):
            found = queries.posts(room.id, after, export.until, PORTION)
            ids = [post.id for post in found]
            sides, hidden = queries.sides(ids), queries.measures(Kind.POST, ids)
            parts = []
            for post in found:
                answered = known.get(post.reply_to_id) if post.reply_to_id else None
                after, known[post.id] = post.number, (post.number, answered[1] + 1 if answered else 0)
                facts = {
                    "depth": known[post.id][1], "answers": f"post {answered[0]}" if answered else "",
                    "side": sides.get(post.id, "none"), "hall": room.name, "office": post.office,
                }  # fmt: skip
                parts.append(entry("post", str(post.number), post.at, facts, post.source, hidden.get(post.id)))
        count = len(found)
        yield count, "".join(parts)


def _chat(export: DebateExport, room: Room) -> Iterator[Part]:
    after, count = 0, PORTION
    while count == PORTION:
        with transaction(write=False):
            found = queries.messages(room.id, after, export.until, PORTION)
            hidden = queries.measures(Kind.MESSAGE, [message.id for message, _ in found])
            parts = []
            for message, day in found:
                after = message.number
                facts = {
                    "depth": 1 if message.reply_to else 0,
                    "answers": f"chat {message.reply_to}" if message.reply_to else "", "side": "none",
                    "hall": room.name, "session": day, "office": message.office,
                }  # fmt: skip
                parts.append(
                    entry("chat", str(message.number), message.at, facts, message.source, hidden.get(message.id))
                )  # fmt: skip
        count = len(found)
        yield 0, "".join(parts)
