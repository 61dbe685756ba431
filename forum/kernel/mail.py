"""Mail: written to an outbox in the transaction that causes it, delivered by a job.

`send("answered", to=…, language="es", now=…, argument="A-17")` renders templates/mail/answered.{subject.txt,txt,html}
in the reader's language; `send_many` writes the same mail to many, rendered once a language. `send_wanted` does so for
those who want this kind of mail, not before their quiet hours are over, and each has the link that stops the kind. What
goes to one person leaves before what goes to many, so that nobody waits for a sign-in code behind a notice to a whole
union. Voting codes never come here: the electorate hands them to the server itself.
"""

import smtplib
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import formataddr, make_msgid

import structlog
from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import ColumnElement, String, and_, func, insert, or_, types, update
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel import clock, jobs, mail_troubles, wishes
from forum.kernel.database import Base, db, transaction
from forum.kernel.mail_senders import sender_of
from forum.kernel.settings import Settings
from forum.kernel.wishes import MailKind

MOST_TRIES = 8
PORTION = 50
MOST_REFUSED = 500
FORGOTTEN_AFTER = timedelta(days=30)
FORGOTTEN_AT_ONCE = 1_000
ADDRESSED = "hustings_addressed"
STOP = "{stop}"  # where a reader's own link comes into a text that is rendered once for many
LONG_LINES = policy.default.clone(max_line_length=900)  # a link in a header stays as it is: unfolded, unencoded
log = structlog.get_logger()
_delivering = threading.Lock()


class Outgoing(Base):
    """One mail to one person, kept until it is delivered; its texts are emptied then, and a month later also to whom it
    went and about what. `bulk` ones go last. It does not leave before `not_before`: the end of the reader's quiet
    hours, or of the wait after a refusal. `stop_url` stops mails of its kind. `bounced_at`: a server took it, and wrote
    later that it had failed. `held_at`: a restore keeps it back, for it may have left already (`mail_held`)."""

    __tablename__ = "mail_outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(types.Text)
    text: Mapped[str] = mapped_column(types.Text)
    html: Mapped[str] = mapped_column(types.Text)
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    bulk: Mapped[bool] = mapped_column(default=False)
    not_before: Mapped[datetime | None]
    stop_url: Mapped[str] = mapped_column(String(300), default="", server_default="")
    bounced_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Reader:
    """A member to write to."""

    member_id: int
    address: str
    language: str


Text = tuple[str, str, str]
"""Subject, plain text and HTML."""


def send(name: str, to: str, *, language: str, now: datetime, **facts: object) -> None:
    """Write one mail to the outbox; nobody without an address gets one."""
    if not to:
        return
    subject, text, html = rendered(name, language, **facts)
    db.session.add(Outgoing(name=name, address=to, subject=subject, text=text, html=html, at=now))
    jobs.enqueue(deliver_mail)


def send_many(name: str, people: Iterable[tuple[str, str]], *, now: datetime, **facts: object) -> None:
    """Write the same mail to each of `people` (address, language). It names nobody: one text serves a language."""
    texts: dict[str, Text] = {}
    rows = []
    for address, language in people:
        if language not in texts:
            texts[language] = rendered(name, language, **facts)
        rows.append(_row(name, address, texts[language], now))
    _write(rows)


def send_wanted(name: str, readers: Sequence[Reader], kind: MailKind, *, now: datetime, **facts: object) -> None:
    """Write the same mail to those of `readers` who want its kind; it names nobody."""
    texts: dict[str, Text] = {}
    for each in readers:
        if each.language not in texts:
            texts[each.language] = rendered(name, each.language, **facts)
    send_each(name, [(each, texts[each.language]) for each in readers], kind, now=now)


def send_each(name: str, letters: Sequence[tuple[Reader, Text]], kind: MailKind, *, now: datetime) -> None:
    """Write to each reader a text of their own, if they want this kind of mail and their address takes any. `now` is
    when it was caused; quiet hours are those at the moment of writing."""
    said = wishes.wishes([reader.member_id for reader, _ in letters], kind, clock.now())
    shut = mail_troubles.stopped([reader.address for reader, _ in letters])
    feet: dict[str, tuple[str, str]] = {}
    rows = []
    for reader, letter in letters:
        wish = said[reader.member_id]
        if not reader.address or (reader.address in shut and kind in wishes.STOPPABLE) or not wish.wanted:
            continue
        if reader.language not in feet:
            feet[reader.language] = _foot(reader.language, kind)
        url = _whole(wishes.stop_path(reader.member_id, kind))
        rows.append(_row(name, reader.address, _with_foot(letter, feet[reader.language], url), now))
        rows[-1] |= {"not_before": wish.not_before, "stop_url": url}
    _write(rows)


def _foot(language: str, kind: MailKind) -> tuple[str, str]:
    """What stands under a mail of this kind: how to stop it, or why nobody can."""
    with force_locale(language or "en"):
        facts = {"kind": kind, "stop": STOP}
        return render_template("mail/_foot.txt", **facts), render_template("mail/_foot.html", **facts)


def _with_foot(letter: Text, foot: tuple[str, str], url: str) -> Text:
    subject, text, html = letter
    return subject, f"{text.rstrip()}\n\n-- \n{foot[0].replace(STOP, url)}", f"{html}\n{foot[1].replace(STOP, url)}"


def _whole(path: str) -> str:
    return f"{current_app.config['HUSTINGS'].base_url}{path}" if path else ""


def _row(name: str, address: str, letter: Text, now: datetime) -> dict[str, object]:
    subject, text, html = letter
    return {
        "name": name, "address": address, "subject": subject, "text": text, "html": html, "at": now, "sent_at": None,
        "tries": 0, "bulk": True, "not_before": None, "stop_url": "",
    }  # fmt: skip


def _write(rows: list[dict[str, object]]) -> None:
    if nobody_reads():
        addressed().update(str(row["name"]) for row in rows)
    elif rows:
        db.session.execute(insert(Outgoing), rows)
        jobs.enqueue(deliver_mail)


def rendered(name: str, language: str, **facts: object) -> Text:
    """A mail's three texts in a language."""
    with force_locale(language or "en"):
        parts = [render_template(f"mail/{name}.{kind}", **facts) for kind in ("subject.txt", "txt", "html")]
    subject, text, html = parts
    return " ".join(subject.split()), text, html


def nobody_reads() -> bool:
    """Whether this is a replay without a mail server: whom its mails would have gone to is counted."""
    settings = current_app.config["HUSTINGS"]
    return bool(settings.replay and not settings.mail_host)


def addressed() -> Counter[str]:
    """How many mails to many a replay has written, by name. They are rendered, counted and not kept."""
    counted: Counter[str] = current_app.extensions.setdefault(ADDRESSED, Counter())
    return counted


def waiting_count() -> int:
    """How many mails to many wait in the outbox and may leave: whoever has more to write waits until few do."""
    query = db.select(func.count()).select_from(Outgoing)
    waiting = query.where(Outgoing.sent_at.is_(None), Outgoing.bulk, Outgoing.tries < MOST_TRIES, _may_leave())
    return db.session.scalar(waiting) or 0


def _may_leave() -> ColumnElement[bool]:
    over = or_(Outgoing.not_before.is_(None), Outgoing.not_before <= clock.now())
    return and_(over, Outgoing.held_at.is_(None))


@jobs.job(every=1)
def deliver_mail() -> None:
    """Hand everything waiting to the SMTP server, one commit a mail, so that a crash repeats one mail at most.

    One thread does it at a time, or two would send the same mail. A mail that the server refuses for now is tried again
    later, each time after twice the wait; while there is no server, mails wait and no try is counted.
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
    query = db.select(Outgoing.id).where(Outgoing.sent_at.is_(None), Outgoing.tries < MOST_TRIES, _may_leave())
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
        stop_url = mail.stop_url
    refusal: Exception | None = None
    try:
        message = compose(*parts, settings, stop_url=stop_url)
        server.send_message(message, from_addr=sender_of(number, parts[0], settings))
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, ValueError) as problem:  # ValueError: an address that no header can hold
        refusal = problem
        log.warning("mail not delivered", mail=number, error=type(problem).__name__)
    with transaction(write=True) as session:
        mail = session.get_one(Outgoing, number)
        if refusal is not None:
            _note_refusal(mail, refusal)
        else:
            mail.sent_at, mail.text, mail.html = clock.now(), "", ""
            mail_troubles.forget_refusals(mail.address)
    return refusal is None


def _note_refusal(mail: Outgoing, refusal: Exception) -> None:
    """Try again later, or never where the server refused the reader for good."""
    now = clock.now()
    code, said = mail_troubles.answer_of(refusal, mail.address)
    mail.tries = MOST_TRIES if code in mail_troubles.FOR_GOOD else mail.tries + 1
    mail.not_before = now + mail_troubles.wait_after(mail.tries)
    if code:
        mail_troubles.note(mail.address, code, said, given_up=mail.tries >= MOST_TRIES, now=now)


@jobs.job(every=30)
def forget_addresses() -> None:
    """A month after a mail was delivered, given up, or kept back, only its kind and the moment are kept; in portions of
    one commit each, so that pages are served between them."""
    before = clock.now() - FORGOTTEN_AFTER
    given_up = and_(Outgoing.sent_at.is_(None), Outgoing.tries >= MOST_TRIES, Outgoing.at < before)
    ended = or_(Outgoing.sent_at < before, given_up, Outgoing.held_at < before)
    over = db.select(Outgoing.id).where(Outgoing.address != "", ended)
    nothing = {"address": "", "subject": "", "text": "", "html": "", "stop_url": ""}
    count = FORGOTTEN_AT_ONCE
    while count == FORGOTTEN_AT_ONCE:
        with transaction(write=True) as session:
            numbers = list(session.scalars(over.limit(FORGOTTEN_AT_ONCE)))
            session.execute(update(Outgoing).where(Outgoing.id.in_(numbers)).values(nothing))
        count = len(numbers)
    with transaction(write=True):
        mail_troubles.forget_old(clock.now())


def compose(
    address: str, subject: str, text: str, html: str, settings: Settings, *, stop_url: str = ""
) -> EmailMessage:
    """A message with a plain and an HTML part, from the installation's sender. One with a `stop_url` says so in the
    headers of RFC 8058, behind which mail programs put a button."""
    message = EmailMessage(LONG_LINES)
    message["From"] = formataddr((settings.union_name, settings.mail_from))
    message["To"] = address
    message["Subject"] = subject
    message["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2])
    if stop_url:
        message["List-Unsubscribe"] = f"<{stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
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
