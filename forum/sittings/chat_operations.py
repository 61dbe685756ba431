"""Chat: a line gets its number from its hall under a lock, is committed, then announced.

Sent twice with the same key, it is one line.
"""

from datetime import datetime

from sqlalchemy import update

from forum.arguments.models import Argument
from forum.halls.models import Hall
from forum.halls.rules import office_shown, why_not_write
from forum.kernel import audit, live, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refused, TooMany, refuse_unless
from forum.roll.models import Local
from forum.sittings import chat_queries, queries
from forum.sittings.forms import NewMessage
from forum.sittings.host_operations import HostAct
from forum.sittings.models import Message, Sitting
from forum.sittings.operations import NOT_OPEN, announce_floor, run_room
from forum.sittings.rules import may_run, seconds_to_wait

UNSYNCHRONIZED = {"synchronize_session": False}


def say(actor: Actor, sitting_id: int, new: NewMessage, *, now: datetime) -> Message:
    """Write one line. The same `client_key` from the same member gives the line that is already there."""
    hall_id = queries.hall_id_of(sitting_id)
    number = _take_number(hall_id)  # locks the hall: a line sent twice at once finds the other, a close is seen
    room = queries.room(sitting_id)
    earlier = _sent_before(actor, new.client_key)
    if earlier is not None:
        _give_back(hall_id)
        return earlier
    refuse_unless(room.is_open, NOT_OPEN)
    if reason := why_not_write(actor, room.place):
        raise Refused(reason)
    _wait_for_turn(actor, room, now)
    if new.reply_to is not None and not chat_queries.may_be_answered(sitting_id, new.reply_to):
        raise Missing(N_("The line you answer is no longer here. Send yours without it."))
    message = Message(
        hall_id=room.hall.id, sitting_id=sitting_id, number=number, kind="chat", author_id=actor.member_id,
        office=office_shown(actor, room.hall.local_id), source=new.text, html=text.render(new.text),
        client_key=new.client_key or None, reply_to=new.reply_to, at=now,
    )  # fmt: skip
    db.session.add(message)
    db.session.flush()
    local = db.session.get_one(Local, actor.local_id)
    _announce(message, actor.name, local.number)
    return message


def slow_chat(actor: Actor, sitting_id: int, seconds: int, *, now: datetime) -> Sitting:
    """Let each member write one line in so many seconds; 0 ends it. The host's own lines do not wait."""
    room = run_room(actor, sitting_id, must_be_open=True)
    room.sitting.slow_seconds = seconds
    audit.record(actor, HostAct.SLOW_CHAT, f"sitting:{sitting_id}", now=now, seconds=seconds)
    announce_floor(room, now)
    return room.sitting


def _wait_for_turn(actor: Actor, room: queries.Room, now: datetime) -> None:
    if not room.sitting.slow_seconds or may_run(actor, room.place):
        return
    last_at = chat_queries.last_said_at(room.sitting.id, actor.member_id)
    if wait := seconds_to_wait(room.sitting.slow_seconds, last_at, now):
        raise TooMany(
            N_("The chat is slowed: one line every %(slow)s seconds. You can write again in %(wait)s seconds."),
            slow=room.sitting.slow_seconds, wait=wait,
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
        hall_id=origin.hall_id, sitting_id=origin.sitting_id, number=_take_number(origin.hall_id),
        kind="record", source=f"{argument.label} {argument.claim}", html=text.render(argument.claim),
        at=now,
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


def _announce(message: Message, name: str, local: str) -> None:
    room = f"sitting:{message.sitting_id}"
    live.announce("message", chat_queries.line(message, name, local).sent(), room=room)


def _announce_hidden(message: Message, *, hidden: bool) -> None:
    facts = {"sitting": message.sitting_id, "number": message.number, "hidden": hidden}
    live.announce("message_hidden", facts, room=f"sitting:{message.sitting_id}")


def _take_number(hall_id: int) -> int:
    taken = update(Hall).where(Hall.id == hall_id).values(message_count=Hall.message_count + 1)
    number = db.session.scalar(taken.returning(Hall.message_count), execution_options=UNSYNCHRONIZED)
    assert number is not None
    return int(number)


def _give_back(hall_id: int) -> None:
    given = update(Hall).where(Hall.id == hall_id).values(message_count=Hall.message_count - 1)
    db.session.execute(given, execution_options=UNSYNCHRONIZED)


def _sent_before(actor: Actor, client_key: str) -> Message | None:
    if not client_key:
        return None
    sent = db.select(Message).where(Message.author_id == actor.member_id, Message.client_key == client_key)
    found: Message | None = db.session.scalar(sent)
    return found


def _message(message_id: int) -> Message:
    message = db.session.get(Message, message_id)
    if message is None:
        raise Missing
    return message
