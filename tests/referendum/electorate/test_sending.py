"""Messages that were made are handed to a real SMTP server; what it takes is deleted, what it refuses is kept."""

import re
import smtplib
from pathlib import Path

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
