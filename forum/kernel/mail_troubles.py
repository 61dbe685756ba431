"""Addresses that a mail server refused: what it said, how often, and whether general mail to them has stopped.

A refusal for good (SMTP 5xx), or the last of many tries, stops general mail (`mail.send_wanted`) to the address; what a
vote needs, and what a person asked for, a sign-in code, is still tried. A mail that arrives, or the member's word,
takes the note away.
"""

import smtplib
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base, db

FOR_GOOD = range(500, 600)
FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=8)
MOST_SAID = 300
KEPT_FOR = timedelta(days=365)


class MailTrouble(Base):
    """One address that refused. `code` is SMTP's, 0 where the server gave none."""

    __tablename__ = "mail_troubles"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    code: Mapped[int]
    said: Mapped[str] = mapped_column(String(MOST_SAID))
    count: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None] = mapped_column(index=True)


def answer_of(problem: Exception, address: str) -> tuple[int, str]:
    """The code and the words with which a server refused a reader; 0 where it was not the reader that it refused."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        refused = problem.recipients.get(address)
        if refused is None:
            return 0, ""
        code, said = refused
        return code, (said.decode(errors="replace") if isinstance(said, bytes) else str(said))[:MOST_SAID]
    return 0, ""


def wait_after(tries: int) -> timedelta:
    """How long a mail waits that was refused so often: twice as long each time."""
    return min(FIRST_WAIT * (1 << min(tries, 20)), LONGEST_WAIT)


def note(address: str, code: int, said: str, *, given_up: bool, now: datetime) -> None:
    """Keep what the server said of an address."""
    kept = db.session.get(MailTrouble, address)
    if kept is None:
        kept = MailTrouble(address=address, code=code, said=said, count=0, first_at=now, last_at=now)
        db.session.add(kept)
    kept.code, kept.said, kept.count, kept.last_at = code, said.replace("\x00", ""), kept.count + 1, now
    if given_up and kept.stopped_at is None:
        kept.stopped_at = now
    db.session.flush()


def forget(address: str) -> None:
    """The address takes mail again, or its owner says that it should be tried."""
    db.session.execute(delete(MailTrouble).where(MailTrouble.address == address))


def forget_old(now: datetime) -> None:
    """An address to which nothing was tried for a year is forgotten; most have left the roll."""
    db.session.execute(delete(MailTrouble).where(MailTrouble.last_at < now - KEPT_FOR))


def stopped(addresses: Collection[str]) -> set[str]:
    """Those of these addresses to which general mail has stopped."""
    query = db.select(MailTrouble.address).where(MailTrouble.address.in_(list(addresses)))
    return set(db.session.scalars(query.where(MailTrouble.stopped_at.is_not(None)))) if addresses else set()
