"""The demo's post office: an SMTP sink on the loopback interface, and the mailbox its page reads."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller

from forum.kernel import clock
from referendum.rehearsal.instance import free_port


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail that left. `number` counts from 1 in the order of arrival; `at` is the demo's clock, ISO 8601."""

    number: int
    at: str
    to: str
    subject: str
    text: str

    @property
    def sent_at(self) -> datetime:
        """When it left, by the demo's clock."""
        return datetime.fromisoformat(self.at)


class Mailbox:
    """Mails as JSON lines in one file, appended by the sink, read by the page."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._turn = Lock()

    def put(self, to: str, subject: str, text: str, at: str) -> None:
        """Append one mail."""
        line = json.dumps({"at": at, "to": to, "subject": subject, "text": text}, ensure_ascii=False)
        with self._turn, self._file.open("a", encoding="utf-8") as out:
            out.write(line + "\n")

    def __iter__(self) -> Iterator[Letter]:
        if not self._file.exists():
            return
        with self._file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                yield Letter(number=number, **json.loads(line))

    def letter(self, number: int) -> Letter | None:
        """One mail by its number."""
        return next((each for each in self if each.number == number), None)

    def page(self, to: str, before: int, size: int) -> list[Letter]:
        """The newest mails numbered below `before` (0: all), to this address if one is given."""
        found = [each for each in self if (not before or each.number < before) and to in ("", each.to)]
        return found[-size:][::-1]


class Sink:
    """What aiosmtpd hands every mail to."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one mail for each of its readers."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        at = clock.now().isoformat(timespec="seconds")
        for address in envelope.rcpt_tos:
            self._mailbox.put(address, str(message["Subject"] or ""), text, at)
        return "250 Kept"


def open_sink(mailbox: Mailbox) -> Controller:
    """Start the sink in a thread, on a free loopback port (`.port`). The caller stops it."""
    controller = Controller(Sink(mailbox), hostname="127.0.0.1", port=free_port("127.0.0.1"))
    controller.start()
    return controller
