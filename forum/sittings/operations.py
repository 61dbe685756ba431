"""Scheduling, opening and attending a sitting.

The floor, chat, polls and the close have files of their own.
"""

from datetime import datetime

from forum.halls import queries as hall_queries
from forum.halls.models import Hall
from forum.halls.queries import HallView
from forum.kernel import audit, live, text
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Problem, Refused, refuse_unless
from forum.questions.models import Question
from forum.questions.rules import QuestionState
from forum.sittings import floor_queries, notices, queries, rules
from forum.sittings.forms import NewSitting
from forum.sittings.models import Attendance, Sitting
from forum.sittings.queries import Room

NOT_THE_HOST = N_("A session is run by the hall’s host, in the national hall by the tellers.")
NOT_OPEN = N_("This session is not open.")
EXACT_COUNT_UP_TO = 50


class Act(audit.Act):
    """Acts of power in sittings."""

    SCHEDULE_SITTING = "schedule_sitting"
    RESCHEDULE_SITTING = "reschedule_sitting"
    CANCEL_SITTING = "cancel_sitting"
    OPEN_SITTING = "open_sitting"
    CLOSE_SITTING = "close_sitting"
    GIVE_FLOOR = "give_floor"
    OVERRIDE_STACK = "override_stack"
    ADD_SPEAKER = "add_speaker"
    TAKE_OFF_STACK = "take_off_stack"
    END_TURN = "end_turn"
    EXTEND_TURN = "extend_turn"
    PAUSE_TURN = "pause_turn"
    OPEN_POLL = "open_poll"
    CLOSE_POLL = "close_poll"
    SIGN_MINUTES = "sign_minutes"


def schedule_sitting(actor: Actor, hall_id: int, new: NewSitting, *, now: datetime) -> Sitting:
    """Put a session of an open hall on the calendar and tell the hall's members."""
    view = hall_queries.hall(hall_id)
    refuse_unless(rules.may_run(actor, view.place), NOT_THE_HOST)
    refuse_unless(view.hall.opened_at, N_("Open the hall first; its first session is set there."))
    check_time(view.question, new.starts_at, now)
    return _put_down(actor, view, new, now)


def check_time(question: Question, starts_at: datetime, now: datetime) -> None:
    """Raise `Invalid` where no session of this question can begin at that time."""
    closes_at = question.debate_closes_at
    if starts_at < now:
        raise Invalid([Problem("starts_at", N_("That time is over. Choose one to come."))])
    if closes_at is not None and starts_at >= closes_at:
        raise Invalid([Problem("starts_at", N_("The debate closes before that. Choose an earlier time."))])


def schedule_first(actor: Actor, hall: Hall, starts_at: datetime | None, now: datetime) -> None:
    """The first session, whose date the host gave when opening the hall; its agenda is the hall's."""
    if starts_at is not None:
        view = hall_queries.hall(hall.id)
        new = NewSitting("", starts_at, hall.agenda_source, "")
        _put_down(actor, view, new, now)


def _put_down(actor: Actor, view: HallView, new: NewSitting, now: datetime) -> Sitting:
    sitting = Sitting(
        hall_id=view.hall.id, title=new.title, starts_at=new.starts_at, place=new.place,
        turn_seconds=new.turn_seconds, video_url=new.video_url,
        agenda_source=new.agenda, agenda_html=text.render(new.agenda), state=rules.SittingState.SCHEDULED,
    )  # fmt: skip
    db.session.add(sitting)
    db.session.flush()
    audit.record(
        actor, Act.SCHEDULE_SITTING, f"sitting:{sitting.id}", now=now, hall=view.hall.id,
        starts_at=new.starts_at.isoformat(),
    )  # fmt: skip
    notices.tell_of(sitting, now)
    return sitting


def cancel_sitting(actor: Actor, sitting_id: int, *, now: datetime) -> Sitting:
    """Take a session that has not begun off the calendar, and tell the hall's members."""
    room = run_room(actor, sitting_id)
    move_sitting(room.sitting, rules.SittingMove.CANCEL)
    audit.record(actor, Act.CANCEL_SITTING, f"sitting:{sitting_id}", now=now)
    announce_floor(room, now)
    notices.tell_of_cancelling(room.sitting, now)
    return room.sitting


def open_sitting(actor: Actor, sitting_id: int, *, now: datetime) -> Sitting:
    """Begin: the chat and the stack open. One session at a time in a hall, and none long before or after its announced
    hour: members were told when to come. Who opens it is there, and is counted.
    """
    room = run_room(actor, sitting_id)
    refuse_unless(room.question.state == QuestionState.DEBATING, N_("Sessions are held while the debate runs."))
    refuse_unless(room.hall.opened_at, N_("This hall is not open yet."))
    refuse_unless(
        now >= room.sitting.starts_at - rules.OPENS_EARLY,
        N_("A session opens 30 minutes before its announced hour at the earliest. Set another time; members are told."),
    )
    refuse_unless(
        not rules.was_missed(room.sitting.state, room.sitting.starts_at, now),
        N_("Its hour is long past, and nobody is waiting any more. Set another time; members are told."),
    )
    db.session.get(Hall, room.hall.id, with_for_update=True)  # two openings at once would make two sessions
    under_way = db.select(Sitting.id).where(Sitting.hall_id == room.hall.id, Sitting.state == "open")
    refuse_unless(db.session.scalar(under_way) is None, N_("Another session of this hall is open. Close it first."))
    move_sitting(room.sitting, rules.SittingMove.OPEN)
    room.sitting.opened_at, room.sitting.opened_by_id = now, actor.member_id
    if rules.may_come(actor, room.place):
        db.session.add(Attendance(sitting_id=sitting_id, member_id=actor.member_id))
    audit.record(actor, Act.OPEN_SITTING, f"sitting:{sitting_id}", now=now)
    announce_floor(room, now)
    return room.sitting


def attend(actor: Actor, sitting_id: int) -> int:
    """Count a member who came to an open session, once. Gives the number of those who have come."""
    room = queries.room(sitting_id)
    if room.is_open and rules.may_come(actor, room.place) and not queries.attends(sitting_id, actor.member_id):
        db.session.add(Attendance(sitting_id=sitting_id, member_id=actor.member_id))
        db.session.flush()
        count = queries.attendance(room.sitting)
        if count <= EXACT_COUNT_UP_TO or count % 10 == 0:  # in a full room not every arrival is news to everybody
            live.announce("attendance", {"sitting": sitting_id, "attendance": count}, room=room.name)
        return count
    return queries.attendance(room.sitting)


def run_room(actor: Actor, sitting_id: int, *, must_be_open: bool = False) -> Room:
    """The room, locked, for the one who runs it. Refuses everybody else."""
    room = queries.room(sitting_id, lock=True)
    refuse_unless(rules.may_run(actor, room.place), NOT_THE_HOST)
    refuse_unless(room.is_open or not must_be_open, NOT_OPEN)
    return room


def move_sitting(sitting: Sitting, move: rules.SittingMove) -> None:
    """Change the state of a sitting by its table of moves."""
    state = rules.next_state(sitting.state, move)
    if state is None:
        raise Refused(N_("This is not possible at this point of the session. Look at the page again."))
    sitting.state = state


def announce_floor(room: Room, now: datetime) -> None:
    """Tell everybody who follows how the floor stands after a change."""
    room.sitting.version += 1
    db.session.flush()
    live.announce("floor", floor_queries.floor(room, now), room=room.name)
