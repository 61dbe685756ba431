"""The public log of a hall, measure by measure, and one measure with the names of those it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, literal, union_all

from forum.arguments.models import Argument
from forum.halls.models import Post
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.moderation.models import Hiding, Restraint
from forum.moderation.queries import Measured
from forum.moderation.rules import Kind
from forum.roll.models import Member
from forum.sittings.models import Message

ROWS_A_PAGE = 30


@dataclass(frozen=True)
class Entry:
    """A measure with names, which are empty for visitors. `number` is what members call the words it is about."""

    measure: Measured
    concerns: str
    by: str
    lifted_by: str
    number: int


def log(actor: Actor, hall_id: int, page: int) -> tuple[list[Entry], int]:
    """What was hidden, stopped and slowed in a hall, newest first, and the number of pages."""
    every = union_all(
        db.select(literal("hiding").label("what"), Hiding.id, Hiding.at).where(Hiding.hall_id == hall_id),
        db.select(literal("restraint"), Restraint.id, Restraint.at).where(Restraint.hall_id == hall_id),
    ).subquery()
    query = db.select(every.c.what, every.c.id).order_by(every.c.at.desc(), every.c.what, every.c.id.desc())
    rows = db.session.execute(query.offset((page - 1) * ROWS_A_PAGE).limit(ROWS_A_PAGE)).all()
    count = db.session.scalar(db.select(func.count()).select_from(every)) or 0
    hidings, restraints = (
        {each.id: each for each in db.session.scalars(db.select(table).where(table.id.in_(ids)))}
        for table, ids in (
            (Hiding, [number for what, number in rows if what == "hiding"]),
            (Restraint, [number for what, number in rows if what == "restraint"]),
        )
    )
    found = [hidings[number] if what == "hiding" else restraints[number] for what, number in rows]
    return entries(actor, found), max(1, -(-count // ROWS_A_PAGE))


def entries(actor: Actor, measures: Sequence[Measured]) -> list[Entry]:
    """These measures with names and numbers: four reads, however many they are."""
    people = {id_ for each in measures for id_ in (each.concerns, each.by_id, each.lifted_by_id) if id_}
    query = db.select(Member.id, Member.name).where(Member.id.in_(people))
    names = {each.id: each.name for each in db.session.execute(query)} if actor.is_member and people else {}
    numbers = _numbers([each for each in measures if each.kind])
    return [
        Entry(
            each, names.get(each.concerns, ""), names.get(each.by_id, ""), names.get(each.lifted_by_id or 0, ""),
            numbers.get((each.kind, each.subject_id), each.subject_id),
        )
        for each in measures
    ]  # fmt: skip


def _numbers(measures: list[Measured]) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for kind, table in ((Kind.POST, Post), (Kind.MESSAGE, Message), (Kind.ARGUMENT, Argument)):
        ids = {each.subject_id for each in measures if each.kind == kind}
        if ids:
            query = db.select(table.id, table.number).where(table.id.in_(ids))
            found |= {(kind.value, subject_id): number for subject_id, number in db.session.execute(query)}
    return found
