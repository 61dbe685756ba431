"""How many members the union or a local has, without counting them for every page.

The roll changes by imports alone, and each step of one is noted with its time. So a number that was counted stands as
long as no import has moved, and only then is it counted again.
"""

from typing import Any

from flask import current_app
from sqlalchemy import bindparam, func

from forum.kernel.database import READ, db
from forum.roll.models import Member, RollImport

KEPT = "hustings_roll_size"
_MEMBERS = db.select(func.count(Member.id)).where(Member.left_at.is_(None))
_MEMBERS_OF = _MEMBERS.where(Member.local_id == bindparam("local_id"))
_NEWEST = (
    db.select(RollImport.id, RollImport.state, RollImport.touched_at)
    .order_by(RollImport.state != "applying", RollImport.touched_at.desc(), RollImport.id.desc())
    .limit(1)
)


def members_of(local_id: int | None) -> int:
    """How many members a local has now, whatever their standing; the whole union for None."""
    moved = db.session.execute(_NEWEST).first()
    if moved is None or moved.state == "applying" or READ not in db.session.info:  # a write may be undone
        return _count(local_id)
    mark, sizes = current_app.extensions.get(KEPT, (None, {}))
    if mark != tuple(moved):
        mark, sizes = current_app.extensions[KEPT] = tuple(moved), {}
    if local_id not in sizes:
        sizes[local_id] = _count(local_id)
    size: int = sizes[local_id]
    return size


def _count(local_id: int | None) -> int:
    wanted: dict[str, Any] = {"local_id": local_id}
    return db.session.scalar(_MEMBERS if local_id is None else _MEMBERS_OF, wanted) or 0
