"""Hands the messages that were made to an SMTP server, and deletes each file when every message of it is taken. Pure.

How far a file has come is noted after each message. After a stop at most one message goes out twice, with the same
code. What the server refuses for good is kept in refused.mbox, to be printed.
"""

import mailbox
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_binary_file, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from referendum.electorate.making import append_message

LEAVING = 421
READING = policy.default.clone(max_line_length=900)
Connect = Callable[[], smtplib.SMTP]


class ServerGone(ConnectionError):
    """The server takes no more; the same command goes on later."""


@dataclass(frozen=True, slots=True)
class Sent:
    taken: int
    refused: int


def send(folder: Path, connect: Connect, tell: Callable[[str, int, int], None] = lambda *_: None) -> Sent:
    """Every message below the folder mail. Raises ServerGone."""
    boxes = sorted((folder / "mail").glob("*.mbox"))
    taken = refused = 0
    for place, path in enumerate(boxes, 1):
        now_taken, now_refused = _send_box(path, folder / "refused.mbox", connect)
        taken, refused = taken + now_taken, refused + now_refused
        tell("files of messages", place, len(boxes))
    return Sent(taken, refused)


def _send_box(path: Path, refused: Path, connect: Connect) -> tuple[int, int]:
    noted = path.with_suffix(".sent")
    begun = int(noted.read_text()) if noted.exists() else 0
    messages = mailbox.mbox(path, factory=_read, create=False)  # type: ignore[arg-type]
    counts = [0, 0]
    try:
        with connect() as server:
            for place, message in enumerate(messages, 1):
                if place > begun:
                    taken = _taken(server, message)  # type: ignore[arg-type]
                    counts[not taken] += 1
                    if not taken:
                        _keep(refused, message)  # type: ignore[arg-type]
                    noted.write_text(str(place))
    except (OSError, smtplib.SMTPException) as gone:
        raise ServerGone(str(gone) or type(gone).__name__) from gone
    finally:
        messages.close()
    path.unlink()
    noted.unlink(missing_ok=True)
    return counts[0], counts[1]


def _read(file: IO[Any]) -> EmailMessage:
    message = message_from_binary_file(file, policy=READING)
    assert isinstance(message, EmailMessage)
    return message


def _taken(server: smtplib.SMTP, message: EmailMessage) -> bool:
    """Whether the server took it; False is its definite refusal of this one message."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        if any(code == LEAVING for code, _ in refusal.recipients.values()):
            raise
        return False
    except smtplib.SMTPDataError as refusal:
        if refusal.smtp_code == LEAVING:
            raise
        return False
    return True


def _keep(path: Path, message: EmailMessage) -> None:
    path.touch(mode=0o600)
    file = BytesIO()
    append_message(file, message)
    with path.open("ab") as box:
        box.write(file.getvalue())
