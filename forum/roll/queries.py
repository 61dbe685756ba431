"""Reads of the roll that the whole product asks for."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy.orm import joinedload

from forum.kernel import text
from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.roll import rules
from forum.roll.models import Local, Member
from forum.roll.size import members_of

PAGE = 50


def member(member_id: int) -> Member:
    """A member with local and council, also one who has left. Raises `Missing`."""
    found: Member | None = db.session.scalar(_whole_member().where(Member.id == member_id))
    if found is None:
        raise Missing
    return found


def members(member_ids: Iterable[int]) -> dict[int, Member]:
    """Several members by id, each with local and council; ids of nobody are left out."""
    ids = list(set(member_ids))
    return {each.id: each for each in db.session.scalars(_whole_member().where(Member.id.in_(ids)))} if ids else {}


def numbers_of(member_ids: Iterable[int]) -> dict[int, str]:
    """Member numbers by id, of those there are. Ask for some thousands at most."""
    query = db.select(Member.id, Member.number).where(Member.id.in_(list(member_ids)))
    return {member_id: number for member_id, number in db.session.execute(query)}  # noqa: C416 - rows are no pairs


def by_number(number: str) -> Member | None:
    """The member who bears exactly this number and has not left."""
    wanted = _whole_member().where(Member.number == rules.clean_number(number), Member.left_at.is_(None))
    found: Member | None = db.session.scalar(wanted)
    return found


def local(local_id: int) -> Local:
    """A local with its council. Raises `Missing`."""
    found: Local | None = db.session.scalar(
        db.select(Local).options(joinedload(Local.council)).where(Local.id == local_id)
    )
    if found is None:
        raise Missing
    return found


def officer_ids() -> list[int]:
    """The executive council: the officers who are still on the roll."""
    query = db.select(Member.id).where(Member.office == "officer", Member.left_at.is_(None))
    return list(db.session.scalars(query.order_by(Member.id)))


def roll_size() -> int:
    """How many members are on the roll now, whatever their standing."""
    return members_of(None)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of members, and whether there are pages before and after it."""

    typed: str
    page: int
    members: list[Member]
    more: bool


def search(typed: str, page: int, *, local_id: int | None = None) -> Found:
    """Members whose name contains, or whose number begins with, what was typed; of one local, if one is given."""
    typed = text.clean(typed, one_line=True)
    query = _whole_member().where(Member.left_at.is_(None))
    if local_id is not None:
        query = query.where(Member.local_id == local_id)
    if typed:
        name = Member.name.icontains(typed, autoescape=True)
        query = query.where(name | Member.number.startswith(rules.clean_number(typed), autoescape=True))
    query = query.order_by(Member.name, Member.id).offset((page - 1) * PAGE).limit(PAGE + 1)
    members_found = list(db.session.scalars(query))
    return Found(typed, page, members_found[:PAGE], len(members_found) > PAGE)


def _whole_member() -> Select[Member]:
    query: Select[Member] = db.select(Member).options(joinedload(Member.local).joinedload(Local.council))
    return query
