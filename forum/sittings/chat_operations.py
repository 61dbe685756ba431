"""Chat: a line gets its number from its hall under a lock, is committed, then announced.

Sent twice with the same key, it is one line.
"""

from datetime import datetime

from markupsafe import Markup

from forum.arguments.models import Argument
from forum.halls.rules import office_shown, why_not_write, why_stopped
from forum.kernel import live, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refused, TooMany, refuse_unless
from forum.sittings import chat_queries, chat_statements, queries
from forum.sittings.chat_statements import ChatRoom, Said
from forum.sittings.forms import NewMessage
from forum.sittings.models import Message, Sitting
from forum.sittings.operations import NOT_OPEN, announce_floor
from forum.sittings.rules import may_run, seconds_to_wait


def say(actor: Actor, sitting_id: int, new: NewMessage, *, now: datetime) -> Said:
    """Write one line. The same `client_key` from the same member gives the line that is already there."""
    # The number locks the hall: a line sent twice at once finds the other, a close is seen.
    hall_id, number = chat_statements.take_number(sitting_id)
    earlier = chat_statements.sent_before(actor.member_id, new.client_key)
    if earlier is not None:
        chat_statements.give_back(sitting_id)
        return earlier
    room = chat_statements.room(sitting_id, hall_id, actor.member_id)
    refuse_unless(room.is_open, NOT_OPEN)
    if reason := why_not_write(actor, room.place) or why_stopped(room.stopped_until, now):
        raise Refused(reason)
    _wait_for_turn(actor, sitting_id, room, now)
    if new.reply_to is not None and not chat_queries.may_be_answered(sitting_id, new.reply_to):
        raise Missing(N_("The line you answer is no longer here. Send yours without it."))
    office, html = office_shown(actor, room.place.local_id), text.render(new.text)
    message_id = chat_statements.write(
        hall_id=hall_id, sitting_id=sitting_id, number=number, kind="chat", author_id=actor.member_id, office=office,
        source=new.text, html=html, client_key=new.client_key or None, reply_to=new.reply_to, at=now,
    )  # fmt: skip
    line = chat_queries.Line(
        message_id, sitting_id, number, "chat", actor.member_id, actor.name, actor.local_number, office, now,
        Markup(html), hidden=False, key=new.client_key, reply_to=new.reply_to,  # noqa: S704 - text.render made it
    )  # fmt: skip
    live.announce("message", line.sent(), room=f"sitting:{sitting_id}")
    return Said(message_id, number, office)


def set_speed(sitting_id: int, seconds: int, ground: str, reason: str, *, now: datetime) -> Sitting:
    """Let each member write one line in so many seconds, 0 ends it, and tell the room why. The host's own lines do not
    wait. Who may, and on which ground, is moderation's to check.
    """
    room = queries.room(sitting_id, lock=True)
    room.sitting.slow_seconds, room.sitting.slow_ground, room.sitting.slow_reason = seconds, ground, reason
    if not seconds:
        room.sitting.slow_ground = room.sitting.slow_reason = ""
    announce_floor(room, now)
    return room.sitting


def _wait_for_turn(actor: Actor, sitting_id: int, room: ChatRoom, now: datetime) -> None:
    if not room.slow_seconds or may_run(actor, room.place):
        return
    last_at = chat_queries.last_said_at(sitting_id, actor.member_id)
    if wait := seconds_to_wait(room.slow_seconds, last_at, now):
        raise TooMany(
            N_("The chat is slowed: one line every %(slow)s seconds. You can write again in %(wait)s seconds."),
            slow=room.slow_seconds, wait=wait,
        )  # fmt: skip


def note_argument(argument: Argument, now: datetime) -> Message | None:
    """Say in the room that an argument was put on the record from one of its lines, if the session is
    open.
    """
    origin = db.session.get(Message, argument.message_id) if argument.message_id else None
    sitting = db.session.get(Sitting, origin.sitting_id) if origin else None
    if origin is None or sitting is None or sitting.state != "open":
        return None
    message = Message(
        hall_id=origin.hall_id, sitting_id=origin.sitting_id, number=chat_statements.take_number(origin.sitting_id)[1],
        kind="record", source=f"{argument.label} {argument.claim}", html=text.render(argument.claim),
        reply_to=origin.number, at=now,
    )  # fmt: skip
    db.session.add(message)
    db.session.flush()
    payload = chat_queries.line(message, "", "").sent()
    payload["arguments"] = [{"id": argument.id, "label": argument.label}]
    payload["about"] = origin.number
    live.announce("message", payload, room=f"sitting:{origin.sitting_id}")
    return message


def hide_message(message_id: int, *, now: datetime) -> Message:
    """Take a line's words from view; who may, and on which ground, is moderation's to check."""
    message = _message(message_id)
    message.hidden_at = message.hidden_at or now
    db.session.flush()
    _announce_hidden(message, hidden=True)
    return message


def restore_message(message_id: int) -> Message:
    """Show a hidden line again."""
    message = _message(message_id)
    message.hidden_at = None
    db.session.flush()
    _announce_hidden(message, hidden=False)
    return message


def announce_argument(argument: Argument) -> None:
    """Tell the rooms that heard an argument's claim that it was hidden, or is shown again."""
    heard = db.select(Message).where(Message.hall_id == argument.hall_id, Message.kind == "record")
    for message in db.session.scalars(heard.where(Message.source.startswith(f"{argument.label} "))):
        _announce_hidden(message, hidden=argument.hidden_at is not None)


def _announce_hidden(message: Message, *, hidden: bool) -> None:
    facts = {"sitting": message.sitting_id, "number": message.number, "hidden": hidden}
    live.announce("message_hidden", facts, room=f"sitting:{message.sitting_id}")


def _message(message_id: int) -> Message:
    message = db.session.get(Message, message_id)
    if message is None:
        raise Missing
    return message
