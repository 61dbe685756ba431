"""A member is stopped from writing in one hall for a time, and a session's chat is slowed. Neither touches reading,
speaking, readings of arguments, seconding or voting."""

from datetime import datetime, timedelta

from forum.halls import stopping_operations
from forum.kernel import audit, live
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused
from forum.moderation import queries, rules
from forum.moderation.acts import Act
from forum.moderation.forms import NewSlowing, NewStop
from forum.moderation.models import Restraint
from forum.moderation.operations import mark_lifted, tell
from forum.moderation.report_operations import close_reports
from forum.moderation.rules import KIND_NAMES, Deed, Outcome
from forum.moderation.word_queries import words
from forum.sittings import chat_operations
from forum.sittings.models import Sitting
from forum.sittings.operations import run_room


def stop_member(actor: Actor, kind: str, subject_id: int, new: NewStop, *, now: datetime) -> Restraint:
    """Stop the author of these words from writing in their hall for an hour, a day or a week; told at once."""
    subject = words(kind, subject_id, lock=True)
    case = subject.case
    if reason := rules.why_not_judge(actor, case):
        raise Refused(reason)
    hall_id = subject.hall.hall.id
    if queries.stop_of(hall_id, subject.author_id, now) is not None:
        raise Refused(N_("This member is stopped from writing here already."))
    restraint = Restraint(
        deed=Deed.MUTE.value, question_id=case.question_id, hall_id=hall_id, member_id=subject.author_id, kind=kind,
        subject_id=subject_id, until=now + timedelta(hours=new.hours), ground=new.cause.ground.value,
        reason=new.cause.reason, by_id=actor.member_id, office=rules.office_of(actor, case), at=now,
    )  # fmt: skip
    db.session.add(restraint)
    db.session.flush()
    stopping_operations.stop(hall_id, subject.author_id, now + timedelta(hours=new.hours))
    live.cut(f"member:{subject.author_id}")  # an open page comes back at once, as the page of one who may not write
    close_reports(actor, kind, subject_id, Outcome.STOPPED, now)
    audit.record(
        actor, Act.STOP_MEMBER, f"{kind}:{subject_id}", now=now, office=restraint.office, hall=hall_id,
        ground=restraint.ground, reason=restraint.reason, hours=new.hours, restraint=restraint.id,
    )  # fmt: skip
    local = subject.hall.local.number if subject.hall.local else ""
    kind_name = KIND_NAMES[subject.kind]
    tell("member_stopped", subject.author_id, restraint, now, kind=kind_name, url=subject.url, local=local)
    return restraint


def end_restraint(actor: Actor, restraint_id: int, reason: str, *, now: datetime) -> Restraint:
    """Let a member write again before the time is over, or take the slowness out of a chat."""
    restraint = queries.restraint(restraint_id, lock=True)
    standing = queries.standing_of(restraint)
    if why_not := rules.why_not_lift(actor, standing):
        raise Refused(why_not)
    mark_lifted(actor, restraint, reason, now)
    take_effect_off(restraint, now)
    office = rules.office_of(actor, standing.case)
    if restraint.deed == Deed.SLOW:
        _note_speed(actor, restraint, 0, office, reason, now)
        return restraint
    audit.record(
        actor, Act.END_STOP, f"{restraint.kind}:{restraint.subject_id}", now=now, office=office, hall=restraint.hall_id,
        ground=restraint.ground, reason=reason, restraint=restraint.id,
    )  # fmt: skip
    tell("measure_lifted", restraint.concerns, restraint, now)
    return restraint


def take_effect_off(restraint: Restraint, now: datetime) -> None:
    """What a restraint did is undone: by whoever lifts it, or by the tellers' ruling."""
    if restraint.deed == Deed.MUTE:
        stopping_operations.let_write(restraint.hall_id, restraint.concerns)
    elif restraint.sitting_id is not None:
        chat_operations.set_speed(restraint.sitting_id, 0, "", "", now=now)


def slow_chat(actor: Actor, sitting_id: int, new: NewSlowing, *, now: datetime) -> Sitting:
    """Let each member write one line in so many seconds, on a ground and with a reason that the room reads; 0 ends it.
    The host's own lines do not wait."""
    room = run_room(actor, sitting_id, must_be_open=True)
    before = queries.slowing_of(sitting_id)
    if before is not None:
        mark_lifted(actor, before, new.reason, now)
    ground = new.ground.value if new.ground else ""
    chat_operations.set_speed(sitting_id, new.seconds, ground, new.reason, now=now)
    office = "host" if room.hall.local_id is not None else "teller"
    restraint = before
    if new.seconds:
        restraint = Restraint(
            deed=Deed.SLOW.value, question_id=room.question.id, hall_id=room.hall.id, sitting_id=sitting_id,
            seconds=new.seconds, ground=ground, reason=new.reason, by_id=actor.member_id, office=office, at=now,
        )  # fmt: skip
        db.session.add(restraint)
        db.session.flush()
    if restraint is not None:
        _note_speed(actor, restraint, new.seconds, office, new.reason, now)
    return room.sitting


def _note_speed(actor: Actor, restraint: Restraint, seconds: int, office: str, reason: str, now: datetime) -> None:
    audit.record(
        actor, Act.SLOW_CHAT, f"sitting:{restraint.sitting_id}", now=now, office=office, seconds=seconds,
        ground=restraint.ground, reason=reason, restraint=restraint.id,
    )  # fmt: skip
