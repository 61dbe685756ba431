"""Straw polls: a show of hands that binds nobody. Answers are deleted when it closes; totals stay."""

from datetime import datetime

from sqlalchemy import delete

from forum.kernel import audit, live
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused, refuse_unless
from forum.sittings import poll_queries, queries, rules
from forum.sittings.forms import NewPoll
from forum.sittings.host_operations import run_floor
from forum.sittings.models import StrawAnswer, StrawPoll
from forum.sittings.operations import NOT_OPEN, Act, announce_floor, run_room


def open_poll(actor: Actor, sitting_id: int, new: NewPoll, *, seen: int | None = None, now: datetime) -> StrawPoll:
    """Ask the room. One poll at a time."""
    room = run_floor(actor, sitting_id, seen)
    refuse_unless(poll_queries.open_poll(sitting_id) is None, N_("A straw poll is open. Close it first."))
    poll = StrawPoll(sitting_id=sitting_id, text=new.text, choices=list(new.choices), opened_at=now)
    db.session.add(poll)
    db.session.flush()
    audit.record(actor, Act.OPEN_POLL, f"sitting:{sitting_id}", now=now, poll=poll.id)
    announce_floor(room, now)
    live.announce("poll", poll_queries.shown(poll), room=room.name)
    return poll


def answer_poll(actor: Actor, sitting_id: int, poll_id: int, choice: int) -> StrawAnswer:
    """Answer, or change one's answer while the poll is open."""
    room = queries.room(sitting_id)
    poll = poll_queries.poll(sitting_id, poll_id, lock=True)
    refuse_unless(room.is_open and poll.closed_at is None, N_("This straw poll is over."))
    if reason := rules.why_not_answer(actor, room.place):
        raise Refused(reason)
    refuse_unless(choice < len(poll.choices), N_("Please choose one of those offered."))
    answer = poll_queries.answer_of(poll_id, actor.member_id)
    if answer is None:
        answer = StrawAnswer(poll_id=poll_id, member_id=actor.member_id, choice=choice)
        db.session.add(answer)
    answer.choice = choice
    db.session.flush()
    return answer


def close_poll(actor: Actor, sitting_id: int, poll_id: int, *, seen: int | None = None, now: datetime) -> StrawPoll:
    """End a straw poll and show its totals. Closing it twice is no error."""
    room = run_room(actor, sitting_id)
    refuse_unless(room.is_open, NOT_OPEN)
    poll = poll_queries.poll(sitting_id, poll_id, lock=True)
    if poll.closed_at is None:
        room = run_floor(actor, sitting_id, seen)
        end_poll(poll, now)
        audit.record(actor, Act.CLOSE_POLL, f"sitting:{sitting_id}", now=now, poll=poll.id)
        announce_floor(room, now)
        live.announce("poll", poll_queries.shown(poll), room=room.name)
    return poll


def end_poll(poll: StrawPoll, now: datetime) -> None:
    """Keep the totals, forget who answered what."""
    answers = db.session.scalars(db.select(StrawAnswer.choice).where(StrawAnswer.poll_id == poll.id))
    poll.totals = rules.total_of(len(poll.choices), list(answers))
    poll.closed_at = now
    db.session.execute(delete(StrawAnswer).where(StrawAnswer.poll_id == poll.id))
    db.session.flush()
