"""Reads of moderation: one measure and how it stands with the rules, why words are hidden, appeals that wait."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_

from forum.arguments.models import Argument, Merge
from forum.bodies import queries as bodies
from forum.bodies.models import BodyAct
from forum.halls.models import Hall
from forum.halls.queries import hall as hall_view
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.moderation.models import Hiding, Restraint
from forum.moderation.rules import Case, Deed, Kind, Ruling, Standing, may_see_hidden
from forum.moderation.word_queries import chat_case, words
from forum.roll.models import Member
from forum.sittings.models import Sitting

MOST_ON_A_DESK = 20
Measured = Hiding | Restraint


def hiding(hiding_id: int, *, lock: bool = False) -> Hiding:
    """One hiding. Raises `Missing`."""
    found = db.session.get(Hiding, hiding_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise Missing
    return found


def restraint(restraint_id: int, *, lock: bool = False) -> Restraint:
    """One member stopped, or one chat slowed. Raises `Missing`."""
    found = db.session.get(Restraint, restraint_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise Missing
    return found


def standing_of(measure: Measured) -> Standing:
    """A measure as the rules see it."""
    ruled, lifted = measure.ruling != "", measure.lifted_at is not None
    return Standing(_case(measure), measure.by_id, measure.concerns, measure.appealed_at is not None, ruled, lifted)


def _case(measure: Measured) -> Case:
    if measure.deed == Deed.SLOW:
        return chat_case(hall_view(measure.hall_id))
    return words(measure.kind, measure.subject_id).case


def latest(kind: str, subject_id: int) -> Hiding | None:
    """The newest hiding of these words, whether it still holds or not."""
    query = db.select(Hiding).where(Hiding.kind == kind, Hiding.subject_id == subject_id)
    found: Hiding | None = db.session.scalar(query.order_by(Hiding.id.desc()).limit(1))
    return found


_REASONS = (
    db.select(Hiding, Member.name)
    .join(Member, Member.id == Hiding.by_id)
    .where(Hiding.kind == bindparam("kind"), Hiding.subject_id.in_(bindparam("subject_ids", expanding=True)))
    .where(Hiding.ruling != Ruling.RESTORED, Hiding.lifted_at.is_(None))
    .order_by(Hiding.id)
)


def reasons(kind: str, subject_ids: list[int]) -> list[dict[str, Any]]:
    """Why these words are hidden, for the tombstones that stand in their place."""
    found = db.session.execute(_REASONS, {"kind": kind, "subject_ids": subject_ids})
    return [
        {
            "subject_id": each.subject_id, "ground": each.ground, "reason": each.reason, "by_name": name, "at": each.at,
            "appealed": each.appealed_at is not None, "ruling": each.ruling, "number": each.id, "url": each.path,
        }
        for each, name in found
    ]  # fmt: skip


def hidden_in_ruling(actor: Actor, act: BodyAct) -> list[str]:
    """The labels of arguments in a ruling on a merge whose claims were hidden since, and are not for this reader."""
    if act.act != "rule_merge":
        return []
    merge = db.session.get_one(Merge, int(act.facts["merge_id"]))
    pair = db.session.scalars(db.select(Argument).where(Argument.id.in_((merge.argument_id, merge.into_id))))
    return [each.label for each in pair if each.hidden_at is not None and not _sees(actor, each)]


def _sees(actor: Actor, argument: Argument) -> bool:
    found = latest(Kind.ARGUMENT, argument.id)
    hidden_by = found.by_id if found else argument.mover_id
    return may_see_hidden(actor, argument.question_id, hidden_by, argument.mover_id)


def _holding() -> tuple[Any, ...]:
    return Restraint.lifted_at.is_(None), Restraint.ruling != Ruling.RESTORED


_STOPS = (
    db.select(Restraint)
    .where(Restraint.hall_id == bindparam("hall_id"), Restraint.deed == Deed.MUTE)
    .where(Restraint.until > bindparam("now"), *_holding())
    .order_by(Restraint.id)
)


def stops_in(hall_id: int, now: datetime) -> list[Restraint]:
    """Members who may not write in a hall now, each with what stopped them."""
    return list(db.session.scalars(_STOPS, {"hall_id": hall_id, "now": now}))


def stop_of(hall_id: int, member_id: int, now: datetime) -> Restraint | None:
    """What keeps this member from writing in that hall now."""
    return next((each for each in stops_in(hall_id, now) if each.member_id == member_id), None)


def members_stopped_since(since: datetime) -> list[int]:
    """Members whom somebody has stopped from writing from an instant on."""
    query = db.select(Restraint.member_id).where(Restraint.at >= since, Restraint.member_id.is_not(None))
    return list(db.session.scalars(query))


def slowing_of(sitting_id: int) -> Restraint | None:
    """Why a session's chat is slowed now."""
    query = db.select(Restraint).where(Restraint.sitting_id == sitting_id, *_holding())
    found: Restraint | None = db.session.scalar(query.order_by(Restraint.id.desc()).limit(1))
    return found


def appeals_for(actor: Actor) -> list[Measured]:
    """Appeals that wait for a ruling of this teller's body, oldest first, leaving out what touches this teller."""
    told = [question_id for role, question_id in actor.appointments if role == "teller"]
    found: list[Measured] = []
    for table, concerned in ((Hiding, Hiding.author_id), (Restraint, Restraint.appealed_by_id)):
        query = db.select(table).where(
            table.question_id.in_(told), table.appealed_at.is_not(None), table.ruling == "",
            table.lifted_at.is_(None), table.by_id != actor.member_id, concerned != actor.member_id,
        )  # fmt: skip
        found += db.session.scalars(query.order_by(table.appealed_at).limit(MOST_ON_A_DESK))
    return sorted(found, key=lambda each: (each.appealed_at, each.id))


def running_for(actor: Actor, now: datetime) -> list[Restraint]:
    """Members stopped and chats slowed now where this person keeps order, the newest first."""
    told = [question_id for role, question_id in actor.appointments if role == "teller"]
    mine: ColumnElement[bool] = Hall.local_id.is_(None) & Hall.question_id.in_(told)
    if actor.office == "host":
        mine = or_(mine, Hall.local_id == actor.local_id)
    under_way = db.select(Sitting.id).where(Sitting.state == "open")
    runs = or_(Restraint.until > now, Restraint.sitting_id.in_(under_way))
    query = db.select(Restraint).join(Hall, Hall.id == Restraint.hall_id).where(mine, runs, *_holding())
    return list(db.session.scalars(query.order_by(Restraint.id.desc()).limit(MOST_ON_A_DESK)))


def measures_against(member_id: int, most: int) -> list[Measured]:
    """What was done about a member's words, the newest first."""
    hidden = db.select(Hiding).where(Hiding.author_id == member_id).order_by(Hiding.id.desc()).limit(most)
    stopped = db.select(Restraint).where(Restraint.member_id == member_id).order_by(Restraint.id.desc()).limit(most)
    found: list[Measured] = [*db.session.scalars(hidden), *db.session.scalars(stopped)]
    return sorted(found, key=lambda each: (each.at, each.id), reverse=True)[:most]


def fact_of(measure: Measured) -> str:
    """Under which name a ruling's act keeps the measure that it is about."""
    return "hiding_id" if isinstance(measure, Hiding) else "restraint_id"


def ruling_acts(measure: Measured) -> list[BodyAct]:
    """Rulings on this measure that were put before the tellers and not replaced."""
    acts = [each for each in bodies.acts_of(measure.question_id) if each.act == "rule_appeal"]
    return [each for each in acts if each.facts.get(fact_of(measure)) == measure.id]
