"""Points of order of a sitting: raised, being heard, settled; and the last act on its floor."""

from collections.abc import Iterable
from typing import Any

from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.roll.models import Local, Member
from forum.sittings.models import PointOfOrder


def own_point(sitting_id: int, member_id: int) -> PointOfOrder | None:
    """A member's point that is raised or being heard; there is one at most."""
    mine = _of(sitting_id).where(PointOfOrder.member_id == member_id, PointOfOrder.state.in_(("raised", "taken")))
    found: PointOfOrder | None = db.session.scalar(mine)
    return found


def taken(sitting_id: int) -> PointOfOrder | None:
    """The point that is being heard; there is one at most."""
    found: PointOfOrder | None = db.session.scalar(_of(sitting_id).where(PointOfOrder.state == "taken"))
    return found


def raised(sitting_id: int) -> list[PointOfOrder]:
    """Those that wait, oldest first."""
    return list(db.session.scalars(_of(sitting_id).where(PointOfOrder.state == "raised")))


def open_points(sitting_id: int) -> list[Any]:
    """Rows of (point, name, local number) that are raised or being heard, oldest first."""
    return _named(sitting_id, ("raised", "taken"))


def settled_points(sitting_id: int) -> list[Any]:
    """Rows of (point, name, local number) that were heard or dismissed, for the minutes."""
    return _named(sitting_id, ("done", "dismissed"))


def last_act(sitting_id: int, among: Iterable[str]) -> str:
    """The newest of these acts on record for a sitting; empty if there is none."""
    query = db.select(AuditEntry.act).where(AuditEntry.subject == f"sitting:{sitting_id}", AuditEntry.act.in_(among))
    return db.session.scalar(query.order_by(AuditEntry.height.desc()).limit(1)) or ""


def _of(sitting_id: int) -> Any:
    return db.select(PointOfOrder).where(PointOfOrder.sitting_id == sitting_id).order_by(PointOfOrder.id)


def _named(sitting_id: int, states: tuple[str, ...]) -> list[Any]:
    query = db.select(PointOfOrder, Member.name, Local.number).join(Member, Member.id == PointOfOrder.member_id)
    query = query.join(Local, Local.id == Member.local_id)
    query = query.where(PointOfOrder.sitting_id == sitting_id, PointOfOrder.state.in_(states))
    return list(db.session.execute(query.order_by(PointOfOrder.id)))
