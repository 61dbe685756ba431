"""Starting an edition of the digest when it is due."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func

from forum.kernel import mailings
from forum.kernel.database import db
from forum.outlets.models import DigestEdition
from forum.outlets.rules import SPANS, due_since
from forum.questions.models import Question


def start_due(zone: ZoneInfo, *, now: datetime) -> None:
    """Begin every edition whose hour has come since the last of its kind. The first tells of a question that was there
    at its hour."""
    begun = db.select(func.min(func.coalesce(Question.charged_at, Question.created_at)))
    first: datetime | None = db.session.scalar(begun.where(Question.state.not_in(("drafted", "withdrawn"))))
    if first is None:
        return
    for kind in SPANS:
        slot = due_since(kind, zone, now)
        newest = db.select(DigestEdition).where(DigestEdition.kind == kind).order_by(DigestEdition.until.desc())
        last: DigestEdition | None = db.session.scalar(newest.limit(1))
        if slot < first or (last is not None and last.until >= slot):
            continue
        since = max(last.until, slot - 2 * SPANS[kind]) if last else slot - SPANS[kind]
        edition = DigestEdition(kind=kind, since=since, until=slot)
        db.session.add(edition)
        db.session.flush()
        mailings.start(f"digest_{kind}", edition.id, now)
