"""Starting an edition of the digest when it is due."""

from datetime import datetime
from zoneinfo import ZoneInfo

from forum.kernel import mailings
from forum.kernel.database import db
from forum.outlets.models import DigestEdition
from forum.outlets.rules import FIRST_WITHIN, SPANS, due_since
from forum.questions.models import Question


def start_due(zone: ZoneInfo, *, now: datetime) -> None:
    """Begin every edition whose hour has come since the last of its kind, once there is a question to tell of."""
    published = db.select(Question.id).where(Question.state.not_in(("drafted", "withdrawn"))).limit(1)
    if db.session.scalar(published) is None:
        return
    for kind in SPANS:
        slot = due_since(kind, zone, now)
        newest = db.select(DigestEdition).where(DigestEdition.kind == kind).order_by(DigestEdition.until.desc())
        last: DigestEdition | None = db.session.scalar(newest.limit(1))
        if (last is None and now - slot > FIRST_WITHIN) or (last is not None and last.until >= slot):
            continue
        since = max(last.until, slot - 2 * SPANS[kind]) if last else slot - SPANS[kind]
        edition = DigestEdition(kind=kind, since=since, until=slot)
        db.session.add(edition)
        db.session.flush()
        mailings.start(f"digest_{kind}", edition.id, now)
