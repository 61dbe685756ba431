"""What the public accountability log says, for tests."""

from typing import Any

from forum.kernel.audit import AuditEntry
from forum.kernel.database import db


def trail(*acts: str, since: int = -1) -> list[tuple[str, str, dict[str, Any]]]:
    """Act, office and facts of these acts, or of all, in their order; only those above the height `since`."""
    query = db.select(AuditEntry).where(AuditEntry.height > since).order_by(AuditEntry.height)
    found = db.session.scalars(query.where(AuditEntry.act.in_(acts)) if acts else query)
    return [(each.act, each.office, each.facts) for each in found]


def height() -> int:
    """How high the log stands now."""
    return db.session.scalar(db.select(db.func.max(AuditEntry.height))) or 0
