"""Mail that comes back later: a notice that a mail failed (RFC 3464), believed only where its seal fits.

A mail server may take a mail and find out hours later that it cannot be delivered; it then writes to the envelope's
sender. Anybody can write such a notice: one that was not delivered to the sender of a mail of ours (`mail_senders`)
counts for nothing, each sender is believed once, and not for long. Whoever reads a mail sees its sender in the headers,
and could stop general mail to their own address with it; they can do that by one click anyway, and are told at the next
sign-in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import policy
from email.message import Message
from email.parser import BytesParser
from enum import StrEnum

from forum.kernel import mail_senders, mail_troubles
from forum.kernel.database import db
from forum.kernel.mail import Outgoing
from forum.kernel.settings import Settings

MOST_READ = 256 * 1024
MOST_BLOCKS = 20
MOST_SENDERS = 20
BELIEVED_FOR = timedelta(days=14)  # servers try for five days, some for longer
SMTP_CODE = re.compile(r"\s*smtp\s*;\s*([45][0-9][0-9])\b", re.ASCII | re.IGNORECASE)
RECEIVERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To")


class Outcome(StrEnum):
    """What became of a message that the mail server handed over."""

    LISTED = "listed"
    NO_NOTICE = "no notice that a mail failed for good"
    NOT_OURS = "not addressed to the sender of a mail of ours"
    TOLD_BEFORE = "told before"
    TOO_OLD = "of a mail too long ago"


@dataclass(frozen=True, slots=True)
class Failure:
    """What a notice says of a mail that was given up: SMTP's code, 0 where none is named, and the words."""

    code: int
    said: str


def read_failure(raw: bytes) -> Failure | None:
    """What a delivery status notification says, if it says that a mail was given up; None for any other message."""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
    except RecursionError:  # parts within parts, hundreds deep: nobody's notice
        return None
    if message.get_content_type() != "multipart/report":
        return None
    for part in _inside(message):
        if part.get_content_type() == "message/delivery-status":
            return _failure_in(part)
    return None


def _inside(message: Message) -> list[Message]:
    """The first parts of a message; none where it has no parts."""
    parts: object = message.get_payload()
    return [each for each in parts[:MOST_BLOCKS] if isinstance(each, Message)] if isinstance(parts, list) else []


def _failure_in(part: Message) -> Failure | None:
    """The first recipient given up; the blocks of such a part are read as headers."""
    for block in _inside(part):
        if _said(block, "Action").lower() == "failed":
            diagnosis = _said(block, "Diagnostic-Code")
            code = SMTP_CODE.match(diagnosis)
            words = diagnosis.partition(";")[2].strip() or _said(block, "Status")
            said = words.removeprefix(code[1]).strip(" -") if code else words
            return Failure(int(code[1]) if code else 0, said[: mail_troubles.MOST_SAID])
    return None


def _said(block: Message, name: str) -> str:
    """A field in one line of what can be printed."""
    words = "".join(letter if letter.isprintable() else " " for letter in str(block.get(name, "")))
    return " ".join(words.split())


def receivers(raw: bytes) -> list[str]:
    """To whom a message was delivered, as far as its headers tell."""
    headers = BytesParser(policy=policy.compat32).parsebytes(raw, headersonly=True)
    return [str(value) for name in RECEIVERS for value in headers.get_all(name, [])]


def note_bounce(raw: bytes, delivered_to: Iterable[str], settings: Settings, *, now: datetime) -> Outcome:
    """Believe a notice that came back to the sender of one mail: general mail to its address stops, as after a refusal
    for good."""
    failure = read_failure(raw[:MOST_READ])
    if failure is None:
        return Outcome.NO_NOTICE
    mail = _mail_of(delivered_to, settings)
    if mail is None:
        return Outcome.NOT_OURS
    if mail.bounced_at is not None:
        return Outcome.TOLD_BEFORE
    if now - (mail.sent_at or mail.at) > BELIEVED_FOR:
        return Outcome.TOO_OLD
    mail.bounced_at = now
    mail_troubles.note(mail.address, failure.code, failure.said, given_up=True, now=now, bounced=True)
    return Outcome.LISTED


def _mail_of(delivered_to: Iterable[str], settings: Settings) -> Outgoing | None:
    """The mail whose own sender one of these addresses is, held until this write ends."""
    candidates = sorted({found for each in delivered_to for found in mail_senders.found_in(each)})
    for number, seal in candidates[:MOST_SENDERS]:
        mail = db.session.get(Outgoing, number)
        if mail is not None and mail_senders.fits(seal, mail.id, mail.address, settings):
            return db.session.get_one(Outgoing, number, with_for_update=True, populate_existing=True)
    return None
