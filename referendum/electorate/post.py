"""Handing voting codes to the SMTP server itself: never through the outbox, never written down, never logged."""

import smtplib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, render_template
from flask_babel import force_locale

from forum.kernel import mail
from forum.kernel.settings import Settings
from referendum.electorate.entry_queries import Addressee

LEAVING = 421

Post = Callable[[Addressee, str], bool]
"""Takes a code for a person; whether the server took it over: False is its definite refusal of this mail. Raises
`NotTaken` when it takes nothing any more, this mail included; another OSError when it went away and nobody knows."""


class NotTaken(ConnectionError):
    """The server takes no mail from here, and has not taken this one."""


OpenPost = Callable[[], AbstractContextManager[Post]]


@dataclass(frozen=True, slots=True)
class Paper:
    """What a mail or letter says besides the code."""

    public_id: str
    number: int
    title: str
    opens_at: datetime
    closes_at: datetime
    replaces: bool = False


def link_of(public_id: str, code: str, settings: Settings) -> str:
    """The booth's address with the code in its fragment, which no browser sends anywhere."""
    return f"{settings.base_url}/booth/{public_id}#code={code}"


def smtp_post(paper: Paper) -> OpenPost:
    """A post over the configured SMTP server, one connection for a chunk."""

    @contextmanager
    def opened() -> Iterator[Post]:
        settings: Settings = current_app.config["HUSTINGS"]
        if not settings.mail_host:
            raise ConnectionError("no SMTP server is configured")
        with mail.connect(settings) as server:
            yield lambda person, code: _hand_over(server, person, code, paper, settings)

    return opened


def _hand_over(server: smtplib.SMTP, person: Addressee, code: str, paper: Paper, settings: Settings) -> bool:
    facts = {"person": person, "code": code, "paper": paper, "link": link_of(paper.public_id, code, settings)}
    return _deliver(server, "voting_code", person, facts, settings)


def remind(server: smtplib.SMTP, person: Addressee, paper: Paper, settings: Settings) -> bool:
    """Hand over the mail that reminds somebody to vote. It answers and raises as a `Post` does."""
    booth = f"{settings.base_url}/booth/{paper.public_id}"
    return _deliver(server, "vote_reminder", person, {"person": person, "paper": paper, "booth": booth}, settings)


def _deliver(
    server: smtplib.SMTP, name: str, person: Addressee, facts: dict[str, object], settings: Settings
) -> bool:
    with force_locale(person.language or "en"):
        subject, text, html = (
            render_template(f"mail/{name}.{kind}", **facts) for kind in ("subject.txt", "txt", "html")
        )
    try:
        server.send_message(mail.compose(person.email, " ".join(subject.split()), text, html, settings))
    except smtplib.SMTPServerDisconnected as gone:
        raise ConnectionError("the SMTP server closed the connection") from gone
    except (smtplib.SMTPHeloError, smtplib.SMTPSenderRefused) as refused:
        raise NotTaken("the SMTP server takes no mail from here") from refused
    except smtplib.SMTPRecipientsRefused as refused:
        _unless_leaving(code for code, _ in refused.recipients.values())
        return False
    except smtplib.SMTPResponseException as refused:
        _unless_leaving([refused.smtp_code])
        return False
    except (smtplib.SMTPException, ValueError):  # an address that no header or no server can hold
        return False
    return True


def _unless_leaving(codes: Iterable[int]) -> None:
    if LEAVING in codes:
        raise NotTaken("the SMTP server is going away")
