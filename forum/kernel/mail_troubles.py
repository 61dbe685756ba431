"""Addresses that a mail server refused: what it said, how often, and whether general mail to them has stopped.

A refusal for good (SMTP 5xx), the last of many tries, or a notice that a mail failed after it was taken (`bounces`)
stops general mail (`mail.send_wanted`) to the address; what a vote needs, and what a person asked for, a sign-in code,
is still tried. A mail that arrives takes the note of a refusal away; that of mail which came back stays until the
member says otherwise, for the first server takes such mail every time.
"""

import smtplib
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import String, delete, false
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base, db

FOR_GOOD = range(500, 600)
FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=8)
MOST_SAID = 300
KEPT_FOR = timedelta(days=365)


class MailTrouble(Base):
    """One address that refused, or from which mail came back after it was taken (`bounced`). `code` is SMTP's, 0 where
    none was given."""

    __tablename__ = "mail_troubles"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    code: Mapped[int]
    said: Mapped[str] = mapped_column(String(MOST_SAID))
    count: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None] = mapped_column(index=True)
    bounced: Mapped[bool] = mapped_column(default=False, server_default=false())


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


def note(
    address: str, code: int, said: str, *, given_up: bool, now: datetime, bounced: bool = False
) -> None:
    """Keep what the server said of an address."""
    kept = db.session.get(MailTrouble, address)
    if kept is None:
        kept = MailTrouble(address=address, code=code, said=said, count=0, first_at=now, last_at=now, bounced=False)
        db.session.add(kept)
    kept.code, kept.said, kept.count, kept.last_at = code, said.replace("\x00", ""), kept.count + 1, now
    kept.bounced = kept.bounced or bounced
    if given_up and kept.stopped_at is None:
        kept.stopped_at = now
    db.session.flush()


def forget(address: str) -> None:
    """Its owner says that the address should be tried again."""
    db.session.execute(delete(MailTrouble).where(MailTrouble.address == address))


def forget_refusals(address: str) -> None:
    """The address takes mail again."""
    about = MailTrouble.address == address
    db.session.execute(delete(MailTrouble).where(about, ~MailTrouble.bounced))


def forget_old(now: datetime) -> None:
    """An address to which nothing was tried for a year is forgotten; most have left the roll."""
    db.session.execute(delete(MailTrouble).where(MailTrouble.last_at < now - KEPT_FOR))


def stopped(addresses: Collection[str]) -> set[str]:
    """Those of these addresses to which general mail has stopped."""
    query = db.select(MailTrouble.address).where(MailTrouble.address.in_(list(addresses)))
    return set(db.session.scalars(query.where(MailTrouble.stopped_at.is_not(None)))) if addresses else set()
