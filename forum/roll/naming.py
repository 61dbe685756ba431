"""Which locals visitors may be told of by name: those of thirty members or more, as process.md has it."""

from collections.abc import Collection

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute, aliased

from forum.kernel.database import db
from forum.roll.models import Local, Member

FEWEST_TO_BE_NAMED = 30


def may_be_named(local_id: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    """In SQL: whether a local has a thirtieth member. No more of its members are looked at, however many it has."""
    member = aliased(Member)
    members = db.select(member.id).where(member.local_id == local_id, member.left_at.is_(None))
    thirtieth = members.offset(FEWEST_TO_BE_NAMED - 1).limit(1).scalar_subquery()
    known: ColumnElement[bool] = thirtieth.is_not(None)
    return known


def nameable_locals(local_ids: Collection[int]) -> set[int]:
    """Those of these locals that may be named to visitors."""
    if not local_ids:
        return set()
    return set(db.session.scalars(db.select(Local.id).where(Local.id.in_(set(local_ids)), may_be_named(Local.id))))
