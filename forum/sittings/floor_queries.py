"""The floor as every browser shows it:

who speaks, until when, and the whole stack in the order of calling.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forum.kernel.database import db
from forum.questions import queries as question_queries
from forum.questions.models import Option
from forum.questions.rules import letter_at
from forum.roll.models import Local, Member
from forum.sittings import point_queries, queries, record_queries
from forum.sittings.models import Sitting, Turn
from forum.sittings.queries import Room
from forum.sittings.stack_rules import Heard, Waiting, in_order

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A turn with its speaker's name, local and office, and the place of the option it is about."""

    turn: Turn
    name: str | None
    local: str | None
    office: str | None
    position: int | None


def milliseconds(at: datetime | None) -> int | None:
    """A time as browsers count it."""
    return round(at.timestamp() * 1000) if at else None


def floor(room: Room, now: datetime) -> dict[str, Any]:
    """The state that is announced after every change and given to whoever joins.

    `version` tells old from new.
    """
    rows = {row.turn.id: row for row in _turns(room.sitting.id)}
    speaking = next((row for row in rows.values() if row.turn.state == "speaking"), None)
    stack = _stack(room, rows, most=MOST_SHOWN)
    points = point_queries.open_points(room.sitting.id)
    return {
        "sitting": room.sitting.id,
        "version": room.sitting.version,
        "acts": room.sitting.acts,
        "state": room.sitting.state,
        "now": milliseconds(now),
        "turn_seconds": room.sitting.turn_seconds,
        "speaker": _speaker(speaking) if speaking else None,
        "stack": [_shown(rows[each.turn_id], first=each.first) for each in stack],
        "waiting": sum(row.turn.state == "waiting" for row in rows.values()),
        "points": [_point(row) for row in points if row[0].state == "raised"],
        "point": next((_point(row) for row in points if row[0].state == "taken"), None),
        "ledger": ledger(room, [row.turn for row in rows.values()], now),
        "slow": room.sitting.slow_seconds,
        "slow_why": [room.sitting.slow_ground, room.sitting.slow_reason],
        "decisions": [each.text for each in record_queries.decisions(room.sitting.id)],
        "attendance": queries.attendance(room.sitting),
    }


def ledger(room: Room, turns: Iterable[Turn], now: datetime) -> list[dict[str, Any]]:
    """How long the floor was held for each option, and last for the whole matter, in seconds; pauses left out."""
    held: dict[int | None, int] = {}
    for turn in turns:
        held[turn.option_id] = held.get(turn.option_id, 0) + turn.seconds(now)
    letters = [(each.id, each.letter) for each in question_queries.options(room.question.id)]
    return [{"option": letter, "seconds": held.get(number, 0)} for number, letter in [*letters, (None, None)]]


def turns_of(sitting_id: int) -> list[Turn]:
    """Every turn that was given or is waited for."""
    return [row.turn for row in _turns(sitting_id)]


def next_turn(room: Room) -> Turn | None:
    """The turn that the stack's rule would call now."""
    rows = {row.turn.id: row for row in _turns(room.sitting.id)}
    stack = _stack(room, rows, most=1)
    return rows[stack[0].turn_id].turn if stack else None


def speaking(sitting_id: int) -> Turn | None:
    """Who has the floor."""
    found: Turn | None = db.session.scalar(_of(sitting_id).where(Turn.state == "speaking"))
    return found


def waiting_turn(sitting_id: int, member_id: int) -> Turn | None:
    """A member's own place on the stack."""
    own = _of(sitting_id).where(Turn.member_id == member_id, Turn.state == "waiting")
    found: Turn | None = db.session.scalar(own)
    return found


def _of(sitting_id: int) -> Any:
    return db.select(Turn).where(Turn.sitting_id == sitting_id)


def _turns(sitting_id: int) -> list[TurnRow]:
    query = (
        db.select(Turn, Member.name, Local.number, Member.office, Option.position)
        .outerjoin(Member, Member.id == Turn.member_id)
        .outerjoin(Local, Local.id == Member.local_id)
        .outerjoin(Option, Option.id == Turn.option_id)
        .where(Turn.sitting_id == sitting_id, Turn.state != "withdrawn")
        .order_by(Turn.started_at, Turn.asked_at, Turn.id)
    )
    return [TurnRow(*row) for row in db.session.execute(query)]


def _stack(room: Room, rows: dict[int, TurnRow], *, most: int) -> list[Waiting]:
    turns = [row.turn for row in rows.values()]
    spoken = _who_spoke(room.hall.id) if any(each.state == "waiting" for each in turns) else set()
    waiting = [
        Waiting(each.id, each.option_id, each.remote, each.member_id not in spoken, each.asked_at)
        for each in turns if each.state == "waiting"
    ]  # fmt: skip
    given = sorted((each for each in turns if each.started_at), key=lambda each: (each.started_at, each.id))
    return in_order(waiting, [Heard(each.option_id, each.remote) for each in given], most)


def _who_spoke(hall_id: int) -> set[int | None]:
    """Members who have had the floor in any session of this hall."""
    query = db.select(Turn.member_id).join(Sitting).where(Sitting.hall_id == hall_id, Turn.member_id.is_not(None))
    return set(db.session.scalars(query.where(Turn.state.in_(("speaking", "done"))).distinct()))


def _shown(row: TurnRow, *, first: bool = False) -> dict[str, Any]:
    return {
        "turn": row.turn.id,
        "name": row.name or row.turn.guest,
        "local": row.local,
        "leads": row.office == "officer",
        "option": letter_at(row.position) if row.position is not None else None,
        "remote": row.turn.remote,
        "first": first,
    }


def _speaker(row: TurnRow) -> dict[str, Any]:
    turn = row.turn
    times = {"started": turn.started_at, "ends": turn.ends_at, "paused": turn.paused_at}
    spoken = record_queries.arguments_of([turn.id]).get(turn.id, [])
    out: dict[str, Any] = {
        "member": turn.member_id, "arguments": [{"id": each.id, "label": each.label} for each in spoken]
    }  # fmt: skip
    out |= {"out_of_order": turn.out_of_order, "reason": turn.override_reason}
    return {**_shown(row), **{name: milliseconds(at) for name, at in times.items()}, **out}


def _point(row: Any) -> dict[str, Any]:
    point, name, local = row
    times = {"started": milliseconds(point.taken_at), "ends": milliseconds(point.ends_at)}
    return {"point": point.id, "name": name, "local": local, "member": point.member_id, **times}
