"""Members tell the host that something breaks a ground of the list; the host hides it or lets it stand."""

from datetime import datetime

from forum.halls import queries as halls
from forum.halls.rules import keeps_order
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refused
from forum.moderation import queries
from forum.moderation.forms import Cause
from forum.moderation.models import Report


def report_words(actor: Actor, kind: str, subject_id: int, cause: Cause, *, now: datetime) -> Report:
    """Report words to whoever keeps order where they stand. Reporting twice gives the first report again."""
    subject = queries.words(kind, subject_id)
    if subject.hidden_at is not None:
        raise Refused(N_("This is hidden already."))
    open_one = db.select(Report).where(Report.kind == kind, Report.subject_id == subject_id, Report.closed_at.is_(None))
    twin: Report | None = db.session.scalar(open_one.where(Report.by_id == actor.member_id))
    if twin is not None:
        return twin
    report = Report(
        hall_id=subject.hall.hall.id, kind=kind, subject_id=subject_id, ground=cause.ground.value, text=cause.reason,
        by_id=actor.member_id, at=now,
    )  # fmt: skip
    db.session.add(report)
    db.session.flush()
    return report


def dismiss_report(actor: Actor, report_id: int, *, now: datetime) -> Report:
    """The host lets the words stand."""
    report = db.session.get(Report, report_id, with_for_update=True)
    if report is None:
        raise Missing
    hall = halls.hall(report.hall_id)
    if not keeps_order(actor, hall.question.id, hall.hall.local_id):
        raise Refused(N_("Reports go to the hall’s host, in the national hall to the tellers."))
    report.closed_at = report.closed_at or now
    db.session.flush()
    return report


def close_reports(kind: str, subject_id: int, now: datetime) -> None:
    """Every open report of these words is done with."""
    query = db.select(Report).where(Report.kind == kind, Report.subject_id == subject_id, Report.closed_at.is_(None))
    for report in db.session.scalars(query):
        report.closed_at = now
