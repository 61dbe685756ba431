"""Mail: written to an outbox in the transaction that causes it, delivered by a job.

`send("answered", to=…, language="es", now=…, argument="A-17")` renders templates/mail/answered.{subject.txt,txt,html}
in the reader's language. Voting codes never come here: the electorate hands them to the server itself.
"""

import smtplib
from datetime import datetime
from email.message import EmailMessage
from email.utils import formataddr, make_msgid

import structlog
from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel import clock, jobs
from forum.kernel.database import Base, db, transaction
from forum.kernel.settings import Settings

MOST_TRIES = 8
log = structlog.get_logger()


class Outgoing(Base):
    """One mail to one person, kept until it is delivered; its texts are emptied then."""

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


def send(name: str, to: str, *, language: str, now: datetime, **facts: object) -> None:
    """Write one mail to the outbox; nobody without an address gets one."""
    if not to:
        return
    with force_locale(language or "en"):
        rendered = [render_template(f"mail/{name}.{kind}", **facts) for kind in ("subject.txt", "txt", "html")]
    subject = " ".join(rendered[0].split())
    db.session.add(Outgoing(name=name, address=to, subject=subject, text=rendered[1], html=rendered[2], at=now))
    jobs.enqueue(deliver_mail)


@jobs.job(every=1)
def deliver_mail() -> None:
    """Hand everything waiting to the SMTP server, one commit a mail, so that a crash repeats one mail at most."""
    settings: Settings = current_app.config["HUSTINGS"]
    if not settings.mail_host:
        return
    waiting = db.select(Outgoing.id).where(Outgoing.sent_at.is_(None), Outgoing.tries < MOST_TRIES).limit(500)
    with transaction(write=False) as session:
        numbers = list(session.scalars(waiting.order_by(Outgoing.id)))
    for number in numbers:
        _deliver(number, settings)


def _deliver(number: int, settings: Settings) -> None:
    with transaction(write=False) as session:
        mail = session.get(Outgoing, number)
        if mail is None or mail.sent_at is not None:
            return
        message = compose(mail.address, mail.subject, mail.text, mail.html, settings)
    error = ""
    try:
        with connect(settings) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as problem:
        error = type(problem).__name__
        log.warning("mail not delivered", mail=number, error=error)
    with transaction(write=True) as session:
        mail = session.get_one(Outgoing, number)
        if error:
            mail.tries += 1
        else:
            mail.sent_at, mail.text, mail.html = clock.now(), "", ""


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
