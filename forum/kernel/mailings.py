"""Mail to many people, never written inside the request that causes it.

    mailings.start("sitting_scheduled", sitting.id, now)          # in the operation: one row, in its transaction

    @mailings.kind("sitting_scheduled")
    def write(mailing, most): ...                                 # the next `most` mails; where it came to, or None

A job writes portion after portion to the outbox. Each is one commit that also notes the last reader written to, so
that a killed job neither forgets anybody nor writes to anybody twice: the next minute goes on from there. Mails are
written no faster than they leave, so that the outbox stays short for a union of any size.
"""

import threading
from collections.abc import Callable
from datetime import datetime

from flask import current_app
from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel import clock, jobs, mail
from forum.kernel.database import Base, db, transaction

PORTION = 100
REPLAYED = 5_000
PORTIONS_A_RUN = 50
MOST_WAITING = 500


class Mailing(Base):
    """One thing that many are told. `after` is the last reader written to, in the order of the kind's own numbers;
    `held_at`: a restore keeps it back."""

    __tablename__ = "mailings"
    __table_args__ = (Index("ix_mailings_subject_id_kind", "subject_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    at: Mapped[datetime]
    after: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    held_at: Mapped[datetime | None]


Write = Callable[[Mailing, int], int | None]
"""Writes the next mails, as many as told, to those after `mailing.after`. Gives the last one written to, or None when
nobody is left, or when what the mail says is no longer so."""

KINDS: dict[str, Write] = {}
_writing = threading.Lock()


def kind(name: str) -> Callable[[Write], Write]:
    """Register what writes the mails of one kind."""

    def keep(write: Write) -> Write:
        KINDS[name] = write
        return write

    return keep


def start(name: str, subject_id: int, now: datetime) -> None:
    """Let everybody whom it concerns be told, after this transaction."""
    mailing = Mailing(kind=name, subject_id=subject_id, at=now)
    db.session.add(mailing)
    db.session.flush()
    jobs.enqueue(go_on, mailing_id=mailing.id)


def resume(name: str, subject_id: int) -> None:
    """Let what was stopped before everybody was told go on after the last one told, after this transaction."""
    about = db.select(Mailing).where(Mailing.kind == name, Mailing.subject_id == subject_id)
    for mailing in db.session.scalars(about.order_by(Mailing.id)):
        mailing.finished_at = None
        jobs.enqueue(go_on, mailing_id=mailing.id)
    db.session.flush()


@jobs.job
def go_on(mailing_id: int) -> None:
    """Write portions until nobody is left, or make room for other jobs and go on later."""
    if not _writing.acquire(blocking=False):
        return  # the thread that writes now, or the next minute, comes to this one too
    try:
        over = _run(mailing_id)
    finally:
        _writing.release()
    if not over:
        with transaction(write=True):
            jobs.enqueue(go_on, mailing_id=mailing_id)


def _run(mailing_id: int) -> bool:
    """Whether there is nothing more to do now."""
    for _ in range(PORTIONS_A_RUN):
        with transaction(write=True):
            if _too_many_wait() or not _write_portion(mailing_id):
                return True
        mail.deliver(wait=True)
    return False


def _too_many_wait() -> bool:
    """Whether mails leave more slowly than they are written: the server is away. The next minute tries again."""
    return bool(current_app.config["HUSTINGS"].mail_host) and mail.waiting_count() >= MOST_WAITING


def _write_portion(mailing_id: int) -> bool:
    """One portion; whether there may be another."""
    mailing = db.session.get(Mailing, mailing_id, with_for_update=True)
    if mailing is None or mailing.finished_at is not None or mailing.held_at is not None:
        return False
    last = KINDS[mailing.kind](mailing, REPLAYED if mail.nobody_reads() else PORTION)  # none leaves, none waits for it
    if last is None:
        mailing.finished_at = clock.now()
        return False
    mailing.after = last
    return True


@jobs.job(every=1)
def go_on_with_all() -> None:
    """What a killed job, or a server that was away, has left unfinished."""
    unfinished = db.select(Mailing.id).where(Mailing.finished_at.is_(None), Mailing.held_at.is_(None))
    with transaction(write=True) as session:
        for mailing_id in session.scalars(unfinished.order_by(Mailing.id).limit(100)):
            jobs.enqueue(go_on, mailing_id=mailing_id)  # each a job of its own: one that fails holds up no other
