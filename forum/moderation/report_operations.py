"""Members tell whoever keeps order that words break a ground of the list, and hear what became of it."""

from datetime import datetime

from forum.bodies.queries import recipients
from forum.kernel import audit, mail
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refused
from forum.moderation import rules
from forum.moderation.acts import Act
from forum.moderation.forms import Cause
from forum.moderation.models import Report
from forum.moderation.rules import KIND_NAMES, Kind, Outcome
from forum.moderation.word_queries import Words, words


def report_words(actor: Actor, kind: str, subject_id: int, cause: Cause, *, now: datetime) -> Report:
    """Report words to whoever may judge them. Reporting twice gives the first report again; no name goes with it."""
    subject = words(kind, subject_id)
    if subject.hidden_at is not None:
        raise Refused(N_("This is hidden already."))
    if subject.author_id == actor.member_id:
        raise Refused(N_("These are your own words."))
    own = db.select(Report).where(Report.kind == kind, Report.subject_id == subject_id, Report.by_id == actor.member_id)
    twin: Report | None = db.session.scalar(own.order_by(Report.id.desc()).limit(1))
    if twin is not None and twin.closed_at is None:
        return twin
    if twin is not None and twin.outcome == Outcome.STANDS:
        raise Refused(N_("You reported this before, and it was ruled on. “What you reported” says how."))
    case = subject.case
    report = Report(
        hall_id=subject.hall.hall.id, kind=kind, subject_id=subject_id, ground=cause.ground.value, text=cause.reason,
        by_id=actor.member_id, at=now, for_tellers=rules.is_for_tellers(case),
    )  # fmt: skip
    first = not _open_ones(kind, subject_id)
    db.session.add(report)
    db.session.flush()
    if first:
        _tell_judges(subject, actor.member_id, now)
    return report


def _tell_judges(subject: Words, reporter_id: int, now: datetime) -> None:
    for address, language in recipients(subject.judges - {reporter_id}):
        mail.send("words_reported", address, language=language, now=now, kind=KIND_NAMES[subject.kind])


def pass_reports_on(after: int, most: int, *, now: datetime) -> int | None:
    """Move open reports to the desk of whoever is free to judge them now, and tell those who had none of it before.
    Gives the last report looked at, or None when there is none after it."""
    query = db.select(Report).where(Report.id > after, Report.closed_at.is_(None)).order_by(Report.id).limit(most)
    reports = list(db.session.scalars(query.with_for_update()))
    told: set[tuple[str, int]] = set()
    for report in reports:
        subject = words(report.kind, report.subject_id)
        if report.for_tellers == rules.is_for_tellers(subject.case):
            continue
        report.for_tellers = not report.for_tellers
        if (report.kind, report.subject_id) not in told:
            told.add((report.kind, report.subject_id))
            _tell_judges(subject, report.by_id, now)
    db.session.flush()
    return reports[-1].id if len(reports) == most else None


def dismiss_reports(actor: Actor, report_id: int, answer: str, *, now: datetime) -> Report:
    """Let the words stand. Everybody who reported them hears it, with the answer."""
    report = db.session.get(Report, report_id)
    if report is None:
        raise Missing
    if reason := rules.why_not_judge(actor, words(report.kind, report.subject_id).case):
        raise Refused(reason)
    closed = close_reports(actor, report.kind, report.subject_id, Outcome.STANDS, now, answer)
    if closed:
        audit.record(
            actor, Act.DISMISS_REPORT, f"{report.kind}:{report.subject_id}", now=now, hall=report.hall_id,
            office=rules.office_of(actor, words(report.kind, report.subject_id).case), reports=closed, reason=answer,
        )  # fmt: skip
    return report


def close_reports(actor: Actor, kind: str, subject_id: int, outcome: Outcome, now: datetime, answer: str = "") -> int:
    """Every open report of these words is ruled on; each reporter is told. Gives how many there were."""
    reports = _open_ones(kind, subject_id)
    for report in reports:
        report.closed_at, report.closed_by_id = now, actor.member_id
        report.outcome, report.answer = outcome.value, answer
        for address, language in recipients(frozenset({report.by_id})):
            mail.send("report_ruled", address, language=language, now=now, report=report, kind=KIND_NAMES[Kind(kind)])
    db.session.flush()
    return len(reports)


def _open_ones(kind: str, subject_id: int) -> list[Report]:
    query = db.select(Report).where(Report.kind == kind, Report.subject_id == subject_id, Report.closed_at.is_(None))
    return list(db.session.scalars(query.with_for_update()))
