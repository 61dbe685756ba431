"""Messages that were made are handed to a real SMTP server; what it takes is deleted, what it refuses is kept."""

import re
import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Self

import pytest

from referendum.electorate import __main__ as program
from referendum.electorate.making import make
from referendum.electorate.sending import ServerGone, send
from tests.referendum.electorate.conftest import Sink
from tests.referendum.electorate.own_machine import OwnMachine, mailed_codes


@pytest.fixture
def made(tmp_path: Path) -> OwnMachine:
    machine = OwnMachine(tmp_path)
    make(machine.order(chunk=7))
    return machine


def address_of(app) -> tuple[str, int]:  # type: ignore[no-untyped-def]
    settings = app.config["HUSTINGS"]
    return settings.mail_host, settings.mail_port


def test_every_message_is_taken_once_and_then_gone_here(
    made: OwnMachine, app, sink: Sink, capsys: pytest.CaptureFixture[str]  # type: ignore[no-untyped-def]
) -> None:
    out = made.folder / "out"
    codes = mailed_codes(out)
    host, port = address_of(app)
    assert program.main(["send", str(out), "--smtp", f"{host}:{port}"]) == program.DONE
    assert capsys.readouterr() == ("5 messages were taken and deleted here.\n", "files of messages: 1\n")
    assert sorted(sink.codes()) == sorted(codes.values())
    assert {str(message["To"]) for message in sink.messages} == set(codes)
    assert list((out / "mail").iterdir()) == []


def test_a_server_that_goes_away_is_gone_on_with_and_nobody_gets_another_code(
    made: OwnMachine, app, sink: Sink, capsys: pytest.CaptureFixture[str]  # type: ignore[no-untyped-def]
) -> None:
    out = made.folder / "out"
    codes = mailed_codes(out)
    sink.refuse_after = 3
    host, port = address_of(app)
    assert program.main(["send", str(out), "--smtp", f"{host}:{port}"]) == program.GONE
    assert re.fullmatch(r"The mail server went away \(.+\). Call the same .* to go on.\n", capsys.readouterr().err)
    sink.refuse_after = None
    with pytest.raises(ServerGone):
        send(out, lambda: smtplib.SMTP("127.0.0.1", 1, timeout=1))
    sent = send(out, lambda: smtplib.SMTP(host, port, timeout=10))
    assert (sent.taken, sent.refused) == (2, 0)
    assert sorted(sink.codes()) == sorted(codes.values())


def test_what_is_refused_is_kept_to_be_printed(
    made: OwnMachine, app, sink: Sink, capsys: pytest.CaptureFixture[str]  # type: ignore[no-untyped-def]
) -> None:
    out = made.folder / "out"
    codes = mailed_codes(out)
    sink.refuse = {"m3"}  # type: ignore[arg-type]
    host, port = address_of(app)
    assert program.main(["send", str(out), "--smtp", f"{host}:{port}"]) == program.DONE
    assert capsys.readouterr().out.splitlines() == [
        "4 messages were taken and deleted here.",
        f"1 were refused: print them from {out / 'refused.mbox'}, then delete it.",
    ]
    assert mailed_codes(out) == {"m3@x.example": codes["m3@x.example"]}
    assert (out / "refused.mbox").stat().st_mode & 0o077 == 0


class Server:
    """An SMTP server that answers the n-th message by raising what it is told."""

    def __init__(self, answers: dict[int, Exception]) -> None:
        self.answers, self.taken, self.count = answers, [], 0  # type: ignore[var-annotated]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send_message(self, message: EmailMessage) -> None:
        self.count += 1
        if self.count in self.answers:
            raise self.answers[self.count]
        self.taken.append(str(message["To"]))


def refused(code: int) -> Exception:
    return smtplib.SMTPRecipientsRefused({"m0@x.example": (code, b"no")})


@pytest.mark.parametrize("answer", [refused(550), smtplib.SMTPDataError(554, b"no")])
def test_a_refusal_is_of_one_message_only(made: OwnMachine, answer: Exception) -> None:
    server, told = Server({2: answer}), []
    sent = send(made.folder / "out", lambda: server, lambda *step: told.append(step))  # type: ignore[arg-type,return-value]
    assert (sent.taken, sent.refused) == (4, 1)
    assert len(server.taken) == 4
    assert told == [("files of messages", 1, 1)]
    assert not list((made.folder / "out" / "mail").iterdir())


@pytest.mark.parametrize("answer", [refused(421), smtplib.SMTPDataError(421, b"later")])
def test_a_server_that_says_it_is_leaving_refuses_nobody(made: OwnMachine, answer: Exception) -> None:
    out, leaving, back = made.folder / "out", Server({3: answer}), Server({})
    with pytest.raises(ServerGone):
        send(out, lambda: leaving)  # type: ignore[arg-type,return-value]
    assert not (out / "refused.mbox").exists()
    sent = send(out, lambda: back)  # type: ignore[arg-type,return-value]
    assert (sent.taken, sent.refused) == (3, 0)
    assert len({*leaving.taken, *back.taken}) == len(leaving.taken) + len(back.taken) == 5
