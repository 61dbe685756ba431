"""Mail: written to an outbox in the transaction that causes it, delivered by a job.

`send("answered", to=…, language="es", now=…, argument="A-17")` renders templates/mail/answered.{subject.txt,txt,html}
in the reader's language; `send_many` writes the same mail to many, rendered once a language. What goes to one person
leaves before what goes to many, so that nobody waits for a sign-in code behind a notice to a whole union.
Voting codes never come here: the electorate hands them to the server itself.
"""

import smtplib
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import formataddr, make_msgid

import structlog
from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import String, Text, and_, func, insert, or_, update
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel import clock, jobs
from forum.kernel.database import Base, db, transaction
from forum.kernel.settings import Settings

MOST_TRIES = 8
PORTION = 50
MOST_REFUSED = 500
FORGOTTEN_AFTER = timedelta(days=30)
FORGOTTEN_AT_ONCE = 1_000
log = structlog.get_logger()
_delivering = threading.Lock()


class Outgoing(Base):
    """One mail to one person, kept until it is delivered; its texts are emptied then, and a month later also to whom it
    went and about what. `bulk` ones go last."""

    __tablename__ = "mail_outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    bulk: Mapped[bool] = mapped_column(default=False)


def send(name: str, to: str, *, language: str, now: datetime, **facts: object) -> None:
    """Write one mail to the outbox; nobody without an address gets one."""
    if not to:
        return
    subject, text, html = _rendered(name, language, facts)
    db.session.add(Outgoing(name=name, address=to, subject=subject, text=text, html=html, at=now))
    jobs.enqueue(deliver_mail)


def send_many(name: str, people: Iterable[tuple[str, str]], *, now: datetime, **facts: object) -> None:
    """Write the same mail to each of `people` (address, language). It names nobody: one text serves a language."""
    texts: dict[str, tuple[str, str, str]] = {}
    rows = []
    for address, language in people:
        if language not in texts:
            texts[language] = _rendered(name, language, facts)
        subject, text, html = texts[language]
        rows.append(
            {
                "name": name, "address": address, "subject": subject, "text": text, "html": html, "at": now,
                "sent_at": None, "tries": 0, "bulk": True,
            }
        )  # fmt: skip
    if rows:
        db.session.execute(insert(Outgoing), rows)
        jobs.enqueue(deliver_mail)


def _rendered(name: str, language: str, facts: dict[str, object]) -> tuple[str, str, str]:
    with force_locale(language or "en"):
        parts = [render_template(f"mail/{name}.{kind}", **facts) for kind in ("subject.txt", "txt", "html")]
    subject, text, html = parts
    return " ".join(subject.split()), text, html


def waiting_count() -> int:
    """How many mails to many wait in the outbox: whoever has more to write waits until few do."""
    query = db.select(func.count()).select_from(Outgoing)
    waiting = query.where(Outgoing.sent_at.is_(None), Outgoing.bulk, Outgoing.tries < MOST_TRIES)
    return db.session.scalar(waiting) or 0


@jobs.job(every=1)
def deliver_mail() -> None:
    """Hand everything waiting to the SMTP server, one commit a mail, so that a crash repeats one mail at most.

    One thread does it at a time, or two would send the same mail. A mail that the server refuses is tried again at a
    later run; while there is no server, mails wait and no try is counted.
    """
    deliver(wait=False)


def deliver(*, wait: bool) -> None:
    """The same, for a job that goes on once its mails have left: `wait` for the thread that delivers now."""
    settings: Settings = current_app.config["HUSTINGS"]
    if not settings.mail_host or not _delivering.acquire(blocking=wait):
        return
    try:
        refused: list[int] = []
        while len(refused) < MOST_REFUSED and (numbers := _waiting(refused)):
            with connect(settings) as server:
                refused += [number for number in numbers if not _deliver(number, server, settings)]
    except (OSError, smtplib.SMTPException) as problem:
        log.warning("mail waits for the server", error=type(problem).__name__)
    finally:
        _delivering.release()


def _waiting(refused: list[int]) -> list[int]:
    """The next mails, those to one person first; without those that were refused in this run."""
    query = db.select(Outgoing.id).where(Outgoing.sent_at.is_(None), Outgoing.tries < MOST_TRIES)
    query = query.where(Outgoing.id.not_in(refused)) if refused else query
    with transaction(write=False) as session:
        return list(session.scalars(query.order_by(Outgoing.bulk, Outgoing.id).limit(PORTION)))


def _deliver(number: int, server: smtplib.SMTP, settings: Settings) -> bool:
    """Whether the server took it over. Raises when there is no server any more."""
    with transaction(write=False) as session:
        mail = session.get(Outgoing, number)
        if mail is None or mail.sent_at is not None:
            return True
        parts = mail.address, mail.subject, mail.text, mail.html
    error = ""
    try:
        server.send_message(compose(*parts, settings))
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, ValueError) as problem:  # ValueError: an address that no header can hold
        error = type(problem).__name__
        log.warning("mail not delivered", mail=number, error=error)
    with transaction(write=True) as session:
        mail = session.get_one(Outgoing, number)
        if error:
            mail.tries += 1
        else:
            mail.sent_at, mail.text, mail.html = clock.now(), "", ""
    return not error


@jobs.job(every=30)
def forget_addresses() -> None:
    """A month after a mail was delivered, or given up, only its kind and the moment are kept; in portions of one commit
    each, so that pages are served between them."""
    before = clock.now() - FORGOTTEN_AFTER
    given_up = and_(Outgoing.sent_at.is_(None), Outgoing.tries >= MOST_TRIES, Outgoing.at < before)
    over = db.select(Outgoing.id).where(Outgoing.address != "", or_(Outgoing.sent_at < before, given_up))
    nothing = {"address": "", "subject": "", "text": "", "html": ""}
    count = FORGOTTEN_AT_ONCE
    while count == FORGOTTEN_AT_ONCE:
        with transaction(write=True) as session:
            numbers = list(session.scalars(over.limit(FORGOTTEN_AT_ONCE)))
            session.execute(update(Outgoing).where(Outgoing.id.in_(numbers)).values(nothing))
        count = len(numbers)


def compose(address: str, subject: str, text: str, html: str, settings: Settings) -> EmailMessage:
    """A message with a plain and an HTML part, from the installation's sender."""
    message = EmailMessage()
    message["From"] = formataddr((settings.union_name, settings.mail_from))
    message["To"] = address
    message["Subject"] = subject
    message["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2])
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def connect(settings: Settings) -> smtplib.SMTP:
    """An open connection to the SMTP server, signed in and under TLS where one is configured."""
    server = smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=20)
    if settings.mail_user:
        server.starttls()
        server.login(settings.mail_user, settings.mail_password)
    return server
