"""A real SMTP server on loopback, which keeps the mail that it takes and refuses what a test tells it to."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask


@dataclass
class PostOffice:
    """What the server took, with the envelope's sender of each, and who was tried. `refuses`: address → its answer;
    `refuse_after` makes it go away when it has taken so many."""

    messages: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    refuse_after: int | None = None

    def refusal_of(self, address: str) -> str:
        """What is said to mail for this address; empty where it is taken."""
        return self.refuses.get(address, "")

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        self.tried.append(address)
        if refusal := self.refusal_of(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuse_after is not None and len(self.messages) >= self.refuse_after:
            return "421 going away"
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.senders.append(envelope.mail_from)
        return "250 OK"


@contextmanager
def serving(app: Flask, office: PostOffice) -> Iterator[None]:
    """Let the app's mail leave through this office, on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    app.config["HUSTINGS"] = replace(app.config["HUSTINGS"], mail_host="127.0.0.1", mail_port=port)
    try:
        yield
    finally:
        controller.stop()
